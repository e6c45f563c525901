"""Files: taken in with a verdict each, shown as redrawn pictures, handed out as they came only for download."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from urllib.parse import quote

from flask import Response, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from app.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from app.materials import queries, service
from app.materials.names import label_of
from app.materials.readings import write_down
from app.messages import Message
from app.portal import showing
from app.portal.blueprint import pages
from app.portal.page_views import lay_as_asked
from app.portal.papers import page_of_pages
from app.portal.parsing import keep_what_was_typed, wants_fragment
from app.portal.sending import Failed, have_read, tile_of
from app.web.guard import current_actor, guarded
from models import Upload

_DOWNLOAD_POLICY = "default-src 'none'; sandbox"
MOST_AT_ONCE = 30


@pages.post("/applications/<int:application_id>/materials/<code>")
@guarded("material:upload")
def upload(application_id: int, code: str) -> ResponseReturnValue:
    """Take one or several files for one material. Each is judged by itself; a bad one never costs the others."""
    files = [one for one in request.files.getlist("files") if one.filename]
    if not files:
        raise Invalid(Message("No file was chosen."), remedy=Message("Choose one or several files, then press upload."))
    results = [_receive(application_id, code, one) for one in files[:MOST_AT_ONCE]]
    if not wants_fragment():
        _say(results)
        return redirect(url_for("portal.application", application_id=application_id, _anchor=f"material-{code}"))
    return tile_of(results, application_id, code)


@pages.post("/materials/<int:upload_id>/remove")
@guarded("material:upload")
def remove_upload(upload_id: int) -> ResponseReturnValue:
    """Take a file away; what was typed on the same page is kept first."""
    found = queries.opened(current_actor(), upload_id, "material:upload")
    application_id, code = found.application_id, found.material_code
    keep_what_was_typed(application_id, _("The file was removed; some answers could not be saved yet."))
    service.remove(upload_id, by=current_actor())
    return redirect(url_for("portal.application", application_id=application_id, _anchor=f"material-{code}"))


@pages.get("/materials/<int:upload_id>/pages/<int:page>")
@guarded("material:read")
def picture(upload_id: int, page: int) -> ResponseReturnValue:
    """One page, redrawn; each showing is written down."""
    found = queries.opened(current_actor(), upload_id)
    as_sent = request.args.get("as") == "sent"
    path = queries.picture_of(found, page, as_sent=as_sent)
    write_down("material:read", found, by=current_actor(), note=f"page {page}{', as sent' if as_sent else ''}")
    return _jpeg(path)


@pages.get("/materials/<int:upload_id>")
@guarded("material:read")
def pages_of(upload_id: int) -> ResponseReturnValue:
    """All pages of one file, redrawn, one below the other, with what was found marked on them."""
    found = queries.opened(current_actor(), upload_id)
    if not found.file.pages:
        raise NotFound
    return page_of_pages(found)


@pages.post("/materials/<int:upload_id>/pages/<int:page>/lay")
@guarded("material:upload")
def lay(upload_id: int, page: int) -> ResponseReturnValue:
    """Show a page straightened or as taken, or turn it."""
    lay_as_asked(upload_id, page, by=current_actor())
    return redirect(url_for("portal.pages_of", upload_id=upload_id, _anchor=f"page-{page}"))


@pages.get("/materials/<int:upload_id>/thumbnails/<int:page>")
@guarded("material:read")
def thumbnail(upload_id: int, page: int) -> ResponseReturnValue:
    """The small picture in lists; the page that shows it has written the reading down."""
    found = queries.opened(current_actor(), upload_id)
    return _jpeg(queries.picture_of(found, page, thumbnail=True))


@pages.get("/materials/<int:upload_id>/original")
@guarded("material:read")
def original(upload_id: int) -> ResponseReturnValue:
    """The bytes as they were sent, always as a download that no browser opens in our name."""
    given = queries.original(current_actor(), upload_id)
    found = queries.opened(current_actor(), upload_id)
    write_down("material:download", found, by=current_actor(), note=given.filename)
    answer = send_file(given.path, mimetype="application/octet-stream", conditional=False)
    plain = given.filename.encode("ascii", "replace").decode().replace('"', "_").replace("\\", "_").replace("?", "_")
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(given.filename, safe='')}"
    )
    answer.headers["Content-Security-Policy"] = _DOWNLOAD_POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _receive(application_id: int, code: str, file: FileStorage) -> Upload | Failed:
    try:
        upload = service.receive(
            application_id, code[:20], cast(BinaryIO, file.stream), filename=file.filename,
            declared_type=file.mimetype, by=current_actor(),
        )  # fmt: skip
        return have_read(upload)
    except (NotFound, NotAllowed, Conflict):
        raise  # nothing can be sent here at all
    except Refused as refusal:
        return label_of(file.filename), refusal


def _say(results: list[Upload | Failed]) -> None:
    """Without script: one sentence for each file that was refused, and one for the rest."""
    taken = [one for one in results if isinstance(one, Upload) and one.accepted]
    if taken:
        flash(_("%(count)s files taken.", count=len(taken)), "ok")
    for one in results:
        if isinstance(one, tuple):
            name, refusal = one
            flash(f"{name}: {showing.sentences(refusal.message, refusal.remedy)}", "bad")
        elif not one.accepted:
            worst = next((check for check in one.checks if check.severity == "blocking"), None)
            if worst is not None:
                said = showing.sentences(Message.from_json(worst.message), Message.from_json(worst.remedy))
                flash(f"{one.filename}: {said}", "bad")


def _jpeg(path: Any) -> Response:
    answer = send_file(path, mimetype="image/jpeg", conditional=False)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = _DOWNLOAD_POLICY
    return answer
