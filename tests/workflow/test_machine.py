"""Any sequence of verbs, by the right or the wrong person, keeps the invariants of the way and of the money."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.audit import queries as audit
from app.audit.chain import first_break
from app.errors import Refused
from app.pay.proof import differences
from app.payments import service as payments
from app.workflow import service
from app.workflow.rules import Mark
from app.workflow.states import MOVES, allowed
from models import (
    Application,
    ApplicationEvent,
    Decision,
    PaymentBatch,
    PaymentInstruction,
    WageRecord,
    db,
)
from tests.databases import Database
from tests.workflow.factories import City, a_city, a_new_hire

PEOPLE = ("clerk", "head", "department_reviewer", "reviewer", "rechecker", "approver", "finance", "other_head")
VERBS = (
    "file",
    "claim",
    "release",
    "approve",
    "return",
    "reject",
    "withdraw",
    "take",
    "confirm",
    "give_back",
    "release_line",
)
STEP = st.tuples(st.sampled_from(VERBS), st.sampled_from(PEOPLE), st.booleans())


def revision_of(key: int, *, stale: bool) -> int:
    db.session.rollback()
    application = db.session.get(Application, key, populate_existing=True)
    assert application is not None
    return application.revision - (1 if stale else 0)


def do(city: City, key: int, verb: str, who: str, *, stale: bool) -> None:
    by, seen = city.people[who], revision_of(key, stale=stale)
    application = db.session.get(Application, key)
    line = db.session.query(PaymentInstruction).filter_by(application_id=key).one_or_none()
    number, line_seen = (line.id, line.revision - (1 if stale else 0)) if line else (999_999, 1)
    mark = Mark("MATERIAL", "M01", "模糊")
    verbs: dict[str, Callable[[], Any]] = {
        "file": lambda: service.enter_review(application, by=by, revision=seen),  # type: ignore[arg-type]
        "claim": lambda: service.claim(key, by=by, revision=seen),
        "release": lambda: service.release(key, by=by, revision=seen),
        "approve": lambda: service.approve(key, by=by, revision=seen),
        "return": lambda: service.return_for_correction(key, by=by, revision=seen, note="更正", marks=[mark]),
        "reject": lambda: service.reject(key, by=by, revision=seen, note="不符"),
        "withdraw": lambda: service.withdraw(application, by=by, reason="重复", revision=seen),  # type: ignore[arg-type]
        "take": lambda: payments.take_batch(by=by),
        "confirm": lambda: payments.confirm(number, by=by, revision=line_seen),
        "give_back": lambda: payments.return_line(number, by=by, revision=line_seen, reason="账号不符"),
        "release_line": lambda: payments.release_again(number, by=by, revision=line_seen),
    }
    with suppress(Refused):
        verbs[verb]()


def check(city: City, key: int) -> None:
    db.session.rollback()
    application = db.session.get(Application, key, populate_existing=True)
    assert application is not None
    events = db.session.query(ApplicationEvent).filter_by(application_id=key).order_by(ApplicationEvent.id).all()
    path = ["DRAFT", *(event.state for event in events)]
    for before, after in pairwise(path):
        assert before == after or allowed(before, after), path
    assert path[-1] == application.state
    decisions = db.session.query(Decision).filter_by(application_id=key).all()
    assert city.clerk.account_id not in {decision.decided_by_id for decision in decisions}
    steps_of: dict[int, set[int]] = {}
    for decision in decisions:
        steps_of.setdefault(decision.decided_by_id, set()).add(decision.step_position)
    assert all(len(steps) == 1 for steps in steps_of.values())
    effects = db.session.query(WageRecord).filter_by(application_id=key, voided_at=None).count()
    lines = db.session.query(PaymentInstruction).filter_by(application_id=key).all()
    done = application.state in ("APPROVED", "AT_FINANCE", "PAID")
    assert (effects, len(lines)) == ((1, 1) if done else (0, 0))
    for batch in db.session.query(PaymentBatch).all():
        held = db.session.query(PaymentInstruction).filter_by(batch_id=batch.id).all()
        assert len(held) <= batch.line_count
        assert sum(line.after_fen + line.back_pay_fen for line in held) <= batch.total_fen
    if application.state == "PAID":
        assert [line.state for line in lines] == ["CONFIRMED"]


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=5, max_size=30))
def test_no_sequence_of_verbs_breaks_an_invariant(
    app: Flask, database: Database, steps: list[tuple[str, str, bool]]
) -> None:
    db.session.remove()
    database.restore(db.engine)
    city = a_city()
    key = a_new_hire(city).id
    straight = [("file", "clerk", False), *(("approve", decider, False) for decider in PEOPLE[1:6])]
    for verb, who, stale in [*steps[: len(steps) // 2], *straight, *steps[len(steps) // 2 :]]:
        do(city, key, verb, who, stale=stale)
        check(city, key)
    assert first_break(audit.chain_in_order(), audit.head()) is None
    assert not list(differences())


def test_every_move_names_where_it_starts_and_nothing_leaves_an_end() -> None:
    ends = {"PAID", "REJECTED", "WITHDRAWN"}
    assert all(move.sources for move in MOVES.values())
    assert not [move.verb for move in MOVES.values() if move.sources & ends]
