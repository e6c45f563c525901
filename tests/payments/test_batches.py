"""Finance: batches, confirming and returning, and that nothing is taken or paid twice."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook

from app.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from app.payments import queries, service
from models import AuditEvent, AuditSubject, PaymentBatch, PaymentInstruction, db
from tests.factories import an_employee
from tests.statements import counted
from tests.workflow.factories import a_city, a_draft, approved, count_of, fresh

pytestmark = pytest.mark.usefixtures("app")


def line_of(number: int = 0) -> PaymentInstruction:
    db.session.rollback()
    return db.session.query(PaymentInstruction).order_by(PaymentInstruction.id).populate_existing().all()[number]


def test_a_batch_takes_what_waits_with_count_and_total_of_its_lines() -> None:
    city = a_city()
    applications = [approved(city) for _ in range(3)]
    taken = service.take_batch(by=city.finance)
    assert taken.line_count == 3
    lines = db.session.query(PaymentInstruction).all()
    assert taken.total_fen == sum(line.after_fen + line.back_pay_fen for line in lines)
    assert {line.state for line in lines} == {"TAKEN"}
    assert {fresh(application).state for application in applications} == {"AT_FINANCE"}
    batch = db.session.query(PaymentBatch).one()
    assert (batch.number, batch.line_count, batch.total_fen) == (taken.number, 3, taken.total_fen)


def test_nothing_is_taken_twice() -> None:
    city = a_city()
    approved(city)
    service.take_batch(by=city.finance)
    with pytest.raises(Conflict, match="Nothing waits"):
        service.take_batch(by=city.finance)
    assert count_of(PaymentBatch) == 1


def test_the_same_key_gives_the_same_batch() -> None:
    city = a_city()
    approved(city)
    first = service.take_batch(by=city.finance, key="b1")
    assert service.take_batch(by=city.finance, key="b1") == first
    assert count_of(PaymentBatch) == 1


def test_when_all_lines_are_confirmed_the_application_is_paid() -> None:
    city = a_city()
    application = approved(city)
    service.take_batch(by=city.finance)
    service.confirm(line_of().id, by=city.finance, revision=line_of().revision)
    paid = fresh(application)
    assert paid.state == "PAID"
    assert paid.paid_at is not None
    with pytest.raises(Stale):
        service.confirm(line_of().id, by=city.finance, revision=line_of().revision)


def test_a_whole_batch_is_confirmed_at_once_and_only_its_open_lines() -> None:
    city = a_city()
    applications = [approved(city) for _ in range(3)]
    taken = service.take_batch(by=city.finance)
    service.return_line(line_of(1).id, by=city.finance, revision=line_of(1).revision, reason="账号不符")
    assert service.confirm_batch(taken.batch_id, by=city.finance) == 2
    assert [fresh(application).state for application in applications] == ["PAID", "AT_FINANCE", "PAID"]
    with pytest.raises(Conflict, match="No line of this batch is open"):
        service.confirm_batch(taken.batch_id, by=city.finance)


def test_a_returned_line_is_released_by_the_approver_and_taken_once_more() -> None:
    city = a_city()
    application = approved(city)
    service.take_batch(by=city.finance)
    line = line_of()
    with pytest.raises(Invalid):
        service.return_line(line.id, by=city.finance, revision=line.revision, reason="  ")
    service.return_line(line.id, by=city.finance, revision=line.revision, reason="账号不符")
    returned = line_of()
    with pytest.raises(NotAllowed):
        service.release_again(returned.id, by=city.finance, revision=returned.revision)
    service.release_again(returned.id, by=city.approver, revision=returned.revision)
    assert (line_of().state, line_of().batch_id) == ("WAITING", None)
    second = service.take_batch(by=city.finance)
    service.confirm_batch(second.batch_id, by=city.finance)
    assert fresh(application).state == "PAID"


def test_finance_alone_takes_and_confirms() -> None:
    city = a_city()
    approved(city)
    with pytest.raises(NotAllowed):
        service.take_batch(by=city.approver)
    taken = service.take_batch(by=city.finance)
    for verb in (
        lambda: service.confirm(line_of().id, by=city.clerk, revision=2),
        lambda: service.confirm_batch(taken.batch_id, by=city.approver),
        lambda: service.return_line(line_of().id, by=city.approver, revision=2, reason="x"),
    ):
        with pytest.raises(NotAllowed):
            verb()
    with pytest.raises(NotFound):
        service.confirm(999_999, by=city.finance, revision=1)


def test_the_workbook_totals_equal_the_header_and_no_cell_is_a_formula() -> None:
    city = a_city()
    staff = an_employee(city.school, name='=HYPERLINK("x")')
    approved(city, a_draft(city, staff, "new_hire", joined_on="2018-04-01", education="MASTER"))
    approved(city)
    taken = service.take_batch(by=city.finance)
    name, content = service.download(taken.batch_id, by=city.finance)
    assert name == f"{taken.number}.xlsx"
    rows = list(load_workbook(BytesIO(content)).active.iter_rows())
    values = [[cell.value for cell in row] for row in rows]
    assert values[-1][0] == "合计"
    assert round(values[-1][10] * 100) == taken.total_fen
    assert ["笔数", "2"] in [row[:2] for row in values]
    assert not [cell for row in rows for cell in row if cell.data_type == "f"]
    assert any(cell == '\'=HYPERLINK("x")' for row in values for cell in row)


def test_reading_a_batch_is_written_down_for_everyone_in_it() -> None:
    city = a_city()
    approved(city)
    taken = service.take_batch(by=city.finance)
    service.download(taken.batch_id, by=city.finance)
    read = db.session.query(AuditEvent).filter_by(action="payment:export").one()
    assert db.session.query(AuditSubject).filter_by(seq=read.seq).count() == 1


def test_a_batch_costs_the_same_number_of_statements_for_one_line_and_for_many(app: Flask) -> None:
    city = a_city()
    costs = []
    for size in (1, 6):
        for _ in range(size):
            approved(city)
        with counted() as taking:
            taken = service.take_batch(by=city.finance, key=f"b{size}")
        with counted() as confirming:
            service.confirm_batch(taken.batch_id, by=city.finance)
        costs.append((len(taking), len(confirming)))
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 30


def test_what_waits_and_the_lists_are_scoped(app: Flask) -> None:
    city = a_city()
    approved(city)
    assert queries.waiting(city.finance).count == 1
    assert queries.waiting(city.clerk).count == 0
    assert len(queries.lines(city.finance).rows) == 1
    assert not queries.lines(city.clerk).rows
    taken = service.take_batch(by=city.finance)
    with pytest.raises(NotAllowed):
        queries.batch_sheet(city.clerk, taken.batch_id)
    with pytest.raises(NotFound):
        queries.batch_sheet(city.finance, 999_999)
