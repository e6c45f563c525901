"""The desk without a browser: what it says, what it writes down, what it answers to its own script, what it costs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from app import clock
from app.applications import service as applications
from app.materials import service as materials
from app.workflow import service as workflow
from app.workflow.service import Mark
from models import Application, AuditEvent, Upload, db
from models.accounts import Reach
from tests.admin_views.browsing import Person, statements
from tests.applications import scene as offices
from tests.conftest import MORNING
from tests.factories import an_account
from tests.materials import files
from tests.workflow.factories import City, a_city, a_new_hire, at_last_step, filed, fresh, passed

MARKED = [Mark("ANSWER", "education", "与学历证书不符"), Mark("MATERIAL", "M05", "缺盖章")]


def desk(person: Person, application: Application, **headers: str) -> str:
    answer = person.get(f"/admin/queue/{application.id}", headers=headers)
    assert answer.status_code == 200
    return answer.text


def a_reviewer(app: Flask) -> Person:
    an_account("looker", ("reviewer", None, Reach.ALL))
    return Person(app, "looker")


def readings() -> Sequence[AuditEvent]:
    db.session.rollback()
    wanted = AuditEvent.action.in_(("application:read_pay", "material:read"))
    return db.session.scalars(select(AuditEvent).where(wanted).order_by(AuditEvent.seq)).all()


def corrected(scene: offices.Scene, *, replace: bool) -> Application:
    """Returned for an answer and a material; the unit sends it back having replaced the material, or nothing."""
    application = offices.filed(scene)
    revision = application.revision
    workflow.return_for_correction(application.id, by=scene.head, revision=revision, note="请更正", marks=MARKED)
    with clock.frozen(MORNING + timedelta(hours=3)):
        if replace:
            old = db.session.scalars(select(Upload.id).where(Upload.material_code == "M05")).one()
            materials.remove(old, by=scene.clerk)
            offices.add(scene, application.id, "M05", files.png(), name="新扫描.png")
        db.session.expire_all()
        current = db.session.get_one(Application, application.id)
        answers = {"education": "BACHELOR"}
        applications.save_answers(application.id, answers, by=scene.clerk, revision=current.revision)
        db.session.expire_all()
        applications.submit(application.id, by=scene.clerk, revision=current.revision, key=None)
    return fresh(application)


def test_what_was_marked_and_left_as_it_was_is_said_first(app: Flask) -> None:
    application = corrected(offices.a_scene(), replace=False)
    page = desk(a_reviewer(app), application)
    against = page[page.index('id="against"') : page.index('id="pay"')]
    assert against.count("单位未作改动") == 2
    assert 'href="#answer-education"' in against
    assert re.search(r'href="#material-M05" data-show="\d+-1"', against)
    assert page.count("与学历证书不符") == 2, "in the list and beside the answer"


def test_the_old_file_lies_beside_the_new_one_after_a_return(app: Flask) -> None:
    application = corrected(offices.a_scene(), replace=True)
    page = desk(a_reviewer(app), application)
    assert page.count("单位未作改动") == 1
    assert "新交：新扫描.png" in page
    assert re.search(r'data-thumb="\d+-1"[^>]* data-old>', page)
    old = db.session.scalars(select(Upload.id).where(Upload.removed_at.is_not(None))).one()
    assert Person(app, "looker").get(f"/admin/queue/materials/{old}/pages/1").status_code == 200


def test_the_desk_writes_down_once_what_it_shows_also_when_it_is_loaded_ahead(app: Flask) -> None:
    application = offices.filed(offices.a_scene())
    reviewer = a_reviewer(app)
    before = len(readings())
    page = desk(reviewer, application, **{"X-Preload": "1"})
    (event,) = readings()[before:]
    assert event.action == "application:read_pay"
    assert "M05" in event.note
    assert "loaded ahead" in event.note
    small = re.search(r'src="([^"]+small=[^"]+)"', page)
    assert small
    assert reviewer.get(small.group(1).replace("&amp;", "&")).status_code == 200
    assert len(readings()) == before + 1, "the small pictures of an opened desk are in its reading"


def test_a_small_picture_without_the_pass_of_a_desk_is_a_reading_of_its_own(app: Flask) -> None:
    application = offices.filed(offices.a_scene())
    reviewer = a_reviewer(app)
    page = desk(reviewer, application)
    small = re.search(r'src="([^"]+)small=([^"]+)"', page)
    assert small
    an_account("somebody", ("reviewer", None, Reach.ALL))
    for person, token in ((reviewer, "1"), (reviewer, "x.y.z"), (Person(app, "somebody"), small.group(2))):
        before = len(readings())
        assert person.get(f"{small.group(1)}small={token}").status_code == 200
        assert len(readings()) == before + 1, token


def test_the_script_of_the_desk_is_told_where_to_go_and_may_send_twice(app: Flask) -> None:
    city = a_city()
    one, following = at_first_review(city), at_first_review(city)
    reviewer = Person(app, "reviewer")
    sent = {"revision": one.revision, "key": "k" * 12}
    for _ in range(2):
        answer = reviewer.post(f"/admin/queue/{one.id}/approve/", sent, headers={"X-Desk": "1"})
        assert answer.json is not None
        assert answer.json["next"] == f"/admin/queue/{following.id}"
        assert answer.json["revision"] == following.revision
        assert answer.json["said"] == [["success", "已通过。"]]
    assert "已通过。" not in desk(reviewer, following), "it was said already"
    refused = reviewer.post(
        f"/admin/queue/{following.id}/approve/", {"revision": 1, "note": "属实"}, headers={"X-Desk": "1"}
    )
    assert refused.status_code == 409
    assert 'data-desk="' in refused.text
    assert "属实" in refused.text


def test_a_desk_is_named_by_its_words_and_each_verb_stands_once(app: Flask) -> None:
    application = at_first_review(a_city())
    page = desk(Person(app, "reviewer"), application)
    assert "执行月份" not in page
    assert page.count('data-verb="return"') == page.count('data-verb="reject"') == 1


def test_a_decision_takes_twelve_statements_and_the_last_one_twenty_two(app: Flask) -> None:
    city = a_city()
    for one, name, most in ((at_first_review(city), "reviewer", 12), (at_last_step(city), "approver", 22)):
        person = Person(app, name)
        found = re.search(r'name="csrf_token" value="([^"]+)"', desk(person, one))
        assert found
        sent = {"revision": one.revision, "key": "k" * 12, "csrf_token": found.group(1)}
        with statements() as seen:
            assert person.client.post(f"/admin/queue/{one.id}/approve/", data=sent).status_code == 302
        assert len(seen) <= most, f"{len(seen)}\n" + "\n".join(seen)


def at_first_review(city: City) -> Application:
    return passed(city, filed(city, a_new_hire(city)), steps=2)
