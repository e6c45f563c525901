"""The demo city as it stood before a simulated year: the same people, without what they have yet to live through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from app import clock, uow
from app.access.actor import system
from app.audit import service as audit
from app.demo import loading, people, units
from app.demo.people import Change, Person
from app.errors import Conflict
from app.items.loading import load_catalogue
from app.messages import Message
from models import db

START = datetime(2017, 6, 1, 6, 0, tzinfo=clock.SHANGHAI)
"""The tables held here are complete for institutions until June 2018. What is filed in a month may count from the next,
so the last whole year of filing is that from June 2017 to May 2018."""
MONTHS = tuple(date(2017 + (5 + index) // 12, (5 + index) % 12 + 1, 1) for index in range(12))


@dataclass(frozen=True)
class YearCity:
    """The units that live the year, everybody who joins them during it, and all identity numbers in use."""

    unit_ids: tuple[int, ...]
    institutions: int
    coming: tuple[Person, ...]
    taken: set[str]
    living: int
    population: int


def found(scale: str, *, most_units: int | None, random: Random) -> YearCity:
    """Write the city into an empty database as of the start. Raises Conflict where there is one already.

    The whole city is written; with `most_units` only so many institutions, drawn by `random`, live the year.
    """
    if loading.loaded():
        raise Conflict(
            Message("This database already holds units, so no simulated year can begin in it."),
            remedy=Message("Name an empty database in DATABASE_URL, or leave out --keep."),
        )
    size, seeded = loading.SCALES[scale], Random(loading.SEED)
    city = units.build(seeded, institutions=size.institutions, staff=size.staff)
    everybody = people.settle(city, seeded)
    there = [as_of_start(person) for person in everybody if person.joined < START.date()]
    with uow.transaction() as session, clock.frozen(START):
        by = system("演示数据")
        load_catalogue(by=by)
        session.flush()
        connection = session.connection()
        items = loading.items_on_offer(connection)
        filed = loading.applications_until(START, there, items, seeded)
        counts = loading.write_city(connection, city, there, filed, START.date(), loading.silent)
        audit.record("demo:load", by=by, kind="demo", record_id=f"{scale}, year", after=counts)
    loading.tell_the_planner()
    chosen = _chosen([unit.id for unit in city.institutions()], most_units, random)
    db.session.remove()
    return YearCity(
        unit_ids=chosen, institutions=len(city.institutions()), taken={person.id_number for person in everybody},
        coming=tuple(one for one in everybody if one.joined >= START.date() and one.unit.id in set(chosen)),
        living=sum(one.unit.id in set(chosen) for one in there), population=len(there),
    )  # fmt: skip


def as_of_start(person: Person) -> Person:
    """The person with what had happened before the start."""
    person.changes = [change for change in person.changes if _day(change) < START.date()]
    return person


def _day(change: Change) -> date:
    """When a change counts; an assessment from the January after its year."""
    day = change.event.get("date")
    return date.fromisoformat(day) if day else date(change.event["year"] + 1, 1, 1)


def _chosen(unit_ids: Sequence[int], most: int | None, random: Random) -> tuple[int, ...]:
    if most is None or most >= len(unit_ids):
        return tuple(unit_ids)
    return tuple(sorted(random.sample(unit_ids, most)))
