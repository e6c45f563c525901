"""Production does not start on a missing or weak setting, and says which."""

from __future__ import annotations

import pytest

from app.config import DEVELOPMENT_SECRET, BadSetting, settings_from

GOOD = {
    "ZEROTRIP_ENV": "production",
    "SECRET_KEY": "k" * 20 + "3" * 20,
    "DATABASE_URL": "postgresql://127.0.0.1/zerotrip",
}


def test_a_complete_production_starts() -> None:
    assert settings_from(GOOD).environment == "production"


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": DEVELOPMENT_SECRET}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"ZEROTRIP_ENV": "staging"}, "ZEROTRIP_ENV"),
        ({"PORT": "http"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
    ],
)
def test_a_bad_setting_is_named(changed: dict[str, str], named: str) -> None:
    with pytest.raises(BadSetting, match=named):
        settings_from(GOOD | changed)


def test_development_needs_no_setting() -> None:
    settings = settings_from({})
    assert settings.development
    assert settings.database_url.startswith("sqlite:///")
    assert settings.port == 5000


def test_plain_postgresql_means_the_installed_driver() -> None:
    assert settings_from(GOOD).database_url.startswith("postgresql+psycopg://")
