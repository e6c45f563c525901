"""Pages of one's own account: log in and out, change the password, see and end sessions, choose the language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, flash, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import queries, service
from app.access.browsers import browser_of
from app.access.entering import Entry, LoginRefused, Visitor
from app.access.sessions import Limits, arrive
from app.config import Settings
from app.errors import Invalid, TooMany
from app.messages import Message
from app.web.guard import (
    arriving,
    asked_by_a_page,
    current_actor,
    logged_in,
    logged_in_even_half,
    logged_in_even_with_first_password,
    open_to_all,
    signed_in,
)
from app.web.languages import LOCALES
from app.web.shell import WITHOUT_ACTOR, WITHOUT_ACTOR_WHOLE, tell_who_left
from app.web.showing import say

pages = Blueprint("access", __name__)
_TOKEN = "login"
_WITHOUT_ACTOR = WITHOUT_ACTOR | {None, "assets.file"}


def load_actor(app: Flask, settings: Settings) -> None:
    """Find out before each request who sends it. Must be registered before the guard stands at the door."""
    limits = Limits(
        idle=timedelta(minutes=settings.session_idle_minutes),
        absolute=timedelta(hours=settings.session_absolute_hours),
    )

    @app.before_request
    def find_actor() -> None:
        g.actor, g.half_actor, g.must_change_password = None, None, False
        if request.endpoint in _WITHOUT_ACTOR or request.blueprint in WITHOUT_ACTOR_WHOLE:
            return
        token = session.get(_TOKEN)
        if not isinstance(token, str):
            return
        arrival = arrive(token, limits=limits, address=request.remote_addr or "", request_id=g.get("request_id", ""))
        g.actor, g.half_actor = (None, arrival.actor) if arrival.factor_due else (arrival.actor, None)
        g.unread, g.tours_seen = (0, 1) if arrival.factor_due else (arrival.unread, arrival.tours_seen)
        g.must_change_password = arrival.must_change_password
        g.factor_at, g.proved_at = arrival.factor_at, arrival.proved_at
        if arrival.actor is None and asked_by_a_page():
            session.pop(_TOKEN)
            if arrival.ended is not None:
                flash(say(arrival.ended), "warn")


@pages.app_context_processor
def account_addresses() -> dict[str, Any]:
    """Where the frame of every page links to."""
    return {
        "login_url": url_for("access.login"),
        "logout_url": url_for("access.logout"),
        "language_url": url_for("access.set_language"),
        "account_links": [
            {"label": Message("Change password"), "url": url_for("access.change_password"), "icon": "key"},
            {"label": Message("Second factors"), "url": url_for("factors.own"), "icon": "check-circle"},
            {"label": Message("My sessions"), "url": url_for("access.my_sessions"), "icon": "clock"},
            *_sent_and_delegated(),
        ],
    }


def _sent_and_delegated() -> list[dict[str, Any]]:
    """What was sent to a person; and delegations, for those who decide and those who decide for others."""
    actor = signed_in()
    if actor is None or not actor.holds("application:read"):
        return []
    links = [{"label": Message("Sent to me"), "url": url_for("portal.sent_to_me"), "icon": "inbox"}]
    if actor.delegated or actor.holds("delegation:give"):
        links.append({"label": Message("Delegations"), "url": url_for("portal.own_delegations"), "icon": "user"})
    return links


def local_path(target: str | None, default: str = "/") -> str:
    """`target` if it is a path of this site, else `default`: nobody is sent elsewhere after logging in."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return default
    if any(character == "\\" or ord(character) < 32 for character in target):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target


@pages.route("/login", methods=["GET", "POST"])
@open_to_all
def login() -> ResponseReturnValue:
    following = local_path(request.values.get("next"))
    if request.method != "POST":  # HEAD too only looks
        if signed_in() is not None:
            return redirect(following)
        return render_template("access/login.html", following=following, username="", error=None)
    username = request.form.get("username", "")
    try:
        entry = service.log_in(username, request.form.get("password", ""), visitor=visitor())
    except (LoginRefused, TooMany) as refusal:
        page = render_template("access/login.html", following=following, username=username, error=refusal)
        response = make_response(page, refusal.status)
        if isinstance(refusal, TooMany):
            response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    begin(entry)
    if entry.factor_due:
        return redirect(url_for("factors.show", next=following))
    if entry.must_change_password:
        return redirect(url_for("access.change_password", next=following))
    return redirect(following)


@pages.post("/logout")
@logged_in_even_half
def logout() -> ResponseReturnValue:
    actor = arriving()
    service.log_out(by=actor)
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale
    flash(_("You are logged out."), "ok")
    return tell_who_left(make_response(redirect(url_for("access.login"))), actor.account_id)


@pages.route("/password", methods=["GET", "POST"])
@logged_in_even_with_first_password
def change_password() -> ResponseReturnValue:
    following = local_path(request.values.get("next"))
    first = bool(g.get("must_change_password"))
    if request.method != "POST":  # HEAD too only looks
        return render_template("access/password.html", following=following, errors={}, first=first)
    given = {name: request.form.get(name, "") for name in ("old", "new", "repeated")}
    try:
        entry = service.change_password(**given, by=current_actor(), visitor=visitor())
    except Invalid as refusal:
        page = render_template("access/password.html", following=following, errors=refusal.fields, first=first)
        return make_response(page, refusal.status)
    begin(entry)
    flash(_("Your password is changed. Other sessions of this account have ended."), "ok")
    return redirect(following)


@pages.get("/sessions")
@logged_in
def my_sessions() -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "access/sessions.html", sessions=queries.open_sessions(actor), mine=actor.session_id, browser_of=browser_of
    )


@pages.post("/sessions/<int:session_id>/end")
@logged_in
def end_session(session_id: int) -> ResponseReturnValue:
    service.end_own_session(session_id, by=current_actor())
    flash(_("The session is ended."), "ok")
    return redirect(url_for("access.my_sessions"))


@pages.post("/language")
@open_to_all
def set_language() -> ResponseReturnValue:
    chosen = request.form.get("locale", "")
    if chosen in LOCALES:
        session["locale"] = chosen
        actor = signed_in()
        if actor is not None:
            service.choose_language(chosen, by=actor)
    return redirect(local_path(request.form.get("next")))


def begin(entry: Entry) -> None:
    """A new browser session around the new token, so that nothing planted before the login lives on."""
    locale = entry.locale or session.get("locale")
    session.clear()
    session[_TOKEN] = entry.token
    if locale in LOCALES:
        session["locale"] = locale


def visitor() -> Visitor:
    """Where this request comes from."""
    return Visitor(
        address=request.remote_addr or "",
        user_agent=request.headers.get("User-Agent", ""),
        request_id=g.get("request_id", ""),
    )
