"""Pages that say what one sent before says: the words that were read, kept encrypted beside the drawings, and the
search among what the unit has sent.

Words tell a page again that was photographed anew, bent or in other light, where its ink does not; they are known only
after the queue has read the file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.keys import key
from app.materials import places
from app.materials.judging import Twin
from app.materials.wording import Words, hold, worth_holding
from app.materials.written import ReadPage

_MOST_READ = 200
"""Files of a unit, the newest first, among which the same page is looked for: a millisecond each."""
_MOST_PAGES = 6


def keep_words(sha256: str, pages: Sequence[ReadPage]) -> None:
    """Keep what was read on a file's pages; lost, it only costs a hint. It names people and numbers, so it is kept
    encrypted, for this file alone."""
    if not pages:
        return
    plain = json.dumps([page.to_json() for page in pages[:_MOST_PAGES]], ensure_ascii=False).encode()
    nonce = os.urandom(12)
    place = places.drawings_of(sha256, "words")
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = place / f"{os.getpid()}.new"
    fresh.write_bytes(nonce + _seal().encrypt(nonce, plain, sha256.encode()))
    fresh.replace(place / "words")


def says_the_same(sha256: str, pages: Sequence[ReadPage], sent: Sequence[tuple[Twin, str, str | None]]) -> list[Twin]:
    """Of what was sent before, each with its content, what says the same as these pages; the newest first.

    More than half of the pages must be known. It is never certain: a person looks at both.
    """
    words = [Words(page) for page in pages[:_MOST_PAGES]]
    found, seen = [], {sha256: False}
    for twin, other, _ in sent[:_MOST_READ]:
        if other not in seen:
            known = [Words(page) for page in _kept(other)]
            met = sum(any(worth_holding(one, two) and hold(one, two).same for two in known) for one in words)
            seen[other] = 2 * met > len(words)
        if seen[other]:
            found.append(twin)
    return found


def _kept(sha256: str) -> list[ReadPage]:
    try:
        raw = (places.drawings_of(sha256, "words") / "words").read_bytes()
        return [ReadPage.from_json(page) for page in json.loads(_seal().decrypt(raw[:12], raw[12:], sha256.encode()))]
    except (OSError, ValueError, KeyError, InvalidTag):
        return []  # never read, or taken away, or written under another key


def _seal() -> AESGCM:
    return AESGCM(key("words-of-papers/encrypt/1"))
