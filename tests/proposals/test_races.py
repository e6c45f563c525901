"""Two who decide on one proposal at the same moment: one deed, and a sentence for the other; on either database."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.errors import Refused
from app.proposals import service
from app.proposals.service import Confirmed
from models import Application, Proposal, db
from models.accounts import Reach
from models.proposals import ProposalState
from tests.factories import acting, an_account
from tests.proposals.scene import NIGHT, Scene, a_scene, a_teacher_of_the_file, proposals_of, reported, the_proposal


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def at_once(app: Flask, *acts: Callable[[], Any]) -> list[Any]:
    """What each of them got, in their order: a result, or the refusal."""
    start, results = Barrier(len(acts)), dict[int, Any]()

    def run(place: int) -> None:
        with app.app_context():
            start.wait()
            try:
                results[place] = acts[place]()
            except Refused as refusal:
                results[place] = refusal
            finally:
                db.session.remove()

    db.session.remove()
    threads = [Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[place] for place in range(len(acts))]


def a_due_teacher(scene: Scene, name: str = "李明") -> Proposal:
    staff = a_teacher_of_the_file(scene, name)
    reported(staff, (2017, "QUALIFIED"))
    return the_proposal(staff)


def applications() -> int:
    return db.session.scalar(select(func.count()).select_from(Application)) or 0


def test_two_clerks_who_confirm_at_once_file_it_once_and_the_second_learns_who_was_first(
    app: Flask, scene: Scene
) -> None:
    one = a_due_teacher(scene)
    first, second = scene.clerk, acting(an_account("second_clerk", ("clerk", scene.school, Reach.UNIT)))
    number, revision = one.id, one.revision
    results = at_once(
        app,
        lambda: service.confirm(number, by=first, revision=revision),
        lambda: service.confirm(number, by=second, revision=revision),
    )
    (done,) = [result for result in results if isinstance(result, Confirmed)]
    (refused,) = [result for result in results if isinstance(result, Refused)]
    assert done.submitted
    assert done.number in str(refused), refused
    assert applications() == 1


def test_two_clerks_who_confirm_many_at_once_file_each_line_once(app: Flask, scene: Scene) -> None:
    wanted = [(one.id, one.revision) for one in [a_due_teacher(scene, name) for name in ("甲", "乙", "丙")]]
    first, second = scene.clerk, acting(an_account("second_clerk", ("clerk", scene.school, Reach.UNIT)))
    results = at_once(
        app,
        lambda: service.confirm_many(wanted, by=first),
        lambda: service.confirm_many(wanted[::-1], by=second),
    )
    lines = [line for found in results for line in found]
    assert sorted(line.proposal_id for line in lines if line.done) == sorted(number for number, _ in wanted)
    assert all(line.problem is not None for line in lines if line.done is None)
    assert applications() == 3


def test_confirming_and_setting_aside_at_once_leave_one_of_both(app: Flask, scene: Scene) -> None:
    one = a_due_teacher(scene)
    number, revision, clerk, staff = one.id, one.revision, scene.clerk, one.staff
    results = at_once(
        app,
        lambda: service.confirm(number, by=clerk, revision=revision),
        lambda: service.set_aside(number, by=clerk, revision=revision, reason="等待复核"),
    )
    assert len([result for result in results if isinstance(result, Refused)]) == 1, results
    (now,) = proposals_of(db.session.merge(staff))
    assert (now.state, applications()) in [(ProposalState.CONFIRMED, 1), (ProposalState.SET_ASIDE, 0)]


def test_two_runs_at_once_propose_nobody_twice(app: Flask, scene: Scene) -> None:
    people = [a_teacher_of_the_file(scene, name) for name in ("甲", "乙", "丙")]
    for one in people:
        reported(one, (2017, "QUALIFIED"))
    ids = [one.id for one in people]
    at_once(app, *[lambda: service.refresh_people(ids, by=NIGHT)] * 3)
    found = db.session.execute(select(Proposal.staff_id, func.count()).group_by(Proposal.staff_id)).all()
    assert sorted(map(tuple, found)) == [(number, 1) for number in sorted(ids)]


def test_a_run_in_the_middle_of_a_confirmation_takes_nothing_back(app: Flask, scene: Scene) -> None:
    one = a_due_teacher(scene)
    number, revision, clerk, staff_id = one.id, one.revision, scene.clerk, one.staff_id
    done, _tally = at_once(
        app,
        lambda: service.confirm(number, by=clerk, revision=revision),
        lambda: service.refresh_people([staff_id], by=NIGHT),
    )
    assert isinstance(done, Confirmed), done
    kept = db.session.get_one(Proposal, number)
    assert (kept.state, kept.application_id) == (ProposalState.CONFIRMED, done.application_id)
