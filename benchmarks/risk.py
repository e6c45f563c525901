"""Every fund-risk rule over a city of 30,000 staff, on SQLite and on PostgreSQL: statements, time and memory.

The city is that of `flask demo risks` at its full size: 600 institutions that paid everybody through 2017, with planted
misuse. Each rule looks at the twelve months and opens its cases, as the night does; then everything is looked at once
more, which opens nothing. A process of its own looks, so that its memory is that of the rules alone. RISK_STAFF sets
another size.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import event, func, select

from app import clock, create_app, uow
from app.access.actor import system
from app.config import settings_from
from app.demo import risks_plant, risks_world
from app.items.loading import load_catalogue
from app.risk.registry import RULES
from app.risk.service import look
from benchmarks.lists import PostgresCities, SqliteCities
from models import Base, Case, db

STAFF = int(os.environ.get("RISK_STAFF", "30000"))
SEED = 7


def main() -> None:
    apart = get_context("spawn")
    for name in ("SQLite", "PostgreSQL"):
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            cities = SqliteCities(place) if name == "SQLite" else PostgresCities(place / "data")
            for step in (_build, _look):
                one = apart.Process(target=step, args=(name, cities.small, str(place / "uploads")))
                one.start()
                one.join()
                if one.exitcode:
                    raise SystemExit(one.exitcode)


def _build(name: str, url: str, uploads: str) -> None:
    """Write the city with its payrolls."""
    begun = time.perf_counter()
    app = create_app(settings_from({"DATABASE_URL": url, "UPLOADS_DIR": uploads}))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with clock.frozen(risks_world.NOW), uow.transaction() as session:
            load_catalogue(by=system("benchmark"))
            session.flush()
            connection = session.connection()
            world = risks_world.build(connection, institutions=STAFF // 50, staff=STAFF, seed=SEED)
            risks_plant.share_the_reviews(connection, world)
            planted = risks_plant.plant(connection, world, each=risks_plant.EACH)
            room = risks_plant.establishments(connection, world, planted, risks_world.most_heads(world))
            lines = risks_world.write(connection, world, room)
    spent = time.perf_counter() - begun
    print(f"\n{name}: {STAFF:,} staff, {lines:,} payroll lines, written in {spent:.0f} s", flush=True)


def _look(name: str, url: str, uploads: str) -> None:
    """Let every rule look, and once more."""
    app = create_app(settings_from({"DATABASE_URL": url, "UPLOADS_DIR": uploads}))
    by = system("benchmark")
    with app.app_context(), clock.frozen(risks_world.NOW):
        db.session.scalar(select(func.count()).select_from(Case))
        at_first = _peak()
        sent = [0]
        event.listen(db.engine, "before_cursor_execute", lambda *_: sent.__setitem__(0, sent[0] + 1))
        print(f"  {'rule':<26}{'found':>7}{'statements':>12}{'seconds':>9}{'CPU here':>10}{'peak MB':>9}")
        whole = time.perf_counter()
        for code in sorted(RULES):
            sent[0] = 0
            begun, cpu = time.perf_counter(), time.process_time()
            found = look(code, until=risks_world.LAST, by=by)["found"]
            took, burnt = time.perf_counter() - begun, time.process_time() - cpu
            db.session.remove()
            print(f"  {code:<26}{found:>7}{sent[0]:>12}{took:>9.1f}{burnt:>10.1f}{_peak():>9.0f}", flush=True)
        first, whole = time.perf_counter() - whole, time.perf_counter()
        opened = sum(look(code, until=risks_world.LAST, by=by)["opened"] for code in sorted(RULES))
        again = time.perf_counter() - whole
        print(f"  all rules {first:.1f} s; once more {again:.1f} s and {opened} cases opened")
        print(f"  memory rose from {at_first:.0f} to {_peak():.0f} MB", flush=True)


def _peak() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
