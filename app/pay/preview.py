"""What an application would change: pay before and after, from when, back pay, and why (or why not)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from app.messages import Message
from app.pay.agenda import effective_month
from app.pay.back_pay import BackPay, back_pay
from app.pay.careers import Person, Settings
from app.pay.components import Component, Wage
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
    before: Person | None = None,
    until: Month | None = None,
) -> Preview:
    """What `new_event` (or several) would change if its amounts were first paid in `month`.

    Back pay covers the months from the effective month to the one before `month`. `before` is the person if a fact of
    them changes too, `until` the last month of the links (default: `month`). Raises `PayError` if the wage after the
    change cannot be calculated.
    """
    new_events = [new_event] if isinstance(new_event, Event) else list(new_event)
    ids = {event.id for event in new_events}
    old = _career_before(before or person, events, settings, tables)
    new = replay(person, [*events, *new_events], settings=settings, until=until or month_of(month), tables=tables)
    if new.stopped is not None and new.stopped.cause.event in ids:
        raise new.stopped.error
    effective = _effective(old, new, new_events, ids)
    after = new.wage_in(effective)
    wage_before, before_error = _wage_before(old, effective)
    owed = BackPay()
    if before_error is None:
        owed = back_pay(old, new, from_month=effective, first_paid_month=month_of(month))
    return Preview(
        before=wage_before,
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


def _effective(old: Career | None, new: Career, new_events: Sequence[Event], ids: set[str]) -> Month:
    """The month of the first change of state that the new events bring; else the first that is paid otherwise (a leave
    is paid in full at first, a cleared measure is undone from its start); else the month they count from."""
    months = [moment.month for moment in new.moments if moment.cause.event in ids]
    if not months and old is not None:
        months = _paid_otherwise(old, new)
    earliest = min(months) if months else min(effective_month(event) for event in new_events)
    return max(earliest, new.facts.start_month)


def _paid_otherwise(old: Career, new: Career) -> list[Month]:
    """The months of links in which both careers have an amount, and not the same."""
    found = []
    for month in sorted({link.effective_month for link in (*old.links, *new.links)}):
        held, wanted = old.last_link_in(month), new.last_link_in(month)
        if held and wanted and held.wage and wanted.wage and held.total != wanted.total:
            found.append(month)
    return found


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


class KeptLink(Protocol):
    """What is read of a wage record."""

    effective_month: Month
    standard_version: Month
    state: dict[str, Any]
    components: list[Any]


@dataclass(frozen=True)
class _Kept:
    """A chain as it is kept, asked like a career."""

    chain: Sequence[KeptLink]

    def wage_in(self, month: Month) -> Wage:
        held = [link for link in self.chain if link.effective_month <= month][-1]
        parts = tuple(Component.from_json(part) for part in held.components)
        return Wage(month, "NORMAL", held.standard_version, held.state, parts)


def preview_again(
    person: Person,
    events: Sequence[Event],
    chain: Sequence[KeptLink],
    *,
    month: Month,
    tables: Standards | None = None,
) -> Preview | None:
    """What would change without a new event: by a corrected fact of the person, a new standard, a year gone by.

    Null if the kept chain already pays what the rules give. Raises `PayError` where an amount cannot be given.
    """
    new = replay(person, events, until=month, tables=tables)
    kept = _Kept(chain)
    wanted = [link for link in new.links if link.wage is not None]
    changes = {link.effective_month for link in chain} | {link.effective_month for link in wanted}
    months = sorted(one for one in changes if one <= month)
    effective = next((one for one in months if _differs(kept, wanted, one)), None)
    if effective is None:
        return None
    return Preview(
        before=kept.wage_in(effective),
        after=new.wage_in(effective),
        effective_month=effective,
        back_pay=back_pay(kept, new, from_month=effective, first_paid_month=month),
        reasons=tuple(reason for link in wanted if link.effective_month >= effective for reason in link.reasons),
        why_not=(),
        links=tuple(link for link in wanted if link.effective_month >= effective),
    )


def _differs(kept: _Kept, wanted: Sequence[Link], month: Month) -> bool:
    held = [link for link in wanted if link.effective_month <= month][-1]
    return kept.wage_in(month).total != held.total
