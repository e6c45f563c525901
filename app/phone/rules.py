"""How a phone link stands at a moment, how long it lasts, and the sentence for each way in which it has ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from app.errors import Refused
from app.messages import Message

TO_OPEN = timedelta(minutes=10)  # how long a link waits for its phone
ONCE_OPENED = timedelta(minutes=30)  # how long the phone may send


class Standing(StrEnum):
    WAITING = "waiting"  # made, and not opened yet
    OPEN = "open"
    EXPIRED = "expired"  # nobody opened it in time
    OVER = "over"  # opened, and its time is over
    DONE = "done"  # ended at the phone
    CLOSED = "closed"  # ended at the desk
    REPLACED = "replaced"  # a newer link was made


class Link(Protocol):
    """What the rules look at."""

    expires_at: datetime
    usable_until: datetime | None
    closed_at: datetime | None
    close_reason: str | None


_CLOSINGS = {"done": Standing.DONE, "desk": Standing.CLOSED, "replaced": Standing.REPLACED}


def standing(link: Link, now: datetime) -> Standing:
    """How the link stands. Whoever closed it is named rather than the time that ran out later."""
    if link.closed_at is not None:
        return _CLOSINGS[link.close_reason or "desk"]
    if link.usable_until is not None:
        return Standing.OPEN if now < link.usable_until else Standing.OVER
    return Standing.WAITING if now < link.expires_at else Standing.EXPIRED


def runs_until(link: Link) -> datetime:
    """The moment at which the link ends by itself."""
    return link.usable_until or link.expires_at


@dataclass(frozen=True)
class Ending:
    """What a phone is told: what happened, and what to do now."""

    happened: Message
    now: Message
    status: int = 410


class LinkGone(Refused):
    """A link that does not let in. `code` says why; an unknown one is answered like one that never was."""

    def __init__(self, code: str, ending: Ending) -> None:
        super().__init__(ending.happened, remedy=ending.now, code=code)
        self.status = ending.status


_NEW = Message("Ask for a new code at the desk and scan it.")
ENDINGS: dict[str, Ending] = {
    "unknown": Ending(
        Message("This link is not known here. Perhaps only a part of the address was copied."),
        Message("Scan the code on the desk's screen once more, or ask for a new one there."),
        status=404,
    ),
    "none": Ending(
        Message("No link has been opened on this phone."),
        Message("Open the application at the desk, press “Go on with a phone” and scan the code."),
        status=404,
    ),
    "used": Ending(
        Message("This link has already been opened on another device, and works only there."),
        Message("Go on there. If that was not you, close the link at the desk and make a new one."),
    ),
    Standing.EXPIRED: Ending(
        Message("This link was not opened within %(minutes)s minutes.", minutes=TO_OPEN.seconds // 60), _NEW
    ),
    Standing.OVER: Ending(
        Message(
            "The %(minutes)s minutes of this link are over. Everything that had arrived is kept.",
            minutes=ONCE_OPENED.seconds // 60,
        ),
        Message("If something is missing, ask for a new code at the desk and scan it."),
    ),
    Standing.DONE: Ending(
        Message("You are done on this phone. Everything that you sent has arrived."),
        Message("Go on at the desk; the photos are on the page of the application."),
    ),
    Standing.CLOSED: Ending(
        Message("This link was closed at the desk. Everything that had arrived is kept."),
        Message("If something is missing, ask for a new code at the desk and scan it."),
    ),
    Standing.REPLACED: Ending(
        Message("A newer link was made at the desk, so this one ended. Everything that had arrived is kept."),
        Message("Scan the newer code on the desk's screen."),
    ),
    "opened_here": Ending(
        Message("This link is already open on this phone."), Message("Go on with the photos."), status=409
    ),
    "withdrawn_right": Ending(
        Message("The account that made this link may no longer add materials here."),
        Message("Ask the administrator of your unit. Everything that had arrived is kept."),
    ),
    "closed_application": Ending(
        Message("This application is closed meanwhile, so nothing can be added."),
        Message("Look at the desk how it stands now."),
    ),
}


def gone(code: str) -> LinkGone:
    """The refusal for a way in which a link does not let in."""
    return LinkGone(code, ENDINGS[code])


def submitted_meanwhile(*, filed: int, dropped: bool) -> LinkGone:
    """The application went off while the link stood open: says which of the files sent here went with it."""
    happened = Message(
        "This application was submitted meanwhile. Files from this phone that went with it: %(count)s.", count=filed
    )
    if dropped:
        happened = Message("%(happened)s Files that had been refused were left out.", happened=happened)
    now = Message("Nothing needs to be done here. If it is returned to the unit, a new link can be made.")
    return LinkGone("submitted", Ending(happened, now))
