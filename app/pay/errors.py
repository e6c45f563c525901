"""Why no amount can be given: the error codes of a career case, each with a sentence for people."""

from __future__ import annotations

from app.errors import Refused
from app.messages import Message
from app.pay.names import CAUSES

# Errors of the whole case; every other code belongs to one question.
CASE_CODES = (
    "MALFORMED_CASE",
    "UNKNOWN_POST",
    "UNKNOWN_EDUCATION",
    "UNKNOWN_STANDARD",
    "NO_START_EVENT",
    "EVENT_BEFORE_START",
    "TRANSFER_MONTHS_NOT_ADJACENT",
)
QUERY_CODES = (
    "MONTH_BEFORE_START",
    "NO_TABLE_CELL",
    "LOW_CONFIDENCE",
    "GRADING_TOO_EARLY",
    "GRADE_REQUIRED",
    "PROMOTION_DURING_SANCTION",
    "EVENT_NOT_APPLICABLE",
    "NOT_COVERED",
    "MISSING_FACT",
)

_REMEDIES = {
    "NO_TABLE_CELL": Message("Ask the human resources bureau to load the official table, then calculate again."),
    "LOW_CONFIDENCE": Message(
        "Ask the human resources bureau to confirm this cell of the table, then calculate again."
    ),
    "GRADING_TOO_EARLY": Message("Choose a grading date in or after the month in which probation ends."),
    "GRADE_REQUIRED": Message("State the grade in the application."),
    "EVENT_NOT_APPLICABLE": Message("Check the employee and the date, or choose another service item."),
    "NOT_COVERED": Message("Have the bureau settle this case by hand."),
    "MISSING_FACT": Message("Complete the employee's record, then calculate again."),
    "UNKNOWN_STANDARD": Message("Give the day from which the standard holds, as the document on the standard says."),
    "EVENT_BEFORE_START": Message("Check the day; if it is right, the career before it must be entered first."),
    "PROMOTION_DURING_SANCTION": Message("Give a day after the end of the sanction, or have the sanction corrected."),
    "MONTH_BEFORE_START": Message("Ask for a month in which the employee was already paid."),
}
_CORRECT = Message("Correct the employee's record, then calculate again.")


class PayError(Refused):
    """No amount, and why. `code` is one of the codes of the career-case format."""

    status = 422

    def __init__(self, code: str, message: Message, *, remedy: Message | None = None) -> None:
        super().__init__(message, remedy=remedy or _REMEDIES.get(code, _CORRECT), code=code)

    @property
    def concerns_whole_case(self) -> bool:
        return self.code in CASE_CODES


def not_applicable(kind: str, why: Message) -> PayError:
    """`EVENT_NOT_APPLICABLE`: an event of this kind does not fit the person, and why."""
    return PayError(
        "EVENT_NOT_APPLICABLE",
        Message("%(event)s does not fit this employee. %(why)s", event=CAUSES[kind], why=why),
    )
