"""What a career tells of itself: which event brought an amount, and the sentences about what was and was not given."""

from __future__ import annotations

from typing import Any

from app.pay.careers import Person
from app.pay.components import Cause
from app.pay.events import Event, event_from_json
from tests.pay.people import career, month


def causes_in(when: str, person: Person, *events: Event, **settings: Any) -> dict[str, tuple[str, str | None, str]]:
    """By component: what brought its amount, by which event, and in which month."""
    wage = career(person, *events, **settings).wage_in(month(when))
    return {part.code: told(part.cause) for part in wage.components}


def told(cause: Cause | None) -> tuple[str, str | None, str]:
    assert cause is not None
    return cause.kind, cause.event, f"{cause.month:%Y-%m}"


def said_of(person: Person, *events: Event, **settings: Any) -> list[tuple[str, str]]:
    """What was considered and changed nothing: the month and the sentences."""
    notes = career(person, *events, **settings).notes
    return [(f"{note.month:%Y-%m}", " ".join(str(reason) for reason in note.reasons)) for note in notes]


def reasons_of(person: Person, *events: Event, **settings: Any) -> str:
    """The sentences of the newest link."""
    return " ".join(str(reason) for reason in career(person, *events, **settings).links[-1].reasons)


def bench(grade: str, step: int, clock: int = 2015) -> Event:
    """An organ worker taken over in July 2016."""
    said = {"technical_grade": grade, "step": step, "step_clock": clock}
    return event_from_json({"type": "opening", "id": "opened", "date": "2016-07-01", **said})
