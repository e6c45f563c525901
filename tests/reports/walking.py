"""The same figures the slow way: every wage chain walked month by month in Python."""

from __future__ import annotations

from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.access.actor import Actor
from app.demo.accounts import PASSWORD
from app.pay.queries import chains_of
from app.reports import queries
from app.reports.asking import Asked, read
from app.reports.queries import Table
from models import Account, Staff, WageRecord, db
from tests.access.browsing import log_in
from tests.factories import acting

APRIL, MARCH, JANUARY = date(2018, 4, 1), date(2018, 3, 1), date(2018, 1, 1)


def the(username: str) -> Actor:
    return acting(db.session.scalars(select(Account).where(Account.username == username)).one())


def table(code: str, *, who: str = "auditor", page: int = 1, size: int = 500, **params: str) -> Table:
    """A report as somebody sees it."""
    actor = the(who)
    report = queries.one(actor, code)
    asked: Asked = read(params, report.parameters, opens_with=report.opens_with)
    return queries.table(actor, report, asked, page=page, size=size)


def paid(month: date) -> dict[int, WageRecord]:
    """What everybody was paid in a month, by walking the chains."""
    staff = {one.id: one for one in db.session.scalars(select(Staff))}
    found = {}
    for staff_id, chain in chains_of(list(staff)).items():
        begun = [link for link in chain if link.effective_month <= month]
        left = staff[staff_id].left_on
        if begun and (left is None or left >= month):
            found[staff_id] = begun[-1]
    return found


def browser(app: Flask, username: str) -> FlaskClient:
    """A browser in which somebody of the demo city is logged in."""
    client = app.test_client()
    assert log_in(client, username, PASSWORD).status_code == 302
    return client
