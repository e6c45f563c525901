"""The pages of batches: made, filed and reviewed by the clerk and the head at a browser without script."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models import Application, AuditEvent, Batch, Decision, db
from models.applications import ApplicationState
from tests.access.browsing import somebody, token_on
from tests.batches.scene import ITEM, Scene, a_filed_batch, a_scene, applications_of, lines_of, teachers
from tests.statements import counted


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def _post(client: FlaskClient, url: str, **values: Any) -> TestResponse:
    token = token_on(client.get("/password"))
    return client.post(url, data={"csrf_token": token, **values})


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def test_a_clerk_makes_a_batch_of_what_is_prepared_and_submits_it(app: Flask, scene: Scene) -> None:
    teachers(scene, 3)
    clerk = somebody(app, "clerk")
    page = clerk.get(f"/batches/new?item={ITEM}&unit={scene.school.id}").text
    assert "3人" in page
    answer = _post(clerk, "/batches/new", item=ITEM, unit=scene.school.id, origin="proposals", key=_hidden(page, "key"))
    assert answer.status_code == 302
    shown = clerk.get(answer.location).text
    assert "可以提交" in shown or "教师" in shown
    sent = _post(clerk, f"{answer.location}/submit", revision=_hidden(shown, "revision"), key=_hidden(shown, "key"))
    assert sent.status_code == 302
    assert len(db.session.scalars(select(Application)).all()) == 3
    assert "GZ2018-" in clerk.get(answer.location).text


def test_pressing_submit_twice_files_once(app: Flask, scene: Scene) -> None:
    teachers(scene, 2)
    clerk = somebody(app, "clerk")
    made = _post(clerk, "/batches/new", item=ITEM, unit=scene.school.id, origin="proposals", key="k")
    shown = clerk.get(made.location).text
    values = {"revision": _hidden(shown, "revision"), "key": _hidden(shown, "key")}
    assert _post(clerk, f"{made.location}/submit", **values).status_code == 302
    assert _post(clerk, f"{made.location}/submit", **values).status_code == 302
    assert _post(clerk, f"{made.location}/submit", **values | {"key": "another"}).status_code == 409
    assert db.session.scalar(select(func.count()).select_from(Application)) == 2


def test_people_of_the_roster_are_chosen(app: Flask, scene: Scene) -> None:
    chosen, *_others = teachers(scene, 3)
    clerk = somebody(app, "clerk")
    made = _post(clerk, "/batches/new", item=ITEM, unit=scene.school.id, origin="roster", person=[chosen.id])
    assert made.status_code == 302
    batch = db.session.scalars(select(Batch)).one()
    assert [line.staff_id for line in lines_of(batch.id)] == [chosen.id]
    none = _post(clerk, "/batches/new", item=ITEM, unit=scene.school.id, origin="roster")
    assert none.status_code == 422


def test_the_head_reviews_and_approves_what_is_alike_at_once(app: Flask, scene: Scene) -> None:
    batch_id = a_filed_batch(scene, 4)
    head = somebody(app, "head")
    assert f"/batches/{batch_id}/review" in head.get("/batches").text
    page = head.get(f"/batches/{batch_id}/review").text
    assert "4" in page
    (group,) = re.findall(r'name="group" value="([^"]+)"', page)
    done = _post(head, f"/batches/{batch_id}/decide", verb="approve", group=group, key=_hidden(page, "key"))
    assert done.status_code == 302
    assert len(db.session.scalars(select(Decision)).all()) == 4
    again = _post(head, f"/batches/{batch_id}/decide", verb="approve", group=group, key="another")
    assert again.status_code == 409


def test_returning_without_a_reason_loses_nothing(app: Flask, scene: Scene) -> None:
    batch_id = a_filed_batch(scene, 2)
    head = somebody(app, "head")
    page = head.get(f"/batches/{batch_id}/review").text
    line = re.findall(r'name="line" value="([^"]+)"', page)[0]
    refused = _post(head, f"/batches/{batch_id}/decide", verb="return", line=line, mark="ANSWER:result")
    assert refused.status_code == 422
    assert f'value="{line}" form="decide" checked' in refused.text
    done = _post(
        head, f"/batches/{batch_id}/decide", verb="return", line=line, mark="ANSWER:result", note="请核对考核结果"
    )
    assert done.status_code == 302
    assert [one.state for one in applications_of(batch_id)].count(ApplicationState.RETURNED) == 1


def test_who_has_no_business_here_sees_nothing(app: Flask, scene: Scene) -> None:
    batch_id = a_filed_batch(scene, 1)
    other = somebody(app, "other_clerk")
    assert other.get(f"/batches/{batch_id}").status_code == 404
    assert _post(other, f"/batches/{batch_id}/submit", revision=1).status_code == 404
    assert somebody(app, "finance").get("/batches").status_code == 403
    assert _post(somebody(app, "head"), "/batches/new", item=ITEM, unit=scene.school.id).status_code == 403


def test_a_batch_that_is_not_filed_is_not_seen_by_reviewers(app: Flask, scene: Scene) -> None:
    teachers(scene, 1)
    clerk = somebody(app, "clerk")
    made = _post(clerk, "/batches/new", item=ITEM, unit=scene.school.id, origin="proposals")
    assert clerk.get(made.location).status_code == 200
    assert somebody(app, "department").get(made.location).status_code == 404


@pytest.mark.parametrize("number", [2, 40])
def test_the_statements_of_a_page_do_not_grow_with_the_lines(app: Flask, scene: Scene, number: int) -> None:
    batch_id = a_filed_batch(scene, number)
    head = somebody(app, "head")
    for address in ("/batches", f"/batches/{batch_id}", f"/batches/{batch_id}/review"):
        head.get(address)
        with counted() as sent:
            assert head.get(address).status_code == 200
        assert len(sent) <= 20, (address, len(sent), sent)


def test_looking_at_the_lines_is_written_down(app: Flask, scene: Scene) -> None:
    batch_id = a_filed_batch(scene, 2)
    somebody(app, "head").get(f"/batches/{batch_id}/review")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "batch:read")).one()
    assert event.record_id == str(batch_id)


def test_a_workbook_goes_down_filled_and_comes_back(app: Flask, scene: Scene) -> None:
    teachers(scene, 3)
    clerk = somebody(app, "clerk")
    template = clerk.get(f"/batches/template?item={ITEM}&unit={scene.school.id}")
    assert template.status_code == 200
    book = load_workbook(BytesIO(template.data))
    sheet = book["批量申报"]
    assert [sheet.cell(4, column).value for column in (3, 4)] == [2017, "合格"]
    sheet.cell(5, 2).value = "别的名字"
    wrong = BytesIO()
    book.save(wrong)
    sent = _post(
        clerk, "/batches/workbooks", item=ITEM, unit=scene.school.id, file=(BytesIO(wrong.getvalue()), "批量.xlsx")
    )
    assert sent.status_code == 302, sent.text
    page = clerk.get(sent.location).text
    assert "别的名字" in page
    marked = clerk.get(f"{sent.location}/marked")
    assert load_workbook(BytesIO(marked.data)).sheetnames[0] == "待更正"
    taken = _post(clerk, f"{sent.location}/take", key="take-1")
    assert taken.status_code == 302
    assert _post(clerk, f"{sent.location}/take", key="take-1").location == taken.location
    assert _post(clerk, f"{sent.location}/take", key="take-2").status_code == 409
    batch = db.session.scalars(select(Batch)).one()
    assert len(lines_of(batch.id)) == 2


def test_what_is_no_workbook_is_refused_in_a_sentence(app: Flask, scene: Scene) -> None:
    clerk = somebody(app, "clerk")
    refused = _post(
        clerk, "/batches/workbooks", item=ITEM, unit=scene.school.id, file=(BytesIO(b"not a workbook"), "x.xlsx")
    )
    assert refused.status_code == 422
    assert "XLSX" in refused.text
    assert _post(clerk, "/batches/workbooks", item=ITEM, unit=scene.school.id).status_code == 422


def test_english_pages_are_english(app: Flask, scene: Scene) -> None:
    batch_id = a_filed_batch(scene, 2)
    head = somebody(app, "head")
    _post(head, "/language", locale="en")
    page = head.get(f"/batches/{batch_id}/review").text
    assert "lines that are alike" in page
