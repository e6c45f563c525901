"""Sentences for people: a message id in English with its parameters, translated only when it is shown.

Subjects may not know the language of the reader, nor import the web framework, so they return a `Message`; the web
layer turns it into text with `say`. A message that must be kept (a finding, a reason in a trace) is stored as JSON and
stays translatable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

JsonValue = Any


@dataclass(frozen=True)
class Named:
    """A name that data carries in both languages, used as a parameter of a message."""

    zh: str
    en: str


@dataclass(frozen=True, init=False)
class Message:
    """A sentence: `Message("Post wage of %(post)s", post=...)`. Parameters may be messages themselves."""

    msgid: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __init__(self, msgid: str, /, **params: Any) -> None:
        object.__setattr__(self, "msgid", msgid)
        object.__setattr__(self, "params", params)

    def text(self, translate: Callable[[str], str] = str, *, chinese: bool = False) -> str:
        """The sentence in the language of `translate`; `chinese` chooses among names that data gives in both."""
        shown = {name: _shown(value, translate, chinese) for name, value in self.params.items()}
        sentence = translate(self.msgid)
        return sentence % shown if shown else sentence

    def __str__(self) -> str:
        return self.text()

    def to_json(self) -> dict[str, JsonValue]:
        return {"m": self.msgid, "p": {name: _kept(value) for name, value in self.params.items()}}

    @classmethod
    def from_json(cls, kept: Mapping[str, JsonValue]) -> Message:
        return cls(kept["m"], **{name: _restored(value) for name, value in kept.get("p", {}).items()})


def joined(messages: list[Message], *, separator: str = "; ") -> Message:
    """Several sentences as one, in order."""
    result = messages[0]
    for following in messages[1:]:
        result = Message("%(first)s" + separator + "%(second)s", first=result, second=following)
    return result


def _shown(value: Any, translate: Callable[[str], str], chinese: bool) -> Any:
    if isinstance(value, Message):
        return value.text(translate, chinese=chinese)
    if isinstance(value, Named):
        return value.zh if chinese else value.en
    if isinstance(value, date):
        return value.isoformat()
    return value


def _kept(value: Any) -> JsonValue:
    if isinstance(value, Message):
        return value.to_json()
    if isinstance(value, Named):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def _restored(value: JsonValue) -> Any:
    if isinstance(value, dict) and "m" in value:
        return Message.from_json(value)
    if isinstance(value, dict) and value.keys() == {"zh", "en"}:
        return Named(value["zh"], value["en"])
    return value
