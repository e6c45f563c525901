"""A school with its teachers, whom the system proposes an increment for, and everybody who decides on a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.access.actor import Actor
from app.batches import reviewing, service
from app.batches.runs import Begun
from app.jobs import service as jobs
from models import Account, Application, Batch, BatchLine, Staff, Unit, db
from models.accounts import Reach
from models.applications import Outcome
from tests.factories import a_unit, acting, an_account
from tests.proposals.scene import Scene as Proposed
from tests.proposals.scene import a_scene as a_proposed_scene
from tests.proposals.scene import a_teacher_of_the_file, refresh, reported

ITEM = "NCGZ-12"
DECIDERS = ("head", "department", "reviewer", "rechecker", "approver")


@dataclass
class Scene:
    """Who files, who decides, and the school."""

    proposed: Proposed
    accounts: dict[str, Account]

    @property
    def school(self) -> Unit:
        return self.proposed.school

    def actor(self, name: str) -> Actor:
        return acting(self.accounts[name])

    @property
    def clerk(self) -> Actor:
        return self.actor("clerk")

    @property
    def deciders(self) -> list[Actor]:
        return [self.actor(name) for name in DECIDERS]


def a_scene() -> Scene:
    proposed = a_proposed_scene()
    accounts = {
        **proposed.accounts,
        "department": an_account("department", ("department", proposed.department, Reach.SUBTREE)),
        **{name: an_account(name, (name, None, Reach.ALL)) for name in ("reviewer", "rechecker", "approver")},
        "finance": an_account("finance", ("finance", None, Reach.ALL)),
    }
    return Scene(proposed, accounts)


def teachers(scene: Scene, number: int, *, result: str = "QUALIFIED") -> list[Staff]:
    """So many people of the school whose increment is proposed, since their assessment is reported."""
    people = [
        a_teacher_of_the_file(scene.proposed, f"教师{'甲乙丙丁戊己庚辛壬癸'[place % 10]}{place}")
        for place in range(number)
    ]
    for one in people:
        reported(one, (2017, result))
    refresh(*people)
    return people


def a_batch(scene: Scene, *, key: str | None = None) -> service.Made:
    """Everybody who is proposed in the school."""
    return service.from_proposals(ITEM, scene.school.id, by=scene.clerk, key=key)


def fresh(batch_id: int) -> Batch:
    db.session.rollback()
    return db.session.get_one(Batch, batch_id, populate_existing=True)


def submitted(scene: Scene, batch_id: int, *, key: str | None = None) -> Begun:
    return service.submit(batch_id, by=scene.clerk, revision=fresh(batch_id).revision, key=key)


def a_filed_batch(scene: Scene, number: int = 3) -> int:
    teachers(scene, number)
    made = a_batch(scene)
    submitted(scene, made.batch_id)
    return made.batch_id


def decided(batch_id: int, by: Actor, outcome: Outcome = Outcome.APPROVED, **values: Any) -> Begun:
    """Everything that waits for this person, decided at once."""
    found = reviewing.review(fresh(batch_id), by)
    groups = {group.key: group.seen for group in found.groups}
    done = service.decide(batch_id, outcome, by=by, groups=groups, **values)
    jobs.work_off()
    return done


def passed(scene: Scene, batch_id: int, *, steps: int = 5) -> None:
    for decider in scene.deciders[:steps]:
        decided(batch_id, decider)


def lines_of(batch_id: int) -> list[BatchLine]:
    db.session.expire_all()
    return list(db.session.scalars(select(BatchLine).where(BatchLine.batch_id == batch_id).order_by(BatchLine.id)))


def applications_of(batch_id: int) -> list[Application]:
    db.session.expire_all()
    return list(
        db.session.scalars(
            select(Application)
            .join(BatchLine, BatchLine.application_id == Application.id)
            .where(BatchLine.batch_id == batch_id)
            .order_by(BatchLine.id)
        )
    )


__all__ = ["a_unit"]
