"""Verbs on the roster: register an employee, correct what is written, show a full identity number for a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.exc import IntegrityError

from app.access import policy
from app.access.actor import Actor
from app.audit import service as audit
from app.audit.queries import stale_page
from app.errors import Conflict, Invalid, NotFound
from app.messages import Message
from app.staff import identity
from app.staff.checking import CORRECTABLE, FIXED_BY_PAY, checked
from app.staff.names import initials_of
from app.staff.numbering import next_staff_no
from app.staff.queries import opened
from app.uow import atomic
from models import Staff, Unit, WageRecord, db

LEAST_REASON = 4


@atomic
def register(
    unit_id: int, *, name: str, id_number: str, staff_type: str, education: str, work_start: date, joined_on: date,
    by: Actor, post: str | None = None, occupation: str | None = None, teaching_start_year: int | None = None,
    teaching_deducted_years: int = 0, interruption_years: int = 0, phone: str = "",
) -> Staff:  # fmt: skip
    """Put somebody on a unit's roster, without a wage yet. Sex and birth date come from the identity number."""
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        policy.require(by, "staff:register")
        raise NotFound
    policy.require(by, "staff:register", unit)
    if not unit.active:
        raise Conflict(Message("This unit is closed."), remedy=Message("Choose a unit that is in operation."))
    values = checked(
        {
            "name": name, "id_number": id_number, "staff_type": staff_type, "education": education,
            "work_start": work_start, "joined_on": joined_on, "post": post, "occupation": occupation,
            "teaching_start_year": teaching_start_year, "teaching_deducted_years": teaching_deducted_years,
            "interruption_years": interruption_years, "phone": phone,
        }
    )  # fmt: skip
    number = values.pop("id_number")
    _refuse_twin(number, by)
    staff_no = next_staff_no()
    staff = Staff(unit_id=unit.id, staff_no=staff_no, **values, **_of_number(number, staff_no),
                  name_initials=initials_of(values["name"]))  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(staff)
    except IntegrityError:
        raise _on_a_roster() from None
    audit.record(
        "staff:register", by=by, kind="staff", record_id=staff.id, unit_id=unit.id, subjects=[staff.id],
        after={"staff_no": staff_no, **values, "id_number_cipher": staff.id_number_cipher},
    )  # fmt: skip
    return staff


@atomic
def correct(staff_id: int, values: Mapping[str, Any], *, by: Actor, revision: int) -> Staff:
    """Correct fields of the roster. What a wage was fixed from can no longer be corrected once there is one."""
    unknown = set(values) - CORRECTABLE
    if unknown:
        raise TypeError(f"the roster has no {sorted(unknown)} that could be corrected")
    staff = db.session.get(Staff, staff_id, populate_existing=True)
    if staff is None:
        policy.require(by, "staff:edit")
        raise NotFound
    policy.require(by, "staff:edit", staff)
    present = {name: getattr(staff, name) for name in CORRECTABLE - {"id_number"}}
    present["id_number"] = identity.decrypt(staff.id_number_cipher, staff_no=staff.staff_no)
    wanted = checked({**present, **values})
    changed = {name: wanted[name] for name in values if wanted[name] != present[name]}
    _refuse_fixed(staff, changed)
    if not changed:
        return staff
    stored = dict(changed)
    if "id_number" in stored:
        number = stored.pop("id_number")
        _refuse_twin(number, by)
        stored |= _of_number(number, staff.staff_no)
    if "name" in stored:
        stored["name_initials"] = initials_of(stored["name"])
    _write(staff, stored, by, revision)
    return staff


@atomic
def reveal_identity(staff_id: int, *, by: Actor, reason: str) -> str:
    """The full identity number, for a reason that is written down and that the employee can see."""
    staff = opened(by, staff_id, "staff:read_identity")
    why = " ".join(reason.split())
    if not LEAST_REASON <= len(why) <= 200:
        raise Invalid(fields={"reason": Message("Write in a few words why you need the full number; it is kept.")})
    audit.read(
        "staff:read_identity", by=by, kind="staff", record_id=staff.id, unit_id=staff.unit_id, subjects=[staff.id],
        note=why,
    )  # fmt: skip
    return identity.decrypt(staff.id_number_cipher, staff_no=staff.staff_no)


def _of_number(number: str, staff_no: str) -> dict[str, Any]:
    return {
        "id_number_cipher": identity.encrypt(number, staff_no=staff_no), "id_number_index": identity.index_of(number),
        "id_tail_index": identity.tail_index_of(number), "sex": identity.sex_of(number),
        "birth_date": identity.birth_date_of(number),
    }  # fmt: skip


def _refuse_twin(number: str, by: Actor) -> None:
    """Somebody in reach is named; of somebody elsewhere nothing is said but that the number is known."""
    twin = db.session.scalars(select(Staff).where(Staff.id_number_index == identity.index_of(number))).one_or_none()
    if twin is None:
        return
    if policy.may(by, "staff:read", twin):
        raise Invalid(
            fields={
                "id_number": Message(
                    "%(name)s (%(number)s) with this identity number is on your roster already.",
                    name=twin.name, number=twin.staff_no,
                )
            }
        )  # fmt: skip
    raise _on_a_roster()


def _on_a_roster() -> Invalid:
    return Invalid(
        fields={"id_number": Message("This identity number is already on a roster elsewhere.")},
        remedy=Message("Compare it with the card. If it is right, the person must be transferred to your unit."),
    )


def _refuse_fixed(staff: Staff, changed: Mapping[str, Any]) -> None:
    fixed = changed.keys() & FIXED_BY_PAY
    if fixed and db.session.scalar(
        select(exists().where(WageRecord.staff_id == staff.id, WageRecord.voided_at.is_(None)))
    ):
        sentence = Message("The present wage was fixed from this, so it changes only through an application.")
        raise Invalid(fields=dict.fromkeys(sorted(fixed), sentence))


def _write(staff: Staff, stored: dict[str, Any], by: Actor, revision: int) -> None:
    before = {name: getattr(staff, name) for name in stored}
    try:
        with db.session.begin_nested():
            changed = db.session.execute(
                update(Staff)
                .where(Staff.id == staff.id, Staff.revision == revision)
                .values(**stored, revision=revision + 1)
                .execution_options(synchronize_session=False)
            )
    except IntegrityError:
        raise _on_a_roster() from None
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise stale_page("staff", staff.id)
    db.session.refresh(staff)
    audit.record(
        "staff:correct", by=by, kind="staff", record_id=staff.id, unit_id=staff.unit_id, subjects=[staff.id],
        before=before, after=stored,
    )  # fmt: skip
