"""Delegation: let another decide in one's name for some days, and revoke it. Nothing delegated is handed on."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update

from app import clock
from app.access import policy
from app.access.actor import Actor
from app.access.queries import holds_today
from app.access.roles import DECIDING, ROLES
from app.audit.queries import stale_page
from app.audit.service import record
from app.errors import Conflict, Invalid, NotFound
from app.messages import Message
from app.uow import atomic
from models import Account, Delegation, RoleGrant, db
from models.accounts import AccountState

LONGEST = timedelta(days=366)
_MAX_REASON = 500
_NOT_FOR = frozenset({"administrator", "auditor"})  # they do no business of their own, nor that of others
_DECIDERS = frozenset(code for code, role in ROLES.items() if role.permissions & DECIDING)


@atomic
def give(
    to_id: int, *, by: Actor, reason: str, valid_to: date, valid_from: date | None = None, permission: str = "",
    from_id: int | None = None,
) -> Delegation:  # fmt: skip
    """Let `to_id` decide in one's name from `valid_from` (today) until the day before `valid_to`.

    An administrator arranges it for `from_id`, who may be away. `permission` narrows it to one kind of deciding.
    """
    giver_id = by.account_id if from_id is None else from_id
    giver = _giver(giver_id, to_id, by)
    first, reason = valid_from or clock.today(), " ".join(reason.split())
    held = _deciding_of(giver.id)
    _require_fit(giver, to_id, held, first, valid_to, permission, reason)
    _refuse_chains(giver, to_id, first, valid_to, permission)
    made = Delegation(
        from_id=giver.id, to_id=to_id, permission=permission or None, reason=reason, valid_from=first,
        valid_to=valid_to, created_at=clock.now(), created_by_id=by.account_id,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    record(
        "delegation:give", by=by, kind="delegation", record_id=made.id, unit_id=giver.unit_id, note=reason,
        after={"from": giver.username, "to_id": to_id, "permission": permission, "valid_from": first,
               "valid_to": valid_to},
    )  # fmt: skip
    return made


@atomic
def revoke(delegation_id: int, *, by: Actor, revision: int) -> Delegation:
    """End a delegation at once. Its giver and its receiver may, and who manages delegations."""
    made = db.session.get(Delegation, delegation_id, populate_existing=True)
    if made is None:
        raise NotFound
    if by.account_id not in (made.from_id, made.to_id):
        policy.require(by, "delegation:edit", db.session.get_one(Account, made.from_id))
    ended = db.session.execute(
        update(Delegation)
        .where(Delegation.id == made.id, Delegation.revision == revision, Delegation.revoked_at.is_(None))
        .values(revoked_at=clock.now(), revoked_by_id=by.account_id, revision=revision + 1)
    )
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise stale_page("delegation", made.id)
    db.session.refresh(made)
    record("delegation:revoke", by=by, kind="delegation", record_id=made.id, unit_id=made.giver.unit_id,
           after={"revoked_at": made.revoked_at})  # fmt: skip
    return made


def receivers(actor_id: int, *, limit: int = 200) -> list[Account]:
    """Who may be asked to decide in somebody's name: colleagues of the unit, and those who decide the same."""
    giver = db.session.get(Account, actor_id)
    if giver is None:
        return []
    return list(
        db.session.scalars(
            select(Account)
            .where(_may_receive(giver, _deciding_of(giver.id)))
            .order_by(Account.display_name, Account.id)
            .limit(limit)
        )
    )


def _giver(account_id: int | None, to_id: int, by: Actor) -> Account:
    """The account that gives. Both are locked, in the order of their ids: two delegations at once are written one after
    the other, also where two people delegate to each other."""
    both = select(Account).where(Account.id.in_((account_id, to_id))).order_by(Account.id).with_for_update()
    giver = next((one for one in db.session.scalars(both) if one.id == account_id), None)
    if account_id == by.account_id:
        policy.require(by.on_own_account, "delegation:give")
    else:
        policy.require(by, "delegation:edit", giver)
    if giver is None:
        raise NotFound
    return giver


def _deciding_of(account_id: int) -> frozenset[str]:
    """What somebody may decide on their own account today; what was delegated to them is not among it."""
    roles = db.session.scalars(select(RoleGrant.role).where(RoleGrant.account_id == account_id, holds_today()))
    return frozenset().union(*(ROLES[role].permissions for role in roles if role in ROLES)) & DECIDING


def _may_receive(giver: Account, deciding: frozenset[str]) -> ColumnElement[bool]:
    same = [code for code, role in ROLES.items() if role.permissions & deciding]
    holding = select(RoleGrant.account_id).where(RoleGrant.role.in_(same), holds_today())
    alone = select(RoleGrant.account_id).where(RoleGrant.role.in_(_NOT_FOR), holds_today())
    deciding_too = select(RoleGrant.account_id).where(RoleGrant.role.in_(_DECIDERS), holds_today())
    colleague = (
        Account.unit_id == giver.unit_id
        if giver.unit_id is not None
        else and_(Account.unit_id.is_(None), Account.id.in_(deciding_too))  # the bureau itself
    )
    return and_(
        Account.state == AccountState.ACTIVE, Account.id != giver.id, or_(colleague, Account.id.in_(holding)),
        Account.id.not_in(alone),
    )  # fmt: skip


def _require_fit(
    giver: Account, to_id: int, held: frozenset[str], first: date, last: date, permission: str, reason: str
) -> None:
    problems: dict[str, Message] = {}
    if not held:
        raise Conflict(
            Message("%(name)s decides nothing of their own, so there is nothing to delegate.", name=giver.display_name),
            remedy=Message("What was delegated to somebody is not handed on."),
        )
    if to_id == giver.id:
        problems["to_id"] = Message("Choose another person.")
    elif db.session.scalar(select(Account.id).where(Account.id == to_id, _may_receive(giver, held))) is None:
        problems["to_id"] = Message("Choose a colleague of the unit, or somebody who decides the same.")
    if permission and permission not in held:
        problems["permission"] = Message("Choose one of the tasks that are decided there.")
    if first < clock.today():
        problems["valid_from"] = Message("A delegation cannot begin in the past.")
    if last <= first:
        problems["valid_to"] = Message("A delegation must end after it begins.")
    elif last - first > LONGEST:
        problems["valid_to"] = Message("A delegation lasts a year at most.")
    if not 2 <= len(reason) <= _MAX_REASON:
        problems["reason"] = Message("Write in 2 to 500 characters why.")
    if problems:
        raise Invalid(fields=problems)


def _refuse_chains(giver: Account, to_id: int, first: date, last: date, permission: str) -> None:
    """One deputy at a time for one task, and no deputy of a deputy."""
    same_time = and_(
        Delegation.revoked_at.is_(None), Delegation.valid_from < last, Delegation.valid_to > first,
        or_(Delegation.from_id.in_((giver.id, to_id)), Delegation.to_id == giver.id),
    )  # fmt: skip
    for other in db.session.scalars(select(Delegation).where(same_time).order_by(Delegation.id)):
        period = {"first": f"{other.valid_from}", "last": f"{other.valid_to - timedelta(days=1)}"}
        if other.to_id == giver.id:
            raise Conflict(
                Message("%(name)s stands in for %(other)s from %(first)s to %(last)s, and that is not handed on.",
                        name=giver.display_name, other=other.giver.display_name, **period),
                remedy=Message("That delegation has to be revoked first, or choose days outside it."),
            )  # fmt: skip
        if other.from_id == to_id:
            raise Conflict(
                Message("%(name)s is represented by %(other)s from %(first)s to %(last)s.",
                        name=other.giver.display_name, other=other.receiver.display_name, **period),
                remedy=Message("Choose somebody else, or days outside it."),
            )  # fmt: skip
        if other.permission is None or not permission or other.permission == permission:
            raise Conflict(
                Message("%(name)s is represented by %(other)s from %(first)s to %(last)s already.",
                        name=giver.display_name, other=other.receiver.display_name, **period),
                remedy=Message("Revoke that delegation first, or choose days outside it."),
            )  # fmt: skip
