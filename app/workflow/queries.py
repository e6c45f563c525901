"""What waits for whom: the queue of a person, and the neighbours of an application in it. The desk's data beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, select, tuple_, union, union_all
from sqlalchemy.orm import aliased, load_only

from app import clock
from app.access import scope
from app.access.actor import Actor, Delegated
from app.access.roles import DECIDING
from app.messages import Named
from app.workflow import records, rules
from app.workflow.calendar import Corrections, working_hours_before
from app.workflow.desk import Desk, StepView, decisions_of, desk, standing_of
from app.workflow.drawing import drawn_for_nobody_but
from app.workflow.limits import RED, YELLOW, Standing
from models import (
    Account,
    Application,
    ApplicationEmployee,
    ApplicationEvent,
    Decision,
    ItemStep,
    ServiceItem,
    Unit,
    db,
)
from models.applications import ApplicationState as State

__all__ = [
    "Desk", "Filters", "Neighbours", "Page", "QueueRow", "StepView", "decisions_of", "desk", "neighbours", "queue",
    "waiting_count",
]  # fmt: skip
PER_PAGE = 20
COUNT_CAP = 1000


@dataclass(frozen=True)
class Filters:
    """What a reviewer narrows the queue by. `light` is `red` or `yellow`; `claimed` is `mine` or `free`."""

    item: str = ""
    unit_id: int | None = None
    text: str = ""
    light: str = ""
    claimed: str = ""


@dataclass(frozen=True)
class QueueRow:
    """One application that waits: what it is, at which step, and how its time stands."""

    id: int
    number: str
    title: str
    item_code: str
    item_name: Named
    unit_name: Named
    step_name: Named
    permission: str
    round: int
    revision: int
    entered_at: datetime
    due_on: date
    standing: Standing
    claimed_by: str | None
    claimed_at: datetime | None
    mine: bool
    claim_expired: bool
    urged: bool = False
    escalated: bool = False


@dataclass(frozen=True)
class Page:
    """A page of the queue. `total` counts to 1000 at most; `more_than_counted` then says that there are more."""

    rows: Sequence[QueueRow]
    page: int
    per_page: int
    total: int
    more_than_counted: bool

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def total_text(self) -> str:
        return f"{self.total - 1}+" if self.more_than_counted else str(self.total)


def queue(actor: Actor, *, filters: Filters = Filters(), page: int = 1, per_page: int = PER_PAGE) -> Page:
    """What waits for this person to decide, the most urgent first. Five statements, however long the queue is.

    Left out is what they filed themselves and what they decided at an earlier step, since they may not decide it.
    """
    page = max(1, min(page, COUNT_CAP // per_page))
    total = _counted(_waiting(actor, filters, limit=COUNT_CAP))
    chosen = _waiting(actor, filters, limit=page * per_page).subquery()
    ids = (
        select(chosen.c.id).order_by(chosen.c.due_on, chosen.c.id).limit(per_page).offset((page - 1) * per_page)
    ).subquery()
    found = db.session.execute(
        select(Application, ServiceItem, Unit, ItemStep, Account.display_name)
        .join(ids, ids.c.id == Application.id)
        .join(ServiceItem, ServiceItem.id == Application.item_id)
        .join(Unit, Unit.id == Application.unit_id)
        .join(ItemStep, and_(ItemStep.version_id == Application.item_version_id,
                             ItemStep.position == Application.step_position))
        .outerjoin(Account, Account.id == Application.claimed_by_id)
        .order_by(Application.due_on, Application.id)
    ).all()  # fmt: skip
    corrections = records.corrections() if found else {}
    events = _events_of([row[0].id for row in found])
    cutoff = working_hours_before(clock.now(), rules.CLAIM_HOURS, corrections)
    rows = [
        _row(actor, application, item, unit, step, claimer, events.get(application.id, []), corrections, cutoff)
        for application, item, unit, step, claimer in found
    ]
    return Page(rows, page, per_page, total, more_than_counted=total >= COUNT_CAP)


def waiting_count(actor: Actor, filters: Filters = Filters()) -> int:
    """How many wait for this person, counted to 1000 at most."""
    return _counted(_waiting(actor, filters, limit=COUNT_CAP))


@dataclass(frozen=True)
class Neighbours:
    """The applications before and after one in the queue, by id. `waits` is whether it waits for this person itself."""

    previous_id: int | None
    next_id: int | None
    next_revision: int | None = field(default=None, compare=False)
    waits: bool = field(default=False, compare=False)


def neighbours(actor: Actor, application_id: int, *, filters: Filters = Filters()) -> Neighbours:
    """What comes before and after in this person's queue, in one statement. If it is no longer in it, the head of the
    queue is next."""
    itself = aliased(Application)
    due = select(itself.due_on).where(itself.id == application_id).scalar_subquery()
    here, there = tuple_(Application.due_on, Application.id), tuple_(due, literal(application_id))
    ways = {
        "here": _waiting(actor, filters, limit=1, also=Application.id == application_id),
        "after": _waiting(actor, filters, limit=1, also=here > there),
        "before": _waiting(actor, filters, limit=1, also=here < there, backwards=True),
        "head": _waiting(actor, filters, limit=1),
    }
    parts = []
    for name, way in ways.items():
        first = way.subquery()
        parts.append(
            select(literal(name), Application.id, Application.revision).join(first, first.c.id == Application.id)
        )
    found = {name: (key, revision) for name, key, revision in db.session.execute(union_all(*parts))}
    waits, nobody = "here" in found, (None, None)
    next_id, revision = found.get("after" if waits else "head", nobody)
    return Neighbours(found.get("before", nobody)[0] if waits else None, next_id, revision, waits)


def _waiting(
    actor: Actor, filters: Filters, *, limit: int, also: ColumnElement[bool] | None = None, backwards: bool = False
) -> Any:
    """Ids and due days of what waits, in the queue's order, for each permission along the queue's index."""
    order = (
        (Application.due_on.desc(), Application.id.desc()) if backwards else (Application.due_on, Application.id)
    )  # fmt: skip
    ways = [
        select(Application.id, Application.due_on)
        .where(
            Application.state == State.IN_REVIEW,
            Application.step_permission == permission,
            scope.condition(hat, permission, Application),
            *_allowed(hat, through),
            *_narrowed(actor, filters),
            *(() if also is None else (also,)),
        )
        .order_by(*order)
        .limit(limit)
        for hat, through in actor.hats
        for permission in sorted(DECIDING)
        if hat.holds(permission)
    ]
    if not ways:
        return select(Application.id, Application.due_on).where(false())
    if len(ways) == 1:
        return ways[0]
    # What waits for one's own decision and through a delegation is one line.
    together = union if actor.delegated else union_all
    merged = together(*(select(way.subquery()) for way in ways)).subquery()
    due, key = merged.c.due_on, merged.c.id
    return select(key, due).order_by(*((due.desc(), key.desc()) if backwards else (due, key))).limit(limit)


def _allowed(hat: Actor, through: Delegated | None) -> list[ColumnElement[bool]]:
    """Nobody decides what they filed, what is about them, what they have had a part in; nor another in their name."""
    people = [hat.account_id, *((through.account_id,) if through else ())]
    staff = [one for one in (hat.staff_id, through.staff_id if through else None) if one is not None]
    # As a sum, so that no database starts from all that these people ever decided instead of the application.
    decided = (
        select(Decision.id)
        .where(
            Decision.application_id == Application.id,
            or_((Decision.decided_by_id + 0).in_(people), (Decision.for_id + 0).in_(people)),
            or_(Decision.step_position != Application.step_position, Decision.round == Application.round),
        )
        .exists()
    )
    allowed: list[ColumnElement[bool]] = [
        Application.created_by_id.not_in(people),
        or_(Application.submitted_by_id.is_(None), Application.submitted_by_id.not_in(people)),
        ~decided,
        drawn_for_nobody_but(people),
    ]
    if staff:
        about = select(ApplicationEmployee.application_id).where(ApplicationEmployee.staff_id.in_(staff))
        allowed.append(Application.id.not_in(about))
    return allowed


def _narrowed(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    narrowed: list[ColumnElement[bool]] = []
    if filters.item:
        narrowed.append(Application.item_id == select(ServiceItem.id).where(ServiceItem.code == filters.item)
                        .scalar_subquery())  # fmt: skip
    if filters.unit_id is not None:
        narrowed.append(Application.unit_id == filters.unit_id)
    if filters.text:
        narrowed.append(or_(Application.number == filters.text.strip(),
                            Application.title.startswith(filters.text.strip(), autoescape=True)))  # fmt: skip
    if filters.light == RED:
        narrowed.append(Application.due_on < clock.today())
    elif filters.light == YELLOW:
        narrowed.append(Application.due_on.between(clock.today(), clock.today() + timedelta(days=1)))
    if filters.claimed == "mine":
        narrowed.append(Application.claimed_by_id == actor.account_id)
    elif filters.claimed == "free":
        narrowed.append(Application.claimed_by_id.is_(None))
    return narrowed


def _counted(waiting: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def _events_of(ids: Sequence[int]) -> dict[int, list[ApplicationEvent]]:
    events: dict[int, list[ApplicationEvent]] = {}
    if ids:
        rows = db.session.scalars(
            select(ApplicationEvent)
            .where(ApplicationEvent.application_id.in_(ids))
            .options(load_only(ApplicationEvent.application_id, ApplicationEvent.at, ApplicationEvent.state,
                               ApplicationEvent.step_position, ApplicationEvent.kind, ApplicationEvent.round))
            .order_by(ApplicationEvent.application_id, ApplicationEvent.id)
        )  # fmt: skip
        for row in rows:
            events.setdefault(row.application_id, []).append(row)
    return events


def _row(
    actor: Actor, application: Application, item: ServiceItem, unit: Unit, step: ItemStep, claimer: str | None,
    events: Sequence[ApplicationEvent], corrections: Corrections, cutoff: datetime,
) -> QueueRow:  # fmt: skip
    assert application.step_entered_at is not None
    assert application.due_on is not None
    return QueueRow(
        id=application.id, number=application.number, title=application.title, item_code=item.code,
        item_name=Named(item.name_zh, item.name_en), unit_name=Named(unit.name, unit.name_en or unit.name),
        step_name=Named(step.name_zh, step.name_en),
        permission=step.permission, round=application.round, revision=application.revision,
        entered_at=application.step_entered_at, due_on=application.due_on,
        standing=standing_of(application, events, step, corrections),
        claimed_by=claimer, claimed_at=application.claimed_at,
        mine=application.claimed_by_id is not None and application.claimed_by_id == actor.account_id,
        claim_expired=application.claimed_at is not None and application.claimed_at <= cutoff,
        urged=_happened("urged", application, events), escalated=_happened("escalated", application, events),
    )  # fmt: skip


def _happened(kind: str, application: Application, events: Sequence[ApplicationEvent]) -> bool:
    """Whether something happened to the application at the step where it stands."""
    return any(event.kind == kind and event.step_position == application.step_position for event in events)
