"""Verbs of the audit: write down a change, write down a reading. Both are sealed when the work commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app import clock
from app.access.actor import Actor
from app.audit.chain import Pending, add
from models.base import db

MASKED = "•••"
_SECRET = frozenset(
    {"password_hash", "id_number_cipher", "id_number_index", "id_tail_index", "token_hash", "device_hash"}
)


def record(
    action: str,
    *,
    by: Actor,
    kind: str,
    record_id: int | str,
    unit_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
    subjects: Iterable[int] = (),
) -> None:
    """Write an event into the present work. `action` is `record:verb`; secrets among the values are masked.

    What was done through a phone link says so, whichever verb it was.
    """
    if by.within is not None:
        note = "; ".join(part for part in (f"through phone link {by.within.link_id}", note) if part)
    fields = {
        "at": clock.now(),
        "actor_id": by.account_id,
        "actor_name": by.name,
        "address": by.address[:60],
        "request_id": by.request_id[:40],
        "action": action,
        "record_kind": kind,
        "record_id": str(record_id),
        "unit_id": unit_id,
        "before": _plain(before),
        "after": _plain(after),
        "note": note[:500],
    }
    add(db.session(), Pending(fields, tuple(subjects)))


def read(
    action: str, *, by: Actor, kind: str, record_id: int | str, subjects: Iterable[int], unit_id: int | None = None,
    note: str = "",
) -> None:  # fmt: skip
    """Write down that pay or identity data of `subjects` (staff ids) was read. Call it inside a transaction."""
    record(action, by=by, kind=kind, record_id=record_id, unit_id=unit_id, subjects=subjects, note=note)


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {name: MASKED if name in _SECRET and value else _json(value) for name, value in values.items()}


def _json(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _json(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_json(inner) for inner in value]
    return value
