"""Activation cannot be guessed: attempts are limited three ways, and no answer tells whether a person exists."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.access import activating, passwords, service
from app.access.activating import ATTEMPTS_IN_ALL, ATTEMPTS_PER_ADDRESS, ATTEMPTS_PER_NUMBER, WINDOW
from app.access.attempts import place_of
from app.access.entering import Visitor
from app.access.service import Claim, NotActivated
from app.errors import TooMany
from models import Account, AttemptCount, db
from tests.access.browsing import token_on
from tests.employee.people import PASSWORD, a_claim, a_number, a_school, activated
from tests.factories import a_unit, an_employee
from tests.statements import counted

GUESS = "22222-22222"


def guess(claim: Claim, address: str = "10.0.0.1") -> type[Exception] | None:
    """What trying comes to."""
    try:
        service.activate(claim, visitor=Visitor(address))
    except (NotActivated, TooMany) as refusal:
        return type(refusal)
    return None


def test_a_number_is_locked_after_its_attempts_also_for_the_right_code(app: Flask) -> None:
    school = a_school()
    code = service.issue_code(school.person.id, by=school.clerk).code
    for number in range(ATTEMPTS_PER_NUMBER):
        assert guess(a_claim(GUESS), f"10.0.{number}.1") is NotActivated
    assert guess(a_claim(code), "10.0.9.1") is TooMany
    with clock.frozen(clock.now() + WINDOW):
        assert guess(a_claim(code), "10.0.9.1") is None


def test_an_address_is_held_back_whichever_numbers_it_tries(app: Flask) -> None:
    for number in range(ATTEMPTS_PER_ADDRESS):
        assert guess(a_claim(GUESS, number=a_number(number))) is NotActivated
    assert guess(a_claim(GUESS, number=a_number(500))) is TooMany
    assert guess(a_claim(GUESS, number=a_number(501)), "10.0.0.2") is NotActivated


def test_all_addresses_together_are_held_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ATTEMPTS_IN_ALL >= 10 * ATTEMPTS_PER_ADDRESS
    monkeypatch.setattr(activating, "ATTEMPTS_IN_ALL", 12)
    for number in range(12):
        assert guess(a_claim(GUESS, number=a_number(number)), f"10.0.{number}.1") is NotActivated
    assert guess(a_claim(GUESS, number=a_number(500)), "10.0.99.1") is TooMany


def test_who_succeeds_uses_up_no_attempt(app: Flask) -> None:
    """A whole unit behind one address opens its accounts in one morning."""
    unit = a_unit()
    school = a_school()
    for sequence in range(100, 100 + ATTEMPTS_PER_ADDRESS + 3):
        person = an_employee(unit if sequence < 0 else school.unit, "新同事甲", id_number=a_number(sequence))
        code = service.issue_code(person.id, by=school.clerk).code
        assert guess(a_claim(code, number=a_number(sequence), name="新同事甲")) is None
    assert set(db.session.scalars(select(AttemptCount.tried))) == {0}


def test_many_guesses_at_once_are_no_more_than_one_after_the_other(app: Flask) -> None:
    a_school()
    db.session.remove()

    def ask(number: int) -> int:
        return post(app.test_client(), a_claim(GUESS), address=f"10.0.1.{number}")

    with ThreadPoolExecutor(8) as pool:
        answers = Counter(pool.map(ask, range(16)))
    assert answers == {401: ATTEMPTS_PER_NUMBER, 429: 16 - ATTEMPTS_PER_NUMBER}


def test_one_code_typed_many_times_at_once_opens_one_account(app: Flask) -> None:
    school = a_school()
    code = service.issue_code(school.person.id, by=school.clerk).code
    staff_id = school.person.id
    db.session.remove()
    with ThreadPoolExecutor(4) as pool:
        answers = Counter(
            pool.map(lambda number: post(app.test_client(), a_claim(code), address=f"10.0.2.{number}"), range(4))
        )
    assert answers[302] == 1
    assert set(answers) <= {302, 401, 409, 422}
    assert len(db.session.scalars(select(Account).where(Account.staff_id == staff_id)).all()) == 1


def post(client: FlaskClient, claim: Claim, *, address: str = "10.0.0.1") -> int:
    """Send what is typed from an address; says the status."""
    return answer_to(client, claim, address=address)[0]


def answer_to(client: FlaskClient, claim: Claim, *, address: str = "10.0.0.1") -> tuple[int, str]:
    place: Any = {"environ_overrides": {"REMOTE_ADDR": address}}
    token = token_on(client.get("/activate", **place))
    form = {"csrf_token": token, "number": claim.number, "name": claim.name, "code": claim.code,
            "password": claim.password, "repeated": claim.repeated}  # fmt: skip
    answer = client.post("/activate", data=form, **place)
    text = re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text)
    for typed in (claim.number, claim.name):
        text = text.replace(typed, "")
    return answer.status_code, text


@pytest.fixture
def everybody(app: Flask) -> list[Claim]:
    """Somebody who is nowhere; somebody without a code, with one, with an account; another's name; a used code."""
    school = a_school()
    an_employee(school.unit, "没有码", id_number=a_number(31))
    waiting = an_employee(school.unit, "等着用", id_number=a_number(33))
    service.issue_code(waiting.id, by=school.clerk)
    activated(school)
    return [
        a_claim(GUESS, number=a_number(99), name="查无此人"), a_claim(GUESS, number=a_number(31), name="没有码"),
        a_claim(GUESS, number=a_number(33), name="等着用"), a_claim(GUESS, number=a_number(33), name="另一个"),
        a_claim(GUESS),
    ]  # fmt: skip


def test_page_and_status_are_the_same_for_everybody(app: Flask, everybody: list[Claim]) -> None:
    answers = {answer_to(app.test_client(), claim) for claim in everybody}
    assert len(answers) == 1
    assert answers.pop()[0] == 401


def test_the_same_work_is_done_for_everybody(
    app: Flask, everybody: list[Claim], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statements, one by one, and one verification of an Argon2 hash: nothing is left whose time could differ."""
    hasher = passwords._hasher
    hashed: list[str] = []

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            hashed.append(password)
            return hasher.verify(kept, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    done = []
    for number, claim in enumerate(everybody):
        hashed.clear()
        with counted() as sent:
            assert guess(claim, f"10.0.3.{number}") is NotActivated
        done.append((len(hashed), sent))
    assert all(one == done[0] for one in done)
    assert done[0][0] == 1


def test_the_same_work_is_done_for_everybody_who_is_locked_out(app: Flask, everybody: list[Claim]) -> None:
    done = []
    for claim in everybody[:3]:
        for number in range(ATTEMPTS_PER_NUMBER):
            guess(claim, f"10.0.4.{number}")
        with counted() as sent:
            assert guess(claim, "10.0.5.1") is TooMany
        done.append(sent)
    assert done[0] == done[1] == done[2]


def test_the_number_is_not_kept_where_attempts_are_counted(app: Flask) -> None:
    guess(a_claim(GUESS))
    keys = " ".join(db.session.scalars(select(AttemptCount.key)))
    assert a_number()[:17] not in keys
    assert len(keys.split()) == 3


def test_counts_are_forgotten(app: Flask) -> None:
    guess(a_claim(GUESS))
    with clock.frozen(clock.now() + timedelta(days=3)):
        guess(a_claim(GUESS, number=a_number(41)), "10.0.0.7")
    assert db.session.query(AttemptCount).count() == 3


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("10.0.0.1", "10.0.0.1"), ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("2001:db8:1:2:ffff::1", "2001:0db8:0001:0002"), ("::ffff:10.0.0.1", "10.0.0.1"), ("", ""), ("x", "x"),
    ],
)  # fmt: skip
def test_one_subscriber_of_ipv6_is_one_place(address: str, place: str) -> None:
    assert place_of(address) == place


def test_the_right_password_is_never_echoed(app: Flask) -> None:
    _, text = answer_to(app.test_client(), a_claim(GUESS))
    assert PASSWORD not in text
