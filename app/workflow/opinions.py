"""Asking an opinion: a question to another account and its answer in the record. Who asked keeps the decision."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select, update

from app import clock
from app.access.actor import Actor
from app.errors import Conflict, Invalid, NotFound
from app.messages import Message
from app.uow import atomic
from app.workflow.moving import change_in_place, note_events, second_guard
from app.workflow.opening import for_whom, found, to_decide, write_down
from app.workflow.passing_on import checked_text, reader, require_claimed
from app.workflow.records import overtaken
from models import Account, Application, Opinion, db

MAX_QUESTION = 1000


@atomic
def ask_opinion(
    application_id: int, *, of_id: int, question: str, by: Actor, revision: int, holds: bool = False
) -> Opinion:
    """Ask somebody who may see the application. With `holds` nobody decides until it is answered or withdrawn."""
    application, through = to_decide(application_id, by=by, revision=revision)
    require_claimed(application, by)
    question = checked_text(question, "question", longest=MAX_QUESTION)
    asked_of = reader(application, of_id, by=by)
    open_one = select(Opinion.id).where(
        Opinion.application_id == application.id, Opinion.asked_of_id == asked_of.id, *still_open()
    )
    if db.session.scalar(open_one) is not None:
        raise Conflict(
            Message("%(name)s has been asked already and has not answered yet.", name=asked_of.display_name),
            remedy=Message("Withdraw that question first, or wait for the answer."),
        )
    change_in_place(application, revision=revision, guard=[Application.claimed_by_id == by.account_id])
    opinion = Opinion(
        application_id=application.id, round=application.round, step_position=application.step_position,
        asked_by_id=by.account_id, asked_of_id=asked_of.id, question=question, holds=holds, asked_at=clock.now(),
    )  # fmt: skip
    with second_guard():
        db.session.add(opinion)
        db.session.flush()
    note_events(application, "opinion_asked", by=by, note=f"→ {asked_of.display_name}：{question}"[:1000],
                for_id=for_whom(through))  # fmt: skip
    write_down("application:ask_opinion", application, by=by, through=through, note=question[:500],
               after={"of": asked_of.username, "holds": holds})  # fmt: skip
    return opinion


@atomic
def give_opinion(opinion_id: int, *, by: Actor, answer: str, revision: int) -> Opinion:
    """Answer a question that one was asked. It is kept as it is written; it decides nothing."""
    opinion = db.session.get(Opinion, opinion_id, populate_existing=True)
    if opinion is None or opinion.asked_of_id != by.account_id:
        raise NotFound
    answer = checked_text(answer, "answer", longest=MAX_QUESTION)
    application = found(opinion.application_id)
    _close(opinion, application, revision, answer=answer, answered_at=clock.now())
    note_events(application, "opinion_given", by=by, note=answer)
    write_down("application:give_opinion", application, by=by, note=answer[:500], after={"opinion": opinion.id})
    return opinion


@atomic
def withdraw_question(opinion_id: int, *, by: Actor, revision: int) -> Opinion:
    """Take a question back: by who asked it, or who has the application on the desk now. The decision is free again."""
    opinion = db.session.get(Opinion, opinion_id, populate_existing=True)
    if opinion is None:
        raise NotFound
    application = found(opinion.application_id)
    if by.account_id not in (opinion.asked_by_id, application.claimed_by_id):
        raise NotFound
    _close(opinion, application, revision, withdrawn_at=clock.now())
    note_events(application, "opinion_withdrawn", by=by)
    write_down("application:withdraw_question", application, by=by, after={"opinion": opinion.id})
    return opinion


def nothing_awaited() -> ColumnElement[bool]:
    """No question holds the decision: a part of the guarded update, so that no decision slips past a question."""
    return ~(
        select(Opinion.id).where(Opinion.application_id == Application.id, Opinion.holds, *still_open()).exists()
    )  # fmt: skip


def refuse_awaited(application: Application) -> None:
    """Raise the Conflict that names whose opinion is awaited, if one is."""
    name = db.session.scalar(
        select(Account.display_name)
        .join(Opinion, Opinion.asked_of_id == Account.id)
        .where(Opinion.application_id == application.id, Opinion.holds, *still_open())
        .limit(1)
    )
    if name is not None:
        raise Conflict(
            Message("The decision waits for the opinion of %(name)s.", name=name),
            remedy=Message("Decide when it is there, or withdraw the question."),
        )


def still_open() -> tuple[ColumnElement[bool], ...]:
    return Opinion.answered_at.is_(None), Opinion.withdrawn_at.is_(None)


def _close(opinion: Opinion, application: Application, revision: int, **values: Any) -> None:
    closed = db.session.execute(
        update(Opinion)
        .where(Opinion.id == opinion.id, Opinion.revision == revision, *still_open())
        .values(**values, revision=revision + 1)
        .execution_options(synchronize_session=False)
    )
    if closed.rowcount != 1:  # type: ignore[attr-defined]
        if opinion.answered_at is None and opinion.withdrawn_at is None:
            raise overtaken(application.id)
        raise Conflict(
            Message("This question is answered or withdrawn already."), remedy=Message("Open the page again.")
        )
    db.session.refresh(opinion)


__all__ = ["Invalid", "ask_opinion", "give_opinion", "nothing_awaited", "refuse_awaited", "withdraw_question"]
