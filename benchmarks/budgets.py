"""One total and 64 distributions at once, 200 rounds on PostgreSQL: never one fen over, and every refusal to the fen.

The demo city (small) is loaded on a server of its own. Each round sets the school's total of a year of its own so that
about half of 64 distributions of drawn amounts fit, and lets 64 threads, each with a session, send theirs at once.
After each round: the sum of the people's amounts equals what the total says is committed and what the ledger has
entered; it is not above the total; each refusal says just what was missing at that moment. Rounds and threads are set
by BUDGET_ROUNDS and BUDGET_AT_ONCE.
"""

from __future__ import annotations

import os
import tempfile
import time
from datetime import date
from pathlib import Path
from random import Random
from threading import Barrier, Thread

from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.access.actor import Actor
from app.access.queries import actor_of
from app.budgets import service
from app.budgets.ledger import Overdrawn
from app.budgets.service import Order, Part, Wanted
from app.config import settings_from
from app.demo import loading
from benchmarks.lists import PostgresCities
from models import (
    Account,
    Base,
    BudgetDistribution,
    BudgetEntry,
    BudgetPayment,
    BudgetRefusal,
    BudgetTotal,
    Staff,
    db,
)
from models.distributions import EntryKind

ROUNDS = int(os.environ.get("BUDGET_ROUNDS", "200"))
AT_ONCE = int(os.environ.get("BUDGET_AT_ONCE", "64"))
FIRST_YEAR = 2007  # each round has a total of its own; years before the demo's hold nothing


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        cities = PostgresCities(Path(folder) / "data")
        app = create_app(settings_from({"DATABASE_URL": cities.small, "UPLOADS_DIR": str(Path(folder) / "uploads")}))
        with app.app_context():
            Base.metadata.create_all(db.engine)
            loading.load("small")
            run(app)


def run(app: Flask) -> None:
    """All rounds, and what they came to."""
    people = {name: _actor(name) for name in ("clerk", "rechecker", "approver")}
    unit_id = db.session.scalars(select(Account.unit_id).where(Account.username == "clerk")).one()
    staff = list(db.session.scalars(select(Staff.id).where(Staff.unit_id == unit_id).order_by(Staff.id).limit(5)))
    assert unit_id is not None
    random = Random(64)
    sent = refused = 0
    waits: list[float] = []
    started = time.perf_counter()
    for number in range(ROUNDS):
        orders = [_order(random, staff, number, place) for place in range(AT_ONCE)]
        total_fen = sum(order.amount_fen for order in orders) // 2 + random.randrange(100)
        total_id = _a_total(unit_id, number, total_fen, people)
        db.session.remove()
        results, seconds = _at_once(app, total_id, orders, people["clerk"])
        waits += seconds
        ok = [one for one in results if isinstance(one, service.Sent)]
        short = [one for one in results if isinstance(one, Overdrawn)]
        assert len(ok) + len(short) == AT_ONCE, [one for one in results if isinstance(one, Exception)][:3]
        _compare(total_id, total_fen, len(ok), short)
        sent, refused = sent + len(ok), refused + len(short)
    spent = time.perf_counter() - started
    waits.sort()
    print(f"{ROUNDS} rounds of {AT_ONCE} at once: {sent:,} sent, {refused:,} refused, in {spent:.0f} s")
    print("  fen over the total: 0; parts, committed and ledger equal in every round; every refusal to the fen")
    print(
        f"  one distribution: median {1000 * waits[len(waits) // 2]:.0f} ms, "
        f"99th of 100 {1000 * waits[len(waits) * 99 // 100]:.0f} ms while {AT_ONCE} wait for one row",
        flush=True,
    )


def _actor(username: str) -> Actor:
    return actor_of(db.session.scalars(select(Account).where(Account.username == username)).one())


def _order(random: Random, staff: list[int], number: int, place: int) -> Order:
    parts = [Part(one, random.randrange(1, 500_000)) for one in staff]
    return Order(_month(number), "BASIC", f"第{number}轮第{place}笔", parts)


def _month(number: int) -> date:
    return date(_year(number), number % 12 + 1, 1)


def _year(number: int) -> int:
    """The years before the demo's are used again and again; then the round raises the total by its own amount."""
    return FIRST_YEAR + number % 8


def _a_total(unit_id: int, number: int, room_fen: int, people: dict[str, Actor]) -> int:
    """A total of the round's year with just so much room beside what earlier rounds have used."""
    year = _year(number)
    total = db.session.scalars(
        select(BudgetTotal).where(BudgetTotal.unit_id == unit_id, BudgetTotal.year == year)
    ).one_or_none()
    used = total.paid_fen + total.committed_fen if total else 0
    asked = Wanted(f"基准〔{year}〕{number}号", "并发测试", used + room_fen)
    proposal = service.propose(unit_id, year, asked, by=people["rechecker"])
    service.approve(proposal.id, by=people["approver"], revision=proposal.revision)
    return proposal.total_id


def _at_once(app: Flask, total_id: int, orders: list[Order], clerk: Actor) -> tuple[list[object], list[float]]:
    results: list[object] = [None] * len(orders)
    seconds = [0.0] * len(orders)
    start = Barrier(len(orders))

    def send(place: int) -> None:
        with app.app_context():
            start.wait()
            began = time.perf_counter()
            try:
                results[place] = service.distribute(total_id, orders[place], by=clerk)
            except Exception as refusal:  # every other error fails the round, with its text
                results[place] = refusal
            finally:
                seconds[place] = time.perf_counter() - began
                db.session.remove()

    threads = [Thread(target=send, args=(place,)) for place in range(len(orders))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results, seconds


def _compare(total_id: int, room_fen: int, sent: int, short: list[Overdrawn]) -> None:
    """The sum of the parts, the total and the ledger are one; what was refused did not fit."""
    total = db.session.get_one(BudgetTotal, total_id, populate_existing=True)
    parts = db.session.scalar(
        select(func.sum(BudgetPayment.amount_fen))
        .join(BudgetDistribution, BudgetDistribution.id == BudgetPayment.distribution_id)
        .where(BudgetDistribution.total_id == total_id)
    )
    entered = db.session.scalar(
        select(func.sum(BudgetEntry.amount_fen)).where(
            BudgetEntry.total_id == total_id, BudgetEntry.kind == EntryKind.COMMIT
        )
    )
    assert total.committed_fen == parts == entered, (total.committed_fen, parts, entered)
    assert total.committed_fen <= total.total_fen
    assert sent
    for one in short:
        assert one.short_fen == one.amount_fen - one.balance_fen > 0
        assert one.balance_fen >= total.balance_fen  # nobody gives back in a round
        assert one.balance_fen <= room_fen
    kept = db.session.scalar(select(func.count()).select_from(BudgetRefusal).where(BudgetRefusal.total_id == total_id))
    assert kept is not None
    assert kept >= len(short)
    db.session.rollback()
