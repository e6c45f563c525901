"""What is paid in place of the wage on file: living allowance under a coercive measure, sick pay (O-5, O-1)."""

from __future__ import annotations

from decimal import Decimal

from app.messages import Message
from app.pay.components import Cause, Component
from app.pay.months import Month, month_after, month_of, months_from, plus_months
from app.pay.periods import Measure
from app.pay.rounding import money_text, round_half_up
from app.pay.rulebook import rule
from app.pay.sick_leave import deduction_of, leave_in, sick_pay
from app.pay.staff_types import Facts

OUTSIDE_THE_BASE = "SENIORITY_ALLOWANCE"


def wage_base(on_file: tuple[Component, ...]) -> Decimal:
    """The wage on file without the seniority allowance."""
    return sum((part.amount for part in on_file if part.code != OUTSIDE_THE_BASE), Decimal(0))


def measure_in(month: Month, facts: Facts) -> Measure | None:
    """The measure that holds in a month; of several, the one that began last."""
    held = [measure for measure in facts.measures if measure.holds_in(month)]
    return held[-1] if held else None


def paid_in(month: Month, on_file: tuple[Component, ...], facts: Facts) -> tuple[str, tuple[Component, ...]]:
    """The pay status and the parts of a month. A measure goes before a sick leave (D-34)."""
    measure = measure_in(month, facts)
    if measure is not None:
        part = _living_allowance(measure, wage_base(on_file), facts)
        return "COERCIVE_MEASURE", (part,) if part.amount else ()
    leave = leave_in(month, facts)
    if leave is not None:
        part = deduction_of(sick_pay(leave, month, wage_base(on_file), facts), leave)
        return "SICK_LEAVE", (*on_file, part) if part.amount else on_file
    return "NORMAL", on_file


@rule("O-5")
def _living_allowance(measure: Measure, base: Decimal, facts: Facts) -> Component:
    """A percentage of the wage base by the kind of measure."""
    name = f"percent.{measure.kind}"
    if ("O-5", name) not in facts.standards.parameters:
        name = "percent"
    percent = Decimal(facts.standards.parameter("O-5", name))
    return Component(
        code="LIVING_ALLOWANCE",
        amount=round_half_up(base * percent / 100, "cent"),
        rule="O-5",
        source=facts.standards.parameter_source("O-5", name),
        factors={"wage_base": money_text(base), "percent": str(percent)},
        cause=Cause("coercive_measure", measure.event, measure.first),
    )


def months_that_differ(facts: Facts) -> dict[Month, tuple[Cause, Message]]:
    """The months in which a measure or a leave may begin, change or end what is paid, and why."""
    found: dict[Month, tuple[Cause, Message]] = {}
    for leave in facts.leaves:
        first, after = month_of(leave.day), month_after(leave.end_date)
        for number, month in enumerate(months_from(first, after), start=1):
            text = Message("Sick leave, month %(number)s.", number=number)
            found[month] = (Cause(leave.type, leave.id, month), text)
        found[after] = (Cause(leave.type, leave.id, after), Message("The sick leave has ended."))
    for measure in facts.measures:
        if measure.last is None or measure.first <= measure.last:
            text = Message("A coercive measure: the living allowance is paid instead of the wage.")
            found[measure.first] = (Cause("coercive_measure", measure.event, measure.first), text)
            if measure.last is not None:
                after = plus_months(measure.last, 1)
                text = Message("The coercive measure has ended.")
                found[after] = (Cause("measure_ended", measure.ended_by, after), text)
    return found
