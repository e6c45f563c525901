"""Showing a second factor in a session: a passkey, a one-time password or a recovery code. Guessing is limited for
each account, whatever way is tried; every attempt is counted before it is looked at."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import delete, select, update

from app import clock
from app.access import attempts
from app.access.actor import Actor
from app.access.attempts import Limit
from app.access.factor_queries import factors_of
from app.access.factors import hash_of_code, step_of
from app.access.passkeys import Site, credential_of, verified_shown
from app.audit.service import record
from app.errors import Invalid
from app.messages import Message
from app.uow import reading, transaction
from models import AttemptCount, Factor, LoginSession, RecoveryCode, db
from models.factors import FactorKind

ATTEMPTS, WINDOW = 5, timedelta(minutes=15)
ATTEMPTS_A_DAY, DAY = 30, timedelta(days=1)
CHALLENGE_LASTS = timedelta(minutes=10)
CHALLENGE_BYTES = 32
_TOO_MANY = Message("Too many second factors that were not right were tried for this account.")


def new_challenge(*, by: Actor) -> bytes:
    """What the next passkey of this session has to sign; the one before no longer counts."""
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    with reading():
        db.session.execute(
            update(LoginSession)
            .where(LoginSession.id == by.session_id)
            .values(challenge=challenge.hex(), challenge_at=clock.now())
            .execution_options(synchronize_session=False)
        )
    return challenge


def take_challenge(*, by: Actor) -> bytes:
    """The challenge of this session, which from now on counts no more. Raises Invalid where it is used or too old."""
    with transaction():
        kept = db.session.execute(
            select(LoginSession.challenge, LoginSession.challenge_at).where(LoginSession.id == by.session_id)
        ).one_or_none()
        taken = kept is not None and kept.challenge is not None and db.session.execute(
            update(LoginSession)
            .where(LoginSession.id == by.session_id, LoginSession.challenge == kept.challenge)
            .values(challenge=None, challenge_at=None)
            .execution_options(synchronize_session=False)
        ).rowcount == 1  # type: ignore[attr-defined]  # fmt: skip
    if not taken or kept is None or clock.now() - kept.challenge_at > CHALLENGE_LASTS:
        raise Invalid(
            fields={
                "passkey": Message("This page was open too long, or was sent twice, so the passkey did not count.")
            },
            remedy=Message("Press the button once more."),
        )
    return bytes.fromhex(kept.challenge)


def show_passkey(response: str, challenge: bytes, *, site: Site, by: Actor) -> None:
    """A passkey has signed the challenge. Raises Invalid, or TooMany."""
    limits = _count(by)
    named = credential_of(response)
    factor = next((one for one in factors_of(by.account_id or 0).passkeys if one.credential_id == named), None)
    if factor is None or factor.site != site.host:
        _write_failure(by, FactorKind.PASSKEY)
        raise Invalid(fields={"passkey": Message("This passkey is not one of this account.")})
    try:
        counter = verified_shown(response, challenge, site, factor)
    except Invalid:
        _write_failure(by, FactorKind.PASSKEY)
        raise
    with transaction():
        _use(factor, counter)
        _shown(by, FactorKind.PASSKEY, limits)


def show_code(typed: str, *, by: Actor) -> str:
    """A one-time password or a recovery code was typed; returns which kind it was. Raises Invalid, or TooMany."""
    limits = _count(by)
    factor = factors_of(by.account_id or 0).one_time
    step = step_of(factor, typed) if factor is not None else None
    hashed = hash_of_code(typed)
    with transaction():
        used = ""
        if factor is not None and step is not None and _use(factor, step, before=True):
            used = FactorKind.TOTP
        elif hashed is not None and _use_recovery(by, hashed):
            used = "RECOVERY"
        if used:
            _shown(by, used, limits)
    if not used:
        _write_failure(by, FactorKind.TOTP)
        raise Invalid(
            fields={"code": Message("This code is not right, or was used already.")},
            remedy=Message(
                "Type the password that your app shows now. Each counts once; the next comes in half a minute."
            ),
        )
    return used


def _count(by: Actor) -> tuple[Limit, ...]:
    limits = (
        Limit(f"factor:{by.account_id}", ATTEMPTS, WINDOW, _TOO_MANY),
        Limit(f"factor-day:{by.account_id}", ATTEMPTS_A_DAY, DAY, _TOO_MANY),
    )
    with transaction():
        reached = attempts.count(limits)
    attempts.refuse(reached)
    return limits


def _use(factor: Factor, counter: int, *, before: bool = False) -> bool:
    """Write down the use; with `before` only where no other use of the same step came first."""
    guard = [Factor.id == factor.id, Factor.removed_at.is_(None)]
    if before:
        guard.append(Factor.counter < counter)
    done = db.session.execute(
        update(Factor).where(*guard).values(counter=counter, last_used_at=clock.now())
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _use_recovery(by: Actor, hashed: str) -> bool:
    done = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == by.account_id, RecoveryCode.code_hash == hashed, RecoveryCode.used_at.is_(None)
        )
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _shown(by: Actor, kind: str, limits: tuple[Limit, ...]) -> None:
    db.session.execute(delete(AttemptCount).where(AttemptCount.key.in_([limit.key for limit in limits])))
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.id == by.session_id)
        .values(factor_due=False, factor_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    record(
        "factor:show", by=by, kind="account", record_id=by.account_id or 0, unit_id=by.unit_id, after={"kind": kind}
    )  # fmt: skip


def _write_failure(by: Actor, kind: str) -> None:
    with transaction():
        record(
            "factor:fail", by=by, kind="account", record_id=by.account_id or 0, unit_id=by.unit_id,
            after={"kind": kind},
        )  # fmt: skip
