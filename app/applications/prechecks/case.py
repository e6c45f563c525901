"""What a check looks at and what it says: the case, the sentence with its remedy, and the registry of checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from app import clock
from app.applications.sheet import ApplicationSheet, FieldLine
from app.items.editions import Version
from app.items.guide import WEIGHTS
from app.messages import Message
from app.pay.effects import EFFECTS, Effect
from app.pay.effects.reading import READERS
from models import Staff

BLOCKING, WARNING = "blocking", "warning"
SETTINGS = WEIGHTS  # the element of an item version that holds the severities it sets, by id of the check


@dataclass(frozen=True)
class Finding:
    """One thing to put right. `place` is the anchor of the question, material or part of the page that it is about."""

    severity: str
    message: Message
    remedy: Message
    place: str
    check: str = ""


@dataclass(frozen=True)
class Said:
    """What a check says of one place; it may be graver or lighter there than the check is otherwise."""

    message: Message
    remedy: Message
    place: str
    severity: str | None = None


class Group(StrEnum):
    COMPLETE = "COMPLETE"
    ELIGIBLE = "ELIGIBLE"
    DATES = "DATES"
    CONSISTENT = "CONSISTENT"
    CONFLICTS = "CONFLICTS"
    AMOUNTS = "AMOUNTS"
    PAPERS = "PAPERS"


GROUPS: dict[str, Message] = {
    Group.COMPLETE: Message("Complete"),
    Group.ELIGIBLE: Message("Eligible"),
    Group.DATES: Message("Dates possible"),
    Group.CONSISTENT: Message("Consistent with the record"),
    Group.CONFLICTS: Message("Not in conflict with other applications"),
    Group.AMOUNTS: Message("Amounts derivable"),
    Group.PAPERS: Message("Materials plausible"),
}


@dataclass(frozen=True)
class Case:
    """One application on a day, as the checks see it. Plain values; nothing is read from the database here."""

    sheet: ApplicationSheet
    today: date

    @property
    def staff(self) -> Staff | None:
        return self.sheet.staff

    @cached_property
    def effect(self) -> Effect | None:
        return EFFECTS.get(self.sheet.version.effect or "")

    @cached_property
    def lines(self) -> dict[str, FieldLine]:
        """The questions that are asked, by key; those that cannot be read are left to their own check."""
        return {line.key: line for line in self.sheet.fields if line.problem is None}

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The facts of the effect that the answers give, in their types."""
        if self.effect is None:
            return {}
        found = {}
        for kind in self.effect.facts:
            line = self.line(kind.key)
            if line is None or line.value in (None, "", "NONE"):
                continue
            try:
                found[kind.key] = READERS[kind.type](line.value)
            except (ValueError, TypeError):
                continue
        return found

    def line(self, fact: str) -> FieldLine | None:
        """The question that gives a fact of the effect."""
        key = self.sheet.version.effect_map.get(fact)
        return self.lines.get(key) if key is not None else None

    def place(self, fact: str) -> str:
        """The anchor of that question."""
        line = self.line(fact)
        return line.anchor if line is not None else "who"

    @property
    def day(self) -> date | None:
        """The day on which the change happens; an assessment and a total have a year instead."""
        return self.facts.get("day")

    @property
    def enters(self) -> bool:
        return self.effect is not None and self.effect.enters


Run = Callable[[Case], Iterable[Said] | None]


@dataclass(frozen=True)
class Check:
    """One check: `what` is what it looks at, for people. An item may set the severity of one that is `settable`."""

    id: str
    group: Group
    what: Message
    run: Run
    severity: str = BLOCKING
    settable: bool = True

    def severity_for(self, version: Version) -> str:
        """As the item sets it, or else as the check is by itself."""
        chosen = version.elements.get(SETTINGS, {}).get(self.id) if self.settable else None
        return chosen if chosen in (BLOCKING, WARNING) else self.severity


CHECKS: dict[str, Check] = {}


def check(
    number: str, group: Group, what: Message, *, severity: str = BLOCKING, settable: bool = True
) -> Callable[[Run], Run]:
    """Registers a check. Its function says what is wrong, nothing where all is well, and None where there was nothing
    to look at."""

    def register(run: Run) -> Run:
        CHECKS[number] = Check(number, group, what, run, severity, settable)
        return run

    return register


def run_check(one: Check, case: Case) -> list[Finding] | None:
    """What a check finds in a case, weighed by the item; None where there was nothing to look at."""
    said = one.run(case)
    if said is None:
        return None
    usual, chosen = one.severity, one.severity_for(case.sheet.version)
    return [
        Finding(chosen if chosen != usual else (each.severity or usual), each.message, each.remedy, each.place, one.id)
        for each in said
    ]


def case_of(sheet: ApplicationSheet) -> Case:
    """The application as it is laid out, today."""
    return Case(sheet, clock.today())
