"""A designer begins an item in the browser: new or copied, with its guide texts, whom it serves and its effect."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from models import ItemVersion, ServiceItem, db
from tests.admin_views.browsing import Person, a_person

NAMED = {"code": "NCGZ-27", "name_zh": "乡村教师补贴", "name_en": "Rural-teacher allowance"}


def version_of(code: str) -> ItemVersion:
    db.session.expire_all()
    return db.session.scalars(select(ItemVersion).join(ServiceItem).where(ServiceItem.code == code)).one()


def allowances() -> ServiceItem:
    return db.session.scalars(select(ServiceItem).where(ServiceItem.code == "NCGZ-18")).one()


def save(designer: Person, road: str, **values: object) -> ItemVersion:
    draft = version_of("NCGZ-27")
    answer = designer.post(f"/admin/item_versions/{road}/?id={draft.id}", {"revision": draft.revision, **values})
    assert answer.status_code == 302, answer.text
    return version_of("NCGZ-27")


def test_an_item_is_begun_in_the_browser_and_what_is_wrong_stays_on_the_page(app: Flask) -> None:
    designer = a_person(app, "designer")
    assert "新建事项" in designer.get("/admin/items/").text
    wrong = designer.post("/admin/items/new-item/", NAMED | {"code": "ncgz 27"})
    assert wrong.status_code == 422
    assert "乡村教师补贴" in wrong.text
    assert designer.post("/admin/items/new-item/", NAMED).status_code == 302
    assert version_of("NCGZ-27").state == "DRAFT"


def test_an_item_is_copied_in_the_browser(app: Flask) -> None:
    designer = a_person(app, "designer")
    page = f"/admin/items/copy-item/?id={allowances().id}"
    assert designer.get(page).status_code == 200
    assert designer.post(page, NAMED).status_code == 302
    assert version_of("NCGZ-27").effect == "allowance"


def test_whom_it_serves_its_effect_and_its_guide_are_written_without_code(app: Flask) -> None:
    designer = a_person(app, "designer")
    designer.post("/admin/items/new-item/", NAMED)
    draft = version_of("NCGZ-27")
    sent = {"id": draft.id, "staff_types-asked": "1", "staff_types": "INSTITUTION", "promised_days": "10",
            "effect": "allowance", "note": ""}  # fmt: skip
    draft = save(designer, "head", **sent)
    assert (draft.staff_types, draft.effect, draft.promised_days) == (["INSTITUTION"], "allowance", 10)
    page = designer.get(f"/admin/item_versions/details/?id={draft.id}").text
    assert "fact-kind" in page
    assert "津贴" in page
    draft = save(designer, "guide", **{"element-acceptance_conditions-zh": "在乡村学校任教"})
    assert draft.elements["acceptance_conditions"]["zh"] == "在乡村学校任教"
    draft = save(designer, "guide", **{"element-effective_rule-zh": "自到岗的下月起"})
    assert draft.elements["effective_rule"]["zh"] == "自到岗的下月起"
    assert "在乡村学校任教" in designer.get(f"/admin/item_versions/guide/?id={draft.id}").text
    form = {"revision": draft.revision, "code": "F01"}
    assert designer.post(f"/admin/item_versions/part/?id={draft.id}&part=forms", form).status_code == 302
    assert version_of("NCGZ-27").forms[0].code == "F01"


def test_a_publisher_begins_no_item(app: Flask) -> None:
    publisher = a_person(app, "publisher")
    assert publisher.get("/admin/items/new-item/").status_code == 403
    assert publisher.post(f"/admin/items/copy-item/?id={allowances().id}", NAMED).status_code == 403
