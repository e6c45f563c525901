"""A promotion that is filed eight months late: what it changes month by month, and who sees the back pay for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from flask import Flask
from playwright.sync_api import Locator, expect
from sqlalchemy import select

from app.pay import queries
from app.pay.answers import answer_case
from app.pay.proof import export_case
from models import Application, PaymentInstruction, Staff, WageRecord, db
from models.applications import ApplicationState
from tests.documents.prints import text_of
from tests.journeys import deciding, filing
from tests.journeys.papers import Papers
from tests.journeys.person import Person

pytestmark = pytest.mark.journey

Visit = Callable[..., Person]

PROMOTION = "NCGZ-11"
FORM = "机关事业单位工作人员工资变动审批表"
NAME, APPOINTED, POST = "赵强", "2017-08-15", "TECH-11"

# By the standard of 2016-07: the post wage is 1,490 at professional post 12 and 1,510 at post 11 (I-1); grade 11 is
# 513, and from January 2018 grade 12 is 559, by the increment for 2017 (I-5); a teacher gets a tenth of both, in whole
# yuan (I-8), and 5 of seniority allowance (I-9). Grade 11 is above the starting grade of post 11, so it stays (I-6).
# 1,490 + 513 + 200 + 5 = 2,208, and 1,510 + 513 + 202 + 5 = 2,230;
# 1,490 + 559 + 205 + 5 = 2,259, and 1,510 + 559 + 207 + 5 = 2,281. Each month owes 22, and eight months 176.
MONTHS = [
    ("2017年9月", "2,230.00", "2,208.00"), ("2017年10月", "2,230.00", "2,208.00"),
    ("2017年11月", "2,230.00", "2,208.00"), ("2017年12月", "2,230.00", "2,208.00"),
    ("2018年1月", "2,281.00", "2,259.00"), ("2018年2月", "2,281.00", "2,259.00"),
    ("2018年3月", "2,281.00", "2,259.00"), ("2018年4月", "2,281.00", "2,259.00"),
]  # fmt: skip
EACH, ALL = "+22.00", "+176.00"


def test_a_promotion_eight_months_late_is_explained_to_everybody_who_handles_it(
    app: Flask, visit: Visit, tmp_path: Path
) -> None:
    _the_engine_says_the_same()
    clerk = visit("clerk")
    number = _filed(clerk, Papers(tmp_path))
    _shows_months_and_back_pay(clerk.page.locator("#pay"))

    reviewer = visit("reviewer")
    _approved_by(number, "head", "department")
    reviewer.go(f"/admin/queue/{number}")
    _shows_months_and_back_pay(reviewer.page.locator("#pay"))
    reviewer.press("通过")
    reviewer.sees("已通过")
    _approved_by(number, "rechecker", "approver")

    _the_form_prints_on_a4(clerk, number)
    _finance_sees_the_back_pay_as_a_line_of_its_own(visit("finance"))
    _the_employee_sees_wage_months_and_reasons(visit("colleague"))
    _the_employee_sees_wage_months_and_reasons(visit("colleague", phone=True))
    # Nothing is overwritten: the increment that followed is voided and stands again, from the higher wage.
    assert _links_since_february() == [
        ("increment", 2259_00, True), ("post_appointment", 2230_00, False), ("increment", 2281_00, False),
    ]  # fmt: skip


def test_the_approver_takes_it_back_before_finance_has_it(app: Flask, visit: Visit) -> None:
    before = _chain()
    number = _approved_without_papers(visit("clerk"))
    assert _chain() != before
    approver = visit("approver")
    approver.go(f"/admin/staff/details/?id={_staff().id}")
    approver.press("撤销最近核定")
    approver.sees("现为2,281.00元，撤销后为2,259.00元")
    approver.sees("月工资2,281.00元、补发176.00元，财政尚未提取，发放指令随之删除")
    rows = approver.page.locator("table tbody tr")
    assert [row[1:] for row in _rows(rows)] == [
        ("正常晋升薪级", "2,208.00", "保留"), ("岗位聘用", "2,230.00", "作废"), ("正常晋升薪级", "2,281.00", "作废"),
        ("正常晋升薪级", "2,259.00", "重新写入"),
    ]  # fmt: skip
    assert approver.fits_the_screen()
    approver.press("撤销核定")
    approver.page.get_by_role("dialog").get_by_role("button", name="确定").click()
    approver.sees("请写明撤销理由。")
    approver.page.fill("#undo-reason", "聘任文件日期有误。")
    approver.press("撤销核定")
    approver.page.get_by_role("dialog").get_by_role("button", name="确定").click()
    approver.sees("已撤销最近一次核定")
    assert _chain() == before
    clerk = visit("clerk")
    clerk.go(f"/applications/{number}")
    clerk.sees("聘任文件日期有误。")


def _approved_without_papers(clerk: Person) -> int:
    _withdraw_the_one_in_review(clerk)
    number = filing.begin(clerk, "zq", PROMOTION)
    filing.answer(clerk, "appointed_on", APPOINTED)
    with filing.following(clerk.page):
        clerk.page.select_option("[name=answer-post]", POST)
    clerk.press("保存")
    clerk.sees("已保存")
    deciding.put_under_review(number)
    deciding.let_everybody_approve(number)
    return number


def _staff() -> Staff:
    db.session.rollback()
    return db.session.scalars(select(Staff).where(Staff.name == NAME)).one()


def _chain() -> list[tuple[str, int]]:
    return [(link.cause, link.total_fen) for link in queries.chain_of(_staff().id)]


def _the_engine_says_the_same() -> None:
    """The same figures from the career as it stands, in the exchange format of `flask pay replay`."""
    case = export_case(_staff())
    case["events"].append({"id": "late", "type": "post_appointment", "date": APPOINTED, "post": POST})
    case["queries"] = [
        {"id": "owed", "type": "back_pay", "from_month": "2017-09", "first_paid_month": "2018-05",
         "late_events": ["late"]}
    ]  # fmt: skip
    answer = answer_case(case)["answers"][0]
    assert answer["amount"] == "176.00"
    assert [
        (f"{line['month'][:4]}年{int(line['month'][5:])}月", f"{float(line['new_total']):,.2f}",
         f"{float(line['old_total']):,.2f}")
        for line in answer["factors"]["lines"]
    ] == MONTHS  # fmt: skip


def _filed(clerk: Person, papers: Papers) -> int:
    """The appointment that was filed with a wrong day is withdrawn, and filed with the right one."""
    _withdraw_the_one_in_review(clerk)
    number = filing.begin(clerk, "zq", PROMOTION)
    filing.answer(clerk, "appointed_on", APPOINTED)
    with filing.following(clerk.page):
        clerk.page.select_option("[name=answer-post]", POST)
    for code in filing.open_materials(clerk):
        filing.upload(clerk, code, papers.photo(f"{code}.jpg"))
    filing.is_ready(clerk.page)
    filing.press_submit_twice(clerk)
    return number


def _withdraw_the_one_in_review(clerk: Person) -> None:
    earlier = db.session.scalars(
        select(Application).where(
            Application.title == NAME, Application.item.has(code=PROMOTION),
            Application.state == ApplicationState.IN_REVIEW,
        )
    ).one()  # fmt: skip
    clerk.go(f"/applications/{earlier.id}/withdraw")
    clerk.page.fill("[name=reason]", "聘任日期有误，重新申报。")
    clerk.press("撤回")
    expect(clerk.page.locator(".messages")).to_contain_text("已撤回")


def _approved_by(number: int, *names: str) -> None:
    for name in names:
        deciding.approve(number, name)


def _shows_months_and_back_pay(pay: Locator) -> None:
    """Before and after, each month with its difference, and the sum as a line of its own."""
    expect(pay.locator(".before-after tfoot")).to_contain_text("2,208.00")
    expect(pay.locator(".before-after tfoot")).to_contain_text("2,230.00")
    owed = pay.locator(".back-pay")
    expect(owed.locator("summary")).to_contain_text("补发 2017年9月 至 2018年4月 共 8 个月：176.00 元")
    assert _rows(owed.locator("tbody tr")) == [(month, new, old, EACH) for month, new, old in MONTHS]
    assert _rows(owed.locator("tfoot tr")) == [("补发合计", "18,044.00", "17,868.00", ALL)]


def _rows(rows: Locator) -> list[tuple[str, ...]]:
    return [tuple(cell.inner_text().strip() for cell in row.locator("th, td").all()) for row in rows.all()]


def _the_form_prints_on_a4(clerk: Person, number: int) -> None:
    """Pages of A4 with amounts, months, opinions and reasons; the link on the page leads to the file."""
    clerk.go(f"/applications/{number}")
    link = clerk.page.get_by_role("link", name=f"打印：{FORM}")
    sent = clerk.page.request.get(clerk.home + str(link.get_attribute("href")))
    assert (sent.status, sent.headers["content-type"]) == (200, "application/pdf")
    printed = pdfium.PdfDocument(sent.body())
    sizes = [(round(width), round(height)) for width, height in map(printed.get_page_size, range(len(printed)))]
    assert set(sizes) == {(595, 842)}
    printed.close()
    text = text_of(sent.body())
    months = [f"{month}22.00" for month, _new, _old in MONTHS]
    for said in (
        "2,208.00",
        "2,230.00",
        EACH,
        "共8个月，合计176.00元",
        *months,
        "签名：审批·演示",
        "同意",
        "国办发〔2016〕62号",
    ):
        assert said in text, said
    assert "新建申请" not in text


def _finance_sees_the_back_pay_as_a_line_of_its_own(finance: Person) -> None:
    finance.press("提取批次")
    finance.page.get_by_role("dialog").get_by_role("button", name="确定").click()
    finance.sees("批次已提取")
    wage = finance.page.locator("tr", has_text=NAME).filter(has_not_text="补发").first
    expect(wage).to_contain_text("2,281.00")
    owed = finance.page.locator("tr.line-below", has_text=NAME)
    assert _cells(owed, "月份", "补发") == ["2017年9月 – 2018年4月", "176.00"]
    lines = select(PaymentInstruction).where(PaymentInstruction.staff.has(name=NAME)).order_by(PaymentInstruction.id)
    line = db.session.scalars(lines).all()[-1]
    assert (line.before_fen, line.after_fen, line.back_pay_fen) == (2259_00, 2281_00, 176_00)


def _cells(row: Locator, *labels: str) -> Sequence[str]:
    return [row.locator(f"td[data-label='{label}']").inner_text().strip() for label in labels]


def _the_employee_sees_wage_months_and_reasons(employee: Person) -> None:
    employee.go("/my-wage")
    employee.unfold()
    expect(employee.page.locator(".wage-cover .amount-large").last).to_contain_text("2,281.00")
    newest = employee.page.get_by_role("region", name="最近一次变动")
    expect(newest).to_contain_text("2017年9月")
    _employee_table(newest)
    expect(newest).to_contain_text("薪级不变")
    assert employee.fits_the_screen()


def _employee_table(newest: Locator) -> None:
    owed = newest.locator(".back-pay")
    assert [row[:3] for row in _rows(owed.locator("tbody tr"))] == MONTHS
    expect(owed.locator("tfoot")).to_contain_text(ALL)


def _links_since_february() -> list[tuple[str, int, bool]]:
    """Cause, total and whether it is voided, of every link from February 2017."""
    db.session.rollback()
    links = db.session.scalars(
        select(WageRecord).where(WageRecord.staff.has(name=NAME), WageRecord.effective_month >= date(2017, 2, 1))
        .order_by(WageRecord.position)
    ).all()  # fmt: skip
    return [(link.cause, link.total_fen, link.voided_at is not None) for link in links]
