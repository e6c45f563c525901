"""Rules about who is paid at all: after the end of a career, on no roster, between two units at a transfer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import distinct, func, select

from app.cases.evidence import Figure, Piece, Place
from app.messages import Message
from app.pay.months import day_said, month_of, month_said, month_text, months_between, plus_months
from app.risk.looking import ENDING, Looked, ended_before, in_lots, months_said, of_units, paid_piece, staff_of
from app.risk.registry import Finding, Knob, Rule, register
from models import CareerEvent, PayrollSheet, Staff, Unit, db
from models.cases import CaseSeverity

_ENDS = {
    "death": Message("Died on %(day)s"),
    "retirement": Message("Retired on %(day)s"),
    "separation": Message("Left on %(day)s"),
    "": Message("Off the roster since %(day)s"),
}


@register
class PaidAfterEnd(Rule):
    """A basic wage in a month after the one of death, retirement, separation, or after the stop month."""

    code = "paid-after-end"
    title = Message("Paid after death, retirement, separation or the stop month")
    why = Message(
        "Pay stops the month after death, retirement or separation (O-8); after a transfer away the stop month of the "
        "letter is the last one paid (O-7)."
    )
    cites = ("O-7", "O-8")
    severity = CaseSeverity.GRAVE
    knobs = (Knob("grace", Message("Months after the end that are let pass"), 0, 0, 6, "months"),)

    def find(self, looked: Looked) -> Iterable[Finding]:
        paid = looked.lines
        rows = db.session.execute(
            select(*paid.c, Unit.name.label("unit"), Unit.unit_type, Staff.id.label("who"), Staff.left_on,
                   Staff.name.label("known_as"))
            .join(Staff, staff_of(paid))
            .join(Unit, Unit.id == paid.c.unit_id)
            .where(paid.c.basic_fen > 0, ended_before(Staff, paid.c.month), of_units(looked))
            .order_by(Staff.id, paid.c.month)
        ).all()  # fmt: skip
        ends = _ends({row.who for row in rows})
        by_person: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for row in rows:
            kind, day = ends.get(row.who, ("", row.left_on))
            if months_between(month_of(day), row.month) > looked.value("grace", row.unit_type):
                by_person[row.who, row.unit_id].append((row, kind, day))
        for (who, unit_id), found in by_person.items():
            lines = [line for line, _, _ in found]
            _, kind, day = found[0]
            months = [line.month for line in lines]
            yield Finding(
                key=f"{who}:{unit_id}", unit_id=unit_id, people=(who,),
                subject=Message("%(name)s is still paid in %(months)s: %(why)s", name=lines[0].known_as,
                                months=months_said(months), why=Message(_ENDS[kind].msgid, day=day_said(day))),
                evidence=[
                    Piece(Message(_ENDS[kind].msgid, day=day_said(day)), (), who, unit_id, Place("staff", who)),
                    *(paid_piece(line, unit=line.unit, staff_id=who) for line in lines),
                ],
                digest=[kind, day.isoformat()], latest=months[-1],
            )  # fmt: skip


def _ends(staff_ids: set[int]) -> dict[int, tuple[str, date]]:
    """How and when the careers of these people ended, by the last event that says so."""
    found: dict[int, tuple[str, date]] = {}
    for lot in in_lots(staff_ids):
        rows = db.session.execute(
            select(CareerEvent.staff_id, CareerEvent.kind, CareerEvent.day)
            .where(CareerEvent.staff_id.in_(lot), CareerEvent.kind.in_(ENDING), CareerEvent.voided_at.is_(None))
            .order_by(CareerEvent.day.desc())
        )
        found.update({row.staff_id: (row.kind, row.day) for row in rows if row.day is not None})
    return found


@register
class NotOnRoster(Rule):
    """A payroll line for somebody whom no roster knows."""

    code = "not-on-roster"
    title = Message("Paid without being on any roster")
    why = Message(
        "A basic wage is set by a decision for an employee on the roster (I-2, C-2); of these people there is none."
    )
    cites = ("I-2", "C-2")
    severity = CaseSeverity.GRAVE
    knobs = (Knob("months", Message("Months paid from which on it is a case"), 2, 1, 12, "months"),)

    def find(self, looked: Looked) -> Iterable[Finding]:
        paid = looked.lines
        unknown = (
            select(paid.c.id_number_index, paid.c.unit_id)
            .outerjoin(Staff, staff_of(paid))
            .where(Staff.id.is_(None), paid.c.basic_fen > 0)
            .group_by(paid.c.id_number_index, paid.c.unit_id)
            .having(func.count(distinct(paid.c.month)) >= looked.least("months"))
            .subquery("unknown")
        )
        rows = db.session.execute(
            select(*paid.c, Unit.name.label("unit"), Unit.unit_type)
            .join(unknown, (unknown.c.id_number_index == paid.c.id_number_index)
                  & (unknown.c.unit_id == paid.c.unit_id))
            .join(Unit, Unit.id == paid.c.unit_id)
            .where(of_units(looked))
            .order_by(paid.c.unit_id, paid.c.id_number_index, paid.c.month)
        ).all()  # fmt: skip
        by_person: dict[tuple[int, str], list[Any]] = defaultdict(list)
        for row in rows:
            by_person[row.unit_id, row.id_number_index].append(row)
        for (unit_id, index), lines in by_person.items():
            months = [line.month for line in lines]
            if len(set(months)) < looked.value("months", lines[0].unit_type):
                continue
            yield Finding(
                key=f"{unit_id}:{index[:32]}", unit_id=unit_id,
                subject=Message("%(name)s is paid in %(months)s and is on no roster", name=lines[0].name,
                                months=months_said(months)),
                evidence=[paid_piece(line, unit=line.unit) for line in lines],
                digest=unit_id, latest=months[-1],
            )  # fmt: skip


@register
class TransferGap(Rule):
    """The month in which the old unit stopped and the one in which the new unit started are not adjacent."""

    code = "transfer-gap"
    title = Message("Transfer months not adjacent")
    why = Message(
        "The transfer letter states the last month paid by the old unit and the first by the new one; the two must be "
        "adjacent (O-7)."
    )
    cites = ("O-7",)
    severity = CaseSeverity.NOTICE
    knobs = (Knob("longest", Message("Months of a gap from which on it is no transfer any more"), 6, 1, 24, "months"),)

    def find(self, looked: Looked) -> Iterable[Finding]:
        paid = looked.lines
        moved = (
            select(paid.c.id_number_index)
            .where(paid.c.basic_fen > 0)
            .group_by(paid.c.id_number_index)
            .having(func.count(distinct(paid.c.unit_id)) > 1)
        )
        rows = db.session.execute(
            select(paid.c.id_number_index, paid.c.unit_id, func.min(paid.c.month).label("first"),
                   func.max(paid.c.month).label("last"), func.min(paid.c.name).label("name"),
                   func.min(Unit.name).label("unit"), func.min(Unit.unit_type).label("unit_type"),
                   func.min(Staff.id).label("who"))
            .join(Unit, Unit.id == paid.c.unit_id)
            .outerjoin(Staff, staff_of(paid))
            .where(paid.c.basic_fen > 0, paid.c.id_number_index.in_(moved), of_units(looked))
            .group_by(paid.c.id_number_index, paid.c.unit_id)
            .order_by(paid.c.id_number_index, func.min(paid.c.month))
        ).all()  # fmt: skip
        handed_in = _handed_in(looked, {row.unit_id for row in rows})
        for before, after in pairwise(rows):
            if before.id_number_index != after.id_number_index:
                continue
            gap = months_between(before.last, after.first) - 1
            between = [plus_months(before.last, step) for step in range(1, gap + 1)]
            told = all({(before.unit_id, month), (after.unit_id, month)} <= handed_in for month in between)
            if 0 < gap <= looked.value("longest", after.unit_type) and told:
                yield self._finding(before, after, gap)

    def _finding(self, before: Any, after: Any, gap: int) -> Finding:
        who = after.who
        return Finding(
            key=f"{after.id_number_index[:24]}:{before.unit_id}-{after.unit_id}", unit_id=after.unit_id,
            people=() if who is None else (who,),
            subject=Message("%(name)s was paid by nobody for %(count)s months at a transfer", name=after.name,
                            count=gap),
            evidence=[
                Piece(Message("%(unit)s paid last in %(month)s", unit=before.unit, month=month_said(before.last)), (),
                      who, before.unit_id),
                Piece(Message("%(unit)s paid first in %(month)s", unit=after.unit, month=month_said(after.first)),
                      (Figure(Message("Months between"), gap, "count"),), who, after.unit_id,
                      Place("staff", who) if who is not None else None),
            ],
            digest=[month_text(before.last), month_text(after.first)],
        )  # fmt: skip


def _handed_in(looked: Looked, units: set[int]) -> set[tuple[int, date]]:
    """Which months' payrolls these units have handed in."""
    found: set[tuple[int, date]] = set()
    for lot in in_lots(units):
        rows = db.session.execute(
            select(PayrollSheet.unit_id, PayrollSheet.month).where(
                PayrollSheet.unit_id.in_(lot), PayrollSheet.replaced_at.is_(None),
                PayrollSheet.month.between(looked.since, looked.until),
            )
        )  # fmt: skip
        found.update((row.unit_id, row.month) for row in rows)
    return found
