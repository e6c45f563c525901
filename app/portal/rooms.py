"""Every page of the portal for the clerk and the head, gathered on its blueprint."""

from __future__ import annotations

from app.portal import (
    application,
    batches,
    batches_review,
    batches_workbooks,
    confirming,
    delegations,
    home,
    lists,
    papers,
    phone_desk,
    printing,
    proposals,
    roster,
    sending,
    starting,
    steps,
    unit_items,
    uploads,
    waiting,
)
from app.portal.blueprint import pages

__all__ = [
    "application",
    "batches",
    "batches_review",
    "batches_workbooks",
    "confirming",
    "delegations",
    "home",
    "lists",
    "pages",
    "papers",
    "phone_desk",
    "printing",
    "proposals",
    "roster",
    "sending",
    "starting",
    "steps",
    "unit_items",
    "uploads",
    "waiting",
]
