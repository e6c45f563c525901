"""Standards come in by a workbook that is right in every cell, and hold once a second person has published it."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook

from app.access.actor import Actor
from app.errors import NotAllowed, Refused, Stale
from app.messages import Message
from app.pay.errors import PayError
from app.pay.months import month_of
from app.standards import queries, service
from app.standards.layout import Place
from app.standards.workbook import HEADERS, SHEETS
from models import StandardCell, StandardEdition, db
from tests.factories import actor_with

BETWEEN = date(2008, 1, 1)  # a day for which no range ends were published
POSTS = "institution_post_wage"
LEVELS = "civil_level_wage"
MARKED = ("Sheet", "Cell", "What is wrong")


def words(message: Message) -> str:
    return message.text()


def filled(*tables: str, factor: int = 2, day: object = BETWEEN, document: str = "国办发〔2018〕112号") -> Workbook:
    """The template with every amount of 2006 multiplied, so that every check but the published figures holds."""
    before = queries.amounts_before(date(2014, 1, 1), queries.current())
    book = load_workbook(BytesIO(service.blank_workbook(tables, in_words=words, chinese=True)))
    book["说明"]["B1"], book["说明"]["B2"] = document, day
    for table in tables:
        sheet = book[SHEETS[table][0]]
        for row in range(2, sheet.max_row + 1):
            category, level, step = (sheet.cell(row, column).value for column in (1, 2, 3))
            amount = before.get(Place(table, category, level, step))
            if amount is not None:
                sheet.cell(row, 6).value = amount * factor // 100
    return book


def sent(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.fixture
def importer(app: Flask) -> Actor:
    return actor_with("rechecker")


@pytest.fixture
def publisher(app: Flask) -> Actor:
    return actor_with("approver")


def test_a_published_edition_is_what_wages_are_read_from(importer: Actor, publisher: Actor) -> None:
    book = filled(LEVELS, factor=3, day=date(2021, 10, 1))
    edition = service.import_standard(sent(book), filename="级别工资.xlsx", by=importer)
    month = month_of(date(2021, 10, 1))
    with pytest.raises(PayError):
        queries.current().cell(LEVELS, "level_wage", "27", 1, month)
    service.publish(edition.id, by=publisher, revision=1)
    cell = queries.current().cell(LEVELS, "level_wage", "27", 1, month)
    assert (cell.amount, cell.document, cell.standard) == (870, "国办发〔2018〕112号", "CIVIL-2021-10")
    assert cell.confidence == "high"


def test_a_run_that_is_pinned_does_not_see_what_is_published_later(importer: Actor, publisher: Actor) -> None:
    pinned = queries.published_ids()
    book = filled(LEVELS, factor=3, day=date(2021, 10, 1))
    edition = service.import_standard(sent(book), filename="x.xlsx", by=importer)
    service.publish(edition.id, by=publisher, revision=1)
    with pytest.raises(PayError):
        queries.standards_with(pinned).cell(LEVELS, "level_wage", "27", 1, month_of(date(2021, 10, 1)))


def test_one_wrong_width_imports_nothing_and_marks_the_cell(importer: Actor) -> None:
    book = filled(LEVELS)
    sheet = book[SHEETS[LEVELS][0]]
    row = next(
        row for row in range(2, sheet.max_row + 1) if (sheet.cell(row, 2).value, sheet.cell(row, 3).value) == ("12", 5)
    )
    sheet.cell(row, 6).value += 10
    with pytest.raises(service.ImportRefused) as refused:
        service.import_standard(sent(book), filename="x.xlsx", by=importer)
    assert not db.session.query(StandardEdition).count()
    assert not db.session.query(StandardCell).count()
    back = load_workbook(BytesIO(service.marked_workbook(refused.value.report, in_words=words, headers=MARKED)))
    marked = back[SHEETS[LEVELS][0]].cell(row, 6)
    assert marked.fill.start_color.rgb == "FFFFC7CE"
    assert "Every other step of this level adds" in marked.comment.text
    listed = [[cell.value for cell in line] for line in back["Problems"].iter_rows(min_row=2)]
    assert [SHEETS[LEVELS][0], f"F{row}"] in [line[:2] for line in listed]


def test_the_marked_workbook_can_be_corrected_and_sent_again(importer: Actor) -> None:
    book = filled(LEVELS)
    sheet = book[SHEETS[LEVELS][0]]
    right = sheet.cell(9, 6).value
    sheet.cell(9, 6).value = "abc"
    with pytest.raises(service.ImportRefused) as refused:
        service.import_standard(sent(book), filename="x.xlsx", by=importer)
    back = load_workbook(BytesIO(service.marked_workbook(refused.value.report, in_words=words, headers=MARKED)))
    back[SHEETS[LEVELS][0]].cell(9, 6).value = right
    taken = service.import_standard(sent(back), filename="x.xlsx", by=importer)
    assert taken.cell_count == len(refused.value.report.filled.amounts) + 1


def test_a_published_figure_that_the_table_contradicts_is_named(importer: Actor) -> None:
    report = service.check(sent(filled(POSTS, day=date(2018, 7, 1))), by=importer)
    assert {one.code for one in report.findings if one.severity == "blocking"} == {"check_value"}


def test_the_difference_to_the_standard_before_is_told(importer: Actor) -> None:
    (difference,) = service.check(sent(filled(LEVELS)), by=importer).differences
    assert (difference.table, difference.new) == (LEVELS, 0)
    assert (difference.smallest, difference.largest) == (100.0, 100.0)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("=F2*2", "holds a formula"), ("一千", "is not an amount"), (-5, "is not an amount"), (0, "is not an amount"),
        (1.234, "is not an amount"), (10**9, "is not an amount"), (True, "is not an amount"),
    ],
)  # fmt: skip
def test_a_cell_that_is_no_amount_is_named(importer: Actor, value: object, said: str) -> None:
    book = filled(LEVELS)
    book[SHEETS[LEVELS][0]].cell(5, 6).value = value
    wrong = service.check(sent(book), by=importer).filled.wrong
    assert [(one.cell.address, said in one.message.text()) for one in wrong if one.cell] == [("F5", True)]


def test_rows_that_are_twice_unknown_or_merged_are_named(importer: Actor) -> None:
    book = filled(LEVELS)
    sheet = book[SHEETS[LEVELS][0]]
    for column in range(1, 4):
        sheet.cell(6, column).value = sheet.cell(5, column).value
    sheet.cell(7, 2).value = "99"
    sheet.merge_cells("A9:A10")
    said = " ".join(one.message.text() for one in service.check(sent(book), by=importer).filled.wrong)
    for words_of in ("stands in the table twice", "has no such row", "is merged with others"):
        assert words_of in said


@pytest.mark.parametrize("day", ["2018-07-02", "soon", None, "2018-13-01"])
def test_the_day_must_be_the_first_of_a_month(importer: Actor, day: object) -> None:
    assert not service.check(sent(filled(LEVELS, day=day)), by=importer).passes


@pytest.mark.parametrize("day", ["2021-10-01", "2021年10月1日", "2021/10/1", "2021.10.1", date(2021, 10, 1)])
def test_a_day_may_be_written_in_the_usual_ways(importer: Actor, day: object) -> None:
    assert service.check(sent(filled(LEVELS, day=day)), by=importer).filled.effective_from == date(2021, 10, 1)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"a;b;c", b"\xd0\xcf\x11\xe0 old", b"x" * (11 * 2**20)])
def test_what_is_no_workbook_gets_a_sentence(importer: Actor, data: bytes) -> None:
    with pytest.raises(Refused):
        service.check(data, by=importer)


def test_a_sheet_without_its_columns_is_refused_by_name(importer: Actor) -> None:
    book = filled(LEVELS)
    book[SHEETS[LEVELS][0]].cell(1, 6).value = "amount?"
    with pytest.raises(Refused, match=HEADERS["amount"][0]):
        service.check(sent(book), by=importer)


def test_nobody_publishes_what_they_imported(app: Flask) -> None:
    both = actor_with("rechecker", "approver")
    edition = service.import_standard(sent(filled(LEVELS, day=date(2021, 10, 1))), filename="x.xlsx", by=both)
    with pytest.raises(NotAllowed):
        service.publish(edition.id, by=both, revision=1)
    with pytest.raises(NotAllowed):
        service.refuse(edition.id, by=both, revision=1, reason="no reason")


def test_a_decision_is_made_once(importer: Actor, publisher: Actor) -> None:
    edition = service.import_standard(sent(filled(LEVELS, day=date(2021, 10, 1))), filename="x.xlsx", by=importer)
    service.refuse(edition.id, by=publisher, revision=1, reason="wrong document")
    with pytest.raises(Stale):
        service.publish(edition.id, by=publisher, revision=1)
    assert queries.published_ids() == ()


def test_only_who_may_can_import_or_publish(app: Flask, importer: Actor) -> None:
    clerk = actor_with("clerk")
    with pytest.raises(NotAllowed):
        service.check(b"", by=clerk)
    edition = service.import_standard(sent(filled(LEVELS, day=date(2021, 10, 1))), filename="x.xlsx", by=importer)
    with pytest.raises(NotAllowed):
        service.publish(edition.id, by=clerk, revision=1)
