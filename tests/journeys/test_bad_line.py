"""On a bad line, after the session has ended, after going back: what was typed is kept, the page says how to go on."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select, update

from app import clock
from models import Account, Application, LoginSession, Unit, db
from models.accounts import Reach
from tests.factories import PASSWORD, an_account
from tests.journeys import filing
from tests.journeys.person import Person

Visit = Callable[..., Person]
RESTORED = "已恢复您之前填写的内容，尚未保存"
YEAR = "[name=answer-graduation_year]"


@pytest.fixture
def clerk(visit: Visit) -> Person:
    """A clerk on the page of a new application."""
    person = visit("clerk")
    filing.begin(person, "lxy")
    return person


def test_a_draft_comes_back_after_the_tab_and_the_session_are_gone(app: Flask, clerk: Person) -> None:
    where = clerk.page.url
    type_year(clerk, "2016")
    context = clerk.page.context
    clerk.page.close(run_before_unload=False)
    context.clear_cookies()

    again = Person(context.new_page(), clerk.home, watch=clerk.watch)
    again.log_in("clerk", "zerotrip-demo")
    again.page.goto(where)
    expect(again.page.locator(YEAR)).to_have_value("2016")
    again.sees(RESTORED)

    again.page.get_by_role("button", name="清除").click()
    expect(again.page.locator(YEAR)).to_have_value("")
    again.page.reload()
    expect(again.page.locator(YEAR)).to_have_value("")
    again.does_not_see(RESTORED)


def test_a_draft_older_than_a_week_is_not_put_back(clerk: Person) -> None:
    type_year(clerk, "2016")
    clerk.page.evaluate("""() => {
      for (const store of [localStorage, sessionStorage])
        for (const name of Object.keys(store)) {
          const record = JSON.parse(store.getItem(name));
          store.setItem(name, JSON.stringify({ ...record, at: record.at - 8 * 864e5 }));
        }
    }""")
    clerk.page.goto(clerk.page.url)
    expect(clerk.page.locator(YEAR)).to_have_value("")
    assert kept(clerk.page) == ([], [])


def test_what_is_saved_is_kept_no_longer(clerk: Person) -> None:
    type_year(clerk, "2016")
    assert kept(clerk.page) != ([], [])
    clerk.press("保存")
    clerk.sees("已保存")
    expect(clerk.page.locator(YEAR)).to_have_value("2016")
    assert kept(clerk.page) == ([], [])
    clerk.does_not_see(RESTORED)


def test_what_somebody_saved_elsewhere_is_not_overwritten(visit: Visit, clerk: Person) -> None:
    type_year(clerk, "2016")
    desk = visit("clerk")
    desk.page.goto(clerk.page.url)
    desk.page.fill(YEAR, "2015")
    desk.press("保存")
    desk.sees("已保存")

    clerk.page.goto(clerk.page.url)
    expect(clerk.page.locator(YEAR)).to_have_value("2015")
    clerk.sees("您当时填写的内容仍保留，可以恢复")
    clerk.page.get_by_role("button", name="恢复", exact=True).click()
    expect(clerk.page.locator(YEAR)).to_have_value("2016")


def test_identity_numbers_and_passwords_never_lie_on_the_device(visit: Visit) -> None:
    clerk = visit("clerk")
    clerk.go("/roster/new")
    clerk.page.fill("[name=name]", "钱学森")
    clerk.page.fill("[name=id_number]", "110101199003070134")
    clerk.page.fill("[name=phone]", "110101199003070134")
    wait_until_kept(clerk.page)
    on_device, in_tab = kept(clerk.page)
    assert "钱学森" in str(on_device)
    assert "110101199003070134" not in str(on_device)
    assert "110101199003070134" in str(in_tab)
    clerk.page.reload()
    expect(clerk.page.locator("[name=id_number]")).to_have_value("110101199003070134")

    clerk.go("/password")
    clerk.page.fill("[name=old]", "a password nobody may read")
    clerk.page.reload()
    assert "nobody may read" not in str(kept(clerk.page))


def test_nothing_is_sent_into_a_dead_line_and_nothing_is_lost(clerk: Person) -> None:
    page = clerk.page
    type_year(clerk, "2016")
    page.context.set_offline(True)
    page.get_by_role("button", name="保存").last.click()
    clerk.sees("网络未连接，内容没有提交")
    expect(page.locator(YEAR)).to_have_value("2016")
    assert page.locator("button[aria-disabled]").count() == 0, "the button may be pressed again"
    page.context.set_offline(False)
    clerk.sees("网络已恢复")
    clerk.press("保存")
    clerk.sees("已保存")
    expect(page.locator(YEAR)).to_have_value("2016")


def test_the_preview_says_that_it_stands_still_and_goes_on(clerk: Person) -> None:
    page = clerk.page
    page.context.set_offline(True)
    page.fill(YEAR, "2016")
    page.locator(YEAR).blur()
    expect(page.locator("#live")).to_contain_text("网络恢复后自动更新")
    with page.expect_response(re.compile(r"/live$")):
        page.context.set_offline(False)
    expect(page.locator("#live")).not_to_contain_text("网络恢复后自动更新")


def test_without_a_line_a_page_says_so_and_opens_when_it_is_back(clerk: Person) -> None:
    page = clerk.page
    has_worker(page)
    type_year(clerk, "2016")
    page.context.set_offline(True)
    page.goto(clerk.home + "/applications")
    expect(page.locator("h1")).to_have_text("网络未连接")
    clerk.sees("已填写但未保存的内容保留在本设备上")
    page.context.set_offline(False)
    expect(page.locator("h1")).to_have_text("申请")
    assert page.url.endswith("/applications")


def test_what_was_sent_when_the_line_broke_is_not_sent_again_but_is_here_again(clerk: Person) -> None:
    """The browser still believed in the line, so the form went out and met nobody."""
    page = clerk.page
    page.add_init_script("""
      addEventListener("offline", (event) => event.stopImmediatePropagation(), true);
      Object.defineProperty(Navigator.prototype, "onLine", { get: () => true });
    """)
    has_worker(page)
    page.reload()
    where = page.url
    type_year(clerk, "2016")
    page.context.set_offline(True)
    page.get_by_role("button", name="保存").last.click()
    clerk.sees("刚才提交的内容很可能没有送达")
    page.context.set_offline(False)
    page.wait_for_url(where)
    expect(page.locator(YEAR)).to_have_value("2016")
    clerk.sees(RESTORED)


def test_a_preview_after_the_end_of_the_session_leads_to_the_log_in_and_back(app: Flask, clerk: Person) -> None:
    page, where = clerk.page, clerk.page.url
    end_sessions("clerk")
    page.fill(YEAR, "2016")
    page.locator(YEAR).blur()
    expect(page.locator("#live")).to_contain_text("登录已失效，填写的内容已保留")
    page.locator("#live").get_by_role("link", name="登录").click()
    clerk.sees("登录后自动恢复")
    enter(page, "clerk", "zerotrip-demo")
    page.wait_for_url(where)
    expect(page.locator(YEAR)).to_have_value("2016")


def test_after_a_refused_page_the_log_in_still_leads_back(app: Flask, clerk: Person) -> None:
    page, where = clerk.page, clerk.page.url
    has_worker(page)  # what it passes on is still a page to the office, and may be told why the session is over
    type_year(clerk, "soon")
    clerk.press("保存")
    expect(page.locator(".error-summary")).to_be_visible()
    end_sessions("clerk")
    page.fill(YEAR, "2016")
    clerk.press("保存")
    clerk.sees("本次登录已被结束")
    enter(page, "clerk", "zerotrip-demo")
    page.wait_for_url(where)
    expect(page.locator(YEAR)).to_have_value("2016")


def test_another_account_in_the_same_browser_sees_nothing_of_it(app: Flask, clerk: Person) -> None:
    school = db.session.scalars(select(Unit).where(Unit.name == "江城市滨江小学")).one()
    an_account("second", ("clerk", school, Reach.UNIT))
    page, where = clerk.page, clerk.page.url
    type_year(clerk, "2016")
    end_sessions("clerk")
    clerk.press("保存")
    enter(page, "second", PASSWORD)
    page.wait_for_url(where)
    expect(page.locator(YEAR)).to_have_value("")
    clerk.does_not_see(RESTORED)


def test_a_form_of_an_earlier_session_loses_nothing(app: Flask, clerk: Person) -> None:
    """The session ended, the person logged in again in another tab, and sends the old page."""
    page = clerk.page
    type_year(clerk, "2016")
    log_in_again_elsewhere(page.context, clerk, "clerk", "zerotrip-demo")
    clerk.press("保存")
    clerk.sees("页面打开时间过长")
    page.get_by_role("link", name="重新打开页面").click()
    expect(page.locator(YEAR)).to_have_value("2016")
    clerk.sees(RESTORED)
    clerk.press("保存")
    clerk.sees("已保存")


def test_a_form_that_lay_open_takes_the_token_of_the_new_session(app: Flask, clerk: Person) -> None:
    page = clerk.page
    type_year(clerk, "2016")
    log_in_again_elsewhere(page.context, clerk, "clerk", "zerotrip-demo")
    a_minute_later(page)
    clerk.press("保存")
    clerk.sees("已保存")
    expect(page.locator(YEAR)).to_have_value("2016")


def test_nothing_goes_out_under_the_name_of_somebody_else(app: Flask, clerk: Person) -> None:
    page = clerk.page
    type_year(clerk, "2016")
    log_in_again_elsewhere(page.context, clerk, "reviewer", "zerotrip-demo")
    a_minute_later(page)
    clerk.press("保存")
    clerk.sees("本浏览器已由其他账号登录")
    expect(page.locator(YEAR)).to_have_value("2016")


def test_logging_out_asks_and_then_forgets(clerk: Person) -> None:
    page = clerk.page
    type_year(clerk, "2016")
    page.locator(".account-bar summary").click()
    page.locator(".account-bar").get_by_role("button", name="退出").click()
    dialog = page.locator("#confirm-dialog")
    expect(dialog).to_contain_text("有 1 份填写内容尚未保存")
    dialog.get_by_role("button", name="取消").click()
    expect(page.locator(YEAR)).to_have_value("2016")
    page.locator(".account-bar summary").click()
    page.locator(".account-bar").get_by_role("button", name="退出").click()
    dialog.get_by_role("button", name="确定").click()
    page.wait_for_url(re.compile("/login"))
    expect(page.locator("main")).to_contain_text("已退出")
    assert kept(page) == ([], [])


def test_going_back_after_filing_shows_how_it_stands_now(app: Flask, clerk: Person) -> None:
    page, where = clerk.page, clerk.page.url
    old = page.context.new_page()
    old.goto(where)
    clerk.page.locator("a", has_text="撤销申报").or_(clerk.page.locator("a[href$='/withdraw']")).first.click()
    clerk.page.fill("[name=reason]", "填错了人员")
    page.locator("main form button").last.click()
    page.wait_for_url(clerk.home + "/")
    page.go_back()
    page.go_back()
    assert page.url == where
    assert page.locator("form#answers").count() == 0, "what is closed cannot be typed into"

    old.fill(YEAR, "2016")
    old.get_by_role("button", name="保存").last.click()
    expect(old.locator("main .message").first).not_to_be_empty()
    number = int(where.rsplit("/", 1)[1])
    db.session.rollback()
    assert db.session.get_one(Application, number).state == "WITHDRAWN"


def type_year(clerk: Person, value: str) -> None:
    clerk.page.fill(YEAR, value)
    wait_until_kept(clerk.page)


def wait_until_kept(page: Page) -> None:
    page.locator("main").evaluate("""() => new Promise((done) => setTimeout(done, 400))""")
    assert kept(page)[1]


def kept(page: Page) -> tuple[list[str], list[str]]:
    """What lies on the device, and what lies in the tab."""
    found = page.evaluate("[localStorage, sessionStorage].map((store) => Object.values(store))")
    return found[0], found[1]


def has_worker(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def a_minute_later(page: Page) -> None:
    """The page has lain open so long that it asks before it sends."""
    page.evaluate("() => { const now = performance.now.bind(performance); performance.now = () => now() + 60000; }")


def end_sessions(username: str) -> None:
    """As an administrator does, while somebody types."""
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.account_id == select(Account.id).where(Account.username == username).scalar_subquery())
        .values(ended_at=clock.now(), end_reason="ended")
    )
    db.session.commit()


def enter(page: Page, username: str, password: str) -> None:
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")


def log_in_again_elsewhere(context: BrowserContext, clerk: Person, username: str, password: str) -> None:
    """The session is ended, and somebody logs in in another tab of the same browser."""
    end_sessions("clerk")
    tab = context.new_page()
    tab.goto(f"{clerk.home}/login")
    enter(tab, username, password)
    expect(tab.locator(".account-bar summary")).to_be_visible()
    tab.close()
