"""Careers replayed per second, one by one, on the demo city's people."""

from __future__ import annotations

import time
from datetime import date
from random import Random

from app.demo import people, units
from app.pay.careers import person_from_json
from app.pay.events import event_from_json
from app.pay.replay import replay


def main() -> None:
    random = Random(2018)
    city = units.build(random, institutions=60, staff=3000)
    careers = [
        (
            person_from_json(person.facts()),
            [event_from_json({"id": f"e{index}", **change.event}) for index, change in enumerate(person.changes)],
        )
        for person in people.settle(city, random)
    ]
    replay(*careers[0])  # the tables are read once
    start = time.process_time()
    links = sum(len(replay(person, events, until=date(2018, 4, 1)).links) for person, events in careers)
    spent = time.process_time() - start
    print(
        f"{len(careers):,} careers, {links:,} links, {spent:.2f} s of CPU: {len(careers) / spent:,.0f} careers a second"
    )
