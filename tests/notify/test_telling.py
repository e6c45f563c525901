"""Telling: with the fact, once, and only what the event declares."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.notify.service import Telling, accounts, address, employees, holders, tell, tell_many
from app.uow import atomic, transaction
from models import Announcement, db
from models.messages import Channel
from tests.factories import a_unit, an_account
from tests.statements import counted

FACTS = {"course": "工资政策入门"}


def told() -> list[Announcement]:
    return list(db.session.scalars(select(Announcement).order_by(Announcement.id)))


def test_what_is_undone_was_told_to_nobody(app: Flask) -> None:
    account = an_account("reader")
    with pytest.raises(LookupError):
        _told_and_undone(account.id)
    assert told() == []


@atomic
def _told_and_undone(account_id: int) -> None:
    tell("certificate", people=accounts([account_id]), facts=FACTS, key="course/1")
    raise LookupError


def test_a_fact_told_twice_is_told_once(app: Flask) -> None:
    account = an_account("reader")
    for _ in range(2):
        tell("certificate", people=accounts([account.id]), facts=FACTS, key="course/1")
    assert [(one.key, one.event, one.at) for one in told()] == [("course/1", "certificate", clock.now())]


def test_telling_many_is_one_statement(app: Flask) -> None:
    reader = an_account("reader").id
    with transaction(), counted() as sent:
        tell_many("certificate", [Telling(accounts([reader]), FACTS, f"course/{n}") for n in range(40)])
    assert len(sent) == 1
    assert len(told()) == 40


def test_nobody_to_tell_costs_nothing(app: Flask) -> None:
    with transaction(), counted() as sent:
        tell("certificate", people=accounts([None]) + employees([]), facts=FACTS, key="course/1")
    assert sent == []


@pytest.mark.parametrize(
    ("facts", "key", "link"),
    [
        ({}, "k", ""),
        ({**FACTS, "amount": "1490"}, "k", ""),
        (FACTS, "", ""),
        (FACTS, "k" * 161, ""),
        (FACTS, "k", "https://elsewhere.example/"),
        (FACTS, "k", "//elsewhere.example/"),
    ],
)
def test_what_the_event_does_not_declare_is_refused(app: Flask, facts: dict[str, str], key: str, link: str) -> None:
    with pytest.raises(ValueError, match=r"speaks of|characters|path of this site"):
        tell("certificate", people=accounts([1]), facts=facts, key=key, link=link)
    assert told() == []


def test_audiences_are_put_together(app: Flask) -> None:
    unit = a_unit()
    people = accounts([3, None, 1, 3]) + holders("case:answer", unit_id=unit.id, but=[2, None])
    assert people.parts == ({"accounts": [1, 3]}, {"holders": "case:answer", "unit": unit.id, "but": [2]})
    with pytest.raises(ValueError, match="unknown permission"):
        holders("case:destroy", unit_id=unit.id)
    with pytest.raises(ValueError, match="belongs to an account"):
        address(Channel.IN_APP, "13800000000")


def test_a_secret_is_sealed_from_the_beginning(app: Flask) -> None:
    tell(
        "activation_code", people=address(Channel.SMS, "13800000000"), facts={"code": "739214", "hours": 24},
        key="activation/1/sms",
    )  # fmt: skip
    (one,) = told()
    assert one.facts.keys() == {"sealed"}
    assert "739214" not in str(one.facts)
