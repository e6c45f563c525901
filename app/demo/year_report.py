"""What a simulated year came to, counted in the database: proposed, submitted without typing, returned, by item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from app.errors import Refused
from app.messages import joined
from models import Answer, Application, ApplicationEvent, Proposal, ServiceItem, db
from models.proposals import ProposalState


@dataclass
class Refusals:
    """What the product refused during the year, by where and in its own words: the year has to account for it."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def note(self, where: str, refusal: Refused) -> None:
        fields = list(getattr(refusal, "fields", {}).values())
        said = joined(fields, separator=" ") if fields else refusal.message
        self.counts[where, said.text()] += 1


@dataclass(frozen=True)
class Line:
    """One item: applications submitted in the year, and how many of them were what."""

    code: str
    name: str
    submitted: int
    proposed: int
    untyped: int
    returned: int


@dataclass(frozen=True)
class Report:
    """The year, by item and in all."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> Line:
        def of(name: str) -> int:
            return sum(getattr(line, name) for line in self.lines)

        return Line("", "all", of("submitted"), of("proposed"), of("untyped"), of("returned"))


def report(since: datetime, unit_ids: Iterable[int]) -> Report:
    """Count the applications begun since a moment by these units that were submitted, each by what is on record.

    Proposed: a proposal was confirmed and became it. Untyped: every answer was filled in by the system. Returned: it
    was given back at least once.
    """
    rows = db.session.execute(
        select(
            ServiceItem.code, ServiceItem.name_zh, func.count(Application.id), _how_many(_proposed()),
            _how_many(~_typed()), _how_many(_returned()),
        )
        .select_from(Application)
        .join(ServiceItem, ServiceItem.id == Application.item_id)
        .where(
            Application.created_at >= since, Application.submitted_at.is_not(None),
            Application.unit_id.in_(list(unit_ids)),
        )
        .group_by(ServiceItem.code, ServiceItem.name_zh)
        .order_by(ServiceItem.code)
    )  # fmt: skip
    return Report(tuple(Line(*row) for row in rows))


def _how_many(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _proposed() -> ColumnElement[bool]:
    confirmed = Proposal.state == ProposalState.CONFIRMED
    return select(Proposal.id).where(Proposal.application_id == Application.id, confirmed).exists()


def _typed() -> ColumnElement[bool]:
    return select(Answer.key).where(Answer.application_id == Application.id, Answer.prefilled.is_(False)).exists()


def _returned() -> ColumnElement[bool]:
    returned = ApplicationEvent.kind == "returned"
    return select(ApplicationEvent.id).where(ApplicationEvent.application_id == Application.id, returned).exists()


@dataclass(frozen=True)
class Lived:
    """A year with what it came to, what was refused in it, how many took part and how long it took."""

    report: Report
    refusals: Refusals
    units: int
    institutions: int
    staff: int
    population: int
    seconds: float


GOALS = (("proposed", "Proposed by the system", 85), ("untyped", "Submitted without a typed field", 80))


def as_text(lived: Lived) -> list[str]:
    """What the command prints: the table by item, the three shares, what was refused, and the time."""
    total = lived.report.total
    lines = [f"  {'item':<8} {'filed':>7} {'proposed':>15} {'not typed':>15} {'returned':>14}"]
    lines += [_line(line) for line in (*lived.report.lines, total)]
    for name, said, goal in GOALS:
        lines.append(f"{said}: {_share(getattr(total, name), total.submitted)}; the goal is {goal} %.")
    lines.append(f"Returned at least once: {_share(total.returned, total.submitted)}.")
    lines += [
        f"Refused {count} times ({where}): {said}" for (where, said), count in lived.refusals.counts.most_common()
    ]
    if lived.units < lived.institutions:
        lines.append(
            f"This is a sample: {lived.units} of {lived.institutions} institutions with {lived.staff:,} of "
            f"{lived.population:,} staff lived the year, drawn by the seed."
        )
    each = lived.seconds / total.submitted if total.submitted else 0
    lines.append(f"{lived.seconds:,.0f} seconds, {each:.2f} for each application from night to payment.")
    return lines


def _line(line: Line) -> str:
    return (
        f"  {line.code or 'all':<8} {line.submitted:>7,} {_share(line.proposed, line.submitted):>15}"
        f" {_share(line.untyped, line.submitted):>15} {_share(line.returned, line.submitted):>14}  {line.name}"
    )


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({100 * part / whole:.1f} %)" if whole else "0"
