"""What employees see of their own pay, and that it is their own only."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.demo import loading
from app.demo.accounts import PASSWORD
from models import Account, AuditEvent, Staff, WageRecord, db
from tests.access.browsing import log_in


def arrive(app: Flask, username: str) -> FlaskClient:
    loading.load("small")
    clock.shift(timedelta(0))
    client = app.test_client()
    log_in(client, username, PASSWORD)
    return client


def test_every_amount_comes_with_rule_table_and_document(app: Flask) -> None:
    page = arrive(app, "colleague").get("/my-wage").get_data(as_text=True)
    staff = db.session.scalar(select(Account.staff_id).where(Account.username == "colleague"))
    newest = db.session.scalars(
        select(WageRecord).where(WageRecord.staff_id == staff).order_by(WageRecord.position.desc())
    ).first()
    assert newest is not None
    assert f"{newest.total_fen / 100:,.2f}" in page
    assert "I-1" in page
    assert "国办发〔2016〕62号" in page


def test_reading_ones_wage_is_in_the_audit_chain(app: Flask) -> None:
    arrive(app, "colleague").get("/my-wage")
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert last is not None
    assert last.action == "pay:read_own"


def test_a_newcomer_is_told_that_there_is_no_wage_yet(app: Flask) -> None:
    page = arrive(app, "employee").get("/my-wage").get_data(as_text=True)
    name = db.session.scalar(
        select(Staff.name).join(Account, Account.staff_id == Staff.id).where(Account.username == "employee")
    )
    assert name == "林晓雨"
    assert "尚无工资记录" in page


def test_a_clerk_has_no_page_of_an_own_wage(app: Flask) -> None:
    assert arrive(app, "clerk").get("/my-wage").status_code == 403


def test_nobody_logged_in_is_sent_to_the_login(client: FlaskClient) -> None:
    answer = client.get("/my-wage")
    assert answer.status_code == 302
    assert "/login" in answer.location


def test_somebody_who_looked_twice_on_a_day_is_named_once(app: Flask) -> None:
    from app import uow
    from app.access.actor import Actor
    from app.audit import service as audit
    from app.audit.readings import readings_of

    arrive(app, "colleague")
    staff = db.session.scalar(select(Account.staff_id).where(Account.username == "colleague"))
    assert staff is not None
    reviewer = Actor(account_id=999, username="reviewer9", name="某审核人")
    for _ in range(2):
        with uow.transaction():
            audit.read("application:read_pay", by=reviewer, kind="application", record_id=1, subjects=[staff])
    newest = readings_of(staff, except_account=None)[0]
    assert (newest.actor_name, newest.times) == ("某审核人", 2)
