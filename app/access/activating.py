"""Activating: an employee opens the account with identity number, name and the code that the unit handed over.

Nothing tells whether a person exists: whatever of the three is wrong, the answer is the same text and status, after
the same statements and one verification of an Argon2 hash. Only who holds a code that was right learns that it is
used, replaced or expired. Every attempt is counted before anything is looked up.
"""

from __future__ import annotations

import hmac
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import func, select, update

from app import clock
from app.access import attempts, demands, passwords
from app.access.account_news import tell_of_change
from app.access.accounts import create_account, forget_failures
from app.access.activation_codes import plain_code, require_employee_alone
from app.access.actor import Actor, system
from app.access.attempts import Limit
from app.access.entering import Entry, Visitor
from app.access.factor_queries import holds_factor
from app.access.granting import grant
from app.access.sessions import end_all, open_session
from app.audit.service import record
from app.errors import Invalid, Refused
from app.keys import key
from app.messages import Message
from app.staff import identity
from app.uow import transaction
from models import Account, Activation, RoleGrant, Staff, db
from models.accounts import Reach
from models.staff import StaffState

WINDOW = timedelta(hours=1)
ATTEMPTS_PER_NUMBER = 5
ATTEMPTS_PER_ADDRESS = 20
ATTEMPTS_IN_ALL = 300
_NEW_CODE = Message("Ask your unit for a new code.")


class NotActivated(Refused):
    """What was typed opens no account; the text is the same whatever of it is wrong."""

    status = 401


@dataclass(frozen=True)
class Claim:
    """What somebody types to open an account."""

    number: str
    name: str
    code: str
    password: str
    repeated: str


@dataclass(frozen=True)
class Activated:
    """The session that was opened, and the user name for the next time. `again`: there was an account before."""

    entry: Entry
    username: str
    again: bool


class _Found(NamedTuple):
    """What is on record of the identity number: the person, the newest code, the account."""

    staff_id: int
    name: str
    staff_no: str
    unit_id: int
    state: str
    activation_id: int | None
    code_hash: str | None
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None
    account_id: int | None
    account_state: str | None


def activate(claim: Claim, *, visitor: Visitor) -> Activated:
    """Open the account of an employee, or give it a new password. Raises Invalid for what cannot be right by itself,
    TooMany with the time to wait, NotActivated."""
    number, code = _read(claim)
    limits = limits_of(number, visitor.address)
    with transaction():
        reached = attempts.count(limits)
        found = _on_record(number)
    attempts.refuse(reached)
    right = passwords.verify(found.code_hash if found else None, code)
    named = _same_name(found.name if found else "", claim.name)
    if found is None or not right or not named:
        _write_failure(found, visitor)
        raise NotActivated(
            Message("Identity number, name and code do not fit together."),
            remedy=Message(
                "Compare all three with your identity card and the slip. After %(count)s attempts the number is locked "
                "for an hour; your unit can make a new code.",
                count=ATTEMPTS_PER_NUMBER,
            ),
        )
    _refuse_spent(found, visitor)
    return _open(found, claim, limits, visitor)


def limits_of(number: str, address: str) -> tuple[Limit, ...]:
    """The three limits of an attempt, in the order in which they are counted: all first, so that attempts queue up
    there and never wait for each other crosswise. The number stands there as a keyed hash of its own."""
    hashed = hmac.new(key("activation/attempts"), number.encode(), sha256).hexdigest()
    return (
        Limit("activation", ATTEMPTS_IN_ALL, WINDOW, Message("Too many accounts are being activated at this moment.")),
        Limit(
            f"activation:{attempts.place_of(address)}", ATTEMPTS_PER_ADDRESS, WINDOW,
            Message("Too many failed attempts came from this address."),
        ),
        Limit(
            f"activation#{hashed}", ATTEMPTS_PER_NUMBER, WINDOW,
            Message("This identity number was tried too often, so it is locked for a while."),
        ),
    )  # fmt: skip


def _read(claim: Claim) -> tuple[str, str]:
    """The number and the code in their own shape. What is wrong here is wrong for everybody, and costs no attempt."""
    problems: dict[str, Message] = {}
    number = ""
    try:
        number = identity.normalise(claim.number)
    except Invalid as refusal:
        problems["number"] = refusal.fields["id_number"]
    if not claim.name.strip():
        problems["name"] = Message("Write your name as it stands on the identity card.")
    code = plain_code(claim.code)
    if code is None:
        problems["code"] = Message("The code on the slip has ten letters and digits; 0, 1, I and O are not among them.")
    try:
        passwords.require_good(claim.password, username=number, context=(claim.name.strip(),))
    except Invalid as refusal:
        problems["password"] = refusal.fields["password"]
    if claim.password != claim.repeated:
        problems["repeated"] = Message("The two new passwords differ.")
    if problems:
        raise Invalid(fields=problems)
    return number, code or ""


def _on_record(number: str) -> _Found | None:
    newest = select(func.max(Activation.id)).where(Activation.staff_id == Staff.id).correlate(Staff).scalar_subquery()
    row = db.session.execute(
        select(
            Staff.id, Staff.name, Staff.staff_no, Staff.unit_id, Staff.state, Activation.id, Activation.code_hash,
            Activation.expires_at, Activation.used_at, Activation.revoked_at, Account.id, Account.state,
        )
        .outerjoin(Activation, Activation.id == newest)
        .outerjoin(Account, Account.staff_id == Staff.id)
        .where(Staff.id_number_index == identity.index_of(number))
    ).one_or_none()  # fmt: skip
    return None if row is None else _Found._make(row)


def _same_name(on_record: str, typed: str) -> bool:
    """Full-width and half-width signs, and dots and blanks inside a name, are no difference."""

    def plain(name: str) -> str:
        return "".join(one for one in unicodedata.normalize("NFKC", name).casefold() if one.isalnum())

    return hmac.compare_digest(plain(on_record).encode(), plain(typed).encode())


def _write_failure(found: _Found | None, visitor: Visitor) -> None:
    """The same statements for a person who exists and for one who does not."""
    with transaction():
        record(
            "activation:fail", by=_as_actor(None, "", visitor), kind="activation",
            record_id=(found.activation_id if found else None) or "unknown",
        )  # fmt: skip


def _refuse_spent(found: _Found, visitor: Visitor) -> None:
    """Said only to those who typed a code that was right, so that a guesser learns nothing from it."""
    sentence: Message | None = None
    if found.used_at is not None:
        sentence = Message("This code was used already. A code opens the account once.")
    elif found.revoked_at is not None:
        sentence = Message("This code does not hold any more: it was withdrawn.")
    elif found.expires_at is None or found.expires_at <= clock.now():
        sentence = Message("This code has expired.")
    elif found.state == StaffState.ENDED:
        sentence = Message("This code does not hold any more: you have left the unit that made it.")
    if sentence is not None:
        _write_failure(found, visitor)
        raise NotActivated(sentence, remedy=_NEW_CODE)


def _open(found: _Found, claim: Claim, limits: tuple[Limit, ...], visitor: Visitor) -> Activated:
    """Use the code up and open the account, in one transaction."""
    hashed = passwords.hash_password(claim.password) if found.account_id is not None else ""
    with transaction() as session:
        account_id, username = _account_of(found, claim, hashed)
        used = session.execute(
            update(Activation)
            .where(
                Activation.id == found.activation_id, Activation.used_at.is_(None), Activation.revoked_at.is_(None),
                Activation.expires_at > clock.now(),
            )
            .values(used_at=clock.now(), account_id=account_id)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        if used.rowcount != 1:  # type: ignore[attr-defined]
            raise NotActivated(Message("This code was used or withdrawn just now."), remedy=_NEW_CODE)
        attempts.give_back(limits)
        due = demands.due_at_log_in(held=holds_factor(account_id))
        token = open_session(account_id, address=visitor.address, user_agent=visitor.user_agent, factor_due=due)
        session.execute(
            update(Account).where(Account.id == account_id).values(last_login_at=clock.now())
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        record(
            "account:activate", by=_as_actor(account_id, username, visitor, found.name), kind="account",
            record_id=account_id, unit_id=found.unit_id, subjects=[found.staff_id],
            after={"staff_id": found.staff_id, "activation": found.activation_id},
        )  # fmt: skip
        if found.account_id is not None:
            tell_of_change(
                account_id, Message("A new password was set with an activation code."), visitor.address,
                key=f"activation/{found.activation_id}/used",
            )  # fmt: skip
    return Activated(Entry(token, False, None, due), username, found.account_id is not None)


def _account_of(found: _Found, claim: Claim, hashed: str) -> tuple[int, str]:
    """A new account with the role of an employee, or the one that is there with a new password."""
    by = system("activation")
    if found.account_id is None:
        made = create_account(
            _free_name(found.staff_no.lower()), display_name=found.name, by=by, unit_id=found.unit_id,
            staff_id=found.staff_id, password=claim.password,
        )  # fmt: skip
        grant(made.account_id, role="employee", reach=Reach.SELF, by=by)
        return made.account_id, made.username
    require_employee_alone(found.account_id, found.account_state or "")
    account = db.session.scalars(
        select(Account).where(Account.id == found.account_id).with_for_update()
        .execution_options(populate_existing=True)
    ).one()  # fmt: skip
    account.password_hash, account.must_change_password = hashed, False
    account.password_changed_at, account.failed_logins, account.locked_until = clock.now(), 0, None
    account.revision += 1
    db.session.flush()
    end_all(account.id, reason="password")
    forget_failures(account.username)
    held = select(RoleGrant.id).where(RoleGrant.account_id == account.id, RoleGrant.role == "employee")
    if db.session.scalar(held.where(RoleGrant.valid_to.is_(None)).limit(1)) is None:
        grant(account.id, role="employee", reach=Reach.SELF, by=by)
    return account.id, account.username


def _free_name(staff_no: str) -> str:
    """The staff number; with a letter behind it where an account without a roster entry has that name already."""
    taken = set(db.session.scalars(select(Account.username).where(Account.username.startswith(staff_no)).limit(50)))
    return next(name for name in (staff_no, *(f"{staff_no}{sign}" for sign in "abcdefgh")) if name not in taken)


def _as_actor(account_id: int | None, username: str, visitor: Visitor, name: str = "") -> Actor:
    return Actor(account_id, username, name, address=visitor.address, request_id=visitor.request_id)
