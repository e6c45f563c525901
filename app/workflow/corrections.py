"""Verbs on the calendar: write down a day on which this city departs from the official one, and take it back."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, update

from app.access import policy
from app.access.actor import Actor
from app.audit.queries import stale_page
from app.audit.service import record
from app.errors import Conflict, Invalid, NotFound
from app.messages import Message
from app.uow import atomic
from models import CalendarDay, db

_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)


@atomic
def correct_day(day: date, *, working: bool, note: str, by: Actor) -> CalendarDay:
    """Write down that a day is, or is not, a working day here. Limits are counted with it at once."""
    policy.require(by, "calendar:edit")
    _require_fit(day, note)
    if db.session.get(CalendarDay, day) is not None:
        raise Conflict(
            Message("This day is written down already."), remedy=Message("Open it in the list and change it there.")
        )
    written = CalendarDay(day=day, working=working, note=note.strip())
    db.session.add(written)
    db.session.flush()
    record("calendar_day:create", by=by, kind="calendar_day", record_id=day.isoformat(),
           after={"working": working, "note": written.note})  # fmt: skip
    return written


@atomic
def change_correction(day: date, *, working: bool, note: str, by: Actor, revision: int) -> CalendarDay:
    """Change what is written down about a day, from the page of that revision."""
    written = _opened(day, by)
    _require_fit(day, note)
    before = {"working": written.working, "note": written.note}
    after = {"working": working, "note": note.strip()}
    changed = db.session.execute(
        update(CalendarDay)
        .where(CalendarDay.day == day, CalendarDay.revision == revision)
        .values(**after, revision=revision + 1)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise stale_page("calendar_day", day.isoformat())
    db.session.refresh(written)
    record("calendar_day:change", by=by, kind="calendar_day", record_id=day.isoformat(), before=before, after=after)
    return written


@atomic
def remove_correction(day: date, *, by: Actor, revision: int) -> None:
    """Take a correction back: the official calendar holds for the day again."""
    written = _opened(day, by)
    before = {"working": written.working, "note": written.note}
    removed = db.session.execute(delete(CalendarDay).where(CalendarDay.day == day, CalendarDay.revision == revision))
    if removed.rowcount != 1:  # type: ignore[attr-defined]
        raise stale_page("calendar_day", day.isoformat())
    record("calendar_day:remove", by=by, kind="calendar_day", record_id=day.isoformat(), before=before, after={})


def _opened(day: date, by: Actor) -> CalendarDay:
    policy.require(by, "calendar:edit")
    written = db.session.get(CalendarDay, day, populate_existing=True)
    if written is None:
        raise NotFound
    return written


def _require_fit(day: date, note: str) -> None:
    problems: dict[str, Message] = {}
    if not _EARLIEST <= day < _LATEST:
        problems["day"] = Message("Choose a day between 2000 and 2099.")
    if not 1 <= len(note.strip()) <= 120:
        problems["note"] = Message("Write why, in at most 120 characters.")
    if problems:
        raise Invalid(fields=problems)
