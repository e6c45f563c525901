"""Reading batches: those in reach, one with its lines, how its lines stand, and what was done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app import clock
from app.access import policy, scope
from app.access.actor import Actor
from app.errors import Conflict, NotFound, Stale
from app.messages import Message
from app.paging import Page, page_number
from models import Account, Application, AuditEvent, Batch, BatchLine, BatchRun, ItemVersion, Job, JobLine, Staff, db
from models.applications import ApplicationState
from models.batches import BatchState
from models.items import VersionState
from models.jobs import JobState, LineOutcome

ROWS_A_PAGE = 50
_AT_WORK = (JobState.WAITING, JobState.RUNNING)
NOT_FILED = "NOT_FILED"


@dataclass(frozen=True)
class Listed:
    """A batch with the number of its lines by state of their applications; `NOT_FILED` are those without one."""

    batch: Batch
    counts: Mapping[str, int] = field(default_factory=dict)
    problems: int = 0

    @property
    def lines(self) -> int:
        return sum(self.counts.values())

    def count(self, *states: str) -> int:
        return sum(self.counts.get(state, 0) for state in states)

    @property
    def unfiled(self) -> int:
        return self.counts.get(NOT_FILED, 0)

    @property
    def decided(self) -> int:
        return self.count("APPROVED", "AT_FINANCE", "PAID", "REJECTED", "WITHDRAWN")


@dataclass(frozen=True)
class LineRow:
    """One line: the employee, the application if it is filed, and what is to be said of it."""

    line: BatchLine
    staff: Staff
    application: Application | None

    @property
    def problems(self) -> list[Message]:
        return [Message.from_json(one) for one in self.line.problems]

    @property
    def before_fen(self) -> int | None:
        return self.line.traits.get("before")

    @property
    def after_fen(self) -> int | None:
        return self.line.traits.get("after")


@dataclass(frozen=True)
class RunRow:
    """One deed on a batch with its job, and the lines that were left out, each with the reason."""

    run: BatchRun
    job: Job
    by: str
    left: Sequence[tuple[str, Message]] = ()

    @property
    def at_work(self) -> bool:
        return self.job.state in _AT_WORK


def visible(actor: Actor, permission: str = "application:read") -> ColumnElement[bool]:
    """The batches that a person may see: who only reviews sees none before something of it is filed."""
    reached = scope.condition(actor, permission, Batch)
    if actor.is_system or actor.holds("application:start") or actor.holds("audit:read"):
        return reached
    return and_(reached, Batch.submitted_at.is_not(None))


def opened(actor: Actor, batch_id: int, permission: str = "application:read") -> Batch:
    """One batch with item, unit and makers. Raises NotFound outside the person's reach, NotAllowed."""
    policy.require(actor, permission)
    batch = db.session.scalars(
        select(Batch)
        .options(
            joinedload(Batch.item), joinedload(Batch.unit), joinedload(Batch.created_by),
            joinedload(Batch.submitted_by),
        )
        .where(Batch.id == batch_id, visible(actor, permission))
        .execution_options(populate_existing=True)
    ).one_or_none()  # fmt: skip
    if batch is None:
        raise NotFound
    return batch


def listing(actor: Actor, page: object, *, state: str = "") -> Page[Listed]:
    """The newest first, with how their lines stand; two statements."""
    number = page_number(page)
    wanted = (
        select(Batch)
        .options(joinedload(Batch.item), joinedload(Batch.unit), joinedload(Batch.created_by))
        .where(visible(actor))
        .order_by(Batch.id.desc())
    )
    wanted = wanted.where(Batch.state == state) if state else wanted.where(Batch.state != BatchState.GIVEN_UP)
    found = list(db.session.scalars(wanted.offset((number - 1) * ROWS_A_PAGE).limit(ROWS_A_PAGE + 1)))
    shown = found[:ROWS_A_PAGE]
    counts = _counts([batch.id for batch in shown])
    return Page([_listed(batch, counts) for batch in shown], number, ROWS_A_PAGE, more=len(found) > ROWS_A_PAGE)


def counted(batch: Batch) -> Listed:
    """One batch with how its lines stand."""
    return _listed(batch, _counts([batch.id]))


def _listed(batch: Batch, counts: Mapping[int, tuple[dict[str, int], int]]) -> Listed:
    held, problems = counts.get(batch.id, ({}, 0))
    return Listed(batch, held, problems)


def _counts(ids: Sequence[int]) -> dict[int, tuple[dict[str, int], int]]:
    if not ids:
        return {}
    state = func.coalesce(Application.state, NOT_FILED)
    blocked = func.sum(func.coalesce(func.json_array_length(BatchLine.problems), 0))
    rows = db.session.execute(
        select(BatchLine.batch_id, state, func.count(), blocked)
        .outerjoin(Application, Application.id == BatchLine.application_id)
        .where(BatchLine.batch_id.in_(ids))
        .group_by(BatchLine.batch_id, state)
    )
    found: dict[int, tuple[dict[str, int], int]] = {}
    for batch_id, held, count, problems in rows:
        counts, before = found.get(batch_id, ({}, 0))
        found[batch_id] = (counts | {held: count}, before + (int(problems or 0) if held == NOT_FILED else 0))
    return found


LINE_FILTERS: dict[str, ColumnElement[bool]] = {
    "problems": and_(BatchLine.application_id.is_(None), func.json_array_length(BatchLine.problems) > 0),
    "unfiled": BatchLine.application_id.is_(None),
    "in_review": Application.state == ApplicationState.IN_REVIEW,
    "returned": Application.state == ApplicationState.RETURNED,
    "decided": Application.state.in_(
        [ApplicationState.APPROVED, ApplicationState.AT_FINANCE, ApplicationState.PAID, ApplicationState.REJECTED]
    ),
}


def lines(batch: Batch, page: object, *, which: str = "") -> Page[LineRow]:
    """One page of lines by name; those with a problem first."""
    number = page_number(page)
    wanted = (
        select(BatchLine, Staff, Application)
        .join(Staff, Staff.id == BatchLine.staff_id)
        .outerjoin(Application, Application.id == BatchLine.application_id)
        .where(BatchLine.batch_id == batch.id)
        .order_by(BatchLine.application_id.is_not(None), func.json_array_length(BatchLine.problems).desc(), Staff.name,
                  BatchLine.id)
    )  # fmt: skip
    if which in LINE_FILTERS:
        wanted = wanted.where(LINE_FILTERS[which])
    found = db.session.execute(wanted.offset((number - 1) * ROWS_A_PAGE).limit(ROWS_A_PAGE + 1)).all()
    rows = [LineRow(*row) for row in found[:ROWS_A_PAGE]]
    return Page(rows, number, ROWS_A_PAGE, more=len(found) > ROWS_A_PAGE)


def runs(batch: Batch, *, most: int = 5) -> list[RunRow]:
    """What was done with a batch, the newest first, with the lines that the newest left out; two statements."""
    found = db.session.execute(
        select(BatchRun, Job, Account.display_name)
        .join(Job, Job.id == BatchRun.job_id)
        .join(Account, Account.id == Job.made_by_id)
        .where(BatchRun.batch_id == batch.id)
        .order_by(BatchRun.id.desc())
        .limit(most)
        .execution_options(populate_existing=True)
    ).all()
    if not found:
        return []
    left = left_out(found[0][1])
    return [RunRow(run, job, by, left if place == 0 else ()) for place, (run, job, by) in enumerate(found)]


def left_out(job: Job, *, most: int = 200) -> list[tuple[str, Message]]:
    """Whom a run left out, with the reason."""
    rows = db.session.execute(
        select(Staff.name, JobLine.message)
        .join(BatchLine, BatchLine.id == JobLine.record_id)
        .join(Staff, Staff.id == BatchLine.staff_id)
        .where(JobLine.job_id == job.id, JobLine.outcome == LineOutcome.SET_ASIDE)
        .order_by(JobLine.id)
        .limit(most)
    )
    return [(name, Message.from_json(message)) for name, message in rows if message]


def open_elsewhere(staff_ids: Sequence[int], item_id: int, but: int | None) -> dict[int, str]:
    """Who is in another open batch of the item with a line that is not filed, and its number."""
    if not staff_ids:
        return {}
    rows = db.session.execute(
        select(BatchLine.staff_id, Batch.number)
        .join(Batch, Batch.id == BatchLine.batch_id)
        .where(
            BatchLine.staff_id.in_(list(staff_ids)), BatchLine.application_id.is_(None), Batch.item_id == item_id,
            Batch.state != BatchState.GIVEN_UP, Batch.id != (but or 0),
        )
        .order_by(Batch.id.desc())
    )  # fmt: skip
    return {row.staff_id: row.number for row in rows}


@dataclass(frozen=True)
class Held:
    """A batch under its lock: its revision, how many lines are not filed, and the item's published version."""

    revision: int
    unfiled: int
    published: int | None


def lock_idle(batch: Batch) -> Held:
    """Of two who begin a deed on the batch at once, the second waits and then sees what the first did. Raises Conflict
    while a job is at work on its lines."""
    busy = (
        select(Job.id)
        .join(BatchRun, BatchRun.job_id == Job.id)
        .where(BatchRun.batch_id == batch.id, Job.state.in_(_AT_WORK))
        .exists()
    )
    unfiled = (
        select(func.count())
        .select_from(BatchLine)
        .where(BatchLine.batch_id == batch.id, BatchLine.application_id.is_(None))
        .scalar_subquery()
    )
    published = (
        select(func.max(ItemVersion.id))
        .where(ItemVersion.item_id == batch.item_id, ItemVersion.state == VersionState.PUBLISHED)
        .scalar_subquery()
    )
    row = db.session.execute(
        select(Batch.revision, busy, unfiled, published).where(Batch.id == batch.id).with_for_update(of=Batch)
    ).one()
    if row[1]:
        raise Conflict(
            Message("This batch is being worked on at this moment."),
            remedy=Message("Wait until it is done; the page shows how far it is."),
        )
    return Held(row[0], row[2], row[3])


def overtaken(batch: Batch) -> Stale:
    """The refusal of a stale page: who changed the batch, and when."""
    last = db.session.execute(
        select(AuditEvent.actor_name, AuditEvent.at)
        .where(AuditEvent.record_kind == "batch", AuditEvent.record_id == str(batch.id),
               or_(AuditEvent.action != "batch:read", AuditEvent.action.is_(None)))
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    ).first()  # fmt: skip
    remedy = Message("Open the batch again to see it as it is now.")
    if last is None:
        return Stale(Message("This batch was changed since you opened it."), remedy=remedy)
    return Stale(
        Message("%(name)s changed this batch at %(at)s, after you opened it.", name=last.actor_name,
                at=f"{clock.local(last.at):%Y-%m-%d %H:%M}"),
        remedy=remedy,
    )  # fmt: skip


def of_application(actor: Actor, application_id: int) -> tuple[int, str] | None:
    """The batch that an application was filed with: id and number; for who may see the application."""
    row = db.session.execute(
        select(Batch.id, Batch.number)
        .join(BatchLine, BatchLine.batch_id == Batch.id)
        .where(BatchLine.application_id == application_id, visible(actor))
    ).first()
    return (row.id, row.number) if row is not None else None
