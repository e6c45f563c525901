"""How performance pay is shown, on the portal and in the back office alike: words, the chart, what was typed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from app.budgets import overview
from app.budgets.chart import Words, year_chart
from app.budgets.rules import CLASSES, ITEMS, read_fen
from app.budgets.sharing import TIERS
from app.messages import Message
from app.pay.names import post_name
from app.web.showing import is_chinese, named, say, yuan
from models.budgets import ProposalState

WORDS: dict[str, Any] = {
    "lights": overview.LIGHTS, "plan_states": overview.PLAN_STATES, "items": ITEMS, "classes": CLASSES,
    "distribution_states": overview.DISTRIBUTION_STATES, "warning_states": overview.WARNING_STATES,
    "warnings": overview.WARNINGS, "tier_names": TIERS, "post_name": post_name,
}  # fmt: skip
"""What every template of performance pay is given."""


def given(**more: Any) -> dict[str, Any]:
    """What a template of performance pay needs, with what this page adds."""
    return {**WORDS, "proposal_events": proposal_events, **more}


def chart_of(found: overview.Overview) -> Markup:
    """The chart of a year; its description says in one sentence what it shows."""
    months = [f"{month}月" if is_chinese() else str(month) for month in range(1, 13)]
    about = _(
        "Used by month %(until)s: %(used)s yuan; expected at the year's end: %(expected)s yuan; total: %(total)s yuan.",
        until=found.until, used=yuan(found.forecast.used), expected=yuan(found.forecast.expected),
        total=yuan(found.total.total_fen),
    )  # fmt: skip
    words = Words(_("The year and where it leads"), about, months, _("Approved total"), yuan_in_short)
    led = found.forecast
    return year_chart(led.by_month, found.until, led.low, led.high, found.total.total_fen, words)


def yuan_in_short(fen: int) -> str:
    """An amount in whole yuan, as the scale of a chart has room for."""
    return f"{fen // 100:,}"


def proposal_events(proposals: Any) -> list[dict[str, Any]]:
    """The history of a total as a timeline, newest first."""
    events = []
    for one in proposals:
        if one.decided_at is not None:
            approved = one.state == ProposalState.APPROVED
            events.append(
                {"what": Message("Total approved: %(amount)s yuan", amount=yuan(one.amount_fen)) if approved
                 else Message("Total refused"), "when": one.decided_at, "tone": "ok" if approved else "bad",
                 "who": one.decided_by.display_name if one.decided_by else "", "note": one.note}
            )  # fmt: skip
        events.append(
            {"what": Message("Total proposed: %(amount)s yuan, %(document)s", amount=yuan(one.amount_fen),
                             document=one.document), "when": one.proposed_at, "tone": "info", "icon": "send",
             "who": one.proposed_by.display_name if one.proposed_by else "", "note": one.reason}
        )  # fmt: skip
    return events


def words(name: Any, chinese: bool) -> str:
    """A name or a sentence in one language, whichever the reader's is."""
    with force_locale("zh_Hans_CN" if chinese else "en"):
        return say(name) if isinstance(name, Message | str) else named(name)


def typed_month(name: str = "month") -> date | None:
    """A month of the form as its first day."""
    text = request.values.get(name, "")
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None


def typed_fen(name: str) -> int | None:
    """An amount of the form in fen; None for nothing typed or what is none."""
    return read_fen(request.values.get(name, "")[:30])


def typed_text(name: str, longest: int = 500) -> str:
    """A text of the form, without what a database cannot keep."""
    return request.values.get(name, "").replace("\x00", "").strip()[:longest]
