"""Every answer carries a content security policy that allows no inline script or style and nothing from elsewhere."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.architecture.test_access import NOBODY, NOTHING, Walker, routes

COMPLETE = {
    "default-src": {"'self'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'", "blob:", "data:"},
    "object-src": {"'none'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
    "form-action": {"'self'"},
}
STRICTER = {"'none'"}


def policy_of(response: TestResponse) -> dict[str, set[str]]:
    lines = (line.split() for line in response.headers.get("Content-Security-Policy", "").split(";") if line.strip())
    return {name: set(sources) for name, *sources in lines}


@pytest.mark.parametrize("role", [NOBODY, "clerk", "approver", "designer", "administrator"])
def test_every_answer_carries_the_whole_policy(app: Flask, role: str) -> None:
    walker = Walker(app, role, NOTHING)
    wrong: dict[str, object] = {}
    for route in routes(app):
        for method in sorted((route.methods or set()) & {"GET", "POST"}):
            response, _ = walker.ask(route, method)
            policy = policy_of(response)
            loose = {
                name: sources
                for name, sources in policy.items()
                if not sources <= COMPLETE.get(name, COMPLETE["default-src"]) | STRICTER
            }
            missing = COMPLETE.keys() - policy.keys() if policy.get("default-src") != STRICTER else set()
            if loose or missing or response.headers.get("X-Content-Type-Options") != "nosniff":
                wrong[f"{method} {route.rule}"] = loose or sorted(missing) or "nosniff"
    assert wrong == {}
