"""Identity numbers: checked, encrypted, found again by a keyed index, and masked on screen.

The cipher is AES-256-GCM with the staff number as associated data, so a cipher text moved to another row fails. The
key's version stands before the text. The indexes are HMAC-SHA256: equal numbers give equal indexes, no more.
"""

from __future__ import annotations

import base64
import hmac
import os
from datetime import date
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from stdnum import numdb
from stdnum.cn import ric

from app.errors import Invalid
from app.keys import key
from app.messages import Message

_VERSION = "1"
TAIL = 4  # digits that the tail index knows


def normalise(number: str) -> str:
    """The number as it is stored: 18 characters, X in capitals. Raises Invalid with a sentence for the clerk."""
    plain = number.strip().replace(" ", "").upper()
    if len(plain) != 18:
        raise Invalid(
            fields={
                "id_number": Message("An identity number has 18 characters; this one has %(count)s.", count=len(plain))
            }
        )
    if not _agrees_with_itself(plain):
        raise Invalid(
            fields={
                "id_number": Message(
                    "This identity number contradicts itself: its birth date, region or check digit cannot be right. "
                    "Compare it with the card."
                )
            }
        )
    return plain


def _agrees_with_itself(number: str) -> bool:
    """Digits, province, birth date and check digit (GB 11643).

    The library's own `validate` also asks whether the county existed in the year of birth, so it refuses nearly
    everyone born before 1983, who got their number later; we take its check digit and its list of provinces.
    """
    if not (number[:17].isascii() and number[:17].isdigit() and number[17] in "0123456789X"):
        return False
    try:
        birth_date_of(number)
    except ValueError:
        return False
    places = numdb.get("cn/loc").info(number[:6])
    return any("province" in info for _, info in places) and number[17] == ric.calc_check_digit(number)


def birth_date_of(number: str) -> date:
    """The birth date in a checked identity number."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex_of(number: str) -> str:
    """MALE or FEMALE, by the seventeenth digit."""
    return "MALE" if int(number[16]) % 2 else "FEMALE"


def encrypt(number: str, *, staff_no: str) -> str:
    nonce = os.urandom(12)
    sealed = AESGCM(key(f"identity-number/encrypt/{_VERSION}")).encrypt(nonce, number.encode(), staff_no.encode())
    return f"{_VERSION}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(cipher: str, *, staff_no: str) -> str:
    """The number again. Raises ValueError where the text was altered or belongs to another row."""
    version, _, text = cipher.partition(":")
    raw = base64.b64decode(text)
    try:
        plain = AESGCM(key(f"identity-number/encrypt/{version}")).decrypt(raw[:12], raw[12:], staff_no.encode())
    except InvalidTag:
        raise ValueError(f"the identity number of staff {staff_no} cannot be decrypted") from None
    return plain.decode()


def index_of(number: str) -> str:
    """What an encrypted number is found by."""
    return hmac.new(key("identity-number/index"), number.encode(), sha256).hexdigest()


def tail_index_of(number: str) -> str:
    """What a number is found by when only its end is typed."""
    return hmac.new(key("identity-number/tail"), number[-TAIL:].upper().encode(), sha256).hexdigest()


def masked(number: str) -> str:
    """As it may be shown to those who need not know it: the end alone.

    The date of birth stands beside it on the roster; with the region too, the whole number could be put together.
    """
    return f"{'*' * (len(number) - TAIL)}{number[-TAIL:]}"
