"""What the checks before submission see: dates, the record, other applications, amounts, and the names of files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app import clock
from app.applications import queries, service
from app.applications.precheck import BLOCKING, CHECKS, SETTINGS, WARNING, Finding, checked, findings, to_look_at
from app.applications.sheet import ApplicationSheet, Around, Other, Past
from app.materials.fingerprints import distance, fingerprint
from models import ReportedAssessment, Staff, db
from tests.applications.scene import Scene, a_scene, add, filed
from tests.factories import an_employee
from tests.materials import files, pages
from tests.workflow.factories import an_employee_with_career

pytestmark = pytest.mark.usefixtures("app")

OPENING = {"type": "opening", "date": "2016-07-01", "post": "TECH-12", "grade": 7}


def teacher(scene: Scene, *events: dict[str, Any], **person: Any) -> Staff:
    """Somebody with a wage at the school."""
    values = {"joined_on": date(2010, 7, 1), "birth_date": date(1985, 5, 17), **person}
    return an_employee_with_career(scene.unit, OPENING, *events, **values)


def laid_out(scene: Scene, item: str, staff: Staff, **answers: str) -> ApplicationSheet:
    """A draft of an item with these answers, as the page shows it."""
    draft = service.start(item, staff_id=staff.id, by=scene.clerk)
    service.save_answers(draft.id, answers, by=scene.clerk, revision=draft.revision)
    return again(scene, draft.id)


def again(scene: Scene, application_id: int) -> ApplicationSheet:
    db.session.expire_all()
    return queries.sheet(queries.opened(scene.clerk, application_id))


def said(sheet: ApplicationSheet, check: str) -> list[Finding]:
    """What one check says."""
    return [one for one in findings(sheet) if one.check == check]


def test_nobody_retires_at_the_statutory_age_before_it() -> None:
    scene = a_scene()
    young = teacher(scene, birth_date=date(1960, 3, 12))
    sheet = laid_out(scene, "NCGZ-23", young, retires_on="2018-03-31", retirement_kind="AGE")
    (one,) = said(sheet, "days.retirement_age")
    assert (one.severity, one.place) == (BLOCKING, "answer-retires_on")
    assert "60 years and 0 months" in str(one.message)
    early = laid_out(scene, "NCGZ-23", young, retires_on="2018-03-31", retirement_kind="HEALTH")
    assert said(early, "days.retirement_age") == []


def test_an_item_weighs_a_check_and_cannot_weigh_one_that_approval_rests_on() -> None:
    scene = a_scene()
    sheet = laid_out(scene, "NCGZ-11", teacher(scene), appointed_on="2018-05-20", post="TECH-12")
    assert [one.severity for one in said(sheet, "days.to_come")] == [WARNING]
    assert [one.severity for one in said(sheet, "pay.follows")] == [BLOCKING]
    weighed = {"days.to_come": BLOCKING, "pay.follows": WARNING}
    version = replace(sheet.version, elements={**sheet.version.elements, SETTINGS: weighed})
    other = replace(sheet, version=version)
    assert [one.severity for one in said(other, "days.to_come")] == [BLOCKING]
    assert [one.severity for one in said(other, "pay.follows")] == [BLOCKING]


def test_a_result_that_was_reported_otherwise_is_named() -> None:
    scene = a_scene()
    staff = teacher(scene)
    db.session.add(ReportedAssessment(staff_id=staff.id, year=2017, result="UNQUALIFIED", reported_at=clock.now()))
    db.session.commit()
    sheet = laid_out(scene, "NCGZ-12", staff, assessment_year="2017", result="QUALIFIED")
    (one,) = said(sheet, "record.assessments")
    assert (one.severity, one.place) == (BLOCKING, "answer-result")
    assert "Not qualified" in str(one.message)


@pytest.mark.parametrize(
    ("effect", "effect_map", "answers", "check"),
    [
        ("separation", {"day": "left_on"}, {"left_on": "2018-03-10"}, "conflicts.leaving"),
        ("education_change", {"day": "obtained_on"}, {"obtained_on": "2018-03-02"}, "conflicts.place"),
    ],
)
def test_an_application_of_another_item_is_in_the_way(
    effect: str, effect_map: dict[str, str], answers: dict[str, str], check: str
) -> None:
    scene = a_scene()
    sheet = laid_out(scene, "NCGZ-11", teacher(scene), appointed_on="2018-03-20", post="TECH-11")
    other = Other(7, "GZ2018-000007", "IN_REVIEW", answers, same_item=False, effect=effect, effect_map=effect_map)
    (one,) = said(replace(sheet, around=Around(others=(other,))), check)
    assert "GZ2018-000007" in str(one.message)
    assert one.place == "answer-appointed_on"
    decided = replace(other, state="PAID")
    assert said(replace(sheet, around=Around(others=(decided,))), check) == []


def test_other_applications_of_the_person_are_read_with_their_answers() -> None:
    scene = a_scene()
    staff = teacher(scene)
    first = laid_out(scene, "NCGZ-24", staff, left_on="2018-03-10", reason="RESIGNATION")
    for line in first.needed:
        if not line.shared:
            add(scene, first.application.id, line.code)
    db.session.expire_all()
    revision = again(scene, first.application.id).application.revision
    service.submit(first.application.id, by=scene.clerk, revision=revision, key=None)
    sheet = laid_out(scene, "NCGZ-11", staff, appointed_on="2018-03-20", post="TECH-11")
    (one,) = said(sheet, "conflicts.leaving")
    assert first.application.number in str(one.message)


def test_two_totals_of_one_year_are_refused_while_the_first_is_under_way() -> None:
    scene = a_scene()
    sheet = again(scene, service.start_for_unit("NCGZ-26", unit_id=scene.unit.id, by=scene.clerk).id)
    other = Other(7, "GZ2018-000007", "RETURNED", {}, effect="performance_total")
    (one,) = said(replace(sheet, around=Around(others=(other,))), "conflicts.under_way")
    assert "of the unit" in str(one.message)


def test_a_total_is_held_against_december_and_the_year_before() -> None:
    scene = a_scene()
    teacher(scene)
    draft = service.start_for_unit("NCGZ-26", unit_id=scene.unit.id, by=scene.clerk)
    service.save_answers(draft.id, {"total": "1000.00"}, by=scene.clerk, revision=draft.revision)
    sheet = again(scene, draft.id)
    assert sheet.around.december_fen == 185_900
    assert len(said(sheet, "amounts.total_low")) == 1
    assert said(sheet, "amounts.total_high") == []
    before = replace(sheet.around, december_fen=None, totals={2017: 40_000})
    assert len(said(replace(sheet, around=before), "amounts.total_high")) == 1


def test_what_must_come_first_comes_first() -> None:
    scene = a_scene()
    sheet = laid_out(scene, "NCGZ-01", scene.staff, graduation_year="2020")
    (one,) = said(sheet, "order.in_time")
    assert (one.severity, one.place) == (BLOCKING, "answer-graduation_year")
    child = laid_out(scene, "NCGZ-01", scene.staff, graduation_year="2001")
    (one,) = said(child, "order.in_time")
    assert (one.severity, "younger than 16" in str(one.message)) == (WARNING, True)


def test_a_leave_on_record_is_not_filed_again() -> None:
    scene = a_scene()
    sheet = laid_out(scene, "NCGZ-21", teacher(scene), leave_from="2018-01-10", leave_to="2018-05-20")
    leave = Past("sick_leave", date(2017, 11, 6), None, {"end_date": "2018-01-10"})
    assert len(said(replace(sheet, around=Around(events=(leave,))), "conflicts.days")) == 1
    before = replace(leave, data={"end_date": "2018-01-09"})
    assert said(replace(sheet, around=Around(events=(before,))), "conflicts.days") == []


def test_a_new_post_is_held_against_the_one_that_is_held() -> None:
    scene = a_scene()
    staff = teacher(scene)
    lower = laid_out(scene, "NCGZ-11", staff, appointed_on="2018-03-20", post="TECH-13")
    assert len(said(lower, "careers.no_lower_one")) == 1
    far = laid_out(scene, "NCGZ-11", staff, appointed_on="2018-03-20", post="TECH-4")
    assert len(said(far, "careers.no_step_left_out")) == 1
    next_title = laid_out(scene, "NCGZ-11", staff, appointed_on="2018-03-20", post="TECH-10")
    assert not said(next_title, "careers.no_step_left_out")
    assert not said(next_title, "careers.no_lower_one")


def test_a_file_named_like_another_material_or_person_is_named() -> None:
    scene = a_scene()
    colleague = an_employee(scene.unit, "欧阳晓雯")
    sheet = laid_out(scene, "NCGZ-01", scene.staff, graduation_year="2017")
    one, other = (line for line in sheet.needed if not line.shared and line.code in ("M01", "M04"))
    add(scene, sheet.application.id, one.code, name=f"{other.material.name_zh}.jpg")
    add(scene, sheet.application.id, other.code, files.png(), name=f"{colleague.name}.png")
    sheet = again(scene, sheet.application.id)
    assert [found.place for found in said(sheet, "papers.named_so")] == ["material-M01"]
    (found,) = said(sheet, "papers.own")
    assert (found.place, "欧阳晓雯" in str(found.message)) == ("material-M04", True)


def test_the_same_page_saved_anew_is_noticed() -> None:
    scene = a_scene()
    sheet = laid_out(scene, "NCGZ-01", scene.staff, graduation_year="2017")
    add(scene, sheet.application.id, "M01", files.jpeg())
    add(scene, sheet.application.id, "M04", files.png(), name="scan.png")
    (found,) = said(again(scene, sheet.application.id), "papers.once")
    assert found.place == "material-M04"


def test_two_fillings_of_one_form_are_never_called_the_same_page() -> None:
    scene = a_scene()
    sheet = laid_out(scene, "NCGZ-01", scene.staff, graduation_year="2017")
    one, other = (_assessed(year) for year in ("2016", "2017"))
    assert distance(fingerprint(one), fingerprint(other)) <= 3, "from afar they look alike"
    add(scene, sheet.application.id, "M01", files.saved(one, "JPEG", quality=85), name="a.jpg")
    add(scene, sheet.application.id, "M04", files.saved(other, "JPEG", quality=85), name="b.jpg")
    assert not said(again(scene, sheet.application.id), "papers.once")
    add(scene, sheet.application.id, "M04", files.saved(one, "JPEG", quality=60), name="c.jpg")
    (found,) = said(again(scene, sheet.application.id), "papers.once")
    assert "c.jpg" in str(found.message)


def _assessed(year: str) -> Image.Image:
    """The same form of the same person, for another year."""
    page = pages.letter(1600, np.random.default_rng(5))
    ImageDraw.Draw(page).text((300, 50), f"{year}年度考核登记表　陈静", font=pages.font(26), fill=(20, 20, 20))
    return page


def test_every_check_is_told_with_its_outcome_and_materials_are_left_to_people() -> None:
    scene = a_scene()
    sheet = queries.sheet(queries.opened(scene.reviewer, filed(scene).id))
    outcomes = checked(sheet)
    assert {one.check.id for one in outcomes} == set(CHECKS)
    by_id = {one.check.id: one for one in outcomes}
    assert by_id["answers.given"].tone == "ok"
    assert by_id["days.retirement_age"].findings is None
    places = {look.place for look in to_look_at(sheet)}
    assert {line.anchor for line in sheet.materials if line.accepted and not line.shared} <= places


def test_every_finding_has_a_remedy_and_a_place() -> None:
    scene = a_scene()
    sheet = laid_out(scene, "NCGZ-11", teacher(scene), appointed_on="2009-03-20", post="TECH-13")
    found = findings(sheet)
    assert len(found) >= 3
    assert all(str(one.remedy) and one.place for one in found)
