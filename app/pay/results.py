"""The figures of a result: what an approval brought besides the wage, or was decided by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.messages import Message
from app.pay.rounding import fen


@dataclass(frozen=True)
class Figure:
    """One line: its name, and a sentence, a number or an amount in fen."""

    label: Message
    value: Message | int
    kind: str = "text"  # text, number, fen

    def to_json(self) -> dict[str, Any]:
        value = self.value.to_json() if isinstance(self.value, Message) else self.value
        return {"label": self.label.to_json(), "kind": self.kind, "value": value}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Figure:
        """The figure that `to_json` kept."""
        value = Message.from_json(kept["value"]) if kept["kind"] == "text" else kept["value"]
        return cls(Message.from_json(kept["label"]), value, kept["kind"])


def amount(label: Message, yuan: Decimal) -> Figure:
    """A figure that is an amount."""
    return Figure(label, fen(yuan), "fen")


def number(label: Message, value: int) -> Figure:
    """A figure that is a whole number."""
    return Figure(label, value, "number")
