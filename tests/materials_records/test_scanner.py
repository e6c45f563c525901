"""Where a virus scanner is configured, no file passes unscanned: refused, held, and let go once the scanner is back."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.access.actor import system
from app.applications import service as applications
from app.config import BadSetting, settings_from
from app.errors import Refused
from app.materials import holding, scanner
from app.materials.judging import OVERRIDABLE
from app.materials.scanner import Scan, scan
from models import AuditEvent, MaterialCheck, Upload, db
from tests.applications.scene import Scene, a_draft, a_scene, add, ready
from tests.fuzz.good_pictures import segment, with_segments
from tests.materials import files
from tests.materials_records.clamd import VIRUS, clamd, nobody

CLEANER = system("scanner")


def infected_photo() -> bytes:
    return with_segments(files.jpeg(), segment(0xFE, VIRUS))


def codes(upload: Upload) -> set[str]:
    return set(db.session.scalars(select(MaterialCheck.code).where(MaterialCheck.upload_id == upload.id)))


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    place = tmp_path / "photo.jpg"
    place.write_bytes(files.jpeg())
    return place


def test_the_whole_file_goes_to_the_scanner(photo: Path) -> None:
    with clamd() as heard:
        assert scan(photo) == Scan("clean")
    assert heard == [files.jpeg()]


def test_a_scanner_on_a_socket_of_this_machine_is_asked_too(photo: Path, tmp_path: Path) -> None:
    with clamd(family=socket.AF_UNIX, path=str(tmp_path / "clamd.sock")) as heard:
        assert scan(photo) == Scan("clean")
    assert len(heard) == 1


def test_what_the_scanner_finds_is_named(photo: Path) -> None:
    photo.write_bytes(infected_photo())
    with clamd():
        assert scan(photo) == Scan("infected", "Eicar-Signature")


@pytest.mark.parametrize("manner", ["closing", "halfway", "garbage", "unended", "error", "both", "silent", "dripping"])
def test_no_clear_answer_is_no_answer(photo: Path, manner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner, "_SECONDS", 1.0)
    with clamd(manner):
        assert scan(photo) == Scan("unanswered")


def test_a_scanner_that_takes_its_time_is_waited_for(photo: Path) -> None:
    with clamd("late"):
        assert scan(photo) == Scan("clean")


@pytest.mark.parametrize("manner", ["garbage", "dripping", "halfway"])
def test_a_file_is_held_while_the_scanner_answers_badly(
    scene: Scene, manner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, "_SECONDS", 1.0)
    with clamd(manner):
        upload = add(scene, a_draft(scene).id, "M01")
        assert (upload.accepted, codes(upload)) == (False, {"held"})
        assert holding.scan_held(by=CLEANER) == holding.Released(waiting=1)
    with clamd():
        assert holding.scan_held(by=CLEANER) == holding.Released(clean=1)
    db.session.refresh(upload)
    assert upload.accepted


def test_a_scanner_that_is_down_gives_no_answer(photo: Path) -> None:
    with nobody():
        assert scan(photo) == Scan("unanswered")


def test_without_a_scanner_nothing_is_asked(photo: Path) -> None:
    assert scan(photo) == Scan("clean")


def test_an_infected_file_is_refused_and_cannot_be_let_pass_by_hand(scene: Scene) -> None:
    with clamd():
        upload = add(scene, a_draft(scene).id, "M01", infected_photo(), "a.jpg")
    assert not upload.accepted
    assert codes(upload) == {"infected"}
    assert not {"infected", "held"} & OVERRIDABLE


def test_a_file_is_held_while_the_scanner_is_down_and_let_go_once_it_is_back(scene: Scene) -> None:
    with nobody():
        upload = add(scene, a_draft(scene).id, "M01")
        assert (upload.accepted, codes(upload)) == (False, {"held"})
        assert holding.anything_held()
        assert holding.scan_held(by=CLEANER) == holding.Released(waiting=1)
        assert codes(upload) == {"held"}
    with clamd():
        assert holding.scan_held(by=CLEANER) == holding.Released(clean=1)
        assert not holding.anything_held()
    db.session.refresh(upload)
    assert (upload.accepted, codes(upload)) == (True, set())
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "material:scan")).all()
    assert len(events) == 1


def test_a_held_file_that_proves_infected_is_refused(scene: Scene) -> None:
    with nobody():
        upload = add(scene, a_draft(scene).id, "M01", infected_photo(), "a.jpg")
    with clamd():
        assert holding.scan_held(by=CLEANER) == holding.Released(infected=1)
    db.session.refresh(upload)
    assert (upload.accepted, codes(upload)) == (False, {"infected"})


def test_a_held_file_with_another_fault_stays_refused(scene: Scene, tmp_path: Path) -> None:
    from PIL import ImageFilter

    blurred = files.saved(files.letter().filter(ImageFilter.GaussianBlur(9)), "JPEG")
    with nobody():
        upload = add(scene, a_draft(scene).id, "M01", blurred, "a.jpg")
    assert "held" in codes(upload)
    with clamd():
        holding.scan_held(by=CLEANER)
    db.session.refresh(upload)
    assert not upload.accepted
    assert "held" not in codes(upload)


def test_an_application_with_a_held_file_is_not_submitted_and_says_why(scene: Scene) -> None:
    draft = ready(scene)
    with nobody():
        add(scene, draft.id, "M01", files.png(), "more.png")
    db.session.expire_all()
    with pytest.raises(Refused) as refused:
        applications.submit(draft.id, by=scene.clerk, revision=draft.revision, key=None)
    assert "waits for the virus scanner" in repr(vars(refused.value))


@pytest.mark.parametrize(
    "address", ["127.0.0.1:3310", "tcp://clamd:3310", "/run/clamd.ctl", "unix:/run/c", "[::1]:3310"]
)
def test_places_of_a_scanner(address: str) -> None:
    assert settings_from({"CLAMD_ADDRESS": address}).clamd_address == address


@pytest.mark.parametrize("address", ["clamd", "localhost:0", "localhost:99999", "http://x/", "relative/path"])
def test_a_place_that_cannot_be_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(BadSetting, match="CLAMD_ADDRESS"):
        settings_from({"CLAMD_ADDRESS": address})
