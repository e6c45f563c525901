"""Tells who asked for a scheduled report that it is made."""

from __future__ import annotations

from app.messages import Message
from app.notify.service import accounts, tell
from models import ReportExport


def tell_ready(export: ReportExport, title: Message) -> None:
    """A report asked for at this moment is waited for on its own page; one made by a schedule is told."""
    if export.schedule_id is not None:
        tell(
            "report_ready", people=accounts([export.made_by_id]), facts={"report": title},
            key=f"report-export/{export.id}", link=f"/exports/{export.id}",
        )  # fmt: skip
