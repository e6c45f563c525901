"""Reading what a page sends: answers under their keys, the revision, the key of the request, page numbers."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import flash, request

from app.applications import service as filing
from app.errors import Conflict, Invalid, Stale
from app.messages import Message
from app.web.guard import current_actor

ANSWER = "answer-"


def typed_answers() -> dict[str, Any]:
    """What stood in the fields, by the key of the question."""
    return {name.removeprefix(ANSWER): value for name, value in request.form.items() if name.startswith(ANSWER)}


def typed_revision() -> int:
    """The revision that the page was made from. A page without one is too old to be trusted."""
    text = request.form.get("revision", "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Stale(
            Message("This page does not say which state of the record it shows."),
            remedy=Message("Open the record again and repeat what you did."),
        )
    return int(text)


def keep_what_was_typed(application_id: int, otherwise: str) -> None:
    """Save the answers that stand on the page beside another deed; `otherwise` is said where they cannot be yet."""
    answers = typed_answers()
    if answers:
        try:
            filing.save_answers(application_id, answers, by=current_actor(), revision=typed_revision())
        except (Invalid, Stale, Conflict):
            flash(otherwise, "warn")


def request_key() -> str | None:
    """The key under which a repeat of this request finds the first result."""
    return request.form.get("key", "")[:80] or None


def fresh_key() -> str:
    """A key for the next request of a page."""
    return uuid4().hex


def wants_fragment() -> bool:
    """Whether a script asks for a part of the page."""
    return request.headers.get("X-Fragment") == "1"


def whole_number(name: str) -> int | None:
    """A whole positive number among the values of the request, if it is one."""
    text = request.values.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
