"""An exercise is a real item for somebody invented, marked by the real checks; nothing of it is ever filed."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.access.actor import Actor
from app.errors import Conflict, Invalid, NotFound, Refused, Stale
from app.learning import practising, proving, queries
from app.learning.exercises import PAPERS
from app.learning.practising import Practice
from models import (
    Application,
    CareerEvent,
    LessonMiss,
    MaterialCheck,
    PracticeAttempt,
    Staff,
    StoredFile,
    Unit,
    Upload,
    WageRecord,
    db,
)
from tests.access.browsing import send

WHERE = ("post-change", "practice")
RIGHT = {"appointed_on": "2018-03-20", "post": "TECH-11"}
BLURRED, CUT, LETTER, DOCUMENT = range(4)
NEVER_KEPT = (Application, Staff, CareerEvent, WageRecord, Upload, StoredFile, MaterialCheck)


def now(by: Actor) -> Practice:
    db.session.expire_all()
    return practising.opened(*WHERE, by=by)


def hand_in(by: Actor, **typed: str) -> bool:
    return practising.hand_in(*WHERE, typed, by=by, revision=now(by).attempt.revision)


def lay(by: Actor, code: str, place: int) -> None:
    practising.lay_paper(*WHERE, code, place, by=by, revision=now(by).attempt.revision, typed={})


def told(by: Actor) -> dict[str, str]:
    return {one["place"]: one["message"]["m"] for one in now(by).attempt.told}


def test_a_learner_fails_on_what_was_planted_puts_it_right_and_passes(learner: Actor) -> None:
    assert not hand_in(learner)
    assert set(told(learner)) == {"answer-appointed_on", "material-M14", "material-M15", "pay"}
    assert not hand_in(learner, **RIGHT)
    assert set(told(learner)) == {"material-M14", "material-M15"}
    lay(learner, "M14", DOCUMENT)
    lay(learner, "M15", 1)
    assert hand_in(learner, **RIGHT)
    found = now(learner).attempt
    assert (found.state, found.tries, found.told) == ("PASSED", 3, [])
    progress = queries.progress_of(learner, found.course_id)["practice"]
    assert progress.done_at is not None
    with pytest.raises(Conflict):
        hand_in(learner, **RIGHT)


def test_nothing_of_an_exercise_is_kept_but_the_attempt(learner: Actor) -> None:
    before = {model: db.session.scalar(select(func.count()).select_from(model)) for model in (*NEVER_KEPT, Unit)}
    hand_in(learner, **RIGHT)
    practising.send_paper(*WHERE, "M14", BytesIO((PAPERS / "post.jpg").read_bytes()), "own.jpg", by=learner,
                          revision=now(learner).attempt.revision, typed={})  # fmt: skip
    lay(learner, "M15", 0)
    after = {model: db.session.scalar(select(func.count()).select_from(model)) for model in (*NEVER_KEPT, Unit)}
    assert after == before
    assert db.session.scalar(select(func.count()).select_from(PracticeAttempt)) == 1


def test_the_sentences_are_those_of_the_real_checker(learner: Actor) -> None:
    from app.materials.sentences import CODES, FLAGS

    laid = now(learner).laid["M14"]
    assert not laid.accepted
    assert {one.code for one in laid.findings} <= {*CODES, *FLAGS}
    lay(learner, "M15", 0)  # a picture that was given the ending of a PDF
    assert not now(learner).laid["M15"].accepted
    hand_in(learner, **RIGHT)
    finding = now(learner).laid["M15"].findings[0]
    assert told(learner)["material-M15"] == finding.message.msgid


def test_what_no_check_can_see_is_said_once_they_find_nothing(learner: Actor) -> None:
    lay(learner, "M14", LETTER)
    lay(learner, "M15", 1)
    assert not hand_in(learner, appointed_on="2018-03-21", post="TECH-11")
    assert set(told(learner)) == {"answer-appointed_on", "material-M14"}


def test_where_learners_fail_is_counted_by_place(learner: Actor) -> None:
    hand_in(learner)
    hand_in(learner, **RIGHT)
    rows = {row.place: (row.tried, row.missed) for row in db.session.scalars(select(LessonMiss))}
    assert rows["answer-appointed_on"] == (2, 1)
    assert rows["material-M14"] == (2, 2)
    assert rows["answer-post"] == (2, 0)


def test_beginning_anew_plants_the_mistakes_again(learner: Actor) -> None:
    lay(learner, "M14", DOCUMENT)
    lay(learner, "M15", 1)
    assert hand_in(learner, **RIGHT)
    practising.begin(*WHERE, by=learner)
    found = now(learner)
    assert found.attempt.state == "OPEN"
    assert found.attempt.answers["appointed_on"] == "2008-03-20"
    assert not found.laid["M14"].accepted
    assert db.session.scalar(select(func.count()).select_from(PracticeAttempt)) == 2


def test_an_exercise_is_its_learners_alone(learner: Actor, author: Actor) -> None:
    hand_in(learner, post="TECH-10")
    assert now(author).attempt.answers["post"] == "TECH-11"


@pytest.mark.parametrize("content", [b"", b"MZ" + bytes(4000), b"%PDF-1.7\n" + bytes(300), b"\xff\xd8\xff" + bytes(50)])
def test_a_hostile_file_of_ones_own_is_judged_like_any_other(learner: Actor, content: bytes) -> None:
    revision = now(learner).attempt.revision
    given = {"by": learner, "revision": revision, "typed": {}}
    if not content:
        with pytest.raises(Refused):
            practising.send_paper(*WHERE, "M14", BytesIO(content), "x.jpg", **given)  # type: ignore[arg-type]
        return
    practising.send_paper(*WHERE, "M14", BytesIO(content), "../../x.jpg", **given)  # type: ignore[arg-type]
    laid = now(learner).laid["M14"]
    assert not laid.accepted
    assert "/" not in laid.name


def test_a_page_that_is_older_than_the_exercise_is_refused(learner: Actor) -> None:
    revision = now(learner).attempt.revision
    lay(learner, "M14", DOCUMENT)
    with pytest.raises(Stale):
        practising.save(*WHERE, RIGHT, by=learner, revision=revision)
    with pytest.raises(Invalid):
        lay(learner, "M14", 99)
    with pytest.raises(NotFound):
        lay(learner, "M99", 0)
    with pytest.raises(NotFound):
        practising.opened("post-change", "rules", by=learner)


def test_the_page_without_script_carries_a_learner_to_the_end(reader: FlaskClient, learner: Actor) -> None:
    place = "/learning/post-change/practice/practice"
    assert reader.get("/learning/post-change/practice").location.endswith("/practice/practice")
    assert reader.get(place).status_code == 200

    def post(verb: str, **values: object) -> None:
        revision = now(learner).attempt.revision
        answer = send(reader, f"{place}/{verb}", page=place, revision=revision, **values)
        assert answer.status_code == 302, answer.text

    post("hand-in")
    page = reader.get(place)
    assert "error-summary" in page.text
    assert 'href="#answer-appointed_on"' in page.text
    post("papers/M14", **{"paper-M14": str(DOCUMENT)})
    post("papers/M15", **{"paper-M15": "1"})
    post("hand-in", **{f"answer-{key}": value for key, value in RIGHT.items()})
    assert "已通过" in reader.get(place).text
    assert reader.get("/learning/post-change/practice/papers/M14/3").data.startswith(b"\xff\xd8")
    assert reader.get("/learning/post-change/practice/papers/M14/9").status_code == 404


def test_every_exercise_that_ships_works_out(courses: Flask, author: Actor) -> None:
    found = 0
    for row in queries.listed(author):
        version = queries.published(row.version.course.code)
        found += sum(one.kind == "PRACTICE" for one in version.lessons)
        assert proving.faults_in(version, by=author) == []
    assert found >= 1
