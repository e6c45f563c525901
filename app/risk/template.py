"""The payroll workbook as it is handed out: its columns, as text where digits must stay, and what each one holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from app.messages import Message, Named
from app.pay.names import post_name
from app.risk.payrolls import HEADERS, SHEETS

NOTES, POSTS = Named("填表说明", "Notes"), Named("岗位代码", "Posts")
ROWS = 500
"""Rows that are prepared; a longer payroll goes on below them."""
_DIGITS = ("id_number", "account")
_AMOUNTS = ("basic", "allowance", "back_pay")
_MEANING: dict[str, Message] = {
    "name": Message("As on the identity card."),
    "id_number": Message("18 characters. It is not shown to anybody; the person is found by it."),
    "post": Message("The code of the post by whose standard the wage was paid, from the third sheet; may stay empty."),
    "basic": Message("Post wage and grade wage of the month in yuan, without back pay."),
    "allowance": Message("All allowances and subsidies of the month in yuan; empty counts as 0."),
    "back_pay": Message("What was paid for earlier months in yuan, with a minus where it was taken back."),
    "account": Message("8 to 32 digits; only the last four are kept in sight."),
}
Words = Callable[[Any, bool], str]
"""A name or a sentence as text: in Chinese, or else in English."""


def blank_payroll(posts: Sequence[str], *, words: Words, chinese: bool) -> bytes:
    """An empty payroll workbook with its notes; `posts` are the codes that may be chosen."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    at = 0 if chinese else 1
    sheet.title = SHEETS[at]
    for column, (key, names) in enumerate(HEADERS.items(), start=1):
        sheet.cell(1, column, names[at]).font = Font(bold=True)
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = 24 if key in _DIGITS else 14
        for row in range(2, ROWS + 2):
            cell = sheet.cell(row, column)
            cell.number_format = "@" if key in _DIGITS else "#,##0.00" if key in _AMOUNTS else "General"
        if key == "post" and posts:
            offered = DataValidation(type="list", formula1=f"'{words(POSTS, chinese)}'!$A$2:$A${len(posts) + 1}",
                                     allow_blank=True, showErrorMessage=False)  # fmt: skip
            offered.add(f"{letter}2:{letter}{ROWS + 1}")
            sheet.add_data_validation(offered)
    sheet.freeze_panes = "B2"
    _list(book, words(NOTES, chinese), [(names[at], words(_MEANING[key], chinese)) for key, names in HEADERS.items()])
    titles = [(HEADERS["post"][at], words(Message("Post"), chinese))]
    _list(book, words(POSTS, chinese), titles + [(code, words(post_name(code), chinese)) for code in posts])
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _list(book: Workbook, title: str, rows: Sequence[tuple[str, str]]) -> None:
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 20, 80
