"""The rule about back pay: more of it than the delay of a change explains (G-4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app import clock
from app.cases.evidence import Figure, Piece, Place
from app.messages import Message
from app.pay.months import Month, month_of, month_said, month_text, months_between, plus_months
from app.risk.looking import Looked, in_lots, of_units, paid_piece, staff_of
from app.risk.registry import Finding, Knob, Rule, register
from models import Staff, Unit, WageRecord, db


@dataclass(frozen=True)
class Raise:
    """One change of the wage: from when, by how much, and when the record learnt of it."""

    month: Month
    by_fen: int
    known: Month


@register
class BackPayTooLong(Rule):
    """Back pay beyond the raise times the months from the effective month to the first payment of the new amount."""

    code = "back-pay"
    title = Message("Back pay longer than the delay explains")
    why = Message(
        "Back pay is the raise times the months from the effective month to the one before the first payment of the "
        "new amount (G-4)."
    )
    cites = ("G-4",)
    knobs = (
        Knob("more", Message("Yuan of back pay without a reason that are let pass"), 10, 0, 5000, "yuan"),
        Knob("after", Message("Months after the first payment in which back pay may still come"), 2, 0, 12, "months"),
    )

    def find(self, looked: Looked) -> Iterable[Finding]:
        paid = looked.lines
        rows = db.session.execute(
            select(*paid.c, Unit.name.label("unit"), Unit.unit_type, Staff.id.label("who"))
            .join(Staff, staff_of(paid))
            .join(Unit, Unit.id == paid.c.unit_id)
            .where(paid.c.back_pay_fen > looked.least("more") * 100, of_units(looked))
            .order_by(Staff.id, paid.c.month)
        ).all()
        people = {row.who for row in rows}
        raises, history = _raises(people), _history(looked, people)
        used: dict[tuple[int, Raise], int] = defaultdict(int)
        for row in rows:
            after, left = looked.value("after", row.unit_type), 0
            for change, months in _explained(raises.get(row.who, ()), history[row.who], row.month, after):
                open_ = max(months * change.by_fen - used[row.who, change], 0)  # nothing is made good twice
                used[row.who, change] += min(open_, max(row.back_pay_fen - left, 0))
                left += open_
            if row.back_pay_fen > left + looked.value("more", row.unit_type) * 100:
                yield self._finding(row, left)

    def _finding(self, row: Any, explained: int) -> Finding:
        return Finding(
            key=f"{row.who}:{row.unit_id}:{month_text(row.month)}", unit_id=row.unit_id, people=(row.who,),
            subject=Message("%(name)s got back pay in %(month)s that no delay explains", name=row.name,
                            month=month_said(row.month)),
            evidence=[
                paid_piece(
                    row, unit=row.unit, staff_id=row.who,
                    figures=(Figure(Message("Back pay"), row.back_pay_fen),
                             Figure(Message("Explained by the delay"), explained),
                             Figure(Message("Without a reason"), row.back_pay_fen - explained)),
                ),
                Piece(Message("The wage on record, with its reasons"), (), row.who, row.unit_id,
                      Place("staff", row.who)),
            ],
            digest=row.back_pay_fen,
        )  # fmt: skip


def _explained(
    raises: Sequence[Raise], history: Sequence[tuple[Month, int, int]], month: Month, after: int
) -> Iterable[tuple[Raise, int]]:
    """The raises that were first paid shortly before this month or in it, each with the months that it came late."""
    begin = history[0][0]
    wage = 0
    for change in raises:
        wage += change.by_fen
        if change.by_fen <= 0 or change.month > month:
            continue
        first = next((paid for paid, basic, _ in history if paid >= change.month and basic >= wage), None)
        if first is None or not plus_months(month, -after) <= first <= month:
            continue
        if change.month < begin and change.known < plus_months(begin, -after):
            continue  # paid long before the payrolls that are kept begin
        yield change, months_between(change.month, first)


def _raises(people: set[int]) -> dict[int, list[Raise]]:
    """Every change of the wages of these people, in order; the first wage is a raise from nothing."""
    found: dict[int, list[Raise]] = defaultdict(list)
    before: dict[int, int] = {}
    for lot in in_lots(people):
        for row in db.session.execute(
            select(WageRecord.staff_id, WageRecord.effective_month, WageRecord.total_fen, WageRecord.created_at)
            .where(WageRecord.staff_id.in_(lot), WageRecord.voided_at.is_(None))
            .order_by(WageRecord.staff_id, WageRecord.position)
        ):
            raised = row.total_fen - before.get(row.staff_id, 0)
            before[row.staff_id] = row.total_fen
            known = month_of(clock.local(row.created_at).date())
            found[row.staff_id].append(Raise(row.effective_month, raised, known))
    return found


def _history(looked: Looked, people: set[int]) -> dict[int, list[tuple[date, int, int]]]:
    """Month, basic wage and back pay of these people as paid, in order; all payrolls that are kept."""
    paid = looked.lines_between(date(1950, 1, 1), looked.until)
    found: dict[int, list[tuple[date, int, int]]] = defaultdict(list)
    for lot in in_lots(people):
        for row in db.session.execute(
            select(Staff.id, paid.c.month, paid.c.basic_fen, paid.c.back_pay_fen)
            .join(Staff, staff_of(paid))
            .where(Staff.id.in_(lot))
            .order_by(Staff.id, paid.c.month)
        ):
            found[row.id].append((row.month, row.basic_fen, row.back_pay_fen))
    return found
