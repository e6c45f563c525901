"""A report as a workbook, written row by row: rows go to a part as they are read, and parts are bound at the end.

The frame (title, facts, heads, formats, totals) is made by XlsxWriter; the rows between are streamed into it, so that
memory does not grow with them and a job that was killed goes on after its last whole part. Text is kept as text and
never as a formula.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from io import BytesIO
from operator import itemgetter
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from xlsxwriter import Workbook

from app.reports import places
from app.reports.fields import DAY, DECIMAL, MONEY, MONTH, NUMBER, SHARE, TEXT, Field
from app.sheets.writing import neutral

_FORMATS = {
    TEXT: {"num_format": "@"},
    MONEY: {"num_format": "#,##0.00"},
    MONTH: {"num_format": "yyyy-mm"},
    DAY: {"num_format": "yyyy-mm-dd"},
    NUMBER: {"num_format": "#,##0"},
    SHARE: {"num_format": "0.00%"},
    DECIMAL: {"num_format": "0.0"},
}
_PLACES = {MONEY: 2, SHARE: 4, DECIMAL: 1}
_EPOCH = date(1899, 12, 30)
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SHEET = "xl/worksheets/sheet1.xml"
_PIECE = 1 << 20
MOST_KNOWN = 20_000  # values of one column whose words are kept


@dataclass(frozen=True)
class Sheet:
    """What stands around the rows."""

    title: str
    facts: Sequence[tuple[str, str]]
    fields: Sequence[Field]
    heads: Sequence[str]
    total_label: str


Cell = Callable[[Mapping[str, Any]], str]


def cell_writer(fields: Sequence[Field], say: Callable[[Any], str]) -> Cell:
    """A function that turns a row into its XML. `say` gives the words of a value that is no number.

    It is called some millions of times for one export, so what depends on the field alone is worked out beforehand.
    """
    cells = [
        _text_cell(field, style, say) if field.kind == TEXT else _number_cell(field, style)
        for field, style in zip(fields, _styles(fields), strict=True)
    ]

    def write(row: Mapping[str, Any]) -> str:
        return f"<row>{''.join([cell(row) for cell in cells])}</row>\n"

    return write


def _text_cell(field: Field, style: str, say: Callable[[Any], str]) -> Cell:
    """Words, each made once: a unit or a post stands in very many rows."""
    names, known = field.reads, dict[Any, str]()

    def made(row: Mapping[str, Any]) -> str:
        said = _NOT_IN_XML.sub("", say(field.value(row))).strip()
        if not said:
            return f'<c s="{style}"/>'
        return f'<c s="{style}" t="inlineStr"><is><t>{escape(neutral(said), quote=False)}</t></is></c>'

    def cell(row: Mapping[str, Any]) -> str:
        raw = row[names[0]] if len(names) == 1 else tuple([row[name] for name in names])
        kept = known.get(raw)
        if kept is None:
            if len(known) > MOST_KNOWN:
                known.clear()
            kept = known[raw] = made(row)
        return kept

    return cell


def _number_cell(field: Field, style: str) -> Cell:
    """An amount, a number or a day, as the number that a workbook keeps of it."""
    empty, kind = f'<c s="{style}"/>', field.kind
    read: Callable[[Mapping[str, Any]], Any] = itemgetter(field.reads[0]) if field.named is None else field.value

    def cell(row: Mapping[str, Any]) -> str:
        value = read(row)
        if value is None:
            return empty
        if kind in (MONTH, DAY):
            day = date.fromisoformat(value) if isinstance(value, str) else value
            return f'<c s="{style}"><v>{(day - _EPOCH).days}</v></c>'
        return f'<c s="{style}"><v>{exact(kind, int(value))}</v></c>'

    return cell


def exact(kind: str, value: int) -> str:
    """A whole number of fen, tenths or ten-thousandths as an exact decimal number."""
    if kind == MONEY and value >= 0:
        return f"{value // 100}.{value % 100:02d}"
    places = _PLACES.get(kind, 0)
    if not places:
        return str(value)
    sign, digits = "-" if value < 0 else "", str(abs(value)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def bind(target: Path, sheet: Sheet, parts: Iterable[Path], *, rows: int, totals: Mapping[str, int]) -> None:
    """Put the parts into the frame, one after the other. The file appears whole or not at all."""
    frame = _frame(sheet, totals)
    fresh = places.fresh(target)
    with ZipFile(BytesIO(frame)) as made, ZipFile(fresh, "w", ZIP_DEFLATED, compresslevel=6) as book:
        for name in made.namelist():
            if name != _SHEET:
                book.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), made.read(name), ZIP_DEFLATED)
        before, after = _around(made.read(_SHEET).decode(), rows)
        info = ZipInfo(_SHEET, (1980, 1, 1, 0, 0, 0))
        info.compress_type = ZIP_DEFLATED
        with book.open(info, "w", force_zip64=True) as out:
            out.write(before.encode())
            for part in parts:
                with gzip.open(part, "rb") as read:
                    while piece := read.read(_PIECE):
                        out.write(piece)
            out.write(after.encode())
    fresh.replace(target)


def _around(xml: str, rows: int) -> tuple[str, str]:
    """The sheet before the rows and after them: the row with the mark goes, and the totals move down behind them."""
    found = re.match(r"<row r=\"(\d+)\".*?</row>", xml[_marked(xml) :], re.S)
    assert found is not None
    start = _marked(xml) + found.start()
    end = _marked(xml) + found.end()
    first = int(found.group(1))
    tail = xml[end:]
    tail = re.sub(rf'(r="[A-Z]*){first + 1}"', rf'\g<1>{first + rows}"', tail)
    head = re.sub(r'<dimension ref="[^"]*"/>', "", xml[:start])
    return head, tail


def _marked(xml: str) -> int:
    """Where the row begins whose cells carry no value: the last but one."""
    return xml.rindex("<row ", 0, xml.rindex("<row "))


def _styles(fields: Sequence[Field]) -> list[str]:
    """The number of the format of every column, as XlsxWriter gives them out."""
    sheet = Sheet("x", (("x", "x"),), fields, ["x"] * len(fields), "x")  # formats are numbered as they are first used
    with ZipFile(BytesIO(_frame(sheet, {}))) as made:
        xml = made.read(_SHEET).decode()
    row = xml[_marked(xml) : xml.rindex("<row ")]
    return re.findall(r'<c r="[A-Z]+\d+" s="(\d+)"', row)


def _room_of(field: Field, totals: Mapping[str, int]) -> int:
    """How wide the total of a column is: where it did not fit, a spreadsheet would show ####."""
    return len(f"{int(totals.get(field.code, 0)):,}") + 4 if field.code in totals else 0


def _frame(sheet: Sheet, totals: Mapping[str, int]) -> bytes:
    """The workbook with one empty row, from which the formats are read, and the totals below it."""
    place = BytesIO()
    book = Workbook(place, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet("".join(sign for sign in sheet.title if sign not in "[]:*?/\\'")[:31])
    bold, head = book.add_format({"bold": True}), book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    page.write_string(0, 0, neutral(sheet.title), book.add_format({"bold": True, "font_size": 14}))
    for line, (label, value) in enumerate(sheet.facts, start=1):
        page.write_string(line, 0, neutral(label), bold)
        page.write_string(line, 1, neutral(value))
    top = len(sheet.facts) + 2
    formats = {kind: book.add_format(shape) for kind, shape in _FORMATS.items()}
    sums = {kind: book.add_format({**shape, "bold": True, "top": 1}) for kind, shape in _FORMATS.items()}
    for column, (field, said) in enumerate(zip(sheet.fields, sheet.heads, strict=True)):
        page.write_string(top, column, neutral(said), head)
        page.set_column(column, column, max(field.width, _room_of(field, totals)))
        page.write_blank(top + 1, column, None, formats[field.kind])
        if field.code in totals:
            page.write_number(top + 2, column, float(exact(field.kind, totals[field.code])), sums[field.kind])
        elif column:
            page.write_blank(top + 2, column, None, sums[field.kind])
        else:
            page.write_string(top + 2, 0, neutral(sheet.total_label), sums[TEXT])
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(top)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    book.close()
    return place.getvalue()
