"""Facts that change around a proposal: it follows them and says so, and what was decided before is never lost."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from app.access.actor import Actor
from app.applications import service as applications
from app.errors import Conflict, Invalid, Stale
from app.items import queries as items
from app.items import service as designing
from app.messages import Message
from app.payments import service as payments
from app.proposals import service
from app.workflow import service as workflow
from models import Application, ItemVersion, Proposal, Staff, db
from models.accounts import Reach
from models.applications import ApplicationState
from models.proposals import ProposalState
from tests.factories import acting, an_account
from tests.items.people import rehearsed
from tests.proposals.scene import (
    Scene,
    a_scene,
    a_teacher_of_the_file,
    open_of,
    proposals_of,
    refresh,
    reported,
    the_proposal,
)


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def a_due_teacher(scene: Scene) -> Staff:
    staff = a_teacher_of_the_file(scene)
    reported(staff, (2017, "QUALIFIED"))
    return staff


def said(one: Proposal) -> list[str]:
    return [Message.from_json(change).text() for change in one.changes]


def the_application(number: int) -> Application:
    return db.session.get_one(Application, number, populate_existing=True)


def test_what_is_set_aside_stays_aside_when_its_facts_change_and_says_what_changed(scene: Scene) -> None:
    staff = a_due_teacher(scene)
    one = the_proposal(staff)
    service.set_aside(one.id, by=scene.clerk, revision=one.revision, reason="等待复核")
    reported(staff, (2017, "EXCELLENT"))
    refresh(staff)
    (aside,) = proposals_of(staff)
    assert (aside.state, aside.reason) == (ProposalState.SET_ASIDE, "等待复核")
    assert any("Excellent" in text for text in said(aside)), said(aside)
    service.reopen(aside.id, by=scene.clerk, revision=aside.revision)
    (now,) = proposals_of(staff)
    assert service.confirm(now.id, by=scene.clerk, revision=now.revision).submitted


def test_what_is_set_aside_and_no_longer_due_is_closed(scene: Scene) -> None:
    staff = a_due_teacher(scene)
    one = the_proposal(staff)
    service.set_aside(one.id, by=scene.clerk, revision=one.revision, reason="等待复核")
    reported(staff, (2017, "UNQUALIFIED"))
    assert refresh(staff).expired == 1
    assert open_of(staff) == []


def test_a_confirmed_one_whose_application_is_withdrawn_is_proposed_again_and_says_why(scene: Scene) -> None:
    staff = a_due_teacher(scene)
    one = the_proposal(staff)
    done = service.confirm(one.id, by=scene.clerk, revision=one.revision)
    application = the_application(done.application_id)
    applications.withdraw(application.id, by=scene.clerk, revision=application.revision, reason="填报有误")
    assert refresh(staff).reopened == 1
    (again,) = proposals_of(staff)
    assert again.state == ProposalState.OPEN
    assert "ended without effect" in said(again)[0]
    second = service.confirm(again.id, by=scene.clerk, revision=again.revision)
    assert second.number != done.number


def test_confirming_for_somebody_who_has_left_meanwhile_is_refused_and_files_nothing(scene: Scene) -> None:
    staff = a_due_teacher(scene)
    one = the_proposal(staff)
    staff.state, staff.left_on = "ENDED", date(2018, 4, 2)
    db.session.commit()
    with pytest.raises(Conflict) as refused:
        service.confirm(one.id, by=scene.clerk, revision=one.revision)
    assert "no longer due" in str(refused.value)
    assert db.session.scalars(select(Application)).all() == []


def test_a_revised_item_changes_the_proposal_and_an_old_page_is_told(scene: Scene) -> None:
    staff = a_due_teacher(scene)
    one = the_proposal(staff)
    number, revision = one.id, one.revision
    _deciders(scene)
    _publish_a_revision("NCGZ-12")
    with pytest.raises(Stale) as refused:
        service.confirm(number, by=scene.clerk, revision=revision)
    assert "revised" in str(refused.value)
    (now,) = proposals_of(staff)
    assert now.state == ProposalState.OPEN
    done = service.confirm(now.id, by=scene.clerk, revision=now.revision)
    assert the_application(done.application_id).item_version_id == items.published("NCGZ-12").id


def _publish_a_revision(code: str) -> None:
    designer = acting(an_account("designer", ("designer", None, Reach.ALL)))
    publisher = acting(an_account("publisher", ("publisher", None, Reach.ALL)))
    draft = designing.begin_draft(items.published(code).item_id, by=designer)
    designing.propose(draft.id, by=designer, revision=draft.revision)
    rehearsed(draft.id, designer)
    designing.publish(draft.id, by=publisher, revision=draft.revision)


def test_an_item_out_of_force_closes_its_proposals_and_they_come_back_with_it(scene: Scene) -> None:
    staff = a_due_teacher(scene)
    one = the_proposal(staff)
    version_id = items.published("NCGZ-12").id
    _set_force(version_id, "RETIRED")
    with pytest.raises((Conflict, Invalid)):
        service.confirm(one.id, by=scene.clerk, revision=one.revision)
    assert open_of(staff) == []
    _set_force(version_id, "PUBLISHED")
    refresh(staff)
    assert open_of(staff) == [("increment", "2017")]


def _set_force(version_id: int, state: str) -> None:
    db.session.get_one(ItemVersion, version_id).state = state
    db.session.commit()
    items.forget()


def test_the_next_one_of_an_item_waits_until_finance_has_paid_the_last(scene: Scene) -> None:
    staff = a_teacher_of_the_file(scene)
    reported(staff, (2016, "QUALIFIED"), (2017, "QUALIFIED"))
    refresh(staff)
    (first,) = proposals_of(staff)
    done = service.confirm(first.id, by=scene.clerk, revision=first.revision)
    _approve(scene, done.application_id)
    refresh(staff)
    assert open_of(staff) == [], "a second application could not be submitted yet"
    finance = acting(an_account("finance", ("finance", None, Reach.ALL)))
    payments.confirm_batch(payments.take_batch(by=finance).batch_id, by=finance)
    assert refresh(staff).new == 1
    (_paid, second) = proposals_of(staff)
    assert (second.state, second.due_key) == (ProposalState.OPEN, "2017")
    assert service.confirm(second.id, by=scene.clerk, revision=second.revision).submitted


def _deciders(scene: Scene) -> list[Actor]:
    """Who decides, step by step."""
    department = acting(an_account("department", ("department", scene.department, Reach.SUBTREE)))
    bureau = [acting(an_account(name, (name, None, Reach.ALL))) for name in ("reviewer", "rechecker", "approver")]
    return [scene.actor("head"), department, *bureau]


def _approve(scene: Scene, number: int) -> None:
    for by in _deciders(scene):
        workflow.approve(number, by=by, revision=the_application(number).revision)
    assert the_application(number).state == ApplicationState.APPROVED
