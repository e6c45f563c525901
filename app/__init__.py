"""create_app(): the one place where everything meets."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import inspect
from werkzeug.middleware.proxy_fix import ProxyFix

import app.sheets  # noqa: F401  # before anything that brings openpyxl
from app import clock, keys
from app.access import demands
from app.access.pages import load_actor
from app.config import ROOT, Settings, settings_from
from app.learning import places as learning_places
from app.materials import places, scanner
from app.notify import carriers
from app.reports import places as report_places
from app.uow import lock_timeout_seconds, prepare_engine
from app.web.addresses import KeyConverter
from app.web.assets import open_assets
from app.web.guard import stand_at_the_door
from app.web.headers import send_headers
from app.web.languages import speak
from app.web.post import send_beside_the_pages
from app.web.refusals import answer_in_words
from app.web.scanning import scan_what_is_held
from app.web.shell import open_shell
from app.web.showing import offer_to_templates
from models import Setting, db

MIGRATIONS = str(ROOT / "migrations")
MAX_REQUEST_BYTES = 64 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """Build the product from its settings. Raises BadSetting, naming the setting, rather than start unsafe."""
    settings = settings or settings_from()
    app = Flask(__name__, instance_path=str(ROOT / "instance"), static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        SESSION_COOKIE_NAME="zerotrip" if settings.development else "__Host-zerotrip",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not settings.development,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_absolute_hours),
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session, so a long form is not lost
        SETTINGS=settings,
    )
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies
        )
    equip(settings)
    (ROOT / "instance").mkdir(exist_ok=True)
    settings.uploads_dir.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    Migrate(app, db, directory=MIGRATIONS)
    with app.app_context():
        prepare_engine(db.engine)
        _take_demo_clock(settings)
    app.url_map.converters["int"] = KeyConverter
    CSRFProtect(app)
    speak(app)
    send_headers(app, secure=not settings.development)
    open_assets(app, may_change=settings.development)
    open_shell(app)
    _open_the_rooms(app, settings)
    scan_what_is_held(app)
    send_beside_the_pages(app)
    load_actor(app, settings)
    stand_at_the_door(app)
    answer_in_words(app)
    offer_to_templates(app)
    return app


def equip(settings: Settings) -> None:
    """Tell the modules that know no application what they are to keep to. Whoever builds another product in the same
    process tells them the first one's anew when that is gone."""
    keys.configure(settings.secret_key)
    demands.configure(
        log_in=settings.factor_at_log_in, pay=settings.factor_for_pay, pay_minutes=settings.factor_for_pay_minutes
    )
    places.configure(settings.uploads_dir)
    report_places.configure(settings.uploads_dir / "exports")
    learning_places.configure(settings.uploads_dir / "learning", video_megabytes=settings.video_megabytes)
    scanner.configure(settings.clamd_address)
    carriers.configure(dict(settings.messages))


def _open_the_rooms(app: Flask, settings: Settings) -> None:
    """Register every set of pages and every command."""
    from app.rooms import open_rooms

    open_rooms(app, settings)


def _engine_options(settings: Settings) -> dict[str, object]:
    options: dict[str, object] = {"hide_parameters": True}
    if settings.database_url.startswith("postgresql"):
        options["pool_pre_ping"] = True
        options["pool_size"] = 8
        options["connect_args"] = {
            "connect_timeout": 5,
            "options": f"-c statement_timeout=60000 -c lock_timeout={lock_timeout_seconds() * 1000}",
        }
    return options


def _take_demo_clock(settings: Settings) -> None:
    """Run on the clock that the demo data was loaded with, in development only."""
    clock.shift(timedelta(0))
    if settings.development and inspect(db.engine).has_table(Setting.__tablename__):
        shift = db.session.get(Setting, "demo.clock_shift_seconds")
        if shift is not None:
            clock.shift(timedelta(seconds=shift.value))
        db.session.rollback()
