"""The annual round of a whole city, from reported assessments to approved records and payment instructions.

On SQLite and on PostgreSQL: loads the demo city (ROUND_SCALE=small for the small one), reports last year's assessment
of everybody, works out the proposals, makes a batch for each unit, files it and decides it at every step in the names
of people who may. Then the same rows are written once more by nothing but a bulk insert into an empty schema: that is
what the time is held against. Memory is the peak of the process until
the round is done; the rows are read back for the bare insert after that.
"""

from __future__ import annotations

import os
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, func, select, text

from app import clock, create_app
from app.access import passwords
from app.access.actor import Actor, system
from app.access.queries import actor_of
from app.batches import round as annual
from app.config import settings_from
from app.demo import bulk, loading
from app.proposals import service as proposals
from app.uow import transaction
from benchmarks.lists import PostgresCities, SqliteCities
from models import Account, Base, PaymentInstruction, ReportedAssessment, RoleGrant, Staff, db
from models.accounts import Reach
from models.staff import StaffState

SCALE = os.environ.get("ROUND_SCALE", "city")
PEOPLE = ("clerk", "head", "department", "reviewer", "rechecker", "approver")
AT_ONCE = 5000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", SqliteCities(Path(folder)), Path(folder) / "uploads")
    with tempfile.TemporaryDirectory() as folder:
        measure("PostgreSQL", PostgresCities(Path(folder) / "data"), Path(folder) / "uploads")


def measure(name: str, cities: SqliteCities | PostgresCities, uploads: Path) -> None:
    """Load the city, carry the round through stage by stage, and write the same rows bare."""
    app = create_app(settings_from({"DATABASE_URL": cities.small, "UPLOADS_DIR": str(uploads)}))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        counts = loading.load(SCALE)
        people = make_people()
        take_back_last_round()
        db.session.remove()
        before = _last_rows(db.engine)
        instructed = -_instructions()
        spent = carry(people)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rows = list(_rows(db.engine, before))
        instructed += _instructions()
        db.session.remove()
        db.engine.dispose()
        cities.copy()
        bare = _bare(cities.large, rows)
        written = sum(len(found) for _table, found in rows)
    total = sum(spent.values())
    print(f"{name}: {counts['staff']:,} staff, {instructed:,} new instructions, {written:,} rows written")
    for stage, seconds in spent.items():
        print(f"  {stage:<22}{seconds:>9.1f} s")
    print(f"  {'altogether':<22}{total:>9.1f} s")
    print(f"  {'bare bulk insert':<22}{bare:>9.1f} s   the round takes {total / bare:.1f} times as long")
    print(f"  {'peak memory':<22}{peak:>9.0f} MB", flush=True)


# The demo city has had the increments of this year already. Their applications are withdrawn and what came of them is
# taken away, where nothing later stands on it, so that nearly everybody is due again.
_FILED = "(SELECT a.id FROM applications a JOIN service_items i ON i.id = a.item_id WHERE i.code = 'NCGZ-12')"
_TAKE_BACK = (
    f"DELETE FROM payment_instructions WHERE application_id IN {_FILED}",
    f"DELETE FROM results WHERE application_id IN {_FILED}",
    "DELETE FROM wage_records WHERE id IN (SELECT r.id FROM wage_records r "
    "LEFT JOIN wage_records later ON later.previous_id = r.id "
    f"WHERE later.id IS NULL AND r.application_id IN {_FILED})",
    "DELETE FROM career_events WHERE id IN (SELECT e.id FROM career_events e "
    "LEFT JOIN wage_records held ON held.event_id = e.id "
    f"WHERE held.id IS NULL AND e.application_id IN {_FILED})",
    "UPDATE applications SET state = 'WITHDRAWN', decided_at = NULL, paid_at = NULL, step_position = NULL, "
    "step_permission = NULL, step_entered_at = NULL, due_on = NULL, claimed_by_id = NULL, claimed_at = NULL "
    f"WHERE id IN {_FILED}",
)


def take_back_last_round() -> None:
    """Nothing is left that points at what is deleted: keys are not checked, which reads a whole table for each row."""
    if db.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(db.engine.url.database))) as connection, connection:
            for statement in _TAKE_BACK:
                connection.execute(statement)
    else:
        with db.engine.begin() as connected:
            for statement in ("SET LOCAL session_replication_role = replica", *_TAKE_BACK):
                connected.execute(text(statement))
    db.session.remove()


def make_people() -> list[Actor]:
    """One person for each task, with reach over every unit; the first administrator before them."""
    with transaction():
        made = [_account(role) for role in ("administrator", *PEOPLE)]
    return [actor_of(account) for account in made]


def _account(role: str) -> Account:
    account = Account(
        username=f"round-{role}", display_name=role, created_at=clock.now(), must_change_password=False,
        password_hash=passwords.hash_password("a round of one evening"),
    )  # fmt: skip
    db.session.add(account)
    db.session.flush()
    db.session.add(
        RoleGrant(account_id=account.id, role=role, reach=Reach.ALL, valid_from=clock.today(), created_at=clock.now())
    )
    return account


def _instructions() -> int:
    return db.session.scalar(select(func.count()).select_from(PaymentInstruction)) or 0


def carry(people: Sequence[Actor]) -> dict[str, float]:
    """Assessments, proposals and batches, filing and deciding, each going on where it was left: seconds by stage."""
    spent: dict[str, float] = {}
    year = clock.today().year
    with _timed(spent, "assessments"):
        ids = db.session.scalars(select(Staff.id).where(Staff.state == StaffState.ACTIVE).order_by(Staff.id)).all()
        reported = set(
            db.session.scalars(select(ReportedAssessment.staff_id).where(ReportedAssessment.year == year - 1))
        )
        left = [one for one in ids if one not in reported]
        for start in range(0, len(left), AT_ONCE):
            proposals.report(
                [proposals.Result(one, year - 1, "QUALIFIED") for one in left[start : start + AT_ONCE]],
                by=system("the round"),
            )  # fmt: skip
    with _timed(spent, "proposals and batches"):
        annual.prepare(year, by=people[0])
    with _timed(spent, "filing and deciding"):
        annual.carry_through(year, people[1:])
    return spent


@contextmanager
def _timed(spent: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    spent[stage] = time.perf_counter() - start


def _key(table: Any) -> Any:
    """The column by which new rows are known."""
    return next((table.c[name] for name in ("id", "seq") if name in table.c), None)


def _last_rows(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            table.name: int(connection.execute(select(func.max(_key(table)))).scalar() or 0)
            for table in Base.metadata.sorted_tables
            if _key(table) is not None
        }


def _rows(engine: Engine, before: dict[str, int]) -> Iterator[tuple[Any, list[Any]]]:
    """What the round has added to each table."""
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            key = _key(table)
            if key is not None:
                found = connection.execute(select(table).where(key > before[table.name])).all()
                if found:
                    yield table, [tuple(row) for row in found]


def _bare(url: str, rows: Sequence[tuple[Any, list[Any]]]) -> float:
    """The seconds that the same rows take as nothing but a bulk insert, in one transaction, without checks of keys."""
    engine = create_engine(url)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    mappers = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
    start = time.perf_counter()
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
        for table, found in rows:
            bulk.write(connection, mappers[table], [column.name for column in table.columns], found)
    spent = time.perf_counter() - start
    engine.dispose()
    return spent


if __name__ == "__main__":
    main()
