"""The main job by keyboard alone, and nowhere is the focus lost, hidden or caught."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from app.demo.accounts import PASSWORD
from tests.journeys import filing
from tests.journeys.conftest import PATIENCE
from tests.journeys.keys import EXAMINED, Hands
from tests.journeys.papers import Papers
from tests.journeys.person import Person

Sit = Callable[[str], Hands]


@pytest.fixture
def sit(browser: Browser, server: str) -> Iterator[Sit]:
    """Sit down at a desk without a mouse and log in."""
    seated: list[Hands] = []

    def down(username: str) -> Hands:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
        context.set_default_timeout(PATIENCE)
        hands = Hands(Person(context.new_page(), server))
        seated.append(hands)
        hands.log_in(username, PASSWORD)
        return hands

    yield down
    for hands in seated:
        hands.page.context.close()
        assert not hands.person.watch.faults
        assert not hands.unseen, "the focus is not seen"


def test_the_main_job_is_done_by_keyboard_alone(app: Flask, sit: Sit, tmp_path: Path) -> None:
    _the_clerk_files(sit("clerk"), Papers(tmp_path))
    head = sit("head")
    head.enter("林晓雨|.*新进人员", line="林晓雨")
    head.enter("确认")
    head.person.sees("已确认")
    for name in ("department", "reviewer", "rechecker", "approver"):
        _the_decider_approves(sit(name))
    _finance_pays(sit("finance"))
    employee = sit("employee")
    employee.reach(".*点按显示金额")
    employee.press("Enter")
    expect(employee.page.get_by_text("1,610.00").first).to_be_visible()
    employee.reach(line="见习")
    employee.press("Enter")
    employee.person.sees("国办发〔2016〕62号")


def _the_clerk_files(clerk: Hands, papers: Papers) -> None:
    clerk.enter("新申请|新建申请", href="/applications/new")
    clerk.reach("工作人员")
    clerk.type("lxy")
    clerk.page.get_by_role("option").first.wait_for()
    clerk.press("ArrowDown")
    with clerk.page.expect_navigation():
        clerk.press("Enter")
    clerk.reach(name="item")
    clerk.press("Space")
    clerk.among("新进人员工资核定", [filing.NEW_HIRE])
    clerk.enter("继续")
    clerk.page.wait_for_url(re.compile(r"/applications/\d+$"))
    clerk.reach(name="answer-graduation_year")
    with filing.following(clerk.page):
        clerk.type("2018")
        clerk.press("Tab")
    expect(filing.material(clerk.person, "M05")).to_contain_text("因为毕业年份早于2023年")
    for code in filing.open_materials(clerk.person):
        _upload(clerk, code, papers.photo(f"{code}.jpg"))
    filing.is_ready(clerk.page)
    clerk.enter("提交")
    clerk.person.sees("已提交")


def _upload(clerk: Hands, code: str, file: Path) -> None:
    clerk.reach("选择文件", id=f"material-{code}-choose")
    clerk.choose_files(file)
    expect(filing.material(clerk.person, code).locator("li.file[id]")).to_have_count(1, timeout=EXAMINED)
    clerk.page.wait_for_function("document.activeElement !== document.body")  # what was replaced has the focus again


def _the_decider_approves(decider: Hands) -> None:
    decider.open("/admin/queue/")
    decider.enter(line="林晓雨", href=r"/queue/\d+")
    decider.person.sees("1,610.00")
    decider.press("a")
    decider.page.wait_for_function("document.activeElement.dataset.verb === 'approve'")
    decider.go_on("Enter")
    decider.person.sees("已通过")


def _finance_pays(finance: Hands) -> None:
    finance.open("/admin/finance/")
    finance.reach("提取批次")
    finance.press("Enter")
    finance.page.get_by_role("dialog").wait_for()
    finance.enter("确定")
    finance.person.sees("批次已提取")
    finance.enter("确认", line="林晓雨")
    finance.person.sees("该笔已确认")
