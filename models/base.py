"""The database handle, the naming of constraints and the column types that all tables share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, CheckConstraint, DateTime, Dialect, Integer, MetaData, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Key = BigInteger().with_variant(Integer, "sqlite")
Fen = BigInteger()  # money: whole fen


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC and always handed out aware; SQLite itself knows no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Root(DeclarativeBase):
    """Every table. Constraints get names by rule, so that migrations and errors can speak of them."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON, int: Key},
    )


db = SQLAlchemy(model_class=Root)

if TYPE_CHECKING:
    Base = Root
else:
    Base = db.Model  # the same class, bound to the web framework's session

Id = Annotated[int, mapped_column(Key, primary_key=True)]


class Revised:
    """A record that people decide on: every change counts up its revision, and a stale page is refused by it."""

    revision: Mapped[int] = mapped_column(Integer, default=1, server_default="1")


def one_of(column: str, codes: Iterable[str], *, optional: bool = False) -> CheckConstraint:
    """A named constraint that keeps a column to its codes."""
    allowed = ", ".join(f"'{code}'" for code in codes)
    rule = f"{column} IN ({allowed})"
    return CheckConstraint(f"{column} IS NULL OR {rule}" if optional else rule, name=f"{column}_known")
