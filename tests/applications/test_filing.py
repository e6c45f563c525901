"""Filing: begun with what is known, checked in words, submitted once, withdrawn before the bureau decides."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.applications import queries, service
from app.applications.filing import NotReady
from app.applications.precheck import BLOCKING, findings
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from app.items import queries as items
from app.workflow import service as workflow
from models import Application, ApplicationEmployee, ItemVersion, Upload, db
from models.accounts import Reach
from tests.applications.scene import NEW_HIRE, a_draft, a_scene, add, filed, ready
from tests.factories import a_unit, acting, an_account, an_employee


def test_a_draft_is_answered_from_the_roster(app: Flask) -> None:
    scene = a_scene()
    sheet = queries.sheet(queries.opened(scene.clerk, a_draft(scene).id))
    assert sheet.answers["joined_on"] == "2018-03-01"
    assert sheet.answers["education"] == "BACHELOR"
    assert next(line for line in sheet.fields if line.key == "education").prefilled


def test_numbers_count_up_within_the_year(app: Flask) -> None:
    scene = a_scene()
    first = a_draft(scene)
    other = an_employee(scene.unit, "李娜")
    second = service.start(NEW_HIRE, staff_id=other.id, by=scene.clerk)
    assert first.number == "GZ2018-000001"
    assert second.number == "GZ2018-000002"


def test_a_second_start_offers_the_open_draft(app: Flask) -> None:
    scene = a_scene()
    first = a_draft(scene).id
    assert a_draft(scene).id == first


def test_an_employee_of_another_unit_is_not_there(app: Flask) -> None:
    scene = a_scene()
    stranger = an_employee(a_unit("别的学校"), "王强")
    with pytest.raises(NotFound):
        service.start(NEW_HIRE, staff_id=stranger.id, by=scene.clerk)


def test_an_item_without_online_effect_is_refused_in_words(app: Flask) -> None:
    scene = a_scene()
    version = db.session.get_one(ItemVersion, items.published("NCGZ-03").id)
    version.effect, version.effect_map = None, {}
    db.session.commit()
    items.forget()
    with pytest.raises(Invalid) as refused:
        service.start("NCGZ-03", staff_id=scene.staff.id, by=scene.clerk)
    items.forget()
    assert "item" in refused.value.fields


def test_a_person_with_a_wage_needed_is_told_to_file_the_first_one(app: Flask) -> None:
    scene = a_scene()
    with pytest.raises(Invalid) as refused:
        service.start("NCGZ-12", staff_id=scene.staff.id, by=scene.clerk)
    assert "staff" in refused.value.fields


def test_a_head_cannot_begin_an_application(app: Flask) -> None:
    scene = a_scene()
    with pytest.raises(NotAllowed):
        service.start(NEW_HIRE, staff_id=scene.staff.id, by=scene.head)


def test_wrong_answers_are_named_and_nothing_is_saved(app: Flask) -> None:
    scene = a_scene()
    draft = a_draft(scene)
    with pytest.raises(Invalid) as refused:
        service.save_answers(
            draft.id, {"joined_on": "31 April", "graduation_year": "2017"}, by=scene.clerk, revision=draft.revision
        )
    assert set(refused.value.fields) == {"joined_on"}
    assert "graduation_year" not in queries.sheet(queries.opened(scene.clerk, draft.id)).answers


def test_a_stale_page_is_refused_and_names_who_was_first(app: Flask) -> None:
    scene = a_scene()
    draft = a_draft(scene)
    colleague = an_account("colleague", ("clerk", scene.unit, Reach.UNIT))
    service.save_answers(draft.id, {"graduation_year": "2016"}, by=acting(colleague), revision=1)
    with pytest.raises(Stale, match="colleague changed this application"):
        service.save_answers(draft.id, {"graduation_year": "2017"}, by=scene.clerk, revision=1)


def test_materials_follow_from_the_answers_with_the_reason_in_words(app: Flask) -> None:
    scene = a_scene()
    draft = a_draft(scene, graduation_year="2017")
    sheet = queries.sheet(queries.opened(scene.clerk, draft.id))
    conditional = [line for line in sheet.needed if line.because is not None]
    assert conditional
    assert str(conditional[0].because).startswith("because ")


def test_the_check_names_what_is_missing_with_remedy_and_place(app: Flask) -> None:
    scene = a_scene()
    sheet = queries.sheet(queries.opened(scene.clerk, a_draft(scene).id))
    blocking = [finding for finding in findings(sheet) if finding.severity == BLOCKING]
    assert "answer-graduation_year" in {finding.place for finding in blocking}
    assert any(finding.place.startswith("material-") for finding in blocking)
    assert all(str(finding.remedy) for finding in blocking)


def test_an_incomplete_application_is_not_submitted(app: Flask) -> None:
    scene = a_scene()
    draft = a_draft(scene)
    with pytest.raises(NotReady):
        service.submit(draft.id, by=scene.clerk, revision=draft.revision, key="k")
    assert queries.opened(scene.clerk, draft.id).state == "DRAFT"


def test_submission_claims_files_explains_the_change_and_enters_review(app: Flask) -> None:
    scene = a_scene()
    application = filed(scene, key="one")
    opened = queries.opened(scene.clerk, application.id)
    assert opened.state == "IN_REVIEW"
    assert opened.step_permission == "application:confirm"
    assert opened.round == 1
    employee = db.session.scalars(select(ApplicationEmployee)).one()
    assert employee.change is not None
    assert employee.after_fen
    unclaimed = db.session.scalar(select(func.count()).select_from(Upload).where(Upload.claimed_at.is_(None)))
    assert unclaimed == 0


def test_a_double_submit_gives_the_first_result(app: Flask) -> None:
    scene = a_scene()
    draft = ready(scene)
    revision = draft.revision
    first = service.submit(draft.id, by=scene.clerk, revision=revision, key="same")
    second = service.submit(draft.id, by=scene.clerk, revision=revision, key="same")
    assert second == first
    assert db.session.get_one(Application, draft.id).round == 1


def test_the_same_key_with_other_content_is_refused(app: Flask) -> None:
    scene = a_scene()
    draft = ready(scene)
    revision = draft.revision
    service.submit(draft.id, by=scene.clerk, revision=revision, key="same")
    with pytest.raises(Conflict):
        service.submit(draft.id, by=scene.clerk, revision=revision, key="same", answers={"graduation_year": "2015"})


def test_a_refused_file_is_not_filed_and_the_others_are(app: Flask) -> None:
    scene = a_scene()
    draft = ready(scene)
    bad = add(scene, draft.id, "M05", b"this is no picture", "notes.jpg")
    service.submit(draft.id, by=scene.clerk, revision=draft.revision, key=None)
    assert db.session.get_one(Upload, bad.id).removed_at is not None


def test_withdrawal_needs_a_reason_and_ends_the_application(app: Flask) -> None:
    scene = a_scene()
    application = filed(scene)
    revision = db.session.get_one(Application, application.id).revision
    with pytest.raises(Invalid):
        service.withdraw(application.id, by=scene.clerk, revision=revision, reason=" ")
    service.withdraw(application.id, by=scene.clerk, revision=revision, reason="人员放弃入职")
    assert queries.opened(scene.clerk, application.id).state == "WITHDRAWN"


def test_after_the_bureau_approved_a_step_it_cannot_be_withdrawn(app: Flask) -> None:
    scene = a_scene()
    application = filed(scene)
    for who in ("head", "department", "reviewer"):
        revision = db.session.get_one(Application, application.id, populate_existing=True).revision
        workflow.approve(application.id, by=getattr(scene, who), revision=revision)
    revision = db.session.get_one(Application, application.id, populate_existing=True).revision
    with pytest.raises(Conflict):
        service.withdraw(application.id, by=scene.clerk, revision=revision, reason="人员放弃入职")


def test_two_in_flight_for_one_person_and_item_are_refused(app: Flask) -> None:
    scene = a_scene()
    filed(scene)
    again = service.start(NEW_HIRE, staff_id=scene.staff.id, by=scene.clerk)
    sheet = queries.sheet(queries.opened(scene.clerk, again.id))
    assert any("still under way" in str(finding.message) for finding in findings(sheet))
