"""The sweeper: what nobody filed goes after a while, and files that no row knows go with it.

Rows first, files after the commit, and a file only if it is old and still unknown at that moment: so a kill at any
point leaves files without rows for the next run, never a row without its file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from app import clock
from app.access.actor import Actor
from app.audit import service as audit
from app.materials import places
from app.uow import transaction
from models import Application, Examination, IncomingFile, ItemMaterial, MaterialCheck, StoredFile, Upload, db
from models.applications import ApplicationState

KEEP_REMOVED = timedelta(days=1)
KEEP_DRAFTS = timedelta(days=90)
KEEP_UNKNOWN = timedelta(days=1)
KEEP_FIGURES = timedelta(days=730)
"""How long it is told what was found on files that were tidied away."""
KEEP_ARRIVING = timedelta(days=1)
"""How long a file whose sending broke off waits to be gone on with."""
_AT_ONCE = 500


@dataclass(frozen=True)
class Swept:
    """What a run took away."""

    uploads: int
    files: int


def sweep(*, by: Actor, unknown_for: timedelta = KEEP_UNKNOWN) -> Swept:
    """Remove uploads never filed (removed, withdrawn, or of a draft untouched for 90 days) and orphaned files."""
    uploads = 0
    while True:
        with transaction():
            gone = list(db.session.scalars(select(Upload.id).join(Application).where(_forgotten()).limit(_AT_ONCE)))
            if not gone:
                break
            for told in (MaterialCheck, Examination):  # what was found is kept, as figures and without the file
                db.session.execute(update(told).where(told.upload_id.in_(gone)).values(upload_id=None))
            db.session.execute(delete(Upload).where(Upload.id.in_(gone)))
            audit.record("material:sweep", by=by, kind="upload", record_id=gone[0], after={"uploads": gone})
            uploads += len(gone)
    with transaction():
        unused = ~select(Upload.id).where(Upload.sha256 == StoredFile.sha256).exists()
        sample = select(ItemMaterial.id).where(ItemMaterial.sample_sha256 == StoredFile.sha256).exists()
        old = StoredFile.stored_at < clock.now() - unknown_for
        db.session.execute(delete(StoredFile).where(unused, ~sample, old).execution_options(synchronize_session=False))
    _forget_old_figures()
    removed = places.store().sweep(_is_known, older_than=unknown_for)
    for digest in removed:
        places.remove_drawings_of(digest)
    arriving = _sweep_arriving(unknown_for)
    db.session.rollback()
    return Swept(uploads, len(removed) + arriving)


def _forget_old_figures() -> None:
    old = clock.now() - KEEP_FIGURES
    with transaction():
        for told, moment in ((MaterialCheck, MaterialCheck.checked_at), (Examination, Examination.examined_at)):
            db.session.execute(
                delete(told).where(told.upload_id.is_(None), moment < old).execution_options(synchronize_session=False)
            )


def _sweep_arriving(unknown_for: timedelta) -> int:
    """Forget files that nobody has gone on sending for a day; rows first here too, so no row lacks its bytes."""
    with transaction():
        old = IncomingFile.touched_at < clock.now() - KEEP_ARRIVING
        db.session.execute(delete(IncomingFile).where(old).execution_options(synchronize_session=False))
    return places.pieces().sweep(_is_arriving, older_than=unknown_for)


def _is_arriving(key: str) -> bool:
    """A file that became an upload is in the store; what is left of it here is not needed."""
    db.session.rollback()
    waiting = select(IncomingFile.key).where(IncomingFile.key == key, IncomingFile.finished_at.is_(None))
    return db.session.scalar(waiting) is not None


def _forgotten() -> ColumnElement[bool]:
    now = clock.now()
    return and_(
        Upload.claimed_at.is_(None),
        or_(
            Upload.removed_at < now - KEEP_REMOVED,
            Application.state == ApplicationState.WITHDRAWN,
            and_(Application.state == ApplicationState.DRAFT, Application.changed_at < now - KEEP_DRAFTS),
        ),
    )


def _is_known(sha256: str) -> bool:
    """Asked at the moment of removal, so a file that has just been written down is safe."""
    db.session.rollback()
    known = select(StoredFile.sha256).where(StoredFile.sha256 == sha256)
    sample = select(ItemMaterial.sample_sha256).where(ItemMaterial.sample_sha256 == sha256)
    return db.session.execute(known.union_all(sample)).first() is not None
