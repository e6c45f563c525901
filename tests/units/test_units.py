"""Units: codes that can be right, a tree without rings, and a closure that always says who reaches whom."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from app.access.actor import Actor, system
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from app.units import service
from app.units.reach import rebuild_reach
from app.uow import transaction
from models import AuditEvent, Unit, UnitReach, db
from models.staff import StaffState
from tests.factories import Reach, a_unit, acting, an_account, an_employee, credit_code

ROOT = system("test")


def create(name: str = "一中", number: int = 900, *, by: Actor = ROOT, **values: object) -> Unit:
    return service.create(
        code=f"T{number}", name=name, unit_type="FULLY_FUNDED", credit_code=credit_code(number), by=by,
        **values,  # type: ignore[arg-type]
    )  # fmt: skip


def events() -> Sequence[AuditEvent]:
    return db.session.scalars(select(AuditEvent).where(AuditEvent.record_kind == "unit")).all()


def uppers(unit: Unit) -> set[int]:
    return set(db.session.scalars(select(UnitReach.upper_id).where(UnitReach.unit_id == unit.id)))


def closure() -> set[tuple[int, int]]:
    return {(row.upper_id, row.unit_id) for row in db.session.scalars(select(UnitReach))}


def true_closure() -> set[tuple[int, int]]:
    """By walking up from each unit, one edge at a time."""
    units = {unit.id: unit for unit in db.session.scalars(select(Unit))}
    pairs = set()
    for start in units:
        waiting, seen = [start], set()
        while waiting:
            here = waiting.pop()
            if here not in seen:
                seen.add(here)
                waiting += [up for up in (units[here].parent_id, units[here].supervising_id) if up is not None]
        pairs |= {(upper, start) for upper in seen}
    return pairs


def test_a_new_unit_is_reached_by_those_above_and_by_its_supervisor(app: Flask) -> None:
    city = a_unit()
    bureau, district = a_unit(parent=city), a_unit(parent=city)
    school = create(parent_id=district.id, supervising_id=bureau.id)
    assert uppers(school) == {school.id, district.id, bureau.id, city.id}


def test_moving_a_unit_moves_all_below_it(app: Flask) -> None:
    one, two = a_unit(), a_unit()
    school = a_unit(parent=one, supervising=one)
    branch = a_unit(parent=school)
    service.change(school.id, by=ROOT, revision=1, parent_id=two.id, supervising_id=two.id)
    assert uppers(branch) == {branch.id, school.id, two.id}
    assert closure() == true_closure()


def test_a_ring_is_refused(app: Flask) -> None:
    top = a_unit()
    middle = a_unit(parent=top)
    low = a_unit(parent=middle)
    for below in (top, middle, low):
        with pytest.raises(Invalid) as refusal:
            service.move(top.id, parent_id=below.id, by=ROOT, revision=1)
        assert "parent_id" in refusal.value.fields
    with pytest.raises(Invalid):
        service.change(top.id, by=ROOT, revision=1, supervising_id=low.id)
    assert closure() == true_closure()


def test_the_closure_stays_true_through_many_moves(app: Flask) -> None:
    random = Random(7)
    units = [a_unit()]
    for _ in range(14):
        units.append(a_unit(parent=random.choice(units)))
    ids = [unit.id for unit in units]
    moved = 0
    for _ in range(60):
        unit = db.session.get(Unit, random.choice(ids), populate_existing=True)
        assert unit is not None
        field = random.choice(["parent_id", "supervising_id"])
        try:
            service.change(unit.id, by=ROOT, revision=unit.revision, **{field: random.choice([None, *ids])})
            moved += 1
        except Invalid:
            continue
        assert closure() == true_closure()
    assert moved > 15
    with transaction():
        rebuild_reach()
    assert closure() == true_closure()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("credit_code", "123456789012345670"), ("credit_code", ""), ("credit_code", "1"), ("credit_code", "O" * 18),
        ("code", ""), ("code", "x" * 21), ("name", "  "), ("name", "长" * 121), ("name_en", "x" * 161),
        ("unit_type", "SCHOOL"), ("parent_id", 99999), ("supervising_id", 99999),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_named_by_its_field(app: Flask, field: str, value: object) -> None:
    unit = a_unit()
    with pytest.raises(Invalid) as refusal:
        service.change(unit.id, by=ROOT, revision=1, **{field: value})
    assert list(refusal.value.fields) == [field]
    assert events() == []


def test_codes_belong_to_one_unit(app: Flask) -> None:
    first = a_unit()
    with pytest.raises(Invalid) as refusal:
        service.create(code=first.code.lower(), name="二中", unit_type="ORGAN", credit_code=first.credit_code, by=ROOT)
    assert set(refusal.value.fields) == {"code", "credit_code"}


def test_a_stale_page_is_refused_and_names_who_changed_it(app: Flask) -> None:
    unit = a_unit()
    chief = acting(an_account("chief", ("administrator", None, Reach.ALL)))
    service.change(unit.id, by=chief, revision=1, name="新名")
    with pytest.raises(Stale) as refusal:
        service.change(unit.id, by=ROOT, revision=1, name="旧名")
    assert "chief" in str(refusal.value)
    assert db.session.scalar(select(Unit.name).where(Unit.id == unit.id)) == "新名"


def test_a_unit_with_staff_or_units_below_is_not_closed(app: Flask) -> None:
    top = a_unit()
    school = a_unit(parent=top)
    pupil = an_employee(school)
    for unit in (top, school):
        with pytest.raises(Conflict):
            service.close(unit.id, by=ROOT, revision=1)
    pupil.state, pupil.left_on = StaffState.ENDED, pupil.joined_on
    db.session.commit()
    service.close(school.id, by=ROOT, revision=1)
    service.close(top.id, by=ROOT, revision=1)
    with pytest.raises(Conflict):
        service.close(top.id, by=ROOT, revision=2)


def test_a_clerk_cannot_change_units_and_a_district_administrator_only_their_own(app: Flask) -> None:
    district, other = a_unit(), a_unit()
    clerk = acting(an_account("clerk", ("clerk", district, Reach.UNIT)))
    local = acting(an_account("local", ("administrator", district, Reach.SUBTREE)))
    with pytest.raises(NotAllowed):
        service.change(district.id, by=clerk, revision=1, name="别名")
    with pytest.raises(NotFound):
        service.change(other.id, by=local, revision=1, name="别名")
    with pytest.raises(NotAllowed):
        create(by=local)
    assert uppers(create(by=local, parent_id=district.id)) >= {district.id}
    with pytest.raises(NotFound):
        create(by=local, parent_id=other.id, number=901)


def test_a_change_is_in_the_audit_with_before_and_after(app: Flask) -> None:
    unit = a_unit("旧名")
    service.change(unit.id, by=ROOT, revision=1, name="新名", unit_type=unit.unit_type)
    (event,) = events()
    assert (event.action, event.before, event.after) == ("unit:change", {"name": "旧名"}, {"name": "新名"})
