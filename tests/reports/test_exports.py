"""Exports: made in the background portion by portion, equal to the database to the fen, only for their maker."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from pikepdf import Pdf
from sqlalchemy import func, select

from app import clock
from app.access.actor import system
from app.errors import Conflict, NotAllowed, NotFound, Refused
from app.jobs import service as jobs
from app.reports import exporting, exports, places, printing, workbook
from app.reports.catalogue import ORDER
from app.reports.registry import REPORTS
from models import AuditEvent, AuditSubject, ReportExport, RoleGrant, Staff, db
from tests.access.browsing import send
from tests.reports.making import fen, made, read
from tests.reports.walking import browser, table, the
from tests.statements import counted


@pytest.mark.parametrize("code", ORDER)
def test_a_workbook_holds_every_row_and_the_totals_of_the_database(demo_city: Flask, code: str) -> None:
    shown = table(code, since="2018-03", until="2018-04")
    export = made(code, since="2018-03", until="2018-04")
    heads, rows, totals = read(export)
    report = REPORTS[code]
    assert len(heads) == len(report.fields)
    assert len(rows) == export.rows == shown.page.count
    for place, field in enumerate(report.fields):
        if not field.totalled:
            continue
        assert export.totals.get(field.code, 0) == shown.totals[field.code]
        to_whole = fen if field.kind == "money" else int
        assert to_whole(totals[place] or 0) == shown.totals[field.code], field.code
        assert sum(to_whole(row[place] or 0) for row in rows) == shown.totals[field.code], field.code


@pytest.mark.parametrize("code", ["wage-roster", "limits", "people", "filings"])
def test_every_cell_is_shown_as_what_it_is(demo_city: Flask, code: str) -> None:
    export = made(code, since="2018-03", until="2018-04")
    page = load_workbook(exporting.path_of(export, 1)).worksheets[0]
    for line in page.iter_rows(min_row=page.max_row - export.rows, max_row=page.max_row - 1):
        for cell, field in zip(line, REPORTS[code].fields, strict=True):
            assert cell.number_format == workbook._FORMATS[field.kind]["num_format"], (code, field.code)
            if field.kind in ("month", "day") and cell.value is not None:
                assert hasattr(cell.value, "year"), (code, field.code)


def test_a_print_is_a_pdf_whose_text_can_be_read_in_both_languages(demo_city: Flask) -> None:
    for language, title in (("zh", "工资基金分单位分类别表"), ("en", "Wage fund by unit and category")):
        export = made("fund", form="PDF", language=language, month="2018-04")
        with Pdf.open(exporting.path_of(export, 1)) as document:
            assert str(document.docinfo["/Title"]) == title
            assert len(document.pages) == 1


def test_text_that_begins_like_a_formula_stays_text(demo_city: Flask) -> None:
    staff = db.session.scalars(select(Staff).where(Staff.state == "ACTIVE")).first()
    assert staff is not None
    staff.name = "=HYPERLINK(1)\x0b&<b>"
    db.session.commit()
    export = made("people", month="2018-04")
    heads, rows, _ = read(export)
    names = [row[heads.index("姓名")] for row in rows]
    assert "'=HYPERLINK(1)&<b>" in names
    assert not [name for name in names if name.startswith(("=", "+", "-", "@"))]


def test_a_report_of_many_years_is_bound_year_by_year(demo_city: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "ONE_FILE", 100)
    export = made("wage-roster", since="2016-11", until="2018-04")
    assert [(file["since"], file["until"]) for file in export.files] == [
        ("2016-11", "2016-12"), ("2017-01", "2017-12"), ("2018-01", "2018-04"),
    ]  # fmt: skip
    assert sum(file["file_rows"] for file in export.files) == export.rows
    each = [fen(read(export, file["bound"])[2][-1]) for file in export.files]
    assert sum(each) == export.totals["total_fen"]
    assert not list(places.folder_of(export.id).glob("part-*"))


def test_work_that_was_killed_goes_on_after_its_last_whole_portion(
    demo_city: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = made("wage-roster", since="2018-01", until="2018-04")
    export_id = exports.ask("wage-roster", {"since": "2018-01", "until": "2018-04"}, form="XLSX", language="zh",
                            by=the("auditor"))  # fmt: skip
    write, portions = exporting._write_rows, []

    def killed_in_the_third(*given: Any) -> Any:
        portions.append(given[2].since)
        if len(portions) == 3:
            raise SystemExit
        return write(*given)

    monkeypatch.setattr(exporting, "_write_rows", killed_in_the_third)
    with pytest.raises(SystemExit):
        jobs.work_off()
    with clock.frozen(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        jobs.work_off()
    assert len(portions) == 5  # the third is done again, and no other
    export = db.session.get_one(ReportExport, export_id, populate_existing=True)
    assert (export.rows, export.totals) == (whole.rows, whole.totals)
    assert read(export)[1] == read(whole)[1]


def test_two_who_write_the_same_portion_do_not_write_into_one_file(tmp_path: Path) -> None:
    target = tmp_path / "part-00001.gz"
    mine, theirs = places.fresh(target), places.fresh(target)
    assert mine != theirs
    assert {mine.parent, theirs.parent} == {tmp_path}


def test_the_export_and_whose_wages_it_holds_stand_in_the_audit_chain(demo_city: Flask) -> None:
    export = made("wage-roster", who="clerk", month="2018-04", since="2018-04", until="2018-04")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "report:export")).one()
    assert event.after["rows"] == export.rows
    assert db.session.scalar(select(func.count()).where(AuditSubject.seq == event.seq)) == export.rows


def test_a_file_is_for_its_maker_alone(demo_city: Flask) -> None:
    export = made("fund", who="clerk", month="2018-04")
    own = browser(demo_city, "clerk").get(f"/exports/{export.id}/files/1")
    assert own.status_code == 200
    assert own.data[:2] == b"PK"
    for other in ("auditor", "head"):
        reader = browser(demo_city, other)
        assert reader.get(f"/exports/{export.id}").status_code == 404
        assert reader.get(f"/exports/{export.id}/files/1").status_code == 404
        assert send(reader, f"/exports/{export.id}/stop", page="/reports").status_code == 404
    assert browser(demo_city, "clerk").get(f"/exports/{export.id}/files/7").status_code == 404


def test_who_has_lost_a_reach_gets_no_file_made_within_it(demo_city: Flask) -> None:
    export = made("fund", who="clerk", month="2018-04")
    assert exports.take(export.id, 1, by=the("clerk")).path.is_file()
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.account_id == export.made_by_id)).one()
    grant.unit_id += 1
    db.session.commit()
    with pytest.raises(NotAllowed, match="reach has changed"):
        exports.take(export.id, 1, by=the("clerk"))


def test_files_go_after_a_week_and_the_page_says_so(demo_city: Flask) -> None:
    export = made("fund", who="clerk", month="2018-04")
    with clock.frozen(clock.now() + timedelta(days=8)):
        with pytest.raises(Conflict, match="was kept until"):
            exports.take(export.id, 1, by=the("clerk"))
        assert exports.sweep(by=system("sweeper")) == 1
        assert exports.sweep(by=system("sweeper")) == 0
        assert not exporting.path_of(export, 1).exists()
        assert exports.opened(the("clerk"), export.id).state == "SWEPT"


def test_what_is_too_much_is_refused_with_its_size(demo_city: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 1_000)
    with pytest.raises(Refused, match=r"up to 6,960 rows; at most 1,000"):
        exports.ask("wage-roster", {"since": "2008-05", "until": "2018-04"}, form="XLSX", language="zh",
                    by=the("auditor"))  # fmt: skip
    monkeypatch.setattr(printing, "MOST_ROWS", 10)
    with pytest.raises(Refused, match="too many for paper"):
        exports.ask("people", {"month": "2018-04"}, form="PDF", language="zh", by=the("auditor"))
    assert db.session.scalar(select(func.count()).select_from(ReportExport)) == 0


def test_ten_years_gathered_by_unit_are_a_file_with_the_totals_of_the_rows(demo_city: Flask) -> None:
    years = {"since": "2008-05", "until": "2018-04"}
    assert made("fund", **years).totals["total_fen"] == table("wage-roster", **years).totals["total_fen"]


def test_the_list_of_exports_does_not_answer_its_questions_anew(demo_city: Flask) -> None:
    asked = {"source": "wage-roster", "rows": "unit", "columns": "month", "measure": "total_fen"}
    export = made("pivot", who="clerk", since="2018-03", until="2018-04", **asked)
    clerk = browser(demo_city, "clerk")
    for address in ("/exports", f"/exports/{export.id}"):
        with counted() as sent:
            assert "工资花名册" in clerk.get(address).text
        assert not [statement for statement in sent if "wage_records" in statement], address


def test_another_unit_cannot_be_exported(demo_city: Flask) -> None:
    other = table("fund", month="2018-04").page.rows[1]["unit_id"]
    with pytest.raises(NotFound):
        exports.ask("fund", {"unit": str(other)}, form="XLSX", language="zh", by=the("clerk"))


def test_ten_years_are_asked_for_on_the_page_and_followed_on_theirs(demo_city: Flask) -> None:
    clerk = browser(demo_city, "clerk")
    answer = send(
        clerk, "/reports/wage-roster/export", page="/reports/wage-roster", since="2008-05", until="2018-04", form="XLSX"
    )
    assert answer.status_code == 302
    page = clerk.get(answer.location)
    assert "已完成0/121部分" in page.text
    jobs.work_off()
    assert "可下载文件" in clerk.get(answer.location).text
    assert clerk.get("/exports").status_code == 200
    again = send(clerk, "/reports/fund/export", page="/reports/fund", since="nonsense", form="XLSX")
    assert "请按年月填写" in clerk.get(again.location).text
