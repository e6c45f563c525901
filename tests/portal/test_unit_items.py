"""What a unit files for itself, and where results are shown: on the application and in the employee's record."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.applications import results
from app.items import queries as items
from app.workflow.final import take_effect
from models import Application, ItemVersion, Unit, db
from models.units import UnitType
from tests.access.browsing import somebody, token_on
from tests.applications.scene import Scene, a_scene
from tests.applications.test_every_item import Case, file_and_approve, service, the_employee
from tests.factories import a_unit

WARNING = {"in_force_on": "2018-03-05", "matter": "SANCTION", "sanction": "WARNING"}
RETIREMENT = {
    "retires_on": "2018-03-31", "retirement_kind": "AGE", "service_years_in_doubt": "no", "raised_percentage": "no",
    "family_bonus": "no",
}  # fmt: skip


NEW = "/applications/new/unit"


def post(client: FlaskClient, **values: Any) -> TestResponse:
    return client.post(NEW, data={"csrf_token": token_on(client.get(NEW)), **values})


def decided(scene: Scene, item: str, answers: dict[str, str]) -> Application:
    """An approved application for somebody taken over in 2016."""
    staff = the_employee(
        scene, Case(item, "", {}, person={"work_start": date(1983, 7, 1), "birth_date": date(1958, 3, 20)})
    )
    return file_and_approve(scene, service.start(item, staff_id=staff.id, by=scene.clerk), answers)


def test_the_clerk_begins_an_application_of_the_unit(app: Flask) -> None:
    scene = a_scene()
    client = somebody(app, "clerk")
    page = client.get(NEW)
    assert page.status_code == 200
    assert scene.unit.name in page.text
    begun = post(client, unit=scene.unit.id, item="NCGZ-26", key="k")
    application = db.session.query(Application).one()
    assert begun.headers["Location"].endswith(f"/applications/{application.id}")
    shown = client.get(f"/applications/{application.id}")
    assert shown.status_code == 200
    assert "申报绩效工资总量" in shown.text


def test_what_is_missing_or_does_not_fit_is_said_on_the_page(app: Flask) -> None:
    scene = a_scene()
    client = somebody(app, "clerk")
    empty = post(client, key="k")
    assert empty.status_code == 422
    db.session.get_one(Unit, scene.unit.id).unit_type = UnitType.ORGAN
    db.session.commit()
    wrong = post(client, unit=scene.unit.id, item="NCGZ-26", key="l")
    assert wrong.status_code == 422
    assert db.session.query(Application).count() == 0


def test_a_unit_of_somebody_else_is_not_there(app: Flask) -> None:
    a_scene()
    other = a_unit("别的学校")
    refused = post(somebody(app, "clerk"), unit=other.id, item="NCGZ-26", key="k")
    assert refused.status_code == 404


def test_a_decision_without_amounts_says_so_on_the_application(app: Flask) -> None:
    scene = a_scene()
    application = decided(scene, "NCGZ-20", WARNING)
    page = somebody(app, "clerk").get(f"/applications/{application.id}")
    assert "基本工资不变" in page.text


def test_the_provisional_fee_stands_on_the_application_and_in_the_record(app: Flask) -> None:
    scene = a_scene()
    application = decided(scene, "NCGZ-23", RETIREMENT)
    staff_id = application.employees[0].staff_id
    page = somebody(app, "clerk").get(f"/applications/{application.id}")
    assert "暂发退休费（月）" in page.text
    line = results.of_employee(staff_id)[0]
    assert (str(line.title), line.number, line.undone) == ("Retirement", application.number, False)
    assert [label.zh for label, _ in line.facts] == ["退休日期", "退休类别"]
    record = somebody(app, "approver").get(f"/admin/staff/details/?id={staff_id}")
    assert record.status_code == 200
    assert "办理结果" in record.text


def test_the_desk_and_the_lists_show_an_application_that_names_nobody(app: Flask) -> None:
    scene = a_scene()
    started = service.start_for_unit("NCGZ-26", unit_id=scene.unit.id, by=scene.clerk)
    answers = {"total": "2400000.00", "staff_moved": "no", "extra_total": "no"}
    application = file_and_approve(scene, started, answers)
    approver = somebody(app, "approver")
    assert approver.get(f"/admin/queue/{application.id}").status_code == 200
    assert scene.unit.name in somebody(app, "clerk").get("/applications").text


def test_an_item_without_an_effect_ends_with_the_approval(app: Flask) -> None:
    scene = a_scene()
    application = decided(scene, "NCGZ-20", WARNING)
    version = db.session.get_one(ItemVersion, application.item_version_id)
    version.effect, version.effect_map = None, {}
    db.session.commit()
    items.forget()
    assert take_effect(application, by=scene.approver) == []
    items.forget()
