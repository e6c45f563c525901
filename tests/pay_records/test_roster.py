"""The roster of kept wages pays everybody what their own career pays, read with two statements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from app.pay import queries
from app.pay.bulk import back_pay, price
from app.pay.months import months_from
from app.pay.replay import replay
from app.pay.roster_queries import kept_roster, kept_rosters
from app.pay.standards import Standards, standards
from app.pay.table_files import read_tables
from models import CareerEvent, Staff, WageRecord, db
from tests.pay.people import month
from tests.pay.test_bulk import assert_equal, each_alone, raised
from tests.statements import counted
from tests.workflow.factories import City, a_city, an_employee_with_career

pytestmark = pytest.mark.usefixtures("app")

OPENING = {"type": "opening", "date": "2016-07-01", "post": "TECH-12", "grade": 7}
YEAR_2016 = {"type": "assessment", "year": 2016, "result": "QUALIFIED"}
AWAY = {"type": "sick_leave", "date": "2017-02-10", "end_date": "2017-09-30"}
TEACHES = {"occupation": "TEACHER", "teaching_start_year": 2008}


def people(city: City) -> list[Staff]:
    make = an_employee_with_career
    return [
        make(city.school, OPENING, YEAR_2016),
        make(city.school, OPENING, YEAR_2016, **TEACHES),
        make(city.other, OPENING, AWAY, {"type": "post_appointment", "date": "2017-05-04", "post": "TECH-10"}),
        make(city.other, OPENING, {"type": "coercive_measure", "date": "2017-03-03", "kind": "BAIL"}),
        make(city.other, OPENING, {"type": "retirement", "date": "2017-06-15"}),
        make(city.school, {**OPENING, "grade": 12}, YEAR_2016),  # grade 13 is not confirmed: no record from 2017
    ]


def careers(held: list[Staff], **said: Any) -> list[Any]:
    kept = []
    for staff in held:
        person, events = queries.career_of(staff)
        kept.append(replay(person, events, **said))
    return kept


@pytest.mark.parametrize("when", ["2016-06", "2016-07", "2017-01", "2017-02", "2017-06", "2017-11", "2018-04"])
def test_every_month_of_the_roster_is_that_of_the_careers(when: str) -> None:
    held = people(a_city())
    roster = kept_roster()
    assert roster.ids.tolist() == [staff.id for staff in held]
    wanted = each_alone(careers(held), [month(when)])
    paid = price(roster, month(when), standards())
    if when >= "2017-01":
        # The month without a confirmed amount left no record, so grade 12 is still the last that is kept.
        wanted[-1] = each_alone(careers(held)[-1:], [month("2016-12")])[0]
    assert_equal(paid, wanted)


def test_back_pay_of_the_roster_is_that_of_the_careers() -> None:
    held = people(a_city())[:-1]
    months = months_from(month("2016-05"), month("2018-05"))
    paid = back_pay(kept_roster([staff.unit_id for staff in held]), standards(), raised(), months)
    old, new = (each_alone(careers(held, tables=tables), months) for tables in (standards(), raised()))
    wanted = [None if a is None or b is None else b - a for a, b in zip(old, new, strict=True)]
    assert paid.amounts.tolist()[:5] == [amount or 0 for amount in wanted]
    assert paid.aside.tolist()[:5] == [amount is None for amount in wanted]


def test_some_units_are_read_alone() -> None:
    city = a_city()
    held = people(city)
    roster = kept_roster([city.other.id])
    assert roster.ids.tolist() == [staff.id for staff in held[2:5]]
    assert set(roster.units.tolist()) == {city.other.id}
    assert kept_roster([]).people == 0


def test_two_statements_read_the_roster_however_many_people() -> None:
    people(a_city())
    with counted() as statements:
        kept_roster()
    assert len(statements) == 2


def test_an_unreadable_record_sets_aside_its_person() -> None:
    held = people(a_city())[:2]
    first, second = held[0].id, held[1].id
    db.session.execute(update(WageRecord).where(WageRecord.staff_id == first).values(state={"phase": "?"}))
    db.session.commit()
    paid = price(kept_roster(), month("2017-03"), standards())
    assert [(kept_roster().ids[found.person], found.error.code) for found in paid.reasons()] == [
        (first, "MALFORMED_CASE")
    ]
    assert paid.amounts[1] > 0
    assert second in kept_roster().ids


def test_an_unreadable_leave_sets_aside_its_person() -> None:
    held = people(a_city())
    away = held[2].id
    db.session.execute(
        update(CareerEvent)
        .where(CareerEvent.staff_id == away, CareerEvent.kind == "sick_leave")
        .values(data={"end_date": "soon"})
    )
    db.session.commit()
    (found,) = price(kept_roster(), date(2017, 3, 1), standards()).reasons()
    assert (kept_roster().ids[found.person], found.error.code) == (away, "MALFORMED_CASE")


def with_level_24_at(lowest: int) -> Standards:
    """The tables with another amount of the lowest step of level 24."""
    tables = read_tables()
    tables.cells = [
        replace(cell, amount=Decimal(lowest))
        if (cell.category, cell.level, cell.step) == ("level_wage", "24", 1)
        else cell
        for cell in tables.cells
    ]
    return Standards(tables)


def test_c6_where_other_amounts_choose_another_step_a_civil_servant_is_replayed() -> None:
    city = a_city()
    opening = {"type": "opening", "date": "2008-01-01", "position": "STAFF", "leading": False, "level": 25, "step": 1}
    years = [{"type": "assessment", "year": year, "result": "QUALIFIED"} for year in range(2008, 2013)]
    clocks = {"level_clock": 2008, "step_clock": 2011}
    servant = an_employee_with_career(city.school, {**opening, **clocks}, *years, staff_type="CIVIL_SERVANT")
    teacher = an_employee_with_career(city.school, OPENING, YEAR_2016)
    tables = with_level_24_at(340)
    kept, changed = kept_rosters(month("2013-01"), tables)
    assert kept.ids.tolist() == changed.ids.tolist() == [servant.id, teacher.id]
    # From 25-1 (352) to 24-1 (386); were that 340, to 24-2.
    amounts = {step: standards().cell("civil_level_wage", "level_wage", "24", step, date(2013, 1, 1)).amount
               for step in (1, 2)}  # fmt: skip
    wages = [price(roster, month("2013-01"), tables).amounts.tolist()[0] for roster in (kept, changed)]
    assert wages[1] - wages[0] == (amounts[2] - 340) * 100
    for when in ("2012-12", "2017-03"):
        assert_equal(
            price(changed, month(when), tables), each_alone(careers([servant, teacher], tables=tables), [month(when)])
        )
    later, same = kept_rosters(month("2013-02"), tables)
    assert later is same
