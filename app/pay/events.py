"""The dated events of a career, as the career-case format names them (career-case/1, section 3)."""
# ruff: noqa: RUF009 - `required` and `optional` make dataclass fields

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, ClassVar

from app.messages import Message
from app.pay.months import Month
from app.pay.shapes import (
    DoesNotFit,
    JsonValue,
    day,
    flag,
    malformed,
    month,
    number,
    one_of,
    optional,
    or_null,
    read_record,
    required,
    text,
    write_record,
)

OCCUPATION = one_of("TEACHER", "COMPULSORY_TEACHER", "NURSE", None)
STAFF_TYPE = one_of("INSTITUTION", "CIVIL_SERVANT", "ORGAN_WORKER")
GRADE, LEVEL, STEP, YEAR = number(1, 100), number(1, 27), number(1, 40), number(1900, 2100)
QUALIFYING = ("EXCELLENT", "QUALIFIED")


@dataclass(frozen=True, kw_only=True)
class Event:
    """What all events have. `type` is the name in the format."""

    type: ClassVar[str] = ""
    id: str = required(text)

    @property
    def day(self) -> datetime.date:
        """The date of the event; an assessment counts from 1 January of the year after."""
        raise NotImplementedError

    def to_json(self) -> dict[str, JsonValue]:
        return {"type": self.type, **write_record(self)}


@dataclass(frozen=True, kw_only=True)
class DatedEvent(Event):
    date: datetime.date = required(day)

    @property
    def day(self) -> datetime.date:
        return self.date


@dataclass(frozen=True, kw_only=True)
class Join(DatedEvent):
    type: ClassVar[str] = "join"


@dataclass(frozen=True, kw_only=True)
class Placement:
    """A state taken over as it stands: institution, civil servant or organ worker fields."""

    post: str | None = optional(text)
    grade: int | None = optional(GRADE)
    position: str | None = optional(or_null(text))
    leading: bool | None = optional(flag)
    rank: str | None = optional(or_null(text))
    level: int | None = optional(LEVEL)
    step: int | None = optional(STEP)
    level_clock: int | None = optional(YEAR)
    step_clock: int | None = optional(YEAR)
    technical_grade: str | None = optional(text)


PLACEMENTS = {
    "INSTITUTION": ({"post", "grade"}, set()),
    "CIVIL_SERVANT": ({"level", "step", "level_clock", "step_clock"}, {"position", "leading", "rank"}),
    "ORGAN_WORKER": ({"technical_grade", "step", "step_clock"}, set()),
}


@dataclass(frozen=True, kw_only=True)
class Opening(Placement, DatedEvent):
    type: ClassVar[str] = "opening"

    @property
    def staff_type(self) -> str:
        """For which staff type the state is written."""
        if self.post is not None:
            return "INSTITUTION"
        return "ORGAN_WORKER" if self.technical_grade is not None else "CIVIL_SERVANT"


@dataclass(frozen=True, kw_only=True)
class Target(Placement):
    """The state in the new system after a transfer."""

    staff_type: str = required(STAFF_TYPE)

    def to_json(self) -> dict[str, JsonValue]:
        return write_record(self)


@dataclass(frozen=True, kw_only=True)
class Grading(DatedEvent):
    type: ClassVar[str] = "grading"
    post: str | None = optional(text)
    grade: int | None = optional(GRADE)
    extra_grades: int = optional(number(0, 10), default=0)
    position: str | None = optional(or_null(text))
    leading: bool | None = optional(flag)
    rank: str | None = optional(or_null(text))
    level: int | None = optional(LEVEL)
    step: int | None = optional(STEP)


@dataclass(frozen=True, kw_only=True)
class Assessment(Event):
    type: ClassVar[str] = "assessment"
    year: int = required(YEAR)
    result: str = required(
        one_of("EXCELLENT", "QUALIFIED", "BASICALLY_QUALIFIED", "UNQUALIFIED", "NO_GRADE", "NOT_ASSESSED")
    )

    @property
    def day(self) -> datetime.date:
        return datetime.date(self.year + 1, 1, 1)

    @property
    def qualifies(self) -> bool:
        """G-8: excellent and qualified count, nothing else."""
        return self.result in QUALIFYING


@dataclass(frozen=True, kw_only=True)
class PostAppointment(DatedEvent):
    type: ClassVar[str] = "post_appointment"
    post: str = required(text)
    grade: int | None = optional(GRADE)


@dataclass(frozen=True, kw_only=True)
class PositionChange(DatedEvent):
    type: ClassVar[str] = "position_change"
    position: str | None = required(or_null(text))
    leading: bool | None = optional(flag)


@dataclass(frozen=True, kw_only=True)
class RankChange(DatedEvent):
    type: ClassVar[str] = "rank_change"
    rank: str = required(text)


@dataclass(frozen=True, kw_only=True)
class TechnicalGradeChange(DatedEvent):
    type: ClassVar[str] = "technical_grade_change"
    technical_grade: str = required(text)


@dataclass(frozen=True, kw_only=True)
class EducationChange(DatedEvent):
    type: ClassVar[str] = "education_change"
    education: str = required(text)


@dataclass(frozen=True, kw_only=True)
class OccupationChange(DatedEvent):
    type: ClassVar[str] = "occupation_change"
    occupation: str | None = required(OCCUPATION)


@dataclass(frozen=True, kw_only=True)
class Sanction(DatedEvent):
    type: ClassVar[str] = "sanction"
    kind: str = required(
        one_of("DEMERIT", "DOWNGRADE", "EXPULSION", "MAJOR_DEMERIT", "POST_LOWERED", "REMOVAL", "WARNING")
    )
    post: str | None = optional(text)
    no_lower_post: bool = optional(flag, default=False)
    position: str | None = optional(or_null(text))
    leading: bool | None = optional(flag)
    level: int | None = optional(LEVEL)
    step: int | None = optional(STEP)


@dataclass(frozen=True, kw_only=True)
class SanctionLifted(DatedEvent):
    type: ClassVar[str] = "sanction_lifted"
    sanction: str = required(text)


def _target(value: JsonValue) -> Target:
    if not isinstance(value, dict):
        raise DoesNotFit
    target = Target(**read_record(Target, value, name="target"))
    check_placement(target.staff_type, set(value) - {"staff_type"}, name="target")
    return target


@dataclass(frozen=True, kw_only=True)
class Transfer(DatedEvent):
    type: ClassVar[str] = "transfer"
    same_system: bool = required(flag)
    last_paid_month: Month = required(month)
    first_paid_month: Month = required(month)
    target: Target | None = optional(_target)


@dataclass(frozen=True, kw_only=True)
class SickLeave(DatedEvent):
    type: ClassVar[str] = "sick_leave"
    end_date: datetime.date = required(day)


@dataclass(frozen=True, kw_only=True)
class CoerciveMeasure(DatedEvent):
    type: ClassVar[str] = "coercive_measure"
    kind: str = required(
        one_of(
            "BAIL",
            "RESIDENTIAL_SURVEILLANCE",
            "CRIMINAL_DETENTION",
            "ARREST",
            "ADMINISTRATIVE_DETENTION",
            "AT_LARGE",
            "SUSPENDED_SENTENCE_WORK",
        )
    )


@dataclass(frozen=True, kw_only=True)
class MeasureEnded(DatedEvent):
    type: ClassVar[str] = "measure_ended"
    measure: str = required(text)
    cleared: bool = required(flag)


@dataclass(frozen=True, kw_only=True)
class Repricing(DatedEvent):
    type: ClassVar[str] = "repricing"
    version: datetime.date = required(day)


@dataclass(frozen=True, kw_only=True)
class Separation(DatedEvent):
    type: ClassVar[str] = "separation"
    reason: str = required(one_of("RESIGNATION", "DISMISSAL", "TERMINATION", "IMPRISONMENT"))


@dataclass(frozen=True, kw_only=True)
class Retirement(DatedEvent):
    type: ClassVar[str] = "retirement"


@dataclass(frozen=True, kw_only=True)
class Death(DatedEvent):
    type: ClassVar[str] = "death"
    cause: str = required(one_of("ON_DUTY", "ILLNESS", "MARTYR"))


KINDS: dict[str, type[Event]] = {
    kind.type: kind
    for kind in (
        Join, Opening, Grading, Assessment, PostAppointment, PositionChange, RankChange, TechnicalGradeChange,
        EducationChange, OccupationChange, Sanction, SanctionLifted, Transfer, SickLeave, CoerciveMeasure,
        MeasureEnded, Repricing, Separation, Retirement, Death,
    )
}  # fmt: skip


def event_from_json(given: JsonValue) -> Event:
    """One event, checked against its shape. Error: `MALFORMED_CASE`."""
    if not isinstance(given, dict):
        raise malformed(Message("%(record)s must be a set of named fields.", record="event"))
    kind = KINDS.get(given["type"]) if isinstance(given.get("type"), str) else None
    if kind is None:
        raise malformed(Message("'%(type)s' is not a type of event.", type=str(given.get("type"))[:80]))
    name = f"{kind.type} {given.get('id', '')}".strip()[:80]
    rest = {key: value for key, value in given.items() if key != "type"}
    event: Any = kind(**read_record(kind, rest, name=name))
    if isinstance(event, Opening):
        check_placement(None, set(rest) - {"id", "date"}, name=name)
    if isinstance(event, Grading | Sanction) and (event.level is None) != (event.step is None):
        raise malformed(Message("%(record)s: level and step belong together.", record=name))
    checked: Event = event
    return checked


def event_to_json(event: Event) -> dict[str, JsonValue]:
    """The event as the format writes it; `event_from_json` reads it back."""
    return event.to_json()


def check_placement(staff_type: str | None, given: set[str], *, name: str) -> None:
    """A taken-over state carries the fields of one staff type, all that it needs and no other."""
    kinds = [staff_type] if staff_type else list(PLACEMENTS)
    for kind in kinds:
        needed, allowed = PLACEMENTS[kind]
        if needed <= given <= needed | allowed:
            return
    raise malformed(Message("%(record)s does not carry the fields of one staff type.", record=name))
