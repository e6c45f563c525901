"""Designing a service item on screen, publishing it by a second person, and taking it from one system to another."""

from __future__ import annotations

import io
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.jobs import service as jobs
from models import ItemVersion, ServiceItem, db
from models.items import VersionState
from tests.admin_views.browsing import Person, a_person

EDUCATION = "education"


def new_hire(app: Flask) -> ServiceItem:
    return db.session.scalars(select(ServiceItem).where(ServiceItem.code == "NCGZ-01")).one()


def newest(item_id: int) -> ItemVersion:
    db.session.expire_all()
    return db.session.scalars(
        select(ItemVersion).where(ItemVersion.item_id == item_id).order_by(ItemVersion.number.desc()).limit(1)
    ).one()


def a_draft(designer: Person, item: ServiceItem) -> ItemVersion:
    answer = designer.post("/admin/items/begin-draft/", {"id": item.id})
    assert answer.status_code == 302
    return newest(item.id)


def test_what_was_typed_into_the_head_of_a_draft_survives_a_refusal(app: Flask) -> None:
    designer = a_person(app, "designer")
    draft = a_draft(designer, new_hire(app))
    road, number = "/admin/item_versions/head/", draft.id
    typed = {"id": number, "revision": draft.revision, "promised_days": "forty", "note": "合并两个环节",
             "effect": "placement", "staff_types-asked": "1", "staff_types": "CIVIL_SERVANT"}  # fmt: skip
    wrong = designer.post(road, typed)
    assert wrong.status_code == 422
    for kept in ('value="forty"', "合并两个环节", '<option value="placement" selected>', "promised_days-error"):
        assert kept in wrong.text
    assert f'name="revision" value="{draft.revision}"' in wrong.text
    overtaken = designer.post(road, typed | {"promised_days": "15", "revision": 999})
    assert overtaken.status_code == 409
    assert "合并两个环节" in overtaken.text
    assert newest(draft.item_id).note == ""
    assert designer.post(road, typed | {"promised_days": "15"}).status_code == 302
    assert newest(draft.item_id).note == "合并两个环节"


def test_what_was_typed_into_the_head_of_what_is_no_draft_any_more_is_still_shown(app: Flask) -> None:
    designer = a_person(app, "designer")
    draft = a_draft(designer, new_hire(app))
    typed = {"id": draft.id, "revision": draft.revision, "promised_days": "15", "note": "合并两个环节"}
    draft.state = VersionState.PROPOSED
    db.session.commit()
    refused = designer.post("/admin/item_versions/head/", typed)
    assert refused.status_code == 409
    assert "合并两个环节" in refused.text


WEIGHT, SET_WEIGHTS = "weight-days.to_come", "/admin/item_versions/set-weights/"


def test_a_designer_says_which_checks_stand_in_the_way_and_the_version_in_force_only_shows_it(app: Flask) -> None:
    designer, auditor = a_person(app, "designer"), a_person(app, "auditor")
    draft = a_draft(designer, new_hire(app))
    page = designer.get(f"/admin/item_versions/weights/?id={draft.id}").text
    assert f'name="{WEIGHT}"' in page
    assert 'name="weight-pay.follows"' not in page, "approval rests on it"
    sent = {"id": draft.id, "revision": draft.revision, WEIGHT: "blocking"}
    assert designer.post(SET_WEIGHTS, sent).status_code == 302
    saved = newest(draft.item_id)
    assert saved.elements["precheck"] == {"days.to_come": "blocking"}
    shown = designer.get(f"/admin/item_versions/details/?id={draft.id}").text
    assert "提交前检查的轻重有调整" in shown
    assert designer.post(SET_WEIGHTS, sent | {"revision": saved.revision, WEIGHT: ""}).status_code == 302
    assert "precheck" not in newest(draft.item_id).elements
    in_force = db.session.scalars(
        select(ItemVersion).filter_by(item_id=draft.item_id, state=VersionState.PUBLISHED)
    ).one()
    for person in (designer, auditor):
        read = person.get(f"/admin/item_versions/weights/?id={in_force.id}")
        assert read.status_code == 200
        assert WEIGHT not in read.text.replace(f"{WEIGHT}-what", "")
    assert designer.post(SET_WEIGHTS, sent | {"id": in_force.id, "revision": in_force.revision}).status_code == 409
    assert auditor.post(SET_WEIGHTS, sent).status_code == 403


def test_a_weight_that_is_none_or_of_a_check_that_approval_rests_on_is_refused_and_keeps_the_rest(app: Flask) -> None:
    designer = a_person(app, "designer")
    draft = a_draft(designer, new_hire(app))
    sent = {"id": draft.id, "revision": draft.revision, WEIGHT: "blocking"}
    for wrong in ({"weight-pay.follows": "warning"}, {"weight-amounts.allowance": "perhaps"}):
        answer = designer.post(SET_WEIGHTS, sent | wrong)
        assert answer.status_code == 422
        select_ = answer.text[answer.text.index(f'name="{WEIGHT}"') :]
        assert '<option value="blocking" selected>' in select_[: select_.index("</select>")]
    overtaken = designer.post(SET_WEIGHTS, sent | {"revision": 999})
    assert overtaken.status_code == 409
    assert "precheck" not in newest(draft.item_id).elements


def a_material(**changes: Any) -> dict[str, Any]:
    return {
        "code": "M90", "name_zh": "导师推荐信", "name_en": "Letter of the supervisor", "form": "original_scan",
        "necessity": "CONDITIONAL", "condition-joint": "all", "condition-0-fact": "field.education",
        "condition-0-op": "eq", "condition-0-value": "MASTER", "copies": "1", "min_pages": "1", "max_pages": "3",
        "max_megabytes": "20", "accepts": "image/jpeg",
    } | changes  # fmt: skip


def test_a_material_for_masters_degrees_is_added_proposed_and_published_by_another(app: Flask) -> None:
    item = new_hire(app)
    designer, publisher = a_person(app, "designer"), a_person(app, "publisher")
    for role in ("head", "department", "reviewer", "rechecker", "approver"):
        a_person(app, role)
    draft = a_draft(designer, item)
    page = f"/admin/item_versions/part/?id={draft.id}&part=materials"
    assert designer.get(page).status_code == 200
    wrong = designer.post(page, a_material(revision=draft.revision, name_zh="", **{"condition-0-value": "没有"}))
    assert wrong.status_code == 422
    assert "没有" in wrong.text
    assert "Letter of the supervisor" in wrong.text
    assert designer.post(page, a_material(revision=draft.revision)).status_code == 302
    shown = designer.get(f"/admin/item_versions/details/?id={draft.id}").text
    assert "导师推荐信" in shown
    assert "硕士" in shown
    draft = newest(item.id)
    sent = {"id": draft.id, "revision": draft.revision}
    assert publisher.post("/admin/item_versions/propose/", sent).status_code == 403
    designer.post("/admin/item_versions/propose/", sent)
    draft = newest(item.id)
    assert draft.state == VersionState.PROPOSED
    sent = {"id": draft.id, "revision": draft.revision}
    assert designer.post("/admin/item_versions/publish/", sent).status_code == 403
    publisher.post("/admin/item_versions/publish/", sent)
    assert newest(item.id).state == VersionState.PROPOSED, "nothing is published that was not rehearsed"
    assert publisher.post("/admin/item_versions/rehearse/", sent).status_code == 302
    jobs.work_off()
    review = publisher.get(f"/admin/item_versions/details/?id={draft.id}").text
    assert "与生效版本的差异" in review
    assert "导师推荐信" in review
    publisher.post("/admin/item_versions/publish/", sent)
    assert newest(item.id).state == VersionState.PUBLISHED


def test_a_proposed_version_is_sent_back_with_a_reason(app: Flask) -> None:
    item = new_hire(app)
    designer, publisher = a_person(app, "designer"), a_person(app, "publisher")
    for role in ("head", "department", "reviewer", "rechecker", "approver"):
        a_person(app, role)
    draft = a_draft(designer, item)
    designer.post("/admin/item_versions/propose/", {"id": draft.id, "revision": draft.revision})
    draft = newest(item.id)
    publisher.post("/admin/item_versions/refuse/", {"id": draft.id, "revision": draft.revision, "reason": "请补充说明"})
    draft = newest(item.id)
    assert draft.state == VersionState.DRAFT
    assert draft.note == "请补充说明"


def test_parts_are_moved_removed_and_the_draft_discarded(app: Flask) -> None:
    item = new_hire(app)
    designer = a_person(app, "designer")
    draft = a_draft(designer, item)
    keys = [one.key for one in draft.fields]
    sent = {"id": draft.id, "revision": draft.revision, "part": "fields", "key": keys[1], "way": "up"}
    designer.post("/admin/item_versions/move-part/", sent)
    draft = newest(item.id)
    assert [one.key for one in draft.fields][:2] == [keys[1], keys[0]]
    sent = {"id": draft.id, "revision": draft.revision, "part": "forms", "key": draft.forms[0].code}
    gone = draft.forms[0].code
    asked = designer.post("/admin/item_versions/remove-part/", sent)
    assert gone in asked.text
    assert gone in [one.code for one in newest(item.id).forms]
    sent["sure"] = "1"
    designer.post("/admin/item_versions/remove-part/", sent)
    draft = newest(item.id)
    assert gone not in [one.code for one in draft.forms]
    stale = designer.post("/admin/item_versions/remove-part/", sent, follow_redirects=True)
    assert "designer" in stale.text
    sent = {"id": draft.id, "revision": draft.revision}
    assert "删除该草稿" in designer.post("/admin/item_versions/discard/", sent).text
    assert newest(item.id).state == VersionState.DRAFT
    designer.post("/admin/item_versions/discard/", {**sent, "sure": "1"})
    assert newest(item.id).state == VersionState.PUBLISHED


def test_what_is_no_part_does_not_exist(app: Flask) -> None:
    item = new_hire(app)
    designer = a_person(app, "designer")
    draft = a_draft(designer, item)
    here = f"?id={draft.id}"
    for address in (f"{here}&part=secrets", f"{here}&part=fields&key=nothing", "?id=abc&part=fields", ""):
        assert designer.get(f"/admin/item_versions/part/{address}").status_code == 404
    published = db.session.scalars(
        select(ItemVersion).where(ItemVersion.item_id == item.id, ItemVersion.state == VersionState.PUBLISHED)
    ).one()
    answer = designer.post(
        f"/admin/item_versions/part/?id={published.id}&part=materials", a_material(revision=published.revision)
    )
    assert answer.status_code == 409


def test_an_item_goes_out_as_a_file_and_comes_in_as_a_draft(app: Flask) -> None:
    item = new_hire(app)
    designer = a_person(app, "designer")
    body = designer.get(f"/admin/items/export-item/?id={item.id}").data
    assert "NCGZ-01" in body.decode()
    changed = body.decode().replace("NCGZ-01", "NCGZ-91")
    told = designer.post("/admin/items/import/", {"file": (io.BytesIO(b"nonsense: ["), "x.yaml")})
    assert told.status_code in (200, 409, 422)
    assert designer.get("/admin/items/import/").status_code == 200
    assert "Traceback" not in told.text
    told = designer.post("/admin/items/import/", {"file": (io.BytesIO(changed.encode()), "x.yaml")})
    assert told.status_code == 200
    assert db.session.scalars(select(ServiceItem).where(ServiceItem.code == "NCGZ-91")).first() is None
