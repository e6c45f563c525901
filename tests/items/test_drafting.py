"""What a designer types becomes a part of a draft, or comes back with a sentence at its place."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import Invalid, NotFound
from app.forms.facts import known_facts
from app.items import queries, service
from app.items.forms import ENTRIES, part_as_form, read_part
from models import ItemVersion
from tests.items.people import MASTERS_ONLY, Office, an_office


@pytest.fixture
def office(app: Flask) -> Office:
    return an_office()


@pytest.fixture
def draft(office: Office) -> ItemVersion:
    return service.begin_draft(queries.published("NCGZ-01").item_id, by=office.designer)


def save(draft: ItemVersion, office: Office, part: str, raws: dict[str, Any], key: str | None = None) -> str:
    return service.save_part(draft.id, part, raws, by=office.designer, revision=draft.revision, key=key)


def refused(draft: ItemVersion, office: Office, part: str, raws: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        save(draft, office, part, raws)
    return {name: str(sentence) for name, sentence in refusal.value.fields.items()}


def test_every_wrong_entry_of_a_material_has_its_sentence(draft: ItemVersion, office: Office) -> None:
    wrong = MASTERS_ONLY | {
        "code": "m 99", "name_zh": " ", "copies": "zero", "max_megabytes": "5000", "form": "clay",
        "accepts": ["video/mp4"], "condition-0-value": "PHD",
    }  # fmt: skip
    said = refused(draft, office, "materials", wrong)
    assert said.keys() == {"code", "name_zh", "copies", "max_megabytes", "form", "accepts", "condition"}
    assert draft.revision == 1


def test_necessity_and_condition_must_agree(draft: ItemVersion, office: Office) -> None:
    assert "condition" in refused(draft, office, "materials", MASTERS_ONLY | {"condition-0-fact": ""})
    assert "necessity" in refused(draft, office, "materials", MASTERS_ONLY | {"necessity": "REQUIRED"})
    assert "max_pages" in refused(draft, office, "materials", MASTERS_ONLY | {"min_pages": "9"})
    assert "accepts" in refused(draft, office, "materials", MASTERS_ONLY | {"accepts": []})


def test_a_code_is_used_once(draft: ItemVersion, office: Office) -> None:
    assert refused(draft, office, "materials", MASTERS_ONLY | {"code": "M01"}).keys() == {"code"}
    save(draft, office, "materials", MASTERS_ONLY)
    save(draft, office, "materials", MASTERS_ONLY | {"copies": "2"}, key="M99")
    assert [one.copies for one in draft.materials if one.code == "M99"] == [2]


def test_what_a_page_shows_of_a_part_is_what_it_saves(draft: ItemVersion, office: Office) -> None:
    known = known_facts(draft.fields)
    for part in ("fields", "materials", "steps", "forms"):
        for row in getattr(draft, part):
            raws: dict[str, Any] = {}
            for filled in part_as_form(part, row):
                if filled.entry.kind != "condition":
                    raws[filled.entry.name] = filled.value
                    continue
                raws |= {filled.entry.name: filled.value.text, f"{filled.entry.name}-joint": filled.value.joint}
                for number, line in enumerate(filled.value.rows):
                    for name in ("fact", "op", "value"):
                        raws[f"{filled.entry.name}-{number}-{name}"] = getattr(line, name)
            values = read_part(part, raws, known=known)
            values.pop("elements", None)
            assert values == {name: getattr(row, name) for name in values}, (part, row.position)


def test_a_question_with_choices_is_added_and_can_drive_a_condition(draft: ItemVersion, office: Office) -> None:
    question = {
        "key": "housing", "label_zh": "住房情况", "label_en": "Housing", "type": "choice", "required": "on",
        "choices": "OWN | 自有 | Own\nRENT ｜ 租住 ｜ Rented",
    }  # fmt: skip
    assert save(draft, office, "fields", question) == "housing"
    raws = MASTERS_ONLY | {"condition-0-fact": "field.housing", "condition-0-value": "租住"}
    save(draft, office, "materials", raws)
    (material,) = [one for one in draft.materials if one.code == "M99"]
    assert material.condition == {"fact": "field.housing", "op": "eq", "value": "RENT"}
    service.propose(draft.id, by=office.designer, revision=draft.revision)


def test_wrong_questions_are_named(draft: ItemVersion, office: Office) -> None:
    question = {"key": "q", "label_zh": "问", "label_en": "Q", "type": "integer"}
    assert refused(draft, office, "fields", question | {"type": "choice"}).keys() == {"choices"}
    assert refused(draft, office, "fields", question | {"minimum": "many"}).keys() == {"minimum"}
    assert refused(draft, office, "fields", question | {"minimum": "5", "maximum": "1"}).keys() == {"maximum"}
    assert refused(draft, office, "fields", question | {"max_length": "5"}).keys() == {"max_length"}
    assert refused(draft, office, "fields", question | {"type": "magic"}).keys() == {"type"}
    nobody = {"condition-0-fact": "field.q", "condition-0-op": "filled"}
    assert refused(draft, office, "fields", question | nobody).keys() == {"condition"}


def test_the_head_of_a_draft_is_changed(draft: ItemVersion, office: Office) -> None:
    raws = {
        "promised_days": "８", "staff_types": ["INSTITUTION"], "effect": "new_hire", "fact-day": "joined_on",
        "fact-education": "education", "note": "只限事业单位",
        "element-consult-zh": "0791-8888", "element-consult-en": "0791-8888",
    }  # fmt: skip
    service.change_version(draft.id, raws, by=office.designer, revision=draft.revision)
    assert (draft.promised_days, draft.staff_types, draft.note) == (8, ["INSTITUTION"], "只限事业单位")
    assert draft.effect_map == {"day": "joined_on", "education": "education"}
    assert draft.elements["consult"] == {"zh": "0791-8888", "en": "0791-8888"}
    with pytest.raises(Invalid) as refusal:
        service.change_version(
            draft.id, {"promised_days": "0", "staff_types": ["X"], "effect": "y"}, by=office.designer, revision=2
        )
    assert refusal.value.fields.keys() == {"promised_days", "staff_types", "effect"}


def test_saving_what_is_there_already_changes_nothing(draft: ItemVersion, office: Office) -> None:
    save(draft, office, "materials", MASTERS_ONLY)
    seen = draft.revision
    save(draft, office, "materials", MASTERS_ONLY, key="M99")
    assert draft.revision == seen


def test_a_part_that_does_not_exist_is_not_found(draft: ItemVersion, office: Office) -> None:
    with pytest.raises(NotFound):
        save(draft, office, "materials", MASTERS_ONLY, key="M77")
    with pytest.raises(NotFound):
        service.remove_part(draft.id, "steps", "nobody", by=office.designer, revision=draft.revision)
    with pytest.raises(NotFound):
        service.begin_draft(999_999, by=office.designer)


def test_a_new_item_is_begun_empty_and_cannot_be_proposed_so(office: Office) -> None:
    draft = service.create_item(
        "NCGZ-27", name_zh="乡村教师津贴", name_en="Rural teacher allowance", by=office.designer
    )
    assert (draft.number, draft.steps) == (1, [])
    with pytest.raises(service.NotReady, match="There is no step"):
        service.propose(draft.id, by=office.designer, revision=draft.revision)
    with pytest.raises(Invalid) as refusal:
        service.create_item("NCGZ-27", name_zh="", name_en="x" * 300, by=office.designer)
    assert refusal.value.fields.keys() == {"code", "name_zh", "name_en"}
    service.discard_draft(draft.id, by=office.designer, revision=draft.revision)


typed = st.one_of(
    st.text(max_size=30), st.integers(), st.none(), st.booleans(), st.lists(st.text(max_size=5), max_size=3)
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(part=st.sampled_from(sorted(ENTRIES)), data=st.data())
def test_whatever_a_designer_types_is_read_or_refused_in_words(part: str, data: st.DataObject) -> None:
    names = [entry.name for entry in ENTRIES[part]] + ["condition-0-fact", "condition-0-op", "condition-0-value"]
    raws = data.draw(st.dictionaries(st.sampled_from(names), typed))
    refused: Invalid | None = None
    try:
        read_part(part, raws, known=known_facts([]))
    except Invalid as refusal:
        refused = refusal
    assert refused is None or (refused.fields and all(str(said).strip() for said in refused.fields.values()))
