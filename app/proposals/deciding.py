"""A person's word on a proposal other than confirming it: set aside with a reason, taken up again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.audit import service as audit
from app.errors import Conflict, Invalid, NotFound, Stale
from app.messages import Message
from app.uow import atomic
from models import Proposal, db
from models.proposals import ProposalState

PERMISSION = "proposal:confirm"


@atomic
def set_aside(proposal_id: int, *, by: Actor, revision: int, reason: str) -> Proposal:
    """Put an open proposal aside, with the reason. The same wish twice is one deed.

    Raises Invalid without a reason, Conflict if it is closed otherwise, Stale if it changed meanwhile.
    """
    proposal = opened_for(proposal_id, by)
    reason = " ".join(reason.split())
    if not 2 <= len(reason) <= 500:
        raise Invalid(fields={"reason": Message("Write in 2 to 500 characters why it is set aside.")})
    if proposal.state == ProposalState.SET_ASIDE and proposal.reason == reason:
        return proposal
    if proposal.state != ProposalState.OPEN:
        raise why_closed(proposal)
    hold(
        proposal, revision=revision, state=ProposalState.SET_ASIDE, closed_at=clock.now(),
        closed_by_id=by.account_id, reason=reason,
    )  # fmt: skip
    return _written(proposal, "proposal:set_aside", by, note=reason)


@atomic
def reopen(proposal_id: int, *, by: Actor, revision: int) -> Proposal:
    """Take up again what was set aside. Raises Conflict if it is closed otherwise, Stale if it changed meanwhile."""
    proposal = opened_for(proposal_id, by)
    if proposal.state == ProposalState.OPEN:
        return proposal
    if proposal.state != ProposalState.SET_ASIDE:
        raise why_closed(proposal)
    hold(
        proposal, revision=revision, held=ProposalState.SET_ASIDE, state=ProposalState.OPEN, closed_at=None,
        closed_by_id=None, reason="",
    )  # fmt: skip
    return _written(proposal, "proposal:reopen", by)


def opened_for(proposal_id: int, by: Actor) -> Proposal:
    """The proposal as it is now, for who may decide on it. Raises NotFound out of reach, NotAllowed.

    It is locked until the work ends: of two who decide at once, the second reads what the first has done, by name.
    """
    require(by, PERMISSION)
    proposal = db.session.get(Proposal, proposal_id, populate_existing=True, with_for_update=True)
    if proposal is None:
        raise NotFound
    require(by, PERMISSION, proposal)
    return proposal


def hold(proposal: Proposal, *, revision: int, held: ProposalState = ProposalState.OPEN, **values: Any) -> None:
    """The guarded update of a decision: state and revision, exactly one row."""
    done = db.session.execute(
        update(Proposal)
        .where(Proposal.id == proposal.id, Proposal.revision == revision, Proposal.state == held)
        .values(revision=revision + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(
            Message("The proposal for %(name)s was changed since you opened the page.", name=proposal.staff.name),
            remedy=Message("Reload the page to see it as it is now."),
        )
    db.session.expire(proposal)


def why_closed(proposal: Proposal) -> Conflict:
    """Why a proposal that is not open cannot be decided on, and where to go."""
    name = proposal.staff.name
    who = proposal.closed_by.display_name if proposal.closed_by is not None else ""
    at = f"{clock.local(proposal.closed_at):%Y-%m-%d %H:%M}" if proposal.closed_at is not None else ""
    number = proposal.application.number if proposal.application is not None else ""
    said = {
        ProposalState.OPEN: Message("The proposal for %(name)s is open.", name=name),
        ProposalState.CONFIRMED: Message(
            "%(who)s already confirmed the proposal for %(name)s at %(at)s: application %(number)s.",
            who=who, name=name, at=at, number=number,
        ),
        ProposalState.SET_ASIDE: Message(
            "%(who)s set the proposal for %(name)s aside at %(at)s: %(reason)s",
            who=who, name=name, at=at, reason=proposal.reason,
        ),
        ProposalState.SUPERSEDED: Message(
            "The proposal for %(name)s was filed otherwise, as application %(number)s.", name=name, number=number
        ),
        ProposalState.EXPIRED: Message("%(name)s is no longer due for this.", name=name),
    }  # fmt: skip
    return Conflict(said[ProposalState(proposal.state)], remedy=Message("Reload the list to see what is still open."))


def _written(proposal: Proposal, action: str, by: Actor, *, note: str = "") -> Proposal:
    audit.record(
        action, by=by, kind="proposal", record_id=proposal.id, unit_id=proposal.unit_id,
        subjects=[proposal.staff_id], after={"state": proposal.state}, note=note,
    )  # fmt: skip
    return proposal
