"""The kept chain: what an approval writes, late changes, undoing, the shown change, and the proof."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from flask import Flask

from app import clock
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from app.messages import Message
from app.pay import queries
from app.pay.answers import answer_case
from app.pay.proof import differences, export_case
from app.pay.service import preview_change
from app.pay.undoing import undo_newest
from app.payments import service as payments
from models import AuditSubject, CareerEvent, PaymentInstruction, Staff, WageRecord, db
from tests.factories import an_employee
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


def in_work(city: City, *events: dict[str, object], **values: object) -> Staff:
    """Somebody taken over from the file in July 2016 at professional level 12, grade 7."""
    return an_employee_with_career(city.school, OPENING, *events, joined_on=date(2010, 7, 1), **values)


def again(staff: Staff) -> Staff:
    db.session.rollback()
    found = db.session.get(Staff, staff.id, populate_existing=True)
    assert found is not None
    return found


def test_an_increment_links_to_the_record_before_it() -> None:
    city = a_city()
    staff = in_work(city)
    before = queries.current_link(staff.id)
    assert before is not None
    approved(city, a_draft(city, staff, "increment", assessment_year=2017, result="QUALIFIED"))
    after = queries.current_link(staff.id)
    assert after is not None
    assert (after.previous_id, after.cause, after.effective_month) == (before.id, "increment", date(2018, 1, 1))
    assert after.state["grade"] == 8
    assert after.total_fen > before.total_fen
    payment = db.session.query(PaymentInstruction).one()
    assert (payment.before_fen, payment.after_fen) == (before.total_fen, after.total_fen)
    assert payment.back_pay_fen == 4 * (after.total_fen - before.total_fen)  # January to April
    assert db.session.query(AuditSubject).filter_by(staff_id=staff.id).count() >= 1


def test_every_kept_amount_carries_rule_table_and_standard() -> None:
    city = a_city()
    staff = in_work(city)
    link = queries.current_link(staff.id)
    assert link is not None
    parts = {part["code"]: part for part in link.components}
    assert parts["POST_WAGE"]["table"] == "institution_post_wage"
    assert parts["GRADE_WAGE"]["rule"] == "I-1"
    assert sum(part["amount_fen"] for part in link.components) == link.total_fen


def test_a_late_change_voids_what_follows_and_writes_it_again() -> None:
    city = a_city()
    staff = in_work(city)
    approved(city, a_draft(city, staff, "increment", assessment_year=2017, result="QUALIFIED"))
    old = queries.chain_of(staff.id)
    later = approved(city, a_draft(city, staff, "increment", assessment_year=2016, result="EXCELLENT"))
    chain = queries.chain_of(staff.id)
    assert [(link.effective_month.year, link.state["grade"]) for link in chain] == [(2016, 7), (2017, 8), (2018, 9)]
    assert chain[0].id == old[0].id
    everything = queries.links_of(staff.id)
    assert [link.position for link in everything] == [1, 2, 3, 4]
    assert [link.voided_at is None for link in everything] == [True, False, True, True]
    assert chain[1].application_id == later.id
    assert chain[2].application_id == old[1].application_id
    assert not list(differences())
    second = db.session.query(PaymentInstruction).order_by(PaymentInstruction.id.desc()).first()
    assert second is not None
    assert second.after_fen == chain[2].total_fen  # what is paid from now on, with both years
    assert second.before_fen == old[1].total_fen


def test_a_post_appointment_sets_the_post_on_the_roster() -> None:
    city = a_city()
    staff = in_work(city)
    approved(city, a_draft(city, staff, "post_appointment", appointed_on="2018-03-20", post="TECH-10"))
    assert again(staff).post == "TECH-10"
    link = queries.current_link(staff.id)
    assert link is not None
    assert link.effective_month == date(2018, 4, 1)


def test_the_same_assessment_year_counts_once() -> None:
    city = a_city()
    staff = in_work(city)
    approved(city, a_draft(city, staff, "increment", assessment_year=2017, result="QUALIFIED"))
    second = at_last_step(city, a_draft(city, staff, "increment", assessment_year=2017, result="EXCELLENT"))
    from app.workflow import service

    with pytest.raises(Conflict, match="2017 is already on record"):
        service.approve(second.id, by=city.approver, revision=second.revision)
    assert count_of(CareerEvent, kind="assessment") == 1


def test_the_shown_change_has_amounts_back_pay_and_reasons() -> None:
    city = a_city()
    staff = in_work(city)
    shown = preview_change(staff, "increment", {"year": 2017, "result": "QUALIFIED"})
    assert shown["effective_month"] == "2018-01-01"
    assert shown["difference_fen"] == shown["after"]["total_fen"] - shown["before"]["total_fen"] > 0
    assert shown["back_pay"]["months"] == 4
    assert shown["back_pay"]["total_fen"] == 4 * shown["difference_fen"]
    assert shown["problem"] is None
    assert [str(Message.from_json(reason)) for reason in shown["reasons"]]
    json.dumps(shown)  # it is kept with the application
    assert count_of(CareerEvent, kind="assessment") == 0


def test_a_new_hire_starts_from_nothing() -> None:
    city = a_city()
    staff = an_employee(city.school)
    shown = preview_change(staff, "new_hire", {"day": "2018-04-01", "education": "MASTER"})
    assert shown["before"] == {"total_fen": 0, "components": []}
    assert shown["after"]["components"][0]["code"] == "INITIAL_WAGE"


@pytest.mark.parametrize(
    ("effect", "facts", "says"),
    [
        ("increment", {"year": 2018, "result": "QUALIFIED"}, "2018-07-01"),  # January 2019 has no confirmed table
        ("increment", {"year": 2017, "result": "UNQUALIFIED"}, "would not change the wage"),
        ("increment", {"year": 2017}, "Still missing"),
        ("increment", {"year": "soon", "result": "QUALIFIED"}, "cannot be read"),
        ("new_hire", {"day": "2018-04-01", "education": "MASTER"}, "already has a wage"),
        ("post_appointment", {"day": "2018-03-20", "post": "TECH-99"}, "TECH-99"),
        ("post_appointment", {"day": "2018-06-20", "post": "TECH-10"}, "2018-07"),
    ],
)
def test_what_cannot_be_calculated_is_a_sentence_with_a_remedy(
    effect: str, facts: dict[str, object], says: str
) -> None:
    city = a_city()
    shown = preview_change(in_work(city), effect, facts)
    assert shown["after"] is None
    assert says in str(Message.from_json(shown["problem"]))
    assert shown["remedy"] is not None


def test_an_employee_without_a_wage_is_told_to_file_that_first() -> None:
    city = a_city()
    shown = preview_change(an_employee(city.school), "increment", {"year": 2017, "result": "QUALIFIED"})
    assert "File the wage of a new employee first" in str(Message.from_json(shown["problem"]))


def test_undoing_the_newest_record_brings_the_one_before_back() -> None:
    city = a_city()
    staff = in_work(city)
    application = approved(city, a_draft(city, staff, "increment", assessment_year=2017, result="QUALIFIED"))
    undo_newest(staff.id, by=city.approver, revision=again(staff).revision, reason="年度考核结果有误")
    link = queries.current_link(staff.id)
    assert link is not None
    assert link.state["grade"] == 7
    assert count_of(PaymentInstruction) == 0
    assert fresh(application).state == "REJECTED"
    assert not list(differences())
    approved(city, a_draft(city, staff, "increment", assessment_year=2017, result="EXCELLENT"))
    assert [link.position for link in queries.links_of(staff.id)] == [1, 2, 3]


def test_undoing_a_first_wage_leaves_the_employee_without_one() -> None:
    city = a_city()
    application = approved(city, a_new_hire(city))
    staff = application.employees[0].staff
    undo_newest(staff.id, by=city.approver, revision=again(staff).revision, reason="录入有误")
    assert queries.current_link(staff.id) is None
    assert again(staff).state == "PENDING"


def test_what_finance_has_taken_or_paid_is_not_undone() -> None:
    city = a_city()
    application = approved(city)
    staff = application.employees[0].staff
    batch = payments.take_batch(by=city.finance)
    with pytest.raises(Conflict, match="already taken") as refused:
        undo_newest(staff.id, by=city.approver, revision=again(staff).revision, reason="有误")
    assert "return the payment" in str(refused.value.remedy)
    payments.confirm_batch(batch.batch_id, by=city.finance)
    with pytest.raises(Conflict, match="already paid"):
        undo_newest(staff.id, by=city.approver, revision=again(staff).revision, reason="有误")
    assert count_of(WageRecord, voided_at=None) == 1


def test_undoing_needs_the_right_a_reason_and_the_present_record() -> None:
    city = a_city()
    staff = approved(city).employees[0].staff
    revision = again(staff).revision
    with pytest.raises(NotAllowed):
        undo_newest(staff.id, by=city.clerk, revision=revision, reason="有误")
    with pytest.raises(NotFound):
        undo_newest(999_999, by=city.approver, revision=1, reason="有误")
    with pytest.raises(Invalid):
        undo_newest(staff.id, by=city.approver, revision=revision, reason=" ")
    with pytest.raises(Stale):
        undo_newest(staff.id, by=city.approver, revision=revision - 1, reason="有误")
    assert count_of(PaymentInstruction) == 1
    with pytest.raises(Conflict, match="not decided by an application"):
        undo_newest(in_work(city).id, by=city.approver, revision=1, reason="有误")


def test_a_changed_amount_is_found_by_the_proof(app: Flask) -> None:
    city = a_city()
    staff = in_work(city, {"type": "assessment", "year": 2016, "result": "QUALIFIED"})
    number = staff.staff_no
    assert not list(differences())
    runner = app.test_cli_runner()
    assert runner.invoke(args=["pay", "prove"]).exit_code == 0
    link = queries.current_link(staff.id)
    assert link is not None
    link.total_fen += 1
    db.session.commit()
    assert [found.staff_no for found in differences()] == [number]
    told = runner.invoke(args=["pay", "prove"])
    assert told.exit_code == 1
    assert number in told.output
    assert "1 differ" in told.output


def test_an_exported_career_answers_with_the_kept_amounts(app: Flask) -> None:
    city = a_city()
    staff = in_work(city, {"type": "assessment", "year": 2016, "result": "QUALIFIED"})
    kept = [f"{link.total_fen / 100:.2f}" for link in queries.chain_of(staff.id)]
    case = export_case(staff)
    answered = answer_case(case)
    assert [answer["total"] for answer in answered["answers"]] == kept
    told = app.test_cli_runner().invoke(args=["pay", "replay"], input=json.dumps(case) + "\n\nnot json\n")
    first, second = (json.loads(line) for line in told.output.splitlines())
    assert first == answered
    assert second["error"]["code"] == "MALFORMED_CASE"
    assert app.test_cli_runner().invoke(args=["pay", "export", staff.staff_no]).exit_code == 0
    assert "No employee" in app.test_cli_runner().invoke(args=["pay", "export", "X"]).output


def test_a_career_kept_in_rows_is_read_back_as_it_was() -> None:
    city = a_city()
    with clock.frozen(datetime(2018, 6, 5, 9, tzinfo=clock.SHANGHAI)):
        staff = in_work(
            city,
            {"type": "assessment", "year": 2016, "result": "QUALIFIED"},
            {"type": "post_appointment", "date": "2017-05-10", "post": "TECH-11"},
        )
        _, events = queries.career_of(staff)
    assert [event.type for event in events] == ["opening", "assessment", "post_appointment"]
    assert [event.to_json().get("post") for event in events] == ["TECH-12", None, "TECH-11"]


def test_the_chains_of_several_people_are_each_their_own_and_in_order() -> None:
    city = a_city()
    first, second = in_work(city, {"type": "assessment", "year": 2017, "result": "QUALIFIED"}), in_work(city)
    without = an_employee(city.school)
    found = queries.chains_of([first.id, second.id, without.id])
    assert {number: [link.id for link in links] for number, links in found.items()} == {
        one.id: [link.id for link in queries.chain_of(one.id)] for one in (first, second)
    }
    assert [link.cause for link in found[first.id]] == ["opening", "increment"]
