"""Chinese on an English page: data may be, words of the program may not, nor a name that has an English one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from models import Base, db
from tests.journeys.pages.scene import MISSPELT
from tests.journeys.pages.walking import Fault, Findings

CHINESE = re.compile(r"[\u3400-\u9fff]")
DOCUMENT = re.compile(r"[\u4e00-\u9fff]+〔\d{4}〕\d+(?:/\d+)*号(?:（[\u4e00-\u9fff]+）)?")  # its name in every language
BRAND = ("智慧工资", "中文")  # the name of the product, and of the language one can change to
IN_FILES = (MISSPELT,)
_PAIRS = (("name", "name_en"), ("name_zh", "name_en"), ("label_zh", "label_en"))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _kept() -> tuple[set[str], set[str]]:
    """Every Chinese text in the database, and those that have an English name beside them."""
    texts: set[str] = set()
    named: set[str] = set()
    for table in Base.metadata.sorted_tables:
        columns = table.columns.keys()
        for row in db.session.execute(select(table)).mappings():
            texts.update(text for value in row.values() for text in _strings(value) if CHINESE.search(text))
            for chinese, english in _PAIRS:
                if {chinese, english} <= set(columns) and row[english] and CHINESE.search(row[chinese] or ""):
                    named.add(row[chinese])
    db.session.rollback()
    return texts, named


def note_chinese(findings: Findings, *, allowed: tuple[str, ...] = (*BRAND, *IN_FILES)) -> None:
    """Turn what the walks saw on English pages into faults."""
    texts, named = _kept()
    longest_first = sorted(texts | set(allowed), key=len, reverse=True)
    for text, place in findings.chinese.items():
        if text in named:
            findings.note([Fault("language", "its English name is not used", text[:60])], place)
            continue
        left = "" if text in texts else DOCUMENT.sub("", text)
        for one in longest_first:
            if CHINESE.search(left) is None:
                break
            left = left.replace(one, "")
        if CHINESE.search(left):
            findings.note(
                [Fault("language", "Chinese on an English page", json.dumps(text[:80], ensure_ascii=False))], place
            )
