"""Verbs by which a person corrects what was read on a paper, and sees an identity number whole for a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from app import clock
from app.access.actor import Actor
from app.access.policy import may, require, require_material
from app.applications.marks import require_material_open
from app.audit import service as audit
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, Stale
from app.forms.fields import parse
from app.materials import queries
from app.materials.comparing import CODES
from app.materials.kinds import kind_named
from app.materials.reading import Reading
from app.materials.saying import compare_with, people_of, reading_of, say_instead, sealed_for
from app.materials.told import CORRECTED, IDENTITIES, as_typed
from app.messages import Message
from app.staff import identity
from app.uow import atomic
from models import Application, MaterialReading, Upload, db
from models.applications import ApplicationState

_DATED = ("valid_to", "day")
_LONGEST = {"name": 60, "document_number": 60}


@atomic
def correct(upload_id: int, said: Mapping[str, str], *, revision: int, by: Actor) -> MaterialReading:
    """Say what a paper is: keys kind, name, valid_to, day, document_number; what is not named stays as it was found.
    What was found is kept beside it, with who said otherwise and when.

    The comparison with the application is made anew: warnings that no longer hold go, others come. Raises NotFound,
    NotAllowed, Conflict where this person may not correct now, Invalid for what cannot be, Stale for an old page.
    """
    upload = queries.opened(by, upload_id, "material:read")
    row = reading_of(upload)
    if row is None or upload.removed_at is not None:
        raise NotFound
    _require_correcting(upload, by)
    shown = as_typed(Reading.from_json(row.found))
    changed = _changed(said, shown)
    before = _told(row)
    kept = {name: value for name, value in row.found.items() if name != CORRECTED} | {CORRECTED: changed}
    done = db.session.execute(
        update(MaterialReading)
        .where(MaterialReading.id == row.id, MaterialReading.revision == revision)
        .values(
            kind=changed.get("kind", shown["kind"]) or None, name=changed.get("name", shown["name"]), found=kept,
            corrected_by_id=by.account_id, corrected_at=clock.now(), revision=revision + 1,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(Message("Somebody else has corrected this meanwhile."), remedy=Message("Reload the page."))
    db.session.refresh(row)
    application = upload.application
    people = people_of(application)
    say_instead(upload, application, compare_with(row, upload, application, people), codes=CODES)
    audit.record(
        "material:correct_reading", by=by, kind="upload", record_id=upload.id, unit_id=application.unit_id,
        subjects=[one.id for one in people], before=before, after=_told(row),
    )  # fmt: skip
    return row


def may_correct(upload: Upload, *, by: Actor) -> bool:
    """Whether this person may correct now what was read. The upload was opened in their scope."""
    try:
        _require_correcting(upload, by)
    except Refused:
        return False
    return True


def _require_correcting(upload: Upload, by: Actor) -> None:
    """The unit corrects what it is about to file; who reviews corrects what was filed."""
    application = upload.application
    if application.state in (ApplicationState.DRAFT, ApplicationState.RETURNED):
        require(by, "material:upload", application)
        require_material(by, upload.material_code)
        require_material_open(application, queries.material_of(application.item_version_id, upload.material_code))
        return
    if application.state != ApplicationState.IN_REVIEW:
        raise Conflict(
            Message("This application is decided, so what was read on its papers stays as it is."),
            remedy=Message("Reload the page."),
        )
    if not may(by, "check:override", application):
        raise NotAllowed(
            Message("Only who reviews this application corrects what was read on its papers."),
            remedy=Message("If it is wrong, write so in the note of your decision."),
        )


def _changed(said: Mapping[str, str], found: Mapping[str, str]) -> dict[str, Any]:
    """What differs from what was found. Raises Invalid with a sentence for each wrong entry."""
    values: dict[str, Any] = {}
    wrong: dict[str, Message] = {}
    kind = kind_named(said.get("kind", found["kind"]))
    if kind is None:
        wrong["kind"] = Message("Choose one of the kinds of document.")
    else:
        values["kind"] = kind.value
    for key, longest in _LONGEST.items():
        text = " ".join(said.get(key, found[key]).replace("\x00", "").split())
        if len(text) > longest:
            wrong[key] = Message("At most %(most)s characters fit here; yours are %(count)s.", most=longest,
                                 count=len(text))  # fmt: skip
        values[key] = text
    for key in _DATED:
        given = said.get(key, found[key])
        if given == found[key]:
            continue
        try:
            values[key] = parse("date", {}, given) or ""
        except Invalid as refusal:
            wrong[key] = refusal.message
    if wrong:
        raise Invalid(fields=wrong)
    return {key: value for key, value in values.items() if value != found[key]}


def _told(row: MaterialReading) -> dict[str, Any]:
    kept = row.found.get(CORRECTED) or {}
    dated = {key: kept[key] for key in (*_DATED, "document_number") if key in kept}
    return {"kind": row.kind, "name": row.name, **dated}


@atomic
def reveal_identity(upload_id: int, *, reason: str, by: Actor) -> list[str]:
    """The identity numbers on a paper, whole, for a reason that is written down and that the employee can see."""
    upload = queries.opened(by, upload_id, "material:read")
    application: Application = upload.application
    require(by, "staff:read_identity")
    row = reading_of(upload)
    if row is None or not row.found.get(IDENTITIES):
        raise NotFound
    reason = " ".join(reason.split())[:200]
    if len(reason) < 2:
        raise Invalid(fields={"reason": Message("Write why you need the full number. The reason is kept.")})
    audit.read(
        "material:read_identity", by=by, kind="upload", record_id=upload.id, unit_id=application.unit_id,
        subjects=[one.id for one in people_of(application)], note=reason,
    )  # fmt: skip
    return [identity.decrypt(one["cipher"], staff_no=sealed_for(upload.id)) for one in row.found[IDENTITIES]]
