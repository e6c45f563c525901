"""The facts that conditions may speak of: about the employee, the unit, the application and its answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from app import clock
from app.forms import choices as lists
from app.forms.choices import Choices
from app.forms.fields import FIELD_TYPES
from app.forms.fields import shown as field_shown
from app.messages import Message, Named
from models.staff import Staff
from models.units import Unit

FIELD = "field."


@dataclass(frozen=True)
class Fact:
    """A fact: `kind` decides how it is compared; one with choices has no other values; `always` is never empty."""

    code: str
    name: Message | Named
    kind: str
    choices: Choices | None = None
    always: bool = False
    least: Any = None
    most: Any = None

    @property
    def answered(self) -> bool:
        """Whether the applicant gives it, so that reasons say "you chose"."""
        return self.code.startswith(FIELD)


class Question(Protocol):
    """What is read of a field of an item version."""

    @property
    def key(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def options(self) -> dict[str, Any]: ...
    @property
    def label_zh(self) -> str: ...
    @property
    def label_en(self) -> str: ...


def _known() -> dict[str, Fact]:
    return {
        fact.code: fact
        for fact in (
            Fact("staff.staff_type", Message("staff type"), "choice", lists.staff_types(), always=True),
            Fact("staff.education", Message("education on the roster"), "choice", lists.educations(), always=True),
            Fact("staff.occupation", Message("occupation on the roster"), "choice", lists.occupations()),
            Fact("staff.post", Message("present post"), "choice", lists.posts()),
            Fact("staff.post_series", Message("kind of the present post"), "choice", lists.POST_SERIES),
            Fact("staff.sex", Message("sex"), "choice", lists.SEXES, always=True),
            Fact("staff.birth_date", Message("date of birth"), "date", always=True),
            Fact("staff.joined_on", Message("day of joining"), "date", always=True),
            Fact("staff.work_start", Message("first day of work"), "date", always=True),
            Fact("staff.interruption_years", Message("years of interruption"), "integer", always=True, least=0),
            Fact("staff.teaching_start_year", Message("first year of teaching or nursing"), "year"),
            Fact("unit.unit_type", Message("unit type"), "choice", lists.UNIT_TYPES, always=True),
            Fact("unit.supervised", Message("the unit has a supervising department"), "yes_no", always=True),
            Fact("application.people", Message("number of employees"), "integer", always=True, least=0),
            Fact("application.filed_on", Message("day of filing"), "date", always=True),
            Fact("application.this_year", Message("year of filing"), "year", always=True),
            Fact("application.last_year", Message("year before the filing"), "year", always=True),
        )
    }


FACTS: Mapping[str, Fact] = _known()


def known_facts(fields: Iterable[Question]) -> dict[str, Fact]:
    """All facts that a condition of a version with these fields may speak of."""
    known = dict(FACTS)
    for field in fields:
        if field.type not in FIELD_TYPES:
            continue
        for fact in _facts_of_field(field):
            known[fact.code] = fact
    return known


def _facts_of_field(field: Question) -> Iterable[Fact]:
    kind, name = FIELD_TYPES[field.type], Named(field.label_zh, field.label_en)
    choices = kind.choices(field.options) if kind.choices else None
    limits = field.options if kind.kind in ("integer", "amount", "year") else {}
    yield Fact(FIELD + field.key, name, kind.kind, choices, least=limits.get("minimum"), most=limits.get("maximum"))
    if field.type == "post":
        yield Fact(
            f"{FIELD}{field.key}_series", Message("kind of “%(label)s”", label=name), "choice", lists.POST_SERIES
        )


def facts_of(
    *,
    staff: Staff | None = None,
    unit: Unit | None = None,
    answers: Mapping[str, Any] | None = None,
    people: int = 1,
    filed_on: date | None = None,
) -> dict[str, Any]:
    """The facts as conditions compare them, from rows that are already loaded. What is not known is left out."""
    day = filed_on or clock.today()
    facts: dict[str, Any] = {
        "application.people": people,
        "application.filed_on": day.isoformat(),
        "application.this_year": day.year,
        "application.last_year": day.year - 1,
    }
    if staff is not None:
        facts |= {
            "staff.staff_type": staff.staff_type,
            "staff.education": staff.education,
            "staff.occupation": staff.occupation,
            "staff.post": staff.post,
            "staff.post_series": lists.post_series_of(staff.post),
            "staff.sex": staff.sex,
            "staff.birth_date": comparable(staff.birth_date),
            "staff.joined_on": comparable(staff.joined_on),
            "staff.work_start": comparable(staff.work_start),
            "staff.teaching_start_year": staff.teaching_start_year,
            "staff.interruption_years": staff.interruption_years,
        }
    if unit is not None:
        facts |= {"unit.unit_type": unit.unit_type, "unit.supervised": unit.supervising_id is not None}
    for key, value in (answers or {}).items():
        facts[FIELD + key] = comparable(value)
        series = lists.post_series_of(value)
        if series is not None:
            facts[f"{FIELD}{key}_series"] = series
    return {code: value for code, value in facts.items() if value is not None and value != ""}


def comparable(value: Any) -> Any:
    """A value as conditions hold it: days as ISO text."""
    if isinstance(value, datetime):
        return clock.local(value).date().isoformat()
    return value.isoformat() if isinstance(value, date) else value


def value_shown(fact: Fact | None, value: Any) -> Any:
    """A value of a fact as people read it; one that does not fit is shown as it stands."""
    if fact is None:
        return str(value)
    if fact.choices is not None:
        named = fact.choices.get(value) if isinstance(value, str) else None
        return named or str(value)
    return field_shown(fact.kind, {}, value)
