"""Dates possible: the day or year from which the change counts, held against the calendar and the person's record."""

from __future__ import annotations

from collections.abc import Iterable

from app.applications.prechecks.bounds import bounds
from app.applications.prechecks.case import WARNING, Case, Group, Said, check
from app.forms.fields import day_shown, month_shown
from app.messages import Message
from app.pay.months import month_of, months_between, same_day_after
from app.proposals.retiring import Retirement, group_of, retirement_of

_AT_THE_AGE = "AGE"  # the kind of retirement that the statutory age brings


@check("days.joined", Group.DATES, Message("The day agrees with the day of joining"))
def _joined(case: Case) -> Iterable[Said] | None:
    staff, day, line = case.staff, case.day, case.line("day")
    if staff is None or day is None or line is None:
        return None
    joined = day_shown(staff.joined_on)
    if case.enters and day != staff.joined_on:
        return [
            Said(
                Message("The roster says that %(name)s joined on %(day)s.", name=staff.name, day=joined),
                Message("Use the day of the employment document; if the roster is wrong, have it corrected."),
                line.anchor,
                WARNING,
            )
        ]
    if not case.enters and day < staff.joined_on:
        return [
            Said(
                Message("“%(label)s” lies before %(name)s joined, on %(day)s.",
                        label=line.label, name=staff.name, day=joined),
                Message("Correct the day, or have the roster corrected."),
                line.anchor,
            )
        ]  # fmt: skip
    return []


@check("days.after_leaving", Group.DATES, Message("The day lies before the person leaves"))
def _after_leaving(case: Case) -> Iterable[Said] | None:
    staff, day, line = case.staff, case.day, case.line("day")
    if staff is None or staff.left_on is None or day is None or line is None:
        return None
    if day <= staff.left_on:
        return []
    return [
        Said(
            Message("“%(label)s” lies after %(name)s leaves, on %(day)s.",
                    label=line.label, name=staff.name, day=day_shown(staff.left_on)),
            Message("Correct the day; after the employment has ended nothing is filed here."),
            line.anchor,
        )
    ]  # fmt: skip


@check("days.to_come", Group.DATES, Message("The day is not still to come"), severity=WARNING)
def _to_come(case: Case) -> Iterable[Said] | None:
    line = case.line("day")
    if case.day is None or line is None:
        return None
    if case.day <= case.today:
        return []
    return [
        Said(
            Message("“%(label)s” is still to come.", label=line.label),
            Message("Check the year and the month; the reviewer will ask why it is filed in advance."),
            line.anchor,
        )
    ]


@check("days.long_ago", Group.DATES, Message("The day does not lie far back"), severity=WARNING)
def _long_ago(case: Case) -> Iterable[Said] | None:
    line = case.line("day")
    if case.day is None or line is None:
        return None
    if case.day >= same_day_after(case.today, -bounds()["long_ago_months"]):
        return []
    return [
        Said(
            Message("“%(label)s” lies more than two years back.", label=line.label),
            Message("Check the year; a late application pays back every month since then."),
            line.anchor,
        )
    ]


@check("days.year_over", Group.DATES, Message("The year assessed is over"))
def _year_over(case: Case) -> Iterable[Said] | None:
    year = case.facts.get("year")
    if year is None:
        return None
    if year < case.today.year:
        return []
    return [
        Said(
            Message("The year %(year)s is not over yet, so it cannot have been assessed.", year=str(year)),
            Message("Give the year that the assessment is about."),
            case.place("year"),
        )
    ]


@check("days.year_at_work", Group.DATES, Message("The person was at work in the year assessed"))
def _year_at_work(case: Case) -> Iterable[Said] | None:
    year, staff = case.facts.get("year"), case.staff
    if year is None or staff is None:
        return None
    if year >= staff.joined_on.year:
        return []
    return [
        Said(
            Message("In %(year)s %(name)s was not here yet: the roster says that they joined on %(day)s.",
                    year=str(year), name=staff.name, day=day_shown(staff.joined_on)),
            Message("Correct the year, or have the roster corrected."),
            case.place("year"),
            None if year < staff.work_start.year else WARNING,
        )
    ]  # fmt: skip


@check("days.year_just_over", Group.DATES, Message("The assessment is that of last year"), severity=WARNING)
def _year_just_over(case: Case) -> Iterable[Said] | None:
    """The annual round is about the year before: an earlier one was forgotten, or the year is a slip."""
    year = case.facts.get("year")
    if year is None:
        return None
    if year >= case.today.year - 1:
        return []
    return [
        Said(
            Message("The assessment of %(year)s is not that of last year.", year=str(year)),
            Message("Check the year; if it was forgotten, file it, and everything since January %(next)s is paid back.",
                    next=str(year + 1)),
            case.place("year"),
        )
    ]  # fmt: skip


@check("days.year_of_total", Group.DATES, Message("The total is that of this year"), severity=WARNING)
def _year_of_total(case: Case) -> Iterable[Said] | None:
    """The total of a year is determined each January (P-2)."""
    year = case.facts.get("for_year")
    if year is None:
        return None
    if year == case.today.year:
        return []
    return [
        Said(
            Message("The total is filed for %(year)s, and this is %(now)s.", year=str(year), now=str(case.today.year)),
            Message("Check the year; the total is determined at the beginning of the year it is for."),
            case.place("for_year"),
        )
    ]


@check("days.stop_month", Group.DATES, Message("The last month paid agrees with the day of the transfer"),
       severity=WARNING)  # fmt: skip
def _stop_month(case: Case) -> Iterable[Said] | None:
    """Pay stops and starts in adjacent months (O-7), so a stop month far from the transfer leaves months unpaid."""
    stop, day = case.facts.get("stop_month"), case.day
    if stop is None or day is None:
        return None
    away = months_between(month_of(day), stop)
    if -1 <= away <= bounds()["stop_month_after"]:
        return []
    months = {"stop": month_shown(stop.year, stop.month), "day": day_shown(day)}
    if away < 0:
        said = Message("Pay would stop after %(stop)s, long before the transfer on %(day)s.", **months)
    else:
        said = Message("Pay would go on until %(stop)s, long after the transfer on %(day)s.", **months)
    return [
        Said(said, Message("Compare the month and its year with the wage transfer letter."), case.place("stop_month"))
    ]


@check("days.retirement_age", Group.DATES, Message("The statutory age is reached on the day of retirement"))
def _retirement_age(case: Case) -> Iterable[Said] | None:
    if case.effect is None or case.effect.code != "retirement" or case.staff is None or case.day is None:
        return None
    if case.facts.get("kind", _AT_THE_AGE) != _AT_THE_AGE:
        return []
    reached = _reached(case)
    told = {"name": case.staff.name, "years": reached.years, "months": reached.months, "day": day_shown(reached.day)}
    if case.day < reached.day.replace(day=1):
        return [
            Said(
                Message("%(name)s reaches the age of retirement, %(years)s years and %(months)s months, on %(day)s.",
                        **told),
                Message("Correct the day, or choose the kind of retirement that was approved."),
                case.place("day"),
            )
        ]  # fmt: skip
    if months_between(month_of(reached.day), month_of(case.day)) > 1:
        return [
            Said(
                Message("%(name)s had reached the age of retirement, %(years)s years and %(months)s months, "
                        "on %(day)s already.", **told),
                Message("Compare the day with the retirement approval."),
                case.place("day"),
                WARNING,
            )
        ]  # fmt: skip
    return []


def _reached(case: Case) -> Retirement:
    """When the person reaches the age, by the post or position that the record holds now."""
    staff = case.staff
    assert staff is not None
    state = {"staff_type": staff.staff_type, "post": staff.post, **case.sheet.around.state}
    return retirement_of(staff.birth_date, group_of(staff.sex, state))


@check("days.sick_leave", Group.DATES, Message("The sick leave lasts longer than two months"), severity=WARNING)
def _sick_leave(case: Case) -> Iterable[Said] | None:
    """Two months are paid in full (O-1), so nothing needs to be filed for them."""
    day, end = case.day, case.facts.get("end_day")
    if day is None or end is None or end < day:
        return None
    if end >= same_day_after(day, 2):
        return []
    return [
        Said(
            Message("From %(day)s to %(end)s is not longer than two months, and two months are paid in full.",
                    day=day_shown(day), end=day_shown(end)),
            Message("Check the last day; a shorter leave needs no application."),
            case.place("end_day"),
        )
    ]  # fmt: skip
