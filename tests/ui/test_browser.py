"""The look in a real browser: no fault that axe finds, no sideways scroll, nothing blocked, and what the scripts do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.ui.stage import build, running

pytestmark = pytest.mark.journey

CHROMIUM = shutil.which("chromium")  # none: the one that Playwright brings
PAGES = [
    "/styleguide", "/error", "/forms", "/admin/", "/admin/clerk/", "/admin/clerk/?flt0_0=王&search=王1",
    "/admin/clerk/?search=nobody", "/admin/clerk/details/?id=3", "/admin/clerk/edit/?id=3", "/admin/clerk/new/",
    "/admin/clerk/delete/?id=3",
]  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    stage = build(tmp_path_factory.mktemp("stage"))
    with running(stage) as where:
        yield where


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(8000)
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    yield opened
    context.close()
    assert not complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_has_a_fault_of_access(chromium: Browser, address: str, width: int, scheme: str) -> None:
    context = chromium.new_context(
        base_url=address, viewport={"width": width, "height": 900}, color_scheme=scheme, has_touch=width < 600
    )
    opened = context.new_page()
    blocked: list[str] = []
    opened.on("console", lambda line: blocked.append(line.text) if line.type in ("error", "warning") else None)
    faults = []
    for path in PAGES:
        opened.goto(path)
        faults += [(path, found["id"]) for found in Axe().run(opened).response["violations"]]
        if opened.evaluate("document.documentElement.scrollWidth") > width:
            faults.append((path, "scrolls sideways"))
        small = opened.evaluate(SMALL_TARGETS, 44 if width < 600 else 24)
        faults += [(path, f"small target {one}") for one in small]
    context.close()
    assert not faults
    assert not blocked


# Links within a sentence and plain links are left out (WCAG 2.5.8), so is what is not shown.
SMALL_TARGETS = """(least) => [...document.querySelectorAll(
  "button, input, select, textarea, summary, a[class], label.choice")]
  .filter((one) => one.type !== "hidden" && one.offsetParent && !one.closest(".visually-hidden, .upload-plain, .skip"))
  .filter((one) => !one.closest("label") || one.matches("label"))
  .filter((one) => one.getBoundingClientRect().height < (one.matches(".check, .chip, .tab, th a") ? 24 : least))
  .map((one) => one.outerHTML.slice(0, 90))"""


def test_a_look_up_is_used_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/forms")
    page.get_by_role("combobox", name="工作人员").press_sequentially("王")
    page.get_by_role("option", name="王芳").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.get_by_role("combobox", name="工作人员").input_value() == "王芳"
    assert page.locator("input[name=staff]").input_value() == "2"
    assert page.get_by_role("listbox").count() == 0


def test_typing_on_after_choosing_takes_the_choice_back(page: Page) -> None:
    page.goto("/forms")
    field = page.get_by_role("combobox", name="工作人员")
    field.press_sequentially("王")
    page.get_by_role("option", name="王伟").click()
    field.press_sequentially("x")
    assert page.locator("input[name=staff]").input_value() == ""


def test_nothing_is_sent_before_the_question_is_answered(page: Page) -> None:
    page.goto("/forms")
    page.get_by_role("button", name="提交").click()
    page.get_by_role("button", name="取消").click()
    assert page.url.endswith("/forms")
    page.get_by_role("button", name="提交").click()
    page.get_by_role("button", name="确定").click()
    page.wait_for_url("**/take")


def test_a_double_click_sends_once(page: Page) -> None:
    page.goto("/forms")
    page.evaluate("delete document.getElementById('take').dataset.confirm")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="提交").dblclick()
    page.wait_for_url("**/take")
    assert len(sent) == 1


def test_a_live_form_shows_its_answer_and_keeps_the_focus(page: Page) -> None:
    page.goto("/forms")
    page.get_by_label("姓名").fill("赵敏")
    page.get_by_label("姓名").press("Tab")
    page.locator("#preview strong").wait_for()
    assert page.locator("#preview strong").inner_text() == "赵敏"
    assert page.evaluate("document.activeElement.name") == "other"


def test_rows_inside_a_form_are_added_and_numbered(page: Page) -> None:
    page.goto("/admin/clerk/edit/?id=3")
    page.get_by_role("button", name="添加一行").click()
    assert page.locator("input[name=degrees-1-school]").count() == 1


def test_a_batch_waits_for_its_first_row(page: Page) -> None:
    page.goto("/admin/clerk/")
    assert page.get_by_role("button", name="办理退休").is_disabled()
    page.get_by_label("选中本页全部行").check()
    assert page.locator("input[name=rowid]:checked").count() == 20
    assert page.get_by_role("button", name="办理退休").is_enabled()


def test_a_filter_sends_the_comparison_that_was_chosen(page: Page) -> None:
    page.goto("/admin/clerk/")
    page.locator(".filters summary").click()
    page.get_by_label("姓名：比较方式").select_option(index=2)
    page.locator("#filter-0").fill("王7")
    page.get_by_role("button", name="应用筛选").click()
    page.locator(".chips-line .chip").wait_for()
    assert page.locator("tbody tr").count() == 1
    page.locator(".chips-line .chip").click()
    assert page.locator("tbody tr").count() == 20


def test_keys_typed_into_a_field_stay_there(page: Page) -> None:
    page.goto("/styleguide")
    page.locator("#sg-name").press_sequentially("?.")
    assert page.locator("#sg-name").input_value() == "?."
    assert page.locator("#keys").get_attribute("open") is None


def test_a_page_that_cannot_be_drawn_says_so_with_what_to_do(page: Page) -> None:
    page.route("**/mark*.svg*", lambda route: route.fulfill(status=500, body="no picture"))
    page.goto("/styleguide")
    lost = page.locator(".viewer [data-lost]")
    lost.wait_for(state="visible")
    assert "本页无法显示" in lost.inner_text()
    assert page.locator(".viewer [data-page-image]").is_hidden()
    page.unroute("**/mark*.svg*")
    page.reload()
    page.locator(".viewer [data-page-image]").first.wait_for(state="visible")
    assert lost.is_hidden()
