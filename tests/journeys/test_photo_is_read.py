"""At a phone, from the shutter to what the paper says: refused, taken again, straight, read, and named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.access.queries import actor_of
from app.applications import service as filing
from app.jobs import service as jobs
from models import Account, Application, ApplicationEmployee, AuditEvent, MaterialReading, Staff, Upload, db
from tests.journeys.papers import Papers
from tests.journeys.person import Person
from tests.journeys.test_phone_link import EXAMINED

Visit = Callable[..., Person]
APPOINTMENT = "M14"  # what this item asks for


def a_draft_with_an_appointment() -> int:
    """A change of post that the clerk has begun for somebody with a wage, which asks for the appointment document."""
    clerk = db.session.scalars(select(Account).where(Account.username == "clerk")).one()
    busy = (
        select(ApplicationEmployee.staff_id)
        .join(Application)
        .where(Application.state.in_(["DRAFT", "IN_REVIEW", "RETURNED"]))
    )
    staff = db.session.scalars(
        select(Staff)
        .where(Staff.unit_id == clerk.unit_id, Staff.state == "ACTIVE", Staff.staff_type == "INSTITUTION")
        .where(Staff.id.not_in(busy))
        .order_by(Staff.id)
    ).first()
    assert staff is not None
    number = filing.start("NCGZ-11", staff_id=staff.id, by=actor_of(clerk)).id
    db.session.remove()
    return number


def fits(page: Page) -> bool:
    return int(page.evaluate("document.documentElement.scrollWidth")) <= 390


def test_a_photographed_diploma_is_read_and_named_where_an_appointment_is_asked(
    app: Flask, visit: Visit, tmp_path: Path
) -> None:
    papers = Papers(tmp_path)
    number = a_draft_with_an_appointment()
    clerk = visit("clerk", phone=True)
    clerk.go(f"/applications/{number}")
    page = clerk.page
    page.evaluate("window.notLoadedAgain = true")
    material = page.locator(f"#material-{APPOINTMENT}")

    blurred, _name = papers.crumpled_diploma("手抖.jpg", sharp=False)
    material.locator("input[type=file]").first.set_input_files(blurred)
    refused = material.locator("li.file[id]", has_text="手抖.jpg")
    expect(refused).to_contain_text("照片太模糊", timeout=EXAMINED)
    expect(refused).to_contain_text("重新拍")
    expect(refused.locator("[data-reading]")).to_have_count(0)  # what is refused is not read

    sharp, name = papers.crumpled_diploma("重拍.jpg")
    material.locator("input[type=file]").first.set_input_files(sharp)
    taken = material.locator("li.file[id]", has_text="重拍.jpg")
    expect(taken).to_contain_text("已拉正", timeout=EXAMINED)
    expect(taken.locator(".finding.tone-bad")).to_have_count(0)
    expect(taken).to_contain_text("正在识别文字")
    assert fits(page)

    assert jobs.work_off() == 1  # the queue, beside the pages
    expect(taken).to_contain_text("材料内容", timeout=EXAMINED)
    expect(taken.locator(".told")).to_contain_text("学历、学位证书")
    expect(taken.locator(".told")).to_contain_text(name)
    expect(taken).to_contain_text("此处要求")
    assert page.evaluate("window.notLoadedAgain")  # it came by itself
    assert fits(page)

    taken.get_by_role("link", name="重拍.jpg", exact=True).click()
    expect(page.locator("#read")).to_contain_text("学历、学位证书")
    expect(page.locator(".mark.tone-info").first).to_be_visible()
    expect(page.locator(".page-shown")).to_contain_text("已拉正")
    page.get_by_role("button", name="第1页显示原图").click()
    expect(page.locator(".page-shown")).to_contain_text("原图", timeout=EXAMINED)
    page.get_by_role("button", name="拉正第1页").click()
    expect(page.locator(".page-shown")).to_contain_text("已拉正", timeout=EXAMINED)
    assert fits(page)

    page.locator("#read summary").click()
    page.locator("#reading-kind").select_option("appointment")
    page.get_by_role("button", name="保存更正").click()
    expect(page.locator("#read")).to_contain_text("原识别为")
    assert fits(page)

    db.session.expire_all()
    upload = db.session.scalars(select(Upload).where(Upload.application_id == number, Upload.accepted)).one()
    row = db.session.scalars(select(MaterialReading).where(MaterialReading.upload_id == upload.id)).one()
    assert row.kind == "appointment"
    assert row.found["kind"]["kind"] == "diploma"  # what was found is kept
    assert "other_kind" not in {check.code for check in upload.checks}
    corrected = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "material:correct_reading")).one()
    assert corrected.actor_name
