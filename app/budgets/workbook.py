"""The workbooks of performance pay: templates of a distribution and of a plan, and what their rows say afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from app.budgets.rules import read_fen, read_number
from app.budgets.sharing import TIERS, USUAL_TIER
from app.errors import Refused
from app.messages import Message, Named
from app.sheets.reading import Cell, open_workbook, rows_of, sheet_of
from app.sheets.writing import neutral

SHEETS = {"DISTRIBUTION": Named("绩效发放", "Distribution"), "PLAN": Named("分配方案", "Plan")}
NUMBER, NAME = Named("职工编号", "Staff number"), Named("姓名", "Name")
AMOUNT, LEADER = Named("金额（元）", "Amount (yuan)"), Named("主要负责人", "Main leader")
POST, COEFFICIENT = Named("岗位", "Post"), Named("系数", "Coefficient")
TIER, SHARE = Named("考核档次", "Assessment tier"), Named("计发比例（%）", "Share (%)")
COLUMNS: dict[str, dict[str, Named]] = {
    "DISTRIBUTION": {"number": NUMBER, "name": NAME, "amount": AMOUNT, "leader": LEADER},
    "PLAN": {"number": NUMBER, "name": NAME, "post": POST, "coefficient": COEFFICIENT, "tier": TIER, "share": SHARE,
             "leader": LEADER},
}  # fmt: skip
YES = Named("是", "Yes")
_YES = frozenset({"是", "yes", "y", "1", "true", "√", "✓"})
_NO = frozenset({"", "否", "no", "n", "0", "false"})
HEADER_ROW = 3
MOST_ROWS = 5000
MOST_YUAN_FEN = 10**10
Words = Callable[[Any, bool], str]
"""A name or a sentence as text: in Chinese, or else in English."""


@dataclass(frozen=True)
class Problem:
    """One sentence about one cell."""

    row: int
    column: int
    message: Message


@dataclass
class Line:
    """One row as it was read; who it is for is found later, problems are added as they are found."""

    row: int
    staff_no: str
    name: str
    columns: Mapping[str, int]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    staff_id: int | None = None

    def say(self, message: Message, column: str = "number") -> None:
        self.problems.append(Problem(self.row, self.columns[column], message))


def template(
    kind: str, title: str, note: str, rows: Iterable[Mapping[str, Any]], *, words: Words, chinese: bool
) -> bytes:
    """A template with one row for each person, as `rows` give them by the keys of the columns."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = words(SHEETS[kind], chinese)
    sheet.cell(1, 1, neutral(title)).font = Font(bold=True, size=14)
    sheet.cell(2, 1, neutral(note))
    for column, name in enumerate(COLUMNS[kind].values(), start=1):
        sheet.cell(HEADER_ROW, column, words(name, chinese)).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = 18
    last = HEADER_ROW
    for last, row in enumerate(rows, start=HEADER_ROW + 1):
        for column, key in enumerate(COLUMNS[kind], start=1):
            value = row.get(key)
            cell = sheet.cell(last, column, neutral(value) if isinstance(value, str) else value)
            if key == "number":
                cell.number_format = "@"
            elif key == "amount":
                cell.number_format = "#,##0.00"
    _offer(sheet, kind, "leader", [words(YES, chinese)], last)
    _offer(sheet, kind, "tier", [words(name, chinese) for name in TIERS.values()], last)
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, 3)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _offer(sheet: Any, kind: str, key: str, choices: Sequence[str], last: int) -> None:
    """A list to choose from in the cells of a column."""
    if key not in COLUMNS[kind] or last <= HEADER_ROW:
        return
    letter = get_column_letter(list(COLUMNS[kind]).index(key) + 1)
    offered = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    offered.add(f"{letter}{HEADER_ROW + 1}:{letter}{last}")
    sheet.add_data_validation(offered)


def read_lines(content: bytes, kind: str, *, words: Words) -> tuple[Workbook, list[Line]]:
    """The rows of a workbook, each with what is wrong with its own cells. Raises Refused for another file."""
    book = open_workbook(content)
    name = SHEETS[kind]
    sheet = sheet_of(book, [name.zh, name.en])
    if sheet is None:
        raise Refused(
            Message("The workbook has no sheet “%(sheet)s”. It has: %(sheets)s.", sheet=name,
                    sheets=", ".join(book.sheetnames[:10])),
            remedy=Message("Fill in the template that you downloaded here, and leave the name of its sheet."),
        )  # fmt: skip
    if (sheet.max_row or 0) > MOST_ROWS + HEADER_ROW:
        raise Refused(
            Message("The workbook has more than %(most)s rows.", most=MOST_ROWS),
            remedy=Message("Delete what is not needed, also empty rows with borders, or send it in parts."),
        )
    needed = {key: [one.zh, one.en] for key, one in COLUMNS[kind].items() if key != "post"}
    tiers = {words(said, chinese): code for code, said in TIERS.items() for chinese in (True, False)}
    lines = [_line(cells, kind, tiers) for cells in rows_of(sheet, needed, header_row=HEADER_ROW)]
    if not lines:
        raise Refused(
            Message("The workbook has no row below the headers."), remedy=Message("Write one row for each employee.")
        )
    _mark_twice(lines)
    return book, lines


def _line(cells: Mapping[str, Cell], kind: str, tiers: Mapping[str, str]) -> Line:
    number = cells["number"]
    line = Line(number.row, _figures(number.value), cells["name"].text.lstrip("'"),
                {key: cell.column for key, cell in cells.items()})  # fmt: skip
    for key, cell in cells.items():
        if cell.problem is not None:
            line.say(cell.problem, key)
    if number.empty and number.problem is None:
        line.say(Message("The staff number is missing, so nobody knows whom the row is for."))
    if kind == "DISTRIBUTION":
        _read_amount(line, cells["amount"])
    else:
        _read_coefficient(line, cells["coefficient"])
        _read_share(line, cells["share"])
        _read_tier(line, cells["tier"], tiers)
    _read_leader(line, cells["leader"])
    return line


def _read_amount(line: Line, cell: Cell) -> None:
    if cell.problem is not None:
        return
    if cell.empty:
        line.values["amount"] = 0
        return
    fen = read_fen(cell.value)
    if fen is None:
        line.say(Message("“%(text)s” is not an amount in yuan and fen.", text=cell.text[:40]), "amount")
    elif fen < 0:
        line.say(Message("The amount is negative; take back what was paid in another way."), "amount")
    elif fen > MOST_YUAN_FEN:
        line.say(Message("“%(text)s” is more than anybody is paid.", text=cell.text[:40]), "amount")
    else:
        line.values["amount"] = fen


def _read_coefficient(line: Line, cell: Cell) -> None:
    if cell.problem is not None:
        return
    if cell.empty:
        line.say(Message("The coefficient is missing."), "coefficient")
        return
    number = read_number(cell.text)
    if number is None:
        line.say(Message("“%(text)s” is not a number.", text=cell.text[:40]), "coefficient")
    elif number < 0:
        line.say(Message("A coefficient cannot be negative."), "coefficient")
    elif number > 10 or number * 100 != (number * 100).to_integral_value():
        line.say(Message("A coefficient lies between 0 and 10 and has two decimals at most."), "coefficient")
    else:
        line.values["coefficient"] = int(number * 100)


def _read_share(line: Line, cell: Cell) -> None:
    if cell.problem is not None:
        return
    number = read_number(cell.text.removesuffix("%")) if not cell.empty else read_number("100")
    if number is None or not 0 <= number <= 100 or number != number.to_integral_value():
        line.say(Message("“%(text)s” is not a share between 0 and 100 percent.", text=cell.text[:40]), "share")
    else:
        line.values["share"] = int(number)


def _read_tier(line: Line, cell: Cell, tiers: Mapping[str, str]) -> None:
    if cell.problem is not None:
        return
    if cell.empty:
        line.values["tier"] = USUAL_TIER
    elif cell.text in tiers:
        line.values["tier"] = tiers[cell.text]
    else:
        line.say(Message("“%(text)s” is none of the assessment tiers.", text=cell.text[:40]), "tier")


def _read_leader(line: Line, cell: Cell) -> None:
    plain = cell.text.lower()
    if cell.problem is not None:
        return
    if plain not in _YES | _NO:
        line.say(Message("Write “%(yes)s” for the main leader and leave the others empty.", yes=YES), "leader")
    else:
        line.values["leader"] = plain in _YES


def _figures(value: Any) -> str:
    """A staff number as text, also where the spreadsheet has made a number of it."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip().lstrip("'")


def _mark_twice(lines: Sequence[Line]) -> None:
    first: dict[str, int] = {}
    for line in lines:
        if line.staff_no in first:
            line.say(Message("The same person stands in row %(row)s already.", row=first[line.staff_no]))
        elif line.staff_no:
            first[line.staff_no] = line.row
