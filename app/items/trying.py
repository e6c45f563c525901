"""A version tried before it counts: seen as its applicant, and its conditions on a real employee. Nothing is stored.

The applicant's page is built by the same code that builds the real one, from rows of a transaction that is given up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.access import scope
from app.access.actor import Actor
from app.access.policy import may, require
from app.applications.drafting import prefill
from app.applications.queries import sheet
from app.applications.sheet import ApplicationSheet
from app.audit import service as audit
from app.errors import NotFound
from app.forms import fields as forms
from app.forms.conditions import Condition, because, holds, in_words
from app.forms.facts import facts_of, known_facts
from app.items import queries as items
from app.items.editions import Version
from app.messages import Message, Named
from app.pay.effects import EFFECTS
from app.uow import reading, transaction
from models import Application, ApplicationEmployee, Staff, Unit, db
from models.applications import ApplicationState
from models.staff import Education, Sex, StaffState
from models.units import UnitType

TRY = "item:try"


class _GivenUp(Exception):
    """Ends the transaction of a preview, so that nothing of it stays."""


@dataclass(frozen=True)
class Verdict:
    """One condition of the version on the person who is tried: whether it holds, and why, in words."""

    part: str  # fields, materials, steps
    name: Named
    condition: Message
    holds: bool
    why: Message


@dataclass(frozen=True)
class Preview:
    """The page as its applicant would see it. `whole` says whether all that is shown may be shown to who tries."""

    application: Application
    sheet: ApplicationSheet
    whole: bool
    verdicts: list[Verdict] = field(default_factory=list)


def employee(staff_id: int, *, by: Actor) -> Staff:
    """A real employee within reach, to try something on. Raises NotAllowed, NotFound."""
    require(by, TRY)
    wanted = select(Staff).where(Staff.id == staff_id, scope.condition(by, TRY, Staff))
    found = db.session.scalars(wanted.options(joinedload(Staff.unit))).first()
    if found is None:
        raise NotFound
    return found


def tried(condition: Condition | None, version: Any, staff_id: int, *, by: Actor) -> Message:
    """Whether a condition holds for an employee, in a sentence; the look at the roster is written down.

    Answers are not known here, so what asks for one is told not to hold.
    """
    staff = employee(staff_id, by=by)
    _write_down(staff, version.id, by=by)
    known = known_facts(version.fields)
    facts = facts_of(staff=staff, unit=staff.unit)
    if holds(condition, facts):
        return Message("It holds for %(name)s: %(why)s.", name=staff.name, why=because(condition, facts, known))
    return Message("It does not hold for %(name)s: %(why)s.", name=staff.name, why=because(condition, facts, known))


@contextmanager
def as_applicant(
    version_id: int,
    *,
    by: Actor,
    staff_id: int | None = None,
    invented: str = "",
    called: str = "示例人员",
    typed: Mapping[str, Any] | None = None,
) -> Iterator[Preview]:  # fmt: skip
    """The page of the version for a real employee within reach, or for an invented one of a staff type,
    called as the reader would.

    What is made for it lives inside the `with` and is given up at its end. Raises NotFound, NotAllowed.
    """
    if not may(by, "item:publish"):
        require(by, "item:design")
    if staff_id is not None:
        _write_down(employee(staff_id, by=by), version_id, by=by)
    try:
        with transaction():
            version = items.parts(version_id)
            staff = employee(staff_id, by=by) if staff_id is not None else _invented(version, invented, called)
            application = _begun(version, staff, by)
            yield _seen(version, application, staff, typed or {}, whole=staff_id is None or _sees_all(by, staff))
            raise _GivenUp
    except _GivenUp:
        pass


def verdicts(version: Version, facts: Mapping[str, Any]) -> list[Verdict]:
    """Every condition of the version for these facts."""
    known = known_facts(version.fields)
    conditions: Sequence[tuple[str, Named, Condition | None]] = [
        *(("fields", Named(one.label_zh, one.label_en), one.condition) for one in version.fields),
        *(("materials", Named(one.name_zh, one.name_en), one.condition) for one in version.materials),
        *(("steps", Named(one.name_zh, one.name_en), one.skip_condition) for one in version.steps),
    ]
    return [
        Verdict(part, name, in_words(one, known), holds(one, facts), because(one, facts, known))
        for part, name, one in conditions
        if one is not None
    ]


def _seen(
    version: Version, application: Application, staff: Staff, typed: Mapping[str, Any], *, whole: bool
) -> Preview:  # fmt: skip
    values, problems = forms.read_answers(version.fields, typed)
    made = sheet(application, values=values, typed=typed, problems=problems)
    return Preview(application, made, whole, verdicts(version, made.facts))


def _begun(version: Version, staff: Staff, by: Actor) -> Application:
    """What starting it would write, but for the number, which is not used up."""
    now = clock.now()
    application = Application(
        number=f"PREVIEW-{uuid4().hex[:12]}", item_id=version.item_id, item_version_id=version.id,
        unit_id=staff.unit_id, title=staff.name, state=ApplicationState.DRAFT, created_by_id=by.account_id,
        created_at=now, changed_at=now,
    )  # fmt: skip
    application.employees = [ApplicationEmployee(staff_id=staff.id)]
    db.session.add(application)
    db.session.flush()
    unit = db.session.get_one(Unit, staff.unit_id)
    prefill(application, version.fields, {}, facts_of(staff=staff, unit=unit))
    db.session.flush()
    return application


def _invented(version: Version, staff_type: str, name: str) -> Staff:
    """Somebody who does not exist, as the effect wants them: without a wage yet, or in service."""
    kinds = version.staff_types or ["INSTITUTION"]
    effect = EFFECTS.get(version.effect or "")
    mark = uuid4().hex
    unit = Unit(code=f"X{mark[:12]}", name="示例单位", name_en="Sample unit", unit_type=UnitType.FULLY_FUNDED,
                credit_code=mark[:18])  # fmt: skip
    db.session.add(unit)
    db.session.flush()
    began = clock.today() - timedelta(days=365)
    staff = Staff(
        unit_id=unit.id, staff_no=f"X{mark[:12]}", name=name, name_initials="SLRY", sex=Sex.FEMALE,
        birth_date=began.replace(year=began.year - 25, day=1), id_number_cipher="", id_number_index=mark,
        id_tail_index=mark, staff_type=staff_type if staff_type in kinds else kinds[0], education=Education.BACHELOR,
        work_start=began, joined_on=began,
        state=StaffState.PENDING if effect is not None and effect.enters else StaffState.ACTIVE,
    )  # fmt: skip
    db.session.add(staff)
    db.session.flush()
    return staff


def _sees_all(by: Actor, staff: Staff) -> bool:
    """Whether the pay and the other applications of this employee are theirs to see."""
    return bool(may(by, "pay:read", staff)) and bool(may(by, "application:read", staff))


def _write_down(staff: Staff, version_id: int, *, by: Actor) -> None:
    with reading():
        audit.read(TRY, by=by, kind="item_version", record_id=version_id, subjects=[staff.id], unit_id=staff.unit_id)
