"""The state of an application as every screen shows it: word, tone and icon, so that colour never speaks alone."""

from __future__ import annotations

from app.messages import Message
from app.workflow.states import STATES
from models.applications import ApplicationState as State

_FACES = {
    State.DRAFT: ("wait", "edit"),
    State.IN_REVIEW: ("info", "clock"),
    State.RETURNED: ("warn", "return"),
    State.APPROVED: ("ok", "check"),
    State.AT_FINANCE: ("info", "money"),
    State.PAID: ("ok", "check-circle"),
    State.REJECTED: ("bad", "cross-circle"),
    State.WITHDRAWN: ("wait", "ban"),
}


def application_face(state: str) -> tuple[Message, str, str]:
    """Word, tone and icon of a state."""
    tone, icon = _FACES[State(state)]
    return STATES[state], tone, icon
