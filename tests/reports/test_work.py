"""Reports of work and people: the same as counted one by one."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import select

from app import clock
from app.workflow.limits import used_days
from models import Application, ApplicationEvent, ItemStep, db
from tests.reports.walking import table


def test_working_days_of_steps_are_those_of_the_lights(demo_city: Flask) -> None:
    shown = table("step-passes", since="2016-07", until="2018-04")
    assert shown.page.count
    for row in shown.page:
        events = db.session.scalars(
            select(ApplicationEvent)
            .where(ApplicationEvent.application_id == row["application_id"])
            .order_by(ApplicationEvent.id)
        ).all()
        assert row["used"] == used_days(events, position=row["position"], today=clock.today()), row


def test_every_step_that_was_left_is_counted_once(demo_city: Flask) -> None:
    shown = table("step-passes", since="2016-07", until="2018-04")
    left = set()
    for one in db.session.scalars(select(Application).where(Application.submitted_at.is_not(None))):
        events = db.session.scalars(
            select(ApplicationEvent).where(ApplicationEvent.application_id == one.id).order_by(ApplicationEvent.id)
        )
        steps = {event.step_position for event in events if event.state == "IN_REVIEW"}
        left |= {(one.id, step) for step in steps if step != one.step_position}
    known = {(row["application_id"], row["position"]) for row in shown.page}
    assert known == {pair for pair in left if pair[1] is not None}


def test_limits_gather_the_steps_and_open_into_them(demo_city: Flask) -> None:
    shown = table("limits", since="2016-07", until="2018-04")
    assert shown.totals["passed"] == table("step-passes", since="2016-07", until="2018-04").page.count
    assert shown.totals["kept"] + shown.totals["exceeded"] == shown.totals["passed"]
    for row in shown.page:
        for field in ("passed", "kept", "exceeded"):
            opening = shown.report.opens(field, row, shown.asked)
            if row[field]:
                assert opening is not None
                assert table(str(opening.target), **opening.params).page.count == row[field]
    steps = {(step.key, step.limit_days) for step in db.session.scalars(select(ItemStep))}
    assert {(row["step_key"], row["limit_days"]) for row in shown.page} <= steps


def test_items_count_what_was_filed_and_what_came_back(demo_city: Flask) -> None:
    shown = table("item-times", since="2016-07", until="2018-04")
    filed = db.session.scalars(select(Application).where(Application.submitted_at.is_not(None))).all()
    assert shown.totals["filed"] == len(filed)
    assert shown.totals["returned"] == sum(one.round > 1 or one.state == "RETURNED" for one in filed)
    for row in shown.page:
        opening = shown.report.opens("returned", row, shown.asked)
        if row["returned"]:
            assert opening is not None
            assert table(str(opening.target), **opening.params).page.count == row["returned"]
            assert row["return_rate"] == row["returned"] * 10_000 // row["filed"]


def test_days_are_those_of_the_office_wall(demo_city: Flask) -> None:
    for row in table("filings", since="2016-07", until="2018-04").page:
        one = db.session.get_one(Application, row["application_id"])
        assert one.submitted_at is not None
        filed = clock.local(one.submitted_at).date()
        decided = clock.local(one.decided_at).date() if one.decided_at else None
        assert (_day(row["filed_on"]), _day(row["decided_on"])) == (filed, decided)
        assert row["days"] == ((decided - filed).days if decided else None)


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def test_each_group_of_the_structure_opens_into_its_people(demo_city: Flask) -> None:
    everybody = table("people", month="2018-04")
    for by in ("category", "post", "education", "age", "sex", "unit"):
        shown = table("structure", month="2018-04", by=by)
        assert shown.totals["heads"] == everybody.page.count
        for row in shown.page:
            opening = shown.report.opens("heads", row, shown.asked)
            assert opening is not None
            assert table(str(opening.target), **opening.params).page.count == row["heads"], (by, dict(row))


def test_a_person_is_as_old_as_their_birthdays(demo_city: Flask) -> None:
    from models import Staff

    for row in table("people", month="2018-03").page:
        born = db.session.get_one(Staff, row["staff_id"]).birth_date
        assert row["age"] == 2018 - born.year - ((born.month, born.day) > (4, 1))
