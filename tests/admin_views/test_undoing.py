"""Undoing the newest decision on a page of its own, which shows what hangs on it and asks for the reason."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from models import Application, AuditEvent, PaymentInstruction, WageRecord, db
from models.applications import ApplicationState
from tests.admin_views.browsing import Person
from tests.pay_records.decisions import decided, in_work
from tests.workflow.factories import City, a_city, a_draft, an_employee_with_career, approved, fresh

VERB = "撤销最近核定"
PRESS = "撤销核定"


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
    page = approver.get(f"/admin/staff/undo/?id={sent['id']}").text
    for said in (PRESS, application.number, "撤销后无工资记录", "作废"):
        assert said in page
    answer = approver.post("/admin/staff/undo/", sent, follow_redirects=True)
    assert answer.status_code == 200
    assert VERB not in answer.text
    assert _records_that_hold() == 0
    assert fresh(application).state == ApplicationState.REJECTED
    assert db.session.scalars(select(AuditEvent.note).where(AuditEvent.action == "pay:undo")).one() == "录入有误"


def test_the_page_shows_what_falls_with_a_late_promotion_and_what_is_written_anew(app: Flask, city: City) -> None:
    staff = an_employee_with_career(
        city.school, {"type": "opening", "date": "2016-07-01", "post": "TECH-12", "grade": 7},
        {"type": "assessment", "year": 2017, "result": "QUALIFIED"}, joined_on=date(2010, 7, 1),
    )  # fmt: skip
    draft = a_draft(city, staff, "post_appointment", appointed_on="2017-08-15", post="TECH-11")
    sent = _sent(approved(city, draft))
    page = Person(app, "approver").get(f"/admin/staff/undo/?id={sent['id']}").text
    rows = [" ".join(part.split("</tr>")[0].split()) for part in page.split("<tr>")[2:]]
    said = [next(word for word in ("保留", "作废", "重新写入") if word in row) for row in rows]
    assert said == ["保留", "作废", "作废", "重新写入"]
    assert _records_that_hold() == 3, "looking writes nothing"


def test_looking_at_what_would_be_undone_is_a_reading_of_pay(app: Flask, city: City) -> None:
    sent = _sent(approved(city))
    Person(app, "approver").get(f"/admin/staff/undo/?id={sent['id']}")
    noted = select(func.count()).where(AuditEvent.action == "staff:read_pay", AuditEvent.record_id == str(sent["id"]))
    assert db.session.scalar(noted) == 1


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
    page = Person(app, "approver").get(f"/admin/staff/undo/?id={sent['id']}")
    assert "财政" in page.text
    assert PRESS not in page.text
    refused = Person(app, "approver").post("/admin/staff/undo/", sent)
    assert refused.status_code == 409
    assert "财政" in refused.text
    assert _records_that_hold() == 1


def test_only_who_may_undo_is_offered_it(app: Flask, city: City) -> None:
    sent = _sent(approved(city))
    reviewer = Person(app, "reviewer")
    assert VERB not in reviewer.get(f"/admin/staff/details/?id={sent['id']}").text
    assert reviewer.get(f"/admin/staff/undo/?id={sent['id']}").status_code == 403
    assert reviewer.post("/admin/staff/undo/", sent).status_code == 403
    approver = Person(app, "approver")
    assert approver.post("/admin/staff/undo/", sent | {"id": "9" * 20}).status_code == 404
    assert approver.get("/admin/staff/undo/").status_code == 404
    assert _records_that_hold() == 1


def test_a_decision_that_left_a_result_alone_is_not_called_a_wage_record(app: Flask, city: City) -> None:
    staff = in_work(city)
    decided(city, staff, "allowance", day="2018-03-05", kind="POST", action="START", monthly=26_000)
    approver = Person(app, "approver")
    approver.post("/language", {"locale": "en"})
    shown = approver.get(f"/admin/staff/details/?id={staff.id}").text
    page = approver.get(f"/admin/staff/undo/?id={staff.id}").text
    sent = {"id": staff.id, "revision": staff.revision, "reason": "entered twice"}
    done = approver.post("/admin/staff/undo/", sent, follow_redirects=True).text
    assert "Undo the newest decision" in shown
    assert f"Undo the newest decision about {staff.name}" in page
    assert "The newest decision is undone" in done
    for text in (shown, page, done):
        assert "newest wage" not in text
    assert _records_that_hold() == 1, "the wage stays as it is"
