"""Verbs of materials: receive a file, take it away again, claim what is filed, judge a finding otherwise, sweep.

The order of an upload is: bytes to a temporary file, fsync, rename, then the rows. A crash at any moment leaves at most
a file without a row, which the sweeper removes; never a row without a file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from sqlalchemy import func, insert, select, update

from app import clock
from app.access.actor import Actor
from app.access.policy import require, require_material
from app.applications.marks import require_material_open
from app.audit import service as audit
from app.errors import Conflict, Invalid, NotFound, Refused, Stale
from app.items.editions import Material
from app.materials import adjusting, places, queries
from app.materials.examining import examined
from app.materials.judging import OVERRIDABLE, twin_findings
from app.materials.lookalikes import keep_prints, near_findings
from app.materials.names import label_of
from app.materials.recording import write_down
from app.materials.storage import Stored, too_large
from app.materials.sweeping import sweep
from app.materials.thresholds import Values
from app.materials.verdicts import BLOCKING, CHECKER_VERSION, Finding, Verdict
from app.messages import Message
from app.uow import atomic
from models import Application, MaterialCheck, PhoneUpload, StoredFile, Upload, db
from models.applications import ApplicationState

__all__ = ["claim_for", "override", "receive", "remove", "require_not_filed", "require_open", "sweep"]

MOST_FILES = 60
MOST_BYTES = 200 * 1024 * 1024
_MEGABYTE = 1024 * 1024
_OPEN_STATES = (ApplicationState.DRAFT, ApplicationState.RETURNED)


def receive(
    application_id: int,
    material_code: str,
    stream: BinaryIO,
    *,
    filename: str | None,
    declared_type: str | None = None,
    pages: int = 1,
    settle: Callable[[Upload], None] | None = None,
    by: Actor,
) -> Upload:
    """Take one file for one material and examine it. A refused file is kept with its findings, and is not filed.

    The examiner gets time for as many `pages` as are known beforehand. `settle` is called inside the transaction that
    writes the upload down, so that both happen or neither.

    Raises NotFound, NotAllowed, Conflict when nothing may be sent here, Refused when a limit is reached or the file is
    empty. The examination takes its time, so it runs before the transaction and what it relies on is checked again.
    """
    material = require_open(application_id, material_code, size=0, by=by)
    label = label_of(filename)
    thresholds = adjusting.in_force(db.session.get_one(Application, application_id).item_id, material_code)
    limit_bytes = material.max_megabytes * _MEGABYTE
    least, max_pages, accepts, severities = (
        material.min_pages,
        material.max_pages,
        list(material.accepts),
        dict(material.severities),
    )
    db.session.rollback()  # no lock and no snapshot is held while the file comes in
    stored = places.store().receive(stream, limit_bytes=limit_bytes)
    if stored.size == 0:
        places.store().remove(stored.sha256)
        raise empty()
    verdict, findings = examined(
        stored.path, filename=label, declared_type=declared_type, accepts=accepts, least=least, max_pages=max_pages,
        severities=severities, thresholds=thresholds, pages=pages,
    )  # fmt: skip
    keep_prints(verdict)
    return _keep(
        application_id,
        material_code,
        stored,
        verdict,
        findings,
        label=label,
        severities=severities,
        thresholds=thresholds,
        settle=settle,
        by=by,
    )


def require_open(application_id: int, material_code: str, *, size: int, by: Actor) -> Material:
    """The material, if the actor may send a file of this size for it now.

    Raises NotFound, NotAllowed, Conflict when nothing may be sent here, Refused when it is too large.
    """
    application = editable(application_id, by)
    require_material(by, material_code)
    material = queries.material_of(application.item_version_id, material_code)
    require_material_open(application, material)
    if size > material.max_megabytes * _MEGABYTE:
        raise too_large(material.max_megabytes * _MEGABYTE)
    require_room(application.id, size)
    return material


@atomic
def _keep(
    application_id: int,
    material_code: str,
    stored: Stored,
    verdict: Verdict,
    findings: list[Finding],
    *,
    label: str,
    severities: dict[str, str],
    thresholds: Values,
    settle: Callable[[Upload], None] | None,
    by: Actor,
) -> Upload:
    """Write down a file that is already durable. The guarded update keeps it from slipping into a filed application."""
    application = editable(application_id, by)
    require_material(by, material_code)
    require_material_open(application, queries.material_of(application.item_version_id, material_code))
    hold_open(application)
    require_room(application.id, stored.size)
    if not places.store().holds(stored.sha256):
        raise Refused(
            Message("The file was tidied away while it was being examined."),
            remedy=Message("Please send it once more."),
        )
    twins = queries.twins(stored.sha256)
    findings = findings + twin_findings(
        twins, application_id=application.id, unit_id=application.unit_id, severities=severities
    )
    findings = findings + near_findings(verdict, application, severities=severities, beside=findings)
    _write_stored_file(stored, verdict)
    now = clock.now()
    upload = Upload(
        application_id=application.id,
        material_code=material_code,
        position=next_position(application.id, material_code),
        sha256=stored.sha256,
        filename=label,
        accepted=all(finding.severity != BLOCKING for finding in findings),
        checker_version=CHECKER_VERSION,
        sheets=list(verdict.sheets),
        uploaded_by_id=by.account_id,
        uploaded_at=now,
    )
    db.session.add(upload)
    db.session.flush()
    if by.within is not None:
        db.session.add(PhoneUpload(upload_id=upload.id, link_id=by.within.link_id))
    write_down(upload, application, verdict, findings, thresholds=thresholds)
    audit.record(
        "material:upload",
        by=by,
        kind="upload",
        record_id=upload.id,
        unit_id=application.unit_id,
        after={
            "application": application.number,
            "material": material_code,
            "sha256": stored.sha256,
            "filename": label,
            "accepted": upload.accepted,
            "findings": [finding.code for finding in findings],
        },
    )
    if settle is not None:
        settle(upload)
    db.session.flush()
    return upload


@atomic
def remove(upload_id: int, *, by: Actor) -> Upload:
    """Take a file away again. One that was filed is kept as history, and may go only where its material is marked."""
    upload = queries.opened(by, upload_id, "material:upload")
    application = editable(upload.application_id, by)
    if upload.claimed_at is not None:
        require_material_open(application, queries.material_of(application.item_version_id, upload.material_code))
    hold_open(application)
    changed = db.session.execute(
        update(Upload)
        .where(Upload.id == upload.id, Upload.removed_at.is_(None))
        .values(removed_at=clock.now(), revision=Upload.revision + 1)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(Message("This file has already been removed."), remedy=Message("Reload the page."))
    audit.record(
        "material:remove",
        by=by,
        kind="upload",
        record_id=upload.id,
        unit_id=application.unit_id,
        before={"application": application.number, "material": upload.material_code, "filename": upload.filename},
    )
    db.session.refresh(upload)
    return upload


def claim_for(application: Application) -> int:
    """File what was accepted, under the round that files it; what was refused falls away. Called by the submission."""
    here = (Upload.application_id == application.id, Upload.removed_at.is_(None), Upload.claimed_at.is_(None))
    now = clock.now()
    db.session.execute(
        update(Upload)
        .where(*here, Upload.accepted.is_(False))
        .values(removed_at=now, revision=Upload.revision + 1)
        .execution_options(synchronize_session=False)
    )
    claimed = db.session.execute(
        update(Upload)
        .where(*here, Upload.accepted.is_(True))
        .values(claimed_at=now, claimed_round=application.round, revision=Upload.revision + 1)
        .execution_options(synchronize_session=False)
    )
    return int(claimed.rowcount)  # type: ignore[attr-defined]


@atomic
def override(check_id: int, *, by: Actor, revision: int, reason: str) -> MaterialCheck:
    """Judge a finding otherwise than the examination, with the reason. The last blocking one lets the file be filed."""
    check = db.session.get(MaterialCheck, check_id)
    if check is None or check.upload_id is None:
        raise NotFound
    require(by, "check:override", check)
    reason = reason.strip()
    if not 4 <= len(reason) <= 500:
        raise Invalid(fields={"reason": Message("Write the reason in 4 to 500 characters.")})
    upload = db.session.get_one(Upload, check.upload_id)
    if check.code not in OVERRIDABLE:
        raise Refused(
            Message("A file that is damaged, disguised or carries active content cannot be accepted by hand."),
            remedy=Message("Have a sound copy sent instead."),
        )
    if upload.uploaded_by_id == by.account_id:
        raise Refused(
            Message("You sent this file yourself, so somebody else must judge it."),
            remedy=Message("Ask a colleague who may override checks."),
        )
    changed = db.session.execute(
        update(MaterialCheck)
        .where(MaterialCheck.id == check.id, MaterialCheck.revision == revision, MaterialCheck.overridden_at.is_(None))
        .values(
            overridden_at=clock.now(), overridden_by_id=by.account_id, override_reason=reason, revision=revision + 1
        )
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(check)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise _overridden_meanwhile(check)
    _accept_if_nothing_blocks(upload)
    audit.record(
        "check:override",
        by=by,
        kind="upload",
        record_id=upload.id,
        unit_id=queries.unit_of(upload),
        before={"check": check.code, "severity": check.severity, "page": check.page},
        after={"reason": reason, "accepted": upload.accepted},
    )
    return check


def editable(application_id: int, by: Actor) -> Application:
    application = db.session.get(Application, application_id)
    if application is None:
        raise NotFound
    require(by, "material:upload", application)
    require_not_filed(application)
    return application


def require_not_filed(application: Application) -> None:
    """Raise Conflict unless the application is still with the unit."""
    if application.state not in _OPEN_STATES:
        raise Conflict(
            Message("This application is filed, so its materials are closed."),
            remedy=Message("Reload the page. They open again if the application is returned to you."),
        )


def hold_open(application: Application) -> None:
    """Lock the row against a submission at the same moment; its revision is left alone, so typed answers stay good."""
    held = db.session.execute(
        update(Application)
        .where(Application.id == application.id, Application.state.in_(_OPEN_STATES))
        .values(changed_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if held.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            Message("The application was filed while the file was under way."),
            remedy=Message("Reload the page. The file was not added."),
        )


def require_room(application_id: int, size: int) -> None:
    files, total = db.session.execute(
        select(func.count(), func.coalesce(func.sum(StoredFile.size), 0))
        .select_from(Upload)
        .join(StoredFile, StoredFile.sha256 == Upload.sha256)
        .where(Upload.application_id == application_id, Upload.removed_at.is_(None))
    ).one()
    if files >= MOST_FILES or int(total) + size > MOST_BYTES:
        raise Refused(
            Message(
                "An application takes at most %(files)s files and %(size)s MB together.",
                files=MOST_FILES, size=MOST_BYTES // _MEGABYTE,
            ),
            remedy=Message("Remove files that are not needed, or put the pages of one material into one PDF."),
            code="too_much",
        )  # fmt: skip


def _write_stored_file(stored: Stored, verdict: Verdict) -> None:
    """One row per content. Two uploads of the same file at once both find it there."""
    values = {
        "sha256": stored.sha256,
        "size": stored.size,
        "media_type": verdict.media_type or "application/octet-stream",
        "pages": verdict.pages,
        "fingerprint": verdict.fingerprint,
        "stored_at": clock.now(),
    }
    if db.session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as upsert

        db.session.execute(upsert(StoredFile).values(values).on_conflict_do_nothing())
    elif db.session.scalar(select(StoredFile.sha256).where(StoredFile.sha256 == stored.sha256)) is None:
        db.session.execute(insert(StoredFile).values(values))  # SQLite: this work holds the only write lock


def next_position(application_id: int, material_code: str) -> int:
    last = db.session.scalar(
        select(func.max(Upload.position)).where(
            Upload.application_id == application_id, Upload.material_code == material_code
        )
    )
    return (last or 0) + 1


def _accept_if_nothing_blocks(upload: Upload) -> None:
    blocking = db.session.scalar(
        select(func.count())
        .select_from(MaterialCheck)
        .where(
            MaterialCheck.upload_id == upload.id,
            MaterialCheck.severity == BLOCKING,
            MaterialCheck.overridden_at.is_(None),
        )
    )
    if not blocking and not upload.accepted:
        upload.accepted = True
        upload.revision += 1
        db.session.flush()


def _overridden_meanwhile(check: MaterialCheck) -> Stale:
    if check.overridden_by is not None and check.overridden_at is not None:
        return Stale(
            Message(
                "%(name)s has already judged this finding, at %(moment)s.",
                name=check.overridden_by.display_name,
                moment=f"{clock.local(check.overridden_at):%Y-%m-%d %H:%M}",
            ),
            remedy=Message("Reload the page to see the reason."),
        )
    return Stale(Message("This finding has changed since the page was opened."), remedy=Message("Reload the page."))


def empty() -> Refused:
    """The refusal of a file without content."""
    from app.materials.sentences import CODES

    wording = CODES["empty"]
    return Refused(wording.message, remedy=wording.remedy, code="empty")
