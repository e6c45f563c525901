"""Home: what to do next, in the order in which it should be done."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.applications import queries
from app.portal.blueprint import pages
from app.portal.parsing import fresh_key
from app.portal.showing import state_look
from app.web.guard import current_actor, logged_in
from app.web.navigation import navigation
from app.workflow.around import counts_for


@pages.context_processor
def portal_helpers() -> dict[str, Any]:
    """What the templates of the portal use besides the components."""
    return {"state_look": state_look}


@pages.get("/")
@logged_in
def home() -> ResponseReturnValue:
    """The clerk's and the head's day; everybody else is sent to where their work is."""
    actor = current_actor()
    if not actor.holds("application:read") or not (actor.roles & {"clerk", "head"}):
        entries = [entry for entry in navigation() if entry["endpoint"] not in ("portal.home", "public.guide")]
        for endpoint in ("queue.index", "finance.index", "own.my_wage", "admin.index"):
            if any(entry["endpoint"] == endpoint for entry in entries):
                return redirect(url_for(endpoint))
    return render_template(
        "portal/home.html", home=queries.home(actor), may_start=actor.holds("application:start"),
        may_register=actor.holds("staff:register"), key=fresh_key(), counts=counts_for(actor),
    )  # fmt: skip
