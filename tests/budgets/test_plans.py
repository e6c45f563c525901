"""Plans: shares to the fen, what policy finds with people and figures, and the department's decision."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some

from app import clock
from app.budgets import plans, service
from app.budgets.sharing import EVEN, Row, shared
from app.errors import Invalid, NotAllowed, NotFound, Stale
from models import BudgetPlan, BudgetTotal, CareerEvent, Staff, WageRecord, db
from tests.budgets.town import Town, a_colleague, a_total, a_town
from tests.statements import counted

TIERS = {"EXCELLENT": 120, "QUALIFIED": 100, "BASICALLY_QUALIFIED": 60, "UNQUALIFIED": 0}


def a_plan(town: Town, total: BudgetTotal, yuan: int = 10_000, *, item: str = "INCENTIVE") -> BudgetPlan:
    return service.draw_up(total.id, item, "年度奖励分配方案", yuan * 100, by=town.clerk)


def with_rows(town: Town, plan: BudgetPlan, *rows: Row) -> BudgetPlan:
    return service.set_rows(plan.id, rows, by=town.clerk, revision=plan.revision, tiers=TIERS)


def good_rows(town: Town) -> list[Row]:
    """Coefficients that rise with the post and tell people apart; the first is the leader."""
    for place, one in enumerate(town.staff):
        one.post = f"TECH-{8 + place}"
    db.session.commit()
    return [
        Row(one.id, one.post, 130 - place * 10, "EXCELLENT" if place % 2 else "QUALIFIED", 100, place == 0)
        for place, one in enumerate(town.staff)
    ]


def said(plan: BudgetPlan) -> dict[str, str]:
    return {one.code: str(one.message) for one in plans.findings(plan)}


def career(staff: Staff, event: str, day: date, **data: object) -> None:
    db.session.add(CareerEvent(staff_id=staff.id, kind=event, day=day, data=data, created_at=clock.now()))
    db.session.commit()


@given(
    some.integers(0, 10**11),
    some.lists(
        some.tuples(some.integers(0, 300), some.sampled_from(sorted(TIERS)), some.integers(0, 100)), max_size=40
    ),
)
def test_shares_add_up_to_the_pool_and_follow_the_weights(pool: int, given_rows: list[tuple[int, str, int]]) -> None:
    rows = [Row(at, None, coefficient, tier, part) for at, (coefficient, tier, part) in enumerate(given_rows)]
    amounts = shared(pool, rows, TIERS)
    weights = [row.weight(TIERS) for row in rows]
    assert sum(amounts) == (pool if sum(weights) else 0)
    for weight, amount in zip(weights, amounts, strict=True):
        assert 0 <= amount * sum(weights) - pool * weight + sum(weights) <= 2 * sum(weights) if sum(weights) else True


def test_a_plan_begins_with_everybody_on_the_roster(app: Flask) -> None:
    town = a_town(staff=4)
    plan = a_plan(town, a_total(town))
    rows = plans.rows_of(plan.id)
    assert {row.staff_id for row in rows} == {one.id for one in town.staff}
    assert plan.tiers == EVEN


def test_equal_shares_are_found_as_levelling_with_the_figures(app: Flask) -> None:
    town = a_town(staff=4)
    plan = a_plan(town, a_total(town))
    found = said(plan)
    assert "4 people hardly differs: coefficient of variation 0.0000, below 0.05" in found["LEVELLING"]
    assert "4 of them get 2,500.00 yuan" in found["LEVELLING"]


def test_a_plan_that_keeps_to_policy_has_no_findings(app: Flask) -> None:
    town = a_town(staff=4)
    plan = with_rows(town, a_plan(town, a_total(town)), *good_rows(town))
    assert said(plan) == {}


def test_people_twice_missing_and_of_another_unit_are_named(app: Flask) -> None:
    town = a_town(staff=4)
    stranger = a_colleague(town.other, "外单位")
    rows = good_rows(town)
    plan = with_rows(town, a_plan(town, a_total(town)), *rows[:3], rows[0], Row(stranger.id, "TECH-13", 10))
    found = said(plan)
    assert found["TWICE"] == "Counted twice: 教师1."
    assert found["FOREIGN"] == "On the roster of another unit: 外单位."
    assert found["MISSING"] == "On the roster and not in the plan, 1 people: 教师4."
    with pytest.raises(Invalid, match="Counted twice"):
        service.submit(plan.id, by=town.clerk, revision=plan.revision, answer="请予批准")


def test_probation_long_sick_leave_and_sanction_ask_for_their_own_share(app: Flask) -> None:
    town = a_town(staff=5)
    rows = good_rows(town)
    career(town.staff[1], "sick_leave", date(2018, 1, 10), end_date="2018-12-31")
    career(town.staff[2], "sanction", date(2018, 1, 10), kind="DEMERIT")
    career(town.staff[4], "sick_leave", date(2018, 3, 20), end_date="2018-05-01")  # not a long one yet
    link = db.session.query(WageRecord).filter_by(staff_id=town.staff[3].id).one()
    link.state = {"phase": "PROBATION"}
    db.session.commit()
    plan = with_rows(town, a_plan(town, a_total(town)), *rows)
    found = said(plan)
    assert "教师2 has been on sick leave since 2018-01-10 and counts with a full share" in found["SICK_LEAVE"]
    assert "教师3 is under sanction until 2019-01-10 (Demerit)" in found["SANCTION"]
    assert "教师4 is on probation" in found["PROBATION"]
    own = [Row(r.staff_id, r.post, r.coefficient, r.tier, 50 if at in (1, 2, 3) else 100, r.leader)
           for at, r in enumerate(rows)]  # fmt: skip
    assert not said(with_rows(town, plan, *own)).keys() & {"SICK_LEAVE", "SANCTION", "PROBATION"}


def test_a_coefficient_that_does_not_rise_with_the_post_is_said_with_both(app: Flask) -> None:
    town = a_town(staff=4)
    rows = good_rows(town)
    rows[1] = Row(rows[1].staff_id, rows[1].post, 90, "QUALIFIED")
    plan = with_rows(town, a_plan(town, a_total(town)), *rows)
    assert "counts 0.90 (教师2)" in said(plan)["NOT_RISING"]
    assert "counts 1.10 (教师3)" in said(plan)["NOT_RISING"]


def test_a_leader_above_the_limit_is_found(app: Flask) -> None:
    town = a_town(staff=4)
    rows = good_rows(town)
    rows[0] = Row(rows[0].staff_id, rows[0].post, 1000, "EXCELLENT", 100, True)
    plan = with_rows(town, a_plan(town, a_total(town)), *rows)
    assert "times the average" in said(plan)["LEADER"]


def test_somebody_in_the_plans_of_two_units_is_found(app: Flask) -> None:
    town = a_town(staff=4)
    rows = good_rows(town)
    plan = with_rows(town, a_plan(town, a_total(town)), *rows)
    service.submit(plan.id, by=town.clerk, revision=plan.revision)
    moved = town.staff[3]
    moved.unit_id = town.other.id
    db.session.commit()
    proposal = service.propose(town.other.id, 2018, service.Wanted("文号", "年度核定", 5_000_000), by=town.rechecker)
    service.approve(proposal.id, by=town.approver, revision=proposal.revision)
    theirs = service.draw_up(proposal.total_id, "INCENTIVE", "分配方案", 100_000, by=town.stranger)
    assert said(theirs)["TWO_UNITS"] == "教师4 also stands in the plan of 实验学校."


def test_more_than_the_total_stops_a_plan(app: Flask) -> None:
    town = a_town(staff=4)
    plan = with_rows(town, a_plan(town, a_total(town, 9_000)), *good_rows(town))
    assert "1,000.00 yuan more than the total of 9,000.00" in said(plan)["OVER_TOTAL"]


@pytest.mark.parametrize("row", [{"coefficient": -1}, {"coefficient": 1001}, {"share_percent": 101}, {"tier": "好"}])
def test_coefficients_shares_and_tiers_out_of_bounds_are_refused(app: Flask, row: dict[str, object]) -> None:
    town = a_town()
    plan = a_plan(town, a_total(town))
    with pytest.raises(Invalid):
        with_rows(town, plan, Row(town.staff[0].id, "TECH-10", **row))  # type: ignore[arg-type]


def test_findings_ask_for_a_word_of_the_unit(app: Flask) -> None:
    town = a_town(staff=4)
    plan = a_plan(town, a_total(town))
    with pytest.raises(Invalid) as refused:
        service.submit(plan.id, by=town.clerk, revision=plan.revision)
    assert "answer" in refused.value.fields
    service.submit(plan.id, by=town.clerk, revision=plan.revision, answer="首年试行，先按人均发放")
    assert {one["code"] for one in plan.findings} == {"NO_LEADER", "LEVELLING"}


def test_the_department_decides_and_the_later_plan_replaces_the_earlier(app: Flask) -> None:
    town = a_town(staff=4)
    total, rows = a_total(town), good_rows(town)
    first = with_rows(town, a_plan(town, total), *rows)
    service.submit(first.id, by=town.clerk, revision=first.revision)
    with pytest.raises(NotAllowed):
        service.approve_plan(first.id, by=town.clerk, revision=first.revision)
    service.approve_plan(first.id, by=town.department, revision=first.revision)
    second = a_plan(town, total)
    assert plans.rows_of(second.id) == rows  # as in the plan in force
    service.submit(second.id, by=town.clerk, revision=second.revision)
    service.approve_plan(second.id, by=town.department, revision=second.revision)
    db.session.refresh(first)
    assert (first.state, second.state) == ("REPLACED", "APPROVED")


def test_a_returned_plan_is_corrected_and_sent_again(app: Flask) -> None:
    town = a_town(staff=4)
    plan = with_rows(town, a_plan(town, a_total(town)), *good_rows(town))
    service.submit(plan.id, by=town.clerk, revision=plan.revision)
    with pytest.raises(Stale):
        with_rows(town, plan, *good_rows(town))  # nothing is changed under the department's eyes
    service.return_plan(plan.id, by=town.department, revision=plan.revision, reason="请拉开差距")
    assert plan.state == "RETURNED"
    service.set_coefficients(plan.id, {"TECH-8": 150}, tiers=TIERS, pool_fen=900_000, by=town.clerk,
                             revision=plan.revision)  # fmt: skip
    assert plans.rows_of(plan.id)[0].coefficient == 150
    assert service.submit(plan.id, by=town.clerk, revision=plan.revision, answer="已调整差距").state == "SUBMITTED"


def test_a_plan_of_another_unit_is_not_found(app: Flask) -> None:
    town = a_town()
    plan = a_plan(town, a_total(town))
    with pytest.raises(NotFound):
        plans.opened(plan.id, town.stranger)


def test_the_findings_of_a_plan_take_as_many_statements_for_many(app: Flask) -> None:
    town = a_town(staff=3)
    plan = a_plan(town, a_total(town))
    with counted() as few:
        plans.findings(plan)
    for number in range(20):
        a_colleague(town.school, f"新人{number}")
    more = a_plan(town, plan.total)
    with counted() as many:
        plans.findings(more)
    assert len(many) <= len(few) + 1  # the plan itself is loaded anew
