"""Why a January brought no higher grade, level or step, or not more than it did: the engine's own reasons, by rule.

The replay considers every normal promotion and keeps what it found; nothing is decided here a second time. What the
replay had no cause to consider (no assessment on record, probation, not employed yet) is said in a sentence of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.messages import Message
from app.pay.career import Career
from app.pay.months import month_said
from app.pay.rulebook import rule_title

CONSIDERED = ("increment", "promotion")
OWN_RULE = {"INSTITUTION": "I-5", "CIVIL_SERVANT": "C-5", "ORGAN_WORKER": "W-1"}
# How the sentences of the engine begin, and the rule from which each speaks; the promotions themselves come last.
_RULES = (
    ("No increment: on 1 January %(year)s the employee is not graded", "I-3"),
    ("No increment: the assessment of", "G-8"),
    ("No increment on 1 January %(year)s: the grade was raised", "I-6"),
    ("No increment on 1 January %(year)s: the year of grading", "I-5"),
    ("No increment: a demerit or lowering", "I-10"),
    ("No level: a sanction", "C-10"),
    ("No step: a demerit or a heavier", "C-10"),
    ("No step: a demerit or lowering", "W-3"),
)
_BRINGS = (
    ("Assessed as", "I-5"),
    ("%(years)s qualified years: up to level", "C-4"),
    ("The top of the range is reached", "C-4"),
    ("The rise is more than a step", "C-6"),
)
_UP_TO_STEP, _NOT_YET = "%(years)s qualified years: up to step", "%(what)s: %(years)s of %(needed)s"
_ONE_AT_A_TIME = Message("One assessed year brings one grade; no rule gives two at once.")


@dataclass(frozen=True)
class Reason:
    """One sentence with the rule it comes from; `then` says when it could come, if that can be counted."""

    rule: str
    text: Message
    then: Message | None = None

    @property
    def title(self) -> Message:
        """What the rule is called."""
        return rule_title(self.rule)


@dataclass(frozen=True)
class StepOfYear:
    """What 1 January of a year brought, and what stood against it, or against more."""

    year: int
    brought: tuple[Reason, ...]
    against: tuple[Reason, ...]

    @property
    def risen(self) -> bool:
        return bool(self.brought)


def step_of_year(career: Career, year: int) -> StepOfYear:
    """The normal promotion of 1 January `year`: what it brought, and why not, or why not more."""
    found = [moment for moment in career.moments if _is_of(moment.cause.kind, moment.month, year)]
    noted = [note for note in career.notes if _is_of(note.cause.kind, note.month, year)]
    begun = [moment.state.staff_type for moment in career.moments if moment.month <= date(year, 1, 1)]
    kind = begun[-1] if begun else career.facts.person.staff_type
    said = [reason for moment in found for reason in moment.reasons]
    said += [reason for note in noted for reason in note.reasons]
    brought = tuple(reason for text in said if (reason := _brings(text, kind)) is not None)
    against = tuple(_against(text, kind, year) for text in said if _brings(text, kind) is None)
    if brought and kind == "INSTITUTION":
        against = (*against, Reason("I-5", _ONE_AT_A_TIME))
    return StepOfYear(year, brought, against if said else (_not_considered(career, year, kind),))


def steps_of_years(career: Career, until: int, *, most: int = 10) -> list[StepOfYear]:
    """The same for the years of a career up to `until`, newest first."""
    first = career.facts.start_month.year + 1
    return [step_of_year(career, year) for year in range(until, max(first, until - most + 1) - 1, -1)]


def _is_of(kind: str, month: date, year: int) -> bool:
    return kind in CONSIDERED and month.year == year


def _brings(text: Message, kind: str) -> Reason | None:
    if text.msgid.startswith(_UP_TO_STEP):
        return Reason(OWN_RULE[kind], text)
    return next((Reason(rule, text) for start, rule in _BRINGS if text.msgid.startswith(start)), None)


def _against(text: Message, kind: str, year: int) -> Reason:
    if text.msgid.startswith(_NOT_YET):
        rule = "C-4" if text.params["what"] == Message("Wage level") else OWN_RULE[kind]
        lacking = int(text.params["needed"]) - int(text.params["years"])
        then = Message("If every year qualifies, it comes on 1 January %(year)s.", year=str(year + lacking))
        return Reason(rule, text, then)
    rule = next((rule for start, rule in _RULES if text.msgid.startswith(start)), OWN_RULE[kind])
    return Reason(rule, text)


def _not_considered(career: Career, year: int, kind: str) -> Reason:
    """Why the replay had nothing to consider in a January."""
    january, start = date(year, 1, 1), career.facts.start_month
    if january <= start:
        return Reason(
            OWN_RULE[kind],
            Message("The wage begins here in %(month)s; the first January that can bring more is that of %(year)s.",
                    month=month_said(start), year=str(start.year + 1)),
        )  # fmt: skip
    if career.stopped is not None and career.stopped.month <= january:
        return Reason("G-7", career.stopped.error.message)
    state = career.held_in(january)
    if state.ended:
        return Reason("O-8", Message("Employment had already ended."))
    if state.to_json().get("phase") == "PROBATION":
        rule = "I-3" if state.staff_type == "INSTITUTION" else "C-2"
        return Reason(rule, Message("On 1 January %(year)s probation was not over; grades rise after the grading.",
                                    year=str(year)))  # fmt: skip
    if year - 1 not in career.facts.assessments:
        return Reason(
            "G-8",
            Message("No assessment of %(assessed)s is on record; without it 1 January %(year)s brings nothing.",
                    assessed=str(year - 1), year=str(year)),
            Message("Once it is on record as Excellent or Qualified, it is worked out and owed from January."),
        )  # fmt: skip
    return Reason("O-7", Message("A transfer from another system in that January set the state anew."))
