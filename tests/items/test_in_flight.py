"""A material for masters only, added while work goes on: new drafts ask for it with the reason, filed ones do not."""

from __future__ import annotations

from flask import Flask

from app.access.actor import Actor
from app.applications import queries as applications
from app.applications import service as filing
from app.items import queries, service
from tests.applications.scene import NEW_HIRE, a_draft, a_scene, filed
from tests.factories import Reach, acting, an_account, an_employee
from tests.items.people import MASTERS_ONLY, rehearsed


def publish_the_material() -> None:
    """By a designer and a publisher, as on their screens."""
    designer = acting(an_account("designer", ("designer", None, Reach.ALL)))
    publisher = acting(an_account("publisher", ("publisher", None, Reach.ALL)))
    draft = service.begin_draft(queries.published(NEW_HIRE).item_id, by=designer)
    service.save_part(draft.id, "materials", MASTERS_ONLY, by=designer, revision=draft.revision)
    service.propose(draft.id, by=designer, revision=draft.revision)
    rehearsed(draft.id, designer)
    service.publish(draft.id, by=publisher, revision=draft.revision)


def needed(clerk: Actor, application_id: int) -> dict[str, str]:
    sheet = applications.sheet(applications.opened(clerk, application_id))
    return {line.code: str(line.because) for line in sheet.needed}


def test_new_drafts_ask_for_it_with_the_reason_and_applications_in_flight_do_not(app: Flask) -> None:
    scene = a_scene()
    in_flight = filed(scene)
    before = needed(scene.clerk, in_flight.id)
    publish_the_material()
    assert needed(scene.clerk, in_flight.id) == before

    master = an_employee(scene.unit, "李想", education="MASTER")
    bachelor = an_employee(scene.unit, "王平", education="BACHELOR")
    asked = {
        staff.name: needed(scene.clerk, filing.start(NEW_HIRE, staff_id=staff.id, by=scene.clerk).id)
        for staff in (master, bachelor)
    }
    assert asked["李想"]["M99"] == "because you chose Education: master"
    assert "M99" not in asked["王平"]


def test_a_draft_moves_to_the_new_version_and_says_what_changed(app: Flask) -> None:
    scene = a_scene()
    draft = a_draft(scene, education="MASTER")
    assert "M99" not in needed(scene.clerk, draft.id)
    publish_the_material()
    said = " ".join(str(line) for line in filing.move_draft(draft.id, by=scene.clerk))
    assert "Verification of the master's degree" in said
    assert "M99" in needed(scene.clerk, draft.id)
