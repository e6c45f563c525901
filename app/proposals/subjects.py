"""One person as the rules of foresight see them, and what they find due. Plain values, no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from app.messages import Message
from app.pay.agenda import effective_month
from app.pay.back_pay import BackPay, back_pay
from app.pay.career import Career
from app.pay.careers import Person
from app.pay.errors import PayError
from app.pay.events import Assessment, Event, Join, OccupationChange, Opening
from app.pay.months import Month, month_after, month_of
from app.pay.replaying import ManyReplays
from app.pay.rounding import fen
from app.pay.standards import Standards
from models import Staff

NEW = "new"
"""The id of an event that is only tried."""
NO_LINKS = date.min
"""Most careers are asked for a state or an amount of a month; the chain of links would be most of a replay's work."""


@dataclass(frozen=True)
class Reported:
    """An assessment that the unit reported and that is no event of the career yet."""

    year: int
    result: str


@dataclass(frozen=True)
class Kept:
    """A link of the kept chain: from when, and how much (fen)."""

    month: Month
    total_fen: int


@dataclass(frozen=True)
class Figures:
    """What an event brings: pay before and after (fen), from when, and the engine's own reasons.

    `problem` says why no amount can be given although the event itself is right, and `remedy` what to do about it.
    """

    month: Month
    before_fen: int | None
    after_fen: int | None
    back_pay_fen: int = 0
    reasons: tuple[Message, ...] = ()
    problem: Message | None = None
    remedy: Message | None = None
    state_before: Mapping[str, Any] = field(default_factory=dict)
    state_after: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Due:
    """What somebody is due for: the occasion (`key`), since when, by which rule, why, and the facts of an application.

    `facts` are keyed by the facts of effects and by the usual keys of fields.
    """

    foresight: str
    key: str
    due_on: date
    rule: str
    why: Message
    facts: Mapping[str, Any]
    figures: Figures | None = None
    doubts: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Subject:
    """Who is looked at, on which day, with which tables; the career is replayed once, when it is first asked for."""

    staff: Staff
    person: Person
    events: Sequence[Event]
    reported: Sequence[Reported]
    kept: Sequence[Kept]
    today: date
    many: ManyReplays
    tables: Standards

    @property
    def this_month(self) -> Month:
        return month_of(self.today)

    @cached_property
    def career(self) -> Career | None:
        """The career up to this month; None before it has begun or where it cannot be replayed."""
        if not any(isinstance(event, Join | Opening) for event in self.events):
            return None
        try:
            return self.many.replay(self.person, self.events, until=self.this_month if self._grows else NO_LINKS)
        except PayError:
            return None

    @property
    def _grows(self) -> bool:
        """Whether the wage may grow with the calendar year, which only the links tell (I-9)."""
        return self.person.occupation is not None or any(isinstance(one, OccupationChange) for one in self.events)

    @cached_property
    def state(self) -> dict[str, Any] | None:
        """The state of this month, if there is one that can be told."""
        if self.career is None:
            return None
        try:
            held = self.career.held_in(self.this_month)
        except PayError:
            return None
        return None if held.ended else held.to_json()

    @cached_property
    def sorted_out(self) -> tuple[list[Reported], Reported | None, Career | None]:
        """Reported assessments that change nothing, the oldest first, then the first that does, with the career that
        it would bring. Later ones wait for it, since each counts on those before."""
        entered: list[Reported] = []
        for one in sorted(self.reported, key=lambda report: report.year):
            base = self._with(entered)
            new = base.tried(assessment_of(one)) if base.career is not None else None
            if new is None:
                break
            if not base.changes_nothing(new):
                return entered, one, new
            entered.append(one)
        return entered, None, None

    def _with(self, entered: Sequence[Reported]) -> Subject:
        if not entered:
            return self
        more = [Assessment(id=f"entered-{one.year}", year=one.year, result=one.result) for one in entered]
        return replace(self, events=[*self.events, *more], reported=())

    def tried(self, event: Event, *, person: Person | None = None) -> Career | None:
        """The career with one event more; None if the replay refuses it."""
        try:
            new = self.many.replay(person or self.person, [*self.events, event], until=NO_LINKS)
        except PayError:
            return None
        refused = new.stopped is not None and new.stopped.cause.event == event.id
        return None if refused else new

    def changes_nothing(self, new: Career) -> bool:
        """Whether a tried career is the same, month by month, as the one without the event."""
        old = self.career
        return old is not None and [(one.month, one.state.to_json()) for one in old.moments] == [
            (one.month, one.state.to_json()) for one in new.moments
        ]

    def figures_of(self, event: Event, *, person: Person | None = None) -> Figures | None:
        """What the event would bring if it were approved today; None if the replay refuses it or changes nothing.

        The same judgement as that of the application later: the event must be allowed, and it must bring a link.
        """
        new = self.tried(event, person=person)
        return self.figures(new, event) if new is not None else None

    def figures(self, new: Career, event: Event) -> Figures | None:
        """What a tried event brings; None where it brings no link of its own."""
        moments = [moment for moment in new.moments if moment.cause.event == event.id]
        if not moments:
            return None
        month, after = moments[0].month, moments[-1].state.to_json()
        reasons = tuple(reason for moment in moments for reason in moment.reasons)
        old = self.career if self.career is not None and month >= self.career.facts.start_month else None
        before_fen: int | None = None
        before: dict[str, Any] = {}
        try:
            if old is not None:
                before = old.state_in(month)
                before_fen = fen(old.wage_in(month).total)
            paid_from = self._paid_from(event)
            owed = back_pay(old, new, from_month=month, first_paid_month=paid_from) if month < paid_from else BackPay()
            after_fen = fen(new.wage_in(month).total)
        except PayError as error:
            return Figures(
                month, before_fen, None, reasons=reasons, problem=error.message, remedy=error.remedy,
                state_before=before, state_after=after,
            )  # fmt: skip
        return Figures(
            month, before_fen, after_fen, fen(owed.amount), reasons, state_before=before, state_after=after
        )  # fmt: skip

    def _paid_from(self, event: Event) -> Month:
        return max(month_after(self.today), effective_month(event))


def assessment_of(report: Reported) -> Assessment:
    """A reported assessment as an event that is only tried."""
    return Assessment(id=NEW, year=report.year, result=report.result)
