"""The history of a record, read from the audit chain: who, when, what, before and after."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from admin_views.changes import Change, changes_of
from models import AuditEvent, AuditSubject, db

PAGE = 50


@dataclass(frozen=True)
class Happening:
    """One event of the chain, ready to be shown."""

    seq: int
    at: datetime
    who: str
    action: str
    note: str
    address: str
    changes: tuple[Change, ...]
    reading: bool


def events_of(kind: str, record_id: Any, *, page: int = 0, with_pay: bool) -> tuple[list[Happening], bool]:
    """The newest events of a record first, and whether there are more. `with_pay` is whether amounts may be shown."""
    statement = (
        select(AuditEvent)
        .where(AuditEvent.record_kind == kind, AuditEvent.record_id == str(record_id))
        .order_by(AuditEvent.seq.desc())
        .limit(PAGE + 1)
        .offset(page * PAGE)
    )
    rows = list(db.session.scalars(statement))
    changes = changes_of(rows[:PAGE])
    return [_of_pay(_happening(row, changes), with_pay) for row in rows[:PAGE]], len(rows) > PAGE


def _of_pay(told: Happening, with_pay: bool) -> Happening:
    """That a wage was written is told to everybody who sees the record, how much it is only to those who see wages."""
    return told if with_pay or not told.action.startswith("pay:") else replace(told, changes=())


def concerned(events: Sequence[Happening]) -> list[int]:
    """The employees whose pay or identity data these events show."""
    shown_here = [event.seq for event in events]
    return list(db.session.scalars(select(AuditSubject.staff_id).where(AuditSubject.seq.in_(shown_here)).distinct()))


def last_change(kind: str, record_id: Any) -> Happening | None:
    """The newest event that changed the record: what a stale page is told."""
    statement = (
        select(AuditEvent)
        .where(AuditEvent.record_kind == kind, AuditEvent.record_id == str(record_id), AuditEvent.after.is_not(None))
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    )
    row = db.session.scalars(statement).first()
    return happening(row) if row is not None else None


# What the program itself notes of a reading, in one form for every language; what people wrote stays as it is.
_NOTED: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (re.compile(r"page (\d+)"), lambda page: _("page %(page)s", page=page)),
    (re.compile(r"small pictures of ([\w ]+)"), lambda codes: _("small pictures of %(materials)s", materials=codes)),
    (re.compile(r"(loaded ahead)"), lambda _found: _("loaded ahead")),
)


def note_in_words(note: str | None) -> str:
    """A kept note in the reader's language."""
    parts = [_part_in_words(part) for part in re.split(r"[;,] ", note or "")]
    return _("; ").join(part for part in parts if part) if all(parts) else note or ""


def _part_in_words(part: str) -> str | None:
    for form, say_it in _NOTED:
        found = form.fullmatch(part)
        if found:
            return say_it(found.group(1))
    return None


def happening(row: AuditEvent) -> Happening:
    return _happening(row, changes_of([row]))


def _happening(row: AuditEvent, changes: Mapping[int, tuple[Change, ...]]) -> Happening:
    return Happening(
        row.seq, row.at, row.actor_name, row.action, note_in_words(row.note), row.address, changes[row.seq],
        reading=row.before is None and row.after is None,
    )  # fmt: skip
