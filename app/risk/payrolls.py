"""Keeps payrolls as units paid them: a workbook of one unit and month, or lines written from wages and payments."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select, update

from app import clock
from app.access import policy
from app.access.actor import Actor
from app.audit import service as audit
from app.errors import Invalid, NotFound
from app.keys import key
from app.messages import Message
from app.sheets.reading import Cell, open_workbook, rows_of, sheet_of
from app.staff import identity
from app.uow import atomic
from models import PayrollLine, PayrollSheet, Staff, Unit, db
from models.risk import PayrollOrigin

PERMISSION = "payroll:import"
SHEETS = ("工资发放表", "Payroll")
HEADERS: Mapping[str, Sequence[str]] = {
    "name": ("姓名", "Name"),
    "id_number": ("身份证号", "Identity number"),
    "post": ("执行岗位", "Post paid"),
    "basic": ("基本工资", "Basic wage"),
    "allowance": ("津贴补贴", "Allowances"),
    "back_pay": ("补发（扣）", "Back pay"),
    "account": ("银行账号", "Bank account"),
}
MOST_LINES = 20_000
MOST_PROBLEMS = 100


@dataclass(frozen=True)
class Paid:
    """What one person was paid in a month, as it is handed in; amounts in fen."""

    name: str
    id_number_index: str
    basic_fen: int
    allowance_fen: int = 0
    back_pay_fen: int = 0
    post: str | None = None
    account_index: str = ""
    account_tail: str = ""


@dataclass(frozen=True)
class Problem:
    """One cell that cannot be taken."""

    place: str
    message: Message


class Unreadable(Invalid):
    """A payroll workbook with wrong cells; none of it is kept."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            Message("%(count)s cells of the payroll cannot be taken; nothing was kept.", count=len(problems)),
            remedy=Message("Correct the cells that are listed and send the workbook again."),
        )
        self.problems = list(problems)


@atomic
def import_workbook(unit_id: int, month: date, data: bytes, *, by: Actor, filename: str = "") -> PayrollSheet:
    """Keep the payroll of a unit and month from a workbook; an earlier one of the month is replaced and kept.

    Raises Unreadable naming every wrong cell, Refused for no workbook, NotFound out of reach.
    """
    _reached(unit_id, by)
    return _keep(unit_id, month, read_payroll(data), origin=PayrollOrigin.WORKBOOK, filename=filename, by=by)


@atomic
def keep_payroll(
    unit_id: int, month: date, lines: Sequence[Paid], *, by: Actor, origin: PayrollOrigin = PayrollOrigin.WORKBOOK,
    filename: str = "",
) -> PayrollSheet:  # fmt: skip
    """Keep a payroll that was read elsewhere."""
    _reached(unit_id, by)
    return _keep(unit_id, month, lines, origin=origin, filename=filename, by=by)


def read_payroll(data: bytes) -> list[Paid]:
    """The lines of a payroll workbook. Raises Unreadable with every cell that is wrong."""
    book = open_workbook(data)
    sheet = sheet_of(book, SHEETS) or book.worksheets[0]
    problems: list[Problem] = []
    lines: list[Paid] = []
    for row in rows_of(sheet, HEADERS, header_row=1):
        before = len(problems)
        values = {name: _value(name, row[name], problems) for name in HEADERS}
        if len(problems) == before:
            lines.append(_paid(values))
        if len(problems) >= MOST_PROBLEMS:
            break
    seen: set[str] = set()
    for line in lines:
        if line.id_number_index in seen:
            problems.append(Problem(line.name, Message("%(name)s stands in this payroll twice.", name=line.name)))
        seen.add(line.id_number_index)
    if problems:
        raise Unreadable(problems)
    if not lines:
        raise Invalid(Message("This payroll has no lines."), remedy=Message("Fill in the template and send it again."))
    return lines


def account_index_of(account: str) -> str:
    """What equal bank accounts are found by; the account itself is not kept."""
    return hmac.new(key("bank-account/index"), account.encode(), sha256).hexdigest()


def _reached(unit_id: int, by: Actor) -> Unit:
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound
    policy.require(by, PERMISSION, unit)
    return unit


def _keep(
    unit_id: int, month: date, lines: Sequence[Paid], *, origin: PayrollOrigin, filename: str, by: Actor
) -> PayrollSheet:
    if month.day != 1 or month > clock.today():
        raise Invalid(fields={"month": Message("Name a month that has begun.")})
    if not 0 < len(lines) <= MOST_LINES:
        raise Invalid(Message("A payroll has 1 to %(most)s lines.", most=MOST_LINES))
    db.session.execute(
        update(PayrollSheet)
        .where(PayrollSheet.unit_id == unit_id, PayrollSheet.month == month, PayrollSheet.replaced_at.is_(None))
        .values(replaced_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    total = sum(line.basic_fen + line.allowance_fen + line.back_pay_fen for line in lines)
    sheet = PayrollSheet(
        unit_id=unit_id, month=month, origin=origin, filename=filename[:200], line_count=len(lines), total_fen=total,
        kept_by_id=by.account_id, kept_at=clock.now(),
    )  # fmt: skip
    db.session.add(sheet)
    db.session.flush()
    known = _known({line.id_number_index for line in lines})
    db.session.execute(insert(PayrollLine), list(_rows(sheet, lines, known)))
    audit.record(
        "payroll:import", by=by, kind="payroll", record_id=sheet.id, unit_id=unit_id,
        after={"month": month, "lines": len(lines), "total_fen": total, "origin": str(origin)},
        subjects=sorted(set(known.values())),
    )  # fmt: skip
    return sheet


def _rows(sheet: PayrollSheet, lines: Sequence[Paid], known: Mapping[str, int]) -> Iterable[dict[str, Any]]:
    for place, line in enumerate(lines, start=1):
        yield {
            "sheet_id": sheet.id, "row": place, "unit_id": sheet.unit_id, "month": sheet.month,
            "staff_id": known.get(line.id_number_index), "name": line.name, "id_number_index": line.id_number_index,
            "post": line.post, "basic_fen": line.basic_fen, "allowance_fen": line.allowance_fen,
            "back_pay_fen": line.back_pay_fen, "account_index": line.account_index,
            "account_tail": line.account_tail,
        }  # fmt: skip


def _known(indexes: set[str]) -> dict[str, int]:
    """Staff by the index of their identity number, some hundreds at a time for the database's limit of parameters."""
    wanted, found = sorted(indexes), {}
    for start in range(0, len(wanted), 10_000):
        rows = db.session.execute(
            select(Staff.id_number_index, Staff.id).where(Staff.id_number_index.in_(wanted[start : start + 10_000]))
        )
        found.update({row.id_number_index: row.id for row in rows})
    return found


def _value(name: str, cell: Cell, problems: list[Problem]) -> Any:
    """What one cell says; what is wrong with it goes to the problems."""
    wrong = cell.problem
    value: Any = None
    if wrong is None and name in ("basic", "allowance", "back_pay"):
        value, wrong = _fen(cell, negative=name == "back_pay", needed=name == "basic")
    elif wrong is None and name == "id_number":
        try:
            value = identity.index_of(identity.normalise(cell.text))
        except Invalid as refused:
            wrong = refused.fields["id_number"]
    elif wrong is None and name == "name":
        value = cell.text[:60]
        wrong = None if value else Message("A name is missing.")
    elif wrong is None and name == "account":
        value = "".join(cell.text.split())
        wrong = None if value == "" or (value.isascii() and value.isdigit() and 8 <= len(value) <= 32) else Message(
            "This is not a bank account: it has 8 to 32 digits."
        )  # fmt: skip
    elif wrong is None:
        value = cell.text[:20] or None
    if wrong is not None:
        problems.append(Problem(cell.address, wrong))
    return value


def _fen(cell: Cell, *, negative: bool, needed: bool) -> tuple[int, Message | None]:
    if cell.empty:
        return 0, Message("The basic wage is missing.") if needed else None
    try:
        amount = Decimal(str(cell.value).strip().replace(",", "")) * 100
        fen = int(amount.to_integral_value())
    except (InvalidOperation, ValueError, OverflowError):
        return 0, Message("“%(text)s” is not an amount.", text=cell.text[:40])
    if amount != fen or abs(fen) > 10**11 or (fen < 0 and not negative):
        return 0, Message("“%(text)s” is not an amount in yuan and fen.", text=cell.text[:40])
    return fen, None


def _paid(values: Mapping[str, Any]) -> Paid:
    account = values["account"] or ""
    return Paid(
        values["name"], values["id_number"], values["basic"], values["allowance"], values["back_pay"], values["post"],
        account_index_of(account) if account else "", account[-4:],
    )  # fmt: skip


__all__ = [
    "HEADERS",
    "SHEETS",
    "Paid",
    "Problem",
    "Unreadable",
    "account_index_of",
    "import_workbook",
    "keep_payroll",
    "read_payroll",
]
