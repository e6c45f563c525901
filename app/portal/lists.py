"""The list of applications with its filters."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.applications import queries
from app.items.queries import fileable_items
from app.portal.blueprint import pages
from app.web.guard import current_actor, guarded
from app.workflow.states import STATES

FILTERS = ("state", "item", "text")


@pages.get("/applications")
@guarded("application:read")
def applications() -> ResponseReturnValue:
    """All applications in reach, newest change first."""
    actor = current_actor()
    filters = {name: request.args.get(name, "")[:60] for name in FILTERS}
    page = queries.listing(actor, filters, request.args.get("page"))
    kept = {name: value for name, value in filters.items() if value}

    def page_url(number: int) -> str:
        values: dict[str, Any] = {"page": number, **kept}
        return url_for("portal.applications", **values)

    return render_template(
        "portal/applications.html", page=page, filters=filters, active=len(kept.keys() - {"text"}), page_url=page_url,
        states=[(str(code), name) for code, name in STATES.items()], items=_items(actor),
    )  # fmt: skip


def _items(actor: Any) -> list[Any]:
    """What can be filed online, for the filter."""
    return fileable_items(actor)
