"""The desk's side of a phone link: make it, show its code, hear what arrives, close it.

The token is kept in the session of the browser that made the link, so that the code can be shown again after a reload;
the database has only its hash.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

import segno
from flask import jsonify, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from app import clock
from app.applications import queries as applications
from app.applications.states import EDITABLE
from app.errors import NotFound
from app.phone import queries, service
from app.phone.queries import Arrived, AtDesk
from app.phone.rules import Standing
from app.portal.blueprint import pages
from app.portal.parsing import wants_fragment, whole_number
from app.web.guard import current_actor, guarded
from app.web.languages import chosen_locale
from app.web.showing import named
from models import Application

_KEPT = "phone_link"  # [application, link, token] of the newest link that this browser made
_LOOPBACK = ("localhost", "127.", "[::1]")


@dataclass(frozen=True)
class Offer:
    """What the page of an application says about its link; without a link it only offers one."""

    link: AtDesk | None = None
    address: str = ""

    @property
    def state(self) -> str:
        return self.link.standing if self.link else "none"

    @property
    def code(self) -> str:
        """The picture to scan, as an address of its own data."""
        return picture_of(self.address)

    @property
    def out_of_reach(self) -> bool:
        """Whether the address only works on this very machine."""
        return request.host.startswith(_LOOPBACK)


@pages.app_context_processor
def offering() -> dict[str, Callable[..., Any]]:
    """For the page of an application, and for what a phone is told of its time."""
    return {"phone_offer": offer_for, "clock_time": clock_time}


@pages.get("/applications/<int:application_id>/phone")
@guarded("material:upload")
def phone_link(application_id: int) -> ResponseReturnValue:
    """The code on a page of its own, for a browser without script."""
    application = applications.opened(current_actor(), application_id, "material:upload")
    if application.state not in EDITABLE:
        return redirect(url_for("portal.application", application_id=application_id))
    return render_template("phone/desk.html", application=application)


@pages.post("/applications/<int:application_id>/phone")
@guarded("material:upload")
def make_phone_link(application_id: int) -> ResponseReturnValue:
    """Make a link; the code stands on the page that follows."""
    code = request.form.get("code", "")[:20] or None
    made = service.make(application_id, code=code, locale=chosen_locale(), by=current_actor())
    session[_KEPT] = [application_id, made.id, made.token]
    return _answer(application_id, "portal.phone_link")


@pages.post("/applications/<int:application_id>/phone/close")
@guarded("material:upload")
def close_phone_link(application_id: int) -> ResponseReturnValue:
    """End the link of this page."""
    link_id = whole_number("link")
    if link_id is None or queries.at_desk(current_actor(), application_id, link_id) is None:
        raise NotFound
    service.close(link_id, by=current_actor())
    if _kept(application_id):
        session.pop(_KEPT)
    return _answer(application_id, "portal.application")


@pages.get("/applications/<int:application_id>/materials/since")
@guarded("material:upload")
def materials_since(application_id: int) -> ResponseReturnValue:
    """What has changed since the page asked last: asked every few seconds, so mostly nothing, in two statements."""
    link_id, after = whole_number("link"), whole_number("after") or 0
    if link_id is None:
        raise NotFound
    news = queries.news(current_actor(), application_id, link_id)
    answer = make_response()
    answer.set_etag(sha256(f"{news.stamp}-{get_locale()}".encode()).hexdigest()[:20])
    if request.if_none_match.contains(answer.get_etag()[0] or ""):
        answer.status_code = 304
        return answer
    came = queries.arrived(link_id, news.version_id, after=after) if news.latest > after else []
    told = jsonify(
        state=news.standing if news.open_application else Standing.CLOSED, latest=news.latest,
        uploads=[one.upload_id for one in came], said=_in_words(came),
    )  # fmt: skip
    told.set_etag(answer.get_etag()[0] or "")
    return told


def offer_for(application: Application) -> Offer:
    """The link that this browser made for the application, if any. Asks the database only if there is one."""
    kept = _kept(application.id)
    if not kept:
        return Offer()
    link_id, token = kept
    link = queries.at_desk(current_actor(), application.id, link_id)
    if link is None or link.standing is Standing.CLOSED:
        return Offer()
    return Offer(link, url_for("phone.opening", token=token, _external=True))


def clock_time(moment: datetime) -> str:
    """A moment of today on the office wall clock."""
    return f"{clock.local(moment):%H:%M}"


@lru_cache(maxsize=64)
def picture_of(address: str) -> str:
    """A QR code as an SVG in a data address; the quiet zone is white in dark mode too, since scanners need it."""
    return segno.make(address, error="m", micro=False).svg_data_uri(
        border=4, scale=8, light="#fff", dark="#000", encode_minimal=True
    )


def _kept(application_id: int) -> tuple[int, str] | None:
    kept: Any = session.get(_KEPT)
    if not isinstance(kept, list) or len(kept) != 3 or kept[0] != application_id:
        return None
    return int(kept[1]), str(kept[2])


def _answer(application_id: int, following: str) -> ResponseReturnValue:
    """The part of the page for a script, the page that follows for a browser without."""
    if not wants_fragment():
        return redirect(url_for(following, application_id=application_id))
    application = applications.opened(current_actor(), application_id, "material:upload")
    return render_template("phone/offer.html", application=application)


def _in_words(came: list[Arrived]) -> list[str]:
    """A sentence for each material that something arrived for."""
    said = []
    for name in dict.fromkeys(named(one.material) for one in came):
        mine = [one for one in came if named(one.material) == name]
        refused = sum(not one.accepted for one in mine)
        if len(mine) == 1:
            said.append(_("A photo arrived for %(name)s.", name=name))
        else:
            said.append(_("%(count)s photos arrived for %(name)s.", count=len(mine), name=name))
        if refused:
            said.append(_("%(count)s of them must be taken again.", count=refused))
    return said
