"""Whether the pages of one document follow each other, none is missing, and all belong together, by what they say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.materials.verdicts import WARNING, Finding
from app.messages import Message

TITLES = {
    "wrong_order": Message("Pages out of order"),
    "pages_missing": Message("Pages missing"),
    "mixed_documents": Message("Several documents in one file"),
}

_NUMERAL = r"([0-9]{1,3}|[一二三四五六七八九十]{1,3})"
_FORMS = (
    re.compile(rf"第\s*{_NUMERAL}\s*页\s*[/,，、]?\s*共\s*{_NUMERAL}\s*页"),
    re.compile(rf"第\s*{_NUMERAL}\s*页()"),
    re.compile(r"[Pp]age\s*([0-9]{1,3})\s*(?:of|/)\s*([0-9]{1,3})"),
    re.compile(r"^[-—–－\s]*([0-9]{1,3})\s*/\s*([0-9]{1,3})[-—–－\s]*$"),
    re.compile(r"^[-—–－]\s*([0-9]{1,3})()\s*[-—–－]$"),
)
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)}
_MOST_PAGES = 500


@dataclass(frozen=True)
class PageSaid:
    """What one page of a file says of itself, as far as it could be read."""

    kind: str | None = None
    name: str | None = None
    number: int | None = None
    total: int | None = None


def number_in(lines: Sequence[str]) -> tuple[int | None, int | None]:
    """The page number that is printed among these lines, and of how many; the last line that has one decides."""
    for line in reversed(lines):
        for form in _FORMS:
            found = form.search(line.strip())
            if found is None:
                continue
            number, total = _value(found[1]), _value(found[2])
            if number and number <= _MOST_PAGES and (total is None or number <= total <= _MOST_PAGES):
                return number, total
            break  # a number that cannot be is none, whatever part of it another form would take
    return None, None


def order_findings(pages: Sequence[PageSaid]) -> list[Finding]:
    """What is wrong with how the pages stand together. What a page does not say is held against none."""
    if len(pages) < 2:
        return []
    mixed = _mixed(pages)
    if mixed is not None:
        return [mixed]  # numbers of several documents do not follow each other
    return [finding for finding in (_wrong_order(pages), _missing(pages)) if finding is not None]


def _wrong_order(pages: Sequence[PageSaid]) -> Finding | None:
    before = 0
    for place, page in enumerate(pages, start=1):
        if page.number is None:
            continue
        if page.number < before:
            return Finding(
                "wrong_order", WARNING, place,
                Message("The pages do not follow each other: page %(page)s of the file is numbered %(number)s.",
                        page=place, number=page.number),
                Message("Put the pages in the order of their numbers and send the document again."),
                {"numbers": [one.number for one in pages]},
            )  # fmt: skip
        before = page.number
    return None


def _missing(pages: Sequence[PageSaid]) -> Finding | None:
    """Numbers that no page has; only where every page is numbered, and the pages agree on how many there are."""
    numbers = [page.number for page in pages]
    totals = {page.total for page in pages if page.total is not None}
    if None in numbers or len(totals) > 1:
        return None
    held = {number for number in numbers if number is not None}
    first = 1 if totals else min(held)
    last = totals.pop() if totals else max(held)
    gone = [number for number in range(first, last + 1) if number not in held]
    if not gone or len(gone) > len(held) + 2:
        return None
    named = "、".join(map(str, gone[:10]))
    return Finding(
        "pages_missing", WARNING, None,
        Message("By their printed numbers, pages are missing: %(numbers)s.", numbers=named),
        Message("Add the missing pages and send the document again."),
        {"missing": gone[:50]},
    )  # fmt: skip


def _mixed(pages: Sequence[PageSaid]) -> Finding | None:
    """A page of another kind, or of another person, than the first that says it; an unnamed kind goes with any."""
    kind = name = None
    for place, page in enumerate(pages, start=1):
        if page.kind not in (None, "other"):
            if kind is not None and page.kind != kind:
                return _of_another(place)
            kind = page.kind
        if page.name is not None:
            if name is not None and page.name != name:
                return _of_another(place)
            name = page.name
    return None


def _of_another(place: int) -> Finding:
    return Finding(
        "mixed_documents", WARNING, place,
        Message("The file holds pages of different documents: page %(page)s is of another kind or person.", page=place),
        Message("Send each document under its own material."),
    )  # fmt: skip


def _value(written: str | None) -> int | None:
    if not written:
        return None
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    if not ten:
        return _DIGITS.get(written)
    return (_DIGITS.get(tens, 1) if tens else 1) * 10 + _DIGITS.get(ones, 0)
