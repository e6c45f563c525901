"""The designer's bench in the browser: a rehearsal names only what its reader may see."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.jobs import service as work
from models import AuditEvent, Job, ServiceItem, db
from tests.admin_views.browsing import Person, a_person
from tests.admin_views.test_design import newest
from tests.factories import Reach, an_account
from tests.workflow.factories import City, a_city, a_new_hire, filed


@pytest.fixture
def city(app: Flask) -> City:
    return a_city()


def a_draft_without_recheck(city: City, designer: Person) -> int:
    """A version in which a step is gone, so that every application would have gone another way."""
    item = db.session.get_one(ServiceItem, city.versions["new_hire"].item_id)
    assert designer.post("/admin/items/begin-draft/", {"id": item.id}).status_code == 302
    draft = newest(item.id)
    sent = {"id": draft.id, "revision": draft.revision, "part": "steps", "key": "hr_second_review", "sure": "1"}
    designer.post("/admin/item_versions/remove-part/", sent)
    return draft.id


def rehearse(designer: Person, version_id: int) -> str:
    """The address of the finished rehearsal."""
    answer = designer.post("/admin/item_versions/rehearse/", {"id": version_id})
    assert answer.status_code == 302
    work.work_off()
    return answer.location


def test_a_designer_sees_what_would_differ_and_no_name(app: Flask, city: City) -> None:
    one = filed(city, a_new_hire(city))
    designer = a_person(app, "designer")
    page = designer.get(rehearse(designer, a_draft_without_recheck(city, designer))).text
    assert "不在可见范围" in page
    assert "办理环节将为" in page
    assert one.number not in page
    assert one.title not in page


def test_who_also_sees_applications_has_a_link_and_the_reading_is_written_down(app: Flask, city: City) -> None:
    one = filed(city, a_new_hire(city))
    an_account("both", ("designer", None, Reach.ALL), ("reviewer", None, Reach.ALL))
    both = Person(app, "both")
    address = rehearse(both, a_draft_without_recheck(city, both))
    page = both.get(address).text
    assert one.number in page
    assert f"/admin/applications/details/?id={one.id}" in page
    read = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "item:read_rehearsal")
    assert db.session.scalar(read) == 1


def test_a_rehearsal_is_not_for_everybody(app: Flask, city: City) -> None:
    designer = a_person(app, "designer")
    address = rehearse(designer, a_draft_without_recheck(city, designer))
    reviewer = Person(app, "reviewer")
    assert reviewer.get(address).status_code == 403
    assert designer.get(address.replace("job=", "job=9")).status_code == 404


def test_a_rehearsal_that_waits_is_stopped(app: Flask, city: City) -> None:
    designer = a_person(app, "designer")
    version_id = a_draft_without_recheck(city, designer)
    designer.post("/admin/item_versions/rehearse/", {"id": version_id})
    job = db.session.scalars(select(Job)).one()
    answer = designer.post("/admin/item_versions/stop-rehearsal/", {"id": version_id, "job": job.id})
    assert answer.status_code == 302
    db.session.expire_all()
    assert db.session.scalars(select(Job.state)).one() == "STOPPED"
