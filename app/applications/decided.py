"""The change of pay that an approved application made: as it was kept, or as its wage records tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.pay.kept_changes import kept_change
from models import ApplicationEmployee
from models.applications import ApplicationState

DECIDED = (ApplicationState.APPROVED, ApplicationState.AT_FINANCE, ApplicationState.PAID)


def change_made(employee: ApplicationEmployee) -> Mapping[str, Any] | None:
    """What was approved for an employee; none if nothing was kept and no wage record of it holds."""
    if employee.change is not None:
        kept: Mapping[str, Any] = employee.change
        return kept
    return kept_change(employee.application_id, employee.staff_id)
