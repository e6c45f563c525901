"""Whose document a page is: names after their labels, and in the sentences in which such documents name a person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from app.materials.papers import read_papers
from app.materials.rows import Row, cells_of, plain, row_of, rows_of
from app.materials.written import Box, Line

_PAPERS = read_papers()
_SURNAMES = frozenset(_PAPERS["surnames"].replace(" ", ""))
_DOUBLE_SURNAMES = frozenset(_PAPERS["double_surnames"])
_NOT_NAMES: tuple[str, ...] = tuple(_PAPERS["not_names"])
_ENDS: tuple[str, ...] = tuple(_PAPERS["name_ends"])

_HAN = "\u3400-\u9fff"
_NAME = rf"([{_HAN}](?:[{_HAN}]{{1,2}}|[{_HAN}]{{3}}(?=同志|老师|先生|女士)|[{_HAN}]{{0,6}}[·•・][{_HAN}]{{1,8}}))"
_LABEL = re.compile(rf"({'|'.join(_PAPERS['name_labels'])})(\(.{{0,8}}\))?[::]?")
_BARE_LABEL = re.compile(rf"^(?:{_LABEL.pattern}|姓[各右石吊召])$")
_COLON_LABEL = re.compile(rf"(?:^|[^{_HAN}])(?:{'|'.join(_PAPERS['labels_with_colon'])})(?:\(.{{0,8}}\))?:")
_RULES = tuple(
    (float(rule["weight"]), re.compile(rule["pattern"].replace("NAME", _NAME)), bool(rule.get("surname")))
    for rule in _PAPERS["sentences"]
)
_MYSELF = re.compile(_PAPERS["of_oneself"])
_DAY = re.compile(r"^[\d〇零○OＯ一二三四五六七八九十]{2,4}[年./-].{1,7}$")
_LISTED = 2
"""Names in a column, besides the first, from which it lists people and is about none of them."""


@dataclass(frozen=True)
class FoundName:
    """A name, how sure it is, where it stands, and how sure the recogniser is of each of its characters."""

    name: str
    confidence: float
    page: int
    box: Box
    letters: tuple[float, ...] = ()


def names_on(lines: Sequence[Line], *, page: int = 1) -> list[FoundName]:
    """The people that a page is about, the surest first; signatures and officials are not among them."""
    found: dict[str, FoundName] = {}
    for one in (*_labelled(lines, page), *_told(lines, page), *_signed(lines, page)):
        kept = found.get(one.name)
        if kept is None or one.confidence > kept.confidence:
            found[one.name] = one
    return sorted(found.values(), key=lambda one: -one.confidence)


def _labelled(lines: Sequence[Line], page: int) -> Iterator[FoundName]:
    """Names after a label: in its own line, in the cell beside it, or in the cell below."""
    for row in cells_of(lines):
        for label in _LABEL.finditer(row.text):
            if name := _leading_name(row.text[label.end() :]):
                yield _found(row, label.end(), name, 0.97, page)
        for label in _COLON_LABEL.finditer(row.text):
            name = _leading_name(row.text[label.end() :])
            if name and _known(name) and row.text[label.end() :].strip("_-—.。 ") == name:
                yield _found(row, label.end(), name, 0.85, page)
    cells = [row for row in cells_of(lines) if row.text]
    for label_row in (*cells, *_split_labels(lines)):
        if not _BARE_LABEL.match(label_row.text):
            continue
        beside = _cell_beside(label_row, cells)
        if beside is not None and (name := _leading_name(beside.text)) and (_known(name) or beside.text == name):
            yield _found(beside, 0, name, 0.95, page)
            continue
        if _heads_a_list(label_row, cells):
            continue
        for below in _cells_below(label_row, cells):
            if (name := _leading_name(below.text)) and _known(name):
                yield _found(below, 0, name, 0.85 if below.text == name else 0.6, page)
                break


def _split_labels(lines: Sequence[Line]) -> Iterator[Row]:
    """A label whose characters stand so far apart that each is a line of its own: 姓 名."""
    for row in rows_of(lines):
        for left, right in pairwise(row.lines):
            if plain(left.text) == "姓" and plain(right.text).startswith("名"):
                yield row_of([left, right], typical=max(left.height, 1e-4))


def _cell_beside(label: Row, cells: Sequence[Row]) -> Row | None:
    """The next cell to the right that stands level with the label."""
    _, top, right, bottom = label.box
    middle = (top + bottom) / 2
    level = [
        cell for cell in cells
        if cell.box[0] > right - 0.012 and cell.box[1] < middle < cell.box[3] and cell.lines[0] not in label.lines
    ]  # fmt: skip
    nearest = min(level, key=lambda cell: cell.box[0], default=None)
    return nearest if nearest is not None and nearest.box[0] - right < 0.3 else None


def _cells_below(label: Row, cells: Sequence[Row]) -> list[Row]:
    """Cells under the label, nearest first, where its column is read downwards."""
    left, top, right, bottom = label.box
    high = bottom - top
    under = [
        cell for cell in cells
        if bottom - 0.3 * high < cell.box[1] < bottom + 3.5 * high
        and min(right, cell.box[2]) - max(left, cell.box[0]) > 0.3 * min(right - left, cell.box[2] - cell.box[0])
    ]  # fmt: skip
    return sorted(under, key=lambda cell: cell.box[1])[:1]


def _heads_a_list(label: Row, cells: Sequence[Row]) -> bool:
    """Whether names stand one below the other under this label: such a page is about none of them alone."""
    left, _, right, bottom = label.box
    middle, reach = (left + right) / 2, max(right - left, 0.05)
    under = [cell for cell in cells if cell.box[1] > bottom and abs((cell.box[0] + cell.box[2]) / 2 - middle) < reach]
    return sum(_known(cell.text) and _may_be_a_name(cell.text) for cell in under) > _LISTED


def _signed(lines: Sequence[Line], page: int) -> Iterator[FoundName]:
    """Who signs what somebody writes of themselves: a name that stands alone, and the day below it."""
    rows = rows_of(lines)
    if not any(_MYSELF.search(row.text) for row in rows):
        return
    for row, below in pairwise(rows):
        if _known(row.text) and _may_be_a_name(row.text) and row.box[0] > 0.4 and _DAY.match(below.text):
            yield _found(row, 0, row.text, 0.75, page)


def _told(lines: Sequence[Line], page: int) -> Iterator[FoundName]:
    """Names in sentences, also where a sentence goes on in the next line."""
    for row in (*rows_of(lines), *_running_on(lines)):
        for weight, rule, with_surname in _RULES:
            for hit in rule.finditer(row.text):
                name = hit.group(1)
                if _may_be_a_name(name) and (_known(name) or not with_surname):
                    yield _found(row, hit.start(1), name, weight, page)


def _running_on(lines: Sequence[Line]) -> Iterator[Row]:
    """Each row with the row that follows, as one text."""
    rows = rows_of(lines)
    for upper, lower in pairwise(rows):
        if len(upper.text) >= 8:
            both = (*upper.lines, *lower.lines)
            origins = upper.origins + tuple((line + len(upper.lines), letter) for line, letter in lower.origins)
            yield Row(upper.text + lower.text, origins, both, upper.tall)


def _leading_name(text: str) -> str:
    """The name with which a text begins, without what stands behind it."""
    text = re.sub(r"^[::_—.。,、 -]+", "", text)
    first = re.match(r"[\u3400-\u9fff·•・]+", text)
    if first is None:
        return ""
    run = first.group()
    for end in _ENDS:
        at = run.find(end)
        if at >= 2:
            run = run[:at]
    return run if _may_be_a_name(run) else ""


def _may_be_a_name(name: str) -> bool:
    if any(word in name for word in _NOT_NAMES):
        return False
    if any(dot in name for dot in "·•・"):
        return 4 <= len(name) <= 16
    if name[:2] in _DOUBLE_SURNAMES:
        return 3 <= len(name) <= 4
    return 2 <= len(name) <= 3 + (name[:1] in _SURNAMES) and (name[0] in _SURNAMES or len(name) <= 3)


def _known(name: str) -> bool:
    """Whether it begins as names do."""
    return name[:1] in _SURNAMES or name[:2] in _DOUBLE_SURNAMES or "·" in name


def _found(row: Row, start: int, name: str, weight: float, page: int) -> FoundName:
    at = row.text.find(name, start)
    sure = row.sure_of(at, at + len(name))
    plausible = (1.0 if _known(name) else 0.6) * (0.7 if len(name) == 4 and name[:2] not in _DOUBLE_SURNAMES else 1.0)
    confidence = weight * plausible * fmean(sure or [1.0])
    return FoundName(name.translate({ord("•"): "·", ord("・"): "·"}), round(confidence, 2), page,
                     row.place_of(at, at + len(name)), tuple(sure))  # fmt: skip
