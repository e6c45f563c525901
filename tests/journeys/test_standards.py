"""A new standard comes in by a workbook: refused for one wrong width, corrected, published by a second person, costed
and written for everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from playwright.sync_api import expect
from sqlalchemy import func, select

from app.jobs import service as jobs
from app.pay import proof
from app.standards import queries
from app.standards.layout import Place
from models import PaymentInstruction, Staff, StandardCell, StandardEdition, WageRecord, db
from tests.journeys import deciding
from tests.journeys.person import Person

pytestmark = pytest.mark.journey

Visit = Callable[..., Person]

DOCUMENT, SINCE = "江人社发〔2018〕7号", "2018-01-01"
GRADES = "事业薪级工资（管理和专技）"
# What the invented document adds to the standard of 2016, in yuan a month: to each post, grade and probation wage.
RAISE = {"institution_post_wage": 100, "institution_grade_wage_cadre": 50, "institution_probation_grading": 80}
KINDS = ("tech_post", "tech_mgmt_grade", "initial", "probation")
WRONG = ("tech_mgmt_grade", "30")  # the row in which a digit was mistyped


def test_a_wrong_width_imports_nothing_and_the_corrected_table_pays_everybody(
    app: Flask, visit: Visit, tmp_path: Path
) -> None:
    deciding.also_give_role("rechecker", "approver")  # who may do both still needs a second person
    importer = visit("rechecker")
    book = _filled(_template(importer, tmp_path), tmp_path)
    marked = _one_wrong_width_is_refused_and_marked(importer, book, tmp_path)
    edition = _the_corrected_one_is_proposed(importer, marked, tmp_path)
    _nobody_publishes_their_own(importer, edition)

    approver = visit("approver")
    _the_cost_is_told_before_anything_is_written(approver, edition)
    approver.go(f"/admin/standards/{edition}")
    approver.press("发布")
    approver.page.get_by_role("dialog").get_by_role("button", name="确定").click()
    approver.sees("已发布执行。")
    _the_cost_is_told_before_anything_is_written(approver, edition)
    wages = _wages()
    _the_run_comes_to_its_end(approver, edition, wages)
    assert _instructed() == sorted((name, after) for name, _before, after in wages)
    assert not list(proof.differences())


def _template(importer: Person, folder: Path) -> Path:
    importer.go("/admin/standards/")
    importer.press("导入标准")
    for table in RAISE:
        importer.page.check(f"input[name=table][value={table}]")
    with importer.page.expect_download() as got:
        importer.press("下载模板")
    path = folder / "模板.xlsx"
    got.value.save_as(path)
    return path


def _filled(template: Path, folder: Path) -> Path:
    """Every row that holds an amount in the standard of 2016 gets it raised by the sum of its table."""
    held = queries.amounts_before(date.fromisoformat(SINCE), queries.current())
    book = load_workbook(template)
    book["说明"]["B1"], book["说明"]["B2"] = DOCUMENT, SINCE
    for sheet, (table, more) in zip(book.worksheets[1:], RAISE.items(), strict=True):
        for row in sheet.iter_rows(min_row=2, max_col=6):
            before = held.get(Place(table, row[0].value, row[1].value))
            if before is not None and row[0].value in KINDS:
                row[5].value = before // 100 + more
    return _kept(book, folder / "标准.xlsx")


def _kept(book: Workbook, path: Path) -> Path:
    book.save(path)
    return path


def _one_wrong_width_is_refused_and_marked(importer: Person, right: Path, folder: Path) -> Path:
    book = load_workbook(right)
    cell = next(row[5] for row in book[GRADES].iter_rows(min_row=2) if (row[0].value, row[1].value) == WRONG)
    cell.value += 9
    importer.page.set_input_files("input[name=workbook]", _kept(book, folder / "错一格.xlsx"))
    importer.press("导入")
    importer.sees("未导入任何数据：工作簿有1处错误。")
    said = importer.page.locator("li.finding").inner_text()
    assert said.startswith(f"{GRADES} {cell.coordinate} ")
    assert "级差不会变小" in said
    assert _editions() == 0
    with importer.page.expect_download() as got:
        importer.press("下载标注后的工作簿")
    path = folder / "标注.xlsx"
    got.value.save_as(path)
    back = load_workbook(path)
    again = back[GRADES][cell.coordinate]
    assert again.fill.start_color.rgb == "FFFFC7CE"
    assert "级差不会变小" in again.comment.text
    others = [one.coordinate for row in back[GRADES].iter_rows() for one in row if one.comment]
    assert others == [cell.coordinate], "only the wrong cell is marked"
    assert [back["问题清单"].cell(2, column).value for column in (1, 2)] == [GRADES, cell.coordinate]
    return path


def _the_corrected_one_is_proposed(importer: Person, marked: Path, folder: Path) -> int:
    """The marked workbook itself is corrected, examined and imported."""
    book = load_workbook(marked)
    cell = next(row[5] for row in book[GRADES].iter_rows(min_row=2) if (row[0].value, row[1].value) == WRONG)
    cell.value -= 9
    path = _kept(book, folder / "更正.xlsx")
    importer.page.set_input_files("input[name=workbook]", path)
    importer.press("校验")
    importer.sees("全部单元格通过校验")
    importer.sees("与原标准的差异")
    assert _editions() == 0, "a check imports nothing"
    importer.page.set_input_files("input[name=workbook]", path)
    importer.press("导入")
    importer.sees(DOCUMENT)
    importer.sees("待第二人发布")
    return int(importer.page.url.rsplit("/", 1)[1])


def _editions() -> int:
    db.session.rollback()
    stored = select(func.count()).select_from(StandardEdition), select(func.count()).select_from(StandardCell)
    return sum(db.session.scalar(one) or 0 for one in stored)


def _nobody_publishes_their_own(importer: Person, edition: int) -> None:
    importer.sees("该标准由您本人导入，须由他人决定。")
    expect(importer.page.get_by_role("button", name="发布")).to_have_count(0)
    sent = importer.page.evaluate(
        """async (address) => {
            const token = document.querySelector("input[name=csrf_token]").value;
            const body = new URLSearchParams({csrf_token: token, revision: "1"});
            return (await fetch(address, {method: "POST", body})).status;
        }""",
        f"/admin/standards/{edition}/publish/",
    )
    assert sent == 403
    db.session.rollback()
    assert db.session.get_one(StandardEdition, edition).state == "PROPOSED"


def _the_cost_is_told_before_anything_is_written(approver: Person, edition: int) -> None:
    """Head count, month and year in all, by unit and by category, and the largest changes; added up here by hand."""
    written = _links()
    wages = _wages()
    more = sum(after - before for _staff, before, after in wages)
    approver.go(f"/admin/standards/{edition}/cost")
    tiles = approver.page.locator(".tile").all_inner_texts()
    assert f"{sum(after != before for _staff, before, after in wages)}" in tiles[0]
    assert f"在发{len(wages)}人" in tiles[0]
    assert f"+{more / 100:,.2f}" in tiles[1]
    assert f"+{12 * more / 100:,.2f}" in tiles[2]
    assert f"{4 * more / 100:,.2f}" in tiles[3], "January to April"
    for name in ("按类别", "按单位"):
        rows = approver.page.get_by_role("region", name=name).locator("tbody tr")
        heads = [int(text.replace(",", "")) for text in rows.locator("td:nth-child(2)").all_inner_texts()]
        assert sum(heads) == len(wages)
        sums = [_fen(text) for text in rows.locator("td:nth-child(5)").all_inner_texts()]
        assert sum(sums) == more
    largest = approver.page.get_by_role("region", name="变动最大人员").locator("tbody tr")
    steps = sorted((after - before for _staff, before, after in wages), reverse=True)[:20]
    assert [_fen(text) for text in largest.locator("td:nth-child(4)").all_inner_texts()] == steps
    assert _links() == written
    assert approver.fits_the_screen()


def _fen(text: str) -> int:
    return int(Decimal(text.strip().replace(",", "")) * 100)


def _links() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(WageRecord)) or 0


def _wages() -> list[tuple[str, int, int]]:
    """What everybody is paid a month, and what the new document makes of it: plain sums, without the engine."""
    db.session.rollback()
    links = db.session.scalars(
        select(WageRecord).where(WageRecord.voided_at.is_(None)).order_by(WageRecord.staff_id, WageRecord.position)
    ).all()
    current = {link.staff_id: link for link in links}
    return [(link.staff.name, link.total_fen, _raised(link)) for link in current.values()]


def _raised(link: WageRecord) -> int:
    """100 to the post, 50 to the grade, 80 on probation; a teacher's tenth of post and grade in whole yuan."""
    parts = {part["code"]: part["amount_fen"] for part in link.components}
    for code, more in (("POST_WAGE", 100), ("GRADE_WAGE", 50), ("PROBATION_WAGE", 80), ("INITIAL_WAGE", 80)):
        if code in parts:
            parts[code] += more * 100
    if "UPLIFT" in parts:
        tenth = Decimal(parts["POST_WAGE"] + parts["GRADE_WAGE"]) / 1000
        parts["UPLIFT"] = int(tenth.quantize(Decimal(1), ROUND_HALF_UP)) * 100
    return sum(parts.values())


def _the_run_comes_to_its_end(approver: Person, edition: int, wages: list[tuple[str, int, int]]) -> None:
    """The run is a job: it waits, works, and its page comes to the end by itself."""
    approver.go(f"/admin/standards/{edition}")
    approver.press("全员重新核定")
    approver.page.get_by_role("dialog").get_by_role("button", name="确定").click()
    approver.sees(f"0/{len(wages)}人")
    jobs.work_off()
    approver.sees("已完成")
    approver.sees(f"{len(wages)}/{len(wages)}人")
    expect(approver.page.locator(".tile").first).to_contain_text(str(len(wages)))
    more = sum(after - before for _name, before, after in wages)
    expect(approver.page.locator("#job")).to_contain_text(f"+{more / 100:,.2f}")
    expect(approver.page.locator("#job")).to_contain_text(f"{4 * more / 100:,.2f}")


def _instructed() -> list[tuple[str, int]]:
    """Whom finance is told to pay by the run, and how much a month, in fen."""
    db.session.rollback()
    lines = db.session.scalars(select(PaymentInstruction).where(PaymentInstruction.job_id.is_not(None))).all()
    return sorted((db.session.get_one(Staff, line.staff_id).name, line.after_fen) for line in lines)
