"""The clerk's page of proposals, the home page that leads there, and the list of the back office."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models import Application, AuditEvent, Proposal, Staff, db
from models.proposals import ProposalState
from tests.access.browsing import somebody, token_on
from tests.proposals.scene import (
    Scene,
    a_newcomer,
    a_scene,
    a_teacher_of_the_file,
    open_of,
    proposals_of,
    refresh,
    reported,
    the_proposal,
)
from tests.statements import counted


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def _due(scene: Scene, name: str = "李明") -> Staff:
    staff = a_teacher_of_the_file(scene, name)
    reported(staff, (2017, "QUALIFIED"))
    refresh(staff)
    return staff


def _post(client: FlaskClient, url: str, **values: Any) -> TestResponse:
    token = token_on(client.get("/proposals"))
    return client.post(url, data={"csrf_token": token, **values})


def _chosen(page: str) -> list[str]:
    return re.findall(r'name="proposal" form="many" value="([\d-]+)"', page)


def test_home_leads_to_the_proposals_and_counts_them(app: Flask, scene: Scene) -> None:
    _due(scene)
    refresh(a_newcomer(scene))
    page = somebody(app, "clerk").get("/").text
    tile = page.split('class="tiles"')[1].split("</div>")[0]
    assert 'href="/proposals"' in tile
    assert ">2<" in tile
    assert page.index('class="tiles"') < page.index('id="pile-due"')


def test_the_list_says_why_what_changes_and_what_is_missing(app: Flask, scene: Scene) -> None:
    _due(scene)
    refresh(a_newcomer(scene))
    page = somebody(app, "clerk").get("/proposals").text
    assert "李明" in page
    assert "I-5" in page
    assert "→" in page
    assert "缺" in page
    assert page.index("NCGZ-01") < page.index("NCGZ-12")
    english = somebody(app, "clerk")
    token = token_on(english.get("/proposals"))
    english.post("/language", data={"csrf_token": token, "locale": "en"})
    assert "is missing" in english.get("/proposals").text


def test_many_are_confirmed_and_each_line_says_what_became_of_it(app: Flask, scene: Scene) -> None:
    people = [_due(scene, name) for name in ("甲一", "乙二", "丙三")]
    clerk = somebody(app, "clerk")
    lines = _chosen(clerk.get("/proposals").text)
    assert len(lines) == 3
    reported(people[1], (2017, "EXCELLENT"))
    done = _post(clerk, "/proposals/confirm", proposal=lines, key="k-1")
    assert done.status_code == 200
    assert done.text.count("已确认并提交") == 2
    assert "未确认" in done.text
    assert db.session.scalar(select(func.count()).select_from(Application)) == 2


def test_one_press_confirms_a_complete_line_and_a_second_press_changes_nothing(app: Flask, scene: Scene) -> None:
    _due(scene)
    clerk = somebody(app, "clerk")
    (line,) = _chosen(clerk.get("/proposals").text)
    first = _post(clerk, "/proposals/confirm", one=line, key="k-1")
    second = _post(clerk, "/proposals/confirm", one=line, key="k-1")
    assert (first.status_code, second.status_code) == (302, 302)
    assert db.session.scalar(select(func.count()).select_from(Application)) == 1


def test_a_line_that_lacks_something_opens_the_application(app: Flask, scene: Scene) -> None:
    refresh(a_newcomer(scene))
    clerk = somebody(app, "clerk")
    (line,) = _chosen(clerk.get("/proposals").text)
    begun = _post(clerk, "/proposals/confirm", one=line, key="k-1")
    assert begun.status_code == 302
    assert re.fullmatch(r"/applications/\d+", begun.location)
    assert clerk.get(begun.location).status_code == 200


def test_nothing_chosen_is_said_in_words(app: Flask, scene: Scene) -> None:
    _due(scene)
    refused = _post(somebody(app, "clerk"), "/proposals/confirm", key="k-1")
    assert refused.status_code == 422
    assert "请至少选择一项" in refused.text


def test_setting_aside_asks_for_a_reason_and_can_be_taken_back(app: Flask, scene: Scene) -> None:
    staff = _due(scene)
    (one,) = proposals_of(staff)
    clerk = somebody(app, "clerk")
    wrong = _post(clerk, f"/proposals/{one.id}/aside", revision=1, reason="")
    assert wrong.status_code == 422
    assert f"reason-{one.id}-error" in wrong.text
    assert _post(clerk, f"/proposals/{one.id}/aside", revision=1, reason="等待复核").status_code == 302
    aside = clerk.get("/proposals?state=SET_ASIDE").text
    assert "等待复核" in aside
    assert _post(clerk, f"/proposals/{one.id}/reopen", revision=2).status_code == 302
    assert open_of(staff) == [("increment", "2017")]


def test_another_units_clerk_sees_nothing_and_reaches_nothing(app: Flask, scene: Scene) -> None:
    one = the_proposal(a_newcomer(scene, "赵敏"))
    stranger = somebody(app, "other_clerk")
    assert "赵敏" not in stranger.get("/proposals").text
    for address in (f"/proposals/{one.id}/aside", f"/proposals/{one.id}/reopen"):
        assert _post(stranger, address, revision=1, reason="不办").status_code == 404
    tried = _post(stranger, "/proposals/confirm", one=f"{one.id}-1", key="k-1")
    assert tried.status_code == 409
    assert "赵敏" not in tried.text
    assert open_of(one.staff) == [("new_hire", "first")]


@pytest.mark.parametrize("name", ["head", "auditor", "administrator"])
def test_only_clerks_have_the_page(app: Flask, scene: Scene, name: str) -> None:
    assert somebody(app, name).get("/proposals").status_code == 403


def test_the_clerk_works_it_out_anew(app: Flask, scene: Scene) -> None:
    staff = a_newcomer(scene)
    assert _post(somebody(app, "clerk"), "/proposals/refresh").status_code == 302
    assert open_of(staff) == [("new_hire", "first")]


def test_reading_the_list_is_written_down_for_each_person(app: Flask, scene: Scene) -> None:
    _due(scene)
    somebody(app, "clerk").get("/proposals")
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "proposal:read")).all()
    assert event.actor_name == "clerk"


def test_the_page_costs_the_same_for_few_and_for_many(app: Flask, scene: Scene) -> None:
    clerk = somebody(app, "clerk")
    _due(scene, "甲一")
    clerk.get("/proposals")
    with counted() as few:
        clerk.get("/proposals")
    for number in range(9):
        _due(scene, f"乙{number}")
    clerk.get("/proposals")
    with counted() as many:
        assert clerk.get("/proposals").text.count('form="many" value="') >= 10
    assert len(many) <= len(few) <= 8 + 4, many
    with counted() as home:
        clerk.get("/")
    assert len(home) <= 8


def test_the_it_team_and_the_auditor_see_the_list_and_only_one_of_them_begins_the_run(app: Flask, scene: Scene) -> None:
    _due(scene)
    auditor, team = somebody(app, "auditor"), somebody(app, "administrator")
    for client in (auditor, team):
        page = client.get("/admin/proposals/")
        assert page.status_code == 200
        assert "李明" in page.text
    filtered = auditor.get("/admin/proposals/?flt0_state=SET_ASIDE").text
    assert "李明" not in filtered
    one = db.session.scalars(select(Proposal)).one()
    assert "变动后" in auditor.get(f"/admin/proposals/details/?id={one.id}").text
    assert "变动后" not in team.get(f"/admin/proposals/details/?id={one.id}").text, "wages are not the IT team's"
    token = token_on(team.get("/admin/proposals/"))
    assert team.post("/admin/proposals/run/", data={"csrf_token": token}).status_code == 302
    assert "推算记录" in team.get("/admin/proposals/").text
    token = token_on(auditor.get("/admin/proposals/"))
    assert auditor.post("/admin/proposals/run/", data={"csrf_token": token}).status_code == 403


def test_a_confirmed_line_leads_to_its_application(app: Flask, scene: Scene) -> None:
    _due(scene)
    clerk = somebody(app, "clerk")
    (line,) = _chosen(clerk.get("/proposals").text)
    _post(clerk, "/proposals/confirm", one=line, key="k-1")
    one = db.session.scalars(select(Proposal)).one()
    assert one.state == ProposalState.CONFIRMED
    assert f"/applications/{one.application_id}" in clerk.get("/proposals?state=CONFIRMED").text
