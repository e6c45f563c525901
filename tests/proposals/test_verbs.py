"""Proposals are made once, follow the facts, and become applications that are complete where nothing is missing."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.applications import service as applications
from app.audit.queries import history
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from app.jobs import service as jobs
from app.materials import service as materials
from app.materials.sheets import WHOLE, Sheet
from app.messages import Message
from app.proposals import service
from models import Answer, Application, Job, Proposal, Staff, StoredFile, Upload, db
from models.applications import ApplicationState
from models.jobs import JobState
from models.proposals import ProposalState
from tests.factories import a_unit
from tests.materials import files
from tests.materials_records import read_papers as papers
from tests.proposals.scene import (
    NIGHT,
    Scene,
    a_newcomer,
    a_scene,
    a_teacher_of_the_file,
    open_of,
    proposals_of,
    refresh,
    reported,
    the_proposal,
)
from tests.statements import counted
from tests.workflow.factories import fresh


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def _due_teacher(scene: Scene, name: str = "李明", **values: object) -> Staff:
    staff = a_teacher_of_the_file(scene, name, **values)
    reported(staff, (2017, "QUALIFIED"))
    return staff


def _application(number: int) -> Application:
    found = db.session.get(Application, number, populate_existing=True)
    assert found is not None
    return found


def test_nobody_is_proposed_twice(scene: Scene) -> None:
    staff = _due_teacher(scene)
    assert refresh(staff).new == 1
    again = refresh(staff)
    assert asdict(again) == {**asdict(service.Tally()), "people": 1}
    (one,) = proposals_of(staff)
    twin = Proposal(
        staff_id=staff.id, unit_id=staff.unit_id, item_id=one.item_id, due_key="2017", foresight="increment",
        rule="I-5", due_on=one.due_on, why={}, facts={}, digest="0" * 64, made_at=one.made_at,
    )  # fmt: skip
    db.session.add(twin)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_who_has_an_application_under_way_is_not_proposed(scene: Scene) -> None:
    staff = _due_teacher(scene)
    applications.start("NCGZ-12", staff_id=staff.id, by=scene.clerk)
    refresh(staff)
    assert proposals_of(staff) == []


def test_a_changed_fact_updates_the_proposal_and_says_so(scene: Scene) -> None:
    staff = _due_teacher(scene)
    the_proposal(staff)
    reported(staff, (2017, "EXCELLENT"))
    assert refresh(staff).changed == 1
    (after,) = proposals_of(staff)
    assert after.revision == 2
    assert after.facts["answers"]["result"] == "EXCELLENT"
    said = [Message.from_json(change).text() for change in after.changes]
    assert any("Excellent" in text for text in said), said


def test_filing_by_hand_supersedes_and_withdrawing_opens_it_again(scene: Scene) -> None:
    staff = _due_teacher(scene)
    the_proposal(staff)
    draft = applications.start("NCGZ-12", staff_id=staff.id, by=scene.clerk)
    assert refresh(staff).superseded == 1
    (one,) = proposals_of(staff)
    assert (one.state, one.application_id) == (ProposalState.SUPERSEDED, draft.id)
    applications.withdraw(draft.id, by=scene.clerk, revision=fresh(draft).revision, reason="不办了")
    assert refresh(staff).reopened == 1
    assert open_of(staff) == [("increment", "2017")]


def test_a_withdrawn_assessment_expires_the_proposal(scene: Scene) -> None:
    staff = _due_teacher(scene)
    the_proposal(staff)
    reported(staff, (2017, "UNQUALIFIED"))
    assert refresh(staff).expired == 1
    assert open_of(staff) == []


def test_a_complete_proposal_is_confirmed_and_submitted_without_a_typed_field(scene: Scene) -> None:
    one = the_proposal(_due_teacher(scene))
    done = service.confirm(one.id, by=scene.clerk, revision=one.revision)
    assert done.submitted
    application = _application(done.application_id)
    assert application.state == ApplicationState.IN_REVIEW
    answers = db.session.scalars(select(Answer).where(Answer.application_id == application.id)).all()
    assert all(answer.prefilled for answer in answers)
    (kept,) = proposals_of(one.staff)
    assert (kept.state, kept.application_id) == (ProposalState.CONFIRMED, application.id)
    assert [event.action for event in history("proposal", one.id)] == ["proposal:confirm"]


def test_a_proposal_that_lacks_materials_becomes_a_draft_with_the_answers(scene: Scene) -> None:
    one = the_proposal(a_newcomer(scene))
    assert one.missing
    done = service.confirm(one.id, by=scene.clerk, revision=one.revision)
    assert (done.submitted, _application(done.application_id).state) == (False, ApplicationState.DRAFT)
    assert done.open_places > 0


def test_a_double_click_gives_the_first_result(scene: Scene) -> None:
    one = the_proposal(_due_teacher(scene))
    first = service.confirm(one.id, by=scene.clerk, revision=one.revision, key="press-1")
    second = service.confirm(one.id, by=scene.clerk, revision=1, key="press-1")
    assert first == second
    assert len(db.session.scalars(select(Application)).all()) == 1
    with pytest.raises(Conflict) as refused:
        service.confirm(one.id, by=scene.clerk, revision=1, key="press-2")
    assert first.number in str(refused.value)


def test_confirming_after_the_facts_changed_is_refused_with_what_changed(scene: Scene) -> None:
    staff = _due_teacher(scene)
    one = the_proposal(staff)
    reported(staff, (2017, "EXCELLENT"))
    with pytest.raises(Stale) as refused:
        service.confirm(one.id, by=scene.clerk, revision=1)
    assert "Excellent" in str(refused.value)
    (now,) = proposals_of(staff)
    assert (now.state, now.facts["answers"]["result"]) == (ProposalState.OPEN, "EXCELLENT")
    assert service.confirm(now.id, by=scene.clerk, revision=now.revision).submitted


def test_of_many_one_wrong_line_holds_up_no_other(scene: Scene) -> None:
    people = [_due_teacher(scene, name) for name in ("甲", "乙", "丙")]
    found = [the_proposal(one) for one in people]
    wanted = [(one.id, one.revision) for one in found]
    reported(people[1], (2017, "EXCELLENT"))
    lines = service.confirm_many(wanted, by=scene.clerk, key="all")
    assert [line.done is not None for line in lines] == [True, False, True]
    assert lines[1].problem is not None
    assert "Excellent" in lines[1].problem.text()
    again = service.confirm_many(wanted, by=scene.clerk, key="all")
    assert [line.done for line in again][::2] == [line.done for line in lines][::2]
    assert len(db.session.scalars(select(Application)).all()) == 2


def test_none_or_too_many_at_once_are_refused_in_words(scene: Scene) -> None:
    with pytest.raises(Invalid):
        service.confirm_many([], by=scene.clerk)
    with pytest.raises(Invalid):
        service.confirm_many([(number, 1) for number in range(1, service.MOST_AT_ONCE + 2)], by=scene.clerk)


def test_what_is_set_aside_needs_a_reason_stays_aside_and_can_be_taken_up(scene: Scene) -> None:
    staff = _due_teacher(scene)
    one = the_proposal(staff)
    with pytest.raises(Invalid):
        service.set_aside(one.id, by=scene.clerk, revision=1, reason=" ")
    service.set_aside(one.id, by=scene.clerk, revision=1, reason="等待复核")
    service.set_aside(one.id, by=scene.clerk, revision=1, reason="等待复核")
    refresh(staff)
    (aside,) = proposals_of(staff)
    assert (aside.state, aside.reason) == (ProposalState.SET_ASIDE, "等待复核")
    with pytest.raises(Conflict) as refused:
        service.confirm(one.id, by=scene.clerk, revision=aside.revision)
    assert "等待复核" in str(refused.value)
    service.reopen(one.id, by=scene.clerk, revision=aside.revision)
    assert open_of(staff) == [("increment", "2017")]


def test_the_clerk_of_another_unit_finds_nothing_there(scene: Scene) -> None:
    one = the_proposal(_due_teacher(scene))
    stranger = scene.actor("other_clerk")
    for verb in (
        lambda: service.confirm(one.id, by=stranger, revision=1),
        lambda: service.set_aside(one.id, by=stranger, revision=1, reason="不办"),
        lambda: service.reopen(one.id, by=stranger, revision=1),
    ):
        with pytest.raises(NotFound):
            verb()
    (line,) = service.confirm_many([(one.id, 1)], by=stranger)
    assert line.done is None
    assert line.name == "", "not even the name is told"


def test_only_a_clerk_confirms(scene: Scene) -> None:
    one = the_proposal(_due_teacher(scene))
    for name in ("head", "auditor", "administrator"):
        with pytest.raises(NotAllowed):
            service.confirm(one.id, by=scene.actor(name), revision=1)


def test_who_moved_is_proposed_to_the_new_unit(scene: Scene) -> None:
    staff = _due_teacher(scene)
    one = the_proposal(staff)
    staff.unit_id = a_unit("演示第二中学").id
    db.session.commit()
    refresh(staff)
    with pytest.raises(NotFound):
        service.confirm(one.id, by=scene.clerk, revision=2)


def _filed_before(scene: Scene, staff: Staff, code: str) -> None:
    """A decided application of the person that carried this material."""
    draft = applications.start("NCGZ-12", staff_id=staff.id, by=scene.clerk)
    stored = db.session.scalars(select(StoredFile)).first()
    if stored is None:
        other = a_newcomer(scene, "别人")
        first = applications.start("NCGZ-01", staff_id=other.id, by=scene.clerk)
        sent = materials.receive(first.id, "M07", BytesIO(files.jpeg()), filename="证件.jpg", by=scene.clerk)
        stored = db.session.get_one(StoredFile, sent.sha256)
    db.session.add(
        Upload(
            application_id=draft.id, material_code=code, position=1, sha256=stored.sha256, filename="旧件.jpg",
            accepted=True, checker_version="1", uploaded_by_id=scene.clerk.account_id, uploaded_at=draft.created_at,
            claimed_at=draft.created_at, claimed_round=1,
        )
    )  # fmt: skip
    db.session.execute(
        update(Application)
        .where(Application.id == draft.id)
        .values(state="PAID", submitted_at=draft.created_at, decided_at=draft.created_at, paid_at=draft.created_at)
    )
    db.session.commit()


def test_materials_on_file_are_attached_by_reference_to_the_same_content(scene: Scene) -> None:
    staff = a_teacher_of_the_file(scene, birth_date=date(1958, 5, 17))
    _filed_before(scene, staff, "M07")
    laid = [Sheet(page=1, corners=WHOLE, turn=1).to_json()]
    db.session.execute(update(Upload).values(sheets=laid))
    old = db.session.scalars(select(Upload).where(Upload.material_code == "M07", Upload.claimed_at.is_not(None))).one()
    papers.keep(old, papers.diploma(), by=scene.clerk)
    one = the_proposal(staff)
    assert one.foresight == "retirement"
    assert list(one.facts["materials"]) == ["M07"]
    done = service.confirm(one.id, by=scene.clerk, revision=1)
    uploads = db.session.scalars(select(Upload).where(Upload.material_code == "M07")).all()
    mine = [upload for upload in uploads if upload.application_id == done.application_id]
    assert len(mine) == 1
    assert mine[0].sha256 in {upload.sha256 for upload in uploads if upload.application_id != done.application_id}
    assert mine[0].sheets == laid, "its pages are shown as they were laid out before"
    assert mine[0].reading is not None
    assert mine[0].reading.kind == "diploma", "what was read on it is known again"


def test_a_material_that_belongs_to_one_occasion_does_not_serve_again(scene: Scene) -> None:
    staff = a_teacher_of_the_file(scene, birth_date=date(1958, 5, 17))
    _filed_before(scene, staff, "M35")
    one = the_proposal(staff)
    assert one.facts["materials"] == {}


def test_statements_do_not_grow_with_people(scene: Scene) -> None:
    few = [_due_teacher(scene, f"甲{number}") for number in range(2)]
    many = [_due_teacher(scene, f"乙{number}") for number in range(12)]
    refresh(a_newcomer(scene))
    groups = [[one.id for one in people] for people in (few, many)]
    with counted() as first:
        service.refresh_people(groups[0], by=NIGHT)
    with counted() as second:
        service.refresh_people(groups[1], by=NIGHT)
    assert len(second) <= len(first) <= 16
    with counted() as unchanged:
        service.refresh_people(groups[1], by=NIGHT)
    assert len(unchanged) <= len(second)


def test_the_nightly_run_is_a_job_that_looks_at_everybody(scene: Scene, app: Flask) -> None:
    people = [_due_teacher(scene, f"甲{number}") for number in range(3)]
    result = app.test_cli_runner().invoke(args=["proposals", "run"])
    assert result.exit_code == 0, result.output
    assert "new 3" in result.output
    assert [open_of(one) for one in people] == [[("increment", "2017")]] * 3
    job = db.session.scalars(select(Job).where(Job.kind == "proposals")).one()
    assert job.state == JobState.DONE


def test_a_killed_run_is_gone_on_with_and_proposes_nobody_twice(
    scene: Scene, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.proposals import run

    monkeypatch.setattr(run, "CHUNK", 2)
    people = [_due_teacher(scene, f"甲{number}") for number in range(5)]
    job = service.begin(by=scene.actor("administrator"))
    worker = jobs._claim("first")
    assert worker == job.id
    assert jobs._do_chunk(job.id, "first")
    with clock.frozen(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        assert jobs.work_off() == 1
    assert [len(proposals_of(one)) for one in people] == [1] * 5


def test_only_who_reaches_everybody_runs_for_everybody(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        service.begin(by=scene.clerk)
    with pytest.raises(NotAllowed):
        service.begin(by=scene.actor("auditor"))
    newcomer = a_newcomer(scene)
    elsewhere = a_newcomer(scene, "外人", unit=scene.other)
    assert service.refresh_reach(by=scene.clerk).new == 1
    assert (len(open_of(newcomer)), open_of(elsewhere)) == (1, [])


def test_assessments_are_reported_whole_or_not_at_all(scene: Scene) -> None:
    mine, other = a_teacher_of_the_file(scene), a_newcomer(scene, unit=scene.other)
    fine = service.Result(mine.id, 2017, "QUALIFIED")
    with pytest.raises(NotFound):
        service.report([fine, service.Result(other.id, 2017, "QUALIFIED")], by=scene.clerk)
    with pytest.raises(Invalid):
        service.report([fine, service.Result(mine.id, 2016, "GOOD")], by=scene.clerk)
    with pytest.raises(Invalid):
        service.report([service.Result(mine.id, 2018, "QUALIFIED")], by=scene.clerk)
    refresh(mine)
    assert open_of(mine) == []
    assert service.report([fine], by=scene.clerk) == 1
    assert service.report([fine], by=scene.clerk) == 0
