"""Verbs on units: create, change, move, close. The closure of who reaches whom is kept in the same transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.exc import IntegrityError
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from app.access import policy
from app.access.actor import Actor
from app.audit.queries import stale_page
from app.audit.service import record
from app.errors import Conflict, Invalid, NotAllowed, NotFound
from app.messages import Message
from app.units.reach import reaches, rebuild_reach
from app.uow import atomic
from models import Application, Staff, Unit, db
from models.staff import StaffState
from models.units import UnitType

_ENDED_APPLICATIONS = ("PAID", "REJECTED", "WITHDRAWN")


@atomic
def create(
    *, code: str, name: str, unit_type: str, credit_code: str, by: Actor, name_en: str = "",
    parent_id: int | None = None, supervising_id: int | None = None,
) -> Unit:  # fmt: skip
    """Create a unit below `parent_id`. Raises Invalid with a sentence for each field."""
    _lock_the_tree()
    values = _tidy(
        {"code": code, "name": name, "name_en": name_en, "unit_type": unit_type, "credit_code": credit_code,
         "parent_id": parent_id, "supervising_id": supervising_id}
    )  # fmt: skip
    _require_place(by, parent_id)
    _require_fit(None, values, by)
    unit = Unit(**values)
    try:
        with db.session.begin_nested():
            db.session.add(unit)
    except IntegrityError:
        raise _twin() from None
    rebuild_reach(below=unit.id)
    record("unit:create", by=by, kind="unit", record_id=unit.id, unit_id=unit.id, after=values)
    return unit


@atomic
def change(unit_id: int, *, by: Actor, revision: int, **values: Any) -> Unit:
    """Change what is named: code, name, name_en, unit_type, credit_code, parent_id, supervising_id."""
    unknown = set(values) - {"code", "name", "name_en", "unit_type", "credit_code", "parent_id", "supervising_id"}
    if unknown:
        raise TypeError(f"a unit has no {sorted(unknown)} that could be changed")
    _lock_the_tree()
    unit = _opened(unit_id, by)
    changed = {name: value for name, value in _tidy(values).items() if getattr(unit, name) != value}
    if "parent_id" in changed:
        _require_place(by, changed["parent_id"])
    _require_fit(unit, changed, by)
    if changed:
        _write(unit, by, "unit:change", revision, changed)
        if changed.keys() & {"parent_id", "supervising_id"}:
            rebuild_reach(below=unit.id)
    return unit


def move(unit_id: int, *, parent_id: int | None, by: Actor, revision: int) -> Unit:
    """Put a unit, with all below it, under another one. Raises Invalid where the tree would close into a ring."""
    return change(unit_id, by=by, revision=revision, parent_id=parent_id)


@atomic
def close(unit_id: int, *, by: Actor, revision: int) -> None:
    """End a unit that has no staff, no open applications and no units below it any more."""
    _lock_the_tree()
    unit = _opened(unit_id, by)
    if not unit.active:
        raise Conflict(Message("This unit is closed already."), remedy=Message("Reload the list."))
    for left, sentence in (
        ((Staff.unit_id == unit.id) & (Staff.state != StaffState.ENDED),
         Message("There are still employees on the roster of this unit.")),
        ((Application.unit_id == unit.id) & Application.state.not_in(_ENDED_APPLICATIONS),
         Message("There are still open applications of this unit.")),
        ((Unit.parent_id == unit.id) & Unit.active, Message("There are still units below this one.")),
        ((Unit.supervising_id == unit.id) & Unit.active, Message("This unit still supervises others.")),
    ):  # fmt: skip
        if _any(left):
            raise Conflict(sentence, remedy=Message("Move or end them first, then close the unit."))
    _write(unit, by, "unit:close", revision, {"active": False})


def _opened(unit_id: int, by: Actor) -> Unit:
    unit = db.session.get(Unit, unit_id, populate_existing=True)
    if unit is None:
        policy.require(by, "unit:edit")
        raise NotFound
    policy.require(by, "unit:edit", unit)
    return unit


def _write(unit: Unit, by: Actor, action: str, revision: int, values: dict[str, Any]) -> None:
    before = {name: getattr(unit, name) for name in values}
    try:
        with db.session.begin_nested():
            changed = db.session.execute(
                update(Unit)
                .where(Unit.id == unit.id, Unit.revision == revision)
                .values(**values, revision=revision + 1)
                .execution_options(synchronize_session=False)
            )
    except IntegrityError:
        raise _twin() from None
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise stale_page("unit", unit.id)
    db.session.refresh(unit)
    record(action, by=by, kind="unit", record_id=unit.id, unit_id=unit.id, before=before, after=values)


def _lock_the_tree() -> None:
    """The first unit's row stands for the tree: two moves at once could otherwise close a ring between them."""
    db.session.execute(select(Unit.id).order_by(Unit.id).limit(1).with_for_update(key_share=True))


def _tidy(values: dict[str, Any]) -> dict[str, Any]:
    tidy = {name: " ".join(value.split()) if isinstance(value, str) else value for name, value in values.items()}
    for name in ("code", "credit_code"):
        if name in tidy:
            tidy[name] = str(tidy[name]).upper().replace(" ", "")
    return tidy


def _require_place(by: Actor, parent_id: int | None) -> None:
    if parent_id is None:
        policy.require(by, "unit:edit")
        if not by.holds_everywhere("unit:edit"):
            raise NotAllowed(
                Message("Only an administrator of the whole city puts a unit at the top of the tree."),
                remedy=Message("Choose the unit above it."),
            )
        return
    upper = db.session.get(Unit, parent_id)
    if upper is None:
        policy.require(by, "unit:edit")
        raise Invalid(fields={"parent_id": _NO_SUCH_UNIT})
    policy.require(by, "unit:edit", upper)


def _require_fit(unit: Unit | None, values: dict[str, Any], by: Actor) -> None:
    problems: dict[str, Message] = {}
    for name, longest in (("code", 20), ("name", 120)):
        if name in values and not 1 <= len(values[name]) <= longest:
            problems[name] = Message("Write between 1 and %(longest)s characters.", longest=longest)
    if len(values.get("name_en", "")) > 160:
        problems["name_en"] = Message("Write at most %(longest)s characters.", longest=160)
    if "unit_type" in values and values["unit_type"] not in list(UnitType):
        problems["unit_type"] = Message("Choose one of the unit types.")
    if "credit_code" in values and not _right_credit_code(values["credit_code"]):
        problems["credit_code"] = Message(
            "This unified social credit code contradicts itself: it has 18 characters, and the last is a check digit. "
            "Compare it with the certificate."
        )
    for name in ("code", "credit_code"):
        if name in values and name not in problems and _any(getattr(Unit, name) == values[name]):
            problems[name] = Message("Another unit has this code already.")
    for name in ("parent_id", "supervising_id"):
        problem = _objection_to_upper(unit, values.get(name), by)
        if problem is not None:
            problems[name] = problem
    if problems:
        raise Invalid(fields=problems)


def _objection_to_upper(unit: Unit | None, upper_id: int | None, by: Actor) -> Message | None:
    if upper_id is None:
        return None
    upper = db.session.get(Unit, upper_id)
    if upper is None or not policy.may(by, "unit:read", upper):
        return _NO_SUCH_UNIT
    if not upper.active:
        return Message("That unit is closed. Choose one that is in operation.")
    if unit is not None and reaches(unit.id, upper_id):
        return Message("That unit lies below this one or is supervised by it, so it cannot stand above it.")
    return None


def _right_credit_code(code: str) -> bool:
    try:
        return bool(uscc.validate(code) == code)
    except ValidationError:
        return False


def _any(condition: ColumnElement[bool]) -> bool:
    return bool(db.session.scalar(select(exists().where(condition))))


def _twin() -> Conflict:
    return Conflict(
        Message("A unit with this code was created just now."), remedy=Message("Look at the list of units.")
    )


_NO_SUCH_UNIT = Message("There is no such unit in your reach.")
