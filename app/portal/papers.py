"""What the papers say: shown with its place beside the pages of a file, corrected, and asked for while it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.actor import Actor
from app.errors import Invalid
from app.materials import queries
from app.materials.correcting import correct, may_correct
from app.materials.kinds import NAMES
from app.materials.laying import may_lay
from app.materials.readings import write_down
from app.materials.told import as_typed, told
from app.messages import Message
from app.portal.blueprint import pages
from app.portal.page_views import pages_shown
from app.portal.parsing import keep_what_was_typed, typed_revision, whole_number
from app.portal.sending import have_read
from app.proposals import on_file
from app.web.guard import current_actor, guarded
from app.web.showing import say
from models import Upload

CORRECTED = ("kind", "name", "day", "valid_to", "document_number")
"""What a person may correct, as the fields of the form are called."""


@pages.get("/applications/<int:application_id>/still-read")
@guarded("material:read")
def still_read(application_id: int) -> ResponseReturnValue:
    """Which files of an application are still to be read, by their numbers; says nothing of what they hold."""
    return jsonify(waiting=queries.still_read(current_actor(), application_id))


@pages.post("/applications/<int:application_id>/materials/<code>/on-file")
@guarded("material:upload")
def use_on_file(application_id: int, code: str) -> ResponseReturnValue:
    """Use what is on file for a material instead of sending it again; what was typed on the page is kept first."""
    keep_what_was_typed(application_id, _("It was taken; some answers could not be saved yet."))
    for upload in on_file.take(application_id, code[:20], whole_number("upload") or 0, by=current_actor()):
        if upload.reading is None:
            have_read(upload)
    flash(_("Taken from the files on record. Look whether it is still right."), "ok")
    return redirect(url_for("portal.application", application_id=application_id, _anchor=f"material-{code}"))


@pages.post("/materials/<int:upload_id>/reading")
@guarded("material:upload")
def correct_reading(upload_id: int) -> ResponseReturnValue:
    """Say what the paper is where it was misread."""
    try:
        correct(upload_id, typed_correction(), revision=typed_revision(), by=current_actor())
    except Invalid as refusal:
        found = queries.opened(current_actor(), upload_id)
        return page_of_pages(found, typed=typed_correction(), errors=refusal.fields), refusal.status
    flash(_("Corrected. It was held against the application anew."), "ok")
    return redirect(url_for("portal.pages_of", upload_id=upload_id, _anchor="read"))


def typed_correction() -> dict[str, str]:
    """What the form of a correction says; what it does not name stays."""
    return {name: request.form[name][:200] for name in CORRECTED if name in request.form}


def kinds_to_choose() -> list[tuple[str, str]]:
    """The kinds of document, for a list."""
    return [(kind.value, say(name)) for kind, name in NAMES.items()]


def page_of_pages(
    found: Upload, *, typed: Mapping[str, str] | None = None, errors: Mapping[str, Message] | None = None
) -> str:
    """The page with the pages of one file, what was found on them and what they say. The reading is written down."""
    by: Actor = current_actor()
    given: dict[str, Any] = {"may_lay": may_lay(found, by=by), "may_correct": may_correct(found, by=by)}
    read = told(found.reading) if found.reading is not None else None
    shown = pages_shown(found, read)
    if read is not None:
        write_down("material:read", found, by=by, note="what was read on it")
    return render_template(
        "portal/pages_of.html", upload=found, shown=shown, told=read, kinds=kinds_to_choose(), errors=errors or {},
        typed=typed if typed is not None else as_typed(read.reading) if read else {}, **given,
    )  # fmt: skip
