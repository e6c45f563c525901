"""Lists of applications: what to do next, and all of them by filter. Statements do not grow with rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, not_, or_, select, union_all
from sqlalchemy.orm import joinedload

from app import clock
from app.access import scope
from app.access.actor import Actor
from app.applications.lacking import Lacking, lacking
from app.applications.states import DECIDED
from app.items import queries as items
from app.items.editions import Step
from app.paging import Page, page_number
from app.proposals.queries import First, first_open
from app.workflow import records
from app.workflow.limits import Standing, standing
from models import Application, ApplicationEvent, Decision, ReturnMark, ServiceItem, db
from models.applications import ApplicationState, Outcome

ROWS_A_PAGE = 25
HOME_ROWS = 8
DUE_ROWS = 5
CONFIRM = "application:confirm"
RECENT = timedelta(days=30)


@dataclass(frozen=True)
class Row:
    """One application in a list. `standing` is there while it is in review, `reason` when it was returned.

    `lacks` is there for drafts on the home page.
    """

    application: Application
    step: Step | None = None
    standing: Standing | None = None
    reason: str = ""
    returned_at: datetime | None = None
    places: int = 0
    lacks: Lacking | None = None


@dataclass(frozen=True)
class Group:
    """The first rows of one kind of work, and how many there are in all."""

    rows: list[Row]
    count: int


@dataclass(frozen=True)
class Home:
    """What to do next, in the order in which it should be done."""

    returned: Group
    to_confirm: Group
    drafts: Group
    in_review: Group
    decided: Group
    due: First = field(default_factory=First)

    @property
    def quiet(self) -> bool:
        """Whether nothing is under way or waits to be begun."""
        piles = (self.returned, self.to_confirm, self.drafts, self.in_review)
        return not (any(group.count for group in piles) or self.due.rows)

    @property
    def unused(self) -> bool:
        """Whether nothing was filed here yet, so that the page says what can be done."""
        return self.quiet and not self.decided.count


def home(actor: Actor) -> Home:
    """What this person should do next, in at most eight statements whatever there is."""
    piles = _piles(actor)
    counts = _counts(piles)
    rows = {row.application.id: row for row in _rows(_first_ids(piles))}
    gaps = lacking([row.application for row in rows.values() if row.application.state == ApplicationState.DRAFT])
    rows = {number: replace(row, lacks=gaps.get(number)) for number, row in rows.items()}
    placed: dict[str, Group] = {}
    for name, pile in piles.items():
        own = [row for row in rows.values() if pile.holds(row.application)]
        own.sort(key=pile.order)
        placed[name] = Group(own[:HOME_ROWS], counts.get(name, 0))
    nothing = Group([], 0)
    names = ("returned", "to_confirm", "drafts", "in_review", "decided")
    return Home(**{name: placed.get(name, nothing) for name in names}, due=first_open(actor, most=DUE_ROWS))


def listing(actor: Actor, filters: Mapping[str, Any], page: object) -> Page[Row]:
    """All applications in reach, newest change first. Filters: state, item (code), text (number or a name)."""
    number = page_number(page)
    wanted = select(Application.id).where(scope.condition(actor, "application:read", Application))
    if (state := str(filters.get("state") or "")) in {one.value for one in ApplicationState}:
        wanted = wanted.where(Application.state == state)
    if item := str(filters.get("item") or ""):
        wanted = wanted.join(Application.item).where(ServiceItem.code == item[:30])
    if text := " ".join(str(filters.get("text") or "").split())[:60]:
        plain = text.replace("\\", "").replace("%", "").replace("_", "").replace("\x00", "")
        wanted = wanted.where(or_(Application.number.like(f"{plain.upper()}%"), Application.title.like(f"{plain}%")))
    ids = wanted.order_by(Application.changed_at.desc(), Application.id.desc())
    shown = ids.offset((number - 1) * ROWS_A_PAGE).limit(ROWS_A_PAGE + 1).subquery()
    rows = _rows(select(shown.c.id))
    rows.sort(key=lambda row: (row.application.changed_at, row.application.id), reverse=True)
    return Page(rows[:ROWS_A_PAGE], number, ROWS_A_PAGE, more=len(rows) > ROWS_A_PAGE)


@dataclass(frozen=True)
class _Pile:
    """One kind of work: which rows belong to it, in SQL and in Python, and in what order they come."""

    condition: ColumnElement[bool]
    sorting: ColumnElement[Any]
    holds: Callable[[Application], bool]
    order: Callable[[Row], Any]


def _piles(actor: Actor) -> dict[str, _Pile]:
    readable = scope.condition(actor, "application:read", Application)
    since = clock.now() - RECENT
    piles = {
        "returned": _Pile(
            and_(readable, Application.state == ApplicationState.RETURNED),
            Application.changed_at.asc(),
            lambda one: one.state == ApplicationState.RETURNED,
            lambda row: row.application.changed_at,
        ),
        "in_review": _Pile(
            and_(readable, Application.state == ApplicationState.IN_REVIEW),
            Application.due_on.asc(),
            lambda one: one.state == ApplicationState.IN_REVIEW and not _to_confirm(one, actor),
            _by_due,
        ),
        "decided": _Pile(
            and_(readable, Application.state.in_(DECIDED), Application.decided_at >= since),
            Application.decided_at.desc(),
            lambda one: one.state in DECIDED,
            lambda row: -row.application.decided_at.timestamp() if row.application.decided_at else 0,
        ),
    }
    if actor.holds("application:edit"):
        piles["drafts"] = _Pile(
            and_(scope.condition(actor, "application:edit", Application), Application.state == ApplicationState.DRAFT),
            Application.changed_at.desc(),
            lambda one: one.state == ApplicationState.DRAFT,
            lambda row: -row.application.changed_at.timestamp(),
        )
    if actor.holds(CONFIRM):
        mine = and_(
            scope.condition(actor, CONFIRM, Application),
            Application.state == ApplicationState.IN_REVIEW,
            Application.step_permission == CONFIRM,
            Application.created_by_id != actor.account_id,
            Application.submitted_by_id != actor.account_id,
        )
        piles["to_confirm"] = _Pile(mine, Application.due_on.asc(), lambda one: _to_confirm(one, actor), _by_due)
        waiting = piles["in_review"]
        piles["in_review"] = replace(waiting, condition=and_(waiting.condition, not_(mine)))
    return piles


def _to_confirm(application: Application, actor: Actor) -> bool:
    return (
        application.state == ApplicationState.IN_REVIEW
        and application.step_permission == CONFIRM
        and actor.holds(CONFIRM)
        and actor.account_id not in (application.created_by_id, application.submitted_by_id)
    )


def _by_due(row: Row) -> Any:
    return (row.application.due_on is None, row.application.due_on, row.application.id)


def _counts(piles: Mapping[str, _Pile]) -> dict[str, int]:
    counting = [
        select(literal(name).label("pile"), func.count().label("rows")).select_from(Application).where(pile.condition)
        for name, pile in piles.items()
    ]
    return {row[0]: row[1] for row in db.session.execute(union_all(*counting))}


def _first_ids(piles: Mapping[str, _Pile]) -> Select[tuple[int]]:
    """The ids of the first rows of every pile, as one subselect."""
    firsts = [
        select(Application.id).where(pile.condition).order_by(pile.sorting, Application.id).limit(HOME_ROWS).subquery()
        for pile in piles.values()
    ]
    united = union_all(*[select(first.c.id) for first in firsts]).subquery()
    return select(united.c.id)


def _rows(ids: Select[tuple[int]]) -> list[Row]:
    """The applications of these ids with item, unit and step; of those in review the light, of returned ones why."""
    applications = list(
        db.session.scalars(
            select(Application)
            .options(joinedload(Application.item), joinedload(Application.unit))
            .where(Application.id.in_(ids))
        )
    )
    under_way = [one for one in applications if one.state == ApplicationState.IN_REVIEW]
    returned = [one for one in applications if one.state == ApplicationState.RETURNED]
    versions = items.of_ids({one.item_version_id for one in under_way + returned})
    events, returns = _events([one.id for one in under_way + returned])
    corrections = records.corrections() if under_way else {}
    rows = []
    for one in applications:
        version = versions.get(one.item_version_id)
        step = version.step(one.step_position) if version and one.step_position is not None else None
        light = None
        if step is not None and one.state == ApplicationState.IN_REVIEW:
            light = standing(
                events.get(one.id, ()), position=step.position, limit=step.limit_days, now=clock.now(),
                corrections=corrections,
            )  # fmt: skip
        reason, returned_at, places = returns.get(one.id, ("", None, 0))
        rows.append(Row(one, step, light, reason, returned_at, places))
    return rows


Returned = tuple[str, datetime | None, int]


def _events(ids: Sequence[int]) -> tuple[dict[int, list[ApplicationEvent]], dict[int, Returned]]:
    """What happened to each, and why each was returned the last time, when, and how many places were marked."""
    events: dict[int, list[ApplicationEvent]] = {}
    returns: dict[int, Returned] = {}
    if not ids:
        return events, returns
    marked = (
        select(func.count(ReturnMark.id))
        .join(Decision, Decision.id == ReturnMark.decision_id)
        .where(
            Decision.application_id == ApplicationEvent.application_id,
            Decision.round == ApplicationEvent.round,
            Decision.outcome == Outcome.RETURNED,
        )
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(ApplicationEvent, case((ApplicationEvent.kind == "returned", marked), else_=0))
        .where(ApplicationEvent.application_id.in_(ids))
        .order_by(ApplicationEvent.id)
    )
    for event, places in rows:
        events.setdefault(event.application_id, []).append(event)
        if event.kind == "returned":
            returns[event.application_id] = (event.note, event.at, places)
    return events, returns
