"""Reads a workbook that somebody uploads: what kind of file it is, its sheets by name, its rows by their headers.

Nothing is calculated: a cell that holds a formula has no value here, and says so. Merged cells have no place in a table
that is read row by row, and say so too.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from string import ascii_letters
from typing import Any
from xml.parsers.expat import ParserCreate

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from app.errors import Refused
from app.messages import Message

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 100_000
MOST_MERGED = 200_000
"""Cells that are merged with others, in one sheet."""
_USE_TEMPLATE = Message("Download the template, fill it in and upload it again.")


@dataclass(frozen=True)
class Cell:
    """One cell: where it stands, what it holds, and what is wrong with reading it at all."""

    sheet: str
    row: int
    column: int
    value: Any
    problem: Message | None = None

    @property
    def address(self) -> str:
        return f"{get_column_letter(self.column)}{self.row}"

    @property
    def empty(self) -> bool:
        return self.value is None or (isinstance(self.value, str) and not self.value.strip())

    @property
    def text(self) -> str:
        return "" if self.value is None else str(self.value).strip()


Row = Mapping[str, Cell]


def open_workbook(data: bytes) -> Workbook:
    """The workbook of an upload. Raises Refused with a sentence for what is no XLSX, too large or damaged."""
    if len(data) > MOST_BYTES:
        raise Refused(
            Message("The workbook is larger than %(size)s MB.", size=MOST_BYTES // 1024 // 1024),
            remedy=Message("Remove pictures and sheets that do not belong to it."),
        )
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise Refused(
            Message("This is an old XLS file or a workbook with a password."),
            remedy=Message("Save it as XLSX without a password and upload it again."),
        )
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
            names = set(packed.namelist())
            if "xl/workbook.xml" not in names or unpacked > MOST_UNPACKED:
                raise _no_workbook()
            for name in names:
                if name.startswith("xl/worksheets/") and _reaches_too_far(packed.read(name)):
                    raise _too_wide()
        return load_workbook(BytesIO(data), keep_links=False)
    except Refused:
        raise
    except Exception as error:  # whatever a damaged file makes the library raise
        raise _no_workbook() from error


def _reaches_too_far(sheet: bytes) -> bool:
    """Whether a cell stands, or cells are merged, where no table of ours reaches: reading makes every cell between.

    Read by a parser, since a search in the text would miss what is written in another way.
    """
    furthest, merged = 0, 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal furthest, merged
        kind = name.rpartition(":")[2]
        if kind in ("c", "row") and "r" in attributes:
            digits = attributes["r"].strip().lstrip(ascii_letters + "$")
            furthest = max(furthest, int(digits or 0))
        elif kind == "mergeCell":
            left, top, right, bottom = range_boundaries(attributes.get("ref", ""))
            merged += ((right or 0) - (left or 0) + 1) * ((bottom or 0) - (top or 0) + 1)

    def refuse(*_: object) -> None:
        raise _no_workbook()  # no program declares entities in a sheet

    parser = ParserCreate()
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(sheet, True)
    return furthest > MOST_ROWS or merged > MOST_MERGED


def sheet_of(book: Workbook, names: Sequence[str]) -> Worksheet | None:
    """The sheet with one of these names, or None."""
    wanted = {name.strip().lower() for name in names}
    for sheet in book.worksheets:
        if str(sheet.title).strip().lower() in wanted:
            return sheet
    return None


def rows_of(sheet: Worksheet, headers: Mapping[str, Sequence[str]], *, header_row: int) -> Iterator[Row]:
    """The rows below the header, each by the keys of `headers`; rows that are empty in all of them are left out.

    `headers` gives the names that a column may have, by key. Raises Refused naming the columns that are missing.
    """
    columns = _columns(sheet, headers, header_row)
    merged = {
        (row, column)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    }
    for number in range(header_row + 1, (sheet.max_row or 0) + 1):
        row = {key: _cell(sheet, number, column, merged) for key, column in columns.items()}
        if any(not cell.empty for cell in row.values()):
            yield row


def _columns(sheet: Worksheet, headers: Mapping[str, Sequence[str]], header_row: int) -> dict[str, int]:
    written = {
        str(sheet.cell(header_row, column).value or "").strip().lower(): column
        for column in range(1, min(sheet.max_column or 0, 100) + 1)
    }
    found = {
        key: next((written[name.lower()] for name in names if name.lower() in written), 0)
        for key, names in headers.items()
    }
    missing = [headers[key][0] for key, column in found.items() if not column]
    if missing:
        raise Refused(
            Message("The sheet “%(sheet)s” lacks the columns: %(columns)s.", sheet=sheet.title,
                    columns=", ".join(missing)),
            remedy=_USE_TEMPLATE,
        )  # fmt: skip
    return found


def _cell(sheet: Worksheet, row: int, column: int, merged: set[tuple[int, int]]) -> Cell:
    value = sheet.cell(row, column).value
    problem = None
    if (row, column) in merged:
        problem = Message("This cell is merged with others, so it cannot be read as one row. Split it.")
    elif isinstance(value, str) and value.startswith("=") and sheet.cell(row, column).data_type == "f":
        problem = Message("This cell holds a formula. Write the amount itself.")
        value = None
    elif sheet.cell(row, column).data_type == "e":
        problem = Message("This cell shows an error of the spreadsheet.")
        value = None
    return Cell(str(sheet.title), row, column, value, problem)


def _too_wide() -> Refused:
    return Refused(
        Message("A sheet of this workbook reaches further than any table: a cell or a merged area lies far outside."),
        remedy=_USE_TEMPLATE,
    )


def _no_workbook() -> Refused:
    return Refused(Message("This file cannot be read as a workbook (XLSX)."), remedy=_USE_TEMPLATE)
