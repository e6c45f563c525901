"""The workbook of a standard: its template, and what is read from one that was filled in.

A workbook has a sheet that names the document and the day, and one sheet for each table: category, level and step as
the engine calls them, their name for the reader, the amount that held before, and the new amount in yuan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from xlsxwriter import Workbook as NewWorkbook

from app.messages import Message
from app.pay.names import table_name
from app.sheets.reading import Cell, Row, open_workbook, rows_of, sheet_of
from app.standards.layout import IMPORTABLE, Place, in_order

ABOUT = ("说明", "About")
DOCUMENT, EFFECTIVE = ("文号", "Document number"), ("执行日期", "In force from")
HEADERS: dict[str, tuple[str, str]] = {
    "category": ("类别代码", "Category code"),
    "level": ("级别代码", "Level code"),
    "step": ("档次", "Step"),
    "name": ("名称", "Name"),
    "before": ("原标准（元）", "Amount before (yuan)"),
    "amount": ("新标准（元）", "New amount (yuan)"),
}
SHEETS: dict[str, tuple[str, str]] = {
    "institution_post_wage": ("事业岗位工资", "Institution posts"),
    "institution_grade_wage_cadre": ("事业薪级工资（管理和专技）", "Institution grades"),
    "institution_grade_wage_worker": ("事业薪级工资（工人）", "Institution worker grades"),
    "institution_probation_grading": ("事业见习期（初期）工资", "Institution probation"),
    "civil_duty_wage": ("公务员职务工资", "Civil duty wage"),
    "civil_rank_wage": ("公务员职级工资", "Civil rank wage"),
    "civil_level_wage": ("公务员级别工资", "Civil level wage"),
    "civil_probation_grading": ("公务员试用期工资", "Civil probation"),
    "organ_worker_wage": ("机关工人工资", "Organ workers"),
}
_HEADER_ROW = 1
_MOST_YUAN = 1_000_000


@dataclass(frozen=True)
class Wrong:
    """What is wrong with one cell, or with a whole sheet."""

    message: Message
    remedy: Message
    cell: Cell | None = None
    sheet: str = ""


@dataclass
class Filled:
    """What a filled workbook says. `amounts` are whole fen; `cells` tells where each one was read."""

    book: Workbook
    effective_from: date | None = None
    document: str = ""
    amounts: dict[Place, int] = field(default_factory=dict)
    cells: dict[Place, Cell] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)


_AS_TEMPLATE = Message("Use the rows of the template; their codes must stay as they are.")
_WRITE_AMOUNT = Message("Write the amount in whole yuan, for example 1510.")


def read(data: bytes, *, known: Iterable[Place]) -> Filled:
    """Read a filled workbook; every cell that cannot be used is named. `known` are the places that the tables have.

    Raises Refused for a file that is no workbook, or whose sheets lack their columns.
    """
    filled = Filled(open_workbook(data))
    _read_about(filled)
    places = set(known)
    for table in IMPORTABLE:
        sheet = sheet_of(filled.book, SHEETS[table])
        if sheet is None:
            continue
        needed = {key: names for key, names in HEADERS.items() if key not in ("name", "before")}
        for row in rows_of(sheet, needed, header_row=_HEADER_ROW):
            _read_row(filled, table, row, places)
    if not filled.amounts and not filled.wrong:
        filled.wrong.append(Wrong(Message("The workbook holds no amount of any table."), _WRITE_AMOUNT))
    return filled


def _read_row(filled: Filled, table: str, row: Row, known: set[Place]) -> None:
    amount = row["amount"]
    if amount.empty and amount.problem is None:
        return  # rows that are left empty belong to tables that are not imported this time, or are missed by the check
    broken = [cell for cell in row.values() if cell.problem is not None]
    if broken:
        filled.wrong += [Wrong(cell.problem, _WRITE_AMOUNT, cell) for cell in broken if cell.problem]
        return
    step = _step(row["step"])
    place = Place(table, row["category"].text, _code(row["level"]), step)
    if place not in known:
        filled.wrong.append(
            Wrong(
                Message("%(table)s has no such row.", table=table_name(table)), _AS_TEMPLATE, row["level"],
            )
        )  # fmt: skip
        return
    fen = _fen(amount.value)
    if fen is None:
        filled.wrong.append(
            Wrong(Message("“%(text)s” is not an amount in yuan.", text=amount.text[:40]), _WRITE_AMOUNT, amount)
        )
    elif place in filled.amounts:
        filled.wrong.append(
            Wrong(Message("This row stands in the table twice."), Message("Remove one of the two."), amount)
        )
    else:
        filled.amounts[place], filled.cells[place] = fen, amount


def _read_about(filled: Filled) -> None:
    sheet = sheet_of(filled.book, ABOUT)
    said: dict[str, Any] = {}
    if sheet is not None:
        for line in range(1, min(sheet.max_row or 0, 50) + 1):
            label = str(sheet.cell(line, 1).value or "").strip()
            said[label] = sheet.cell(line, 2).value
    document = next((said[name] for name in DOCUMENT if said.get(name)), "")
    day = next((said[name] for name in EFFECTIVE if said.get(name)), None)
    filled.document = str(document).strip()[:200]
    filled.effective_from = _day(day)
    if not filled.document:
        filled.wrong.append(
            Wrong(Message("The document number is missing."),
                  Message("Write it on the sheet “%(sheet)s”.", sheet=ABOUT[0]), sheet=ABOUT[0])
        )  # fmt: skip
    if filled.effective_from is None:
        filled.wrong.append(
            Wrong(Message("The day from which the standard is in force is missing or cannot be read."),
                  Message("Write it on the sheet “%(sheet)s”, for example 2018-07-01.", sheet=ABOUT[0]),
                  sheet=ABOUT[0])
        )  # fmt: skip
    elif filled.effective_from.day != 1:
        filled.wrong.append(
            Wrong(Message("A standard is in force from the first day of a month."),
                  Message("Correct the day on the sheet “%(sheet)s”.", sheet=ABOUT[0]), sheet=ABOUT[0])
        )  # fmt: skip


def _step(cell: Cell) -> int | None:
    if cell.empty:
        return None
    text = _code(cell)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else -1


def _code(cell: Cell) -> str:
    """A code; spreadsheets like to turn `12` into 12.0."""
    if isinstance(cell.value, float) and cell.value.is_integer():
        return str(int(cell.value))
    return cell.text


def _fen(value: Any) -> int | None:
    if isinstance(value, bool | date):
        return None
    text = str(value).strip().replace(",", "").replace("，", "").removesuffix("元")
    try:
        yuan = Decimal(text)
    except InvalidOperation:
        return None
    if not yuan.is_finite() or not 0 < yuan <= _MOST_YUAN or yuan != yuan.quantize(Decimal("0.01")):
        return None
    return int(yuan * 100)


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = re.fullmatch(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?", str(value or "").strip())
    if found is None:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None


def template(
    *, places: Mapping[Place, int | None], tables: Sequence[str], in_words: Any, chinese: bool
) -> bytes:  # fmt: skip
    """A workbook to fill in: every row of the tables with its name and the amount that held before (fen)."""
    language = 0 if chinese else 1
    target = BytesIO()
    book = NewWorkbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bottom": 1})
    grey = book.add_format({"font_color": "#5a6677"})
    about = book.add_worksheet(ABOUT[language])
    about.set_column(0, 0, 18)
    about.set_column(1, 1, 44)
    about.write_string(0, 0, DOCUMENT[language], bold)
    about.write_blank(0, 1, None)
    about.write_string(1, 0, EFFECTIVE[language], bold)
    about.write_blank(1, 1, None)
    for table in tables:
        sheet = book.add_worksheet(SHEETS[table][language][:31])
        for column, names in enumerate(HEADERS.values()):
            sheet.write_string(0, column, names[language], bold)
        sheet.set_column(0, 2, 16)
        sheet.set_column(3, 3, 40)
        sheet.set_column(4, 5, 18)
        sheet.freeze_panes(1, 0)
        for line, place in enumerate(in_order(places, table), start=1):
            sheet.write_string(line, 0, place.category, grey)
            sheet.write_string(line, 1, place.level, grey)
            if place.step is not None:
                sheet.write_number(line, 2, place.step, grey)
            sheet.write_string(line, 3, in_words(place.name))
            before = places[place]
            if before is not None:
                sheet.write_number(line, 4, before / 100)
    book.close()
    return target.getvalue()
