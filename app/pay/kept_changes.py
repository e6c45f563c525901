"""The change that an application made, read from the wage records where nothing was written down when it was filed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.pay import queries
from app.pay.months import Month, month_text, months_from, plus_months
from models import PaymentInstruction, WageRecord, db


def kept_change(application_id: int, staff_id: int) -> dict[str, Any] | None:
    """What `preview_change` would have told then: the record that the application brought, the one before it, and what
    was owed. None if it brought no record that still holds.

    Applications taken over from elsewhere were decided without a calculation of ours.
    """
    chain = queries.chain_of(staff_id)
    place = next((place for place, link in enumerate(chain) if link.application_id == application_id), None)
    if place is None:
        return None
    before, after = chain[place - 1] if place else None, chain[place]
    paid = db.session.scalars(
        select(PaymentInstruction.back_pay_fen).where(PaymentInstruction.wage_record_id == after.id)
    ).one_or_none()
    owed = paid or 0
    return {
        "effective_month": after.effective_month.isoformat(),
        "before": _wage(before) if before else {"total_fen": 0, "components": []},
        "after": _wage(after),
        "difference_fen": after.total_fen - (before.total_fen if before else 0),
        "back_pay": {"lines": _lines(before, after, owed), "total_fen": owed},
        "reasons": [],
        "problem": None,
        "remedy": None,
    }


def _wage(link: WageRecord) -> dict[str, Any]:
    return {"total_fen": link.total_fen, "components": link.components}


def _lines(before: WageRecord | None, after: WageRecord, owed: int) -> list[dict[str, Any]]:
    """Month by month, where equal months explain what was owed; else nothing is claimed about single months."""
    old = before.total_fen if before else 0
    more = after.total_fen - old
    if not more or owed % more or owed // more <= 0:
        return []
    first: Month = after.effective_month
    return [
        {"month": month_text(month), "new_total_fen": after.total_fen, "old_total_fen": old, "difference_fen": more}
        for month in months_from(first, plus_months(first, owed // more))
    ]
