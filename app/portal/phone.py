"""The phone's side of a link: open it, send photos for the materials, see each verdict, be done.

The pages are open to anybody and show nothing without the cookie of the device that opened the link. Who is logged in
at the same browser plays no part here: everything is done as the maker of the link, confined to its application.
"""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from app.access.service import Visitor
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from app.materials import queries as files
from app.materials import service as materials
from app.materials.laying import may_lay
from app.materials.names import label_of
from app.materials.readings import write_down
from app.messages import Message
from app.phone import queries, service
from app.phone.rules import ONCE_OPENED, LinkGone, Standing
from app.phone.service import PhoneVisit
from app.portal import sending, showing
from app.portal.page_views import lay_as_asked, pages_shown
from app.portal.parsing import wants_fragment
from app.portal.uploads import MOST_AT_ONCE
from app.web.guard import open_to_all
from app.web.languages import LOCALES, chosen_locale
from app.web.showing import say
from models import Upload, db

pages = Blueprint("phone", __name__, url_prefix="/phone")
_COOKIE = "phone"
_COOKIE_LASTS = 24 * 3600  # longer than any link, so that the phone can be told how its link ended
_Results = list[Upload | tuple[str, Refused]]


@pages.get("/<token>")
@open_to_all
def opening(token: str) -> ResponseReturnValue:
    """Asks to open the link here. Looking does not open it: previews and scanners of addresses look, too."""
    link = service.look_at(token, device_secret=_secret(), visitor=_visitor())
    locale = session.get("locale") or link.locale
    with force_locale(locale if locale in LOCALES else chosen_locale()):
        return _page("phone/open.html", token=token, minutes=ONCE_OPENED.seconds // 60)


@pages.post("/<token>")
@open_to_all
def open_here(token: str) -> ResponseReturnValue:
    """Open the link on this device, once; from then on its cookie counts, and the address holds no token."""
    opened = service.open_on_device(token, device_secret=_secret(), visitor=_visitor())
    if opened.locale in LOCALES:
        session.setdefault("locale", opened.locale)
    answer = redirect(url_for("phone.here"))
    answer.set_cookie(
        _cookie(), opened.device_secret, max_age=_COOKIE_LASTS, path=url_for("phone.here"), httponly=True,
        samesite="Strict", secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )  # fmt: skip
    return answer


@pages.get("")
@open_to_all
def here() -> ResponseReturnValue:
    """The materials, with what this phone has sent."""
    visit = _arrive()
    given = _given(visit)
    if wants_fragment():
        return render_template("phone/materials.html", **given)
    return _page("phone/here.html", **given)


@pages.post("/materials/<code>")
@open_to_all
def send(code: str) -> ResponseReturnValue:
    """Take one or several files for one material, as a plain form."""
    visit = _arrive_for(code)
    chosen = [one for one in request.files.getlist("files") if one.filename]
    if not chosen:
        raise Invalid(Message("No file was chosen."), remedy=Message("Choose one or several files, then press upload."))
    results: _Results = [_receive(visit, code, one) for one in chosen[:MOST_AT_ONCE]]
    if wants_fragment():
        return _tiles(results, visit.application.id, code)
    _say(results)
    return redirect(url_for("phone.here", _anchor=f"material-{code}"))


@pages.post("/materials/<code>/files")
@open_to_all
def begin(code: str) -> ResponseReturnValue:
    """Announce a file that comes in pieces."""
    visit = _arrive_for(code)
    return sending.begin_answer(visit.application.id, code, visit.actor, address=_address, phone_link_id=visit.link_id)


@pages.get("/files/<key>")
@open_to_all
def offset(key: str) -> ResponseReturnValue:
    """How much of it has come."""
    return sending.offset_answer(key, _arrive().actor)


@pages.patch("/files/<key>")
@open_to_all
def append(key: str) -> ResponseReturnValue:
    """Take the next piece."""
    return sending.append_answer(key, _arrive().actor)


@pages.delete("/files/<key>")
@open_to_all
def discard(key: str) -> ResponseReturnValue:
    """Forget it."""
    return sending.discard_answer(key, _arrive().actor)


@pages.post("/files/<key>/finish")
@open_to_all
def finish(key: str) -> ResponseReturnValue:
    """Examine what is whole, and answer with its tile."""
    return sending.finish_answer(key, _arrive().actor, tile=_tiles)


@pages.post("/materials/<code>/documents")
@open_to_all
def document(code: str) -> ResponseReturnValue:
    """Bind photographed pages into one document, and answer with its tile."""
    visit = _arrive_for(code)
    return sending.document_answer(visit.application.id, code, visit.actor, tile=_tiles)


@pages.get("/uploads/<int:upload_id>/thumbnail")
@open_to_all
def thumbnail(upload_id: int) -> ResponseReturnValue:
    """The small picture of what this phone sent; of what others sent there is none."""
    found = files.opened(_arrive().actor, upload_id)
    answer = send_file(files.picture_of(found, 1, thumbnail=True), mimetype="image/jpeg", conditional=False)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@pages.get("/uploads/<int:upload_id>")
@open_to_all
def pages_of(upload_id: int) -> ResponseReturnValue:
    """The pages of what this phone sent, as the office will see them."""
    visit = _arrive()
    found = files.opened(visit.actor, upload_id)
    if not found.file.pages or found.removed_at is not None:
        raise NotFound
    return _page("phone/pages_of.html", upload=found, shown=pages_shown(found), may_lay=may_lay(found, by=visit.actor))


@pages.get("/uploads/<int:upload_id>/pages/<int:page>")
@open_to_all
def picture(upload_id: int, page: int) -> ResponseReturnValue:
    """One page of it, redrawn; each showing is written down."""
    visit = _arrive()
    found = files.opened(visit.actor, upload_id)
    path = files.picture_of(found, page)
    write_down("material:read", found, by=visit.actor, note=f"page {page}")
    answer = send_file(path, mimetype="image/jpeg", conditional=False)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@pages.post("/uploads/<int:upload_id>/pages/<int:page>/lay")
@open_to_all
def lay(upload_id: int, page: int) -> ResponseReturnValue:
    """Show a page straightened or as taken, or turn it."""
    lay_as_asked(upload_id, page, by=_arrive().actor)
    return redirect(url_for("phone.pages_of", upload_id=upload_id, _anchor=f"page-{page}"))


@pages.post("/uploads/<int:upload_id>/remove")
@open_to_all
def remove(upload_id: int) -> ResponseReturnValue:
    """Take away what this phone sent."""
    removed = materials.remove(upload_id, by=_arrive().actor)
    return redirect(url_for("phone.here", _anchor=f"material-{removed.material_code}"))


@pages.post("/done")
@open_to_all
def done() -> ResponseReturnValue:
    """End the link: the work goes on at the desk."""
    service.finish(_arrive())
    return redirect(url_for("phone.here"))


@pages.errorhandler(LinkGone)
def tell(gone: LinkGone) -> ResponseReturnValue:
    """What happened to the link, and what to do now; the device that has it open is led back to its photos."""
    db.session.rollback()
    if gone.code == "opened_here":
        return redirect(url_for("phone.here"))
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(error=say(gone.message), remedy=say(gone.remedy)), gone.status
    well = gone.code == Standing.DONE and request.endpoint == "phone.here" and not wants_fragment()
    return _page("phone/gone.html", gone=gone, done=gone.code == Standing.DONE), 200 if well else gone.status


@pages.after_request
def keep_out(answer: Response) -> Response:
    """No search engine keeps such an address, and no page that is linked to learns it."""
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def _arrive() -> PhoneVisit:
    return service.arrive(_secret(), visitor=_visitor())


def _arrive_for(code: str) -> PhoneVisit:
    visit = _arrive()
    visit.require(code)
    return visit


def _given(visit: PhoneVisit) -> dict[str, Any]:
    lines = queries.asked_for(visit.application, visit.material_code)
    return {
        "visit": visit,
        "application": visit.application,
        "lines": lines,
        "mine": queries.sent_through(visit.link_id).standing,
        "needed": [line for line in lines if line.needed],
        "extra": [line for line in lines if not line.needed],
        "show": showing,
    }


def _tiles(results: _Results, application_id: int, code: str) -> str:
    """Tiles of what was just sent, with this door's addresses."""
    visit = _arrive()
    line = next((line for line in queries.asked_for(visit.application, code) if line.code == code), None)
    kept = {one.id for one in results if isinstance(one, Upload)}
    return render_template(
        "phone/tiles.html", tiles=[one for one in line.uploads if one.id in kept] if line else [], show=showing,
        refused=[one for one in results if isinstance(one, tuple)],
    )  # fmt: skip


def _receive(visit: PhoneVisit, code: str, file: FileStorage) -> Upload | tuple[str, Refused]:
    try:
        return sending.have_read(
            materials.receive(
                visit.application.id, code, cast(BinaryIO, file.stream), filename=file.filename,
                declared_type=file.mimetype, by=visit.actor,
            )
        )  # fmt: skip
    except (NotFound, NotAllowed, Conflict):
        raise  # nothing can be sent here at all
    except Refused as refusal:
        return label_of(file.filename), refusal


def _say(results: _Results) -> None:
    """Without script: how many were taken, and a sentence for each that was refused outright."""
    taken = sum(isinstance(one, Upload) for one in results)
    if taken:
        flash(_("%(count)s files arrived. How each was judged stands beside it.", count=taken), "ok")
    for one in results:
        if isinstance(one, tuple):
            flash(f"{one[0]}: {showing.sentences(one[1].message, one[1].remedy)}", "bad")


def _address(key: str) -> str:
    return url_for("phone.offset", key=key)


def _page(template: str, **given: Any) -> Response:
    """In the frame of every page, but with nothing of whoever may be logged in at this browser."""
    frame: dict[str, Any] = {
        "current_actor": None, "navigation": [], "login_url": None, "account_links": [],
        "home_url": url_for("phone.here"),
    }  # fmt: skip
    return make_response(render_template(template, **frame, **given))


def _cookie() -> str:
    """Over a secure line the name itself says that nobody can have set it over another."""
    return "__Secure-phone" if current_app.config["SESSION_COOKIE_SECURE"] else _COOKIE


def _secret() -> str | None:
    return request.cookies.get(_cookie())


def _visitor() -> Visitor:
    return Visitor(
        address=request.remote_addr or "",
        user_agent=request.headers.get("User-Agent", ""),
        request_id=g.get("request_id", ""),
    )
