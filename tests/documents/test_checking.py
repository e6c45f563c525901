"""The page that checks a print: what anybody learns from a code, and what nobody does."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.documents import codes, service
from app.documents.checking import GUESSES_PER_ADDRESS
from app.workflow import service as workflow
from models import Application, AuditEvent, LoginFailure, db
from tests.access.browsing import somebody
from tests.applications.scene import Scene, a_scene
from tests.documents.prints import approved, in_review, text_of
from tests.factories import Reach, an_account


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def code_on(app: Flask, application: Application, who: str = "clerk") -> str:
    """The code as it stands at the foot of the print."""
    answer = somebody(app, who).get(f"/applications/{application.id}/print/F01")
    found = re.search(r"核验码：([0-9A-Z]{5}-[0-9A-Z]{5})", text_of(answer.data))
    assert found, answer.status
    return found.group(1)


def test_a_fresh_print_shows_the_present_state(app: Flask, client: FlaskClient, scene: Scene) -> None:
    application = in_review(scene)
    page = client.get(f"/check/{code_on(app, application)}")
    assert page.status_code == 200
    for said in ("本件为最新状态", application.number, "新进人员工资核定", "审核中"):
        assert said in page.text


def test_a_print_is_out_of_date_once_a_step_has_decided(app: Flask, client: FlaskClient, scene: Scene) -> None:
    application = in_review(scene)
    code = code_on(app, application)
    workflow.claim(application.id, by=scene.head, revision=application.revision)
    assert "本件为最新状态" in client.get(f"/check/{code}").text  # on whose desk it lies changes nothing on the paper
    db.session.expire_all()
    approved(scene, application)
    page = client.get(f"/check/{code}").text
    assert "本件已不是最新状态" in page
    assert "已批准" in page
    assert "本件为最新状态" in client.get(f"/check/{code_on(app, application)}").text


def test_the_page_names_nobody_and_no_amount(app: Flask, client: FlaskClient, scene: Scene) -> None:
    application = approved(scene, in_review(scene))
    page = client.get(f"/check/{code_on(app, application)}").text
    staff = application.employees[0].staff
    for hidden in (staff.name, staff.staff_no, "approver", application.unit.name):
        assert hidden not in page
    assert not re.search(r"\d[\d,]*\.\d\d", page)


def test_a_code_that_was_made_up_is_told_from_a_slip_of_the_pen(app: Flask, client: FlaskClient, scene: Scene) -> None:
    application = in_review(scene)
    right = code_on(app, application)
    slip = ("A" if right[0] != "A" else "B") + right[1:]
    assert "缺少或写错了" in client.get(f"/check/{slip}").text
    assert db.session.scalars(select(LoginFailure)).all() == []
    made_up = codes.code_of("application", application.id, "no such state")
    answer = client.get(f"/check/{made_up}")
    assert answer.status_code == 404
    assert "未印制过" in answer.text


def test_whoever_tries_codes_is_stopped_and_others_are_not(app: Flask, client: FlaskClient, scene: Scene) -> None:
    right = code_on(app, in_review(scene))
    answers = [
        client.get(f"/check/{codes.code_of('application', 5000 + number, 'x')}").status_code
        for number in range(GUESSES_PER_ADDRESS + 1)
    ]
    assert answers == [404] * GUESSES_PER_ADDRESS + [429]
    assert client.get(f"/check/{right}").status_code == 429
    elsewhere = client.get(f"/check/{right}", environ_overrides={"REMOTE_ADDR": "10.0.0.9"})
    assert elsewhere.status_code == 200


def test_the_code_can_be_typed(app: Flask, client: FlaskClient, scene: Scene) -> None:
    code = code_on(app, in_review(scene))
    assert 'name="code"' in client.get("/check").text
    answer = client.get("/check", query_string={"code": code.lower().replace("-", " ")}, follow_redirects=True)
    assert "本件为最新状态" in answer.text


def test_ones_own_wage_card_is_printed_and_checked(app: Flask, client: FlaskClient, scene: Scene) -> None:
    application = approved(scene, in_review(scene))
    staff = application.employees[0].staff
    an_account("own", ("employee", None, Reach.SELF), staff=staff)
    answer = somebody(app, "own").get("/my-wage/card")
    text = text_of(answer.data)
    assert staff.name in text
    assert "见习期工资" in text
    found = re.search(r"核验码：([0-9A-Z]{5}-[0-9A-Z]{5})", text)
    assert found
    page = client.get(f"/check/{found.group(1)}").text
    assert "工资卡" in page
    assert "现行有效" in page
    assert staff.name not in page
    assert db.session.scalars(select(AuditEvent).where(AuditEvent.action == "pay:print_own")).one()


def test_an_account_of_nobody_has_no_card(app: Flask) -> None:
    an_account("auditor-of-nothing", ("employee", None, Reach.SELF))
    assert somebody(app, "auditor-of-nothing").get("/my-wage/card").status_code == 404


def test_an_application_with_a_number_beyond_the_codes_is_printed_without_one() -> None:
    assert service.codes.code_of("application", codes.LARGEST_ID + 1, "1") is None
