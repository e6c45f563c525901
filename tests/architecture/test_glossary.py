"""The glossary and the screens use the same words."""

from __future__ import annotations

from pathlib import Path

from tests.architecture.test_catalogues import catalogue

GLOSSARY = Path(__file__).resolve().parents[2] / "docs/glossary.md"


def rows() -> list[tuple[str, str]]:
    """Chinese and English of every row of the tables."""
    cells = [line.split("|")[1:3] for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    pairs = [(zh.strip(), en.strip()) for zh, en in cells]
    return [(zh, en) for zh, en in pairs if zh != "中文" and not set(zh) <= set("-")]


def test_a_term_that_is_a_label_has_the_chinese_of_the_glossary() -> None:
    labels = {msgid.lower(): text for msgid, text in catalogue().items()}
    differing = {en: (zh, labels[en]) for zh, en in rows() if en in labels and labels[en] != zh}
    assert not differing


def test_no_term_stands_twice() -> None:
    assert len(rows()) == len(set(rows()))
