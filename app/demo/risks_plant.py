"""Misuse planted into the simulated year: who does it, how much and how long is drawn anew for each, and is written as
somebody who misuses money would do it. It reads no rule and no parameter of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from sqlalchemy import Connection, insert, select, update

from app.demo.names import a_name
from app.demo.people import an_identity_number
from app.demo.risks_world import YEAR, Slip, World, end_career, move
from app.pay.standards import standards
from app.staff import identity
from models import Account, Application, ApplicationEmployee, Decision

EACH = 8
"""Units in which each kind of misuse is planted."""


@dataclass
class Plant:
    """One misuse: of what kind, in which unit (and which others it touches), about which people by name."""

    kind: str
    unit_id: int
    units: set[int] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def touches(self, unit_id: int) -> bool:
        return unit_id == self.unit_id or unit_id in self.units


Planter = Callable[[Connection, World, int], Plant | None]


def plant(connection: Connection, world: World, *, each: int = EACH) -> list[Plant]:
    """Plant every kind in `each` units of its own; units that no kind was given stay clean."""
    free = [unit for unit in sorted(world.by_unit) if len(world.settled(unit)) >= 6]
    world.random.shuffle(free)
    planted: list[Plant] = []
    for kind, planter in PLANTERS.items():
        done = 0
        while free and done < each:
            made = planter(connection, world, free.pop())
            if made is not None:
                made.kind = kind
                planted.append(made)
                free = [unit for unit in free if not made.touches(unit)]
                done += 1
    return planted


def _some(world: World, unit_id: int) -> int:
    return world.random.choice(world.settled(unit_id))


def _span(random: Random, shortest: int, longest: int) -> list[date]:
    """Some months in a row."""
    length = random.randint(shortest, longest)
    begin = random.randint(0, len(YEAR) - length)
    return YEAR[begin : begin + length]


def _double_pay(connection: Connection, world: World, unit_id: int) -> Plant:
    """Somebody of another unit is on this payroll too, maybe with the name written a little otherwise."""
    random = world.random
    other = random.choice([unit for unit in sorted(world.by_unit) if unit != unit_id and world.settled(unit)])
    who = _some(world, other)
    world.busy.add(who)
    factor = random.choice((1.0, 1.0, 0.6, 0.8))
    for month in _span(random, 1, 9):
        slip = world.slip(other, month, who)
        if slip is not None:
            name = slip.name[:1] + " " + slip.name[1:] if random.random() < 0.3 else slip.name
            world.put(unit_id, month, replace(slip, name=name, basic=round(slip.basic * factor), back_pay=0))
    return Plant("", unit_id, {other}, {world.people[who].name})


def _after_end(connection: Connection, world: World, unit_id: int) -> Plant:
    """The payroll goes on after a death, a retirement or a resignation."""
    random, who = world.random, _some(world, unit_id)
    kind = random.choice(("death", "retirement", "separation"))
    day = date(2017, random.randint(2, 10), random.randint(1, 28))
    end_career(connection, world, who, kind, day)
    stops = min(day.month + random.randint(1, 6), 12)
    for month in YEAR[stops:]:
        slip = world.slip(unit_id, month, who)
        if slip is not None:
            del world.payrolls[unit_id, month][slip.index]
    return Plant("", unit_id, names={world.people[who].name})


def _ghosts(connection: Connection, world: World, unit_id: int) -> Plant:
    """People who do not exist, some of them on the account of somebody who does."""
    random, names = world.random, set()
    insider = world.slip(unit_id, YEAR[1], _some(world, unit_id))
    for _ in range(random.randint(1, 3)):
        name, _initials = a_name(random)
        number = an_identity_number(date(random.randint(1965, 1994), 5, 17), True, random, set())
        account = random.choice(("", insider.account if insider else "", str(random.randrange(10**15, 10**16))))
        pay = random.randrange(150_000, 320_000, 100)
        for month in _span(random, 3, 11):
            world.put(unit_id, month, Slip(name, identity.index_of(number), pay, 40_000, 0, None, account))
        names.add(name)
    return Plant("", unit_id, names=names)


def _inflated(connection: Connection, world: World, unit_id: int) -> Plant:
    """One person gets more than the wage all year, by a share or by a small sum."""
    who, random = _some(world, unit_id), world.random
    world.busy.add(who)
    share, sum_ = random.choice(((1.06, 0), (1.12, 0), (1.25, 0), (1.0, 3_500), (1.0, 20_000)))
    for month in YEAR:
        slip = world.slip(unit_id, month, who)
        if slip is not None:
            world.put(unit_id, month, replace(slip, basic=round(slip.basic * share) + sum_))
    return Plant("", unit_id, names={world.people[who].name})


def _silent_raise(connection: Connection, world: World, unit_id: int) -> Plant:
    """The wage goes up in the middle of the year without a decision, and sometimes down again before the audit."""
    who, random = _some(world, unit_id), world.random
    world.busy.add(who)
    more = random.choice((4_000, 9_000, 25_000, 60_000))
    for month in _span(random, 2, 8):
        slip = world.slip(unit_id, month, who)
        if slip is not None and month > YEAR[0]:
            world.put(unit_id, month, replace(slip, basic=slip.basic + more))
    return Plant("", unit_id, names={world.people[who].name})


def _higher_post(connection: Connection, world: World, unit_id: int) -> Plant | None:
    """Paid by the table of a post one to three levels up; some write that post into the sheet, some hide it."""
    random = world.random
    able = [one for one in world.settled(unit_id) if (world.posts.get(one) or "").startswith("TECH-")]
    able = [one for one in able if int((world.posts[one] or "TECH-0")[5:]) > 8]
    if not able:
        return None
    who = random.choice(able)
    world.busy.add(who)
    level = int((world.posts[who] or "")[5:])
    up = level - random.randint(1, 3)
    more = _post_wage(up) - _post_wage(level)
    said = f"TECH-{up}" if random.random() < 0.6 else None
    for month in _span(random, 3, 12):
        slip = world.slip(unit_id, month, who)
        if slip is not None:
            world.put(unit_id, month, replace(slip, post=said or slip.post, basic=slip.basic + more))
    return Plant("", unit_id, names={world.people[who].name})


def _post_wage(level: int) -> int:
    cell = standards().cell("institution_post_wage", "tech_post", str(level), None, YEAR[0])
    return int(cell.amount * 100)


def _transfer_gap(connection: Connection, world: World, unit_id: int) -> Plant:
    """Somebody moves here and is paid by nobody for some months."""
    random = world.random
    other = random.choice([unit for unit in sorted(world.by_unit) if unit != unit_id and len(world.settled(unit)) > 2])
    who = _some(world, other)
    gap = random.randint(1, 3)
    move(connection, world, who, other, unit_id, random.randint(2, 8), gap=gap)
    for place in (other, unit_id):  # both hand in all months: a missing payroll would explain the gap
        for month in YEAR:
            world.payrolls.setdefault((place, month), {})
    return Plant("", unit_id, {other}, {world.people[who].name})


def _back_pay(connection: Connection, world: World, unit_id: int) -> Plant:
    """Back pay that nothing explains, or that is paid a second time."""
    who, random = _some(world, unit_id), world.random
    world.busy.add(who)
    month = random.choice(YEAR[2:])
    slip = world.slip(unit_id, month, who)
    if slip is not None:
        again = slip.back_pay * 2 if slip.back_pay else random.choice((6_000, 24_000, 90_000, 400_000))
        world.put(unit_id, month, replace(slip, back_pay=slip.back_pay + again))
    return Plant("", unit_id, names={world.people[who].name})


def _over_establishment(connection: Connection, world: World, unit_id: int) -> Plant:
    """The establishment was cut during the year and everybody stayed."""
    return Plant("", unit_id)


def _same_account(connection: Connection, world: World, unit_id: int) -> Plant:
    """The wages of two to four people go to one account from some month on."""
    random = world.random
    chosen = random.sample(world.settled(unit_id), random.randint(2, 4))
    account, begin = str(random.randrange(10**15, 10**16)), random.randint(0, 9)
    for who in chosen:
        world.busy.add(who)
        for month in YEAR[begin:]:
            slip = world.slip(unit_id, month, who)
            if slip is not None:
                world.put(unit_id, month, replace(slip, account=account))
    return Plant("", unit_id, names={world.people[one].name for one in chosen})


def _allowances(connection: Connection, world: World, unit_id: int) -> Plant:
    """Allowances of the whole unit are raised on nobody's decision: at once, or in steps over some months."""
    random = world.random
    more, begin = random.choice((80_000, 120_000, 200_000)), random.randint(4, 8)
    steps = random.choice((1, 1, 2, 3))
    for place, month in enumerate(YEAR):
        if place < begin or (unit_id, month) not in world.payrolls:
            continue
        part = more * min(place - begin + 1, steps) // steps
        for slip in list(world.payrolls[unit_id, month].values()):
            world.put(unit_id, month, replace(slip, allowance=slip.allowance + part))
    return Plant("", unit_id)


def _one_pair(connection: Connection, world: World, unit_id: int) -> Plant | None:
    """One reviewer decides what one unit files; elsewhere five share the work."""
    mine = [row.id for row in connection.execute(
        select(Decision.id).join(Application, Application.id == Decision.application_id)
        .where(Application.unit_id == unit_id, Decision.step_key.in_(_reviewed(connection)),
               Decision.decided_at >= datetime(2017, 1, 1, tzinfo=UTC))
    )]  # fmt: skip
    if len(mine) < 14:
        return None
    friend = world.random.choice(reviewers(connection))
    faithful = [one for one in mine if world.random.random() < 0.92]
    connection.execute(update(Decision).where(Decision.id.in_(faithful)).values(decided_by_id=friend))
    return Plant("", unit_id)


def share_the_reviews(connection: Connection, world: World) -> None:
    """Five first reviewers instead of one, who decide as it comes, some more and some less."""
    held = connection.execute(
        select(Account.password_hash, Account.created_at).where(Account.username == "reviewer")
    ).one()
    for number in range(1, 5):
        connection.execute(
            insert(Account).values(
                username=f"reviewer-{number}", display_name=f"初审{number}", password_hash=held.password_hash,
                must_change_password=False, state="ACTIVE", created_at=held.created_at, revision=1,
            )
        )  # fmt: skip
    everybody = reviewers(connection)
    rows = connection.execute(select(Decision.id).where(Decision.step_key.in_(_reviewed(connection)))).all()
    shares: dict[int, list[int]] = {one: [] for one in everybody}
    for row in rows:
        shares[world.random.choices(everybody, (30, 25, 20, 15, 10))[0]].append(row.id)
    for one, ids in shares.items():
        for start in range(0, len(ids), 5_000):
            chosen = Decision.id.in_(ids[start : start + 5_000])
            connection.execute(update(Decision).where(chosen).values(decided_by_id=one))


def reviewers(connection: Connection) -> list[int]:
    chosen = select(Account.id).where(Account.username.like("reviewer%")).order_by(Account.id)
    return [row.id for row in connection.execute(chosen)]


def _reviewed(connection: Connection) -> list[str]:
    first = connection.execute(select(Account.id).where(Account.username == "reviewer")).scalar()
    chosen = select(Decision.step_key).where(Decision.decided_by_id == first).distinct()
    return [row.step_key for row in connection.execute(chosen)] or ["hr_first_review"]


def _split(connection: Connection, world: World, unit_id: int) -> Plant | None:
    """One large sum filed in several applications within days, each below the ten thousand that draw attention."""
    random = world.random
    rows = connection.execute(
        select(Application.id, Application.item_id, Application.decided_at, ApplicationEmployee.id.label("line"))
        .join(ApplicationEmployee, ApplicationEmployee.application_id == Application.id)
        .where(Application.unit_id == unit_id, Application.state.in_(("PAID", "AT_FINANCE", "APPROVED")),
               Application.decided_at >= datetime(2017, 2, 1, tzinfo=UTC), ApplicationEmployee.after_fen.is_not(None))
    ).all()  # fmt: skip
    items = [item for item in {row.item_id for row in rows} if sum(row.item_id == item for row in rows) > 2]
    if not items:
        return None
    item = random.choice(sorted(items))
    chosen = [row for row in rows if row.item_id == item][: random.randint(3, 6)]
    if len(chosen) < 3:
        return None
    begin = min(_aware(row.decided_at) for row in chosen) - timedelta(days=random.randint(11, 25))
    for row in chosen:
        filed = begin + timedelta(days=random.randint(0, 9), hours=random.randint(0, 6))
        connection.execute(
            update(Application).where(Application.id == row.id)
            .values(created_at=filed - timedelta(hours=1), submitted_at=filed)
        )  # fmt: skip
        connection.execute(
            update(ApplicationEmployee).where(ApplicationEmployee.id == row.line)
            .values(before_fen=150_000, after_fen=160_000, back_pay_fen=random.randrange(840_000, 980_000, 500))
        )  # fmt: skip
    return Plant("", unit_id)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def establishments(connection: Connection, world: World, planted: list[Plant], heads: dict[int, int]) -> dict[int, int]:
    """What each unit may employ: what it has and some room; less where it was cut."""
    cut = {one.unit_id for one in planted if one.kind == "over establishment"}
    ghosts = {one.unit_id for one in planted if one.kind in ("ghosts", "paid by two units")}
    room = (0, 0, 0, 1, 2, 3)
    return {
        unit_id: most - world.random.randint(1, 3) if unit_id in cut
        else most + (0 if unit_id in ghosts else world.random.choice(room))
        for unit_id, most in heads.items()
    }  # fmt: skip


PLANTERS: dict[str, Planter] = {
    "one pair": _one_pair,
    "split applications": _split,
    "paid by two units": _double_pay,
    "paid after the end": _after_end,
    "ghosts": _ghosts,
    "paid above the career": _inflated,
    "raise without a decision": _silent_raise,
    "standard of a higher post": _higher_post,
    "gap at a transfer": _transfer_gap,
    "back pay without reason": _back_pay,
    "over establishment": _over_establishment,
    "one account for several": _same_account,
    "allowances of a unit": _allowances,
}
