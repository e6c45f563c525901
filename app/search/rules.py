"""How texts become tokens and how what is typed is read: pure.

A token is a Chinese character, two neighbouring ones, or a word in letters and figures, all in half width and lower
case. A word of two characters is therefore one token, and of one character too, on any database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from app.search.pinyin import segmentations
from models.search import LONGEST_TOKEN

LONGEST_ASKED = 80
"""Characters of a question that are read; whoever pastes a page asks for its beginning."""
MOST_WANTED = 20
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
IN_TITLE, IN_BODY = 6, 1


@dataclass(frozen=True)
class Asked:
    """A question as read: runs of Chinese characters, and words in letters and figures, in order, each once."""

    text: str
    runs: tuple[str, ...]

    @property
    def letters(self) -> tuple[str, ...]:
        """The words in letters and figures, which may be pinyin."""
        return tuple(run for run in self.runs if not is_han(run))

    def __bool__(self) -> bool:
        return bool(self.runs)


def fold(text: str) -> str:
    """In half width and lower case; what looks alike is alike."""
    return unicodedata.normalize("NFKC", text).casefold()


def is_han(run: str) -> bool:
    return _IS_HAN.match(run) is not None


def runs_in(text: str) -> list[str]:
    """Runs of Chinese characters, and words, of a folded text."""
    return _RUN.findall(text)


def tokens_in(run: str) -> Iterator[str]:
    """The tokens of one run."""
    if not is_han(run):
        yield run[:LONGEST_TOKEN]
        return
    yield from run
    yield from (run[at : at + 2] for at in range(len(run) - 1))


def weigh(title: str, body: str) -> dict[str, int]:
    """The tokens of a document with what each counts for."""
    weights = dict.fromkeys((token for run in runs_in(fold(body)) for token in tokens_in(run)), IN_BODY)
    for run in runs_in(fold(title)):
        weights |= dict.fromkeys(tokens_in(run), IN_TITLE)
    return weights


def read(typed: str) -> Asked:
    """What somebody typed. Anything may be typed: signs, wildcards and quotes only part words."""
    text = fold(typed[: 2 * LONGEST_ASKED].replace("\x00", " "))[:LONGEST_ASKED]
    return Asked(" ".join(typed[:LONGEST_ASKED].split()), tuple(dict.fromkeys(runs_in(text))))


@dataclass(frozen=True)
class Lookup:
    """What has to be looked up among the words: beginnings of words, and pinyin."""

    beginnings: tuple[str, ...]
    pinyin: tuple[str, ...]


def lookup_of(asked: Asked) -> Lookup | None:
    """What the letters of a question may stand for; None without any."""
    letters = asked.letters
    if not letters:
        return None
    pairs = [pair for run in letters for syllables in segmentations(run) for pair in paired(syllables)]
    return Lookup(tuple(letters), tuple(dict.fromkeys(pairs)))


def paired(syllables: tuple[str, ...]) -> list[str]:
    """Neighbouring syllables as the pinyin of two characters; one alone as that of one."""
    if len(syllables) == 1:
        return list(syllables)
    return [one + other for one, other in pairwise(syllables)]


def wanted(asked: Asked, words: dict[str, set[str]], spoken: dict[str, set[str]]) -> list[frozenset[str]]:
    """What a document should hold: one token of each set. `words` has, by what was typed, the words beginning so, and
    `spoken`, by pinyin, those that sound so."""
    found: list[frozenset[str]] = []
    for run in asked.runs:
        if is_han(run):
            found += [frozenset({run})] if len(run) == 1 else [frozenset({pair}) for pair in _pairs(run)]
        else:
            found += _of_letters(run, words.get(run, set()), spoken)
    return list(dict.fromkeys(found))[:MOST_WANTED]


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _of_letters(run: str, begun: set[str], spoken: dict[str, set[str]]) -> list[frozenset[str]]:
    """A word in letters is a word, or what sounds so; of several ways to part it the first that is known whole."""
    for syllables in segmentations(run):
        sounding = [spoken.get(pair, set()) for pair in paired(syllables)]
        if all(sounding):
            if len(sounding) == 1:
                return [frozenset(sounding[0] | begun)]
            if run not in begun:
                return [frozenset(words) for words in sounding]
    return [frozenset(begun or {run[:LONGEST_TOKEN]})]


def least_of(count: int) -> int:
    """How many of so many wanted tokens a document must hold: of a word all, of a sentence two in five."""
    return count if count <= 3 else max(3, -(-count * 2 // 5))
