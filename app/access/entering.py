"""Entering: log in, and change one's own password. Guessing is limited for each name and for each address.

An attempt is written down before the password is looked at, so that a hundred sent at once do not get a hundred
guesses. A name that does not exist is counted, locked and answered like one that does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert, select, update

from app import clock
from app.access import demands, passwords
from app.access.account_news import tell_of_change
from app.access.actor import Actor
from app.access.factor_queries import holds_factor
from app.access.sessions import end_all, open_session
from app.audit.service import record
from app.errors import Invalid, Refused, TooMany
from app.messages import Message
from app.uow import transaction
from models import Account, LoginFailure, LoginSession, Unit, db
from models.accounts import AccountState

ATTEMPTS_PER_NAME = 5
ATTEMPTS_PER_ADDRESS = 20
WINDOW = timedelta(minutes=15)  # in which attempts are counted
LOCK = timedelta(minutes=15)  # how long a name stays locked after the last of them
FIRST_PASSWORD_LASTS = timedelta(days=7)
_KEEP_FAILURES = timedelta(days=1)


class LoginRefused(Refused):
    """The name and password do not let anybody in; the text is the same whichever of them is wrong."""

    status = 401


@dataclass(frozen=True)
class Visitor:
    """Where a login comes from."""

    address: str
    user_agent: str = ""
    request_id: str = ""


@dataclass(frozen=True)
class Entry:
    """A login that succeeded. The token goes to the browser and nowhere else."""

    token: str
    must_change_password: bool
    locale: str | None
    factor_due: bool = False


class _Known(NamedTuple):
    """What a login needs to know of an account."""

    id: int
    username: str
    display_name: str
    password_hash: str
    state: str
    must_change_password: bool
    password_changed_at: datetime | None
    created_at: datetime
    locale: str | None
    unit_id: int | None


def normal_username(username: str) -> str:
    """As names are kept: without spaces around, in small letters."""
    return username.strip().lower().replace("\x00", "")[:60]


def log_in(username: str, password: str, *, visitor: Visitor) -> Entry:
    """Open a session. Raises LoginRefused, or TooMany with the time to wait."""
    name = normal_username(username)
    account = _write_attempt(name, visitor)
    right = passwords.verify(account.password_hash if account else None, password)
    if account is None or not right:
        _write_failure(name, account, visitor)
        raise LoginRefused(
            Message("The user name or the password is not right."),
            remedy=Message(
                "Check both and try again. After %(count)s attempts the name is locked for %(minutes)s minutes.",
                count=ATTEMPTS_PER_NAME, minutes=_minutes(LOCK),
            ),
        )  # fmt: skip
    _refuse_closed(account)
    return _enter(account, password, visitor)


def change_password(old: str, new: str, repeated: str, *, by: Actor, visitor: Visitor) -> Entry:
    """Change one's own password. All sessions end; the entry that is returned opens a new one for this browser."""
    if new != repeated:
        raise Invalid(fields={"repeated": Message("The two new passwords differ.")})
    account = _write_attempt(by.username, visitor)
    if account is None or not passwords.verify(account.password_hash, old):
        _write_failure(by.username, account, visitor)
        raise Invalid(fields={"old": Message("This is not your present password.")})
    unit = db.session.get(Unit, account.unit_id) if account.unit_id else None
    _require_new(new, old, account, unit)
    hashed = passwords.hash_password(new)
    with transaction():
        _forget_failures(account.username)
        db.session.execute(
            update(Account)
            .where(Account.id == account.id)
            .values(
                password_hash=hashed, must_change_password=False, password_changed_at=clock.now(), failed_logins=0,
                locked_until=None, revision=Account.revision + 1,
            )
        )  # fmt: skip
        record(
            "account:change_password", by=by, kind="account", record_id=account.id, unit_id=account.unit_id,
            after={"password_hash": hashed},
        )  # fmt: skip
        shown = db.session.scalar(select(LoginSession.factor_at).where(LoginSession.id == by.session_id))
        end_all(account.id, reason="password")
        token = open_session(
            account.id, address=visitor.address, user_agent=visitor.user_agent, factor_at=shown
        )  # fmt: skip
        tell_of_change(account.id, Message("The password was changed."), visitor.address,
                       key=f"account/{account.id}/password/{clock.now().isoformat()}")  # fmt: skip
    return Entry(token, False, account.locale)


def confirm_password(password: str, *, by: Actor, visitor: Visitor) -> None:
    """Show one's present password again in a session that is open. Raises Invalid, or TooMany."""
    account = _write_attempt(by.username, visitor)
    if account is None or not passwords.verify(account.password_hash, password):
        _write_failure(by.username, account, visitor)
        raise Invalid(fields={"password": Message("This is not your present password.")})
    with transaction():
        _forget_failures(account.username)
        db.session.execute(
            update(LoginSession).where(LoginSession.id == by.session_id).values(password_at=clock.now())
        )  # fmt: skip
        record("account:confirm_password", by=by, kind="account", record_id=account.id, unit_id=account.unit_id)


def _require_new(new: str, old: str, account: _Known, unit: Unit | None) -> None:
    try:
        passwords.require_good(
            new, username=account.username, context=(account.display_name, unit.name if unit else "")
        )
    except Invalid as refusal:
        raise Invalid(fields={"new": refusal.fields["password"]}) from None
    if new == old:
        raise Invalid(fields={"new": Message("The new password is the same as the old one. Choose another.")})


def _write_attempt(name: str, visitor: Visitor) -> _Known | None:
    """Count this attempt, unless the name or the address has had too many; says what is known of the account."""
    with transaction() as session:
        found = session.execute(
            select(
                Account.id, Account.username, Account.display_name, Account.password_hash, Account.state,
                Account.must_change_password, Account.password_changed_at, Account.created_at, Account.locale,
                Account.unit_id,
            ).where(Account.username == name).with_for_update()
        ).one_or_none()  # fmt: skip
        now = clock.now()
        _refuse_busy_address(visitor.address, now)
        _refuse_locked_name(name, now)
        session.execute(insert(LoginFailure).values(at=now, address=visitor.address[:60], username=name))
    return None if found is None else _Known(**found._mapping)


def _refuse_busy_address(address: str, now: datetime) -> None:
    count, oldest = db.session.execute(
        select(func.count(), func.min(LoginFailure.at)).where(
            LoginFailure.address == address[:60], LoginFailure.at > now - WINDOW
        )
    ).one()
    if count >= ATTEMPTS_PER_ADDRESS:
        wait = _seconds(oldest + WINDOW - now)
        raise TooMany(
            Message("Too many failed logins came from this address."),
            retry_after=wait,
            remedy=Message("Wait %(minutes)s minutes, then try again.", minutes=_minutes(timedelta(seconds=wait))),
        )


def _refuse_locked_name(name: str, now: datetime) -> None:
    until = _locked_until(name)
    if until is not None and until > now:
        wait = until - now
        raise TooMany(
            Message("This user name is locked after %(count)s failed attempts.", count=ATTEMPTS_PER_NAME),
            retry_after=_seconds(wait),
            remedy=Message(
                "Try again in %(minutes)s minutes, or ask your administrator to unlock it.", minutes=_minutes(wait)
            ),
        )


def _locked_until(name: str) -> datetime | None:
    """Locked when the last attempts, as many as are allowed, fell into one window; counted from the newest of them."""
    newest = db.session.scalars(
        select(LoginFailure.at)
        .where(LoginFailure.username == name)
        .order_by(LoginFailure.at.desc(), LoginFailure.id.desc())
        .limit(ATTEMPTS_PER_NAME)
    ).all()
    if len(newest) < ATTEMPTS_PER_NAME or newest[0] - newest[-1] >= WINDOW:
        return None
    return newest[0] + LOCK


def _write_failure(name: str, account: _Known | None, visitor: Visitor) -> None:
    """The same statements for a name that exists and for one that does not."""
    with transaction() as session:
        locked_until = _locked_until(name)
        session.execute(
            update(Account)
            .where(Account.username == name)
            .values(failed_logins=Account.failed_logins + 1, locked_until=locked_until)
        )
        record(
            "account:lock" if locked_until else "account:fail_login", by=_as_actor(account, visitor), kind="account",
            record_id=account.id if account else "unknown",
        )  # fmt: skip


def _refuse_closed(account: _Known) -> None:
    """Said only to those who know the password, so that a guesser learns nothing from it."""
    if account.state != AccountState.ACTIVE:
        raise LoginRefused(
            Message("This account is disabled."), remedy=Message("Ask your administrator if you still need it.")
        )
    given = account.password_changed_at or account.created_at
    if account.must_change_password and clock.now() - given > FIRST_PASSWORD_LASTS:
        raise LoginRefused(
            Message("This first password was not used within %(days)s days.", days=FIRST_PASSWORD_LASTS.days),
            remedy=Message("Ask your administrator for a new one."),
        )


def _enter(account: _Known, password: str, visitor: Visitor) -> Entry:
    values: dict[str, Any] = {"failed_logins": 0, "locked_until": None, "last_login_at": clock.now()}
    if passwords.needs_rehash(account.password_hash):
        values["password_hash"] = passwords.hash_password(password)
    with transaction() as session:
        entered = session.execute(
            update(Account)
            .where(
                Account.id == account.id,
                Account.state == AccountState.ACTIVE,
                Account.password_hash == account.password_hash,  # not disabled or reset while the hash was checked
            )
            .values(**values)
        )
        if entered.rowcount != 1:  # type: ignore[attr-defined]
            raise LoginRefused(Message("This account was changed just now."), remedy=Message("Try once more."))
        _forget_failures(account.username)
        due = demands.due_at_log_in(held=holds_factor(account.id))
        token = open_session(
            account.id, address=visitor.address, user_agent=visitor.user_agent, factor_due=due
        )  # fmt: skip
        record(
            "account:log_in", kind="account", record_id=account.id, unit_id=account.unit_id,
            by=_as_actor(account, visitor),
        )  # fmt: skip
    return Entry(token, account.must_change_password, account.locale, due)


def _forget_failures(name: str) -> None:
    db.session.execute(
        delete(LoginFailure).where((LoginFailure.username == name) | (LoginFailure.at < clock.now() - _KEEP_FAILURES))
    )


def _as_actor(account: _Known | None, visitor: Visitor) -> Actor:
    return Actor(
        account.id if account else None, account.username if account else "", account.display_name if account else "",
        address=visitor.address, request_id=visitor.request_id,
    )  # fmt: skip


def _seconds(wait: timedelta) -> int:
    return max(1, int(wait.total_seconds()) + 1)


def _minutes(wait: timedelta) -> int:
    return max(1, -(-int(wait.total_seconds()) // 60))
