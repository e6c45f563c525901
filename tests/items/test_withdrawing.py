"""A version taken out of force: nothing new is filed, what is filed goes on, and a draft loses nothing."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.applications import queries as applications
from app.applications import service as filing
from app.errors import Conflict, Invalid, NotAllowed
from app.items import queries, service
from app.workflow import service as workflow
from models import Answer, Application, ItemVersion, Upload, db
from models.items import VersionState
from tests.applications.scene import NEW_HIRE, Scene, a_draft, a_scene, filed, ready
from tests.factories import Reach, acting, an_account
from tests.items.people import rehearsed

REASON = "政策调整，暂停受理。"


@pytest.fixture
def scene(app: Flask) -> Scene:
    made = a_scene()
    for name in ("designer", "publisher"):
        made.accounts[name] = an_account(name, (name, None, Reach.ALL))
    return made


def withdraw(scene: Scene, reason: str = REASON) -> ItemVersion:
    version = db.session.get_one(ItemVersion, queries.published(NEW_HIRE).id, populate_existing=True)
    service.withdraw(version.id, by=scene.publisher, revision=version.revision, reason=reason)
    return version


def test_a_draft_of_a_withdrawn_item_is_refused_in_a_sentence_and_keeps_everything(scene: Scene) -> None:
    application = ready(scene)
    answers = len(db.session.scalars(select(Answer)).all())
    uploads = len(db.session.scalars(select(Upload)).all())
    withdraw(scene)
    sheet = applications.sheet(applications.opened(scene.clerk, application.id))
    assert str(sheet.withdrawn) == f"This item was withdrawn: {REASON}"
    with pytest.raises(Invalid, match="This item was withdrawn") as refused:
        filing.submit(application.id, by=scene.clerk, revision=application.revision, key=None)
    assert "Your draft is kept" in str(refused.value.remedy)
    db.session.expire_all()
    assert len(db.session.scalars(select(Answer)).all()) == answers
    assert len(db.session.scalars(select(Upload)).all()) == uploads


def test_what_was_filed_goes_on_under_a_withdrawn_version(scene: Scene) -> None:
    application = filed(scene)
    withdraw(scene)
    workflow.approve(application.id, by=scene.head, revision=application.revision)
    db.session.expire_all()
    assert db.session.get_one(Application, application.id).state == "IN_REVIEW"


def test_nothing_new_begins_under_a_withdrawn_item(scene: Scene) -> None:
    withdraw(scene)
    with pytest.raises(Invalid):
        a_draft(scene)


def test_a_draft_goes_on_once_the_item_is_in_force_again(scene: Scene) -> None:
    application = ready(scene)
    old = withdraw(scene)
    for role in ("head", "department"):
        an_account(f"{role}-everywhere", (role, None, Reach.ALL))
    draft = service.begin_draft(old.item_id, by=scene.designer)
    service.propose(draft.id, by=scene.designer, revision=draft.revision)
    rehearsed(draft.id, scene.designer)
    service.publish(draft.id, by=scene.publisher, revision=draft.revision)
    filing.move_draft(application.id, by=scene.clerk)
    application = db.session.get_one(Application, application.id, populate_existing=True)
    assert application.item_version_id == draft.id
    filing.submit(application.id, by=scene.clerk, revision=application.revision, key=None)


def test_withdrawing_needs_a_publisher_a_reason_and_a_version_in_force(scene: Scene) -> None:
    version = db.session.get_one(ItemVersion, queries.published(NEW_HIRE).id)
    designer = acting(scene.accounts["designer"])
    with pytest.raises(NotAllowed):
        service.withdraw(version.id, by=designer, revision=version.revision, reason=REASON)
    with pytest.raises(Invalid):
        withdraw(scene, "  ")
    withdraw(scene)
    assert version.state == VersionState.RETIRED
    with pytest.raises(Conflict, match="not in force"):
        service.withdraw(version.id, by=scene.publisher, revision=version.revision, reason=REASON)


def test_the_page_of_the_draft_says_so_and_keeps_what_was_typed(scene: Scene, app: Flask) -> None:
    from tests.admin_views.browsing import Person

    application = ready(scene)
    withdraw(scene)
    clerk = Person(app, "clerk")
    assert REASON in clerk.get(f"/applications/{application.id}").text
    sent = {"revision": application.revision, "key": "a-key-of-this-page", "answer-graduation_year": "2016"}
    answer = clerk.post(f"/applications/{application.id}/submit", sent)
    assert answer.status_code == 422
    assert "2016" in answer.text
    assert "本事项已停用" in answer.text
