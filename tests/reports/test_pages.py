"""The pages of reports: within the reader's reach, said in sentences, written down, in few statements."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.reports import charts, queries
from app.reports.catalogue import ORDER
from models import AuditEvent, AuditSubject, Unit, db
from tests.reports.walking import browser, table, the
from tests.statements import counted


@pytest.mark.parametrize("code", ORDER)
def test_every_report_opens_with_its_table_and_what_its_columns_mean(demo_city: Flask, code: str) -> None:
    page = browser(demo_city, "auditor").get(f"/reports/{code}")
    assert page.status_code == 200
    assert "各栏含义" in page.text
    assert "<style" not in page.text
    assert " style=" not in page.text


def test_a_unit_sees_its_own_rows_and_no_others(demo_city: Flask) -> None:
    own = table("wage-roster", who="clerk", month="2018-04")
    assert {row["unit_name"] for row in own.page} == {"江城市滨江小学"}
    assert own.page.count is not None
    assert 0 < own.page.count < (table("wage-roster", month="2018-04").page.count or 0)


def test_another_unit_is_answered_like_one_that_does_not_exist(demo_city: Flask) -> None:
    other = db.session.scalars(select(Unit).where(Unit.name == "江城市湖东小学")).one()
    clerk = browser(demo_city, "clerk")
    for code in ORDER:
        assert clerk.get(f"/reports/{code}?unit={other.id}").status_code == 404, code
        assert clerk.get(f"/reports/{code}?unit=987654321").status_code == 404, code


def test_the_look_up_of_units_finds_those_in_reach(demo_city: Flask) -> None:
    found = browser(demo_city, "clerk").get("/reports/units?q=小学").json["results"]
    assert [one["text"] for one in found] == ["江城市滨江小学"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("since=2018-13", "请按年月填写"),
        ("since=never", "请按年月填写"),
        ("since=2018-05&until=2018-05", "该月份尚未到来"),
        ("since=2018-03&until=2018-01", "截止月份早于起始月份"),
        ("since=1066-01", "没有该年度的数据"),
        ("since=1990-01&until=2018-04", "一次最多查询240个月"),
        ("unit_text=没有的单位", "请从列表中选择单位"),
    ],
)
def test_what_cannot_be_so_is_said_in_a_sentence_and_nothing_typed_is_lost(
    demo_city: Flask, query: str, sentence: str
) -> None:
    page = browser(demo_city, "auditor").get(f"/reports/wage-roster?{query}")
    assert page.status_code == 422
    assert sentence in page.text
    typed = dict(part.split("=") for part in query.split("&"))
    assert f'value="{next(iter(typed.values()))}"' in page.text


def test_ten_years_are_no_page_and_the_page_says_what_to_do(demo_city: Flask) -> None:
    page = browser(demo_city, "auditor").get("/reports/wage-roster?since=2008-05&until=2018-04")
    assert page.status_code == 200
    assert "所选120个月超过页面一次可显示的12个月" in page.text
    assert "report-table" not in page.text


def test_whose_wage_stands_on_the_page_is_written_down(demo_city: Flask) -> None:
    browser(demo_city, "clerk").get("/reports/wage-roster")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "report:read")).one()
    assert event.record_id == "wage-roster"
    read = db.session.scalar(select(func.count()).where(AuditSubject.seq == event.seq))
    assert read == table("wage-roster", who="clerk").page.count


def test_who_may_not_see_wages_is_offered_no_report_of_them(demo_city: Flask) -> None:
    clerk, designer = browser(demo_city, "clerk"), browser(demo_city, "designer")
    assert "工资花名册" in clerk.get("/reports").text
    assert designer.get("/reports").status_code == 403
    assert designer.get("/reports/fund").status_code == 403
    assert clerk.get("/reports/nothing-such").status_code == 404


@pytest.mark.parametrize("code", ORDER)
def test_a_page_is_a_handful_of_statements(demo_city: Flask, code: str) -> None:
    reader = browser(demo_city, "auditor")
    reader.get(f"/reports/{code}")
    with counted() as sent:
        reader.get(f"/reports/{code}")
    assert len(sent) <= 8 + 4, sent  # four of them write down that it was read


@pytest.mark.parametrize("who", ["clerk", "head", "department", "approver", "finance", "auditor"])
def test_every_figure_leads_to_a_page_that_its_reader_may_open(demo_city: Flask, who: str) -> None:
    reader = browser(demo_city, who)
    kinds: dict[str, str] = {}  # one address of each kind: the numbers in it make no difference
    for report in queries.listed(the(who)):
        params = {"since": "2017-05", "until": "2018-04"} if "since" in report.parameters else {}
        text = reader.get(f"/reports/{report.code}", query_string=params).text
        links = re.findall(r'<t[dh][^>]*><a href="([^"]+)"', text)
        assert links or report.code in ("performance", "performance-payments"), report.code
        kinds |= {re.sub(r"\d+", "0", link): link for link in links}
    for link in kinds.values():
        assert reader.get(link.replace("&amp;", "&")).status_code == 200, (who, link)


@pytest.mark.parametrize("who", ["clerk", "head", "department", "approver", "finance", "auditor"])
def test_every_figure_of_the_dashboard_leads_to_its_rows(demo_city: Flask, who: str) -> None:
    reader = browser(demo_city, who)
    tiles = re.findall(r'<a class="tile" href="([^"]+)"', reader.get("/reports").text)
    assert len(tiles) >= 4
    for link in dict.fromkeys(tiles):
        assert reader.get(link.replace("&amp;", "&")).status_code == 200, (who, link)


PAGES = {"clerk": "/", "head": "/performance-pay", "department": "/admin/queue/", "approver": "/admin/",
         "finance": "/admin/finance/", "auditor": "/admin/units/"}  # fmt: skip


@pytest.mark.parametrize("who", PAGES)
def test_reports_stand_below_the_pages_that_speak_of_the_same_rows(demo_city: Flask, who: str) -> None:
    reader = browser(demo_city, who)
    beside = reader.get(PAGES[who]).text.partition('class="reports-beside')[2].partition("</nav>")[0]
    links = re.findall(r'href="([^"]+)"', beside)
    assert len(links) > 1
    for link in links:
        assert reader.get(link.replace("&amp;", "&")).status_code == 200, link


def test_a_unit_in_the_back_office_opens_its_own_reports(demo_city: Flask) -> None:
    school = db.session.scalars(select(Unit).where(Unit.name == "江城市滨江小学")).one()
    text = browser(demo_city, "auditor").get(f"/admin/units/details/?id={school.id}").text
    assert f'href="/reports/fund?unit={school.id}"' in text


def test_who_may_open_no_report_sees_no_link_to_one(demo_city: Flask) -> None:
    assert "reports-beside" not in browser(demo_city, "designer").get("/admin/").text


def test_a_chart_is_named_described_and_escaped() -> None:
    points = [charts.Point("<b>甲</b>", 3.0, "3"), charts.Point("乙" * 40, 0.0, "0")]
    for drawn in (
        charts.bars(points, id="c", title="A & B", about="two"),
        charts.line(points, id="c", title="A & B", about="two", tick=str),
    ):
        assert 'role="img" aria-labelledby="c-title c-about"' in drawn
        assert '<title id="c-title">A &amp; B</title>' in drawn
        assert "<b>" not in drawn
        assert "style" not in drawn
    assert "…" in charts.bars(points, id="c", title="t", about="a")


@pytest.mark.parametrize(("value", "top"), [(0, 4), (3, 4), (17, 20), (99, 100), (178935, 200000), (0.4, 0.4)])
def test_the_scale_of_a_chart_ends_at_a_round_number(value: float, top: float) -> None:
    assert charts.round_up(value) == top
