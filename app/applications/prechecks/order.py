"""Consistent in time: what must come first comes first, as a list of pairs of facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.applications.prechecks.bounds import bounds
from app.applications.prechecks.case import BLOCKING, WARNING, Case, Group, Said, check
from app.forms.fields import day_shown
from app.messages import Message
from app.pay.months import same_day_after


@dataclass(frozen=True)
class Order:
    """`earlier` may not come after `later`; years count as whole. `at` is where to correct it."""

    earlier: str
    later: str
    said: Message
    remedy: Message
    at: str
    severity: str = BLOCKING
    after_birth: bool = False  # `later` must come so many years after the birth
    a_year_later: bool = False  # `earlier` may be the year after


_AGAINST = Message("Compare the two with the documents, and correct the one that is wrong.")
_YOUNG = Message("Check the year; if it is right, have the date of birth on the roster corrected.")
ORDERS = (
    Order("field.graduation_year", "effect.day", Message("The year of graduation lies after the day of joining."),
          Message("Correct the year, or give the education that was held on the day of joining."),
          "field.graduation_year"),
    Order("field.enlisted_on", "effect.day", Message("The day of enlisting lies after the day of joining."), _AGAINST,
          "field.enlisted_on"),
    Order("effect.day", "effect.end_day", Message("The last day lies before the first one."), _AGAINST,
          "effect.end_day"),
    Order("effect.teaching_start_year", "effect.day",
          Message("The first year of teaching or nursing lies after the day from which it counts."), _AGAINST,
          "effect.teaching_start_year"),
    Order("staff.work_start", "effect.teaching_start_year",
          Message("Teaching or nursing would have begun before the first day of work on the roster."),
          Message("Correct the year, or have the first day of work determined first."), "effect.teaching_start_year",
          WARNING),
    Order("effect.level_clock", "effect.day", Message("The years for the level would count from a year to come."),
          Message("Give the first year that counts, as the rules or the transfer letter have it."),
          "effect.level_clock", a_year_later=True),
    Order("effect.step_clock", "effect.day", Message("The years for the step would count from a year to come."),
          Message("Give the first year that counts, as the rules or the transfer letter have it."),
          "effect.step_clock", a_year_later=True),
    Order("effect.work_start", "staff.joined_on",
          Message("The first day of work would lie after the day of joining on the roster."), _AGAINST,
          "effect.work_start", WARNING),
    Order("staff.birth_date", "effect.work_start",
          Message("On the first day of work claimed %(name)s was younger than %(age)s."), _YOUNG, "effect.work_start",
          WARNING, after_birth=True),
    Order("staff.birth_date", "effect.teaching_start_year",
          Message("In the first year of teaching or nursing %(name)s was younger than %(age)s."), _YOUNG,
          "effect.teaching_start_year", WARNING, after_birth=True),
    Order("staff.birth_date", "field.graduation_year",
          Message("In the year of graduation %(name)s was younger than %(age)s."), _YOUNG, "field.graduation_year",
          WARNING, after_birth=True),
    Order("staff.birth_date", "field.enlisted_on",
          Message("On the day of enlisting %(name)s was younger than %(age)s."), _YOUNG, "field.enlisted_on",
          WARNING, after_birth=True),
)  # fmt: skip


@check("order.in_time", Group.CONSISTENT, Message("What must come first comes first"))
def _in_time(case: Case) -> Iterable[Said] | None:
    looked_at = [(one, _value(case, one.earlier), _value(case, one.later)) for one in ORDERS]
    known = [(one, earlier, later) for one, earlier, later in looked_at if earlier is not None and later is not None]
    if not known:
        return None
    return [
        Said(_told(one, case), one.remedy, _anchor(case, one.at), None if one.severity == BLOCKING else one.severity)
        for one, earlier, later in known
        if _wrong(one, earlier, later)
    ]


def _wrong(one: Order, earlier: Any, later: Any) -> bool:
    if one.after_birth:
        earlier = same_day_after(earlier, 12 * bounds()["youngest_at_work"])
    if isinstance(earlier, int) or isinstance(later, int):
        return _year(earlier) > _year(later) + (1 if one.a_year_later else 0)
    return bool(earlier > later)


def _year(value: Any) -> int:
    return value if isinstance(value, int) else value.year


def _told(one: Order, case: Case) -> Message:
    if not one.after_birth or case.staff is None:
        return one.said
    return Message(one.said.msgid, name=case.staff.name, age=bounds()["youngest_at_work"])


def _value(case: Case, name: str) -> Any:
    """A day, or a year as a number: a fact of the effect, an answer, or what the roster says."""
    source, key = name.split(".")
    if source == "effect":
        return case.facts.get(key)
    if source == "staff":
        return getattr(case.staff, key) if case.staff is not None else None
    line = case.lines.get(key)
    if line is None or line.value in (None, ""):
        return None
    return date.fromisoformat(line.value) if line.type == "date" else line.value


def _anchor(case: Case, name: str) -> str:
    source, key = name.split(".")
    return case.place(key) if source == "effect" else f"answer-{key}"


@check("order.years_left", Group.CONSISTENT, Message("No more years are taken off than there are"))
def _years_left(case: Case) -> Iterable[Said] | None:
    """Years of interruption, and years not counted for teaching or nursing."""
    facts, said, asked = case.facts, [], False
    for off, since, until in (
        ("interruption_years", "work_start", case.today),
        ("teaching_deducted_years", "teaching_start_year", case.day),
    ):
        if facts.get(off) is None or facts.get(since) is None or until is None:
            continue
        asked = True
        years = until.year - _year(facts[since])
        if facts[off] > max(years, 0):
            line = case.line(off)
            assert line is not None
            said.append(
                Said(
                    Message("“%(label)s”: %(off)s years, and there are only %(years)s in all.",
                            label=line.label, off=facts[off], years=max(years, 0)),
                    Message("Give the whole years that do not count; 0 if there are none."),
                    line.anchor,
                )
            )  # fmt: skip
    return said if asked else None


@check("order.service", Group.CONSISTENT, Message("The years of service stated fit into the years at work"))
def _service(case: Case) -> Iterable[Said] | None:
    stated, staff, day = case.facts.get("years"), case.staff, case.day
    if stated is None or staff is None or day is None:
        return None
    most = day.year - staff.work_start.year + 1
    if stated <= most:
        return []
    return [
        Said(
            Message("%(name)s began to work on %(start)s: %(stated)s years of service do not fit, at most %(most)s do.",
                    name=staff.name, start=day_shown(staff.work_start), stated=stated, most=most),
            Message("Count the years in the post anew, or have the first day of work determined first."),
            case.place("years"),
        )
    ]  # fmt: skip
