"""Facts that carry a secret (a one-time code) are kept sealed until they are sent, and not at all afterwards."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.keys import key

_PURPOSE = "message/seal/1"


def seal(text: str, *, of: str) -> str:
    """The text under AES-256-GCM, bound to the key of its message, so that it opens nowhere else."""
    nonce = os.urandom(12)
    closed = AESGCM(key(_PURPOSE)).encrypt(nonce, text.encode(), of.encode())
    return base64.b64encode(nonce + closed).decode()


def opened(sealed: str, *, of: str) -> str:
    """The text again. Raises cryptography's InvalidTag for anything else."""
    raw = base64.b64decode(sealed)
    return AESGCM(key(_PURPOSE)).decrypt(raw[:12], raw[12:], of.encode()).decode()


def seal_facts(facts: Mapping[str, Any], *, of: str) -> dict[str, Any]:
    return {"sealed": seal(json.dumps(dict(facts), ensure_ascii=False), of=of)}


def opened_facts(kept: Mapping[str, Any], *, of: str) -> dict[str, Any]:
    """The facts of an announcement, whether or not they were sealed."""
    if kept.keys() != {"sealed"}:
        return dict(kept)
    facts: dict[str, Any] = json.loads(opened(kept["sealed"], of=of))
    return facts
