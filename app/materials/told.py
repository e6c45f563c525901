"""What a paper says, as it is shown: point by point, how sure, where on the page, and what a person corrected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.materials.comparing import nowhere
from app.materials.kinds import NAMES, FoundKind, Kind
from app.materials.people_named import FoundName
from app.materials.reading import Reading
from app.messages import Message
from models import MaterialReading

CORRECTED = "corrected"
"""Under which name a correction stands beside what was found."""
IDENTITIES = "identities"
"""The identity numbers that were found, in order: encrypted, and as the index by which they are compared."""
DAYS: Mapping[str, Message] = {
    "valid_to": Message("Valid until"),
    "valid_from": Message("Valid from"),
    "appointed": Message("Appointed on"),
    "assessed": Message("Assessed"),
    "issued": Message("Issued on"),
    "started_work": Message("First day of work"),
    "born": Message("Born on"),
}
_DATE = Message("Date")
_MOST_DAYS = 4
_APART = ("valid_to", "valid_from", "born")
"""Days that are not the date of a paper."""


@dataclass(frozen=True)
class Point:
    """One thing that a paper says. `marks` is where, on the page as it was judged; `was` what a correction replaced."""

    key: str
    label: Message
    value: Message | str
    sure: Message
    tone: str
    page: int = 0
    marks: tuple[tuple[float, ...], ...] = ()
    was: Message | str | None = None

    @property
    def measures(self) -> dict[str, Any]:
        """Its place as findings keep theirs."""
        return {"marks": [list(mark) for mark in self.marks]}


@dataclass(frozen=True)
class Told:
    """A reading as people see it. `failure` is set where nothing could be read."""

    points: tuple[Point, ...]
    reading: Reading
    revision: int
    failure: str = ""
    corrected_by: str = ""
    corrected_at: datetime | None = None
    has_identity: bool = False

    def on(self, page: int, *, besides: Iterable[Mapping[str, Any]] = ()) -> list[Point]:
        """What stands on one page, in order; `besides` are the measures of findings, which say what is at theirs."""
        taken = [mark for measures in besides for mark in measures.get("marks") or ()]
        here = [point for point in self.points if point.page == page and point.marks]
        return [point for point in here if not all(list(mark) in taken for mark in point.marks)]


def told(row: MaterialReading) -> Told:
    """What is known of an upload, from its row."""
    reading = known(row)
    found = Reading.from_json(row.found)
    changed = corrections(row)
    points = tuple(_points(reading, found, changed))
    by = row.corrected_by
    return Told(
        points, reading, row.revision, row.failure, by.display_name if by is not None else "", row.corrected_at,
        bool(row.found.get(IDENTITIES)),
    )  # fmt: skip


def corrections(row: MaterialReading) -> Mapping[str, Any]:
    """What a person said instead, by key: kind, name, valid_to, day, document_number."""
    kept = row.found.get(CORRECTED)
    if isinstance(kept, Mapping):
        return kept
    return {"kind": row.kind, "name": row.name} if row.corrected_at is not None else {}


def known(row: MaterialReading) -> Reading:
    """The reading with a person's corrections in place of what was found."""
    return corrected(Reading.from_json(row.found), corrections(row))


def corrected(found: Reading, changed: Mapping[str, Any]) -> Reading:
    """A reading as a person corrected it; what was not corrected stays as it was found."""
    reading = found
    if changed.get("kind"):
        kind = Kind(changed["kind"])
        page, box = (found.kind.page, found.kind.box) if found.kind and found.kind.kind is kind else (1, None)
        reading = replace(reading, kind=FoundKind(kind, 1.0, page, box))
    if "name" in changed:
        name = changed["name"]
        place = next((one for one in found.names if one.name == name), None)
        one = replace(place, confidence=1.0) if place else FoundName(name, 1.0, 1, (0.0, 0.0, 0.0, 0.0))
        reading = replace(reading, names=(one,) if name else ())
    days = list(reading.days)
    if "valid_to" in changed:
        days = [day for day in days if day.label != "valid_to"]
        days += [nowhere(changed["valid_to"], "valid_to")] if changed["valid_to"] else []
    if "day" in changed:
        label = main_label(reading)
        days = [day for day in days if day.label in _APART]
        days += [nowhere(changed["day"], label)] if changed["day"] else []
    reading = replace(reading, days=tuple(days))
    if "document_number" in changed:
        number = changed["document_number"]
        reading = replace(reading, document_numbers=(nowhere(number),) if number else ())
    return reading


def main_label(reading: Reading) -> str:
    """What the date is called that counts on a paper of this kind."""
    of_kind = {Kind.APPOINTMENT: "appointed", Kind.ASSESSMENT: "assessed"}
    return of_kind.get(reading.kind.kind, "") if reading.kind else ""


def main_day(reading: Reading) -> str:
    """The date that counts on a paper: the one it names so, else the latest that is neither a birth date nor a term."""
    days = [day.value for day in reading.days if day.label not in _APART]
    named = [day.value for day in reading.days if day.label and day.label == main_label(reading)]
    return max(named or days, default="")


def as_typed(reading: Reading) -> dict[str, str]:
    """What a form for a correction is filled in with. A month alone is left to the person."""
    until, number = reading.day("valid_to"), next(iter(reading.document_numbers), None)
    return {
        "kind": reading.kind.kind.value if reading.kind else "",
        "name": reading.name.name if reading.name else "",
        "valid_to": until.value if until else "",
        "day": main_day(reading),
        "document_number": number.value if number else "",
    }


def _points(reading: Reading, found: Reading, changed: Mapping[str, Any]) -> Iterator[Point]:
    before = as_typed(found)
    if reading.kind is not None:
        one, was = reading.kind, _was("kind", before, changed)
        yield _point("kind", Message("Kind"), NAMES[one.kind], one.confidence, reading, one.page, one.box,
                     was=NAMES[Kind(was)] if was else was)  # fmt: skip
    if reading.name is not None:
        name = reading.name
        yield _point("name", Message("Name"), name.name, name.confidence, reading, name.page, name.box,
                     was=_was("name", before, changed))  # fmt: skip
    for number in reading.id_numbers[:2]:
        yield _point("id_number", Message("Identity number"), number.value, number.confidence, reading, number.page,
                     number.box)  # fmt: skip
    for day in _days(reading):
        key = day.label if day.label in _APART else "day"
        is_said = day.box[0] >= day.box[2]
        yield _point(key, DAYS.get(day.label, _DATE), day.value, day.confidence, reading, day.page, day.box,
                     was=_was(key, before, changed) if is_said else None)  # fmt: skip
    for one_number in reading.document_numbers[:2]:
        yield _point("document_number", Message("Document number"), one_number.value, one_number.confidence, reading,
                     one_number.page, one_number.box, was=_was("document_number", before, changed))  # fmt: skip


def _days(reading: Reading) -> list[Any]:
    """The days that the paper calls something; without any, its first ones. Each day once."""
    named = {(day.label, day.value): day for day in reversed(reading.days) if day.label}
    if not {label for label, _ in named} - {"born"}:
        named |= {("", day.value): day for day in reversed(reading.days[:3]) if not day.label}
    order = [*DAYS, ""]
    return sorted(named.values(), key=lambda day: order.index(day.label) if day.label in order else 99)[:_MOST_DAYS]


def _was(key: str, before: Mapping[str, str], changed: Mapping[str, Any]) -> str | None:
    return before[key] if key in changed and key in before and changed[key] != before[key] else None


def _point(
    key: str, label: Message, value: Message | str, confidence: float, reading: Reading, page: int, box: Any, *,
    was: Message | str | None = None,
) -> Point:  # fmt: skip
    marks = tuple(tuple(mark) for mark in reading.marks(page, box))
    if confidence >= 1.0 and not marks and was is not None:
        return Point(key, label, value, Message("corrected by hand"), "info", was=was or Message("nothing"))
    sure, tone = in_words(confidence)
    return Point(key, label, value, sure, tone, page if marks else 0, marks, was)


def in_words(confidence: float) -> tuple[Message, str]:
    """How sure the reading is, as people say it."""
    if confidence >= 0.85:
        return Message("clearly read"), "ok"
    if confidence >= 0.6:
        return Message("probably"), "wait"
    return Message("uncertain, please check"), "warn"
