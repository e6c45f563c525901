"""Each page or file that shows pay or papers of a person writes down who looked, with that person concerned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.access import policy
from app.access.actor import system
from app.audit import service as audit
from app.staff import identity
from app.uow import transaction
from app.workflow import queries as workflow
from models import Application, ApplicationEmployee, AuditEvent, AuditSubject, PaymentBatch, Staff, Unit, db
from models.accounts import Reach
from tests.access.browsing import send, somebody
from tests.admin_views.browsing import a_person
from tests.applications import scene
from tests.factories import acting, an_account
from tests.materials import files
from tests.workflow.factories import a_city, a_new_hire, approved, filed, passed


@contextmanager
def concerned() -> Iterator[dict[int, set[str]]]:
    """The employees whom the events written meanwhile concern, each with the actions."""
    db.session.rollback()
    before = db.session.scalar(select(func.max(AuditEvent.seq))) or 0
    seen: dict[int, set[str]] = {}
    yield seen
    db.session.rollback()
    for staff_id, action in db.session.execute(
        select(AuditSubject.staff_id, AuditEvent.action)
        .join(AuditEvent, AuditEvent.seq == AuditSubject.seq)
        .where(AuditEvent.seq > before)
    ):
        seen.setdefault(staff_id, set()).add(action)


def staff_of(application: Application) -> int:
    found = db.session.scalar(
        select(ApplicationEmployee.staff_id).where(ApplicationEmployee.application_id == application.id)
    )
    assert found is not None
    return found


def test_lists_and_batches_of_finance(app: Flask) -> None:
    staff_id = staff_of(approved(a_city()))
    finance = a_person(app, "finance", name="cashier")
    with concerned() as seen:
        assert finance.get("/admin/finance/").status_code == 200
    assert seen == {staff_id: {"payment:read"}}
    finance.post("/admin/finance/take/", {"key": "k" * 12})
    batch = db.session.scalars(select(PaymentBatch.id)).one()
    with concerned() as seen:
        assert finance.get(f"/admin/finance/batches/{batch}/").status_code == 200
    assert seen == {staff_id: {"payment:read"}}


@pytest.mark.parametrize(("road", "action"), [("pages/1", "material:read"), ("original", "material:download")])
@pytest.mark.parametrize("base", ["/materials", "/admin/queue/materials"])
def test_pictures_and_originals_on_both_sides(app: Flask, base: str, road: str, action: str) -> None:
    given = scene.a_scene()
    draft = scene.a_draft(given)
    upload = scene.add(given, draft.id, "M05", files.jpeg())
    an_account("looker", ("auditor", db.session.get_one(Unit, draft.unit_id), Reach.UNIT))
    looker = somebody(app, "looker")
    with concerned() as seen:
        answer = looker.get(f"{base}/{upload.id}/{road}")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert seen == {staff_of(draft): {action}}


def test_the_wage_worked_out_while_typing(app: Flask) -> None:
    draft = scene.a_draft(scene.a_scene())
    clerk = somebody(app, "clerk")
    with concerned() as seen:
        assert send(clerk, f"/applications/{draft.id}/live", page="/").status_code == 200
    assert "application:read" in seen[staff_of(draft)]


def test_exports_name_everybody_in_the_file(app: Flask) -> None:
    staff_id = staff_of(filed(city := a_city(), a_new_hire(city)))
    auditor = a_person(app, "auditor", name="watcher")
    for kind in ("staff", "applications"):
        with concerned() as seen:
            assert auditor.get(f"/admin/{kind}/export/csv/").status_code == 200
        assert staff_id in seen, kind


def test_the_history_tells_amounts_only_to_those_who_see_wages(app: Flask) -> None:
    staff_id = staff_of(approved(a_city()))
    with transaction():
        audit.record("pay:write", by=system("x"), kind="staff", record_id=staff_id, subjects=[staff_id],
                     before={"total_fen": 0}, after={"total_fen": 987654})  # fmt: skip
    address = f"/admin/staff/history/?id={staff_id}"
    hidden = a_person(app, "administrator", name="manager").get(address).text
    assert not any(amount in hidden for amount in ("9,876.54", "9876.54", "987654"))
    with concerned() as seen:
        assert "9,876.54" in a_person(app, "approver", name="decider").get(address).text
    assert seen == {staff_id: {"history:read"}}


def test_a_masked_number_and_the_date_of_birth_do_not_make_the_whole_number() -> None:
    shown = identity.masked("11010519491231002X")
    assert shown == "**************002X"


def test_nobody_decides_on_their_own_wage(app: Flask) -> None:
    """Neither finds it in the queue nor may decide it, even who did not file it."""
    city = a_city()
    application = passed(city, filed(city, a_new_hire(city)), steps=2)
    staff = db.session.get_one(Staff, staff_of(application))
    reviewer = acting(an_account("themselves", ("reviewer", None, Reach.ALL), staff=staff))
    other = acting(an_account("another", ("reviewer", None, Reach.ALL)))
    assert workflow.queue(other).total == 1
    assert workflow.queue(reviewer).total == 0
    verdict = policy.may(reviewer, "application:first_review", application)
    assert not verdict
    assert verdict.reason is not None
    assert "your own wage" in verdict.reason.msgid
    assert policy.may(other, "application:first_review", application)
