"""How migrations run: in one transaction, one process at a time, on the database of the product's settings."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

from models import Base
from models.base import UtcDateTime

LOCK = 7_402_018  # any number that no other program takes on this database server


def name_type(kind: str, value: Any, _autogen: Any) -> str | Literal[False]:
    """A migration must not change when a type of ours does, so it names the plain type below it."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(value, UtcDateTime) else False


def one_at_a_time(connection: Connection) -> None:
    """Of several processes that start at once, the first migrates and the others wait and find it done."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        connection.execute(text("SET LOCAL statement_timeout = 0"))
    else:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def run() -> None:
    engine: sa.Engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=name_type,
            transactional_ddl=True,  # on SQLite too: a migration that fails leaves nothing behind
        )
        with context.begin_transaction():
            one_at_a_time(connection)
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations run on a database only; SQL is not written out.")
run()
