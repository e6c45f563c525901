"""What a run of re-pricing does not do: begin too early, or go on past a career that cannot be replayed."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.errors import Conflict
from app.jobs import service as jobs
from app.messages import Message
from app.pay import queries
from app.pay import repricing_run as repricing
from app.pay.events import event_from_json
from models import CareerEvent, JobLine, db
from models.jobs import LineOutcome
from tests.factories import a_unit, actor_with
from tests.pay_records.careers import a_career
from tests.standards.editions import published

POSTS, GRADES = "institution_post_wage", "institution_grade_wage_cadre"


@pytest.fixture
def by(app: Flask) -> Actor:
    return actor_with("approver")


def test_a_run_begins_in_the_month_before_the_standard_at_the_earliest(by: Actor) -> None:
    """It is April 2018: wages are written for May at the latest."""
    a_career(a_unit())
    june = published(date(2018, 6, 1), {POSTS: 100_00, GRADES: 0}, without={(POSTS, "none", "0")})
    with pytest.raises(Conflict, match="2018-05"):
        repricing.begin(june.id, by=by)
    may = published(date(2018, 5, 1), {POSTS: 100_00, GRADES: 0}, without={(POSTS, "none", "0")})
    assert repricing.begin(may.id, by=by).total == 1


def test_a_run_names_the_edition_it_brings(by: Actor) -> None:
    edition = published(date(2018, 1, 1), {POSTS: 100_00, GRADES: 0})
    assert repricing.edition_of(repricing.begin(edition.id, by=by)).document == edition.document


def test_a_career_that_cannot_go_on_is_set_aside_with_the_reason(by: Actor) -> None:
    """A rank was entered for a teacher after the wage was written."""
    staff = a_career(a_unit())
    rank = event_from_json({"id": "x", "type": "rank_change", "date": "2017-03-02", "rank": "RANK_CLERK_1"})
    db.session.add(CareerEvent(staff_id=staff.id, created_at=clock.now(), **queries.kept_event(rank)))
    db.session.commit()
    before = [link.id for link in queries.chain_of(staff.id)]
    repricing.begin(published(date(2018, 1, 1), {POSTS: 100_00, GRADES: 0}).id, by=by)
    jobs.work_off()
    (line,) = db.session.scalars(select(JobLine))
    assert (line.record_id, line.outcome) == (staff.id, LineOutcome.SET_ASIDE)
    assert "another staff type" in Message.from_json(line.message or {}).text()
    assert [link.id for link in queries.chain_of(staff.id)] == before
