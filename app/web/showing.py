"""How values are shown: amounts, days, moments, names in two languages, sentences."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, g
from flask_babel import get_locale, gettext

from app import clock
from app.access.policy import Verdict, may
from app.messages import Message, Named
from app.web.assets import asset
from app.web.guard import signed_in


def is_chinese() -> bool:
    """Whether the page is shown in Chinese."""
    locale = get_locale()
    return locale is None or locale.language == "zh"


def say(message: Message | dict[str, Any] | str | None) -> str:
    """A sentence in the reader's language; also one kept as JSON."""
    if message is None:
        return ""
    if isinstance(message, str):
        return message
    if isinstance(message, dict):
        message = Message.from_json(message)
    return message.text(gettext, chinese=is_chinese())


def named(row: Any, field: str = "name") -> str:
    """The name that a row carries in both languages, in the reader's."""
    if isinstance(row, Named):
        return row.zh if is_chinese() else row.en
    zh, en = getattr(row, f"{field}_zh", None), getattr(row, f"{field}_en", None)
    if zh is None:
        zh = getattr(row, field)  # units have a `name` and perhaps a `name_en`
    return (zh if is_chinese() else en) or zh or en or ""


def yuan(fen: int | None) -> str:
    """1490.00 yuan, from 149000 fen, as `1,490.00`."""
    return "" if fen is None else f"{Decimal(fen) / 100:,.2f}"


def signed_yuan(fen: int | None) -> str:
    """With its sign: a difference."""
    return "" if fen is None else f"{Decimal(fen) / 100:+,.2f}"


def day(value: date | datetime | None) -> str:
    """A day as it is written in the office."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = clock.local(value).date()
    return f"{value.year}年{value.month}月{value.day}日" if is_chinese() else f"{value:%Y-%m-%d}"


def month(value: date | None) -> str:
    """A wage month."""
    if value is None:
        return ""
    return f"{value.year}年{value.month}月" if is_chinese() else f"{value:%Y-%m}"


def moment(value: datetime | None) -> str:
    """A moment on the office wall clock."""
    return "" if value is None else f"{clock.local(value):%Y-%m-%d %H:%M}"


def may_do(permission: str, record: Any = None) -> Verdict:
    """For buttons: the same answer that the server gives."""
    actor = signed_in()
    return may(actor, permission, record) if actor else Verdict(False)


def offer_to_templates(app: Flask) -> None:
    """Make all of this known to every template."""
    app.jinja_env.globals.update(
        say=say, named=named, yuan=yuan, signed_yuan=signed_yuan, day=day, month=month, moment=moment, may=may_do,
        asset=asset, is_chinese=is_chinese,
    )  # fmt: skip

    @app.context_processor
    def request_values() -> dict[str, Any]:
        from app.web.navigation import menu
        from app.web.report_links import links

        return {
            "current_actor": signed_in(),
            "navigation": menu(),
            "reports_beside": links,
            "demo_today": clock.today() if clock.shifted() else None,
            "request_id": g.get("request_id", ""),
        }
