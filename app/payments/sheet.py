"""The workbook of a payment batch, as finance keeps it: one row a person, totals equal to the batch's header."""

from __future__ import annotations

from app import clock
from app.payments.queries import BatchSheet, months_owed
from app.sheets.writing import MONEY, MONTH, NUMBER, Column, Fen
from app.sheets.writing import workbook as write
from models.payments import InstructionState, PaymentInstruction

_STATES = {
    InstructionState.WAITING: "待提取",
    InstructionState.TAKEN: "已提取",
    InstructionState.CONFIRMED: "已发放",
    InstructionState.RETURNED: "已退回",
}
COLUMNS = (
    Column("序号", NUMBER, 8),
    Column("业务编号", width=18),
    Column("单位编码", width=12),
    Column("单位名称", width=28),
    Column("人员编号", width=14),
    Column("姓名", width=12),
    Column("起薪月份", MONTH, 12),
    Column("原月工资(元)", MONEY, 14, totalled=True),
    Column("新月工资(元)", MONEY, 14, totalled=True),
    Column("补发金额(元)", MONEY, 14, totalled=True),
    Column("本次合计(元)", MONEY, 14, totalled=True),
    Column("状态", width=10),
    Column("补发月份", width=20),
)


def workbook(sheet: BatchSheet) -> bytes:
    """The batch as XLSX. 本次合计 is the new monthly wage plus back pay; its total is the one in the header."""
    batch = sheet.batch
    left = batch.line_count - len(sheet.lines)
    facts: list[tuple[str, object]] = [
        ("批次号", batch.number),
        ("提取人", batch.taken_by.display_name),
        ("提取时间", f"{clock.local(batch.taken_at):%Y-%m-%d %H:%M}"),
        ("笔数", str(batch.line_count)),
        ("合计金额(元)", Fen(batch.total_fen)),
    ]
    if left > 0:  # returned lines that were released again stand in a later batch
        facts.append(("其中已转入后续批次或不在查看范围", str(left)))
    return write(
        title="工资变动发放清单",
        facts=facts,
        columns=COLUMNS,
        rows=(
            (
                number, line.reference, line.unit.code, line.unit.name, line.staff.staff_no, line.staff.name,
                line.effective_month, line.before_fen, line.after_fen, line.back_pay_fen,
                line.after_fen + line.back_pay_fen, _STATES[InstructionState(line.state)], _owed(line),
            )
            for number, line in enumerate(sheet.lines, start=1)
        ),
        total_label="合计",
    )  # fmt: skip


def _owed(line: PaymentInstruction) -> str:
    """The months for which the back pay is."""
    months = months_owed(line)
    return f"{months[0]:%Y-%m}至{months[1]:%Y-%m}" if months else ""
