"""Electronic signatures in a PDF: that there is one, whose name it carries, and whether it covers the whole file.

Nothing is verified here. That takes the roots of the authorities that issued the certificates and a look at their lists
of what was withdrawn; the reviewer is told so.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pikepdf

from app.materials.verdicts import WARNING, Finding
from app.messages import Message

_MOST = 8
_LONGEST = 60


@dataclass(frozen=True)
class Signature:
    """One signature: the name in its certificate, else the name the file gives, and the last byte it covers."""

    name: str
    reaches: int


def signature_in(value: Any) -> Signature | None:
    """The signature, if this dictionary is one."""
    if "/ByteRange" not in value or not isinstance(value.get("/Contents"), pikepdf.String):
        return None
    covered = value["/ByteRange"]
    try:
        reaches = int(covered[2]) + int(covered[3])
    except (TypeError, ValueError, IndexError):
        return None
    name = _certified_name(bytes(value["/Contents"])) or str(value.get("/Name", ""))
    return Signature(_readable(name), reaches)


def signature_finding(signatures: Iterable[Signature], *, size: int) -> Finding | None:
    """What the reviewer is told, or None where nothing is signed. `size` is the file's, without padding at its end."""
    found = list(signatures)[:_MOST]
    if not found:
        return None
    names = ", ".join(dict.fromkeys(one.name for one in found if one.name))
    whole = max(one.reaches for one in found) >= size - 2
    if whole:
        message = Message("The document carries an electronic signature by %(names)s.", names=names or "—")
    else:
        message = Message(
            "The document carries an electronic signature by %(names)s, and something was added after it.",
            names=names or "—",
        )
    remedy = Message(
        "It is kept as it came; the signature is not verified here. Open the original in a program that can."
    )
    return Finding("signed", WARNING, None, message, remedy, {"names": names, "whole": whole, "minor": True})


def _certified_name(contents: bytes) -> str:
    """The common name of the signer's certificate; empty where the proof cannot be read."""
    from cryptography.hazmat.primitives.serialization import pkcs7
    from cryptography.x509.oid import NameOID

    try:
        certificates = pkcs7.load_der_pkcs7_certificates(_without_padding(contents))
        issuers = {one.issuer for one in certificates if one.issuer != one.subject}
        signers = [one for one in certificates if one.subject not in issuers] or certificates
        return str(signers[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
    except Exception:  # a hostile proof may raise anything; the name in the file is used then
        return ""


def _without_padding(contents: bytes) -> bytes:
    """The proof alone: its own length says where it ends, the room left for it is filled with zeros."""
    if len(contents) > 4 and contents[0] == 0x30 and 0x80 < contents[1] < 0x85:
        count = contents[1] & 0x7F
        return contents[: 2 + count + int.from_bytes(contents[2 : 2 + count], "big")]
    return contents


def _readable(name: str) -> str:
    kept = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    return " ".join(kept.split())[:_LONGEST]
