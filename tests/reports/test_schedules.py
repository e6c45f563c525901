"""Scheduled reports: once a night, for who asked, with the rights of that day."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.errors import Invalid, NotFound
from app.reports import scheduling
from models import Account, ReportExport, ReportSchedule, RoleGrant, db
from tests.access.browsing import send
from tests.reports.walking import browser, table, the


def morning(day: int, month: int = 5) -> datetime:
    return datetime(2018, month, day, 2, 0, tzinfo=clock.SHANGHAI)


def scheduled(**params: str) -> ReportSchedule:
    number = scheduling.schedule(
        "fund", {"since": "2018-03", "until": "2018-04", **params}, frequency="MONTHLY", form="XLSX", language="zh",
        by=the("clerk"),
    )  # fmt: skip
    return db.session.get_one(ReportSchedule, number)


def test_the_night_makes_what_is_due_once_over_the_months_that_have_passed(demo_city: Flask) -> None:
    one = scheduled()
    assert (one.months, one.next_on) == (2, date(2018, 5, 1))
    run = demo_city.test_cli_runner()
    assert "0 scheduled reports made" in run.invoke(args=["reports", "nightly"]).output
    with clock.frozen(morning(1)):
        assert "1 scheduled reports made" in run.invoke(args=["reports", "nightly"]).output
        assert "0 scheduled reports made" in run.invoke(args=["reports", "nightly"]).output
        export = db.session.scalars(select(ReportExport)).one()
        assert (export.params["since"], export.params["until"]) == ("2018-03", "2018-04")
        expected = table("fund", who="clerk", since="2018-03", until="2018-04").totals["total_fen"]
        assert export.totals["total_fen"] == expected
        assert export.made_by_id == the("clerk").account_id
    db.session.refresh(one)
    assert one.next_on == date(2018, 6, 1)


def test_a_week_is_due_on_monday_and_a_month_on_its_first_day() -> None:
    assert scheduling.next_day("WEEKLY", date(2018, 4, 3)) == date(2018, 4, 9)
    assert scheduling.next_day("WEEKLY", date(2018, 4, 9)) == date(2018, 4, 16)
    assert scheduling.next_day("MONTHLY", date(2018, 12, 31)) == date(2019, 1, 1)


def test_who_has_lost_the_right_gets_nothing_and_reads_why(demo_city: Flask) -> None:
    one = scheduled()
    clerk = db.session.scalars(select(Account).where(Account.username == "clerk")).one()
    for grant in db.session.scalars(select(RoleGrant).where(RoleGrant.account_id == clerk.id)):
        db.session.delete(grant)
    db.session.commit()
    with clock.frozen(morning(1)):
        assert scheduling.make_what_is_due() == scheduling.Tally(made=0, refused=1)
    db.session.refresh(one)
    assert one.problem is not None
    assert one.next_on == date(2018, 6, 1)
    assert not db.session.scalars(select(ReportExport)).all()


def test_a_schedule_is_seen_and_ended_by_its_maker_alone(demo_city: Flask) -> None:
    clerk = browser(demo_city, "clerk")
    sent = {"since": "2018-04", "until": "2018-04", "frequency": "WEEKLY", "as": "PDF"}
    assert send(clerk, "/reports/fund/schedule", page="/reports/fund", **sent).status_code == 302
    (one,) = scheduling.mine(the("clerk"))
    assert "工资基金分单位分类别表" in clerk.get("/schedules").text
    with pytest.raises(NotFound):
        scheduling.end(one.id, by=the("auditor"))
    assert send(clerk, f"/schedules/{one.id}/end", page="/schedules").status_code == 302
    assert not scheduling.mine(the("clerk"))
    assert send(clerk, f"/schedules/{one.id}/end", page="/schedules").status_code == 404


def test_how_often_must_be_one_of_the_offered(demo_city: Flask) -> None:
    with pytest.raises(Invalid):
        scheduling.schedule("fund", {}, frequency="HOURLY", form="XLSX", language="zh", by=the("clerk"))
