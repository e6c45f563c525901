"""Which gateway carries which channel, from the settings; and the address that links in messages begin with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

from app.notify.gateways import GATEWAYS, Gateway, files, http, mail  # noqa: F401 - they register themselves
from models.messages import Channel

SETTINGS = (
    "MESSAGES_EMAIL", "MESSAGES_SMS", "MESSAGES_CHAT", "MESSAGES_DIR", "MESSAGES_TIMEOUT", "MESSAGES_LINK",
    "MESSAGES_IN_PROCESS", "SMTP_HOST", "SMTP_PORT", "SMTP_FROM", "SMTP_SECURITY", "SMTP_USER", "SMTP_PASSWORD",
    "SMS_URL", "SMS_TOKEN", "CHAT_URL", "CHAT_TOKEN",
)  # fmt: skip
_VARIABLES = {
    Channel.EMAIL: ("MESSAGES_EMAIL", "smtp"),
    Channel.SMS: ("MESSAGES_SMS", "http"),
    Channel.CHAT: ("MESSAGES_CHAT", "webhook"),
}
_NEEDED = {"smtp": ("SMTP_HOST", "SMTP_FROM"), "http": ("SMS_URL",), "webhook": ("CHAT_URL",)}
_settings: Mapping[str, str] = {}


def read(environment: Mapping[str, str], *, development: bool) -> dict[str, str]:
    """The settings of messages. Raises ValueError with a sentence that names the variable.

    Unless it is said otherwise, development writes files and production sends nothing.
    """
    kept = {name: environment[name].strip() for name in SETTINGS if environment.get(name, "").strip()}
    for name, usual in _VARIABLES.values():
        kept.setdefault(name, "file" if development else "off")
        if kept[name] not in (usual, "file", "off"):
            raise ValueError(f"{name} is {kept[name]!r}. Set it to {usual}, file or off.")
        for needed in _NEEDED.get(kept[name], ()):
            if not kept.get(needed):
                raise ValueError(f"{name} is {kept[name]} and {needed} is not set.")
    if kept.get("SMTP_SECURITY", "starttls") not in ("tls", "starttls", "none"):
        raise ValueError("SMTP_SECURITY is none of tls, starttls and none.")
    for name in ("SMS_URL", "CHAT_URL", "MESSAGES_LINK"):
        if name in kept and (urlsplit(kept[name]).scheme not in ("http", "https") or not urlsplit(kept[name]).hostname):
            raise ValueError(f"{name} is {kept[name]!r}. Set it to the address of a web service, with https.")
    for name, lowest, highest in (("MESSAGES_TIMEOUT", 1, 60), ("SMTP_PORT", 1, 65535)):
        given = kept.get(name, str(lowest))
        if not given.isdigit() or not lowest <= int(given) <= highest:
            raise ValueError(f"{name} is {given!r}. Set it to a whole number from {lowest} to {highest}.")
    return kept


def configure(settings: Mapping[str, str]) -> None:
    """Say which gateways there are."""
    global _settings
    _settings = dict(settings)
    gateway.cache_clear()


@cache
def gateway(channel: Channel) -> Gateway | None:
    """What carries a channel; None where nothing does."""
    if channel not in _VARIABLES:
        return None
    name = _settings.get(_VARIABLES[channel][0], "off")
    return None if name == "off" else GATEWAYS[name](_settings)


def carried() -> list[Channel]:
    """The channels that something carries, in their order."""
    return [channel for channel in _VARIABLES if gateway(channel) is not None]


def whole_address(link: str) -> str:
    """A path of this site as an address; empty where the site's own is not known."""
    base = _settings.get("MESSAGES_LINK", "").rstrip("/")
    return base + link if base and link else ""


def in_process() -> bool:
    """Whether the processes that serve pages send messages too."""
    return _settings.get("MESSAGES_IN_PROCESS", "1") != "0"
