"""The main job from filing to the employee's own wage, by everybody who takes part, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import func, select

from app.audit import queries
from app.audit.chain import first_break
from models import Application, Staff, db
from models.applications import ApplicationEvent
from tests.journeys import deciding, filing
from tests.journeys.papers import Papers
from tests.journeys.person import Person

Visit = Callable[..., Person]


def test_a_new_hire_is_filed_decided_paid_and_understood(app: Flask, visit: Visit, tmp_path: Path) -> None:
    papers = Papers(tmp_path)
    clerk = visit("clerk")
    number = filing.begin(clerk, "lxy")
    _the_page_says_what_is_needed_and_what_follows(clerk)
    _a_blurred_photo_is_refused_and_replaced(clerk, papers)
    _the_other_materials_are_sent(clerk, papers)
    filing.press_submit_twice(clerk)
    assert _applications_of("林晓雨") == [number], "pressing twice files once"
    assert _times(number, "submitted") == 1

    head = visit("head")
    head.press("林晓雨")
    head.press("确认")
    head.sees("已确认")

    _the_department_returns_one_material(visit, number)
    _the_clerk_corrects_just_that(clerk, papers, number)

    department = visit("department")
    deciding.open_from_the_queue(department, "林晓雨")
    department.sees("学历证书、学位证书新交：学位证书.png")
    department.press("通过")
    department.sees("已通过")
    for name in ("reviewer", "rechecker", "approver"):
        decider = visit(name)
        deciding.open_from_the_queue(decider, "林晓雨")
        decider.sees("1,610.00")
        decider.press("通过")
        decider.sees("已通过")

    _finance_takes_a_batch_and_confirms(visit)
    clerk.go(f"/applications/{number}")
    clerk.sees("已发放")
    clerk.sees("主管部门审核：审核通过")
    employee = visit("employee")
    _the_employee_sees_the_wage_and_why(employee)
    employee.sees("查看工资变动")
    _the_audit_is_whole()


def test_the_same_from_a_phone(app: Flask, visit: Visit, tmp_path: Path) -> None:
    papers = Papers(tmp_path)
    clerk = visit("clerk", phone=True)
    assert clerk.fits_the_screen()
    number = filing.begin(clerk, "lxy")
    assert clerk.fits_the_screen()
    _the_page_says_what_is_needed_and_what_follows(clerk)
    _a_blurred_photo_is_refused_and_replaced(clerk, papers)
    _the_other_materials_are_sent(clerk, papers)
    assert clerk.fits_the_screen()
    filing.press_submit_twice(clerk)
    assert clerk.fits_the_screen()
    clerk.go("/applications")
    clerk.sees("林晓雨")
    assert clerk.fits_the_screen()

    deciding.let_everybody_approve(number)
    deciding.let_finance_pay()
    employee = visit("employee", phone=True)
    assert employee.fits_the_screen()
    _the_employee_sees_the_wage_and_why(employee)
    assert employee.fits_the_screen()
    _the_audit_is_whole()


def _the_page_says_what_is_needed_and_what_follows(clerk: Person) -> None:
    """Prefilled answers, materials with reasons, steps with days, and the pay, all before anything is saved."""
    expect(clerk.page.locator("[name=answer-joined_on]")).to_have_value("2018-04-02")
    expect(clerk.page.locator("[name=answer-education]")).to_have_value("BACHELOR")
    expect(filing.material(clerk, "M08")).to_contain_text("因为人员类别为事业单位工作人员")
    assert "M05" not in filing.open_materials(clerk)
    filing.answer(clerk, "graduation_year", "2018")
    expect(filing.material(clerk, "M05")).to_contain_text("因为毕业年份早于2023年")
    clerk.sees("今天提交，最迟2018年4月11日办结")
    for step in ("单位负责人确认", "主管部门审核", "初审", "复审", "审批决定", "财政发放"):
        clerk.sees(step)
    pay = clerk.page.locator("#pay")
    expect(pay.locator(".before-after tfoot tr")).to_contain_text(re.compile("未核定.*1,610.00", re.DOTALL))
    pay.locator("tbody summary").first.click()
    expect(pay.locator("tbody .reasons").first).to_contain_text("国办发〔2016〕62号")


def _a_blurred_photo_is_refused_and_replaced(clerk: Person, papers: Papers) -> None:
    filing.upload(clerk, "M01", papers.blurred_photo("模糊.jpg"), papers.photo("录用审批表.jpg"))
    bad = filing.tile(clerk, "M01", "模糊.jpg")
    expect(bad).to_contain_text("太模糊")
    expect(bad).to_contain_text("重新拍摄")
    expect(filing.tile(clerk, "M01", "录用审批表.jpg")).to_contain_text("清晰可用")
    bad.get_by_role("button", name="删除").click()
    expect(filing.material(clerk, "M01").locator("li.file[id]")).to_have_count(1)
    expect(filing.tile(clerk, "M01", "录用审批表.jpg")).to_be_visible()
    expect(clerk.page.locator("[name=answer-graduation_year]")).to_have_value("2018")


def _the_other_materials_are_sent(clerk: Person, papers: Papers) -> None:
    filing.upload(clerk, "M02", papers.scan("介绍信.png"))
    filing.upload(clerk, "M06", papers.pdf("人事档案.pdf", 3))
    expect(filing.tile(clerk, "M06", "人事档案.pdf")).to_contain_text("3 页")
    for code in ("M03", "M04", "M05", "M07", "M08", "M25"):
        filing.upload(clerk, code, papers.photo(f"{code}.jpg"))
    filing.is_ready(clerk.page)
    clerk.sees("已齐 9／9 项")


def _the_department_returns_one_material(visit: Visit, number: int) -> None:
    department = visit("department")
    deciding.open_from_the_queue(department, "林晓雨")
    deciding.mark(department, "MATERIAL.M04", "只有学历证书，缺少学位证书", note="请补传学位证书。")
    department.sees("已退回更正")


def _the_clerk_corrects_just_that(clerk: Person, papers: Papers, number: int) -> None:
    clerk.go("/")
    clerk.sees("请补传学位证书。")
    clerk.go(f"/applications/{number}")
    clerk.sees("主管部门·演示退回了本申请：请补传学位证书。")
    expect(filing.material(clerk, "M04")).to_contain_text("只有学历证书，缺少学位证书")
    assert filing.open_materials(clerk) == ["M04"]
    assert clerk.page.locator("[name^=answer-]").count() == 0, "no answer is open"
    filing.upload(clerk, "M04", papers.scan("学位证书.png"))
    filing.press_submit_twice(clerk)
    assert _times(number, "resubmitted") == 1


def _finance_takes_a_batch_and_confirms(visit: Visit) -> None:
    finance = visit("finance")
    finance.press("提取批次")
    finance.page.get_by_role("dialog").get_by_role("button", name="确定").click()
    finance.sees("批次已提取")
    line = finance.page.locator("tr:not(.line-below)", has_text="林晓雨")  # below it stands what is owed
    line.get_by_role("button", name="确认").click()
    finance.sees("该笔已确认")
    expect(line).to_contain_text("已确认")


def _the_employee_sees_the_wage_and_why(employee: Person) -> None:
    """The amount is hidden until touched; opening it shows rule, table and document."""
    amount = employee.page.get_by_text("1,610.00", exact=False).first
    expect(amount).to_be_hidden()
    employee.page.get_by_text("点按显示金额").click()
    expect(amount).to_be_visible()
    employee.page.locator(".wage-part summary").first.click()
    proof = employee.page.locator(".wage-part").first
    for text in ("I-2", "见习期（初期）工资及定级标准表", "国办发〔2016〕62号", "大学本科"):
        expect(proof).to_contain_text(text)
    employee.sees("已发放")
    employee.sees("财政·演示")
    employee.does_not_see("其他操作")


def _applications_of(name: str) -> list[int]:
    db.session.rollback()
    return list(
        db.session.scalars(
            select(Application.id).where(Application.employees.any(staff_id=_staff(name))).order_by(Application.id)
        )
    )


def _staff(name: str) -> int:
    return db.session.scalars(select(Staff.id).where(Staff.name == name)).one()


def _times(application_id: int, kind: str) -> int:
    db.session.rollback()
    return (
        db.session.scalar(
            select(func.count()).where(ApplicationEvent.application_id == application_id, ApplicationEvent.kind == kind)
        )
        or 0
    )


def _the_audit_is_whole() -> None:
    db.session.rollback()
    assert first_break(queries.chain_in_order(), queries.head()) is None
