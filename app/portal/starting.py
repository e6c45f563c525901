"""A new application: who is due is offered first; anybody else is found, and the fitting items are proposed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.applications import queries, service
from app.errors import Invalid
from app.items.editions import Version
from app.items.queries import fileable_items
from app.messages import Message, Named
from app.pay.names import post_name
from app.portal.blueprint import pages
from app.portal.parsing import fresh_key, request_key, whole_number
from app.portal.showing import told
from app.proposals.queries import first_open
from app.staff import queries as staff
from app.web.guard import current_actor, guarded
from app.web.showing import may_do, say
from models import Staff

MOST_DUE, MOST_FOUND = 30, 12


@pages.route("/applications/new", methods=["GET", "POST"])
@guarded("application:start")
def new_application() -> ResponseReturnValue:
    """Who, then what for; everything else is on the next page, filled in as far as the records know."""
    if request.method != "POST":
        return _page({}, 200)
    try:
        employee = _chosen_employee()
        item = request.form.get("item", "")
        if not item:
            raise Invalid(fields={"item": Message("Choose what the application is for.")})
        version = next((one for one in fileable_items(current_actor()) if one.code == item), None)
        existing = queries.open_draft(version.item_id, employee.id, current_actor()) if version else None
        application = service.start(item, staff_id=employee.id, by=current_actor(), key=request_key())
    except Invalid as refusal:
        return _page(refusal.fields, 422)
    if existing is not None:
        flash(_("There is an open application for this person and item already. Here it is; go on with it."), "info")
    return redirect(url_for("portal.application", application_id=application.id))


@pages.get("/applications/new/staff")
@guarded("application:start", "staff:read")
def find_staff() -> ResponseReturnValue:
    """Employees in reach for the look-up, by name, pinyin initials or the end of the identity number."""
    found = staff.search(current_actor(), request.args.get("q", "")[:60], "staff:read", MOST_FOUND)
    return jsonify({"results": [{"id": one.id, "text": one.name, "hint": say(_hint(one))} for one in found]})


def _hint(one: Staff) -> Message:
    unit = Named(one.unit.name, one.unit.name_en or one.unit.name)
    if one.post:
        return Message("%(number)s, %(unit)s, %(post)s", number=one.staff_no, unit=unit, post=post_name(one.post))
    return Message("%(number)s, %(unit)s", number=one.staff_no, unit=unit)


def _chosen_employee() -> Staff:
    """By the look-up, or without script by what was typed, if only one person fits."""
    chosen = whole_number("staff")
    if chosen is not None:
        return staff.opened(current_actor(), chosen)
    typed = request.values.get("staff_text", "").strip()
    if not typed:
        raise Invalid(fields={"staff": Message("Choose the employee.")})
    found = staff.search(current_actor(), typed, "staff:read", 2)
    if not found:
        raise Invalid(
            fields={"staff": Message("Nobody in your units is called “%(text)s”. Try the full name.", text=typed[:60])}
        )
    if len(found) > 1:
        raise Invalid(
            fields={"staff": Message("Several people fit “%(text)s”. Add the end of the identity number or the staff "
                                     "number instead of the name.", text=typed[:60])}
        )  # fmt: skip
    return found[0]


def _page(errors: Mapping[str, Any], status: int) -> ResponseReturnValue:
    """Without a person: who is due, and the search. With one: the items that fit, the obvious one chosen."""
    actor = current_actor()
    errors = dict(errors)
    typed = request.values.get("staff_text", "").strip()[:60]
    employee = None
    if whole_number("staff") is not None or (typed and "staff" not in errors):
        try:
            employee = _chosen_employee()
        except Invalid as refusal:
            errors, status = {**errors, **refusal.fields}, 422 if request.method == "POST" else 200
    if employee is None:
        several = staff.search(actor, typed, "staff:read", MOST_FOUND) if typed and errors else []
        return render_template(
            "portal/new.html", errors=errors, key=fresh_key(), text=typed, item=request.values.get("item", "")[:30],
            dues=first_open(actor, most=MOST_DUE), several=several, hint=_hint,
            may_register=bool(may_do("staff:register")),
        ), status  # fmt: skip
    versions = fileable_items(actor)
    fitting, obvious = queries.proposed(employee, [(one.code, one.effect) for one in versions])
    by_code = {one.code: one for one in versions if not one.staff_types or employee.staff_type in one.staff_types}
    offered = [by_code[code] for code in fitting if code in by_code]
    wanted = request.values.get("item", "")[:30]
    page = render_template(
        "portal/new_for.html", errors=errors, key=fresh_key(), staff=employee, hint=_hint,
        options=[_option(one) for one in offered],
        item=wanted if wanted in fitting else obvious,
    )  # fmt: skip
    return page, status


def _option(version: Version) -> dict[str, Any]:
    """One item as a choice: when it is for, and how long it takes."""
    when = told(version.elements.get("acceptance_conditions"))
    hint = Message("%(code)s, decided within %(days)s working days", code=version.code, days=version.promised_days)
    return {
        "value": version.code,
        "text": Named(version.item.name_zh, version.item.name_en),
        "hint": Message("%(when)s. %(rest)s", when=when, rest=hint) if when else hint,
    }
