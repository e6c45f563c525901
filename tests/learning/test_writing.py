"""What authors write cannot do anything in the reader's browser, and names its places."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from app.errors import Invalid
from app.learning import captions, rules, writing
from app.learning.content import content_from, text_of
from app.learning.loading import shipped
from app.messages import Named

HOSTILE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
    "[x](data:text/html,<script>1</script>)", "![x](http://elsewhere.example/x.png)", "<a href='vbscript:1'>x</a>",
    "[x](//elsewhere.example/)", "<http://elsewhere.example>", "[x](JaVaScRiPt:alert(1))", "<style>*{}</style>",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    html = str(writing.shown(text))
    assert "<script" not in html
    assert "<img" not in html
    assert "<style" not in html
    assert "onerror=" not in html.replace("onerror=alert(1)&gt;", "")
    assert 'href="javascript' not in html.lower()
    assert 'href="data' not in html.lower()
    assert 'href="//' not in html
    assert 'href="http://elsewhere.example"' not in html


def test_a_heading_names_its_place_and_stands_below_the_title_of_the_page() -> None:
    html = str(writing.shown("## Day of appointment {#day}\n\nText"))
    assert '<h3 id="at-day" tabindex="-1">Day of appointment</h3>' in html
    assert writing.anchors_of("# A {#one}\ntext {#two}\n### B {#three}") == ["one", "three"]


def test_three_dashes_part_slides() -> None:
    assert writing.slides_of("a\n\n---\n\nb\n---\n") == ["a", "b"]
    assert writing.slides_of("") == [""]


def test_captions_are_read_and_written_cleanly() -> None:
    text = "WEBVTT\n\n1\n00:01.000 --> 00:02.500 align:start\n<b>One</b>\ntwo\n\n01:00:03.000 --> 01:00:04.000\nlast\n"
    cues = captions.read(text, field="x")
    assert [(one.start, one.end, one.text) for one in cues] == [(1.0, 2.5, "One\ntwo"), (3603.0, 3604.0, "last")]
    assert captions.read(captions.written(cues), field="x") == cues


@pytest.mark.parametrize(
    "text",
    [
        "", "00:01.000 --> 00:02.000\nx", "WEBVTT\n\n", "WEBVTT\n\n00:01 --> 00:02\nx",
        "WEBVTT\n\n00:02.000 --> 00:01.000\nx", "WEBVTT\n\n00:01.000 --> 00:02.000\n\n",
        "WEBVTT\n\n00:05.000 --> 00:06.000\nx\n\n00:01.000 --> 00:02.000\ny",
        "WEBVTT\n\n00:59.000 --> 01:00.000\nlate",
    ],
)  # fmt: skip
def test_captions_that_a_browser_would_not_show_are_refused_at_their_field(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        captions.read(text, field="captions_zh", seconds=30)
    assert list(refused.value.fields) == ["captions_zh"]


def test_a_quiz_is_marked_by_all_its_right_answers_and_no_others() -> None:
    questions = rules.questions_of({"questions": [
        {"key": "a", "text": {"zh": "甲", "en": "A"}, "choices": [
            {"text": {"zh": "1", "en": "1"}, "right": True}, {"text": {"zh": "2", "en": "2"}, "right": True},
            {"text": {"zh": "3", "en": "3"}}]},
        {"key": "b", "text": {"zh": "乙", "en": "B"}, "choices": [
            {"text": {"zh": "1", "en": "1"}}, {"text": {"zh": "2", "en": "2"}, "right": True}]},
        {"key": "c", "text": {"zh": "丙", "en": "C"}, "choices": [
            {"text": {"zh": "1", "en": "1"}}, {"text": {"zh": "2", "en": "2"}, "right": True}]},
    ]})  # fmt: skip
    right = {"a": frozenset({0, 1}), "b": frozenset({1}), "c": frozenset({1})}
    assert rules.mark(questions, right, 100) == rules.Marked(100, True, ())
    half = rules.mark(questions, {**right, "a": frozenset({0, 1, 2})}, 67)
    assert half == rules.Marked(66, False, ("a",))  # a score is rounded down, so 2 of 3 are no 67
    assert questions[0].text == Named("甲", "A")


@pytest.mark.parametrize(
    "text",
    [
        "questions: [", "- a", "questions: []", "questions: [{key: a}]", "!!python/object/apply:os.system [ls]",
        "questions: [{key: A B, text: {zh: a, en: b}, choices: [{text: {zh: a, en: b}, right: true}]}]",
        "questions: [{key: a, text: {zh: a, en: b}, choices: [{text: {zh: a, en: b}}, {text: {zh: a, en: b}}]}]",
        "x: " + "[" * 3000,
    ],
)  # fmt: skip
def test_questions_with_a_fault_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        content_from("QUIZ", text)
    assert "content" in refused.value.fields


def _an_exercise() -> dict[str, Any]:
    told = dict(shipped())["post-change"]["lessons"]
    found: dict[str, Any] = next(deepcopy(one["content"]) for one in told if one["kind"] == "PRACTICE")
    return found


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("item", None), ("item", 11), ("unit", "PLANET"), ("today", "never"), ("today", "0001-01-01"),
        ("person", None), ("person", []), ("person.name", "李明"), ("person.name.zh", "李" * 61), ("person.sex", None),
        ("person.sex", []), ("person.education", "SOME"), ("person.birth_date", "1986"), ("person.id", 1),
        ("events", {}), ("events.0", "opening"), ("events.0.grade", 4711), ("events.0.grade", 1e309),
        ("events.0.type", {}), ("start", []), ("start.post", {"a": 1}), ("solution", "x"), ("solution.post", None),
        ("papers", []), ("papers.M14.0", "x"), ("papers.M14.0.file", "../../../../etc/passwd"),
        ("papers.M14.0.file", "flawed"), ("papers.M14.0.title", {}),
        ("papers.M14.0.name", "x" * 200), ("papers.M14.0.name", 1), ("laid", "x"), ("laid.M14", 9), ("laid.M14", -1),
        ("laid.M14", True), ("laid.M99", 0),
    ],
)  # fmt: skip
def test_an_exercise_with_a_fault_is_refused_and_reaches_no_other_file(place: str, value: object) -> None:
    told = _an_exercise()
    assert content_from("PRACTICE", text_of(told)) == told
    here: Any = told
    *way, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    for part in way:
        here = here[part]
    here[last] = value
    with pytest.raises(Invalid) as refused:
        content_from("PRACTICE", text_of(told))
    assert "content" in refused.value.fields


def test_a_few_aliases_do_not_grow_without_end() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{one}: &a{one} [{', '.join([f'*a{one - 1}'] * 9)}]" for one in range(1, 12)]
    with pytest.raises(Invalid):
        content_from("QUIZ", "\n".join(lines))


def test_every_course_that_ships_could_have_been_written_by_an_author() -> None:
    keys = set()
    for code, told in shipped():
        assert rules.KEY.fullmatch(code)
        for lesson in told["lessons"]:
            keys.add((code, lesson["key"]))
            for text in (told["title"], told["summary"], lesson["title"]):
                assert text["zh"]
                assert text["en"]
            if "content" in lesson:
                assert content_from(lesson["kind"], text_of(lesson["content"])) == lesson["content"]
            anchors = [set(writing.anchors_of(text)) for text in lesson.get("body", {}).values()]
            for bound in lesson.get("why", ()):
                if "anchor" in bound:
                    assert all(bound["anchor"] in some for some in anchors), (code, lesson["key"], bound)
    assert len(keys) >= 6
