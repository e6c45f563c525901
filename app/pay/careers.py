"""The person and the settings of a career, and how they are read from and written to JSON."""
# ruff: noqa: RUF009 - `required` and `optional` make dataclass fields

from __future__ import annotations

from dataclasses import dataclass

from app.pay.events import OCCUPATION, STAFF_TYPE
from app.pay.months import Month
from app.pay.shapes import JsonValue, month, number, one_of, optional, read_record, required, text, write_record


@dataclass(frozen=True, kw_only=True)
class Person:
    """The facts of a person that do not come from an event."""

    staff_type: str = required(STAFF_TYPE)
    education: str | None = optional(text)
    occupation: str | None = optional(OCCUPATION)
    teaching_start_year: int | None = optional(number(1900, 2100))
    teaching_deducted_years: int = optional(number(0, 60), default=0)
    work_start: Month | None = optional(month)
    interruption_years: int = optional(number(0, 60), default=0)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Rule parameters that places decide differently, with the defaults of the format (section 5)."""

    repricing: str = optional(one_of("automatic", "by_event"), default="automatic")
    uplift_rounding: str = optional(one_of("yuan", "cent"), default="yuan")
    retirement_rounding: str = optional(one_of("yuan", "cent"), default="yuan")
    grading_year_counts: bool = optional(one_of(True, False), default=True)
    category_change: str = optional(one_of("family", "explicit"), default="family")
    post_lowering_unit: str = optional(one_of("level", "tier"), default="level")
    institution_education_change: bool = optional(one_of(True, False), default=False)
    strictly_higher: bool = optional(one_of(True, False), default=True)
    downgrade_steps_at_level_27: int = optional(one_of(1, 2), default=1)
    technical_grade_in_comparison: bool = optional(one_of(True, False), default=False)
    institution_death_formula: str = optional(one_of("own", "organ"), default="own")


def person_from_json(given: JsonValue) -> Person:
    """A person, checked. Error: `MALFORMED_CASE`."""
    return Person(**read_record(Person, given, name="person"))


def person_to_json(person: Person) -> dict[str, JsonValue]:
    """The person as the format writes it."""
    return write_record(person)


def settings_from_json(given: JsonValue) -> Settings:
    """Settings, checked; what is left out keeps its default. Error: `MALFORMED_CASE`."""
    return Settings(**read_record(Settings, given, name="settings"))
