"""The language of a print: sentences, names, days and amounts as the text that stands on the paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app import clock
from app.messages import Message, Named

_LONG_RUN = re.compile(r"[!-~]{28}")  # Latin letters and digits in which no line could be broken


@dataclass(frozen=True)
class Voice:
    """`translate` gives the text of a sentence; `check_address` the address under which a code is checked."""

    translate: Callable[[str], str]
    chinese: bool
    check_address: Callable[[str], str]

    def text(self, value: Any) -> str:
        """One value as text. Amounts are not among them: an integer is a number, and `yuan` sets an amount."""
        if value is None:
            return ""
        if isinstance(value, Message):
            return value.text(self.translate, chinese=self.chinese)
        if isinstance(value, Named):
            return (value.zh if self.chinese else value.en) or value.zh or value.en
        if isinstance(value, date):
            return self.day(value)
        return str(value)

    def day(self, value: date) -> str:
        """A day as it is written in the office; of a moment the day on the office wall."""
        if isinstance(value, datetime):
            value = clock.local(value).date()
        return f"{value.year}年{value.month}月{value.day}日" if self.chinese else f"{value:%Y-%m-%d}"

    def set_in(self, content: Any) -> Any:
        """The content of a form with every value as text, ready to be set."""
        if isinstance(content, Mapping):
            return {key: self.set_in(value) for key, value in content.items()}
        if isinstance(content, list | tuple):
            return [self.set_in(value) for value in content]
        if content is None or isinstance(content, bool | int | float):
            return content
        return breakable(self.text(content))


def breakable(text: str) -> str:
    """The text with places to break a line in very long words, which would run out of their cell otherwise."""
    return _LONG_RUN.sub(lambda run: run.group() + "\u200b", text)


def yuan(fen: int | None) -> str:
    """149000 fen as `1,490.00`; a dash where there is no amount."""
    return "—" if fen is None else f"{Decimal(fen) / 100:,.2f}"


def signed_yuan(fen: int | None) -> str:
    """A difference with its sign, which no difference has none of."""
    return yuan(fen) if not fen else f"{Decimal(fen) / 100:+,.2f}"
