"""The entries of the menu: what this person may open, in the order of their day."""

from __future__ import annotations

from typing import Any

from flask import current_app, request, url_for

from app.messages import Message
from app.web.guard import rule_of, signed_in

# endpoint, label; shown where the endpoint exists and its rule lets the person in
ENTRIES: list[tuple[str, Message]] = [
    ("portal.home", Message("Home")),
    ("portal.proposals", Message("To confirm")),
    ("portal.new_application", Message("New application")),
    ("portal.applications", Message("Applications")),
    ("portal.batches", Message("Batch filings")),
    ("portal.cases", Message("Cases")),
    ("portal.roster", Message("Roster")),
    ("portal.budget", Message("Performance pay")),
    ("portal.reports", Message("Reports")),
    ("own.my_wage", Message("My wage")),
    ("portal.learning", Message("Learning")),
    ("queue.index", Message("Queue")),
    ("finance.index", Message("Finance")),
    ("admin.index", Message("Back office")),
    ("public.guide", Message("Guide")),
]


def navigation() -> list[dict[str, Any]]:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    actor = signed_in()
    entries = []
    for endpoint, label in ENTRIES:
        if endpoint not in app.view_functions:
            continue
        rule = rule_of(app, endpoint)
        if rule is not None and rule.lets_in(actor):
            entries.append(
                {"label": label, "url": url_for(endpoint), "active": request.endpoint == endpoint, "endpoint": endpoint}
            )
    return entries
