"""The change that an application made, read from the wage records where nothing was written down when it was filed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    return kept_changes(application_id, {staff_id: queries.chain_of(staff_id)}).get(staff_id)


def kept_changes(application_id: int, chains: Mapping[int, Sequence[WageRecord]]) -> dict[int, dict[str, Any]]:
    """The same for several employees of an application, by number, from their chains; one statement for what was
    owed."""
    places = {
        staff_id: place
        for staff_id, chain in chains.items()
        for place, link in enumerate(chain)
        if link.application_id == application_id
    }
    if not places:
        return {}
    of_records = PaymentInstruction.wage_record_id.in_([chains[one][place].id for one, place in places.items()])
    paid = db.session.execute(
        select(PaymentInstruction.staff_id, PaymentInstruction.back_pay_fen).where(
            PaymentInstruction.application_id == application_id, of_records
        )
    )
    owed = {row.staff_id: row.back_pay_fen for row in paid}
    return {one: _told(chains[one], place, owed.get(one, 0)) for one, place in places.items()}


def _told(chain: Sequence[WageRecord], place: int, owed: int) -> dict[str, Any]:
    before, after = chain[place - 1] if place else None, chain[place]
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
