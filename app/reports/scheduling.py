"""Scheduled reports: asked for once, made every week or month for who asked, with the rights of that day.

The nightly command makes what is due. A schedule moves on by a guarded update in the transaction that puts its export
into the line, and (schedule, day) is unique, so two runs of one night make it once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.access.queries import actor_of
from app.audit import service as audit
from app.errors import Conflict, Invalid, NotFound, Refused
from app.messages import Message
from app.pay.months import month_after, month_of, month_text, months_between, plus_months
from app.reports import exports, queries
from app.reports.asking import read
from app.reports.questions import report_for
from app.uow import atomic, transaction
from models import ReportSchedule, db
from models.accounts import AccountState
from models.reports import Frequency, ReportFormat

MOST_KEPT = 20
FREQUENCIES: dict[str, Message] = {
    Frequency.MONTHLY: Message("Every month, on the first day"),
    Frequency.WEEKLY: Message("Every week, on Monday"),
}
_WITHOUT_MONTHS = ("month", "since", "until", "year")


@atomic
def schedule(
    code: str, params: Mapping[str, str], *, frequency: str, form: str, language: str, by: Actor
) -> int:  # fmt: skip
    """Have a report made again and again, over as many whole months as were asked for, up to the last one.

    Raises NotFound, NotAllowed, Invalid.
    """
    require(by, "report:export")
    if frequency not in FREQUENCIES or form not in set(ReportFormat):
        raise Invalid(fields={"frequency": Message("Choose how often, and the kind of file.")})
    report = report_for(by, code, params)
    asked = read(params, report.parameters, opens_with=report.opens_with)
    queries.unit_asked(by, report, asked)
    if len(mine(by)) >= MOST_KEPT:
        raise Conflict(
            Message("You have %(count)s scheduled reports already.", count=MOST_KEPT),
            remedy=Message("End one that you no longer need."),
        )
    kept = {name: value for name, value in asked.as_params().items() if name not in _WITHOUT_MONTHS}
    one = ReportSchedule(
        account_id=by.account_id, report=code, params=kept, months=months_between(asked.since, asked.after),
        format=form, language="en" if language == "en" else "zh", frequency=frequency,
        next_on=next_day(frequency, clock.today()), created_at=clock.now(),
    )  # fmt: skip
    db.session.add(one)
    db.session.flush()
    audit.record("report:schedule", by=by, kind="report_schedule", record_id=one.id,
                 after={"report": code, "frequency": frequency, "as": form, **kept})  # fmt: skip
    return one.id


def next_day(frequency: str, today: date) -> date:
    """The first day after today on which it is due."""
    if frequency == Frequency.MONTHLY:
        return month_after(today)
    return today + timedelta(days=7 - today.weekday())


def params_on(one: ReportSchedule, day: date) -> dict[str, str]:
    """What is asked for on a day: so many whole months, the last of them the one before that day."""
    until = plus_months(month_of(day), -1)
    since = plus_months(until, 1 - one.months)
    return {**one.params, "since": month_text(since), "until": month_text(until)}


def mine(actor: Actor) -> Sequence[ReportSchedule]:
    """One's own scheduled reports that have not ended."""
    return db.session.scalars(
        select(ReportSchedule)
        .where(ReportSchedule.account_id == actor.account_id, ReportSchedule.ended_at.is_(None))
        .order_by(ReportSchedule.id)
    ).all()


@atomic
def end(schedule_id: int, *, by: Actor) -> None:
    """End one of one's own. Raises NotFound."""
    require(by, "report:export")
    if schedule_id not in {one.id for one in mine(by)}:
        raise NotFound
    done = db.session.execute(
        update(ReportSchedule)
        .where(ReportSchedule.id == schedule_id, ReportSchedule.ended_at.is_(None))
        .values(ended_at=clock.now(), revision=ReportSchedule.revision + 1)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound
    audit.record("report:unschedule", by=by, kind="report_schedule", record_id=schedule_id)


@dataclass
class Tally:
    """What one night made, and what could not be made."""

    made: int = 0
    refused: int = 0


def make_what_is_due() -> Tally:
    """Put every schedule that is due into the line. Run it every night; twice does no harm."""
    tally, today = Tally(), clock.today()
    due = db.session.scalars(
        select(ReportSchedule.id)
        .where(ReportSchedule.ended_at.is_(None), ReportSchedule.next_on <= today)
        .order_by(ReportSchedule.id)
    ).all()
    for schedule_id in due:
        try:
            _make(schedule_id, today, tally)
        except IntegrityError:
            continue  # another run of the same night made it
    return tally


def _make(schedule_id: int, today: date, tally: Tally) -> None:
    one = db.session.scalars(
        select(ReportSchedule)
        .where(ReportSchedule.id == schedule_id)
        .options(joinedload(ReportSchedule.account))
        .execution_options(populate_existing=True)
    ).one()
    due_on, following = one.next_on, next_day(one.frequency, today)
    try:
        if one.account.state != AccountState.ACTIVE:
            raise Refused(Message("The account is no longer active."))
        with transaction():
            if not _moves_on(one, due_on, following, problem=None):
                return
            exports.ask(
                one.report, params_on(one, today), form=one.format, language=one.language, by=actor_of(one.account),
                schedule=(schedule_id, due_on),
            )  # fmt: skip
        tally.made += 1
    except Refused as refusal:
        with transaction():
            if _moves_on(one, due_on, following, problem=refusal.message.to_json()):
                tally.refused += 1


def _moves_on(one: ReportSchedule, due_on: date, following: date, *, problem: Any) -> bool:
    """Set the next day, unless somebody else has."""
    done = db.session.execute(
        update(ReportSchedule)
        .where(ReportSchedule.id == one.id, ReportSchedule.next_on == due_on, ReportSchedule.ended_at.is_(None))
        .values(next_on=following, problem=problem, revision=ReportSchedule.revision + 1)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]
