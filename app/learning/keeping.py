"""Inserts that meet a row which is there already: the same statement on both databases, decided by the unique key."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite

from models import db


def insert_or_update(model: type[Any], values: dict[str, Any], *, by: list[str], changes: dict[str, Any]) -> Insert:
    """Insert the row, or change the one that holds the same key; `changes` may speak of the columns of the model."""
    made = _insert(model).values(values)
    return made.on_conflict_do_update(index_elements=by, set_=changes)


def insert_if_new(model: type[Any], values: dict[str, Any], *, by: list[str] | None = None) -> Insert:
    """Insert the row unless one holds the same key, or any unique key of it where none is named."""
    return _insert(model).values(values).on_conflict_do_nothing(index_elements=by)


def _insert(model: type[Any]) -> Any:
    named = db.session.get_bind().dialect.name
    return postgresql.insert(model) if named == "postgresql" else sqlite.insert(model)
