"""The workbook of a batch: the template filled with a unit's people, and what its rows say when it comes back."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from app.errors import Invalid, Refused
from app.forms import fields as forms
from app.forms.fields import FIELD_TYPES
from app.items.editions import Field, Version
from app.messages import Message, Named
from app.sheets.reading import MOST_UNPACKED, Cell, open_workbook, rows_of, sheet_of
from app.sheets.writing import neutral

SHEET = Named("批量申报", "Batch")
NUMBER, NAME = Named("职工编号", "Staff number"), Named("姓名", "Name")
HEADER_ROW = 3
Words = Callable[[Any, bool], str]
"""A name or a sentence as text: in Chinese, or else in English."""
MOST_ROWS = 5000
_LIST_CHARACTERS = 250  # a list of choices longer than this does not fit into a workbook's own check


@dataclass(frozen=True)
class Person:
    """One row of the template: the employee, and the answers that the records know."""

    staff_no: str
    name: str
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """One sentence about one cell of a row."""

    row: int
    column: int
    message: Message


@dataclass
class ReadRow:
    """One row as it was read; `staff_id` is found later, problems are added as they are found."""

    row: int
    staff_no: str
    name: str
    answers: dict[str, Any]
    problems: list[Problem]
    number_column: int
    name_column: int
    staff_id: int | None = None

    def say(self, message: Message, *, column: int | None = None) -> None:
        self.problems.append(Problem(self.row, column or self.number_column, message))


def template(
    version: Version, unit_name: str, people: Sequence[Person], note: Message, *, words: Words, chinese: bool
) -> bytes:  # fmt: skip
    """The template: a title, a line on how to fill it, the headers, and a row for each person."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = words(SHEET, chinese)
    title = words(Named(version.item.name_zh, version.item.name_en), chinese)
    sheet.cell(1, 1, neutral(f"{title} · {unit_name}")).font = Font(bold=True, size=14)
    sheet.cell(2, 1, words(note, chinese)).alignment = Alignment(vertical="top")
    for column, header in enumerate([NUMBER, NAME, *(_label(one) for one in version.fields)], start=1):
        cell = sheet.cell(HEADER_ROW, column, words(header, chinese))
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = 18
    for line, person in enumerate(people, start=HEADER_ROW + 1):
        sheet.cell(line, 1, neutral(person.staff_no)).number_format = "@"
        sheet.cell(line, 2, neutral(person.name))
        for column, one in enumerate(version.fields, start=3):
            sheet.cell(line, column, _written(one, person.answers.get(one.key), words, chinese))
    _offer_choices(sheet, version, HEADER_ROW + max(len(people), 1), words, chinese)
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, 3)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _offer_choices(sheet: Any, version: Version, last_row: int, words: Words, chinese: bool) -> None:
    for column, one in enumerate(version.fields, start=3):
        listed = ",".join(words(name, chinese) for name in _choices(one).values())
        if listed and len(listed) <= _LIST_CHARACTERS and '"' not in listed:
            check = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
            letter = get_column_letter(column)
            check.add(f"{letter}{HEADER_ROW + 1}:{letter}{last_row}")
            sheet.add_data_validation(check)


def read_rows(content: bytes, version: Version, *, words: Words) -> tuple[Workbook, list[ReadRow]]:
    """The workbook and its rows, each with what is wrong with its own cells. Raises Refused for the whole of it:
    no workbook, too many rows, another sheet, missing columns, nothing in it."""
    _refuse_too_many_rows(content)
    book = open_workbook(content)
    sheet = sheet_of(book, [SHEET.zh, SHEET.en])
    if sheet is None:
        raise Refused(
            Message("The workbook has no sheet “%(sheet)s”. It has: %(sheets)s.", sheet=SHEET,
                    sheets=", ".join(book.sheetnames[:10])),
            remedy=Message("Fill in the template that you downloaded here, and leave the name of its sheet."),
        )  # fmt: skip
    headers = {"": [NUMBER.zh, NUMBER.en], " ": [NAME.zh, NAME.en]} | {
        one.key: [one.label_zh, one.label_en] for one in version.fields
    }
    known = {
        one.key: {words(name, chinese): code for code, name in _choices(one).items() for chinese in (True, False)}
        for one in version.fields
    }
    rows = [_row(cells, version, known) for cells in rows_of(sheet, headers, header_row=HEADER_ROW)]
    if not rows:
        raise Refused(
            Message("The workbook has no row below the headers."), remedy=Message("Write one row for each employee.")
        )
    if len(rows) > MOST_ROWS:
        raise _too_many()
    _mark_twice(rows)
    return book, rows


def _row(cells: Mapping[str, Cell], version: Version, known: Mapping[str, Mapping[str, str]]) -> ReadRow:
    number, name = cells[""], cells[" "]
    row = ReadRow(number.row, _figures(number.value), name.text.lstrip("'"), {}, [], number.column, name.column)
    for cell in cells.values():
        if cell.problem is not None:
            row.say(cell.problem, column=cell.column)
    if number.empty and number.problem is None:
        row.say(Message("The staff number is missing, so nobody knows whom the row is for."))
    for one in version.fields:
        cell = cells[one.key]
        if cell.problem is not None or cell.empty:
            continue
        try:
            row.answers[one.key] = forms.parse(one.type, one.options, _meant(cell.value, known[one.key]))
        except Invalid as refusal:
            said = next(iter(refusal.fields.values()), refusal.message)
            row.say(Message("“%(label)s”: %(problem)s", label=_label(one), problem=said), column=cell.column)
    return row


def _meant(value: Any, known: Mapping[str, str]) -> Any:
    """What a cell means: a day of the spreadsheet as a day, 2017.0 as 2017, the name of a choice as its code."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        text = value.strip().lstrip("'")
        return known.get(text, text)
    return value


def _figures(value: Any) -> str:
    """A staff number as text, also where the spreadsheet has made a number of it."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip().lstrip("'")


def _mark_twice(rows: Sequence[ReadRow]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        if not row.staff_no:
            continue
        if row.staff_no in first:
            row.say(Message("The same person stands in row %(row)s already.", row=first[row.staff_no]))
        first.setdefault(row.staff_no, row.row)


def _refuse_too_many_rows(content: bytes) -> None:
    """Counted before the workbook is opened, for that alone takes minutes with a hundred thousand rows."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED:
                return  # refused when it is opened
            for name in packed.namelist():
                if name.startswith("xl/worksheets/") and _rows_in(packed, name) > MOST_ROWS + HEADER_ROW:
                    raise _too_many()
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError):
        return  # no workbook: opening it says so


def _rows_in(packed: zipfile.ZipFile, name: str) -> int:
    count = 0
    for piece in _pieces(packed, name):
        count += piece.count(b"<row ") + piece.count(b"<row>")
        if count > MOST_ROWS + HEADER_ROW:
            break
    return count


def _pieces(packed: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with packed.open(name) as stream:
        while piece := stream.read(1 << 20):
            yield piece


def _too_many() -> Refused:
    return Refused(
        Message("The workbook has more than %(most)s rows.", most=MOST_ROWS),
        remedy=Message("Delete what is not needed, also empty rows with borders, or send it in parts."),
    )


def _choices(one: Field) -> Mapping[str, Any]:
    kind = FIELD_TYPES[one.type]
    if kind.choices is not None:
        return kind.choices(one.options)
    return {"yes": Named("是", "Yes"), "no": Named("否", "No")} if one.type == "yes_no" else {}


def _written(one: Field, value: Any, words: Words, chinese: bool) -> Any:
    if value is None:
        return None
    if one.type == "yes_no":
        return words(_choices(one)["yes" if value else "no"], chinese)
    name = _choices(one).get(value)
    if name is not None:
        return words(name, chinese)
    return neutral(value) if isinstance(value, str) else value


def _label(one: Field) -> Named:
    return Named(one.label_zh, one.label_en)
