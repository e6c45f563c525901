"""What a rule looks at: the months of a run, the parameters that hold, and the pieces of SQL that rules share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    String,
    Subquery,
    and_,
    column,
    or_,
    select,
    values,
)
from sqlalchemy.orm import aliased

from app import clock
from app.cases.evidence import Figure, Piece, Place
from app.messages import Message
from app.pay.months import Month, month_said, months_from, plus_months
from app.pay.names import SERIES_OF_CATEGORY
from app.pay.standards import CONFIDENCE, TRUSTED
from app.risk.registry import Rule
from app.standards.queries import current
from models import CareerEvent, PayrollLine, PayrollSheet, Staff, Unit, WageRecord
from models.base import UtcDateTime

POST_TABLE = "institution_post_wage"
ENDING = ("death", "retirement", "separation")
BEGINNING = ("join", "opening", "transfer")
IN_ONE_STATEMENT = 5_000


@dataclass(frozen=True)
class Setting:
    """Whether a rule is on for a class of units, and its values."""

    active: bool = True
    values: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Looked:
    """One rule's look: from month `since` until month `until`, both counted, under the settings that hold today.

    `settings` is by unit type; the empty one is for every unit that has none of its own.
    """

    rule: Rule
    since: Month
    until: Month
    settings: Mapping[str, Setting]

    @property
    def months(self) -> list[Month]:
        return months_from(self.since, plus_months(self.until, 1))

    def active(self, unit_type: str) -> bool:
        """Whether the rule is on for this class of units."""
        return self._setting(unit_type).active

    def value(self, code: str, unit_type: str) -> int:
        """A parameter for this class of units: its own, that of all units, or the default."""
        for setting in (self.settings.get(unit_type), self.settings.get("")):
            if setting is not None and setting.values and code in setting.values:
                return setting.values[code]
        return self.rule.knob(code).default

    def least(self, code: str) -> int:
        """The smallest value of a parameter over all classes: what a statement may leave out for everybody."""
        return min(self.value(code, unit_type) for unit_type in ("", *self.settings))

    def most(self, code: str) -> int:
        return max(self.value(code, unit_type) for unit_type in ("", *self.settings))

    def _setting(self, unit_type: str) -> Setting:
        return self.settings.get(unit_type) or self.settings.get("") or Setting()

    @cached_property
    def lines(self) -> Subquery:
        """The payroll lines that stand, of the months looked at."""
        return self.lines_between(self.since, self.until)

    def lines_between(self, since: Month, until: Month) -> Subquery:
        return (
            select(PayrollLine)
            .join(PayrollSheet, PayrollSheet.id == PayrollLine.sheet_id)
            .where(PayrollSheet.replaced_at.is_(None), PayrollLine.month.between(since, until))
            .subquery("paid")
        )

    def months_with(self, back: int) -> CTE:
        """Every month looked at, with the month `back` months before it and the moment at which that one begins."""
        rows = [(month, plus_months(month, -back), moment_of(plus_months(month, -back))) for month in self.months]
        named = values(column("month", Date), column("back", Date), column("moment", UtcDateTime), name="months")
        return named.data(rows).cte("months")

    @cached_property
    def posts(self) -> CTE:
        """Post codes with their post wage in fen, by the newest standard until the last month looked at."""
        newest: dict[str, tuple[date, int]] = {"": (date.min, 0)}
        for cell in current().cells():
            series = SERIES_OF_CATEGORY.get(cell.category)
            trusted = CONFIDENCE.index(cell.confidence) >= TRUSTED
            if cell.table == POST_TABLE and series is not None and trusted and cell.version <= self.until:
                post = f"{series}-{cell.level}"
                newest[post] = max(newest.get(post, (date.min, 0)), (cell.version, int(cell.amount * 100)))
        named = values(column("post", String), column("fen", Integer), name="posts")
        return named.data([(post, fen) for post, (_, fen) in newest.items()]).cte("posts")


def moment_of(day: date) -> datetime:
    """The beginning of a day in Shanghai."""
    return datetime.combine(day, time(0), clock.SHANGHAI)


def link_that_allows(
    paid: Any, months: CTE, staff_id: Any, *conditions: Callable[[Any], ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Whether a wage link that meets the conditions explains what was paid in a month: in force then, or in force
    until a change that the record knew of no longer than the months of grace before."""
    link, following = aliased(WageRecord), aliased(WageRecord)
    held = or_(
        and_(
            link.voided_at.is_(None),
            or_(
                following.id.is_(None), following.effective_month > months.c.back,
                following.created_at > months.c.moment,
            ),
        ),
        link.voided_at > months.c.moment,
    )  # fmt: skip
    return (
        select(link.id)
        .outerjoin(following, and_(following.previous_id == link.id, following.voided_at.is_(None)))
        .where(
            link.staff_id == staff_id,
            link.effective_month <= paid.c.month,
            held,
            *(condition(link) for condition in conditions),
        )
        .exists()
    )


def ended_before(staff: Any, day: Any) -> ColumnElement[bool]:
    """Whether a career ended before a day, and did not begin again since."""
    ended, again = aliased(CareerEvent), aliased(CareerEvent)
    begun = (
        select(again.id)
        .where(again.staff_id == ended.staff_id, again.kind.in_(BEGINNING), again.voided_at.is_(None),
               again.day > ended.day)
        .exists()
    )  # fmt: skip
    by_event = (
        select(ended.id)
        .where(ended.staff_id == staff.id, ended.kind.in_(ENDING), ended.voided_at.is_(None), ended.day < day, ~begun)
        .exists()
    )
    return or_(and_(staff.state == "ENDED", staff.left_on < day), by_event)


def of_units(looked: Looked) -> ColumnElement[bool]:
    """Units for which the rule is on."""
    off = [unit_type for unit_type in looked.settings if unit_type and not looked.active(unit_type)]
    return Unit.unit_type.not_in(off) if off else Unit.id.is_not(None)


def in_lots(ids: Iterable[int]) -> list[list[int]]:
    """Ids in lots that one statement can name."""
    ordered = sorted(set(ids))
    return [ordered[start : start + IN_ONE_STATEMENT] for start in range(0, len(ordered), IN_ONE_STATEMENT)]


def paid_piece(line: Any, *, unit: str, figures: Sequence[Figure] = (), staff_id: int | None = None) -> Piece:
    """A month in which somebody was paid, as evidence that leads to the payroll."""
    return Piece(
        Message("%(month)s: paid by %(unit)s", month=month_said(line.month), unit=unit),
        (Figure(Message("Basic wage paid"), line.basic_fen), *figures),
        staff_id=staff_id if staff_id is not None else line.staff_id, unit_id=line.unit_id,
        place=Place("payroll", line.sheet_id),
    )  # fmt: skip


def months_said(months: Sequence[Month]) -> Any:
    """One month, or the first and the last of several."""
    if months[0] == months[-1]:
        return month_said(months[0])
    return Message("%(first)s to %(last)s", first=month_said(months[0]), last=month_said(months[-1]))


def staff_of(paid: Any) -> ColumnElement[bool]:
    """Whose payroll line it is, by the identity number, also where the roster knew them later than the payroll."""
    return Staff.id_number_index == paid.c.id_number_index


__all__ = [
    "Looked",
    "Setting",
    "ended_before",
    "in_lots",
    "link_that_allows",
    "moment_of",
    "months_said",
    "of_units",
    "paid_piece",
    "staff_of",
]
