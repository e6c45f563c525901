"""The wage rules by id: what each is called, and which functions carry it out.

A function that carries out a rule is marked `@rule("I-5")`, so that a rule can be found from the code and the code
from the rule. Titles are shown to people next to every amount.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from app.messages import Message

Carrier = TypeVar("Carrier", bound=Callable[..., object])

TITLES: dict[str, Message] = {
    "G-1": Message("A change takes effect in the month after the event"),
    "G-2": Message("Amounts are read from the standard in force in the month"),
    "G-3": Message("A new standard changes the amounts only; post and grade stay"),
    "G-4": Message("Back pay is the difference for every month until the new amount is paid"),
    "G-5": Message("Rounding"),
    "G-6": Message("Order of several changes in one month"),
    "G-7": Message("The wage history is a chain"),
    "G-8": Message("Which assessment years count"),
    "I-1": Message("Post wage and grade wage are read from the tables"),
    "I-2": Message("Probation wage by education from the month of joining"),
    "I-3": Message("Probation ends after twelve months"),
    "I-4": Message("Grading after probation by education and post"),
    "I-5": Message("Annual increment of one grade on 1 January"),
    "I-6": Message("Change of post within a series"),
    "I-7": Message("Change of post category"),
    "I-8": Message("Ten percent uplift for teachers and nurses"),
    "I-9": Message("Teaching or nursing seniority allowance"),
    "I-10": Message("Sanctions of institution staff"),
    "I-11": Message("Change of education"),
    "C-1": Message("Duty or rank wage and level wage are read from the tables"),
    "C-2": Message("Probation wage of civil servants by education"),
    "C-3": Message("Grading of civil servants after probation"),
    "C-4": Message("One level up after five qualified years"),
    "C-5": Message("One step up after two qualified years"),
    "C-6": Message("Choice of the step in another level, level by level"),
    "C-7": Message("Promotion to a higher position"),
    "C-8": Message("Promotion to a higher rank"),
    "C-9": Message("Lower position or rank without sanction"),
    "C-10": Message("Sanctions of civil servants"),
    "W-1": Message("Step of the post wage after two qualified years"),
    "W-2": Message("Higher technical grade"),
    "W-3": Message("Sanctions of organ workers"),
    "O-1": Message("Sick leave"),
    "O-2": Message("Service years"),
    "O-3": Message("Retirement fee, old method"),
    "O-4": Message("Death benefit"),
    "O-5": Message("Coercive measures"),
    "O-6": Message("Year-end bonus"),
    "O-7": Message("Transfer"),
    "O-8": Message("Separation, retirement, death: pay stops the month after"),
}
CARRIERS: dict[str, list[str]] = {}


def rule(*rule_ids: str) -> Callable[[Carrier], Carrier]:
    """Mark a function as one that carries out these rules."""

    def mark(function: Carrier) -> Carrier:
        for rule_id in rule_ids:
            if rule_id not in TITLES:
                raise LookupError(f"no title for rule {rule_id}")
            place = f"{function.__module__}.{function.__qualname__}"
            CARRIERS.setdefault(rule_id, []).append(place)
        return function

    return mark


def rule_title(rule_id: str) -> Message:
    """The title of a rule."""
    return TITLES.get(rule_id) or Message("Rule %(rule)s", rule=rule_id)
