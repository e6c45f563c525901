"""The end of probation: grading must not come before the twelfth month after joining (I-3, C-2, D-11)."""

from __future__ import annotations

from app.messages import Message
from app.pay.errors import PayError
from app.pay.months import Month, month_said, plus_months
from app.pay.staff_types import Facts


def due_month(education: str, facts: Facts) -> Month:
    """The first month in which grading may take place."""
    return plus_months(facts.start_month, facts.standards.educations[education].phase_months)


def check_probation_over(education: str, month: Month, facts: Facts) -> None:
    """Error: `GRADING_TOO_EARLY`."""
    due = due_month(education, facts)
    if month < due:
        raise PayError(
            "GRADING_TOO_EARLY",
            Message("Probation lasts until %(due)s; grading in %(month)s is too early.",
                    due=month_said(due), month=month_said(month)),
        )  # fmt: skip
