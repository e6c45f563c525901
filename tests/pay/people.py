"""Careers for tests, written as a policy officer would tell them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.pay.answers import answer_case
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


def servant(**facts: Any) -> Person:
    return Person(staff_type="CIVIL_SERVANT", **facts)


def worker(**facts: Any) -> Person:
    return Person(staff_type="ORGAN_WORKER", **facts)


def placed(day: str, position: str | None, level: int, step: int, **said: Any) -> Event:
    """A civil servant taken over: not leading and with clocks of that year unless said otherwise."""
    year = int(day[:4])
    held: dict[str, Any] = {"level_clock": year, "step_clock": year, **said}
    if position is not None:
        held = {"position": position, "leading": False, **held}
    return event_from_json({"type": "opening", "id": "opened", "date": day, "level": level, "step": step, **held})


def qualified(first: int, last: int) -> list[Event]:
    """A qualified assessment in every year from the first to the last."""
    return [assessed(year) for year in range(first, last + 1)]


def state_in(when: str, person: Person, *events: Event, **settings: Any) -> dict[str, Any]:
    return career(person, *events, **settings).state_in(month(when))


def place_in(when: str, person: Person, *events: Event, **settings: Any) -> str:
    """Level and step of a civil servant, as `24-3`."""
    state = state_in(when, person, *events, **settings)
    return f"{state['level']}-{state['step']}"


def clocks_in(when: str, person: Person, *events: Event, **settings: Any) -> tuple[int, int]:
    """Level clock and step clock."""
    state = state_in(when, person, *events, **settings)
    return state["level_clock"], state["step_clock"]


def stopped_in(when: str, person: Person, *events: Event, **settings: Any) -> str:
    """The code of the error that the state of a month gives."""
    held = career(person, *events, **settings)
    with pytest.raises(PayError) as refusal:
        held.state_in(month(when))
    assert str(refusal.value.message)
    assert refusal.value.remedy is not None
    return refusal.value.code


def asked(person: dict[str, Any], events: list[dict[str, Any]], /, **query: Any) -> dict[str, Any]:
    """The answer to one question of a case in the exchange format, without sentences of errors."""
    settings = query.pop("settings", {})
    case = {
        "format": "career-case/1",
        "id": "A",
        "person": person,
        "settings": settings,
        "events": [{"id": f"e{index}", **said} for index, said in enumerate(events)],
        "queries": [{"id": "q", **query}],
    }
    answer = answer_case(case)
    assert answer["status"] == "ok", answer
    found: dict[str, Any] = answer["answers"][0]
    return found


def code_of(answer: dict[str, Any]) -> str:
    """The error code of an answer that has no amount."""
    assert answer["status"] == "error", answer
    assert answer["error"]["message"]
    assert not {"amount", "total", "components", "state", "value"} & answer.keys()
    return str(answer["error"]["code"])
