"""Two devices that open one link at the same moment, and two desks that make links for one application."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from app.errors import Refused
from app.phone import service
from models import PhoneLink, db
from tests.applications.scene import a_draft, a_scene
from tests.applications.test_races import AT_ONCE, all_at_once
from tests.phone.scene import VISITOR, a_link


def test_of_several_devices_at_once_exactly_one_opens_the_link(app: Flask) -> None:
    scene = a_scene()
    link = a_link(scene, a_draft(scene))
    db.session.remove()
    results = all_at_once(app, lambda _number: service.open_on_device(link.token, visitor=VISITOR).device_secret)
    secrets = [one for one in results if isinstance(one, str)]
    refused = [one for one in results if isinstance(one, Refused)]
    assert (len(secrets), len(refused)) == (1, AT_ONCE - 1), results
    assert {one.code for one in refused} == {"used"}
    assert service.arrive(secrets[0], visitor=VISITOR).link_id == link.id


def test_of_several_links_made_at_once_one_stands(app: Flask) -> None:
    scene = a_scene()
    draft_id, clerk = a_draft(scene).id, scene.clerk
    db.session.remove()
    results = all_at_once(app, lambda _number: service.make(draft_id, by=clerk))
    assert not [one for one in results if isinstance(one, Refused)], results
    assert len({one.token for one in results}) == AT_ONCE
    stands = select(func.count()).select_from(PhoneLink).where(PhoneLink.closed_at.is_(None))
    assert db.session.scalar(stands) == 1
