"""What goes wrong in an office: each time a sentence says what happened, and nothing that was done is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from models import Application, Decision, Unit, db
from models.accounts import Reach
from tests.factories import PASSWORD, an_account
from tests.journeys import filing
from tests.journeys.person import Person

Visit = Callable[..., Person]


def test_the_second_of_two_reviewers_learns_who_was_first(app: Flask, visit: Visit) -> None:
    an_account("second", ("reviewer", None, Reach.ALL))
    number = _waiting_for("application:first_review")
    first, second = visit("reviewer"), visit("second", password=PASSWORD)
    for reviewer in (first, second):
        reviewer.go(f"/admin/queue/{number}")
    first.press("通过")
    first.sees("已通过")

    second.page.fill("#note", "材料齐全，金额无误")
    second.press("通过")
    second.sees("初审·演示")
    second.sees("材料齐全，金额无误")
    assert _decisions(number, "hr_first_review") == 1


def test_another_units_application_does_not_exist_for_the_clerk(app: Flask, visit: Visit) -> None:
    foreign = db.session.scalars(
        select(Application.id).join(Application.unit).where(Unit.name != "江城市滨江小学").limit(1)
    ).one()
    clerk = visit("clerk")
    for address in (f"/applications/{foreign}", "/applications/999999", "/applications/abc", "/no/such/page"):
        assert clerk.opens(address) == 404, address
        clerk.sees("不存在")
        clerk.sees("首页")
    assert clerk.opens("/applications?page=9999999999999999999&state=%27%3B&item=x") == 200


def test_what_was_typed_outlives_the_end_of_the_session(app: Flask, visit: Visit) -> None:
    clerk = visit("clerk")
    filing.begin(clerk, "lxy")
    where = clerk.page.url
    filing.answer(clerk, "graduation_year", "2016")
    elsewhere = visit("clerk")
    elsewhere.go("/sessions")
    elsewhere.press("结束")
    elsewhere.sees("该登录已结束")

    clerk.press("保存")
    clerk.sees("本次登录已被结束")
    assert "/login" in clerk.page.url
    clerk.page.fill("input[name=username]", "clerk")
    clerk.page.fill("input[name=password]", "zerotrip-demo")
    clerk.page.click("main button[type=submit]")
    clerk.page.wait_for_url(where)
    expect(clerk.page.locator("[name=answer-graduation_year]")).to_have_value("2016")
    clerk.sees("已恢复您之前填写的内容，尚未保存")
    clerk.press("保存")
    clerk.sees("已保存")
    expect(clerk.page.locator("[name=answer-graduation_year]")).to_have_value("2016")
    clerk.does_not_see("已恢复您之前填写的内容")


def test_going_back_after_a_decision_decides_nothing_again(app: Flask, visit: Visit) -> None:
    number = _waiting_for("application:first_review")
    reviewer = visit("reviewer")
    reviewer.go(f"/admin/queue/{number}")
    reviewer.press("通过")
    reviewer.sees("已通过")
    reviewer.page.go_back()
    if reviewer.page.get_by_role("button", name="通过").count():
        reviewer.press("通过")
    assert _decisions(number, "hr_first_review") == 1
    reviewer.go(f"/admin/queue/{number}")
    assert reviewer.page.get_by_role("button", name="通过").count() == 0


def test_a_page_of_another_role_is_refused_in_a_sentence(app: Flask, visit: Visit) -> None:
    clerk, employee = visit("clerk"), visit("employee", phone=True)
    for person, address in (
        (clerk, "/admin/queue/"),
        (clerk, "/admin/finance/"),
        (employee, "/applications/new"),
        (employee, "/admin/"),
    ):
        assert person.opens(address) == 403, address
        expect(person.page.locator("main h1")).not_to_be_empty()
        person.sees("首页")
        assert not re.search(r"[A-Za-z]{4,}", person.page.locator("main .message").inner_text()), "it is in Chinese"


def _waiting_for(permission: str) -> int:
    """An application of the demo city that waits at a step."""
    db.session.rollback()
    return db.session.scalars(
        select(Application.id).where(Application.step_permission == permission).order_by(Application.id).limit(1)
    ).one()


def _decisions(number: int, step: str) -> int:
    db.session.rollback()
    return len(
        db.session.scalars(
            select(Decision.id).where(Decision.application_id == number, Decision.step_key == step)
        ).all()
    )
