"""What an application would change: pay before and after, from when, back pay, and why (or why not)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.messages import Message
from app.pay.agenda import effective_month
from app.pay.back_pay import BackPay, back_pay
from app.pay.careers import Person, Settings
from app.pay.components import Wage
from app.pay.errors import PayError
from app.pay.events import Event, Join, Opening
from app.pay.months import Month, month_of
from app.pay.replay import Career, Link, replay
from app.pay.standards import Standards


@dataclass(frozen=True, slots=True)
class Preview:
    """What new events would do.

    `before` is null for a new hire, and if the pay before cannot be calculated (`before_error` then says why). `links`
    are the new links of the chain. `why_not` says what the events do not bring, or take away later.
    """

    before: Wage | None
    after: Wage
    effective_month: Month
    back_pay: BackPay
    reasons: tuple[Message, ...]
    why_not: tuple[Message, ...]
    links: tuple[Link, ...]
    before_error: PayError | None = None

    @property
    def difference(self) -> Decimal:
        """How much more (or less) a month, from the effective month."""
        return self.after.total - (self.before.total if self.before else Decimal(0))


def preview(
    person: Person,
    events: Sequence[Event],
    new_event: Event | Sequence[Event],
    *,
    month: Month,
    settings: Settings = Settings(),
    tables: Standards | None = None,
) -> Preview:
    """What `new_event` (or several) would change if its amounts were first paid in `month`.

    Back pay covers the months from the effective month to the one before `month`. Raises `PayError` if the wage after
    the change cannot be calculated.
    """
    new_events = [new_event] if isinstance(new_event, Event) else list(new_event)
    ids = {event.id for event in new_events}
    old = _career_before(person, events, settings, tables)
    new = replay(person, [*events, *new_events], settings=settings, until=month_of(month), tables=tables)
    if new.stopped is not None and new.stopped.cause.event in ids:
        raise new.stopped.error
    effective = _effective(new, new_events, ids)
    after = new.wage_in(effective)
    before, before_error = _wage_before(old, effective)
    owed = BackPay()
    if before_error is None:
        owed = back_pay(old, new, from_month=effective, first_paid_month=month_of(month))
    return Preview(
        before=before,
        after=after,
        effective_month=effective,
        back_pay=owed,
        reasons=tuple(reason for moment in new.moments if moment.cause.event in ids for reason in moment.reasons),
        why_not=_why_not(old, new, ids),
        links=tuple(link for link in new.links if link.cause.event in ids),
        before_error=before_error,
    )


def _career_before(
    person: Person, events: Sequence[Event], settings: Settings, tables: Standards | None
) -> Career | None:
    """The career as it stands, or null if it has not begun."""
    if not any(isinstance(event, Join | Opening) for event in events):
        return None
    return replay(person, events, settings=settings, tables=tables)


def _effective(new: Career, new_events: Sequence[Event], ids: set[str]) -> Month:
    """The month of the first change that the new events bring; if they bring none, the month they count from."""
    months = [moment.month for moment in new.moments if moment.cause.event in ids]
    earliest = min(months) if months else min(effective_month(event) for event in new_events)
    return max(earliest, new.facts.start_month)


def _wage_before(old: Career | None, month: Month) -> tuple[Wage | None, PayError | None]:
    if old is None or month < old.facts.start_month:
        return None, None
    try:
        return old.wage_in(month), None
    except PayError as error:
        return None, error


def _why_not(old: Career | None, new: Career, ids: set[str]) -> tuple[Message, ...]:
    """What the new events do not bring, and what they take away later (an increment that is then skipped)."""
    known = {(note.month, note.reasons) for note in old.notes} if old else set()
    return tuple(
        reason
        for note in new.notes
        if note.cause.event in ids or (note.month, note.reasons) not in known
        for reason in note.reasons
    )
