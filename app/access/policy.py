"""Policy: may this person do this, to this row? The answer is yes, or a sentence that says why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, or_, select

from app.access import scope
from app.access.actor import Actor, Delegated
from app.access.permissions import PERMISSIONS
from app.access.roles import DECIDING
from app.errors import NotAllowed, NotFound
from app.messages import Message
from models import Application, ApplicationEmployee, Decision, Unit, UnitReach, db
from models.accounts import Reach
from models.applications import ApplicationState as State


@dataclass(frozen=True)
class Verdict:
    """`allowed`, or the reason why not. `hidden` means that the person may not even know of the row."""

    allowed: bool
    reason: Message | None = None
    hidden: bool = False
    through: Delegated | None = None  # the delegation by which a decision is allowed, if it is by one

    def __bool__(self) -> bool:
        return self.allowed


YES = Verdict(True)


def may(actor: Actor, permission: str, record: Any = None) -> Verdict:
    """Whether `actor` holds `permission`, for `record` if one is given."""
    if permission not in PERMISSIONS:
        raise KeyError(f"unknown permission {permission}")
    if not actor.holds(permission):
        return Verdict(False, Message("Your roles do not include: %(what)s.", what=PERMISSIONS[permission]))
    if record is None or actor.is_system:
        return YES
    if permission in DECIDING and isinstance(record, Application):
        return _may_decide(actor, permission, record)
    return YES if _in_scope(actor, permission, record) else _outside()


def require(actor: Actor, permission: str, record: Any = None) -> Verdict:
    """Raise NotFound for a row outside the person's reach, NotAllowed with the reason otherwise."""
    verdict = may(actor, permission, record)
    if verdict.hidden:
        raise NotFound
    if not verdict:
        assert verdict.reason is not None
        raise NotAllowed(
            verdict.reason, remedy=Message("If this is your task, ask your administrator for the role that has it.")
        )
    return verdict


def require_material(actor: Actor, code: str) -> None:
    """Raise NotFound for a material that the phone link, through which the person acts, was not made for."""
    if actor.within is not None and actor.within.material_code not in (None, code):
        raise NotFound


def covers(actor: Actor, permission: str, reach: str, unit_id: int | None) -> bool:
    """Whether `actor` holds the permission wherever a grant of this reach at this unit would hold."""
    if actor.holds_everywhere(permission) or reach == Reach.SELF:
        return True
    if unit_id is None or reach == Reach.ALL:
        return False
    unit = db.session.get(Unit, unit_id)
    if reach == Reach.UNIT:
        return unit is not None and bool(may(actor, permission, unit))
    below = [grant.unit_id for grant in actor.grants_for(permission) if grant.reach == Reach.SUBTREE]
    found = select(UnitReach.unit_id).where(UnitReach.unit_id == unit_id, UnitReach.upper_id.in_(below))
    return db.session.execute(found).first() is not None


def _in_scope(actor: Actor, permission: str, record: Any) -> bool:
    model = type(record)
    if isinstance(record, Application) and record.state == State.DRAFT and scope.hides_drafts(actor, permission):
        return False
    if actor.holds_everywhere(permission):
        return True
    key = inspect(model).primary_key[0]
    found = db.session.execute(
        select(key).where(key == inspect(record).identity[0], scope.condition(actor, permission, model))
    ).first()
    return found is not None


def _may_decide(actor: Actor, permission: str, application: Application) -> Verdict:
    """On one's own account, or else through a delegation: the first way that is open, or the reason why none is."""
    refused = _outside()
    for hat, through in actor.hats:
        if not hat.holds(permission):
            continue
        verdict = _judged(hat, through, permission, application)
        if verdict:
            return verdict
        if refused.hidden:
            refused = verdict
    return refused


def _judged(actor: Actor, through: Delegated | None, permission: str, application: Application) -> Verdict:
    """In reach, and: nobody decides what they filed or what is about them, nor twice on one application, neither they
    themselves nor another in their name.

    Scope and earlier decisions are asked in one statement, since every decision of the day pays for it.
    """
    people = [actor.account_id, *((through.account_id,) if through else ())]
    staff = [one for one in (actor.staff_id, through.staff_id if through else None) if one is not None]
    own = select(ApplicationEmployee.staff_id).where(
        ApplicationEmployee.application_id == application.id, ApplicationEmployee.staff_id.in_(staff)
    )
    decided = select(Decision.id).where(
        Decision.application_id == application.id,
        or_(Decision.decided_by_id.in_(people), Decision.for_id.in_(people)),
    )
    here = Decision.step_position == application.step_position
    found = db.session.execute(
        select(
            scope.condition(actor, permission, Application), decided.where(~here).exists(), own.exists(),
            decided.where(here, Decision.round == application.round).exists(),
        ).where(Application.id == application.id)
    ).one_or_none()  # fmt: skip
    if found is None or not found[0]:
        return _outside()
    filed = {application.created_by_id, application.submitted_by_id}
    if actor.account_id in filed:
        return Verdict(False, Message("You filed this application yourself, so somebody else must decide on it."))
    if through is not None and through.account_id in filed:
        return Verdict(
            False, Message("%(name)s filed this application, so nobody decides on it in that name.", name=through.name)
        )
    if found[2]:
        return Verdict(
            False,
            Message("This application is about your own wage, so somebody else must decide on it.")
            if through is None
            else Message("This application is about your wage or that of %(name)s, so somebody else must decide on it.",
                         name=through.name),
        )  # fmt: skip
    if found[1]:
        return Verdict(
            False,
            Message("You have already decided an earlier step of this application; each step needs another person."),
        )
    if found[3]:
        return Verdict(
            False, Message("You have already decided on this step; the other voices must be those of other people.")
        )
    return YES if through is None else Verdict(True, through=through)


def _outside() -> Verdict:
    return Verdict(False, Message("This record lies outside your reach."), hidden=True)
