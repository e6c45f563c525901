"""Proposals to confirm: the list by item, one or many confirmed, set aside with a reason, taken up again, refreshed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import policy
from app.audit import service as audit
from app.errors import Invalid
from app.messages import Message
from app.pay.rulebook import rule_title
from app.portal.blueprint import pages
from app.portal.parsing import fresh_key, request_key, typed_revision
from app.proposals import queries, service
from app.uow import reading
from app.web.guard import current_actor, guarded
from app.web.showing import say
from models.proposals import ProposalState

FILTERS = ("state", "item", "text")
STATES: dict[str, Message] = {
    ProposalState.OPEN: Message("To confirm"),
    ProposalState.CONFIRMED: Message("Confirmed"),
    ProposalState.SET_ASIDE: Message("Put aside"),
    ProposalState.SUPERSEDED: Message("Filed otherwise"),
    ProposalState.EXPIRED: Message("No longer due"),
}


@pages.get("/proposals")
@guarded("proposal:confirm")
def proposals() -> ResponseReturnValue:
    """What the system has prepared for the units in reach."""
    return _list(200)


@pages.post("/proposals/confirm")
@guarded("proposal:confirm")
def confirm_proposals() -> ResponseReturnValue:
    """Confirm the chosen lines, or the one whose button was pressed; each says what became of it."""
    one = request.form.get("one", "")
    wanted = [pair for text in ([one] if one else request.form.getlist("proposal")) if (pair := _pair(text))]
    try:
        lines = service.confirm_many(wanted, by=current_actor(), key=request_key())
    except Invalid as refusal:
        return _list(422, errors=refusal.fields, remedy=refusal.remedy)
    only = lines[0] if len(lines) == 1 else None
    if only is not None and only.done is not None:
        if only.done.submitted:
            flash(_("Confirmed for %(name)s and submitted as %(number)s.", name=only.name, number=only.done.number),
                  "ok")  # fmt: skip
            return redirect(_back())
        flash(_("Application %(number)s is prepared. Add what is still missing, then submit it.",
                number=only.done.number), "info")  # fmt: skip
        return redirect(url_for("portal.application", application_id=only.done.application_id))
    return _list(200 if any(line.done for line in lines) else 409, lines=lines)


@pages.post("/proposals/<int:proposal_id>/aside")
@guarded("proposal:confirm")
def set_proposal_aside(proposal_id: int) -> ResponseReturnValue:
    """Put a line aside, with the reason."""
    reason = request.form.get("reason", "")[:600]
    try:
        done = service.set_aside(proposal_id, by=current_actor(), revision=typed_revision(), reason=reason)
    except Invalid as refusal:
        fields = {f"reason-{proposal_id}": text for text in refusal.fields.values()}
        return _list(422, errors=fields, typed={proposal_id: reason})
    flash(_("Set aside for %(name)s. It can be taken up again at any time.", name=done.staff.name), "ok")
    return redirect(_back())


@pages.post("/proposals/<int:proposal_id>/reopen")
@guarded("proposal:confirm")
def reopen_proposal(proposal_id: int) -> ResponseReturnValue:
    """Take a line up again that was set aside."""
    done = service.reopen(proposal_id, by=current_actor(), revision=typed_revision())
    flash(_("Taken up again for %(name)s.", name=done.staff.name), "ok")
    return redirect(url_for("portal.proposals"))


@pages.post("/proposals/refresh")
@guarded("proposal:refresh")
def refresh_proposals() -> ResponseReturnValue:
    """Work out anew who in reach is due, instead of waiting for the night."""
    tally = service.refresh_reach(by=current_actor())
    flash(_("%(people)s people looked at: %(new)s new, %(changed)s changed, %(gone)s no longer due.",
            people=tally.people, new=tally.new + tally.reopened, changed=tally.changed,
            gone=tally.superseded + tally.expired), "ok")  # fmt: skip
    return redirect(url_for("portal.proposals"))


def _pair(text: str) -> tuple[int, int] | None:
    """`12-3`: proposal 12 in its revision 3."""
    left, _dash, right = text.partition("-")
    fine = all(part.isascii() and part.isdigit() and len(part) <= 18 for part in (left, right))
    return (int(left), int(right)) if fine else None


def _filters() -> dict[str, str]:
    return {name: request.values.get(f"list-{name}", request.args.get(name, ""))[:60] for name in FILTERS}


def _back() -> str:
    kept: dict[str, Any] = {name: value for name, value in _filters().items() if value}
    return url_for("portal.proposals", **kept)


def _list(
    status: int, *, lines: Sequence[service.Line] = (), errors: Mapping[str, Any] | None = None,
    remedy: Message | None = None, typed: Mapping[int, str] | None = None,
) -> ResponseReturnValue:  # fmt: skip
    actor, filters = current_actor(), _filters()
    filters["state"] = filters["state"] if filters["state"] in STATES else ProposalState.OPEN.value
    page = queries.listing(actor, filters, request.args.get("page"))
    groups = queries.groups(actor, filters["state"])
    _write_down_reading(page.rows)
    kept: dict[str, Any] = {name: value for name, value in filters.items() if value}

    def page_url(number: int) -> str:
        return url_for("portal.proposals", **{**kept, "page": number})

    shown = render_template(
        "portal/proposals.html", page=page, groups=groups, filters=filters, states=STATES, page_url=page_url,
        lines=lines, errors=errors or {}, remedy=remedy, typed=typed or {}, key=fresh_key(), rule_name=rule_name,
        may_refresh=actor.holds("proposal:refresh"), sees_pay=bool(policy.may(actor, "pay:read")),
        most=service.MOST_AT_ONCE,
    )  # fmt: skip
    return shown, status


def rule_name(rule: str) -> str:
    """A rule as people find it: its id and what it is about."""
    return f"{rule} {say(rule_title(rule))}"


def _write_down_reading(rows: Sequence[queries.Row]) -> None:
    """The lines show wages, so whose were looked at is kept."""
    subjects = [row.proposal.staff_id for row in rows]
    if subjects:
        with reading():
            audit.read("proposal:read", by=current_actor(), kind="proposals", record_id=0, subjects=subjects)
