"""Every address of the product is looked at, or somebody said why it is not a page."""

from __future__ import annotations

from flask import Flask

from tests.journeys.pages import addresses, scene
from tests.journeys.pages.walking import WHO


def test_every_address_has_an_example_or_a_reason(app: Flask) -> None:
    assert addresses.without_example(app) == []


def test_what_is_said_of_addresses_is_of_some_that_exist(app: Flask) -> None:
    endpoints = {route.endpoint for route in addresses.routes(app)}
    lasts = {"." + endpoint.rpartition(".")[2] for endpoint in endpoints}
    named = addresses.NOT_PAGES.keys() | addresses.EXAMPLES.keys() | addresses.SENT_EMPTY.keys()
    assert named - endpoints - lasts == set()


def test_every_page_is_looked_at_by_somebody(demo_city: Flask) -> None:
    scene.prepare()
    seen = {visit.endpoint for person in WHO for visit in addresses.visits_of(demo_city, person)}
    endpoints = {route.endpoint for route in addresses.routes(demo_city)}
    assert {one for one in endpoints - seen if not addresses.known(addresses.NOT_PAGES, one)} == set()
