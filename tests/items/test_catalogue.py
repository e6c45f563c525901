"""The catalogue: 26 items loaded once, each publishable as it is but for what nobody can decide yet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import event

from app.access.actor import system
from app.errors import NotAllowed
from app.forms.conditions import facts_named
from app.items import catalogue, queries
from app.items.loading import load_catalogue
from app.items.rules import BLOCKING, findings
from app.pay.effects import EFFECTS
from models import ItemMaterial, db
from tests.factories import Reach, a_unit, acting, an_account

ITEMS = catalogue.items()


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def see(_c: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", see)
    yield seen
    event.remove(db.engine, "before_cursor_execute", see)


def test_all_26_items_are_loaded_with_their_materials_and_steps(app: Flask) -> None:
    lines = queries.listed()
    assert [line.code for line in lines] == [f"NCGZ-{number:02d}" for number in range(1, 27)]
    told = {code: len(definition["materials"]) for code, _, _, definition in ITEMS}
    assert {line.code: line.materials for line in lines} == told
    assert {line.state for line in lines} == {"PUBLISHED"}
    for version in queries.published_items():
        assert [step.permission for step in version.steps][-1] == "application:approve"
        assert sum(step.limit_days for step in version.steps) == version.promised_days


def test_a_second_run_changes_nothing(app: Flask) -> None:
    before = [line.version_id for line in queries.listed()]
    done = load_catalogue(by=system("tests"))
    assert (len(done.added), len(done.unchanged), done.differing) == (0, 26, ())
    assert [line.version_id for line in queries.listed()] == before


def test_a_text_that_differs_from_what_was_loaded_is_said_and_left(app: Flask) -> None:
    version = queries.published("NCGZ-03")
    material = db.session.get_one(ItemMaterial, version.materials[0].id)
    material.max_pages = 99
    db.session.commit()
    done = load_catalogue(by=system("tests"))
    assert done.differing == ("NCGZ-03",)
    assert "NCGZ-03: the catalogue's text has changed" in str(done.sentences()[1])
    assert db.session.get_one(ItemMaterial, material.id).max_pages == 99


def test_a_clerk_cannot_load_the_catalogue(app: Flask) -> None:
    unit = a_unit()
    with pytest.raises(NotAllowed):
        load_catalogue(by=acting(an_account("clerk", ("clerk", unit, Reach.UNIT))))


@pytest.mark.parametrize(("code", "definition"), [(one[0], one[3]) for one in ITEMS], ids=[one[0] for one in ITEMS])
def test_the_definition_of_every_item_stands_its_checks(code: str, definition: dict[str, object]) -> None:
    assert [str(one.message) for one in findings(definition) if one.severity == BLOCKING] == []


def test_every_conditional_material_of_the_source_has_a_condition_as_data() -> None:
    source = catalogue._read("service_items.yaml")["items"]
    conditional = [(item["code"], one["id"]) for item in source for one in item["materials"]
                   if one["necessity"] == "conditional"]  # fmt: skip
    loaded = [(code, one["code"]) for code, _, _, definition in ITEMS for one in definition["materials"]
              if one["condition"] and facts_named(one["condition"])]  # fmt: skip
    assert loaded == conditional
    assert len(loaded) == 34


def test_all_26_items_can_be_filed_by_a_clerk_and_by_nobody_else(app: Flask) -> None:
    unit = a_unit()
    clerk = acting(an_account("clerk", ("clerk", unit, Reach.UNIT)))
    effects = {version.code: version.effect for version in queries.fileable_items(clerk)}
    assert list(effects) == [f"NCGZ-{number:02d}" for number in range(1, 27)]
    assert set(effects.values()) == set(EFFECTS)
    assert queries.fileable_items(acting(an_account("employee", ("employee", None, Reach.SELF)))) == []


def test_a_new_hire_asks_for_at_least_three_uploads_and_one_of_many_pages(app: Flask) -> None:
    version = queries.published("NCGZ-01")
    required = [one for one in version.materials if one.necessity == "REQUIRED" and not one.shared]
    assert len(required) >= 3
    file = version.material("M06")
    assert file is not None
    assert "application/pdf" in file.accepts
    assert file.max_pages >= 100


def test_what_the_system_holds_itself_is_marked_and_nothing_else(app: Flask) -> None:
    shared = {one.code for version in queries.published_items() for one in version.materials if one.shared}
    assert shared == {"M10", "M17", "M18"}


def test_every_required_element_of_an_item_is_there_or_flagged(app: Flask) -> None:
    columns = {"item_name", "promised_limit", "version", "status", "effective_from"}
    for version in queries.published_items():
        for code, row in catalogue.element_names().items():
            if row["required"] != "yes" or row["group"] == "material" or code in columns:
                continue
            value = version.elements[code]
            assert (value["zh"] and value["en"]) or value.get("confirm"), (version.code, code)


def test_a_version_is_read_in_five_statements_once_and_then_remembered(app: Flask) -> None:
    queries.forget()
    version_id = queries.listed()[0].version_id
    with statements() as seen:
        first = queries.parts(version_id)
        assert queries.parts(version_id) is first
    assert len([one for one in seen if one.startswith("SELECT")]) == 5
    queries.forget()
    with statements() as seen:
        queries.published_items()
    assert len([one for one in seen if one.startswith("SELECT")]) == 6


def test_an_unknown_item_is_said_to_be_unknown(app: Flask) -> None:
    from app.errors import NotFound

    with pytest.raises(NotFound, match="no published service item NCGZ-99"):
        queries.published("NCGZ-99")


def test_the_commands_list_and_load(app: Flask) -> None:
    runner = app.test_cli_runner()
    listed = runner.invoke(args=["items", "list", "--json"])
    lines = [json.loads(line) for line in listed.output.splitlines()]
    assert len(lines) == 26
    assert (lines[0]["code"], lines[0]["version"], lines[0]["state"], lines[0]["materials"]) == (
        "NCGZ-01", 1, "published", 9,
    )  # fmt: skip
    assert runner.invoke(args=["items", "load"]).output == "0 items added, 26 were there already.\n"
    assert SimpleNamespace(**lines[0]).name == "新进人员工资核定"


def test_the_guide_tells_every_element_and_what_is_still_to_be_given(app: Flask) -> None:
    from app.items.guide import elements_of, material_elements

    version = queries.published("NCGZ-25")
    told = {one.code: one for one in elements_of(version)}
    assert (told["promised_limit"].value.zh, told["promised_limit"].group) == ("10个工作日", "process")  # type: ignore[union-attr]
    assert told["special_steps"].known
    assert not told["consult"].known
    assert told["consult"].to_confirm
    assert "mat.source_note" in [one.code for one in material_elements(version.materials[0])]
