"""Two people at one wage in one moment: the second is refused with what to do, and nothing of theirs stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, event, update

from app import clock
from app.errors import Conflict, Stale
from app.messages import Message
from app.pay import queries
from app.pay.events import event_from_json
from app.pay.proof import differences
from app.pay.recording import rewrite
from app.pay.replay import replay
from app.pay.service import preview_change
from app.pay.undoing import undo_newest
from app.workflow import service as workflow
from models import Application, ApplicationEmployee, CareerEvent, PaymentInstruction, Staff, WageRecord, db
from models.staff import StaffState
from tests.factories import an_employee
from tests.pay_records.decisions import decided
from tests.workflow.factories import (
    City,
    a_city,
    a_draft,
    a_new_hire,
    an_employee_with_career,
    approved,
    at_last_step,
    count_of,
    fresh,
)

pytestmark = pytest.mark.usefixtures("app")

OPENING = {"type": "opening", "date": "2016-07-01", "post": "TECH-12", "grade": 7}


@contextmanager
def somebody_else(statement: str, meanwhile: str) -> Iterator[None]:
    """What another transaction wrote is there in the moment before the first statement that begins like this."""
    done: list[str] = []

    def interpose(connection: Any, cursor: Any, asked: str, *_rest: Any) -> None:
        if asked.startswith(statement) and not done:
            done.append(asked)
            cursor.execute(meanwhile)

    event.listen(db.engine, "before_cursor_execute", interpose)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", interpose)
    assert done


def in_work(city: City, **values: Any) -> Staff:
    return an_employee_with_career(city.school, OPENING, joined_on=date(2010, 7, 1), **values)


def revision_of(staff: Staff) -> int:
    db.session.rollback()
    found = db.session.get(Staff, staff.id, populate_existing=True)
    assert found is not None
    return found.revision


@pytest.mark.parametrize(
    ("statement", "meanwhile"),
    [
        ("UPDATE wage_records", "UPDATE wage_records SET voided_at = created_at"),
        ("DELETE FROM payment_instructions", "UPDATE payment_instructions SET revision = revision + 1"),
    ],
)
def test_who_undoes_what_somebody_else_just_changed_is_told(statement: str, meanwhile: str) -> None:
    city = a_city()
    staff = approved(city).employees[0].staff
    revision = revision_of(staff)
    with somebody_else(statement, meanwhile), pytest.raises(Stale, match="Somebody else changed"):
        undo_newest(staff.id, by=city.approver, revision=revision, reason="有误")
    db.session.rollback()
    assert count_of(PaymentInstruction) == 1


def test_a_result_that_somebody_else_just_voided_is_not_undone_twice() -> None:
    city = a_city()
    staff = in_work(city)
    decided(city, staff, "allowance", day="2018-03-05", kind="POST", action="START", monthly=26_000)
    with (
        somebody_else("UPDATE results", "UPDATE results SET voided_at = created_at"),
        pytest.raises(Stale, match="Somebody else changed"),
    ):
        undo_newest(staff.id, by=city.approver, revision=revision_of(staff), reason="有误")
    db.session.rollback()
    assert db.session.query(Application).filter_by(state="REJECTED").count() == 0


def test_an_approval_after_the_record_was_changed_is_refused() -> None:
    city = a_city()
    application = at_last_step(city)
    meanwhile = "UPDATE staff SET revision = revision + 1"
    with somebody_else("UPDATE staff", meanwhile), pytest.raises(Conflict, match="changed at the same moment"):
        workflow.approve(application.id, by=city.approver, revision=fresh(application).revision)
    db.session.rollback()
    assert count_of(WageRecord) == 0


def test_a_link_that_somebody_else_voided_is_not_written_over() -> None:
    staff = in_work(a_city())
    chain = queries.chain_of(staff.id)
    person, (opening,) = queries.career_of(staff)
    career = replay(person, [event_from_json({**opening.to_json(), "grade": 9})])
    db.session.execute(update(WageRecord).values(voided_at=clock.now()))
    with pytest.raises(Conflict, match="at the same moment"):
        rewrite(staff, career, chain, chain, {})


def test_who_has_no_wage_has_nothing_to_undo() -> None:
    city = a_city()
    staff = an_employee(city.school)
    with pytest.raises(Conflict, match="has no wage record"):
        undo_newest(staff.id, by=city.approver, revision=staff.revision, reason="有误")


def test_a_record_without_a_payment_is_undone_all_the_same() -> None:
    city = a_city()
    staff = approved(city).employees[0].staff
    db.session.execute(delete(PaymentInstruction))
    db.session.commit()
    undo_newest(staff.id, by=city.approver, revision=revision_of(staff), reason="有误")
    assert queries.current_link(staff.id) is None


def test_what_was_shown_when_filed_is_kept_if_it_is_what_is_approved() -> None:
    city = a_city()
    staff = in_work(city)
    application = a_draft(city, staff, "increment", assessment_year=2017, result="QUALIFIED")
    shown = preview_change(staff, "increment", {"year": 2017, "result": "QUALIFIED"})
    db.session.execute(
        update(ApplicationEmployee).where(ApplicationEmployee.application_id == application.id).values(
            effective_month=date.fromisoformat(shown["effective_month"]), before_fen=shown["before"]["total_fen"],
            after_fen=shown["after"]["total_fen"], back_pay_fen=shown["back_pay"]["total_fen"],
            change={"seen": "when it was filed"},
        )
    )  # fmt: skip
    db.session.commit()
    assert fresh(approved(city, application)).employees[0].change == {"seen": "when it was filed"}


def test_a_change_whose_amount_before_is_not_known_is_refused() -> None:
    city = a_city()
    staff = an_employee_with_career(city.school, {**OPENING, "grade": 13}, joined_on=date(2010, 7, 1))
    shown = preview_change(staff, "increment", {"year": 2017, "result": "QUALIFIED"})
    assert shown["after"] is None
    assert "Grade 13" in str(Message.from_json(shown["problem"]))


def test_who_has_left_gets_no_change() -> None:
    city = a_city()
    staff = in_work(city)
    db.session.execute(update(Staff).values(state=StaffState.ENDED, left_on=date(2018, 4, 1)))
    db.session.commit()
    shown = preview_change(db.session.get(Staff, staff.id), "increment", {"year": 2017, "result": "QUALIFIED"})
    assert "has left the unit" in str(Message.from_json(shown["problem"]))


def test_a_new_teacher_begins_to_teach_in_the_year_of_joining() -> None:
    city = a_city()
    application = approved(city, a_new_hire(city, occupation="TEACHER"))
    assert application.employees[0].staff.teaching_start_year == 2018


def test_grading_after_probation_is_shown_before_it_is_filed() -> None:
    staff = an_employee_with_career(a_city().school, {"type": "join", "date": "2017-04-01"})
    shown = preview_change(staff, "grading", {"day": "2018-04-01", "post": "TECH-12"})
    assert [part["code"] for part in shown["before"]["components"]] == ["PROBATION_WAGE"]
    assert [part["code"] for part in shown["after"]["components"]] == ["POST_WAGE", "GRADE_WAGE"]


def proof_says(staff: Staff) -> str:
    (found,) = differences()
    assert found.staff_id == staff.id
    return str(found.reason)


def test_the_proof_names_a_broken_chain_and_a_career_that_cannot_be_replayed() -> None:
    city = a_city()
    staff = in_work(city)
    assert not list(differences())
    with db.session.begin_nested():
        event_row = db.session.query(CareerEvent).filter_by(staff_id=staff.id).one()
        event_row.data = {**event_row.data, "post": "TECH-99"}
    assert "TECH-99" in proof_says(staff)
    db.session.rollback()
    first = queries.chain_of(staff.id)[0]
    link = {key: getattr(first, key) for key in ("staff_id", "effective_month", "cause", "standard_version", "state",
                                                 "components", "total_fen", "created_at")}  # fmt: skip
    db.session.add(WageRecord(**link, previous_id=first.id, position=2))
    db.session.flush()
    db.session.execute(update(WageRecord).where(WageRecord.id == first.id).values(voided_at=clock.now()))
    assert "1 records hang on none" in proof_says(staff)
    db.session.rollback()
    db.session.execute(update(WageRecord).values(voided_at=clock.now()))
    assert not list(differences())
    db.session.rollback()


def test_the_proof_names_a_record_whose_event_no_longer_holds() -> None:
    staff = an_employee_with_career(
        a_city().school, OPENING, {"type": "assessment", "year": 2016, "result": "QUALIFIED"}
    )
    db.session.execute(update(CareerEvent).where(CareerEvent.year == 2016).values(voided_at=clock.now()))
    assert "2 records are kept, the rules give 1" in proof_says(staff)
