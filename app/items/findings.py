"""What the checks before publication say: a sentence, what to do, how grave it is, and where."""

from __future__ import annotations

from dataclasses import dataclass

from app.messages import Message

BLOCKING, WARNING = "blocking", "warning"


@dataclass(frozen=True)
class Finding:
    """One thing found: `severity` blocking or warning, the sentence, what to do, and where: `materials.M01`."""

    severity: str
    message: Message
    remedy: Message
    place: str = ""


def block(message: Message, remedy: Message, place: str) -> Finding:
    """What keeps a version from being published."""
    return Finding(BLOCKING, message, remedy, place)
