"""Reminders by working days: each level once, also over a return; nothing is ever decided by time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app import clock
from app.access.actor import system
from app.items import queries as items
from app.workflow import service
from app.workflow.around import around, counts_for
from app.workflow.drawing import in_force
from app.workflow.reminding import levels, remind
from app.workflow.rules import Mark
from models import Account, Application, ApplicationEvent, ItemStep, Reminder, db
from models.applications import ApplicationState as State
from tests.statements import counted
from tests.workflow.factories import a_city, a_new_hire, filed, fresh, passed

pytestmark = pytest.mark.usefixtures("app")


def run() -> tuple[int, int, int]:
    done = remind(by=system("test"))
    return done.soon, done.overdue, done.escalated


def told(application: Application) -> list[str]:
    rows = db.session.query(Reminder).filter_by(application_id=application.id).order_by(Reminder.id)
    return [row.level for row in rows]


def test_the_levels_follow_the_working_days_used() -> None:
    assert levels(0, 3) == []
    assert levels(2, 3) == ["SOON"]
    assert levels(3, 3) == ["SOON"]
    assert levels(4, 3) == ["SOON", "OVERDUE"]
    assert levels(5, 3) == ["SOON", "OVERDUE", "ESCALATED"]


def test_each_level_is_told_once_and_the_application_stays_where_it_is() -> None:
    city = a_city()
    application = filed(city, a_new_hire(city))  # two working days at the unit's head
    assert run() == (0, 0, 0)
    seen = []
    for day in range(1, 14):
        with clock.frozen(clock.now() + timedelta(days=day)):
            first, second = run(), run()
            assert second == (0, 0, 0)
            seen.append(first)
    assert [sum(column) for column in zip(*seen, strict=True)] == [1, 1, 1]
    assert told(application) == ["SOON", "OVERDUE", "ESCALATED"]
    after = fresh(application)
    assert (after.state, after.step_position, after.revision) == (State.IN_REVIEW, 1, application.revision)
    events = db.session.query(ApplicationEvent).filter_by(application_id=application.id)
    assert [event.kind for event in events][-3:] == ["reminded", "overdue", "escalated"]


def test_a_return_stops_the_days_and_repeats_no_reminder() -> None:
    city = a_city()
    application = passed(city, filed(city, a_new_hire(city)), steps=2)  # three days at the first review
    marks = [Mark("MATERIAL", "M01", "缺页")]
    with clock.frozen(clock.now() + timedelta(days=6)):  # Monday: the third of three days
        assert run()[0] == 1
        service.return_for_correction(
            application.id, by=city.reviewer, revision=application.revision, note="补", marks=marks
        )
    with clock.frozen(clock.now() + timedelta(days=20)):
        assert run() == (0, 0, 0), "the unit's days are not the reviewer's"
        filed(city, fresh(application))
        assert run() == (0, 0, 0)
    with clock.frozen(clock.now() + timedelta(days=21)):
        assert run() == (0, 1, 0)
    assert told(application) == ["SOON", "OVERDUE"]


def test_an_escalation_tells_those_of_the_step_that_follows() -> None:
    city = a_city()
    application = passed(city, filed(city, a_new_hire(city)), steps=2)
    with clock.frozen(clock.now() + timedelta(days=15)):
        run()
        row = db.session.query(Reminder).filter_by(level="ESCALATED").one()
        assert row.permission == "application:recheck"
        assert counts_for(city.rechecker).escalated == 1
        for other in (city.reviewer, city.head, city.clerk, city.auditor):
            assert counts_for(other).escalated == 0
        assert [one.kind for one in around(fresh(application))] == ["SOON", "OVERDUE", "ESCALATED"]
        service.approve(application.id, by=city.reviewer, revision=fresh(application).revision)
        assert counts_for(city.rechecker).escalated == 0


def test_reminding_many_costs_no_more_statements(app: Flask) -> None:
    city = a_city()
    costs = []
    for _ in range(2):
        for _ in range(3):
            filed(city, a_new_hire(city))
        with clock.frozen(clock.now() + timedelta(days=10)), counted() as sent:
            run()
        costs.append(len(sent))
    assert costs[1] <= costs[0] + 3 * 3  # each event of the audit chain is a row of its own


def test_the_command_runs_and_says_what_it_did(app: Flask) -> None:
    city = a_city()
    filed(city, a_new_hire(city))
    with clock.frozen(clock.now() + timedelta(days=10)):
        first = app.test_cli_runner().invoke(args=["workflow", "remind"])
        again = app.test_cli_runner().invoke(args=["workflow", "remind"])
    assert first.exit_code == again.exit_code == 0
    assert "1 reminded, 1 overdue, 1 escalated" in first.output
    assert "0 reminded, 0 overdue, 0 escalated" in again.output


def test_the_nightly_run_draws_anew_for_who_may_no_longer_decide() -> None:
    city = a_city()
    db.session.execute(update(ItemStep).where(ItemStep.key == "hr_first_review").values(by_draw=True))
    db.session.commit()
    items.forget()
    application = passed(city, filed(city, a_new_hire(city)), steps=2)
    draw = in_force(application)
    assert draw is not None
    gone = draw.account_id
    db.session.execute(update(Account).where(Account.id == gone).values(state="DISABLED"))
    db.session.commit()
    assert remind(by=system("test")).drawn == 1
    assert remind(by=system("test")).drawn == 0
    after = in_force(fresh(application))
    assert after is not None
    assert after.account_id not in (gone, None)
