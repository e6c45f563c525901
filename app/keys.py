"""Keys derived from the one secret, each for its own purpose, so that no key serves two ends."""

from __future__ import annotations

from functools import cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_secret = b""


def configure(secret: str) -> None:
    """Name the secret that all keys come from."""
    global _secret
    _secret = secret.encode()
    key.cache_clear()


@cache
def key(purpose: str) -> bytes:
    """32 bytes for one purpose, for example `identity-number/encrypt/1`."""
    if not _secret:
        raise RuntimeError("keys are used before the secret is configured")
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(_secret)
