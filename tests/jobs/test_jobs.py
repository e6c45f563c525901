"""A job is done chunk by chunk, goes on where it was left, and is done by one worker at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.access.actor import Actor
from app.errors import Conflict, NotAllowed, NotFound
from app.jobs import queries, service
from app.jobs.kinds import KINDS, Chunk, Kind, Line, register
from app.messages import Message
from models import Account, Job, JobLine, db
from models.jobs import JobState, LineOutcome
from tests.factories import actor_with

SIZE = 3


class Counting:
    """Work on the numbers up to a total; it can be made to break at one of them."""

    def __init__(self) -> None:
        self.breaks_at: int | None = None
        self.seen: list[int] = []

    def step(self, job: Job, by: Actor) -> Chunk:
        numbers = range(job.cursor + 1, min(job.cursor + SIZE, job.total) + 1)
        if self.breaks_at in numbers:
            raise RuntimeError("the power went out")
        self.seen += numbers
        return Chunk(numbers[-1] if numbers else job.cursor, tuple(_line(number) for number in numbers))


def _line(number: int) -> Line:
    if number == 5:
        return Line(number, LineOutcome.SET_ASIDE, Message("Five is poison."))
    return Line(number)


@pytest.fixture
def work(app: Flask) -> Iterator[Counting]:
    counting = Counting()
    register(Kind("counting", Message("Counting"), "standard:publish", counting.step, lambda job: {"sum": 28}))
    yield counting
    del KINDS["counting"]


def test_every_record_has_a_line_and_the_totals_say_what_was_set_aside(work: Counting) -> None:
    job = service.begin("counting", {}, total=7, by=actor_with("approver"))
    assert service.work_off() == 1
    db.session.refresh(job)
    assert (job.state, job.handled, job.set_aside, job.result) == (JobState.DONE, 7, 1, {"sum": 28})
    assert [line.record_id for line in queries.lines(job)] == [1, 2, 3, 4, 5, 6, 7]
    (poison,) = queries.lines(job, outcome=LineOutcome.SET_ASIDE)
    assert Message.from_json(poison.message or {}).text() == "Five is poison."


def test_a_killed_job_goes_on_after_its_last_whole_chunk(work: Counting) -> None:
    job = service.begin("counting", {}, total=7, by=actor_with("approver"))
    worker = service._claim("first")
    assert worker == job.id
    assert service._do_chunk(job.id, "first")
    work.breaks_at = 5
    with pytest.raises(RuntimeError):
        service._do_chunk(job.id, "first")  # the process dies here
    db.session.rollback()
    work.breaks_at = None
    assert service.work_off() == 0, "somebody still holds the lease"
    with clock.frozen(clock.now() + service.LEASE + timedelta(seconds=1)):
        assert service.work_off() == 1
    assert db.session.query(JobLine).count() == 7
    db.session.refresh(job)
    assert job.state == JobState.DONE


def test_who_lost_the_lease_writes_nothing_more(work: Counting) -> None:
    job = service.begin("counting", {}, total=7, by=actor_with("approver"))
    service._claim("first")
    with clock.frozen(clock.now() + service.LEASE + timedelta(seconds=1)):
        service._claim("second")
    assert not service._do_chunk(job.id, "first")
    assert db.session.query(JobLine).count() == 0


def test_a_break_in_the_work_is_told_in_words_and_keeps_what_was_done(work: Counting) -> None:
    job = service.begin("counting", {}, total=7, by=actor_with("approver"))
    work.breaks_at = 5
    service.work_off()
    db.session.refresh(job)
    assert (job.state, job.handled) == (JobState.FAILED, 3)
    assert "kept" in Message.from_json(job.problem or {}).text()


def test_a_stopped_job_does_nothing_more(work: Counting) -> None:
    by = actor_with("approver")
    job = service.begin("counting", {}, total=7, by=by)
    service._claim("first")
    service._do_chunk(job.id, "first")
    service.stop(job.id, by=by)
    assert not service._do_chunk(job.id, "first")
    assert work.seen == [1, 2, 3]
    with pytest.raises(Conflict):
        service.stop(job.id, by=by)


def test_two_of_a_kind_do_not_run_at_once(work: Counting) -> None:
    by = actor_with("approver")
    service.begin("counting", {}, total=7, by=by)
    with pytest.raises(Conflict):
        service.begin("counting", {}, total=7, by=by)


def test_only_who_may_begins_sees_or_stops_a_job(work: Counting) -> None:
    clerk = actor_with("clerk")
    with pytest.raises(NotAllowed):
        service.begin("counting", {}, total=7, by=clerk)
    job = service.begin("counting", {}, total=7, by=actor_with("approver"))
    with pytest.raises(NotAllowed):
        queries.opened(clerk, job.id, "counting")
    with pytest.raises(NotAllowed):
        service.stop(job.id, by=clerk)


def test_a_job_of_another_kind_is_not_found(work: Counting) -> None:
    approver = actor_with("approver")
    job = service.begin("counting", {}, total=7, by=approver)
    assert queries.opened(approver, job.id, "counting") is job
    with pytest.raises(NotFound):
        queries.opened(approver, job.id, "repricing")


def test_a_job_ends_when_its_maker_may_no_longer(work: Counting) -> None:
    job = service.begin("counting", {}, total=7, by=actor_with("approver"))
    account = db.session.get_one(Account, job.made_by_id)
    account.state = "DISABLED"
    db.session.commit()
    service.work_off()
    db.session.refresh(job)
    assert (job.state, work.seen) == (JobState.FAILED, [])
