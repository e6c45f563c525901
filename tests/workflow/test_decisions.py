"""Deciding: the way through the steps, who may, claims, returns, and what a stale page is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from app.workflow import service
from app.workflow.rules import Mark
from models import (
    ApplicationEvent,
    AuditEvent,
    CareerEvent,
    Decision,
    PaymentInstruction,
    ReturnMark,
    Staff,
    WageRecord,
    db,
)
from tests.workflow.factories import (
    a_city,
    a_draft,
    a_new_hire,
    approved,
    at_last_step,
    count_of,
    filed,
    fresh,
    passed,
)

pytestmark = pytest.mark.usefixtures("app")


def test_an_application_goes_through_every_step_to_its_wage() -> None:
    city = a_city()
    application = filed(city, a_new_hire(city))
    seen = [application.step_permission]
    for decider in city.deciders(application):
        service.approve(application.id, by=decider, revision=fresh(application).revision)
        seen.append(fresh(application).step_permission)
    assert seen == [
        "application:confirm", "application:review", "application:first_review", "application:recheck",
        "application:approve", None,
    ]  # fmt: skip
    application = fresh(application)
    assert (application.state, application.step_position) == ("APPROVED", None)
    link = db.session.query(WageRecord).one()
    payment = db.session.query(PaymentInstruction).one()
    assert link.application_id == application.id
    assert (link.cause, link.effective_month.isoformat()) == ("join", "2018-04-01")
    assert (payment.state, payment.before_fen, payment.after_fen) == ("WAITING", 0, link.total_fen)
    assert payment.back_pay_fen == link.total_fen  # April, since a change approved in April is first paid in May
    staff = db.session.query(Staff).one()
    assert staff.state == "ACTIVE"
    assert count_of(CareerEvent) == 1


def test_a_unit_without_supervising_department_skips_its_review() -> None:
    city = a_city()
    application = filed(city, a_new_hire(city, unit=city.other, by=city.other_clerk), by=city.other_clerk)
    service.approve(application.id, by=city.other_head, revision=application.revision)
    assert fresh(application).step_permission == "application:first_review"


def test_a_reviewer_cannot_decide_what_they_filed() -> None:
    city = a_city()
    application = filed(city, a_new_hire(city, by=city.head))
    with pytest.raises(NotAllowed, match="filed this application yourself"):
        service.approve(application.id, by=city.head, revision=application.revision)


def test_nobody_decides_two_steps_of_one_application() -> None:
    city = a_city()
    application = passed(city, filed(city, a_new_hire(city)), steps=3)
    from tests.factories import Reach, acting, an_account

    both = acting(an_account("both", ("reviewer", None, Reach.ALL), ("rechecker", None, Reach.ALL)))
    other = passed(city, filed(city, a_new_hire(city)), steps=2)
    service.approve(other.id, by=both, revision=other.revision)
    with pytest.raises(NotAllowed, match="earlier step"):
        service.approve(other.id, by=both, revision=fresh(other).revision)
    service.approve(application.id, by=both, revision=application.revision)


def test_four_eyes_hold_after_a_return_too() -> None:
    city = a_city()
    from tests.factories import Reach, acting, an_account

    both = acting(an_account("both", ("reviewer", None, Reach.ALL), ("approver", None, Reach.ALL)))
    application = passed(city, filed(city, a_new_hire(city)), steps=2)
    service.approve(application.id, by=both, revision=application.revision)
    service.return_for_correction(
        application.id,
        by=city.rechecker,
        revision=fresh(application).revision,
        note="看不清",
        marks=[Mark("MATERIAL", "M01", "模糊")],
    )
    application = filed(city, fresh(application))
    service.approve(application.id, by=city.rechecker, revision=application.revision)
    with pytest.raises(NotAllowed, match="earlier step"):
        service.approve(application.id, by=both, revision=fresh(application).revision)


def test_another_units_head_is_told_that_there_is_no_such_application() -> None:
    city = a_city()
    application = filed(city, a_new_hire(city))
    for verb in (service.claim, service.release, service.approve):
        with pytest.raises(NotFound):
            verb(application.id, by=city.other_head, revision=application.revision)
    with pytest.raises(NotFound):
        service.approve(999_999, by=city.other_head, revision=1)


def test_a_role_that_does_not_decide_this_step_is_told_so() -> None:
    city = a_city()
    application = filed(city, a_new_hire(city))
    with pytest.raises(NotAllowed, match="do not include"):
        service.approve(application.id, by=city.approver, revision=application.revision)
    assert count_of(Decision) == 0


def test_a_stale_page_is_told_who_decided_when() -> None:
    city = a_city()
    application = passed(city, filed(city, a_new_hire(city)), steps=2)
    seen = application.revision
    service.approve(application.id, by=city.reviewer, revision=seen)
    with pytest.raises(Stale, match=r"approved at this step by reviewer"):  # not: that the next step is not theirs
        service.approve(application.id, by=city.reviewer_2, revision=seen)
    other = passed(city, filed(city, a_new_hire(city)), steps=2)
    seen = other.revision
    service.claim(other.id, by=city.reviewer, revision=seen)
    service.release(other.id, by=city.reviewer, revision=fresh(other).revision)
    with pytest.raises(Stale, match=r"released by reviewer at 2018-04-03 09:00. It is now: In review"):
        service.approve(other.id, by=city.reviewer_2, revision=seen)


def test_only_the_claimer_decides_until_the_claim_is_released_or_two_working_hours_old() -> None:
    city = a_city()
    application = passed(city, filed(city, a_new_hire(city)), steps=2)
    service.claim(application.id, by=city.reviewer, revision=application.revision)
    held = fresh(application)
    with pytest.raises(Conflict, match="reviewer has had this application on the desk since 2018-04-03 09:00"):
        service.approve(application.id, by=city.reviewer_2, revision=held.revision)
    with pytest.raises(Conflict):
        service.claim(application.id, by=city.reviewer_2, revision=held.revision)
    with clock.frozen(clock.now() + timedelta(hours=2, minutes=1)):
        service.claim(application.id, by=city.reviewer_2, revision=held.revision)
    assert fresh(application).claimed_by_id == city.reviewer_2.account_id


def test_a_return_opens_what_was_marked_and_comes_back_to_the_same_step() -> None:
    city = a_city()
    application = passed(city, filed(city, a_new_hire(city)), steps=2)
    service.return_for_correction(
        application.id, by=city.reviewer, revision=application.revision, note="合同不清楚",
        marks=[Mark("MATERIAL", "M01", "第二页模糊"), Mark("ANSWER", "education", "与学历证书不符")],
    )  # fmt: skip
    returned = fresh(application)
    assert (returned.state, returned.step_position, returned.step_permission) == ("RETURNED", 3, None)
    assert count_of(ReturnMark) == 2
    again = filed(city, returned)
    assert (again.state, again.step_position, again.round) == ("IN_REVIEW", 3, 2)
    service.approve(again.id, by=city.reviewer, revision=again.revision)
    assert fresh(again).step_position == 4


@pytest.mark.parametrize(
    ("note", "marks"),
    [
        ("", [Mark("MATERIAL", "M01", "模糊")]),
        ("看不清", []),
        ("看不清", [Mark("MATERIAL", "M99", "模糊")]),
        ("看不清", [Mark("ANSWER", "no_such_field", "不对")]),
        ("看不清", [Mark("OTHER", "M01", "不对")]),
        ("看不清", [Mark("MATERIAL", "M01", "  ")]),
        ("长" * 1001, [Mark("MATERIAL", "M01", "模糊")]),
    ],
)
def test_a_return_needs_a_note_and_marks_that_exist(note: str, marks: list[Mark]) -> None:
    city = a_city()
    application = filed(city, a_new_hire(city))
    with pytest.raises(Invalid):
        service.return_for_correction(
            application.id, by=city.head, revision=application.revision, note=note, marks=marks
        )
    assert fresh(application).state == "IN_REVIEW"
    assert count_of(Decision) == 0


def test_a_rejection_needs_a_reason_and_ends_the_application() -> None:
    city = a_city()
    application = filed(city, a_new_hire(city))
    with pytest.raises(Invalid):
        service.reject(application.id, by=city.head, revision=application.revision, note=" ")
    service.reject(application.id, by=city.head, revision=application.revision, note="不属于本事项")
    ended = fresh(application)
    assert (ended.state, ended.step_position, ended.step_permission) == ("REJECTED", None, None)
    with pytest.raises(Stale, match="rejected by head"):
        service.approve(application.id, by=city.head, revision=ended.revision)


def test_an_application_that_is_in_review_cannot_be_submitted_again() -> None:
    city = a_city()
    application = filed(city, a_new_hire(city))
    with pytest.raises(Stale):
        service.enter_review(application, by=city.clerk)


def test_the_same_key_gives_the_first_result_and_another_body_is_refused() -> None:
    city = a_city()
    application = at_last_step(city)
    number, seen = application.id, application.revision
    first = service.approve(number, by=city.approver, revision=seen, key="k1")
    again = service.approve(number, by=city.approver, revision=seen, key="k1")
    assert again == first
    with pytest.raises(Conflict, match="other content"):
        service.approve(number, by=city.approver, revision=seen, note="不同", key="k1")
    assert count_of(WageRecord) == 1


def test_a_wage_without_table_stops_the_approval_with_a_sentence_and_leaves_nothing() -> None:
    city = a_city()
    application = at_last_step(city, a_new_hire(city, joined_on="2018-07-02"))
    with pytest.raises(Conflict, match="cannot be written") as refused:
        service.approve(application.id, by=city.approver, revision=application.revision)
    assert refused.value.remedy is not None
    assert fresh(application).state == "IN_REVIEW"
    assert (count_of(CareerEvent), count_of(WageRecord), count_of(PaymentInstruction)) == (0, 0, 0)


def test_a_crash_in_the_middle_of_an_approval_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.workflow import final

    city = a_city()
    application = at_last_step(city)
    decisions, events = count_of(Decision), count_of(ApplicationEvent)
    audited = count_of(AuditEvent)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(final.payments, "instruct", fail)
    with pytest.raises(RuntimeError):
        service.approve(application.id, by=city.approver, revision=application.revision, key="k")
    monkeypatch.undo()
    assert fresh(application).state == "IN_REVIEW"
    assert (count_of(Decision), count_of(ApplicationEvent), count_of(AuditEvent)) == (decisions, events, audited)
    assert (count_of(WageRecord), count_of(CareerEvent)) == (0, 0)
    service.approve(application.id, by=city.approver, revision=application.revision, key="k")
    assert fresh(application).state == "APPROVED"


def test_a_second_first_wage_for_the_same_person_is_refused() -> None:
    city = a_city()
    first = a_new_hire(city)
    staff = first.employees[0].staff
    second = a_draft(city, staff, "new_hire", joined_on="2018-04-01", education="BACHELOR")
    approved(city, first)
    second = at_last_step(city, second)
    with pytest.raises(Conflict, match="already has a wage"):
        service.approve(second.id, by=city.approver, revision=second.revision)
