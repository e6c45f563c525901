"""Every form that one of the 26 items names can be printed for whom the item is made for."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from flask_babel import force_locale

from app import clock
from app.documents import catalogue, press, service
from app.items.editions import Version
from app.items.queries import published_items
from models import Application, ApplicationEmployee, db
from models.staff import StaffType
from tests.applications.scene import Scene, a_scene
from tests.documents.prints import fonts_of, text_of, voice
from tests.factories import an_employee

SEALED = {"unit_confirm", "competent_review", "decision"}


def begun(scene: Scene, version: Version, staff_type: str | None) -> Application:
    """A draft under a version, for an employee of a type or for the unit itself."""
    now = clock.now()
    application = Application(
        number=f"P-{version.code}-{staff_type or 'UNIT'}", item_id=version.item_id, item_version_id=version.id,
        unit_id=scene.unit.id, title=scene.unit.name, created_by_id=scene.clerk.account_id, created_at=now,
        changed_at=now,
    )  # fmt: skip
    if staff_type is not None:
        staff = an_employee(scene.unit, f"表{staff_type[:3]}", staff_type=staff_type)
        application.employees = [ApplicationEmployee(staff_id=staff.id)]
    db.session.add(application)
    db.session.commit()
    return application


def test_every_form_of_every_item_prints(app: Flask) -> None:
    scene = a_scene()
    named = {form.code for version in published_items() for form in version.forms}
    seen: set[str] = set()
    for version in published_items():
        missing = {form.code for form in version.forms}
        for staff_type in (*StaffType, None):
            if not missing:
                break
            application = begun(scene, version, staff_type)
            archive = BytesIO()
            with app.test_request_context(), force_locale("zh_Hans_CN"):
                service.pack_dossier(application.id, by=scene.clerk, voice=voice(), to=archive)
            opened = ZipFile(archive)
            titles = {form.code: form.name_zh for form in version.forms}
            for name in (name for name in opened.namelist() if name.startswith("1-forms/")):
                code, pdf = name[8:11], opened.read(name)
                text = text_of(pdf)
                assert titles[code] in text
                assert application.number in text
                assert "草稿" in text
                assert all(fonts_of(pdf).values())
                missing.discard(code)
                seen.add(code)
        assert not missing, f"{version.code} cannot print {missing}"
    assert seen == named


def test_every_form_of_the_catalogue_has_an_entry_of_its_own() -> None:
    listed = catalogue._catalogue()[0]
    assert {catalogue.entry_of(code).layout for code in listed} == set(catalogue.LAYOUTS)


@pytest.mark.usefixtures("app")
def test_the_items_name_no_form_without_an_entry() -> None:
    listed = catalogue._catalogue()[0]
    assert {form.code for version in published_items() for form in version.forms} <= listed.keys()


def test_a_form_that_a_designer_adds_is_set_as_an_approval_form() -> None:
    entry = catalogue.entry_of("X-27")
    assert entry.layout == "approval"
    assert entry.fits(set())


def test_a_roster_of_institutions_is_for_nobody_else() -> None:
    entry = catalogue.entry_of("F02")
    assert entry.fits({"INSTITUTION"})
    assert not entry.fits({"CIVIL_SERVANT"})
    assert not entry.fits(set())


def test_the_steps_that_carry_a_seal_are_those_of_the_paper_form() -> None:
    assert catalogue.sealed_steps() == SEALED


NO_FORM_OF_AN_ITEM = {"certificate", "common", "history", "report", "slip"}


def test_every_layout_has_its_template() -> None:
    assert {one.stem for one in press._TEMPLATES.glob("*.typ")} == {*catalogue.LAYOUTS, *NO_FORM_OF_AN_ITEM}
