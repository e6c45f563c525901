"""Verbs of questions of one's own: keep one under a name, open it, forget it. Each is its maker's alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.audit import service as audit
from app.errors import Conflict, Invalid, NotFound
from app.messages import Message
from app.reports.asking import CHOICES, QUESTION
from app.reports.questions import question_of
from app.uow import atomic, transaction
from models import SavedPivot, db

MOST_KEPT = 50
LONGEST_NAME = 60
_KEPT = (*QUESTION, "month", "since", "until", "unit", *CHOICES)


def keep(name: str, params: Mapping[str, Any], *, by: Actor) -> int:
    """Keep a question under a name of one's own. Raises Invalid, Conflict for a name that is taken."""
    require(by, "report:read")
    question_of(by, params)
    called = " ".join(name.replace("\x00", "").split())
    if not called or len(called) > LONGEST_NAME:
        raise Invalid(fields={"name": Message("Give it a name of up to %(count)s letters.", count=LONGEST_NAME)})
    kept = {field: str(params[field])[:200] for field in _KEPT if params.get(field)}
    try:
        with transaction():
            mine = select(func.count()).select_from(SavedPivot).where(SavedPivot.account_id == by.account_id)
            if (db.session.scalar(mine) or 0) >= MOST_KEPT:
                raise Conflict(
                    Message("You keep %(count)s questions already.", count=MOST_KEPT),
                    remedy=Message("Forget one that you no longer need."),
                )
            pivot = SavedPivot(account_id=by.account_id, name=called, question=kept, created_at=clock.now())
            db.session.add(pivot)
            db.session.flush()
            audit.record("report:keep", by=by, kind="saved_pivot", record_id=pivot.id, after={"name": called, **kept})
            return pivot.id
    except IntegrityError:
        raise Conflict(
            Message("You keep another question under this name."), remedy=Message("Choose another name.")
        ) from None


def mine(actor: Actor) -> Sequence[SavedPivot]:
    """One's own questions by name."""
    return db.session.scalars(
        select(SavedPivot).where(SavedPivot.account_id == actor.account_id).order_by(SavedPivot.name)
    ).all()


def opened(actor: Actor, pivot_id: int) -> SavedPivot:
    """One of one's own questions. Raises NotFound for anybody else's."""
    found = db.session.scalars(
        select(SavedPivot).where(SavedPivot.id == pivot_id, SavedPivot.account_id == actor.account_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


@atomic
def forget(pivot_id: int, *, by: Actor) -> None:
    """Forget one of one's own questions. Raises NotFound."""
    pivot = opened(by, pivot_id)
    audit.record("report:forget", by=by, kind="saved_pivot", record_id=pivot.id, before={"name": pivot.name})
    db.session.execute(delete(SavedPivot).where(SavedPivot.id == pivot.id))
