"""The annual round: prepared for each unit, and killed at any moment it goes on and ends with the same records."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.batches import round as annual
from app.errors import Invalid, NotAllowed
from models import (
    Application,
    ApplicationEmployee,
    ApplicationEvent,
    Batch,
    BatchLine,
    CareerEvent,
    Decision,
    PaymentInstruction,
    Proposal,
    Result,
    Staff,
    WageRecord,
    db,
)
from models.applications import ApplicationState
from models.batches import BatchOrigin
from tests.batches.scene import Scene, a_scene, applications_of, lines_of
from tests.databases import Database
from tests.factories import Reach, acting, an_account
from tests.proposals.scene import a_teacher_of_the_file, reported

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = ("clerk", "other_clerk", "head", "other_head", "department", "reviewer", "rechecker", "approver")


@pytest.fixture
def scene(app: Flask) -> Scene:
    """Two units with teachers whose assessment of 2017 is reported, nothing proposed yet."""
    scene = a_scene()
    scene.accounts["other_head"] = an_account("other_head", ("head", scene.proposed.other, Reach.UNIT))
    for place in range(7):
        unit = scene.school if place < 5 else scene.proposed.other
        person = a_teacher_of_the_file(scene.proposed, f"教师{place}", unit=unit)
        reported(person, (2017, "QUALIFIED" if place else "BASICALLY_QUALIFIED"))
    return scene


def _people(scene: Scene) -> list[Any]:
    return [acting(scene.accounts[name]) for name in PEOPLE]


def test_the_round_makes_one_batch_for_each_unit(scene: Scene) -> None:
    administrator = scene.actor("administrator")
    assert annual.prepare(2018, by=administrator) == 2
    assert annual.prepare(2018, by=administrator) == 2
    batches = db.session.scalars(select(Batch).order_by(Batch.id)).all()
    assert {(one.unit_id, one.origin, one.year) for one in batches} == {
        (scene.school.id, BatchOrigin.ROUND, 2018), (scene.proposed.other.id, BatchOrigin.ROUND, 2018)
    }  # fmt: skip
    assert sum(len(lines_of(one.id)) for one in batches) == 6  # who was only basically qualified is not due


def test_the_round_is_carried_through_to_wages_and_instructions(scene: Scene) -> None:
    annual.prepare(2018, by=scene.actor("administrator"))
    done = annual.carry_through(2018, _people(scene))
    assert done.filed == 6
    for batch_id in db.session.scalars(select(Batch.id)).all():
        assert {one.state for one in applications_of(batch_id)} == {ApplicationState.APPROVED}
    assert len(db.session.scalars(select(PaymentInstruction)).all()) == 6
    again = annual.carry_through(2018, _people(scene))
    assert (again.filed, again.decided) == (0, 0)


def test_a_round_needs_who_may_and_a_year_that_has_begun(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        annual.prepare(2018, by=scene.clerk)
    with pytest.raises(Invalid):
        annual.prepare(2019, by=scene.actor("administrator"))


def test_killed_at_any_moment_the_round_ends_with_the_same_records(
    scene: Scene, database: Database, uploads: Path
) -> None:
    db.session.remove()
    database.keep(db.engine, "round")
    _carry(database, uploads)
    wanted = _records()
    assert len(wanted["wages"]) > 6
    db.session.remove()
    database.restore(db.engine, "round")
    random, kills = Random(20180403), 0
    while kills < 6 and not _carry(database, uploads, kill_after=random.randint(1, 6)):
        kills += 1
    assert kills >= 3
    _carry(database, uploads)
    assert _records() == wanted


def _carry(database: Database, uploads: Path, *, kill_after: int | None = None) -> bool:
    """Run the round in a process of its own; with `kill_after` it is killed after so many lines. True if it ended."""
    db.session.remove()
    db.engine.dispose()
    command = [sys.executable, "-m", "tests.batches.carrying", database.url, str(uploads), "2018"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line.strip())
            if kill_after is not None and len(said) == kill_after:
                os.kill(process.pid, signal.SIGKILL)
                break
        error = process.stderr.read() if process.stderr and kill_after is None else ""
    if kill_after is None:
        assert said[-1:] == ["done"], error[-2000:]
    return said[-1:] == ["done"]


def _records() -> dict[str, list[Any]]:
    """What the round has written, without numbers of rows, moments and the order of the numbers given out."""
    db.session.expire_all()
    names = dict(db.session.execute(select(Staff.id, Staff.name)).all())
    of = {
        row.application_id: names[row.staff_id]
        for row in db.session.execute(select(ApplicationEmployee.application_id, ApplicationEmployee.staff_id))
    }
    queries: dict[str, tuple[Any, Any]] = {
        "batches": (Batch, lambda one: (one.unit_id, one.item_id, one.origin, one.state)),
        "lines": (BatchLine, lambda one: (names[one.staff_id], one.alike, str(one.problems))),
        "applications": (Application, lambda one: (of[one.id], one.state, one.round, one.step_position)),
        "events": (ApplicationEvent, lambda one: (of[one.application_id], one.kind, one.by_id, one.step_position or 0)),
        "decisions": (Decision, lambda one: (of[one.application_id], one.step_key, one.outcome, one.decided_by_id)),
        "careers": (CareerEvent, lambda one: (names[one.staff_id], one.kind, str(one.year), str(one.data))),
        "wages": (
            WageRecord,
            lambda one: (names[one.staff_id], one.position, str(one.effective_month), one.cause, one.total_fen,
                         one.voided_at is None),
        ),
        "results": (Result, lambda one: (names[one.staff_id], one.effect, str(one.facts))),
        "instructions": (
            PaymentInstruction,
            lambda one: (names[one.staff_id], one.before_fen, one.after_fen, one.back_pay_fen),
        ),
        "proposals": (Proposal, lambda one: (names[one.staff_id], one.due_key, one.state)),
    }  # fmt: skip
    return {name: sorted(map(told, db.session.scalars(select(model)))) for name, (model, told) in queries.items()}
