"""What the small demo must show: work in every state at the demo clerk's school, and somebody due for each item."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from app.demo import people, rows, timeline
from app.demo.people import Change, Person, an_identity_number
from app.demo.units import City

# state, position of the step among the item's steps (None: any), plan, and how many
WANTED: tuple[tuple[str, int | None, str, int], ...] = (
    ("DRAFT", None, "draft", 1),
    ("IN_REVIEW", 0, "approve", 2),
    ("IN_REVIEW", 1, "approve", 3),
    ("IN_REVIEW", 2, "approve", 3),
    ("IN_REVIEW", 3, "approve", 2),
    ("IN_REVIEW", 4, "approve", 3),
    ("RETURNED", 1, "return", 1),
    ("APPROVED", None, "approve", 3),
    ("AT_FINANCE", None, "approve", 2),
    ("REJECTED", None, "reject", 1),
    ("WITHDRAWN", None, "withdraw", 1),
)


def arrange(
    city: City,
    everybody: list[Person],
    applications: list[rows.Filed],
    items: dict[str, Any],
    random: Random,
    now: datetime,
) -> None:
    """Give some of this year's applications the course that is wanted, and add the people who are due for something."""
    school = city.places["school"]
    recent = [filed for filed in applications if filed.change.event.get("year") == 2017]
    recent.sort(key=lambda filed: (filed.person.unit.id != school, filed.id))
    wanted = [want for want in WANTED for _ in range(want[3])]
    for turn, (filed, (state, step, plan, _)) in enumerate(zip(recent, wanted, strict=False)):
        if turn % 3 and filed.person.changes[0].event["type"] == "opening":
            filed = _appointed(filed, items["NCGZ-11"], applications, random, now)
        steps = items["NCGZ-11" if filed.change.item == "NCGZ-11" else "NCGZ-12"].steps
        filed.story = _course(steps, state, step, plan, random, now)
    _leave_something_to_do(city, everybody, applications, random)


def _appointed(
    filed: rows.Filed, item: Any, applications: list[rows.Filed], random: Random, now: datetime
) -> rows.Filed:
    """Besides this year's increment, the person is appointed to the next higher post: an application with materials."""
    person = filed.person
    if not people.may_rise(person):
        return filed
    change = people.rise(person, timeline.working_day(now.date() - timedelta(days=random.randint(22, 30))))
    person.changes.append(change)
    added = rows.Filed(0, person, change, filed.story, item.item_id, item.version_id)
    applications.append(added)
    return added


def _course(
    steps: list[timeline.Step], state: str, step: int | None, plan: str, random: Random, now: datetime
) -> timeline.Story:
    """A course that stands at the wanted place now, found by trying days of filing."""
    for back in range(600):
        day = timeline.working_day(now.date() - timedelta(days=1 + back % 20))
        if day >= now.date():
            continue
        story = timeline.tell(timeline.moment(day, random), steps, now, random, plan=plan)
        if story.state == state and (step is None or (story.step and story.step.key == steps[step].key)):
            return story
    raise LookupError(f"no course of an application ends in {state} at step {step}")


def _leave_something_to_do(city: City, everybody: list[Person], applications: list[rows.Filed], random: Random) -> None:
    """Two new colleagues without a wage, one whose probation year has just ended, two without this year's increment."""
    unit = next(unit for unit in city.units if unit.id == city.places["school"])
    due = [
        ("林晓雨", "LXY", "BACHELOR", date(2018, 4, 2), []),
        ("周子昂", "ZZA", "MASTER", date(2018, 4, 2), []),
        ("许嘉怡", "XJY", "BACHELOR", date(2017, 4, 5), [Change({"type": "join", "date": "2017-04-05"})]),
    ]
    taken = {person.id_number for person in everybody}
    for name, initials, education, joined, changes in due:
        number = len(everybody) + 1
        born = date(joined.year - 24, 9, 12 + number % 10)
        everybody.append(
            Person(
                number,
                unit,
                f"{unit.code[2:]}{number:06d}",
                name,
                initials,
                name == "周子昂",
                born,
                an_identity_number(born, name == "周子昂", random, taken),
                education,
                "COMPULSORY_TEACHER",
                joined.year,
                joined,
                joined,
                changes,
                pending=not changes,
            )
        )
    settled = [p for p in everybody if p.unit.id == unit.id and p.changes and p.changes[0].event["type"] == "opening"]
    in_work = {id(filed.person) for filed in applications if filed.story.state != "PAID"}
    idle = [person for person in settled if id(person) not in in_work][:2]
    for person in idle:
        person.changes = [change for change in person.changes if change.event.get("year") != 2017]
        applications[:] = [
            filed for filed in applications if filed.person is not person or filed.change in person.changes
        ]
