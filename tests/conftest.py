"""What every test may ask for: a database of either kind, fresh each time, a frozen clock, and people logged in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import clock, create_app
from app.access import passwords
from app.config import settings_from
from app.demo import loading
from models import db
from tests.databases import Database, PostgresDatabase, SqliteDatabase

# The everyday suite draws the same examples each time; HYPOTHESIS_PROFILE=explore draws new ones.
hypothesis.settings.register_profile(
    "everyday", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
# A mutation run (scripts/mutants) wants to know that an example fails, not which is the smallest.
hypothesis.settings.register_profile(
    "mutants",
    hypothesis.settings.get_profile("everyday"),
    database=None,
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=1000, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "everyday"))

MORNING = datetime(2018, 4, 3, 9, 0, tzinfo=clock.SHANGHAI)  # a Tuesday before a holiday with swapped working days


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="what to run on")
    parser.addoption("--only-with-database", action="store_true", help="leave out tests that touch no database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Pure tests, and those of how pages look, need not run again on the second database."""
    if not config.getoption("--only-with-database"):
        return
    kept = [
        item for item in items
        if "database" in getattr(item, "fixturenames", ()) and item.get_closest_marker("look") is None
    ]  # fmt: skip
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


class Browser(FlaskClient):
    """A browser without script. The test's own context stays open, so what one request left in `g` is cleared."""

    def open(self, *args: Any, **values: Any) -> TestResponse:
        if has_app_context():
            for name in list(g):
                g.pop(name)
        return super().open(*args, **values)


@pytest.fixture(autouse=True)
def _stopped_clock() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes() -> None:
    """Argon2 at its lowest cost: what is tested is what is done with a hash."""
    from argon2 import PasswordHasher

    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._NOBODY = passwords.hash_password("nobody has this one")


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database of the chosen kind for this process, with templates to start each test from."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    folder = tmp_path_factory.mktemp("database")
    kind = request.config.getoption("--database")
    made = PostgresDatabase(worker) if kind == "postgresql" else SqliteDatabase(folder)
    yield made
    made.close()


@pytest.fixture(scope="session")
def _app(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    uploads = tmp_path_factory.mktemp("uploads")
    settings = settings_from(
        {
            "ZEROTRIP_ENV": "development",
            "DATABASE_URL": database.url,
            "UPLOADS_DIR": str(uploads),
            "SECRET_KEY": "a secret that only the tests know, long enough",
        }
    )
    database.start_empty()
    app = create_app(settings)
    app.testing = True
    app.test_client_class = Browser
    with app.app_context(), clock.frozen(MORNING):
        database.make_template(db.engine)
    return app


@pytest.fixture
def app(_app: Flask, database: Database) -> Iterator[Flask]:
    """The product on a fresh database: the schema and the 26 service items, nothing else."""
    with _app.app_context():
        database.restore(db.engine)
        yield _app
        db.session.remove()


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The materials of the demo city once more: another test's sweeper takes what its own database does not know."""
    return tmp_path_factory.mktemp("demo-files")


def _put_back(kept: Path, target: Path) -> None:
    """Copy every file that is not there."""
    for file in kept.rglob("*"):
        place = target / file.relative_to(kept)
        if file.is_file() and not place.exists():
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copy2(file, place)


@pytest.fixture
def demo_city(app: Flask, database: Database, uploads: Path, demo_files: Path) -> Iterator[Flask]:
    """The product with the small demo city, loaded once for this process; the clock stands at its first morning."""
    if "demo" in database.kept:
        database.restore(db.engine, "demo")
        _put_back(demo_files, uploads)
    else:
        loading.load("small")
        db.session.remove()
        database.keep(db.engine, "demo")
        _put_back(uploads, demo_files)
    yield app
    clock.shift(timedelta(0))


@pytest.fixture
def uploads(app: Flask) -> Path:
    """Where this test's materials lie."""
    folder: Path = app.config["SETTINGS"].uploads_dir
    return folder


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without script, nobody logged in."""
    return app.test_client()
