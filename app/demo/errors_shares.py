"""The valid applications of `flask demo errors`, checked by several processes, each in a database of its own."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from random import Random

from app.config import Settings
from app.demo import year_place
from app.demo.errors_filing import Sentence, file, settled
from app.demo.errors_town import Town, found
from app.demo.errors_valid import MAKERS
from app.items import queries as items
from models import db

Say = Callable[[str], None]


@dataclass
class Alarms:
    """How many valid applications of each item were checked, and whatever was said about one."""

    valid: Counter[str] = field(default_factory=Counter)
    alarms: list[tuple[str, Sentence]] = field(default_factory=list)

    def add(self, other: Alarms) -> None:
        self.valid += other.valid
        self.alarms += other.alarms


def check_valid(town: Town, *, seed: int, valid: int, share: int = 0, of: int = 1) -> Alarms:
    """Check every so many of the valid applications, in the present database; the seed makes each the same."""
    codes, kept = list(MAKERS), Alarms()
    for number in range(share, valid, of):
        code, random = codes[number % len(codes)], Random(f"{seed} valid {number}")
        kept.valid[code] += 1
        kept.alarms += [(code, one) for one in file(settled(town, MAKERS[code](random), random))]
        db.session.remove()
    return kept


def check_in_processes(settings: Settings, *, seed: int, valid: int, say: Say) -> Alarms:
    """The same in as many processes as there are processors."""
    shares, whole = min(os.cpu_count() or 1, valid) or 1, Alarms()
    with ProcessPoolExecutor(shares, mp_context=get_context("spawn")) as pool:
        asked = [pool.submit(_check_share, settings, seed, valid, share, shares) for share in range(shares)]
        for done in as_completed(asked):
            whole.add(done.result())
            say(f"  {sum(whole.valid.values())} of {valid} valid applications checked")
    return whole


def _check_share(settings: Settings, seed: int, valid: int, share: int, of: int) -> Alarms:
    """One process: a product of its own, gone when it is done."""
    from app import create_app
    from app.access.actor import system
    from app.items.loading import load_catalogue

    with create_app(settings).app_context(), year_place.apart(settings):
        items.forget()  # the database is another one
        load_catalogue(by=system("演示数据"))
        return check_valid(found(seed), seed=seed, valid=valid, share=share, of=of)
