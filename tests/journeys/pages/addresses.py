"""Where the pages are: every GET address of the url map with its examples, or why it is not a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from flask import Flask
from werkzeug.routing import Rule as Route

from app.access.actor import Actor
from app.web.guard import rule_of
from tests.journeys.pages import scene
from tests.journeys.pages.examples import EXAMPLES, Asking, itself

Kind = TypeVar("Kind")

NOBODY, PHONE = "nobody", "phone"  # not logged in; and a phone that has opened a link
JSON, DOWNLOAD, PICTURE = "JSON for a script", "a file to save", "a picture"

NOT_PAGES = {
    "assets.file": "style, script or picture of the pages",
    "health.healthz": "JSON for a monitor",
    "portal.find_staff": JSON,
    "portal.original": DOWNLOAD,
    "portal.picture": PICTURE,
    "portal.thumbnail": PICTURE,
    "queue.original": DOWNLOAD,
    "queue.picture": PICTURE,
    "portal.offset": JSON,
    "portal.materials_since": JSON,
    "phone.offset": JSON,
    "phone.thumbnail": PICTURE,
    "shell.manifest": JSON,
    "shell.pulse": JSON,
    "shell.worker": "the script of the service worker",
    "finance.sheet": DOWNLOAD,
    "items.export_item": DOWNLOAD,
    "standards.template": DOWNLOAD,
    "portal.print_form": DOWNLOAD,
    "portal.batch_template": DOWNLOAD,
    "portal.marked_batch_workbook": DOWNLOAD,
    "portal.dossier": DOWNLOAD,
    "own.wage_card": DOWNLOAD,
    ".ajax_lookup": JSON,
    ".export": DOWNLOAD,
}
"""By endpoint, or by its last part for what every list has."""


@dataclass(frozen=True)
class Visit:
    """One address to look at; `sent_empty` presses the main button of its form without filling in anything."""

    endpoint: str
    address: str
    status: int = 200
    sent_empty: bool = False

    @property
    def kind(self) -> str:
        """What has the same make-up, whoever opens it."""
        return f"{self.endpoint} {self.status}" + (" sent empty" if self.sent_empty else "")

    def __str__(self) -> str:
        return self.address + (" sent empty" if self.sent_empty else "")


GONE = {"phone.here": 404}  # a page that says there is no link, to whoever has not opened one

SENT_EMPTY = {
    "access.login": 401,
    "access.change_password": 422,
    "portal.register": 422,
    "portal.return_application": 422,
    "portal.withdraw": 422,
    "portal.recall_application": 422,
    "accounts.create_view": 422,
    "grants.create_view": 422,
    "calendar.create_view": 422,
    "units.create_view": 422,
    "items.import_item": 422,
}
"""Forms that are also looked at with what they say when nothing was filled in, and with which status."""


def known(table: dict[str, Kind], endpoint: str) -> Kind | None:
    """What a table says of an endpoint, by its whole name or by its last part."""
    return table.get(endpoint) or table.get("." + endpoint.rpartition(".")[2])


def routes(app: Flask) -> list[Route]:
    """Every address that answers to GET."""
    found = (route for route in app.url_map.iter_rules() if "GET" in (route.methods or ()))
    return sorted(found, key=lambda route: (route.rule, route.endpoint))


def without_example(app: Flask) -> list[str]:
    """Addresses of which nobody said how to look at them."""
    return [
        route.rule for route in routes(app)
        if route.arguments and not known(NOT_PAGES, route.endpoint) and not known(EXAMPLES, route.endpoint)
    ]  # fmt: skip


def visits(app: Flask, actor: Actor | None) -> list[Visit]:
    """Every page that this person may open, and one of each kind that they may not."""
    found: dict[str, Visit] = {}
    with app.test_request_context():
        for route in routes(app):
            rule = rule_of(app, route.endpoint)
            if rule is None or known(NOT_PAGES, route.endpoint) or not rule.lets_in(actor):
                continue
            if actor is not None and route.endpoint == "access.login":
                continue  # sends on whoever is logged in
            examples = known(EXAMPLES, route.endpoint) or itself
            for address in examples(Asking(app, actor, route)):
                found.setdefault(address, Visit(route.endpoint, address, GONE.get(route.endpoint, 200)))
                if route.endpoint in SENT_EMPTY:
                    found.setdefault(
                        address + " ", Visit(route.endpoint, address, SENT_EMPTY[route.endpoint], sent_empty=True)
                    )
    refused = [Visit("", "/no/such/page", 404)]
    if actor is not None:
        closed = next((route for route in routes(app) if not route.arguments and not _lets(app, route, actor)), None)
        refused += [Visit(closed.endpoint, closed.rule, 403)] if closed else []
    return [*found.values(), *refused]


def _lets(app: Flask, route: Route, actor: Actor) -> bool:
    rule = rule_of(app, route.endpoint)
    return rule is not None and rule.lets_in(actor)


def visits_of(app: Flask, person: str) -> list[Visit]:
    """The pages of a demo account, of nobody, or of a phone with a link."""
    if person == PHONE:
        return [Visit("phone.here", "/phone")]
    return visits(app, None if person == NOBODY else scene.actor_of(person))
