"""Putting files on record into an application again: new rows on the same content, with what was read on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app import clock
from app.access.actor import Actor
from app.access.policy import require_material
from app.applications.marks import require_material_open
from app.audit import service as audit
from app.materials import places, queries, service
from app.materials.comparing import CODES
from app.materials.saying import compare_with, people_of, say_instead, sealed_for
from app.materials.told import IDENTITIES
from app.staff import identity
from app.uow import atomic
from models import Application, MaterialReading, Upload, db


@atomic
def take_again(application_id: int, earlier: Mapping[str, Sequence[Upload]], *, by: Actor) -> list[Upload]:
    """File the content of earlier uploads for materials of this application, by the code of the material. The caller
    has seen to it that they are in reach, were accepted, and serve.

    Raises NotFound, NotAllowed, Conflict where nothing may be sent, Refused when there is no room.
    """
    application = service.editable(application_id, by)
    for code in earlier:
        require_material(by, code)
        require_material_open(application, queries.material_of(application.item_version_id, code))
    service.hold_open(application)
    service.require_room(application.id, sum(one.file.size for files in earlier.values() for one in files))
    taken = []
    for code, files in earlier.items():
        here = [one for one in files if places.store().holds(one.sha256)]
        for position, one in enumerate(here, start=service.next_position(application.id, code)):
            taken.append((_same_file(one, application, code, position=position, by=by), one))
    db.session.add_all(upload for upload, _one in taken)
    db.session.flush()
    people = people_of(application)
    for upload, one in taken:
        if one.reading is not None:
            row = _same_reading(one.reading, upload)
            db.session.add(row)
            db.session.flush()
            say_instead(upload, application, compare_with(row, upload, application, people), codes=CODES)
    audit.record(
        "material:reuse", by=by, kind="application", record_id=application.id, unit_id=application.unit_id,
        subjects=[person.id for person in people],
        after={"materials": sorted(earlier), "files": len(taken), "from": [one.id for _upload, one in taken]},
    )  # fmt: skip
    return [upload for upload, _one in taken]


def _same_file(one: Upload, application: Application, code: str, *, position: int, by: Actor) -> Upload:
    return Upload(
        application_id=application.id, material_code=code, position=position, sha256=one.sha256,
        filename=one.filename, accepted=True, checker_version=one.checker_version, sheets=list(one.sheets),
        uploaded_by_id=by.account_id, uploaded_at=clock.now(),
    )  # fmt: skip


def _same_reading(read: MaterialReading, upload: Upload) -> MaterialReading:
    """What was read on a file, with its corrections, for another upload of the same content."""
    found: dict[str, Any] = dict(read.found)
    if found.get(IDENTITIES):
        numbers = [identity.decrypt(one["cipher"], staff_no=sealed_for(read.upload_id)) for one in found[IDENTITIES]]
        found[IDENTITIES] = [
            {"index": identity.index_of(one), "cipher": identity.encrypt(one, staff_no=sealed_for(upload.id))}
            for one in numbers
        ]
    return MaterialReading(
        upload_id=upload.id, reader_version=read.reader_version, kind=read.kind, name=read.name, found=found,
        failure=read.failure, read_at=read.read_at, corrected_by_id=read.corrected_by_id,
        corrected_at=read.corrected_at,
    )  # fmt: skip
