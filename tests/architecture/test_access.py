"""Every route names who may enter, and answers so: each role walks all routes, for rows missing or foreign."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from app.access.actor import Actor, Grant
from app.access.cli import matrix_of
from app.access.permissions import PERMISSIONS
from app.access.roles import ROLES
from app.web.guard import Rule, rule_of
from models import Unit, db
from tests.access.browsing import send, somebody, token_on
from tests.architecture.foreign import MISSING, Foreign, a_foreign_city
from tests.factories import Reach, a_unit, an_account, an_employee

NOBODY = "nobody"
# What a page may write when it is only looked at: that it was read, and that the session is in use.
WRITTEN_BY_READING = {"audit_events", "audit_head", "audit_subjects", "login_sessions"}
_WRITES = re.compile(r"\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
# Walked by nobody here: the first ends the session of who walks, the second is a file.
LEFT_OUT = {"access.logout", "assets.file"}
NOTHING = Foreign({}, {}, 0)
BY_SCRIPT = ("PATCH", "PUT", "DELETE")  # no form sends these: a script does, with the token in a header
# Asked for by an id that stands in the query or in the form, as Flask-Admin does.
BY_ID = re.compile(r"^(\w+)\.\w+$")


def routes(app: Flask) -> list[Route]:
    return sorted(
        (route for route in app.url_map.iter_rules() if route.endpoint not in LEFT_OUT),
        key=lambda route: (route.rule, sorted(route.methods or ())),
    )


@contextmanager
def writes() -> Iterator[set[str]]:
    """The tables that something writes to, whether or not it commits."""
    tables: set[str] = set()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found = _WRITES.match(statement)
        if found:
            tables.add(found.group(1))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield tables
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


class Walker:
    """One role, logged in with a grant at a unit of its own, or nobody."""

    def __init__(self, app: Flask, role: str, foreign: Foreign, *, home: Unit | None = None) -> None:
        self.app, self.role, self.foreign = app, role, foreign
        self.client: FlaskClient = app.test_client()
        if role != NOBODY:
            home = home or a_unit()
            reach = Reach.SELF if role == "employee" else Reach.SUBTREE
            staff = an_employee(home) if role == "employee" else None
            an_account(f"walker-{role}", (role, None if staff else home, reach), staff=staff)
            self.client = somebody(app, f"walker-{role}")
        self.token = token_on(self.client.get("/login" if role == NOBODY else "/password"))

    def may_enter(self, rule: Rule) -> bool:
        if self.role == NOBODY:
            return rule.anybody
        return rule.lets_in(Actor(1, "x", "x", grants=(Grant(self.role, 1, Reach.UNIT),)))

    def ask(self, route: Route, method: str, *, foreign: bool = False) -> tuple[TestResponse, set[str]]:
        """Send one request for rows that are missing or foreign; says the answer and the tables written to."""
        values: dict[str, Any] = {"page": 1, "code": "M01", "export_type": "csv", "filename": "x", "language": "zh"}
        for name in route.arguments - values.keys():
            values[name] = self.foreign.in_addresses.get(name, MISSING) if foreign else MISSING
        found = BY_ID.match(route.endpoint)
        row = self.foreign.in_views.get(found.group(1), MISSING) if found and foreign else MISSING
        with self.app.test_request_context():
            address = url_for(route.endpoint, **{name: values[name] for name in route.arguments})
        form = {
            "csrf_token": self.token,
            "id": row,
            "rowid": row,
            "revision": 1,
            "reason": "因为需要",
            "note": "因为需要",
        }
        with writes() as written:
            response = self.client.open(
                address,
                method=method,
                query_string={"id": row},
                data=form if method == "POST" else None,
                headers={"X-CSRFToken": self.token} if method in BY_SCRIPT else None,
            )
        db.session.rollback()
        return response, written


def test_every_route_has_a_rule(app: Flask) -> None:
    open_doors = [route.rule for route in app.url_map.iter_rules() if rule_of(app, route.endpoint) is None]
    assert open_doors == []


def test_every_rule_names_permissions_that_exist_and_that_some_role_holds(app: Flask) -> None:
    held = frozenset().union(*(role.permissions for role in ROLES.values()))
    for route in app.url_map.iter_rules():
        rule = rule_of(app, route.endpoint)
        assert rule is not None
        assert set(rule.permissions) <= PERMISSIONS.keys() & held, route.rule


def test_only_these_pages_are_open_to_anybody(app: Flask) -> None:
    anybody = {route for route, _, _, allowed in matrix_of(app) if allowed[NOBODY]}
    known = ("/activate", "/guide", "/login", "/language", "/assets/", "/phone", "/check")
    closed = [route for route in anybody if not route.startswith(known)]
    shell = {"/manifest.webmanifest", "/worker.js", "/offline", "/pulse", "/sitemap.xml", "/robots.txt"}
    assert set(closed) <= {"/healthz", "/styleguide", "/"} | shell


def test_the_matrix_is_printed_role_by_route(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["access", "matrix"])
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert all(role in lines[0] for role in ROLES)
    for route in app.url_map.iter_rules():
        assert any(line.startswith(route.rule + " ") for line in lines), route.rule
    only = app.test_cli_runner().invoke(args=["access", "matrix", "--role", "employee"]).output
    assert "/my-wage" in only
    assert "/admin/accounts/" not in only


@pytest.mark.parametrize("role", [NOBODY, *ROLES])
def test_every_route_answers_as_its_rule_says(app: Flask, role: str) -> None:
    walker = Walker(app, role, a_foreign_city())
    wrong = []
    for route in routes(app):
        rule = rule_of(app, route.endpoint)
        assert rule is not None
        for method in sorted((route.methods or set()) - {"OPTIONS"}):
            response, written = walker.ask(route, method)
            problem = _problem(walker.may_enter(rule), role, method, response, written)
            if problem:
                wrong.append(f"{method} {route.rule} ({rule}): {response.status_code} {problem}")
    assert not wrong, "\n".join(wrong)


def _problem(allowed: bool, role: str, method: str, response: TestResponse, written: set[str]) -> str:
    sent_to_login = response.status_code == 302 and response.location.startswith("/login")
    if response.status_code >= 500:
        return "fails"
    if allowed and (sent_to_login or response.status_code == 403):
        return "is refused although the rule lets in"
    if not allowed and not (sent_to_login if role == NOBODY else response.status_code in (403, 404)):
        return "is answered although the rule does not let in"
    if not allowed and written:
        return f"writes {sorted(written)} although it is refused"
    if method in ("GET", "HEAD") and written - WRITTEN_BY_READING:
        return f"writes {sorted(written)} though it only reads"
    return ""


@pytest.mark.parametrize("role", list(ROLES))
def test_a_foreign_row_is_answered_like_one_that_does_not_exist(app: Flask, role: str) -> None:
    walker = Walker(app, role, a_foreign_city())
    wrong = []
    for route in routes(app):
        rule = rule_of(app, route.endpoint)
        assert rule is not None
        view = route.endpoint.partition(".")[0]
        named = route.arguments & walker.foreign.in_addresses.keys() or view in walker.foreign.in_views
        if not named or not walker.may_enter(rule):
            continue
        for method in sorted((route.methods or set()) - {"OPTIONS", "HEAD"}):
            missing, _ = walker.ask(route, method)
            foreign, written = walker.ask(route, method, foreign=True)
            if foreign.status_code != missing.status_code or plain(foreign) != plain(missing):
                wrong.append(f"{method} {route.rule}: {missing.status_code} missing, {foreign.status_code} foreign")
            elif method in ("POST", *BY_SCRIPT) and written:
                wrong.append(f"{method} {route.rule}: writes {sorted(written)} for a foreign row")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "employee"])
def test_an_own_row_opens(app: Flask, role: str) -> None:
    city = a_foreign_city()
    walker = Walker(app, role, city, home=db.session.get(Unit, city.department_id))
    wrong, opened = [], 0
    for route in routes(app):
        rule = rule_of(app, route.endpoint)
        assert rule is not None
        view = route.endpoint.partition(".")[0]
        named = route.arguments & city.in_addresses.keys() or view in city.in_views
        if not named or "GET" not in (route.methods or ()) or not walker.may_enter(rule):
            continue
        response, written = walker.ask(route, "GET", foreign=True)
        if response.status_code >= 500 or response.status_code == 403 or written - WRITTEN_BY_READING:
            wrong.append(f"{route.rule}: {response.status_code}, writes {sorted(written)}")
        if route.endpoint.endswith((".details_view", ".opened")) and response.status_code != 200:
            wrong.append(f"{route.rule}: {response.status_code}")
        opened += response.status_code == 200
    assert not wrong, "\n".join(wrong)
    assert opened > 0 or role in ("designer", "publisher")


def plain(response: TestResponse) -> str:
    """The page without what differs each time: tokens, and the numbers that were asked for."""
    text = re.sub(r'name="csrf_token"[^>]*', "", response.text)
    return re.sub(r"[0-9a-f]{16,}|\d+", "0", text)


def test_a_first_password_opens_nothing_but_its_change(app: Flask) -> None:
    account = an_account("newcomer", *((role, a_unit(), Reach.SUBTREE) for role in ROLES if role != "employee"))
    client = somebody(app, "newcomer")
    account.must_change_password = True
    db.session.commit()
    for route in routes(app):
        rule = rule_of(app, route.endpoint)
        if rule is None or rule.anybody or rule.during_password_change or "GET" not in (route.methods or ()):
            continue
        with app.test_request_context():
            address = some_address(route)
        response = client.get(address)
        assert (response.status_code, response.location) == (302, "/password"), route.rule


def some_address(route: Route) -> str:
    """An address of the route, whether or not it leads to a row."""
    values: dict[str, Any] = dict.fromkeys(route.arguments, 1)
    return url_for(route.endpoint, **({**values, "language": "zh"} if "language" in values else values))


@pytest.mark.parametrize("role", ["clerk", "approver", "administrator"])
def test_a_change_without_its_token_is_refused_everywhere(app: Flask, role: str) -> None:
    client = Walker(app, role, NOTHING).client
    for route in routes(app):
        with app.test_request_context():
            address = some_address(route)
        for method in {"POST", *BY_SCRIPT} & (route.methods or set()):
            with writes() as written:
                answer = client.open(address, method=method, data={"id": 1, "revision": 1})
            assert answer.status_code == 400, f"{method} {route.rule}"
            assert written == set(), f"{method} {route.rule}"


def test_the_method_cannot_be_smuggled_in(app: Flask) -> None:
    client = Walker(app, "administrator", NOTHING).client
    for smuggled in ({"_method": "DELETE"}, {"X-HTTP-Method-Override": "POST"}):
        with writes() as written:
            client.get("/admin/accounts/", query_string=smuggled, headers=smuggled)
        assert written <= WRITTEN_BY_READING


@pytest.mark.parametrize(
    "address",
    [
        "/applications/99999999999999999999999", "/applications/-1", "/applications/1e3", "/applications/%00",
        "/applications/1/", "//evil.example/", "/admin/staff/details/?id=99999999999999999999999",
        "/admin/staff/details/?id=", "/admin/staff/details/?id=1%27", "/admin/staff/?page=-1",
        "/admin/staff/?page=99999999999999999999", "/admin/staff/?sort=99&desc=x", "/admin/staff/?search=%00",
        "/admin/staff/?search=%25%27%22", "/admin/staff/?flt0_99=1", "/admin/staff/?page_size=100000000",
        "/admin/units/?search=%F0%9F%92%A9", "/applications?page=abc", "/roster?text=%00&page=0",
    ],
)  # fmt: skip
@pytest.mark.parametrize("role", ["clerk", "auditor"])
def test_no_address_breaks_the_product(app: Flask, role: str, address: str) -> None:
    response = Walker(app, role, NOTHING).client.get(address)
    assert response.status_code < 500
    assert "Traceback" not in response.text
    assert "SELECT" not in response.text


def test_sending_the_same_token_from_another_session_is_refused(app: Flask) -> None:
    mine = Walker(app, "clerk", NOTHING)
    other = app.test_client()
    assert send(other, "/language", locale="en").status_code == 302
    assert other.post("/language", data={"csrf_token": mine.token, "locale": "en"}).status_code == 400
