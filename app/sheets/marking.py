"""Gives an uploaded workbook back with what is wrong written into it: the cells marked, the sentences listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

_FILL = PatternFill("solid", start_color="FFFFC7CE", end_color="FFFFC7CE")
_AUTHOR = "ZeroTrip"


@dataclass(frozen=True)
class Mark:
    """One sentence about one cell; row and column 0 for a whole sheet."""

    sheet: str
    row: int
    column: int
    text: str


def marked(book: Workbook, marks: Sequence[Mark], *, title: str, headers: tuple[str, str, str]) -> bytes:
    """The workbook with red cells, a comment on each, and a first sheet that lists every mark with a link."""
    for mark in marks:
        if mark.row and mark.sheet in book.sheetnames:
            cell = book[mark.sheet].cell(mark.row, mark.column)
            if hasattr(cell, "comment"):  # the inside of merged cells takes neither fill nor comment
                cell.fill = _FILL
                earlier = f"{cell.comment.text}\n" if cell.comment else ""
                cell.comment = Comment(earlier + mark.text, _AUTHOR, height=120, width=320)
    _list(book, marks, title, headers)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _list(book: Workbook, marks: Sequence[Mark], title: str, headers: tuple[str, str, str]) -> None:
    if title in book.sheetnames:  # from an earlier round
        book.remove(book[title])
    sheet = book.create_sheet(title, 0)
    for column, header in enumerate(headers, start=1):
        sheet.cell(1, column, header).font = Font(bold=True)
    for number, mark in enumerate(marks, start=2):
        address = f"{get_column_letter(mark.column)}{mark.row}" if mark.row else ""
        sheet.cell(number, 1, mark.sheet)
        place = sheet.cell(number, 2, address)
        if address:
            quoted = mark.sheet.replace("'", "''")
            place.hyperlink = f"#'{quoted}'!{address}"
        text = sheet.cell(number, 3, mark.text)
        text.alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in zip("ABC", (34, 10, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    book.active = 0
