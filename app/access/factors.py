"""Second factors of one's own account: set up a passkey or one-time passwords, remove them, make recovery codes.

Every change is written down. Whoever changes them has shown the password or a factor a short while ago; with the first
factor, and with the last one removed, the account's other sessions end, since they were opened without it.
"""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import pyotp
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.access import demands, policy
from app.access.account_news import tell_of_change
from app.access.accounts import require_no_stronger
from app.access.activation_codes import new_code, plain_code
from app.access.actor import Actor
from app.access.factor_queries import begun_one_time, factors_of, holds_factor
from app.access.passkeys import Site, verified_new
from app.access.sessions import end_all
from app.audit.service import record
from app.errors import Conflict, Invalid, NotAllowed, NotFound
from app.keys import key
from app.messages import Message
from app.uow import atomic
from models import Account, Factor, LoginSession, RecoveryCode, db
from models.factors import FactorKind

RECOVERY_CODES = 10
MOST_PASSKEYS = 10
LONGEST_NAME = 60
STEP_SECONDS = 30
_SHOW_AGAIN = Message("Show your password or a second factor again, then go on.")


@dataclass(frozen=True)
class Added:
    """A factor that counts from now on; with the first one come recovery codes, shown once."""

    factor: Factor
    recovery_codes: Sequence[str] = ()


def require_recent(proved_at: datetime | None) -> None:
    """Raise NotAllowed unless password or factor were shown a short while ago."""
    if proved_at is None or clock.now() - proved_at > demands.RECENTLY:
        raise NotAllowed(
            Message("Second factors are changed only within %(minutes)s minutes after you have shown who you are.",
                    minutes=int(demands.RECENTLY.total_seconds()) // 60),
            remedy=_SHOW_AGAIN,
        )  # fmt: skip


@atomic
def add_passkey(response: str, challenge: bytes, *, site: Site, name: str, by: Actor, proved_at: datetime) -> Added:
    """Keep a passkey that the browser has made and signed the challenge with. Raises Invalid with a sentence."""
    _require_may_change(by, proved_at)
    made = verified_new(response, challenge, site)
    if len(factors_of(by.account_id or 0).passkeys) >= MOST_PASSKEYS:
        raise Conflict(
            Message("This account holds %(count)s passkeys already.", count=MOST_PASSKEYS),
            remedy=Message("Remove one that you no longer use."),
        )
    factor = Factor(
        account_id=by.account_id, kind=FactorKind.PASSKEY, name=_name(name), made_at=clock.now(),
        confirmed_at=clock.now(), credential_id=made.credential_id, public_key=made.public_key, counter=made.counter,
        site=site.host, transports=list(made.transports),
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(factor)
    except IntegrityError:
        raise Conflict(
            Message("This passkey is set up already."), remedy=Message("Choose another device, or use it as it is.")
        ) from None
    return _counts_from_now(factor, by)


@atomic
def begin_one_time(*, by: Actor, proved_at: datetime) -> None:
    """Make the secret of one-time passwords; it opens nothing before the first of them was typed."""
    _require_may_change(by, proved_at)
    held = factors_of(by.account_id or 0).one_time
    if held is not None:
        raise Conflict(
            Message("One-time passwords are set up already."),
            remedy=Message("Remove them first to set them up on another phone."),
        )
    account_id = by.account_id or 0
    unconfirmed = (Factor.account_id == account_id, Factor.kind == FactorKind.TOTP, Factor.confirmed_at.is_(None))
    db.session.execute(delete(Factor).where(*unconfirmed, Factor.removed_at.is_(None)))
    try:
        with db.session.begin_nested():
            db.session.add(
                Factor(
                    account_id=account_id, kind=FactorKind.TOTP, name="", made_at=clock.now(),
                    secret_cipher=_sealed(pyotp.random_base32(), account_id),
                )
            )  # fmt: skip
    except IntegrityError:
        raise Conflict(Message("One-time passwords are set up already."), remedy=Message("Reload the page.")) from None


def secret_to_show(*, by: Actor) -> tuple[str, str]:
    """The secret that is being set up, and the address that an authenticator app reads. Raises NotFound without one."""
    begun = begun_one_time(by.account_id or 0)
    if begun is None or begun.secret_cipher is None:
        raise NotFound(
            Message("No one-time passwords are being set up."), remedy=Message("Begin on the page Second factors.")
        )
    secret = opened_secret(begun)
    return secret, pyotp.TOTP(secret).provisioning_uri(name=by.username, issuer_name="ZeroTrip")


@atomic
def confirm_one_time(code: str, *, by: Actor, proved_at: datetime) -> Added:
    """The first password was typed, so phone and product agree. Raises Invalid where they do not."""
    _require_may_change(by, proved_at)
    begun = begun_one_time(by.account_id or 0)
    if begun is None:
        raise NotFound
    step = step_of(begun, code)
    if step is None:
        raise Invalid(
            fields={"code": Message("This is not the present one-time password. Wait for the next one and type that.")},
            remedy=Message("If it is never right, set the clock of the phone to automatic."),
        )
    begun.counter, begun.confirmed_at = step, clock.now()
    return _counts_from_now(begun, by)


@atomic
def remove(factor_id: int, *, by: Actor, proved_at: datetime) -> None:
    """Take a factor away. Raises NotFound for somebody else's; the last one stays where the house demands one."""
    _require_may_change(by, proved_at)
    own = (
        Factor.id == factor_id, Factor.account_id == by.account_id, Factor.removed_at.is_(None),
        Factor.confirmed_at.is_not(None),
    )  # fmt: skip
    if db.session.scalar(select(Factor.id).where(*own)) is None:
        raise NotFound
    removed = db.session.execute(
        update(Factor)
        .where(*own)
        .values(removed_at=clock.now())
        .returning(Factor.kind, Factor.name)
        .execution_options(synchronize_session=False)
    ).one_or_none()  # fmt: skip
    if removed is None:
        raise NotFound
    if not holds_factor(by.account_id or 0):
        held = demands.demanded()
        if demands.REQUIRED in (held.log_in, held.pay):
            raise Conflict(
                Message("Here every account needs a second factor, and this is your last one."),
                remedy=Message("Set up another one first, then remove this one."),
            )
        _forget_codes(by.account_id or 0)
        _end_others(by)
    tell_of_change(by.account_id or 0, Message("A second factor was removed."), by.address,
                   key=f"factor/{factor_id}/removed")  # fmt: skip
    record(
        "factor:remove", by=by, kind="account", record_id=by.account_id or 0, unit_id=by.unit_id,
        before={"kind": removed.kind, "name": removed.name},
    )  # fmt: skip


@atomic
def make_recovery_codes(*, by: Actor, proved_at: datetime) -> list[str]:
    """New codes; those before no longer count. Raises Conflict for an account without a factor."""
    _require_may_change(by, proved_at)
    if not holds_factor(by.account_id or 0):
        raise Conflict(
            Message("Recovery codes stand in for a second factor, and this account has none."),
            remedy=Message("Set one up first; the codes come with it."),
        )
    return _new_codes(by)


@atomic
def remove_all(account_id: int, *, by: Actor) -> int:
    """For somebody who has lost every factor and the codes: an administrator has made sure who it is. Says how many."""
    account = db.session.get(Account, account_id)
    if account is None:
        policy.require(by, "account:edit")
        raise NotFound
    policy.require(by, "account:edit", account)
    if account.id == by.account_id:
        raise NotAllowed(
            Message("You cannot take away your own second factors here."),
            remedy=Message("Change them on the page Second factors."),
        )
    require_no_stronger(account, by)
    removed = db.session.execute(
        update(Factor)
        .where(Factor.account_id == account.id, Factor.removed_at.is_(None))
        .values(removed_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    _forget_codes(account.id)
    end_all(account.id, reason="factors")
    count = int(removed.rowcount)  # type: ignore[attr-defined]
    tell_of_change(account.id, Message("The administrator has removed all second factors."), by.address,
                   key=f"factors/{account.id}/{clock.now().isoformat()}")  # fmt: skip
    record(
        "factor:remove_all", by=by, kind="account", record_id=account.id, unit_id=account.unit_id,
        after={"factors": count},
    )  # fmt: skip
    return count


def opened_secret(factor: Factor) -> str:
    """The secret of one-time passwords; a cipher of another account fails."""
    raw = base64.b64decode(factor.secret_cipher or "")
    return AESGCM(key("factor/secret/1")).decrypt(raw[:12], raw[12:], str(factor.account_id).encode()).decode()


def step_of(factor: Factor, code: str) -> int | None:
    """The step of half a minute whose password was typed: the present one or a neighbour, none that was seen before."""
    typed = "".join(sign for sign in code[:20] if sign.isdecimal() and sign.isascii())
    password = pyotp.TOTP(opened_secret(factor))
    present = int(clock.elsewhere().timestamp()) // STEP_SECONDS
    fitting = [
        step for step in (present - 1, present, present + 1)
        if hmac.compare_digest(password.at(step * STEP_SECONDS), typed)
    ]  # fmt: skip
    return next((step for step in fitting if step > factor.counter), None)


def hash_of_code(typed: str) -> str | None:
    """What is kept of a recovery code: ten signs of chance under a key need no slow hash. None for what is no code."""
    plain = plain_code(typed)
    return hmac.new(key("factor/recovery/1"), plain.encode(), sha256).hexdigest() if plain else None


def _sealed(secret: str, account_id: int) -> str:
    nonce = os.urandom(12)
    return base64.b64encode(
        nonce + AESGCM(key("factor/secret/1")).encrypt(nonce, secret.encode(), str(account_id).encode())
    ).decode()


def _require_may_change(by: Actor, proved_at: datetime) -> None:
    """A session that still awaits its factor may set up the first one, where all must have one; nothing else."""
    require_recent(proved_at)
    due = db.session.scalar(select(LoginSession.factor_due).where(LoginSession.id == by.session_id))
    if by.account_id is None or due is None or (due and holds_factor(by.account_id)):
        raise NotAllowed(Message("This opens after your second factor."), remedy=_SHOW_AGAIN)


def _counts_from_now(factor: Factor, by: Actor) -> Added:
    """Whoever has just shown it needs not show it again in this session."""
    db.session.flush()
    account_id = by.account_id or 0
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.id == by.session_id)
        .values(factor_due=False, factor_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    held = db.session.scalar(
        select(func.count()).where(
            Factor.account_id == account_id, Factor.confirmed_at.is_not(None), Factor.removed_at.is_(None)
        )
    )
    record(
        "factor:add", by=by, kind="account", record_id=account_id, unit_id=by.unit_id,
        after={"kind": factor.kind, "name": factor.name},
    )  # fmt: skip
    tell_of_change(account_id, Message("A second factor was set up."), by.address, key=f"factor/{factor.id}/added")
    if held != 1:
        return Added(factor)
    _end_others(by)
    return Added(factor, _new_codes(by))


def _end_others(by: Actor) -> None:
    end_all(by.account_id or 0, reason="factors", but=by.session_id)


def _new_codes(by: Actor) -> list[str]:
    account_id = by.account_id or 0
    _forget_codes(account_id)
    codes = [new_code() for _ in range(RECOVERY_CODES)]
    db.session.execute(
        insert(RecoveryCode),
        [{"account_id": account_id, "code_hash": hash_of_code(one), "made_at": clock.now()} for one in codes],
    )
    record("factor:make_codes", by=by, kind="account", record_id=account_id, unit_id=by.unit_id)
    return codes


def _forget_codes(account_id: int) -> None:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))


def _name(given: str) -> str:
    return " ".join(given.replace("\x00", "").split())[:LONGEST_NAME]
