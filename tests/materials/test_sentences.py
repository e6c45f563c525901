"""Every code and flag says in both languages what is wrong and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.materials.sentences import _MINOR, _ON_PAGE, _PAGE_LIMIT, CODES, FLAGS
from app.materials.verdicts import Finding

CATALOGUE = Path(__file__).parents[2] / "app/translations/materials/zh_Hans_CN/LC_MESSAGES/messages.po"
WORDINGS = {**CODES, **FLAGS, **{f"minor {code}": wording for code, wording in _MINOR.items()}}


@pytest.fixture(scope="module")
def chinese() -> dict[str, str]:
    with CATALOGUE.open("rb") as opened:
        return {str(entry.id): str(entry.string) for entry in read_po(opened) if entry.id}


@pytest.mark.parametrize("code", WORDINGS)
def test_each_wording_is_complete_in_chinese(code: str, chinese: dict[str, str]) -> None:
    wording = WORDINGS[code]
    for sentence in (wording.title, wording.message, wording.remedy):
        assert chinese[sentence.msgid]
    assert chinese[wording.message.msgid].endswith("。")
    assert chinese[wording.remedy.msgid].endswith("。")


def test_a_finding_names_its_page_in_the_language_of_the_reader(chinese: dict[str, str]) -> None:
    finding = Finding.of("blur", page=3)
    assert finding.message.text(chinese.__getitem__, chinese=True) == "第 3 页：照片太模糊，文字无法辨认。"
    assert chinese[_ON_PAGE]
    assert chinese[_PAGE_LIMIT.msgid]
    assert "200" in Finding.of("too_many_pages", pages=200, limit=30).message.text(chinese.__getitem__, chinese=True)
