"""Lessons are found by the search, with the place in the text or the second of the video."""

from __future__ import annotations

from app.access.actor import Actor
from app.learning import authoring, publication
from app.learning.searching import LESSON, lessons
from app.search.registry import sources


def test_every_lesson_tells_its_places_in_both_languages(learner: Actor) -> None:
    found = {(one.key, one.language): one for one in lessons(None)}
    assert sources()[LESSON].documents is lessons
    text = found["post-change/rules", "zh"]
    assert text.link == "/learning/post-change/rules"
    assert text.audience.permission == "course:read"
    assert [(one.heading, one.anchor) for one in text.parts] == [
        ("聘任日期", "at-day"), ("新聘岗位", "at-post"), ("交哪些材料", "at-papers"),
    ]  # fmt: skip
    assert "{#" not in "".join(one.text + one.heading for one in text.parts)
    video = found["first-filing/tour", "en"]
    assert "t=27" in [one.anchor for one in video.parts]
    assert "Papers can be photographed" in str(video.parts)
    quiz = found["increment/quiz", "zh"]
    assert "哪些考核结果可以增加薪级" in quiz.parts[0].text
    assert "规则 G-8" not in quiz.parts[0].text  # the answers are not given away


def test_only_what_is_asked_for_is_told(learner: Actor) -> None:
    assert {one.key for one in lessons(["increment/january", "nowhere/x"])} == {"increment/january"}


def test_a_draft_is_not_found_until_it_is_published(author: Actor, publisher: Actor) -> None:
    version = authoring.new_course("quiet", "静", "Quiet", by=author)
    values = {"kind": "TEXT", "key": "one", "title_zh": "一", "title_en": "One", "body_zh": "文", "body_en": "text"}
    lesson = authoring.add_lesson(version.id, values, by=author, revision=1)
    authoring.change_lesson(lesson.id, values, by=author, revision=2)
    assert not list(lessons(["quiet/one"]))
    publication.propose(version.id, by=author, revision=3)
    publication.publish(version.id, by=publisher, revision=4)
    assert len(list(lessons(["quiet/one"]))) == 2
    publication.withdraw(version.id, by=publisher, revision=5, reason="过时")
    assert not list(lessons(["quiet/one"]))
