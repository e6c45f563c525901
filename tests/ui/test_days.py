"""Fields for a day or a month in a real browser: typed in many ways, or chosen with the mouse or the keyboard alone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.ui.test_browser import address, chromium, page

__all__ = ["address", "chromium", "page"]
pytestmark = pytest.mark.journey


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("2018年4月3日", "2018-04-03"), ("2018/4/3", "2018-04-03"), ("20180403", "2018-04-03"),
     ("\uff12\uff10\uff11\uff18\uff0e\uff14\uff0e\uff13", "2018-04-03"), ("2018-04-03", "2018-04-03"),
     ("2018-02-30", "2018-02-30"), ("明天", "明天")],
)  # fmt: skip
def test_a_day_is_typed_in_any_way_that_people_write_one(page: Page, typed: str, sent: str) -> None:
    page.goto("/forms")
    page.get_by_label("日期", exact=True).fill(typed)
    page.get_by_label("日期", exact=True).press("Tab")
    assert page.locator("input[name=day]").input_value() == sent


def test_a_day_long_ago_is_two_menus_away(page: Page) -> None:
    page.goto("/forms")
    page.get_by_role("button", name="选择日期: 日期").click()
    page.get_by_label("年份").select_option("1965")
    page.get_by_label("月份", exact=True).locator("visible=true").last.select_option("1")
    page.get_by_role("button", name="1965年2月28日星期日").click()
    assert page.locator("input[name=day]").input_value() == "1965-02-28"
    assert page.evaluate("document.activeElement.className") == "row-action date-open"


def test_the_calendar_is_used_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/forms")
    page.get_by_label("日期", exact=True).fill("2018-04-03")
    page.get_by_label("日期", exact=True).press("Alt+ArrowDown")
    label = "document.activeElement.getAttribute('aria-label')"
    assert page.evaluate(label) == "2018年4月3日星期二"
    for key, day in (
        ("ArrowRight", "2018年4月4日星期三"), ("ArrowDown", "2018年4月11日星期三"), ("Home", "2018年4月9日星期一"),
        ("End", "2018年4月15日星期日"), ("PageDown", "2018年5月15日星期二"), ("Shift+PageUp", "2017年5月15日星期一"),
        ("ArrowUp", "2017年5月8日星期一"), ("ArrowLeft", "2017年5月7日星期日"),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert page.evaluate(label) == day, key
    page.keyboard.press("Escape")
    assert page.locator("input[name=day]").input_value() == "2018-04-03"
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.locator("input[name=day]").input_value() == "2018-04-04"


def test_a_week_begins_on_monday_and_days_out_of_bounds_are_not_taken(page: Page) -> None:
    page.goto("/forms")
    page.get_by_label("日期", exact=True).fill("1960-01-20")
    page.get_by_role("button", name="选择日期: 日期").click()
    assert page.locator(".calendar th").all_inner_texts() == list("一二三四五六日")
    page.get_by_role("button", name="1960年1月14日星期四").click(force=True)
    assert page.locator("dialog.calendar").get_attribute("open") is not None
    page.keyboard.press("PageUp")
    assert page.evaluate("document.activeElement.dataset.code") == "1960-01-15"


def test_a_month_is_chosen_from_its_year(page: Page) -> None:
    page.goto("/forms")
    page.get_by_role("button", name="选择月份: 月份").click()
    page.get_by_label("年份").select_option("2016")
    page.get_by_role("button", name="2016年7月").click()
    assert page.locator("input[name=month]").input_value() == "2016-07"


def test_choosing_a_day_is_a_change_that_the_page_hears_of(page: Page) -> None:
    page.goto("/forms")
    page.evaluate("""window.heard = [];
        document.addEventListener("change", (event) => window.heard.push(event.target.name + event.target.value))""")
    page.get_by_role("button", name="选择日期: 日期").click()
    page.get_by_role("button", name="今天").click()
    assert page.evaluate("window.heard") == ["day2018-04-03"]


def test_the_calendar_speaks_english_on_an_english_page(page: Page) -> None:
    page.goto("/forms")
    page.route("**/forms", lambda route: route.fulfill(
        response=(answer := route.fetch()), body=answer.text().replace('lang="zh-CN"', 'lang="en"')
    ))  # fmt: skip
    page.goto("/forms")
    page.locator(".date-open").first.click()
    assert page.locator(".calendar th").first.inner_text() == "Mon"
    assert page.get_by_role("button", name="Tuesday, April 3, 2018").count() == 1


def test_the_open_calendar_has_no_fault_of_access(page: Page) -> None:
    for field in ("日期", "月份"):
        page.goto("/forms")
        page.locator(f".field:has(label:text-is('{field}')) .date-open").click()
        assert [one["id"] for one in Axe().run(page).response["violations"]] == []


def test_on_touch_the_field_of_the_browser_stays(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, is_mobile=True, has_touch=True)
    opened = context.new_page()
    opened.goto("/forms")
    assert opened.locator("input[type=date]").count() == 1
    assert opened.locator(".date-open").count() == 0
    context.close()
