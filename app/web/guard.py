"""The guard at the door: every route names who may enter, and a route that names nobody lets nobody in.

A rule stands on the view function (`@guarded("application:read")`, `@open_to_all`, `@logged_in`) or, for views that
Flask-Admin makes, in the table of rules that the base view fills. A test walks the url map and fails on a route
without one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

from app import clock
from app.access.actor import Actor
from app.access.demands import NEVER, WHEN_HELD, demanded
from app.access.permissions import PERMISSIONS
from app.access.policy import require
from app.errors import NotAllowed, NotFound, NotLoggedIn
from app.messages import Message

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """Who may enter: anybody, anybody logged in, or holders of one of the permissions."""

    permissions: tuple[str, ...] = ()
    anybody: bool = False
    during_password_change: bool = False
    before_factor: bool = False
    own_pay: bool = False  # asks for a second factor shown a short while ago, where the house demands it

    def __str__(self) -> str:
        if self.anybody:
            return "anybody"
        named, more = self.permissions[:3], len(self.permissions) - 3
        return " | ".join(named) + (f" | {more} more" if more > 0 else "") or "logged in"

    def lets_in(self, actor: Actor | None) -> bool:
        if self.anybody:
            return True
        return actor is not None and (not self.permissions or any(actor.holds(name) for name in self.permissions))


def guarded(*permissions: str) -> Callable[[View], View]:
    """Only holders of one of these permissions enter; the row itself is still checked by policy or scope."""
    unknown = set(permissions) - PERMISSIONS.keys()
    if unknown or not permissions:
        raise ValueError(f"unknown permissions: {sorted(unknown)}")
    return _with_rule(Rule(permissions))


def open_to_all(view: View) -> View:
    """Anybody enters, logged in or not."""
    return _with_rule(Rule(anybody=True))(view)


def logged_in(view: View) -> View:
    """Everybody who is logged in enters."""
    return _with_rule(Rule())(view)


def logged_in_even_with_first_password(view: View) -> View:
    """Everybody who is logged in enters, also before the first password is changed."""
    return _with_rule(Rule(during_password_change=True))(view)


def logged_in_even_half(view: View) -> View:
    """Everybody whose password was right enters, also before the second factor was shown. Ask `arriving` who it is."""
    return _with_rule(Rule(during_password_change=True, before_factor=True))(view)


def guarded_own_pay(view: View) -> View:
    """Only who may see their own wage enters, with a second factor where the settings demand one."""
    return _with_rule(Rule(("pay:read_own",), own_pay=True))(view)


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """The rule of an endpoint, or None where nobody wrote one."""
    named: dict[str, Rule] = app.extensions.setdefault("access_rules", {})
    return named.get(endpoint) or getattr(app.view_functions[endpoint], "access_rule", None)


def name_rule(app: Flask, endpoint: str, rule: Rule) -> None:
    """Name the rule of an endpoint whose view function is not ours."""
    app.extensions.setdefault("access_rules", {})[endpoint] = rule


def stand_at_the_door(app: Flask) -> None:
    """Check the rule of the endpoint before each request."""

    @app.before_request
    def check() -> None:
        if request.endpoint is None:
            return  # no such page: the router answers 404 or 405
        rule = rule_of(current_app._get_current_object(), request.endpoint)  # type: ignore[attr-defined]
        if rule is None:
            raise NotFound
        if rule.anybody:
            return
        actor = signed_in()
        if actor is None:
            _let_in_half(rule)
            return
        if g.get("must_change_password") and not rule.during_password_change:
            raise MustChangePassword
        if rule.permissions and not rule.lets_in(actor):
            require(actor, rule.permissions[0])
        if rule.own_pay:
            _ask_for_factor()


def _let_in_half(rule: Rule) -> None:
    if g.get("half_actor") is None:
        raise NotLoggedIn(Message("Please log in."))
    if not rule.before_factor:
        raise FactorDue


def _ask_for_factor() -> None:
    """Whoever holds a factor has shown it at log-in, so a session without that moment belongs to who holds none."""
    demands, shown = demanded(), g.get("factor_at")
    if demands.pay == NEVER or (demands.pay == WHEN_HELD and shown is None):
        return
    if shown is None or clock.now() - shown > demands.pay_lasts:
        raise FactorDue


class FactorDue(NotAllowed):
    """A second factor must be shown first; the error page sends to where that is done."""

    def __init__(self) -> None:
        super().__init__(
            Message("This opens after your second factor."),
            remedy=Message("Show your passkey or one-time password, then go on."),
        )


class MustChangePassword(NotAllowed):
    """The first password is still in use; the error page sends to where it is changed."""

    def __init__(self) -> None:
        super().__init__(
            Message("Your first password must be changed before anything else."),
            remedy=Message("Choose a password of your own."),
        )


def asked_by_a_page() -> bool:
    """Whether the browser opens a page, and not a script in one that is open already.

    Only then may an answer put a sentence into the session: the cookie of a script's answer can arrive after that of
    the page that is being opened, and would take away what that page is about to say. An old browser does not tell.
    """
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate" and "X-Fragment" not in request.headers


def signed_in() -> Actor | None:
    """Who is logged in on this request, if anybody."""
    actor: Actor | None = g.get("actor")
    return actor


def arriving() -> Actor:
    """Who is logged in, also with a session that still awaits its second factor; raises NotLoggedIn."""
    actor: Actor | None = g.get("actor") or g.get("half_actor")
    if actor is None:
        raise NotLoggedIn(Message("Please log in."))
    return actor


def current_actor() -> Actor:
    """Who is logged in; raises NotLoggedIn."""
    actor = signed_in()
    if actor is None:
        raise NotLoggedIn(Message("Please log in."))
    return actor


def _with_rule(rule: Rule) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]
        return view

    return mark
