"""The library of reasons: ready sentences for returning and rejecting, by item and step, counted when used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, literal, or_, select, update

from app import clock
from app.access import policy
from app.access.actor import Actor
from app.audit.queries import stale_page
from app.audit.service import record
from app.errors import Invalid, NotFound
from app.items.queries import parts
from app.messages import Message, Named
from app.uow import atomic
from models import Application, ItemStep, Reason, ReasonUse, ServiceItem, db
from models.base import Key
from models.queue import ReasonKind

MOST = 300
_COLUMNS = ("kind", "item_id", "step_key", "text_zh", "text_en", "active")


def library(application: Application) -> Mapping[str, list[Named]]:
    """The reasons that fit an application where it stands, by kind: those of its item and step first. One statement."""
    step = parts(application.item_version_id).step(application.step_position or 0)
    rows = db.session.execute(
        select(Reason.kind, Reason.text_zh, Reason.text_en, Reason.item_id, Reason.step_key)
        .where(
            Reason.active,
            or_(Reason.item_id.is_(None), Reason.item_id == application.item_id),
            or_(Reason.step_key.is_(None), Reason.step_key == (step.key if step else "")),
        )
        .order_by(Reason.id)
        .limit(MOST)
    ).all()
    found: dict[str, list[Named]] = {kind: [] for kind in ReasonKind}
    for row in sorted(rows, key=lambda row: -((row.item_id is not None) + (row.step_key is not None))):
        found[row.kind].append(Named(row.text_zh, row.text_en))
    return found


def count_uses(decision_id: int, said: Sequence[str], item_id: int) -> None:
    """Count the reasons of the library that a decision says, in one statement that locks no reason."""
    texts = sorted({one.strip() for one in said if one.strip()})
    if not texts:
        return
    used = select(Reason.id, literal(decision_id, Key)).where(
        Reason.active,
        or_(Reason.item_id.is_(None), Reason.item_id == item_id),
        or_(Reason.text_zh.in_(texts), Reason.text_en.in_(texts)),
    )
    db.session.execute(insert(ReasonUse).from_select(["reason_id", "decision_id"], used))


@atomic
def add_reason(*, by: Actor, **values: Any) -> Reason:
    """Put a sentence into the library: `kind`, `text_zh`, `text_en`, and `item_id` or `step_key` where it is theirs."""
    policy.require(by, "reason:edit")
    fit = _checked(values)
    made = Reason(**fit, created_at=clock.now(), created_by_id=by.account_id)
    db.session.add(made)
    db.session.flush()
    record("reason:create", by=by, kind="reason", record_id=made.id, after=fit)
    return made


@atomic
def change_reason(reason_id: int, *, by: Actor, revision: int, **values: Any) -> Reason:
    """Change a sentence of the library from the page of that revision. What was said before stays as it was said."""
    policy.require(by, "reason:edit")
    row = db.session.get(Reason, reason_id, populate_existing=True)
    if row is None:
        raise NotFound
    before = {name: getattr(row, name) for name in _COLUMNS}
    fit = _checked({**before, **values})
    changed = db.session.execute(
        update(Reason)
        .where(Reason.id == reason_id, Reason.revision == revision)
        .values(**fit, revision=revision + 1)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise stale_page("reason", reason_id)
    db.session.refresh(row)
    record("reason:change", by=by, kind="reason", record_id=reason_id, before=before, after=fit)
    return row


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    fit: dict[str, Any] = {name: values.get(name) for name in _COLUMNS} | {"active": bool(values.get("active", True))}
    fit["step_key"] = fit["step_key"] or None
    problems: dict[str, Message] = {}
    if fit["kind"] not in list(ReasonKind):
        problems["kind"] = Message("Choose what the reason is for.")
    for name in ("text_zh", "text_en"):
        fit[name] = said = " ".join(str(fit[name] or "").split())
        if not 2 <= len(said) <= 300:
            problems[name] = Message("Write the sentence in 2 to 300 characters.")
    if fit["item_id"] is not None and db.session.get(ServiceItem, fit["item_id"]) is None:
        problems["item_id"] = Message("Choose one of the service items.")
    if fit["step_key"] and not db.session.scalar(select(ItemStep.id).where(ItemStep.key == fit["step_key"]).limit(1)):
        problems["step_key"] = Message("No service item has a step of this code.")
    if problems:
        raise Invalid(fields=problems)
    return fit
