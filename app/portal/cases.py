"""Cases in the portal: what the unit has to answer, each with its evidence, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.cases import queries, service
from app.cases.queries import Asked
from app.cases.rules import STATES
from app.errors import Invalid
from app.messages import Message
from app.paging import page_number
from app.portal.blueprint import pages
from app.portal.parsing import typed_revision
from app.web.case_shown import SEVERITY_FACES, STATE_FACES, opened_page, rule_options, rule_title
from app.web.guard import current_actor, guarded
from app.web.showing import say


@pages.get("/cases")
@guarded("case:read")
def cases() -> ResponseReturnValue:
    """The cases of the unit, those that wait first. Whoever watches units goes to the back office, where they judge."""
    actor = current_actor()
    if not actor.roles & {"clerk", "head"}:
        narrowed: dict[str, Any] = {name: request.args.get(name) for name in ("state", "rule", "overdue")}
        return redirect(url_for("cases.index", **narrowed))
    asked = Asked(
        state=request.args.get("state", "") if request.args.get("state") in STATES else "",
        rule=request.args.get("rule", "")[:40], overdue=request.args.get("overdue") == "1",
    )  # fmt: skip
    kept: dict[str, Any] = {name: value for name, value in (("state", asked.state), ("rule", asked.rule)) if value}
    if asked.overdue:
        kept["overdue"] = "1"
    return render_template(
        "cases/index.html", page=queries.page_of(actor, asked, page_number(request.args.get("page"))), asked=asked,
        states=[(code, say(word)) for code, word in STATES.items()], rules=rule_options(),
        faces=(STATE_FACES, SEVERITY_FACES), title_of=rule_title, today=clock.today(), counts=queries.counts(actor),
        page_url=lambda number: url_for("portal.cases", **kept, page=number),
        case_url=lambda case_id: url_for("portal.case", case_id=case_id),
    )  # fmt: skip


@pages.get("/cases/<int:case_id>")
@guarded("case:read")
def case(case_id: int) -> ResponseReturnValue:
    """One case with its evidence, its history and, while it waits, the form of the answer."""
    return _page(case_id, {}, {})


@pages.post("/cases/<int:case_id>/answer")
@guarded("case:answer")
def answer_case(case_id: int) -> ResponseReturnValue:
    """The unit's answer: an explanation, or how it was put right."""
    actor, typed = current_actor(), {name: request.form.get(name, "").replace("\x00", "") for name in ("verb", "text")}
    queries.opened(actor, case_id, "case:answer")
    verb = {"explain": service.explain, "correct": service.correct}.get(typed["verb"])
    if verb is None:
        return _page(case_id, {"verb": Message("Choose one of the two answers.")}, typed), 422
    try:
        verb(case_id, by=actor, revision=typed_revision(), text=typed["text"])
    except Invalid as refusal:
        return _page(case_id, refusal.fields, typed), 422
    flash(_("The answer is sent; it waits to be judged."), "ok")
    return redirect(url_for("portal.case", case_id=case_id))


def _page(case_id: int, errors: Mapping[str, Message], typed: Mapping[str, Any]) -> str:
    return render_template("cases/one.html", **opened_page(current_actor(), case_id), errors=errors, typed=typed)
