"""The head's part: confirm what the unit files, or give it back with marks."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.policy import require
from app.applications import queries
from app.errors import Conflict, Invalid
from app.messages import Message
from app.portal.application import write_down_reading
from app.portal.blueprint import pages
from app.portal.parsing import fresh_key, request_key, typed_revision
from app.web.guard import current_actor, guarded
from app.workflow import service as workflow
from app.workflow.reasons import library
from app.workflow.service import Mark
from models import Application


@pages.post("/applications/<int:application_id>/confirm")
@guarded("application:confirm")
def confirm(application_id: int) -> ResponseReturnValue:
    """Confirm for the unit; it goes on to the next step at once."""
    _to_confirm(application_id, acting=True)
    workflow.approve(application_id, by=current_actor(), revision=typed_revision(), key=request_key())
    flash(_("Confirmed. It has gone on to the next step."), "ok")
    return redirect(url_for("portal.home"))


@pages.route("/applications/<int:application_id>/return", methods=["GET", "POST"])
@guarded("application:confirm")
def return_application(application_id: int) -> ResponseReturnValue:
    """Give it back to the clerk: mark what is wrong, with the reason; only that is opened."""
    found = _to_confirm(application_id, acting=request.method == "POST")
    errors: Mapping[str, Message] = {}
    if request.method == "POST":
        try:
            workflow.return_for_correction(
                application_id, by=current_actor(), revision=typed_revision(), note=request.form.get("note", ""),
                marks=_marks(), key=request_key(),
            )  # fmt: skip
        except Invalid as refusal:
            errors = refusal.fields
        else:
            flash(_("Returned to the clerk with your marks."), "ok")
            return redirect(url_for("portal.home"))
    sheet = queries.sheet(found)
    write_down_reading(found)
    page = render_template(
        "portal/return.html", application=found, sheet=sheet, errors=errors, key=fresh_key(), reasons=library(found)
    )
    return page, 422 if errors else 200


def _to_confirm(application_id: int, *, acting: bool) -> Application:
    found = queries.opened(current_actor(), application_id, "application:confirm")
    if not acting:
        require(current_actor(), "application:confirm", found)
    if not acting and found.step_permission != "application:confirm":
        raise Conflict(
            Message("This application does not wait for the unit's confirmation."),
            remedy=Message("Open it to see where it stands."),
        )
    return found


def _marks() -> list[Mark]:
    """Each ticked place with its own reason."""
    marks = []
    for ticked in request.form.getlist("mark")[:100]:
        kind, _colon, key = ticked.partition(":")
        marks.append(Mark(kind=kind, key=key[:40], reason=request.form.get(f"reason-{ticked}", "")[:600]))
    return marks
