"""Effects on who is sanctioned, under a coercive measure, or ill for long: what is paid meanwhile, and its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.errors import Conflict
from app.messages import Message
from app.pay.effects.placing import LEADING, LEVEL, POSITION, POST, STEP
from app.pay.effects.shape import ACTIVE, DAY, NEW, Effect, FactKind, Facts, Standing, optional, require
from app.pay.events import CoerciveMeasure, Event, MeasureEnded, Sanction, SanctionLifted, SickLeave

_SANCTION = optional("sanction", "sanction", Message("kind of sanction"))
_NO_LOWER = optional("no_lower_post", "yes_no", Message("there is no lower post"))
_MEASURE = optional("measure", "measure", Message("kind of coercive measure"))
_CLEARED = optional("cleared", "yes_no", Message("cleared without sanction"))


def _sanction(facts: Facts, standing: Standing) -> Sequence[Event]:
    require(facts, _SANCTION)
    if facts.get("position") is not None:
        require(facts, LEADING)
    if facts.get("level") is not None or facts.get("step") is not None:
        require(facts, LEVEL, STEP)
    held = {fact.key: facts.get(fact.key) for fact in (POST, POSITION, LEADING, LEVEL, STEP)}
    lowest = bool(facts.get("no_lower_post"))
    return (Sanction(id=NEW, date=facts["day"], kind=facts["sanction"], no_lower_post=lowest, **held),)


def _lifted(facts: Facts, standing: Standing) -> Sequence[Event]:
    """Of the newest sanction that was not lifted yet."""
    ended = {event.sanction for event in standing.events if isinstance(event, SanctionLifted)}
    sanction = _newest(Sanction, standing, ended, facts["day"])
    if sanction is None:
        raise Conflict(
            Message("No sanction of %(name)s that could be lifted is on record on that day.", name=standing.name),
            remedy=Message("File the sanction first, or correct the day."),
        )
    return (SanctionLifted(id=NEW, date=facts["day"], sanction=sanction),)


def _measure(facts: Facts, standing: Standing) -> Sequence[Event]:
    require(facts, _MEASURE)
    return (CoerciveMeasure(id=NEW, date=facts["day"], kind=facts["measure"]),)


def _measure_ended(facts: Facts, standing: Standing) -> Sequence[Event]:
    """Of the newest measure that has not ended yet."""
    require(facts, _CLEARED)
    ended = {event.measure for event in standing.events if isinstance(event, MeasureEnded)}
    measure = _newest(CoerciveMeasure, standing, ended, facts["day"])
    if measure is None:
        raise Conflict(
            Message("No coercive measure against %(name)s that could end is on record on that day.",
                    name=standing.name),
            remedy=Message("File the measure first, or correct the day."),
        )  # fmt: skip
    return (MeasureEnded(id=NEW, date=facts["day"], measure=measure, cleared=facts["cleared"]),)


def _newest(kind: type[Event], standing: Standing, ended: set[str], day: date) -> str | None:
    open_ones = [
        event for event in standing.events if isinstance(event, kind) and event.id not in ended and event.day <= day
    ]
    return max(open_ones, key=lambda event: event.day).id if open_ones else None


_BY_MATTER = {"SANCTION": _sanction, "LIFTED": _lifted, "MEASURE": _measure, "MEASURE_ENDED": _measure_ended}


def _by_matter(facts: Facts, standing: Standing) -> Sequence[Event]:
    return _BY_MATTER[facts["matter"]](facts, standing)


def _sick_leave(facts: Facts, standing: Standing) -> Sequence[Event]:
    return (SickLeave(id=NEW, date=facts["day"], end_date=facts["end_day"]),)


# Of many sanctions the wage follows only later, and a leave of two months is paid in full: the record must have them.
TREATING = (
    Effect(
        "treatment", Message("Sanction or coercive measure, and its end"),
        (DAY, FactKind("matter", "matter", Message("what was decided")), _SANCTION, POST, _NO_LOWER, POSITION, LEADING,
         LEVEL, STEP, _MEASURE, _CLEARED),
        ACTIVE, _by_matter, must_change=False,
    ),
    Effect(
        "sick_leave", Message("Long sick leave"), (DAY, FactKind("end_day", "day", Message("last day"))), ACTIVE,
        _sick_leave, must_change=False,
    ),
)  # fmt: skip
