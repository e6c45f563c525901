"""Passkeys (WebAuthn) as plain values: what the browser is asked, and what its answer proves. No database."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.errors import Invalid
from app.keys import key
from app.messages import Message
from models import Factor

LONGEST_ANSWER = 20_000
_AGAIN = Message("Press the button once more and follow the device. Nothing was changed.")


@dataclass(frozen=True)
class Site:
    """What a passkey is bound to: the host name, and the address with its scheme as the browser sees it."""

    host: str
    origin: str


@dataclass(frozen=True)
class Made:
    """A passkey that was made and checked."""

    credential_id: str
    public_key: str
    counter: int
    transports: tuple[str, ...]


def options_to_make(
    account_id: int, username: str, name: str, challenge: bytes, site: Site, held: Sequence[Factor]
) -> str:
    """What the browser is asked when a passkey is set up, as JSON; devices that hold one already are left out."""
    options = webauthn.generate_registration_options(
        rp_id=site.host, rp_name="智慧工资 ZeroTrip", user_name=username, user_display_name=name,
        user_id=hmac.new(key("factor/user-handle"), str(account_id).encode(), sha256).digest(), challenge=challenge,
        exclude_credentials=[_described(one) for one in held],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )  # fmt: skip
    return webauthn.options_to_json(options)


def options_to_show(challenge: bytes, site: Site, held: Sequence[Factor]) -> str:
    """What the browser is asked when a passkey is to be shown, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=challenge, allow_credentials=[_described(one) for one in held],
        user_verification=UserVerificationRequirement.PREFERRED,
    )  # fmt: skip
    return webauthn.options_to_json(options)


def verified_new(response: str, challenge: bytes, site: Site) -> Made:
    """Check what the browser made. Raises Invalid with a sentence."""
    answer = _read(response)
    try:
        made = webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=site.host, expected_origin=site.origin
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise _refused(Message("The device did not make a passkey that holds here.")) from None
    named = answer.get("response", {}).get("transports")
    transports = [one for one in named if isinstance(one, str)] if isinstance(named, list) else []
    return Made(
        bytes_to_base64url(made.credential_id), bytes_to_base64url(made.credential_public_key), made.sign_count,
        tuple(one[:20] for one in transports[:6]),
    )  # fmt: skip


def credential_of(response: str) -> str:
    """Which passkey an answer speaks of. Raises Invalid for what is no answer."""
    named = _read(response).get("id")
    return named if isinstance(named, str) else ""


def verified_shown(response: str, challenge: bytes, site: Site, factor: Factor) -> int:
    """Check that a passkey has signed the challenge; returns its count of signatures. Raises Invalid."""
    try:
        shown = webauthn.verify_authentication_response(
            credential=_read(response), expected_challenge=challenge, expected_rp_id=site.host,
            expected_origin=site.origin, credential_public_key=base64url_to_bytes(factor.public_key or ""),
            credential_current_sign_count=factor.counter,
        )  # fmt: skip
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise _refused(Message("This passkey did not sign what was asked of it.")) from None
    return shown.new_sign_count


def _read(response: str) -> dict[str, Any]:
    try:
        answer = json.loads(response) if len(response) <= LONGEST_ANSWER else None
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not isinstance(answer.get("response"), dict):
        raise _refused(Message("The device sent no passkey."))
    return answer


def _refused(sentence: Message) -> Invalid:
    return Invalid(fields={"passkey": sentence}, remedy=_AGAIN)


def _described(factor: Factor) -> PublicKeyCredentialDescriptor:
    known = {one.value for one in AuthenticatorTransport}
    transports = [AuthenticatorTransport(one) for one in factor.transports or () if one in known]
    return PublicKeyCredentialDescriptor(
        id=base64url_to_bytes(factor.credential_id or ""), transports=transports or None
    )  # fmt: skip
