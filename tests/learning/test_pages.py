"""The pages of learners and authors do what they offer, as a browser without script would ask for it."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.access.actor import Actor
from app.learning import authoring, queries
from models import Course, Lesson, LessonProgress, db
from tests.access.browsing import send, somebody, token_on
from tests.learning import films

TEXT = {"title_zh": "一", "title_en": "One"}


@pytest.fixture
def writer(courses: Flask, author: Actor) -> FlaskClient:
    """The author at a browser without script."""
    return somebody(courses, "author")


@pytest.fixture
def film(author: Actor) -> Lesson:
    """A video lesson of a new draft."""
    version = authoring.new_course("films", "影片", "Films", by=author)
    return authoring.add_lesson(version.id, {**TEXT, "kind": "VIDEO", "key": "one"}, by=author, revision=1)


def test_a_learner_keeps_the_place_and_says_what_was_read(reader: FlaskClient, learner: Actor) -> None:
    page = "/learning/first-filing/tour"
    token = token_on(reader.get(page))
    kept = reader.post(f"{page}/place", data={"csrf_token": token, "at": "17"}, headers={"X-Fragment": "1"})
    assert kept.get_json() == {"done": False}
    assert 'data-place="17"' in reader.get(page).text
    assert "#t=17" in reader.get(page).text
    assert send(reader, f"{page}/place", page=page, at="18").status_code == 302
    for wrong in ("", "-1", "x", "9" * 40):
        assert send(reader, f"{page}/place", page=page, at=wrong).status_code == 422, wrong
    assert "<noscript>" in reader.get(page).text
    onward = send(reader, f"{page}/done", page=page)
    assert onward.location.endswith("/learning/first-filing/clear-papers")
    db.session.expire_all()
    course = queries.published("first-filing").course_id
    assert queries.progress_of(learner, course)["tour"].done_at is not None
    assert send(reader, "/learning/first-filing/quiz/done", page=page).status_code == 403
    assert "完成" in reader.get("/learning/first-filing").text


def test_captions_come_in_both_languages_and_no_other(reader: FlaskClient) -> None:
    for language, said in (("zh", "首页告诉您"), ("en", "The home page says")):
        answer = reader.get(f"/learning/first-filing/tour/captions/{language}")
        assert answer.mimetype == "text/vtt"
        assert answer.text.startswith("WEBVTT\n")
        assert said in answer.text
    assert reader.get("/learning/first-filing/tour/captions/fr").status_code == 404
    assert reader.get("/learning/first-filing/clear-papers/captions/zh").status_code == 404


def test_what_is_no_video_is_said_on_the_page_it_came_from(writer: FlaskClient, film: Lesson) -> None:
    page = f"/admin/courses/lessons/{film.id}"
    assert "最大300MB" in writer.get(page).text  # how large it may be is said before it is sent
    assert 'data-sending="正在上传：{n}%"' in writer.get(page).text
    for content, name, said in (
        (b"this is no video\n" * 40, "film.mp4", "不是浏览器能播放的视频"), (b"", "", "未选择文件"),
        (films.film(2), "film.webm", "文件已放入"),
    ):  # fmt: skip
        sent = send(writer, f"/lessons/{film.id}/file", page=page, file=(BytesIO(content), name))
        assert sent.status_code == 302
        assert said in writer.get(page).text
    assert writer.get(f"/lessons/{film.id}/video", headers={"Range": "bytes=0-3"}).data == b"\x1a\x45\xdf\xa3"
    assert writer.get(f"/lessons/{film.id}").status_code == 200


def test_a_file_is_announced_sent_in_pieces_and_looked_through(writer: FlaskClient, film: Lesson) -> None:
    content = films.film(2)
    token = {"X-CSRFToken": token_on(writer.get(f"/admin/courses/lessons/{film.id}"))}
    begin = f"/lessons/{film.id}/files"
    large = writer.post(begin, json={"filename": "film.mp4", "size": 2 * 1024**3}, headers=token)
    assert large.status_code in (400, 413, 422)
    assert "300" in large.text
    for size in (0, -5, "x", None, 10**15):
        assert writer.post(begin, json={"filename": "x", "size": size}, headers=token).status_code in (400, 413, 422)
    begun = writer.post(begin, json={"filename": "film.webm", "size": len(content)}, headers=token)
    assert begun.status_code == 201
    where = begun.get_json()["url"]
    half = len(content) // 2

    def piece(at: object, data: bytes) -> tuple[int, str | None]:
        sent = writer.patch(where, data=data, headers={**token, "Upload-Offset": str(at)})
        return sent.status_code, sent.headers.get("Upload-Offset")

    assert piece(0, content[:half]) == (204, str(half))
    assert piece(0, content[:half]) == (409, str(half))
    assert piece("x", b"x")[0] == 422
    assert writer.get(where).headers["Upload-Offset"] == str(half)
    assert writer.post(f"{where}/finish", headers=token).status_code == 409
    assert piece(half, content[half:]) == (204, str(len(content)))
    assert writer.post(f"{where}/finish", headers=token).status_code == 200
    db.session.expire_all()
    assert db.session.get_one(Lesson, film.id).file_facts["seconds"] == 2
    again = writer.post(begin, json={"filename": "film.webm", "size": 10}, headers=token).get_json()["url"]
    assert writer.delete(again, headers=token).status_code == 204


def test_an_author_takes_every_step_by_its_page(writer: FlaskClient, courses: Flask, publisher: Actor) -> None:
    begun = send(writer, "/admin/courses/new", page="/admin/courses/new", code="steps", **TEXT)
    place = begun.location
    assert send(writer, "/admin/courses/new", page=place, code="steps", **TEXT).status_code == 422
    for number, key in enumerate(("one", "two"), start=1):
        added = send(writer, f"{place}/lessons/", page=place, revision=str(number), kind="TEXT", key=key, **TEXT)
        assert added.status_code == 302
    assert send(writer, f"{place}/lessons/", page=place, revision="3", kind="TEXT", key="A B").status_code == 422
    one, two = db.session.scalars(select(Lesson).join(Lesson.version).where(Lesson.title_en == "One")
                                  .order_by(Lesson.id)).all()  # fmt: skip
    lesson = f"/admin/courses/lessons/{one.id}"
    bodies = {"body_zh": "## 甲 {#a}\n文", "body_en": "## A {#a}\ntext"}
    for number, found in ((3, one.id), (4, two.id)):
        saved = send(writer, f"/admin/courses/lessons/{found}", page=place, revision=str(number), **TEXT, **bodies)
        assert saved.status_code == 302
    bound = {"kind": "FIELD", "item_code": "NCGZ-11", "key": "post", "anchor": "a"}
    wrong = send(writer, f"{lesson}/bind/", page=lesson, revision="5", **{**bound, "key": "nothing"})
    assert wrong.status_code == 422
    assert 'value="nothing"' in wrong.text
    assert send(writer, f"{lesson}/bind/", page=lesson, revision="5", **bound).status_code == 302
    binding = authoring_binding(one.id)
    unbound = send(writer, f"/admin/courses/bindings/{binding}/remove/", page=lesson, revision="6", lesson=str(one.id))
    assert unbound.status_code == 302
    assert send(writer, f"/admin/courses/lessons/{two.id}/move/", page=place, revision="7", way="up").status_code == 302
    assert send(writer, f"{lesson}/remove/", page=place, revision="8").status_code == 302
    assert send(writer, f"{place}/change/", page=place, revision="9", title_zh="", title_en="").status_code == 422
    assert send(writer, f"{place}/change/", page=place, revision="9", **TEXT).status_code == 302
    other = somebody(courses, "publisher")
    for who, verb, revision, values in (
        (writer, "propose", 10, {}), (writer, "take-back", 11, {}), (writer, "propose", 12, {}),
        (other, "refuse", 13, {"reason": "缺例子"}), (writer, "propose", 14, {"reason": "已补"}),
        (other, "publish", 15, {}), (other, "withdraw", 16, {"reason": "规则有变"}),
    ):  # fmt: skip
        assert send(who, f"{place}/{verb}/", page=place, revision=str(revision), **values).status_code == 302, verb
        state = who.get(place)
        assert state.status_code == 200
    assert "已停用" in writer.get("/admin/courses/").text
    course = db.session.scalars(select(Course.id).where(Course.code == "steps")).one()
    following = send(writer, f"/admin/courses/{course}/edition/", page=place)
    draft = following.location
    assert "历次版本" in writer.get(draft).text
    assert send(writer, f"{draft}/discard/", page=draft, revision="1").location.endswith("/admin/courses/")
    assert writer.get(draft).status_code == 404


def authoring_binding(lesson_id: int) -> int:
    """The only binding of a lesson."""
    db.session.expire_all()
    return db.session.get_one(Lesson, lesson_id).bindings[0].id


def test_a_draft_that_does_not_work_out_is_looked_at_all_the_same(writer: FlaskClient, author: Actor) -> None:
    version = authoring.new_edition(queries.published("post-change").course_id, by=author)
    found = next(one for one in version.lessons if one.kind == "PRACTICE")
    lesson, opened = found.id, f"/lessons/{found.id}"
    assert writer.get(opened).status_code == 200
    for change in ({"item": "NCGZ-99"}, {"events": [{"type": "join", "date": "2030-01-01"}]}, {"today": "1990-01-01"}):
        db.session.expire_all()
        kept = db.session.get_one(Lesson, lesson)
        kept.content = {**kept.content, **change}
        db.session.commit()
        assert writer.get(opened).status_code == 200, change
    assert db.session.scalar(select(LessonProgress.id)) is None
