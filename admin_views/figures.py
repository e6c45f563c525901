"""The numbers that open the back office: what waits for a person, by what they may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from app import clock
from app.access import scope
from app.access.actor import Actor
from app.workflow import queries
from app.workflow.around import counts_for
from models import Account, ItemVersion, PaymentInstruction, db
from models.accounts import AccountState
from models.items import VersionState
from models.payments import InstructionState

DECIDE = ("application:review", "application:first_review", "application:recheck", "application:approve")
_CAP = 1000


def figures_for(actor: Actor, url_for: Callable[..., str]) -> list[dict[str, Any]]:
    """What waits, each with where to go. At most one statement for each kind of work."""
    figures: list[dict[str, Any]] = []
    if any(actor.holds(permission) for permission in DECIDE):
        figures += _queue(actor, url_for)
    figures += _beside(actor, url_for)
    if actor.holds("payment:take"):
        waiting = _count(
            PaymentInstruction.id, PaymentInstruction.state == InstructionState.WAITING,
            scope.condition(actor, "payment:read", PaymentInstruction),
        )  # fmt: skip
        figures.append({"number": waiting, "label": _("Changes waiting for finance"), "url": url_for("finance.index")})
    if actor.holds("item:design"):
        drafts = _count(ItemVersion.id, ItemVersion.state == VersionState.DRAFT)
        figures.append({"number": drafts, "label": _("Item versions in draft"), "url": url_for("items.index_view")})
    if actor.holds("item:publish"):
        proposed = _count(ItemVersion.id, ItemVersion.state == VersionState.PROPOSED)
        figures.append({"number": proposed, "label": _("Versions waiting for publication"),
                        "url": url_for("item_versions.index_view", flt0_state="PROPOSED")})  # fmt: skip
    if actor.holds("account:edit"):
        locked = _count(
            Account.id, Account.locked_until > clock.now(), Account.state == AccountState.ACTIVE,
            scope.condition(actor, "account:read", Account),
        )  # fmt: skip
        figures.append({"number": locked, "label": _("Locked accounts"), "url": url_for("accounts.index_view")})
    return figures


def _beside(actor: Actor, url_for: Callable[..., str]) -> list[dict[str, Any]]:
    """Opinions and copies that wait for a person, and what was escalated to them; only where there are any."""
    if not actor.holds("application:read"):
        return []
    counts, figures = counts_for(actor), []
    if counts.for_me:
        figures.append({"number": counts.for_me, "label": _("Opinions and copies for me"),
                        "url": url_for("portal.sent_to_me")})  # fmt: skip
    if counts.escalated:
        figures.append({"number": counts.escalated, "label": _("Escalated to me"),
                        "url": url_for("applications.index_view", flt0_state="IN_REVIEW")})  # fmt: skip
    return figures


def _queue(actor: Actor, url_for: Callable[..., str]) -> list[dict[str, Any]]:
    """Counted as the queue itself counts, so that the figure and the list agree."""
    waiting = queries.waiting_count(actor)
    figures = [{"number": _capped(waiting), "label": _("Waiting for my decision"), "url": url_for("queue.index")}]
    if not waiting:
        return figures
    for label, url, filters in (
        (_("Overdue"), url_for("queue.index", light="red"), queries.Filters(light="red")),
        (_("Claimed by me"), url_for("queue.index", tab="claimed"), queries.Filters(claimed="mine")),
    ):
        figures.append({"number": queries.waiting_count(actor, filters), "label": label, "url": url})
    return figures


def _count(key: Any, *conditions: Any) -> Any:
    some = select(key).where(*conditions).limit(_CAP + 1).subquery()
    return _capped(db.session.scalar(select(func.count()).select_from(some)) or 0)


def _capped(number: int) -> Any:
    return f"{_CAP:,}+" if number > _CAP else number
