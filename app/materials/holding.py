"""Files held because the virus scanner did not answer: scanned again, and let go or refused, once it does."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, delete, select

from app.access.actor import Actor
from app.audit import service as audit
from app.materials import places
from app.materials.recording import check_row
from app.materials.scanner import HELD, Scan, configured, scan, scan_finding
from app.materials.verdicts import BLOCKING
from app.uow import atomic
from models import Application, MaterialCheck, Upload, db

_AT_ONCE = 200


@dataclass(frozen=True)
class Released:
    """What came of the files that were held."""

    clean: int = 0
    infected: int = 0
    waiting: int = 0


def anything_held() -> bool:
    """Whether a file waits for the scanner."""
    return configured() and db.session.scalar(_held().limit(1)) is not None


def scan_held(*, by: Actor) -> Released:
    """Scan what is held, each file once and each upload in a transaction of its own. Stops when the scanner is down.

    A kill in between leaves the rest held, for the next run.
    """
    rows = db.session.execute(_held().limit(_AT_ONCE)).all()
    db.session.rollback()
    known: dict[str, Scan] = {}
    clean = infected = 0
    for done, (upload_id, sha256) in enumerate(rows):
        try:
            scanned = known.setdefault(sha256, scan(places.store().path(sha256)))
        except OSError:
            continue
        if scanned.outcome == "unanswered":
            return Released(clean, infected, len(rows) - done)
        if _settle(upload_id, scanned, by=by):
            clean += scanned.outcome == "clean"
            infected += scanned.outcome == "infected"
    return Released(clean, infected)


@atomic
def _settle(upload_id: int, scanned: Scan, *, by: Actor) -> bool:
    """Write down the answer for one upload; False where somebody else has done so, or it was taken away."""
    gone = db.session.execute(
        delete(MaterialCheck)
        .where(MaterialCheck.upload_id == upload_id, MaterialCheck.code == HELD)
        .execution_options(synchronize_session=False)
    )
    if gone.rowcount != 1:  # type: ignore[attr-defined]
        return False
    upload = db.session.get_one(Upload, upload_id, populate_existing=True)
    application = db.session.get_one(Application, upload.application_id)
    found = scan_finding(scanned)
    if found is not None:
        db.session.add(check_row(upload, application, found))
    else:
        blocking = select(MaterialCheck.id).where(
            MaterialCheck.upload_id == upload_id,
            MaterialCheck.severity == BLOCKING,
            MaterialCheck.overridden_at.is_(None),
        )
        upload.accepted = db.session.scalar(blocking.limit(1)) is None
    upload.revision += 1
    audit.record(
        "material:scan", by=by, kind="upload", record_id=upload.id, unit_id=application.unit_id,
        after={"outcome": scanned.outcome, "found": scanned.name, "accepted": upload.accepted},
    )  # fmt: skip
    db.session.flush()
    return True


def _held() -> Select[int, str]:
    return (
        select(Upload.id, Upload.sha256)
        .join(MaterialCheck, MaterialCheck.upload_id == Upload.id)
        .where(MaterialCheck.code == HELD, Upload.removed_at.is_(None))
        .order_by(Upload.id)
    )
