"""Having uploads read in the queue, keeping what they say, and a person's correction of it.

A reading warns and never decides. The queue does a reading that was broken off again; one that is done twice is kept
once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select, update

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.access.queries import actor_of
from app.audit import service as audit
from app.errors import Invalid, NotFound, Stale
from app.items import queries as items
from app.jobs import service as jobs
from app.jobs.kinds import Chunk, Kind, Line, register
from app.materials import places, queries
from app.materials.comparing import CODES, compare
from app.materials.kinds import kind_named
from app.materials.laying import turn_as_read
from app.materials.order import TITLES as ORDER
from app.materials.order import PageSaid, number_in, order_findings
from app.materials.reading import Reading, read_off
from app.materials.recognising import READER_VERSION, Recognised, recognise
from app.materials.recording import check_row
from app.materials.verdicts import Limits
from app.messages import Message
from app.staff.identity import masked
from app.uow import atomic
from models import Account, Application, ApplicationEmployee, Job, MaterialCheck, MaterialReading, Staff, Upload, db
from models.jobs import LineOutcome

KIND = "material_reading"
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


def _recognise(job: Job, by: Actor) -> Recognised | None:
    """Outside any transaction: the pages as lines."""
    if job.handled:
        return None
    upload = db.session.get(Upload, job.params["upload_id"])
    if upload is None or upload.removed_at is not None:
        return None
    path, media_type = places.store().path(upload.sha256), upload.file.media_type
    sheets = [{**sheet, "turn": 0, "shown": True} for sheet in upload.sheets]  # read as the page that was judged
    material = items.parts(upload.application.item_version_id).material(upload.material_code)
    db.session.rollback()
    limits = Limits(max_pages=material.max_pages) if material else Limits()
    try:
        return recognise(path, media_type, at_most=_PAGES, sheets=sheets, limits=limits)
    except OSError:
        return None


def _step(job: Job, by: Actor, read: Recognised | None) -> Chunk:
    """Keep what was read, and say what contradicts the application."""
    if job.handled:
        return Chunk(job.cursor)
    upload_id = int(job.params["upload_id"])
    upload = db.session.get(Upload, upload_id)
    if upload is None or upload.removed_at is not None or read is None:
        gone = Message("It was taken away meanwhile.")
        return Chunk(upload_id, (Line(upload_id, LineOutcome.SET_ASIDE, gone),))
    reading = read_off(read.pages)
    application = db.session.get_one(Application, upload.application_id)
    people = db.session.execute(
        select(Staff.id, Staff.name)
        .join(ApplicationEmployee, ApplicationEmployee.staff_id == Staff.id)
        .where(ApplicationEmployee.application_id == application.id)
    ).all()
    _keep(upload, reading, read.failure or "")
    turn_as_read(upload, {page.number: page.turn for page in read.pages})
    findings = compare(
        reading, material_code=upload.material_code, people=[one.name for one in people], today=clock.today()
    )
    if len(read.pages) > 1:
        findings += order_findings(_said(read, reading))
    _say(upload, application, findings)
    audit.read(
        "material:recognise", by=by, kind="upload", record_id=upload.id, unit_id=application.unit_id,
        subjects=[one.id for one in people], note=f"reader {READER_VERSION}",
    )  # fmt: skip
    figures = {"kind": reading.kind.kind.value if reading.kind else None, "found": [one.code for one in findings]}
    return Chunk(upload_id, (Line(upload_id, LineOutcome.DONE, figures=figures),))


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


def _keep(upload: Upload, reading: Reading, failure: str) -> None:
    """One row for each upload. What a person corrected is not overwritten by a later reading."""
    row = reading_of(upload)
    if row is None:
        row = MaterialReading(upload_id=upload.id, name="")
        db.session.add(row)
    row.reader_version, row.read_at, row.failure = READER_VERSION, clock.now(), failure
    row.found = _without_numbers(reading).to_json()
    if row.corrected_at is None:
        row.kind = reading.kind.kind.value if reading.kind else None
        row.name = reading.name.name if reading.name else ""


def _without_numbers(reading: Reading) -> Reading:
    hidden = tuple(replace(number, value=masked(number.value)) for number in reading.id_numbers)
    return replace(reading, id_numbers=hidden)


def _say(upload: Upload, application: Application, findings: list[Any]) -> None:
    """The warnings of this reading in place of those of an earlier one; what a person has judged stays."""
    ours = MaterialCheck.upload_id == upload.id, MaterialCheck.code.in_((*CODES, *ORDER))
    db.session.execute(delete(MaterialCheck).where(*ours, MaterialCheck.overridden_at.is_(None)))
    judged = {
        (one.code, one.page) for one in db.session.execute(select(MaterialCheck.code, MaterialCheck.page).where(*ours))
    }
    fresh = {(one.code, one.page or 0): one for one in findings}
    db.session.add_all([check_row(upload, application, one) for key, one in fresh.items() if key not in judged])
    db.session.flush()


@atomic
def correct(upload_id: int, *, kind: str, name: str, revision: int, by: Actor) -> MaterialReading:
    """Say what a paper is and whom it is about, where the recogniser erred. Who said so is kept with it."""
    upload = queries.opened(by, upload_id, "material:read")
    row = reading_of(upload)
    if row is None:
        raise NotFound
    require(by, "material:read", upload)
    meant = kind_named(kind)
    if meant is None:
        raise Invalid(fields={"kind": Message("Choose one of the kinds of document.")})
    name = name.strip()
    if len(name) > 60:
        raise Invalid(fields={"name": Message("A name has at most 60 characters.")})
    before = {"kind": row.kind, "name": row.name}
    done = db.session.execute(
        update(MaterialReading)
        .where(MaterialReading.id == row.id, MaterialReading.revision == revision)
        .values(
            kind=meant.value, name=name, corrected_by_id=by.account_id, corrected_at=clock.now(), revision=revision + 1
        )
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(Message("Somebody else has corrected this meanwhile."), remedy=Message("Reload the page."))
    audit.record(
        "material:correct_reading", by=by, kind="upload", record_id=upload.id, unit_id=queries.unit_of(upload),
        before=before, after={"kind": meant.value, "name": name},
    )  # fmt: skip
    db.session.refresh(row)
    return row


register(Kind(KIND, Message("Reading of a material"), "material:upload", _step, alone=False, prepare=_recognise))
