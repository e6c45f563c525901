"""The front door of messages: tell people of something, in the transaction in which it happens.

    tell("case_answered", people=accounts([7]), facts={"unit": Named(...), ...}, key=f"case/{id}/answered/{n}")

The contract:

- **With the fact.** The announcement is one row, written by one statement in the caller's transaction: if the work is
  undone nobody was told, and once it is durable everybody will be. Outside a transaction it makes one of its own.
- **Once.** `key` is the fact's own name. Told a second time (a job that goes on, two at once), it changes nothing.
- **Sent later.** Who that is, what they chose and what the sentence says is found out after the commit, by
  `spreading`; each message then goes to its gateway with its own key, which stays the same with every attempt, so a
  gateway that keeps to the contract of `gateways` delivers it once, whatever was killed in between.
- **Facts** are those the event declares in `events`, as plain values, days, `Named` or `Message`: names and numbers,
  never an amount, since a message leaves the house. Facts of a secret event are sealed and forgotten once sent.
- `people` is an audience of `people` (accounts, employees, holders of a permission at a unit, an address), `link` a
  path of this site, `until` the moment after which it is not worth sending any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from app import clock
from app.messages import Message
from app.notify.events import EVENTS, Event
from app.notify.people import NOBODY, Audience, accounts, address, employees, holders
from app.notify.sealing import seal_facts
from app.uow import after_commit, transaction
from models import Announcement, db
from models.messages import Spread

MOST_KEY = 160


@dataclass(frozen=True)
class Telling:
    """One thing to tell, for many at once."""

    people: Audience
    facts: Mapping[str, Any]
    key: str
    unit_id: int | None = None
    link: str = ""
    until: datetime | None = None
    at: datetime | None = field(default=None)  # when it happened, if not now


def tell(
    event: str, *, people: Audience, facts: Mapping[str, Any], key: str, unit_id: int | None = None, link: str = "",
    until: datetime | None = None,
) -> None:  # fmt: skip
    """Tell people of one thing that happened, as the contract above says. ValueError: what no caller may write."""
    tell_many(event, [Telling(people, facts, key, unit_id, link, until)])


def tell_many(event: str, tellings: Sequence[Telling]) -> None:
    """The same for many things of one kind, in one statement."""
    known = EVENTS[event]
    rows = [_row(known, one) for one in tellings if one.people]
    if not rows:
        return
    with transaction() as session:
        session.execute(insert_or_leave(_table()), rows)
        after_commit(wake)


def _row(event: Event, one: Telling) -> dict[str, Any]:
    if not 0 < len(one.key) <= MOST_KEY:
        raise ValueError(f"a key has 1 to {MOST_KEY} characters: {one.key!r}")
    if one.facts.keys() != event.facts.keys():
        raise ValueError(f"{event.code} speaks of {sorted(event.facts)}, not of {sorted(one.facts)}")
    if one.link and (not one.link.startswith("/") or one.link.startswith("//") or len(one.link) > 200):
        raise ValueError("a link is a path of this site")
    facts = Message("", **one.facts).to_json()["p"]
    return {
        "key": one.key, "event": event.code, "people": list(one.people.parts), "unit_id": one.unit_id,
        "facts": seal_facts(facts, of=one.key) if event.secret else facts, "link": one.link,
        "at": one.at or clock.now(), "until": one.until, "state": Spread.TOLD, "attempts": 0, "problem": "",
    }  # fmt: skip


def _table() -> Table:
    table: Any = Announcement.__table__
    return table


def insert_or_leave(table: Table) -> Any:
    """Insert what is not there yet."""
    if db.session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as to_postgresql

        return to_postgresql(table).on_conflict_do_nothing()
    from sqlalchemy.dialects.sqlite import insert as to_sqlite

    return to_sqlite(table).on_conflict_do_nothing()


_listeners: list[Any] = []


def wake_with(listener: Any) -> None:
    """Have something woken whenever there is something to send: the thread of this process that sends."""
    _listeners[:] = [listener]


def wake() -> None:
    for listener in _listeners:
        listener()


__all__ = ["NOBODY", "Telling", "accounts", "address", "employees", "holders", "insert_or_leave", "tell", "tell_many",
           "wake_with"]  # fmt: skip
