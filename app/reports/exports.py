"""Verbs of exports: ask for one, read one's own, take a file, sweep what was kept long enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.audit import service as audit
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from app.idempotency import once
from app.jobs import service as jobs
from app.messages import Message
from app.pay.months import plus_months
from app.reports import places, printing, queries
from app.reports.asking import Asked, read
from app.reports.exporting import KEPT_FOR, KIND, path_of, steps_of
from app.reports.questions import report_for
from app.reports.registry import Report
from app.uow import after_commit, atomic, transaction
from models import ReportExport, db
from models.accounts import Reach
from models.reports import ReportFormat

MOST_ROWS = 5_000_000
MOST_LISTED = 100
LANGUAGES = ("zh", "en")


def ask(
    code: str, params: dict[str, str], *, form: str, language: str, by: Actor, key: str | None = None,
    schedule: tuple[int, date] | None = None,
) -> int:  # fmt: skip
    """Put a report into the line to be made as files; returns the export's id.

    Raises NotFound, NotAllowed, Invalid for what cannot be asked for, Refused where it has more rows than are made.
    """
    require(by, "report:export")
    by = by.on_own_account
    report = report_for(by, code, params)
    asked = read(params, report.parameters, opens_with=report.opens_with)
    queries.unit_asked(by, report, asked)
    if form not in set(ReportFormat):
        raise Invalid(fields={"form": Message("Choose the kind of file.")})
    people = _within_the_cap(by, report, asked, form)
    kept = asked.as_params()

    def work() -> dict[str, Any]:
        now = clock.now()
        export = ReportExport(
            report=code, params=kept, format=form, language=language if language in LANGUAGES else "zh",
            reach=reach_of(by, report), made_by_id=by.account_id, made_at=now, keep_until=now + KEPT_FOR,
            schedule_id=schedule[0] if schedule else None, due_on=schedule[1] if schedule else None, totals={},
            files=[],
        )  # fmt: skip
        db.session.add(export)
        db.session.flush()
        steps = steps_of(report, asked, people)
        job = jobs.begin(KIND, {"export_id": export.id, "people": people}, total=len(steps), by=by)
        export.job_id = job.id
        return {"export": export.id}

    body = {"report": code, "params": kept, "form": form, "language": language}
    return int(once(key, "report:export", body, by, work)["export"])


def _within_the_cap(by: Actor, report: Report, asked: Asked, form: str) -> int:
    """How many people the rows are about, at most. Raises Refused where there are more rows than are made."""
    if report.monthly and report.people is not None:
        people = _count(report.people(by, asked))
        most = people * len(asked.months)
    elif report.rows_of and queries.too_long(report, asked):  # as many groups as in the last months, about
        last = asked.narrowed(plus_months(asked.until, 1 - report.page_months), asked.until)
        people = most = _count(queries.statement_of(by, report, last))
    else:
        people = most = _count(queries.statement_of(by, report, asked))
    if (
        form == ReportFormat.PDF
        and most > printing.MOST_ROWS
        and report.monthly
        and not queries.too_long(report, asked)
    ):
        most = _count(queries.statement_of(by, report, asked))
    if form == ReportFormat.PDF and most > printing.MOST_ROWS:
        raise Refused(
            Message("This report has more than %(count)s rows, too many for paper.", count=f"{printing.MOST_ROWS:,}"),
            remedy=Message("Export it as a workbook, or narrow it to a unit or fewer months."),
        )
    if most > MOST_ROWS:
        raise Refused(
            Message("This would be up to %(rows)s rows; at most %(most)s are made at once.", rows=f"{most:,}",
                    most=f"{MOST_ROWS:,}"),
            remedy=Message("Ask for fewer months, or for one unit after the other."),
        )  # fmt: skip
    return people


def _count(statement: Any) -> int:
    counted = statement.order_by(None).limit(MOST_ROWS + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(counted)) or 0


def reach_of(actor: Actor, report: Report) -> list[list[Any]]:
    """The grants that open the rows of a report to a person, to be held against those of the day of the download."""
    grants = {(grant.unit_id or 0, str(grant.reach)) for grant in actor.on_own_account.grants_for(report.permission)}
    return [list(one) for one in sorted(grants)]


@dataclass(frozen=True)
class Standing:
    """An export as its maker sees it: how far it is, and whether its files can be had."""

    export: ReportExport
    report: Report | None

    @property
    def state(self) -> str:
        """`SWEPT` when the files are gone, else the state of the job."""
        if self.export.swept_at is not None:
            return "SWEPT"
        return self.export.job.state if self.export.job is not None else "WAITING"

    @property
    def at_work(self) -> bool:
        return self.state in ("WAITING", "RUNNING")


def mine(actor: Actor) -> list[Standing]:
    """One's own exports, the newest first; one statement."""
    require(actor, "report:export")
    found = db.session.scalars(
        select(ReportExport)
        .where(ReportExport.made_by_id == actor.account_id)
        .options(joinedload(ReportExport.job))
        .order_by(ReportExport.id.desc())
        .limit(MOST_LISTED)
    )
    return [Standing(export, _known(actor, export)) for export in found]


def _known(actor: Actor, export: ReportExport) -> Report | None:
    """The report of an export, where it may still be seen and its question still has its fields."""
    try:
        return report_for(actor, export.report, export.params, columns=False)
    except Refused:
        return None


def opened(actor: Actor, export_id: int) -> Standing:
    """One of one's own exports. Raises NotFound for anybody else's."""
    require(actor, "report:export")
    export = db.session.scalars(
        select(ReportExport)
        .where(ReportExport.id == export_id, ReportExport.made_by_id == actor.account_id)
        .options(joinedload(ReportExport.job))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if export is None:
        raise NotFound
    return Standing(export, _known(actor, export))


@dataclass(frozen=True)
class Handed:
    """A file that may be sent."""

    path: Path
    name: str


@atomic
def take(export_id: int, number: int, *, by: Actor) -> Handed:
    """A file of one's own export. Raises NotFound, NotAllowed where one's reach has changed since it was made."""
    standing = opened(by, export_id)
    export = standing.export
    if standing.report is None:
        raise NotAllowed(Message("You may no longer see what this file shows."), remedy=_AGAIN)
    held = {tuple(one) for one in reach_of(by, standing.report)}
    everywhere = any(reach == Reach.ALL for _, reach in held)
    if not everywhere and not {tuple(one) for one in export.reach} <= held:
        raise NotAllowed(
            Message("Your reach has changed since this file was made, so it is no longer handed out."), remedy=_AGAIN
        )
    if export.swept_at is not None or export.keep_until < clock.now():
        raise Conflict(Message("This file was kept until %(day)s and is gone.", day=_day(export)), remedy=_AGAIN)
    file = next((one for one in export.files if one["bound"] == number), None)
    if file is None:
        raise NotFound
    path = path_of(export, number)
    if not path.is_file():
        raise NotFound
    audit.record(
        "report:download", by=by, kind="report_export", record_id=export.id,
        after={"file": file["name"], "rows": file["file_rows"]},
    )  # fmt: skip
    return Handed(path, file["name"])


_AGAIN = Message("Ask for the report again; it is then made with what you may see today.")


def _day(export: ReportExport) -> str:
    return f"{clock.local(export.keep_until):%Y-%m-%d}"


def stop(export_id: int, *, by: Actor) -> None:
    """Stop one's own export after the portion it is at. Raises NotFound, Conflict if it has ended."""
    standing = opened(by, export_id)
    if standing.export.job_id is None:
        raise NotFound
    jobs.stop(standing.export.job_id, by=by)


def sweep(*, by: Actor) -> int:
    """Remove the files that were kept long enough, also those of exports that were never finished."""
    with transaction():
        over: Sequence[ReportExport] = db.session.scalars(
            select(ReportExport).where(ReportExport.swept_at.is_(None), ReportExport.keep_until < clock.now())
        ).all()
        gone = [export.id for export in over]
        for export in over:
            export.swept_at = clock.now()
        if gone:
            audit.record("report:sweep", by=by, kind="report_export", record_id="*", after={"exports": len(gone)})
        for export_id in gone:
            after_commit(lambda number=export_id: places.remove(number))  # type: ignore[misc]
    return len(gone)
