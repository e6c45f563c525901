"""What surrounds an application while it waits: questions, copies, urging, recall, lot and reminders; in one statement.
And what waits for a person beside their queue: opinions asked of them, and copies sent to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, and_, case, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload

from app.access import scope
from app.access.actor import Actor
from app.access.roles import DECIDING
from app.errors import NotFound
from models import Account, Application, CopyTo, Draw, Opinion, Recall, Reminder, Urge, db
from models.applications import ApplicationState as State
from models.base import Key

SHOWN = 50


@dataclass(frozen=True)
class Thing:
    """One of them: who, about whom, what was said and answered, and whether it is still open (`holds`: it decides)."""

    kind: str  # opinion, copy, urge, recall, draw, SOON, OVERDUE, ESCALATED
    id: int
    by: str
    to: str
    text: str
    answer: str
    at: datetime
    open: bool
    holds: bool
    revision: int


def around(application: Application) -> Sequence[Thing]:
    """Everything around an application, the oldest first; draws, reminders and recall only of where it stands."""
    here: dict[str, int] = {"round": application.round, "step_position": application.step_position or 0}
    wanted = union_all(
        _opinions(application.id), _copies(application.id), _urges(application.id, **here),
        _recalls(application.id, **here), _draws(application.id, **here), _reminders(application.id, **here),
    )  # fmt: skip
    return [Thing(*row) for row in sorted(db.session.execute(wanted), key=lambda row: (row.at, row.id))]


def _told(kind: Any, key: Any, by: Any, to: Any, text: Any, answer: Any, at: Any, is_open: Any, holds: Any,
          revision: Any = None) -> Select[Any]:  # fmt: skip
    return select(
        (literal(kind) if isinstance(kind, str) else kind).label("kind"), key.label("id"),
        func.coalesce(by, "").label("by"), func.coalesce(to, "").label("to"),
        func.coalesce(text, "").label("text"), func.coalesce(answer, "").label("answer"),
        at.label("at"),
        case((is_open, True), else_=False).label("open"), case((holds, True), else_=False).label("holds"),
        (literal(0, Key) if revision is None else revision).label("revision"),
    )  # fmt: skip


_NOTHING = cast(null(), String)


def _opinions(application_id: int) -> Select[Any]:
    by, to = aliased(Account), aliased(Account)
    is_open = and_(Opinion.answered_at.is_(None), Opinion.withdrawn_at.is_(None))
    return (
        _told("opinion", Opinion.id, by.display_name, to.display_name, Opinion.question, Opinion.answer,
              Opinion.asked_at, is_open, and_(Opinion.holds, is_open), Opinion.revision)
        .join(by, by.id == Opinion.asked_by_id).join(to, to.id == Opinion.asked_of_id)
        .where(Opinion.application_id == application_id)
    )  # fmt: skip


def _copies(application_id: int) -> Select[Any]:
    by, to = aliased(Account), aliased(Account)
    return (
        _told("copy", CopyTo.id, by.display_name, to.display_name, CopyTo.note, _NOTHING, CopyTo.sent_at,
              CopyTo.noted_at.is_(None), literal(value=False))
        .join(by, by.id == CopyTo.from_id).join(to, to.id == CopyTo.to_id)
        .where(CopyTo.application_id == application_id)
    )  # fmt: skip


def _urges(application_id: int, *, round: int, step_position: int) -> Select[Any]:
    return (
        _told("urge", Urge.id, Account.display_name, _NOTHING, Urge.note, _NOTHING, Urge.at,
              and_(Urge.round == round, Urge.step_position == step_position), literal(value=False))
        .join(Account, Account.id == Urge.by_id).where(Urge.application_id == application_id)
    )  # fmt: skip


def _recalls(application_id: int, *, round: int, step_position: int) -> Select[Any]:
    return (
        _told("recall", Recall.id, Account.display_name, _NOTHING, Recall.reason, Recall.note, Recall.asked_at,
              Recall.answered_at.is_(None), func.coalesce(Recall.granted, literal(value=False)))
        .join(Account, Account.id == Recall.asked_by_id)
        .where(Recall.application_id == application_id, Recall.round == round, Recall.step_position == step_position)
    )  # fmt: skip


def _draws(application_id: int, *, round: int, step_position: int) -> Select[Any]:
    return (
        _told("draw", Draw.id, _NOTHING, Account.display_name, _NOTHING, Draw.seed, Draw.drawn_at,
              Draw.replaced_at.is_(None), literal(value=False))
        .outerjoin(Account, Account.id == Draw.account_id)
        .where(Draw.application_id == application_id, Draw.round == round, Draw.step_position == step_position)
    )  # fmt: skip


def _reminders(application_id: int, *, round: int, step_position: int) -> Select[Any]:
    return _told(
        Reminder.level, Reminder.id, _NOTHING, _NOTHING, cast(Reminder.used_days, String),
        cast(Reminder.limit_days, String), Reminder.at, literal(value=True), literal(value=False),
    ).where(Reminder.application_id == application_id, Reminder.step_position == step_position)  # fmt: skip


@dataclass(frozen=True)
class ForMe:
    """What waits for a person beside their queue."""

    opinions: Sequence[Opinion]
    copies: Sequence[CopyTo]


def for_me(actor: Actor) -> ForMe:
    """Opinions asked of this person and copies sent to them, the newest first; only what they may still see."""
    reached = scope.condition(actor, "application:read", Application)
    opinions = db.session.scalars(
        select(Opinion)
        .join(Application, Application.id == Opinion.application_id)
        .where(Opinion.asked_of_id == actor.account_id, Opinion.withdrawn_at.is_(None), reached)
        .options(joinedload(Opinion.application), joinedload(Opinion.asked_by).load_only(Account.display_name))
        .order_by(Opinion.answered_at.is_not(None), Opinion.id.desc())
        .limit(SHOWN)
    ).all()
    copies = db.session.scalars(
        select(CopyTo)
        .join(Application, Application.id == CopyTo.application_id)
        .where(CopyTo.to_id == actor.account_id, reached)
        .options(joinedload(CopyTo.application), joinedload(CopyTo.sender).load_only(Account.display_name))
        .order_by(CopyTo.noted_at.is_not(None), CopyTo.id.desc())
        .limit(SHOWN)
    ).all()
    return ForMe(opinions, copies)


def copy_for(actor: Actor, copy_id: int) -> CopyTo:
    """A copy sent to this person; NotFound for any other, and where they may not see the application any more."""
    found = db.session.scalars(
        select(CopyTo)
        .join(Application, Application.id == CopyTo.application_id)
        .where(CopyTo.id == copy_id, CopyTo.to_id == actor.account_id,
               scope.condition(actor, "application:read", Application))
        .options(joinedload(CopyTo.application).joinedload(Application.employees))
    ).unique().one_or_none()  # fmt: skip
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Counts:
    """Numbers for the home pages: questions and copies that wait for a person, and what was escalated to them."""

    opinions: int
    copies: int
    escalated: int

    @property
    def for_me(self) -> int:
        return self.opinions + self.copies


def counts_for(actor: Actor) -> Counts:
    """What waits for a person beside their queue, in one statement."""
    opinions = select(func.count()).where(
        Opinion.asked_of_id == actor.account_id, Opinion.answered_at.is_(None), Opinion.withdrawn_at.is_(None)
    )
    copies = select(func.count()).where(CopyTo.to_id == actor.account_id, CopyTo.noted_at.is_(None))
    row = db.session.execute(
        select(opinions.scalar_subquery(), copies.scalar_subquery(), _escalated(actor).scalar_subquery())
    ).one()
    return Counts(*row)


def _escalated(actor: Actor) -> Select[Any]:
    told = [
        and_(Reminder.permission == permission, scope.condition(actor, permission, Application))
        for permission in (name for name in sorted(DECIDING) if actor.holds(name))
    ]
    return (
        select(func.count())
        .select_from(Reminder)
        .join(Application, and_(Application.id == Reminder.application_id,
                                Application.step_position == Reminder.step_position))
        .where(Reminder.level == "ESCALATED", Application.state == State.IN_REVIEW,
               or_(*told) if told else literal(value=False))
    )  # fmt: skip
