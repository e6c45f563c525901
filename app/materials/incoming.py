"""Verbs of files that arrive piece by piece, so that a bad line costs at most the piece that was on it.

A file is announced, gets a key, and grows from the place where it stopped; once whole it is received like any other.
The bytes are durable before the row says so: a kill in between leaves a torn end, which the next piece cuts off.
Nothing is filed before the end, so nothing is audited before it; the upload then is.
"""

from __future__ import annotations

from collections.abc import Sequence
from secrets import token_urlsafe
from typing import BinaryIO

from sqlalchemy import func, select, update

from app import clock
from app.access import scope
from app.access.actor import Actor
from app.errors import Conflict, NotFound, Refused
from app.materials import places, service
from app.materials.documents import bind
from app.materials.names import label_of
from app.materials.pieces import read_piece, write_at
from app.messages import Message
from app.uow import atomic, transaction
from models import Application, IncomingFile, Upload, db

PIECE = 256 * 1024
"""Bytes that a sender does well to send at once."""
MOST_PIECE = 4 * 1024 * 1024
"""Bytes taken at once; the rest of a longer piece has to be sent again from there."""
MOST_WAITING = 120
"""Files of one person that may be on their way at once."""
MOST_WAITING_BYTES = 2 * service.MOST_BYTES


class WrongOffset(Conflict):
    """The file has come to another place than the sender believes; `offset` is where to go on."""

    def __init__(self, offset: int) -> None:
        super().__init__(
            Message("The file has arrived up to another place than this piece begins at."),
            remedy=Message("Nothing is lost: sending goes on from there."),
        )
        self.offset = offset


def begin(
    application_id: int,
    code: str,
    *,
    filename: str | None,
    declared_type: str | None,
    size: int,
    by: Actor,
    phone_link_id: int | None = None,
) -> IncomingFile:
    """Announce a file; what would be refused at its end for its size or place is refused now.

    Raises NotFound, NotAllowed, Conflict where nothing may be sent, Refused where the file is too large or empty.
    """
    service.require_open(application_id, code, size=max(size, 0), by=by)
    if size <= 0:
        raise service.empty()
    return _announce(application_id, code, filename, declared_type, size, phone_link_id, by)


@atomic
def _announce(
    application_id: int,
    code: str,
    filename: str | None,
    declared_type: str | None,
    size: int,
    phone_link_id: int | None,
    by: Actor,
) -> IncomingFile:
    _require_few_waiting(size, by)
    now = clock.now()
    arriving = IncomingFile(
        key=token_urlsafe(32), application_id=application_id, material_code=code, account_id=by.account_id,
        phone_link_id=phone_link_id, filename=label_of(filename), declared_type=(declared_type or "")[:100], size=size,
        received=0, created_at=now, touched_at=now,
    )  # fmt: skip
    db.session.add(arriving)
    db.session.flush()
    return arriving


def opened(key: str, *, by: Actor) -> IncomingFile:
    """A file on its way, for whoever began it and may still send there; NotFound for everybody else.

    One statement, since it is asked for every piece. Raises Conflict when the application has been filed meanwhile.
    """
    found = db.session.execute(
        select(IncomingFile, Application)
        .join(Application, Application.id == IncomingFile.application_id)
        .where(
            IncomingFile.key == key,
            IncomingFile.account_id == by.account_id,
            scope.condition(by, "material:upload", Application),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound(
            Message("This file is not on its way any more."), remedy=Message("Choose it again and send it once more.")
        )
    arriving, application = found
    if arriving.finished_at is None:
        service.require_not_filed(application)
    return arriving


def append(key: str, offset: int, stream: BinaryIO, *, by: Actor) -> int:
    """Take one piece that begins at `offset`; answers where the next one begins.

    A line that breaks in the middle of the piece costs only what had not come yet. Raises WrongOffset when the file
    stands elsewhere, Refused when more comes than was announced.
    """
    arriving = opened(key, by=by)
    size = arriving.size
    if offset != arriving.received:
        raise WrongOffset(arriving.received)
    db.session.rollback()  # nothing is held while the piece comes in; the file itself is opened only once it has
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
            _require_still_at(key, offset)
            write_at(growing, offset, piece)
            _confirm(key, offset, offset + len(piece))
    except BlockingIOError:
        raise _busy(offset) from None
    return offset + len(piece)


def finish(key: str, *, by: Actor) -> Upload:
    """Receive a file that is whole, with its verdict. Asked again, it answers with the same upload.

    Raises WrongOffset while something is missing, otherwise what receiving raises.
    """
    arriving = opened(key, by=by)
    done = _done([arriving])
    if done is not None:
        return done
    _require_whole([arriving])
    application_id, code, filename = arriving.application_id, arriving.material_code, arriving.filename
    declared_type = arriving.declared_type or None
    try:
        with places.pieces().path(key).open("rb") as whole:
            upload = service.receive(
                application_id, code, whole, filename=filename, declared_type=declared_type,
                settle=lambda upload: _settle([key], upload), by=by,
            )  # fmt: skip
    except (_SettledMeanwhile, FileNotFoundError):
        return _done_meanwhile([key], by)
    places.pieces().remove(key)
    return upload


def finish_document(application_id: int, code: str, keys: Sequence[str], *, filename: str | None, by: Actor) -> Upload:
    """Bind photographed pages, in this order, into one PDF and receive it. Asked again, it gives the same upload.

    Raises what receiving raises, and Refused, naming the page, for one that is no readable picture.
    """
    material = service.require_open(application_id, code, size=0, by=by)
    keys = list(dict.fromkeys(keys))
    if not keys:
        raise Refused(Message("No page was photographed."), remedy=Message("Photograph at least one page."))
    if len(keys) > material.max_pages:
        raise Refused(
            Message("%(pages)s pages were photographed; at most %(limit)s are taken.",
                    pages=len(keys), limit=material.max_pages),
            remedy=Message("Leave out pages that are not needed, or send them as two documents."),
        )  # fmt: skip
    pages = [opened(key, by=by) for key in keys]
    if any((page.application_id, page.material_code) != (application_id, code) for page in pages):
        raise NotFound
    done = _done(pages)
    if done is not None:
        return done
    _require_whole(pages)
    limit_bytes = material.max_megabytes * 1024 * 1024
    label = _as_pdf(filename)
    db.session.rollback()
    try:
        with bind([places.pieces().path(key) for key in keys], limit_bytes=limit_bytes) as document:
            upload = service.receive(
                application_id, code, document, filename=label, declared_type="application/pdf", pages=len(keys),
                settle=lambda upload: _settle(keys, upload), by=by,
            )  # fmt: skip
    except (_SettledMeanwhile, FileNotFoundError):
        return _done_meanwhile(keys, by)
    for key in keys:
        places.pieces().remove(key)
    return upload


@atomic
def discard(key: str, *, by: Actor) -> None:
    """Forget a file that its sender no longer wants to send. One that is finished stays, for it is an upload now."""
    arriving = opened(key, by=by)
    if arriving.finished_at is None:
        db.session.delete(arriving)
        places.pieces().remove(key)


class _SettledMeanwhile(Exception):
    """Somebody else, most likely a repeat of the same request, has just made the upload of this file."""


def _settle(keys: list[str], upload: Upload) -> None:
    """Say what the files became, in the transaction that makes the upload; of two who try, one succeeds."""
    now = clock.now()
    settled = db.session.execute(
        update(IncomingFile)
        .where(IncomingFile.key.in_(keys), IncomingFile.finished_at.is_(None))
        .values(finished_at=now, touched_at=now, upload_id=upload.id)
        .execution_options(synchronize_session=False)
    )
    if settled.rowcount != len(keys):  # type: ignore[attr-defined]
        raise _SettledMeanwhile


def _done(files: Sequence[IncomingFile]) -> Upload | None:
    """The upload that these files have become together, if they have."""
    if all(one.finished_at is None for one in files):
        return None
    became = {one.upload_id for one in files}
    upload = db.session.get(Upload, became.pop() or 0) if len(became) == 1 else None
    if upload is None:
        raise Conflict(
            Message("Some of this has been sent before, and what became of it is no longer the same."),
            remedy=Message("Reload the page and look at what is there, then send what is missing."),
        )
    return upload


def _done_meanwhile(keys: list[str], by: Actor) -> Upload:
    db.session.rollback()
    done = _done([opened(key, by=by) for key in keys])
    if done is None:
        raise NotFound(
            Message("This file is not on its way any more."), remedy=Message("Choose it again and send it once more.")
        )
    return done


def _require_whole(files: Sequence[IncomingFile]) -> None:
    for one in files:
        if one.received < one.size:
            raise WrongOffset(one.received)


def _require_still_at(key: str, offset: int) -> None:
    """Asked again while the file is held: another piece may have come between."""
    received = db.session.scalar(select(IncomingFile.received).where(IncomingFile.key == key))
    db.session.rollback()
    if received is None:
        raise NotFound
    if received != offset:
        raise WrongOffset(received)


def _confirm(key: str, offset: int, reached: int) -> None:
    with transaction():
        changed = db.session.execute(
            update(IncomingFile)
            .where(IncomingFile.key == key, IncomingFile.received == offset, IncomingFile.finished_at.is_(None))
            .values(received=reached, touched_at=clock.now())
            .execution_options(synchronize_session=False)
        )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise _busy(offset)


def _busy(offset: int) -> WrongOffset:
    """Another process writes this file just now: an earlier request that the sender has given up."""
    return WrongOffset(offset)


def _require_few_waiting(size: int, by: Actor) -> None:
    waiting, total = db.session.execute(
        select(func.count(), func.coalesce(func.sum(IncomingFile.size), 0)).where(
            IncomingFile.account_id == by.account_id, IncomingFile.finished_at.is_(None)
        )
    ).one()
    if waiting >= MOST_WAITING or int(total) + size > MOST_WAITING_BYTES:
        raise Refused(
            Message("Too many files of yours are on their way at once."),
            remedy=Message("Wait until some have arrived. What was broken off is forgotten after a day."),
        )


def _as_pdf(filename: str | None) -> str:
    label = label_of(filename)
    return label if label.lower().endswith(".pdf") else label_of(f"{label}.pdf")
