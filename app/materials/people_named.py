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
_DOUBLE = "|".join(_PAPERS["double_surnames"])
_NAME = (
    rf"((?:{_DOUBLE})[{_HAN}]{{1,2}}|"
    rf"[{_HAN}](?:[{_HAN}]{{1,2}}|[{_HAN}]{{3}}(?=同志|老师|先生|女士)|[{_HAN}]{{0,6}}·[{_HAN}]{{1,8}}))"
)
_LABEL = re.compile(rf"({'|'.join(_PAPERS['name_labels'])})(\(.{{0,8}}\))?[::]?")
_BARE_LABEL = re.compile(rf"^(?:{_LABEL.pattern}|姓[各右石吊召])$")
_COLON_LABEL = re.compile(rf"(?:^|[^{_HAN}])(?:{'|'.join(_PAPERS['labels_with_colon'])})(?:\(.{{0,8}}\))?:_*")
_OF_RELATIVES = re.compile(_PAPERS["of_relatives"])
_RULES = tuple(
    (float(rule["weight"]), re.compile(rule["pattern"].replace("NAME", _NAME)), bool(rule.get("surname")))
    for rule in _PAPERS["sentences"]
)
_MYSELF = re.compile(_PAPERS["of_oneself"])
_ALL_HAN = re.compile(rf"^[{_HAN}]{{1,8}}$")
_ONLY_HAN = re.compile(rf"^[{_HAN}·]+$")
_SEX = re.compile("[男女]")
_DAY = re.compile(r"^[\d〇零○OＯ一二三四五六七八九十]{2,4}[年./-].{1,7}$")
_SPACED = 5.0
"""How far apart the characters of a name may be written, in widths of one."""
_GOES_ON = 1.6
"""How far below its first line a name goes on within its cell, in heights of the line: a row of a form is higher."""
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
    whole = [one for one in found.values() if not any(_part_of(one, other) for other in found.values())]
    return sorted(whole, key=lambda one: -one.confidence)


def _part_of(one: FoundName, other: FoundName) -> bool:
    """Whether a name is the beginning or the end of another on the page: what a line holds of one that goes on in the
    next."""
    if one.name == other.name or not (other.name.startswith(one.name) or other.name.endswith(one.name)):
        return False
    return "·" in other.name or other.confidence > one.confidence - 0.05


def _labelled(lines: Sequence[Line], page: int) -> Iterator[FoundName]:
    """Names after a label: in its own line, in the cell beside it, or in the cell below."""
    for row in cells_of(lines):
        for label in _LABEL.finditer(row.text):
            name = _leading_name(row.text[label.end() :])
            if name and (label.group().endswith((":", "名")) or _stands_alone(row.text[label.end() :], name)):
                yield _found(row, name, 0.97, page, label.end())
        for label in _COLON_LABEL.finditer(row.text):
            name = _leading_name(row.text[label.end() :])
            if name and _known(name) and _stands_alone(row.text[label.end() :], name):
                yield _found(row, name, 0.85, page, label.end())
    cells = [row for row in cells_of(lines) if row.text]
    for label_row in (*cells, *_split_labels(lines)):
        if not _BARE_LABEL.match(label_row.text) or _of_a_relative(label_row, cells):
            continue
        beside = _cell_beside(label_row, cells)
        if beside is not None and (name := _leading_name(beside.text)) and (_known(name) or beside.text == name):
            yield _found(*_gone_on(beside, name, cells), 0.95, page)
            continue
        if _heads_a_list(label_row, cells):
            continue
        for below in _cells_below(label_row, cells):
            if (name := _leading_name(below.text)) and _known(name):
                yield _found(*_gone_on(below, name, cells), 0.85 if below.text == name else 0.6, page)
                break


def _stands_alone(text: str, name: str) -> bool:
    """Whether a text is no more than a name, or what is told of a person begins behind it: it is no sentence."""
    behind = text[text.find(name) + len(name) :].lstrip("_-—.。 ")
    return not behind or behind.startswith((",男", ",女", "(", ";", "男", "女", *_ENDS))


def _split_labels(lines: Sequence[Line]) -> Iterator[Row]:
    """A label whose characters stand so far apart that each is a line of its own: 姓 名."""
    for row in rows_of(lines):
        for left, right in pairwise(row.lines):
            if plain(left.text) == "姓" and plain(right.text).startswith("名"):
                yield row_of([left, right], typical=max(left.height, 1e-4))


def _of_a_relative(label: Row, cells: Sequence[Row]) -> bool:
    """Whether another cell level with the label says that the people under it are somebody's family."""
    return any(_OF_RELATIVES.match(cell.text) for cell in cells if _level(label, cell))


def _cell_beside(label: Row, cells: Sequence[Row]) -> Row | None:
    """The next cell to the right that stands level with the label; a name with its characters far apart as one."""
    right = label.box[2]
    level = sorted(
        (cell for cell in cells
         if cell.box[0] > right - 0.012 and _level(label, cell) and cell.lines[0] not in label.lines),
        key=lambda cell: cell.box[0],
    )  # fmt: skip
    if not level or level[0].box[0] - right > 0.3:
        return None
    together = [level[0]]
    for cell in level[1:3]:
        wide = (cell.box[2] - cell.box[0]) / len(cell.text)
        if len(together[-1].text) > 1 or len(cell.text) > 1 or cell.box[0] - together[-1].box[2] > _SPACED * wide:
            break
        together.append(cell)
    return _joined(together) if len(together) > 1 else together[0]


def _level(label: Row, cell: Row) -> bool:
    return cell.box[1] < (label.box[1] + label.box[3]) / 2 < cell.box[3]


def _gone_on(cell: Row, name: str, cells: Sequence[Row]) -> tuple[Row, str]:
    """A long name with what stands of it in the next line of its cell."""
    left, top, right, bottom = cell.box
    if "·" not in cell.text or not cell.text.endswith(name):
        return cell, name
    for below in cells:
        within = left - 0.01 < below.box[0] and below.box[2] < right + 0.01
        close = 0.5 < (below.box[1] - top) / (bottom - top) < _GOES_ON
        if within and close and _ALL_HAN.match(below.text) and _may_be_a_name(name + below.text):
            return _joined([cell, below]), name + below.text
    return cell, name


def _joined(rows: Sequence[Row]) -> Row:
    """Rows as one, one behind the other."""
    lines: list[Line] = []
    origins: list[tuple[int, int]] = []
    for row in rows:
        origins += [(line + len(lines), letter) for line, letter in row.origins]
        lines += row.lines
    return Row("".join(row.text for row in rows), tuple(origins), tuple(lines), rows[0].tall)


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
            yield _found(row, row.text, 0.75, page)


def _told(lines: Sequence[Line], page: int) -> Iterator[FoundName]:
    """Names in sentences, also where a sentence goes on in the next line."""
    for row in map(_without_blanks, (*rows_of(lines), *_running_on(lines))):
        for weight, rule, with_surname in _RULES:
            for hit in _hits(rule, row.text):
                name = hit.group(1)
                if _may_be_a_name(name) and (_known(name) or not with_surname):
                    yield _found(row, name, weight, page, hit.start(1))


def _running_on(lines: Sequence[Line]) -> Iterator[Row]:
    """Each row with the row that follows, as one text."""
    rows = rows_of(lines)
    for upper, lower in pairwise(rows):
        if len(upper.text) >= 8:
            yield _joined([upper, lower])


def _without_blanks(row: Row) -> Row:
    """The row without the line on which something is filled in."""
    kept = [place for place, letter in enumerate(row.text) if letter != "_"]
    return Row("".join(row.text[place] for place in kept), tuple(row.origins[place] for place in kept), row.lines,
               row.tall)  # fmt: skip


def _hits(rule: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Where a rule holds, also within what it held for at first: before a name may stand what looks like one."""
    at = 0
    while hit := rule.search(text, at):
        yield hit
        at = hit.start() + 1


def _leading_name(text: str) -> str:
    """The name with which a text begins, without what stands behind it."""
    text = re.sub(r"^[::_—.。,、 -]+", "", text)
    first = re.match(rf"[{_HAN}·]+", text)
    if first is None:
        return ""
    run = first.group()
    for end in _ENDS:
        at = run.find(end)
        if at >= 2:
            run = run[:at]
    run = _without_the_sex(run, text[len(run) :])
    return run if _may_be_a_name(run) else ""


def _without_the_sex(run: str, behind: str) -> str:
    """The name without the word for the sex of its bearer; that is part of the name where nothing follows, or where
    the sex is told after it."""
    sex = _SEX.search(run, 2)
    if sex is None:
        return run
    given = run[: sex.end()]
    rest = (run + behind)[sex.end() :]
    own = re.match(r"(?:,|\()?(?:性别:?)?[男女]|性别|同志|$", rest) is not None
    return given if own and _known(given) and _may_be_a_name(given) else run[: sex.start()]


def _may_be_a_name(name: str) -> bool:
    if not _ONLY_HAN.match(name) or any(word in name for word in _NOT_NAMES):
        return False
    if "·" in name:
        return 4 <= len(name) <= 16
    if name[:2] in _DOUBLE_SURNAMES:
        return 3 <= len(name) <= 4
    return 2 <= len(name) <= 3 + (name[:1] in _SURNAMES) and (name[0] in _SURNAMES or len(name) <= 3)


def _known(name: str) -> bool:
    """Whether it begins as names do."""
    return name[:1] in _SURNAMES or name[:2] in _DOUBLE_SURNAMES or "·" in name


def _found(row: Row, name: str, weight: float, page: int, start: int = 0) -> FoundName:
    at = row.text.find(name, start)
    sure = row.sure_of(at, at + len(name))
    plausible = (1.0 if _known(name) else 0.6) * (0.7 if len(name) == 4 and name[:2] not in _DOUBLE_SURNAMES else 1.0)
    confidence = weight * plausible * fmean(sure or [1.0])
    return FoundName(name, round(confidence, 2), page, row.place_of(at, at + len(name)), tuple(sure))
