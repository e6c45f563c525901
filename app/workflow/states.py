"""The states of an application, the moves between them, and what both are called. No other move exists."""

from __future__ import annotations

from dataclasses import dataclass

from app.messages import Message
from models.applications import ApplicationState as State


@dataclass(frozen=True)
class Move:
    """A declared move: the verb that makes it, where it may start, and where it ends."""

    verb: str
    sources: frozenset[State]
    target: State


def _move(verb: str, target: State, *sources: State) -> Move:
    return Move(verb, frozenset(sources), target)


MOVES: dict[str, Move] = {
    move.verb: move
    for move in (
        _move("submitted", State.IN_REVIEW, State.DRAFT),
        _move("resubmitted", State.IN_REVIEW, State.RETURNED),
        _move("passed", State.IN_REVIEW, State.IN_REVIEW),  # a step approves and another follows
        _move("returned", State.RETURNED, State.IN_REVIEW),
        _move("rejected", State.REJECTED, State.IN_REVIEW),
        _move("approved", State.APPROVED, State.IN_REVIEW),  # the last step approves
        _move("withdrawn", State.WITHDRAWN, State.DRAFT, State.IN_REVIEW, State.RETURNED),
        _move("recalled", State.DRAFT, State.IN_REVIEW),  # the unit takes it back to correct it
        _move("taken", State.AT_FINANCE, State.APPROVED),
        _move("paid", State.PAID, State.AT_FINANCE),
        _move("undone", State.REJECTED, State.APPROVED, State.AT_FINANCE),  # its wage record was taken back
    )
}

STATES: dict[str, Message] = {
    State.DRAFT: Message("Draft"),
    State.IN_REVIEW: Message("In review"),
    State.RETURNED: Message("Returned for correction"),
    State.APPROVED: Message("Approved"),
    State.AT_FINANCE: Message("At finance"),
    State.PAID: Message("Paid"),
    State.REJECTED: Message("Rejected"),
    State.WITHDRAWN: Message("Withdrawn"),
}

# What happened, for histories and for telling who was first.
EVENTS: dict[str, Message] = {
    "started": Message("started"),
    "submitted": Message("submitted"),
    "resubmitted": Message("corrected and submitted again"),
    "claimed": Message("claimed"),
    "released": Message("released"),
    "passed": Message("approved at this step"),
    "returned": Message("returned for correction"),
    "rejected": Message("rejected"),
    "approved": Message("approved for good"),
    "withdrawn": Message("withdrawn"),
    "recalled": Message("recalled by the unit"),
    "recall_asked": Message("the unit asks to have it back"),
    "recall_refused": Message("not given back"),
    "transferred": Message("handed over to a colleague"),
    "urged": Message("urged by the unit"),
    "copied": Message("sent for information"),
    "opinion_asked": Message("opinion asked"),
    "opinion_given": Message("opinion given"),
    "opinion_withdrawn": Message("question withdrawn"),
    "drawn": Message("reviewer drawn by lot"),
    "not_drawn": Message("nobody could be drawn by lot; whoever may decide takes it"),
    "agreed": Message("approved, and further voices are needed"),
    "disagreed": Message("rejected, and further voices are heard"),
    "reminded": Message("reminded: the limit comes near"),
    "overdue": Message("reminded: the limit is over"),
    "escalated": Message("escalated: still undecided after the limit"),
    "taken": Message("taken by finance"),
    "paid": Message("paid"),
    "undone": Message("wage record undone"),
    "line_returned": Message("returned by finance"),
    "line_released": Message("released to finance again"),
}


def state_name(state: str) -> Message:
    return STATES.get(state) or Message("%(code)s", code=state)


def event_name(kind: str) -> Message:
    return EVENTS.get(kind) or Message("%(code)s", code=kind)


def allowed(source: str, target: str) -> bool:
    """Whether some verb moves an application from `source` to `target`."""
    return any(source in move.sources and target == move.target for move in MOVES.values())
