"""Guessing: no answer tells whether a name exists, and many at once get no more guesses than one after the other."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.access import passwords, service
from app.access.entering import ATTEMPTS_PER_NAME, LoginRefused, Visitor
from models import LoginSession, db
from tests.access.browsing import log_in
from tests.factories import PASSWORD, Reach, a_unit, an_account
from tests.statements import counted


@pytest.fixture
def clerk(app: Flask) -> None:
    an_account("clerk1", ("clerk", a_unit(), Reach.UNIT))


def test_the_same_is_done_for_a_name_that_exists_and_for_one_that_does_not(
    app: Flask, clerk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    hasher = passwords._hasher

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            hashed.append(password)
            return hasher.verify(kept, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    done = []
    for name in ("clerk1", "nobody1"):
        with counted() as sent, pytest.raises(LoginRefused):
            service.log_in(name, "wrong wrong wrong", visitor=Visitor("10.0.0.1"))
        done.append([statement.split(" WHERE")[0] for statement in sent])
    assert done[0] == done[1]
    assert hashed == ["wrong wrong wrong"] * 2


def test_many_guesses_at_once_are_no_more_than_one_after_the_other(app: Flask, clerk: None) -> None:
    db.session.remove()

    def guess(number: int) -> int:
        return log_in(app.test_client(), "clerk1", f"wrong guess {number}", address=f"10.0.1.{number}").status_code

    with ThreadPoolExecutor(8) as pool:
        answers = Counter(pool.map(guess, range(16)))
    assert answers == {401: ATTEMPTS_PER_NAME, 429: 16 - ATTEMPTS_PER_NAME}


def test_the_right_password_among_many_at_once_opens_one_session_each(app: Flask, clerk: None) -> None:
    db.session.remove()
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: log_in(app.test_client(), "clerk1", PASSWORD).status_code, range(3)))
    assert answers == [302, 302, 302]
    assert db.session.scalar(select(func.count()).select_from(LoginSession)) == 3
