"""The demo city: repeatable, complete, consistent, and nowhere but in development."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.audit import queries as audit
from app.audit.chain import first_break
from app.demo import loading
from app.demo.accounts import ACCOUNTS
from app.errors import Conflict
from models import (
    Account,
    Application,
    Examination,
    MaterialCheck,
    PaymentBatch,
    PaymentInstruction,
    Staff,
    Unit,
    Upload,
    WageRecord,
    db,
)
from models.applications import ApplicationEvent, ApplicationState, Decision
from tests.factories import a_unit


@pytest.fixture
def city(app: Flask) -> Iterator[dict[str, int]]:
    yield loading.load("small")
    clock.shift(timedelta(0))


def test_there_is_work_in_every_state(city: dict[str, int]) -> None:
    states = set(db.session.scalars(select(Application.state).distinct()))
    assert states == {str(state) for state in ApplicationState}
    waiting = set(
        db.session.scalars(select(Application.step_permission).where(Application.state == ApplicationState.IN_REVIEW))
    )
    assert waiting == {
        "application:confirm",
        "application:review",
        "application:first_review",
        "application:recheck",
        "application:approve",
    }


def test_there_are_sixty_staff_and_an_account_for_every_role(city: dict[str, int]) -> None:
    assert city["staff"] == db.session.scalar(select(func.count()).select_from(Staff)) == 60
    names = set(db.session.scalars(select(Account.username)))
    assert {account.username for account in ACCOUNTS} <= names


def test_every_wage_chain_has_one_first_and_one_current_link(city: dict[str, int]) -> None:
    paid = db.session.scalar(select(func.count(func.distinct(WageRecord.staff_id))))
    first = db.session.scalar(select(func.count()).where(WageRecord.previous_id.is_(None)))
    followed = select(WageRecord.previous_id).where(WageRecord.previous_id.is_not(None))
    current = db.session.scalar(select(func.count()).where(WageRecord.id.not_in(followed)))
    assert paid == first == current


def test_the_chains_replay_to_the_same_amounts(city: dict[str, int]) -> None:
    from app.pay.proof import differences

    assert [f"{found.staff_no}: {found.reason}" for found in differences()] == []


def test_the_header_of_every_batch_equals_its_lines(city: dict[str, int]) -> None:
    lines = db.session.execute(
        select(
            PaymentInstruction.batch_id,
            func.count(),
            func.sum(PaymentInstruction.after_fen + PaymentInstruction.back_pay_fen),
        )
        .where(PaymentInstruction.batch_id.is_not(None))
        .group_by(PaymentInstruction.batch_id)
    ).all()
    headers = db.session.execute(select(PaymentBatch.id, PaymentBatch.line_count, PaymentBatch.total_fen)).all()
    assert sorted(map(tuple, lines)) == sorted(map(tuple, headers))


def test_the_audit_chain_holds(city: dict[str, int]) -> None:
    assert first_break(audit.chain_in_order(), audit.head()) is None


def test_materials_are_in_the_store(city: dict[str, int], app: Flask) -> None:
    from app.materials.storage import Store

    store = Store(app.config["SETTINGS"].uploads_dir)
    for sha256 in db.session.scalars(select(Upload.sha256).distinct()):
        assert store.path(sha256).stat().st_size > 0


def test_the_material_desk_is_not_empty(city: dict[str, int]) -> None:
    """Findings of several kinds, one of them judged by a person, and examinations with their measures."""
    codes = set(db.session.scalars(select(MaterialCheck.code).distinct()))
    assert {"blur", "dark", "blank", "lowres", "rotated", "duplicate_elsewhere", "truncated"} <= codes
    assert db.session.scalar(select(func.count()).where(MaterialCheck.overridden_at.is_not(None))) == 1
    examined = db.session.scalars(select(Examination)).all()
    assert len([one for one in examined if one.looks]) > 20
    assert city["findings"] == db.session.scalar(select(func.count()).select_from(MaterialCheck))


def test_a_database_in_use_is_left_alone(app: Flask) -> None:
    a_unit("已有单位")
    with pytest.raises(Conflict):
        loading.load("small")
    assert db.session.scalar(select(func.count()).select_from(Unit)) == 1


def test_two_loads_make_the_same_city() -> None:
    from random import Random

    from app.demo import people, units

    def made() -> list[tuple[str, str, str]]:
        random = Random(loading.SEED)
        city = units.build(random, institutions=4, staff=50)
        return [(person.staff_no, person.name, person.id_number) for person in people.settle(city, random)]

    assert made() == made()


def test_each_approval_is_an_event_that_leads_to_the_next_step(city: dict[str, int]) -> None:
    """As the verbs write it: who reads the history sees each approval under the step that it left."""
    left = dict(
        db.session.execute(
            select(ApplicationEvent.id, Decision.step_position)
            .join(
                Decision,
                (Decision.application_id == ApplicationEvent.application_id)
                & (Decision.decided_at == ApplicationEvent.at)
                & (Decision.decided_by_id == ApplicationEvent.by_id),
            )
            .where(ApplicationEvent.kind == "passed")
        ).all()
    )
    passed = db.session.execute(
        select(ApplicationEvent.id, ApplicationEvent.step_position).where(ApplicationEvent.kind == "passed")
    ).all()
    assert passed
    assert all(position > left[key] for key, position in passed)
