"""Policy values by date: what holds on a day, and the verb that sets one from a day on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import or_, select, update
from sqlalchemy.orm import joinedload

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.audit import service as audit
from app.budgets.rules import CLASSES, Policy, parameters, policy_of, read_number
from app.errors import Conflict, Invalid
from app.messages import Message
from app.uow import atomic
from models import BudgetPolicy, db


def policies_on(day: date) -> dict[str, Policy]:
    """The policy of every class on a day, in one statement."""
    values: dict[str, dict[str, Decimal]] = {unit_class: {} for unit_class in CLASSES}
    rows = db.session.execute(
        select(BudgetPolicy.unit_class, BudgetPolicy.key, BudgetPolicy.value).where(
            BudgetPolicy.valid_from <= day, or_(BudgetPolicy.valid_to.is_(None), BudgetPolicy.valid_to > day)
        )
    )
    for row in rows:
        if row.key in parameters():
            values[row.unit_class][row.key] = Decimal(row.value)
    return {unit_class: policy_of(unit_class, found) for unit_class, found in values.items()}


def policy_on(day: date, unit_class: str) -> Policy:
    """The policy of one class on a day."""
    return policies_on(day)[unit_class]


def history() -> Sequence[BudgetPolicy]:
    """Every value that was ever set, newest first."""
    return db.session.scalars(
        select(BudgetPolicy)
        .options(joinedload(BudgetPolicy.changed_by))
        .order_by(BudgetPolicy.valid_from.desc(), BudgetPolicy.id.desc())
    ).all()


@atomic
def set_value(
    unit_class: str, key: str, text: str, *, valid_from: date | None, document: str, by: Actor
) -> BudgetPolicy:  # fmt: skip
    """Let a value hold for a class of units from a day on, by a document. The value before it ends on that day."""
    require(by, "budget:policy")
    value = _checked(unit_class, key, text, valid_from, document)
    assert valid_from is not None
    current = db.session.scalars(
        select(BudgetPolicy).where(
            BudgetPolicy.unit_class == unit_class, BudgetPolicy.key == key, BudgetPolicy.valid_to.is_(None)
        )
    ).one_or_none()
    if current is not None:
        if valid_from <= current.valid_from:
            raise Invalid(
                fields={"valid_from": Message("A value holds from %(day)s already; choose a later day.",
                                              day=current.valid_from)}
            )  # fmt: skip
        _end(current, valid_from)
    row = BudgetPolicy(
        unit_class=unit_class, key=key, value=f"{value.normalize():f}", valid_from=valid_from,
        document=document.strip(), changed_by_id=by.account_id, changed_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    audit.record(
        "budget:policy", by=by, kind="budget_policy", record_id=row.id,
        before={"value": current.value, "valid_from": current.valid_from} if current else None,
        after={"unit_class": unit_class, "key": key, "value": row.value, "valid_from": valid_from,
               "document": row.document},
    )  # fmt: skip
    return row


def _end(current: BudgetPolicy, day: date) -> None:
    """Guarded, so that of two who set a value at once one is told."""
    ended = db.session.execute(
        update(BudgetPolicy)
        .where(BudgetPolicy.id == current.id, BudgetPolicy.valid_to.is_(None))
        .values(valid_to=day)
        .execution_options(synchronize_session=False)
    )
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(Message("Somebody else has set this value meanwhile."), remedy=Message("Reload the page."))


def _checked(unit_class: str, key: str, text: str, valid_from: date | None, document: str) -> Decimal:
    wrong: dict[str, Message] = {}
    known = parameters().get(key)
    if unit_class not in CLASSES:
        wrong["unit_class"] = Message("Choose the class of units.")
    if known is None:
        wrong["key"] = Message("Choose the value that is to be set.")
    number = read_number(text)
    if number is None:
        wrong["value"] = Message("“%(text)s” is not a number.", text=text[:40])
    elif known is not None and not known.least <= number <= known.most:
        wrong["value"] = Message(
            "It must lie between %(least)s and %(most)s.", least=f"{known.least:f}", most=f"{known.most:f}"
        )
    elif known is not None and len(f"{number.normalize():f}") > 20:
        wrong["value"] = Message("“%(text)s” is not a number.", text=text[:40])
    if valid_from is None:
        wrong["valid_from"] = Message("Say from which day it holds.")
    if not 2 <= len(document.strip()) <= 200:
        wrong["document"] = Message("Write the number of the document, 2 to 200 characters.")
    if wrong:
        raise Invalid(fields=wrong)
    assert number is not None
    return number
