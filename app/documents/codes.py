"""Check codes: ten characters that say which record a print is of and in which state, and that nobody can make up.

A code holds the number of the record (24 bits, hidden by a key stream) and 21 bits of an HMAC over the record and what
it stood at when it was printed; its last character checks the others, so that a slip of the pen is told from a forgery.
Nothing is kept: which state a print shows is found by trying the states that the record has been in.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256

from app.keys import key

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs; without 0, 1, I and O, which are mistaken for each other
LENGTH = 10
_ID_BITS, _TAG_BITS = 24, 21
LARGEST_ID = (1 << _ID_BITS) - 1
_PURPOSE = "documents/check-code/1"


def code_of(kind: str, record_id: int, standing: str) -> str | None:
    """The code of a record in a standing, as `K7QM2-9RTXW`; None for a number too large for a code."""
    if not 0 < record_id <= LARGEST_ID:
        return None
    tag = _tag(kind, record_id, standing)
    number = ((record_id ^ _stream(kind, tag)) << _TAG_BITS) | tag
    signs = "".join(ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(LENGTH - 1)))
    whole = signs + _check_sign(signs)
    return f"{whole[:5]}-{whole[5:]}"


def plain(typed: str) -> str | None:
    """What was typed as a code without signs between; None if it cannot be one, for its length or its check sign."""
    signs = "".join(sign for sign in typed.upper()[:40] if sign.isalnum())
    if len(signs) != LENGTH or any(sign not in ALPHABET for sign in signs):
        return None
    return signs if _check_sign(signs[:-1]) == signs[-1] else None


def record_of(kind: str, signs: str) -> int:
    """The number of the record that a code would be of, if it is one of this kind."""
    number = _number(signs)
    return (number >> _TAG_BITS) ^ _stream(kind, number & ((1 << _TAG_BITS) - 1))


def standing_of(kind: str, signs: str, standings: Iterable[str]) -> str | None:
    """Which of the standings the code was made for; None if none of them."""
    tag = _number(signs) & ((1 << _TAG_BITS) - 1)
    record_id = record_of(kind, signs)
    return next((one for one in standings if hmac.compare_digest(str(_tag(kind, record_id, one)), str(tag))), None)


def _number(signs: str) -> int:
    number = 0
    for sign in signs[:-1]:
        number = number << 5 | ALPHABET.index(sign)
    return number


def _tag(kind: str, record_id: int, standing: str) -> int:
    digest = hmac.new(key(_PURPOSE), f"{kind}:{record_id}:{standing}".encode(), sha256).digest()
    return int.from_bytes(digest[:4]) >> (32 - _TAG_BITS)


def _stream(kind: str, tag: int) -> int:
    digest = hmac.new(key(_PURPOSE), f"hide:{kind}:{tag}".encode(), sha256).digest()
    return int.from_bytes(digest[:3])


def _check_sign(signs: str) -> str:
    """By Luhn's way in base 32: one wrong sign, and two neighbours that changed places, do not pass."""
    total = 0
    for place, sign in enumerate(reversed(signs)):
        value = ALPHABET.index(sign)
        doubled = value * 2 if place % 2 == 0 else value
        total += doubled // 32 + doubled % 32
    return ALPHABET[-total % 32]
