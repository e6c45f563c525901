"""Forecasts: basic pay goes on, incentive pay has its seasons, what is queued is known; warnings before the event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select

from app import clock
from app.access.actor import system
from app.budgets import hindsight, queries, service
from app.budgets.forecast import Course, forecast
from app.budgets.ledger import Overdrawn
from app.budgets.service import Order, Part
from app.budgets.watching import watch
from app.cases import service as cases
from models import BudgetWarning, Case, db
from models.budgets import WarningState
from tests.budgets.town import Town, a_colleague, a_total, a_town, an_order, paid
from tests.statements import counted

BY = system("test watch")
EVEN = dict.fromkeys(range(1, 7), 100_000)


@contextmanager
def on(day: date) -> Iterator[None]:
    with clock.frozen(datetime(day.year, day.month, day.day, 9, tzinfo=clock.SHANGHAI)):
        yield


def test_basic_pay_goes_on_as_in_the_last_months() -> None:
    led = forecast(Course(until=6, basic=EVEN))
    assert (led.used, led.expected) == (600_000, 1_200_000)
    assert led.low < led.expected < led.high
    assert led.month_of_breach(1_000_000) == 11


def test_incentive_pay_comes_in_its_seasons_times_how_this_year_compares() -> None:
    led = forecast(
        Course(until=6, basic=EVEN, last_incentive={6: 50_000, 12: 400_000}, last_so_far=300_000)
    )  # twice the year before
    assert led.growth == 2.0
    assert led.by_month[10] == 1_100_000
    assert led.expected == 1_200_000 + 800_000


def test_without_a_year_before_the_plan_in_force_is_still_to_come() -> None:
    led = forecast(Course(until=6, basic=EVEN, plan_left=500_000))
    assert led.expected == 1_700_000
    assert led.high - led.expected > forecast(Course(until=6, basic=EVEN)).high - 1_200_000


def test_what_is_queued_for_a_month_to_come_is_taken_where_it_is_more() -> None:
    led = forecast(Course(until=6, basic=EVEN, queued={8: 900_000, 9: 10}))
    assert led.expected == 600_000 + 5 * 100_000 + 900_000


def test_at_the_end_of_the_year_nothing_is_guessed() -> None:
    led = forecast(Course(until=12, basic=dict.fromkeys(range(1, 13), 7), incentive={12: 3}))
    assert (led.expected, led.low, led.high) == (87, 87, 87)


@given(
    some.integers(0, 12), some.dictionaries(some.integers(1, 12), some.integers(0, 10**10)),
    some.dictionaries(some.integers(1, 12), some.integers(0, 10**10)), some.integers(0, 10**11),
)  # fmt: skip
def test_a_forecast_never_lies_below_what_is_gone(
    until: int, basic: dict[int, int], last: dict[int, int], far: int
) -> None:
    led = forecast(Course(until=until, basic=basic, last_incentive=last, last_so_far=far))
    assert led.used <= led.low <= led.expected <= led.high
    assert list(led.by_month) == sorted(led.by_month)
    assert led.by_month[-1] == led.expected


def spend(town: Town, total_id: int, months: range, yuan: int) -> None:
    """So many yuan a month, paid."""
    total = queries.opened(total_id, town.approver)
    for month in months:
        with on(date(2018, month, 20)):
            paid(town, total, yuan, month=month, title=f"{month}月基础性")


def test_a_unit_heading_for_a_breach_is_warned_months_before(app: Flask) -> None:
    town = a_town()
    total_id = a_total(town, 12_000).id
    spend(town, total_id, range(1, 6), 1000)
    with on(date(2018, 5, 25)):
        assert watch(2018, by=BY).opened == 0  # it may end at its total
    spend(town, total_id, range(6, 9), 1500)
    with on(date(2018, 8, 21)):
        done = watch(2018, by=BY)
    assert "FORECAST" in done.by_code
    case = db.session.scalars(select(Case).where(Case.rule == "budgets:FORECAST")).one()
    assert (case.unit_id, case.source, case.about_id) == (town.school.id, "budgets", total_id)
    assert case.state == "OPEN"


def test_a_second_round_opens_nothing_twice(app: Flask) -> None:
    town = a_town()
    spend(town, a_total(town, 10_000).id, range(1, 5), 2000)
    with on(date(2018, 4, 25)):
        first = watch(2018, by=BY)
        again = watch(2018, by=BY)
    assert first.opened == again.open > 0
    assert again.opened == 0
    assert len(db.session.scalars(select(Case)).all()) == first.opened


def test_a_warning_is_right_when_the_money_did_not_suffice_and_says_how_early(app: Flask) -> None:
    town = a_town()
    total_id = a_total(town, 10_000).id
    spend(town, total_id, range(1, 5), 2000)
    with on(date(2018, 4, 25)):
        watch(2018, by=BY)
    with on(date(2018, 6, 6)), pytest.raises(Overdrawn):
        service.distribute(total_id, an_order(town, 3000, month=6), by=town.clerk)
    with on(date(2018, 6, 7)):
        watch(2018, by=BY)
        known = {one.code: one for one in hindsight.records(town.department, 2018)}
    assert known["AHEAD"].right == 1
    assert known["AHEAD"].weeks == pytest.approx(6.0)


def test_a_warning_that_nothing_came_of_is_wrong_at_the_years_end(app: Flask) -> None:
    town = a_town()
    spend(town, a_total(town, 10_000).id, range(1, 5), 2000)
    with on(date(2018, 4, 25)):
        opened = watch(2018, by=BY).opened
    with on(date(2019, 1, 2)):
        assert watch(2018, by=BY).wrong == opened
    assert {row.state for row in db.session.scalars(select(BudgetWarning))} == {WarningState.WRONG}


def test_a_warning_that_the_unit_answered_by_correcting_is_averted(app: Flask) -> None:
    town = a_town()
    spend(town, a_total(town, 100_000).id, range(1, 5), 12_000)
    with on(date(2018, 4, 25)):
        watch(2018, by=BY)
        case = db.session.scalars(select(Case).where(Case.rule == "budgets:AHEAD")).one()
        cases.correct(case.id, by=town.clerk, revision=case.revision, text="下半年按月压减发放")
        cases.close(case.id, by=town.department, revision=case.revision, outcome="CORRECTED", text="已核实整改")
    with on(date(2019, 1, 2)):
        watch(2018, by=BY)
    row = db.session.scalars(select(BudgetWarning).where(BudgetWarning.code == "AHEAD")).one()
    assert row.state == WarningState.AVERTED


def test_levelling_and_the_leader_are_seen_over_the_year(app: Flask) -> None:
    town = a_town(staff=5)
    total = a_total(town, 100_000)
    parts = [Part(one.id, 100_000, leader=False) for one in town.staff[1:]] + [Part(town.staff[0].id, 600_000, True)]
    with on(date(2018, 6, 20)):
        service.distribute(total.id, Order(date(2018, 6, 1), "INCENTIVE", "半年奖", parts), by=town.clerk)
        done = watch(2018, by=BY)
    assert done.by_code == {"LEADER": 1, "LEVELLING": 1}
    leader = db.session.scalars(select(Case).where(Case.rule == "budgets:LEADER")).one()
    assert leader.severity == "GRAVE"
    assert "教师1" in str(leader.evidence)


def test_a_round_takes_as_many_statements_for_many_units(app: Flask) -> None:
    town = a_town(staff=1)
    spend(town, a_total(town, 10_000).id, range(1, 5), 2000)
    with on(date(2018, 4, 25)), counted() as few:
        watch(2018, by=BY)
    for number in range(6):
        other = a_town_beside(town, number)
        spend(other, a_total(other, 10_000).id, range(1, 5), 2000)
    with on(date(2018, 4, 26)), counted() as many:
        watch(2018, by=BY)
    assert len(many) <= len(few) + 8  # audit events of the cases


def a_town_beside(town: Town, number: int) -> Town:
    """Another school under the same people."""
    from tests.factories import Reach, a_unit, acting, an_account

    school = a_unit(f"分校{number}", parent=town.upper)
    other = Town(town.upper, school, town.other, [a_colleague(school, f"老师{number}")], dict(town.people))
    other.people["clerk"] = acting(an_account(f"clerk-{number}", ("clerk", school, Reach.UNIT)))
    return other


def test_the_list_of_a_department_leads_with_whoever_is_warned_of(app: Flask) -> None:
    town = a_town()
    spend(town, a_total(town, 10_000).id, range(1, 5), 2000)
    other = a_town_beside(town, 1)
    a_total(other, 10_000)
    with on(date(2018, 4, 25)):
        watch(2018, by=BY)
        with counted() as sent:
            page = queries.listed(town.department, 2018)
    assert [row.total.unit.name for row in page] == ["实验学校", "分校1"]
    assert page.rows[0].warnings == 2
    assert len(sent) <= 5
    assert queries.sums(town.department, 2018).total_fen == 2_000_000
    assert queries.listed(town.stranger, 2018).rows == []
