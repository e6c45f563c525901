"""Where a simulated year is lived: a database of its own that is gone afterwards, so the demo stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import event, func, inspect, select

from app.config import Settings
from models import Staff, db

CITY = 1_000  # from so many staff on, the demo that is loaded is the city


def scale_loaded() -> str:
    """How large the demo in the present database is; `small` where there is none."""
    if not inspect(db.engine).has_table(Staff.__tablename__):
        return "small"
    count = db.session.scalar(select(func.count()).select_from(Staff)) or 0
    db.session.rollback()
    return "city" if count >= CITY else "small"


@contextmanager
def apart(settings: Settings) -> Iterator[None]:
    """A product on a temporary SQLite database and store; both are removed in the end, whatever happens.

    Nothing in it has to survive a power cut, so it does not wait for the disk.
    """
    from app import MIGRATIONS, create_app, equip

    before: Settings = current_app.config["SETTINGS"]
    with TemporaryDirectory(prefix="zerotrip-year-") as folder:
        here = Path(folder)
        app = create_app(
            replace(settings, database_url=f"sqlite:///{here / 'year.db'}", uploads_dir=here / "uploads")
        )  # fmt: skip
        try:
            with app.app_context():
                event.listen(db.engine, "connect", _without_waiting)
                upgrade(directory=MIGRATIONS)
                yield
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
            equip(before)


def _without_waiting(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")
