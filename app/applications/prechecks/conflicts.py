"""Not in conflict: other applications of the same person or unit, lines of batches among them, and later decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from app.applications.prechecks.case import WARNING, Case, Group, Said, check
from app.applications.sheet import Other
from app.forms.fields import day_shown
from app.messages import Message
from app.pay.effects import EFFECTS
from app.pay.effects.changing import CHANGING
from app.pay.effects.leaving import LEAVING
from app.pay.effects.promoting import PROMOTING
from app.pay.months import month_of
from app.pay.names import CAUSES
from models.applications import ApplicationState

_MOMENTS = ("day", "year", "for_year")
_LEAVING = {effect.code for effect in LEAVING}
_ASSESSED = {effect.code for effect in PROMOTING}
_PLACING = {effect.code for effect in CHANGING} | {"grading"}
_WAIT = Message("Wait until it is decided, or withdraw it first.")
_GIVE_UP = Message("Give up this draft; if the first one was wrong, ask the bureau to undo it.")
_KIND_OF_EVENT = {"rank_change", "position_change", "post_appointment", "technical_grade_change", "grading"}


@check("conflicts.under_way", Group.CONFLICTS, Message("The same is not under way already"), settable=False)
def _under_way(case: Case) -> Iterator[Said]:
    for other in case.sheet.around.others:
        if other.same_item and not other.done:
            if case.staff is None:
                said = Message("Application %(number)s of the unit for the same item is still under way.",
                               number=other.number)  # fmt: skip
            else:
                said = Message("Application %(number)s for the same person and item is still under way.",
                               number=other.number)  # fmt: skip
            yield Said(said, _WAIT, "who")


@check("conflicts.decided", Group.CONFLICTS, Message("The same was not decided already"), settable=False)
def _decided(case: Case) -> Iterator[Said]:
    keys = [key for fact, key in case.sheet.version.effect_map.items() if fact in _MOMENTS]
    for other in case.sheet.around.others:
        same = any(_same(case.sheet.answers.get(key), other.answers.get(key)) for key in keys)
        if other.same_item and other.done and same:
            yield Said(_done_before(other), _GIVE_UP, "who")


def _done_before(other: Other) -> Message:
    if other.state == ApplicationState.PAID:
        return Message("The same change was already paid by application %(number)s.", number=other.number)
    return Message("The same was already decided by application %(number)s.", number=other.number)


def _same(mine: Any, theirs: Any) -> bool:
    return mine is not None and mine == theirs


@check("conflicts.assessment", Group.CONFLICTS, Message("No other application records the same assessment"))
def _assessment(case: Case) -> Iterable[Said] | None:
    year = case.facts.get("year")
    if year is None:
        return None
    return [
        Said(
            Message("Application %(number)s under way records the assessment of %(year)s too.",
                    number=other.number, year=str(year)),
            Message("File the promotion that is due; one application brings everything of one assessment."),
            case.place("year"),
        )
        for other in _in_review(case)
        if other.effect in _ASSESSED and not other.same_item and other.facts.get("year") == year
    ]  # fmt: skip


@check("conflicts.leaving", Group.CONFLICTS, Message("No application under way ends the employment before"))
def _leaving(case: Case) -> Iterable[Said] | None:
    moment = _moment(case)
    if moment is None or case.effect is None or case.staff is None:
        return None
    said = []
    for other in _in_review(case):
        left = _day(other.facts.get("day"))
        if other.same_item or other.effect not in _LEAVING or left is None:
            continue
        if case.effect.code in _LEAVING or moment > left:
            said.append(
                Said(
                    Message("By application %(number)s, which is under way, %(name)s leaves on %(day)s: %(effect)s.",
                            number=other.number, name=case.staff.name, day=day_shown(left),
                            effect=EFFECTS[other.effect or ""].name),
                    Message("Only one of the two can be right. Correct the day, or withdraw the wrong one."),
                    case.place("day"),
                )
            )  # fmt: skip
    return said


@check("conflicts.after_me", Group.CONFLICTS, Message("Nothing under way lies after the employment ends"))
def _after_me(case: Case) -> Iterable[Said] | None:
    if case.effect is None or case.effect.code not in _LEAVING or case.day is None:
        return None
    return [
        Said(
            Message("Application %(number)s under way is about %(day)s, after the day of leaving: %(effect)s.",
                    number=other.number, day=day_shown(moment), effect=EFFECTS[other.effect or ""].name),
            Message("Only one of the two can be right. Correct the day, or withdraw the wrong one."),
            case.place("day"),
        )
        for other in _in_review(case)
        if other.effect not in _LEAVING
        and (moment := _day(other.facts.get("day"))) is not None
        and moment > case.day
    ]  # fmt: skip


@check("conflicts.place", Group.CONFLICTS, Message("No other application changes the post in the same month"),
       severity=WARNING)  # fmt: skip
def _place(case: Case) -> Iterable[Said] | None:
    if case.effect is None or case.effect.code not in _PLACING or case.day is None:
        return None
    return [
        Said(
            Message("Application %(number)s under way also begins in this month: %(effect)s.",
                    number=other.number, effect=EFFECTS[other.effect or ""].name),
            Message("Check whether both are right; the amounts shown here leave the other out."),
            case.place("day"),
        )
        for other in _in_review(case)
        if not other.same_item
        and other.effect in _PLACING
        and (theirs := _day(other.facts.get("day"))) is not None
        and month_of(theirs) == month_of(case.day)
    ]  # fmt: skip


@check("conflicts.days", Group.CONFLICTS, Message("The days do not overlap with others of the same kind"))
def _days(case: Case) -> Iterable[Said] | None:
    """Leaves on record or under way. The same leave filed twice has a sentence of its own."""
    day, end = case.day, case.facts.get("end_day")
    if day is None or end is None:
        return None
    spans = [
        (event.day, _day(event.data.get("end_date")))
        for event in case.sheet.around.events
        if event.kind == "sick_leave"
    ]
    said = []
    for start, until in spans:
        if start is not None and until is not None and start <= end and day <= until:
            said.append(
                Said(
                    Message("On record is already: %(kind)s from %(start)s to %(end)s, which overlaps.",
                            kind=CAUSES["sick_leave"], start=day_shown(start), end=day_shown(until)),
                    Message("Give only the days that are not on record yet, or have the record corrected."),
                    case.place("day"),
                )
            )  # fmt: skip
    return said


@check("conflicts.later", Group.CONFLICTS, Message("No later decision of the same kind is on record"),
       severity=WARNING)  # fmt: skip
def _later(case: Case) -> Iterable[Said] | None:
    if case.effect is None or case.effect.code not in _KIND_OF_EVENT or case.day is None:
        return None
    later = [
        event
        for event in case.sheet.around.events
        if event.kind == case.effect.code and event.day is not None and event.day >= case.day
    ]
    return [
        Said(
            Message("On record is a decision of the same kind of %(day)s, which is not earlier: %(kind)s.",
                    day=day_shown(event.day), kind=CAUSES[event.kind]),
            Message("Check the day. If it is right, everything since then is worked out anew."),
            case.place("day"),
        )
        for event in later
        if event.day is not None
    ]  # fmt: skip


@check("conflicts.allowance", Group.CONFLICTS, Message("An allowance that starts is not paid already"))
def _allowance(case: Case) -> Iterable[Said] | None:
    title, action = case.facts.get("title"), case.facts.get("action")
    if case.effect is None or case.effect.code != "allowance" or title is None or action != "START":
        return None
    decided = [
        other
        for other in case.sheet.around.others
        if other.effect == case.effect.code and other.done and other.facts.get("title") == title
    ]
    newest = max(decided, key=lambda other: str(other.facts.get("day")), default=None)
    if newest is None or newest.facts.get("action") == "STOP":
        return []
    return [
        Said(
            Message("“%(title)s” was already granted by application %(number)s.", title=title, number=newest.number),
            Message("If the amount changes, choose that it changes; otherwise give up this draft."),
            case.place("action"),
        )
    ]


def _in_review(case: Case) -> Iterator[Other]:
    return (other for other in case.sheet.around.others if other.in_review)


def _moment(case: Case) -> date | None:
    """When the change begins to count; after an assessment that is the January after it."""
    year = case.facts.get("year")
    return case.day if year is None else date(year + 1, 1, 1)


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
