"""Workbooks as they come: merged cells, formulas, other sheets, a hundred thousand rows, people who do not fit."""

from __future__ import annotations

import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from app.batches import workbooks
from app.errors import NotAllowed, NotFound, Refused
from app.items.queries import published
from app.portal.batches_workbooks import words
from models import Batch, Staff, db
from models.batches import BatchOrigin
from tests.batches.scene import ITEM, Scene, a_batch, a_scene, lines_of, teachers
from tests.proposals.scene import a_teacher_of_the_file


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def _template(scene: Scene) -> Workbook:
    _name, content = workbooks.filled_template(ITEM, scene.school.id, by=scene.clerk, words=words, chinese=True)
    return load_workbook(BytesIO(content))


def _bytes(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _run(scene: Scene, book: Workbook) -> workbooks.DryRun:
    kept = workbooks.keep(ITEM, scene.school.id, "批量.xlsx", _bytes(book), by=scene.clerk)
    return workbooks.dry_run(kept, by=scene.clerk, words=words)


def _said(found: workbooks.DryRun, row: int) -> str:
    (one,) = [one for one in found.rows if one.row == row]
    return " ".join(str(problem.message) for problem in one.problems)


def _row_of(sheet: Any, person: Staff) -> int:
    return next(row for row in range(4, sheet.max_row + 1) if sheet.cell(row, 1).value == person.staff_no)


def test_the_template_holds_what_the_records_know(scene: Scene) -> None:
    people = teachers(scene, 2)
    sheet = _template(scene)["批量申报"]
    assert [sheet.cell(3, column).value for column in (1, 2)] == ["职工编号", "姓名"]
    row = _row_of(sheet, people[0])
    assert [sheet.cell(row, column).value for column in (2, 3, 4)] == [people[0].name, 2017, "合格"]


def test_rows_that_fit_are_taken_and_the_others_keep_their_sentences(scene: Scene) -> None:
    people = teachers(scene, 6)
    office = a_teacher_of_the_file(scene.proposed, "别处的人", unit=scene.proposed.office)
    foreign = a_teacher_of_the_file(scene.proposed, "外单位的人", unit=scene.proposed.other)
    book = _template(scene)
    sheet = book["批量申报"]
    rows = {person.id: _row_of(sheet, person) for person in people}
    sheet.cell(rows[people[0].id], 2).value = "写错的名字"
    sheet.cell(rows[people[1].id], 3).value = "=2010+7"
    sheet.cell(rows[people[2].id], 4).value = "不知道"
    sheet.cell(rows[people[3].id], 3).value = 2018
    last = sheet.max_row
    sheet.cell(last + 1, 1).value, sheet.cell(last + 1, 2).value = people[4].staff_no, people[4].name
    for place, stranger in enumerate((office, foreign), start=2):
        sheet.cell(last + place, 1).value, sheet.cell(last + place, 2).value = stranger.staff_no, stranger.name
    sheet.cell(last + 4, 2).value = "没有编号"
    found = _run(scene, book)
    assert "写错的名字" in _said(found, rows[people[0].id])
    assert "formula" in _said(found, rows[people[1].id])
    assert "choose one of the list" in _said(found, rows[people[2].id])
    assert "not over yet" in _said(found, rows[people[3].id])
    assert f"row {rows[people[4].id]}" in _said(found, last + 1)
    assert scene.proposed.office.name in _said(found, last + 2)
    assert foreign.staff_no in _said(found, last + 3)
    assert "外单位" not in _said(found, last + 3)
    assert "number is missing" in _said(found, last + 4)
    assert {row.staff_id for row in found.good} == {people[4].id, people[5].id}
    made = workbooks.take(found.kept.id, by=scene.clerk, words=words)
    assert {line.staff_id for line in lines_of(made.batch_id)} == {people[4].id, people[5].id}
    assert db.session.get_one(Batch, made.batch_id).origin == BatchOrigin.WORKBOOK


def test_merged_cells_are_named(scene: Scene) -> None:
    teachers(scene, 2)
    book = _template(scene)
    book["批量申报"].merge_cells("C4:C5")
    found = _run(scene, book)
    assert "merged" in _said(found, 4)
    assert "merged" in _said(found, 5)


def test_dates_and_years_are_read_however_they_are_written() -> None:
    from app.batches.workbook import _figures, _meant

    assert _meant(datetime(2018, 4, 3), {}) == "2018-04-03"
    assert _meant(2017.0, {}) == 2017
    assert _meant(" 合格 ", {"合格": "QUALIFIED"}) == "QUALIFIED"
    assert _meant("2018/4/3", {}) == "2018/4/3"
    assert _figures(12.0) == "12"


def test_another_sheet_and_missing_columns_are_refused_in_words(scene: Scene) -> None:
    teachers(scene, 1)
    with pytest.raises(Refused, match="no sheet"):
        _run(scene, Workbook())
    book = _template(scene)
    book["批量申报"].cell(3, 4).value = "别的"
    with pytest.raises(Refused, match="lacks the columns"):
        _run(scene, book)
    empty = _template(scene)
    empty["批量申报"].delete_rows(4, 10)
    with pytest.raises(Refused, match="no row"):
        _run(scene, empty)


def test_a_hundred_thousand_rows_are_refused_before_they_are_opened(scene: Scene) -> None:
    teachers(scene, 1)
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", '<row r="1"><c/></row>' * 100_000)
    with pytest.raises(Refused, match="more than"):
        workbooks.keep(ITEM, scene.school.id, "大.xlsx", target.getvalue(), by=scene.clerk)


def test_a_person_in_another_open_batch_is_not_taken(scene: Scene) -> None:
    (person,) = teachers(scene, 1)
    made = a_batch(scene)
    found = _run(scene, _template(scene))
    assert made.number in str(found.wrong[0].problems[0].message)
    assert found.wrong[0].staff_id == person.id


def test_a_workbook_of_another_unit_is_nobodys_business(scene: Scene) -> None:
    teachers(scene, 1)
    kept = workbooks.keep(ITEM, scene.school.id, "批量.xlsx", _bytes(_template(scene)), by=scene.clerk)
    with pytest.raises(NotFound):
        workbooks.dry_run(kept, by=scene.actor("other_clerk"), words=words)
    with pytest.raises(NotAllowed):
        workbooks.dry_run(kept, by=scene.actor("head"), words=words)


def test_the_marked_copy_names_every_wrong_cell(scene: Scene) -> None:
    people = teachers(scene, 2)
    book = _template(scene)
    row = _row_of(book["批量申报"], people[0])
    book["批量申报"].cell(row, 2).value = "写错的名字"
    found = _run(scene, book)
    name, content = workbooks.marked_copy(found.kept.id, by=scene.clerk, words=words, say=str)
    copy = load_workbook(BytesIO(content))
    assert name.endswith(".xlsx")
    assert copy["批量申报"].cell(row, 2).comment is not None
    assert "写错的名字" in str(copy.worksheets[0].cell(2, 3).value)
    assert published(ITEM).effect == "increment"
    assert db.session.scalars(select(Batch)).all() == []
