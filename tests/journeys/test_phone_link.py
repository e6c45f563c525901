"""Begun at the desk, gone on with at a phone: the desk's page shows each photo without being loaded again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.access.queries import actor_of
from app.applications import service as filing
from models import Account, Staff, Upload, db
from tests.journeys.papers import Papers
from tests.journeys.person import Person

Visit = Callable[..., Person]
EXAMINED = 40_000  # milliseconds that a photo may take on a busy machine


def a_draft_of(name: str) -> int:
    """An application that the clerk has begun for a new employee."""
    clerk = db.session.scalars(select(Account).where(Account.username == "clerk")).one()
    staff = db.session.scalars(select(Staff).where(Staff.name == name)).one()
    number = filing.start("NCGZ-01", staff_id=staff.id, by=actor_of(clerk)).id
    db.session.remove()
    return number


def a_phone(browser: Browser) -> Page:
    """A phone on which nobody is logged in."""
    page = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, locale="zh-CN").new_page()
    page.set_default_timeout(EXAMINED)
    return page


def test_photos_from_the_phone_appear_on_the_desk(app: Flask, visit: Visit, browser: Browser, tmp_path: Path) -> None:
    papers = Papers(tmp_path)
    clerk = visit("clerk")
    number = a_draft_of("林晓雨")
    clerk.go(f"/applications/{number}")
    desk = clerk.page
    desk.evaluate("window.notLoadedAgain = true")
    desk.locator("[name=answer-graduation_year]").fill("2016")  # typed, not saved

    clerk.press("用手机继续上传")
    expect(desk.locator(".phone-code img")).to_be_visible()
    desk.get_by_text("手动输入网址").click()
    address = desk.locator(".phone-address").inner_text().strip()

    phone = a_phone(browser)
    wrong: list[str] = []
    phone.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
    phone.goto(address)
    expect(phone.locator("main")).not_to_contain_text("林晓雨")
    expect(desk.locator("#phone-link")).to_have_attribute("data-phone", "waiting")  # looking opens nothing
    phone.get_by_role("button", name="在本机打开").click()
    expect(phone.locator("h1")).to_have_text("林晓雨")
    assert phone.url.endswith("/phone")
    expect(desk.locator("#phone-link")).to_contain_text("手机已连接", timeout=EXAMINED)
    expect(desk.locator("[name=answer-graduation_year]")).to_have_value("2016")

    other = a_phone(browser)
    refused = other.goto(address)
    assert refused is not None
    assert refused.status == 410
    expect(other.locator("main")).to_contain_text("已在另一台设备上打开")
    other.context.close()

    material = phone.locator("#material-M04")
    material.locator("input[type=file]").first.set_input_files(papers.photo("证书照片.jpg"))
    expect(material.locator("li.file[id]")).to_contain_text("清晰可用", timeout=EXAMINED)
    expect(desk.locator(".phone-said")).to_contain_text("学历证书、学位证书收到1张照片", timeout=EXAMINED)
    expect(desk.locator("#material-M04 li.file[id]")).to_contain_text("证书照片.jpg", timeout=EXAMINED)
    expect(desk.locator("#material-M04 li.file[data-fresh]")).to_have_count(1)

    material.locator("input[type=file]").first.set_input_files(papers.blurred_photo("模糊照片.jpg"))
    expect(material).to_contain_text("照片太模糊", timeout=EXAMINED)
    expect(desk.locator("#material-M04")).to_contain_text("照片太模糊", timeout=EXAMINED)
    assert desk.evaluate("window.notLoadedAgain") is True
    expect(desk.locator("[name=answer-graduation_year]")).to_have_value("2016")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    phone.get_by_role("button", name=re.compile("^完成")).click()
    expect(phone.locator("main")).to_contain_text("请回到电脑上继续")
    expect(desk.locator("#phone-link")).to_contain_text("手机端已完成，共上传2个文件", timeout=EXAMINED)
    phone.goto(f"{clerk.home}/applications/{number}")
    assert "/login" in phone.url, "the link opens nothing else"
    assert not wrong
    phone.context.close()
    sent = db.session.scalars(select(Upload.filename).where(Upload.application_id == number).order_by(Upload.id)).all()
    assert sent == ["证书照片.jpg", "模糊照片.jpg"]


def test_without_script_both_sides_are_plain_pages(app: Flask, browser: Browser, server: str, tmp_path: Path) -> None:
    from app.demo.accounts import PASSWORD

    number = a_draft_of("林晓雨")
    desk = browser.new_context(java_script_enabled=False, locale="zh-CN").new_page()
    desk.goto(f"{server}/login")
    desk.fill("input[name=username]", "clerk")
    desk.fill("input[name=password]", PASSWORD)
    desk.click("main button[type=submit]")
    desk.goto(f"{server}/applications/{number}")
    desk.get_by_role("button", name="用手机继续上传").click()
    expect(desk.locator(".phone-code img")).to_be_visible()
    address = desk.locator(".phone-address").text_content() or ""

    phone = browser.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="zh-CN"
    ).new_page()
    phone.goto(address.strip())
    phone.get_by_role("button", name="在本机打开").click()
    phone.locator("#material-M04 input[type=file]").first.set_input_files(Papers(tmp_path).photo("证书.jpg"))
    phone.locator("#material-M04").get_by_role("button", name=re.compile("^上传")).click()
    expect(phone.locator("#material-M04")).to_contain_text("清晰可用", timeout=EXAMINED)
    desk.get_by_role("link", name="返回申请").click()
    expect(desk.locator("#material-M04")).to_contain_text("证书.jpg")
    for page in (desk, phone):
        page.context.close()
