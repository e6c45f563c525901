"""Two at once, on a real server: one decision, one wage record, one payment, 200 times over.

On a file all writers stand in one line, so these races can only be lost on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.access.actor import Actor
from app.errors import Conflict, NotAllowed, Refused
from app.payments import service as payments
from app.workflow import service
from models import (
    Application,
    ApplicationEmployee,
    ApplicationEvent,
    CareerEvent,
    Decision,
    IdempotencyKey,
    PaymentBatch,
    PaymentInstruction,
    WageRecord,
    db,
)
from tests.workflow.factories import City, a_city, at_last_step, many_new_hires

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _on_a_server(request: pytest.FixtureRequest, app: Flask) -> None:
    if request.config.getoption("--database") != "postgresql":
        pytest.skip("runs on PostgreSQL")


def at_once(app: Flask, *verbs: Callable[[], Any]) -> list[Any]:
    """Start all at one barrier, each with a session of its own; what each returned or raised."""
    barrier = Barrier(len(verbs))
    results: list[Any] = [None] * len(verbs)

    def run(place: int, verb: Callable[[], Any]) -> None:
        with app.app_context():
            try:
                db.session.connection()  # the connection is open before the start
                db.session.rollback()
                barrier.wait(10)
                results[place] = verb()
            except Exception as raised:
                results[place] = raised
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(place, verb)) for place, verb in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def how_many(model: type[Any], *where: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def at_the_last_step(city: City, count: int) -> list[tuple[int, int]]:
    """Ids and revisions of applications that wait for the last approval, made from one that walked there."""
    template = at_last_step(city)
    row = {
        name: getattr(template, name)
        for name in (
            "state", "round", "step_position", "step_permission", "step_entered_at", "due_on", "submitted_at",
            "submitted_by_id", "revision",
        )
    }  # fmt: skip
    ids = [draft.id for draft in many_new_hires(city, count)]
    db.session.execute(update(Application).where(Application.id.in_(ids)).values(row))
    db.session.commit()
    return [(key, row["revision"]) for key in ids]


def exceptions(results: list[Any]) -> list[Any]:
    return [result for result in results if isinstance(result, Exception)]


def effects_of(key: int) -> tuple[int, int, int, int]:
    """Decisions at the last step, career events, wage records and payments of an application."""
    return (
        how_many(Decision, Decision.application_id == key),
        how_many(CareerEvent, CareerEvent.application_id == key),
        how_many(WageRecord, WageRecord.application_id == key),
        how_many(PaymentInstruction, PaymentInstruction.application_id == key),
    )


def test_two_approvers_at_once_make_one_decision_one_record_one_payment_200_times(app: Flask) -> None:
    city = a_city()
    for key, seen in at_the_last_step(city, 200):
        results = at_once(
            app,
            partial(service.approve, key, by=city.approver, revision=seen),
            partial(service.approve, key, by=city.approver_2, revision=seen),
        )
        lost = exceptions(results)
        assert len(lost) == 1, results
        assert isinstance(lost[0], Conflict | NotAllowed), lost
        assert effects_of(key) == (1, 1, 1, 1)


def test_a_double_click_on_approve_gives_one_result_twice_200_times(app: Flask) -> None:
    city = a_city()
    for key, seen in at_the_last_step(city, 200):
        approve = partial(service.approve, key, by=city.approver, revision=seen, key=f"k{key}")
        results = at_once(app, approve, approve)
        assert not exceptions(results)
        assert results[0] == results[1]
    assert (how_many(WageRecord), how_many(PaymentInstruction), how_many(IdempotencyKey)) == (200, 200, 200)


def submit(key: int, by: Actor) -> Any:
    found = db.session.get(Application, key)
    assert found is not None
    return service.enter_review(found, by=by, revision=1)


def test_a_double_submit_enters_review_once_200_times(app: Flask) -> None:
    city = a_city()
    drafts = [draft.id for draft in many_new_hires(city, 200)]
    for key in drafts:
        results = at_once(app, partial(submit, key, city.clerk), partial(submit, key, city.clerk))
        lost = exceptions(results)
        assert len(lost) == 1, results
        assert isinstance(lost[0], Refused)
    assert how_many(Application, Application.round == 1) == 200
    assert how_many(ApplicationEvent, ApplicationEvent.kind == "submitted") == 200


def test_an_approver_against_one_who_rejects_leaves_one_outcome(app: Flask) -> None:
    city = a_city()
    for key, seen in at_the_last_step(city, 20):
        results = at_once(
            app,
            partial(service.approve, key, by=city.approver, revision=seen),
            partial(service.reject, key, by=city.approver_2, revision=seen, note="不符"),
        )
        assert len(exceptions(results)) == 1, results
        db.session.rollback()
        state = db.session.scalar(select(Application.state).where(Application.id == key))
        assert effects_of(key) == ((1, 1, 1, 1) if state == "APPROVED" else (1, 0, 0, 0))


def test_two_applications_for_one_person_approved_at_once_write_one_chain(app: Flask) -> None:
    city = a_city()
    waiting = at_the_last_step(city, 20)
    for (one, seen), (two, _) in zip(waiting[::2], waiting[1::2], strict=True):
        twin = db.session.query(ApplicationEmployee).filter_by(application_id=two).one()
        staff_id = db.session.query(ApplicationEmployee.staff_id).filter_by(application_id=one).scalar()
        twin.staff_id = staff_id
        db.session.commit()
        results = at_once(
            app,
            partial(service.approve, one, by=city.approver, revision=seen),
            partial(service.approve, two, by=city.approver_2, revision=seen),
        )
        assert [type(lost) for lost in exceptions(results)] == [Conflict], results
        assert how_many(WageRecord, WageRecord.staff_id == staff_id) == 1


def test_two_finance_officers_never_take_one_line_twice(app: Flask) -> None:
    city = a_city()
    waiting = at_the_last_step(city, 24)
    for start in range(0, 24, 3):
        for key, seen in waiting[start : start + 3]:
            service.approve(key, by=city.approver, revision=seen)
        results = at_once(app, *[partial(payments.take_batch, by=city.finance)] * 2)
        assert [type(lost) for lost in exceptions(results)] == [Conflict], results
        taken = next(result for result in results if not isinstance(result, Exception))
        assert taken.line_count == 3
    assert how_many(PaymentBatch) == 8
    assert how_many(PaymentInstruction, PaymentInstruction.batch_id.is_(None)) == 0


def test_a_line_confirmed_twice_at_once_is_paid_once(app: Flask) -> None:
    city = a_city()
    for key, seen in at_the_last_step(city, 8):
        service.approve(key, by=city.approver, revision=seen)
        batch = payments.take_batch(by=city.finance)
        line = db.session.query(PaymentInstruction).filter_by(batch_id=batch.batch_id).one()
        number, revision = line.id, line.revision
        db.session.rollback()
        results = at_once(
            app,
            partial(payments.confirm, number, by=city.finance, revision=revision),
            partial(payments.confirm_batch, batch.batch_id, by=city.finance),
        )
        assert len(exceptions(results)) == 1, results
        assert how_many(Application, Application.id == key, Application.state == "PAID") == 1
        paid = how_many(ApplicationEvent, ApplicationEvent.application_id == key, ApplicationEvent.kind == "paid")
        assert paid == 1
