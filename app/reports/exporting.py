"""Exports as background work: the rows of a report portion by portion into parts, the parts bound to files.

A portion is a month where a report is monthly, else the whole report. Each step is a chunk of a job, so progress is
kept, a kill costs one portion, and memory does not grow with the rows. The making stands in the audit chain with
everybody whose data is in the files.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.access.queries import actor_of
from app.audit import service as audit
from app.documents.voice import Voice
from app.jobs.kinds import Chunk, Kind, Line, register
from app.messages import Message, Named
from app.pay.months import Month, month_text, plus_months, read_month
from app.reports import places, printing, queries
from app.reports.asking import Asked, read
from app.reports.fields import MONEY, Field
from app.reports.questions import report_for
from app.reports.registry import Report
from app.reports.telling import tell_ready
from app.reports.voices import voice_of
from app.reports.workbook import Sheet, bind, cell_writer
from app.uow import after_commit
from models import Job, JobLine, ReportExport, Unit, db
from models.reports import ReportFormat

KIND = "report-export"
ONE_FILE = 400_000
"""Up to so many rows one workbook is enough; more become a workbook for every year."""
MOST_ROWS_A_FILE = 1_000_000  # a sheet holds 1,048,576
AT_ONCE = 2_000
KNOWN_RECORDS = 60_000
KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Step:
    """One step of the work: the rows of some months of a file, or the binding of the file."""

    file: int
    since: Month
    until: Month
    binds: bool = False


def steps_of(report: Report, asked: Asked, people: int) -> list[Step]:
    """The steps of an export, the same every time it is asked: `people` is how many its rows are about, at most."""
    steps: list[Step] = []
    for number, (since, until) in enumerate(_files(report, asked, people), start=1):
        if report.monthly:
            steps += [Step(number, month, month) for month in asked.narrowed(since, until).months]
        else:
            steps.append(Step(number, since, until))
        steps.append(Step(number, since, until, binds=True))
    return steps


def _files(report: Report, asked: Asked, people: int) -> list[tuple[Month, Month]]:
    """The months of each file: all in one, or a year each, or less where a year would not fit a sheet."""
    if not report.monthly or people * len(asked.months) <= ONE_FILE:
        return [(asked.since, asked.until)]
    most = max(1, min(12, MOST_ROWS_A_FILE // max(people, 1)))
    spans, month = [], asked.since
    while month <= asked.until:
        end = date(month.year, 12, 1) if most == 12 else plus_months(month, most - 1)
        spans.append((month, min(end, asked.until)))
        month = plus_months(spans[-1][1], 1)
    return spans


@dataclass(frozen=True)
class Work:
    """An export with everything that its steps need."""

    export: ReportExport
    report: Report
    asked: Asked
    steps: Sequence[Step]
    voice: Voice


def work_of(job: Job, by: Actor) -> Work:
    """What the job is about, with the rights of today. Raises NotAllowed, NotFound."""
    export = db.session.get_one(ReportExport, job.params["export_id"], populate_existing=True)
    require(by, "report:export")
    report = report_for(by, export.report, export.params)
    asked = read(export.params, report.parameters, opens_with=report.opens_with)
    queries.unit_asked(by, report, asked)
    steps = steps_of(report, asked, job.params["people"])
    return Work(export, report, asked, steps, voice_of(export.language))


def prepare(job: Job, by: Actor) -> dict[str, Any] | None:
    """The next step, done before the transaction that keeps its progress: only files are written."""
    if job.cursor >= job.total:
        return None
    work = work_of(job, by.on_own_account)
    step = work.steps[job.cursor]
    if step.binds:
        return _bind(job, work, step)
    return _write_rows(job, work, step, by.on_own_account)


def do_step(job: Job, by: Actor, prepared: dict[str, Any] | None) -> Chunk:
    """Keep what a step brought."""
    if prepared is None:
        return Chunk(job.cursor)
    return Chunk(job.cursor + 1, (Line(job.cursor + 1, figures=prepared),))


def _write_rows(job: Job, work: Work, step: Step, by: Actor) -> dict[str, Any]:
    """The rows of one portion into a part, counted and added up on the way."""
    report = work.report
    statement = queries.in_order(report, queries.statement_of(by, report, work.asked.narrowed(step.since, step.until)))
    totals: Counter[str] = Counter()
    count = 0
    summed = [(field.code, field.reads[0]) for field in report.fields if field.totalled]
    write = _row_writer(work)
    target = places.part_of(work.export.id, job.cursor)
    fresh = places.fresh(target)
    with gzip.open(fresh, "wt", compresslevel=1, encoding="utf-8") as out:
        for row in queries.with_parts(report, _streamed(statement), _known(work.export.id)):
            out.write(write(row))
            count += 1
            for code, column in summed:
                totals[code] += int(row[column] or 0)
    fresh.replace(target)
    return {"file": step.file, "rows": count, "totals": dict(totals)}


def _streamed(statement: Any) -> Iterator[dict[str, Any]]:
    """The rows as the database hands them out, some thousands at a time."""
    for part in db.session.execute(statement.execution_options(yield_per=AT_ONCE)).mappings().partitions():
        yield from (dict(row) for row in part)


_memory: dict[int, dict[int, tuple[int, ...]]] = {}


def _known(export_id: int) -> dict[int, tuple[int, ...]]:
    """What this export has read of links: most people are paid by the same link month after month, and no link changes.
    Of one export at a time, and of so many links that it stays small."""
    if export_id not in _memory or len(_memory[export_id]) > KNOWN_RECORDS:
        _memory.clear()
        _memory[export_id] = {}
    return _memory[export_id]


def _row_writer(work: Work) -> Any:
    if work.export.format == ReportFormat.XLSX:
        return cell_writer(work.report.fields, work.voice.text)
    return lambda row: json.dumps(printing.texts_of(work.report, row, work.voice), ensure_ascii=False) + "\n"


def _bind(job: Job, work: Work, step: Step) -> dict[str, Any]:
    """The parts of a file bound together."""
    numbers = [place for place, one in enumerate(work.steps) if one.file == step.file and not one.binds]
    lines = db.session.scalars(
        select(JobLine).where(JobLine.job_id == job.id, JobLine.record_id.in_([number + 1 for number in numbers]))
    ).all()
    rows, totals = added(line.figures for line in lines)
    parts = [places.part_of(work.export.id, number) for number in numbers]
    target = places.file_of(work.export.id, step.file, work.export.format.lower())
    summed = {field.code: totals.get(field.code, 0) for field in work.report.fields if field.totalled}
    sheet = sheet_of(work, step, rows)
    if work.export.format == ReportFormat.XLSX:
        bind(target, sheet, parts, rows=rows, totals=summed)
    else:
        printing.print_parts(target, sheet, parts, summed, work.voice, at=work.export.made_at)
    with target.open("rb") as made:
        digest = file_digest(made, "sha256").hexdigest()
    return {
        "bound": step.file, "name": file_name(work, step), "bytes": target.stat().st_size, "sha256": digest,
        "file_rows": rows, "since": month_text(step.since), "until": month_text(step.until),
    }  # fmt: skip


def added(figures: Iterator[Mapping[str, Any]]) -> tuple[int, Counter[str]]:
    """Rows and totals of several portions."""
    rows, totals = 0, Counter[str]()
    for one in figures:
        rows += one.get("rows", 0)
        totals.update(one.get("totals", {}))
    return rows, totals


def sheet_of(work: Work, step: Step, rows: int) -> Sheet:
    """Title, facts and heads in the language of the export."""
    say = work.voice.text
    unit = db.session.get(Unit, work.asked.unit_id) if work.asked.unit_id else None
    span = Message("%(since)s to %(until)s", since=month_text(step.since), until=month_text(step.until))
    facts = [
        (Message("Months"), span),
        (Message("Unit"), Named(unit.name, unit.name_en or unit.name) if unit else Message("All in reach")),
        (Message("Rows"), f"{rows:,}"),
        (Message("Made by"), work.export.made_by.display_name),
        (Message("Made at"), f"{clock.local(work.export.made_at):%Y-%m-%d %H:%M}"),
    ]
    return Sheet(
        say(work.report.title), [(say(label), say(value)) for label, value in facts], work.report.fields,
        [head_of(field, work.voice) for field in work.report.fields], say(Message("Total")),
    )  # fmt: skip


def head_of(field: Field, voice: Voice) -> str:
    """The head of a column, with the unit of an amount."""
    return voice.text(field.label) + (f"({voice.text(Message('yuan'))})" if field.kind == MONEY else "")


def file_name(work: Work, step: Step) -> str:
    """The name under which a file is kept by who gets it."""
    span = month_text(step.since) if step.since == step.until else f"{month_text(step.since)}-{month_text(step.until)}"
    return f"{work.voice.text(work.report.title)}-{span}.{work.export.format.lower()}".replace("/", "-")


def finish(job: Job) -> dict[str, Any]:
    """Tell the export what became of it, and the audit chain whose data stands in the files."""
    export = db.session.get_one(ReportExport, job.params["export_id"])
    lines = db.session.scalars(select(JobLine).where(JobLine.job_id == job.id).order_by(JobLine.record_id)).all()
    rows, totals = added(line.figures for line in lines if "rows" in line.figures)
    export.files = [
        {name: line.figures[name] for name in ("bound", "name", "bytes", "sha256", "file_rows", "since", "until")}
        for line in lines if "bound" in line.figures
    ]  # fmt: skip
    export.rows, export.totals = rows, dict(totals)
    export.done_at, export.keep_until = clock.now(), clock.now() + KEPT_FOR
    by = _maker(export)
    report = report_for(by, export.report, export.params, columns=False)
    asked = read(export.params, report.parameters, opens_with=report.opens_with)
    concerned = queries.people_of(by, report, asked)
    subjects = [] if concerned is None else list(db.session.scalars(concerned))
    audit.record(
        "report:export", by=by, kind="report_export", record_id=export.id, unit_id=asked.unit_id, subjects=subjects,
        after={"report": export.report, "rows": rows, "as": export.format, "files": len(export.files), **export.params},
    )  # fmt: skip
    tell_ready(export, report.title)
    export_id = export.id
    after_commit(lambda: places.remove_parts(export_id))
    return {"rows": rows, "files": len(export.files)}


def _maker(export: ReportExport) -> Actor:
    return actor_of(export.made_by).on_own_account


def months_asked(params: Mapping[str, Any]) -> tuple[Month, Month] | None:
    """The months of kept parameters, for a list of exports."""
    if "since" not in params or "until" not in params:
        return None
    return read_month(params["since"]), read_month(params["until"])


def path_of(export: ReportExport, number: int) -> Path:
    return places.file_of(export.id, number, export.format.lower())


register(
    Kind(
        code=KIND, name=Message("Report as a file"), permission="report:export", step=do_step, finish=finish,
        alone=False, prepare=prepare,
    )
)  # fmt: skip
