"""Lists: their statements, their pages, their addresses typed wrongly, and their exports to the last byte."""

from __future__ import annotations

import csv
import io
from datetime import date
from urllib.parse import unquote

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from admin_views import exports, lists
from models import Staff, Unit, db
from tests.admin_views.browsing import Person, a_person, statements
from tests.factories import a_unit, an_employee
from tests.workflow.factories import a_city, filed, many_new_hires

LISTS = (
    "units", "staff", "items", "item_versions", "item_materials", "applications", "accounts", "grants", "audit_events",
    "sessions", "calendar",
)  # fmt: skip


def many_staff(unit: Unit, number: int, *, name: str = "同名") -> None:
    """Employees alike in everything but their numbers, in one transaction."""
    first = an_employee(unit, name)
    columns = [column.key for column in Staff.__table__.columns if column.key != "id"]
    rows = []
    for place in range(number - 1):
        values = {key: getattr(first, key) for key in columns}
        values |= {"staff_no": f"T{first.id}-{place:05d}", "id_number_index": f"{first.id}-{place}"}
        rows.append(Staff(**values))
    db.session.add_all(rows)
    db.session.commit()


@pytest.fixture
def auditor(app: Flask) -> Person:
    return a_person(app, "auditor", name="inspector")


@pytest.mark.parametrize("view", LISTS)
def test_a_list_page_costs_six_statements_at_most(app: Flask, auditor: Person, view: str) -> None:
    city = a_city()
    for draft in many_new_hires(city, 30):
        filed(city, draft)
    auditor.get(f"/admin/{view}/")
    with statements() as seen:
        assert auditor.get(f"/admin/{view}/?page_size=100").status_code == 200
    assert len(seen) <= 6, "\n".join(seen)


def test_paging_by_a_column_with_ties_shows_every_row_once(app: Flask, auditor: Person) -> None:
    many_staff(a_unit(), 130)
    for order in ("sort=0", "sort=0&desc=1", "sort=5", "sort=5&desc=1", ""):
        seen: list[str] = []
        for page in range(7):
            text = auditor.get(f"/admin/staff/?page_size=20&page={page}&{order}").text
            seen += [part.split('"')[0] for part in text.split('name="rowid" value="')[1:]] or [
                part.split("&")[0].split('"')[0] for part in text.split("/admin/staff/details/?id=")[1:]
            ]
        assert len(seen) == 130, order
        assert len(set(seen)) == 130, order


def test_the_last_page_is_read_from_its_end_and_in_order(app: Flask, auditor: Person) -> None:
    unit = a_unit()
    for number in range(45):
        an_employee(unit, f"职工{number:02d}")
    text = auditor.get("/admin/staff/?page_size=20&page=2&sort=0").text
    places = [text.index(f"职工{number}") for number in range(40, 45)]
    assert places == sorted(places)
    assert "职工39" not in text


ODD = ("abc", "-1", "1e9", "99999999999999999999", "100000000000000", "%00", "1%00", "' OR 1=1 --", "½", "")


@pytest.mark.parametrize("view", LISTS)
def test_what_is_typed_into_an_address_is_never_a_fault(app: Flask, auditor: Person, view: str) -> None:
    names = ("page", "page_size", "sort", "desc", "search", "flt0_state", "flt1_unit", "flt2_record", "flt_x")
    for odd in ODD:
        answer = auditor.get(f"/admin/{view}/?" + "&".join(f"{name}={odd}" for name in names))
        assert answer.status_code == 200, odd
        answer = auditor.get(f"/admin/{view}/details/?id={odd}")
        assert answer.status_code == 404, odd
    assert auditor.get(f"/admin/{view}/details/").status_code == 404


@pytest.mark.parametrize("odd", ["abc", "%00", "2018-13-40", "0001-01-01"])
def test_an_unknown_value_of_a_filter_is_named_and_left_out(app: Flask, auditor: Person, odd: str) -> None:
    an_employee(a_unit(), "留下")
    for key in ("flt0_state", "flt0_joined_from"):
        page = auditor.get(f"/admin/staff/?{key}={odd}").text
        assert "已忽略" in page
        assert "留下" in page


def test_filters_have_names_of_their_own(app: Flask, auditor: Person) -> None:
    unit, other = a_unit(), a_unit()
    an_employee(unit, "甲某", education="MASTER")
    an_employee(other, "乙某")
    page = auditor.get(f"/admin/staff/?flt0_unit={unit.id}&flt1_education=MASTER").text
    assert "甲某" in page
    assert "乙某" not in page
    assert "乙某" in auditor.get("/admin/staff/?flt0_education=BACHELOR").text


def test_staff_are_found_by_name_initials_number_and_end_of_the_identity_number(app: Flask, auditor: Person) -> None:
    found = an_employee(a_unit(), "欧阳文", name_initials="OYW", id_number="360102199005170016")
    an_employee(a_unit(), "赵百分", name_initials="ZBF")
    for text in ("欧阳", "oyw", found.staff_no, "0016", "360102199005170016"):
        page = auditor.get(f"/admin/staff/?search={text}").text
        assert "欧阳文" in page, text
        assert "赵百分" not in page, text
    for wild in ("%25", "_", "%5C"):
        assert "欧阳文" not in auditor.get(f"/admin/staff/?search={wild}").text


def test_applications_are_found_by_number_and_by_the_employees_name(app: Flask, auditor: Person) -> None:
    city = a_city()
    one, other = (filed(city, draft) for draft in many_new_hires(city, 2))
    assert other.number not in auditor.get(f"/admin/applications/?search={one.number}").text
    assert one.number in auditor.get(f"/admin/applications/?search={one.title[:1]}").text


def test_a_long_filtered_list_says_that_there_are_more(
    app: Flask, auditor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "COUNT_CAP", 20)
    many_staff(a_unit(), 60)
    assert "20+" in auditor.get("/admin/staff/?flt0_state=PENDING").text
    assert "20+" not in auditor.get("/admin/staff/").text


def test_a_csv_export_is_complete_and_safe_to_open(
    app: Flask, auditor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "CHUNK", 7)
    unit = a_unit("=1+1")
    many_staff(unit, 40, name="@SUM(A1)")
    answer = auditor.get("/admin/staff/export/csv/?sort=1")
    body = b"".join(answer.response)  # to the last byte, as a browser reads it
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert len(rows) == 41
    assert all(len(row) == len(rows[0]) for row in rows)
    assert {row[0] for row in rows[1:]} == {"'@SUM(A1)"}
    assert {row[2] for row in rows[1:]} == {"'=1+1"}
    assert [row[1] for row in rows[1:]] == sorted(row[1] for row in rows[1:])
    name = unquote(answer.headers["Content-Disposition"].split("filename*=UTF-8''")[1])
    assert name.startswith("花名册-20180403-")


def test_an_xlsx_export_has_texts_where_a_formula_could_stand(app: Flask, auditor: Person) -> None:
    an_employee(a_unit("-2+3"), "=CMD()", joined_on=date(2018, 4, 1))
    book = load_workbook(io.BytesIO(auditor.get("/admin/staff/export/xlsx/").data))
    sheet = book.worksheets[0]
    assert sheet.title == "花名册"
    row = [cell.value for cell in sheet[2]]
    assert row[0] == "'=CMD()"
    assert row[2] == "'-2+3"
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)


def test_an_export_of_too_many_rows_is_refused_with_the_way_out(
    app: Flask, auditor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 3)
    many_staff(a_unit(), 5)
    answer = auditor.get("/admin/staff/export/csv/")
    assert answer.status_code == 400
    assert "分批导出" in answer.text
    assert auditor.get("/admin/staff/export/pdf/").status_code == 404


def test_thirty_thousand_employees_are_never_in_a_form(app: Flask) -> None:
    administrator = a_person(app, "administrator")
    many_staff(a_unit(), 300)
    for address in ("/admin/accounts/new/", "/admin/grants/new/", "/admin/staff/", "/admin/applications/"):
        answer = administrator.get(address)
        if answer.status_code == 200:
            assert answer.text.count("<option") < 60
    assert db.session.scalars(select(Staff)).first() is not None
