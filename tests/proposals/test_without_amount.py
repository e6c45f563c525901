"""A due change whose amount no table gives: one proposal stays open and says what is missing, night after night."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from app.errors import Conflict
from app.messages import Message
from app.proposals import service
from models import Application, Proposal, Staff, db
from models.proposals import ProposalState
from tests.proposals.scene import Scene, a_scene, on, proposals_of, refresh, reported, the_proposal
from tests.workflow.factories import an_employee_with_career

MISSING = "Grade 26 is not confirmed and is not used"


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def a_teacher_below_an_unconfirmed_cell(scene: Scene, name: str = "李明") -> Staff:
    """The grade that the increment of 2018 leads to is not confirmed in the table of July 2016."""
    opening = {"type": "opening", "date": "2016-07-01", "post": "TECH-10", "grade": 25}
    started = {"joined_on": date(2005, 7, 1), "work_start": date(2005, 7, 1)}
    staff = an_employee_with_career(scene.school, opening, name=name, **started)
    reported(staff, (2017, "QUALIFIED"))
    return staff


def said(one: Proposal) -> list[str]:
    return [Message.from_json(gap).text() for gap in one.missing]


def test_it_stays_one_proposal_that_names_the_cell_however_many_nights_come(scene: Scene) -> None:
    staff = a_teacher_below_an_unconfirmed_cell(scene)
    first = the_proposal(staff)
    assert any(MISSING in text for text in said(first)), said(first)
    assert (first.after_fen, first.effective_month) == (None, date(2018, 1, 1))
    number, revision = first.id, first.revision
    for day in (date(2018, 4, 10), date(2018, 4, 11), date(2018, 5, 2), date(2018, 7, 2), date(2018, 9, 3)):
        with on(day):
            assert not refresh(staff).anything, day
    (now,) = proposals_of(staff)
    assert (now.id, now.revision, now.state) == (number, revision, ProposalState.OPEN)


def test_it_is_not_made_into_an_application_that_could_only_be_given_up(scene: Scene) -> None:
    staff = a_teacher_below_an_unconfirmed_cell(scene)
    one = the_proposal(staff)
    with pytest.raises(Conflict, match="the amount cannot be given yet") as refused:
        service.confirm(one.id, by=scene.clerk, revision=one.revision)
    assert MISSING in str(refused.value)
    assert "confirm this cell of the table" in str(refused.value.remedy)
    assert db.session.scalars(select(Application)).all() == []
    assert not refresh(staff).anything
    (now,) = proposals_of(staff)
    assert now.state == ProposalState.OPEN


def test_among_many_it_has_its_sentence_and_holds_up_no_other(scene: Scene) -> None:
    staff = a_teacher_below_an_unconfirmed_cell(scene)
    fine = an_employee_with_career(
        scene.school, {"type": "opening", "date": "2016-07-01", "post": "TECH-10", "grade": 20}, name="王芳",
        joined_on=date(2005, 7, 1), work_start=date(2005, 7, 1),
    )  # fmt: skip
    reported(fine, (2017, "QUALIFIED"))
    found = [the_proposal(staff), the_proposal(fine)]
    stays, done = service.confirm_many([(one.id, one.revision) for one in found], by=scene.clerk)
    assert stays.done is None
    assert MISSING in str(stays.problem)
    assert done.done is not None
