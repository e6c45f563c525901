"""Showing a place in a text: the piece around what was found, with the found words marked, and which part it is in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.search import rules
from models import SearchDocument

WIDTH = 110  # characters of a piece of text
_BEFORE = 25
Piece = tuple[str, bool]


@dataclass(frozen=True)
class Found:
    """A document as it is shown. `title` and `text` are pieces with whether each is marked."""

    kind: str
    key: str
    chinese: bool
    title: tuple[Piece, ...]
    heading: str
    text: tuple[Piece, ...]
    link: str


def show(document: SearchDocument, wanted: Sequence[frozenset[str]]) -> Found:
    """The document with the part that holds most of what was asked for."""
    tokens = frozenset().union(*wanted)
    parts = [_Text(text, tokens) for _, _, text in document.parts] or [_Text("", tokens)]
    best = max(range(len(parts)), key=lambda number: (parts[number].kinds, -number))
    anchor, heading, _ = document.parts[best] if document.parts else ("", "", "")
    lead_on = f"#{anchor}" if anchor and parts[best].spans and "#" not in document.link else ""
    return Found(
        document.kind, document.key, document.language == "zh",
        _pieces(document.title, _Text(document.title, tokens).spans), heading, parts[best].around(),
        document.link + lead_on,
    )  # fmt: skip


def rank(document: SearchDocument, asked: rules.Asked, *, hits: int, score: int) -> float:
    """Tokens held first; then whether the words stand as they were typed, in the title and in the text; then weight."""
    whole = [run for run in asked.runs if len(run) > 1]
    title, text = rules.fold(document.title), rules.fold("\n".join(part[2] for part in document.parts))
    in_title, in_text = sum(run in title for run in whole), sum(run in text for run in whole)
    initials = any(run in document.initials for run in asked.letters)
    return hits * 10 + in_title * 30 + in_text * 8 + initials * 12 + min(score, 40) / 10


class _Text:
    """A text with where the wanted tokens stand in it."""

    def __init__(self, text: str, tokens: Iterable[str]) -> None:
        self.text = text
        self.folded, self._at = _folded(text)
        found = [(token, span) for token in tokens for span in _places(self.folded, token)]
        self.kinds = len({token for token, _ in found})
        self.spans = _joined([(self._from(start), self._to(end)) for _, (start, end) in found])

    def _from(self, place: int) -> int:
        return self._at[place] if self._at else place

    def _to(self, place: int) -> int:
        return self._at[place - 1] + 1 if self._at else place

    def around(self) -> tuple[Piece, ...]:
        """The piece with most marks in it; the beginning where there are none."""
        start = 0
        if self.spans:
            start = max(self.spans, key=lambda span: (self._marked(span[0]), -span[0]))[0]
        first = max(start - _BEFORE, 0) if len(self.text) > WIDTH else 0
        last = min(first + WIDTH, len(self.text))
        first = max(min(first, last - WIDTH), 0)
        inside = [(max(a, first) - first, min(b, last) - first) for a, b in self.spans if a < last and b > first]
        pieces = _pieces(" ".join(self.text[first:last].split("\n")), inside)
        return ((("…", False),) if first else ()) + pieces + ((("…", False),) if last < len(self.text) else ())

    def _marked(self, start: int) -> int:
        return sum(b - a for a, b in self.spans if start <= a < start + WIDTH - _BEFORE)


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as it is searched, and, where that is of another length, the place in the text of each of its signs."""
    folded = rules.fold(text)
    if len(folded) == len(text):
        return folded, []
    signs = [(sign, place) for place, one in enumerate(text) for sign in rules.fold(one)]
    return "".join(sign for sign, _ in signs), [place for _, place in signs]


def _places(folded: str, token: str) -> list[tuple[int, int]]:
    """Where a token stands; a word in letters only as a whole word."""
    found: list[tuple[int, int]] = []
    start = folded.find(token)
    whole = not rules.is_han(token)
    while start >= 0 and len(found) < 200:
        end = start + len(token)
        if not whole or not (_is_letter(folded, start - 1) or (len(token) < 24 and _is_letter(folded, end))):
            found.append((start, end))
        start = folded.find(token, end if whole else start + 1)
    return found


def _is_letter(text: str, place: int) -> bool:
    return 0 <= place < len(text) and text[place].isalnum() and not rules.is_han(text[place])


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order; those that touch or overlap are one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _pieces(text: str, spans: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    last = 0
    for start, end in spans:
        if start > last:
            pieces.append((text[last:start], False))
        pieces.append((text[start:end], True))
        last = end
    if last < len(text):
        pieces.append((text[last:], False))
    return tuple(pieces)
