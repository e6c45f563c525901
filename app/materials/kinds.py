"""What kind of document a page is, from what it says: titles tell most, then the words that only such a page has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from app.materials.papers import read_papers
from app.materials.particulars import id_numbers_on
from app.materials.rows import Row, cells_of, plain, rows_of
from app.materials.written import Box, Line
from app.messages import Message


class Kind(StrEnum):
    """The kinds that are told apart. `OTHER` is readable and none of the rest."""

    APPOINTMENT = "appointment"
    DIPLOMA = "diploma"
    ASSESSMENT = "assessment"
    APPROVAL_FORM = "approval_form"
    FILE_PAGE = "file_page"
    IDENTITY_CARD = "identity_card"
    OTHER = "other"


NAMES: dict[Kind, Message] = {
    Kind.APPOINTMENT: Message("Appointment document"),
    Kind.DIPLOMA: Message("Diploma or degree certificate"),
    Kind.ASSESSMENT: Message("Assessment"),
    Kind.APPROVAL_FORM: Message("Approval form"),
    Kind.FILE_PAGE: Message("Page of a personnel file"),
    Kind.IDENTITY_CARD: Message("Identity card"),
    Kind.OTHER: Message("Other document"),
}
"""How a kind is named to people."""

_TITLE = 4.0
_MOST_WORDS = 5.0
_LEAST = 2.0
"""What a kind must gather before it is named; below, a page that can be read is another document."""
_READABLE = 12
"""Characters from which a page says enough to be called another document."""
_LONGEST_TITLE = 40

_LINES_OF_A_CARD = 14

_PAPERS = read_papers()
_RULES = tuple((Kind(title["kind"]), re.compile(title["pattern"])) for title in _PAPERS["titles"])
_WORDS: dict[Kind, dict[str, float]] = {Kind(kind): words for kind, words in _PAPERS["words"].items()}
_NOT_MEANT = re.compile(_PAPERS["not_meant"])
_ALSO_CALLED: dict[Kind, list[str]] = {Kind(kind): names for kind, names in _PAPERS["also_called"].items()}


@dataclass(frozen=True)
class FoundKind:
    """A kind with how sure it is and where on the page it shows."""

    kind: Kind
    confidence: float
    page: int
    box: Box | None


def kind_of(lines: Sequence[Line], *, page: int = 1) -> FoundKind | None:
    """The kind of a page; None where too little can be read."""
    said = "".join(plain(line.text) for line in lines)
    if not said:
        return None
    meant = _NOT_MEANT.sub("", said)
    scores: dict[Kind, float] = dict.fromkeys(Kind, 0.0)
    places: dict[Kind, Box] = {}
    for kind, score, box in _title_scores(lines):
        if _TITLE * score > scores[kind]:
            scores[kind], places[kind] = _TITLE * score, box
    for kind, score, box_of_word in _word_scores(lines, meant):
        scores[kind] += score
        if box_of_word is not None:
            places.setdefault(kind, box_of_word)
    if len(lines) < _LINES_OF_A_CARD and id_numbers_on(lines):
        scores[Kind.IDENTITY_CARD] += 1.0  # a number in the middle of a form says nothing, on a small card much
    ranked = sorted(scores, key=lambda kind: -scores[kind])
    first, second = ranked[0], ranked[1]
    if scores[first] < _LEAST:
        if len(said) < _READABLE:
            return None
        sure = min(0.9, 0.4 + len(said) / 400) - 0.2 * scores[first]
        return FoundKind(Kind.OTHER, round(max(sure, 0.2), 2), page, None)
    lead = (scores[first] - scores[second]) / scores[first]
    sure = 0.55 * min(scores[first], 6.0) / 6.0 + 0.45 * min(1.0, 1.6 * lead)
    return FoundKind(first, round(min(sure, 0.99), 2), page, places.get(first))


def _title_scores(lines: Sequence[Line]) -> list[tuple[Kind, float, Box]]:
    """Titles and how much they stand out: tall letters, near the top, alone in their row."""
    found = []
    for row in _headings(lines):
        text = _NOT_MEANT.sub("", row.text)
        for kind, rule in _RULES:
            if rule.search(text):
                found.append((kind, _prominence(row), row.box))
                break
    return found


def _headings(lines: Sequence[Line]) -> list[Row]:
    """Rows that may be titles, also those that two or three rows of the same tall letters make together."""
    rows = [row for row in rows_of(lines) if 2 <= len(row.text) <= _LONGEST_TITLE]
    single = [row for row in cells_of(lines) if 2 <= len(row.text) <= _LONGEST_TITLE]
    joined = []
    for upper, lower in pairwise(rows):
        gap = lower.box[1] - upper.box[3]
        alike = 0.8 < upper.tall / max(lower.tall, 0.01) < 1.25
        if upper.tall > 1.15 and alike and gap < 1.2 * (upper.box[3] - upper.box[1]):
            lines_of_both = (*upper.lines, *lower.lines)
            origins = upper.origins + tuple((line + len(upper.lines), letter) for line, letter in lower.origins)
            joined.append(Row(upper.text + lower.text, origins, lines_of_both, min(upper.tall, lower.tall)))
    return [row for row in (*rows, *single, *joined) if len(row.text) <= _LONGEST_TITLE]


def _prominence(row: Row) -> float:
    """From 0.3 for a row like any other to 2 for the largest letters at the top of the page."""
    left, top, right, _ = row.box
    tall = min(max(row.tall - 1.0, 0.0), 1.0)
    centred = abs((left + right) / 2 - 0.5) < 0.08 and right - left < 0.85
    high = max(0.0, 1.0 - top / 0.5)
    return 0.3 + 0.9 * tall + 0.4 * high * (tall > 0.15 or centred) + 0.4 * (centred and top < 0.5)


def _word_scores(lines: Sequence[Line], said: str) -> list[tuple[Kind, float, Box | None]]:
    found = []
    for kind, words in _WORDS.items():
        score = 0.0
        box = None
        for word, weight in words.items():
            if word not in said:
                continue
            score += weight
            if box is None and weight >= 1.0:
                box = next((line.box for line in lines if word in plain(line.text)), None)
        if score:
            found.append((kind, min(score, _MOST_WORDS), box))
    return found


def kind_named(given: str) -> Kind | None:
    """The kind that a person means by a code or a name, English or Chinese; None if there is no such kind."""
    wanted = " ".join(given.strip().lower().replace("_", " ").replace("-", " ").split())
    for kind in Kind:
        if wanted == kind.value.replace("_", " ") or wanted in _ALSO_CALLED[kind]:
            return kind
    return None
