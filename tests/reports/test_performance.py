"""The reports of performance pay are the ledger of the totals, to the fen, however a distribution went."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.budgets import service
from models import BudgetDistribution, BudgetEntry, BudgetPayment, BudgetTotal, db
from tests.budgets.town import Town, a_total, a_town, paid, sent
from tests.reports.walking import browser, table

# What each kind of entry does to what is approved, committed and paid.
MOVES = {
    "TOTAL": {"total_fen": 1}, "COMMIT": {"committed_fen": 1}, "RELEASE": {"committed_fen": -1},
    "PAY": {"committed_fen": -1, "paid_fen": 1},
}  # fmt: skip
OF_LEDGER = ("total_fen", "committed_fen", "paid_fen")


def by_ledger(year: int) -> dict[int, Counter[str]]:
    """Approved, committed and paid of every unit, from the entries alone."""
    found: dict[int, Counter[str]] = {}
    entries = select(BudgetTotal.unit_id, BudgetEntry.kind, BudgetEntry.amount_fen).join(
        BudgetTotal, BudgetTotal.id == BudgetEntry.total_id
    )
    for unit_id, kind, amount in db.session.execute(entries.where(BudgetTotal.year == year)):
        sums = found.setdefault(unit_id, Counter())
        for field, sign in MOVES[kind].items():
            sums[field] += sign * amount
    return found


@pytest.mark.parametrize("year", [2017, 2018])
def test_every_figure_of_a_unit_is_the_sum_of_its_ledger(demo_city: Flask, year: int) -> None:
    shown, ledger = table("performance", year=str(year)), by_ledger(year)
    assert shown.page.count == len(ledger) > 1
    for row in shown.page:
        sums = ledger[row["unit_id"]]
        assert {field: row[field] for field in OF_LEDGER} == {field: sums[field] for field in OF_LEDGER}
        assert row["balance_fen"] == sums["total_fen"] - sums["committed_fen"] - sums["paid_fen"]
        last = select(BudgetEntry.balance_fen).where(BudgetEntry.total_id == row["total_id"]).order_by(
            BudgetEntry.id.desc()
        )  # fmt: skip
        assert db.session.scalars(last.limit(1)).one() == row["balance_fen"]
    for field in OF_LEDGER:
        assert shown.totals[field] == sum(sums[field] for sums in ledger.values())


@pytest.mark.parametrize("year", [2017, 2018])
def test_every_figure_opens_payments_that_add_up_to_it(demo_city: Flask, year: int) -> None:
    shown = table("performance", year=str(year))
    opened = 0
    for row in shown.page:
        for field in ("paid_fen", "committed_fen", "outside_fen"):
            opening = shown.report.opens(field, row, shown.asked)
            assert (opening is None) == (row[field] == 0)
            if opening is not None:
                assert table(str(opening.target), **opening.params).totals["amount_fen"] == row[field], (field, row)
                opened += 1
    assert opened


def town_with_every_kind() -> Town:
    """Paid, committed and cancelled within the total, paid and still waiting outside of it."""
    town = a_town()
    total = a_total(town, items=["BASIC", "INCENTIVE", "TALENT"])
    paid(town, total, 1000, 2000)
    sent(town, total, 300, 0, 400, month=3)
    gone = sent(town, total, 7, 8)
    service.cancel(gone.id, by=town.clerk, revision=gone.revision, reason="重复报送")
    paid(town, total, 50, item="TALENT")
    sent(town, total, 60, item="TALENT", month=3)
    return town


def test_what_is_cancelled_or_waits_outside_the_total_is_in_no_figure_of_it(app: Flask) -> None:
    town = town_with_every_kind()
    (row,) = table("performance", year="2018").page
    assert (row["paid_fen"], row["committed_fen"], row["outside_fen"]) == (300_000, 70_000, 5_000)
    assert {field: row[field] for field in OF_LEDGER} == dict(by_ledger(2018)[town.school.id])
    shown = table("performance-payments", year="2018", value="2018")
    told = Counter[str]()
    for one in shown.page:
        told[one["state"]] += one["amount_fen"]
    assert told == {"paid": 300_000, "committed": 70_000, "outside": 5_000, "outside-waits": 6_000}
    sums = select(func.sum(BudgetPayment.amount_fen)).join(BudgetDistribution)
    assert shown.totals["amount_fen"] == db.session.scalar(sums.where(BudgetDistribution.state != "CANCELLED"))


def test_the_approved_total_opens_its_ledger(demo_city: Flask) -> None:
    assert 'href="/performance-pay/totals/' in browser(demo_city, "clerk").get("/reports/performance").text
    office = browser(demo_city, "department").get("/reports/performance").text
    assert 'href="/admin/performance-pay/totals/' in office
