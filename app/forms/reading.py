"""Reading what people type: full-width characters, Chinese dates, separators and stray spaces are understood."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_DAY = re.compile(r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?")
_DAY_CLOSE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})(?:[-/.年])(\d{1,2})月?")
_MONTH_CLOSE = re.compile(r"(\d{4})(\d{2})")
_YEAR = re.compile(r"(\d{4})年?")
_WHOLE = re.compile(r"[+-]?\d{1,15}")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+")
_AMOUNT = re.compile(r"([+-]?)(\d{1,12})(?:\.(\d{1,2}))?元?")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def plain(raw: object) -> str:
    """Figures and dates as typed, in half-width characters and without spaces."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", str(raw)))
    return "".join(text.split()).replace("−", "-").replace("—", "-").replace("–", "-")


def clean(raw: object, *, lines: bool = False) -> str:
    """A text as typed, without control and invisible characters; line ends stay where `lines` are allowed."""
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", str(raw)))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        text = text.replace("\n", " ").replace("\t", " ")
    kept = (mark for mark in text if mark in "\n\t" or unicodedata.category(mark) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def day_in(text: str) -> date | None:
    """The day that a text names: 2018-04-03, 2018/4/3, 2018年4月3日, 20180403. Nothing if there is no such day."""
    found = _DAY.fullmatch(text) or _DAY_CLOSE.fullmatch(text)
    if not found:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def month_in(text: str) -> tuple[int, int] | None:
    """Year and month that a text names: 2018-04, 2018年4月, 201804."""
    found = _MONTH.fullmatch(text) or _MONTH_CLOSE.fullmatch(text)
    if not found:
        return None
    year, month = (int(part) for part in found.groups())
    return (year, month) if 1 <= month <= 12 else None


def year_in(text: str) -> int | None:
    """The year that a text names: four digits, with or without 年."""
    found = _YEAR.fullmatch(text)
    return int(found.group(1)) if found else None


def whole_in(text: str) -> int | None:
    """The whole number that a text names; thousands may be grouped by commas."""
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    return int(text) if _WHOLE.fullmatch(text) else None


def fen_in(text: str) -> int | None:
    """The amount in fen that a text in yuan names: 1,490.00 is 149000."""
    head, dot, tail = text.partition(".")
    if _GROUPED.fullmatch(head):
        text = head.replace(",", "") + dot + tail
    found = _AMOUNT.fullmatch(text)
    if not found:
        return None
    sign, yuan, cents = found.groups()
    fen = int(yuan) * 100 + int((cents or "").ljust(2, "0"))
    return -fen if sign == "-" else fen
