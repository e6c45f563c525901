"""Effects whose result is a document: service years, a new standard, allowances, high-set wages, performance pay.

Where the rules of the basic wage follow from such a finding, the chain is worked out anew; otherwise the file has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.messages import Message
from app.pay.career import Career
from app.pay.careers import Person
from app.pay.checks import known_version
from app.pay.effects.shape import ACTIVE, DAY, INSTITUTION, Brought, Effect, FactKind, Facts, Standing, optional
from app.pay.months import month_of
from app.pay.results import Figure, amount, number
from app.pay.service_years import service_years


def _person_since(person: Person, facts: Facts, standing: Standing) -> Person:
    interruption = facts.get("interruption_years")
    return replace(
        person,
        work_start=month_of(facts["work_start"]),
        interruption_years=person.interruption_years if interruption is None else interruption,
    )


def _roster_since(facts: Facts, standing: Standing) -> dict[str, Any]:
    return {key: facts[key] for key in ("work_start", "interruption_years") if key in facts}


def _years(brought: Brought) -> Sequence[Figure]:
    """The service years as they were counted, and as they are counted now (O-2)."""
    month = month_of(brought.day)
    told: list[tuple[Message, Career | None]] = [
        (Message("Service years so far"), brought.before),
        (Message("Service years found"), brought.after),
    ]
    return tuple(number(label, service_years(month, career.facts)) for label, career in told if career is not None)


def _standard(brought: Brought) -> Sequence[Figure]:
    """The wage by the new standard (G-3). Raises PayError for a day on which no standard begins."""
    day = brought.facts["day"]
    known_version(day, brought.after.facts.standards)
    wage = brought.after.wage_in(max(month_of(day), brought.after.facts.start_month))
    return (amount(Message("Wage by the standard"), wage.total),)


CERTIFYING = (
    Effect(
        "service_years", Message("Service years"),
        (FactKind("work_start", "day", Message("first day of work")),
         optional("interruption_years", "number", Message("years of interruption"))),
        ACTIVE, person_of=_person_since, roster_of=_roster_since, figures_of=_years, must_change=False,
    ),
    Effect(
        "standard_adjustment", Message("Adjustment to a new wage standard"), (DAY,), ACTIVE, figures_of=_standard,
        must_change=False,
    ),
    Effect(
        "allowance", Message("Allowance"),
        (DAY, FactKind("kind", "text", Message("kind of allowance")),
         FactKind("action", "text", Message("whether it starts, changes or stops")),
         optional("title", "text", Message("name of the allowance")),
         optional("monthly", "amount", Message("amount a month")),
         optional("basis", "text", Message("document it rests on"))),
        ACTIVE, must_change=False, recalculates=False,
    ),
    Effect(
        "high_set_wage", Message("High-set wage, or a floating wage made permanent"),
        (DAY, FactKind("kind", "text", Message("kind of the high-set wage")),
         FactKind("grades", "number", Message("grades or steps")),
         FactKind("years", "number", Message("years of service in the post"))),
        ACTIVE, must_change=False, recalculates=False,
    ),
    Effect(
        "performance_total", Message("Performance-pay total of the unit"),
        (FactKind("for_year", "year", Message("year of the total")),
         FactKind("total", "amount", Message("performance-pay total"))),
        ACTIVE, staff_types=INSTITUTION, must_change=False, recalculates=False, of_a_unit=True,
    ),
)  # fmt: skip
