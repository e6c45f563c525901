"""Writes many rows at once: COPY on PostgreSQL, executemany on SQLite, with the types of the models."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Connection, Table, func, select

from models.base import Base, UtcDateTime

CHUNK = 20_000


def write(connection: Connection, model: type[Base], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows given as sequences in the order of `columns`; returns how many there were."""
    table = model.__table__
    assert isinstance(table, Table)
    if connection.dialect.name == "postgresql":
        return _copy(connection, table, columns, rows)
    return _insert(connection, table, columns, rows)


def settle(connection: Connection, models: Iterable[type[Base]]) -> None:
    """Let the numbering of each table go on after the ids that were written."""
    if connection.dialect.name != "postgresql":
        return
    for model in models:
        table = model.__table__
        last = connection.execute(select(func.max(table.c.id))).scalar() or 0
        connection.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {int(last) + 1}, false)"  # type: ignore[attr-defined]
        )


def last_id(connection: Connection, model: type[Base]) -> int:
    """The highest id in use."""
    return int(connection.execute(select(func.max(model.__table__.c.id))).scalar() or 0)


def _copy(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    is_json = [isinstance(table.c[name].type, JSON) for name in columns]
    driver: Any = connection.connection.driver_connection
    count = 0
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([_text(value) if js else value for value, js in zip(row, is_json, strict=True)])
            count += 1
    return count


def _insert(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    ways = [_sqlite_way(table.c[name].type) for name in columns]
    marks = ", ".join("?" for _ in columns)
    statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"
    cursor: Any = connection.connection.cursor()
    count = 0

    def converted() -> Iterator[list[Any]]:
        nonlocal count
        for row in rows:
            count += 1
            yield [way(value) if way and value is not None else value for value, way in zip(row, ways, strict=True)]

    cursor.executemany(statement, converted())
    cursor.close()
    return count


def _sqlite_way(kind: Any) -> Callable[[Any], Any] | None:
    if isinstance(kind, JSON):
        return _text
    if isinstance(kind, UtcDateTime):
        return _moment
    if kind.python_type is date:
        return date.isoformat
    return None


def _moment(value: datetime) -> str:
    """As SQLAlchemy stores a moment in SQLite."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
