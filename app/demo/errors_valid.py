"""Valid applications of all 26 items, as a careful clerk files them; dates, people and results differ by chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from models.units import UnitType

SCHOOL, OFFICE = UnitType.FULLY_FUNDED, UnitType.ORGAN
SPRING = date(2018, 4, 3)


@dataclass(frozen=True)
class Sample:
    """One application before it is filed: for whom, on which day, with which answers as they are typed."""

    item: str
    answers: Mapping[str, str]
    events: Sequence[dict[str, Any]] = ()
    person: Mapping[str, Any] = field(default_factory=dict)
    today: date = SPRING
    unit: UnitType = SCHOOL
    for_unit: bool = False


def _teacher(random: Random, **person: Any) -> dict[str, Any]:
    started = random.randint(1998, 2009)
    return {
        "birth_date": date(started - 23, random.randint(1, 6), random.randint(1, 28)),
        "work_start": date(started, 7, 1),
        "joined_on": date(started, 7, 1), "sex": random.choice(("MALE", "FEMALE")), **person,
    }  # fmt: skip


def _taken_over(random: Random, **values: Any) -> dict[str, Any]:
    return {
        "type": "opening", "date": "2016-07-01", "post": "TECH-12", "grade": random.randint(7, 10), **values
    }  # fmt: skip


def _official() -> dict[str, Any]:
    return {
        "type": "opening", "date": "2007-01-01", "position": "STAFF", "leading": False, "level": 25, "step": 3,
        "level_clock": 2006, "step_clock": 2009,
    }  # fmt: skip


def _civil(random: Random) -> dict[str, Any]:
    return {**_teacher(random), "staff_type": "CIVIL_SERVANT", "joined_on": date(2006, 7, 1),
            "work_start": date(2006, 7, 1), "birth_date": date(1983, random.randint(1, 6), 11)}  # fmt: skip


def _worker(random: Random) -> tuple[dict[str, Any], dict[str, Any]]:
    event = {"type": "opening", "date": "2016-07-01", "technical_grade": "JUNIOR_WORKER", "step": 3,
             "step_clock": 2016}  # fmt: skip
    return {**_civil(random), "staff_type": "ORGAN_WORKER"}, event


def _march(random: Random) -> str:
    return date(2018, 3, random.randint(2, 30)).isoformat()


def _result(random: Random) -> str:
    return random.choice(("QUALIFIED", "QUALIFIED", "EXCELLENT"))


def _new_hire(random: Random) -> Sample:
    joined = date(2018, 3, random.randint(1, 28))
    year = random.choice((2016, 2017))
    person: dict[str, Any] = {
        "birth_date": date(1994, random.randint(1, 12), 9),
        "work_start": joined,
        "joined_on": joined,
    }
    answers = {"joined_on": joined.isoformat(), "education": "BACHELOR", "graduation_year": str(year)}
    if random.random() < 0.5:
        person["occupation"], person["teaching_start_year"] = "TEACHER", 2018
        answers |= {"occupation": "TEACHER", "teaching_start_year": "2018"}
    return Sample("NCGZ-01", answers, person=person)


def _grading(random: Random) -> Sample:
    joined = date(2017, 3, 1)
    person = {"birth_date": date(1993, random.randint(1, 12), 9), "work_start": joined, "joined_on": joined}
    answers = {"graded_on": "2018-03-01", "post": "TECH-12", "education_changed": "no"}
    return Sample("NCGZ-02", answers, ({"type": "join", "date": joined.isoformat()},), person)


def _transfer_in(random: Random) -> Sample:
    day = date(2018, 3, random.randint(1, 28))
    person = {**_teacher(random), "joined_on": day}
    answers = {"transferred_on": day.isoformat(), "former_unit": "外地第三中学", "stop_month": "2018-03",
               "post": "TECH-11", "grade": random.choice(("11", "12"))}  # fmt: skip
    return Sample("NCGZ-03", answers, person=person)


def _transfer_out(random: Random) -> Sample:
    answers = {"left_on": _march(random), "new_unit": "外地医院", "stop_month": "2018-03"}
    return Sample("NCGZ-04", answers, (_taken_over(random),), _teacher(random))


def _resettled(random: Random) -> Sample:
    joined = date(2018, 3, random.randint(1, 28))
    person = {"birth_date": date(1986, 4, 9), "work_start": date(2006, 12, 1), "joined_on": joined}
    answers = {"joined_on": joined.isoformat(), "enlisted_on": "2006-12-01", "military_rank": "上尉",
               "position_assigned": "no", "post": "TECH-11", "grade": "12"}  # fmt: skip
    return Sample("NCGZ-05", answers, person=person)


def _category(random: Random) -> Sample:
    answers = {"changed_on": f"2012-04-{random.randint(10, 28)}", "new_category": "INSTITUTION", "post": "MGMT-8",
               "grade": "12", "service_years_in_doubt": "no"}  # fmt: skip
    events = (_taken_over(random, date="2010-07-01"),)
    return Sample("NCGZ-06", answers, events, _teacher(random), today=date(2012, 5, 8))


def _position(random: Random) -> Sample:
    answers = {"appointed_on": f"2012-03-{random.randint(10, 28)}", "position": "SECT_DEPUTY", "leading": "yes"}
    return Sample("NCGZ-07", answers, (_official(),), _civil(random), today=date(2012, 5, 8), unit=OFFICE)


def _rank(random: Random) -> Sample:
    event = {**_official(), "date": "2018-07-01", "step": 2, "level_clock": 2018, "step_clock": 2018}
    answers = {"approved_on": f"2019-06-{random.randint(10, 28)}", "rank": "RANK_CLERK_1"}
    return Sample("NCGZ-08", answers, (event,), _civil(random), today=date(2019, 7, 10), unit=OFFICE)


def _level(random: Random) -> Sample:
    answers = {"assessment_year": "2010", "result": _result(random),
               **{f"result_{n}": _result(random) for n in range(1, 5)}}  # fmt: skip
    return Sample("NCGZ-09", answers, (_official(),), _civil(random), today=date(2011, 3, 8), unit=OFFICE)


def _step(random: Random) -> Sample:
    answers = {"assessment_year": "2010", "result": _result(random), "result_1": _result(random)}
    return Sample("NCGZ-10", answers, (_official(),), _civil(random), today=date(2011, 3, 8), unit=OFFICE)


def _post(random: Random) -> Sample:
    answers = {"appointed_on": _march(random), "post": random.choice(("TECH-11", "TECH-10"))}
    return Sample("NCGZ-11", answers, (_taken_over(random),), _teacher(random))


def _increment(random: Random) -> Sample:
    answers = {"assessment_year": "2017", "result": _result(random)}
    return Sample("NCGZ-12", answers, (_taken_over(random),), _teacher(random))


def _technical(random: Random) -> Sample:
    person, event = _worker(random)
    answers = {"appointed_on": _march(random), "technical_grade": "INTERMEDIATE_WORKER"}
    return Sample("NCGZ-13", answers, (event,), person, unit=OFFICE)


def _worker_step(random: Random) -> Sample:
    person, event = _worker(random)
    answers = {"assessment_year": "2017", "result": _result(random), "result_1": _result(random)}
    return Sample("NCGZ-14", answers, (event,), person, unit=OFFICE)


def _education(random: Random) -> Sample:
    joined = date(2017, 3, 1)
    person = {"birth_date": date(1992, 4, 9), "work_start": joined, "joined_on": joined}
    answers = {"obtained_on": f"2018-01-{random.randint(5, 28):02d}", "education": "MASTER",
               "education_needs_file": random.choice(("yes", "no"))}  # fmt: skip
    return Sample("NCGZ-15", answers, ({"type": "join", "date": joined.isoformat()},), person)


def _standard(random: Random) -> Sample:
    answers = {"effective_from": "2016-07-01"}
    return Sample("NCGZ-16", answers, (_taken_over(random),), _teacher(random), today=date(2016, 9, 6))


def _occupation(random: Random) -> Sample:
    person = _teacher(random)
    answers = {"starts_on": _march(random), "occupation": random.choice(("TEACHER", "NURSE")),
               "teaching_start_year": str(person["work_start"].year + random.randint(0, 5)),
               "deducted_years": random.choice(("0", "1")),
               "first_teaching_post": random.choice(("yes", "no"))}  # fmt: skip
    return Sample("NCGZ-17", answers, (_taken_over(random),), person)


def _allowance(random: Random) -> Sample:
    answers = {"starts_on": _march(random), "action": "START", "allowance_kind": "POST",
               "title": "信访工作人员岗位津贴",
               "monthly": f"{random.randint(100, 400)}.00", "basis": "示例发〔2018〕1号"}  # fmt: skip
    return Sample("NCGZ-18", answers, (_taken_over(random),), _teacher(random))


def _high_set(random: Random) -> Sample:
    answers = {"reached_on": _march(random), "kind": random.choice(("PERMANENT", "HIGH_SET")), "grades": "1",
               "service_years": str(random.randint(5, 9))}  # fmt: skip
    return Sample("NCGZ-19", answers, (_taken_over(random),), _teacher(random))


def _treatment(random: Random) -> Sample:
    if random.random() < 0.5:
        answers = {"in_force_on": _march(random), "matter": "SANCTION", "sanction": "WARNING"}
    else:
        answers = {"in_force_on": f"2018-02-{random.randint(5, 26):02d}", "matter": "MEASURE", "measure": "ARREST"}
    return Sample("NCGZ-20", answers, (_taken_over(random),), _teacher(random))


def _leave(random: Random) -> Sample:
    start = date(2018, 1, random.randint(4, 20))
    answers = {"leave_from": start.isoformat(), "leave_to": (start + timedelta(random.randint(90, 130))).isoformat()}
    return Sample("NCGZ-21", answers, (_taken_over(random),), _teacher(random))


def _years(random: Random) -> Sample:
    person = _teacher(random)
    answers = {"work_start": f"{person['work_start'].year - 1}-07-01", "interruption_years": "0",
               "grounds": "档案材料记载的参加工作时间早于花名册"}  # fmt: skip
    return Sample("NCGZ-22", answers, (_taken_over(random),), person)


def _retirement(random: Random) -> Sample:
    born = date(1958, 3, random.randint(2, 30))
    person = {"birth_date": born, "work_start": date(1983, 7, 1), "joined_on": date(1990, 7, 1), "sex": "MALE"}
    answers = {"retires_on": "2018-03-31", "retirement_kind": "AGE", "service_years_in_doubt": "no",
               "raised_percentage": random.choice(("yes", "no")),
               "family_bonus": random.choice(("yes", "no"))}  # fmt: skip
    return Sample("NCGZ-23", answers, (_taken_over(random),), person)


def _separation(random: Random) -> Sample:
    answers = {"left_on": _march(random), "reason": random.choice(("RESIGNATION", "DISMISSAL", "TERMINATION"))}
    return Sample("NCGZ-24", answers, (_taken_over(random),), _teacher(random))


def _death(random: Random) -> Sample:
    answers = {"died_on": _march(random), "cause": "ILLNESS", "survivor_allowance": "no"}
    return Sample("NCGZ-25", answers, (_taken_over(random),), _teacher(random))


def _total(random: Random) -> Sample:
    answers = {"year": "2018", "total": f"{random.randint(30, 70)}000.00", "staff_moved": "no", "extra_total": "no"}
    return Sample("NCGZ-26", answers, (_taken_over(random),), _teacher(random), for_unit=True)


MAKERS: dict[str, Callable[[Random], Sample]] = {
    "NCGZ-01": _new_hire, "NCGZ-02": _grading, "NCGZ-03": _transfer_in, "NCGZ-04": _transfer_out,
    "NCGZ-05": _resettled, "NCGZ-06": _category, "NCGZ-07": _position, "NCGZ-08": _rank, "NCGZ-09": _level,
    "NCGZ-10": _step, "NCGZ-11": _post, "NCGZ-12": _increment, "NCGZ-13": _technical, "NCGZ-14": _worker_step,
    "NCGZ-15": _education, "NCGZ-16": _standard, "NCGZ-17": _occupation, "NCGZ-18": _allowance, "NCGZ-19": _high_set,
    "NCGZ-20": _treatment, "NCGZ-21": _leave, "NCGZ-22": _years, "NCGZ-23": _retirement, "NCGZ-24": _separation,
    "NCGZ-25": _death, "NCGZ-26": _total,
}  # fmt: skip
