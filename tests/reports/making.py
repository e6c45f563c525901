"""Exports made in a test, and read again as a spreadsheet reads them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from openpyxl import load_workbook

from app.jobs import service as jobs
from app.reports import exporting, exports
from models import ReportExport, db
from models.jobs import JobState
from tests.reports.walking import the


def made(code: str, *, who: str = "auditor", form: str = "XLSX", language: str = "zh", **params: str) -> ReportExport:
    """An export, worked off."""
    export_id = exports.ask(code, params, form=form, language=language, by=the(who))
    jobs.work_off()
    export = db.session.get_one(ReportExport, export_id, populate_existing=True)
    assert export.job is not None
    assert export.job.state == JobState.DONE, export.job.problem
    return export


def read(export: ReportExport, number: int = 1) -> tuple[list[Any], list[list[Any]], list[Any]]:
    """Heads, rows and totals of a workbook, as a spreadsheet reads them."""
    book = load_workbook(exporting.path_of(export, number), read_only=True, data_only=True)
    lines = [list(line) for line in book.worksheets[0].iter_rows(values_only=True)]
    top = next(place for place, line in enumerate(lines) if place > 5 and len(line) > 1 and line[1] is not None)
    return lines[top], lines[top + 1 : -1], lines[-1]


def fen(value: Any) -> int:
    return int((Decimal(str(value or 0)) * 100).to_integral_value())
