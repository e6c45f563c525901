"""Courses are written in editions, proposed when whole, and published by a second person."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.access.actor import Actor
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from app.learning import authoring, binding, publication, queries, service
from app.learning.publication import NotReady
from models import AuditEvent, Course, CourseVersion, Lesson, db
from tests.access.browsing import send, somebody

TEXT = {"kind": "TEXT", "key": "one", "title_zh": "第一课", "title_en": "First"}
BODY = {**TEXT, "body_zh": "## 甲 {#a}\n正文", "body_en": "## A {#a}\ntext"}


def a_draft(author: Actor) -> CourseVersion:
    version = authoring.new_course("drafts", "草稿", "Drafts", by=author)
    lesson = authoring.add_lesson(version.id, TEXT, by=author, revision=1)
    authoring.change_lesson(lesson.id, BODY, by=author, revision=2)
    return authoring.opened(version.id, by=author)


def test_what_one_person_writes_another_publishes_and_learners_then_see(
    author: Actor, publisher: Actor, learner: Actor
) -> None:
    version = a_draft(author)
    with pytest.raises(NotFound):
        queries.published("drafts")
    publication.propose(version.id, by=author, revision=3)
    with pytest.raises(NotAllowed):
        publication.publish(version.id, by=author, revision=4)
    publication.publish(version.id, by=publisher, revision=4)
    assert service.open_lesson("drafts", "one", by=learner).lesson.title_en == "First"
    actions = db.session.scalars(
        select(AuditEvent.action).where(AuditEvent.record_kind == "course_version",
                                        AuditEvent.record_id == str(version.id)).order_by(AuditEvent.seq)
    ).all()  # fmt: skip
    assert actions == ["course:begin", "course:edit", "course:edit", "course:propose", "course:publish"]


def test_a_new_edition_is_a_copy_and_progress_outlives_it(author: Actor, publisher: Actor, learner: Actor) -> None:
    version = a_draft(author)
    publication.propose(version.id, by=author, revision=3)
    publication.publish(version.id, by=publisher, revision=4)
    service.finish("drafts", "one", by=learner)
    following = authoring.new_edition(version.course_id, by=author)
    assert (following.number, [one.key for one in following.lessons]) == (2, ["one"])
    with pytest.raises(Conflict):
        authoring.new_edition(version.course_id, by=author)
    with pytest.raises(Conflict):
        authoring.change_lesson(version.lessons[0].id, BODY, by=author, revision=version.revision)
    publication.propose(following.id, by=author, revision=1)
    publication.publish(following.id, by=publisher, revision=2)
    assert service.open_lesson("drafts", "one", by=learner).done
    states = db.session.scalars(
        select(CourseVersion.state).where(CourseVersion.course_id == version.course_id).order_by(CourseVersion.number)
    ).all()
    assert states == ["RETIRED", "PUBLISHED"]


def test_a_publisher_who_worked_on_an_edition_does_not_publish_it(author: Actor, courses: Flask) -> None:
    from tests.factories import Reach, acting, an_account

    both = acting(an_account("both", ("designer", None, Reach.ALL), ("publisher", None, Reach.ALL)))
    version = a_draft(author)
    authoring.change_version(version.id, {"title_zh": "改", "title_en": "Changed"}, by=both, revision=3)
    publication.propose(version.id, by=author, revision=4)
    with pytest.raises(NotAllowed):
        publication.publish(version.id, by=both, revision=5)


def test_what_is_missing_is_named_and_not_proposed(author: Actor) -> None:
    version = authoring.new_course("empty", "空", "Empty", by=author)
    with pytest.raises(NotReady):
        publication.propose(version.id, by=author, revision=1)
    for place, kind in enumerate(("TEXT", "VIDEO", "QUIZ", "PRACTICE", "SLIDES", "PDF"), start=1):
        values = {**TEXT, "kind": kind, "key": f"k{place}"}
        authoring.add_lesson(version.id, values, by=author, revision=place)
    found = [one.msgid for one in publication.findings(authoring.opened(version.id, by=author))]
    assert len(found) == 7  # the video lacks its file and its captions


def test_a_binding_must_lead_somewhere(author: Actor) -> None:
    version = a_draft(author)
    lesson = version.lessons[0]
    bound = {"kind": "FIELD", "item_code": "ncgz-11", "key": "post", "anchor": "nowhere"}
    binding.bind(lesson.id, bound, by=author, revision=3)
    assert publication.findings(authoring.opened(version.id, by=author))
    with pytest.raises(Refused):
        binding.bind(lesson.id, bound, by=author, revision=4)
    db.session.rollback()
    for wrong in (
        {"kind": "PLANET"}, {"kind": "FIELD"}, {"kind": "ITEM"}, {**bound, "second": "soon"},
        {**bound, "item_code": "NCGZ-99"}, {**bound, "key": "nothing"}, {**bound, "kind": "MATERIAL", "key": "M99"},
        {"kind": "REASON", "key": "4711"}, {"kind": "REASON", "key": "9" * 30}, {"kind": "REASON", "key": "x"},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            binding.bind(lesson.id, wrong, by=author, revision=4)
    kept = authoring.opened_lesson(lesson.id, by=author).bindings[0]
    assert (kept.item_code, kept.anchor) == ("NCGZ-11", "nowhere")
    binding.unbind(kept.id, by=author, revision=4)
    assert not publication.findings(authoring.opened(version.id, by=author))


def test_a_draft_is_given_up_and_what_is_in_force_stays(author: Actor, publisher: Actor, learner: Actor) -> None:
    version = a_draft(author)
    with pytest.raises(Conflict):
        authoring.discard(version.id, by=author, revision=2)
    authoring.discard(version.id, by=author, revision=3)
    assert db.session.scalars(select(Course).where(Course.code == "drafts")).first() is None
    course = queries.published("first-filing").course_id
    following = authoring.new_edition(course, by=author)
    with pytest.raises(NotAllowed):
        authoring.discard(following.id, by=publisher, revision=1)
    authoring.discard(following.id, by=author, revision=1)
    assert [one.number for one in authoring.editions_of(course, by=author)] == [1]
    assert service.open_lesson("first-filing", "tour", by=learner).lesson.file_sha256


def test_a_course_that_was_withdrawn_can_be_brought_back(author: Actor, publisher: Actor) -> None:
    version = queries.published("increment")
    publication.withdraw(version.id, by=publisher, revision=version.revision, reason="规则有变")
    with pytest.raises(NotFound):
        queries.published("increment")
    listed = next(one for one in authoring.all_versions(by=author) if one.course.code == "increment")
    assert listed.state == "RETIRED"
    following = authoring.new_edition(listed.course_id, by=author)
    publication.propose(following.id, by=author, revision=1)
    publication.publish(following.id, by=publisher, revision=2)
    assert queries.published("increment").number == 2


@pytest.mark.parametrize("code", ["", "Ünï", "a b", "x" * 60, "first-filing", "../x"])
def test_a_code_that_is_none_or_taken_is_refused_at_its_field(author: Actor, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        authoring.new_course(code, "题", "Title", by=author)
    assert "code" in refused.value.fields


def test_a_stale_page_changes_nothing(author: Actor) -> None:
    version = a_draft(author)
    with pytest.raises(Conflict):
        authoring.change_lesson(version.lessons[0].id, {**BODY, "title_zh": "晚了"}, by=author, revision=2)
    db.session.rollback()
    assert db.session.get_one(Lesson, version.lessons[0].id).title_zh == "第一课"


def test_lessons_change_places_and_leave(author: Actor) -> None:
    version = a_draft(author)
    second = authoring.add_lesson(version.id, {**TEXT, "key": "two"}, by=author, revision=3)
    authoring.move_lesson(second.id, up=True, by=author, revision=4)
    db.session.expire_all()
    assert [one.key for one in authoring.opened(version.id, by=author).lessons] == ["two", "one"]
    authoring.remove_lesson(second.id, by=author, revision=5)
    db.session.expire_all()
    assert [one.key for one in authoring.opened(version.id, by=author).lessons] == ["one"]


def test_a_learner_neither_writes_nor_looks_at_drafts(author: Actor, learner: Actor, reader: FlaskClient) -> None:
    version = a_draft(author)
    with pytest.raises(NotAllowed):
        authoring.opened(version.id, by=learner)
    with pytest.raises(NotAllowed):
        authoring.new_course("mine", "我", "Mine", by=learner)
    assert reader.get(f"/lessons/{version.lessons[0].id}").status_code in (403, 404)
    assert reader.get("/admin/courses/").status_code in (403, 404)


def test_an_author_writes_a_course_by_its_pages(courses: Flask, author: Actor, publisher: Actor) -> None:
    page = somebody(courses, "author")
    begun = send(page, "/admin/courses/new", page="/admin/courses/new", code="by-hand", title_zh="手", title_en="Hand")
    place = begun.location
    added = send(page, f"{place}/lessons/", page=place, revision="1", **{**TEXT, "key": "quiz", "kind": "QUIZ"})
    lesson = added.location
    wrong = send(page, lesson, page=lesson, revision="2", **{**TEXT, "content": "questions: [", "pass_mark": "80"})
    assert wrong.status_code == 422
    assert "questions: [" in wrong.text  # nothing typed is lost
    content = (
        "questions:\n- key: a\n  text: {zh: 问, en: Q}\n  choices:\n"
        "  - {text: {zh: 是, en: 'Yes'}, right: true}\n  - {text: {zh: 否, en: 'No'}}\n"
    )
    saved = send(page, lesson, page=lesson, revision="2", **{**TEXT, "content": content, "pass_mark": "100"})
    assert saved.status_code == 302, saved.text
    assert page.get(lesson.replace("/admin/courses/lessons/", "/lessons/")).status_code == 200
    assert send(page, f"{place}/propose/", page=place, revision="3").status_code == 302
    other = somebody(courses, "publisher")
    assert send(other, f"{place}/publish/", page=place, revision="4").status_code == 302
    assert queries.published("by-hand").title_en == "Hand"
    assert page.get("/admin/courses/figures").status_code == 200
    assert other.get("/admin/courses/").status_code == 200
