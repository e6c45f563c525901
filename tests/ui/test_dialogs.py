"""Flask-Admin's dialogs in a real browser, and what a person keeps of a list: on the theme alone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.ui.test_browser import address, chromium, page

__all__ = ["address", "chromium", "page"]
pytestmark = pytest.mark.journey


def test_a_record_is_looked_at_over_its_list_and_the_focus_comes_back(page: Page) -> None:
    page.goto("/admin/office/")
    link = page.get_by_role("link", name="市第3中学")
    link.click()
    dialog = page.get_by_role("dialog", name="市第3中学")
    expect(dialog).to_contain_text("1990")
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert page.evaluate("document.activeElement.textContent") == "市第3中学"
    assert page.url.endswith("/admin/office/")


def test_a_mistake_in_a_dialog_is_named_in_the_dialog(page: Page) -> None:
    page.goto("/admin/office/")
    page.locator("tbody tr").first.get_by_role("link", name="编辑").click()
    dialog = page.locator("dialog.modal")
    dialog.get_by_label("名称").fill("")
    dialog.get_by_role("button", name="保存", exact=True).click()
    expect(dialog.locator(".error-summary")).to_be_focused()
    expect(dialog).to_contain_text("请填写名称。")
    expect(dialog.get_by_label("名称")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("名称").fill("改名中学")
    dialog.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("table.table tbody")).to_contain_text("改名中学")
    expect(dialog).to_have_count(0)


def test_a_day_field_in_a_dialog_has_its_calendar(page: Page) -> None:
    page.goto("/admin/office/")
    page.get_by_role("link", name="新增").click()
    dialog = page.locator("dialog.modal")
    dialog.get_by_label("名称").fill("新设中学")
    dialog.locator(".date-open").click()
    page.locator("dialog.calendar").get_by_role("button", name="今天").click()
    expect(dialog.locator("input[name=founded]")).to_have_value("2018-04-03")
    dialog.get_by_role("button", name="保存并继续新增").click()
    expect(dialog.get_by_label("名称")).to_have_value("")
    page.keyboard.press("Escape")
    expect(page.locator("table.table tbody")).to_contain_text("新设中学")


def test_cancelling_leaves_the_list_as_it_was(page: Page) -> None:
    page.goto("/admin/clerk/?page=1")
    page.locator("tbody tr").first.get_by_role("link", name="删除").click()
    dialog = page.locator("dialog.modal")
    expect(dialog).to_contain_text("12")
    dialog.get_by_role("link", name="取消").click()
    expect(dialog).not_to_be_visible()
    assert page.url.endswith("?page=1")


def test_without_script_a_dialog_is_a_page(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    opened = context.new_page()
    opened.goto("/admin/office/")
    opened.get_by_role("link", name="市第4中学").click()
    expect(opened.get_by_role("heading", name="市第4中学", level=1)).to_be_visible()
    opened.goto("/admin/office/details/?id=4&modal=True")
    expect(opened.get_by_role("heading", name="市第4中学", level=1)).to_be_visible()
    context.close()


def test_what_is_kept_of_a_list_stands_above_it(page: Page) -> None:
    page.goto("/admin/clerk/?search=王2")
    kept = page.get_by_role("list", name="已存筛选")
    expect(kept.get_by_role("link")).to_have_count(4)
    expect(kept.locator("[aria-current]")).to_have_text("我的筛选2")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_text("保存或分享").click()
    page.get_by_role("button", name="复制链接").click()
    expect(page.get_by_role("status").filter(has_text="链接已复制")).to_have_count(1)
    assert page.evaluate("navigator.clipboard.readText()") == page.url
