"""People of an institution who have a wage since July 2016."""

from __future__ import annotations

from datetime import date

from models import Staff, Unit
from tests.workflow.factories import an_employee_with_career


def a_career(unit: Unit, *events: dict[str, object], post: str = "TECH-12", grade: int = 7, **values: object) -> Staff:
    """Somebody taken over from the file in July 2016."""
    opening = {"type": "opening", "date": "2016-07-01", "post": post, "grade": grade}
    return an_employee_with_career(unit, opening, *events, joined_on=date(2010, 7, 1), **values)
