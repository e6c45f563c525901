"""Payrolls of the small demo city as its units paid them, with a few matters in them that the risk rules find."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import func, select

from app.access.actor import Actor
from app.cases import service as cases
from app.pay.months import months_from
from app.risk.recorded import paid_by_record
from app.risk.registry import RULES
from app.risk.service import Paid, account_index_of, keep_payroll, look, set_establishment
from app.staff import identity
from models import Case, Staff, db

MONTHS = months_from(date(2017, 11, 1), date(2018, 4, 1))
GHOST = "360102198508123459"


def pay_and_look(by: Actor) -> dict[str, int]:
    """Hand in the payrolls, run every rule, and let one unit answer; returns how many rows of each kind."""
    units = list(db.session.scalars(select(Staff.unit_id).group_by(Staff.unit_id).order_by(func.count().desc())))
    school, other = units[0], units[1]
    sheets = 0
    for unit_id in units:
        for month in MONTHS:
            lines = [_with_account(line) for line in paid_by_record(unit_id, month)]
            if unit_id == school:
                lines = _as_the_school_paid(month, lines)
            elif unit_id == other and month >= MONTHS[2]:
                lines += [_with_account(line) for line in paid_by_record(school, month)[:1]]
            if lines:
                keep_payroll(unit_id, month, lines, by=by, filename=f"{month:%Y-%m}.xlsx")
                sheets += 1
    heads = len(paid_by_record(school, MONTHS[0]))
    set_establishment(school, head_count=heads, valid_from=date(2017, 1, 1), document="江编办〔2016〕18号", by=by)
    for code in sorted(RULES):
        look(code, until=MONTHS[-1], by=by)
    found = db.session.scalars(select(Case).where(Case.source == "risk").order_by(Case.id)).all()
    if found:
        cases.explain(found[0].id, by=by, revision=found[0].revision, text="情况说明已报主管部门，请核。")
    return {"payrolls": sheets, "cases": len(found)}


def _with_account(line: Paid) -> Paid:
    """An account of one's own, made from the identity."""
    number = str(int(line.id_number_index[:15], 16))[:16].rjust(16, "6")
    return replace(line, account_index=account_index_of(number), account_tail=number[-4:], allowance_fen=62_000)


def _as_the_school_paid(month: date, lines: list[Paid]) -> list[Paid]:
    """One wage raised by nobody, two people on one account, and somebody whom nobody knows."""
    changed = list(lines)
    if month >= MONTHS[2]:
        changed[2] = replace(changed[2], basic_fen=changed[2].basic_fen + 26_000)
    changed[4] = replace(changed[4], account_index=changed[3].account_index, account_tail=changed[3].account_tail)
    if month >= MONTHS[1]:
        changed.append(_with_account(Paid("吴有", identity.index_of(GHOST), 168_000)))
    return changed
