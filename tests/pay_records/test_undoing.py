"""Taking back the decision that was entered last: what followed it is written again as if it had never been."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from app import clock
from app.errors import Conflict, Stale
from app.pay import queries
from app.pay.proof import differences
from app.pay.undoing import undo_newest, what_undoing_does
from models import CareerEvent, Job, PaymentInstruction, Staff, WageRecord, db
from models.payments import InstructionState
from tests.pay_records.test_chain import again, in_work
from tests.pay_records.test_same_moment import somebody_else
from tests.workflow.factories import City, a_city, a_draft, an_employee_with_career, approved, count_of

pytestmark = pytest.mark.usefixtures("app")

INCREMENT = {"type": "assessment", "year": 2017, "result": "QUALIFIED"}


def late_promotion(city: City) -> Staff:
    """Promoted in August 2017, approved in April 2018, after the increment of January 2018."""
    staff = in_work(city, INCREMENT)
    approved(city, a_draft(city, staff, "post_appointment", appointed_on="2017-08-15", post="TECH-11"))
    return again(staff)


def chain_of(staff: Staff) -> list[tuple[date, str, int]]:
    db.session.rollback()
    return [(link.effective_month, link.cause, link.total_fen) for link in queries.chain_of(staff.id)]


def test_a_late_promotion_is_undone_and_the_increment_after_it_stands_as_before() -> None:
    city = a_city()
    staff = in_work(city, INCREMENT)
    before = chain_of(staff)
    approved(city, a_draft(city, staff, "post_appointment", appointed_on="2017-08-15", post="TECH-11"))
    assert chain_of(staff) != before
    undo_newest(staff.id, by=city.approver, revision=again(staff).revision, reason="聘任文件有误")
    assert chain_of(staff) == before
    assert again(staff).post == "TECH-12"
    assert count_of(PaymentInstruction) == 0
    assert not list(differences())
    assert len(queries.links_of(staff.id)) == 5, (
        "nothing is deleted: opening, increment, both raised, the increment again"
    )


def test_what_would_be_undone_is_told_before() -> None:
    city = a_city()
    staff = late_promotion(city)
    plan = what_undoing_does(staff)
    assert (plan.record.cause, plan.record.effective_month) == ("post_appointment", date(2017, 9, 1))
    assert [link.cause for link in plan.gone] == ["post_appointment", "increment"]
    assert [link.cause.kind for link in plan.anew] == ["increment"]
    assert plan.before_fen - plan.after_fen == 20_00  # post 12 to post 11 is 1,490 to 1,510
    assert plan.payment is not None
    assert plan.payment.back_pay_fen == 8 * 20_00


def test_what_a_new_standard_was_paid_on_is_not_undone() -> None:
    city = a_city()
    staff = late_promotion(city)
    link = queries.chain_of(staff.id)[-1]
    job = Job(kind="repricing", params={}, total=1, made_by_id=city.approver.account_id, made_at=clock.now(),
              finished_at=clock.now(), state="DONE", result={})  # fmt: skip
    db.session.add(job)
    db.session.flush()
    db.session.add(
        PaymentInstruction(
            job_id=job.id, staff_id=staff.id, unit_id=staff.unit_id, wage_record_id=link.id,
            effective_month=date(2018, 5, 1), before_fen=1, after_fen=2, back_pay_fen=0,
            state=InstructionState.CONFIRMED, confirmed_at=clock.now(), created_at=clock.now(),
        )
    )  # fmt: skip
    db.session.commit()
    with pytest.raises(Conflict, match="A new standard was paid"):
        what_undoing_does(again(staff))


def test_what_later_events_rest_on_is_not_undone() -> None:
    """A lowering of the post already entered for June needs the grading; without it there would be no wage."""
    city = a_city()
    staff = an_employee_with_career(
        city.school, {"type": "join", "date": "2016-07-01"},
        {"type": "sanction", "kind": "POST_LOWERED", "date": "2018-06-10", "post": "TECH-13"},
        joined_on=date(2016, 7, 1),
    )  # fmt: skip
    approved(city, a_draft(city, staff, "grading", graded_on="2017-07-01", post="TECH-12"))
    with pytest.raises(Conflict, match="Without it the wage cannot be worked out"):
        what_undoing_does(again(staff))


def test_an_event_that_somebody_else_voided_is_not_undone_twice() -> None:
    city = a_city()
    staff = late_promotion(city)
    with (
        somebody_else("UPDATE career_events", "UPDATE career_events SET voided_at = created_at"),
        pytest.raises(Stale, match="Somebody else changed"),
    ):
        undo_newest(staff.id, by=city.approver, revision=staff.revision, reason="有误")
    db.session.rollback()
    assert count_of(WageRecord, voided_at=None) == 3


def test_a_wage_without_any_event_is_not_undone() -> None:
    city = a_city()
    staff = late_promotion(city)
    db.session.execute(update(CareerEvent).values(voided_at=clock.now()))
    with pytest.raises(Conflict, match="not decided by an application"):
        what_undoing_does(staff)
