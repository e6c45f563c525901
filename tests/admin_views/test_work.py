"""Work done in the back office: queue, desk, material checks, finance, accounts, calendar, units."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from app import clock
from app.workflow import service
from models import (
    Account,
    Application,
    AuditEvent,
    CalendarDay,
    LoginSession,
    MaterialCheck,
    PaymentBatch,
    PaymentInstruction,
    RoleGrant,
    StoredFile,
    Unit,
    Upload,
    db,
)
from models.accounts import AccountState
from models.applications import ApplicationState
from tests.admin_views.browsing import Person, a_person, statements
from tests.factories import a_unit, credit_code
from tests.workflow.factories import City, a_city, a_new_hire, approved, filed, fresh, many_new_hires, passed


@pytest.fixture
def city(app: Flask) -> City:
    return a_city()


def at_first_review(city: City) -> Application:
    return passed(city, filed(city, a_new_hire(city)), steps=2)


def test_the_queue_shows_what_waits_for_me_and_nothing_else(app: Flask, city: City) -> None:
    waiting, elsewhere = at_first_review(city), filed(city, a_new_hire(city))
    page = Person(app, "reviewer").get("/admin/queue/").text
    assert waiting.number in page
    assert elsewhere.number not in page
    assert "个工作日" in page
    assert waiting.number not in Person(app, "rechecker").get("/admin/queue/").text
    assert waiting.number in Person(app, "reviewer").get(f"/admin/queue/?search={waiting.number}").text
    assert waiting.number not in Person(app, "reviewer").get("/admin/queue/?light=red").text


@pytest.mark.parametrize(("address", "label"), [("/admin/queue/", "待办"), ("/admin/units/", "后台管理")])
def test_the_main_menu_says_in_one_place_where_one_is(app: Flask, city: City, address: str, label: str) -> None:
    menu = Person(app, "reviewer").get(address).text.split('class="site-nav"')[1].split("</nav>")[0]
    assert re.findall(r'aria-current="page"[^>]*><span>([^<]+)', menu) == [label]


def test_the_queue_page_costs_six_statements_at_most_however_long_it_is(app: Flask, city: City) -> None:
    person = Person(app, "department_reviewer")
    for draft in many_new_hires(city, 40):
        passed(city, filed(city, draft), steps=1)
    person.get("/admin/queue/")
    with statements() as seen:
        assert person.get("/admin/queue/").status_code == 200
    assert len(seen) <= 6, "\n".join(seen)


def test_a_claim_is_seen_by_others_and_released_again(app: Flask, city: City) -> None:
    waiting = at_first_review(city)
    one, other = Person(app, "reviewer"), Person(app, "reviewer_2")
    assert one.post(f"/admin/queue/{waiting.id}/claim/", {"revision": waiting.revision}).status_code == 302
    assert waiting.number in one.get("/admin/queue/?tab=claimed").text
    assert "reviewer" in other.get("/admin/queue/").text
    revision = fresh(waiting).revision
    answer = other.post(f"/admin/queue/{waiting.id}/approve/", {"revision": revision, "key": "k" * 10})
    assert answer.status_code == 409
    assert "reviewer" in answer.text
    one.post(f"/admin/queue/{waiting.id}/release/", {"revision": revision})
    assert fresh(waiting).claimed_by_id is None


def test_the_desk_shows_facts_steps_and_history_and_writes_down_who_saw_the_pay(app: Flask, city: City) -> None:
    waiting = at_first_review(city)
    page = Person(app, "reviewer").get(f"/admin/queue/{waiting.id}")
    assert page.status_code == 200
    for word in (waiting.number, "2018年4月1日", "通过", "退回", "办理环节", "变更历史"):
        assert word in page.text
    read = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "application:read_pay", AuditEvent.record_id == str(waiting.id))
    ).all()
    assert read
    assert read[-1].actor_name == "reviewer"


def test_an_approval_moves_on_and_leads_to_the_next(app: Flask, city: City) -> None:
    one, following = at_first_review(city), at_first_review(city)
    person = Person(app, "reviewer")
    key = re.search(r'name="key" value="([^"]+)"', person.get(f"/admin/queue/{one.id}").text)
    assert key
    sent = {"revision": one.revision, "note": "属实", "key": key.group(1)}
    answer = person.post(f"/admin/queue/{one.id}/approve/", sent)
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"/admin/queue/{following.id}")
    assert fresh(one).step_permission == "application:recheck"
    again = person.post(f"/admin/queue/{one.id}/approve/", sent)
    assert again.status_code == 302
    assert fresh(one).step_permission == "application:recheck"


def test_a_stale_desk_is_refused_and_says_who_changed_what_and_keeps_what_was_typed(app: Flask, city: City) -> None:
    waiting = at_first_review(city)
    seen = waiting.revision
    service.claim(waiting.id, by=city.reviewer_2, revision=seen)
    service.release(waiting.id, by=city.reviewer_2, revision=fresh(waiting).revision)
    answer = Person(app, "reviewer").post(
        f"/admin/queue/{waiting.id}/reject/", {"revision": seen, "note": "重复申报", "key": "k" * 12}
    )
    assert answer.status_code == 409
    assert "reviewer_2" in answer.text
    assert "重复申报" in answer.text
    assert fresh(waiting).state == ApplicationState.IN_REVIEW


def test_a_return_names_what_is_marked_and_asks_for_what_is_missing(app: Flask, city: City) -> None:
    waiting = at_first_review(city)
    person = Person(app, "reviewer")
    address = f"/admin/queue/{waiting.id}/return/"
    empty = person.post(address, {"revision": waiting.revision, "note": "请更正", "key": "k" * 12})
    assert empty.status_code == 422
    assert "请更正" in empty.text
    sent = {
        "revision": waiting.revision, "note": "请更正", "key": "n" * 12, "mark": "ANSWER.joined_on",
        "reason-ANSWER.joined_on": "与合同不一致",
    }  # fmt: skip
    assert person.post(address, sent).status_code == 302
    assert fresh(waiting).state == ApplicationState.RETURNED


def test_a_rejection_needs_a_reason(app: Flask, city: City) -> None:
    waiting = at_first_review(city)
    person = Person(app, "reviewer")
    refused = person.post(f"/admin/queue/{waiting.id}/reject/", {"revision": waiting.revision, "note": " "})
    assert refused.status_code == 422
    sent = {"revision": waiting.revision, "note": "不符合条件"}
    assert person.post(f"/admin/queue/{waiting.id}/reject/", sent).status_code == 302
    assert fresh(waiting).state == ApplicationState.REJECTED


def test_nobody_decides_without_the_permission_of_the_step(app: Flask, city: City) -> None:
    waiting = at_first_review(city)
    answer = Person(app, "rechecker").post(
        f"/admin/queue/{waiting.id}/approve/", {"revision": waiting.revision, "key": "k" * 12}
    )
    assert answer.status_code == 403
    assert fresh(waiting).step_permission == "application:first_review"


def a_check(application: Application) -> MaterialCheck:
    now = clock.now()
    db.session.add(StoredFile(sha256="c" * 64, size=9, media_type="image/jpeg", pages=0, stored_at=now))
    db.session.flush()
    upload = Upload(
        application_id=application.id, material_code="M01", position=1, sha256="c" * 64, filename="合同.jpg",
        accepted=False, checker_version="1", uploaded_by_id=application.created_by_id, uploaded_at=now,
    )  # fmt: skip
    db.session.add(upload)
    db.session.flush()
    check = MaterialCheck(
        upload_id=upload.id, code="blur", severity="blocking", measures={}, checked_at=now,
        message={"m": "The page is blurred.", "p": {}}, remedy={"m": "Take it again.", "p": {}},
    )  # fmt: skip
    db.session.add(check)
    db.session.commit()
    return check


def test_a_finding_is_overridden_with_a_reason(app: Flask, city: City) -> None:
    waiting = at_first_review(city)
    check = a_check(waiting)
    person = Person(app, "reviewer")
    page = person.get("/admin/checks/?code=blur&severity=blocking&standing=open")
    assert waiting.number in page.text
    assert waiting.number not in person.get("/admin/checks/?code=dark").text
    assert waiting.number not in person.get(f"/admin/checks/?unit={city.other.id}").text
    assert waiting.number in person.get(f"/admin/checks/?unit={city.school.id}&item={waiting.item_id}").text
    address = f"/admin/checks/{check.id}/override/"
    assert person.post(address, {"revision": 1, "reason": ""}).status_code == 422
    assert person.post(address, {"revision": 1, "reason": "原件本身如此"}).status_code == 302
    db.session.expire_all()
    assert db.session.get_one(MaterialCheck, check.id).override_reason == "原件本身如此"
    for odd in ("abc", "-1", "99999999999999999999", "%00"):
        assert person.get(f"/admin/checks/?page={odd}&unit={odd}&code={odd}&number={odd}").status_code == 200
        assert person.get(f"/admin/queue/?page={odd}&unit={odd}&item={odd}&tab={odd}&search={odd}").status_code == 200


def test_finance_takes_a_batch_once_and_confirms_and_returns_its_lines(app: Flask, city: City) -> None:
    one, other = approved(city), approved(city)
    person = Person(app, "finance")
    key = re.search(r'name="key" value="([^"]+)"', person.get("/admin/finance/").text)
    assert key
    for _ in range(2):
        answer = person.post("/admin/finance/take/", {"key": key.group(1)})
        assert answer.status_code == 302
    batch = db.session.scalars(select(PaymentBatch)).one()
    assert batch.line_count == 2
    address = f"/admin/finance/batches/{batch.id}/"
    page = person.get(address)
    assert batch.number in page.text
    lines = db.session.scalars(select(PaymentInstruction).order_by(PaymentInstruction.id)).all()
    first, second = ((line.id, line.revision) for line in lines)
    sent = {"revision": first[1], "batch_id": batch.id, f"reason-{first[0]}": ""}
    refused = person.post(f"/admin/finance/lines/{first[0]}/return/", sent)
    assert refused.status_code == 422
    sent[f"reason-{first[0]}"] = "账号有误"
    assert person.post(f"/admin/finance/lines/{first[0]}/return/", sent).status_code == 302
    sent = {"revision": second[1], "batch_id": batch.id}
    assert person.post(f"/admin/finance/lines/{second[0]}/confirm/", sent).status_code == 302
    states = sorted([fresh(one).state, fresh(other).state])
    assert states == [ApplicationState.AT_FINANCE, ApplicationState.PAID]
    assert "账号有误" in person.get("/admin/finance/?state=RETURNED").text
    book = load_workbook(io.BytesIO(person.get(f"{address}sheet.xlsx").data))
    assert batch.number in "".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)
    for odd in ("abc", "-1", "9" * 25, "%00"):
        assert person.get(f"/admin/finance/?state={odd}&page={odd}").status_code == 200


def test_an_account_is_made_and_its_first_password_shown_once(app: Flask) -> None:
    administrator = a_person(app, "administrator")
    unit = a_unit("市档案馆")
    sent = {"username": "archivist", "display_name": "档案员", "unit_id": unit.id}
    answer = administrator.post("/admin/accounts/new/", sent)
    assert answer.status_code == 200
    account = db.session.scalars(select(Account).where(Account.username == "archivist")).one()
    assert account.must_change_password
    first = re.search(r"<dt>初始密码</dt><dd>([^<]+)</dd>", answer.text)
    assert first
    assert first.group(1) not in administrator.get(f"/admin/accounts/details/?id={account.id}").text
    visitor = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get("/login").text)
    assert token
    entered = visitor.post(
        "/login", data={"username": "archivist", "password": first.group(1), "csrf_token": token.group(1)}
    )
    assert entered.status_code == 302
    assert "/password" in entered.headers["Location"]


def test_an_account_is_disabled_from_its_page_and_a_stale_page_is_refused(app: Flask) -> None:
    administrator = a_person(app, "administrator")
    person = a_person(app, "clerk", a_unit())
    account = db.session.scalars(select(Account).where(Account.username == "clerk")).one()
    sent = {"id": account.id, "revision": account.revision}
    administrator.post("/admin/accounts/disable/", sent)
    assert person.get("/sessions").status_code == 302
    answer = administrator.post("/admin/accounts/enable/", sent, follow_redirects=True)
    assert "administrator" in answer.text
    db.session.expire_all()
    assert db.session.get_one(Account, account.id).state == AccountState.DISABLED
    history = administrator.get(f"/admin/accounts/history/?id={account.id}").text
    assert "账号：停用" in history
    assert "password_hash" not in history or "•••" in history


def test_a_batch_of_accounts_is_asked_about_first(app: Flask) -> None:
    administrator = a_person(app, "administrator")
    a_person(app, "clerk", a_unit())
    account = db.session.scalars(select(Account).where(Account.username == "clerk")).one()
    asked = administrator.post("/admin/accounts/action/", {"action": "disable", "rowid": account.id})
    assert asked.status_code == 200
    assert "clerk" in asked.text
    db.session.expire_all()
    assert db.session.get_one(Account, account.id).state == AccountState.ACTIVE
    administrator.post("/admin/accounts/action/", {"action": "disable", "rowid": account.id, "confirmed": "1"})
    db.session.expire_all()
    assert db.session.get_one(Account, account.id).state == AccountState.DISABLED
    nothing = administrator.post("/admin/accounts/action/", {"action": "disable"}, follow_redirects=True)
    assert "请先在列表中勾选" in nothing.text


def test_sessions_are_ended_from_their_list(app: Flask) -> None:
    administrator = a_person(app, "administrator")
    person = a_person(app, "clerk", a_unit())
    session = db.session.scalars(select(LoginSession).join(Account).where(Account.username == "clerk")).one()
    administrator.post("/admin/sessions/action/", {"action": "end", "rowid": session.id, "confirmed": "1"})
    assert person.get("/sessions").status_code == 302


def test_a_role_is_given_and_ended(app: Flask) -> None:
    administrator = a_person(app, "administrator")
    unit = a_unit()
    a_person(app, "clerk", unit)
    account = db.session.scalars(select(Account).where(Account.username == "clerk")).one()
    page = administrator.get(f"/admin/grants/new/?account={account.id}").text
    assert 'value="clerk"' in page
    wrong = {"account_id": account.id, "role": "head", "reach": "UNIT", "valid_from": "昨天"}
    refused = administrator.post("/admin/grants/new/", wrong)
    assert refused.status_code == 422
    assert "2018-04-03" in refused.text
    sent = {"account_id": account.id, "role": "head", "reach": "UNIT", "unit_id": unit.id}
    assert administrator.post("/admin/grants/new/", sent).status_code == 302
    given = db.session.scalars(select(RoleGrant).where(RoleGrant.role == "head")).one()
    assert given.valid_from == date(2018, 4, 3)
    administrator.post("/admin/grants/end/", {"id": given.id, "revision": given.revision})
    db.session.expire_all()
    assert db.session.get_one(RoleGrant, given.id).valid_to == date(2018, 4, 3)


def test_a_unit_is_made_and_changed_and_a_wrong_code_is_named_at_its_field(app: Flask) -> None:
    administrator = a_person(app, "administrator")
    above = a_unit("市政府")
    sent = {
        "name": "市方志办", "code": "U9001", "unit_type": "FULLY_FUNDED", "credit_code": credit_code(9001),
        "parent": above.id, "supervising": above.id,
    }  # fmt: skip
    wrong = administrator.post("/admin/units/new/", sent | {"credit_code": "123"})
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text
    assert "市方志办" in wrong.text
    assert administrator.post("/admin/units/new/", sent).status_code == 302
    unit = db.session.scalars(select(Unit).where(Unit.code == "U9001")).one()
    page = administrator.get(f"/admin/units/edit/?id={unit.id}").text
    assert f'name="revision" type="hidden" value="{unit.revision}"' in page
    changed = sent | {"name": "市地方志办公室", "revision": unit.revision}
    assert administrator.post(f"/admin/units/edit/?id={unit.id}", changed).status_code == 302
    stale = administrator.post(f"/admin/units/edit/?id={unit.id}", changed | {"name": "又改"})
    assert stale.status_code == 409
    assert "administrator" in stale.text
    assert "又改" in stale.text
    assert "市地方志办公室" in administrator.get(f"/admin/units/history/?id={unit.id}").text


def test_a_day_of_the_calendar_is_corrected_and_taken_back(app: Flask) -> None:
    administrator = a_person(app, "administrator")
    sent = {"day": "2018-05-04", "working": "0", "note": "青年节放假半天"}
    assert administrator.post("/admin/calendar/new/", sent).status_code == 302
    again = administrator.post("/admin/calendar/new/", sent)
    assert again.status_code == 409
    assert administrator.get("/admin/calendar/details/?id=2018-05-04").status_code == 200
    changed = {"working": "1", "note": "照常上班", "revision": "1"}
    assert administrator.post("/admin/calendar/edit/?id=2018-05-04", changed).status_code == 302
    assert administrator.get("/admin/calendar/delete/?id=2018-05-04").status_code == 200
    assert administrator.post("/admin/calendar/delete/", {"id": "2018-05-04", "revision": "1"}).status_code == 409
    assert administrator.post("/admin/calendar/delete/", {"id": "2018-05-04", "revision": "2"}).status_code == 302
    assert db.session.get(CalendarDay, date(2018, 5, 4)) is None


def test_a_full_identity_number_is_shown_once_for_a_reason_that_is_kept(app: Flask, city: City) -> None:
    waiting = at_first_review(city)
    staff = waiting.employees[0].staff
    from app.staff import identity

    plain = identity.decrypt(staff.id_number_cipher, staff_no=staff.staff_no)
    staff_id = staff.id
    person = Person(app, "reviewer")
    assert plain not in person.get(f"/admin/staff/details/?id={staff_id}").text
    assert person.post("/admin/staff/reveal/", {"id": staff_id, "reason": " "}).status_code == 422
    shown = person.post("/admin/staff/reveal/", {"id": staff_id, "reason": "与原件核对"})
    assert plain in shown.text
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "staff:read_identity")).one()
    assert event.note == "与原件核对"


def test_the_back_office_opens_with_what_waits(app: Flask, city: City) -> None:
    at_first_review(city)
    page = Person(app, "reviewer").get("/admin/").text
    assert "待我审批" in page
    assert Person(app, "clerk").get("/admin/").status_code == 403


def test_the_desk_costs_the_same_statements_whatever_lies_on_it(app: Flask, city: City) -> None:
    waiting = at_first_review(city)
    person = Person(app, "reviewer")
    person.get(f"/admin/queue/{waiting.id}")
    with statements() as seen:
        person.get(f"/admin/queue/{waiting.id}")
    few = len(seen)
    assert few <= 16, "\n".join(seen)  # the library of reasons, and what surrounds the application, are one each
    for draft in many_new_hires(city, 10):
        passed(city, filed(city, draft), steps=2)
    with statements() as seen:
        person.get(f"/admin/queue/{waiting.id}")
    assert len(seen) <= few + 1
