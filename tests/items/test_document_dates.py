"""Which answer the date on a paper must be: chosen by the designer among the questions of the item, and compared."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.errors import Invalid
from app.items import queries, rules, service
from app.items.definition import definition_of
from app.items.difference import difference
from app.items.forms import part_as_form
from app.materials.asked import ELEMENT
from app.materials.comparing import contradicted, dates_stated
from app.materials.kinds import FoundKind, Kind
from app.materials.particulars import Found
from app.materials.reading import Reading
from models import ItemVersion
from tests.items.people import an_office
from tests.items.test_document_kinds import of, typed

QUESTION = {"key": "told_on", "label_zh": "告知日期", "label_en": "Day of the notice", "type": "date"}


def a_draft_with_a_date(office: Any) -> ItemVersion:
    draft = service.begin_draft(queries.published("NCGZ-01").item_id, by=office.designer)
    service.save_part(draft.id, "fields", QUESTION, by=office.designer, revision=draft.revision)
    return draft


def test_a_designer_chooses_among_the_days_that_are_asked_and_the_difference_says_it(app: Flask) -> None:
    office = an_office()
    draft = a_draft_with_a_date(office)
    before = definition_of(draft)
    offered = next(
        one for one in part_as_form("materials", of(draft, "M04"), questions=draft.fields) if one.entry.name == "dated"
    )
    assert "told_on" in dict(offered.choices)
    assert {"date", "year"} >= {field.type for field in draft.fields if field.key in dict(offered.choices)}
    service.save_part(
        draft.id, "materials", typed(of(draft, "M04"), dated="told_on"), by=office.designer, revision=draft.revision,
        key="M04",
    )  # fmt: skip
    assert of(draft, "M04").elements[ELEMENT] == {"kinds": ["diploma"], "dated": "told_on"}
    said = [str(one) for one in difference(before, definition_of(draft))]
    assert len(said) == 1
    assert "the answer that its date must be is now “Day of the notice”, it was “as its kind tells”" in said[0]
    assert not [one for one in rules.findings(definition_of(draft)) if one.place == "materials.M04"]


@pytest.mark.parametrize("dated", ["name", "nothing_asked"])
def test_what_is_no_day_is_not_taken(app: Flask, dated: str) -> None:
    office = an_office()
    draft = a_draft_with_a_date(office)
    with pytest.raises(Invalid) as refused:
        service.save_part(draft.id, "materials", typed(of(draft, "M04"), dated=dated), by=office.designer,
                          revision=draft.revision, key="M04")  # fmt: skip
    assert set(refused.value.fields) == {"dated"}


def test_a_question_that_was_taken_out_must_be_chosen_anew_before_publication(app: Flask) -> None:
    definition = definition_of(a_draft_with_a_date(an_office()))
    material = next(one for one in definition["materials"] if one["code"] == "M04")
    material["elements"] = {**material["elements"], ELEMENT: {"kinds": [], "dated": "gone"}}
    (found,) = (one for one in rules.findings(definition) if one.place == "materials.M04")
    assert "“gone”" in str(found.message)


def read(day: str, label: str = "") -> Reading:
    box = (0.1, 0.1, 0.2, 0.2)
    return Reading(kind=FoundKind(Kind.OTHER, 0.9, 1, box), days=(Found(day, 0.95, 1, box, label),))


def test_the_date_on_the_paper_is_held_against_the_answer_that_was_chosen() -> None:
    stated = dates_stated({"told_on": "2026-03-02"}, {"told_on": ("date", "Day of the notice")})
    found = contradicted(read("2026-03-20"), asked=(), stated=stated, dated="told_on")
    assert found is not None
    assert "2026-03-02" in str(found.message)
    assert "2026-03-20" in str(found.message)
    assert contradicted(read("2026-03-02"), asked=(), stated=stated, dated="told_on") is None
    assert contradicted(read("2026-03"), asked=(), stated=stated, dated="told_on") is None
    assert contradicted(read("2026-03-20"), asked=(), stated=stated) is None  # nobody chose it, and its kind has none
    assert contradicted(read("2030-03-20", "valid_to"), asked=(), stated=stated, dated="told_on") is None
