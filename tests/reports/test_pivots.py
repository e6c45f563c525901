"""Questions of one's own: equal to counting by hand, within reach, and with a sentence where a field is gone."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from flask import Flask

from app.access.actor import Actor
from app.errors import Conflict, Invalid, NotFound
from app.reports import exports, pivots, queries, questions
from app.reports.asking import read
from app.reports.queries import Table
from models import SavedPivot, db
from tests.access.browsing import send
from tests.reports.walking import browser, table, the

ASKED = {"source": "wage-roster", "rows": "unit", "columns": "month", "measure": "total_fen",
         "since": "2018-03", "until": "2018-04"}  # fmt: skip


def answered(who: str | Actor = "auditor", **params: str) -> Table:
    actor = the(who) if isinstance(who, str) else who
    report = questions.pivot(actor, params)
    return queries.table(actor, report, read(params, report.parameters, opens_with=report.opens_with), size=500)


def test_a_question_is_what_counting_by_hand_gives_and_every_figure_opens_its_rows(demo_city: Flask) -> None:
    by_hand: Counter[Any] = Counter()
    for row in table("wage-roster", since="2018-03", until="2018-04").page:
        by_hand[row["unit_code"], f"{row['month']}"[:7]] += row["total_fen"]
    shown = answered(**ASKED)
    months = [field.label.params["value"] for field in shown.report.fields[1:-1]]
    assert months == ["2018-03", "2018-04"]
    for row in shown.page:
        for place, month in enumerate(months):
            assert row[f"c{place}"] == by_hand[row["unit_code"], month]
            opening = shown.report.opens(f"c{place}", row, shown.asked)
            behind = table(str(opening.target), **opening.params)
            assert behind.totals["total_fen"] == row[f"c{place}"]
            assert sum(behind.totals[part] for part in behind.totals if part != "total_fen") == row[f"c{place}"]
    assert shown.totals["whole"] == sum(by_hand.values())


@pytest.mark.parametrize("source", questions.SOURCES)
def test_every_offered_field_can_be_asked_for(demo_city: Flask, source: str) -> None:
    dimensions, told = questions.offered(queries.one(the("auditor"), source))
    assert dimensions
    for field in dimensions:
        for measure, _ in told:
            shown = answered(source=source, rows=field.code, measure=measure, since="2018-03", until="2018-04")
            if measure == questions.COUNT:
                rows = table(source, since="2018-03", until="2018-04").page.count
                assert shown.totals["whole"] == rows, (source, field.code)


def test_an_average_is_the_sum_by_the_count(demo_city: Flask) -> None:
    average = answered(**{**ASKED, "columns": "", "measure": "avg-total_fen"})
    total = {row["unit_code"]: row["whole"] for row in answered(**{**ASKED, "columns": ""}).page}
    count = {row["unit_code"]: row["whole"] for row in answered(**{**ASKED, "columns": "", "measure": "count"}).page}
    for row in average.page:
        assert row["whole"] == total[row["unit_code"]] // count[row["unit_code"]]
    assert not average.totals


def test_a_unit_asks_about_itself_alone(demo_city: Flask) -> None:
    assert {row["unit_name"] for row in answered("clerk", **ASKED).page} == {"江城市滨江小学"}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"rows": "shoe_size"}, "字段“shoe_size”不可用或已取消"),
        ({"columns": "shoe_size"}, "字段“shoe_size”不可用或已取消"),
        ({"measure": "name"}, "字段“name”不可用或已取消"),
        ({"rows": "month"}, "行与列须为不同字段"),
        ({"since": "2018-77"}, "请按年月填写"),
    ],
)
def test_a_question_that_cannot_be_answered_says_which_field(
    demo_city: Flask, changed: dict[str, str], sentence: str
) -> None:
    page = browser(demo_city, "auditor").get("/pivots", query_string={**ASKED, **changed})
    assert page.status_code == 422
    assert sentence in page.text


def test_a_kept_question_whose_field_was_removed_opens_with_a_sentence_and_can_be_asked_anew(demo_city: Flask) -> None:
    auditor = the("auditor")
    pivot_id = pivots.keep("各单位", ASKED, by=auditor)
    kept = db.session.get_one(SavedPivot, pivot_id)
    kept.question = {**kept.question, "rows": "was_there_once"}
    db.session.commit()
    reader = browser(demo_city, "auditor")
    page = reader.get(f"/pivots/{pivot_id}", follow_redirects=True)
    assert page.status_code == 422
    assert "was_there_once" in page.text
    assert 'name="rows"' in page.text
    with pytest.raises(Invalid):
        exports.ask("pivot", kept.question, form="XLSX", language="zh", by=auditor)


def test_questions_are_kept_for_their_maker_alone_each_under_one_name(demo_city: Flask) -> None:
    clerk = browser(demo_city, "clerk")
    page = clerk.get("/pivots", query_string=ASKED)
    assert page.status_code == 200
    assert " style=" not in page.text
    assert send(clerk, "/pivots/keep", page="/pivots", name="按月", **ASKED).status_code == 302
    (kept,) = pivots.mine(the("clerk"))
    assert clerk.get(f"/pivots/{kept.id}", follow_redirects=True).status_code == 200
    with pytest.raises(Conflict):
        pivots.keep("按月", ASKED, by=the("clerk"))
    with pytest.raises(Invalid):
        pivots.keep("  ", ASKED, by=the("clerk"))
    with pytest.raises(NotFound):
        pivots.forget(kept.id, by=the("auditor"))
    assert browser(demo_city, "auditor").get(f"/pivots/{kept.id}").status_code == 404
    assert send(clerk, f"/pivots/{kept.id}/forget", page="/pivots").status_code == 302
    assert not pivots.mine(the("clerk"))
