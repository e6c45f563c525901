"""What may be written on the roster: each field by itself, and the fields against each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from app import clock
from app.errors import Invalid
from app.messages import Message
from app.staff import identity
from models.staff import Education, Occupation, StaffType

LEAST_AGE = 14  # whoever was younger has a wrong date; whether younger people may work is not asked here
AHEAD = timedelta(days=366)  # how long before the first day somebody may be registered
CORRECTABLE = frozenset(
    {
        "name", "id_number", "phone", "staff_type", "education", "occupation", "teaching_start_year",
        "teaching_deducted_years", "work_start", "joined_on", "interruption_years", "post",
    }
)  # fmt: skip
FIXED_BY_PAY = CORRECTABLE - {"name", "id_number", "phone"}
_NAME = re.compile(r"[^\W\d_]+(?:[ ·•.'’-]+[^\W\d_]+)*")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}")


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are stored. Raises Invalid with a sentence for each field that cannot be right."""
    tidy: dict[str, Any] = {key: _stripped(value) for key, value in values.items()}
    problems: dict[str, Message] = {}
    name = tidy["name"] = " ".join(str(tidy["name"] or "").split())
    tidy["phone"] = tidy["phone"] or ""
    if len(name) > 60 or not _NAME.fullmatch(name):
        problems["name"] = Message("Write the name as on the identity card, without digits or signs.")
    if tidy["phone"] and not _PHONE.fullmatch(tidy["phone"]):
        problems["phone"] = Message("Write a telephone number in digits.")
    try:
        tidy["id_number"] = identity.normalise(tidy["id_number"] or "")
    except Invalid as refusal:
        problems |= refusal.fields
    problems |= _codes(tidy) | _years(tidy)
    problems |= _dates(tidy, known="id_number" not in problems)
    if problems:
        raise Invalid(fields=problems)
    return tidy


def _stripped(value: Any) -> Any:
    return (value.strip() or None) if isinstance(value, str) else value


def _codes(tidy: Mapping[str, Any]) -> dict[str, Message]:
    from app.pay.names import post_codes

    problems = {}
    for name, codes, optional in (
        ("staff_type", list(StaffType), False), ("education", list(Education), False),
        ("occupation", list(Occupation), True), ("post", post_codes(), True),
    ):  # fmt: skip
        if tidy[name] is None and optional:
            continue
        if tidy[name] not in codes:
            problems[name] = Message("Choose one from the list.")
    return problems


def _years(tidy: Mapping[str, Any]) -> dict[str, Message]:
    problems = {}
    for name in ("teaching_deducted_years", "interruption_years"):
        if not isinstance(tidy[name], int) or not 0 <= tidy[name] <= 60:
            problems[name] = Message("Write a number of years from 0 to 60.")
    first = tidy["teaching_start_year"]
    if tidy["occupation"] is not None and first is None:
        problems["teaching_start_year"] = Message("A teacher or nurse needs the first year in that occupation.")
    elif first is not None and (not isinstance(first, int) or not 1940 <= first <= clock.today().year):
        problems["teaching_start_year"] = Message("Write a year that is not in the future.")
    return problems


def _dates(tidy: Mapping[str, Any], *, known: bool) -> dict[str, Message]:
    started, joined = tidy["work_start"], tidy["joined_on"]
    problems = {
        name: Message("Give a day.") for name in ("work_start", "joined_on") if not isinstance(tidy[name], date)
    }
    if problems:
        return problems
    if joined > clock.today() + AHEAD:
        problems["joined_on"] = Message("This day is more than a year ahead.")
    elif joined < started:
        problems["joined_on"] = Message("Nobody joins the unit before the first day of work.")
    if known:
        born = identity.birth_date_of(tidy["id_number"])
        if started.year - born.year - ((started.month, started.day) < (born.month, born.day)) < LEAST_AGE:
            problems["work_start"] = Message(
                "By the identity number the person was not yet %(age)s on this day.", age=LEAST_AGE
            )
    return problems
