"""While an application is in review: urge it, recall it; and what was sent to a person for information or opinion."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.applications import queries
from app.audit import service as audit
from app.errors import Conflict, Invalid
from app.messages import Message
from app.portal.blueprint import pages
from app.portal.parsing import typed_revision
from app.uow import reading
from app.web.guard import current_actor, guarded
from app.web.showing import say
from app.workflow.around import copy_for, for_me
from app.workflow.opinions import give_opinion
from app.workflow.passing_on import take_note
from app.workflow.recalling import ask_back, recall, urge


@pages.post("/applications/<int:application_id>/urge")
@guarded("application:submit")
def urge_application(application_id: int) -> ResponseReturnValue:
    """Ask for haste, once a day."""
    queries.opened(current_actor(), application_id, "application:submit")
    try:
        urge(application_id, by=current_actor(), note=_typed("note"))
    except Conflict as refusal:
        flash(" ".join(filter(None, (say(refusal.message), say(refusal.remedy)))), "warn")
    else:
        flash(_("Urged. It stands at the reviewer's desk and in the history."), "ok")
    return redirect(url_for("portal.application", application_id=application_id))


@pages.route("/applications/<int:application_id>/recall", methods=["GET", "POST"])
@guarded("application:withdraw")
def recall_application(application_id: int) -> ResponseReturnValue:
    """Take it back to correct it, or ask whoever has it on the desk to give it back."""
    found = queries.opened(current_actor(), application_id, "application:withdraw")
    errors: Mapping[str, Message] = {}
    if request.method == "POST":
        try:
            if request.form.get("ask") == "1":
                ask_back(application_id, by=current_actor(), reason=_typed("reason"))
                flash(_("Asked. The answer will stand on this page."), "ok")
            else:
                recall(application_id, by=current_actor(), revision=typed_revision(), reason=_typed("reason"))
                flash(_("Recalled. It is a draft again: correct it and submit it anew."), "ok")
        except Invalid as refusal:
            errors = refusal.fields
        else:
            return redirect(url_for("portal.application", application_id=application_id))
    page = render_template(
        "portal/recall.html", application=found, errors=errors, reason=request.form.get("reason", "")
    )
    return page, 422 if errors else 200


@pages.get("/for-me")
@guarded("application:read")
def sent_to_me() -> ResponseReturnValue:
    """Opinions asked of me, and copies sent to me."""
    return _for_me({}, 200)


@pages.get("/copies/<int:copy_id>")
@guarded("application:read")
def read_copy(copy_id: int) -> ResponseReturnValue:
    """Open an application that was sent for information; that it was read is written down."""
    copy = copy_for(current_actor(), copy_id)
    application = copy.application
    with reading():
        audit.read(
            "application:read_copy", by=current_actor(), kind="application", record_id=application.id,
            unit_id=application.unit_id, subjects=[one.staff_id for one in application.employees],
        )  # fmt: skip
    return redirect(url_for("portal.application", application_id=application.id))


@pages.post("/copies/<int:copy_id>/noted")
@guarded("application:read")
def note_copy(copy_id: int) -> ResponseReturnValue:
    """Say that one has taken note of a copy."""
    copy_for(current_actor(), copy_id)
    take_note(copy_id, by=current_actor())
    return redirect(url_for("portal.sent_to_me"))


@pages.post("/opinions/<int:opinion_id>/answer")
@guarded("application:read")
def answer_question(opinion_id: int) -> ResponseReturnValue:
    """Give the opinion that one was asked for."""
    try:
        give_opinion(opinion_id, by=current_actor(), answer=_typed("answer"), revision=typed_revision())
    except Invalid as refusal:
        return _for_me({f"answer-{opinion_id}": text for text in refusal.fields.values()}, 422)
    flash(_("Your opinion stands in the record."), "ok")
    return redirect(url_for("portal.sent_to_me"))


def _for_me(errors: Mapping[str, Message], status: int) -> ResponseReturnValue:
    page = render_template("portal/for_me.html", for_me=for_me(current_actor()), errors=errors, typed=request.form)
    return page, status


def _typed(name: str) -> str:
    return request.form.get(name, "").replace("\x00", "").replace("\r\n", "\n")[:2000]
