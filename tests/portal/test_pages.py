"""The pages of the clerk and the head, as a browser without script sees them."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.applications import queries
from app.proposals import service as proposals
from app.workflow import service as workflow
from app.workflow.service import Mark
from models import Application, AuditEvent, Staff, Upload, db
from models.accounts import Reach
from tests.access.browsing import somebody, token_on
from tests.applications.scene import NEW_HIRE, Scene, a_draft, a_scene, filed, ready
from tests.factories import a_unit, an_account, an_employee, id_number
from tests.materials import files
from tests.statements import counted

YEAR = "answer-graduation_year"


def post(client: FlaskClient, url: str, *, page: str, fragment: bool = False, **values: Any) -> TestResponse:
    token = token_on(client.get(page))
    headers = {"X-Fragment": "1"} if fragment else {}
    return client.post(url, data={"csrf_token": token, **values}, headers=headers)


def at(application: Application, verb: str = "") -> str:
    return f"/applications/{application.id}" + (f"/{verb}" if verb else "")


def now(application_id: int) -> Application:
    db.session.expire_all()
    return db.session.get_one(Application, application_id)


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def test_every_page_of_a_clerk_opens(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    clerk = somebody(app, "clerk")
    for url in ("/", "/applications", "/applications/new", "/roster", "/roster/new", at(draft), at(draft, "withdraw")):
        assert clerk.get(url).status_code == 200, url


def test_an_application_of_another_unit_is_404_on_every_road(app: Flask, scene: Scene) -> None:
    draft = ready(scene)
    upload = db.session.scalars(select(Upload)).first()
    assert upload is not None
    elsewhere = a_unit("别的学校")
    an_account("stranger", ("clerk", elsewhere, Reach.UNIT), ("head", elsewhere, Reach.UNIT))
    stranger = somebody(app, "stranger")
    file = f"/materials/{upload.id}"
    gets = [at(draft), at(draft, "withdraw"), at(draft, "return"), file]
    gets += [f"{file}/pages/1", f"{file}/thumbnails/1", f"{file}/original"]
    for url in gets:
        assert stranger.get(url).status_code == 404, url
    posts = (at(draft, "save"), at(draft, "live"), at(draft, "submit"), at(draft, "move"), at(draft, "confirm"),
             at(draft, "withdraw"), at(draft, "return"), f"{file}/remove")  # fmt: skip
    for url in posts:
        assert post(stranger, url, page="/", revision="1", reason="不再需要").status_code == 404, url
    sent = post(stranger, at(draft, "materials/M05"), page="/", files=(BytesIO(files.jpeg()), "a.jpg"))
    assert sent.status_code == 404
    assert draft.number not in stranger.get("/applications").text


def test_the_wrong_role_is_refused_in_words(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    head = somebody(app, "head")
    assert head.get("/applications/new").status_code == 403
    refused = post(head, at(draft, "submit"), page="/", revision="1")
    assert refused.status_code == 403
    assert "Traceback" not in refused.text


def test_a_wrong_answer_is_named_at_its_field_and_stays_typed(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    clerk = somebody(app, "clerk")
    answer = post(clerk, at(draft, "save"), page=at(draft), revision="1", **{YEAR: "二零一七"})
    assert answer.status_code == 422
    assert 'value="二零一七"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_a_stale_page_names_who_was_first_and_keeps_what_was_typed(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene, graduation_year="2016")
    clerk = somebody(app, "clerk")
    answer = post(clerk, at(draft, "save"), page=at(draft), revision="1", **{YEAR: "2011"})
    assert answer.status_code == 409
    assert "clerk于" in answer.text
    assert 'value="2011"' in answer.text


def test_an_incomplete_submission_says_what_is_missing_and_keeps_the_answers(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    clerk = somebody(app, "clerk")
    answer = post(clerk, at(draft, "submit"), page=at(draft), revision="1", key="k1", **{YEAR: "2017"})
    assert answer.status_code == 422
    assert "暂不能提交" in answer.text
    assert queries.sheet(queries.opened(scene.clerk, draft.id)).answers["graduation_year"] == 2017


def test_a_double_click_files_once(app: Flask, scene: Scene) -> None:
    draft = ready(scene)
    clerk = somebody(app, "clerk")
    revision = str(draft.revision)
    for _ in range(2):
        answer = post(clerk, at(draft, "submit"), page="/", revision=revision, key="once")
        assert answer.status_code == 302
    assert now(draft.id).round == 1
    other = post(clerk, at(draft, "submit"), page="/", revision=revision, key="once", **{YEAR: "2001"})
    assert other.status_code == 409


def test_a_returned_application_opens_only_what_was_marked(app: Flask, scene: Scene) -> None:
    application = filed(scene)
    workflow.return_for_correction(
        application.id, by=scene.head, revision=now(application.id).revision, note="请更正",
        marks=[Mark("MATERIAL", "M05", "看不清"), Mark("ANSWER", "graduation_year", "不一致")],
    )  # fmt: skip
    clerk = somebody(app, "clerk")
    page = clerk.get(at(application)).text
    assert 'name="answer-graduation_year"' in page
    assert 'name="answer-education"' not in page
    assert 'name="answer-occupation"' not in page
    revision = str(now(application.id).revision)
    smuggled = post(clerk, at(application, "save"), page="/", revision=revision, **{"answer-education": "DOCTOR"})
    assert smuggled.status_code == 409
    empty = post(clerk, at(application, "save"), page="/", revision=revision, **{"answer-occupation": "TEACHER"})
    assert empty.status_code == 409
    closed = post(clerk, at(application, "materials/M01"), page="/", files=(BytesIO(files.png()), "a.png"))
    assert closed.status_code == 409
    opened = post(clerk, at(application, "materials/M05"), page="/", files=(BytesIO(files.png()), "a.png"))
    assert opened.status_code == 302
    again = post(clerk, at(application, "submit"), page="/", revision=revision, key="again", **{YEAR: "2016"})
    assert again.status_code == 302, again.text
    assert now(application.id).state == "IN_REVIEW"
    assert now(application.id).round == 2


def test_the_head_confirms_and_cannot_confirm_twice(app: Flask, scene: Scene) -> None:
    application = filed(scene)
    head = somebody(app, "head")
    assert application.title in head.get("/").text
    revision = str(now(application.id).revision)
    assert post(head, at(application, "confirm"), page="/", revision=revision, key="c").status_code == 302
    assert now(application.id).step_permission == "application:review"
    late = post(head, at(application, "confirm"), page="/", revision=revision, key="d")
    assert late.status_code in (403, 409)


def test_the_head_returns_with_marks_and_a_mark_needs_its_reason(app: Flask, scene: Scene) -> None:
    application = filed(scene)
    head = somebody(app, "head")
    revision = str(now(application.id).revision)
    page = at(application, "return")
    bare = post(head, page, page=page, revision=revision, note="请更正", mark="MATERIAL:M05")
    assert bare.status_code == 422
    assert "请更正" in bare.text
    done = post(head, page, page=page, revision=revision, note="请更正", mark="MATERIAL:M05",
                **{"reason-MATERIAL:M05": "缺页"})  # fmt: skip
    assert done.status_code == 302
    assert now(application.id).state == "RETURNED"


def test_the_live_part_follows_the_answers_without_saving_them(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    clerk = somebody(app, "clerk")
    answer = post(clerk, at(draft, "live"), page=at(draft), fragment=True, revision="1",
                  **{"answer-occupation": "TEACHER", "answer-graduation_year": "x"})  # fmt: skip
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="live"')
    assert "teaching_start_year" in answer.text.split("data-asked=")[1][:200]
    assert now(draft.id).revision == 1


def test_an_employee_is_found_by_name_and_only_in_reach(app: Flask, scene: Scene) -> None:
    an_employee(a_unit("别的学校"), "陈静")
    clerk = somebody(app, "clerk")
    found = clerk.get("/applications/new/staff?q=陈").get_json()["results"]
    assert [one["id"] for one in found] == [scene.staff.id]


def test_without_script_a_name_that_fits_one_person_is_enough(app: Flask, scene: Scene) -> None:
    clerk = somebody(app, "clerk")
    page = "/applications/new"
    assert post(clerk, page, page=page, staff_text="陈静", item="NCGZ-01").status_code == 302
    nobody = post(clerk, page, page=page, staff_text="诸葛亮", item="NCGZ-01")
    assert nobody.status_code == 422
    assert "诸葛亮" in nobody.text


def test_a_new_employee_is_registered_and_can_be_filed_for(app: Flask, scene: Scene) -> None:
    clerk = somebody(app, "clerk")
    values = {"name": "周敏", "id_number": id_number(77), "staff_type": "INSTITUTION", "education": "MASTER",
              "work_start": "2018-04-01", "joined_on": "2018-04-01"}  # fmt: skip
    wrong = post(clerk, "/roster/new", page="/roster/new", **{**values, "id_number": "123"})
    assert wrong.status_code == 422
    assert 'value="周敏"' in wrong.text
    done = post(clerk, "/roster/new", page="/roster/new", **values)
    assert done.status_code == 302
    staff = db.session.scalars(select(Staff).where(Staff.name == "周敏")).one()
    assert f"staff={staff.id}" in done.location
    assert clerk.get(done.location).status_code == 200


def test_every_view_of_an_application_is_written_down(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    somebody(app, "clerk").get(at(draft))
    seen = db.session.scalar(
        select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "application:read")
    )
    assert seen == 1


def test_pages_cost_few_statements(app: Flask, scene: Scene) -> None:
    draft = ready(scene)
    an_employee(scene.unit, "赵敏")
    clerk = somebody(app, "clerk")
    limits = {"/": 8, "/applications": 8, "/applications/new": 8, "/roster": 8}
    # Of those of an application four write down that it was read, since it shows pay and papers; one finds its lessons.
    for url, most in {**limits, at(draft): 8 + 6}.items():
        clerk.get(url)
        with counted() as sent:
            assert clerk.get(url).status_code == 200
        assert len(sent) <= most, (url, sent)


def test_home_says_what_a_draft_lacks_and_who_is_due(app: Flask, scene: Scene) -> None:
    waiting = an_employee(scene.unit, "赵敏")
    draft = a_draft(scene)
    proposals.refresh_people([waiting.id, scene.staff.id], by=scene.clerk)
    page = somebody(app, "clerk").get("/").text
    assert "缺 1 项填写" in page
    assert f"/applications/{draft.id}" in page
    due = page.split('id="pile-due"')[1].split("</section>")[0]
    assert "赵敏" in due
    assert draft.title not in due, "for whom something is begun is not due any more"


def test_one_press_begins_for_who_is_due(app: Flask, scene: Scene) -> None:
    proposals.refresh_people([scene.staff.id], by=scene.clerk)
    clerk = somebody(app, "clerk")
    form = clerk.get("/").text.split('id="pile-due"')[1]
    values = dict(re.findall(r'name="(one|key)" value="([^"]+)"', form))
    first = post(clerk, "/proposals/confirm", page="/", **values)
    again = post(clerk, "/proposals/confirm", page="/", **values)
    assert first.status_code == 302
    assert first.location == again.location


def test_only_items_that_fit_the_person_are_offered(app: Flask, scene: Scene) -> None:
    clerk = somebody(app, "clerk")
    new = clerk.get(f"/applications/new?staff={scene.staff.id}").text
    assert re.findall(r'name="item" value="([\w-]+)" checked', new) == [NEW_HIRE]
    assert sorted(re.findall(r'name="item" value="([\w-]+)"', new)) == [NEW_HIRE, "NCGZ-03", "NCGZ-05"]
    gone = an_employee(scene.unit, "钱进", state="ENDED", left_on=date(2018, 4, 2))
    left = clerk.get(f"/applications/new?staff={gone.id}").text
    assert re.findall(r'name="item" value="([\w-]+)"', left) == ["NCGZ-25"]  # who had retired may have died


def test_several_people_of_one_name_are_offered_to_choose_from(app: Flask, scene: Scene) -> None:
    an_employee(scene.unit, "陈静")
    page = somebody(app, "clerk").get("/applications/new?staff_text=陈静").text
    assert page.count("/applications/new?staff=") == 2


def test_a_filed_application_says_who_has_it_and_until_when(app: Flask, scene: Scene) -> None:
    page = somebody(app, "clerk").get(at(filed(scene))).text
    now_part = page.split('id="now"')[1].split("</section>")[0]
    assert "正在办理：单位负责人确认" in now_part
    assert "您无需再做什么" in now_part


@pytest.mark.parametrize(
    "url",
    [
        "/applications?page=-1", "/applications?page=999999999999999999999", "/applications?state=%00&item=%27",
        "/applications?text=%25%5C%00", "/roster?page=x&state=y&text=%00", "/applications/new?staff=abc",
        "/applications/new?staff=99999999", "/applications/new/staff?q=%00%27%25", "/applications/0",
        "/applications/99999999999999999999999", "/materials/0/pages/1", "/materials/1/pages/999999999999",
        "/materials/9223372036854775807/original", "/applications/new?item=" + "x" * 4000,
    ],
)  # fmt: skip
def test_bad_addresses_get_a_sentence(app: Flask, scene: Scene, url: str) -> None:
    a_draft(scene)
    answer = somebody(app, "clerk").get(url)
    assert answer.status_code in (200, 404), answer.status_code
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("revision", ["", "x", "-1", "99999999999999999999", "1\x00"])
def test_a_bad_revision_is_refused_in_words(app: Flask, scene: Scene, revision: str) -> None:
    draft = a_draft(scene)
    clerk = somebody(app, "clerk")
    for verb in ("save", "submit", "withdraw"):
        answer = post(clerk, at(draft, verb), page=at(draft), revision=revision, reason="不再需要", **{YEAR: "2017"})
        assert answer.status_code == 409, verb


@pytest.mark.parametrize(
    ("name", "value"),
    [(YEAR, "\x00"), (YEAR, "9" * 5000), ("answer-joined_on", "2018-02-30"), ("answer-education", "NOBODY"),
     ("answer-unknown", "x"), ("answer-", "x")],
)  # fmt: skip
def test_bad_answers_never_break_a_page(app: Flask, scene: Scene, name: str, value: str) -> None:
    draft = a_draft(scene)
    clerk = somebody(app, "clerk")
    for verb in ("save", "live", "submit"):
        answer = post(clerk, at(draft, verb), page=at(draft), revision="1", **{name: value})
        assert answer.status_code in (200, 302, 409, 422), (verb, answer.status_code)
