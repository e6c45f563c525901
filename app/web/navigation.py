"""The entries of the menu: what this person may open, in the order of their day."""

from __future__ import annotations

from typing import Any

from flask import current_app, request, url_for

from app.messages import Message
from app.web.guard import rule_of, signed_in

FILINGS, FUND, LEARN = Message("Filings"), Message("Wage fund"), Message("Learn")
# endpoint, label, group; shown where the endpoint exists and its rule lets the person in
ENTRIES: list[tuple[str, Message, Message | None]] = [
    ("portal.home", Message("Home"), None),
    ("portal.proposals", Message("To confirm"), None),
    ("portal.new_application", Message("New application"), None),
    ("portal.applications", Message("Applications"), FILINGS),
    ("portal.batches", Message("Batch filings"), FILINGS),
    ("portal.roster", Message("Roster"), None),
    ("portal.budget", Message("Performance pay"), FUND),
    ("portal.cases", Message("Cases"), FUND),
    ("portal.reports", Message("Reports"), FUND),
    ("own.my_wage", Message("My wage"), None),
    ("portal.learning", Message("Learning"), LEARN),
    ("public.guide", Message("Guide"), LEARN),
    ("queue.index", Message("Queue"), None),
    ("finance.index", Message("Finance"), None),
    ("admin.index", Message("Back office"), None),
]


def navigation() -> list[dict[str, Any]]:
    """Every entry that this person may open, one after the other."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    actor = signed_in()
    entries = []
    for endpoint, label, group in ENTRIES:
        if endpoint not in app.view_functions:
            continue
        rule = rule_of(app, endpoint)
        if rule is not None and rule.lets_in(actor):
            entries.append(
                {
                    "label": label, "url": url_for(endpoint), "active": request.endpoint == endpoint,
                    "endpoint": endpoint, "group": group,
                }
            )  # fmt: skip
    return entries


def menu() -> list[dict[str, Any]]:
    """The same in the one line that a screen has room for: what belongs together lies in a group that opens, under
    the place of its first entry. A group of one is that one."""
    entries = navigation()
    shown: list[dict[str, Any]] = []
    for entry in entries:
        group = entry["group"]
        beside = [one for one in entries if group is not None and one["group"] is group]
        if len(beside) < 2:
            shown.append(entry)
        elif entry is beside[0]:
            shown.append({"label": group, "entries": beside, "active": any(one["active"] for one in beside)})
    return shown
