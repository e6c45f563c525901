"""Writes a workbook: a title, facts above, a table with headers and typed columns, and a row of totals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

TEXT, MONEY, MONTH, DAY, NUMBER = "text", "money", "month", "day", "number"
_FORMATS = {
    TEXT: {"num_format": "@"},
    MONEY: {"num_format": "#,##0.00", "align": "right"},
    MONTH: {"num_format": "yyyy-mm"},
    DAY: {"num_format": "yyyy-mm-dd"},
    NUMBER: {"num_format": "0"},
}
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Column:
    """A column: its header, what its cells hold (money as whole fen), its width, whether it is totalled."""

    header: str
    kind: str = TEXT
    width: int = 14
    totalled: bool = False


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe before what could begin one."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def workbook(
    *,
    title: str,
    facts: Sequence[tuple[str, Any]],
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    total_label: str,
) -> bytes:
    """An XLSX file in memory. `facts` stand above the table; the last row totals the columns that ask for it."""
    target = BytesIO()
    book = Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(title[:31])
    formats = {kind: book.add_format(shape) for kind, shape in _FORMATS.items()}
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, neutral(title), book.add_format({"bold": True, "font_size": 14}))
    for line, (label, value) in enumerate(facts, start=1):
        sheet.write_string(line, 0, neutral(label), bold)
        _write(sheet, line, 1, value, MONEY if isinstance(value, Fen) else TEXT, formats)
    top = len(facts) + 2
    for place, column in enumerate(columns):
        sheet.write_string(top, place, column.header, head)
        sheet.set_column(place, place, column.width)
    totals = [0] * len(columns)
    line = top
    for row in rows:
        line += 1
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            _write(sheet, line, place, value, column.kind, formats)
            if column.totalled:
                totals[place] += int(value or 0)
    _write_totals(sheet, line + 1, columns, totals, total_label, book)
    sheet.freeze_panes(top + 1, 0)
    book.close()
    return target.getvalue()


class Fen(int):
    """An amount in whole fen, to be shown in yuan."""


def _write(sheet: Worksheet, line: int, place: int, value: Any, kind: str, formats: dict[str, Any]) -> None:
    if value is None:
        sheet.write_blank(line, place, None)
    elif kind == MONEY:
        sheet.write_number(line, place, int(value) / 100, formats[MONEY])
    elif isinstance(value, date):
        sheet.write_datetime(line, place, value, formats[MONTH if kind == MONTH else DAY])
    elif isinstance(value, int | float):
        sheet.write_number(line, place, value, formats[NUMBER])
    else:
        sheet.write_string(line, place, neutral(str(value)), formats[TEXT])


def _write_totals(
    sheet: Worksheet, line: int, columns: Sequence[Column], totals: Sequence[int], label: str, book: Workbook
) -> None:
    strong = book.add_format({"bold": True, "top": 1, "num_format": "#,##0.00", "align": "right"})
    plain = book.add_format({"bold": True, "top": 1})
    sheet.write_string(line, 0, neutral(label), plain)
    for place, column in enumerate(columns):
        if column.totalled:
            sheet.write_number(line, place, totals[place] / 100, strong)
