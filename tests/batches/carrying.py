"""Carries an annual round through in a process of its own, which a test may kill: one line for each deed."""

from __future__ import annotations

import sys

from sqlalchemy import select

from app import clock, create_app
from app.access.queries import actor_of
from app.batches import round as annual
from app.batches import runs
from app.config import settings_from
from models import Account, db
from tests.conftest import MORNING

NAMES = (
    "administrator",
    "clerk",
    "other_clerk",
    "head",
    "other_head",
    "department",
    "reviewer",
    "rechecker",
    "approver",
)


def main(url: str, uploads: str, year: int) -> None:
    """The round of a year on a database; `kill -9` at any moment, and begin again."""
    runs.CHUNK = 3  # so that batches go on in several transactions
    annual.UNITS_AT_ONCE = 1
    app = create_app(
        settings_from(
            {"ZEROTRIP_ENV": "development", "DATABASE_URL": url, "UPLOADS_DIR": uploads,
             "SECRET_KEY": "a secret that only the tests know, long enough"}
        )
    )  # fmt: skip
    with app.app_context(), clock.frozen(MORNING):
        accounts = {one.username: one for one in db.session.scalars(select(Account))}
        people = [actor_of(accounts[name]) for name in NAMES if name in accounts]
        print("begun", flush=True)
        annual.prepare(year, by=people[0])
        print("prepared", flush=True)
        annual.carry_through(year, people[1:], tell=lambda what, lines: print(what, lines, flush=True))
        print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
