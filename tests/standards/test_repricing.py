"""A new standard is written for everybody: links, back pay and instructions, as one by one; nobody is forgotten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.errors import Conflict, NotAllowed
from app.jobs import service as jobs
from app.messages import Message
from app.pay import proof, queries
from app.pay import repricing_run as repricing
from app.pay.overview import overview
from app.payments import service as payments
from app.standards import service
from models import Job, JobLine, PaymentInstruction, Staff, StandardCell, WageRecord, db
from models.jobs import JobState, LineOutcome
from models.payments import InstructionState
from tests.factories import Reach, a_unit, acting, actor_with, an_account, an_employee
from tests.pay_records.careers import a_career
from tests.standards.editions import published
from tests.statements import counted

POSTS = "institution_post_wage"
GRADES = "institution_grade_wage_cadre"
JANUARY = date(2018, 1, 1)


@pytest.fixture
def by(app: Flask) -> Actor:
    return actor_with("approver")


def run(edition_id: int, by: Actor) -> Job:
    job = repricing.begin(edition_id, by=by)
    jobs.work_off()
    db.session.refresh(job)
    return job


def test_everybody_is_paid_by_the_new_standard_with_what_is_owed_since(by: Actor) -> None:
    people = [a_career(a_unit()) for _ in range(3)]
    before = [queries.chain_of(staff.id)[-1].total_fen for staff in people]
    edition = published(JANUARY, {POSTS: 100_00, GRADES: 0})
    job = run(edition.id, by)
    assert (job.state, job.handled, job.set_aside, job.total) == (JobState.DONE, 3, 0, 3)
    for staff, was in zip(people, before, strict=True):
        newest = queries.chain_of(staff.id)[-1]
        assert (newest.cause, newest.effective_month) == ("repricing", JANUARY)
        assert newest.total_fen == was + 100_00
        line = db.session.scalars(select(PaymentInstruction).where(PaymentInstruction.staff_id == staff.id)).one()
        assert (line.before_fen, line.after_fen, line.back_pay_fen) == (was, was + 100_00, 4 * 100_00)
        assert (line.job_id, line.application_id, line.wage_record_id) == (job.id, None, newest.id)
    assert job.result == {"done": 3, "monthly_fen": 300_00, "back_pay_fen": 12 * 100_00}
    assert not list(proof.differences())


def test_a_second_run_changes_nothing(by: Actor) -> None:
    a_career(a_unit())
    edition = published(JANUARY, {POSTS: 100_00, GRADES: 0})
    run(edition.id, by)
    written = db.session.query(WageRecord).count()
    again = run(edition.id, by)
    assert again.result["unchanged"] == 1
    assert db.session.query(WageRecord).count() == written
    assert db.session.query(PaymentInstruction).count() == 1


def test_who_cannot_be_paid_is_set_aside_with_the_reason_and_keeps_the_wage(by: Actor) -> None:
    poor, fine = a_career(a_unit(), post="TECH-13"), a_career(a_unit(), post="TECH-12")
    edition = published(JANUARY, {POSTS: 100_00, GRADES: 0}, without={(POSTS, "tech_post", "13")})
    kept = queries.chain_of(poor.id)[-1].id
    job = run(edition.id, by)
    assert (job.state, job.handled, job.set_aside) == (JobState.DONE, 2, 1)
    (line,) = db.session.scalars(select(JobLine).where(JobLine.outcome == LineOutcome.SET_ASIDE))
    assert line.record_id == poor.id
    assert "2018" in Message.from_json(line.message or {}).text()
    assert queries.chain_of(poor.id)[-1].id == kept
    assert queries.chain_of(fine.id)[-1].cause == "repricing"


def test_a_killed_run_goes_on_and_ends_with_the_same_records(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repricing, "CHUNK", 2)
    people = [a_career(a_unit()) for _ in range(5)]
    edition = published(JANUARY, {POSTS: 100_00, GRADES: 0})
    job = repricing.begin(edition.id, by=by)
    jobs._claim("dies")
    jobs._do_chunk(job.id, "dies")
    with clock.frozen(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        jobs.work_off()
    db.session.refresh(job)
    assert (job.state, job.handled) == (JobState.DONE, 5)
    assert {line.staff_id for line in db.session.scalars(select(PaymentInstruction))} == {one.id for one in people}
    assert not list(proof.differences())


def test_a_run_is_pinned_to_the_editions_it_began_with(by: Actor) -> None:
    staff = a_career(a_unit())
    was = queries.chain_of(staff.id)[-1].total_fen
    job = repricing.begin(published(JANUARY, {POSTS: 100_00, GRADES: 0}).id, by=by)
    published(JANUARY, {POSTS: 500_00, GRADES: 0})
    jobs.work_off()
    db.session.refresh(job)
    assert queries.chain_of(staff.id)[-1].total_fen == was + 100_00


def test_a_run_needs_a_published_edition_in_its_month_and_the_right(by: Actor) -> None:
    a_career(a_unit())
    with pytest.raises(Conflict):
        repricing.begin(published(date(2018, 9, 1), {POSTS: 100_00, GRADES: 0}).id, by=by)
    with pytest.raises(Conflict):
        repricing.begin(published(JANUARY, {POSTS: 100_00, GRADES: 0}, publish=False).id, by=by)
    with pytest.raises(NotAllowed):
        repricing.begin(published(JANUARY, {POSTS: 100_00, GRADES: 0}).id, by=actor_with("reviewer"))


def test_finance_takes_and_confirms_what_a_run_brought(by: Actor) -> None:
    a_career(a_unit())
    run(published(JANUARY, {POSTS: 100_00, GRADES: 0}).id, by)
    finance = actor_with("finance")
    taken = payments.take_batch(by=finance)
    assert taken.line_count == 1
    _name, content = payments.download(taken.batch_id, by=finance)
    assert content[:2] == b"PK"
    assert payments.confirm_batch(taken.batch_id, by=finance) == 1
    line = db.session.scalars(select(PaymentInstruction)).one()
    assert line.state == InstructionState.CONFIRMED


def test_the_statements_of_a_chunk_do_not_grow_with_its_people(by: Actor) -> None:
    edition = published(JANUARY, {POSTS: 100_00, GRADES: 0})
    unit = a_unit()
    spent = []
    for size in (2, 8):
        while db.session.query(Staff).count() < size:
            a_career(unit)
        job = repricing.begin(edition.id, by=by)
        with counted() as statements:
            jobs.work_off()
        spent.append(len(statements))
        db.session.refresh(job)
        assert job.state == JobState.DONE
    assert spent[1] <= spent[0] + 1


def test_nobody_without_a_wage_is_counted(by: Actor) -> None:
    an_employee(a_unit())
    assert queries.people_with_a_wage() == 0


def test_an_imported_cell_is_never_changed_afterwards(by: Actor) -> None:
    edition = published(JANUARY, {POSTS: 100_00, GRADES: 0})
    assert db.session.query(StandardCell).filter_by(edition_id=edition.id).count() == edition.cell_count
    assert service.queries.opened(edition.id).revision == 2


def test_the_cost_is_told_for_the_units_in_reach_alone(by: Actor) -> None:
    mine, foreign = a_unit(), a_unit()
    own, stranger = a_career(mine), a_career(foreign)
    edition = published(JANUARY, {POSTS: 100_00, GRADES: 0}, publish=False)
    department = acting(an_account("one-department", ("department", mine, Reach.UNIT)))
    everywhere = overview(edition.id, by=by)
    assert {one.staff.id for one in everywhere.largest} == {own.id, stranger.id}
    reached = overview(edition.id, by=department)
    assert (reached.figures.total.heads, {one.staff.id for one in reached.largest}) == (1, {own.id})
    with pytest.raises(NotAllowed):
        overview(edition.id, by=actor_with("finance"))
