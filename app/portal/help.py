"""Help in place: the tour of one's role, help for the page one comes from, the keys, and what is returned most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.access.actor import Actor
from app.errors import NotFound
from app.help import queries, service
from app.help.tours import Stop, role_for_tour, topics, topics_by_page, tours
from app.portal.blueprint import pages
from app.web.guard import current_actor, logged_in, rule_of, signed_in

_KEPT = "tour"
_OFFERED_ON = ("portal.home", "queue.index", "finance.index", "own.my_wage", "admin.index")


@dataclass(frozen=True)
class Walk:
    """Where a person is on a tour: the stop of this many."""

    tour: str
    stop: Stop
    number: int
    of: int
    here: bool  # whether the page that is shown is the one it speaks of
    url: str


def stops_for(actor: Actor, tour: str) -> list[Stop]:
    """The stops that this person may open."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    found = []
    for stop in tours().get(tour, ()):
        rule = rule_of(app, stop.endpoint) if stop.endpoint in app.view_functions else None
        if rule is not None and rule.lets_in(actor):
            found.append(stop)
    return found


@pages.app_context_processor
def help_at_hand() -> dict[str, Any]:
    """For the frame of every page, without a statement: the stop one is at, or the tour that one has not seen."""
    actor = signed_in()
    topic = topics_by_page().get(request.endpoint or "")
    address = url_for("portal.help_for", code=topic.code) if topic else url_for("portal.help_index")
    if actor is None:
        return {"help_url": address, "walk": None, "tour_offer": None}
    walk = _walk(actor)
    role = role_for_tour(actor)
    offer = role if walk is None and request.endpoint in _OFFERED_ON and not g.get("tours_seen", 0) else None
    return {"help_url": address, "help_topic": topic, "walk": walk, "tour_offer": offer}


def _walk(actor: Actor) -> Walk | None:
    kept = session.get(_KEPT)
    if not isinstance(kept, list) or len(kept) != 2 or not isinstance(kept[1], int):
        return None
    stops = stops_for(actor, str(kept[0]))
    if not 0 <= kept[1] < len(stops):
        return None
    stop = stops[kept[1]]
    return Walk(str(kept[0]), stop, kept[1] + 1, len(stops), request.endpoint == stop.endpoint, url_for(stop.endpoint))


@pages.get("/help")
@logged_in
def help_index() -> ResponseReturnValue:
    """Everything that helps, on one page."""
    actor = current_actor()
    role = role_for_tour(actor)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    mine = [topic for topic in topics().values() if any(_may_open(app, actor, one) for one in topic.endpoints)]
    return render_template(
        "portal/help.html", topics=mine, tour=role, stops=stops_for(actor, role) if role else [],
        asked=queries.asked_most(), least=queries.LEAST, at_a_desk=actor.holds("check:read"),
    )  # fmt: skip


def _may_open(app: Any, actor: Actor, endpoint: str) -> bool:
    rule = rule_of(app, endpoint) if endpoint in app.view_functions else None
    return rule is not None and rule.lets_in(actor)


@pages.get("/help/<code>")
@logged_in
def help_for(code: str) -> ResponseReturnValue:
    """What helps on one page."""
    topic = topics().get(code)
    if topic is None:
        raise NotFound
    return render_template("portal/help_topic.html", topic=topic)


@pages.post("/help/tour")
@logged_in
def tour_step() -> ResponseReturnValue:
    """Begin the tour, go on with it, or leave it. Whoever has come to its end or leaves it is not offered it again."""
    actor = current_actor()
    role = role_for_tour(actor)
    stops = stops_for(actor, role) if role else []
    wanted = request.form.get("to", "")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 3 else -1
    if role is None or not 0 <= number < len(stops):
        session.pop(_KEPT, None)
        if role is not None:
            service.dismiss(role, by=actor)
        return redirect(url_for("portal.help_index") if wanted == "end" else url_for("portal.home"))
    session[_KEPT] = [role, number]
    return redirect(url_for(stops[number].endpoint))
