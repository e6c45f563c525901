"""The judgement of a case by who stands above the unit: sent back, accepted with a reason, closed."""

from __future__ import annotations

from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.cases.answering import hold, opened_for, require_state, required_text, written
from app.cases.rules import why_not_to_judge
from app.errors import Invalid, NotAllowed
from app.messages import Message
from app.uow import atomic
from app.workflow.calendar import add_working_days
from app.workflow.records import corrections
from models import Case, CasePerson, db
from models.cases import CaseOutcome, CaseState


@atomic
def send_back(case_id: int, *, by: Actor, revision: int, text: str) -> Case:
    """Ask the unit again, with what is missing in its answer; its days begin anew."""
    case = _judged(case_id, by)
    said = required_text(text)
    require_state(case, CaseState.ANSWERED)
    due_on = add_working_days(clock.today(), case.days, corrections())
    hold(case, by, revision, state=CaseState.OPEN, answer=None, answered_at=None, answered_by_id=None, due_on=due_on)
    return written(case, "sent_back", by, note=said, data={"due_on": due_on.isoformat()})


@atomic
def accept(case_id: int, *, by: Actor, revision: int, text: str) -> Case:
    """Leave things as they are although the finding is right, with the reason: the finding counts as confirmed."""
    case = _judged(case_id, by)
    said = required_text(text)
    require_state(case, CaseState.OPEN, CaseState.ANSWERED)
    _close(case, by, revision, CaseOutcome.ACCEPTED)
    return written(case, "accepted", by, note=said)


@atomic
def close(case_id: int, *, by: Actor, revision: int, outcome: str, text: str) -> Case:
    """Close a case: it was right and is put right, or nothing was wrong. What counts for the precision of the rule.

    Put right is said first by the unit, so that closes an answered case only.
    """
    case = _judged(case_id, by)
    said = required_text(text)
    if outcome not in (CaseOutcome.CORRECTED, CaseOutcome.UNFOUNDED):
        raise Invalid(fields={"outcome": Message("Say whether it was put right or nothing was wrong.")})
    allowed = (CaseState.ANSWERED,) if outcome == CaseOutcome.CORRECTED else (CaseState.OPEN, CaseState.ANSWERED)
    require_state(case, *allowed)
    _close(case, by, revision, CaseOutcome(outcome))
    return written(case, "closed", by, note=said)


def _judged(case_id: int, by: Actor) -> Case:
    """The case, for somebody who may judge it and has no part in it."""
    case = opened_for(case_id, by, "case:judge")
    people = () if by.staff_id is None else db.session.scalars(
        select(CasePerson.staff_id).where(CasePerson.case_id == case.id, CasePerson.staff_id == by.staff_id)
    ).all()  # fmt: skip
    refused = why_not_to_judge(
        account_id=by.account_id, staff_id=by.staff_id, answered_by=case.answered_by_id, accounts=case.accounts,
        people=people,
    )  # fmt: skip
    if refused is not None:
        raise NotAllowed(refused, remedy=Message("Ask a colleague who may judge it."))
    return case


def _close(case: Case, by: Actor, revision: int, outcome: CaseOutcome) -> None:
    hold(case, by, revision, state=CaseState.CLOSED, outcome=outcome, closed_at=clock.now(), closed_by_id=by.account_id)
