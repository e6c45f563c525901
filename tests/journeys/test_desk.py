"""The reviewer's desk in a browser: keys, a place that is kept, two pages side by side, the next one loaded ahead."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Locator, expect
from sqlalchemy import func, select

from app.workflow import queries
from app.workflow import service as workflow
from models import Application, AuditEvent, Decision, db
from models.accounts import Reach
from tests.factories import acting, an_account
from tests.journeys import deciding
from tests.journeys.person import Person

Visit = Callable[..., Person]


def waiting() -> list[int]:
    """The queue of the demo's first reviewer, in its order."""
    db.session.rollback()
    return [row.id for row in queries.queue(deciding.demo_actor("reviewer")).rows]


def at_desk(visit: Visit, number: int, **how: bool) -> Person:
    reviewer = visit("reviewer", **how)
    reviewer.go(f"/admin/queue/{number}")
    expect(viewer(reviewer)).to_have_attribute("data-dressed", "")
    return reviewer


def viewer(person: Person) -> Locator:
    return person.page.locator("[data-viewer]")


def open_page(person: Person) -> str | None:
    return person.page.locator("[data-thumb][aria-current]").get_attribute("data-thumb")


def is_at(person: Person, number: int) -> None:
    expect(person.page.locator("[data-desk]")).to_have_attribute("data-desk", str(number))
    expect(person.page).to_have_url(re.compile(f"/admin/queue/{number}$"))


def decisions(number: int) -> int:
    db.session.rollback()
    wanted = select(func.count()).where(Decision.application_id == number, Decision.step_key == "hr_first_review")
    return db.session.scalar(wanted) or 0


def readings(number: int) -> list[str]:
    """The notes of the readings of the pay on this application."""
    db.session.rollback()
    wanted = AuditEvent.record_kind == "application", AuditEvent.record_id == str(number)
    return list(db.session.scalars(select(AuditEvent.note).where(AuditEvent.action == "application:read_pay", *wanted)))


def focus(person: Person) -> str:
    script = "(document.activeElement.dataset.verb || document.activeElement.name || document.activeElement.tagName)"
    return str(person.page.evaluate(script))


def test_keys_lead_everywhere_and_decide_nothing_by_themselves(app: Flask, visit: Visit) -> None:
    first, second = waiting()[:2]
    reviewer = at_desk(visit, first)
    press = reviewer.page.keyboard.press
    press("j")
    is_at(reviewer, second)
    assert focus(reviewer) == "H1"
    press("k")
    is_at(reviewer, first)
    press("a")
    assert focus(reviewer) == "approve"
    press("r")
    assert focus(reviewer) == "mark"
    expect(reviewer.page.locator("[data-marks]")).to_contain_text("勾选")
    press("2")
    expect(reviewer.page.locator("[data-thumb]").nth(1)).to_have_attribute("aria-current", "true")
    press("Shift+?")
    dialog = reviewer.page.locator("dialog#keys")
    expect(dialog).to_be_visible()
    press("j")
    press("Escape")
    expect(dialog).to_be_hidden()
    reviewer.page.locator("#note").press_sequentially("jkar")
    is_at(reviewer, first)
    expect(reviewer.page.locator("#note")).to_have_value("jkar")
    assert decisions(first) == 0


def test_a_then_enter_approves_and_the_next_application_is_shown(app: Flask, visit: Visit) -> None:
    first, second = waiting()[:2]
    reviewer = at_desk(visit, first)
    reviewer.page.keyboard.press("a")
    reviewer.page.keyboard.press("Enter")
    reviewer.page.keyboard.press("Enter")
    is_at(reviewer, second)
    reviewer.sees("已通过")
    assert (decisions(first), decisions(second)) == (1, 0)


def test_a_return_is_marked_in_place_and_guided_by_one_key(app: Flask, visit: Visit) -> None:
    first, second = waiting()[:2]
    reviewer = at_desk(visit, first)
    page = reviewer.page
    page.keyboard.press("r")
    page.keyboard.press("Space")
    assert focus(reviewer).startswith("reason-ANSWER.")
    page.keyboard.type("与聘用合同不一致")
    page.locator("#facts").focus()
    page.keyboard.press("r")
    assert focus(reviewer) == "note"
    page.keyboard.type("请更正后重新提交")
    page.locator("#facts").focus()
    page.keyboard.press("r")
    assert focus(reviewer) == "return"
    page.keyboard.press("Enter")
    is_at(reviewer, second)
    reviewer.sees("已退回更正")
    assert decisions(first) == 1


def test_the_place_is_kept_over_a_refusal_a_reload_and_the_way_back(app: Flask, visit: Visit) -> None:
    an_account("second", ("reviewer", None, Reach.ALL))
    first = waiting()[0]
    reviewer = at_desk(visit, first)
    page = reviewer.page
    page.locator("[data-thumb]").nth(1).click()
    expect(page.locator("[data-page-image]")).to_have_js_property("complete", value=True)
    for key in ("+", "]"):
        page.keyboard.press(key)
    turned = re.compile(re.escape("rotate(90deg)"))
    expect(page.locator("[data-page-image]")).to_have_attribute("style", turned)
    expect(page.locator("[data-zoom]")).to_have_text(re.compile(r"\d+ %"))
    place = open_page(reviewer)
    size = page.locator("[data-zoom]").inner_text()
    page.locator("#facts").evaluate("(one) => one.scrollTo(0, 150)")
    page.fill("#note", "材料齐全")

    other = acting(deciding.account("second"))
    revision = db.session.get_one(Application, first).revision
    workflow.claim(first, by=other, revision=revision)
    workflow.release(first, by=other, revision=revision + 1)
    reviewer.press("通过")
    reviewer.sees("second")
    expect(page.locator("#note")).to_have_value("材料齐全")
    assert decisions(first) == 0

    def is_as_left() -> None:
        expect(page.locator("[data-zoom]")).to_have_text(size)
        assert open_page(reviewer) == place
        # The size is known at once, the picture is turned when it has arrived.
        expect(page.locator("[data-page-image]")).to_have_attribute("style", turned)
        assert page.locator("#facts").evaluate("(one) => one.scrollTop") == 150

    is_as_left()
    page.reload()
    expect(viewer(reviewer)).to_have_attribute("data-dressed", "")
    is_as_left()
    page.keyboard.press("j")
    expect(page).not_to_have_url(re.compile(f"/{first}$"))
    page.go_back()
    is_at(reviewer, first)
    is_as_left()


def test_two_pages_lie_side_by_side_each_with_its_own_size(app: Flask, visit: Visit) -> None:
    reviewer = at_desk(visit, waiting()[0])
    page = reviewer.page
    page.keyboard.press("m")
    images = page.locator("[data-page-image]")
    expect(images).to_have_count(2)
    assert images.nth(0).get_attribute("src") != images.nth(1).get_attribute("src")
    before = images.nth(0).evaluate("(one) => one.offsetWidth")
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert images.nth(0).evaluate("(one) => one.offsetWidth") == before
    page.locator("[data-thumb]").nth(2).click()
    assert images.nth(1).get_attribute("alt") == page.locator("[data-thumb]").nth(2).get_attribute("data-title")
    page.keyboard.press("m")
    expect(images).to_have_count(1)


def test_the_next_application_is_loaded_once_and_read_once(app: Flask, visit: Visit) -> None:
    first, second = waiting()[:2]
    reviewer = visit("reviewer")
    asked: list[str] = []
    reviewer.page.on("request", lambda one: asked.append(one.url) if f"/queue/{second}" in one.url else None)
    with reviewer.page.expect_response(re.compile(rf"/admin/queue/{second}$")):
        reviewer.go(f"/admin/queue/{first}")
    expect(reviewer.page.locator("[data-desk]")).to_have_attribute("data-ahead", "ready")
    reviewer.page.keyboard.press("j")
    is_at(reviewer, second)
    expect(reviewer.page.locator("[data-page-image]")).to_have_js_property("complete", value=True)
    assert len(asked) == 1
    (note,) = readings(second)
    assert "loaded ahead" in note
    assert "M0" in note, "the materials of the small pictures are named"
    assert len(readings(first)) == 1


def test_the_line_between_the_halves_is_moved_by_keys_and_stays(app: Flask, visit: Visit) -> None:
    first, second = waiting()[:2]
    reviewer = at_desk(visit, first)
    line = reviewer.page.get_by_role("separator")
    expect(line).to_have_attribute("aria-valuenow", "55")
    line.focus()
    reviewer.page.keyboard.press("ArrowRight")
    expect(line).to_have_attribute("aria-valuenow", "57")
    reviewer.go(f"/admin/queue/{second}")
    expect(line).to_have_attribute("aria-valuenow", "57")


def test_on_a_phone_the_decision_is_one_line_and_nothing_is_cut_off(app: Flask, visit: Visit) -> None:
    reviewer = at_desk(visit, waiting()[0], phone=True)
    assert reviewer.fits_the_screen()
    bar = reviewer.page.locator("#decide")
    assert (bar.bounding_box() or {})["height"] < 72
    bar.get_by_role("button", name="备注").click()
    expect(reviewer.page.locator("#note")).to_be_focused()
    for button in bar.get_by_role("button").all():
        assert (button.bounding_box() or {"height": 0})["height"] >= 44
