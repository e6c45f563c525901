"""Passwords: hashed with Argon2id, checked in the same time for known and unknown names, and good enough to keep."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import Invalid
from app.messages import Message

MIN_LENGTH = 12
MAX_LENGTH = 200
_hasher = PasswordHasher()
_COMMON = ("password", "qwerty", "123456", "zerotrip", "admin", "iloveyou", "000000", "abc123", "woaini")


def hash_password(password: str) -> str:
    return _hasher.hash(password)


_NOBODY = hash_password(secrets.token_urlsafe(16))


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password is right. Without a hash the same time is spent, so an unknown name cannot be told."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(password_hash: str) -> bool:
    """Whether the parameters have risen since this hash was made."""
    return _hasher.check_needs_rehash(password_hash)


def first_password() -> str:
    """A random password to hand over once."""
    return secrets.token_urlsafe(12)


def require_good(password: str, *, username: str, context: tuple[str, ...] = ()) -> None:
    """Raise Invalid unless the password is long enough and not one that would be guessed first."""
    sentence = _objection(password, (username, *context))
    if sentence is not None:
        raise Invalid(fields={"password": sentence})


def _objection(password: str, context: tuple[str, ...]) -> Message | None:
    if len(password) < MIN_LENGTH:
        return Message("A password needs at least %(count)s characters; a sentence is fine.", count=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        return Message("A password has at most %(count)s characters.", count=MAX_LENGTH)
    lowered = password.lower()
    if len(set(lowered)) < 5:
        return Message("This password repeats too few characters. Choose one with more variety.")
    if any(lowered.startswith(word) and len(password) < len(word) + 8 for word in _COMMON):
        return Message("This password begins with a word that is guessed first. Choose another.")
    if any(word and len(word) >= 3 and word.lower() in lowered for word in context):
        return Message("A password must not contain your user name, your name or your unit.")
    return None
