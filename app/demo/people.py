"""The people of the demo city and the changes of their careers since the summer of 2016, each maybe filed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from stdnum.cn import ric

from app.demo.names import a_name
from app.demo.timeline import working_day
from app.demo.units import City, DemoUnit
from app.pay.errors import PayError
from app.pay.standards import standards

OPENING_DAY = date(2016, 7, 1)  # from when the official tables of 2016 are complete enough to pay by
EDUCATIONS = (("DOCTOR", 1), ("MASTER", 12), ("BACHELOR", 57), ("JUNIOR_COLLEGE", 24), ("SECONDARY", 6))
REGIONS = ("360102", "360103", "360104", "360111", "360121", "360122", "360123", "360124")
START_AGE = {"DOCTOR": 28, "MASTER": 25, "BACHELOR": 22, "JUNIOR_COLLEGE": 21, "SECONDARY": 19}
FIRST_GRADE = {"DOCTOR": 14, "MASTER": 11, "BACHELOR": 7, "JUNIOR_COLLEGE": 5, "SECONDARY": 2}
FIRST_POST = {"DOCTOR": 10, "MASTER": 12, "BACHELOR": 12, "JUNIOR_COLLEGE": 13, "SECONDARY": 13}


@dataclass
class Change:
    """A dated change of a career; `item` is the service item it is filed under, None if older than the system."""

    event: dict[str, Any]
    item: str | None = None
    filed_on: date | None = None
    answers: dict[str, Any] = field(default_factory=dict)


@dataclass
class Person:
    id: int
    unit: DemoUnit
    staff_no: str
    name: str
    initials: str
    male: bool
    born: date
    id_number: str
    education: str
    occupation: str | None
    teaching_start: int | None
    work_start: date
    joined: date
    changes: list[Change] = field(default_factory=list)
    pending: bool = False

    def facts(self) -> dict[str, Any]:
        """The person as the career format describes one."""
        facts: dict[str, Any] = {
            "staff_type": "INSTITUTION",
            "education": self.education,
            "work_start": f"{self.work_start:%Y-%m}",
        }
        if self.occupation:
            facts |= {"occupation": self.occupation, "teaching_start_year": self.teaching_start}
        return facts


def settle(city: City, random: Random) -> list[Person]:
    """Fill every institution with its staff."""
    people: list[Person] = []
    taken: set[str] = set()
    for unit in city.institutions():
        for _ in range(unit.size):
            people.append(_person(len(people) + 1, unit, random, taken))
    return people


def _person(number: int, unit: DemoUnit, random: Random, taken: set[str]) -> Person:
    kind = random.choices(("settled", "new", "fresh"), (87, 6, 7))[0]
    education = random.choices([code for code, _ in EDUCATIONS], [share for _, share in EDUCATIONS])[0]
    start = START_AGE[education]
    joined = {
        "settled": date(random.randint(1985 if education != "DOCTOR" else 2000, 2015), random.choice((7, 8, 9)), 1),
        "new": date(2016, random.choice((8, 9)), 1),
        "fresh": date(2017, random.choice((8, 9)), 1),
    }[kind]
    born = date(joined.year - start - random.randint(0, 2), random.randint(1, 12), random.randint(1, 28))
    male = random.random() < 0.42
    name, initials = a_name(random)
    in_service = unit.occupation if random.random() < 0.86 else None
    person = Person(
        number,
        unit,
        f"{unit.code[2:]}{number:06d}",
        name,
        initials,
        male,
        born,
        an_identity_number(born, male, random, taken),
        education,
        in_service,
        joined.year if in_service else None,
        joined,
        joined,
    )
    if kind == "settled":
        _settled(person, random)
    else:
        _joined(person, random, graded=kind == "new")
    return person


def _settled(person: Person, random: Random) -> None:
    years = OPENING_DAY.year - person.joined.year
    post = max(FIRST_POST[person.education] - min(years // 5, 6) + random.choice((0, 0, 0, 1)), 5)
    post = min(post, 13)
    grade = min(FIRST_GRADE[person.education] + max(years - 1, 0) + random.choice((0, 0, 1, 2)), 55)
    grade = _payable(max(grade, _start_grade(post)))
    person.changes.append(
        Change({"type": "opening", "date": OPENING_DAY.isoformat(), "post": f"TECH-{post}", "grade": grade})
    )
    late = random.random() < 0.24
    _assess(person, 2016, random, date(2017, 4, 5) if late else None, 55)
    if random.random() < 0.12 and post > 5:
        _appoint(person, post - 1, random)
    _assess(person, 2017, random, date(2018, 1, 8), 85)


def _joined(person: Person, random: Random, *, graded: bool) -> None:
    answers: dict[str, Any] = {
        "joined_on": person.joined.isoformat(),
        "education": person.education,
        "graduation_year": person.joined.year,
    }
    if person.occupation:
        answers |= {"occupation": person.occupation, "teaching_start_year": person.teaching_start}
    filed = person.joined + timedelta(days=random.randint(3, 20)) if not graded else None
    person.changes.append(
        Change({"type": "join", "date": person.joined.isoformat()}, "NCGZ-01" if filed else None, filed, answers)
    )
    if not graded:
        return
    day = person.joined.replace(year=person.joined.year + 1)
    post = f"TECH-{FIRST_POST[person.education]}"
    person.changes.append(
        Change(
            {"type": "grading", "date": day.isoformat(), "post": post},
            "NCGZ-02",
            day + timedelta(days=random.randint(1, 25)),
            {"graded_on": day.isoformat(), "post": post, "extra_grades": 0, "education_changed": False},
        )
    )
    _assess(person, 2017, random, date(2018, 1, 8), 85)


def _assess(person: Person, year: int, random: Random, filed_from: date | None, within_days: int) -> None:
    qualified = random.random() < 0.975
    result = random.choices(("QUALIFIED", "EXCELLENT"), (85, 15))[0] if qualified else "BASICALLY_QUALIFIED"
    filed = filed_from + timedelta(days=random.randint(0, within_days)) if filed_from and qualified else None
    person.changes.append(
        Change(
            {"type": "assessment", "year": year, "result": result},
            "NCGZ-12" if filed else None,
            filed,
            {"assessment_year": year, "result": result},
        )
    )


def _appoint(person: Person, post: int, random: Random) -> None:
    day = working_day(date(2017, 4, 10) + timedelta(days=random.randint(0, 340)))
    code = f"TECH-{post}"
    person.changes.append(
        Change(
            {"type": "post_appointment", "date": day.isoformat(), "post": code},
            "NCGZ-11",
            day + timedelta(days=random.randint(2, 18)),
            {"appointed_on": day.isoformat(), "post": code},
        )
    )


def may_rise(person: Person) -> bool:
    """Whether the person holds a post that has a higher one, and is not being appointed already."""
    kinds = [change.event["type"] for change in person.changes]
    return kinds[:1] == ["opening"] and "post_appointment" not in kinds and _level(person) > 5


def rise(person: Person, day: date) -> Change:
    """The appointment to the next higher post."""
    code = f"TECH-{_level(person) - 1}"
    answers = {"appointed_on": day.isoformat(), "post": code}
    return Change({"type": "post_appointment", "date": day.isoformat(), "post": code}, "NCGZ-11", day, answers)


def _level(person: Person) -> int:
    return int(person.changes[0].event["post"].removeprefix("TECH-"))


def _start_grade(post: int) -> int:
    """The starting grade of a professional post, from the tables."""
    return standards().start_grades[f"TECH-{post}"]


@cache
def _payable(grade: int) -> int:
    """The grade or the next one above it from which two increments can be paid by the tables we hold (D-5)."""
    while not all(_has_amount(step) for step in range(grade, grade + 3)):
        grade += 1
    return grade


def _has_amount(grade: int) -> bool:
    try:
        standards().cell("institution_grade_wage_cadre", "tech_mgmt_grade", str(grade), None, OPENING_DAY)
    except PayError:
        return False
    return True


def an_identity_number(born: date, male: bool, random: Random, taken: set[str]) -> str:
    """A well-formed identity number that nobody else in the demo has."""
    while True:
        base = f"{random.choice(REGIONS)}{born:%Y%m%d}{random.randint(0, 499) * 2 + (1 if male else 0):03d}"
        number = base + str(ric.calc_check_digit(base + "0"))
        if number not in taken:
            taken.add(number)
            return number
