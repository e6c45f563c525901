"""Checks a material in a process of its own, which a test may kill in the middle of the check."""

from __future__ import annotations

import sys
from datetime import timedelta

from sqlalchemy import select

from app import clock, create_app
from app.access.queries import actor_of
from app.config import settings_from
from app.jobs import service as jobs
from app.materials import incoming
from models import Account, db
from tests.conftest import MORNING


def main(url: str, uploads: str, what: str) -> None:
    """Finish the file that arrived under this key, or, for "again", go on with what waits."""
    app = create_app(
        settings_from(
            {"ZEROTRIP_ENV": "development", "DATABASE_URL": url, "UPLOADS_DIR": uploads,
             "SECRET_KEY": "a secret that only the tests know, long enough"}
        )
    )  # fmt: skip
    with app.app_context(), clock.frozen(MORNING + timedelta(minutes=1)):
        clerk = actor_of(db.session.scalars(select(Account).where(Account.username == "clerk")).one())
        print("begun", flush=True)
        if what == "again":
            jobs.work_off()
        else:
            incoming.finish(what, by=clerk)
        print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:4])
