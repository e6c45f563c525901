"""A supervising department in a browser: a school heads for a breach, is warned, answers, and is looked into."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from models import AuditEvent, BudgetDistribution, Case, db
from models.cases import CaseOutcome, CaseState
from tests.journeys.person import Person

Visit = Callable[..., Person]
RULE = "budgets:FORECAST"
ANSWER = "三月补发了上年度考核奖，四月起按月度计划发放，年底前不再追加。"
REASON = "已核对发放明细，请按月报送执行情况。"


def the_case() -> Case:
    """The case that the warning of the school became, as it is now."""
    db.session.rollback()
    return db.session.scalars(select(Case).where(Case.rule == RULE)).one()


def test_a_unit_heading_for_a_breach_is_seen_warned_and_opened_down_to_one_payment(app: Flask, visit: Visit) -> None:
    school = the_case().unit.name
    department = visit("department")
    page = department.page

    # The school stands first in the list, under a red light.
    page.locator(".site-nav summary", has_text="工资基金").click()
    page.locator(".site-nav").get_by_role("link", name="绩效工资").click()
    first = page.locator("main tbody tr").first
    expect(first).to_contain_text(school)
    expect(first).to_contain_text("有超总量风险")
    first.get_by_role("link").click()

    # Where the year leads: the sentence, the chart with its band and limit, and the same as a table.
    chart = page.locator(".chart-frame svg")
    expect(chart).to_be_visible()
    expect(chart.locator(".chart-band")).to_be_visible()
    expect(chart.locator(".chart-limit")).to_have_count(1)  # a level line has no height, so it never counts as visible
    expect(chart).to_contain_text("核定总量")
    assert department.fits_the_screen()
    total = page.url

    # The warning has become a case, which the school answers.
    page.get_by_role("link", name="查看核查事项及答复").first.click()
    department.sees("待答复")
    clerk = visit("clerk")
    clerk.go(f"/cases/{the_case().id}")
    clerk.page.get_by_label("情况正常，予以说明").check()
    clerk.page.fill("textarea[name=text]", ANSWER)
    clerk.press("提交答复")
    assert the_case().state == CaseState.ANSWERED

    # The department reads the answer and accepts it with a reason.
    page.reload()
    department.sees(ANSWER)
    page.select_option("select[name=verb]", "accept")
    page.fill("textarea[name=text]", REASON)
    page.locator("#judge button").click()
    department.sees(REASON)
    assert (the_case().state, the_case().outcome) == (CaseState.CLOSED, CaseOutcome.ACCEPTED)

    # The evidence leads back to the year; a distribution opens into people, a person into their payments.
    page.locator("main table").first.get_by_role("link").first.click()
    expect(page).to_have_url(total)
    paid = page.locator("main table", has_text="JX2018-").first.locator("tbody tr").first
    number = paid.get_by_role("link").inner_text()
    paid.get_by_role("link").click()
    row = page.locator("main tbody tr").first
    name, amount = row.locator("th").inner_text(), row.locator("td.number").inner_text()
    row.get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text(name)
    expect(page.locator("main tbody tr", has_text=number)).to_contain_text(amount)
    readings = select(AuditEvent.record_kind).where(AuditEvent.action == "budget:read_payments")
    db.session.rollback()
    assert set(db.session.scalars(readings)) == {"budget_distribution", "staff"}
    assert db.session.scalars(select(BudgetDistribution.id).where(BudgetDistribution.number == number)).one()
