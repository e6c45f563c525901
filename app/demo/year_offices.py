"""Who works in a simulated year, and the desks: each step decides, a share of mistakes is found, finance pays."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time

from sqlalchemy import func, select

from app import clock
from app.access.actor import Actor
from app.access.queries import actor_of
from app.demo import year_batches
from app.demo.timeline import WORKING, working_day
from app.demo.year_report import Refusals
from app.errors import Refused
from app.payments import service as payments
from app.workflow import service as workflow
from app.workflow.service import Mark
from models import Account, Application, PaymentInstruction, RoleGrant, Unit, db
from models.applications import ApplicationState
from models.payments import InstructionState

FOUND_AT = "application:first_review"
NOTE = "提交的内容与原件不符，请核对后重新提交。"
ONE_DESK = {
    "application:first_review": "reviewer", "application:recheck": "rechecker", "application:approve": "approver",
}  # fmt: skip
STEPS = ("application:confirm", "application:review", *ONE_DESK)


@dataclass
class Offices:
    """The accounts that act, by role and unit; they were given when the city was founded."""

    supervising: dict[int, int]
    accounts: dict[tuple[str, int | None], int]
    _known: dict[int, Actor] = field(default_factory=dict)

    def clerk(self, unit_id: int) -> Actor:
        return self._actor("clerk", unit_id)

    def who_decides(self, permission: str, unit_id: int) -> Actor:
        """The one whose step it is."""
        if permission == "application:confirm":
            return self._actor("head", unit_id)
        if permission == "application:review":
            return self._actor("department", self.supervising[unit_id])
        return self._actor(ONE_DESK[permission], None)

    def finance(self) -> Actor:
        return self._actor("finance", None)

    def _actor(self, role: str, unit_id: int | None) -> Actor:
        account = self.accounts[role, unit_id]
        if account not in self._known:
            self._known[account] = actor_of(db.session.get_one(Account, account))
        return self._known[account]


def offices() -> Offices:
    """Everybody's desk, as the city's accounts say."""
    granted = select(RoleGrant.role, RoleGrant.unit_id, func.min(RoleGrant.account_id)).group_by(
        RoleGrant.role, RoleGrant.unit_id
    )
    supervising = select(Unit.id, Unit.supervising_id).where(Unit.supervising_id.is_not(None))
    return Offices(
        {row.id: row.supervising_id for row in db.session.execute(supervising)},
        {(role, unit_id): account for role, unit_id, account in db.session.execute(granted)},
    )


@contextmanager
def at(day: date, hour: int) -> Iterator[None]:
    """The clock stands at an hour of a working day."""
    with clock.frozen(datetime.combine(working_day(day), time(hour), clock.SHANGHAI)):
        yield


def working_days_after(day: date, count: int) -> date:
    """So many working days later."""
    return WORKING[WORKING.index(working_day(day)) + count]


@dataclass
class Desks:
    """Decides what was submitted, step by step, each on its day. `mistakes` are the places that a reviewer marks."""

    offices: Offices
    mistakes: dict[int, Mark]
    refusals: Refusals

    def decide(self, numbers: Collection[int], first_day: date, *, corrected: bool = False) -> tuple[list[int], date]:
        """Take these applications through every step, a step a day; who was corrected begins where it was found.

        Returns which were given back, so that their clerks correct them, and the day after the last step.
        """
        waiting, returned, day = sorted(numbers), list[int](), first_day
        together = year_batches.with_lines_of(waiting)
        for permission in STEPS[STEPS.index(FOUND_AT) if corrected else 0 :]:
            with at(day, 10):
                found = dict(self.mistakes) if permission == FOUND_AT else {}
                for batch_id, unit_id in together:
                    by = self.offices.who_decides(permission, unit_id)
                    returned += year_batches.decide(batch_id, found, NOTE, self.refusals, by=by)
                    db.session.expunge_all()
                for number, unit_id, revision in _standing(waiting, permission):
                    by = self.offices.who_decides(permission, unit_id)
                    if number in found:
                        self._give_back(number, by, revision)
                        returned.append(number)
                    else:
                        self._approve(number, by, revision)
                db.session.remove()
            day = working_days_after(day, 1)
        for number in returned:
            self.mistakes.pop(number, None)
        return returned, day

    def _approve(self, number: int, by: Actor, revision: int) -> None:
        try:
            workflow.approve(number, by=by, revision=revision)
        except Refused as refusal:
            self.refusals.note("decision", refusal)

    def _give_back(self, number: int, by: Actor, revision: int) -> None:
        marks = [self.mistakes[number]]
        workflow.return_for_correction(number, by=by, revision=revision, note=NOTE, marks=marks)

    def pay(self, day: date) -> None:
        """Finance takes everything that waits as one batch, and confirms every batch that is open."""
        with at(day, 15):
            by, state = self.offices.finance(), PaymentInstruction.state
            if db.session.scalar(select(PaymentInstruction.id).where(state == InstructionState.WAITING).limit(1)):
                payments.take_batch(by=by)
            taken = select(PaymentInstruction.batch_id).where(state == InstructionState.TAKEN).distinct()
            for batch_id in db.session.scalars(taken.order_by(PaymentInstruction.batch_id)).all():
                if batch_id is not None:
                    payments.confirm_batch(batch_id, by=by)
            db.session.remove()


def left_lying(unit_ids: Collection[int], state: ApplicationState) -> list[int]:
    """What was under way before the year began; it is ended first, so that nobody waits for it all year."""
    under_way = select(Application.id).where(Application.state == state, Application.unit_id.in_(list(unit_ids)))
    return list(db.session.scalars(under_way.order_by(Application.id)))


def _standing(numbers: Sequence[int], permission: str) -> list[tuple[int, int, int]]:
    """Which of these wait at this step: application, unit, revision; ten thousand a statement."""
    found: list[tuple[int, int, int]] = []
    for start in range(0, len(numbers), 10_000):
        rows = db.session.execute(
            select(Application.id, Application.unit_id, Application.revision)
            .where(
                Application.id.in_(numbers[start : start + 10_000]), Application.step_permission == permission,
                Application.state == ApplicationState.IN_REVIEW,
            )
            .order_by(Application.id)
        )  # fmt: skip
        found += [(number, unit_id, revision) for number, unit_id, revision in rows]
    return found
