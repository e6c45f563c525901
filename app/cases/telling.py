"""Tells people of cases: the unit that has one to answer, whom it is assigned to, and who judges the answer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from app.access.actor import Actor
from app.messages import Message, Named
from app.notify.service import NOBODY, Telling, accounts, holders, tell, tell_many
from models import Case, Unit, db

_ANSWERS = ("explained", "corrected")
_BUDGETS = "budgets"  # cases of this source are warnings, told as such


def tell_opened(case_ids: Collection[int], *, by: Actor) -> None:
    """Tell each unit that a case waits for its answer; two statements for however many. The round goes into the key, so
    a case that opens again is told again."""
    if not case_ids:
        return
    rows = db.session.execute(
        select(Case.id, Case.source, Case.unit_id, Case.subject, Case.due_on, Case.revision, Unit.name, Unit.name_en)
        .join(Unit, Unit.id == Case.unit_id)
        .where(Case.id.in_(case_ids))
    )
    told: dict[str, list[Telling]] = {"case_opened": [], "budget_warning": []}
    for row in rows:
        told["budget_warning" if row.source == _BUDGETS else "case_opened"].append(
            Telling(
                holders("case:answer", unit_id=row.unit_id, but=[by.account_id]),
                {"unit": Named(row.name, row.name_en or row.name), "subject": Message.from_json(row.subject),
                 "due": row.due_on},
                f"case/{row.id}/to-answer/{row.revision}", row.unit_id, f"/cases/{row.id}",
            )
        )  # fmt: skip
    for event, tellings in told.items():
        tell_many(event, tellings)


def tell_written(case: Case, kind: str, *, by: Actor) -> None:
    """Tell of a deed where somebody waits for it."""
    if kind == "sent_back":
        tell_opened([case.id], by=by)
    elif kind == "assigned":
        tell(
            "case_assigned", people=accounts([case.assigned_to_id]) if case.assigned_to_id != by.account_id else NOBODY,
            facts={**_facts(case), "due": case.due_on, "by": by.name},
            key=f"case/{case.id}/assigned/{case.revision}", unit_id=case.unit_id, link=f"/cases/{case.id}",
        )  # fmt: skip
    elif kind in _ANSWERS:
        tell(
            "case_answered", people=holders("case:judge", unit_id=case.unit_id, but=[by.account_id]),
            facts=_facts(case), key=f"case/{case.id}/answered/{case.revision}", unit_id=case.unit_id,
            link=f"/admin/cases/{case.id}",
        )  # fmt: skip


def _facts(case: Case) -> dict[str, Any]:
    unit = db.session.get_one(Unit, case.unit_id)
    return {"unit": Named(unit.name, unit.name_en or unit.name), "subject": Message.from_json(case.subject)}
