"""Drawing reviewers by lot: from whom, by which seed and with which result is kept, so that anybody can check it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update

from app import clock
from app.access.actor import Actor
from app.errors import Conflict
from app.items.editions import Step
from app.messages import Message
from app.uow import atomic
from app.workflow.eligible import deciders, deciders_of_each
from app.workflow.moving import Moved, change_in_place, moved, note_events, second_guard
from app.workflow.opening import present_step, to_decide, write_down
from app.workflow.passing_on import checked_text
from models import Account, Application, ApplicationEvent, Draw, db


def place_of(seed: str, pool: Sequence[int]) -> int:
    """Which place of the pool a seed draws: SHA-256 of seed and pool, as a number, modulo the size of the pool.

    The digest has 256 bits, so that no place is favoured by anything that could be measured.
    """
    said = seed + ":" + ",".join(str(one) for one in pool)
    return int.from_bytes(hashlib.sha256(said.encode()).digest(), "big") % len(pool)


def agrees(draw: Draw) -> bool:
    """Whether the person kept is the one that seed and pool give."""
    if not draw.pool:
        return draw.account_id is None
    return draw.account_id == draw.pool[place_of(draw.seed, draw.pool)]


def draw_at(
    application: Application, step: Step, *, by: Actor, but: Sequence[int] = (), number: int = 1
) -> Draw | None:
    """Draw the reviewer of an application that has come to a step, if the step asks for it. In the caller's work.

    Nobody eligible: that is kept too, and whoever may decide takes it.
    """
    if not step.by_draw:
        return None
    people = deciders(application, step.permission, but=but)
    pool, seed = [one.id for one in people], secrets.token_hex(32)
    drawn = people[place_of(seed, pool)] if pool else None
    kept = Draw(
        application_id=application.id, round=application.round, step_position=step.position, number=number,
        account_id=drawn.id if drawn else None, pool=pool, seed=seed, drawn_at=clock.now(),
    )  # fmt: skip
    with second_guard():
        db.session.add(kept)
        db.session.flush()
    note_events(application, "drawn" if drawn else "not_drawn", by=by, note=_drawn_note(drawn, pool))
    write_down("application:draw", application, by=by,
               after={"drawn": drawn.username if drawn else None, "pool": pool, "seed": seed})  # fmt: skip
    return kept


def draw_for_many(ids: Collection[int], step: Step, *, by: Actor) -> None:
    """The same for many applications that have come to a step together: each has a draw, a seed and a pool of its own.

    In the caller's work, which holds the rows. The statements do not grow with the applications.
    """
    if not step.by_draw or not ids:
        return
    applications = db.session.scalars(
        select(Application)
        .where(Application.id.in_(list(ids)))
        .order_by(Application.id)
        .execution_options(populate_existing=True)
    ).all()
    people = deciders_of_each(applications, step.permission)
    draws: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for one in applications:
        pool, seed = [account.id for account in people[one.id]], secrets.token_hex(32)
        drawn = people[one.id][place_of(seed, pool)] if pool else None
        draws.append(
            {"application_id": one.id, "round": one.round, "step_position": step.position, "number": 1,
             "account_id": drawn.id if drawn else None, "pool": pool, "seed": seed, "drawn_at": clock.now()}
        )  # fmt: skip
        events.append(
            {"application_id": one.id, "kind": "drawn" if drawn else "not_drawn", "at": clock.now(),
             "by_id": by.account_id, "state": one.state, "step_position": step.position, "round": one.round,
             "note": _drawn_note(drawn, pool)}
        )  # fmt: skip
        write_down("application:draw", one, by=by,
                   after={"drawn": drawn.username if drawn else None, "pool": pool, "seed": seed})  # fmt: skip
    with second_guard():
        db.session.execute(insert(Draw.__table__), draws)  # type: ignore[arg-type]
    db.session.execute(insert(ApplicationEvent), events)


def _drawn_note(drawn: Account | None, pool: Sequence[int]) -> str:
    return f"→ {drawn.display_name}（1/{len(pool)}）" if drawn is not None else ""


def go_on_drawn(application: Application, step: Step, *, by: Actor) -> Draw | None:
    """After a correction the person drawn before goes on, if they still may; else somebody is drawn anew."""
    if not step.by_draw:
        return None
    before = db.session.scalars(
        select(Draw)
        .where(
            Draw.application_id == application.id, Draw.step_position == step.position, Draw.account_id.is_not(None),
            Draw.replaced_at.is_(None),
        )
        .order_by(Draw.round.desc())
        .limit(1)
    ).first()  # fmt: skip
    still = {one.id for one in deciders(application, step.permission)}
    if before is None or before.account_id not in still:
        return draw_at(application, step, by=by)
    pool: list[Any] = [before.account_id]
    kept = Draw(
        application_id=application.id, round=application.round, step_position=step.position, number=1,
        account_id=before.account_id, pool=pool, seed=secrets.token_hex(32), drawn_at=clock.now(),
    )  # fmt: skip
    db.session.add(kept)
    db.session.flush()
    write_down("application:draw", application, by=by, after={"pool": pool, "seed": kept.seed},
               note="the same person after a correction")  # fmt: skip
    return kept


@atomic
def draw_again(application_id: int, *, by: Actor, reason: str, revision: int) -> Moved:
    """Have another person drawn, with the reason, for example a conflict of interest. Only the person drawn asks it."""
    application, _through = to_decide(application_id, by=by, revision=revision)
    step, reason = present_step(application), checked_text(reason, "reason")
    draw = in_force(application)
    if draw is None or by.account_id is None or draw.account_id != by.account_id:
        raise Conflict(
            Message("Another person is drawn only at the wish of who was drawn."),
            remedy=Message("Ask the person who was drawn."),
        )
    change_in_place(application, revision=revision, guard=[], claimed_by_id=None, claimed_at=None)
    _replace(draw)
    draw_at(application, step, by=by, but=[by.account_id], number=draw.number + 1)
    write_down("application:draw_again", application, by=by, note=reason)
    return moved(application)


def replace_lost(application: Application, *, by: Actor) -> bool:
    """Draw anew where the person drawn may no longer decide, or nobody has been drawn; says whether it did."""
    step = present_step(application)
    draw = in_force(application)
    still = {one.id for one in deciders(application, step.permission)}
    if draw is not None and (draw.account_id in still or (draw.account_id is None and not still)):
        return False
    if draw is not None:
        _replace(draw)
    draw_at(application, step, by=by, number=draw.number + 1 if draw is not None else 1)
    return True


def in_force(application: Application) -> Draw | None:
    """The draw that holds for an application where it stands."""
    return db.session.scalars(
        select(Draw).where(
            Draw.application_id == application.id, Draw.round == application.round,
            Draw.step_position == application.step_position, Draw.replaced_at.is_(None),
        )
    ).one_or_none()  # fmt: skip


def drawn_for_nobody_but(people: Sequence[int | None]) -> ColumnElement[bool]:
    """No other person was drawn for the application where it stands: a part of the queue and of every guard."""
    return ~(
        select(Draw.id)
        .where(
            Draw.application_id == Application.id, Draw.round == Application.round,
            Draw.step_position == Application.step_position, Draw.replaced_at.is_(None),
            Draw.account_id.is_not(None), Draw.account_id.not_in([one for one in people if one is not None]),
        )
        .exists()
    )  # fmt: skip


def refuse_drawn(application: Application, people: Sequence[int | None]) -> None:
    """Raise the Conflict that names who was drawn, if it is somebody else."""
    name = db.session.scalar(
        select(Account.display_name)
        .join(Draw, Draw.account_id == Account.id)
        .where(
            Draw.application_id == application.id, Draw.round == application.round,
            Draw.step_position == application.step_position, Draw.replaced_at.is_(None), Draw.account_id.not_in(people),
        )
    )  # fmt: skip
    if name is not None:
        raise Conflict(
            Message("%(name)s was drawn by lot to review this application.", name=name),
            remedy=Message("Take the next one that waits for you."),
        )


def _replace(draw: Draw) -> None:
    db.session.execute(
        update(Draw).where(Draw.id == draw.id, Draw.replaced_at.is_(None)).values(replaced_at=clock.now())
    )
    db.session.expire(draw, ["replaced_at"])
