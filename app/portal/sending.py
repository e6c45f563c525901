"""Sending files piece by piece, in the spirit of the resumable uploads of tus: announce, append, finish.

What an address answers is written here once, for whoever sends: the pages of the portal name the person who is logged
in, another door may name its own. A script reads the headers `Upload-Offset` and the JSON of the announcement, and puts
the tile that comes at the end into the page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO, cast

from flask import Response, after_this_request, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.actor import Actor
from app.applications import queries as applications
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from app.materials import incoming, saying
from app.materials.names import label_of
from app.messages import Message
from app.portal import showing
from app.portal.blueprint import pages
from app.web.guard import current_actor, guarded
from app.web.jobs import start_working
from models import Upload

Address = Callable[[str], str]
"""From the key of a file on its way to the address under which it goes on."""
Failed = tuple[str, Refused]
"""A file that was refused: its name and why."""
Tile = Callable[[list[Upload | Failed], int, str], str]
"""From what was sent, the application and the code of the material, to the HTML of its tiles."""

OFFSET = "Upload-Offset"
LENGTH = "Upload-Length"
_LONGEST = 15
"""Digits of a size or an offset; more is no size of any file."""


@pages.post("/applications/<int:application_id>/materials/<code>/files")
@guarded("material:upload")
def begin(application_id: int, code: str) -> ResponseReturnValue:
    """Announce a file."""
    return begin_answer(application_id, code, current_actor(), address=_address)


@pages.get("/files/<key>")
@guarded("material:upload")
def offset(key: str) -> ResponseReturnValue:
    """How much of it has come."""
    return offset_answer(key, current_actor())


@pages.patch("/files/<key>")
@guarded("material:upload")
def append(key: str) -> ResponseReturnValue:
    """Take the next piece."""
    return append_answer(key, current_actor())


@pages.delete("/files/<key>")
@guarded("material:upload")
def discard(key: str) -> ResponseReturnValue:
    """Forget it."""
    return discard_answer(key, current_actor())


@pages.post("/files/<key>/finish")
@guarded("material:upload")
def finish(key: str) -> ResponseReturnValue:
    """Examine what is whole, and answer with its tile."""
    return finish_answer(key, current_actor())


@pages.post("/applications/<int:application_id>/materials/<code>/documents")
@guarded("material:upload")
def document(application_id: int, code: str) -> ResponseReturnValue:
    """Bind photographed pages into one document, and answer with its tile."""
    return document_answer(application_id, code, current_actor())


def begin_answer(
    application_id: int, code: str, by: Actor, *, address: Address, phone_link_id: int | None = None
) -> Response:
    """201 with where the file goes on: key, url, offset, size, and the bytes that do well as a piece."""
    told = _told()
    arriving = incoming.begin(
        application_id, code[:20], filename=str(told.get("filename") or "")[:1000],
        declared_type=str(told.get("type") or "")[:100], size=_whole(told.get("size")) or 0, by=by,
        phone_link_id=phone_link_id,
    )  # fmt: skip
    where = address(arriving.key)
    body = {"key": arriving.key, "url": where, "offset": 0, "size": arriving.size, "chunk": incoming.PIECE}
    answer = make_response(jsonify(body), 201)
    answer.headers["Location"] = where
    answer.headers[OFFSET] = "0"
    return answer


def offset_answer(key: str, by: Actor) -> Response:
    """Where the file has come to. Also asked for a finished one, which is then whole."""
    arriving = incoming.opened(key, by=by)
    answer = make_response("", 200)
    answer.headers[OFFSET], answer.headers[LENGTH] = str(arriving.received), str(arriving.size)
    return answer


def append_answer(key: str, by: Actor) -> Response:
    """204 with the new place; 409 with the right one when the piece begins elsewhere."""
    begins = _whole(request.headers.get(OFFSET))
    if begins is None:
        incoming.opened(key, by=by)
        raise Invalid(Message("The piece does not say where it begins."), remedy=Message("Reload the page."))
    try:
        reached = incoming.append(key, begins, cast(BinaryIO, request.stream), by=by)
    except incoming.WrongOffset as wrong:
        _say_where(wrong.offset)
        raise
    answer = make_response("", 204)
    answer.headers[OFFSET] = str(reached)
    return answer


def discard_answer(key: str, by: Actor) -> Response:
    """204: it is forgotten."""
    incoming.discard(key, by=by)
    return make_response("", 204)


def finish_answer(key: str, by: Actor, *, tile: Tile | None = None) -> Response:
    """The tile with the verdict; 422 with a tile that says why it was refused; 409 with the place while not whole."""
    arriving = incoming.opened(key, by=by)
    application_id, code, name = arriving.application_id, arriving.material_code, arriving.filename
    return _with_tile(lambda: incoming.finish(key, by=by), application_id, code, name, tile or tile_of)


def document_answer(application_id: int, code: str, by: Actor, *, tile: Tile | None = None) -> Response:
    """The tile of the document that the photographed pages have become. Form or JSON: keys in order, filename."""
    told = _told()
    given = request.form.getlist("keys") if request.form else told.get("keys")
    keys = [str(key)[:43] for key in given] if isinstance(given, list) else []
    name = label_of(str(told.get("filename") or "")[:1000])
    return _with_tile(
        lambda: incoming.finish_document(application_id, code[:20], keys, filename=name, by=by),
        application_id, code, name, tile or tile_of,
    )  # fmt: skip


def tile_of(results: list[Upload | Failed], application_id: int, code: str) -> str:
    """Tiles as on the page of the application, for a person who is logged in there."""
    application = applications.opened(current_actor(), application_id, "material:upload")
    line = next((line for line in applications.sheet(application).materials if line.code == code), None)
    kept = {one.id for one in results if isinstance(one, Upload)}
    tiles = [one for one in line.uploads if one.id in kept] if line else []
    return render_template(
        "portal/file_tiles.html", tiles=tiles, line=line, show=showing,
        refused=[one for one in results if isinstance(one, tuple)],
    )  # fmt: skip


def _with_tile(receive: Callable[[], Upload], application_id: int, code: str, name: str, tile: Tile) -> Response:
    try:
        result: Upload | Failed = have_read(receive())
    except incoming.WrongOffset as wrong:
        _say_where(wrong.offset)
        raise
    except (NotFound, NotAllowed, Conflict):
        raise  # nothing can be sent here at all
    except Refused as refusal:
        result = (name, refusal)
    return make_response(tile([result], application_id, code), 422 if isinstance(result, tuple) else 200)


def have_read(upload: Upload) -> Upload:
    """Its quick verdict is known; what it says is read in the queue, beside the pages."""
    if saying.have_read(upload) is not None:
        start_working()
    return upload


def _say_where(offset: int) -> None:
    """Have the refusal carry where to go on, whatever form it takes."""

    @after_this_request
    def add(response: Response) -> Response:
        response.headers[OFFSET] = str(offset)
        return response


def _address(key: str) -> str:
    return url_for("portal.offset", key=key)


def _told() -> dict[str, Any]:
    """What the request says, as a form or as JSON; anything else says nothing."""
    if request.form:
        return request.form.to_dict()
    told = request.get_json(silent=True)
    return told if isinstance(told, dict) else {}


def _whole(value: object) -> int | None:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else None
