"""Reviewing a batch: only what deviates is shown line by line; what is alike is decided at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import policy
from app.access.roles import DECIDING
from app.batches import queries, service
from app.batches.reviewing import review
from app.errors import Invalid
from app.forms import fields as forms
from app.messages import Message, Named
from app.portal.batches import STATES, VERBS, say_done, write_down_reading
from app.portal.blueprint import pages
from app.portal.parsing import fresh_key, request_key
from app.web.guard import current_actor, guarded
from app.web.showing import named, say
from app.workflow.rules import Mark
from models.applications import Outcome

_OUTCOMES = {"approve": Outcome.APPROVED, "return": Outcome.RETURNED, "reject": Outcome.REJECTED}


@pages.get("/batches/<int:staff_batch_id>/review")
@guarded(*sorted(DECIDING))
def review_batch(staff_batch_id: int) -> ResponseReturnValue:
    """What waits for this person in the batch."""
    return _page(staff_batch_id, {}, 200)


@pages.post("/batches/<int:staff_batch_id>/decide")
@guarded(*sorted(DECIDING))
def decide_batch(staff_batch_id: int) -> ResponseReturnValue:
    """Decide on the chosen groups and lines; every line has a result of its own."""
    verb = request.form.get("verb", "")
    queries.opened(current_actor(), staff_batch_id)
    try:
        if verb not in _OUTCOMES:
            raise Invalid(fields={"line": Message("Choose what is decided: approve, return or refuse.")})
        done = service.decide(
            staff_batch_id, _OUTCOMES[verb], by=current_actor(), groups=_groups(), lines=_lines(),
            note=request.form.get("note", "")[:1200], marks=_marks(), key=request_key(),
        )  # fmt: skip
    except Invalid as refusal:
        return _page(staff_batch_id, refusal.fields, 422)
    say_done(done)
    return redirect(url_for("portal.batch", staff_batch_id=staff_batch_id))


def _groups() -> dict[str, str]:
    """`KEY|SEEN` of each ticked group."""
    pairs = [text[:140].rpartition("|") for text in request.form.getlist("group")[:200]]
    return {key: seen for key, _bar, seen in pairs if key}


def _lines() -> dict[int, int]:
    """`LINE-REVISION` of each ticked line."""
    found = {}
    for text in request.form.getlist("line")[:5000]:
        left, _dash, right = text.partition("-")
        if all(part.isascii() and part.isdigit() and len(part) <= 9 for part in (left, right)):
            found[int(left)] = int(right)
    return found


def _marks() -> list[Mark]:
    """What the unit is to correct, each for the reason that the note gives."""
    reason = request.form.get("note", "").strip()[:500]
    pairs = [text[:60].partition(":") for text in request.form.getlist("mark")[:100]]
    return [Mark(kind, key, reason) for kind, _colon, key in pairs]


def _shown(field: Any, value: Any) -> str:
    """An answer as people read it."""
    said = forms.shown(field.type, field.options, value)
    return said if isinstance(said, str) else named(said) if isinstance(said, Named) else say(said)


def _page(staff_batch_id: int, errors: Mapping[str, Message], status: int) -> ResponseReturnValue:
    actor = current_actor()
    found = queries.opened(actor, staff_batch_id)
    waiting = review(found, actor)
    write_down_reading(found, [line.staff_id for group in waiting.groups for line in group.lines])
    page = render_template(
        "portal/batches_review.html", batch=found, review=waiting, errors=errors, key=fresh_key(), states=STATES,
        verbs=VERBS, typed=request.form, sees_pay=bool(policy.may(actor, "pay:read")),
        shown=_shown, ticked=set(request.form.getlist("group")) | set(request.form.getlist("line")),
    )  # fmt: skip
    return page, status
