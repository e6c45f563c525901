"""Payrolls written from the record, for units that send no workbook: wages that were confirmed as paid by then."""

from __future__ import annotations

from datetime import date

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.access import policy
from app.access.actor import Actor
from app.errors import NotFound
from app.pay.months import plus_months
from app.risk.looking import ended_before, moment_of
from app.risk.payrolls import PERMISSION, Paid, keep_payroll
from app.uow import atomic
from models import PaymentInstruction, PayrollSheet, Staff, Unit, WageRecord, db
from models.payments import InstructionState
from models.risk import PayrollOrigin


@atomic
def keep_from_record(unit_id: int, month: date, *, by: Actor) -> PayrollSheet | None:
    """Write what the record says was paid in a month: each person's newest wage that finance had confirmed by its end,
    or that needed no payment instruction, and the back pay confirmed in it. A workbook is never replaced by this.

    Returns None where a workbook stands or nobody is paid.
    """
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound
    policy.require(by, PERMISSION, unit)
    standing = select(PayrollSheet.id).where(
        PayrollSheet.unit_id == unit_id, PayrollSheet.month == month, PayrollSheet.replaced_at.is_(None),
        PayrollSheet.origin == PayrollOrigin.WORKBOOK,
    )  # fmt: skip
    if db.session.scalar(standing) is not None:
        return None
    lines = paid_by_record(unit_id, month)
    return keep_payroll(unit_id, month, lines, by=by, origin=PayrollOrigin.RECORD) if lines else None


def paid_by_record(unit_id: int, month: date) -> list[Paid]:
    """What the record says a unit paid in a month, one line for each person."""
    end = moment_of(plus_months(month, 1))
    told, other = PaymentInstruction, aliased(PaymentInstruction)
    confirmed = and_(told.state == InstructionState.CONFIRMED, told.confirmed_at < end)
    untold = ~exists().where(other.wage_record_id == WageRecord.id)
    newest = (
        select(WageRecord.staff_id, func.max(WageRecord.position).label("position"))
        .outerjoin(told, told.wage_record_id == WageRecord.id)
        .where(WageRecord.voided_at.is_(None), WageRecord.effective_month <= month, or_(confirmed, untold))
        .group_by(WageRecord.staff_id)
        .subquery("newest")
    )
    back_pay = (
        select(told.staff_id, func.sum(told.back_pay_fen).label("fen"))
        .where(told.state == InstructionState.CONFIRMED, told.confirmed_at >= moment_of(month), told.confirmed_at < end)
        .group_by(told.staff_id)
        .subquery("back_pay")
    )
    rows = db.session.execute(
        select(Staff.name, Staff.id_number_index, Staff.post, WageRecord.total_fen, back_pay.c.fen)
        .join(newest, newest.c.staff_id == Staff.id)
        .join(WageRecord, and_(WageRecord.staff_id == Staff.id, WageRecord.position == newest.c.position))
        .outerjoin(back_pay, back_pay.c.staff_id == Staff.id)
        .where(Staff.unit_id == unit_id, WageRecord.total_fen > 0, ~ended_before(Staff, month))
        .order_by(Staff.id)
    )
    return [
        Paid(row.name, row.id_number_index, row.total_fen, back_pay_fen=int(row.fen or 0), post=row.post)
        for row in rows
    ]
