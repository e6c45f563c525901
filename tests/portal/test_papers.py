"""What the papers say, on the pages of the unit and on the reviewer's desk."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.materials import queries
from models import Application, AuditEvent, MaterialCheck, MaterialReading, Upload, db
from tests.access.browsing import somebody, token_on
from tests.applications.scene import Scene, a_draft, a_scene
from tests.factories import id_number
from tests.materials_records import read_papers as papers
from tests.statements import counted


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def post(client: FlaskClient, url: str, *, page: str, **values: object) -> TestResponse:
    return client.post(url, data={"csrf_token": token_on(client.get(page)), **values})


def revision_of(upload: Upload) -> int:
    db.session.expire_all()
    return db.session.scalars(select(MaterialReading.revision).where(MaterialReading.upload_id == upload.id)).one()


def test_the_row_says_that_it_waits_and_then_what_was_read(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    upload = papers.sent(scene, draft.id, "M04")
    clerk = somebody(app, "clerk")
    here = f"/applications/{draft.id}"
    assert f'data-reading="{upload.id}"' in clerk.get(here).text
    assert clerk.get(f"{here}/still-read").json == {"waiting": [upload.id]}
    papers.keep(upload, papers.diploma(), by=scene.clerk)
    shown = clerk.get(here).text
    assert "data-reading=" not in shown
    for said in ("材料内容", "学历、学位证书", "陈静", "清晰", "2017-07-01"):
        assert said in shown, said
    assert clerk.get(f"{here}/still-read").json == {"waiting": []}
    assert queries.still_read(scene.head, draft.id) == []


def test_another_kind_and_another_date_are_said_before_it_is_filed(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene, graduation_year="2016")
    papers.keep(papers.sent(scene, draft.id, "M04"), papers.diploma(day="2017年7月1日"), by=scene.clerk)
    papers.keep(papers.sent(scene, draft.id, "M04"), papers.appointment(), by=scene.clerk)
    shown = somebody(app, "clerk").get(f"/applications/{draft.id}").text
    assert re.search(r"2016.{0,40}2017-07-01", shown, re.DOTALL)
    assert "任职" in shown


def test_the_clerk_corrects_what_was_read_beside_the_pages(app: Flask, scene: Scene) -> None:
    upload = papers.sent(scene, a_draft(scene).id, "M04")
    papers.keep(upload, papers.appointment("林晓雨"), by=scene.clerk)
    clerk = somebody(app, "clerk")
    page = f"/materials/{upload.id}"
    shown = clerk.get(page).text
    assert 'id="read"' in shown
    assert shown.count('class="mark tone-info"') == 2  # where date and number stand; kind and name are warned of
    assert 'class="mark tone-warn"' in shown
    wrong = post(clerk, f"{page}/reading", page=page, revision=revision_of(upload), kind="bill", name="陈静")
    assert wrong.status_code == 422
    assert 'value="陈静"' in wrong.text
    right = post(clerk, f"{page}/reading", page=page, revision=revision_of(upload), kind="diploma", name="陈静")
    assert right.status_code == 302
    assert not db.session.scalars(select(MaterialCheck)).all()
    shown = clerk.get(page).text
    assert "原识别为" in shown
    seen = select(AuditEvent.note).where(AuditEvent.action == "material:read", AuditEvent.note == "what was read on it")
    assert db.session.scalars(seen).all()


def test_what_was_read_of_another_unit_is_404_and_not_told(app: Flask, scene: Scene) -> None:
    from models.accounts import Reach
    from tests.factories import a_unit, an_account

    draft = a_draft(scene)
    upload = papers.sent(scene, draft.id, "M04")
    papers.keep(upload, papers.diploma(), by=scene.clerk)
    an_account("stranger", ("clerk", a_unit("别的学校"), Reach.UNIT))
    stranger = somebody(app, "stranger")
    assert post(stranger, f"/materials/{upload.id}/reading", page="/", revision=1, kind="diploma").status_code == 404
    assert stranger.get(f"/applications/{draft.id}/still-read").json == {"waiting": []}
    answer = post(stranger, f"/applications/{draft.id}/materials/M04/on-file", page="/", upload=upload.id)
    assert answer.status_code == 404


def test_what_papers_say_costs_no_statements(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    clerk = somebody(app, "clerk")
    papers.keep(papers.sent(scene, draft.id, "M04"), papers.diploma(), by=scene.clerk)
    costs = []
    for code in ("M04", "M05", "M06"):
        clerk.get(f"/applications/{draft.id}")
        with counted() as statements:
            clerk.get(f"/applications/{draft.id}")
        costs.append(len(statements))
        papers.keep(papers.sent(scene, draft.id, code), papers.diploma(), by=scene.clerk)
    assert len(set(costs)) == 1, costs


def a_filed_card(scene: Scene, number: str) -> tuple[Application, Upload]:
    application = papers.filed(scene)
    upload = db.session.scalars(select(Upload).where(Upload.material_code == "M04")).one()
    papers.keep(upload, papers.identity_card("陈静", number), by=scene.clerk)
    return application, upload


def test_the_reviewer_sees_what_was_read_corrects_it_and_sees_the_number_whole_for_a_reason(
    app: Flask, scene: Scene
) -> None:
    number = id_number(77)
    application, upload = a_filed_card(scene, number)
    reviewer = somebody(app, "reviewer")
    desk = f"/admin/queue/{application.id}"
    shown = reviewer.get(desk).text
    assert "居民身份证" in shown
    assert number not in shown
    assert number[-4:] in shown
    told = f"/admin/queue/materials/{upload.id}"
    none = post(reviewer, f"{told}/identity/", page=desk, reason="")
    assert none.status_code == 422
    assert number not in none.text
    seen = post(reviewer, f"{told}/identity/", page=desk, reason="与花名册核对")
    assert number in seen.text
    wrong = post(reviewer, f"{told}/reading/", page=desk, revision=revision_of(upload), kind="", name="陈静")
    assert wrong.status_code == 422
    right = post(reviewer, f"{told}/reading/", page=desk, revision=revision_of(upload), kind="diploma", name="陈静")
    assert right.status_code == 302
    db.session.expire_all()
    assert "other_kind" not in set(db.session.scalars(select(MaterialCheck.code)))
    assert "核对" in reviewer.get(desk).text
