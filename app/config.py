"""Settings, all from the environment; docs/configuration.md holds the table. Production refuses weak ones by name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT_SECRET = "development-only-secret-not-for-production"


class BadSetting(Exception):
    """A setting that the product will not start with; the text says which and what to do."""


@dataclass(frozen=True)
class Settings:
    environment: str
    secret_key: str
    database_url: str
    uploads_dir: Path
    port: int
    trusted_proxies: int
    session_idle_minutes: int
    session_absolute_hours: int
    clamd_address: str = ""
    video_megabytes: int = 300
    messages: tuple[tuple[str, str], ...] = ()  # as app/notify/carriers.py has read and checked them
    factor_at_log_in: str = "held"
    factor_for_pay: str = "never"
    factor_for_pay_minutes: int = 15

    @property
    def development(self) -> bool:
        return self.environment == "development"


def settings_from(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises BadSetting with a sentence that names the variable."""
    env = os.environ if environment is None else environment
    kind = env.get("ZEROTRIP_ENV", "development")
    if kind not in ("development", "production"):
        raise BadSetting(f"ZEROTRIP_ENV is {kind!r}. Set it to development or production.")
    secret = env.get("SECRET_KEY") or (DEVELOPMENT_SECRET if kind == "development" else "")
    if kind == "production":
        _refuse_weak_secret(secret)
        if not env.get("DATABASE_URL"):
            raise BadSetting("DATABASE_URL is not set. In production the database must be named, not assumed.")
    return Settings(
        environment=kind,
        secret_key=secret,
        database_url=_database_url(env.get("DATABASE_URL") or f"sqlite:///{ROOT / 'instance' / 'zerotrip.db'}"),
        uploads_dir=Path(env.get("UPLOADS_DIR") or ROOT / "uploads"),
        port=_whole(env, "PORT", 5000, 1, 65535),
        trusted_proxies=_whole(env, "TRUSTED_PROXIES", 0, 0, 5),
        session_idle_minutes=_whole(env, "SESSION_IDLE_MINUTES", 30, 1, 24 * 60),
        session_absolute_hours=_whole(env, "SESSION_ABSOLUTE_HOURS", 10, 1, 24),
        clamd_address=_scanner(env.get("CLAMD_ADDRESS", "").strip()),
        video_megabytes=_whole(env, "VIDEO_MAX_MB", 300, 1, 4096),
        messages=_messages(env, kind),
        factor_at_log_in=_one_of(env, "SECOND_FACTOR_LOGIN", ("held", "required")),
        factor_for_pay=_one_of(env, "SECOND_FACTOR_PAY", ("never", "held", "required")),
        factor_for_pay_minutes=_whole(env, "SECOND_FACTOR_PAY_MINUTES", 15, 1, 24 * 60),
    )


def _refuse_weak_secret(secret: str) -> None:
    if not secret:
        raise BadSetting(
            "SECRET_KEY is not set. Production needs one of at least 32 random characters: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    if secret == DEVELOPMENT_SECRET:
        raise BadSetting("SECRET_KEY is the development default. Production needs a secret of its own.")
    if len(secret) < 32:
        raise BadSetting("SECRET_KEY is shorter than 32 characters. Use a longer random one.")


def _database_url(url: str) -> str:
    """Plain `postgresql://` means psycopg 3, the driver that is installed."""
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _scanner(address: str) -> str:
    from app.materials.scanner import is_address

    if address and not is_address(address):
        raise BadSetting(
            f"CLAMD_ADDRESS is {address!r}. Set it to host:port or to the path of clamd's socket, or leave it out."
        )
    return address


def _one_of(env: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    """One of some words; the first where nothing is set."""
    given = env.get(name) or allowed[0]
    if given not in allowed:
        raise BadSetting(f"{name} is {given!r}. Set it to {', '.join(allowed[:-1])} or {allowed[-1]}.")
    return given


def _messages(env: Mapping[str, str], kind: str) -> tuple[tuple[str, str], ...]:
    from app.notify import carriers

    try:
        return tuple(sorted(carriers.read(env, development=kind == "development").items()))
    except ValueError as problem:
        raise BadSetting(str(problem)) from None


def _whole(env: Mapping[str, str], name: str, default: int, lowest: int, highest: int) -> int:
    given = env.get(name, "")
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or not lowest <= int(given) <= highest:
        raise BadSetting(f"{name} is {given!r}. Set it to a whole number from {lowest} to {highest}.")
    return int(given)
