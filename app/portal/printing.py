"""Printing from the pages: a form, the whole dossier, one's own wage card; and the open page that checks a print."""

from __future__ import annotations

from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.documents import checking, service
from app.documents.service import Printed
from app.documents.voice import Voice
from app.portal import own_wage
from app.portal.blueprint import pages
from app.web.guard import current_actor, guarded, guarded_own_pay, open_to_all
from app.web.showing import is_chinese

checks = Blueprint("check", __name__, url_prefix="/check")
_IN_MEMORY = 4 * 1024 * 1024  # of a dossier; what is more lies on the disk until it is sent


@pages.get("/applications/<int:application_id>/print/<code>")
@guarded("application:read")
def print_form(application_id: int, code: str) -> ResponseReturnValue:
    """One form as a PDF, identity numbers masked."""
    return _shown(service.print_form(application_id, code, by=current_actor(), voice=voice(), only=_only()))


@pages.post("/applications/<int:application_id>/print/<code>")
@guarded("staff:read_identity")
def print_with_identity(application_id: int, code: str) -> ResponseReturnValue:
    """The same with identity numbers in full, for a reason that is kept and that the employees can read."""
    reason = request.form.get("reason", "")
    form = service.print_form(application_id, code, by=current_actor(), voice=voice(), reason=reason, only=_only())
    return _shown(form)


@pages.get("/applications/<int:application_id>/dossier")
@guarded("application:read")
def dossier(application_id: int) -> ResponseReturnValue:
    """Forms, materials and history in one archive."""
    archive = cast(IO[bytes], SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115, closed once sent
    packed = service.pack_dossier(application_id, by=current_actor(), voice=voice(), to=archive)
    archive.seek(0)
    return send_file(archive, mimetype="application/zip", as_attachment=True, download_name=packed.name, max_age=0)


@own_wage.pages.get("/my-wage/card")
@guarded_own_pay
def wage_card() -> ResponseReturnValue:
    """The reader's own wage card."""
    return _shown(service.print_own_card(by=current_actor(), voice=voice()))


@checks.get("")
@open_to_all
def ask() -> ResponseReturnValue:
    """Asks for the code at the foot of a print."""
    typed = request.args.get("code", "").strip()
    if typed:
        return redirect(url_for("check.show", code=typed[:40]))
    return render_template("check.html", checked=None, code="")


@checks.get("/<code>")
@open_to_all
def show(code: str) -> ResponseReturnValue:
    """Of what a print is, and whether it shows the present state; nothing of anybody."""
    checked = checking.check(code, address=request.remote_addr or "")
    return render_template("check.html", checked=checked, code=code.upper())


def voice() -> Voice:
    """The language of this request, and where its prints are checked."""

    def check_address(code: str) -> str:
        return url_for("check.show", code=code, _external=True) if code else url_for("check.ask", _external=True)

    return Voice(gettext, is_chinese(), check_address)


def _only() -> int | None:
    """Of a batch, the one employee that a print is for."""
    return request.args.get("staff", type=int)


def _shown(printed: Printed) -> Response:
    """A PDF that the browser opens, from where it is printed or kept."""
    return send_file(BytesIO(printed.pdf), mimetype="application/pdf", download_name=printed.name, max_age=0)
