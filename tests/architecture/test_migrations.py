"""The migrations lead from nothing to exactly the models, and back to nothing, on both databases."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, inspect, text

from app import MIGRATIONS
from models import Base, db
from tests.databases import Database


@pytest.fixture
def empty(app: Flask, database: Database) -> Iterator[Engine]:
    """The database with nothing in it."""
    db.session.remove()
    clear(db.engine)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    yield db.engine
    db.session.remove()


def clear(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
            return
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN")
        for name in inspect(connection).get_table_names():
            connection.exec_driver_sql(f'DROP TABLE "{name}"')
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.exec_driver_sql("BEGIN")


_ON_POSTGRESQL = (
    """SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
       FROM information_schema.columns WHERE table_schema = 'public'""",
    """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)
_ON_SQLITE = ("SELECT tbl_name, name, sql FROM sqlite_master WHERE sql IS NOT NULL",)


def schema(engine: Engine) -> set[str]:
    """Every column, constraint, index, trigger and function, as the database itself describes them."""
    described: set[str] = set()
    with engine.connect() as connection:
        for statement in _ON_POSTGRESQL if engine.dialect.name == "postgresql" else _ON_SQLITE:
            for row in connection.execute(text(statement)):
                if "alembic_version" in str(row[0]):
                    continue
                described |= parts(" | ".join(str(value) for value in row))
    return described


def parts(description: str) -> set[str]:
    """A table's clauses one by one, because their order does not matter."""
    plain = re.sub(r"\s+", " ", description).replace('"', "")
    if "CREATE TABLE" not in plain:
        return {plain}
    table = plain.split(" | ")[0]
    return {f"{table}: {clause.strip(' ()')}" for clause in plain.split(", ")}


def test_the_migrations_make_exactly_the_models(empty: Engine) -> None:
    upgrade(directory=MIGRATIONS)
    with empty.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    migrated = schema(empty)
    clear(empty)
    Base.metadata.create_all(empty)
    made = schema(empty)
    assert migrated - made == set()
    assert made - migrated == set()


def test_going_down_leaves_nothing(empty: Engine) -> None:
    upgrade(directory=MIGRATIONS)
    downgrade(directory=MIGRATIONS, revision="base")
    assert schema(empty) == set()
    upgrade(directory=MIGRATIONS)
    assert schema(empty) != set()


def test_migrating_twice_changes_nothing(empty: Engine) -> None:
    upgrade(directory=MIGRATIONS)
    before = schema(empty)
    upgrade(directory=MIGRATIONS)
    assert schema(empty) == before


def test_several_processes_may_migrate_at_once(app: Flask, empty: Engine) -> None:
    """Each process runs this same file; in one process Alembic itself is not made for it, so real ones are started."""
    import os
    import subprocess
    import sys

    settings = app.config["SETTINGS"]
    environment = {
        **os.environ, "DATABASE_URL": settings.database_url, "SECRET_KEY": settings.secret_key,
        "UPLOADS_DIR": str(settings.uploads_dir), "ZEROTRIP_ENV": "development",
    }  # fmt: skip
    empty.dispose()

    def migrate(_: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flask", "--app", "app", "db", "upgrade"]
        return subprocess.run(command, env=environment, cwd=app.root_path + "/..", capture_output=True, text=True)

    with ThreadPoolExecutor(3) as pool:
        ended = list(pool.map(migrate, range(3)))
    assert [process.returncode for process in ended] == [0, 0, 0], "\n".join(process.stderr for process in ended)
    assert "applications" in inspect(empty).get_table_names()
