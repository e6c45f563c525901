"""Careers replayed per second on the demo city's people: one by one, and together with one memory of prices."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from random import Random

from app.demo import people, units
from app.pay.career import Career
from app.pay.careers import Person, person_from_json
from app.pay.events import Event, event_from_json
from app.pay.replay import replay
from app.pay.replaying import replay_many

ROUNDS = 5
UNTIL = date(2018, 4, 1)
Cases = list[tuple[Person, list[Event]]]


def main() -> None:
    random = Random(2018)
    city = units.build(random, institutions=60, staff=3000)
    cases = [
        (
            person_from_json(person.facts()),
            [event_from_json({"id": f"e{index}", **change.event}) for index, change in enumerate(person.changes)],
        )
        for person in people.settle(city, random)
    ]
    replay(*cases[0])  # the tables are read once
    alone, first = _best(lambda: [replay(person, events, until=UNTIL) for person, events in cases])
    together, second = _best(lambda: [held for held in replay_many(cases, until=UNTIL) if isinstance(held, Career)])
    totals = [[link.total for link in held.links] for held in first]
    assert totals == [[link.total for link in held.links] for held in second], "the amounts differ"
    links = sum(map(len, totals))
    print(f"{len(cases):,} careers, {links:,} links, the same amounts both ways; CPU seconds, best of {ROUNDS}:")
    for name, spent in (("one by one", alone), ("together", together)):
        print(f"  {name:<12}{spent:>7.2f} s  {len(cases) / spent:>8,.0f} careers a second")


def _best(work: Callable[[], list[Career]]) -> tuple[float, list[Career]]:
    spent, done = [], []
    for _ in range(ROUNDS):
        start = time.process_time()
        done = work()
        spent.append(time.process_time() - start)
    return min(spent), done


if __name__ == "__main__":
    main()
