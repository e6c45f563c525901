"""Which reports speak of what a page shows: links below the page, for who may open them, narrowed as the page is."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from app.messages import Message
from app.reports.catalogue import ORDER
from app.reports.registry import REPORTS
from app.web.guard import signed_in

BESIDE: dict[str, tuple[str, ...]] = {
    "portal.home": ("wage-roster", "changes", "filings", "performance"),
    "portal.applications": ("filings", "item-times", "limits"),
    "portal.batches": ("filings", "changes"),
    "portal.proposals": ("changes", "people"),
    "portal.roster": ("wage-roster", "people", "structure"),
    "portal.januaries": ("wage-roster", "changes"),
    "portal.budget": ("performance", "performance-payments"),
    "portal.budget_ledger": ("performance", "performance-payments"),
    "portal.payrolls": ("wage-roster", "fund", "changes"),
    "admin.index": ("fund", "changes", "performance", "limits", "item-times"),
    "queue.index": ("limits", "step-passes", "item-times"),
    "applications.index_view": ("filings", "item-times", "limits"),
    "proposals.index_view": ("changes", "people"),
    "staff.index_view": ("people", "structure", "wage-roster"),
    "staff.details_view": ("wage-roster", "changes", "performance-payments"),
    "units.index_view": ("fund", "annual", "structure"),
    "units.details_view": ("fund", "annual", "structure", "performance"),
    "items.index_view": ("item-times", "limits"),
    "finance.index": ("changes", "fund", "annual"),
    "finance.batch": ("changes", "fund"),
    "budgets.index": ("performance", "performance-payments"),
    "budgets.total": ("performance", "performance-payments"),
    "risk.index": ("fund", "changes", "wage-roster"),
    "standards.index": ("fund", "annual", "changes"),
}
"""By endpoint, the reports whose rows it speaks of, the nearest first."""

OF_ONE_UNIT = {"units.details_view": "id", "portal.budget": "unit"}
"""Where an address names a unit, and by which of its values; the reports are then of this unit."""


def links() -> list[dict[str, Any]]:
    """The links of the page that is asked for, each with its label; nothing for who may not open reports."""
    actor = signed_in()
    codes = BESIDE.get(request.endpoint or "", ())
    if not codes or actor is None or not actor.holds("report:read"):
        return []
    assert ORDER
    kept = _narrowing()
    found = []
    for code in codes:
        report = REPORTS[code]
        if actor.holds(report.permission):
            params = {name: value for name, value in kept.items() if name in report.parameters}
            found.append({"label": report.title, "url": url_for("portal.report", report=code, **params)})
    found.append({"label": Message("All reports"), "url": url_for("portal.reports")})
    return found


def _narrowing() -> dict[str, Any]:
    """The unit and the year that the address of the page names."""
    kept: dict[str, Any] = {}
    name = OF_ONE_UNIT.get(request.endpoint or "")
    unit = request.args.get(name, "") if name else ""
    if unit.isascii() and unit.isdigit() and len(unit) < 18:
        kept["unit"] = unit
    year = request.args.get("year", "")
    if year.isascii() and year.isdigit() and len(year) == 4:
        kept["year"] = year
    return kept
