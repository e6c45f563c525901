"""The guarded move: the only place that changes the state of an application."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Select, insert, literal, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from app import clock
from app.access.actor import Actor
from app.errors import Conflict
from app.messages import Message
from app.workflow.records import overtaken
from app.workflow.states import MOVES
from models import Application, ApplicationEvent, db
from models.base import Key, UtcDateTime


@dataclass(frozen=True)
class Moved:
    """Where an application stands after a verb."""

    application_id: int
    number: str
    state: str
    revision: int
    step_position: int | None


def moved(application: Application) -> Moved:
    return Moved(application.id, application.number, application.state, application.revision, application.step_position)


def move(
    application: Application, verb: str, *, revision: int, guard: Sequence[ColumnElement[bool]] = (), **values: Any
) -> None:
    """Make a declared move, or raise Stale: one row with this state and revision, or nothing.

    `guard` are further conditions, for example that nobody else holds a claim.
    """
    declared = MOVES[verb]
    values |= {"state": declared.target}
    _change(application, revision, [Application.state.in_(declared.sources), *guard], values)


def change_in_place(
    application: Application, *, revision: int, guard: Sequence[ColumnElement[bool]], **values: Any
) -> None:
    """Change something else than the state (a claim), guarded in the same way."""
    _change(application, revision, [Application.state == application.state, *guard], values)


def _change(
    application: Application, revision: int, guard: Sequence[ColumnElement[bool]], values: dict[str, Any]
) -> None:
    values |= {"changed_at": clock.now(), "revision": revision + 1}
    done: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
        update(Application)
        .where(Application.id == application.id, Application.revision == revision, *guard)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:
        raise overtaken(application.id)
    for name, value in values.items():
        set_committed_value(application, name, value)


def move_many(verb: str, ids: Select[Any], *, by: Actor, **values: Any) -> None:
    """Make a declared move for every application among `ids` that stands where the move may start; two statements.

    The caller has changed, and so locked, the payment lines by which it chose them; nobody else moves them meanwhile.
    """
    declared, now = MOVES[verb], clock.now()
    standing = (Application.id.in_(ids), Application.state.in_(declared.sources))
    columns = ["application_id", "kind", "at", "by_id", "state", "step_position", "round", "note"]
    db.session.execute(
        insert(ApplicationEvent).from_select(
            columns,
            select(
                Application.id, literal(verb), literal(now, UtcDateTime()), literal(by.account_id, Key),
                literal(str(declared.target)), Application.step_position, Application.round, literal(""),
            ).where(*standing),
        )
    )  # fmt: skip
    db.session.execute(
        update(Application)
        .where(*standing)
        .values(**values, state=declared.target, changed_at=now, revision=Application.revision + 1)
        .execution_options(synchronize_session=False)
    )


def free_for(by: Actor, cutoff: datetime | None) -> ColumnElement[bool]:
    """Nobody else holds the claim, or theirs is from before `cutoff` and has expired."""
    ways = [Application.claimed_by_id.is_(None), Application.claimed_by_id == by.account_id]
    if cutoff is not None:
        ways.append(Application.claimed_at <= cutoff)
    return or_(*ways)


def note_events(application: Application, *kinds: str, by: Actor, note: str = "", for_id: int | None = None) -> None:
    """Write what happened, in order; the application already stands as it does afterwards.

    A claim that a decision takes along is written with the step that it was for.
    """
    db.session.execute(
        insert(ApplicationEvent),
        [
            {
                "application_id": application.id,
                "kind": kind,
                "at": clock.now(),
                "by_id": by.account_id,
                "state": application.state,
                "step_position": application.step_position,
                "round": application.round,
                "note": note,
                "for_id": for_id,
            }
            for kind in kinds
        ],
    )


@contextmanager
def second_guard() -> Iterator[None]:
    """A unique key refused the effect: somebody else's came first. Never a server error, never twice."""
    try:
        yield
    except IntegrityError as refused:
        if "unique" not in str(refused.orig).lower():
            raise
        raise Conflict(
            Message("Somebody else decided this at the same moment, and their decision counts."),
            remedy=Message("Open the application again to see it as it is now, then decide."),
        ) from refused
