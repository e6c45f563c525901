"""Signing a PDF as an approval program does: a signature field, a byte range, and a detached signature over it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from tests.fuzz.writing import Objects, written

_ROOM = 4096
_RANGE = b"/ByteRange [0 0000000000 0000000000 0000000000]"


@cache
def _signer(name: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2018, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2038, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    return certificate, key


def signed(objects: Objects, *, name: str, field: bytes = b"Signature1") -> bytes:
    """The file with a signature over all of it."""
    made = dict(objects)
    made[200] = (
        b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached "
        + _RANGE
        + b" /Contents <"
        + b"0" * (2 * _ROOM)
        + b"> /Name <FEFF"
        + name.encode("utf-16-be").hex().encode()
        + b">"
        + b" /M (D:20180326091401+08'00') /Reason (approval) >>"
    )
    made[201] = (
        b"<< /Type /Annot /Subtype /Widget /FT /Sig /F 132 /Rect [0 0 0 0] /T (" + field + b") /V 200 0 R /P 4 0 R >>"
    )
    made[1] = made[1].replace(b"/Pages", b"/AcroForm << /Fields [201 0 R] /SigFlags 3 >> /Pages", 1)
    made[4] = made[4].replace(b"/Contents", b"/Annots [201 0 R] /Contents", 1)
    whole = written(made)
    start = whole.find(b"/Contents <" + b"0" * 64) + len(b"/Contents ")
    end = start + 2 * _ROOM + 2
    told = b"/ByteRange [0 %010d %010d %010d]" % (start, end, len(whole) - end)
    whole = whole.replace(_RANGE, told)
    certificate, key = _signer(name)
    proof = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(whole[:start] + whole[end:])
        .add_signer(certificate, key, hashes.SHA256())
        .sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])
    )
    return whole[: start + 1] + proof.hex().encode().ljust(2 * _ROOM, b"0") + whole[end - 1 :]
