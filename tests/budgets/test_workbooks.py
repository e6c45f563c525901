"""Workbooks: what wrong rows are told, the copy that goes back, and that the rows taken are those on the sheet."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from app.budgets import plans, service, workbooks
from app.budgets.rules import read_fen
from app.budgets.workbook import HEADER_ROW
from app.errors import Conflict, Invalid, NotFound, Refused
from app.messages import Message, Named
from models import BudgetDistribution, BudgetTotal, db
from tests.budgets.town import Town, a_colleague, a_total, a_town


def words(name: Any, chinese: bool) -> str:
    if isinstance(name, Named):
        return name.zh if chinese else name.en
    return str(name)


def filled(content: bytes, rows: dict[int, dict[int, Any]]) -> bytes:
    """The workbook with other values: by row below the headers and by column, both from 1."""
    book = load_workbook(BytesIO(content))
    sheet = book.active
    assert sheet is not None
    for row, cells in rows.items():
        for column, value in cells.items():
            sheet.cell(HEADER_ROW + row, column, value)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def uploaded(town: Town, total: BudgetTotal, rows: dict[int, dict[int, Any]], **asked: Any) -> int:
    blank = workbooks.blank_distribution(total, by=town.clerk, words=words, chinese=True)
    return workbooks.keep(
        total.id, "DISTRIBUTION", "四月.xlsx", filled(blank, rows), by=town.clerk,
        **{"month": date(2018, 4, 1), "item": "BASIC", "title": "四月基础性", **asked},
    )  # fmt: skip


def sentences(run: workbooks.DryRun) -> list[str]:
    return [str(problem.message) for line in run.wrong for problem in line.problems]


def test_a_filled_template_becomes_a_distribution(app: Flask) -> None:
    town = a_town(staff=4)
    total = a_total(town, 10_000)
    kept = uploaded(town, total, {1: {3: 1500.5}, 2: {3: "1,200.00"}, 3: {3: 800, 4: "是"}})
    run = workbooks.dry_run(kept, by=town.clerk, words=words)
    assert run.passes
    assert run.checked is not None
    assert run.checked.balance_fen == 1_000_000
    done = workbooks.take_distribution(kept, by=town.clerk, words=words, key="workbook-1")
    row = db.session.get_one(BudgetDistribution, done.distribution_id)
    assert (row.amount_fen, row.people, row.title) == (350_050, 3, "四月基础性")
    again = workbooks.take_distribution(kept, by=town.clerk, words=words, key="workbook-2")
    assert (again.distribution_id, again.again) == (row.id, True)


def test_every_wrong_row_has_its_sentence(app: Flask) -> None:
    town = a_town(staff=4)
    stranger = a_colleague(town.other, "外单位")
    rows: dict[int, dict[int, Any]] = {
        1: {3: "三千"}, 2: {3: -5}, 3: {3: 10.005, 4: "maybe"}, 4: {2: "改名"},
        5: {1: stranger.staff_no, 2: stranger.name, 3: 1}, 6: {1: "999999", 2: "无", 3: 1}, 7: {2: "无号", 3: 1},
        8: {1: stranger.staff_no, 2: stranger.name, 3: "=1+1"},
    }  # fmt: skip
    total = a_total(town, 10_000)
    kept = uploaded(town, total, rows)
    run = workbooks.dry_run(kept, by=town.clerk, words=words)
    said = " ".join(sentences(run))
    for part in (
        "“三千” is not an amount", "The amount is negative", "“10.005” is not an amount", "for the main leader",
        "The roster says", "belongs to another unit", "Nobody of this unit has the staff number 999999",
        "The staff number is missing", "stands in row 8 already", "formula",
    ):  # fmt: skip
        assert part in said, part
    with pytest.raises(Conflict, match="8 rows of the workbook are wrong"):
        workbooks.take_distribution(kept, by=town.clerk, words=words, key=None)
    name, copy = workbooks.marked_copy(kept, by=town.clerk, words=words, say=str)
    marked = load_workbook(BytesIO(copy))
    assert name == "四月-marked.xlsx"
    assert "三千" in str(marked["绩效发放"].cell(HEADER_ROW + 1, 3).comment.text)


@pytest.mark.parametrize(
    ("value", "fen"),
    [(12, 1200), (0.1, 10), (1234.56, 123456), ("1,234.5", 123450), ("", None), ("1e3", 100_000), ("NaN", None),
     (True, None), (None, None), ("12.345", None), ("9" * 30, None)],
)  # fmt: skip
def test_amounts_are_read_to_the_fen_or_not_at_all(value: Any, fen: int | None) -> None:
    assert read_fen(value) == fen


def test_the_rules_are_said_while_the_money_is_still_there(app: Flask) -> None:
    town = a_town(staff=4)
    kept = uploaded(town, a_total(town, 1000), {1: {3: 1100}})
    run = workbooks.dry_run(kept, by=town.clerk, words=words)
    assert run.checked is not None
    assert (run.checked.short_fen, run.passes) == (10_000, False)


def test_a_plan_comes_back_by_workbook(app: Flask) -> None:
    town = a_town(staff=4)
    total = a_total(town, 10_000)
    plan = service.draw_up(total.id, "INCENTIVE", "奖励方案", 500_000, by=town.clerk)
    content = workbooks.filled_plan(plan, by=town.clerk, words=words, chinese=True)
    good = filled(content, {1: {4: 1.5, 7: "是"}, 2: {5: str(words(Message("Excellent"), True))}, 3: {6: "50%"}})
    kept = workbooks.keep(total.id, "PLAN", "方案.xlsx", good, by=town.clerk, plan_id=plan.id)
    workbooks.take_plan(kept, by=town.clerk, words=words, revision=plan.revision)
    rows = plans.rows_of(plan.id)
    assert [(row.coefficient, row.leader) for row in rows][:2] == [(150, True), (100, False)]
    assert (rows[1].tier, rows[2].share_percent) == ("EXCELLENT", 50)


def test_a_plan_with_text_for_numbers_and_negative_coefficients_is_told_row_by_row(app: Flask) -> None:
    town = a_town(staff=4)
    total = a_total(town, 10_000)
    plan = service.draw_up(total.id, "INCENTIVE", "奖励方案", 500_000, by=town.clerk)
    content = workbooks.filled_plan(plan, by=town.clerk, words=words, chinese=True)
    bad = filled(content, {1: {4: "高"}, 2: {4: -1}, 3: {4: 1.234, 5: "甲等"}, 4: {6: 120}})
    kept = workbooks.keep(total.id, "PLAN", "方案.xlsx", bad, by=town.clerk, plan_id=plan.id)
    said = sentences(workbooks.dry_run(kept, by=town.clerk, words=words))
    assert said == [
        "“高” is not a number.", "A coefficient cannot be negative.",
        "A coefficient lies between 0 and 10 and has two decimals at most.", "“甲等” is none of the assessment tiers.",
        "“120” is not a share between 0 and 100 percent.",
    ]  # fmt: skip


def test_an_employee_of_another_unit_in_a_plan_is_named_and_nothing_is_taken(app: Flask) -> None:
    town = a_town(staff=4)
    stranger = a_colleague(town.other, "外单位")
    total = a_total(town, 10_000)
    plan = service.draw_up(total.id, "INCENTIVE", "奖励方案", 500_000, by=town.clerk)
    content = workbooks.filled_plan(plan, by=town.clerk, words=words, chinese=True)
    kept = workbooks.keep(
        total.id, "PLAN", "方案.xlsx", filled(content, {1: {1: stranger.staff_no, 2: stranger.name}}), by=town.clerk,
        plan_id=plan.id,
    )  # fmt: skip
    assert sentences(workbooks.dry_run(kept, by=town.clerk, words=words)) == [
        f"The staff number {stranger.staff_no} belongs to another unit."
    ]
    with pytest.raises(Conflict, match="1 rows of the workbook are wrong"):
        workbooks.take_plan(kept, by=town.clerk, words=words, revision=plan.revision)
    assert stranger.id not in {row.staff_id for row in plans.rows_of(plan.id)}


def test_what_is_no_workbook_is_refused_before_it_is_kept(app: Flask) -> None:
    town = a_town()
    total = a_total(town)
    with pytest.raises(Refused, match="cannot be read"):
        workbooks.keep(total.id, "PLAN", "x.xlsx", b"PK nothing", by=town.clerk)
    with pytest.raises(Invalid) as refused:
        workbooks.keep(total.id, "DISTRIBUTION", "x.xlsx", b"x", by=town.clerk, item="GOLD", title="")
    assert set(refused.value.fields) == {"month", "item", "title"}


def test_a_workbook_of_another_unit_is_not_found(app: Flask) -> None:
    town = a_town()
    kept = uploaded(town, a_total(town), {1: {3: 1}})
    with pytest.raises(NotFound):
        workbooks.dry_run(kept, by=town.stranger, words=words)
