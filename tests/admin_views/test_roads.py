"""The 28 roads by which a back office leaks or changes rows, each closed. TABLE names the test of every road.

Somebody from the library reaches only the library; the school's rows are not theirs. Everything is attacked through the
pages, as a browser would.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

import admin_views
from app import clock
from models import Account, Application, AuditEvent, CalendarDay, LoginSession, RoleGrant, Staff, Unit, db
from models.accounts import AccountState, Reach
from tests.admin_views.browsing import Person, a_person
from tests.factories import an_account, an_employee
from tests.workflow.factories import City, a_city, a_new_hire, filed

# Number of the road in the notes of the design -> the test that closes it.
TABLE: dict[int, Callable[..., Any]] = {}


def road(*numbers: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def enter(test: Callable[..., Any]) -> Callable[..., Any]:
        TABLE.update(dict.fromkeys(numbers, test))
        return test

    return enter


class Scene:
    """A school and a library, and an administrator, an auditor and a reviewer who reach the library alone."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.city: City = a_city()
        self.mine, self.theirs = self.city.other, self.city.school
        self.my_staff = an_employee(self.mine, "李我方")
        self.their_staff = an_employee(self.theirs, "王他方")
        self.their_application = filed(self.city, a_new_hire(self.city))
        self.their_account = db.session.scalars(select(Account).where(Account.username == "clerk")).one()
        self.their_grant = db.session.scalars(
            select(RoleGrant).where(RoleGrant.account_id == self.their_account.id)
        ).one()
        self.my_account = db.session.scalars(select(Account).where(Account.username == "other_clerk")).one()
        for role in ("administrator", "auditor", "department", "designer"):
            an_account(f"my-{role}", (role, self.mine, Reach.UNIT))
        db.session.commit()

    def person(self, role: str) -> Person:
        return Person(self.app, f"my-{role}")


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene(app)


@road(1)
def test_lists_and_counts_hold_only_rows_in_reach(scene: Scene) -> None:
    page = scene.person("auditor").get("/admin/staff/")
    assert "李我方" in page.text
    assert "王他方" not in page.text
    assert "共 1 条" in page.text
    assert scene.their_application.number not in scene.person("auditor").get("/admin/applications/").text
    units = scene.person("administrator").get("/admin/units/").text
    assert scene.mine.name in units
    assert scene.theirs.name not in units


@road(2, 25)
def test_exports_hold_only_rows_and_columns_in_reach(scene: Scene) -> None:
    for kind in ("csv", "xlsx"):
        answer = scene.person("auditor").get(f"/admin/staff/export/{kind}/")
        assert answer.status_code == 200
    answer = scene.person("auditor").get("/admin/staff/export/csv/")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["李我方"]
    assert not any("身份证" in heading for heading in rows[0])
    assert scene.person("department").get("/admin/staff/export/csv/").status_code == 403
    assert scene.person("auditor").get("/admin/units/export/csv/").status_code == 404


DETAILS = ("applications", "units", "accounts", "grants", "staff")


def their_ids(scene: Scene) -> dict[str, int]:
    return {
        "applications": scene.their_application.id, "units": scene.theirs.id, "accounts": scene.their_account.id,
        "grants": scene.their_grant.id, "staff": scene.their_staff.id,
    }  # fmt: skip


@road(3)
@pytest.mark.parametrize("view", DETAILS)
def test_the_page_of_a_row_out_of_reach_does_not_exist(scene: Scene, view: str) -> None:
    person = scene.person("auditor")
    for page in ("details/?id=", "details/?modal=True&id=", "history/?id="):
        answer = person.get(f"/admin/{view}/{page}{their_ids(scene)[view]}")
        assert answer.status_code == 404
        assert "王他方" not in answer.text


@road(4)
def test_the_form_of_a_row_out_of_reach_does_not_exist(scene: Scene) -> None:
    answer = scene.person("administrator").get(f"/admin/units/edit/?id={scene.theirs.id}")
    assert answer.status_code == 404
    assert scene.theirs.credit_code not in answer.text


@road(5)
def test_a_row_out_of_reach_is_not_changed_by_a_posted_form(scene: Scene) -> None:
    sent = {"name": "改名", "code": "X1", "unit_type": "ORGAN", "credit_code": scene.theirs.credit_code, "revision": 1}
    answer = scene.person("administrator").post(f"/admin/units/edit/?id={scene.theirs.id}", sent)
    assert answer.status_code == 404
    db.session.expire_all()
    assert db.session.get_one(Unit, scene.theirs.id).name == "市第一中学"


@road(6, 18)
def test_there_is_no_editing_in_lists(app: Flask, scene: Scene) -> None:
    assert [rule.rule for rule in app.url_map.iter_rules() if "ajax/update" in rule.rule] == []
    answer = scene.person("administrator").post(
        "/admin/units/ajax/update/", {"list_form_pk": scene.mine.id, "name": "改名"}
    )
    assert answer.status_code == 404


@road(7)
def test_a_row_is_deleted_only_where_a_verb_permits_it(app: Flask, scene: Scene) -> None:
    deleting = sorted(rule.rule for rule in app.url_map.iter_rules() if rule.rule.endswith("/delete/"))
    assert deleting == ["/admin/calendar/delete/", "/admin/filters/<int:filter_id>/delete/"]
    db.session.add(CalendarDay(day=date(2018, 5, 4), working=False, note="青年节"))
    db.session.commit()
    sent = {"id": "2018-05-04", "revision": "1"}
    assert scene.person("department").post("/admin/calendar/delete/", sent).status_code == 403
    assert db.session.get(CalendarDay, date(2018, 5, 4)) is not None


@road(8)
def test_there_is_no_bulk_deletion(scene: Scene) -> None:
    person = scene.person("administrator")
    for view in ("accounts", "grants", "sessions"):
        sent = {"action": "delete", "rowid": "1", "confirmed": "1"}
        assert person.post(f"/admin/{view}/action/", sent).status_code == 404
    assert person.post("/admin/units/action/", {"action": "delete", "rowid": "1"}).status_code == 404


@road(9)
def test_an_action_reaches_only_rows_in_reach(scene: Scene) -> None:
    person = scene.person("administrator")
    token = re.search(r'name="csrf_token" value="([^"]+)"', person.get("/sessions").text)
    assert token
    person.client.post(
        "/admin/accounts/action/",
        data={"action": "disable", "rowid": [scene.their_account.id, scene.my_account.id, "abc", 10**30],
              "confirmed": "1", "csrf_token": token.group(1)},
    )  # fmt: skip
    db.session.expire_all()
    assert db.session.get_one(Account, scene.their_account.id).state == AccountState.ACTIVE
    assert db.session.get_one(Account, scene.my_account.id).state == AccountState.DISABLED


@road(10)
def test_own_endpoints_find_their_row_within_reach(scene: Scene) -> None:
    person = scene.person("administrator")
    for verb in ("disable", "enable", "unlock", "reset-password", "end-sessions"):
        answer = person.post(f"/admin/accounts/{verb}/", {"id": scene.their_account.id, "revision": 1})
        assert answer.status_code == 404, verb
        assert person.get(f"/admin/accounts/{verb}/?id={scene.my_account.id}").status_code == 405
        assert person.post(f"/admin/accounts/{verb}/", {"id": scene.my_account.id}, token=False).status_code == 400
    assert person.post("/admin/grants/end/", {"id": scene.their_grant.id, "revision": 1}).status_code == 404
    reviewer = scene.person("department")
    assert reviewer.post("/admin/staff/reveal/", {"id": scene.their_staff.id, "reason": "核对"}).status_code == 403
    desk = f"/admin/queue/{scene.their_application.id}"
    assert reviewer.get(desk).status_code == 404
    for verb in ("claim", "release", "approve", "return", "reject"):
        sent = {"revision": 1, "note": "好", "mark": "ANSWER.joined_on"}
        assert reviewer.post(f"{desk}/{verb}/", sent).status_code == 404


@road(11)
def test_look_ups_find_twenty_rows_in_reach_at_most(scene: Scene) -> None:
    person = scene.person("administrator")
    for number in range(25):
        an_employee(scene.mine, f"李{number:02d}")
    found = person.get("/admin/accounts/ajax/lookup/?name=staff&query=&limit=100000").get_json()["results"]
    assert len(found) == 20
    assert all("王" not in one["text"] for one in found)
    assert person.get("/admin/accounts/ajax/lookup/?name=staff&query=王").get_json()["results"] == []
    assert person.get("/admin/accounts/ajax/lookup/?name=nothing&query=").status_code == 404
    wild = person.get("/admin/accounts/ajax/lookup/?name=staff&query=%25").get_json()["results"]
    assert wild == []
    assert scene.person("designer").get("/admin/accounts/ajax/lookup/?name=staff&query=").status_code == 403


@road(12, 13)
def test_a_posted_relation_out_of_reach_is_as_unknown(scene: Scene) -> None:
    person = scene.person("administrator")
    sent = {"username": "newcomer", "display_name": "新人", "unit_id": scene.mine.id, "staff_id": scene.their_staff.id}
    answer = person.post("/admin/accounts/new/", sent)
    assert answer.status_code == 422
    assert "请从查找结果中选择" in answer.text
    assert 'value="newcomer"' in answer.text
    page = person.get("/admin/accounts/new/").text
    assert "<option" not in page  # relations are never listed, so nothing can be listed beyond reach


@road(14)
def test_a_form_takes_the_fields_it_names_and_no_other(scene: Scene) -> None:
    sent = {
        "name": "市图书馆", "code": scene.mine.code, "unit_type": "FULLY_FUNDED", "credit_code": scene.mine.credit_code,
        "revision": "1", "staff": scene.their_staff.id, "active": "0", "id": scene.theirs.id,
    }  # fmt: skip
    administrator = a_person(scene.app, "administrator", name="root-of-all")
    assert administrator.post(f"/admin/units/edit/?id={scene.mine.id}", sent).status_code == 302
    db.session.expire_all()
    assert db.session.get_one(Staff, scene.their_staff.id).unit_id == scene.theirs.id
    assert db.session.get_one(Unit, scene.mine.id).active


@road(15)
def test_a_row_cannot_be_made_or_moved_out_of_reach(scene: Scene) -> None:
    person = scene.person("administrator")
    before = db.session.scalar(select(func.count()).select_from(Account))
    for unit in (scene.theirs.id, ""):
        sent = {"username": "newcomer", "display_name": "新人", "unit_id": unit}
        assert person.post("/admin/accounts/new/", sent).status_code == 422
    db.session.expire_all()
    assert db.session.scalar(select(func.count()).select_from(Account)) == before
    sent = {"account_id": scene.my_account.id, "role": "clerk", "reach": "ALL"}
    assert person.post("/admin/grants/new/", sent).status_code in (403, 422)


@road(16, 17)
def test_no_view_has_inline_models(app: Flask) -> None:
    for admin in app.extensions["admin"]:
        for view in admin._views:
            assert not getattr(view, "inline_models", None)


@road(19)
def test_a_search_looks_only_at_what_is_shown_or_keyed(scene: Scene) -> None:
    scene.my_staff.phone = "13900001111"
    db.session.commit()
    person = scene.person("auditor")
    assert "李我方" not in person.get("/admin/staff/?search=13900001111").text
    assert "李我方" in person.get("/admin/staff/?search=李").text
    cipher = scene.my_staff.id_number_cipher[:12]
    assert "李我方" not in person.get(f"/admin/staff/?search={cipher}").text
    assert scene.my_account.username not in scene.person("auditor").get("/admin/accounts/?search=$argon2id").text


@road(20)
def test_filters_are_only_those_that_the_view_names(scene: Scene) -> None:
    person = scene.person("auditor")
    page = person.get("/admin/staff/?flt0_phone=13900001111&flt1_id_number_cipher=x&flt2_unit.name=x").text
    assert "李我方" in page
    answer = person.get(f"/admin/staff/?flt0_unit={scene.theirs.id}")
    assert "王他方" not in answer.text
    assert scene.theirs.name not in answer.text


@road(21)
def test_options_of_filters_are_asked_for_at_each_request(scene: Scene) -> None:
    """Those over many rows are look-ups within reach; the others are codes, in the language of the reader."""
    person = scene.person("auditor")
    chinese = person.get("/admin/accounts/").text
    assert '<option value="DISABLED">已停用</option>' in chinese
    assert scene.theirs.name not in chinese
    person.post("/language", {"locale": "en"})
    assert '<option value="DISABLED">Disabled</option>' in person.get("/admin/accounts/").text


@road(22)
def test_lists_are_ordered_only_by_columns_that_the_view_names(scene: Scene) -> None:
    an_employee(scene.mine, "安首位")
    person = scene.person("auditor")
    plain = person.get("/admin/staff/").text
    for sort in ("3", "99", "-1", "abc", "id_number_cipher"):
        answer = person.get(f"/admin/staff/?sort={sort}")
        assert answer.status_code == 200
        assert (answer.text.index("安首位") < answer.text.index("李我方")) == (
            plain.index("安首位") < plain.index("李我方")
        )


@road(23)
def test_a_taken_name_is_told_to_those_who_make_accounts_and_to_nobody_else(scene: Scene) -> None:
    """User names are one name space, so the maker must be told; no other form tells that a value exists elsewhere."""
    answer = scene.person("administrator").post(
        "/admin/accounts/new/", {"username": "clerk", "display_name": "新人", "unit_id": scene.mine.id}
    )
    assert answer.status_code == 422
    assert scene.person("auditor").post("/admin/accounts/new/", {"username": "clerk"}).status_code == 403


@road(24)
def test_cells_do_not_show_related_rows_out_of_reach(scene: Scene) -> None:
    """What a row in reach points to is shown by name only, and opens only for those who reach it."""
    person = scene.person("administrator")
    page = person.get(f"/admin/units/details/?id={scene.mine.id}").text
    assert f"details/?id={scene.theirs.id}" not in page


@road(26)
def test_there_is_no_file_manager(app: Flask) -> None:
    from flask_admin.contrib.fileadmin import BaseFileAdmin

    for admin in app.extensions["admin"]:
        assert not any(isinstance(view, BaseFileAdmin) for view in admin._views)
        assert "FileAdmin" not in vars(admin_views)


@road(27)
def test_a_message_never_shows_sql(scene: Scene) -> None:
    administrator = a_person(scene.app, "administrator", name="root-of-all")
    sent = {"name": "双胞胎", "code": scene.theirs.code, "unit_type": "ORGAN", "credit_code": scene.theirs.credit_code}
    answer = administrator.post("/admin/units/new/", sent)
    assert answer.status_code in (409, 422)
    for word in ("INSERT", "UNIQUE", "sqlalchemy", "psycopg", "Traceback"):
        assert word not in answer.text
    assert "双胞胎" in answer.text


@road(28)
def test_own_pages_are_scoped_and_nobodys_files_lie_open(scene: Scene) -> None:
    person = scene.person("department")
    for address in ("/admin/", "/admin/queue/", "/admin/checks/", "/admin/queue/?tab=claimed"):
        answer = person.get(address)
        assert answer.status_code == 200
        assert scene.their_application.number not in answer.text
    assert not [rule for rule in scene.app.url_map.iter_rules() if rule.rule.startswith("/admin/static")]


def test_every_road_of_the_notes_has_its_test() -> None:
    assert sorted(TABLE) == list(range(1, 29))


def test_sessions_are_reached_through_their_account(scene: Scene) -> None:
    Person(scene.app, "clerk")
    foreign = db.session.scalars(select(LoginSession).where(LoginSession.account_id == scene.their_account.id)).one()
    person = scene.person("administrator")
    assert person.get(f"/admin/sessions/details/?id={foreign.id}").status_code == 404
    person.post("/admin/sessions/action/", {"action": "end", "rowid": foreign.id, "confirmed": "1"})
    db.session.expire_all()
    assert db.session.get_one(LoginSession, foreign.id).ended_at is None


def test_an_export_is_written_down(scene: Scene) -> None:
    scene.person("auditor").get("/admin/staff/export/csv/")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "staff:export")).one()
    assert event.after is not None
    assert event.after["rows"] == 1
    assert event.at == clock.now()


def test_an_application_out_of_reach_has_no_history(scene: Scene) -> None:
    assert db.session.get(Application, scene.their_application.id) is not None
    answer = scene.person("auditor").get(f"/admin/applications/history/?id={scene.their_application.id}")
    assert answer.status_code == 404
