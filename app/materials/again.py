"""Uploads examined again by the present checks, in bulk: a job with a line for each, which goes on after a kill.

What was accepted is never refused afterwards: what is found newly on it is a note for people.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from datetime import time as time_of_day
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app import clock
from app.access import scope
from app.access.actor import Actor
from app.access.policy import require
from app.audit import service as audit
from app.errors import Invalid, NotFound
from app.items import queries as items
from app.jobs import service as jobs
from app.jobs.kinds import Chunk, Kind, Line, register
from app.materials import adjusting, places
from app.materials.inspection import inspect
from app.materials.judging import kind_finding
from app.materials.recording import check_row, keep_examination
from app.materials.sentences import CODES, FLAGS
from app.materials.thresholds import Values, judged_under
from app.materials.verdicts import BLOCKING, CHECKER_VERSION, WARNING, Finding, Limits, Verdict
from app.messages import Message
from models import Application, Job, JobLine, MaterialCheck, Upload, db
from models.applications import ApplicationState
from models.jobs import LineOutcome

KIND = "material_check"
PERMISSION = "check:again"
EXAMINED = frozenset({*CODES, *FLAGS, "kind_not_accepted", "signed"})
"""What an examination of the file alone finds; what comparing files or a virus scanner found is left as it is."""
_AT_ONCE = 12
_SECONDS = 15.0
"""After so long a chunk is written down, well within the lease."""
_OPEN = (ApplicationState.DRAFT, ApplicationState.RETURNED)

Seen = Sequence[tuple[int, Verdict | None]]


def begin(
    *, since: date, until: date, code: str = "", item_id: int | None = None, material_code: str = "",
    unit_id: int | None = None, older: bool = False, by: Actor,
) -> Job:  # fmt: skip
    """Begin to examine again what was uploaded in these days (both included) and within the actor's reach.

    `code` chooses uploads with that finding, `older` those that the present version has not examined.
    Raises Invalid where nothing is chosen, Conflict while another such run is at work.
    """
    require(by, PERMISSION)
    if until < since:
        raise Invalid(fields={"until": Message("The last day lies before the first.")})
    params: dict[str, Any] = {
        "since": since.isoformat(), "until": until.isoformat(), "code": code, "item": item_id,
        "material": material_code, "unit": unit_id, "older": older, "version": CHECKER_VERSION,
        "last": db.session.scalar(select(func.max(Upload.id))) or 0,
    }  # fmt: skip
    total = db.session.scalar(select(func.count()).select_from(Upload).join(Application).where(_chosen(params, by)))
    if not total:
        raise Invalid(fields={"since": Message("No upload that still stands was found for this choice.")})
    return jobs.begin(KIND, params, total=total, by=by)


def _chosen(params: Mapping[str, Any], by: Actor) -> ColumnElement[bool]:
    """The uploads of a run. Later ones are not among them, so that the run never outgrows its total."""
    start, end = (
        datetime.combine(date.fromisoformat(params[name]), moment, tzinfo=clock.SHANGHAI)
        for name, moment in (("since", time_of_day.min), ("until", time_of_day.max))
    )
    wanted = [
        scope.condition(by, PERMISSION, Application),
        Upload.removed_at.is_(None), Upload.uploaded_at >= start, Upload.uploaded_at <= end,
        Upload.id <= params["last"],
    ]  # fmt: skip
    if params["code"]:
        found = select(MaterialCheck.upload_id).where(MaterialCheck.code == params["code"])
        wanted.append(Upload.id.in_(found.where(MaterialCheck.upload_id.is_not(None))))
    if params["item"]:
        wanted.append(Application.item_id == params["item"])
    if params["material"]:
        wanted.append(Upload.material_code == params["material"])
    if params["unit"]:
        wanted.append(Application.unit_id == params["unit"])
    if params["older"]:
        wanted.append(Upload.checker_version != params["version"])
    return and_(*wanted)


def _examine(job: Job, by: Actor) -> Seen:
    """The next files in the examiner, outside any transaction: nobody waits for a lock while a file is looked at."""
    rows = db.session.execute(
        select(
            Upload.id, Upload.sha256, Upload.filename, Upload.sheets, Application.item_version_id, Upload.material_code
        )
        .join(Application, Application.id == Upload.application_id)
        .where(_chosen(job.params, by), Upload.id > job.cursor)
        .order_by(Upload.id)
        .limit(_AT_ONCE)
    ).all()
    limits = {row.id: _limits(row.item_version_id, row.material_code) for row in rows}
    db.session.rollback()
    seen: list[tuple[int, Verdict | None]] = []
    started = time.monotonic()
    for row in rows:
        try:
            verdict = inspect(
                places.store().path(row.sha256),
                filename=row.filename,
                limits=limits[row.id],
                straightened=any(sheet["shown"] for sheet in row.sheets),  # judged as people see it
            )
        except (OSError, NotFound):
            verdict = None
        seen.append((row.id, verdict))
        if time.monotonic() - started > _SECONDS:
            break
    return seen


def _limits(version_id: int, code: str) -> Limits:
    material = items.parts(version_id).material(code)
    return Limits(max_pages=material.max_pages) if material is not None else Limits()


def _step(job: Job, by: Actor, seen: Seen) -> Chunk:
    """Write down what the examiner said of some uploads."""
    if not seen:
        return Chunk(job.cursor)
    rows = db.session.scalars(
        select(Upload)
        .join(Upload.application)
        .options(contains_eager(Upload.application), joinedload(Upload.checks))
        .where(Upload.id.in_([upload_id for upload_id, _ in seen]))
        .execution_options(populate_existing=True)
    ).unique()
    uploads = {one.id: one for one in rows}
    held = adjusting.all_in_force()
    lines = [_line(upload_id, uploads.get(upload_id), verdict, held, by) for upload_id, verdict in seen]
    db.session.flush()
    return Chunk(seen[-1][0], tuple(lines))


def _line(
    upload_id: int, upload: Upload | None, verdict: Verdict | None, held: Mapping[str, Values], by: Actor
) -> Line:
    if upload is None or upload.removed_at is not None:
        return Line(upload_id, LineOutcome.SET_ASIDE, Message("It was taken away meanwhile."))
    if verdict is None:
        return Line(upload_id, LineOutcome.SET_ASIDE, Message("Its file is not in the store, so it was not examined."))
    if upload.accepted and any(one.measures.get("failure") for one in verdict.findings):
        return Line(
            upload_id,
            LineOutcome.SET_ASIDE,
            Message("The examination broke off, so the earlier verdict stands. Examine it again later."),
        )
    figures = _judge_again(upload, verdict, held, by)
    changed = figures["new"] or figures["gone"] or "accepted" in figures
    return Line(upload_id, LineOutcome.DONE if changed else LineOutcome.UNCHANGED, figures=figures)


def _judge_again(upload: Upload, verdict: Verdict, held: Mapping[str, Values], by: Actor) -> dict[str, Any]:
    """Findings that came and went. Those that a person has judged stay, and what was accepted stays accepted."""
    application = upload.application
    values = adjusting.over(held, application.item_id, upload.material_code)
    material = items.parts(application.item_version_id).material(upload.material_code)
    verdict = judged_under(verdict, values).judged(dict(material.severities) if material else {})
    unfit = kind_finding(verdict.media_type, list(material.accepts)) if material else None
    found = {(one.code, one.page or 0): one for one in (*verdict.findings, *([unfit] if unfit else []))}
    known = {(one.code, one.page): one for one in upload.checks}
    gone = [
        one for key, one in known.items() if one.code in EXAMINED and key not in found and one.overridden_at is None
    ]
    new = [one for key, one in found.items() if key not in known]
    was_accepted, before = upload.accepted, sorted({one.code for one in known.values()})
    _forget(gone)
    _say_again(known, found)
    _add(upload, application, new, as_notes=was_accepted)
    upload.checker_version = CHECKER_VERSION
    figures: dict[str, Any] = {"new": sorted({one.code for one in new}), "gone": sorted({one.code for one in gone})}
    if not was_accepted and application.state in _OPEN and not _blocked(upload, gone, new):
        upload.accepted, figures["accepted"] = True, True
        upload.revision += 1
    codes = [code for code, _ in found]
    keep_examination(upload, application, verdict, codes=codes, thresholds=values, cause="again")
    if new or gone or "accepted" in figures:
        audit.record(
            "check:again", by=by, kind="upload", record_id=upload.id, unit_id=application.unit_id,
            before={"findings": before, "accepted": was_accepted},
            after={"findings": sorted(set(codes)), "accepted": upload.accepted, "version": CHECKER_VERSION},
        )  # fmt: skip
    return figures


def _forget(gone: Iterable[MaterialCheck]) -> None:
    """What is not found any more does not stand; that it stood is kept with the earlier examination and the audit."""
    ids = [one.id for one in gone]
    if ids:
        db.session.execute(
            delete(MaterialCheck).where(MaterialCheck.id.in_(ids)).execution_options(synchronize_session=False)
        )


def _say_again(known: Mapping[tuple[str, int], MaterialCheck], found: Mapping[tuple[str, int], Finding]) -> None:
    for key, one in known.items():
        if key in found and one.overridden_at is None:
            one.checker_version, one.measures = CHECKER_VERSION, found[key].measures


def _add(upload: Upload, application: Application, new: Iterable[Finding], *, as_notes: bool) -> None:
    for finding in new:
        row = check_row(upload, application, finding)
        if as_notes:
            row.severity, row.afterwards = WARNING, True
        db.session.add(row)


def _blocked(upload: Upload, gone: Sequence[MaterialCheck], new: Sequence[Finding]) -> bool:
    left = [one for one in upload.checks if one.severity == BLOCKING and one.overridden_at is None and one not in gone]
    return bool(left) or any(one.severity == BLOCKING for one in new)


def _finish(job: Job) -> dict[str, Any]:
    """How many changed, from the lines."""
    counts = dict.fromkeys(("changed", "new", "gone", "accepted"), 0)
    lines = select(JobLine.figures).where(JobLine.job_id == job.id, JobLine.outcome == LineOutcome.DONE)
    for figures in db.session.scalars(lines.execution_options(yield_per=1000)):
        counts["changed"] += 1
        for name in ("new", "gone", "accepted"):
            counts[name] += bool(figures.get(name))
    return counts


register(Kind(KIND, Message("Materials examined again"), PERMISSION, _step, _finish, prepare=_examine))
