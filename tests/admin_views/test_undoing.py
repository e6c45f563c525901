"""Undoing the newest wage record on the page of an employee."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from models import Application, AuditEvent, PaymentInstruction, WageRecord, db
from models.applications import ApplicationState
from tests.admin_views.browsing import Person
from tests.workflow.factories import City, a_city, approved, fresh

VERB = "撤销核定"


@pytest.fixture
def city(app: Flask) -> City:
    return a_city()


def _sent(application: Application, **changes: object) -> dict[str, object]:
    staff = fresh(application).employees[0].staff
    return {"id": staff.id, "revision": staff.revision, "reason": "录入有误", **changes}


def _records_that_hold() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(WageRecord).where(WageRecord.voided_at.is_(None))) or 0


def test_the_newest_wage_record_is_undone_for_a_reason_that_is_kept(app: Flask, city: City) -> None:
    application = approved(city)
    approver, sent = Person(app, "approver"), _sent(application)
    assert VERB in approver.get(f"/admin/staff/details/?id={sent['id']}").text
    answer = approver.post("/admin/staff/undo/", sent, follow_redirects=True)
    assert answer.status_code == 200
    assert VERB not in answer.text
    assert _records_that_hold() == 0
    assert fresh(application).state == ApplicationState.REJECTED
    assert db.session.scalars(select(AuditEvent.note).where(AuditEvent.action == "pay:undo")).one() == "录入有误"


def test_without_a_reason_or_from_a_stale_page_nothing_is_undone_and_what_was_typed_stays(
    app: Flask, city: City
) -> None:
    approver, sent = Person(app, "approver"), _sent(approved(city))
    empty = approver.post("/admin/staff/undo/", sent | {"reason": " "})
    assert empty.status_code == 422
    assert "请写明" in empty.text
    stale = approver.post("/admin/staff/undo/", sent | {"revision": 0})
    assert stale.status_code == 409
    assert "录入有误" in stale.text
    assert _records_that_hold() == 1


def test_what_finance_has_taken_is_not_undone_and_says_what_to_do(app: Flask, city: City) -> None:
    sent = _sent(approved(city))
    Person(app, "finance").post("/admin/finance/take/", {"key": "k" * 12})
    assert db.session.scalars(select(PaymentInstruction.state)).one() == "TAKEN"
    refused = Person(app, "approver").post("/admin/staff/undo/", sent)
    assert refused.status_code == 409
    assert "财政" in refused.text
    assert _records_that_hold() == 1


def test_only_who_may_undo_is_offered_it(app: Flask, city: City) -> None:
    sent = _sent(approved(city))
    reviewer = Person(app, "reviewer")
    assert VERB not in reviewer.get(f"/admin/staff/details/?id={sent['id']}").text
    assert reviewer.post("/admin/staff/undo/", sent).status_code == 403
    assert Person(app, "approver").post("/admin/staff/undo/", sent | {"id": "9" * 20}).status_code == 404
    assert _records_that_hold() == 1
