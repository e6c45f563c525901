"""Captions in WebVTT: read strictly enough that a browser shows every one of them, and written down cleanly."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.errors import Invalid
from app.messages import Message

MOST_CUES = 2000
_TIMES = re.compile(r"((?:\d{2,}:)?\d{2}:\d{2}\.\d{3})\s+-->\s+((?:\d{2,}:)?\d{2}:\d{2}\.\d{3})(?:\s.*)?$")


@dataclass(frozen=True)
class Cue:
    """One caption, from a moment to another, in seconds."""

    start: float
    end: float
    text: str


def read(text: str, *, field: str, seconds: float | None = None) -> list[Cue]:
    """The cues of a file. Raises Invalid at `field`, naming the line, where a browser would show nothing."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise _wrong(field, Message("Captions begin with a line that says WEBVTT."))
    cues: list[Cue] = []
    place = 1
    while place < len(lines):
        if "-->" not in lines[place]:
            place += 1
            continue
        cue, place = _cue(lines, place, field)
        if cues and cue.start < cues[-1].start:
            raise _wrong(field, Message("Line %(line)s: this caption begins before the one above it.", line=place))
        cues.append(cue)
        if len(cues) > MOST_CUES:
            raise _wrong(field, Message("There are more than %(count)s captions.", count=MOST_CUES))
    if not cues:
        raise _wrong(field, Message("There is no caption in it."))
    if seconds is not None and cues[-1].start >= seconds:
        raise _wrong(field, Message("The last caption begins after the end of the video."))
    return cues


def written(cues: list[Cue]) -> str:
    """The same as a file, with nothing in it but times and text."""
    blocks = [f"{_clock(one.start)} --> {_clock(one.end)}\n{one.text}" for one in cues]
    return "WEBVTT\n\n" + "\n\n".join(blocks) + "\n"


def _cue(lines: list[str], place: int, field: str) -> tuple[Cue, int]:
    found = _TIMES.fullmatch(lines[place].strip())
    if found is None:
        raise _wrong(field, Message("Line %(line)s: the times are not written as 00:12.000 --> 00:15.500.",
                                    line=place + 1))  # fmt: skip
    start, end = (_seconds(one) for one in found.groups())
    if end <= start:
        raise _wrong(field, Message("Line %(line)s: the caption ends before it begins.", line=place + 1))
    said: list[str] = []
    place += 1
    while place < len(lines) and lines[place].strip():
        said.append(re.sub(r"<[^>]*>", "", lines[place]).strip())
        place += 1
    text = "\n".join(one for one in said if one).replace("-->", "→")
    if not text:
        raise _wrong(field, Message("Line %(line)s: the caption has no text.", line=place))
    return Cue(start, end, text), place


def _seconds(text: str) -> float:
    parts = [float(part) for part in text.split(":")]
    return sum(part * 60**power for power, part in enumerate(reversed(parts)))


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours:02d}:{minutes:02d}:{rest:06.3f}"


def _wrong(field: str, message: Message) -> Invalid:
    return Invalid(fields={field: message})
