"""A request that may arrive twice: the same key and body get the first result, another body is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.access.actor import Actor
from app.errors import Conflict, Invalid, Refused
from app.messages import Message
from app.uow import transaction
from models import IdempotencyKey, db

MAX_KEY = 80


def once(
    key: str | None, verb: str, body: Mapping[str, Any], by: Actor, work: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Do `work` in one transaction and keep its result under the key; a repeat of key and body gets that result.

    The key is written last, in the same transaction, and its unique key is the guard: of two that arrive together one
    commits, and the other, whatever it failed on, then finds the first one's result. Without a key, or for the system
    itself, the work is simply done.
    """
    if not key or by.account_id is None:
        with transaction():
            return work()
    if len(key) > MAX_KEY:
        raise Invalid(Message("This request carries a key that is too long."), remedy=_RELOAD)
    digest = _digest(verb, body)
    session = db.session()
    if session.info.get("in_work"):  # a joined work cannot go on after a refused insert, so it looks first
        return _first_result(key, digest, by) or _do_and_keep(key, verb, digest, by, work)
    try:
        with transaction():
            return _do_and_keep(key, verb, digest, by, work)
    except (Refused, IntegrityError):
        first = _first_result(key, digest, by)
        if first is None:
            raise
        return first


_RELOAD = Message("Load the page again and repeat what you did.")


def _do_and_keep(key: str, verb: str, digest: str, by: Actor, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    result = work()
    db.session.flush()
    db.session.execute(
        insert(IdempotencyKey).values(
            account_id=by.account_id, key=key, verb=verb, body_hash=digest, result=result, created_at=clock.now()
        )
    )
    return result


def _first_result(key: str, digest: str, by: Actor) -> dict[str, Any] | None:
    kept = db.session.execute(
        select(IdempotencyKey.body_hash, IdempotencyKey.result).where(
            IdempotencyKey.account_id == by.account_id, IdempotencyKey.key == key
        )
    ).one_or_none()
    if kept is None:
        return None
    if kept.body_hash != digest:
        raise Conflict(
            Message("This request was already sent once with other content, so it was not carried out again."),
            remedy=_RELOAD,
        )
    result: dict[str, Any] = kept.result
    return result


def _digest(verb: str, body: Mapping[str, Any]) -> str:
    plain = json.dumps([verb, body], ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return sha256(plain.encode()).hexdigest()
