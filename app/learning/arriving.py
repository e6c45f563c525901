"""Files of lessons on their way: piece by piece into storage, then examined, then put into the lesson.

The same protocol as for materials: announce, append, finish. What is too large is refused before its first byte; the
bytes go from the line to the disk in pieces and are never held together in memory.
"""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any, BinaryIO

from sqlalchemy import func, select, update

from app import clock
from app.access.actor import Actor
from app.errors import NotFound, Refused
from app.learning import authoring, places, videos
from app.materials import service as materials
from app.materials.incoming import WrongOffset
from app.materials.names import label_of
from app.materials.pieces import read_piece, write_at
from app.messages import Message
from app.uow import atomic, transaction
from models import Lesson, LessonUpload, db
from models.learning import LessonKind

MOST_PIECE = 4 * 1024 * 1024
MOST_WAITING = 5
"""Files of one author that may be on their way at once."""


def begin(lesson_id: int, *, filename: str | None, size: int, by: Actor) -> LessonUpload:
    """Announce a file; one that is too large or empty is refused now. Raises Refused, Conflict, NotFound."""
    lesson = authoring.require_open(lesson_id, by=by)
    limit = limit_of(lesson.kind)
    if size > limit:
        raise videos.too_large(limit)
    if size <= 0:
        raise materials.empty()
    return _announce(lesson_id, label_of(filename), size, by)


def limit_of(kind: str) -> int:
    """How large a file of a lesson may be."""
    return places.most_video_bytes() if kind == LessonKind.VIDEO else videos.MOST_PDF_BYTES


@atomic
def _announce(lesson_id: int, filename: str, size: int, by: Actor) -> LessonUpload:
    waiting = select(func.count()).where(LessonUpload.account_id == by.account_id, LessonUpload.finished_at.is_(None))
    if (db.session.scalar(waiting) or 0) >= MOST_WAITING:
        raise Refused(
            Message("Too many files of yours are on their way at once."),
            remedy=Message("Wait until some have arrived. What was broken off is forgotten after a day."),
        )
    arriving = LessonUpload(
        key=token_urlsafe(32), lesson_id=lesson_id, account_id=by.account_id, filename=filename, size=size,
        received=0, touched_at=clock.now(),
    )  # fmt: skip
    db.session.add(arriving)
    db.session.flush()
    return arriving


def opened(key: str, *, by: Actor) -> LessonUpload:
    """A file on its way, for whoever began it; NotFound for everybody else."""
    found = db.session.scalars(
        select(LessonUpload)
        .where(LessonUpload.key == key, LessonUpload.account_id == by.account_id)
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotFound(
            Message("This file is not on its way any more."), remedy=Message("Choose it again and send it once more.")
        )
    return found


def append(key: str, offset: int, stream: BinaryIO, *, by: Actor) -> int:
    """Take one piece that begins at `offset`; answers where the next one begins. Raises WrongOffset, Refused."""
    arriving = opened(key, by=by)
    size, received = arriving.size, arriving.received
    db.session.rollback()  # nothing is held while the piece comes in
    if offset != received:
        raise WrongOffset(received)
    piece = read_piece(stream, at_most=min(size - offset, MOST_PIECE) + 1)
    if len(piece) > size - offset:
        raise Refused(
            Message("More came than the %(size)s bytes that were announced.", size=size),
            remedy=Message("The file has changed since it was chosen: choose it again and send it once more."),
            code="too_much_data",
        )
    piece = piece[:MOST_PIECE]
    try:
        with places.pieces().held(key) as growing:
            write_at(growing, offset, piece)
            _confirm(key, offset, offset + len(piece))
    except BlockingIOError:
        raise WrongOffset(offset) from None
    return offset + len(piece)


def finish(key: str, *, by: Actor) -> int:
    """Examine a file that is whole and put it into its lesson; answers the lesson. Asked again, it answers the same.

    Raises WrongOffset while something is missing, Refused with the sentence why it cannot be taken.
    """
    arriving = opened(key, by=by)
    lesson_id, size, received, name = arriving.lesson_id, arriving.size, arriving.received, arriving.filename
    if arriving.finished_at is not None:
        return lesson_id
    if received < size:
        raise WrongOffset(received)
    try:
        with places.pieces().path(key).open("rb") as whole:
            receive(lesson_id, whole, filename=name, by=by)
    except FileNotFoundError:
        raise NotFound(Message("This file is not on its way any more.")) from None
    finally:
        _settle(key)
        places.pieces().remove(key)
    return lesson_id


def receive(lesson_id: int, stream: BinaryIO, *, filename: str | None, by: Actor) -> None:
    """Take a whole file for a lesson: store it, look through it in a process of its own, put it in.

    Raises Refused with the sentence why it cannot be taken; nothing is left behind then.
    """
    lesson = authoring.require_open(lesson_id, by=by)
    kind, name = lesson.kind, label_of(filename)
    db.session.rollback()  # no lock and no snapshot is held while the file is stored and examined
    limit = limit_of(kind)
    try:
        stored = places.store().receive(stream, limit_bytes=limit)
    except Refused:
        raise videos.too_large(limit) from None
    try:
        if stored.size == 0:
            raise materials.empty()
        facts: dict[str, Any] = (
            videos.video_facts(stored.path) if kind == LessonKind.VIDEO else videos.pdf_facts(stored.path, name)
        )
    except Refused:
        if not _is_used(stored.sha256):
            places.store().remove(stored.sha256)
        raise
    authoring.put_file(lesson_id, stored.sha256, {**facts, "name": name, "size": stored.size}, by=by)


def discard(key: str, *, by: Actor) -> None:
    """Forget a file that its author no longer wants to send."""
    opened(key, by=by)
    _settle(key)
    places.pieces().remove(key)


def _is_used(sha256: str) -> bool:
    return db.session.scalar(select(Lesson.id).where(Lesson.file_sha256 == sha256).limit(1)) is not None


def _settle(key: str) -> None:
    with transaction() as session:
        session.execute(
            update(LessonUpload)
            .where(LessonUpload.key == key, LessonUpload.finished_at.is_(None))
            .values(finished_at=clock.now(), touched_at=clock.now())
            .execution_options(synchronize_session=False)
        )


def _confirm(key: str, offset: int, reached: int) -> None:
    with transaction() as session:
        changed = session.execute(
            update(LessonUpload)
            .where(LessonUpload.key == key, LessonUpload.received == offset, LessonUpload.finished_at.is_(None))
            .values(received=reached, touched_at=clock.now())
            .execution_options(synchronize_session=False)
        )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise WrongOffset(offset)
