"""An item filed for an employee or a unit that it does not fit is refused with a sentence, and nothing is written."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.applications import service
from app.errors import Invalid, NotFound
from app.pay.service import preview_change
from models import Application, Staff, db
from models.staff import StaffState
from models.units import UnitType
from tests.applications.scene import Scene, a_scene
from tests.factories import a_unit, an_employee
from tests.workflow.factories import an_employee_with_career

pytestmark = pytest.mark.usefixtures("app")

OPENING = {"type": "opening", "date": "2016-07-01", "post": "TECH-12", "grade": 7}
OFFICIAL = {
    "type": "opening", "date": "2018-07-01", "position": "STAFF", "leading": False, "level": 25, "step": 2,
    "level_clock": 2014, "step_clock": 2017,
}  # fmt: skip


def teacher(scene: Scene, *events: dict[str, Any], **person: Any) -> Staff:
    """Somebody with a wage at the school."""
    return an_employee_with_career(scene.unit, OPENING, *events, joined_on=date(2010, 7, 1), **person)


@pytest.mark.parametrize("item", ["NCGZ-07", "NCGZ-08", "NCGZ-09", "NCGZ-10", "NCGZ-13", "NCGZ-14"])
def test_an_item_of_another_staff_type_is_refused(item: str) -> None:
    scene = a_scene()
    staff = teacher(scene)
    with pytest.raises(Invalid) as refused:
        service.start(item, staff_id=staff.id, by=scene.clerk)
    assert str(refused.value.fields["staff"]) == "This item does not serve the staff type of 张伟."
    assert db.session.query(Application).count() == 0


@pytest.mark.parametrize("number", [2, 4, 6, *range(15, 25)])
def test_an_item_for_those_with_a_wage_is_refused_to_who_has_none(number: int) -> None:
    scene = a_scene()
    with pytest.raises(Invalid) as refused:
        service.start(f"NCGZ-{number:02d}", staff_id=scene.staff.id, by=scene.clerk)
    assert "File the wage of a new employee first" in str(refused.value.fields["staff"])


@pytest.mark.parametrize("item", ["NCGZ-01", "NCGZ-05"])
def test_a_first_wage_is_refused_to_who_has_one(item: str) -> None:
    scene = a_scene()
    staff = teacher(scene)
    with pytest.raises(Invalid) as refused:
        service.start(item, staff_id=staff.id, by=scene.clerk)
    assert "already has a wage" in str(refused.value.fields["staff"])


def test_who_has_left_is_refused_and_who_leaves_on_a_day_to_come_is_not() -> None:
    scene = a_scene()
    gone = teacher(scene)
    gone.state, gone.left_on = StaffState.ENDED, date(2018, 3, 31)
    leaving = teacher(scene)
    leaving.state, leaving.left_on = StaffState.ENDED, date(2018, 6, 30)
    db.session.commit()
    with pytest.raises(Invalid) as refused:
        service.start("NCGZ-11", staff_id=gone.id, by=scene.clerk)
    assert str(refused.value.fields["staff"]) == "张伟 has left the unit."
    assert service.start("NCGZ-11", staff_id=leaving.id, by=scene.clerk).state == "DRAFT"


def test_grading_an_organ_worker_is_refused_by_name() -> None:
    scene = a_scene()
    staff = an_employee(scene.unit, staff_type="ORGAN_WORKER", state=StaffState.ACTIVE)
    with pytest.raises(Invalid) as refused:
        service.start("NCGZ-02", staff_id=staff.id, by=scene.clerk)
    assert "Grading after probation does not exist for the staff type" in str(refused.value.fields["staff"])


def test_an_item_of_the_unit_is_refused_for_one_employee() -> None:
    scene = a_scene()
    staff = teacher(scene)
    with pytest.raises(Invalid) as refused:
        service.start("NCGZ-26", staff_id=staff.id, by=scene.clerk)
    assert "is filed for the unit, not for one employee" in str(refused.value.fields["staff"])


def test_an_item_of_an_employee_is_refused_for_the_unit() -> None:
    scene = a_scene()
    with pytest.raises(Invalid) as refused:
        service.start_for_unit("NCGZ-12", unit_id=scene.unit.id, by=scene.clerk)
    assert "filed for an employee" in str(refused.value.fields["unit"])


def test_a_unit_without_institution_staff_has_no_performance_pay_total() -> None:
    scene = a_scene()
    scene.unit.unit_type = UnitType.ORGAN
    db.session.commit()
    with pytest.raises(Invalid) as refused:
        service.start_for_unit("NCGZ-26", unit_id=scene.unit.id, by=scene.clerk)
    assert "no institution staff" in str(refused.value.fields["unit"])


def test_the_open_draft_of_a_unit_is_offered_again() -> None:
    scene = a_scene()
    first = service.start_for_unit("NCGZ-26", unit_id=scene.unit.id, by=scene.clerk).id
    assert service.start_for_unit("NCGZ-26", unit_id=scene.unit.id, by=scene.clerk).id == first


@pytest.mark.parametrize("unit", ["elsewhere", "nowhere"])
def test_a_unit_out_of_reach_is_not_there(unit: str) -> None:
    scene = a_scene()
    number = a_unit("别的学校").id if unit == "elsewhere" else 999_999
    with pytest.raises(NotFound):
        service.start_for_unit("NCGZ-26", unit_id=number, by=scene.clerk)


def problem(staff: Staff, effect: str, **facts: Any) -> str:
    """Why the change cannot be made."""
    from app.messages import Message

    kept = preview_change(staff, effect, facts)["problem"]
    return str(Message.from_json(kept)) if kept else ""


def test_what_an_effect_cannot_do_is_said() -> None:
    scene = a_scene()
    staff, new = teacher(scene), an_employee(scene.unit, "李娜")
    placed = {"day": "2018-03-01", "stop_month": "2018-02"}
    assert problem(new, "transfer_in", **placed) == "Still missing: post. Still missing: grade of the wage."
    assert problem(staff, "category_change", day="2018-03-01", staff_type="CIVIL_SERVANT", level=25, step=2,
                   level_clock=2018, step_clock=2018) == "Still missing: position."  # fmt: skip
    assert problem(staff, "category_change", day="2018-03-01", staff_type="INSTITUTION", post="TECH-11") == (
        "Still missing: grade of the wage."
    )
    assert "No sanction of 张伟" in problem(staff, "treatment", day="2018-03-01", matter="LIFTED")
    assert "No coercive measure" in problem(staff, "treatment", day="2018-03-01", matter="MEASURE_ENDED", cleared=True)
    assert problem(staff, "treatment", day="2018-03-01", matter="SANCTION") == "Still missing: kind of sanction."
    assert problem(staff, "treatment", day="2018-03-01", matter="SHOUTING") == "This cannot be read: what was decided."
    assert problem(staff, "treatment", day="2018-03-01", matter="MEASURE_ENDED", cleared="yes") == (
        "This cannot be read: cleared without sanction."
    )
    assert problem(staff, "standard_adjustment", day="2017-05-05") == "No wage standard starts on 2017-05-05."
    assert "No other unit of this system" in problem(
        staff, "transfer_out", day="2018-03-01", stop_month="2018-03", new_unit_code="NOBODY"
    )
    assert "No other unit" in problem(
        staff, "transfer_out", day="2018-03-01", stop_month="2018-03", new_unit_code=scene.unit.code
    )
    assert "does not change the wage here" in problem(staff, "education_change", day="2018-03-01", education="MASTER")


def test_the_category_held_already_is_refused() -> None:
    scene = a_scene()
    staff = an_employee(scene.unit, staff_type="CIVIL_SERVANT", state=StaffState.ACTIVE)
    said = problem(staff, "category_change", day="2018-03-01", staff_type="CIVIL_SERVANT")
    assert said == "张伟 already belongs to: Civil servants."


def test_level_and_step_of_a_grading_are_stated_together() -> None:
    scene = a_scene()
    staff = an_employee(scene.unit, staff_type="CIVIL_SERVANT", state=StaffState.ACTIVE)
    assert "stated together" in problem(staff, "grading", day="2018-03-01", level=25)
    assert problem(staff, "grading", day="2018-03-01", position="STAFF") == "Still missing: leading position."
