"""One item as one file: out and in without loss, and every doubt about a file in a sentence."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.access.actor import system
from app.errors import Conflict, Invalid, NotAllowed, NotFound
from app.items import queries, service
from app.items.definition import definition_of, digest_of
from models import ItemVersion, db
from tests.items.people import an_office, rehearsed


def a_file(app: Flask, **changes: Any) -> str:
    """The file of NCGZ-01 with what is changed in it."""
    told = yaml.safe_load(service.export_item("NCGZ-01"))
    return yaml.safe_dump(told | changes, allow_unicode=True, sort_keys=False)


def test_what_is_exported_says_everything_and_carries_its_checksum(app: Flask) -> None:
    told = yaml.safe_load(service.export_item("NCGZ-25"))
    version = db.session.get_one(ItemVersion, queries.published("NCGZ-25").id)
    assert told["sha256"] == digest_of(definition_of(version))
    assert len(told["materials"]) == 7
    assert service.read_item(service.export_item("NCGZ-25")).acceptable


def test_an_item_of_another_city_comes_in_as_a_draft(app: Flask) -> None:
    office = an_office()
    done = service.import_item(a_file(app, code="GZ-99", name_zh="外地事项"), by=office.designer)
    assert done.version_id is not None
    version = db.session.get_one(ItemVersion, done.version_id)
    assert (version.item.code, version.state, version.number) == ("GZ-99", "DRAFT", 1)
    assert len(version.materials) == 9
    service.propose(version.id, by=office.designer, revision=version.revision)
    rehearsed(version.id, office.designer)
    service.publish(version.id, by=office.publisher, revision=version.revision)
    assert queries.published("GZ-99").effect == "new_hire"


def test_a_changed_item_comes_in_as_a_draft_with_the_difference(app: Flask) -> None:
    office = an_office()
    done = service.import_item(a_file(app, promised_days=6), by=office.designer)
    assert [str(one) for one in done.changes] == ["Promised working days: 6 instead of 5."]
    assert "checksum differs" in str(done.read.notes[0])
    assert queries.published("NCGZ-01").promised_days == 5


def test_the_same_item_is_not_imported_again(app: Flask) -> None:
    with pytest.raises(Conflict, match="says the same"):
        service.import_item(a_file(app), by=an_office().designer)


def test_only_a_designer_imports(app: Flask) -> None:
    with pytest.raises(NotAllowed):
        service.import_item(a_file(app, code="GZ-99"), by=an_office().publisher)


def test_everything_that_the_receiver_lacks_is_named_at_once(app: Flask) -> None:
    told = yaml.safe_load(service.export_item("NCGZ-01"))
    told["fields"][0]["type"] = "hologram"
    told["effect"] = "teleport"
    told["steps"][0]["permission"] = "application:bless"
    told["materials"][0]["form"] = "clay_tablet"
    told["materials"][1]["accepts"] = ["image/webp"]
    told["materials"][4]["condition"] = {"fact": "staff.shoe_size", "op": "gt", "value": 42}
    told["staff_types"] = ["ASTRONAUT"]
    read = service.read_item(yaml.safe_dump(told, allow_unicode=True))
    said = " ".join(str(one) for one in read.lacks)
    for lacking in (
        "hologram",
        "teleport",
        "application:bless",
        "clay_tablet",
        "image/webp",
        "staff.shoe_size",
        "ASTRONAUT",
    ):
        assert f"“{lacking}”" in said
    office = an_office()
    report = service.import_item(yaml.safe_dump(told), by=office.designer, dry_run=True)
    assert report.version_id is None
    assert len(report.read.lacks) == 7
    with pytest.raises(Invalid, match="lacks the field type “hologram”"):
        service.import_item(yaml.safe_dump(told), by=office.designer)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "neither YAML nor JSON"),
        ("[1, 2", "neither YAML nor JSON"),
        (b"\xff\xfe\x00", "neither YAML nor JSON"),
        ("a: &x [1]\nb: *x", "uses references"),
        ("!!python/object/apply:os.system ['true']", "neither YAML nor JSON"),
        ("format: other/1", "no file of a service item"),
        ("format: zerotrip-item/1", "code is missing"),
        ("x: " + "y" * (1024 * 1024 + 1), "larger than one item"),
        ("[" * 100_000, "nested deeper"),
    ],
    ids=range(9),
)
def test_a_file_that_is_no_item_is_refused_in_words(app: Flask, text: str | bytes, says: str) -> None:
    assert says in " ".join(str(one) for one in service.read_item(text).faults)


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("materials", "copies", "many"), ("materials", "max_pages", 10**12), ("materials", "name_zh", "长" * 500),
        ("materials", "condition", {"fact": 1}), ("materials", "necessity", "CONDITIONAL"), ("steps", "limit_days", -1),
        ("fields", "key", "Robert'); DROP TABLE"), ("fields", "options", []), ("fields", "label_zh", "a\x00b"),
        ("materials", "accepts", [{"a": {1: 2}}]), ("steps", "key", "decision"), ("forms", "code", None),
    ],
)  # fmt: skip
def test_a_part_that_the_database_could_not_keep_is_a_fault(app: Flask, part: str, name: str, value: Any) -> None:
    told = yaml.safe_load(service.export_item("NCGZ-01"))
    told[part][0][name] = value
    assert service.read_item(yaml.safe_dump(told)).faults


def test_what_this_system_does_not_know_is_named_and_not_lost_in_silence(app: Flask) -> None:
    told = yaml.safe_load(service.export_item("NCGZ-01"))
    told["colour"] = "green"
    told["fields"][1]["tooltip"] = "x"
    read = service.read_item(yaml.safe_dump(told, allow_unicode=True))
    assert [str(one) for one in read.faults] == [
        "“colour” is unknown here and would be lost.",
        "“fields 2 tooltip” is unknown here and would be lost.",
    ]
    with pytest.raises(Invalid, match="colour"):
        service.import_item(yaml.safe_dump(told), by=an_office().designer)
    assert db.session.scalar(select(func.count()).select_from(ItemVersion).where(ItemVersion.state == "DRAFT")) == 0


def test_a_file_without_its_checksum_says_so_and_can_still_be_read(app: Flask) -> None:
    told = yaml.safe_load(service.export_item("NCGZ-01"))
    told["sha256"] = "0" * 64
    read = service.read_item(yaml.safe_dump(told, allow_unicode=True))
    assert [str(one) for one in read.notes] == [
        "The file was changed after it was exported: its checksum differs."
    ]  # fmt: skip
    assert read.acceptable


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    place=st.sampled_from(["head", "fields", "materials", "steps", "forms"]), name=st.integers(0, 19), value=anything
)
def test_a_file_with_anything_anywhere_is_read_or_refused_in_words(
    app: Flask, place: str, name: int, value: Any
) -> None:
    told = yaml.safe_load(exported())
    target = told if place == "head" else told[place][0]
    target[sorted(target)[name % len(target)]] = value
    text = yaml.safe_dump(told, allow_unicode=True)
    read = service.read_item(text)
    assert read.acceptable or [str(one) for one in (*read.faults, *read.lacks)]
    service.import_item(text, by=system("tests"), dry_run=True)


@cache
def exported() -> str:
    return service.export_item("NCGZ-13")  # a small one


def test_the_commands_export_and_import(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    file = tmp_path / "item.yaml"
    file.write_text(runner.invoke(args=["items", "export", "NCGZ-02"]).output.replace("NCGZ-02", "GZ-02"))
    dry = runner.invoke(args=["items", "import", str(file), "--dry-run"])
    assert dry.exit_code == 0
    assert dry.output == "This is the first version of the item.\nDry run: nothing was written.\n"
    assert "GZ-02: imported as a draft." in runner.invoke(args=["items", "import", str(file)]).output
    again = runner.invoke(args=["items", "import", str(file)])
    assert again.exit_code == 1
    assert "in work already, begun by the system" in again.stderr
    file.write_text("nonsense")
    assert runner.invoke(args=["items", "import", str(file)]).exit_code == 1
    missing = runner.invoke(args=["items", "export", "NCGZ-77"])
    assert (missing.exit_code, "no service item NCGZ-77" in missing.stderr) == (1, True)
    with pytest.raises(NotFound):
        service.export_item("NCGZ-77")
