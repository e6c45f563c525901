"""Two at once, on a real server: one decision, one wage record, one payment, 200 times over.

On a file all writers stand in one line, so these races can only be lost on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.errors import Conflict, NotAllowed, Refused
from app.payments import service as payments
from app.workflow import service
from models import Application, CareerEvent, Decision, IdempotencyKey, PaymentBatch, PaymentInstruction, WageRecord, db
from tests.workflow.factories import a_city, a_draft, a_new_hire, at_last_step, fresh

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _on_a_server(request: pytest.FixtureRequest, app: Flask) -> Iterator[None]:
    if request.config.getoption("--database") != "postgresql":
        pytest.skip("runs on PostgreSQL")
    yield


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


def prepared(city: Any, template: Application) -> Application:
    """A copy of an application that stands at its last step, without walking there again."""
    draft = a_new_hire(city)
    row = {
        name: getattr(template, name)
        for name in ("state", "round", "step_position", "step_permission", "step_entered_at", "due_on",
                     "submitted_at", "submitted_by_id", "revision")
    }  # fmt: skip
    db.session.query(Application).filter_by(id=draft.id).update(row)
    db.session.commit()
    return fresh(draft)


def test_two_approvers_at_once_make_one_decision_one_record_one_payment(app: Flask) -> None:
    city = a_city()
    template = at_last_step(city)
    for number in range(120):
        application = prepared(city, template)
        key, seen = application.id, application.revision
        results = at_once(
            app,
            lambda: service.approve(key, by=city.approver, revision=seen),
            lambda: service.approve(key, by=city.approver_2, revision=seen),
        )
        lost = [result for result in results if isinstance(result, Exception)]
        assert len(lost) == 1, (number, results)
        assert isinstance(lost[0], Conflict | NotAllowed), lost
        assert how_many(Decision, Decision.application_id == key) == 1
        assert how_many(WageRecord, WageRecord.application_id == key) == 1
        assert how_many(CareerEvent, CareerEvent.application_id == key) == 1
        assert how_many(PaymentInstruction, PaymentInstruction.application_id == key) == 1


def test_a_double_click_on_approve_gives_one_result_twice(app: Flask) -> None:
    city = a_city()
    template = at_last_step(city)
    for number in range(50):
        application = prepared(city, template)
        key, seen = application.id, application.revision
        results = at_once(
            app, *[lambda: service.approve(key, by=city.approver, revision=seen, key=f"k{number}")] * 2
        )  # fmt: skip
        assert results[0] == results[1], (number, results)
        assert not isinstance(results[0], Exception)
        assert how_many(WageRecord, WageRecord.application_id == key) == 1
    assert how_many(IdempotencyKey) == 50


def test_a_double_submit_enters_review_once(app: Flask) -> None:
    city = a_city()
    for number in range(30):
        draft = a_new_hire(city)
        key = draft.id

        def submit() -> Any:
            found = db.session.get(Application, key)
            assert found is not None
            return service.enter_review(found, by=city.clerk, revision=1)

        results = at_once(app, submit, submit)
        lost = [result for result in results if isinstance(result, Exception)]
        assert len(lost) == 1, (number, results)
        assert isinstance(lost[0], Refused)
        assert fresh(draft).round == 1


def test_an_approver_against_one_who_rejects_leaves_one_outcome(app: Flask) -> None:
    city = a_city()
    template = at_last_step(city)
    for number in range(30):
        application = prepared(city, template)
        key, seen = application.id, application.revision
        results = at_once(
            app,
            lambda: service.approve(key, by=city.approver, revision=seen),
            lambda: service.reject(key, by=city.approver_2, revision=seen, note="不符"),
        )
        assert sum(isinstance(result, Conflict | NotAllowed) for result in results) == 1, (number, results)
        after = fresh(application)
        assert how_many(WageRecord, WageRecord.application_id == key) == (1 if after.state == "APPROVED" else 0)


def test_two_applications_for_one_person_approved_at_once_write_one_chain(app: Flask) -> None:
    city = a_city()
    template = at_last_step(city)
    for number in range(20):
        first = prepared(city, template)
        twin = a_draft(city, first.employees[0].staff, "new_hire", joined_on="2018-04-01", education="MASTER")
        row = {name: getattr(first, name) for name in (
            "state", "round", "step_position", "step_permission", "step_entered_at", "due_on", "submitted_at",
            "submitted_by_id", "revision")}  # fmt: skip
        db.session.query(Application).filter_by(id=twin.id).update(row)
        db.session.commit()
        ids, staff_id, seen = (first.id, twin.id), first.employees[0].staff_id, first.revision
        results = at_once(
            app,
            lambda: service.approve(ids[0], by=city.approver, revision=seen),
            lambda: service.approve(ids[1], by=city.approver_2, revision=seen),
        )
        assert sum(isinstance(result, Conflict) for result in results) == 1, (number, results)
        assert how_many(WageRecord, WageRecord.staff_id == staff_id) == 1


def test_two_finance_officers_never_take_one_line_twice(app: Flask) -> None:
    city = a_city()
    template = at_last_step(city)
    for number in range(15):
        for _ in range(3):
            application = prepared(city, template)
            service.approve(application.id, by=city.approver, revision=application.revision)
        results = at_once(app, *[lambda: payments.take_batch(by=city.finance)] * 2)
        assert sum(isinstance(result, Conflict) for result in results) == 1, (number, results)
        taken = [result for result in results if not isinstance(result, Exception)][0]
        assert taken.line_count == 3
    assert how_many(PaymentBatch) == 15
    assert how_many(PaymentInstruction, PaymentInstruction.batch_id.is_(None)) == 0


def test_the_last_two_lines_confirmed_at_once_end_paid(app: Flask) -> None:
    city = a_city()
    template = at_last_step(city)
    for _ in range(10):
        application = prepared(city, template)
        service.approve(application.id, by=city.approver, revision=application.revision)
        batch = payments.take_batch(by=city.finance)
        line = db.session.query(PaymentInstruction).filter_by(batch_id=batch.batch_id).one()
        number, seen = line.id, line.revision
        db.session.rollback()
        at_once(
            app,
            lambda: payments.confirm(number, by=city.finance, revision=seen),
            lambda: payments.confirm_batch(batch.batch_id, by=city.finance),
        )
        assert fresh(application).state == "PAID"
