"""Lessons are opened, left and gone on with; quizzes are marked; a finished course gives a certificate."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.access.actor import Actor
from app.documents import checking, codes
from app.errors import Conflict, Invalid, NotAllowed, NotFound
from app.learning import certificates, figures, queries, service
from app.portal.printing import voice
from models import Certificate, Enrolment, LessonProgress, QuizAttempt, db
from tests.access.browsing import send
from tests.factories import Reach, a_unit, acting, an_account
from tests.statements import counted

RIGHT = {"wait": frozenset({1}), "red": frozenset({1}), "files": frozenset({0, 1})}
WRONG = {"wait": frozenset({0}), "red": frozenset({0}), "files": frozenset({0, 1})}


def progress(by: Actor, key: str, course: str = "first-filing") -> LessonProgress:
    db.session.expire_all()
    return queries.progress_of(by, queries.published(course).course_id)[key]


def test_a_video_goes_on_at_the_second_where_it_was_left(learner: Actor) -> None:
    service.open_lesson("first-filing", "tour", by=learner)
    assert not service.keep_place("first-filing", "tour", 17, by=learner)
    assert service.open_lesson("first-filing", "tour", by=learner).place == 17
    service.keep_place("first-filing", "tour", 5, by=learner)
    row = progress(learner, "tour")
    assert (row.place, row.furthest, row.opened, row.done_at) == (5, 17, 2, None)


def test_a_video_that_was_seen_is_done_and_a_place_behind_its_end_is_its_end(learner: Actor) -> None:
    assert service.keep_place("first-filing", "tour", 999_999, by=learner)
    row = progress(learner, "tour")
    assert row.place == row.furthest == 48
    assert row.done_at is not None


def test_slides_are_done_with_the_last_one_and_go_on_where_they_were_left(learner: Actor) -> None:
    service.open_lesson("first-filing", "returned", by=learner, at=2)
    assert service.open_lesson("first-filing", "returned", by=learner).place == 2
    assert progress(learner, "returned").done_at is None
    assert service.open_lesson("first-filing", "returned", by=learner, at=4).done


def test_a_text_is_done_when_its_reader_says_so_and_a_quiz_when_it_is_passed(learner: Actor) -> None:
    service.finish("first-filing", "clear-papers", by=learner)
    assert progress(learner, "clear-papers").done_at is not None
    with pytest.raises(NotAllowed):
        service.finish("first-filing", "quiz", by=learner)
    assert not service.answer_quiz("first-filing", "quiz", WRONG, by=learner).passed
    assert "quiz" not in queries.progress_of(learner, queries.published("first-filing").course_id)
    assert service.answer_quiz("first-filing", "quiz", RIGHT, by=learner).score == 100
    assert service.answer_quiz("first-filing", "quiz", {**RIGHT, "wait": frozenset({0})}, by=learner).score == 66
    assert progress(learner, "quiz").score == 100  # the best one counts
    attempts = db.session.scalars(select(QuizAttempt).order_by(QuizAttempt.number)).all()
    assert [(one.number, one.score, one.passed) for one in attempts] == [(1, 33, False), (2, 100, True), (3, 66, True)]


def test_a_question_that_is_left_open_is_named_and_nothing_is_counted(learner: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        service.answer_quiz("first-filing", "quiz", {"wait": frozenset({1})}, by=learner)
    assert set(refused.value.fields) == {"red", "files"}
    assert db.session.scalar(select(func.count()).select_from(QuizAttempt)) == 0


def test_a_quiz_is_answered_by_its_page(reader: FlaskClient, learner: Actor) -> None:
    page, to = "/learning/first-filing/quiz", "/learning/first-filing/quiz/answers"
    left_open = send(reader, to, page=page, **{"q-wait": "1", "q-red": "1"})
    assert left_open.status_code == 422
    assert 'href="#question-files"' in left_open.text
    assert left_open.text.count(" checked") == 2  # what was chosen is not lost
    wrong = send(reader, to, page=page, **{"q-wait": "0", "q-red": "0", "q-files": "0"})
    assert wrong.status_code == 200
    assert wrong.text.count("不对") >= 3
    assert not service.open_lesson("first-filing", "quiz", by=learner).done
    right = send(reader, to, page=page, **{"q-wait": "1", "q-red": "1", "q-files": ["0", "1"]})
    assert "100" in right.text
    assert service.open_lesson("first-filing", "quiz", by=learner).done


def test_what_is_not_there_is_not_found(learner: Actor) -> None:
    for course, key in (("first-filing", "nothing"), ("nothing", "tour"), ("' or 1=1 --", "x"), ("x" * 300, "y" * 300)):
        with pytest.raises(NotFound):
            service.open_lesson(course, key, by=learner)
    with pytest.raises(Invalid):
        service.keep_place("first-filing", "clear-papers", 1, by=learner)


def _finish(by: Actor) -> None:
    service.keep_place("first-filing", "tour", 48, by=by)
    service.finish("first-filing", "clear-papers", by=by)
    service.keep_place("first-filing", "returned", 4, by=by)
    service.answer_quiz("first-filing", "quiz", RIGHT, by=by)


def test_a_finished_course_gives_one_certificate_that_anybody_can_check(courses: Flask, learner: Actor) -> None:
    _finish(learner)
    _finish(learner)
    found = db.session.scalars(select(Certificate)).one()
    assert (found.holder, found.score) == ("learner", 100)
    code = codes.code_of(checking.CERTIFICATE, found.id, str(found.version_id))
    assert code is not None
    page = courses.test_client().get(f"/check/{code}")
    assert page.status_code == 200
    assert "第一次申报" in page.text
    assert "learner" not in page.text
    other = code[:-1] + ("2" if code[-1] != "2" else "3")
    assert courses.test_client().get(f"/check/{other}").status_code == 404


def test_a_certificate_is_printed_for_its_holder_alone(reader: FlaskClient, learner: Actor) -> None:
    assert reader.get("/learning/first-filing/certificate").status_code == 409
    _finish(learner)
    printed = reader.get("/learning/first-filing/certificate")
    assert printed.status_code == 200
    assert printed.data.startswith(b"%PDF")
    another = acting(an_account("another", ("clerk", a_unit(), Reach.UNIT)))
    assert certificates.newest(another, queries.published("first-filing").course_id) is None
    with pytest.raises(Conflict):
        certificates.print_own("first-filing", by=another, voice=voice())


def test_progress_is_a_persons_own(learner: Actor) -> None:
    service.keep_place("first-filing", "tour", 20, by=learner)
    another = acting(an_account("another", ("head", a_unit(), Reach.UNIT)))
    assert service.open_lesson("first-filing", "tour", by=another).place == 0
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 2


def test_authors_see_what_is_read_most_and_where_learners_fail(author: Actor, learner: Actor) -> None:
    for _ in range(3):
        service.open_lesson("first-filing", "clear-papers", by=learner)
    service.finish("first-filing", "clear-papers", by=learner)
    service.open_lesson("increment", "january", by=learner)
    service.answer_quiz("first-filing", "quiz", WRONG, by=learner)
    service.answer_quiz("first-filing", "quiz", RIGHT, by=learner)
    read = figures.read_most(by=author)
    assert [(one.title.en, one.opened, one.people, one.share) for one in read] == [
        ("Papers that are readable the first time", 3, 1, 100), ("Each January, one grade", 1, 1, 0),
        ("Quiz", 0, 1, 100),
    ]  # fmt: skip
    missed = figures.missed_most(by=author)
    assert [(one.tried, one.missed, one.share) for one in missed] == [(2, 1, 50), (2, 1, 50)]
    with pytest.raises(NotAllowed):
        figures.read_most(by=learner)


def test_why_leads_from_a_part_of_an_item_to_its_place(courses: Flask) -> None:
    found = queries.places_for("NCGZ-11")
    day = found["FIELD", "appointed_on"]
    assert (day.course, day.lesson, day.anchor) == ("post-change", "rules", "day")
    assert ("FIELD", "joined_on") not in found
    assert found["ITEM", ""].lesson == "rules"


def test_pages_stay_within_their_statements_however_many_courses(reader: FlaskClient) -> None:
    for address in ("/learning", "/learning/first-filing", "/learning/first-filing/clear-papers"):
        reader.get(address)
        with counted() as sent:
            assert reader.get(address).status_code == 200
        assert len(sent) <= 12, (address, sent)


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_every_lesson_opens_in_both_languages(reader: FlaskClient, language: str) -> None:
    send(reader, "/language", page="/learning", locale=language, next="/learning")
    for row in queries.listed(acting(an_account("lister", ("clerk", a_unit(), Reach.UNIT)))):
        for one in row.version.lessons:
            page = reader.get(f"/learning/{row.version.course.code}/{one.key}", follow_redirects=True)
            assert page.status_code == 200, one.key
            assert (one.title_en if language == "en" else one.title_zh) in page.text
            assert " style=" not in page.text
