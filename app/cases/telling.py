"""Tells people of cases: the unit that has one to answer, and who judges that it was answered."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from app.access.actor import Actor
from app.messages import Message, Named
from app.notify.service import Telling, holders, tell, tell_many
from models import Case, Unit, db

_ANSWERS = ("explained", "corrected")


def tell_opened(case_ids: Collection[int], *, by: Actor) -> None:
    """Tell each unit that a case waits for its answer; two statements for however many. The round goes into the key, so
    a case that opens again is told again."""
    if not case_ids:
        return
    rows = db.session.execute(
        select(Case.id, Case.unit_id, Case.subject, Case.due_on, Case.revision, Unit.name, Unit.name_en)
        .join(Unit, Unit.id == Case.unit_id)
        .where(Case.id.in_(case_ids))
    )
    tell_many(
        "case_opened",
        [
            Telling(
                holders("case:answer", unit_id=row.unit_id, but=[by.account_id]),
                {"unit": Named(row.name, row.name_en or row.name), "subject": Message.from_json(row.subject),
                 "due": row.due_on},
                f"case/{row.id}/to-answer/{row.revision}", row.unit_id, f"/cases/{row.id}",
            )
            for row in rows
        ],
    )  # fmt: skip


def tell_written(case: Case, kind: str, *, by: Actor) -> None:
    """Tell of a deed where somebody waits for it."""
    if kind == "sent_back":
        tell_opened([case.id], by=by)
    elif kind in _ANSWERS:
        unit = db.session.get_one(Unit, case.unit_id)
        tell(
            "case_answered", people=holders("case:judge", unit_id=case.unit_id, but=[by.account_id]),
            facts={"unit": Named(unit.name, unit.name_en or unit.name), "subject": Message.from_json(case.subject)},
            key=f"case/{case.id}/answered/{case.revision}", unit_id=case.unit_id, link=f"/admin/cases/{case.id}",
        )  # fmt: skip
