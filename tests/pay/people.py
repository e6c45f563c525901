"""Careers for tests, written as a policy officer would tell them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.pay.careers import Person, Settings
from app.pay.errors import PayError
from app.pay.events import Assessment, Event, Grading, Join, Opening, PostAppointment, event_from_json
from app.pay.replay import Career, replay


def month(text: str) -> date:
    """`2018-04` as the first day of the month."""
    return date.fromisoformat(f"{text}-01")


def staff(**facts: Any) -> Person:
    return Person(staff_type="INSTITUTION", **facts)


def teacher(since: int = 2000, **facts: Any) -> Person:
    return staff(occupation="TEACHER", teaching_start_year=since, **facts)


def joined(day: str) -> Join:
    return Join(id="joined", date=date.fromisoformat(day))


def opened(day: str, post: str, grade: int) -> Opening:
    return Opening(id="opened", date=date.fromisoformat(day), post=post, grade=grade)


def graded(day: str, **said: Any) -> Grading:
    return Grading(id="graded", date=date.fromisoformat(day), **said)


def assessed(year: int, result: str = "QUALIFIED", **said: Any) -> Assessment:
    return Assessment(id=said.get("id", f"assessed-{year}"), year=year, result=result)


def appointed(day: str, post: str, **said: Any) -> PostAppointment:
    return PostAppointment(id=f"appointed-{day}", date=date.fromisoformat(day), post=post, **said)


def event(kind: str, day: str, /, **said: Any) -> Event:
    """Any other event, by its name in the format."""
    return event_from_json({"type": kind, "id": f"{kind}-{day}", "date": day, **said})


def career(person: Person, *events: Event, **settings: Any) -> Career:
    return replay(person, events, settings=Settings(**settings))


def grade_in(when: str, person: Person, *events: Event, **settings: Any) -> int:
    return int(career(person, *events, **settings).state_in(month(when))["grade"])


def total_in(when: str, person: Person, *events: Event, **settings: Any) -> int:
    """The total of a month in whole yuan, for cases without decimals."""
    total = career(person, *events, **settings).wage_in(month(when)).total
    assert total == int(total)
    return int(total)


def parts_in(when: str, person: Person, *events: Event, **settings: Any) -> dict[str, str]:
    """The components of a month by code."""
    wage = career(person, *events, **settings).wage_in(month(when))
    return {part.code: f"{part.amount:.2f}" for part in wage.components}


def refusal_in(when: str, person: Person, *events: Event, **settings: Any) -> str:
    """The code of the error that the wage of a month gives."""
    held = career(person, *events, **settings)
    with pytest.raises(PayError) as refusal:
        held.wage_in(month(when))
    assert str(refusal.value.message)
    assert refusal.value.remedy is not None
    return refusal.value.code
