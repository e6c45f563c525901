"""A report as a PDF: a ruled table set by the same press as the printed forms, with its facts and its totals."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app import clock
from app.documents.press import set_documents
from app.documents.voice import Voice, yuan
from app.messages import Message
from app.reports import places
from app.reports.fields import DAY, DECIMAL, MONEY, MONTH, SHARE, Field
from app.reports.registry import Report, Row
from app.reports.workbook import Sheet

MOST_ROWS = 2_000
"""What is set within half a minute; a longer report is for a workbook."""


def texts_of(report: Report, row: Row, voice: Voice) -> list[str]:
    """A row as the words that stand on the paper."""
    return [said(field, field.value(row), voice) for field in report.fields]


def said(field: Field, value: Any, voice: Voice) -> str:
    """One value in the language of the paper."""
    if value is None:
        return "—"
    if field.kind == MONEY:
        return yuan(int(value))
    if field.kind == SHARE:
        return f"{int(value) / 100:.2f}%"
    if field.kind == DECIMAL:
        return f"{int(value) / 10:,.1f}"
    if field.kind in (MONTH, DAY):
        day = date.fromisoformat(value) if isinstance(value, str) else value
        return f"{day:%Y-%m}" if field.kind == MONTH else day.isoformat()
    return f"{value:,}" if isinstance(value, int) else voice.text(value)


def print_parts(
    target: Path, sheet: Sheet, parts: Sequence[Path], totals: Mapping[str, int], voice: Voice, *, at: datetime
) -> None:
    """Set the rows of the parts as one document."""
    rows: list[list[str]] = []
    for part in parts:
        with gzip.open(part, "rt", encoding="utf-8") as lines:
            rows += [json.loads(line) for line in lines]
    content: dict[str, Any] = {
        "head": head(sheet.title, at),
        "facts": [[label, value] for label, value in sheet.facts],
        "columns": [
            {"said": said_head, "number": field.is_number, "wide": field.width}
            for field, said_head in zip(sheet.fields, sheet.heads, strict=True)
        ],
        "rows": rows,
        "totals": [said(field, totals[field.code], voice) if field.code in totals else "" for field in sheet.fields]
        if totals else [],
        "total": sheet.total_label,
    }  # fmt: skip
    set_text = {**voice.set_in(content), "head": _set_head(content["head"], voice)}
    document = set_documents([("report", set_text)])[0]
    fresh = places.fresh(target)
    fresh.write_bytes(document)
    fresh.replace(target)


def head(title: str, at: datetime) -> dict[str, Any]:
    """What stands at the head and the foot of every page."""
    return {
        "title": title,
        "printed": Message("Printed %(moment)s", moment=f"{clock.local(at):%Y-%m-%d %H:%M}"),
        "page": Message("Page %(page)s of %(pages)s", page="¤1", pages="¤2"),
        "continued": Message("continued"),
        "date": list(clock.local(at).timetuple()[:5]),
    }


def _set_head(content: Mapping[str, Any], voice: Voice) -> dict[str, Any]:
    return {**voice.set_in(content), "language": "zh" if voice.chinese else "en"}
