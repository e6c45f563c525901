"""A simulated year: what is counted is on record, nothing is done twice, the same seed lives the same year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.audit import queries as audit
from app.audit.chain import first_break
from app.demo import year
from app.demo.year_city import MONTHS, START
from app.demo.year_life import Wish, wishes_of
from app.demo.year_people import Someone
from app.demo.year_rates import kinds, parameter
from app.demo.year_report import Lived, as_text
from app.errors import Conflict
from app.pay.proof import differences
from models import Answer, Application, AuditEvent, Proposal, ServiceItem, Staff, db
from models.applications import ApplicationState
from models.proposals import ProposalState
from tests.databases import Database
from tests.factories import a_unit

SEED = 5
JANUARY, MARCH = (next(month for month in MONTHS if month.month == number) for number in (1, 3))
_kept: dict[str, Lived] = {}


def silent(_line: str) -> None:
    """Nobody listens."""


@pytest.fixture
def lived(app: Flask, database: Database) -> Iterator[Lived]:
    """The small city after its year; lived once for this process."""
    if "year" in database.kept:
        database.restore(db.engine, "year")
    else:
        _kept["year"] = year.live("small", seed=SEED, say=silent)
        db.session.remove()
        database.keep(db.engine, "year")
    yield _kept["year"]
    clock.shift(timedelta(0))


def begun() -> list[Application]:
    """The applications of the year."""
    return list(db.session.scalars(select(Application).where(Application.created_at >= START).order_by(Application.id)))


def test_every_application_of_the_year_comes_to_its_end(lived: Lived) -> None:
    assert (MONTHS[0], MONTHS[-1]) == (date(2017, 6, 1), date(2018, 5, 1))
    ends = {ApplicationState.APPROVED, ApplicationState.PAID, ApplicationState.WITHDRAWN}
    assert {application.state for application in begun()} <= ends
    submitted = [one for one in begun() if one.submitted_at is not None]
    assert len(submitted) == lived.report.total.submitted > 50


def test_what_is_counted_as_proposed_was_confirmed(lived: Lived) -> None:
    confirmed = select(func.count()).where(Proposal.state == ProposalState.CONFIRMED)
    assert db.session.scalar(confirmed) == lived.report.total.proposed > 0


def test_what_is_counted_as_untyped_has_no_typed_answer(lived: Lived) -> None:
    typed = set(db.session.scalars(select(Answer.application_id).where(Answer.prefilled.is_(False))))
    submitted = [one.id for one in begun() if one.submitted_at is not None]
    assert len([number for number in submitted if number not in typed]) == lived.report.total.untyped


def test_a_proposal_filed_without_an_addition_was_typed_by_nobody(lived: Lived) -> None:
    (increments,) = [line for line in lived.report.lines if line.code == "NCGZ-12"]
    assert increments.submitted == increments.proposed == increments.untyped > 0


def test_nobody_gets_the_increment_of_a_year_twice(lived: Lived) -> None:
    raised = db.session.execute(
        select(Proposal.staff_id, Proposal.due_key)
        .join(ServiceItem, ServiceItem.id == Proposal.item_id)
        .where(ServiceItem.code == "NCGZ-12", Proposal.state == ProposalState.CONFIRMED)
    ).all()
    assert len(raised) == len(set(map(tuple, raised)))


def test_the_careers_replay_to_what_was_written(lived: Lived) -> None:
    assert [f"{found.staff_no}: {found.reason}" for found in differences()] == []


def test_the_clock_never_turns_back(lived: Lived) -> None:
    founded = select(func.max(AuditEvent.seq)).where(AuditEvent.action == "demo:load").scalar_subquery()
    events = select(AuditEvent.at).where(AuditEvent.seq > founded).order_by(AuditEvent.seq)
    moments = list(db.session.scalars(events))
    assert moments == sorted(moments)
    assert len(moments) > 300
    assert first_break(audit.chain_in_order(), audit.head()) is None


def test_who_joined_last_summer_is_paid_and_who_joined_before_is_graded(lived: Lived) -> None:
    by_item = {line.code: line for line in lived.report.lines}
    assert by_item["NCGZ-01"].proposed == by_item["NCGZ-01"].submitted > 0
    assert by_item["NCGZ-02"].proposed == by_item["NCGZ-02"].submitted > 0
    waiting = db.session.scalars(select(Staff.name).where(Staff.state == "PENDING")).all()
    assert list(waiting) == []


def test_the_text_names_the_shares_and_the_goals(lived: Lived) -> None:
    text = "\n".join(as_text(lived))
    assert "the goal is 85 %" in text
    assert "the goal is 80 %" in text
    assert "sample" not in text


def test_the_same_seed_lives_the_same_year(app: Flask, database: Database) -> None:
    lives = []
    for _turn in range(2):
        database.restore(db.engine)
        found = year.live("small", seed=7, most_units=1, months=(JANUARY,), say=silent)
        lives.append((found.report, found.refusals, [(one.number, one.title, one.state) for one in begun()]))
        db.session.remove()
    assert lives[0] == lives[1]
    assert lives[0][0].total.submitted > 0


def test_a_sample_says_that_it_is_one(app: Flask) -> None:
    found = year.live("small", seed=3, most_units=1, months=(), say=silent)
    (said,) = [line for line in as_text(found) if "sample" in line]
    assert "1 of 5 institutions" in said
    assert f"{found.staff} of {found.population}" in said


def test_a_database_in_use_is_left_alone(app: Flask) -> None:
    a_unit("已有单位")
    with pytest.raises(Conflict):
        year.live("small", seed=1, say=silent)
    assert db.session.scalar(select(func.count()).select_from(Staff)) == 0


def test_the_command_leaves_the_demo_as_it_is(demo_city: Flask) -> None:
    before = db.session.scalar(select(func.count()).select_from(Application))
    db.session.remove()
    result = demo_city.test_cli_runner().invoke(args=["demo", "year", "--seed", "2", "--units", "1"])
    assert result.exit_code == 0, result.output
    assert "Proposed by the system" in result.output
    assert "1 of 5 institutions" in result.output
    assert db.session.scalar(select(func.count()).select_from(Application)) == before


def _a_teacher(number: int) -> Someone:
    state = {"phase": "GRADED", "post": "TECH-10", "grade": 20}
    return Someone(number, number % 3 + 1, "李明", "BACHELOR", "TEACHER", 2005, START.date().replace(year=2005),
                   START.date().replace(year=2005), True, state)  # fmt: skip


def _a_march(seed: int) -> list[Wish]:
    month = MARCH
    people = [_a_teacher(number) for number in range(1, 3_001)]
    return wishes_of(month, people, (1, 2, 3), until=month.replace(day=15), random=Random(seed), taken=set())


def test_what_happens_follows_the_shares_of_the_data() -> None:
    found = _a_march(1)
    assert found == _a_march(1)
    assert found != _a_march(2)
    assert [wish.unit_id for wish in found if wish.item == "NCGZ-26"] == [1, 2, 3], "each unit once, in March"
    appointed = [wish for wish in found if wish.item == "NCGZ-11"]
    assert 15 <= len(appointed) <= 50, "a twelfth of 120 in a thousand"
    assert {wish.answers["post"] for wish in appointed} == {"TECH-9"}
    assert len({wish.staff_id for wish in found if wish.staff_id}) == len([one for one in found if one.staff_id])


def test_the_data_name_their_provenance_and_are_shares() -> None:
    assert len({kind.code for kind in kinds()}) == len(kinds()) == 15
    assert all(0 < kind.per_year <= 1 for kind in kinds())
    assert 0 < parameter("mistake_confirmed") < parameter("mistake_completed") < parameter("mistake_by_hand") < 1
