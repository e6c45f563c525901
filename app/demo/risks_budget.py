"""The performance pay of the simulated year: honest units, units that spend too fast from June on, that pay everybody
alike, or whose leader takes too much; and how many weeks before a total was used up the warning came."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from random import Random
from statistics import median

from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Grant, system
from app.budgets import plans
from app.budgets import service as budgets
from app.budgets.service import Order, Overdrawn, Part, Wanted
from app.budgets.watching import watch
from app.pay.months import last_day_of, months_from
from models import Account, BudgetDistribution, BudgetTotal, BudgetWarning, db
from models.accounts import Reach
from models.budgets import ProposalState

YEAR = 2017
MONTHS = months_from(date(YEAR, 1, 1), date(YEAR + 1, 1, 1))
KINDS = ("over-spending from June", "levelling", "leader above the cap")
CODES = {
    "over-spending from June": frozenset({"FORECAST", "AHEAD", "NEAR"}),
    "levelling": frozenset({"LEVELLING"}),
    "leader above the cap": frozenset({"LEADER"}),
}


@dataclass
class Course:
    """How one unit spends: the misuse if any, its people, and what it plans for the year."""

    unit_id: int
    total_id: int
    total: int
    people: list[int]
    kind: str = ""
    factor: float = 1.0
    leader_times: float = 1.2
    basic: float = 0.62
    incentive: tuple[tuple[int, float], ...] = ((6, 0.14), (12, 0.2))
    breach: date | None = None


@dataclass
class Spent:
    """What came of the year: by kind planted and warned of, weeks ahead, clean units with a warning."""

    planted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    warned: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    weeks: list[float] = field(default_factory=list)
    clean: int = 0
    clean_warned: int = 0
    other: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


def live(by_unit: dict[int, list[int]], *, random: Random, units: int, each: int, say: Callable[[str], None]) -> Spent:
    """Let a sample of the units spend a year of performance pay, and look at the totals at the end of every month."""
    by = system("演示数据")
    chosen = random.sample(sorted(unit for unit, people in by_unit.items() if len(people) >= 6), units)
    courses = _courses(by_unit, chosen, random, each, by)
    payer = _account("finance")
    for month in MONTHS:
        for course in courses:
            _spend(course, month, random, payer)
        with clock.frozen(_moment(last_day_of(month), 20)):
            watched = watch(YEAR, by=by, unit_ids=[course.unit_id for course in courses])
        say(f"  {month:%Y-%m}: {watched.open} warnings stand")
    return _judged(courses)


def _courses(by_unit: dict[int, list[int]], chosen: list[int], random: Random, each: int, by: Actor) -> list[Course]:
    """Approve the totals, draw how each unit will spend, and put its plan in force."""
    kinds = [kind for kind in KINDS for _ in range(each)]
    courses = []
    with clock.frozen(_moment(date(YEAR, 1, 6), 9)):
        for place, unit_id in enumerate(chosen):
            amount = len(by_unit[unit_id]) * random.randint(24, 42) * 100_000
            wanted = Wanted("江人社〔2017〕2号", "年度核定", amount_fen=amount)
            proposal = budgets.propose(unit_id, YEAR, wanted, by=by)
            assert proposal.state == ProposalState.PROPOSED
            budgets.approve(proposal.id, by=by, revision=proposal.revision)
            total = db.session.scalars(select(BudgetTotal).where(BudgetTotal.id == proposal.total_id)).one()
            kind = kinds[place] if place < len(kinds) else ""
            course = Course(unit_id, total.id, total.total_fen, by_unit[unit_id], kind)
            courses.append(_drawn(course, random))
            _plan(courses[-1], random, by)
    return courses


def _plan(course: Course, random: Random, by: Actor) -> None:
    """In January every unit says how it means to share its incentive pay, also those that will not keep to it."""
    clerk = _clerk(course.unit_id)
    pool = round(course.total * sum(part for _, part in course.incentive))
    plan = budgets.draw_up(course.total_id, "INCENTIVE", "2017年奖励性绩效分配方案", pool, by=clerk)
    rows = [replace(row, coefficient=random.randint(80, 150)) for row in plans.rows_of(plan.id)]
    plan = budgets.set_rows(plan.id, rows, by=clerk, revision=plan.revision)
    plan = budgets.submit(plan.id, by=clerk, revision=plan.revision, answer="按岗位和考核分配，已公示。")
    budgets.approve_plan(plan.id, by=by, revision=plan.revision)


def _drawn(course: Course, random: Random) -> Course:
    course.basic = random.choice((0.6, 0.62, 0.65, 0.68))
    left = random.choice((0.97, 1.0)) - course.basic
    half = round(left * random.choice((0.3, 0.4, 0.5)), 4)
    course.incentive = ((random.choice((6, 7)), half), (12, round(left - half, 4)))
    if course.kind == KINDS[0]:
        course.factor = random.choice((1.3, 1.5, 1.8, 2.2))
    if course.kind == KINDS[2]:
        course.leader_times = random.choice((1.9, 2.3, 2.8))
    return course


def _spend(course: Course, month: date, random: Random, payer: Actor) -> None:
    """The basic part every month, incentive pay in its months; what is refused is the day on which it is used up."""
    factor = course.factor if month.month >= 6 else 1.0
    pay = [("BASIC", course.total * course.basic / 12 * factor, False)]
    pay += [("INCENTIVE", course.total * part * factor, course.kind == KINDS[1])
            for at, part in course.incentive if at == month.month]  # fmt: skip
    for item, amount, alike in pay:
        day = date(month.year, month.month, 12 if item == "BASIC" else 25)
        with clock.frozen(_moment(day, 10)):
            parts = _parts(course, round(amount), random, alike=alike, basic=item == "BASIC")
            try:
                sent = budgets.distribute(course.total_id, Order(month, item, f"{month:%Y-%m} {item}", parts),
                                          by=_clerk(course.unit_id))  # fmt: skip
            except Overdrawn:
                course.breach = course.breach or day
                continue
            row = db.session.get_one(BudgetDistribution, sent.distribution_id)
            if row.state == "COMMITTED":
                budgets.confirm_paid(row.id, by=payer, revision=row.revision)


def _parts(course: Course, amount: int, random: Random, *, alike: bool, basic: bool) -> list[Part]:
    """Shared by weight: posts differ, assessments differ; the first of the list leads the unit."""
    count = len(course.people)
    low, high = (1.0, 1.0) if alike else (0.93, 1.07) if basic else (0.7, 1.3)
    weights = [random.uniform(low, high) for _ in range(count)]
    weights[0] = 1.0 if alike else (sum(weights[1:]) / max(count - 1, 1)) * course.leader_times
    whole = sum(weights)
    shares = [int(amount * weight / whole) for weight in weights]
    if alike:
        shares = [amount // count] * count
    return [Part(staff_id, max(fen, 1), leader=place == 0)
            for place, (staff_id, fen) in enumerate(zip(course.people, shares, strict=True))]  # fmt: skip


def _judged(courses: list[Course]) -> Spent:
    spent = Spent()
    warnings: dict[int, list[BudgetWarning]] = {}
    for row in db.session.scalars(select(BudgetWarning).order_by(BudgetWarning.id)):
        warnings.setdefault(row.total_id, []).append(row)
    for course in courses:
        told = warnings.get(course.total_id, [])
        if not course.kind:
            spent.clean += 1
            spent.clean_warned += bool(told)
            spent.other += [f"unit {course.unit_id}: {row.code}" for row in told]
            continue
        spent.planted[course.kind] += 1
        right = [row for row in told if row.code in CODES[course.kind]]
        if course.kind == KINDS[0]:
            right = [row for row in right if course.breach is not None and row.opened_on < course.breach]
            if right and course.breach is not None:
                spent.weeks.append((course.breach - min(row.opened_on for row in right)).days / 7)
        spent.warned[course.kind] += bool(right)
        if not right:
            first = ", ".join(f"{row.code} on {row.opened_on}" for row in told) or "no warning"
            spent.missed.append(f"{course.kind}, unit {course.unit_id}, used up {course.breach or 'never'}: {first}")
    return spent


def as_text(spent: Spent) -> Iterator[str]:
    """Warnings by kind, weeks before the breach, clean units."""
    yield f"{'performance pay':<28}{'planted':>9}{'warned':>8}{'recall':>8}"
    for kind in KINDS:
        planted, warned = spent.planted[kind], spent.warned[kind]
        yield f"{kind:<28}{planted:>9}{warned:>8}{warned / max(planted, 1):>8.1%}"
    if spent.weeks:
        yield (
            f"weeks from the warning to the day the total was used up: least {min(spent.weeks):.1f}, "
            f"median {median(spent.weeks):.1f}, most {max(spent.weeks):.1f}"
        )
    share = spent.clean_warned / max(spent.clean, 1)
    yield f"{spent.clean} clean units: {spent.clean_warned} with a warning ({share:.1%})"
    yield from (f"missed: {line}" for line in spent.missed)
    yield from (f"warned for nothing: {line}" for line in spent.other[:20])


def _clerk(unit_id: int) -> Actor:
    """The clerk of a unit, acting in it alone."""
    account = db.session.scalars(select(Account).where(Account.unit_id == unit_id).order_by(Account.id)).first()
    assert account is not None
    return Actor(account.id, account.username, account.display_name, unit_id=unit_id,
                 grants=(Grant("clerk", unit_id, Reach.UNIT),))  # fmt: skip


def _account(username: str) -> Actor:
    account = db.session.scalars(select(Account).where(Account.username == username)).one()
    return Actor(account.id, account.username, account.display_name, grants=(Grant("finance", None, Reach.ALL),))


def _moment(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=clock.SHANGHAI)
