"""Verbs on accounts: create, disable, enable, reset the password, unlock, log out, end sessions, choose a language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.access import passwords, policy
from app.access.account_news import tell_of_change
from app.access.actor import Actor
from app.access.entering import normal_username
from app.access.queries import another_administrator
from app.access.sessions import end_all
from app.audit.queries import stale_page
from app.audit.service import record
from app.errors import Conflict, Invalid, NotAllowed, NotFound
from app.messages import Message
from app.uow import atomic
from models import Account, LoginFailure, LoginSession, RoleGrant, Staff, Unit, db
from models.accounts import AccountState

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,59}")
_ANOTHER = Message("Ask another administrator to do it.")


@dataclass(frozen=True)
class NewAccount:
    """What is handed over once: the password is kept nowhere in this form."""

    account_id: int
    username: str
    first_password: str


@atomic
def create_account(
    username: str, *, display_name: str, by: Actor, unit_id: int | None = None, staff_id: int | None = None,
    password: str | None = None,
) -> NewAccount:  # fmt: skip
    """Create an account with a random first password that must be changed; `password` is one its owner typed."""
    name = normal_username(username)
    staff = db.session.get(Staff, staff_id) if staff_id is not None else None
    if staff is not None and unit_id is None:
        unit_id = staff.unit_id
    _require_place(by, unit_id)
    _require_fit(name, display_name, staff_id, staff, by)
    if password is not None:
        passwords.require_good(password, username=name, context=(display_name.strip(),))
    first = password or passwords.first_password()
    account = Account(
        username=name, display_name=display_name.strip(), password_hash=passwords.hash_password(first),
        must_change_password=password is None, password_changed_at=clock.now(), unit_id=unit_id, staff_id=staff_id,
        created_at=clock.now(),
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(account)
    except IntegrityError:
        raise Conflict(
            Message("An account of this user name or for this employee was created just now."),
            remedy=Message("Look at the list of accounts."),
        ) from None
    record(
        "account:create", by=by, kind="account", record_id=account.id, unit_id=unit_id,
        after={"username": name, "display_name": account.display_name, "unit_id": unit_id, "staff_id": staff_id,
               "password_hash": account.password_hash},
    )  # fmt: skip
    return NewAccount(account.id, name, first)


@atomic
def disable(account_id: int, *, by: Actor, revision: int) -> None:
    """Nobody can log in with it any more, and whoever is logged in is out at their next request."""
    account = _opened(account_id, by)
    if account.id == by.account_id:
        raise NotAllowed(Message("You cannot disable your own account."), remedy=_ANOTHER)
    if another_administrator() and not another_administrator(than=account.id):
        raise Conflict(
            Message("This is the last administrator of the whole city."),
            remedy=Message("Make somebody else administrator first."),
        )
    _change(account, by, "account:disable", revision, was=AccountState.ACTIVE, state=AccountState.DISABLED)
    end_all(account.id, reason="disabled")


@atomic
def enable(account_id: int, *, by: Actor, revision: int) -> None:
    """The account may log in again, with the password and the grants it had."""
    account = _opened(account_id, by)
    require_no_stronger(account, by)
    _change(account, by, "account:enable", revision, was=AccountState.DISABLED, state=AccountState.ACTIVE)


@atomic
def reset_password(account_id: int, *, by: Actor, revision: int) -> NewAccount:
    """A new random first password, shown once; all sessions end and the name is unlocked."""
    account = _opened(account_id, by)
    if account.id == by.account_id:
        raise NotAllowed(
            Message("You cannot reset your own password."), remedy=Message("Change it on the page Change password.")
        )
    require_no_stronger(account, by)
    first = passwords.first_password()
    _change(
        account, by, "account:reset_password", revision, password_hash=passwords.hash_password(first),
        must_change_password=True, password_changed_at=clock.now(), failed_logins=0, locked_until=None,
    )  # fmt: skip
    forget_failures(account.username)
    end_all(account.id, reason="password")
    tell_of_change(account.id, Message("The administrator has set a new first password."), by.address,
                   key=f"account/{account.id}/reset/{account.revision}")  # fmt: skip
    return NewAccount(account.id, account.username, first)


@atomic
def unlock(account_id: int, *, by: Actor, revision: int) -> None:
    """Let the person try again at once after too many failed attempts."""
    account = _opened(account_id, by)
    _change(account, by, "account:unlock", revision, failed_logins=0, locked_until=None)
    forget_failures(account.username)


@atomic
def end_sessions(account_id: int, *, by: Actor) -> int:
    """Log somebody out everywhere; says how many sessions ended."""
    account = _opened(account_id, by)
    ended = end_all(account.id, reason="ended")
    record("account:end_sessions", by=by, kind="account", record_id=account.id, unit_id=account.unit_id,
           after={"sessions": ended})  # fmt: skip
    return ended


@atomic
def log_out(*, by: Actor) -> None:
    """End the session that the person acts in."""
    if by.session_id is not None:
        end_session(by.session_id, by=by, reason="logout")


@atomic
def end_session(session_id: int, *, by: Actor, reason: str = "ended") -> None:
    """End one of one's own sessions; ending it twice changes nothing. Raises NotFound for somebody else's."""
    owner = db.session.scalar(select(LoginSession.account_id).where(LoginSession.id == session_id))
    if owner is None or owner != by.account_id:
        raise NotFound
    ended = db.session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now(), end_reason=reason)
    )
    if ended.rowcount:  # type: ignore[attr-defined]
        action = "account:log_out" if reason == "logout" else "account:end_session"
        record(action, by=by, kind="account", record_id=owner, unit_id=by.unit_id)


def end_own_session(session_id: int, *, by: Actor) -> None:
    """End another session of one's own, from the list of sessions."""
    end_session(session_id, by=by)


@atomic
def choose_language(locale: str, *, by: Actor) -> None:
    """Remember the language for the next login."""
    db.session.execute(update(Account).where(Account.id == by.account_id).values(locale=locale))


def _opened(account_id: int, by: Actor) -> Account:
    account = db.session.get(Account, account_id, populate_existing=True)
    if account is None:
        policy.require(by, "account:edit")
        raise NotFound
    policy.require(by, "account:edit", account)
    return account


def require_no_stronger(account: Account, by: Actor) -> None:
    """Whoever gets a first password into their hands could act with it: only where they could give those roles too."""
    held = select(RoleGrant).where(
        RoleGrant.account_id == account.id, or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > clock.today())
    )
    if not all(policy.covers(by, "account:edit", given.reach, given.unit_id) for given in db.session.scalars(held)):
        raise NotAllowed(
            Message("This account holds roles beyond your reach, so you cannot open it."),
            remedy=Message("Ask an administrator of the whole city to do it."),
        )


def _change(
    account: Account, by: Actor, action: str, revision: int, was: AccountState | None = None, **values: Any
) -> None:
    """One guarded update: only from the state and revision that the person saw."""
    before = {name: getattr(account, name) for name in values}
    guard = [Account.id == account.id, Account.revision == revision]
    if was is not None:
        guard.append(Account.state == was)
    changed = db.session.execute(update(Account).where(*guard).values(**values, revision=revision + 1))
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise stale_page("account", account.id)
    db.session.refresh(account)
    record(action, by=by, kind="account", record_id=account.id, unit_id=account.unit_id, before=before, after=values)


def forget_failures(username: str) -> None:
    """What was tried under a name counts no longer."""
    db.session.execute(delete(LoginFailure).where(LoginFailure.username == username))


def _require_place(by: Actor, unit_id: int | None) -> None:
    """An account without a unit is made only by those who manage all."""
    if unit_id is None:
        policy.require(by, "account:edit")
        if not by.holds_everywhere("account:edit"):
            raise Invalid(fields={"unit_id": Message("Choose the unit that this account belongs to.")})
        return
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        policy.require(by, "account:edit")
        raise NotFound
    policy.require(by, "account:edit", unit)


def _require_fit(name: str, display_name: str, staff_id: int | None, staff: Staff | None, by: Actor) -> None:
    problems: dict[str, Message] = {}
    if not USERNAME.fullmatch(name):
        problems["username"] = Message(
            "A user name has 3 to 60 small letters, digits, dots, hyphens or underscores, "
            "and begins with a letter or digit."
        )
    if not 1 <= len(display_name.strip()) <= 60:
        problems["display_name"] = Message("A name has 1 to 60 characters.")
    if staff_id is not None and not (staff and policy.may(by, "account:edit", db.session.get(Unit, staff.unit_id))):
        problems["staff_id"] = Message("There is no such employee in your reach.")
    if not problems and _taken(Account.username == name):
        problems["username"] = Message("This user name is taken.")
    if not problems and staff_id is not None and _taken(Account.staff_id == staff_id):
        problems["staff_id"] = Message("This employee has an account already.")
    if problems:
        raise Invalid(fields=problems)


def _taken(condition: ColumnElement[bool]) -> bool:
    return bool(db.session.scalar(select(exists().where(condition))))
