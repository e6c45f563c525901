"""A service item changes on screen: one person designs, another publishes, only what begins afterwards feels it."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import expect

from app.jobs import service as jobs
from tests.journeys import deciding, filing
from tests.journeys.person import Person

Visit = Callable[..., Person]
ADDED = "导师鉴定意见"


def test_a_material_for_masters_only_reaches_new_drafts(app: Flask, visit: Visit) -> None:
    clerk = visit("clerk")
    in_flight = filing.begin(clerk, "lxy")
    deciding.put_under_review(in_flight)

    deciding.also_give_role("designer", "publisher")
    designer = visit("designer")
    _open_the_item(designer)
    designer.press("新建版本")
    _add_a_material_for_masters(designer)
    expect(designer.page.locator("#materials-M31")).to_contain_text(re.compile(f"{ADDED}.*学历.*硕士", re.DOTALL))
    designer.press("试运行")
    jobs.work_off()
    designer.page.reload()
    designer.sees("已完成")
    designer.page.get_by_role("link", name="NCGZ-01").last.click()
    designer.press("送审")
    designer.sees("已送审")
    designer.sees("须由他人发布")
    assert designer.page.get_by_role("button", name="发布").count() == 0, "nobody publishes what they designed"

    publisher = visit("publisher")
    publisher.page.goto(designer.page.url)
    differences = publisher.page.get_by_role("region", name="与生效版本的差异")
    expect(differences).to_contain_text(ADDED)
    expect(differences).to_contain_text("硕士")
    publisher.press("发布")
    publisher.page.get_by_role("dialog").get_by_role("button", name="确定").click()
    publisher.sees("已生效")

    filing.begin(clerk, "zza")
    asked = clerk.page.locator("section.upload", has_text=ADDED)
    expect(asked).to_contain_text("因为您选择了学历：硕士")
    with filing.following(clerk.page):
        clerk.page.select_option("[name=answer-education]", "BACHELOR")
    expect(asked).not_to_be_visible()

    clerk.go(f"/applications/{in_flight}")
    clerk.sees("审核中")
    clerk.does_not_see(ADDED)


def _open_the_item(designer: Person) -> None:
    designer.go("/admin/items/")
    designer.page.locator("tr", has_text="NCGZ-01").get_by_role("link").first.click()
    designer.page.wait_for_load_state()


def _add_a_material_for_masters(designer: Person) -> None:
    page = designer.page
    designer.press("添加材料")
    for name, text in {"code": "M31", "name_zh": ADDED, "name_en": "Supervisor's assessment"}.items():
        page.fill(f"[name={name}]", text)
    page.select_option("[name=necessity]", "CONDITIONAL")
    page.get_by_label("第1行的事实").select_option(label="学历")
    page.get_by_label("第1行的比较方式").select_option("eq")
    page.get_by_label("第1行的值").fill("硕士")
    designer.press("保存")
    designer.sees("已保存")
