"""Which states of an application leave something to do, and for whom."""

from __future__ import annotations

from models.applications import ApplicationState

EDITABLE = (ApplicationState.DRAFT, ApplicationState.RETURNED)
UNDERWAY = (
    ApplicationState.IN_REVIEW,
    ApplicationState.RETURNED,
    ApplicationState.APPROVED,
    ApplicationState.AT_FINANCE,
)  # filed, and its effect not yet paid
DECIDED = (ApplicationState.APPROVED, ApplicationState.AT_FINANCE, ApplicationState.PAID, ApplicationState.REJECTED)
BUREAU = ("application:first_review", "application:recheck", "application:approve")  # who decides at the bureau
