"""From the shutter to the page, at a phone: photographed on a desk, seen straight, taken again when blurred."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.access.queries import actor_of
from app.phone import service as phones
from models import Account, AuditEvent, Upload, db
from tests.journeys.papers import Papers
from tests.journeys.person import Person
from tests.journeys.test_phone_link import EXAMINED, a_draft_of, a_phone

Visit = Callable[..., Person]


def opened_on_a_phone(browser: Browser, server: str, application_id: int) -> Page:
    """A phone that has opened the link of this application."""
    clerk = db.session.scalars(select(Account).where(Account.username == "clerk")).one()
    link = phones.make(application_id, code=None, locale="zh_Hans_CN", by=actor_of(clerk))
    db.session.remove()
    phone = a_phone(browser)
    phone.goto(f"{server}/phone/{link.token}")
    phone.get_by_role("button", name="在本机打开").click()
    return phone


def shape(phone: Page) -> float:
    """Height over width of the picture on the page."""
    picture = phone.locator(".page-picture").first
    expect(picture).to_have_js_property("complete", True, timeout=EXAMINED)
    return float(picture.evaluate("picture => picture.naturalHeight / picture.naturalWidth"))


def test_a_crumpled_page_on_a_desk_is_seen_straight_and_a_blurred_one_is_taken_again(
    app: Flask, browser: Browser, server: str, tmp_path: Path
) -> None:
    papers = Papers(tmp_path)
    number = a_draft_of("林晓雨")
    phone = opened_on_a_phone(browser, server, number)
    wrong: list[str] = []
    phone.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
    material = phone.locator("#material-M04")
    choose = material.locator("input[type=file]").first

    choose.set_input_files(papers.crumpled_photo("手抖.jpg", sharp=False))
    blurred = material.locator("li.file[id]", has_text="手抖.jpg")
    expect(blurred).to_contain_text("照片太模糊", timeout=EXAMINED)
    expect(blurred).to_contain_text("重新拍")  # what to do now
    blurred.get_by_role("button", name="删除").click()
    expect(phone.locator("#material-M04")).not_to_contain_text("手抖.jpg", timeout=EXAMINED)

    material = phone.locator("#material-M04")
    material.locator("input[type=file]").first.set_input_files(papers.crumpled_photo("重拍.jpg"))
    retaken = material.locator("li.file[id]", has_text="重拍.jpg")
    expect(retaken).to_contain_text("已拉正", timeout=EXAMINED)
    expect(retaken.locator(".finding.tone-bad")).to_have_count(0)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    retaken.get_by_role("link", name="重拍.jpg").click()
    expect(phone.locator(".page-shown")).to_contain_text("已拉正")
    assert shape(phone) == pytest.approx(2**0.5, rel=0.005)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_role("button", name="第1页显示原图").click()
    expect(phone.locator(".page-shown")).to_contain_text("原图", timeout=EXAMINED)
    assert shape(phone) < 1.4
    phone.get_by_role("button", name="拉正第1页").click()
    expect(phone.locator(".page-shown")).to_contain_text("已拉正", timeout=EXAMINED)
    assert shape(phone) == pytest.approx(2**0.5, rel=0.005)
    assert not wrong
    phone.context.close()

    kept = db.session.scalars(select(Upload).where(Upload.application_id == number, Upload.removed_at.is_(None))).one()
    assert kept.accepted
    assert kept.sheets[0]["shown"]
    told = select(AuditEvent.after).where(AuditEvent.action == "material:lay").order_by(AuditEvent.seq)
    laid = db.session.scalars(told).all()
    assert [one["straightened"] for one in laid] == [False, True]
