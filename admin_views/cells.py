"""What stands in the cells of lists and details: days, moments, amounts, statuses with word and icon, names, links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.messages import Message, Named
from app.web.showing import day, moment, named, say, yuan

Formatter = Callable[[Any, Any, Any, str], Any]


def components() -> Any:
    """The macros of components.html."""
    return current_app.jinja_env.get_template("components.html").module


def status(word: Any, tone: str, icon: str | None = None) -> Markup:
    """A word with its colour and icon."""
    return Markup(components().status(word, tone, icon))


def coded(words: Mapping[str, Any]) -> Formatter:
    """A code shown as its word."""

    def show(view: Any, context: Any, row: Any, name: str) -> str:
        value = getattr(row, name)
        return "" if value is None else say_any(words.get(value, value))

    return show


def stated(words: Mapping[str, tuple[Any, str, str]]) -> Formatter:
    """A state shown as word, colour and icon; in an export as its word."""

    def show(view: Any, context: Any, row: Any, name: str) -> Any:
        word, tone, icon = words.get(getattr(row, name), (getattr(row, name), "wait", "info"))
        return status(say_any(word), tone, icon) if context is not None else say_any(word)

    return show


def related(path: str) -> Formatter:
    """The name of what a row points to."""

    def show(view: Any, context: Any, row: Any, name: str) -> str:
        target: Any = row
        for step in path.split("."):
            target = getattr(target, step) if target is not None else None
        return "" if target is None else called(target)

    return show


def money(view: Any, context: Any, row: Any, name: str) -> Any:
    """Fen as yuan; a number in an export."""
    fen = getattr(row, name)
    return yuan(fen) if context is not None else (None if fen is None else fen / 100)


def called(target: Any) -> str:
    """What a record is called in the reader's language."""
    if hasattr(target, "name_zh") or hasattr(target, "name_en"):
        return named(target)
    return str(target)


def say_any(value: Any) -> str:
    return say(value) if isinstance(value, Message) else str(value)


def link(text: Any, url: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(escape(url), escape(text))


def unbroken(text: str) -> Markup:
    """A text that stays on one line."""
    return Markup('<span class="nowrap">{}</span>').format(text)


def code(text: str) -> Markup:
    """A name of the program where the pages have no word for it."""
    return Markup("<code>{}</code>").format(text)


def dated(text: str) -> Markup:
    """A moment; `time` stays on one line too, and is short where a list shows hundreds of them."""
    return Markup("<time>{}</time>").format(text)


def on_one_line(view: Any, context: Any, row: Any, name: str) -> Any:
    """A number or code that stays on one line."""
    value = getattr(row, name)
    return unbroken(value) if context is not None else value


def _none(view: Any, value: Any, name: str) -> str:
    return ""


def _truth(view: Any, value: bool, name: str) -> str:
    return _("Yes") if value else _("No")


# In this order: a datetime is a date too, and a truth is a number.
BY_TYPE: dict[type, Callable[[Any, Any, str], Any]] = {
    type(None): _none,
    bool: _truth,
    datetime: lambda view, value, name: dated(moment(value)),
    date: lambda view, value, name: unbroken(day(value)),
    Message: lambda view, value, name: say(value),
    Named: lambda view, value, name: named(value),
}
