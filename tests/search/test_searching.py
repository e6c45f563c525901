"""What is found, by whom, with the place in the text; and that the index follows what it tells of."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock, uow
from app.access.actor import Actor
from app.help.queries import LEAST
from app.items import publication
from app.search import queries, service
from app.search.registry import LOGGED_IN, PUBLIC, Document, Part, holders_of, in_unit, only_person
from app.search.rules import read
from app.workflow import service as workflow
from app.workflow.rules import Mark
from models import ItemVersion, Reason, SearchChange, SearchToken, ServiceItem, db
from models.queue import ReasonKind
from tests.factories import Reach, a_unit, acting, actor_with, an_account, an_employee
from tests.search.conftest import plain, titles
from tests.statements import counted
from tests.workflow.factories import a_city, a_new_hire, filed, fresh

Notes = dict[str, list[Document]]


def found(typed: str, actor: Actor | None = None, *, chinese: bool = True) -> list[str]:
    return titles(queries.search(read(typed), actor=actor, chinese=chinese).found)


@pytest.mark.usefixtures("guide_index")
class TestTheGuide:
    def test_a_word_of_two_characters_is_found(self) -> None:
        assert "NCGZ-23" in found("退休")
        assert "NCGZ-17" in found("教龄")

    def test_a_single_character_is_found(self) -> None:
        assert "NCGZ-12" in found("薪")

    def test_pinyin_in_full_and_by_initials(self) -> None:
        assert found("xinjinrenyuan")[0] == "NCGZ-01"
        assert found("xjry") == ["NCGZ-01"]
        assert "NCGZ-23" in found("tuixiu")
        assert "NCGZ-23" in found("tuix")

    def test_a_code_is_found_first(self) -> None:
        assert found("NCGZ-11")[0] == "NCGZ-11"
        assert found("ｎｃｇｚ－１１")[0] == "NCGZ-11"

    def test_english_words_are_found_whole_and_begun(self) -> None:
        assert "NCGZ-02" in found("probation", chinese=False)
        assert "NCGZ-02" in found("probat", chinese=False)

    def test_a_sentence_finds_what_holds_most_of_it(self) -> None:
        assert "NCGZ-02" in found("试用期满怎么办理")

    def test_an_item_is_shown_once_in_the_language_of_the_reader(self) -> None:
        for chinese in (True, False):
            result = queries.search(read("NCGZ-11"), actor=None, chinese=chinese)
            assert [one.chinese for one in result.found if one.key == "NCGZ-11"] == [chinese]

    def test_the_place_in_the_text_is_shown_and_led_to(self) -> None:
        first = next(one for one in queries.search(read("护士"), actor=None, chinese=True).found if one.kind == "item")
        assert "[护士]" in plain(first.text)
        assert first.link.endswith("#material-M25")

    @pytest.mark.parametrize(
        "typed", ["'", '"工资"', "%", "_", "*", "工资%", "\\", "a" * 10_000, "工" * 10_000, "\x00"]
    )
    def test_quotes_wildcards_and_very_long_questions_do_no_harm(self, typed: str) -> None:
        assert found(typed) == (found("工资") if "工资" in typed else [])

    def test_wildcards_stand_for_nothing(self) -> None:
        assert found("%") == found("_") == found("*") == []

    def test_a_search_asks_two_statements(self) -> None:
        with counted() as sent:
            found("gongzi")
        assert len(sent) == 2


def test_everybody_finds_what_is_for_them(notes: Notes) -> None:
    unit, other = a_unit(), a_unit()
    employee = an_employee(unit)
    clerk = acting(an_account("clerk", ("clerk", unit, Reach.UNIT)))
    stranger = acting(an_account("stranger", ("clerk", other, Reach.UNIT)))
    own = acting(an_account("own", ("employee", None, Reach.SELF), staff=employee))
    for key, audience in {
        "public": PUBLIC,
        "inside": LOGGED_IN,
        "holders": holders_of("staff:read"),
        "unit": in_unit("staff:read", unit.id),
        "person": only_person(employee.id),
    }.items():
        notes[key] = [Document("note", key, "zh", f"葡萄 {key}", "葡萄熟了", "/", audience)]
    service.refresh(["note"])
    assert set(found("葡萄")) == {"public"}
    assert set(found("葡萄", clerk)) == {"public", "inside", "holders", "unit"}
    assert set(found("葡萄", stranger)) == {"public", "inside", "holders"}
    assert set(found("葡萄", own)) == {"public", "inside", "person"}


def test_help_and_answers_are_found_by_whoever_is_logged_in(guide_index: Flask) -> None:
    clerk = acting(an_account("clerk", ("clerk", a_unit(), Reach.UNIT)))
    answers = [one for one in queries.search(read("花名册"), actor=clerk, chinese=True).found if one.kind == "answer"]
    assert "/help/roster" in [one.link for one in answers]
    assert "page-roster" not in found("花名册")


def test_a_reason_that_is_returned_often_is_an_answer_and_a_rare_one_is_not(app: Flask) -> None:
    city = a_city()
    for text in ("扫描件不清晰", "缺少公章"):
        db.session.add(Reason(kind=ReasonKind.MATERIAL, text_zh=text, text_en="A scan", created_at=clock.now()))
    db.session.commit()
    for number in range(LEAST + 1):
        application = filed(city, a_new_hire(city))
        said = "扫描件不清晰" if number < LEAST else "缺少公章"
        workflow.return_for_correction(
            application.id, by=city.head, revision=fresh(application).revision, note="请重新扫描",
            marks=[Mark("MATERIAL", "M01", said)],
        )  # fmt: skip
    service.refresh(["answer"])
    assert found("扫描件不清晰", city.head)[0].startswith("return-")
    assert not any(key.startswith("return-") for key in found("缺少公章", city.head))


def _change_and_fail() -> None:
    with uow.transaction():
        service.changed("note", "a")
        raise RuntimeError


class TestTheIndexFollows:
    def test_a_change_is_written_after_the_commit(self, notes: Notes) -> None:
        notes["a"] = [Document("note", "a", "zh", "苹果", "红的", "/")]
        with uow.transaction():
            service.changed("note", "a")
        assert found("苹果") == ["a"]
        notes["a"] = [Document("note", "a", "zh", "桃子", "红的", "/")]
        with uow.transaction():
            service.changed("note", "a")
        assert found("苹果") == []
        assert found("桃子") == ["a"]
        notes.clear()
        with uow.transaction():
            service.changed("note", "a")
        assert found("桃子") == []
        assert db.session.scalar(select(func.count()).select_from(SearchToken)) == 0

    def test_what_is_given_up_changes_nothing(self, notes: Notes) -> None:
        notes["a"] = [Document("note", "a", "zh", "苹果", "红的", "/")]
        with pytest.raises(RuntimeError):
            _change_and_fail()
        assert found("苹果") == []

    def test_a_line_left_by_a_kill_is_worked_off_later(self, notes: Notes) -> None:
        notes["a"] = [Document("note", "a", "zh", "苹果", "红的", "/")]
        with uow.transaction() as session:
            session.add(SearchChange(kind="note", key="a", at=clock.now()))
        assert found("苹果") == []
        service.refresh([])
        assert found("苹果") == ["a"]

    def test_refreshing_again_writes_nothing(self, guide_index: Flask) -> None:
        assert set(service.refresh().values()) == {0}

    def test_what_its_source_forgot_is_dropped(self, notes: Notes) -> None:
        notes["a"] = [Document("note", "a", language, "apple 苹果", "red", "/") for language in ("zh", "en")]
        service.refresh(["note"])
        notes.clear()
        assert service.refresh(["note"]) == {"note": 2}
        assert found("苹果") == []

    def test_an_item_that_is_withdrawn_is_found_no_more(self, guide_index: Flask) -> None:
        version = db.session.scalars(
            select(ItemVersion).join(ServiceItem).where(ServiceItem.code == "NCGZ-11")
        ).one()  # fmt: skip
        publication.withdraw(version.id, by=actor_with("publisher"), revision=version.revision, reason="不再办理")
        assert "NCGZ-11" not in found("NCGZ-11")
        assert found("岗位变动") != []

    def test_parts_lead_to_their_own_places(self, notes: Notes) -> None:
        parts = [Part("先看苹果", "第一节", "t=10"), Part("再看香蕉和香蕉皮", "第二节", "t=95")]
        notes["a"] = [Document("note", "a", "zh", "水果", parts, "/lesson")]
        service.refresh(["note"])
        (one,) = queries.search(read("香蕉"), actor=None, chinese=True).found
        assert (one.link, one.heading, plain(one.text)) == ("/lesson#t=95", "第二节", "再看[香蕉]和[香蕉]皮")

    def test_what_is_wider_than_it_was_typed_is_marked_where_it_stands(self, notes: Notes) -> None:
        notes["a"] = [Document("note", "a", "zh", "㈱ＡＢＣ", "㎏和㎡，ＡＢＣ在这里", "/")]
        service.refresh(["note"])
        (one,) = queries.search(read("abc"), actor=None, chinese=True).found
        assert plain(one.text) == "㎏和㎡，[ＡＢＣ]在这里"
