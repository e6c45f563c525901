"""The way of a batch: made, filed, decided step by step, with the records of as many applications filed alone."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.applications.numbering import next_in_series, next_numbers
from app.batches import reviewing, service
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from app.jobs import service as jobs
from app.proposals import service as proposals
from app.uow import transaction
from app.workflow import service as workflow
from app.workflow.rules import Mark
from models import (
    Application,
    ApplicationEmployee,
    AuditEvent,
    CareerEvent,
    Decision,
    JobLine,
    PaymentInstruction,
    Proposal,
    Result,
    WageRecord,
    db,
)
from models.applications import ApplicationState, Outcome
from models.batches import BatchState
from models.jobs import LineOutcome
from models.proposals import ProposalState
from tests.batches.scene import (
    ITEM,
    Scene,
    a_batch,
    a_filed_batch,
    a_scene,
    applications_of,
    decided,
    fresh,
    lines_of,
    passed,
    submitted,
    teachers,
)
from tests.statements import counted


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def test_a_batch_is_made_of_what_is_proposed_and_filed_as_applications(scene: Scene) -> None:
    people = teachers(scene, 3)
    made = a_batch(scene)
    assert (made.lines, made.problems) == (3, 0)
    done = submitted(scene, made.batch_id)
    assert (done.total, done.done, done.set_aside) == (3, True, 0)
    filed = applications_of(made.batch_id)
    assert [one.state for one in filed] == [ApplicationState.IN_REVIEW] * 3
    assert {one.employees[0].staff_id for one in filed} == {one.id for one in people}
    assert len({one.number for one in filed}) == 3
    assert fresh(made.batch_id).state == BatchState.FILED
    states = db.session.scalars(select(Proposal.state)).all()
    assert set(states) == {ProposalState.CONFIRMED}


def test_the_records_are_those_of_applications_filed_alone(scene: Scene) -> None:
    people = teachers(scene, 2)
    alone, together = people
    line = db.session.scalars(select(Proposal).where(Proposal.staff_id == alone.id)).one()
    confirmed = proposals.confirm(line.id, by=scene.clerk, revision=line.revision)
    for decider in scene.deciders:
        current = db.session.get_one(Application, confirmed.application_id, populate_existing=True)
        if current.state == ApplicationState.IN_REVIEW and decider.holds(current.step_permission or ""):
            workflow.approve(current.id, by=decider, revision=current.revision)
    made = a_batch(scene)
    submitted(scene, made.batch_id)
    passed(scene, made.batch_id)
    assert _records(alone.id) == _records(together.id)
    assert _records(alone.id)["wages"][-1]["cause"] == "increment"
    assert _records(alone.id)["instructions"]


def _records(staff_id: int) -> dict[str, Any]:
    """Everything that an approval writes about a person, without numbers of rows and moments."""
    db.session.expire_all()
    application = db.session.scalars(
        select(Application)
        .join(ApplicationEmployee, ApplicationEmployee.application_id == Application.id)
        .where(ApplicationEmployee.staff_id == staff_id)
    ).one()
    employee = application.employees[0]
    own = {f"e{number}" for number in db.session.scalars(select(CareerEvent.id))}

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [plain(inner) for inner in value]
        return "an event" if isinstance(value, str) and value in own else value

    return {
        "state": (application.state, application.round, application.step_position),
        "change": plain(employee.change),
        "figures": (employee.before_fen, employee.after_fen, employee.back_pay_fen, employee.effective_month),
        "decisions": [
            (one.step_key, one.outcome, one.round, one.decided_by_id)
            for one in db.session.scalars(
                select(Decision).where(Decision.application_id == application.id).order_by(Decision.id)
            )
        ],
        "events": [
            (one.kind, one.year, one.data, one.application_id == application.id)
            for one in db.session.scalars(
                select(CareerEvent).where(CareerEvent.staff_id == staff_id).order_by(CareerEvent.id)
            )
        ],
        "wages": [
            {"month": one.effective_month, "cause": one.cause, "state": one.state, "total": one.total_fen,
             "parts": plain(one.components), "position": one.position,
             "own": one.application_id == application.id, "standing": one.voided_at is None}
            for one in db.session.scalars(
                select(WageRecord).where(WageRecord.staff_id == staff_id).order_by(WageRecord.position)
            )
        ],
        "results": [
            (one.effect, one.facts, one.figures, one.roster_before)
            for one in db.session.scalars(select(Result).where(Result.staff_id == staff_id))
        ],
        "instructions": [
            (one.before_fen, one.after_fen, one.back_pay_fen, one.effective_month, one.state, one.unit_id)
            for one in db.session.scalars(select(PaymentInstruction).where(PaymentInstruction.staff_id == staff_id))
        ],
    }  # fmt: skip


def test_one_wrong_line_holds_up_no_other(scene: Scene) -> None:
    wrong, *fine = teachers(scene, 3)
    made = a_batch(scene)
    proposals.set_aside(
        db.session.scalars(select(Proposal.id).where(Proposal.staff_id == wrong.id)).one(), by=scene.clerk,
        revision=1, reason="年度考核结果复核中",
    )  # fmt: skip
    done = submitted(scene, made.batch_id)
    assert (done.total, done.set_aside) == (3, 1)
    assert len(applications_of(made.batch_id)) == len(fine)
    (left,) = [line for line in lines_of(made.batch_id) if line.application_id is None]
    assert "复核中" in str(left.problems)
    result = db.session.scalars(select(JobLine).where(JobLine.outcome == LineOutcome.SET_ASIDE)).one()
    assert result.record_id == left.id


def test_a_proposal_whose_facts_changed_is_not_filed_as_it_was(scene: Scene) -> None:
    (person,) = teachers(scene, 1)
    made = a_batch(scene)
    from tests.proposals.scene import refresh, reported

    reported(person, (2017, "EXCELLENT"))
    refresh(person)
    done = submitted(scene, made.batch_id)
    assert done.set_aside == 1
    assert "facts have changed" in str(lines_of(made.batch_id)[0].problems)


def test_two_batches_for_one_person_file_one_application(scene: Scene) -> None:
    teachers(scene, 1)
    first = a_batch(scene)
    person = lines_of(first.batch_id)[0].staff_id
    second = service.from_roster(ITEM, scene.school.id, [person], by=scene.clerk)
    assert second.problems == 1
    assert first.number in str(lines_of(second.batch_id)[0].problems)
    assert submitted(scene, first.batch_id).set_aside == 0
    assert submitted(scene, second.batch_id).set_aside == 1
    assert len(db.session.scalars(select(Application)).all()) == 1


def test_the_same_key_files_and_decides_once(scene: Scene) -> None:
    teachers(scene, 2)
    made = a_batch(scene, key="make-1")
    assert a_batch(scene, key="make-1") == made
    revision = fresh(made.batch_id).revision
    first = service.submit(made.batch_id, by=scene.clerk, revision=revision, key="file-1")
    assert service.submit(made.batch_id, by=scene.clerk, revision=revision, key="file-1") == first
    with pytest.raises(Stale):
        service.submit(made.batch_id, by=scene.clerk, revision=revision, key="file-2")
    head = scene.actor("head")
    groups = {group.key: group.seen for group in reviewing.review(fresh(made.batch_id), head).groups}
    once = service.decide(made.batch_id, Outcome.APPROVED, by=head, groups=groups, key="decide-1")
    again = service.decide(made.batch_id, Outcome.APPROVED, by=head, groups=groups, key="decide-1")
    assert once == again
    assert len(db.session.scalars(select(Decision)).all()) == 2


def test_a_stale_page_decides_nothing(scene: Scene) -> None:
    batch_id = a_filed_batch(scene)
    head = scene.actor("head")
    groups = {group.key: group.seen for group in reviewing.review(fresh(batch_id), head).groups}
    one = applications_of(batch_id)[0]
    workflow.approve(one.id, by=head, revision=one.revision)
    with pytest.raises(Stale):
        service.decide(batch_id, Outcome.APPROVED, by=head, groups=groups)
    assert len(db.session.scalars(select(Decision)).all()) == 1


def test_nobody_decides_what_they_filed_nor_out_of_reach(scene: Scene) -> None:
    batch_id = a_filed_batch(scene)
    assert reviewing.review(fresh(batch_id), scene.clerk).count == 0
    with pytest.raises(NotFound):
        service.decide(batch_id, Outcome.APPROVED, by=scene.actor("other_clerk"), lines={1: 1})
    with pytest.raises(Stale):
        service.decide(batch_id, Outcome.APPROVED, by=scene.actor("approver"), lines={lines_of(batch_id)[0].id: 1})
    with pytest.raises(NotAllowed):
        service.submit(batch_id, by=scene.actor("head"), revision=1)


def test_a_wrong_role_and_a_foreign_unit_make_no_batch(scene: Scene) -> None:
    teachers(scene, 1)
    with pytest.raises(NotAllowed):
        service.from_proposals(ITEM, scene.school.id, by=scene.actor("head"))
    with pytest.raises(NotFound):
        service.from_proposals(ITEM, scene.school.id, by=scene.actor("other_clerk"))
    with pytest.raises(Invalid):
        service.from_proposals("NCGZ-01", scene.school.id, by=scene.clerk)
    with pytest.raises(Invalid):
        service.from_proposals(ITEM, scene.proposed.office.id, by=scene.clerk)


def test_the_head_may_return_single_lines_and_approve_the_others(scene: Scene) -> None:
    batch_id = a_filed_batch(scene, 3)
    head = scene.actor("head")
    first, second, third = reviewing.review(fresh(batch_id), head).groups[0].lines
    done = service.decide(
        batch_id, Outcome.RETURNED, by=head, lines={first.line_id: first.revision}, note="请核对考核结果",
        marks=[Mark("ANSWER", "result", "请核对")],
    )  # fmt: skip
    assert (done.total, done.set_aside) == (1, 0)
    service.decide(
        batch_id, Outcome.REJECTED, by=head, lines={second.line_id: second.revision}, note="本人已提出复核申请"
    )
    decided(batch_id, head)
    states = {one.id: one.state for one in applications_of(batch_id)}
    assert states[first.application_id] == ApplicationState.RETURNED
    assert states[second.application_id] == ApplicationState.REJECTED
    assert states[third.application_id] == ApplicationState.IN_REVIEW
    with pytest.raises(Invalid):
        service.decide(batch_id, Outcome.RETURNED, by=scene.actor("department"), note="无标记",
                       lines={third.line_id: third.revision + 1})  # fmt: skip


def test_lines_that_deviate_are_told_apart_with_the_reason(scene: Scene) -> None:
    people = teachers(scene, 4)
    from tests.proposals.scene import refresh, reported

    reported(people[0], (2017, "EXCELLENT"))
    refresh(people[0])
    made = a_batch(scene)
    submitted(scene, made.batch_id)
    found = reviewing.review(fresh(made.batch_id), scene.actor("head"))
    assert [(group.count, group.pattern) for group in found.groups] == [(1, False), (3, True)]
    assert any("Excellent" in str(why) for why in found.deviating[0].why)


def test_a_claimed_line_is_left_to_its_claimer(scene: Scene) -> None:
    batch_id = a_filed_batch(scene, 2)
    for name in ("head", "department"):
        decided(batch_id, scene.actor(name))
    from tests.factories import Reach, acting, an_account

    colleague = acting(an_account("reviewer_2", ("reviewer", None, Reach.ALL)))
    one = applications_of(batch_id)[0]
    workflow.claim(one.id, by=colleague, revision=one.revision)
    done = decided(batch_id, scene.actor("reviewer"))
    assert (done.total, done.set_aside) == (2, 1)
    message = db.session.scalars(select(JobLine.message).where(JobLine.outcome == LineOutcome.SET_ASIDE)).one()
    assert message is not None
    assert "desk" in message["m"]


def test_large_batches_go_on_in_chunks_that_can_be_left(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.batches.runs.CHUNK", 2)
    teachers(scene, 5)
    made = a_batch(scene)
    done = submitted(scene, made.batch_id)
    assert not done.done
    with pytest.raises(Conflict):
        service.submit(made.batch_id, by=scene.clerk, revision=fresh(made.batch_id).revision)
    jobs.work_off()
    assert len(applications_of(made.batch_id)) == 5
    passed(scene, made.batch_id)
    assert [one.state for one in applications_of(made.batch_id)] == [ApplicationState.APPROVED] * 5


@pytest.mark.parametrize("number", [2, 25])
def test_a_deed_on_a_batch_takes_at_most_thirty_statements_whatever_its_head_count(scene: Scene, number: int) -> None:
    sent = _statements(scene, number)
    assert max(sent.values()) <= 30, sent


def _statements(scene: Scene, number: int) -> dict[str, int]:
    teachers(scene, number)
    with transaction():  # the year's series exist already
        next_numbers(1)
        next_in_series("batch", "PL")
    sent = {}
    with counted() as statements:
        made = a_batch(scene, key="make")
    sent["make"] = len(statements)
    revision, clerk = fresh(made.batch_id).revision, scene.clerk
    with counted() as statements:
        service.submit(made.batch_id, by=clerk, revision=revision, key="file")
    sent["file"] = len(statements)
    for decider in scene.deciders:
        found = reviewing.review(fresh(made.batch_id), decider)
        groups = {group.key: group.seen for group in found.groups}
        with counted() as statements:
            service.decide(made.batch_id, Outcome.APPROVED, by=decider, groups=groups, key=f"d-{decider.username}")
        sent[decider.username] = len(statements)
    return sent


def test_every_deed_is_audited_with_everybody_concerned(scene: Scene) -> None:
    batch_id = a_filed_batch(scene, 3)
    passed(scene, batch_id)
    actions = [
        event.action
        for event in db.session.scalars(
            select(AuditEvent)
            .where(AuditEvent.record_kind == "batch", AuditEvent.record_id == str(batch_id))
            .order_by(AuditEvent.seq)
        )
    ]
    assert actions[:2] == ["batch:make", "batch:file"]
    assert actions[-1] == "application:approve"
    assert len(db.session.scalars(select(AuditEvent).where(AuditEvent.action == "pay:write")).all()) == 3


def test_given_up_batches_file_nothing(scene: Scene) -> None:
    teachers(scene, 1)
    made = a_batch(scene)
    service.give_up(made.batch_id, by=scene.clerk, revision=fresh(made.batch_id).revision)
    with pytest.raises(Stale):
        submitted(scene, made.batch_id)
    assert applications_of(made.batch_id) == []


def test_a_line_that_is_taken_out_leaves_its_proposal_open(scene: Scene) -> None:
    teachers(scene, 2)
    made = a_batch(scene)
    service.take_out(made.batch_id, lines_of(made.batch_id)[0].id, by=scene.clerk)
    assert submitted(scene, made.batch_id).total == 1
    assert sorted(db.session.scalars(select(Proposal.state))) == ["CONFIRMED", "OPEN"]
