"""Values from addresses and forms made into what the database expects, so that nothing typed becomes a fault."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_
from sqlalchemy.types import Date

from models import db

LARGEST_KEY = 2**63 - 1
LARGEST_PAGE = 1_000_000


def as_key(text: Any, column: Any) -> Any | None:
    """A primary key of the column's kind, or None where no row can have it (`abc`, a NUL byte, a number too large)."""
    text = str(text).strip()
    if isinstance(column.type, Date):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    if isinstance(column.type, Integer):
        if not (text.isascii() and text.isdigit()) or len(text) > 19:
            return None
        number = int(text)
        return number if 0 < number <= LARGEST_KEY else None
    return text if text and "\x00" not in text and len(text) <= 200 else None


def as_page(text: Any) -> int:
    """A page number counted from nought; the first page for anything else."""
    text = str(text or "").strip()
    return min(int(text), LARGEST_PAGE) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def as_index(text: Any) -> int | None:
    """The place of a column in the list, or None."""
    text = str(text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def as_text(text: Any, *, longest: int = 100) -> str:
    """What was searched for, without what no row can contain."""
    return str(text or "").replace("\x00", "").strip()[:longest]


def begins_with(column: Any, text: str) -> ColumnElement[bool]:
    """A prefix that an index can answer: a range on SQLite, an escaped LIKE on PostgreSQL."""
    if db.engine.dialect.name == "sqlite":
        return and_(column >= text, column < text[:-1] + _following(text[-1]))
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    result: ColumnElement[bool] = column.like(f"{escaped}%", escape="\\")
    return result


def _following(character: str) -> str:
    """The next character, leaving out the surrogates, which are none."""
    code = ord(character) + 1
    return chr(0xE000 if 0xD800 <= code <= 0xDFFF else min(code, 0x10FFFF))
