"""Verbs of reports: read one, with the reading written down."""

from __future__ import annotations

from app.access.actor import Actor
from app.access.policy import require
from app.audit import service as audit
from app.reports import queries
from app.reports.asking import Asked
from app.reports.dashboards import Board, board
from app.reports.queries import Table
from app.reports.registry import Report
from app.uow import reading


def read(report: Report, asked: Asked, *, by: Actor, page: int = 1) -> Table:
    """One page of a report. Whose data stands on it is written down. Raises NotAllowed, NotFound."""
    require(by, "report:read")
    require(by, report.permission)
    queries.unit_asked(by, report, asked)
    table = queries.table(by, report, asked, page=page)
    with reading():
        audit.read(
            "report:read", by=by, kind="report", record_id=report.code, subjects=table.subjects, unit_id=asked.unit_id,
            note=" ".join(f"{name}={value}" for name, value in asked.as_params().items())[:300],
        )  # fmt: skip
    return table


def read_board(*, by: Actor) -> Board:
    """The dashboard of this person, with the reading written down."""
    require(by, "report:read")
    shown = board(by)
    with reading():
        audit.read("report:read", by=by, kind="report", record_id="dashboard", subjects=())
    return shown
