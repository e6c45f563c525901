"""Tells people that something about the safety of their account has changed, so that a stranger's deed is noticed."""

from __future__ import annotations

from app import clock
from app.messages import Message
from app.notify.service import accounts, tell


def tell_of_change(account_id: int, what: Message, address: str, *, key: str) -> None:
    """Tell who owns an account. Call it in the transaction of the change; `key` names the change itself."""
    facts = {"what": what, "when": f"{clock.local(clock.now()):%Y-%m-%d %H:%M}", "where": address or "–"}
    tell("account_changed", people=accounts([account_id]), facts=facts, key=key, link="/factors")
