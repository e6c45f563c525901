"""When and in which words a message goes: quiet hours, digest, waiting between attempts, sentences with their facts."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from app import clock

ATTEMPTS = 8
"""After so many the message lies among the dead letters until somebody sends it again."""
_FIRST_WAIT, _LONGEST_WAIT = 15.0, 3600.0
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Text:
    """What an event says in one language: a title and a body, and the short form for text messages and chat."""

    title: str
    body: str
    short: str


def wait_before(attempt: int, *, chance: Callable[[], float] = random.random) -> timedelta:
    """How long to wait before the next attempt after so many: doubling, up to an hour, each by its own chance between
    half and whole, so that messages that failed together do not come again together."""
    longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (attempt - 1))
    return timedelta(seconds=longest * (0.5 + 0.5 * chance()))


def minutes_of(moment: datetime) -> int:
    """Minutes since midnight on the office wall."""
    wall = clock.local(moment)
    return wall.hour * 60 + wall.minute


def is_quiet(moment: datetime, quiet_from: int | None, quiet_to: int | None) -> bool:
    """Whether a moment lies in somebody's quiet hours, which may go over midnight."""
    if quiet_from is None or quiet_to is None or quiet_from == quiet_to:
        return False
    minute = minutes_of(moment)
    if quiet_from < quiet_to:
        return quiet_from <= minute < quiet_to
    return minute >= quiet_from or minute < quiet_to


def after_quiet(moment: datetime, quiet_from: int | None, quiet_to: int | None) -> datetime:
    """The moment itself, or the end of the quiet hours in which it lies."""
    if not is_quiet(moment, quiet_from, quiet_to) or quiet_to is None:
        return moment
    return next_at(moment, quiet_to)


def next_at(moment: datetime, minute: int) -> datetime:
    """The first moment after this one at which the clock on the wall shows a minute of the day."""
    wall = clock.local(moment)
    there = datetime.combine(wall.date(), time(minute // 60, minute % 60), wall.tzinfo)
    return there if there > wall else there + timedelta(days=1)


def places_in(template: str) -> set[str]:
    """The names in braces in a sentence."""
    return set(_PLACE.findall(template))


def stray_braces(template: str) -> bool:
    """Whether a brace stands in it that belongs to no name."""
    return any(brace in _PLACE.sub("", template) for brace in "{}")


def fill(template: str, facts: Mapping[str, str]) -> str:
    """The sentence with its facts. What a fact holds is text: braces in it stand for nothing."""
    return _PLACE.sub(lambda place: facts.get(place.group(1), ""), template)


def shortened(text: str, longest: int) -> str:
    """The text, cut with an ellipsis where it is longer."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def on_one_line(text: str) -> str:
    """A subject or a short message has no line breaks, also where a fact brings some along."""
    return " ".join(text.split())


def read_minute(text: str) -> int | None:
    """`22:30` as minutes since midnight; None for anything else."""
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text.strip())
    return int(found.group(1)) * 60 + int(found.group(2)) if found else None


def shown_minute(minute: int | None) -> str:
    """Minutes since midnight as `22:30`."""
    return "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"
