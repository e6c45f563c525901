"""Gateways: what carries a message out of the house. Each is registered under its name and chosen in the settings.

The contract of a gateway:

- It is given a `Parcel` with an **idempotency key** that is the same at every attempt. A parcel that it has taken once
  is taken again without being delivered a second time; what the far side cannot promise is said in docs/notify.md.
- It ends within its **deadline**, whatever the far side does: also one that accepts the line and then says nothing, or
  one byte a second.
- It answers with a receipt, or raises `NotTaken`: with `for_good=True` no further attempt can help (an address that
  does not exist), else it is tried again later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from app.messages import Message

LONGEST_RECEIPT = 200


@dataclass(frozen=True)
class Parcel:
    """What a gateway carries. `link` is the whole address of a page, or empty."""

    key: str
    channel: str
    to: str
    language: str
    subject: str
    body: str
    link: str = ""


class NotTaken(Exception):
    """The gateway did not take the parcel; `message` says why, for the dead letters."""

    def __init__(self, message: Message, *, for_good: bool = False) -> None:
        super().__init__(str(message))
        self.message = message
        self.for_good = for_good


class Gateway(Protocol):
    """Carries parcels of one channel."""

    def send(self, parcel: Parcel) -> str:
        """Hand the parcel over; the receipt. Raises NotTaken."""
        ...


Maker = Callable[[Mapping[str, str]], Gateway]
GATEWAYS: dict[str, Maker] = {}


def register(name: str) -> Callable[[Maker], Maker]:
    """Make a gateway known under the name by which settings choose it."""

    def keep(maker: Maker) -> Maker:
        GATEWAYS[name] = maker
        return maker

    return keep
