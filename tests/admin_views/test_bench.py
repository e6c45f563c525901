"""The designer's bench in the browser: a rehearsal names only what its reader may see."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.jobs import service as work
from app.workflow import service as workflow
from models import AuditEvent, ItemMaterial, ItemVersion, Job, ServiceItem, db
from tests.admin_views.browsing import Person, a_person
from tests.admin_views.test_design import newest
from tests.factories import Reach, an_account, an_employee
from tests.workflow.factories import City, a_city, a_new_hire, filed, fresh


@pytest.fixture
def city(app: Flask) -> City:
    return a_city()


def a_draft_without_recheck(city: City, designer: Person) -> int:
    """A version in which a step is gone, so that every application would have gone another way."""
    item = db.session.get_one(ServiceItem, city.versions["new_hire"].item_id)
    assert designer.post("/admin/items/begin-draft/", {"id": item.id}).status_code == 302
    draft = newest(item.id)
    sent = {"id": draft.id, "revision": draft.revision, "part": "steps", "key": "hr_second_review", "sure": "1"}
    designer.post("/admin/item_versions/remove-part/", sent)
    return draft.id


def rehearse(designer: Person, version_id: int) -> str:
    """The address of the finished rehearsal."""
    answer = designer.post("/admin/item_versions/rehearse/", {"id": version_id})
    assert answer.status_code == 302
    work.work_off()
    return answer.location


def test_a_designer_sees_what_would_differ_and_no_name(app: Flask, city: City) -> None:
    one = filed(city, a_new_hire(city))
    designer = a_person(app, "designer")
    page = designer.get(rehearse(designer, a_draft_without_recheck(city, designer))).text
    assert "不在可见范围" in page
    assert "办理环节将为" in page
    assert one.number not in page
    assert one.title not in page


def test_who_also_sees_applications_has_a_link_and_the_reading_is_written_down(app: Flask, city: City) -> None:
    one = filed(city, a_new_hire(city))
    an_account("both", ("designer", None, Reach.ALL), ("reviewer", None, Reach.ALL))
    both = Person(app, "both")
    address = rehearse(both, a_draft_without_recheck(city, both))
    page = both.get(address).text
    assert one.number in page
    assert f"/admin/applications/details/?id={one.id}" in page
    read = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "item:read_rehearsal")
    assert db.session.scalar(read) == 1


def test_a_rehearsal_is_not_for_everybody(app: Flask, city: City) -> None:
    designer = a_person(app, "designer")
    address = rehearse(designer, a_draft_without_recheck(city, designer))
    reviewer = Person(app, "reviewer")
    assert reviewer.get(address).status_code == 403
    assert designer.get(address.replace("job=", "job=9")).status_code == 404


def test_a_rehearsal_that_waits_is_stopped(app: Flask, city: City) -> None:
    designer = a_person(app, "designer")
    version_id = a_draft_without_recheck(city, designer)
    designer.post("/admin/item_versions/rehearse/", {"id": version_id})
    job = db.session.scalars(select(Job)).one()
    answer = designer.post("/admin/item_versions/stop-rehearsal/", {"id": version_id, "job": job.id})
    assert answer.status_code == 302
    db.session.expire_all()
    assert db.session.scalars(select(Job.state)).one() == "STOPPED"


def test_a_preview_shows_the_real_page_and_cannot_be_submitted(app: Flask) -> None:
    designer = a_person(app, "designer")
    version = newest(db.session.scalars(select(ServiceItem.id).where(ServiceItem.code == "NCGZ-01")).one())
    page = designer.get(f"/admin/item_versions/preview/?id={version.id}&kind=INSTITUTION").text
    assert "预览" in page
    assert "到职日期" in page
    assert "/submit" not in page
    typed = {"answer-occupation": "TEACHER"}
    live = designer.post(
        f"/admin/item_versions/preview/?id={version.id}", typed, headers={"X-Fragment": "1"}
    )  # fmt: skip
    assert live.status_code == 200
    assert 'id="live"' in live.text
    assert "因为您选择了" in live.text


def test_a_condition_is_tried_from_the_form_and_nothing_is_saved(app: Flask, city: City) -> None:
    designer = a_person(app, "designer")
    version_id = a_draft_without_recheck(city, designer)
    staff = an_employee(city.school, "欧阳明", education="MASTER")
    sent = {
        "code": "M90", "name_zh": "推荐信", "condition-joint": "all", "condition-0-fact": "staff.education",
        "condition-0-op": "eq", "condition-0-value": "硕士", "staff": staff.id, "staff_text": "欧阳明", "try": "1",
    }  # fmt: skip
    page = designer.post(f"/admin/item_versions/part/?id={version_id}&part=materials", sent)
    assert page.status_code == 200
    assert "欧阳明" in page.text
    assert "条件成立" in page.text
    assert "推荐信" in page.text, "what was typed stays"
    without = designer.post(f"/admin/item_versions/part/?id={version_id}&part=materials", sent | {"staff": ""})
    assert without.status_code == 422
    db.session.expire_all()
    assert db.session.scalars(select(ItemMaterial).where(ItemMaterial.code == "M90")).all() == []
    found = designer.get("/admin/item_versions/ajax/lookup/?name=staff&q=欧阳").json
    assert [one["text"] for one in found["results"]] == ["欧阳明"]


def test_a_hint_is_added_where_applications_come_back(app: Flask, city: City) -> None:
    application = filed(city, a_new_hire(city))
    workflow.return_for_correction(
        application.id, by=city.head, revision=fresh(application).revision, note="请补正",
        marks=[workflow.Mark("ANSWER", "joined_on", "日期不一致")],
    )  # fmt: skip
    designer = a_person(app, "designer")
    version_id = a_draft_without_recheck(city, designer)
    assert "退回1次" in designer.get(f"/admin/item_versions/details/?id={version_id}").text
    address = f"/admin/item_versions/hint/?id={version_id}&part=fields&key=joined_on"
    assert "日期不一致" in designer.get(address).text
    draft = db.session.get_one(ItemVersion, version_id, populate_existing=True)
    sent = {"revision": draft.revision, "zh": "以报到单为准", "en": "As on the slip"}
    assert designer.post(address, sent | {"en": ""}).status_code == 422
    assert designer.post(address, sent).status_code == 302
    assert "以报到单为准" in designer.get(address).text
