"""Pages of cases, rules and payrolls: a unit answers, its department judges, the bureau sets a rule and runs all."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from app.cases.service import explain
from app.jobs import service as jobs
from app.risk.payrolls import HEADERS
from models import AuditEvent, Case, Job, PayrollLine, PayrollSheet, RiskSetting, db
from models.cases import CaseState
from models.jobs import JobState
from tests.access.browsing import send, somebody
from tests.factories import id_number
from tests.fund_cases.factories import a_case, a_scene
from tests.risk.factories import a_ghost, a_town, pay
from tests.statements import counted


def test_the_unit_answers_and_the_department_judges(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school, person=scene.person)
    clerk = somebody(app, "case-clerk")
    assert case.number in clerk.get("/cases").text
    assert "1,780.00" in clerk.get(f"/cases/{case.id}").text
    refused = send(clerk, f"/cases/{case.id}/answer", revision="1", verb="explain", text=" ")
    assert refused.status_code == 422
    send(clerk, f"/cases/{case.id}/answer", revision="1", verb="correct", text="已扣回，见洪教〔2018〕3号。")
    db.session.refresh(case)
    assert (case.state, case.answer) == (CaseState.ANSWERED, "CORRECTED")
    above = somebody(app, "case-department")
    send(above, f"/admin/cases/{case.id}/judge/", revision="2", verb="corrected", text="已核对凭证。")
    db.session.refresh(case)
    assert (case.state, case.outcome) == (CaseState.CLOSED, "CORRECTED")


def test_who_judges_cases_is_led_to_where_that_is_done(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school)
    judge = somebody(app, "case-approver")
    led = judge.get("/cases?state=OPEN")
    assert (led.status_code, led.location) == (302, "/admin/cases/?state=OPEN")
    assert f"/admin/cases/{case.id}" in judge.get(f"/cases/{case.id}").text


def test_figures_of_another_unit_stay_out_of_sight(app: Flask) -> None:
    town = a_town()
    pay(town, town.school, more=[])
    case = a_case(town.school)
    case.evidence = [case.evidence[0], {**case.evidence[0], "unit_id": town.other.id}]
    db.session.commit()
    from models.accounts import Reach
    from tests.factories import an_account

    an_account("own-clerk", ("clerk", town.school, Reach.UNIT))
    page = somebody(app, "own-clerk").get(f"/cases/{case.id}").text
    assert page.count("1,780.00") == 1
    assert "belongs to another unit" in page or "属其他单位" in page


def test_a_case_is_assigned_from_its_page(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school)
    above = somebody(app, "case-department")
    send(above, f"/admin/cases/{case.id}/assign/", revision="1", to_id=str(scene.clerk.account_id))
    db.session.refresh(case)
    assert case.assigned_to_id == scene.clerk.account_id


def test_opening_a_case_is_written_down_as_a_reading(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school, person=scene.person)
    somebody(app, "case-auditor").get(f"/admin/cases/{case.id}")
    assert db.session.scalar(select(func.count()).where(AuditEvent.action == "case:read")) == 1


def test_lists_do_not_grow_in_statements_with_their_rows(app: Flask) -> None:
    scene = a_scene()
    costs = []
    above = somebody(app, "case-department")
    above.get("/admin/cases/")
    for count in (1, 12):
        for number in range(count):
            a_case(scene.school, f"risk:{count}:{number}")
        with counted() as sent:
            assert above.get("/admin/cases/").status_code == 200
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 8


def test_a_rule_is_set_for_one_class_and_a_stale_page_is_refused(app: Flask) -> None:
    a_town()
    browser = somebody(app, "risk-approver")
    form = {"unit_type": "FULLY_FUNDED", "active": "1", "months": "4", "reason": "按会议纪要。", "after": ""}
    wrong = send(browser, "/admin/risk/rules/not-on-roster/set/", **{**form, "months": "0"})
    assert wrong.status_code == 422
    assert send(browser, "/admin/risk/rules/not-on-roster/set/", **form).status_code == 302
    assert send(browser, "/admin/risk/rules/not-on-roster/set/", **form).status_code == 409
    held = db.session.scalars(select(RiskSetting)).one()
    assert (held.values, held.unit_type, held.valid_to) == ({"months": 4}, "FULLY_FUNDED", None)
    assert "会议纪要" in browser.get("/admin/risk/rules/not-on-roster").text


def test_a_run_finds_cases_and_a_rule_that_is_off_finds_none(app: Flask) -> None:
    town = a_town()
    pay(town, town.school, more=[a_ghost("吴有")])
    browser = somebody(app, "risk-approver")
    off = {"unit_type": "", "active": "0", "reason": "暂停使用。", "after": ""}
    send(browser, "/admin/risk/rules/unusual-growth/set/", **off)
    send(browser, "/admin/risk/run/")
    jobs.work_off()
    job = db.session.scalars(select(Job)).one()
    assert job.state == JobState.DONE
    assert job.result["opened"] == db.session.scalar(select(func.count()).select_from(Case)) == 1
    assert "吴有" in browser.get("/admin/cases/?rule=not-on-roster").text
    assert browser.get(f"/admin/risk/runs/{job.id}").status_code == 200


def a_workbook(*rows: tuple[object, ...]) -> BytesIO:
    book = Workbook()
    book.active.append([names[0] for names in HEADERS.values()])
    for row in rows:
        book.active.append(list(row))
    data = BytesIO()
    book.save(data)
    data.seek(0)
    return data


RIGHT = ("张三", id_number(7), "TECH-12", 1490, "500.50", None, "6222000011112222")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("张三", id_number(7), "TECH-12", "一千", 0, 0, ""), "D2"),
        (("张三", id_number(7), "TECH-12", -5, 0, 0, ""), "D2"),
        (("张三", "36010219900517", "TECH-12", 1490, 0, 0, ""), "B2"),
        (("", id_number(7), "TECH-12", 1490, 0, 0, ""), "A2"),
        (("张三", id_number(7), "TECH-12", 1490, 0, 0, "12-34"), "G2"),
    ],
)
def test_a_payroll_with_a_wrong_cell_is_refused_whole(app: Flask, row: tuple[object, ...], said: str) -> None:
    town = a_town(people=1)
    browser = somebody(app, "risk-approver")
    sent = send(browser, "/payrolls", unit_id=str(town.school.id), month="2018-03",
                workbook=(a_workbook(row), "工资.xlsx"))  # fmt: skip
    assert sent.status_code == 422
    assert said in sent.text
    assert db.session.scalar(select(func.count()).select_from(PayrollSheet)) == 0


def test_a_payroll_is_handed_in_and_opened_into_its_lines(app: Flask) -> None:
    town = a_town(people=1)
    browser = somebody(app, "risk-approver")
    send(browser, "/payrolls", unit_id=str(town.school.id), month="2018-03",
         workbook=(a_workbook(RIGHT), "工资.xlsx"))  # fmt: skip
    line = db.session.scalars(select(PayrollLine)).one()
    assert (line.month, line.basic_fen, line.allowance_fen) == (date(2018, 3, 1), 149_000, 50_050)
    assert (line.account_tail, len(line.account_index)) == ("2222", 64)
    shown = browser.get(f"/payrolls/{line.sheet_id}").text
    assert "1,490.00" in shown
    assert "6222000011112222" not in shown


def test_a_template_that_is_filled_in_is_handed_in(app: Flask) -> None:
    town = a_town(people=1)
    browser = somebody(app, "risk-approver")
    got = browser.get("/payrolls/template")
    assert "attachment" in got.headers["Content-Disposition"]
    book = load_workbook(BytesIO(got.data))
    assert [row[0].value for row in book["岗位代码"].iter_rows(min_row=2)] == ["TECH-12"]
    assert len(list(book["填表说明"].iter_rows())) == len(HEADERS)
    sheet = book["工资发放表"]
    assert sheet["B2"].number_format == sheet["G2"].number_format == "@"
    for column, value in enumerate(RIGHT, start=1):
        sheet.cell(2, column, value)
    filled = BytesIO()
    book.save(filled)
    filled.seek(0)
    send(browser, "/payrolls", unit_id=str(town.school.id), month="2018-03", workbook=(filled, "工资.xlsx"))
    assert db.session.scalars(select(PayrollLine.basic_fen)).one() == 149_000


def test_an_answered_case_shows_its_way(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school)
    explain(case.id, by=scene.clerk, revision=1, text="兼课报酬，已经批准。")
    page = somebody(app, "case-approver").get(f"/admin/cases/{case.id}").text
    assert "兼课报酬，已经批准。" in page
    assert page.count("timeline-head") == 2
