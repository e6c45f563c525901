"""The world of the simulated year of risks: a demo city, its honest payrolls of 2017, and the noise of honest life.

Nothing here knows of the risk rules: people are paid as an office pays them, late where a decision came late, with the
back pay of G-4, and stop being paid when they leave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app import clock
from app.demo import bulk, loading, people, units
from app.demo.people import Person
from app.pay.months import month_of, months_from, plus_months
from app.staff import identity
from models import CareerEvent, Establishment, PayrollLine, PayrollSheet, Staff, WageRecord

FIRST, LAST = date(2017, 1, 1), date(2017, 12, 1)
YEAR = months_from(FIRST, plus_months(LAST, 1))
NOW = datetime(2018, 1, 8, 9, 0, tzinfo=clock.SHANGHAI)  # the night of the first run after the year
PAYDAY = 10


@dataclass(frozen=True)
class Slip:
    """What one person is paid by one unit in one month."""

    name: str
    index: str
    basic: int
    allowance: int = 0
    back_pay: int = 0
    post: str | None = None
    account: str = ""
    staff_id: int | None = None


@dataclass
class World:
    """The city with its payrolls: by unit and month, one slip for each person."""

    random: Random
    people: dict[int, Person]
    by_unit: dict[int, list[int]]
    names: dict[int, str]
    payrolls: dict[tuple[int, date], dict[str, Slip]] = field(default_factory=dict)
    posts: dict[int, str | None] = field(default_factory=dict)
    busy: set[int] = field(default_factory=set)  # people with a move or an end of their own

    def index_of(self, staff_id: int) -> str:
        return identity.index_of(self.people[staff_id].id_number)

    def slip(self, unit_id: int, month: date, staff_id: int) -> Slip | None:
        return self.payrolls.get((unit_id, month), {}).get(self.index_of(staff_id))

    def put(self, unit_id: int, month: date, slip: Slip) -> None:
        """Write a slip, where the unit hands in a payroll of that month at all."""
        if (unit_id, month) in self.payrolls:
            self.payrolls[unit_id, month][slip.index] = slip

    def settled(self, unit_id: int) -> list[int]:
        """People of a unit who were there all year and have no story yet."""
        return [
            one for one in self.by_unit[unit_id]
            if one not in self.busy and self.slip(unit_id, YEAR[1], one) and self.slip(unit_id, YEAR[-2], one)
        ]  # fmt: skip


def build(connection: Connection, *, institutions: int, staff: int, seed: int) -> World:
    """Write the city and work out its honest payrolls; they are written later, with what was planted."""
    random = Random(seed)
    city = units.build(random, institutions=institutions, staff=staff)
    everybody = people.settle(city, random)
    items = loading.items_on_offer(connection)
    applications = loading.applications_until(NOW, everybody, items, random)
    loading.write_city(connection, city, everybody, applications, NOW.date(), loading.silent)
    by_unit: dict[int, list[int]] = defaultdict(list)
    for person in everybody:
        by_unit[person.unit.id].append(person.id)
    world = World(
        random, {person.id: person for person in everybody}, dict(by_unit),
        {unit.id: unit.name for unit in city.institutions()},
    )  # fmt: skip
    _pay_everybody(connection, world)
    _live(connection, world)
    return world


def _pay_everybody(connection: Connection, world: World) -> None:
    """Each month the newest wage that was decided before payday; what came late is paid with it (G-4)."""
    chains: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(
        select(WageRecord.staff_id, WageRecord.effective_month, WageRecord.total_fen, WageRecord.created_at)
        .where(WageRecord.voided_at.is_(None)).order_by(WageRecord.staff_id, WageRecord.position)
    ):  # fmt: skip
        chains[row.staff_id].append(row)
    world.posts = {row.id: row.post for row in connection.execute(select(Staff.id, Staff.post))}
    for unit_id, staff_ids in world.by_unit.items():
        allowance = world.random.randrange(300, 1100, 20) * 100
        holiday = world.random.choice([None, None, None, *YEAR])  # one subsidy for everybody in one month
        for month in YEAR:
            world.payrolls[unit_id, month] = {}
        for staff_id in staff_ids:
            _pay_one(world, unit_id, staff_id, chains.get(staff_id, []), allowance, holiday)


def _pay_one(world: World, unit_id: int, staff_id: int, chain: list[Any], allowance: int, holiday: date | None) -> None:
    person = world.people[staff_id]
    paid: dict[date, int] = {}
    index, account = world.index_of(staff_id), _account(world.random)
    extra = world.random.randrange(0, 300, 10) * 100
    for month in YEAR:
        payday = datetime(month.year, month.month, PAYDAY, tzinfo=clock.SHANGHAI)
        known = [row for row in chain if row.effective_month <= month and _known(row) < payday]
        if not known:
            continue
        wage, back = known[-1].total_fen, 0
        if (paid and wage > paid[plus_months(month, -1)]) or (not paid and known[0].effective_month >= FIRST):
            begin = max(known[-1].effective_month, FIRST if paid else known[0].effective_month)
            back = sum(wage - paid.get(late, 0) for late in months_from(begin, month))
        paid[month] = wage
        rise = 1.08 if month >= date(2017, 7, 1) else 1.0  # the city raised allowances in July
        subsidy = 120_000 if month == holiday else 0
        slip = Slip(person.name, index, wage, round((allowance + extra) * rise) + subsidy, back,
                    world.posts.get(staff_id) if _held_all_year(chain) else None, account, staff_id)  # fmt: skip
        world.payrolls[unit_id, month][index] = slip


def _known(row: Any) -> datetime:
    known: datetime = row.created_at
    return known if known.tzinfo else known.replace(tzinfo=UTC)


def _held_all_year(chain: list[Any]) -> bool:
    """Whether the wage went by one post; a unit that changes posts often leaves the column empty."""
    return len({row.total_fen for row in chain}) < 4


def _account(random: Random) -> str:
    return str(random.randrange(10**15, 10**16))


def _live(connection: Connection, world: World) -> None:
    """Honest life: people retire, leave, die and move, and units miss a month or have room in their establishment."""
    random = world.random
    for unit_id in sorted(world.by_unit):
        if len(world.by_unit[unit_id]) > 8 and random.random() < 0.35:
            _end(connection, world, unit_id, random.choice(world.settled(unit_id)))
    for _ in range(len(world.by_unit) // 12):
        _move(connection, world)
    for unit_id in world.by_unit:
        if random.random() < 0.05:
            world.payrolls.pop((unit_id, random.choice(YEAR)), None)


def _end(connection: Connection, world: World, unit_id: int, staff_id: int) -> None:
    """Somebody's career ends; pay stops the month after, and now and then a small sum is settled later."""
    random = world.random
    kind = random.choice(("retirement", "retirement", "separation", "death"))
    day = date(2017, random.randint(2, 11), random.randint(1, 28))
    end_career(connection, world, staff_id, kind, day)
    for month in YEAR:
        slip = world.slip(unit_id, month, staff_id)
        if slip is not None and month > month_of(day):
            del world.payrolls[unit_id, month][slip.index]
            if month == plus_months(month_of(day), 1) and random.random() < 0.3:
                world.put(unit_id, month, replace(slip, basic=0, allowance=20_000, back_pay=0))


def end_career(connection: Connection, world: World, staff_id: int, kind: str, day: date) -> None:
    """Write the end of a career into the record, as its decision would."""
    data = {"separation": {"reason": "RESIGNATION"}, "death": {"cause": "ILLNESS"}}.get(kind, {})
    connection.execute(
        insert(CareerEvent).values(staff_id=staff_id, kind=kind, day=day, data=data,
                                   created_at=datetime(day.year, day.month, day.day, 9, tzinfo=clock.SHANGHAI))
    )  # fmt: skip
    connection.execute(update(Staff).where(Staff.id == staff_id).values(state="ENDED", left_on=day))
    world.busy.add(staff_id)


def _move(connection: Connection, world: World) -> None:
    """Somebody moves to another unit; the months are adjacent, as the letter says."""
    old, new = world.random.sample(sorted(world.by_unit), 2)
    candidates = world.settled(old)
    if len(candidates) > 8:
        move(connection, world, world.random.choice(candidates), old, new, world.random.randint(3, 10), gap=0)


def move(connection: Connection, world: World, staff_id: int, old: int, new: int, stop: int, *, gap: int) -> None:
    """Stop pay at the old unit after month `stop` of the year and begin it at the new one, `gap` months later."""
    connection.execute(update(Staff).where(Staff.id == staff_id).values(unit_id=new))
    world.busy.add(staff_id)
    last = date(2017, stop, 1)
    for month in YEAR:
        slip = world.slip(old, month, staff_id)
        if slip is not None and month > last:
            del world.payrolls[old, month][slip.index]
            if month > plus_months(last, gap):
                world.put(new, month, slip)


def write(connection: Connection, world: World, establishments: dict[int, int]) -> int:
    """Write the payrolls and the establishments; returns how many lines."""
    ids = {key: number for number, key in enumerate(sorted(world.payrolls), 1)}
    at = NOW.astimezone(UTC) - timedelta(days=1)

    def sheets() -> Iterator[tuple[Any, ...]]:
        for key, number in ids.items():
            slips = world.payrolls[key].values()
            if slips:
                total = sum(slip.basic + slip.allowance + slip.back_pay for slip in slips)
                yield number, key[0], key[1], "WORKBOOK", "", len(slips), total, at

    def lines() -> Iterator[tuple[Any, ...]]:
        for key, number in ids.items():
            for row, slip in enumerate(world.payrolls[key].values(), 1):
                account = sha256(slip.account.encode()).hexdigest() if slip.account else ""
                yield (number, row, key[0], key[1], slip.staff_id, slip.name, slip.index, slip.post, slip.basic,
                       slip.allowance, slip.back_pay, account, slip.account[-4:])  # fmt: skip

    bulk.write(connection, PayrollSheet, ("id", "unit_id", "month", "origin", "filename", "line_count", "total_fen",
                                          "kept_at"), sheets())  # fmt: skip
    count = bulk.write(
        connection, PayrollLine,
        ("sheet_id", "row", "unit_id", "month", "staff_id", "name", "id_number_index", "post", "basic_fen",
         "allowance_fen", "back_pay_fen", "account_index", "account_tail"), lines(),
    )  # fmt: skip
    bulk.write(
        connection,
        Establishment,
        ("unit_id", "head_count", "document", "valid_from", "set_at"),
        ((unit_id, heads, "江编办〔2016〕18号", date(2016, 12, 1), at) for unit_id, heads in establishments.items()),
    )
    bulk.settle(connection, (PayrollSheet, PayrollLine, Establishment))
    return count


def most_heads(world: World) -> dict[int, int]:
    """The most people that each unit pays in any month."""
    found: dict[int, int] = defaultdict(int)
    for (unit_id, _), slips in world.payrolls.items():
        found[unit_id] = max(found[unit_id], sum(slip.basic > 0 for slip in slips.values()))
    return dict(found)
