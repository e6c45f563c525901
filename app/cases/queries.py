"""What is read of cases: lists in reach, one with its history, counts, how often a rule was right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import joinedload

from app import clock
from app.access import scope
from app.access.actor import Actor
from app.access.policy import require
from app.cases.rules import CONFIRMED
from app.errors import NotFound
from app.paging import Page
from models import Case, CaseEvent, CasePerson, db
from models.cases import CaseState

PAGE = 50


@dataclass(frozen=True)
class Asked:
    """What a list is narrowed to; nothing named is everything in reach."""

    state: str = ""
    rule: str = ""
    source: str = ""
    unit_id: int | None = None
    mine: bool = False
    overdue: bool = False


@dataclass(frozen=True)
class Counts:
    """Cases in reach: to answer, of these over their day, and to judge."""

    to_answer: int = 0
    overdue: int = 0
    to_judge: int = 0


@dataclass(frozen=True)
class Precision:
    """How often the closed cases of a rule were right."""

    rule: str
    open: int = 0
    confirmed: int = 0
    unfounded: int = 0

    @property
    def closed(self) -> int:
        return self.confirmed + self.unfounded

    @property
    def share(self) -> float | None:
        """Confirmed of closed; None while nothing is closed."""
        return self.confirmed / self.closed if self.closed else None


def opened(actor: Actor, case_id: int, permission: str = "case:read") -> Case:
    """One case within reach, with what its page shows. Raises NotFound."""
    require(actor, permission)
    found = db.session.scalars(
        select(Case)
        .where(Case.id == case_id, scope.condition(actor, permission, Case))
        .options(
            joinedload(Case.unit), joinedload(Case.assigned_to), joinedload(Case.answered_by),
            joinedload(Case.closed_by),
        )
    ).one_or_none()  # fmt: skip
    if found is None:
        raise NotFound
    return found


def history(of: Case) -> Sequence[CaseEvent]:
    """What happened to a case, the oldest first."""
    return db.session.scalars(select(CaseEvent).where(CaseEvent.case_id == of.id).order_by(CaseEvent.id)).all()


def people_of(of: Case) -> list[int]:
    """The employees whom a case concerns."""
    return list(db.session.scalars(select(CasePerson.staff_id).where(CasePerson.case_id == of.id)))


def page_of(actor: Actor, asked: Asked, number: int = 1, *, size: int = PAGE) -> Page[Case]:
    """Cases in reach: those that wait first, by the day they are due."""
    closed_last = case((Case.state == CaseState.CLOSED, 1), else_=0)
    rows = db.session.scalars(
        select(Case)
        .where(*_narrowed(actor, asked))
        .options(joinedload(Case.unit), joinedload(Case.assigned_to))
        .order_by(closed_last, Case.due_on, Case.id)
        .limit(size + 1)
        .offset((number - 1) * size)
    ).all()
    return Page(list(rows[:size]), number, size, len(rows) > size)


def counts(actor: Actor) -> Counts:
    """What waits in the actor's reach, in one statement."""
    if not actor.holds("case:read"):
        return Counts()
    is_open = Case.state == CaseState.OPEN
    late = and_(is_open, Case.due_on < clock.today())
    row = db.session.execute(
        select(
            func.count().filter(is_open), func.count().filter(late),
            func.count().filter(Case.state == CaseState.ANSWERED),
        ).where(scope.condition(actor, "case:read", Case), Case.state != CaseState.CLOSED)
    ).one()  # fmt: skip
    return Counts(*row)


def about(actor: Actor, kind: str, record_id: int) -> Sequence[Case]:
    """The cases about one record, the newest first."""
    return db.session.scalars(
        select(Case)
        .where(Case.about_kind == kind, Case.about_id == record_id, scope.condition(actor, "case:read", Case))
        .order_by(Case.id.desc())
    ).all()


def precisions(actor: Actor, source: str = "") -> dict[str, Precision]:
    """By rule: cases that wait, confirmed and unfounded, as far as the actor reaches. One statement."""
    chosen = select(
        Case.rule, func.count().filter(Case.state != CaseState.CLOSED),
        func.count().filter(Case.outcome.in_(sorted(CONFIRMED))), func.count().filter(Case.outcome == "UNFOUNDED"),
    ).where(scope.condition(actor, "case:read", Case))  # fmt: skip
    if source:
        chosen = chosen.where(Case.source == source)
    return {row[0]: Precision(*row) for row in db.session.execute(chosen.group_by(Case.rule))}


def _narrowed(actor: Actor, asked: Asked) -> list[scope.Condition]:
    conditions = [scope.condition(actor, "case:read", Case)]
    if asked.state:
        conditions.append(Case.state == asked.state)
    if asked.rule:
        conditions.append(Case.rule == asked.rule)
    if asked.source:
        conditions.append(Case.source == asked.source)
    if asked.unit_id is not None:
        conditions.append(Case.unit_id == asked.unit_id)
    if asked.mine:
        conditions.append(Case.assigned_to_id == actor.account_id)
    if asked.overdue:
        conditions.append(and_(Case.state == CaseState.OPEN, Case.due_on < clock.today()))
    return conditions
