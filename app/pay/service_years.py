"""Service years by calendar years, less interruptions and time under coercive measures (O-2, D-35)."""

from __future__ import annotations

from app.messages import Message
from app.pay.errors import PayError
from app.pay.months import Month, months_from, plus_months
from app.pay.rulebook import rule
from app.pay.staff_types import Facts

MONTHS_OF_YEAR = 12


@rule("O-2")
def service_years(month: Month, facts: Facts) -> int:
    """The service years that count in a month. Error: `MISSING_FACT` without the month of starting work."""
    started = facts.person.work_start
    if started is None:
        raise PayError("MISSING_FACT", Message("The month of starting work is needed to count service years."))
    years = month.year - started.year + 1 - facts.person.interruption_years
    return years - len(_months_under_measures(month, facts)) // MONTHS_OF_YEAR


def _months_under_measures(until: Month, facts: Facts) -> set[Month]:
    """The months up to `until` (included) in which a measure held that was not cleared."""
    months: set[Month] = set()
    for measure in facts.measures:
        last = until if measure.last is None else min(until, measure.last)
        months.update(months_from(measure.first, plus_months(last, 1)))
    return months
