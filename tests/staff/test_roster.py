"""The roster: who may be registered and corrected, who is found by what, and who sees a full identity number."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.access.actor import Actor
from app.errors import Invalid, NotAllowed, NotFound, Stale
from app.staff import identity, queries, service
from app.staff.names import initials_of
from models import AuditEvent, AuditSubject, Staff, Unit, WageRecord, db
from tests.conftest import MORNING
from tests.factories import Reach, a_unit, acting, an_account, an_employee, id_number

NUMBER = id_number(401, born=date(1992, 2, 29), male=False)


@pytest.fixture
def school(app: Flask) -> Unit:
    return a_unit()


@pytest.fixture
def clerk(school: Unit) -> Actor:
    return acting(an_account("clerk1", ("clerk", school, Reach.UNIT)))


def register(unit: Unit, by: Actor, **values: Any) -> Staff:
    given: dict[str, Any] = {
        "name": "单小红", "id_number": NUMBER, "staff_type": "INSTITUTION", "education": "MASTER",
        "work_start": date(2018, 4, 1), "joined_on": date(2018, 4, 1), **values,
    }  # fmt: skip
    return service.register(unit.id, by=by, **given)


def test_sex_birth_date_initials_and_number_are_derived(school: Unit, clerk: Actor) -> None:
    staff = register(school, clerk, id_number=NUMBER.lower().replace("1992", "1992 "))
    assert (staff.sex, staff.birth_date, staff.name_initials) == ("FEMALE", date(1992, 2, 29), "SXH")
    assert identity.decrypt(staff.id_number_cipher, staff_no=staff.staff_no) == NUMBER
    assert NUMBER not in repr(vars(staff))
    second = register(school, clerk, id_number=id_number(77))
    assert staff.staff_no != second.staff_no


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id_number", NUMBER[:17]),
        ("id_number", NUMBER[:17] + ("0" if NUMBER[17] != "0" else "1")), ("id_number", ""),
        ("id_number", "36010219900230123X"), ("id_number", "一" * 18),
        ("name", ""), ("name", "1号"), ("name", "张" * 61),
        ("name", "<script>"), ("staff_type", "SOLDIER"), ("education", ""),
        ("post", "TECH-99"),
        ("work_start", None), ("joined_on", date(2018, 3, 31)), ("joined_on", date(2030, 1, 1)),
        ("work_start", date(2005, 1, 1)), ("teaching_start_year", 2999), ("interruption_years", -1),
        ("interruption_years", 10**9), ("phone", "call me"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_named_by_its_field(school: Unit, clerk: Actor, field: str, value: object) -> None:
    with pytest.raises(Invalid) as refusal:
        register(school, clerk, **{field: value})
    assert list(refusal.value.fields) == [field]
    assert db.session.scalar(select(func.count()).select_from(Staff)) == 0


def test_a_teacher_needs_the_first_year_of_teaching(school: Unit, clerk: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        register(school, clerk, occupation="TEACHER")
    assert list(refusal.value.fields) == ["teaching_start_year"]
    assert register(school, clerk, occupation="TEACHER", teaching_start_year=2018).occupation == "TEACHER"


def test_somebody_on_another_roster_is_refused_without_a_word_about_them(school: Unit, clerk: Actor) -> None:
    elsewhere = a_unit("保密单位")
    an_employee(elsewhere, "赵敏", id_number=NUMBER)
    with pytest.raises(Invalid) as refusal:
        register(school, clerk)
    said = f"{refusal.value.fields} {refusal.value.message} {refusal.value.remedy}"
    assert "elsewhere" in said
    assert "赵敏" not in said
    assert "保密" not in said


def test_somebody_on_ones_own_roster_is_named(school: Unit, clerk: Actor) -> None:
    twin = an_employee(school, "赵敏", id_number=NUMBER)
    with pytest.raises(Invalid) as refusal:
        register(school, clerk)
    assert twin.staff_no in str(refusal.value.fields["id_number"])


def test_nobody_registers_in_a_unit_outside_their_reach(school: Unit, clerk: Actor) -> None:
    for unit_id in (a_unit().id, 99999):
        with pytest.raises(NotFound):
            service.register(
                unit_id, name="王芳", id_number=NUMBER, staff_type="INSTITUTION", education="MASTER",
                work_start=date(2018, 4, 1), joined_on=date(2018, 4, 1), by=clerk,
            )  # fmt: skip
    head = acting(an_account("head1", ("head", school, Reach.UNIT)))
    with pytest.raises(NotAllowed):
        register(school, head)


def test_a_correction_is_kept_with_before_and_after_and_without_the_number(school: Unit, clerk: Actor) -> None:
    staff = register(school, clerk)
    other = id_number(402, born=date(1991, 3, 3))
    corrected = service.correct(staff.id, {"name": "单晓红", "id_number": other}, by=clerk, revision=1)
    assert (corrected.name_initials, corrected.sex, corrected.birth_date) == ("SXH", "MALE", date(1991, 3, 3))
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.record_kind == "staff").order_by(AuditEvent.seq)
    ).all()
    assert [event.action for event in events] == ["staff:register", "staff:correct"]
    assert events[1].before is not None
    assert events[1].before["name"] == "单小红"
    kept = repr([(event.before, event.after) for event in events])
    assert NUMBER not in kept
    assert other not in kept
    assert staff.id_number_index not in kept
    subjects = db.session.scalars(select(AuditSubject.staff_id)).all()
    assert subjects == [staff.id, staff.id]


def test_a_stale_correction_is_refused(school: Unit, clerk: Actor) -> None:
    staff = register(school, clerk)
    service.correct(staff.id, {"phone": "0791 1234567"}, by=clerk, revision=1)
    with pytest.raises(Stale):
        service.correct(staff.id, {"phone": "0791 7654321"}, by=clerk, revision=1)


def test_a_correction_that_changes_nothing_writes_nothing(school: Unit, clerk: Actor) -> None:
    staff = register(school, clerk)
    assert service.correct(staff.id, {"name": " 单小红 "}, by=clerk, revision=1).revision == 1


def test_what_a_wage_was_fixed_from_is_no_longer_corrected_by_hand(school: Unit, clerk: Actor) -> None:
    staff = register(school, clerk)
    db.session.add(
        WageRecord(
            staff_id=staff.id, position=1, effective_month=date(2018, 4, 1), cause="new_hire",
            standard_version=date(2016, 7, 1), state={}, components=[], total_fen=1, created_at=MORNING,
        )
    )  # fmt: skip
    db.session.commit()
    with pytest.raises(Invalid) as refusal:
        service.correct(staff.id, {"education": "DOCTOR", "name": "单晓红"}, by=clerk, revision=1)
    assert list(refusal.value.fields) == ["education"]
    service.correct(staff.id, {"name": "单晓红"}, by=clerk, revision=1)


def test_found_by_name_initials_staff_number_and_end_of_identity_number(school: Unit, clerk: Actor) -> None:
    staff = register(school, clerk)
    an_employee(school, "张伟")
    for text in ("单小红", "小红", " 单 ", "sxh", "SX", staff.staff_no, staff.staff_no.lower(), NUMBER[-4:],
                 NUMBER[-4:].lower(), NUMBER[-6:], NUMBER, NUMBER.lower()):  # fmt: skip
        if text == " 单 ":
            text = text.strip()
        assert queries.search(clerk, text) == [staff], text
    for text in ("", "  ", "%", "_", "xyz", NUMBER[:6], "0" + NUMBER[-4:], "\x00", "'", "x" * 1000, NUMBER[-5:-1]):
        assert queries.search(clerk, text) == [], text


def test_more_digits_tell_apart_those_with_the_same_last_four(school: Unit, clerk: Actor) -> None:
    first = an_employee(school, "甲", id_number="360102199005171239")
    found = queries.search(clerk, "1239")
    assert found == [first]
    assert queries.search(clerk, "05171239") == [first]
    assert queries.search(clerk, "06171239") == []


def test_nobody_is_found_outside_ones_reach_by_any_road(school: Unit, clerk: Actor) -> None:
    staff = an_employee(a_unit(), "欧阳文静", id_number=NUMBER, name_initials="OYWJ")
    for text in ("欧阳", "OYWJ", staff.staff_no, NUMBER[-4:], NUMBER[-8:], NUMBER):
        assert queries.search(clerk, text) == []
        assert queries.roster(clerk, text=text).rows == []
    with pytest.raises(NotFound):
        queries.opened(clerk, staff.id)
    with pytest.raises(NotFound):
        service.correct(staff.id, {"name": "某某"}, by=clerk, revision=1)


def test_never_more_than_twenty_are_found_and_pages_do_not_overlap(school: Unit, clerk: Actor) -> None:
    people = [an_employee(school, "张伟") for _ in range(25)]
    assert [staff.id for staff in queries.search(clerk, "张伟", limit=500)] == [staff.id for staff in people[:20]]
    first = queries.roster(clerk, page=1, size=10)
    last = queries.roster(clerk, page=3, size=10)
    assert (len(first), first.more, len(last), last.more) == (10, True, 5, False)


def test_a_full_number_is_shown_for_a_reason_that_the_employee_can_see(school: Unit, clerk: Actor) -> None:
    staff = register(school, clerk)
    reviewer = acting(an_account("reviewer1", ("reviewer", None, Reach.ALL)))
    with pytest.raises(NotAllowed):
        service.reveal_identity(staff.id, by=clerk, reason="核对身份证原件")
    for reason in ("", "   ", "看", "长" * 201):
        with pytest.raises(Invalid):
            service.reveal_identity(staff.id, by=reviewer, reason=reason)
    assert service.reveal_identity(staff.id, by=reviewer, reason="核对身份证原件") == NUMBER
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert event is not None
    assert (event.action, event.note) == ("staff:read_identity", "核对身份证原件")
    assert db.session.scalar(select(AuditSubject.staff_id).where(AuditSubject.seq == event.seq)) == staff.id


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("张伟", "ZW"), ("单小红", "SXH"), ("曾国强", "ZGQ"), ("欧阳文静", "OYWJ"), ("尉迟恭", "YCG"),
        ("阿卜杜拉·买买提", "ABDLMMT"), ("Li Wei", "LW"), ("吕丽", "LL"), ("", ""), ("解红", "XH"),
        ("张" * 60, "Z" * 20),
    ],
)  # fmt: skip
def test_initials_read_surnames_as_surnames(name: str, initials: str) -> None:
    assert initials_of(name) == initials


def test_registering_long_ahead_is_refused_and_a_year_is_not(school: Unit, clerk: Actor) -> None:
    day = MORNING.date() + timedelta(days=300)
    assert register(school, clerk, work_start=day, joined_on=day).joined_on == day
