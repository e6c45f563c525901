"""Reports of wages: to the fen what a walk over every chain gives; every figure opens into rows that add up to it."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from app.reports.catalogue import ORDER
from app.reports.registry import REPORTS
from models import Staff, db
from tests.reports.walking import APRIL, JANUARY, MARCH, paid, table

PARTS = ("basic_fen", "graded_fen", "uplift_fen", "seniority_fen", "other_fen")


@pytest.fixture
def city(demo_city: Flask) -> Flask:
    """The demo city, in which one person left in March and another in the middle of April."""
    people = db.session.scalars(select(Staff).where(Staff.state == "ACTIVE").order_by(Staff.id)).all()
    people[5].left_on, people[9].left_on = date(2018, 3, 31), date(2018, 4, 10)
    db.session.commit()
    return demo_city


@pytest.mark.parametrize("month", [date(2016, 7, 1), date(2017, 12, 1), JANUARY, MARCH, APRIL])
def test_the_roster_is_what_a_walk_over_the_chains_gives(city: Flask, month: date) -> None:
    shown = table("wage-roster", since=f"{month:%Y-%m}", until=f"{month:%Y-%m}")
    walked = paid(month)
    assert {row["staff_id"]: row["total_fen"] for row in shown.page} == {
        staff_id: link.total_fen for staff_id, link in walked.items()
    }
    assert shown.totals["total_fen"] == sum(link.total_fen for link in walked.values())


def test_the_parts_of_every_wage_add_up_to_it_and_to_the_totals_of_the_database(city: Flask) -> None:
    shown = table("wage-roster", since="2018-01", until="2018-04")
    assert shown.page.count == sum(len(paid(month)) for month in (JANUARY, date(2018, 2, 1), MARCH, APRIL))
    for row in shown.page:
        assert sum(row[part] for part in PARTS) == row["total_fen"]
    for part in (*PARTS, "total_fen"):
        assert shown.totals[part] == sum(row[part] for row in shown.page), part
    assert shown.totals["uplift_fen"] > 0


def test_the_fund_of_the_units_is_the_roster_and_each_figure_opens_rows_that_add_up_to_it(city: Flask) -> None:
    fund = table("fund", since="2018-02", until="2018-04")
    assert fund.totals["total_fen"] == table("wage-roster", since="2018-02", until="2018-04").totals["total_fen"]
    for row in fund.page:
        for field in ("total_fen", "institution_fen", "heads"):
            opening = fund.report.opens(field, row, fund.asked)
            assert opening is not None
            behind = table(str(opening.target), **opening.params)
            if field == "heads":
                assert len({one["staff_id"] for one in behind.page}) == row["heads"]
            else:
                assert behind.totals["total_fen"] == row[field]


def test_the_year_is_the_sum_of_its_months(city: Flask) -> None:
    year = table("annual", year="2017")
    months = [table("fund", month=f"2017-{month:02d}", since=f"2017-{month:02d}") for month in range(1, 13)]
    assert year.totals["total_fen"] == sum(month.totals["total_fen"] for month in months)
    assert year.totals["heads"] == months[-1].totals["heads"]
    assert [value for _, value in year.points] == [month.totals["total_fen"] for month in months]


def test_who_came_and_left_in_the_year_opens_into_these_people(city: Flask) -> None:
    year = table("annual", year="2018")
    assert year.totals["gone"] == 2
    for row in year.page:
        for field in ("joined", "gone"):
            opening = year.report.opens(field, row, year.asked)
            if row[field]:
                assert opening is not None
                assert table(str(opening.target), **opening.params).page.count == row[field]


@pytest.mark.parametrize(("before", "month"), [("2017-12", "2018-01"), ("2018-02", "2018-03"), ("2018-03", "2018-04")])
def test_the_changes_of_a_month_lead_from_one_fund_to_the_next(city: Flask, before: str, month: str) -> None:
    changes = table("changes", since=month, until=month)
    difference = table("fund", month=month).totals["total_fen"] - table("fund", month=before).totals["total_fen"]
    assert changes.totals["difference_fen"] == difference
    assert changes.totals["after_fen"] - changes.totals["before_fen"] == difference
    assert sum(value for _, value in changes.points) == changes.page.count


def test_who_left_stands_in_the_first_month_that_is_not_paid(city: Flask) -> None:
    changes = table("changes", month="2018-04", since="2018-04", until="2018-04")
    gone = [row for row in changes.page if row["cause"] == "left"]
    assert [row["after_fen"] for row in gone] == [0]
    assert table("changes", month="2018-04", cause="left").page.count == 1


def test_every_report_documents_its_fields_and_reads_only_columns_that_it_has(city: Flask) -> None:
    assert set(ORDER) == REPORTS.keys()
    for code in ORDER:
        shown = table(code)
        for field in shown.report.fields:
            assert field.about.msgid.endswith("."), (code, field.code)
            for row in list(shown.page)[:3]:
                field.value(row)
