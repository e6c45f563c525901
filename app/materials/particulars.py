"""Numbers and days on a page: identity numbers, dates, numbers of documents, and until when something is valid."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from stdnum.cn import ric

from app.materials.rows import Row, cells_of, rows_of
from app.materials.written import Box, Line


@dataclass(frozen=True)
class Found:
    """Something that stands on a page: its plain value, how sure it is, and where."""

    value: str
    confidence: float
    page: int
    box: Box
    label: str = ""
    """For a day: what it is the day of, where the page says so."""


# Letters that recognisers take for digits. They are read as digits only where the check digit then holds.
_CONFUSED = dict(zip("OoQDIl|i!ZzSsbGBgq", "000011111225566899", strict=True))
_ID_LIKE = re.compile(r"(?<![0-9A-Za-z])[0-9OoQDIl|iZzSsbGBgq!]{17}[0-9OoQDIl|iZzSsbGBgqXx×]{1}(?![0-9A-Za-z])")
_PROVINCES = frozenset(map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
                                 *range(61, 66), 71, 81, 82, 83)))  # fmt: skip
_AFTER_LABEL = re.compile(r"(?:身份证号码?|身份号码|身份证|证件号码?)[::]?(.{15,40})")


def id_numbers_on(lines: Sequence[Line], *, page: int = 1) -> list[Found]:
    """Identity numbers whose check digit holds, the surest first. A slip of the recogniser is mended only then."""
    found: dict[str, Found] = {}
    for row in (*rows_of(lines), *cells_of(lines)):
        for start, end, number, mended in _id_numbers_in(row.text):
            sure = fmean(row.sure_of(start, end) or [1.0]) * (0.85 if mended else 1.0)
            one = Found(number, round(sure, 2), page, row.place_of(start, end))
            if number not in found or found[number].confidence < one.confidence:
                found[number] = one
    return sorted(found.values(), key=lambda one: -one.confidence)


def _id_numbers_in(text: str) -> Iterator[tuple[int, int, str, bool]]:
    for hit in _ID_LIKE.finditer(text):
        given = hit.group()
        straight = "".join(_CONFUSED.get(letter, letter) for letter in given[:17]) + given[17].upper().replace("×", "X")
        straight = straight[:17] + _CONFUSED.get(straight[17], straight[17])
        if holds(straight):
            yield hit.start(), hit.end(), straight, straight != given.upper()
    for hit in _AFTER_LABEL.finditer(text):
        kept = [(at, letter) for at, letter in enumerate(hit.group(1)) if letter not in "-.·,_ ()[]"]
        letters = "".join(_CONFUSED.get(letter, letter) for _, letter in kept[:18]).upper().replace("×", "X")
        if len(letters) == 18 and holds(letters):
            start = hit.start(1)
            yield start + kept[0][0], start + kept[17][0] + 1, letters, True


def holds(number: str) -> bool:
    """Whether digits, province, birth date and check digit of an identity number agree (GB 11643)."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number) or number[:2] not in _PROVINCES:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return 1900 <= born.year <= 2100 and bool(ric.calc_check_digit(number) == number[17])


_DIGITS = {
    letter: digit
    for digits in ("〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "○１２３４５６７８９")
    for digit, letter in enumerate(digits)
}
_DIGITS |= {"O": 0, "o": 0, "Ｏ": 0, "0": 0, "两": 2}
_FOUR = r"(?:(?:19|20)\d\d|[一二][一二三四五六七八九〇零○Oo0]{3})"
_TWO = r"(?:[0-3]?\d|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_DAY = re.compile(
    rf"(?<!\d)(?P<y>{_FOUR})年(?P<m>{_TWO})月(?:(?P<d>{_TWO})[日号])?"
    r"|(?<![\d.])(?P<y2>(?:19|20)\d\d)(?P<s>[.\-/])(?P<m2>[01]?\d)(?:(?P=s)(?P<d2>[0-3]?\d))?(?![\d.])"
)
_LABELLED_DAYS = {
    "born": ("出生", "日生", "月生"),
    "valid_to": ("有效期至", "有效期限", "有效期", "届满", "止于"),
    "appointed": ("任职时间", "聘任时间", "聘期", "任职", "聘任", "起聘"),
    "assessed": ("考核年度", "考核期", "年度考核", "考核时间"),
    "started_work": ("参加工作",),
    "issued": ("印发", "颁发", "发证", "签发", "批准日期"),
}


def days_on(lines: Sequence[Line], *, page: int = 1) -> list[Found]:
    """Days and months, as 2018-04-03 or 2018-04, in the order of the page; with what each is the day of, if said."""
    found: list[Found] = []
    for row in rows_of(lines):
        for hit in _DAY.finditer(row.text):
            value = _day_of(hit)
            if value is None:
                continue
            start, end = hit.span()
            sure = round(fmean(row.sure_of(start, end) or [1.0]), 2)
            label = _label_of(row.text[max(0, start - 12) : start], row.text[end : end + 3])
            found.append(Found(value, sure, page, row.place_of(start, end), label))
    return found


def _day_of(hit: re.Match[str]) -> str | None:
    year, month, day = (hit["y"] or hit["y2"]), (hit["m"] or hit["m2"]), (hit["d"] or hit["d2"])
    numbers = [_number(part) if part else None for part in (year, month, day)]
    try:
        if numbers[0] is None or numbers[1] is None:
            return None
        if numbers[2] is None:
            return f"{date(numbers[0], numbers[1], 1):%Y-%m}"
        return f"{date(numbers[0], numbers[1], numbers[2]):%Y-%m-%d}"
    except ValueError:
        return None


def _number(written: str) -> int | None:
    """A number in figures or in Chinese: 2018, 二〇一八, 十二, 三十一."""
    if written.isascii() and written.isdigit():
        return int(written)
    if "十" in written:
        tens, _, ones = written.partition("十")
        return 10 * (_DIGITS.get(tens, 1) if tens else 1) + (_DIGITS.get(ones, 0) if ones else 0)
    digits = [_DIGITS.get(letter) for letter in written]
    return None if None in digits else int("".join(map(str, digits)))


def _label_of(before: str, after: str) -> str:
    nearest, label = -1, ""
    for name, words in _LABELLED_DAYS.items():
        for word in words:
            at = before.rfind(word)
            if at > nearest:
                nearest, label = at, name
    if after.startswith(("生", "出生")):
        return "born"
    return label


_DOCUMENT = re.compile(
    r"([㐀-鿿]{1,12}(?:发|字|函|办|任|干|通|令|聘|号|组|文|人|教|卫|政|决|复|批|审)?)[\[〔(\{【]((?:19|20)\d\d)[\]〕)\}】年]?第?(\d{1,5})号"
)
_NUMBER_LABEL = re.compile(r"(?:证书?编号|证号|编号|学校编号)[::]?([A-Za-z0-9]{6,24})")


def document_numbers_on(lines: Sequence[Line], *, page: int = 1) -> list[Found]:
    """Numbers of documents, as 某人社发〔2018〕12号, and of certificates."""
    found: dict[str, Found] = {}
    for row in (*rows_of(lines), *cells_of(lines)):
        for hit in _DOCUMENT.finditer(row.text):
            _keep(found, row, hit, f"{_last_words(hit[1])}〔{hit[2]}〕{int(hit[3])}号", page)
        for hit in _NUMBER_LABEL.finditer(row.text):
            _keep(found, row, hit, hit[1], page)
    return list(found.values())


def _keep(found: dict[str, Found], row: Row, hit: re.Match[str], value: str, page: int) -> None:
    start, end = hit.span()
    found.setdefault(
        value, Found(value, round(fmean(row.sure_of(start, end) or [1.0]), 2), page, row.place_of(start, end))
    )


def _last_words(issuer: str) -> str:
    """The short name of the issuer: what stands before it in a sentence is cut off."""
    for word in ("根据", "按照", "依据", "文件", "以", "经", "由"):
        issuer = issuer.rsplit(word, 1)[-1] or issuer
    return issuer
