"""How a case is shown, in the portal and in the back office alike: faces, evidence as far as the reader reaches, ways
into the product, history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, request, url_for

from app.access.actor import Actor
from app.audit import service as audit
from app.cases import queries
from app.cases.evidence import Figure, Piece, pieces_of
from app.cases.rules import ANSWERS, EVENTS, OUTCOMES, SEVERITIES, STATES
from app.employee.asking import RULE as OWN_PAY
from app.messages import Message
from app.risk.registry import RULES
from app.units.queries import ids_in_reach
from app.uow import reading
from app.web.guard import rule_of
from app.web.showing import day, month, say, yuan
from models import Case
from models.cases import CaseSeverity, CaseState

STATE_FACES = {
    CaseState.OPEN: (STATES[CaseState.OPEN], "warn", "clock"),
    CaseState.ANSWERED: (STATES[CaseState.ANSWERED], "info", "inbox"),
    CaseState.CLOSED: (STATES[CaseState.CLOSED], "ok", "check-circle"),
}
SEVERITY_FACES = {
    CaseSeverity.NOTICE: (SEVERITIES[CaseSeverity.NOTICE], "info", "info"),
    CaseSeverity.WARNING: (SEVERITIES[CaseSeverity.WARNING], "warn", "alert"),
    CaseSeverity.GRAVE: (SEVERITIES[CaseSeverity.GRAVE], "bad", "error"),
}
_TONES = {
    "opened": "warn", "reopened": "warn", "found_anew": "warn", "explained": "info", "corrected": "info",
    "sent_back": "bad", "accepted": "ok", "closed": "ok",
}  # fmt: skip
PLACES: dict[str, tuple[tuple[str, str], ...]] = {
    "staff": (("staff.details_view", "id"),),
    "application": (("portal.application", "application_id"), ("applications.details_view", "id")),
    "payroll": (("portal.payroll", "sheet_id"),),
    "budget_total": (("portal.budget_ledger", "total_id"), ("budgets.total", "total_id")),
    "budget_plan": (("portal.budget_plan", "plan_id"), ("budgets.plan", "plan_id")),
    "budget_distribution": (
        ("portal.budget_distribution", "distribution_id"), ("budgets.distribution", "distribution_id"),
    ),
}  # fmt: skip
"""Where a kind of place leads: endpoints with the name of their argument, the first that exists and lets in; whoever
reads the case in the back office stays there."""


@dataclass(frozen=True)
class ShownPiece:
    """A piece as this reader may see it: without figures where it speaks of a unit out of reach."""

    text: str
    figures: list[tuple[str, str]]
    url: str | None
    hidden: bool


def shown_evidence(actor: Actor, case: Case) -> list[ShownPiece]:
    """The evidence as far as the reader reaches; figures of other units stay out."""
    pieces = pieces_of(case.evidence)
    units = {piece.unit_id for piece in pieces if piece.unit_id is not None} - {case.unit_id}
    reached: set[int | None] = {None, case.unit_id, *ids_in_reach(actor, "case:read", units)}
    return [_shown(actor, piece, hidden=piece.unit_id not in reached) for piece in pieces]


def _shown(actor: Actor, piece: Piece, *, hidden: bool) -> ShownPiece:
    figures = [] if hidden else [(say(figure.label), figure_text(figure)) for figure in piece.figures]
    return ShownPiece(say(piece.text), figures, None if hidden else _url(actor, piece), hidden)


def figure_text(figure: Figure) -> str:
    """A figure as it is read."""
    value: Any = figure.value
    if figure.unit == "yuan":
        return yuan(int(value))
    if figure.unit == "count":
        return f"{int(value):,}"
    if figure.unit == "percent":
        return f"{int(value) / 10:.1f} %"
    if figure.unit == "month":
        return month(value if isinstance(value, date) else date.fromisoformat(str(value)))
    if figure.unit == "day":
        return day(value if isinstance(value, date) else date.fromisoformat(str(value)))
    return str(value)


def _url(actor: Actor, piece: Piece) -> str | None:
    if piece.place is None:
        return None
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    in_portal = request.blueprint == "portal"
    places = PLACES.get(piece.place.kind, ())
    for endpoint, argument in sorted(places, key=lambda one: one[0].startswith("portal.") != in_portal):
        if endpoint in app.view_functions:
            rule = rule_of(app, endpoint)
            if rule is not None and rule.lets_in(actor):
                values: dict[str, Any] = {argument: piece.place.id}
                return url_for(endpoint, **values)
    return None


def timeline_of(case: Case) -> list[dict[str, Any]]:
    """What happened, newest first, for the time line."""
    return [
        {
            "what": EVENTS.get(event.kind, Message("%(code)s", code=event.kind)), "when": event.at,
            "who": (event.data.get("to") and f"{event.by_name} → {event.data['to']}") or event.by_name,
            "note": event.note, "tone": _TONES.get(event.kind, "wait"),
        }
        for event in reversed(queries.history(case))
    ]  # fmt: skip


def opened_page(actor: Actor, case_id: int) -> dict[str, Any]:
    """Everything the page of a case shows. That it was read is written down, with whom it speaks of."""
    case = queries.opened(actor, case_id)
    evidence, history = shown_evidence(actor, case), timeline_of(case)
    with reading():
        audit.read(
            "case:read", by=actor, kind="case", record_id=case.id, unit_id=case.unit_id,
            subjects=queries.people_of(case),
        )  # fmt: skip
    return {
        "case": case, "evidence": evidence, "history": history, "answers": ANSWERS, "outcomes": OUTCOMES,
        "state_face": STATE_FACES[CaseState(case.state)],
        "severity_face": SEVERITY_FACES[CaseSeverity(case.severity)], "rule_title": rule_title(case.rule),
    }  # fmt: skip


def rule_title(code: str) -> Message:
    """What the rule is called that opened a case."""
    rule = RULES.get(code)
    if rule is not None:
        return rule.title
    return Message("Question of an employee") if code == OWN_PAY else Message("Warning of performance pay")


def rule_options() -> list[tuple[str, str]]:
    """Rules for a filter."""
    return [(code, say(rule.title)) for code, rule in sorted(RULES.items())]
