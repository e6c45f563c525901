"""Loads a demo city in bulk: `small` to look at, `city` to measure with. Seeded, so every load is the same."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from sqlalchemy import Connection, select

from app import clock, uow
from app.access.actor import Actor, system
from app.audit import service as audit
from app.budgets.watching import watch
from app.demo import (
    budgets,
    employee,
    fixed,
    flaws,
    learning,
    notify,
    offices,
    people,
    risk,
    rows,
    timeline,
    units,
    written,
)
from app.demo.people import Person
from app.errors import Conflict
from app.items.loading import load_catalogue
from app.messages import Message
from app.proposals import service as proposals
from models import Account, ItemStep, ItemVersion, ServiceItem, Setting, Unit, db

NOW = datetime(2018, 4, 3, 9, 0, tzinfo=clock.SHANGHAI)  # from here the demo clock runs on
SEED = 2018
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Scale:
    """How large; with `applications`, drafts begun yesterday make up the number."""

    institutions: int
    staff: int
    applications: int = 0


SCALES = {"small": Scale(5, 57), "city": Scale(591, 30_000, 40_000)}


def silent(_what: str, _done: int, _total: int) -> None:
    """No progress shown."""


def load(scale: str, *, progress: Progress = silent) -> dict[str, int]:
    """Fill an empty database; returns how many rows of each kind. Refuses a database that already has units."""
    size = SCALES[scale]
    by = system("演示数据")
    with uow.transaction() as session:
        if session.scalar(select(Unit.id).limit(1)) is not None:
            raise Conflict(
                Message("This database already holds units, so no demo data was loaded."),
                remedy=Message("Load demo data into an empty database: name another one in DATABASE_URL."),
            )
        with clock.frozen(NOW):
            load_catalogue(by=by)
            session.flush()
            counts = _fill(session.connection(), size, scale, progress)
            counts["courses"] = learning.write(by)
            counts["by_mail"] = notify.write(session, NOW, small=scale == "small")
            if scale == "small":
                counts["findings"] = flaws.write(session, NOW)
                counts["activations"] = employee.write(session, _school(session), NOW)
            _keep_clock(session, NOW)
            audit.record("demo:load", by=by, kind="demo", record_id=scale, after=counts)
    clock.shift(NOW.astimezone(UTC) - _real_now())
    tell_the_planner()
    if scale == "small":  # of a city the nightly run takes its time: flask proposals run
        with clock.frozen(NOW):
            _propose(by)
            watch(NOW.year, by=by)
            counts |= risk.pay_and_look(by)
    return counts


def _school(session: Any) -> int:
    """The unit that the demo clerk files for."""
    return int(session.scalar(select(Account.unit_id).where(Account.username == "clerk")))


def _propose(by: Actor) -> None:
    """What the first night would have prepared."""
    last, tally = proposals.refresh_everybody_from(0, by=by)
    while tally.people:
        last, tally = proposals.refresh_everybody_from(last, by=by)


def tell_the_planner() -> None:
    """Statistics for the database's planner, which a bulk load leaves without any."""
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")


def _fill(connection: Connection, size: Scale, scale: str, progress: Progress) -> dict[str, int]:
    random = Random(SEED)
    city = units.build(random, institutions=size.institutions, staff=size.staff)
    everybody = people.settle(city, random)
    items = items_on_offer(connection)
    applications = applications_until(NOW, everybody, items, random)
    _begin_drafts(everybody, applications, items["NCGZ-11"], random, size.applications - len(applications))
    if scale == "small":
        fixed.arrange(city, everybody, applications, items, random, NOW)
    counts = write_city(connection, city, everybody, applications, NOW.date(), progress)
    counts["performance_pay"] = budgets.write(connection, NOW, city.places["school"])
    return counts


def write_city(
    connection: Connection, city: units.City, everybody: list[Person], applications: list[rows.Filed], today: date,
    progress: Progress,
) -> dict[str, int]:  # fmt: skip
    """Replay everybody until `today`, and write them with their applications; returns how many rows of each kind."""
    _number(applications)
    roles = offices.write_units_and_accounts(connection, city, everybody)
    careers = rows.Careers()
    by_person: dict[int, dict[int, rows.Filed]] = {}
    for filed in applications:
        index = next(i for i, change in enumerate(filed.person.changes) if change is filed.change)
        by_person.setdefault(filed.person.id, {})[index] = filed
    states: dict[int, dict[str, Any] | None] = {}
    for done, person in enumerate(everybody, 1):
        states[person.id] = rows.replay_person(person, by_person.get(person.id, {}), careers, today.replace(day=1))
        if done % 500 == 0 or done == len(everybody):
            progress("careers", done, len(everybody))
    return written.write_people_and_work(connection, everybody, states, careers, applications, roles, city, progress)


@dataclass(frozen=True)
class DemoItem:
    item_id: int
    version_id: int
    steps: list[timeline.Step]


def items_on_offer(connection: Connection) -> dict[str, DemoItem]:
    """The published items by their code."""
    found: dict[str, DemoItem] = {}
    published = connection.execute(
        select(ServiceItem.code, ServiceItem.id, ItemVersion.id)
        .join(ItemVersion, ItemVersion.item_id == ServiceItem.id)
        .where(ItemVersion.state == "PUBLISHED", ItemVersion.effect.is_not(None))
    ).all()
    for code, item_id, version_id in published:
        steps = connection.execute(
            select(ItemStep.position, ItemStep.key, ItemStep.permission, ItemStep.limit_days)
            .where(ItemStep.version_id == version_id)
            .order_by(ItemStep.position)
        ).all()
        found[code] = DemoItem(item_id, version_id, rows.steps_of(steps))
    return found


def applications_until(
    now: datetime, everybody: list[Person], items: dict[str, DemoItem], random: Random
) -> list[rows.Filed]:
    """What was filed for these people until a moment, each as far as it had come by then."""
    filed: list[rows.Filed] = []
    for person in everybody:
        for change in person.changes:
            if change.item is None or change.filed_on is None or change.filed_on >= now.date():
                continue
            item = items[change.item]
            created = timeline.moment(timeline.working_day(change.filed_on), random)
            if created >= now:
                continue
            plan = "approve" if change.event["type"] == "join" else rows.plan_for(random)
            story = timeline.tell(created, item.steps, now, random, plan=plan)
            filed.append(rows.Filed(0, person, change, story, item.item_id, item.version_id))
    return filed


def _begin_drafts(
    everybody: list[Person], applications: list[rows.Filed], item: DemoItem, random: Random, count: int
) -> None:
    """What clerks began yesterday and have not filed yet: appointments to the next higher post."""
    settled = [person for person in everybody if people.may_rise(person)]
    for person in random.sample(settled, max(count, 0)):
        change = people.rise(person, NOW.date())
        person.changes.append(change)
        story = timeline.tell(
            timeline.moment(timeline.working_day(NOW.date(), -1), random), item.steps, NOW, random, plan="draft"
        )
        applications.append(rows.Filed(0, person, change, story, item.item_id, item.version_id))


def _number(applications: list[rows.Filed]) -> None:
    """Number applications in the order in which they were begun, as the office would have."""
    applications.sort(key=lambda filed: filed.story.created)
    last: dict[int, int] = {}
    for index, filed in enumerate(applications, 1):
        year = filed.story.created.year
        last[year] = last.get(year, 0) + 1
        filed.id = index
        filed.number = f"GZ{year}-{last[year]:06d}"


def set_clock(now: datetime) -> None:
    """Let the clock of this installation go on from a moment."""
    with uow.transaction() as session:
        _keep_clock(session, now)
    clock.shift(now.astimezone(UTC) - _real_now())


def _keep_clock(session: Any, now: datetime) -> None:
    shift = (now.astimezone(UTC) - _real_now()).total_seconds()
    session.add(Setting(key="demo.clock_shift_seconds", value=round(shift), changed_at=clock.now()))


def _real_now() -> datetime:
    """The moment on the real clock, which the shift is measured from."""
    return datetime.fromtimestamp(time.time(), UTC)


def loaded() -> bool:
    """Whether there is anything in this database."""
    return db.session.scalar(select(Unit.id).limit(1)) is not None
