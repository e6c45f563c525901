"""Pinyin: of a text, its initials, and the ways in which letters can be parted into syllables."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin

_FINALS = {
    "": "a ai an ang ao e ei en eng er o ou",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng o ou u",
    "d": "a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan uo v ve ue",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan un uo v ve ue",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "k": "a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "zh": "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "sh": "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
    "r": "an ang ao e en eng i ong ou u uan ui un uo",
    "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "y": "a an ang ao e i in ing o ong ou u uan ue un",
    "w": "a ai an ang ei en eng o u",
}
SYLLABLES = frozenset(initial + final for initial, finals in _FINALS.items() for final in finals.split())
_BEGUN = frozenset(one[:length] for one in SYLLABLES for length in range(1, len(one) + 1))
LONGEST = max(map(len, SYLLABLES))
BEGUN = "*"
MOST_WAYS = 6
MOST_SYLLABLES = 12


def pinyin_of(text: str) -> str:
    """The syllables of Chinese characters, written together: 工资 is gongzi, 旅 is lv."""
    return "".join(lazy_pinyin(text, errors="ignore")).replace("ü", "v")


def initials_of(text: str) -> str:
    """The first letters of the Chinese characters of a text: 新进人员 is xjry. Everything else parts them."""
    letters = lazy_pinyin(text, style=Style.FIRST_LETTER, errors=lambda _other: " ")
    return " ".join("".join(letters).split())


@lru_cache(maxsize=500)
def segmentations(letters: str) -> list[tuple[str, ...]]:
    """The ways to part letters into syllables, long syllables first; the last one may be begun only and has a star.

    `xinjin` is xin+jin, `gongz` is gong+z*; `xian` is xian, or xi+an. Whole syllables come before what is begun.
    """
    if not letters.isascii() or not letters.isalpha():
        return []
    ways: list[tuple[str, ...]] = []
    _part(letters, (), ways)
    return sorted(ways, key=lambda way: way[-1].endswith(BEGUN))[:MOST_WAYS]


def _part(rest: str, before: tuple[str, ...], ways: list[tuple[str, ...]]) -> None:
    if len(ways) >= 4 * MOST_WAYS:
        return
    if not rest or len(before) == MOST_SYLLABLES:
        ways.append(before)
        return
    if before and rest in _BEGUN and rest not in SYLLABLES:
        ways.append((*before, rest + BEGUN))
        return
    for length in range(min(LONGEST, len(rest)), 0, -1):
        if rest[:length] in SYLLABLES:
            _part(rest[length:], (*before, _plain(rest[:length])), ways)


def _plain(syllable: str) -> str:
    """`lue` and `nue` are typed for lüe and nüe."""
    return syllable.replace("ue", "ve") if syllable in ("lue", "nue") else syllable
