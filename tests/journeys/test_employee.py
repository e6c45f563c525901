"""The employee's phone, in Chromium at 390 px: the account is opened with a code, a passkey is set up and shown, two
months of pay are compared and a reason opened, the slip is downloaded and read, and who looked before is named."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2
import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from app.demo import employee
from app.demo.accounts import PASSWORD
from app.pay import queries as pay
from app.staff import identity
from models import Application, ApplicationEmployee, Staff, db
from tests.journeys.conftest import PATIENCE
from tests.journeys.person import Person, Watch

OWN = "三月里麦苗青青河水长流不息"
REVIEWER = "初审·演示"


@pytest.fixture
def phone(browser: Browser, server: str) -> Iterator[Person]:
    """A phone on which nobody is logged in. Passkeys want a host with a name, so it is asked for as localhost."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, locale="zh-CN",
                                  accept_downloads=True)  # fmt: skip
    context.set_default_timeout(PATIENCE)
    person = Person(context.new_page(), server.replace("127.0.0.1", "localhost"))
    yield person
    context.close()
    assert not person.watch.faults


def hold_a_passkey_device(context: BrowserContext, page: Page) -> None:
    """The phone's own authenticator, as Chromium's virtual one: it finds the owner present and verified."""
    client = context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    client.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                     "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )  # fmt: skip


def the_reviewer_looks(browser: Browser, server: str, staff_id: int) -> None:
    """At the desk of the bureau, before the person has an account at all."""
    application_id = db.session.scalar(
        select(Application.id)
        .join(ApplicationEmployee, ApplicationEmployee.application_id == Application.id)
        .where(ApplicationEmployee.staff_id == staff_id, Application.state != "DRAFT")
        .order_by(Application.id.desc())
        .limit(1)
    )
    db.session.rollback()
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    reviewer = Person(context.new_page(), server, watch=Watch(context))
    reviewer.log_in("reviewer", PASSWORD)
    assert reviewer.opens(f"/admin/applications/details/?id={application_id}") == 200
    context.close()
    assert not reviewer.watch.faults


def open_the_account(phone: Person, staff: Staff) -> None:
    page = phone.page
    phone.go("/login")
    page.locator("main").get_by_role("link", name="开通账号").click()
    number = identity.decrypt(staff.id_number_cipher, staff_no=staff.staff_no)
    for name, typed in {"number": number, "name": staff.name, "code": "WAGES-23457"}.items():
        page.fill(f"input[name={name}]", typed)
    for name in ("password", "repeated"):
        page.fill(f"input[name={name}]", OWN)
    phone.press("开通账号")
    phone.sees("身份证号、姓名与激活码不相符")  # a slip of the finger; what was typed is still there
    expect(page.locator("input[name=number]")).to_have_value(number)
    page.fill("input[name=code]", employee.CODE.lower())
    for name in ("password", "repeated"):
        page.fill(f"input[name={name}]", OWN)
    phone.press("开通账号")
    phone.sees("账号已开通")


def set_up_a_passkey(phone: Person) -> None:
    hold_a_passkey_device(phone.page.context, phone.page)
    phone.press("添加通行密钥")
    phone.page.fill("input[name=name]", "红米手机")
    phone.press("设置通行密钥")
    phone.sees("恢复码")
    assert phone.page.locator(".recovery-codes li").count() == 10
    phone.press("我已保存")
    phone.sees("红米手机")


def log_in_again(phone: Person, username: str) -> None:
    """With the password alone nothing opens; the passkey opens it."""
    phone.page.context.clear_cookies()
    phone.go("/login")
    phone.page.fill("input[name=username]", username)
    phone.page.fill("input[name=password]", OWN)
    phone.page.click("main button[type=submit]")
    expect(phone.page.locator("h1")).to_have_text("二次验证")
    phone.go("/my-wage")
    expect(phone.page.locator("h1")).to_have_text("二次验证")
    phone.press("使用通行密钥")
    expect(phone.page.locator("h1")).to_have_text("我的工资")


def compare_two_months(phone: Person, month: str, before: str) -> None:
    page = phone.page
    page.locator("main").get_by_role("link", name="按月").click()
    page.select_option("select[name=month]", month)
    page.select_option("select[name=with]", before)
    phone.press("查看")
    said = page.locator(".differences li").first
    expect(said).to_be_hidden()  # amounts are covered until touched
    page.locator(".wage-face").tap()
    expect(said).to_contain_text("薪级工资")
    expect(said).to_contain_text(f"自{int(month[:4])}年{int(month[5:])}月起")
    said.locator("summary").tap()
    expect(said).to_contain_text("正常晋升薪级")
    part = page.locator(".wage-part").nth(1)
    part.locator("summary").tap()
    expect(part).to_contain_text("I-1")


def read_the_slip(phone: Person, staff: Staff, fen: int) -> None:
    page = phone.page
    for name in ("password", "repeated"):
        page.fill(f"input[name={name}]", "麦苗123456")
    with page.expect_download() as waiting:
        phone.press("下载工资条")
    path = waiting.value.path()
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(path)
    document = pypdfium2.PdfDocument(path, password="麦苗123456")
    text = "".join(one.get_textpage().get_text_bounded() for one in document)
    assert staff.name in text
    assert f"{fen / 100:,.2f}" in text


def test_an_employee_opens_the_account_and_sees_pay_and_who_looked(
    demo_city: Flask, browser: Browser, server: str, phone: Person
) -> None:
    staff = employee.waiting()
    assert staff is not None
    chain = pay.chain_of(staff.id)
    raised = next(link for link in reversed(chain) if link.cause == "increment")
    month = raised.effective_month
    before = month.replace(year=month.year - 1, month=12)
    staff_id, username, fen = staff.id, staff.staff_no.lower(), raised.total_fen
    the_reviewer_looks(browser, server, staff_id)
    staff = db.session.get_one(Staff, staff_id)
    open_the_account(phone, staff)
    set_up_a_passkey(phone)
    log_in_again(phone, username)
    compare_two_months(phone, f"{month:%Y-%m}", f"{before:%Y-%m}")
    assert phone.fits_the_screen()
    read_the_slip(phone, db.session.get_one(Staff, staff_id), fen)
    for name in ("今后变动", "我有疑问", "查看记录"):
        phone.page.locator("main nav").get_by_role("link", name=name).click()
        assert phone.fits_the_screen()
    phone.sees(REVIEWER)
