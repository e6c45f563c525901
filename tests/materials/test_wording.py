"""Two pictures of one page are known by their words, also bent and unevenly read; another filling says otherwise."""

from __future__ import annotations

import pytest

from app.materials.twins import Twins
from app.materials.verdicts import Verdict
from app.materials.wording import CLEAR, Words, hold
from app.materials.written import Line, ReadPage

FORM = (
    ("事业单位工作人员年度考核登记表", 0.3, 0.05), ("2017年度", 0.45, 0.1), ("姓名", 0.1, 0.15), ("张建国", 0.25, 0.15),
    ("性别", 0.4, 0.15), ("男", 0.5, 0.15), ("出生年月", 0.6, 0.15), ("1978.04", 0.75, 0.15), ("单位", 0.1, 0.2),
    ("江州市第一中学", 0.25, 0.2), ("现任岗位", 0.6, 0.2), ("专业技术七级", 0.75, 0.2),
    ("本年度认真履行岗位职责,按时完成各项任务。", 0.15, 0.3), ("考核结果", 0.1, 0.6),
    ("合格", 0.25, 0.6), ("备注", 0.1, 0.8),
)  # fmt: skip


def page(
    *, bent: float = 0.0, scale: float = 1.0, sure: float = 0.98, untried: int = 0, leave: tuple[str, ...] = (),
    **said: str,
) -> ReadPage:  # fmt: skip
    """The form as it is read: bent, smaller in its picture, with other words in places, and some words not read."""
    lines = []
    for text, left, top in FORM:
        if text in leave:
            continue
        told = said.get({"张建国": "name", "2017年度": "year", "合格": "result", "1978.04": "born"}.get(text, ""), text)
        down = 0.1 * (1 - scale) + scale * (top + bent * (left - 0.5) ** 2)
        across = 0.2 * (1 - scale) + scale * left
        width = scale * 0.02 * len(told)
        lines.append(Line(told, (across, down, across + width, down + 0.025 * scale), (sure,) * len(told)))
    return ReadPage(1, 0, tuple(lines), len(FORM), untried)


def held(one: ReadPage, other: ReadPage) -> tuple[bool, bool]:
    """Whether they are one page, and whether they are clearly two."""
    wording = hold(Words(one), Words(other))
    return wording.same, wording.another


def test_a_bent_page_further_away_says_the_same() -> None:
    assert held(page(), page(bent=0.06, scale=0.7)) == (True, False)


@pytest.mark.parametrize(
    "said", [{"name": "李秀英"}, {"name": "张建军"}, {"year": "2018年度"}, {"result": "优秀"}, {"born": "1978.05"}]
)
def test_another_filling_is_another_page(said: dict[str, str]) -> None:
    assert held(page(), page(bent=0.03, scale=0.8, **said)) == (False, True)


def test_what_is_not_clearly_read_makes_no_other_page_and_no_twin_by_itself() -> None:
    assert held(page(), page(name="李秀英", sure=CLEAR - 0.1)) == (False, False)


def test_a_name_by_hand_that_is_hard_to_read_counts_though_all_else_agrees() -> None:
    text = "本年度认真履行岗位职责按时完成各项任务" * 2
    prose = [Line(text, (0.1, 0.85 + at / 50, 0.9, 0.86 + at / 50), (0.99,) * 38) for at in range(4)]

    def signed(name: str) -> ReadPage:
        by_hand = Line(name, (0.5, 0.95, 0.56, 0.97), (0.7,) * len(name))
        lines = (*page().lines, *prose, by_hand)
        return ReadPage(1, 0, lines, len(lines))

    assert held(signed("王小明"), signed("王小明")) == (True, False)
    assert held(signed("王小明"), signed("李秀英")) == (False, False)


def test_a_line_that_was_not_read_leaves_it_open() -> None:
    assert held(page(), page(leave=("张建国",), untried=1)) == (False, False)


def test_a_portrait_that_looks_like_a_line_leaves_nothing_open() -> None:
    with_portrait = ReadPage(1, 0, page().lines, len(FORM) + 2)
    assert held(page(bent=0.03), with_portrait) == (True, False)


def test_parts_of_a_seal_say_nothing() -> None:
    def sealed(text: str) -> ReadPage:
        lines = (*page().lines, Line(text, (0.6, 0.79, 0.75, 0.82), (0.6,) * len(text), red=True))
        return ReadPage(1, 0, lines, len(lines))

    assert held(sealed("上海浦市浦新区局"), sealed("区农业技术您")) == (True, False)
    again = ReadPage.from_json(sealed("区农业技术您").to_json())
    assert [line.red for line in again.lines] == [*[False] * len(FORM), True]


def test_two_pages_with_little_in_common_are_not_held_against_each_other() -> None:
    other = ReadPage(1, 0, (Line("工作简报", (0.3, 0.1, 0.6, 0.14), (0.99,) * 4),), 1)
    assert held(page(), other) == (False, False)


def test_a_page_of_which_a_part_was_read_is_read_in_full_before_it_is_called_the_same() -> None:
    asked: list[str] = []

    def read_whole(name: str) -> list[ReadPage]:
        asked.append(name)
        return [{"first": page(), "again": page(bent=0.05), "other": page(name="李秀英")}[name]]

    twins = Twins(read_whole)
    partly = page(leave=("张建国", "备注"), untried=2)
    found = [
        twins.first_of(name, Verdict(sha256=name.ljust(64, "0")), [partly]) for name in ("first", "again", "other")
    ]
    assert found == [None, "first", None]
    assert set(asked) == {"first", "again", "other"}
