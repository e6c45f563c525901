"""Having uploads read in the queue, and keeping what they say with what contradicts the application.

A reading warns and never decides. The queue does a reading that was broken off again; one that is done twice is kept
once; and one that was never put into the queue, because the process died in between, is looked for and taken up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from app import clock
from app.access.actor import Actor
from app.access.queries import actor_of
from app.audit import service as audit
from app.errors import Refused
from app.items import queries as items
from app.jobs import service as jobs
from app.jobs.kinds import Chunk, Kind, Line, register
from app.materials import places, queries
from app.materials.asked import asked_kinds
from app.materials.comparing import CODES, Person, compare
from app.materials.judging import Twin, lookalike_findings
from app.materials.laying import turn_as_read
from app.materials.order import TITLES as ORDER
from app.materials.order import PageSaid, number_in, order_findings
from app.materials.reading import Reading, read_off
from app.materials.recognising import READER_VERSION, Recognised, recognise
from app.materials.recording import check_row
from app.materials.told import CORRECTED, IDENTITIES, known
from app.materials.verdicts import Finding, Limits
from app.materials.worded import keep_words, says_the_same
from app.messages import Message
from app.staff import identity
from app.uow import transaction
from models import Account, Application, ApplicationEmployee, Job, MaterialCheck, MaterialReading, Staff, Upload, db
from models.applications import ApplicationState
from models.jobs import LineOutcome

KIND = "material_reading"
LOST_WITHIN = timedelta(days=14)
"""How far back lost readings are looked for. Older papers were decided on without, or are read when asked for."""
_STILL_USED = (ApplicationState.DRAFT, ApplicationState.RETURNED, ApplicationState.IN_REVIEW)
_PAGES = 8
"""Pages of one file that are read: with the longest lines a page takes four seconds, the lease is two minutes."""


def have_read(upload: Upload) -> Job | None:
    """Put the reading of an upload that was accepted into the queue, for whoever sent it."""
    if not upload.accepted:
        return None
    by = actor_of(db.session.get_one(Account, upload.uploaded_by_id))
    return jobs.begin(KIND, {"upload_id": upload.id}, total=1, by=by)


def reading_of(upload: Upload) -> MaterialReading | None:
    """What is known of what the paper says."""
    return db.session.scalars(select(MaterialReading).where(MaterialReading.upload_id == upload.id)).first()


@dataclass(frozen=True)
class Read:
    """The pages as lines, and what was sent before that says the same."""

    recognised: Recognised
    alike: tuple[Twin, ...] = ()


def _recognise(job: Job, by: Actor) -> Read | None:
    """Outside any transaction: the pages as lines, held against what the unit has sent."""
    if job.handled:
        return None
    upload = db.session.get(Upload, job.params["upload_id"])
    if upload is None or upload.removed_at is not None:
        return None
    path, media_type = places.store().path(upload.sha256), upload.file.media_type
    sheets = [{**sheet, "turn": 0, "shown": True} for sheet in upload.sheets]  # read as the page that was judged
    material = items.parts(upload.application.item_version_id).material(upload.material_code)
    sha256, sent = upload.sha256, queries.sent_by(upload.application.unit_id)
    db.session.rollback()
    limits = Limits(max_pages=material.max_pages) if material else Limits()
    try:
        read = recognise(path, media_type, at_most=_PAGES, sheets=sheets, limits=limits)
        alike = says_the_same(sha256, read.pages, sent) if read.pages else []
        keep_words(sha256, read.pages)
    except OSError:
        return None
    return Read(read, tuple(alike))


def _step(job: Job, by: Actor, read: Read | None) -> Chunk:
    """Keep what was read, and say what contradicts the application."""
    if job.handled:
        return Chunk(job.cursor)
    upload_id = int(job.params["upload_id"])
    upload = db.session.get(Upload, upload_id)
    if upload is None or upload.removed_at is not None or read is None:
        gone = Message("It was taken away meanwhile.")
        return Chunk(upload_id, (Line(upload_id, LineOutcome.SET_ASIDE, gone),))
    row, findings = keep(upload, read.recognised, by=by)
    say_alike(upload, read.alike)
    figures = {"kind": row.kind, "found": [one.code for one in findings]}
    return Chunk(upload_id, (Line(upload_id, LineOutcome.DONE, figures=figures),))


def keep(upload: Upload, read: Recognised, *, by: Actor) -> tuple[MaterialReading, list[Finding]]:
    """Write down what was recognised on the pages of an upload, and what of it contradicts the application."""
    reading = read_off(read.pages)
    application = db.session.get_one(Application, upload.application_id)
    people = people_of(application)
    row = _keep(upload, reading, read.failure or "")
    turn_as_read(upload, {page.number: page.turn for page in read.pages})
    findings = compare_with(row, upload, application, people)
    if len(read.pages) > 1:
        findings += order_findings(_said(read, reading))
    say_instead(upload, application, findings, codes=(*CODES, *ORDER))
    audit.read(
        "material:recognise", by=by, kind="upload", record_id=upload.id, unit_id=application.unit_id,
        subjects=[one.id for one in people], note=f"reader {READER_VERSION}",
    )  # fmt: skip
    return row, findings


def _said(read: Recognised, reading: Reading) -> list[PageSaid]:
    """What each page says of itself, for their order."""
    said = []
    for page, kind in zip(read.pages, reading.page_kinds, strict=True):
        names = [name.name for name in reading.names if name.page == page.number and name.confidence >= 0.8]
        said.append(
            PageSaid(
                kind.kind.value if kind and kind.confidence >= 0.7 and kind.kind.value != "other" else None,
                names[0] if len(names) == 1 else None,
                *number_in([line.text for line in page.lines]),
            )
        )
    return said


def people_of(application: Application) -> list[Staff]:
    """Whom an application is for."""
    return list(
        db.session.scalars(
            select(Staff)
            .join(ApplicationEmployee, ApplicationEmployee.staff_id == Staff.id)
            .where(ApplicationEmployee.application_id == application.id)
        )
    )


def compare_with(
    row: MaterialReading, upload: Upload, application: Application, people: Collection[Staff]
) -> list[Finding]:
    """What is known of a paper, held against the application that it was sent for."""
    material = items.parts(application.item_version_id).material(upload.material_code)
    return compare(
        known(row),
        asked=material.document_kinds if material else asked_kinds().get(upload.material_code, ()),
        people=[Person(one.name, one.id_number_index) for one in people],
        identities=[one["index"] for one in row.found.get(IDENTITIES, ())],
        today=clock.today(),
    )


def _keep(upload: Upload, reading: Reading, failure: str) -> MaterialReading:
    """One row for each upload. What a person corrected is not overwritten by a later reading."""
    row = reading_of(upload)
    if row is None:
        row = MaterialReading(upload_id=upload.id, name="", found={})
        db.session.add(row)
    kept = {CORRECTED: row.found[CORRECTED]} if CORRECTED in row.found else {}
    row.reader_version, row.read_at, row.failure = READER_VERSION, clock.now(), failure
    row.found = _without_numbers(reading, upload_id=upload.id) | kept
    if row.corrected_at is None:
        row.kind = reading.kind.kind.value if reading.kind else None
        row.name = reading.name.name if reading.name else ""
    return row


def _without_numbers(reading: Reading, *, upload_id: int) -> dict[str, Any]:
    """What was found, identity numbers masked; whole they stand in it encrypted for this upload."""
    hidden = tuple(replace(number, value=identity.masked(number.value)) for number in reading.id_numbers)
    numbers = [
        {"index": identity.index_of(one.value), "cipher": identity.encrypt(one.value, staff_no=sealed_for(upload_id))}
        for one in reading.id_numbers
    ]
    return replace(reading, id_numbers=hidden).to_json() | {IDENTITIES: numbers}


def sealed_for(upload_id: int) -> str:
    """What the identity numbers of one upload are encrypted for: moved to another row they cannot be read."""
    return f"upload {upload_id}"


def say_instead(
    upload: Upload, application: Application, findings: Collection[Finding], *, codes: Collection[str]
) -> None:
    """These warnings in place of the earlier ones of these codes; what a person has judged stays."""
    ours = MaterialCheck.upload_id == upload.id, MaterialCheck.code.in_(list(codes))
    db.session.execute(
        delete(MaterialCheck)
        .where(*ours, MaterialCheck.overridden_at.is_(None))
        .execution_options(synchronize_session="fetch")
    )
    rows = db.session.execute(select(MaterialCheck.code, MaterialCheck.page).where(*ours))
    judged = {(code, 0 if code in CODES else page) for code, page in rows}
    fresh = {(one.code, 0 if one.code in CODES else one.page or 0): one for one in findings}
    db.session.add_all([check_row(upload, application, one) for key, one in fresh.items() if key not in judged])
    db.session.flush()


def say_alike(upload: Upload, alike: Sequence[Twin]) -> None:
    """That the same page was sent before as another file, where nothing says so yet. It only warns."""
    if not alike:
        return
    application = db.session.get_one(Application, upload.application_id)
    held = list(db.session.scalars(select(MaterialCheck.code).where(MaterialCheck.upload_id == upload.id)))
    findings = lookalike_findings(list(alike), application_id=application.id, severities={}, held=held)
    db.session.add_all([check_row(upload, application, one) for one in findings])
    db.session.flush()


def take_up_lost(*, at_most: int = 200) -> int:
    """Put the readings into the queue that were lost when a process died between an upload and its place in the queue.
    Returns how many. What was in the queue once, however that ended, is not put there again."""
    with transaction():
        missing = list(
            db.session.scalars(
                select(Upload)
                .join(Application, Application.id == Upload.application_id)
                .outerjoin(MaterialReading, MaterialReading.upload_id == Upload.id)
                .where(
                    Upload.accepted, Upload.removed_at.is_(None), MaterialReading.id.is_(None),
                    Upload.uploaded_at > clock.now() - LOST_WITHIN, Application.state.in_(_STILL_USED),
                )
                .order_by(Upload.id)
                .limit(at_most)
            )
        )  # fmt: skip
        if not missing:
            return 0
        since = min(upload.uploaded_at for upload in missing) - timedelta(minutes=1)
        queued = {
            params.get("upload_id")
            for params in db.session.scalars(select(Job.params).where(Job.kind == KIND, Job.made_at >= since))
        }
        begun = 0
        for upload in missing:
            if upload.id in queued:
                continue
            try:
                begun += have_read(upload) is not None
            except Refused:
                continue  # who sent it may send nothing any more
    return begun


register(Kind(KIND, Message("Reading of a material"), "material:upload", _step, alone=False, prepare=_recognise,
              take_up=take_up_lost))  # fmt: skip
