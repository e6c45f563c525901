"""Each change says in words why it came out so, and what changes nothing says why not."""

from __future__ import annotations

import pytest

from app.pay.careers import Person
from app.pay.events import Event
from tests.pay.people import (
    appointed,
    assessed,
    career,
    event,
    graded,
    joined,
    opened,
    placed,
    qualified,
    servant,
    staff,
    worker,
)
from tests.pay.told import bench, reasons_of, said_of

HELD = opened("2010-01-01", "TECH-10", 14)
BACHELOR = staff(education="BACHELOR")


def rank(level: int, step: int, code: str) -> Event:
    return placed("2010-01-01", None, level, step, rank=f"RANK_{code}")


def to(position: str | None, leading: bool = False) -> Event:
    said = {"leading": leading} if position is not None else {}
    return event("position_change", "2012-05-05", position=position, **said)


def sanctioned(kind: str, **said: object) -> Event:
    return event("sanction", "2012-05-05", kind=kind, **said)


INSTITUTION: list[tuple[Person, list[Event], str]] = [
    (BACHELOR, [joined("2016-08-01")], "Grading is due from 2017-08"),
    (staff(), [HELD], "Taken over"),
    (staff(), [HELD, assessed(2010)], "one grade up from 1 January 2011, to grade 15"),
    (BACHELOR, [joined("2016-08-01"), graded("2017-08-01")], "Grade by education"),
    (BACHELOR, [joined("2016-08-01"), graded("2017-08-01", post="TECH-10")], "starts at the higher grade 9"),
    (BACHELOR, [joined("2016-08-01"), graded("2017-08-01", extra_grades=2)], "2 extra grades give grade 9"),
    (BACHELOR, [joined("2016-08-01"), graded("2017-08-01", grade=8)], "The application states grade 8"),
    (BACHELOR, [joined("2016-08-01"), event("education_change", "2016-12-10", education="MASTER"),
                graded("2017-08-01", post="TECH-12")], "Grade by education (master)"),
    (staff(), [HELD, appointed("2010-05-10", "TECH-9")], "is not below the starting grade"),
    (staff(), [HELD, appointed("2010-05-10", "TECH-7")], "the increment of 1 January 2011 is skipped"),
    (staff(), [HELD, appointed("2010-05-10", "TECH-12")], "A lower post"),
    (staff(), [HELD, appointed("2010-05-10", "WORKER-1", grade=20)], "the application states grade 20"),
    (staff(), [HELD, event("sanction", "2012-05-05", kind="POST_LOWERED", no_lower_post=True)],
     "There is no lower post"),
    (staff(), [HELD, event("sanction", "2012-05-05", kind="POST_LOWERED", post="TECH-12")], "Lowered by 2 post levels"),
    (staff(), [HELD, sanctioned("EXPULSION")], "Expulsion"),
    (staff(), [HELD, event("retirement", "2012-05-05")], "pay stops in the month after"),
]  # fmt: skip
OFFICE: list[tuple[Person, list[Event], str]] = [
    (servant(education="BACHELOR"), [joined("2018-08-01")], "Grading is due from 2019-08"),
    (servant(education="BACHELOR"), [joined("2018-05-02"), graded("2019-05-02")], "Graded by bachelor"),
    (servant(), [placed("2010-01-01", "STAFF", 25, 2)], "Taken over"),
    (servant(), [placed("2010-01-01", "STAFF", 25, 2), *qualified(2010, 2011)],
     "Wage level: 2 of 5 qualified years since 2010. 2 qualified years: up to step 3."),
    (servant(), [placed("2010-01-01", "STAFF", 25, 2, level_clock=2007), *qualified(2007, 2011)],
     "5 qualified years: up to level 24"),
    (servant(), [placed("2010-01-01", "STAFF", 18, 2, level_clock=2007), *qualified(2007, 2011)],
     "The top of the range is reached"),
    (servant(), [placed("2010-01-01", "STAFF", 26, 3), to("SECT_DEPUTY")], "The level clock restarts in 2012"),
    (servant(), [placed("2010-01-01", "STAFF", 25, 1), to("SECT_DEPUTY")], "the step clock restarts in 2012"),
    (servant(), [placed("2010-01-01", "STAFF", 17, 3), to("SECT_DEPUTY")], "level and step stay"),
    (servant(), [placed("2010-01-01", "SECT_CHIEF", 22, 3), to("SECT_CHIEF", True)], "only the duty wage follows"),
    (servant(), [placed("2010-01-01", "SECT_CHIEF", 18, 3), to("SECT_DEPUTY")], "A lower position or rank"),
    (servant(), [placed("2010-01-01", "DIV_DEPUTY", 15, 3), to("SECT_DEPUTY")], "above the range and becomes level 17"),
    (servant(), [placed("2010-01-01", "SECT_DEPUTY", 24, 3),
                 event("rank_change", "2012-05-05", rank="RANK_CHIEF_CLERK_4")], "The first rank"),
    (servant(), [rank(22, 3, "CHIEF_CLERK_4"), event("rank_change", "2012-05-05", rank="RANK_CHIEF_CLERK_3")],
     "level and step stay"),
    (servant(), [placed("2010-01-01", "SECT_CHIEF", 22, 3), sanctioned("DOWNGRADE")], "Lowered to level 23, step 4"),
    (servant(), [placed("2010-01-01", "SECT_CHIEF", 22, 3), sanctioned("EXPULSION")], "Expulsion"),
]  # fmt: skip
BENCH: list[tuple[Person, list[Event], str]] = [
    (worker(), [bench("TECHNICIAN", 2)], "Taken over"),
    (worker(), [bench("SENIOR_WORKER", 4), event("technical_grade_change", "2017-02-03", technical_grade="TECHNICIAN")],
     "the lowest step above the present wage is step 1"),
    (worker(), [bench("JUNIOR_WORKER", 5), event("sanction", "2017-02-03", kind="POST_LOWERED")], "Lowered to step 3"),
    (worker(), [bench("JUNIOR_WORKER", 5), event("sanction", "2017-02-03", kind="EXPULSION")], "Expulsion"),
]  # fmt: skip


@pytest.mark.parametrize(("person", "events", "said"), INSTITUTION + OFFICE + BENCH)
def test_a_change_says_why_it_came_out_so(person: Person, events: list[Event], said: str) -> None:
    assert said in reasons_of(person, *events)


WHY_NOT: list[tuple[Person, list[Event], str]] = [
    (BACHELOR, [joined("2016-08-01"), assessed(2016)], "not graded yet"),
    (staff(), [HELD, assessed(2010, "UNQUALIFIED")], "only Excellent and Qualified count"),
    (staff(), [HELD, sanctioned("DEMERIT"), assessed(2012)], "in force on 1 January 2013"),
    (staff(), [HELD, event("education_change", "2012-05-05", education="DOCTOR")],
     "does not change the wage here"),
    (staff(), [HELD, appointed("2010-05-10", "TECH-10")], "The post is the same as before"),
    (BACHELOR, [joined("2016-08-01"), appointed("2016-10-10", "TECH-10")], "On probation an appointment only sets"),
    (staff(), [HELD, event("transfer", "2010-05-20", same_system=True, last_paid_month="2010-05",
                           first_paid_month="2010-06")], "within the same system does not change the wage"),
    (servant(), [placed("2010-01-01", "STAFF", 25, 2), assessed(2010)],
     "Wage level: 1 of 5 qualified years since 2010. Wage step: 1 of 2 qualified years since 2010."),
    (servant(), [placed("2010-01-01", "STAFF", 25, 2, level_clock=2007), *qualified(2007, 2010), assessed(2012),
                 sanctioned("MAJOR_DEMERIT")],
     "No level: a sanction is in force on 1 January 2013. No step: a demerit or a heavier sanction"),
    (servant(), [placed("2010-01-01", "STAFF", 25, 2), event("education_change", "2012-05-05", education="DOCTOR")],
     "does not change the wage here"),
    (worker(), [bench("JUNIOR_WORKER", 5), event("education_change", "2017-02-03", education="BACHELOR")],
     "does not change the wage here"),
]  # fmt: skip


@pytest.mark.parametrize(("person", "events", "said"), WHY_NOT)
def test_what_changes_nothing_says_why(person: Person, events: list[Event], said: str) -> None:
    assert said in said_of(person, *events)[-1][1]


def test_an_education_below_the_grade_held_says_so_where_it_would_count() -> None:
    events = (opened("2010-01-01", "TECH-10", 20), event("education_change", "2012-05-05", education="DOCTOR"))
    ((when, why),) = said_of(staff(), *events, institution_education_change=True)
    assert (when, "would not be above grade 20" in why) == ("2012-06", True)


def test_graded_again_by_education_says_so() -> None:
    events = (opened("2010-01-01", "TECH-12", 5), event("education_change", "2012-05-05", education="DOCTOR"))
    assert "Graded again" in reasons_of(staff(), *events, institution_education_change=True)


def test_the_year_of_grading_says_that_it_does_not_count_where_it_does_not() -> None:
    events = (joined("2016-08-01"), graded("2017-08-01"), assessed(2017))
    ((when, why),) = said_of(BACHELOR, *events, grading_year_counts=False)
    assert (when, "the year of grading does not count" in why) == ("2018-01", True)


def test_a_january_without_assessment_says_nothing_to_a_civil_servant() -> None:
    assert said_of(servant(), placed("2010-01-01", "STAFF", 25, 2), assessed(2012)) == [
        ("2013-01", "Wage level: 1 of 5 qualified years since 2010. Wage step: 1 of 2 qualified years since 2010."),
    ]  # fmt: skip


def test_nobody_is_promoted_on_probation() -> None:
    held = career(servant(education="BACHELOR"), joined("2018-08-01"), assessed(2018))
    assert [link.cause.kind for link in held.links] == ["join"]
    assert held.notes == []
