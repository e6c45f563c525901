"""What happens to staff and units in a month of a simulated year that no rule foresees, drawn by seeded shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from app.demo.names import a_name
from app.demo.people import an_identity_number
from app.demo.year_people import Someone
from app.demo.year_rates import Kind, kinds

LOWEST_TO_RISE = 5  # as the loader of the demo city: higher posts are appointed by the province
TOTALS_IN = 3  # the month in which units file their performance-pay total
ABROAD = ("外地第一中学", "外地中心医院", "外地文化馆")


@dataclass(frozen=True)
class Wish:
    """Something that happened and that a unit files by hand: for an employee, a newcomer or the unit itself.

    `roster` is what a unit writes down of somebody who comes from elsewhere, before it files for them.
    """

    unit_id: int
    item: str
    answers: Mapping[str, Any]
    staff_id: int | None = None
    roster: Mapping[str, Any] = field(default_factory=dict)


def wishes_of(
    month: date, people: Sequence[Someone], unit_ids: Sequence[int], *, until: date, random: Random, taken: set[str]
) -> list[Wish]:
    """What happens between the first of the month and `until`: at most one thing to each person."""
    made = []
    for someone in people:
        for kind in kinds():
            build = _OF_STAFF.get(kind.code)
            if build is None or random.random() >= kind.per_year / 12:
                continue
            answers = build(someone, _day(month, until, random), random)
            if answers is not None:
                made.append(Wish(someone.unit_id, kind.item, answers, someone.id))
                break
    for kind in kinds():
        made += _from_elsewhere(kind, month, people, until=until, random=random, taken=taken)
        if kind.code == "performance_total" and month.month == TOTALS_IN:
            made += _totals(kind, people, unit_ids, random)
    return made


def _day(month: date, until: date, random: Random) -> date:
    return month + timedelta(days=random.randint(0, (until - month).days))


def _appointment(someone: Someone, day: date, _random: Random) -> dict[str, Any] | None:
    if not someone.active or someone.level is None or someone.level <= LOWEST_TO_RISE:
        return None
    return {"appointed_on": day.isoformat(), "post": f"TECH-{someone.level - 1}"}


def _transfer_out(someone: Someone, day: date, random: Random) -> dict[str, Any] | None:
    if not someone.active:
        return None
    return {"left_on": day.isoformat(), "new_unit": random.choice(ABROAD), "stop_month": f"{day:%Y-%m}"}


def _post_kind(someone: Someone, day: date, _random: Random) -> dict[str, Any] | None:
    """From a professional to a management post, with the grade held."""
    if someone.level is None or someone.on_probation:
        return None
    return {
        "changed_on": day.isoformat(), "new_category": "INSTITUTION", "post": "MGMT-9",
        "grade": someone.state["grade"], "service_years_in_doubt": "no",
    }  # fmt: skip


_NEXT_EDUCATION = {"SECONDARY": "JUNIOR_COLLEGE", "JUNIOR_COLLEGE": "BACHELOR", "BACHELOR": "MASTER"}


def _education(someone: Someone, day: date, _random: Random) -> dict[str, Any] | None:
    higher = _NEXT_EDUCATION.get(someone.education)
    if not someone.on_probation or higher is None or day < someone.joined_on:
        return None
    return {"obtained_on": day.isoformat(), "education": higher, "education_needs_file": "no"}


def _teaching_years(someone: Someone, day: date, random: Random) -> dict[str, Any] | None:
    if not someone.active or someone.occupation is None or someone.teaching_start_year is None:
        return None
    first = someone.teaching_start_year - random.randint(1, 3)
    return {"starts_on": day.isoformat(), "teaching_start_year": first, "first_teaching_post": "no"}


def _allowance(someone: Someone, day: date, random: Random) -> dict[str, Any] | None:
    if not someone.active:
        return None
    return {
        "starts_on": day.isoformat(), "action": "START", "allowance_kind": "POST", "title": "岗位津贴（演示）",
        "monthly": f"{random.randrange(100, 400, 10)}.00", "basis": "演示发〔2017〕1号",
    }  # fmt: skip


def _floating(someone: Someone, day: date, _random: Random) -> dict[str, Any] | None:
    if not someone.active:
        return None
    return {"reached_on": day.isoformat(), "kind": "PERMANENT", "grades": "1", "service_years": "8"}


def _sanction(someone: Someone, day: date, random: Random) -> dict[str, Any] | None:
    if not someone.active:
        return None
    return {"in_force_on": day.isoformat(), "matter": "SANCTION", "sanction": random.choice(("WARNING", "DEMERIT"))}


def _sick_leave(someone: Someone, day: date, random: Random) -> dict[str, Any] | None:
    """Filed when it is over."""
    begun = day - timedelta(days=random.randint(70, 150))
    if not someone.active or begun <= someone.joined_on:
        return None
    return {"leave_from": begun.isoformat(), "leave_to": day.isoformat()}


def _service_years(someone: Someone, _day: date, random: Random) -> dict[str, Any] | None:
    if not someone.active:
        return None
    found = someone.work_start - timedelta(days=365 * random.randint(1, 3))
    return {"work_start": found.isoformat(), "grounds": "档案材料记载的参加工作时间早于现有记录（演示）。"}


def _separation(someone: Someone, day: date, random: Random) -> dict[str, Any] | None:
    if not someone.active:
        return None
    return {"left_on": day.isoformat(), "reason": random.choice(("RESIGNATION", "RESIGNATION", "TERMINATION"))}


def _death(someone: Someone, day: date, _random: Random) -> dict[str, Any] | None:
    if not someone.active:
        return None
    return {"died_on": day.isoformat(), "cause": "ILLNESS", "survivor_allowance": "no"}


_OF_STAFF: dict[str, Callable[[Someone, date, Random], dict[str, Any] | None]] = {
    "appointment": _appointment, "transfer_out": _transfer_out, "post_kind": _post_kind, "education": _education,
    "teaching_years": _teaching_years, "allowance": _allowance, "floating": _floating, "sanction": _sanction,
    "sick_leave": _sick_leave, "service_years": _service_years, "separation": _separation, "death": _death,
}  # fmt: skip


def _from_elsewhere(
    kind: Kind, month: date, people: Sequence[Someone], *, until: date, random: Random, taken: set[str]
) -> Iterator[Wish]:
    """Who comes from another city or from the army: as many as the share says of those who are there."""
    if kind.code not in ("transfer_in", "resettled"):
        return
    for unit_id in [one.unit_id for one in people if random.random() < kind.per_year / 12]:
        day = _day(month, until, random)
        grade = random.randint(10, 20)
        placed = {"post": f"TECH-{random.randint(10, 12)}", "grade": grade}
        if kind.code == "transfer_in":
            stopped = (day.replace(day=1) - timedelta(days=1)) if day.day < 15 else day
            answers = {"transferred_on": day.isoformat(), "former_unit": random.choice(ABROAD),
                       "stop_month": f"{stopped:%Y-%m}", **placed}  # fmt: skip
        else:
            answers = {"enlisted_on": f"{day.year - 12}-12-01", "military_rank": "上尉", "position_assigned": "no",
                       **placed}  # fmt: skip
        yield Wish(unit_id, kind.item, answers, roster=_roster(day, grade, random, taken))


def _roster(day: date, grade: int, random: Random, taken: set[str]) -> dict[str, Any]:
    """What the unit writes down of somebody of middle age."""
    born = date(day.year - 24 - grade, random.randint(1, 12), random.randint(1, 28))
    name, _initials = a_name(random)
    return {
        "name": name, "id_number": an_identity_number(born, random.random() < 0.5, random, taken),
        "staff_type": "INSTITUTION", "education": "BACHELOR", "work_start": date(born.year + 23, 8, 1),
        "joined_on": day,
    }  # fmt: skip


def _totals(kind: Kind, people: Iterable[Someone], unit_ids: Sequence[int], random: Random) -> Iterator[Wish]:
    """The performance-pay total of each unit."""
    heads: dict[int, int] = {}
    for one in people:
        heads[one.unit_id] = heads.get(one.unit_id, 0) + 1
    for unit_id in unit_ids:
        if random.random() < kind.per_year:
            total = heads.get(unit_id, 1) * random.randrange(30_000, 45_000, 500)
            yield Wish(unit_id, kind.item, {"total": f"{total}.00", "staff_moved": "no", "extra_total": "no"})
