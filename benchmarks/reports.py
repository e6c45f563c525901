"""Every report on a whole city: how many statements, how long, and the roster of ten years as files.

On SQLite and on PostgreSQL: loads the demo city (30,000 staff, 40,000 applications) and reads each report as the
auditor, who sees everything, without writing the reading down. Milliseconds are medians in process, without a network.
Then everybody's wages of ten years, month by month, are exported by the job that does it in production: the clock
stands in 2026, where every employee of the city has been paid for 120 months. Told are rows, seconds, statements, the
peak of memory, whose data the export event names, and whether the totals of the files are those of the database to the
fen.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import event, func, select

from app import clock, create_app
from app.access.queries import actor_of
from app.config import settings_from
from app.demo import loading
from app.jobs import service as jobs
from app.reports import asking, exports, queries
from app.reports.catalogue import ORDER
from benchmarks.lists import PostgresCities, SqliteCities
from models import Account, AuditEvent, AuditSubject, Base, ReportExport, db

ROUNDS = 3
IN_2026 = datetime(2026, 6, 15, 9, 0, tzinfo=clock.SHANGHAI)
TEN_YEARS = {"since": "2016-07", "until": "2026-06"}


def main() -> None:
    for name in ("SQLite", "PostgreSQL"):
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            cities = SqliteCities(place) if name == "SQLite" else PostgresCities(place / "data")
            measure(name, cities.small, place / "uploads")


def measure(name: str, url: str, uploads: Path, *, loaded: bool = False) -> None:
    """Load a city and print both tables. With `loaded` the database holds one already."""
    app = create_app(
        settings_from({"ZEROTRIP_ENV": "development", "DATABASE_URL": url, "UPLOADS_DIR": str(uploads)})
    )  # fmt: skip
    with app.app_context():
        if not loaded:
            Base.metadata.create_all(db.engine)
            loading.load("city")
        _reports(name)
        _ten_years(name)
        db.session.remove()
        db.engine.dispose()


def _reports(name: str) -> None:
    actor = actor_of(db.session.scalars(select(Account).where(Account.username == "auditor")).one())
    print(f"\n{name}: each report as the auditor sees it, first page of 50\n")
    print(f"  {'report':<14} {'rows':>8} {'statements':>11} {'ms':>8} {'CPU ms':>8}")
    with clock.frozen(loading.NOW), counted() as sent:
        for code in ORDER:
            report = queries.one(actor, code)
            asked = asking.usual(report.opens_with)
            took, burnt, count = [], [], 0
            for _ in range(ROUNDS):
                sent.clear()
                begun, cpu = time.perf_counter(), time.process_time()
                count = queries.table(actor, report, asked).page.count or 0
                took.append((time.perf_counter() - begun) * 1000)
                burnt.append((time.process_time() - cpu) * 1000)
            print(
                f"  {code:<14} {count:>8,} {len(sent):>11} {statistics.median(took):>8,.0f} "
                f"{statistics.median(burnt):>8,.0f}",
                flush=True,
            )


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def _ten_years(name: str) -> None:
    """The roster of ten years through the job, and the same sum asked of the database."""
    with clock.frozen(IN_2026):
        actor = actor_of(db.session.scalars(select(Account).where(Account.username == "auditor")).one())
        before = peak()
        begun, cpu = time.perf_counter(), time.process_time()
        export_id = exports.ask("wage-roster", dict(TEN_YEARS), form="XLSX", language="zh", by=actor)
        with counted() as sent:
            jobs.work_off()
        took, burnt = time.perf_counter() - begun, time.process_time() - cpu
        export = db.session.get_one(ReportExport, export_id, populate_existing=True)
        if export.done_at is None:
            sys.exit(f"The export did not finish: {export.job and export.job.problem}")
        report = queries.one(actor, "fund")
        total = 0
        for year in range(2016, 2027):
            since, until = max(f"{year}-01", TEN_YEARS["since"]), min(f"{year}-12", TEN_YEARS["until"])
            asked = asking.read({"since": since, "until": until}, report.parameters)
            total += queries.table(actor, report, asked).totals["total_fen"]
        people = db.session.scalar(
            select(func.count())
            .select_from(AuditSubject)
            .join(AuditEvent, AuditEvent.seq == AuditSubject.seq)
            .where(AuditEvent.action == "report:export", AuditEvent.record_id == str(export_id))
        )
    size = sum(file["bytes"] for file in export.files)
    print(f"\n{name}: the roster of ten years, {export.rows:,} rows in {len(export.files)} workbooks\n")
    portions = export.job.total if export.job else 0
    print(f"  {took:,.0f} s, {burnt:,.0f} s of CPU here, {portions} portions, {len(sent):,} statements")
    print(f"  {size / 2**20:,.0f} MB of files; memory rose from {before:,.0f} to {peak():,.0f} MB at the peak")
    print(f"  the export event names {people:,} people")
    same = "equal to the fen" if export.totals["total_fen"] == total else "DIFFERENT"
    print(f"  total {export.totals['total_fen'] / 100:,.2f} yuan; the database: {total / 100:,.2f}: {same}", flush=True)


def peak() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
