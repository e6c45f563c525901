"""An item begins empty or as a copy; what an approval writes is held against the questions and whom it serves."""

from __future__ import annotations

import pytest
from flask import Flask

from app.errors import Invalid, NotAllowed
from app.items import queries, service
from app.items.definition import definition_of
from app.items.rules import BLOCKING, WARNING, findings
from models import ItemVersion, db
from tests.items.people import Office, an_office

NAMED = {"name_zh": "乡村教师补贴", "name_en": "Rural-teacher allowance"}


@pytest.fixture
def office(app: Flask) -> Office:
    return an_office()


def test_a_copy_has_all_parts_of_the_other_and_nothing_of_its_guide_is_confirmed(office: Office) -> None:
    source = queries.published("NCGZ-18")
    draft = service.copy_item(source.item_id, "NCGZ-27", **NAMED, by=office.designer)
    copied, original = definition_of(draft), definition_of(db.session.get_one(ItemVersion, source.id))
    for part in ("fields", "materials", "steps", "forms", "effect", "effect_map", "staff_types", "promised_days"):
        assert copied[part] == original[part], part
    assert copied["elements"].keys() == original["elements"].keys()
    assert all(element["confirm"] for element in copied["elements"].values())
    assert (draft.item.code, draft.state, draft.note) == ("NCGZ-27", "DRAFT", "NCGZ-18 v1")


def test_a_copy_needs_a_code_of_its_own_and_a_designer(office: Office) -> None:
    source = queries.published("NCGZ-18")
    with pytest.raises(Invalid) as refused:
        service.copy_item(source.item_id, "NCGZ-18", **NAMED, by=office.designer)
    assert set(refused.value.fields) == {"code"}
    with pytest.raises(NotAllowed):
        service.copy_item(source.item_id, "NCGZ-27", **NAMED, by=office.publisher)


def test_a_new_item_has_the_guide_texts_that_are_alike_for_all(office: Office) -> None:
    draft = service.create_item("NCGZ-27", **NAMED, by=office.designer)
    assert draft.elements["handling_form"] == {"zh": "网上办理", "en": "Online"}
    assert not draft.fields


def a_definition(**changes: object) -> dict[str, object]:
    source = queries.published("NCGZ-18")
    return definition_of(db.session.get_one(ItemVersion, source.id)) | changes


def said(definition: dict[str, object], severity: str) -> list[str]:
    return [str(one.message) for one in findings(definition) if one.severity == severity]


def test_an_effect_that_fits_nobody_whom_the_item_serves_blocks(office: Office) -> None:
    blocked = said(a_definition(effect="rank_change", effect_map={}, staff_types=["INSTITUTION"]), BLOCKING)
    assert "Change of rank does not exist for any kind of staff that the item serves." in blocked


def test_an_effect_that_fits_only_some_whom_the_item_serves_warns(office: Office) -> None:
    warned = said(a_definition(effect="increment", effect_map={}), WARNING)
    assert any("Annual increment does not exist for them" in sentence for sentence in warned)


def test_a_list_of_the_items_own_must_offer_only_what_the_fact_can_be(office: Office) -> None:
    definition = a_definition(effect="death", effect_map={"day": "starts_on", "cause": "action"})
    blocked = said(definition, BLOCKING)
    assert any("offers “It starts”, which “cause of death” cannot be" in sentence for sentence in blocked)


def test_the_facts_of_another_effect_are_dropped_when_the_effect_changes(office: Office) -> None:
    draft = service.begin_draft(queries.published("NCGZ-18").item_id, by=office.designer)
    raws = {"effect": "death", "fact-day": "starts_on", "fact-monthly": "monthly"}
    changed = service.change_version(draft.id, raws, by=office.designer, revision=draft.revision)
    assert changed.effect_map == {"day": "starts_on"}


def test_a_form_of_the_catalogue_brings_its_names(office: Office) -> None:
    draft = service.create_item("NCGZ-27", **NAMED, by=office.designer)
    service.save_part(draft.id, "forms", {"code": "F01"}, by=office.designer, revision=draft.revision)
    form = draft.forms[0]
    assert form.name_zh == "机关事业单位工作人员工资变动审批表"
    with pytest.raises(Invalid):
        service.save_part(draft.id, "forms", {"code": "F99"}, by=office.designer, revision=draft.revision)
