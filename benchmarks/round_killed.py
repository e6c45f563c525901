"""The annual round of a whole city, killed in the middle twenty times, against the same round left alone.

On SQLite and on PostgreSQL (ROUND_ON=sqlite or postgresql for one of them, ROUND_SCALE=small for the small city,
ROUND_KILLS for another number): two copies of one city; in one a process carries the round through, in the other
it gets SIGKILL after a random part of that time, again and again, is begun anew each time, and at last may end. Then
what both have written is compared row by row, without numbers of rows and moments.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from sqlalchemy import Engine, create_engine, select, text

from app import create_app
from app.access.queries import actor_of
from app.config import settings_from
from app.demo import loading
from benchmarks.lists import PostgresCities, SqliteCities
from benchmarks.round import PEOPLE, SCALE, carry, make_people, take_back_last_round
from models import Account, Base, db

KILLS = int(os.environ.get("ROUND_KILLS", "20"))
ON = os.environ.get("ROUND_ON", "sqlite,postgresql").split(",")
SHORTEST, LONGEST = 0.02, 0.09  # of the time that the round takes when it is left alone
_OF = "JOIN application_employees o ON o.application_id = x.application_id"
_WRITTEN = {
    "reported assessments": "SELECT staff_id, year, result FROM reported_assessments",
    "proposals": "SELECT staff_id, due_key, state, after_fen FROM proposals",
    "batches": "SELECT unit_id, item_id, origin, year, state FROM batches",
    "lines": "SELECT staff_id, alike, CAST(problems AS TEXT) FROM batch_lines",
    "applications": "SELECT o.staff_id, x.item_id, x.state, x.round, x.step_position, o.before_fen, o.after_fen, "
    "o.back_pay_fen FROM applications x JOIN application_employees o ON o.application_id = x.id",
    "events": f"SELECT o.staff_id, x.kind, x.by_id, x.step_position, x.round FROM application_events x {_OF}",
    "decisions": f"SELECT o.staff_id, x.step_key, x.outcome, x.decided_by_id FROM decisions x {_OF}",
    "career events": "SELECT staff_id, kind, day, year, CAST(data AS TEXT) FROM career_events WHERE voided_at IS NULL",
    "wage records": "SELECT staff_id, position, effective_month, cause, total_fen, CAST(components AS TEXT) "
    "FROM wage_records WHERE voided_at IS NULL",
    "results": "SELECT staff_id, effect, CAST(figures AS TEXT) FROM results WHERE voided_at IS NULL",
    "instructions": "SELECT staff_id, effective_month, before_fen, after_fen, back_pay_fen, state "
    "FROM payment_instructions",
}


def main() -> None:
    if "sqlite" in ON:
        with tempfile.TemporaryDirectory() as folder:
            compare("SQLite", SqliteCities(Path(folder)), Path(folder) / "uploads")
    if "postgresql" in ON:
        with tempfile.TemporaryDirectory() as folder:
            compare("PostgreSQL", PostgresCities(Path(folder) / "data"), Path(folder) / "uploads")


def compare(name: str, cities: SqliteCities | PostgresCities, uploads: Path) -> None:
    """Carry the round through in two copies of a city, one of them under fire, and say what differs."""
    app = create_app(settings_from({"DATABASE_URL": cities.small, "UPLOADS_DIR": str(uploads)}))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        staff = loading.load(SCALE)["staff"]
        make_people()
        take_back_last_round()
        db.engine.dispose()
    cities.copy()
    start = time.perf_counter()
    _run(cities.small, uploads)
    alone = time.perf_counter() - start
    random, start, ended = Random(20180403), time.perf_counter(), False
    for _kill in range(KILLS):
        ended = ended or _run(cities.large, uploads, after=alone * random.uniform(SHORTEST, LONGEST))
    _run(cities.large, uploads)
    under_fire = time.perf_counter() - start
    left, right = (_digests(create_engine(url)) for url in (cities.small, cities.large))
    print(f"{name}: {staff:,} staff; left alone {alone:.0f} s, killed {KILLS} times {under_fire:.0f} s")
    if ended:
        print("  It ended before it was killed so many times.")
    for table, (rows, digest) in left.items():
        same = "the same" if right[table] == (rows, digest) else f"DIFFERENT: {right[table][0]:,} rows"
        print(f"  {table:<22}{rows:>10,} rows   {same}")
    sys.stdout.flush()


def _run(url: str, uploads: Path, *, after: float | None = None) -> bool:
    """Carry the round through in a process of its own, killed after so many seconds. Whether it ended by itself."""
    with subprocess.Popen([sys.executable, "-m", "benchmarks.round_killed", url, str(uploads)]) as process:
        try:
            code = process.wait(after)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            return False
    if code:
        sys.exit(f"The round ended with {code}.")
    return True


def _digests(engine: Engine) -> dict[str, tuple[int, str]]:
    """How many rows each table holds of what the round writes, and one hash over them in the order of their text."""
    found = {}
    with engine.connect() as connection:
        for table, query in _WRITTEN.items():
            rows = sorted("|".join(map(str, row)) for row in connection.execute(text(query)))
            found[table] = len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()
    engine.dispose()
    return found


def _carry_through(url: str, uploads: str) -> None:
    """What runs in the process that is killed."""
    app = create_app(settings_from({"DATABASE_URL": url, "UPLOADS_DIR": uploads}))
    with app.app_context():
        accounts = {one.username: one for one in db.session.scalars(select(Account))}
        carry([actor_of(accounts[f"round-{role}"]) for role in ("administrator", *PEOPLE)])


if __name__ == "__main__":
    _carry_through(sys.argv[1], sys.argv[2])
