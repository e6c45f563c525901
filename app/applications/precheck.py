"""The check before submission: every mistake that a rule can see, named with its remedy and its place on the page."""

from __future__ import annotations

from dataclasses import dataclass

from app.applications.prechecks import amounts, answers, careers, conflicts, days, order, papers, record
from app.applications.prechecks.by_eye import Look, to_look_at
from app.applications.prechecks.case import (
    BLOCKING,
    CHECKS,
    GROUPS,
    SETTINGS,
    WARNING,
    Check,
    Finding,
    case_of,
    run_check,
)
from app.applications.sheet import ApplicationSheet
from app.messages import Message

__all__ = ["BLOCKING", "CHECKS", "SETTINGS", "WARNING", "Check", "Checked", "Finding", "Look", "checked", "findings",
           "groups", "to_look_at"]  # fmt: skip
_ROOMS = (answers, careers, days, order, record, conflicts, amounts, papers)
"""Where the checks are registered."""


@dataclass(frozen=True)
class Checked:
    """One check with its outcome: `findings` is None where there was nothing to look at."""

    check: Check
    findings: tuple[Finding, ...] | None

    @property
    def tone(self) -> str:
        if not self.findings:
            return "ok"
        return "bad" if any(one.severity == BLOCKING for one in self.findings) else "warn"


def checked(sheet: ApplicationSheet) -> list[Checked]:
    """Every check with what it found, in order."""
    case = case_of(sheet)
    outcomes = []
    order = list(GROUPS)
    for one in sorted(CHECKS.values(), key=lambda one: order.index(one.group)):
        found = run_check(one, case)
        outcomes.append(Checked(one, tuple(found) if found is not None else None))
    return outcomes


def findings(sheet: ApplicationSheet) -> list[Finding]:
    """What stands in the way of this application (blocking), and what is worth a second look (warning)."""
    return [finding for one in checked(sheet) for finding in one.findings or ()]


def groups(outcomes: list[Checked]) -> list[tuple[Message, list[Checked]]]:
    """The same by what they are about; what had nothing to look at is left out."""
    return [
        (name, members)
        for group, name in GROUPS.items()
        if (members := [one for one in outcomes if one.check.group == group and one.findings is not None])
    ]
