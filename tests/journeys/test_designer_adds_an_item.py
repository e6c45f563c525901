"""A 27th item, the rural-teacher allowance, comes to be in the browser: designed with a condition, a form and steps,
rehearsed, published by a second person, and filed by a clerk. No code, no restart."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from app.jobs import service as jobs
from models import Application, Result, db
from tests.journeys import deciding, filing
from tests.journeys.papers import Papers
from tests.journeys.person import Person

pytestmark = pytest.mark.journey

Visit = Callable[..., Person]
CODE, NAME = "NCGZ-27", "乡村教师补贴核定"
QUESTIONS = (
    {"key": "starts_on", "label_zh": "到岗日期", "label_en": "Day of taking the post", "type": "date"},
    {"key": "kind", "label_zh": "补贴类别", "label_en": "Kind of allowance", "type": "choice",
     "choices": "RURAL | 乡村教师补贴 | Rural-teacher allowance"},
    {"key": "action", "label_zh": "变动类型", "label_en": "Kind of change", "type": "choice",
     "choices": "START | 起发 | It starts\nSTOP | 停发 | It stops"},
    {"key": "school", "label_zh": "任教学校", "label_en": "School", "type": "text"},
    {"key": "basis", "label_zh": "执行依据文号", "label_en": "Document it rests on", "type": "text"},
)  # fmt: skip
STEPS = (
    ("unit_confirm", "单位确认", "Confirmation by the unit", "application:confirm", "2"),
    ("competent_review", "主管部门审核", "Review by the department", "application:review", "3"),
    ("decision", "人社审批", "Decision", "application:approve", "5"),
)
FACTS = {"day": "starts_on", "kind": "kind", "action": "action", "basis": "basis"}


def test_a_27th_item_is_designed_rehearsed_published_and_filed(app: Flask, visit: Visit, tmp_path: Path) -> None:
    designer = visit("designer")
    _begin(designer)
    for question in QUESTIONS:
        _add(designer, "添加填报项", question)
    _add_the_conditional_material(designer)
    _add_the_steps(designer)
    _add(designer, "添加表单", {"code": "F01"})
    _say_what_an_approval_writes(designer)
    _look_at_it_as_the_applicant(designer)
    _rehearse_and_propose(designer)

    publisher = visit("publisher")
    publisher.page.goto(designer.page.url)
    publisher.press("发布")
    publisher.page.get_by_role("dialog").get_by_role("button", name="确定").click()
    publisher.sees("已生效")

    clerk = visit("clerk")
    number = _file(clerk, Papers(tmp_path))
    for name in ("head", "department", "approver"):
        deciding.approve(number, name)
    db.session.rollback()
    assert db.session.get_one(Application, number).state == "APPROVED"
    result = db.session.scalars(select(Result).where(Result.application_id == number)).one()
    assert (result.effect, result.facts["action"], result.facts["kind"]) == ("allowance", "START", "RURAL")


def _begin(designer: Person) -> None:
    designer.go("/admin/items/")
    designer.press("新建事项")
    _fill(designer, {"code": CODE, "name_zh": NAME, "name_en": "Rural-teacher allowance"})
    designer.press("建立草稿")
    designer.sees("已建立事项草稿")


def _fill(designer: Person, values: dict[str, str]) -> None:
    for name, value in values.items():
        field = designer.page.locator(f"main [name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def _add(designer: Person, button: str, values: dict[str, str]) -> None:
    designer.press(button)
    _fill(designer, values)
    designer.press("保存")
    designer.sees("已保存")


def _add_the_conditional_material(designer: Person) -> None:
    page = designer.page
    designer.press("添加材料")
    _fill(designer, {"code": "M01", "name_zh": "乡村学校任教证明", "name_en": "Proof of teaching at a rural school",
                     "necessity": "CONDITIONAL"})  # fmt: skip
    page.get_by_label("第1行的事实").select_option(label="变动类型")
    page.get_by_label("第1行的比较方式").select_option("eq")
    page.get_by_label("第1行的值").fill("起发")
    designer.press("保存")
    expect(page.locator("#materials-M01")).to_contain_text(re.compile("变动类型.*起发", re.DOTALL))


def _add_the_steps(designer: Person) -> None:
    page = designer.page
    for key, zh, en, permission, days in STEPS:
        designer.press("添加环节")
        _fill(designer, {"key": key, "name_zh": zh, "name_en": en, "permission": permission, "limit_days": days})
        if key == "competent_review":
            page.get_by_label("第1行的事实").select_option(label="单位有主管部门")
            page.get_by_label("第1行的比较方式").select_option("eq")
            page.get_by_label("第1行的值").fill("否")
        designer.press("保存")
        designer.sees("已保存")


def _say_what_an_approval_writes(designer: Person) -> None:
    """Whom it serves and the effect of the registry; then which question gives each of its facts."""
    page = designer.page
    designer.unfold()
    page.locator("[name=staff_types][value=INSTITUTION]").check()
    _fill(designer, {"promised_days": "10", "effect": "allowance"})
    page.locator("form[action$='/head/'] button").last.click()
    page.wait_for_load_state()
    designer.unfold()
    _fill(designer, {f"fact-{fact}": key for fact, key in FACTS.items()})
    page.locator("form[action$='/head/'] button").last.click()
    page.wait_for_load_state()
    designer.sees("已保存")
    found = page.get_by_role("region", name="发布前检查")
    expect(found).to_contain_text("尚未试运行")


def _look_at_it_as_the_applicant(designer: Person) -> None:
    page = designer.page
    here = page.url
    designer.press("预览")
    designer.sees("此为预览")
    expect(page.locator("#material-M01")).to_have_count(0)
    with page.expect_response(re.compile("/preview/")):
        page.select_option("[name=answer-action]", "START")
    expect(page.locator("#material-M01")).to_contain_text("乡村学校任教证明")
    page.goto(here)


def _rehearse_and_propose(designer: Person) -> None:
    here = designer.page.url
    designer.press("试运行")
    jobs.work_off()
    designer.page.reload()
    designer.sees("近十二个月没有本事项的申报")
    designer.page.goto(here)
    designer.press("送审")
    designer.sees("已送审")


def _file(clerk: Person, papers: Papers) -> int:
    number = filing.begin(clerk, "xjy", CODE)
    page = clerk.page
    with filing.following(page):
        page.select_option("[name=answer-kind]", "RURAL")
    with filing.following(page):
        page.select_option("[name=answer-action]", "START")
    expect(filing.material(clerk, "M01")).to_contain_text("因为您选择了变动类型：起发")
    for key, value in (("starts_on", "2018-03-01"), ("school", "演示乡村小学"), ("basis", "演示〔2018〕1号")):
        filing.answer(clerk, key, value)
    filing.upload(clerk, "M01", papers.photo("任教证明.jpg"))
    page.locator("button[formaction$='/submit']").click()
    clerk.sees("已提交")
    return number
