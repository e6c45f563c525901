"""Pinyin initials of a name, by which clerks look people up: 张伟 is ZW, and 单小红, with 单 as surname, is SXH."""

from __future__ import annotations

import unicodedata

from pypinyin import Style, lazy_pinyin

LONGEST = 20  # as the column is wide

# Characters whose first letter is another one when they are a surname; the library reads by frequency.
_SURNAMES = {
    "单": "s", "曾": "z", "解": "x", "仇": "q", "区": "o", "查": "z", "翟": "z", "乐": "y", "种": "c", "重": "c",
    "覃": "q", "秘": "b", "折": "s", "召": "s", "祭": "z", "郇": "x", "隗": "w", "会": "g", "句": "g", "阚": "k",
    "繁": "p", "佴": "n",
}  # fmt: skip
_DOUBLE = {"尉迟": "yc", "万俟": "mq", "长孙": "zs", "单于": "cy"}


def initials_of(name: str) -> str:
    """The first letters in capitals, at most 20 of them. Words in Latin letters give the first letter of each."""
    plain = unicodedata.normalize("NFKC", name).replace("·", " ").replace("•", " ").strip()
    letters = "".join(_word(word, first=index == 0) for index, word in enumerate(plain.split()))
    return letters.upper()[:LONGEST]


def _word(word: str, *, first: bool) -> str:
    if word.isascii():
        return word[0] if word[0].isalnum() else ""
    if first and word[:2] in _DOUBLE:
        return _DOUBLE[word[:2]] + _read(word[2:])
    if first and word[0] in _SURNAMES:
        return _SURNAMES[word[0]] + _read(word[1:])
    return _read(word)


def _read(characters: str) -> str:
    read = lazy_pinyin(characters, style=Style.FIRST_LETTER, errors="ignore", strict=False)
    return "".join(letters[:1] for letters in read)
