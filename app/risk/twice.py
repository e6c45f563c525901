"""Rules about whom money goes to twice: one person paid by two units, one bank account for several people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import distinct, func, select

from app.cases.evidence import Figure, Piece, Place, digest_of
from app.messages import Message
from app.pay.months import month_said
from app.risk.looking import Looked, months_said, of_units, paid_piece, staff_of
from app.risk.registry import Finding, Knob, Rule, register
from models import Staff, Unit, db
from models.cases import CaseSeverity


@register
class PaidTwice(Rule):
    """One identity number with a basic wage in two units in the same month."""

    code = "paid-twice"
    title = Message("Paid in two units")
    why = Message(
        "One person has one basic wage. At a transfer the month in which the old unit stops and the month in which the "
        "new one starts are adjacent and never the same (O-7)."
    )
    cites = ("O-7",)
    severity = CaseSeverity.GRAVE
    knobs = (Knob("months", Message("Months paid twice from which on it is a case"), 1, 1, 12, "months"),)

    def find(self, looked: Looked) -> Iterable[Finding]:
        paid = looked.lines
        several = (
            select(paid.c.id_number_index, paid.c.month)
            .where(paid.c.basic_fen > 0)
            .group_by(paid.c.id_number_index, paid.c.month)
            .having(func.count(distinct(paid.c.unit_id)) > 1)
            .subquery("several")
        )
        rows = db.session.execute(
            select(*paid.c, Unit.name.label("unit"), Unit.unit_type, Staff.unit_id.label("home"), Staff.id.label("who"))
            .join(several, (several.c.id_number_index == paid.c.id_number_index) & (several.c.month == paid.c.month))
            .join(Unit, Unit.id == paid.c.unit_id)
            .outerjoin(Staff, staff_of(paid))
            .where(paid.c.basic_fen > 0, of_units(looked))
            .order_by(paid.c.id_number_index, paid.c.month, paid.c.unit_id)
        ).all()
        by_person: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            by_person[row.id_number_index].append(row)
        for index, lines in by_person.items():
            units = sorted({line.unit_id for line in lines})
            months = sorted({line.month for line in lines})
            if len(units) > 1 and len(months) >= looked.value("months", lines[0].unit_type):
                yield self._finding(index, lines, units, months)

    def _finding(self, index: str, lines: list[Any], units: list[int], months: list[Any]) -> Finding:
        """For the unit that is not the person's own, or that began later."""
        home = lines[0].home
        first = {unit: min(line.month for line in lines if line.unit_id == unit) for unit in units}
        others = [unit for unit in units if unit != home] or units
        unit_id = max(others, key=lambda unit: (first[unit], unit))
        who = lines[0].who
        return Finding(
            key=f"{index[:24]}:{'-'.join(map(str, units))}", unit_id=unit_id,
            subject=Message("%(name)s is paid by %(count)s units: %(months)s", name=lines[0].name, count=len(units),
                            months=months_said(months)),
            evidence=[paid_piece(line, unit=line.unit, staff_id=line.who) for line in lines],
            people=() if who is None else (who,), digest=units, latest=months[-1],
        )  # fmt: skip


@register
class SameAccount(Rule):
    """One bank account that takes the wages of several people."""

    code = "same-account"
    title = Message("One bank account for several people")
    why = Message(
        "A wage goes to the account of its owner; one account for several people hides who is paid. No wage rule names "
        "this; it is what auditors look at."
    )
    cites = ()
    severity = CaseSeverity.GRAVE
    knobs = (Knob("people", Message("People on one account from which on it is a case"), 2, 2, 20),)

    def find(self, looked: Looked) -> Iterable[Finding]:
        paid = looked.lines
        shared = (
            select(paid.c.account_index, paid.c.month)
            .where(paid.c.account_index != "")
            .group_by(paid.c.account_index, paid.c.month)
            .having(func.count(distinct(paid.c.id_number_index)) >= looked.least("people"))
            .subquery("shared")
        )
        rows = db.session.execute(
            select(*paid.c, Unit.name.label("unit"), Unit.unit_type, Staff.id.label("who"))
            .join(shared, (shared.c.account_index == paid.c.account_index) & (shared.c.month == paid.c.month))
            .join(Unit, Unit.id == paid.c.unit_id)
            .outerjoin(Staff, staff_of(paid))
            .where(of_units(looked))
            .order_by(paid.c.account_index, paid.c.month, paid.c.row)
        ).all()
        by_account: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            by_account[row.account_index].append(row)
        for account, lines in by_account.items():
            people = sorted({line.id_number_index for line in lines})
            if len(people) >= looked.value("people", lines[-1].unit_type):
                yield self._finding(account, lines, people)

    def _finding(self, account: str, lines: list[Any], people: list[str]) -> Finding:
        last = lines[-1]
        newest = {line.id_number_index: line for line in lines}
        return Finding(
            key=account[:32], unit_id=last.unit_id,
            subject=Message("The account ending in %(tail)s takes the wages of %(count)s people",
                            tail=last.account_tail,
                            count=len(people)),
            evidence=[
                Piece(
                    Message("%(name)s, last in %(month)s, paid by %(unit)s", name=line.name,
                            month=month_said(line.month), unit=line.unit),
                    (Figure(Message("Basic wage paid"), line.basic_fen),
                     Figure(Message("Months on this account"),
                            len({one.month for one in lines if one.id_number_index == index}), "count")),
                    staff_id=line.who, unit_id=line.unit_id, place=Place("payroll", line.sheet_id),
                )
                for index, line in newest.items()
            ],
            people=[line.who for line in newest.values() if line.who is not None], digest=digest_of(people),
            latest=max(line.month for line in lines),
        )  # fmt: skip
