"""The pages beside the decision: passing on from the desk, urging and recalling by the unit, what was sent to me."""

from __future__ import annotations

import pytest
from flask import Flask

from app.workflow import service
from app.workflow.opinions import ask_opinion
from app.workflow.passing_on import send_copy
from app.workflow.reasons import add_reason
from app.workflow.recalling import ask_back
from models import Application, AuditEvent, CopyTo, Opinion, Reason, Urge, db
from models.applications import ApplicationState as State
from tests.access.browsing import send, somebody
from tests.workflow.factories import City, a_city, a_new_hire, filed, fresh, passed

pytestmark = pytest.mark.usefixtures("app")


def on_the_desk(city: City) -> Application:
    application = passed(city, filed(city, a_new_hire(city)), steps=2)
    service.claim(application.id, by=city.reviewer, revision=application.revision)
    return fresh(application)


def test_the_desk_hands_over_asks_and_copies(app: Flask) -> None:
    city = a_city()
    application = on_the_desk(city)
    desk, page = f"/admin/queue/{application.id}", f"/admin/queue/{application.id}/pass-on"
    browser = somebody(app, "reviewer")
    assert page in browser.get(desk).text
    assert 'name="holds" value="1"' in browser.get(page).text
    revision = str(application.revision)
    wrong = send(browser, f"{desk}/transfer/", page=page, revision=revision, to_id="", reason="外出<i>")
    assert wrong.status_code == 422
    assert "外出&lt;i&gt;" in wrong.text
    to_id = str(city.rechecker.account_id)
    asked = send(browser, f"{desk}/ask/", page=page, revision=revision, to_id=to_id, question="怎么看？", holds="1")
    assert asked.status_code == 302
    assert db.session.query(Opinion).one().holds
    copied = send(browser, f"{desk}/copy/", page=page, to_id=str(city.head.account_id), note="知悉")
    assert copied.status_code == 302
    shown = browser.get(desk).text
    assert "怎么看？" in shown
    assert "知悉" in shown
    refused = send(browser, f"{desk}/approve/", page=desk, revision=str(fresh(application).revision), key="k" * 16)
    assert refused.status_code == 409
    opinion = db.session.query(Opinion).one()
    send(browser, f"{desk}/withdraw-question/", page=page, opinion_id=str(opinion.id), opinion_revision="1")
    revision = str(fresh(application).revision)
    done = send(browser, f"{desk}/transfer/", page=page, revision=revision, to_id=str(city.reviewer_2.account_id),
                reason="外出")  # fmt: skip
    assert done.status_code == 302
    assert fresh(application).claimed_by_id == city.reviewer_2.account_id
    stranger = somebody(app, "other_head")
    for road in ("pass-on", "transfer/", "ask/", "copy/"):
        answer = stranger.get(page) if road == "pass-on" else send(stranger, f"{desk}/{road}", page="/password")
        assert answer.status_code in (403, 404), road


def test_an_opinion_is_answered_on_the_page_for_me(app: Flask) -> None:
    city = a_city()
    application = on_the_desk(city)
    opinion = ask_opinion(application.id, of_id=city.rechecker.account_id or 0, question="是否合规？", by=city.reviewer,
                          revision=application.revision)  # fmt: skip
    browser, stranger = somebody(app, "rechecker"), somebody(app, "approver")
    assert "是否合规？" in browser.get("/for-me").text
    assert "是否合规？" not in stranger.get("/for-me").text
    road = f"/opinions/{opinion.id}/answer"
    assert send(stranger, road, page="/password", revision="1", answer="合规").status_code == 404
    assert send(browser, road, page="/for-me", revision="1", answer=" ").status_code == 422
    assert send(browser, road, page="/for-me", revision="1", answer="合规，<b>同意</b>").status_code == 302
    assert "合规，&lt;b&gt;同意" in somebody(app, "reviewer").get(f"/admin/queue/{application.id}").text
    assert send(browser, road, page="/for-me", revision="1", answer="再答").status_code == 409


def test_a_copy_is_read_with_a_trace_and_noted_by_its_receiver_only(app: Flask) -> None:
    city = a_city()
    application = on_the_desk(city)
    copy = send_copy(application.id, to_id=city.head.account_id or 0, note="请知悉", by=city.reviewer)
    head, stranger = somebody(app, "head"), somebody(app, "clerk")
    assert "请知悉" in head.get("/for-me").text
    assert head.get(f"/copies/{copy.id}").status_code == 302
    assert db.session.query(AuditEvent).filter_by(action="application:read_copy").count() == 1
    for road in (f"/copies/{copy.id}", f"/copies/{copy.id}/noted"):
        answer = stranger.get(road) if not road.endswith("noted") else send(stranger, road, page="/password")
        assert answer.status_code == 404
    assert send(head, f"/copies/{copy.id}/noted", page="/for-me").status_code == 302
    assert db.session.query(CopyTo).one().noted_at is not None


def test_the_unit_urges_recalls_and_asks_back(app: Flask) -> None:
    city = a_city()
    application = filed(city, a_new_hire(city))
    page = f"/applications/{application.id}"
    clerk, stranger = somebody(app, "clerk"), somebody(app, "other_clerk")
    for _ in range(2):  # the second click changes nothing
        assert send(clerk, f"{page}/urge", page=page).status_code == 302
    assert db.session.query(Urge).count() == 1
    for road in ("urge", "recall"):
        assert send(stranger, f"{page}/{road}", page="/password", revision="2", reason="不是我的").status_code == 404
    assert send(clerk, f"{page}/recall", page=page, revision="2", reason="").status_code == 422
    assert send(clerk, f"{page}/recall", page=page, revision="1", reason="旧页面").status_code == 409
    assert send(clerk, f"{page}/recall", page=page, revision="2", reason="写错了").status_code == 302
    assert fresh(application).state == State.DRAFT


def test_a_request_to_give_back_is_answered_at_the_desk(app: Flask) -> None:
    city = a_city()
    application = passed(city, filed(city, a_new_hire(city)), steps=1)
    service.claim(application.id, by=city.department_reviewer, revision=application.revision)
    asked = ask_back(application.id, by=city.clerk, reason="金额写错")
    desk = f"/admin/queue/{application.id}"
    browser = somebody(app, "department_reviewer")
    assert "金额写错" in browser.get(desk).text
    revision = str(fresh(application).revision)
    values = {"revision": revision, "recall_id": str(asked.id)}
    assert (
        send(browser, f"{desk}/answer-recall/", page=f"{desk}/pass-on", granted="0", note="", **values).status_code
        == 422
    )
    assert send(browser, f"{desk}/answer-recall/", page=f"{desk}/pass-on", granted="1", **values).status_code == 302
    assert fresh(application).state == State.DRAFT


def test_the_library_is_edited_in_the_back_office_and_offered_at_the_desk(app: Flask) -> None:
    city = a_city()
    application = on_the_desk(city)
    approver, reviewer = somebody(app, "approver"), somebody(app, "reviewer")
    values = {
        "kind": "MATERIAL",
        "text_zh": "合同缺骑缝章",
        "text_en": "No seal",
        "item": "",
        "step_key": "",
        "offered": "1",
    }
    made = send(approver, "/admin/reasons/new/", page="/admin/reasons/new/", **values)
    assert made.status_code == 302, made.text
    row = db.session.query(Reason).one()
    assert "合同缺骑缝章" in reviewer.get(f"/admin/queue/{application.id}").text
    assert reviewer.get("/admin/reasons/").status_code == 200
    assert reviewer.get("/admin/reasons/new/").status_code in (403, 404)
    edit = f"/admin/reasons/edit/?id={row.id}"
    gone = send(approver, edit, page=edit, revision="1", **{**values, "offered": "0"})
    assert gone.status_code == 302, gone.text
    assert "合同缺骑缝章" not in reviewer.get(f"/admin/queue/{application.id}").text
    stale = send(approver, edit, page=edit, revision="1", **values)
    assert stale.status_code == 409


def test_the_head_is_offered_the_reasons_too(app: Flask) -> None:
    city = a_city()
    application = filed(city, a_new_hire(city))
    add_reason(by=city.approver, kind="MATERIAL", text_zh="缺骑缝章", text_en="No seal", step_key="unit_confirm")
    add_reason(by=city.approver, kind="MATERIAL", text_zh="别处才说", text_en="Elsewhere", step_key="decision")
    page = somebody(app, "head").get(f"/applications/{application.id}/return").text
    assert "缺骑缝章" in page
    assert "别处才说" not in page
