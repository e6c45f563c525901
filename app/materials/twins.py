"""Which of many files shows again what an earlier one shows: by the bytes, by the words on its pages, by their ink."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.materials.duplicates import Page, compare, likest, page_of
from app.materials.verdicts import Verdict
from app.materials.wording import Words, hold, worth_holding
from app.materials.written import ReadPage

_CANDIDATES = 6


@dataclass
class _Met:
    """A page that was met: of which file, its ink and its words, each where there are any."""

    name: str
    number: int
    ink: Page | None
    words: Words | None


class Twins:
    """The pages met so far, to say of each new file which earlier one it repeats.

    `read_whole` reads a file once more and in full; it is asked only where two pages seem to be one and not all of
    them was read.
    """

    def __init__(self, read_whole: Callable[[str], Sequence[ReadPage]] | None = None) -> None:
        self._read_whole = read_whole
        self._files: dict[str, str] = {}
        self._pages: list[_Met] = []
        self._whole: dict[str, list[Words]] = {}

    def first_of(self, name: str, verdict: Verdict, said: Sequence[ReadPage] = ()) -> str | None:
        """The earlier file whose page or pages this one shows again, or None; the file is remembered. `said` is what
        was read on its pages.

        Of a file with several pages more than half must be known from one earlier file, so that a shared leaflet makes
        no duplicate.
        """
        repeated = self._files.get(verdict.sha256 or "")
        words = {page.number: Words(page) for page in said}
        inks = [page_of(kept) for kept in verdict.prints]
        pages = [
            _Met(name, number, ink, words.get(number))
            for number, ink in enumerate([*inks, *[None] * (max(words, default=0) - len(inks))], start=1)
            if ink is not None or number in words
        ]
        if repeated is None and pages:
            repeated = self._met(pages)
        if verdict.sha256:
            self._files.setdefault(verdict.sha256, name)
        self._pages += pages
        return repeated

    def _met(self, pages: list[_Met]) -> str | None:
        votes: dict[str, int] = {}
        for page in pages:
            alike = [self._pages[at].name for at in self._candidates(page) if self._same(page, self._pages[at])]
            for name in dict.fromkeys(alike):
                votes[name] = votes.get(name, 0) + 1
        return next((name for name, count in votes.items() if 2 * count > len(pages)), None)

    def _candidates(self, page: _Met) -> list[int]:
        """Pages worth comparing with, the earliest first."""
        inked = [at for at, one in enumerate(self._pages) if one.ink is not None]
        inks = [one.ink for one in self._pages if one.ink is not None]
        found = {inked[at] for at in likest(page.ink, inks, at_most=_CANDIDATES)} if page.ink is not None else set()
        if page.words is not None:
            said = [(page.words.resemble(one.words), at) for at, one in enumerate(self._pages) if one.words is not None]
            found |= {at for _, at in sorted(said, reverse=True)[:_CANDIDATES] if self._worth(page, self._pages[at])}
        return sorted(found)

    def _worth(self, one: _Met, other: _Met) -> bool:
        return one.words is not None and other.words is not None and worth_holding(one.words, other.words)

    def _same(self, one: _Met, other: _Met) -> bool:
        """Words tell first: bent paper and poor light leave them as they are. Ink tells where too little is read, and
        overrules words only where it agrees as of a file saved anew."""
        if one.words is not None and other.words is not None and worth_holding(one.words, other.words):
            held = hold(one.words, other.words)
            if held.promising and not held.whole:
                held = hold(self._words_of(one, one.words), self._words_of(other, other.words))
            if held.same:
                return True
            if held.another:
                return one.ink is not None and other.ink is not None and compare(one.ink, other.ink).certain
        return one.ink is not None and other.ink is not None and compare(one.ink, other.ink).same

    def _words_of(self, page: _Met, words: Words) -> Words:
        """All words of a page, read once."""
        if self._read_whole is None or words.whole:
            return words
        if page.name not in self._whole:
            self._whole[page.name] = [Words(read) for read in self._read_whole(page.name)]
        read = self._whole[page.name]
        return read[page.number - 1] if page.number <= len(read) else words
