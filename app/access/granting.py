"""Granting roles: at a unit, with a reach, for a period. It is ended, never edited; nobody grants to themselves."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select, update

from app import clock
from app.access import policy
from app.access.account_news import tell_of_change
from app.access.actor import Actor
from app.access.queries import another_administrator
from app.access.roles import ROLES
from app.audit.queries import stale_page
from app.audit.service import record
from app.errors import Conflict, Invalid, NotAllowed, NotFound
from app.messages import Message
from app.uow import atomic
from models import Account, RoleGrant, Unit, db
from models.accounts import Reach

# Those who manage accounts or watch everything do no business of their own, and nobody who does business manages.
STANDING_ALONE = frozenset({"administrator", "auditor"})
_ANOTHER = Message("Ask another administrator to do it.")


@atomic
def grant(
    account_id: int, *, role: str, reach: str, by: Actor, unit_id: int | None = None,
    valid_from: date | None = None, valid_to: date | None = None,
) -> int:  # fmt: skip
    """Give a role from `valid_from` (today) until the day before `valid_to`; returns the id of the grant."""
    first = valid_from or clock.today()
    account = db.session.scalars(select(Account).where(Account.id == account_id).with_for_update()).one_or_none()
    _require_reach(by, account, reach, unit_id)
    assert account is not None
    if account.id == by.account_id:
        raise NotAllowed(Message("Nobody grants a role to themselves."), remedy=_ANOTHER)
    _require_fit(account, role, reach, unit_id, first, valid_to)
    _refuse_overlap(account.id, role, reach, unit_id, first, valid_to)
    unit_id = unit_id if reach in (Reach.UNIT, Reach.SUBTREE) else None
    given = RoleGrant(
        account_id=account.id, role=role, unit_id=unit_id, reach=reach, valid_from=first, valid_to=valid_to,
        granted_by_id=by.account_id, created_at=clock.now(),
    )  # fmt: skip
    db.session.add(given)
    db.session.flush()
    record(
        "grant:give", by=by, kind="grant", record_id=given.id, unit_id=unit_id or account.unit_id,
        after={"account": account.username, "role": role, "unit_id": unit_id, "reach": reach, "valid_from": first,
               "valid_to": valid_to},
    )  # fmt: skip
    if by.account_id is not None:  # what comes with an activation is no news to who has just activated
        tell_of_change(account.id, Message("The role “%(role)s” was granted.", role=ROLES[role].name), by.address,
                       key=f"grant/{given.id}/given")  # fmt: skip
    return given.id


@atomic
def end_grant(grant_id: int, *, by: Actor, revision: int, on: date | None = None) -> None:
    """End a grant on a day (today): from that day it no longer holds."""
    given = db.session.get(RoleGrant, grant_id, populate_existing=True)
    if given is None:
        policy.require(by, "grant:edit")
        raise NotFound
    policy.require(by, "grant:edit", given)
    today = clock.today()
    last = max(on or today, today, given.valid_from)
    if given.account_id == by.account_id:
        raise NotAllowed(Message("Nobody changes their own roles."), remedy=_ANOTHER)
    if given.valid_to is not None and given.valid_to <= last:
        raise Conflict(Message("This grant has ended already."), remedy=Message("Reload the list."))
    if given.role == "administrator" and given.reach == Reach.ALL and not another_administrator(than=given.account_id):
        raise Conflict(
            Message("This is the last administrator of the whole city."),
            remedy=Message("Make somebody else administrator first."),
        )
    before = {"valid_to": given.valid_to}
    ended = db.session.execute(
        update(RoleGrant)
        .where(RoleGrant.id == grant_id, RoleGrant.revision == revision)
        .values(valid_to=last, revision=revision + 1)
    )
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise stale_page("grant", grant_id)
    db.session.refresh(given)
    record("grant:end", by=by, kind="grant", record_id=grant_id, unit_id=given.unit_id, before=before,
           after={"valid_to": last})  # fmt: skip
    tell_of_change(given.account_id, Message("The role “%(role)s” was ended.", role=ROLES[given.role].name), by.address,
                   key=f"grant/{grant_id}/ended/{given.revision}")  # fmt: skip


def _require_reach(by: Actor, account: Account | None, reach: str, unit_id: int | None) -> None:
    """The giver must reach the account and the unit, and whoever gives a role everywhere must manage everywhere."""
    policy.require(by, "grant:edit")
    if account is None:
        raise NotFound
    policy.require(by, "account:read", account)
    if unit_id is not None:
        unit = db.session.get(Unit, unit_id)
        if unit is None:
            raise NotFound
        policy.require(by, "grant:edit", unit)
    if reach == Reach.SUBTREE and unit_id is not None and not policy.covers(by, "grant:edit", reach, unit_id):
        raise NotAllowed(Message("The units below this one lie beyond your reach."), remedy=_ANOTHER)
    if reach == Reach.ALL and not by.holds_everywhere("grant:edit"):
        raise NotAllowed(Message("Only an administrator of the whole city gives a role everywhere."), remedy=_ANOTHER)


def _require_fit(account: Account, role: str, reach: str, unit_id: int | None, first: date, last: date | None) -> None:
    problems: dict[str, Message] = {}
    if role not in ROLES:
        problems["role"] = Message("Choose one of the roles.")
    if reach not in list(Reach):
        problems["reach"] = Message("Choose how far the role reaches.")
    elif reach in (Reach.UNIT, Reach.SUBTREE) and unit_id is None:
        problems["unit_id"] = Message("Choose the unit at which the role is held.")
    elif (role == "employee") != (reach == Reach.SELF):
        problems["reach"] = Message("The role of an employee reaches the person alone, and only that role does.")
    elif role == "employee" and account.staff_id is None:
        problems["role"] = Message("This account is not that of an employee on the roster.")
    if first < clock.today():
        problems["valid_from"] = Message("A grant cannot begin in the past.")
    if last is not None and last <= first:
        problems["valid_to"] = Message("A grant must end after it begins.")
    if problems:
        raise Invalid(fields=problems)


def _refuse_overlap(
    account_id: int, role: str, reach: str, unit_id: int | None, first: date, last: date | None
) -> None:
    """The same role twice would make ending one of them a sham; and some roles stand alone."""
    same_time = select(RoleGrant).where(
        RoleGrant.account_id == account_id,
        or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > first),
        RoleGrant.valid_to.is_(None) | (RoleGrant.valid_to > RoleGrant.valid_from),
    )
    if last is not None:
        same_time = same_time.where(RoleGrant.valid_from < last)
    for other in db.session.scalars(same_time):
        if (other.role, other.reach, other.unit_id) == (role, reach, unit_id):
            raise Conflict(
                Message("The account holds this role there already in this time."),
                remedy=Message("End the present grant first, or choose another period."),
            )
        if "employee" not in (role, other.role) and role != other.role and STANDING_ALONE & {role, other.role}:
            raise Conflict(
                Message("%(one)s and %(other)s must be different people.", one=ROLES[role].name,
                        other=ROLES[other.role].name),
                remedy=Message("End the present grant first, or create another account for another person."),
            )  # fmt: skip
