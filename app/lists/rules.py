"""What a list that is kept consists of: the part of its address that narrows and orders it, always written alike."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

MOST_FOR_A_LIST = 30
LONGEST_NAME = 40
LONGEST_QUERY = 1000
PLACES = frozenset({"page", "page_size", "all", "url"})  # where one stands in the list, not what it shows

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def normalised(pairs: Iterable[tuple[str, str]]) -> str:
    """The same search, filters and order give the same text, in whatever order they were chosen."""
    kept = {(name, value.strip()) for name, value in pairs if _belongs(name, value)}
    return urlencode(sorted(kept))


def normalised_text(query: str) -> str:
    """The part of an address behind its question mark, written alike."""
    return normalised(parse_qsl(query[: 4 * LONGEST_QUERY], max_num_fields=50))


def parts(query: str) -> list[tuple[str, str]]:
    """The arguments of a kept list."""
    return parse_qsl(query)


def _belongs(name: str, value: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name not in PLACES and bool(value.strip()) and "\x00" not in value
