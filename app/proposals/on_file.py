"""Files on record that serve again, offered for the materials of an application that is being written.

A file serves for the material that it was filed for, or for one that asks for the kind of paper that it is, if that
kind keeps its worth; until the end of its term as it stands on the paper, or else as the table of materials says. One
that no longer serves is not offered, and a sentence says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app import clock
from app.access import scope
from app.access.actor import Actor
from app.applications import queries as applications
from app.applications.sheet import ApplicationSheet, MaterialLine
from app.errors import Conflict
from app.materials.comparing import SURE_OF_DAY
from app.materials.kinds import NAMES, Kind
from app.materials.reusing import take_again
from app.materials.told import known
from app.messages import Message, Named
from app.pay.months import same_day_after
from app.proposals.preparing import reusable
from app.uow import atomic
from models import Application, ApplicationEmployee, MaterialReading, Upload, db
from models.applications import ApplicationState

_LASTING = (Kind.DIPLOMA, Kind.IDENTITY_CARD)
"""Kinds of paper that keep their worth whatever they were filed for; others are about one occasion."""
_DECIDED = (ApplicationState.APPROVED, ApplicationState.AT_FINANCE, ApplicationState.PAID)
_MOST = 200


@dataclass(frozen=True)
class Offer:
    """Files of one earlier application that would serve. With `expired` they do not, and it says why."""

    files: tuple[int, ...]
    what: Message | Named
    filed_on: date
    pages: int
    until: date | None = None
    expired: Message | None = None
    of_kind: bool = False  # whether `what` is the kind of paper that it was read to be


def offers(actor: Actor, sheet: ApplicationSheet) -> dict[str, Offer]:
    """For each material that is asked for and has no good file yet: what is on record for it, by its code.

    One statement, and none where nothing on record could serve. Files out of the actor's reach are not there.
    """
    wanting = [line for line in sheet.materials if _wants(line)]
    if not wanting or sheet.staff is None or len(sheet.application.employees) != 1:
        return {}
    uploads = _on_record(actor, sheet.application, sheet.staff.id, wanting)
    found = {line.code: _best(line, uploads, today=clock.today()) for line in wanting}
    return {code: offer for code, offer in found.items() if offer is not None}


@atomic
def take(application_id: int, material_code: str, first: int, *, by: Actor) -> Sequence[Upload]:
    """Use what was offered for a material; `first` is the first file of the offer, as the page showed it.

    Raises NotFound, NotAllowed, Conflict where nothing may be sent, or where it is no longer offered.
    """
    application = applications.opened(by, application_id, "material:upload")
    offer = offers(by, applications.sheet(application)).get(material_code)
    if offer is None or offer.expired is not None or offer.files[0] != first:
        raise Conflict(
            Message("This file is no longer offered: there is a file already, or it no longer serves."),
            remedy=Message("Reload the page."),
        )
    earlier = db.session.scalars(select(Upload).where(Upload.id.in_(offer.files)).order_by(Upload.id)).all()
    return take_again(application_id, {material_code: earlier}, by=by)


def _wants(line: MaterialLine) -> bool:
    if not line.needed or not line.editable or line.shared or line.accepted:
        return False
    return line.code in reusable() or bool(set(line.material.document_kinds) & set(_LASTING))


def _on_record(
    actor: Actor, application: Application, staff_id: int, wanting: Iterable[MaterialLine]
) -> Sequence[Upload]:
    """What was filed for this person with applications that are decided, the newest application first."""
    codes = {line.code for line in wanting}
    kinds = {kind.value for line in wanting for kind in line.material.document_kinds if kind in _LASTING}
    return db.session.scalars(
        select(Upload)
        .join(Application, Application.id == Upload.application_id)
        .join(ApplicationEmployee, ApplicationEmployee.application_id == Application.id)
        .outerjoin(MaterialReading, MaterialReading.upload_id == Upload.id)
        .options(joinedload(Upload.file), joinedload(Upload.reading))
        .where(
            ApplicationEmployee.staff_id == staff_id, Application.id != application.id,
            Application.state.in_(_DECIDED), Upload.accepted, Upload.removed_at.is_(None),
            Upload.claimed_at.is_not(None), scope.condition(actor, "material:read", Upload),
            or_(Upload.material_code.in_(codes), MaterialReading.kind.in_(kinds)),
        )
        .order_by(Upload.application_id.desc(), Upload.id)
        .limit(_MOST)
    ).all()  # fmt: skip


def _best(line: MaterialLine, uploads: Sequence[Upload], *, today: date) -> Offer | None:
    """The newest that serves; where none does, the newest with why not."""
    best: Offer | None = None
    fitting = [upload for upload in uploads if _serves(line, upload)]
    for _application, files in groupby(fitting, key=lambda upload: upload.application_id):
        offer = _offer(line, list(files), today=today)
        if offer.pages < line.material.min_pages:
            continue
        if offer.expired is None:
            return offer
        best = best or offer
    return best


def _serves(line: MaterialLine, upload: Upload) -> bool:
    if line.material.accepts and upload.file.media_type not in line.material.accepts:
        return False
    kind = upload.reading.kind if upload.reading is not None else None
    if upload.material_code == line.code and line.code in reusable():
        return True
    return kind in {one.value for one in line.material.document_kinds if one in _LASTING}


def _offer(line: MaterialLine, files: Sequence[Upload], *, today: date) -> Offer:
    filed_on = clock.local(min(one.claimed_at for one in files if one.claimed_at is not None)).date()
    kinds = {Kind(one.reading.kind) for one in files if one.reading is not None and one.reading.kind}
    of_kind = len(kinds) == 1 and Kind.OTHER not in kinds
    what = NAMES[kinds.pop()] if of_kind else line.name
    pages = sum(one.file.pages for one in files)
    ends = [end for end in (_ends(one) for one in files) if end is not None]
    given: Mapping[str, object] = {"name": what, "filed": filed_on.isoformat()[:7]}
    until, expired = min(ends, default=None), None
    months = reusable().get(line.code)
    if until is not None:
        if until < today:
            expired = Message("The %(name)s on file of %(filed)s is not offered: it was valid until %(day)s.",
                              day=until.isoformat(), **given)  # fmt: skip
    elif months is not None and same_day_after(filed_on, months) < today:
        expired = Message("The %(name)s on file of %(filed)s is not offered: it serves for %(months)s months.",
                          months=months, **given)  # fmt: skip
    return Offer(tuple(one.id for one in files), what, filed_on, pages, until, expired, of_kind)


def _ends(upload: Upload) -> date | None:
    """The last day of the term that stands on the paper, where it is clearly read or a person said so."""
    if upload.reading is None:
        return None
    until = known(upload.reading).day("valid_to")
    if until is None or until.confidence < SURE_OF_DAY or len(until.value) != 10:
        return None
    return date.fromisoformat(until.value)
