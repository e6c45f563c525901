"""Every page of the portal for the clerk and the head, gathered on its blueprint."""

from __future__ import annotations

from app.portal import (
    application,
    confirming,
    home,
    lists,
    paper,
    phone_desk,
    roster,
    sending,
    starting,
    steps,
    uploads,
)
from app.portal.blueprint import pages

__all__ = [
    "application",
    "confirming",
    "home",
    "lists",
    "pages",
    "paper",
    "phone_desk",
    "roster",
    "sending",
    "starting",
    "steps",
    "uploads",
]
