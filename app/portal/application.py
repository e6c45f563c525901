"""The application page: who and what, materials, the pay change; saved at any time, submitted once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.applications import precheck, queries, service
from app.applications.filing import NotReady
from app.applications.sheet import ApplicationSheet
from app.audit import service as audit
from app.documents import service as documents
from app.errors import Invalid, Refused, Stale
from app.forms import fields as forms
from app.items.queries import parts
from app.learning import queries as lessons
from app.messages import Message
from app.portal import learning_showing, showing
from app.portal.blueprint import pages
from app.portal.parsing import fresh_key, request_key, typed_answers, typed_revision
from app.proposals import on_file
from app.uow import reading
from app.web.guard import current_actor, guarded
from app.web.showing import say
from app.workflow.around import around
from models import Application

_FILES = frozenset({"material:upload", "material:read"})


@pages.get("/applications/<int:application_id>")
@guarded("application:read")
def application(application_id: int) -> ResponseReturnValue:
    """The whole application on one page."""
    found = _opened(application_id)
    return _page(found, queries.sheet(found))


@pages.post("/applications/<int:application_id>/live")
@guarded("application:edit")
def live(application_id: int) -> ResponseReturnValue:
    """What follows from the answers as they stand in the fields, without saving them."""
    found = _opened(application_id, "application:edit")
    sheet = _sheet_as_typed(found)
    write_down_reading(found)
    return render_template("portal/application_live.html", **_given(found, sheet))


@pages.post("/applications/<int:application_id>/save")
@guarded("application:edit")
def save(application_id: int) -> ResponseReturnValue:
    """Keep what was typed so far."""
    try:
        service.save_answers(application_id, typed_answers(), by=current_actor(), revision=typed_revision())
    except Refused as refusal:
        return _again(application_id, refusal)
    flash(_("Saved. You can go on at any time, also from another device."), "ok")
    return redirect(url_for("portal.application", application_id=application_id))


@pages.post("/applications/<int:application_id>/submit")
@guarded("application:submit")
def submit(application_id: int) -> ResponseReturnValue:
    """File it, once. What stands in the way is named on the same page, and what was typed is kept."""
    try:
        done = service.submit(
            application_id, by=current_actor(), revision=typed_revision(), key=request_key(), answers=typed_answers()
        )
    except NotReady as refusal:
        return _again(application_id, refusal, keep=True)
    except Refused as refusal:
        return _again(application_id, refusal)
    flash(_("Submitted under number %(number)s. Nobody needs to travel: you will see here what happens.",
            number=done.number), "ok")  # fmt: skip
    return redirect(url_for("portal.application", application_id=application_id))


@pages.post("/applications/<int:application_id>/move")
@guarded("application:edit")
def move(application_id: int) -> ResponseReturnValue:
    """Go on under the revised item; what changed is said."""
    for sentence in service.move_draft(application_id, by=current_actor()):
        flash(say(sentence), "info")
    return redirect(url_for("portal.application", application_id=application_id))


@pages.route("/applications/<int:application_id>/withdraw", methods=["GET", "POST"])
@guarded("application:withdraw")
def withdraw(application_id: int) -> ResponseReturnValue:
    """Take it back, with the reason."""
    found = _opened(application_id, "application:withdraw")
    errors: Mapping[str, Message] = {}
    if request.method == "POST":
        try:
            service.withdraw(
                application_id, by=current_actor(), revision=typed_revision(), reason=request.form.get("reason", "")
            )
        except Invalid as refusal:
            errors = refusal.fields
        else:
            flash(_("Withdrawn. The files that were never filed will be removed."), "ok")
            return redirect(url_for("portal.home"))
    page = render_template(
        "portal/withdraw.html", application=found, errors=errors, reason=request.form.get("reason", "")
    )
    return page, 422 if errors else 200


def _opened(application_id: int, permission: str = "application:read") -> Application:
    return queries.opened(current_actor(), application_id, permission)


def _sheet_as_typed(found: Application, refusal: Invalid | None = None) -> ApplicationSheet:
    """The sheet with what stands in the fields; what cannot be read is named at its field."""
    typed = typed_answers()
    refused = dict(refusal.fields) if refusal and not isinstance(refusal, NotReady) else {}
    values, problems = forms.read_answers(parts(found.item_version_id).fields, typed)
    return queries.sheet(found, values=values, typed=typed, problems=refused | problems)


def _again(application_id: int, refusal: Refused, *, keep: bool = False) -> ResponseReturnValue:
    """The same page with the sentences at their places and everything that was typed still there."""
    if not isinstance(refusal, Invalid | Stale):
        raise refusal
    if keep and typed_answers():
        with suppress(Refused):  # what is typed stays on the page in any case
            service.save_answers(application_id, typed_answers(), by=current_actor(), revision=typed_revision())
    found = _opened(application_id)
    sheet = _sheet_as_typed(found, refusal if isinstance(refusal, Invalid) else None)
    return _page(found, sheet, refusal=refusal), refusal.status


def write_down_reading(found: Application) -> None:
    """What the page shows of pay and papers is somebody's: the reading is kept with the employees concerned."""
    with reading():
        audit.read(
            "application:read", by=current_actor(), kind="application", record_id=found.id, unit_id=found.unit_id,
            subjects=[employee.staff_id for employee in found.employees],
        )  # fmt: skip


def _page(found: Application, sheet: ApplicationSheet, refusal: Refused | None = None) -> str:
    write_down_reading(found)
    return render_template("portal/application.html", refusal=refusal, **_given(found, sheet, refusal))


def _given(found: Application, sheet: ApplicationSheet, refusal: Refused | None = None) -> dict[str, Any]:
    """Everything that the templates of the page need."""
    rights = queries.rights(current_actor(), found)
    editing = sheet.editable and "application:edit" in rights
    found_wrong = precheck.findings(sheet) if editing else []
    mine = current_actor().account_id in (found.created_by_id, found.submitted_by_id)
    return {
        "application": found,
        "sheet": sheet,
        "look": showing.state_look(found.state),
        "rights": rights,
        "editing": editing,
        "may_submit": editing and "application:submit" in rights,
        "may_upload": "material:upload" in rights,
        "offers": on_file.offers(current_actor(), sheet) if editing and rights >= _FILES else {},
        "may_confirm": found.step_permission == "application:confirm" and "application:confirm" in rights and not mine,
        "may_withdraw": found.state in ("DRAFT", "IN_REVIEW", "RETURNED") and "application:withdraw" in rights,
        "blocking": [one for one in found_wrong if one.severity == precheck.BLOCKING],
        "warnings": [one for one in found_wrong if one.severity != precheck.BLOCKING],
        "things": around(found) if found.state == "IN_REVIEW" else (),
        "may_urge": "application:submit" in rights,
        "key": fresh_key(),
        "steps": showing.steps(sheet),
        "history": showing.history(sheet.history),
        "pay_rows": showing.pay_rows(sheet) if "pay:read" in rights else [],
        "forms": documents.forms_for(sheet) if "pay:read" in rights else (),
        "show": showing,
        "lessons": lessons.places_for(found.item.code) if editing else {},
        "why_url": learning_showing.address,
    }
