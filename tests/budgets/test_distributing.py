"""Distributions: what may be paid, what is told, held and refused; the ledger never gives more than there is."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.budgets import service
from app.budgets.findings import spread
from app.budgets.ledger import Overdrawn
from app.budgets.service import Order, Part
from app.errors import Conflict, Invalid, NotAllowed, NotFound
from models import BudgetDistribution, BudgetEntry, BudgetPayment, BudgetRefusal, BudgetTotal, db
from tests.budgets.town import a_colleague, a_total, a_town, an_order, paid, sent, wanted
from tests.databases import Database


def codes(row: BudgetDistribution) -> list[str]:
    return [one["code"] for one in row.findings]


def test_the_balance_is_the_total_less_what_is_paid_and_committed(app: Flask) -> None:
    town = a_town()
    total = a_total(town, 1000)
    paid(town, total, 100, 50)
    sent(town, total, 200)
    assert (total.paid_fen, total.committed_fen, total.balance_fen) == (15_000, 20_000, 65_000)


def test_the_example_of_the_rule(app: Flask) -> None:
    """P-5: 2,400,000 approved, 1,760,000 paid to August: no warning; 700,000 more is blocked by 60,000."""
    town = a_town()
    total = a_total(town, 2_400_000)
    first = paid(town, total, 1_760_000, month=8)
    assert codes(first) == []
    with pytest.raises(Overdrawn, match=r"60,000\.00 yuan too much") as refused:
        service.distribute(total.id, an_order(town, 700_000, month=9), by=town.clerk)
    assert refused.value.short_fen == 6_000_000
    kept = db.session.scalars(select(BudgetRefusal)).one()
    assert (kept.amount_fen, kept.short_fen) == (70_000_000, 6_000_000)


def test_a_refused_distribution_leaves_nothing(app: Flask) -> None:
    town = a_town()
    total = a_total(town, 100)
    with pytest.raises(Overdrawn):
        service.distribute(total.id, an_order(town, 101), by=town.clerk, key="first-try")
    for table in (BudgetDistribution, BudgetPayment):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert db.session.get_one(BudgetTotal, total.id).committed_fen == 0


def test_the_same_distribution_sent_twice_gives_the_first_result(app: Flask) -> None:
    town = a_town()
    total = a_total(town, 1000)
    order = an_order(town, 100, 200)
    first = service.distribute(total.id, order, by=town.clerk, key="send-once-1")
    assert (
        service.distribute(total.id, order, by=town.clerk, key="send-once-1").distribution_id == first.distribution_id
    )
    turned = Order(order.month, order.item, order.title, tuple(reversed(order.parts)))
    third = service.distribute(total.id, turned, by=town.clerk, key="another-key")
    assert (third.distribution_id, third.again) == (first.distribution_id, True)
    assert db.session.get_one(BudgetTotal, total.id).committed_fen == 30_000


def test_one_key_with_another_body_is_refused(app: Flask) -> None:
    town = a_town()
    total = a_total(town, 1000)
    service.distribute(total.id, an_order(town, 100), by=town.clerk, key="send-once-2")
    with pytest.raises(Conflict, match="other content"):
        service.distribute(total.id, an_order(town, 101), by=town.clerk, key="send-once-2")


def test_what_was_cancelled_may_be_sent_again(app: Flask) -> None:
    town = a_town()
    total = a_total(town, 1000)
    order = an_order(town, 900)
    first = service.distribute(total.id, order, by=town.clerk)
    service.cancel(first.distribution_id, by=town.clerk, revision=1, reason="金额有误")
    assert db.session.get_one(BudgetTotal, total.id).balance_fen == 100_000
    second = service.distribute(total.id, order, by=town.clerk)
    assert second.distribution_id != first.distribution_id


def test_what_is_paid_is_neither_paid_again_nor_cancelled(app: Flask) -> None:
    town = a_town()
    total = a_total(town, 1000)
    row = paid(town, total, 100)
    with pytest.raises(Conflict, match="paid already"):
        service.confirm_paid(row.id, by=town.finance, revision=row.revision)
    with pytest.raises(Conflict, match="paid already"):
        service.cancel(row.id, by=town.clerk, revision=row.revision, reason="不想发了")
    assert total.paid_fen == 10_000


def test_employees_of_another_unit_negative_amounts_and_doubles_are_named(app: Flask) -> None:
    town = a_town()
    total = a_total(town, 1000)
    stranger = a_colleague(town.other, "外单位的人")
    parts = [Part(stranger.id, 100), Part(town.staff[0].id, -5), Part(town.staff[1].id, 900),
             Part(town.staff[1].id, 900)]  # fmt: skip
    with pytest.raises(Invalid) as refused:
        service.distribute(total.id, Order(date(2018, 4, 1), "BASIC", "四月", parts), by=town.clerk)
    said = " ".join(str(one) for one in refused.value.fields.values())
    assert "外单位的人 belongs to another unit" in said
    assert "教师1 is negative" in said
    assert "twice" in said


def test_an_item_that_was_not_approved_is_blocked(app: Flask) -> None:
    town = a_town()
    total = a_total(town, 1000)
    with pytest.raises(Invalid, match="does not allow to pay: Pay of high-level talent"):
        service.distribute(total.id, an_order(town, 10, item="TALENT"), by=town.clerk)


def test_talent_pay_lies_outside_the_total(app: Flask) -> None:
    town = a_town()
    total = a_total(town, 1000, items=["BASIC", "TALENT"])
    paid(town, total, 5000, item="TALENT")
    assert (total.paid_fen, total.committed_fen, total.outside_fen) == (0, 0, 500_000)


def test_nothing_is_paid_before_the_total_is_approved(app: Flask) -> None:
    town = a_town()
    proposal = service.propose(town.school.id, 2018, wanted(), by=town.clerk)
    with pytest.raises(Invalid, match="No total of 2018 is approved"):
        service.distribute(proposal.total_id, an_order(town, 1), by=town.clerk)


def test_being_ahead_of_the_year_and_near_the_total_is_told(app: Flask) -> None:
    town = a_town()
    total = a_total(town, 1000)
    assert codes(sent(town, total, 340, month=3)) == []  # 34.0 against 25.0 percent
    assert codes(sent(town, total, 10, month=3)) == ["AHEAD"]  # 35.0: ten points
    assert codes(sent(town, total, 550, month=11)) == ["NEAR"]


def test_a_leader_far_above_the_average_is_held_until_somebody_answers(app: Flask) -> None:
    town = a_town(staff=8)
    total = a_total(town, 100_000)
    parts = [Part(one.id, 100_000 + place, leader=False) for place, one in enumerate(town.staff[1:])]
    parts.append(Part(town.staff[0].id, 700_000, leader=True))
    order = Order(date(2018, 6, 1), "INCENTIVE", "上半年奖励", parts)
    done = service.distribute(total.id, order, by=town.clerk)
    row = db.session.get_one(BudgetDistribution, done.distribution_id)
    assert row.state == "HELD"
    assert {"LEADER", "NO_PLAN", "LEVELLING"} <= set(codes(row))
    assert total.committed_fen == row.amount_fen  # what waits has its part of the balance
    with pytest.raises(Conflict):
        service.confirm_paid(row.id, by=town.finance, revision=row.revision)
    with pytest.raises(NotAllowed):
        service.answer_for(row.id, by=town.clerk, revision=row.revision, reason="请放行")
    service.answer_for(row.id, by=town.department, revision=row.revision, reason="经局务会研究同意")
    assert (row.state, row.release_reason) == ("COMMITTED", "经局务会研究同意")
    service.confirm_paid(row.id, by=town.head, revision=row.revision)
    assert row.state == "PAID"


def test_a_held_distribution_may_be_refused_by_the_department(app: Flask) -> None:
    town = a_town(staff=3)
    total = a_total(town, 100_000)
    row = sent(town, total, 10, 20, 30, item="INCENTIVE")
    service.cancel(row.id, by=town.department, revision=row.revision, reason="先报方案")
    assert (row.state, total.balance_fen) == ("CANCELLED", total.total_fen)


def test_spread_is_the_coefficient_of_variation() -> None:
    assert spread([100, 100, 100]) == 0
    assert f"{spread([80, 100, 120])}" == "0.1633"


def test_a_stranger_does_not_find_the_total(app: Flask) -> None:
    town = a_town()
    total = a_total(town, 1000)
    with pytest.raises(NotFound):
        service.distribute(total.id, an_order(town, 1), by=town.stranger)


def at_once(app: Flask, jobs: int, work: object) -> list[object]:
    """Do the same from so many threads at one moment, each with a session of its own; what each got."""
    results: list[object] = [None] * jobs
    start = Barrier(jobs)

    def run(place: int) -> None:
        with app.app_context():
            start.wait()
            try:
                results[place] = work(place)  # type: ignore[operator]
            except Overdrawn as refusal:
                results[place] = refusal
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(place,)) for place in range(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_many_at_once_never_pass_the_total_and_every_refusal_says_by_how_much(app: Flask, database: Database) -> None:
    jobs = 64 if "postgresql" in database.url else 8
    town = a_town(staff=1)
    total = a_total(town, jobs * 100 // 2 + 50)  # half of them fit, and half a one is left
    total_id, clerk = total.id, town.clerk
    orders = [an_order(town, 100) for _ in range(jobs)]
    db.session.rollback()
    db.session.remove()
    results = at_once(
        app, jobs, lambda place: service.distribute(total_id, orders[place], by=clerk, key=f"key-{place:04d}")
    )
    refused = [one for one in results if isinstance(one, Overdrawn)]
    assert len(refused) == jobs // 2
    assert {one.short_fen for one in refused} == {5000}
    total = db.session.get_one(BudgetTotal, total_id)
    parts = db.session.scalar(select(func.sum(BudgetPayment.amount_fen)))
    entries = db.session.scalar(select(func.sum(BudgetEntry.amount_fen)).where(BudgetEntry.kind == "COMMIT"))
    assert total.committed_fen == parts == entries == jobs // 2 * 10_000
    assert total.balance_fen == 5000


def test_two_at_once_for_the_last_yuan_give_one_of_them(app: Flask, database: Database) -> None:
    town = a_town(staff=1)
    total_id, clerk = a_total(town, 100).id, town.clerk
    same = an_order(town, 100, title="最后一笔")
    db.session.rollback()
    db.session.remove()
    results = at_once(app, 4, lambda _place: service.distribute(total_id, same, by=clerk))
    assert len({one.distribution_id for one in results}) == 1  # type: ignore[attr-defined]
    assert db.session.get_one(BudgetTotal, total_id).committed_fen == 10_000
