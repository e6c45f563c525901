"""Tidies the files of lessons: what no version knows any more, and what was broken off on its way."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from app import clock
from app.learning import places
from app.uow import transaction
from models import Lesson, LessonUpload, db

FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Swept:
    """How much was removed."""

    files: int
    parts: int


def sweep() -> Swept:
    """Remove files that nobody needs, all older than a day, so that nothing is taken that has just arrived."""
    with transaction() as session:
        session.execute(
            delete(LessonUpload)
            .where(LessonUpload.touched_at < clock.now() - FORGOTTEN_AFTER)
            .execution_options(synchronize_session=False)
        )
    known = {digest for digest in db.session.scalars(select(Lesson.file_sha256).distinct()) if digest is not None}
    on_their_way = set(db.session.scalars(select(LessonUpload.key)))
    db.session.rollback()
    files = places.store().sweep(known, older_than=FORGOTTEN_AFTER)
    for digest in files:
        shutil.rmtree(places.drawings_of(digest), ignore_errors=True)
    return Swept(len(files), places.pieces().sweep(on_their_way.__contains__, older_than=FORGOTTEN_AFTER))
