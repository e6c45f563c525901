"""What the codes in reports are called, and the fields that many reports share."""

from __future__ import annotations

from typing import Any

from app.forms.choices import SEXES, UNIT_TYPES
from app.messages import Message, Named
from app.pay.names import (
    CAUSES,
    POSITIONS,
    STAFF_TYPES,
    TECHNICAL_GRADES,
    cause_name,
    education_name,
    post_name,
)
from app.reports.fields import DAY, MONEY, MONTH, Field
from app.workflow.states import state_name

NONE = Message("(none)")
LEFT = "left"
_CAUSES = {**CAUSES, LEFT: Message("Left the unit")}


def unit_named(zh: str | None, en: str | None) -> Any:
    """A unit in both languages."""
    return NONE if zh is None else Named(zh, en or zh)


def category_named(code: str | None) -> Any:
    return STAFF_TYPES.get(code or "", NONE)


def post_named(code: str | None) -> Any:
    """The name of a post, a position or a technical grade."""
    if not code:
        return NONE
    return POSITIONS.get(code) or TECHNICAL_GRADES.get(code) or post_name(code)


def reason_named(code: str | None) -> Any:
    """Why a wage changed."""
    return _CAUSES[LEFT] if code == LEFT else cause_name(code or "")


def education_named(code: str | None) -> Any:
    return education_name(code) if code else NONE


def sex_named(code: str | None) -> Any:
    return SEXES.get(code or "", NONE)


def unit_type_named(code: str | None) -> Any:
    return UNIT_TYPES.get(code or "", NONE)


def state_named(code: str | None) -> Any:
    return state_name(code) if code else NONE


def item_named(zh: str, en: str) -> Any:
    return Named(zh, en or zh)


def band_named(lowest: int | str | None) -> Any:
    """A band of five years of age."""
    if lowest in (None, ""):
        return NONE
    low = int(lowest or 0)
    if low < 30:
        return Message("Under 30")
    return Message("60 and above") if low >= 60 else Message("%(from)s to %(to)s", **{"from": low, "to": low + 4})


REASONS = dict(_CAUSES)

UNIT_CODE = Field("unit_code", Message("Unit code"), Message("The number of the unit in the tree of units."), width=12)
UNIT = Field(
    "unit", Message("Unit"), Message("The unit in which the employee stands on the roster today."), width=30,
    columns=("unit_name", "unit_name_en"), named=unit_named, dimension=True, key="unit_code",
)  # fmt: skip
STAFF_NO = Field("staff_no", Message("Staff number"), Message("The number on the roster."), width=13)
NAME = Field("name", Message("Name"), Message("The employee's name."), width=12)
CATEGORY = Field(
    "category", Message("Staff category"), Message("Institution staff, civil servants or organ workers."), width=14,
    named=category_named, dimension=True,
)  # fmt: skip
POST = Field(
    "post", Message("Post or position"), Message("As the wage record itself names it: post, position or technical "
                                                 "grade."), width=20, named=post_named, dimension=True,
)  # fmt: skip
MONTH_FIELD = Field(
    "month", Message("Month"), Message("The month for which the wage is paid."), kind=MONTH, width=10, dimension=True
)
TOTAL = Field(
    "total_fen", Message("Monthly wage"), Message("All parts of the wage of the month, in yuan, without back pay."),
    kind=MONEY, totalled=True, measure=True,
)  # fmt: skip
EDUCATION = Field(
    "education", Message("Education"), Message("The highest education on the roster."), named=education_named,
    dimension=True,
)  # fmt: skip
SEX = Field("sex", Message("Sex"), Message("From the identity number."), width=8, named=sex_named, dimension=True)
JOINED = Field("joined_on", Message("Joined"), Message("Since when the employee is with the unit."), kind=DAY, width=12)
