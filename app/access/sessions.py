"""Sessions on the server: opened at login, looked up at each request with the grants of the day, ended at once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, insert, select, update

from app import clock
from app.access.actor import Actor
from app.access.held import GIVER, GRANTED, delegated_to, granted_to, grants_in
from app.messages import Message
from app.uow import transaction
from models import Account, Delegation, Letter, LoginSession, RoleGrant, TourSeen, db
from models.accounts import AccountState

SEEN_EVERY = timedelta(minutes=1)  # how often a session in use is written down as seen
_USER_AGENT = 200
_UNREAD = (
    select(func.count(Letter.id))
    .where(Letter.account_id == Account.id, Letter.read_at.is_(None))
    .correlate(Account)
    .scalar_subquery()
    .label("unread")
)  # shown in the head of every page, so it comes along with the session
_TOURS = (
    select(func.count(TourSeen.id))
    .where(TourSeen.account_id == Account.id)
    .correlate(Account)
    .scalar_subquery()
    .label("tours_seen")
)


@dataclass(frozen=True)
class Limits:
    """How long a session may lie idle, and how long it may last at all."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True)
class Arrival:
    """Who a token stands for at this moment; without an actor, `ended` may say why the session is over."""

    actor: Actor | None = None
    must_change_password: bool = False
    ended: Message | None = None
    factor_due: bool = False  # a second factor must be shown before the session opens anything
    factor_at: datetime | None = None  # when one was shown
    proved_at: datetime | None = None  # when password or factor were shown last
    tours_seen: int = 0  # tours that the person has dismissed
    unread: int = 0  # letters in the inbox that wait to be read


def hash_of(token: str) -> str:
    """What the table keeps of a token; its 256 random bits need no salt."""
    return sha256(token.encode()).hexdigest()


def open_session(
    account_id: int, *, address: str, user_agent: str, factor_due: bool = False, factor_at: datetime | None = None
) -> str:
    """Begin a session and hand out its token, which is kept nowhere else. Call it inside a transaction.

    With `factor_due` it opens nothing until a second factor was shown.
    """
    token = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.execute(
        insert(LoginSession).values(
            token_hash=hash_of(token),
            account_id=account_id,
            created_at=now,
            last_seen_at=now,
            address=address[:60],
            user_agent=user_agent[:_USER_AGENT].replace("\x00", ""),
            factor_due=factor_due,
            factor_at=factor_at,
        )
    )
    return token


def arrive(token: str, *, limits: Limits, address: str, request_id: str) -> Arrival:
    """Look up a token: one statement brings the session, its account, and the grants that hold today: its own and,
    through delegations, those of others."""
    rows = db.session.execute(
        select(
            LoginSession.id, LoginSession.created_at, LoginSession.last_seen_at, LoginSession.ended_at,
            LoginSession.end_reason, LoginSession.factor_due, LoginSession.factor_at, LoginSession.password_at,
            Account.id.label("account_id"), Account.username, Account.display_name, Account.unit_id, Account.staff_id,
            Account.state, Account.must_change_password, _UNREAD, _TOURS,
            *GRANTED,
        )
        .join(Account, Account.id == LoginSession.account_id)
        .outerjoin(Delegation, delegated_to(Account.id))
        .outerjoin(GIVER, GIVER.id == Delegation.from_id)
        .outerjoin(RoleGrant, granted_to(Account.id))
        .where(LoginSession.token_hash == hash_of(token))
        .order_by(RoleGrant.id)
    ).all()  # fmt: skip
    if not rows:
        return Arrival()
    first = rows[0]
    if first.ended_at is not None:
        return Arrival(ended=_ENDED.get(first.end_reason or "", _ENDED_OTHERWISE))
    if first.state != AccountState.ACTIVE:
        return Arrival(ended=_ENDED["disabled"])
    over = _over(first.created_at, first.last_seen_at, limits)
    if over is not None:
        _close(first.id, over)
        return Arrival(ended=_ENDED[over])
    _write_seen(first.id, first.last_seen_at)
    actor = Actor(
        account_id=first.account_id, username=first.username, name=first.display_name, unit_id=first.unit_id,
        staff_id=first.staff_id, session_id=first.id, address=address, request_id=request_id,
        grants=grants_in(rows, first.account_id),
    )  # fmt: skip
    proved = [moment for moment in (first.created_at, first.factor_at, first.password_at) if moment is not None]
    return Arrival(
        actor, first.must_change_password, factor_due=first.factor_due, factor_at=first.factor_at,
        proved_at=max(proved), unread=first.unread,
        tours_seen=first.tours_seen,
    )  # fmt: skip


def end_all(account_id: int, *, reason: str, but: int | None = None) -> int:
    """End the open sessions of an account, except `but`; says how many. Call it inside a transaction."""
    ended = db.session.execute(
        update(LoginSession)
        .where(LoginSession.account_id == account_id, LoginSession.ended_at.is_(None), LoginSession.id != (but or 0))
        .values(ended_at=clock.now(), end_reason=reason)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]


def _over(created_at: datetime, last_seen_at: datetime, limits: Limits) -> str | None:
    now = clock.now()
    if now - created_at >= limits.absolute:
        return "absolute"
    if now - last_seen_at >= limits.idle:
        return "idle"
    return None


def _close(session_id: int, reason: str) -> None:
    with transaction():
        db.session.execute(
            update(LoginSession)
            .where(LoginSession.id == session_id, LoginSession.ended_at.is_(None))
            .values(ended_at=clock.now(), end_reason=reason)
        )


def _write_seen(session_id: int, last_seen_at: datetime) -> None:
    """Not at each request: the write would cost more than most pages, and a minute is fine enough for the limit."""
    now = clock.now()
    if now - last_seen_at < SEEN_EVERY:
        return
    with transaction():
        db.session.execute(
            update(LoginSession)
            .where(LoginSession.id == session_id, LoginSession.last_seen_at <= now - SEEN_EVERY)
            .values(last_seen_at=now)
        )


_ENDED = {
    "idle": Message("You were logged out because the page was not used for some time. Please log in again."),
    "absolute": Message("You were logged out because the longest time of a session is over. Please log in again."),
    "password": Message("You were logged out because the password of this account was changed. Please log in again."),
    "ended": Message("This session was ended. Please log in again."),
    "factors": Message("You were logged out because the second factors of this account were changed."),
    "disabled": Message("This account is disabled. Ask your administrator if you still need it."),
}
_ENDED_OTHERWISE = Message("Please log in.")
