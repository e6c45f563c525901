"""Which kind of document a material asks for: chosen by the designer, out and in by file, told in the difference."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from flask import Flask
from sqlalchemy import update

from app.items import queries, service
from app.items.catalogue import items as shipped
from app.items.definition import definition_of, digest_of
from app.items.difference import difference
from app.items.forms import part_as_form
from app.materials.asked import ELEMENT, asked_kinds
from app.materials.kinds import Kind
from app.uow import transaction
from models import ItemMaterial, ItemVersion, db
from tests.items.people import MASTERS_ONLY, an_office


def typed(material: ItemMaterial, **changes: Any) -> dict[str, Any]:
    """What the page of a material sends, with what the designer changed."""
    raws: dict[str, Any] = {}
    for filled in part_as_form("materials", material):
        if filled.entry.kind != "condition":
            raws[filled.entry.name] = filled.value
    return raws | changes


def of(draft: ItemVersion, code: str) -> ItemMaterial:
    return next(one for one in draft.materials if one.code == code)


def test_shipped_items_ask_for_the_kinds_of_their_codes_and_say_so_in_their_file(app: Flask) -> None:
    material = queries.published("NCGZ-01").material("M04")
    assert material is not None
    assert material.document_kinds == (Kind.DIPLOMA,)
    told = yaml.safe_load(service.export_item("NCGZ-01"))
    assert next(one for one in told["materials"] if one["code"] == "M04")["elements"][ELEMENT] == {"kinds": ["diploma"]}


def test_a_version_from_before_the_choice_means_the_same_and_has_the_same_checksum(app: Flask) -> None:
    version = db.session.get_one(ItemVersion, queries.published("NCGZ-01").id)
    before = digest_of(definition_of(version))
    bare = {name: value for name, value in of(version, "M04").elements.items() if name != ELEMENT}
    with transaction():
        db.session.execute(update(ItemMaterial).where(ItemMaterial.id == of(version, "M04").id).values(elements=bare))
    db.session.expire_all()
    version = db.session.get_one(ItemVersion, version.id)
    assert digest_of(definition_of(version)) == before
    filled = {one.entry.name: one.value for one in part_as_form("materials", of(version, "M04"))}
    assert filled["document_kinds"] == ["diploma"]
    office = an_office()
    draft = service.begin_draft(version.item_id, by=office.designer)
    service.save_part(draft.id, "materials", typed(of(draft, "M04")), by=office.designer, revision=draft.revision,
                      key="M04")  # fmt: skip
    assert draft.revision == 1  # nothing was changed


def test_a_designer_chooses_and_the_difference_says_it(app: Flask) -> None:
    office = an_office()
    draft = service.begin_draft(queries.published("NCGZ-01").item_id, by=office.designer)
    before = definition_of(draft)
    service.save_part(
        draft.id, "materials", typed(of(draft, "M04"), document_kinds=["diploma", "file_page"]), by=office.designer,
        revision=draft.revision, key="M04",
    )  # fmt: skip
    said = [str(one) for one in difference(before, definition_of(draft))]
    assert len(said) == 1
    assert "the kind of document asked for is now “Diploma or degree certificate, Page of a personnel file”" in said[0]
    service.save_part(
        draft.id, "materials", typed(of(draft, "M04"), document_kinds=[]), by=office.designer, revision=draft.revision,
        key="M04",
    )  # fmt: skip
    assert of(draft, "M04").elements[ELEMENT] == {"kinds": []}
    assert "any kind" in str(difference(before, definition_of(draft))[0])


def test_a_new_material_asks_for_what_is_ticked(app: Flask) -> None:
    office = an_office()
    draft = service.begin_draft(queries.published("NCGZ-01").item_id, by=office.designer)
    service.save_part(draft.id, "materials", MASTERS_ONLY | {"document_kinds": ["diploma"]}, by=office.designer,
                      revision=draft.revision)  # fmt: skip
    assert of(draft, "M99").elements[ELEMENT] == {"kinds": ["diploma"]}


@pytest.mark.parametrize("kept", ["diploma", {"kinds": "diploma"}, {"kinds": ["bill"]}, {"kinds": [3]}, {}])
def test_a_file_with_a_kind_that_is_not_known_is_refused(app: Flask, kept: Any) -> None:
    told = yaml.safe_load(service.export_item("NCGZ-01"))
    told["materials"][0]["elements"][ELEMENT] = kept
    read = service.read_item(yaml.safe_dump(told, allow_unicode=True, sort_keys=False))
    assert any(ELEMENT in str(fault) for fault in read.faults)


def test_every_default_is_of_a_material_that_is_shipped() -> None:
    codes = {material["code"] for _code, _zh, _en, definition in shipped() for material in definition["materials"]}
    assert set(asked_kinds()) <= codes
