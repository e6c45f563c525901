"""A new application that the unit files for itself: which unit, and what for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.applications import service
from app.errors import Invalid
from app.items.queries import fileable_items
from app.messages import Message, Named
from app.pay.effects import EFFECTS
from app.portal.blueprint import pages
from app.portal.parsing import fresh_key, request_key, whole_number
from app.portal.showing import told
from app.units.queries import in_reach
from app.web.guard import current_actor, guarded


@pages.route("/applications/new/unit", methods=["GET", "POST"])
@guarded("application:start")
def new_for_unit() -> ResponseReturnValue:
    """Which unit and what for; everything else is on the next page."""
    if request.method != "POST":
        return _page({}, 200)
    try:
        unit, item = whole_number("unit"), request.form.get("item", "")[:30]
        wrong = {} if unit is not None else {"unit": Message("Choose the unit.")}
        wrong |= {} if item else {"item": Message("Choose what the application is for.")}
        if unit is None or wrong:
            raise Invalid(fields=wrong)
        application = service.start_for_unit(item, unit_id=unit, by=current_actor(), key=request_key())
    except Invalid as refusal:
        return _page(refusal.fields, 422)
    return redirect(url_for("portal.application", application_id=application.id))


def _page(errors: Mapping[str, Message], status: int) -> ResponseReturnValue:
    offered = [
        {
            "value": one.code,
            "text": Named(one.item.name_zh, one.item.name_en),
            "hint": told(one.elements.get("acceptance_conditions")),
        }
        for one in fileable_items(current_actor())
        if EFFECTS[one.effect or ""].of_a_unit
    ]
    chosen: Any = request.form.get("item", "")[:30] or (offered[0]["value"] if len(offered) == 1 else "")
    units = in_reach(current_actor(), "application:start")
    page = render_template(
        "portal/new_for_unit.html", errors=errors, key=fresh_key(), options=offered, units=units, item=chosen,
        unit=whole_number("unit"),
    )  # fmt: skip
    return page, status
