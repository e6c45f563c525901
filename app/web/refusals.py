"""Errors in words: every refusal becomes a page (or JSON, or a fragment) that says what happened, why, and what now."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.exceptions import NotFound as RouteNotFound
from werkzeug.routing import RequestRedirect

from app.errors import Invalid, NotFound, NotLoggedIn, Refused, TooMany
from app.messages import Message
from app.web.guard import FactorDue, MustChangePassword, asked_by_a_page
from app.web.showing import say
from models import db

log = logging.getLogger("zerotrip")

_HTTP = {
    400: Message("The request could not be read."),
    403: Message("This is not allowed."),
    404: Message("This page or record does not exist, or it is not yours to see."),
    405: Message("This address does not take this kind of request."),
    413: Message("What was sent is larger than the limit."),
    429: Message("Too many requests in a short time."),
}


def answer_in_words(app: Flask) -> None:
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(Exception, _unexpected)


def _refused(error: Refused) -> ResponseReturnValue:
    db.session.rollback()
    if isinstance(error, MustChangePassword) and not _wants_json():
        return redirect(url_for("access.change_password"))
    if isinstance(error, FactorDue) and not _wants_json():
        return redirect(url_for("factors.show", next=_where_to_go_on() or None))
    if isinstance(error, NotLoggedIn) and not _wants_json():
        return _to_log_in()
    response = _page(error.status, error.message, error.remedy, error)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _to_log_in() -> ResponseReturnValue:
    """To the log-in page, which leads back; a script that asked for part of a page gets a sentence and the address."""
    address = url_for("access.login", next=_where_to_go_on() or None)
    if request.headers.get("X-Fragment") != "1":
        return redirect(address)
    response = make_response(render_template("shell/ended.html", address=address), 401)
    response.headers["X-Log-In"] = address
    return response


def _where_to_go_on() -> str:
    """The page that was asked for or, where something was sent, the page of ours that it was sent from.

    A page that came in answer to something sent (`/applications/5/save`) can only be opened further up.
    """
    if request.method == "GET":
        return request.full_path.rstrip("?")
    sent_from = urlsplit(request.referrer or "")
    if sent_from.netloc != request.host:
        return ""
    path, query = sent_from.path, sent_from.query
    while not _can_be_opened(path):
        path, query = path.rstrip("/").rpartition("/")[0] or "/", ""
    return f"{path}?{query}".rstrip("?")


def _can_be_opened(path: str) -> bool:
    if path == "/":
        return True
    try:
        current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except RequestRedirect:
        return True
    except (RouteNotFound, MethodNotAllowed):
        return False
    return True


def _form_too_old(error: CSRFError) -> ResponseReturnValue:
    """A form of an earlier session, or from elsewhere. Where it is ours, the page says how to go on."""
    ours = urlsplit(request.referrer or "").netloc == request.host
    if ours and not _wants_json() and "login" not in session:
        if asked_by_a_page():
            flash(say(Message("You are not logged in any more, so what you sent was not accepted.")), "warn")
        return _to_log_in()
    back = [{"label": Message("Open the page again"), "url": _where_to_go_on()}] if ours else []
    return _page(
        400,
        Message("This page was open too long, or was sent from somewhere else, so it was not accepted."),
        Message("Open the page again: what you had typed is put back, and can then be sent. Nothing was changed.")
        if ours
        else Message("Go back, reload the page and send it again. Nothing was changed."),
        links=back,
    )


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error
    if status == 404:
        return _refused(NotFound())
    remedy = Message("Go back and try again. If it happens again, tell your IT team.")
    response = _page(status, _HTTP.get(status, Message("Something went wrong.")), remedy)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _database_away(error: OperationalError) -> ResponseReturnValue:
    log.error("database not available: %s (request %s)", error.orig, g.get("request_id"))
    db.session.rollback()
    response = _page(
        503,
        Message("The database does not answer at the moment. Nothing was saved by this request."),
        Message("Wait a minute and send it again."),
    )
    response.headers["Retry-After"] = "30"
    return response


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.exception("unexpected error (request %s)", g.get("request_id"), exc_info=error)
    db.session.rollback()
    kind = 400 if isinstance(error, DBAPIError) and _input_out_of_range(error) else 500
    return _page(
        kind,
        Message("Something went wrong on our side. Nothing was saved by this request."),
        Message("Try again. If it happens again, give your IT team the number below."),
    )


def _input_out_of_range(error: DBAPIError) -> bool:
    """PostgreSQL refuses some values (a NUL byte, a number too large) that only input can contain."""
    return getattr(error.orig, "sqlstate", None) in ("22003", "22021", "22P02", "22P05")


def _wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" or request.headers.get("X-Requested-With") == "fetch"


def _page(
    status: int,
    message: Message,
    remedy: Message | None,
    error: Refused | None = None,
    *,
    links: Sequence[Mapping[str, Any]] = (),
) -> Response:
    fields = {name: say(text) for name, text in error.fields.items()} if isinstance(error, Invalid) else {}
    if _wants_json():
        body = {"error": say(message), "remedy": say(remedy), "request_id": g.get("request_id"), "fields": fields}
        return make_response(jsonify(body), status)
    page = render_template(
        "error.html", status=status, message=message, remedy=remedy, request_id=g.get("request_id"), fields=fields,
        links=links,
    )  # fmt: skip
    return make_response(page, status)
