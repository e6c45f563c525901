"""Logging in: who gets in, who does not, how guessing is limited, and when a session ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import clock
from app.access import service
from app.access.actor import system
from app.access.entering import ATTEMPTS_PER_ADDRESS, ATTEMPTS_PER_NAME
from app.access.sessions import hash_of
from models import Account, AuditEvent, LoginSession, db
from tests.access.browsing import is_in, log_in, send, somebody, token_on
from tests.conftest import MORNING
from tests.factories import PASSWORD, Reach, a_unit, acting, an_account

LATER = MORNING + timedelta(hours=1)
ROOT = system("test")


@pytest.fixture
def clerk(app: Flask) -> Account:
    return an_account("clerk1", ("clerk", a_unit(), Reach.UNIT))


def test_the_right_name_and_password_open_the_start_page(client: FlaskClient, clerk: Account) -> None:
    response = log_in(client, "clerk1")
    assert (response.status_code, response.location) == (302, "/")
    assert is_in(client)


def test_the_name_may_be_typed_with_capitals_and_spaces(client: FlaskClient, clerk: Account) -> None:
    assert log_in(client, " Clerk1 ").status_code == 302


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(client: FlaskClient, clerk: Account) -> None:
    wrong = log_in(client, "clerk1", "not the right password")
    unknown = log_in(client, "nobody1", "not the right password")
    assert wrong.status_code == unknown.status_code == 401
    clean = [page.text.replace("clerk1", "X").replace("nobody1", "X") for page in (wrong, unknown)]
    clean = [text.replace(token_on(page), "T") for text, page in zip(clean, (wrong, unknown), strict=True)]
    assert clean[0] == clean[1]
    assert "not the right password" not in wrong.text


@pytest.mark.parametrize("username", ["clerk1", "nobody1"])
def test_a_name_is_locked_after_failed_attempts_whether_it_exists_or_not(
    client: FlaskClient, clerk: Account, username: str
) -> None:
    for _ in range(ATTEMPTS_PER_NAME):
        assert log_in(client, username, "wrong wrong wrong").status_code == 401
    locked = log_in(client, username, PASSWORD)
    assert locked.status_code == 429
    assert 0 < int(locked.headers["Retry-After"]) <= 15 * 60 + 1
    with clock.frozen(MORNING + timedelta(minutes=15, seconds=1)):
        assert log_in(client, username, PASSWORD).status_code == (302 if username == "clerk1" else 401)


def test_four_failures_and_a_success_begin_the_count_again(client: FlaskClient, clerk: Account) -> None:
    for _ in range(2):
        for _ in range(ATTEMPTS_PER_NAME - 1):
            assert log_in(client, "clerk1", "wrong wrong wrong").status_code == 401
        assert log_in(client.application.test_client(), "clerk1").status_code == 302


def test_an_administrator_unlocks_a_name(client: FlaskClient, clerk: Account) -> None:
    for _ in range(ATTEMPTS_PER_NAME):
        log_in(client, "clerk1", "wrong wrong wrong")
    db.session.refresh(clerk)
    assert clerk.locked_until == MORNING + timedelta(minutes=15)
    service.unlock(clerk.id, by=ROOT, revision=clerk.revision)
    assert log_in(client, "clerk1").status_code == 302


def test_an_address_that_tries_many_names_is_stopped_and_others_are_not(app: Flask, clerk: Account) -> None:
    guesser = app.test_client()
    for number in range(ATTEMPTS_PER_ADDRESS):
        assert log_in(guesser, f"name{number}", "wrong wrong wrong", address="203.0.113.9").status_code == 401
    stopped = log_in(guesser, "clerk1", address="203.0.113.9")
    assert stopped.status_code == 429
    assert "Retry-After" in stopped.headers
    assert log_in(app.test_client(), "clerk1", address="203.0.113.10").status_code == 302
    with clock.frozen(MORNING + timedelta(minutes=15, seconds=1)):
        assert log_in(guesser, "clerk1", address="203.0.113.9").status_code == 302


@pytest.mark.parametrize("username", ["", "a\x00b", "x" * 5000, "' OR 1=1 --", "张伟", "\u202e"])
@pytest.mark.parametrize("password", ["", "\x00", "密" * 5000])
def test_strange_names_and_passwords_are_refused_in_words(client: FlaskClient, username: str, password: str) -> None:
    response = log_in(client, username, password)
    assert response.status_code == 401
    assert "用户名或密码不正确" in response.text


def test_a_disabled_account_is_told_so_only_with_the_right_password(client: FlaskClient, clerk: Account) -> None:
    an_account("chief", ("administrator", None, Reach.ALL))
    service.disable(clerk.id, by=ROOT, revision=clerk.revision)
    assert "已停用" not in log_in(client, "clerk1", "wrong wrong wrong").text
    refused = log_in(client, "clerk1")
    assert refused.status_code == 401
    assert "已停用" in refused.text


def test_disabling_ends_the_session_at_the_next_request(app: Flask, clerk: Account) -> None:
    browser = somebody(app, "clerk1")
    service.disable(clerk.id, by=ROOT, revision=clerk.revision)
    assert not is_in(browser)
    db.session.refresh(clerk)
    service.enable(clerk.id, by=ROOT, revision=clerk.revision)
    assert not is_in(browser), "enabling again must not revive an old session"


def test_an_idle_session_ends_and_a_used_one_does_not(app: Flask, clerk: Account) -> None:
    browser, idle = somebody(app, "clerk1"), somebody(app, "clerk1")
    for minutes in (20, 40, 60):
        with clock.frozen(MORNING + timedelta(minutes=minutes)):
            assert is_in(browser)
    with clock.frozen(LATER):
        assert not is_in(idle)
        assert "没有操作" in idle.get("/login").text
    assert db.session.scalars(select(LoginSession.end_reason).where(LoginSession.ended_at.is_not(None))).all() == [
        "idle"
    ]


@pytest.mark.parametrize("by_script", [{"Sec-Fetch-Mode": "cors"}, {"Sec-Fetch-Mode": "no-cors"}, {"X-Fragment": "1"}])
def test_a_script_that_comes_late_takes_no_sentence_from_the_page(
    app: Flask, clerk: Account, by_script: dict[str, str]
) -> None:
    browser = somebody(app, "clerk1")
    with clock.frozen(LATER):
        late = browser.get("/sessions", headers=by_script)
        assert late.status_code in (302, 401)
        assert "Set-Cookie" not in late.headers
        assert "没有操作" in browser.get("/login", headers={"Sec-Fetch-Mode": "navigate"}).text


def test_what_is_said_on_leaving_is_said_although_a_script_asked_meanwhile(app: Flask, clerk: Account) -> None:
    browser, late = somebody(app, "clerk1"), app.test_client()
    with browser.session_transaction() as held, late.session_transaction() as same:
        same.update(held)
    left = send(browser, "/logout", page="/sessions")
    answer = late.get("/sessions", headers={"X-Fragment": "1", "Sec-Fetch-Mode": "cors"})
    assert "Set-Cookie" not in answer.headers
    assert "已退出登录" in browser.get(left.location).text


def test_a_session_ends_after_its_longest_time_however_much_it_is_used(app: Flask, clerk: Account) -> None:
    browser = somebody(app, "clerk1")
    for minutes in range(20, 600, 20):
        with clock.frozen(MORNING + timedelta(minutes=minutes)):
            assert is_in(browser)
    with clock.frozen(MORNING + timedelta(hours=10)):
        assert not is_in(browser)


def test_the_time_last_seen_is_written_at_most_once_a_minute(app: Flask, clerk: Account) -> None:
    browser = somebody(app, "clerk1")
    seen = select(LoginSession.last_seen_at)
    with clock.frozen(MORNING + timedelta(seconds=59)):
        browser.get("/sessions")
        assert db.session.scalar(seen) == MORNING
    with clock.frozen(MORNING + timedelta(seconds=60)):
        browser.get("/sessions")
        db.session.rollback()
        assert db.session.scalar(seen) == MORNING + timedelta(seconds=60)


def test_logging_out_ends_the_session_on_the_server_too(app: Flask, clerk: Account) -> None:
    browser = somebody(app, "clerk1")
    kept = browser.get_cookie("zerotrip")
    assert kept is not None
    assert send(browser, "/logout", page="/sessions").status_code == 302
    assert not is_in(browser)
    thief = app.test_client()
    thief.set_cookie("zerotrip", kept.value)
    assert not is_in(thief), "the cookie of before must be worth nothing"


def test_a_changed_password_ends_every_other_session(app: Flask, clerk: Account) -> None:
    here, elsewhere = somebody(app, "clerk1"), somebody(app, "clerk1")
    new = "an even quieter evening"
    answer = send(here, "/password", page="/password", old=PASSWORD, new=new, repeated=new)
    assert answer.status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)
    assert log_in(app.test_client(), "clerk1", PASSWORD).status_code == 401
    assert log_in(app.test_client(), "clerk1", new).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "repeated"),
    [
        ("wrong wrong wrong", "an even quieter evening", "an even quieter evening"),
        (PASSWORD, "short", "short"),
        (PASSWORD, "an even quieter evening", "another evening altogether"),
        (PASSWORD, PASSWORD, PASSWORD),
        (PASSWORD, "clerk1 in the evening", "clerk1 in the evening"),
        (PASSWORD, "aaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaa"),
        (PASSWORD, "x9" * 300, "x9" * 300),
        ("", "", ""),
    ],
)
def test_a_password_change_that_does_not_fit_changes_nothing(
    app: Flask, clerk: Account, old: str, new: str, repeated: str
) -> None:
    browser = somebody(app, "clerk1")
    answer = send(browser, "/password", page="/password", old=old, new=new, repeated=repeated)
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert new == "" or new not in answer.text
    assert log_in(app.test_client(), "clerk1", PASSWORD).status_code == 302


def test_a_changed_grant_counts_at_the_next_request(app: Flask, clerk: Account) -> None:
    browser = somebody(app, "clerk1")
    held: list[frozenset[str]] = []

    def roles() -> frozenset[str]:
        with browser:
            browser.get("/sessions")
            from flask import g

            held.append(g.actor.roles)
        return held[-1]

    assert roles() == {"clerk"}
    given = service.grant(clerk.id, role="head", reach=Reach.UNIT, unit_id=clerk.unit_id, by=ROOT)
    assert roles() == {"clerk", "head"}
    service.end_grant(given, by=ROOT, revision=1)
    assert roles() == {"clerk"}


def test_a_grant_holds_from_its_first_day_until_the_day_before_its_end(app: Flask, clerk: Account) -> None:
    first, end = MORNING.date() + timedelta(days=2), MORNING.date() + timedelta(days=4)
    service.grant(
        clerk.id, role="head", reach=Reach.UNIT, unit_id=clerk.unit_id, by=ROOT, valid_from=first, valid_to=end
    )
    from app.access.queries import actor_of

    held = []
    for days in range(6):
        with clock.frozen(MORNING + timedelta(days=days)):
            held.append("head" in actor_of(clerk).roles)
    assert held == [False, False, True, True, False, False]


def test_a_first_password_must_be_changed_before_anything_else(app: Flask) -> None:
    unit = a_unit()
    made = service.create_account("newcomer", display_name="新人", unit_id=unit.id, by=ROOT)
    browser = app.test_client()
    answer = log_in(browser, "newcomer", made.first_password)
    assert answer.location == "/password?next=/"
    assert browser.get("/sessions").location == "/password"
    new = "an even quieter evening"
    assert send(browser, "/password", page="/password", old=made.first_password, new=new, repeated=new).location == "/"
    assert is_in(browser)


def test_a_first_password_that_nobody_used_expires(app: Flask) -> None:
    made = service.create_account("newcomer", display_name="新人", unit_id=a_unit().id, by=ROOT)
    with clock.frozen(MORNING + timedelta(days=7, minutes=1)):
        assert log_in(app.test_client(), "newcomer", made.first_password).status_code == 401


def test_the_browser_holds_a_token_and_the_table_only_its_hash(app: Flask, clerk: Account) -> None:
    browser = somebody(app, "clerk1")
    with browser.session_transaction() as kept:
        token = kept["login"]
    row = db.session.scalars(select(LoginSession)).one()
    assert row.token_hash == hash_of(token)
    assert len(token) >= 43, "256 random bits"


def test_nothing_planted_in_the_browser_before_lives_on_after_login(app: Flask, clerk: Account) -> None:
    browser = app.test_client()
    browser.get("/login")
    with browser.session_transaction() as planted:
        planted["login"] = "a token chosen by somebody else"
        planted["planted"] = "yes"
        before = planted.get("csrf_token")
    log_in(browser, "clerk1")
    with browser.session_transaction() as kept:
        assert kept["login"] != "a token chosen by somebody else"
        assert "planted" not in kept
        assert kept.get("csrf_token") is None or kept.get("csrf_token") != before


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
        "http:evil.example", "/\t/evil.example", "/\n/evil.example", " //evil.example", "evil",
    ],
)  # fmt: skip
def test_nobody_is_sent_to_another_site_after_login(client: FlaskClient, clerk: Account, target: str) -> None:
    assert log_in(client, "clerk1", next=target).location == "/"


def test_after_login_the_page_that_was_asked_for_opens(client: FlaskClient, clerk: Account) -> None:
    asked = client.get("/sessions?page=2")
    assert asked.location == "/login?next=/sessions?page%3D2"
    assert log_in(client, "clerk1", next="/sessions?page=2").location == "/sessions?page=2"


def test_a_form_without_its_token_is_refused(app: Flask, clerk: Account) -> None:
    browser = somebody(app, "clerk1")
    for url in ("/login", "/logout", "/password", "/language", "/sessions/1/end"):
        assert browser.post(url).status_code == 400, url
    assert is_in(browser)


def test_the_language_is_chosen_and_remembered_for_the_next_login(app: Flask, clerk: Account) -> None:
    browser = somebody(app, "clerk1")
    answer = send(browser, "/language", page="/sessions", locale="en", next="/sessions")
    assert answer.location == "/sessions"
    assert "My sessions" in browser.get("/sessions").text
    assert "My sessions" in somebody(app, "clerk1").get("/sessions").text


def test_an_unknown_language_or_a_foreign_address_changes_nothing(client: FlaskClient) -> None:
    answer = send(client, "/language", locale="tlh", next="//evil.example")
    assert answer.location == "/"
    assert '<html lang="zh' in client.get("/login").text


def test_one_sees_and_ends_only_ones_own_sessions(app: Flask, clerk: Account) -> None:
    an_account("clerk2", ("clerk", a_unit(), Reach.UNIT))
    here, elsewhere, other = somebody(app, "clerk1"), somebody(app, "clerk1"), somebody(app, "clerk2")
    ids = db.session.scalars(select(LoginSession.id).order_by(LoginSession.id)).all()
    assert send(here, f"/sessions/{ids[2]}/end", page="/sessions").status_code == 404
    assert send(here, "/sessions/999999999999999999999999/end", page="/sessions").status_code == 404
    assert send(here, f"/sessions/{ids[1]}/end", page="/sessions").status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)
    assert is_in(other)


def test_logins_and_failures_are_in_the_audit_without_a_secret(app: Flask, clerk: Account) -> None:
    log_in(app.test_client(), "clerk1", "wrong wrong wrong")
    log_in(app.test_client(), "my-secret-typed-as-name", "wrong wrong wrong")
    send(somebody(app, "clerk1"), "/logout", page="/sessions")
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.record_kind == "account").order_by(AuditEvent.seq)
    ).all()
    assert [event.action for event in events] == [
        "account:fail_login", "account:fail_login", "account:log_in", "account:log_out",
    ]  # fmt: skip
    assert {event.address for event in events} <= {"10.0.0.1", "127.0.0.1"}
    text = repr([(event.before, event.after, event.note, event.actor_name) for event in events])
    assert "secret" not in text


def test_loading_who_sends_a_request_costs_one_statement(app: Flask, clerk: Account) -> None:
    from sqlalchemy import event

    browser = somebody(app, "clerk1")
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        browser.get("/password")
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    assert len(statements) == 1, statements


def test_an_old_hash_is_renewed_at_login(app: Flask, clerk: Account) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    clerk.password_hash = weak
    db.session.commit()
    somebody(app, "clerk1")
    db.session.rollback()
    assert db.session.scalar(select(Account.password_hash)) != weak


def test_failures_leave_nobody_logged_in(app: Flask, clerk: Account) -> None:
    log_in(app.test_client(), "clerk1", "wrong wrong wrong")
    assert db.session.scalar(select(func.count()).select_from(LoginSession)) == 0
    assert acting(clerk).session_id is None
