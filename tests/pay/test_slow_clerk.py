"""A second, slower way to the same wages: a clerk who walks through every month (I-5, I-6, I-8, I-9).

The clerk shares no code with the engine but the printed tables, so that a mistake must be made twice to stay unseen.
"""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import app.pay
from app.pay.careers import Person
from app.pay.events import Assessment, Event, OccupationChange, Opening, PostAppointment
from app.pay.replay import replay

DATA = Path(app.pay.__file__).parent / "data"
START_YEAR, YEARS = 2007, 7


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


POST = {
    (row["category"], row["level"]): int(row["monthly_yuan"])
    for row in rows("institution_post_wage")
    if row["standard_code"] == "INST-2006-07"
}
GRADE = {
    int(row["level"]): int(row["monthly_yuan"])
    for row in rows("institution_grade_wage_cadre")
    if row["standard_code"] == "INST-2006-07"
}
START = {(row["category"], row["level"]): int(row["start_grade"]) for row in rows("institution_start_grade")}
CATEGORY = {"TECH": "tech_post", "MGMT": "mgmt_post"}
POSTS = [f"{series}-{level}" for series, top in (("TECH", 13), ("MGMT", 10)) for level in range(1, top + 1)]


def place(post: str) -> tuple[str, str]:
    series, level = post.split("-")
    return CATEGORY[series], level


def allowance(years: int) -> int:
    return 10 if years >= 20 else 7 if years >= 15 else 5 if years >= 10 else 3 if years >= 5 else 0


def clerk(person: Person, events: list[Event]) -> list[tuple[str, int, Decimal]]:
    """Post, grade and total of every month, walked through one by one."""
    opening = next(event for event in events if isinstance(event, Opening))
    post, grade, occupation = str(opening.post), int(opening.grade or 0), person.occupation
    results = {event.year: event.result for event in events if isinstance(event, Assessment)}
    skip: set[int] = set()
    walked = []
    for index in range(YEARS * 12):
        year, month = START_YEAR + index // 12, index % 12 + 1
        if month == 1 and index and results.get(year - 1) in ("EXCELLENT", "QUALIFIED") and year not in skip:
            grade += 1
        before = (year, month - 1) if month > 1 else (year - 1, 12)
        dated = [event for event in events if isinstance(event, PostAppointment | OccupationChange)]
        for event in sorted(dated, key=lambda event: event.date):
            if (event.date.year, event.date.month) != before:
                continue
            if isinstance(event, OccupationChange):
                occupation = event.occupation
                continue
            up = event.post.split("-")[0] != post.split("-")[0] or int(event.post.split("-")[1]) < int(
                post.split("-")[1]
            )
            post = event.post
            if up and grade < START[place(post)]:
                grade = START[place(post)]
                skip.add(year + 1)
        basic = POST[place(post)] + (GRADE[grade] if grade <= 65 else GRADE[65] + (grade - 65) * 80)
        total = Decimal(basic)
        if occupation is not None:
            total += (basic + 5) // 10
            years = year - int(person.teaching_start_year or 0) - person.teaching_deducted_years
            total += allowance(years)
        walked.append((post, grade, total))
    return walked


@st.composite
def careers(draw: st.DrawFn) -> list[Event]:
    last = date(START_YEAR + YEARS - 1, 11, 30)
    days = draw(st.lists(st.dates(date(START_YEAR, 1, 1), last), max_size=6, unique=True))
    events: list[Event] = [
        Opening(id="o", date=date(START_YEAR, 1, 1), post=draw(st.sampled_from(POSTS)), grade=draw(st.integers(1, 64)))
    ]
    for index, day in enumerate(days):
        if draw(st.integers(0, 3)):
            events.append(PostAppointment(id=f"p{index}", date=day, post=draw(st.sampled_from(POSTS))))
        else:
            kind = draw(st.sampled_from(["TEACHER", "NURSE", None]))
            events.append(OccupationChange(id=f"c{index}", date=day, occupation=kind))
    for year in range(START_YEAR, START_YEAR + YEARS):
        result = draw(st.sampled_from(["EXCELLENT", "QUALIFIED", "QUALIFIED", "BASICALLY_QUALIFIED", None]))
        if result:
            events.append(Assessment(id=f"a{year}", year=year, result=result))
    return events


@settings(max_examples=150, deadline=None)
@given(
    st.builds(
        Person,
        staff_type=st.just("INSTITUTION"),
        occupation=st.sampled_from(["TEACHER", None]),
        teaching_start_year=st.integers(1980, 2012),
        teaching_deducted_years=st.integers(0, 3),
    ),
    careers(),
)
def test_the_engine_and_the_slow_clerk_agree_in_every_month(person: Person, events: list[Event]) -> None:
    career = replay(person, events)
    for index, (post, grade, total) in enumerate(clerk(person, events)):
        month = date(START_YEAR + index // 12, index % 12 + 1, 1)
        wage = career.wage_in(month)
        assert (wage.state["post"], wage.state["grade"], wage.total) == (post, grade, total), month
