"""What is done with an open case: given to somebody, explained, put right."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.access.queries import holds_today
from app.access.roles import ROLES
from app.audit import service as audit
from app.audit.queries import stale_page
from app.cases.rules import LONGEST, SHORTEST, STATES, text_of
from app.cases.telling import tell_written
from app.errors import Conflict, Invalid, NotFound
from app.messages import Message
from app.uow import atomic
from models import Account, Case, CaseEvent, RoleGrant, UnitReach, db
from models.accounts import AccountState, Reach
from models.cases import CaseAnswer, CaseState


@atomic
def assign(case_id: int, to_id: int, *, by: Actor, revision: int, note: str = "") -> Case:
    """Name who answers a case. Raises Invalid for somebody who may not answer for that unit."""
    case = opened_for(case_id, by, "case:assign")
    require_state(case, CaseState.OPEN, CaseState.ANSWERED)
    account = next((one for one in answerers(case) if one.id == to_id), None)
    if account is None:
        raise Invalid(fields={"to_id": Message("Choose somebody who may answer for this unit.")})
    hold(case, by, revision, assigned_to_id=account.id)
    return written(case, "assigned", by, note=note[:LONGEST], data={"to": account.display_name})


def explain(case_id: int, *, by: Actor, revision: int, text: str) -> Case:
    """Say why what was found is as it should be."""
    return _answer(case_id, CaseAnswer.EXPLAINED, "explained", by, revision, text)


def correct(case_id: int, *, by: Actor, revision: int, text: str) -> Case:
    """Say how what was found has been put right, and by which document."""
    return _answer(case_id, CaseAnswer.CORRECTED, "corrected", by, revision, text)


@atomic
def _answer(case_id: int, answer: CaseAnswer, kind: str, by: Actor, revision: int, text: str) -> Case:
    case = opened_for(case_id, by, "case:answer")
    said = required_text(text)
    require_state(case, CaseState.OPEN)
    hold(
        case, by, revision, state=CaseState.ANSWERED, answer=answer, answered_at=clock.now(),
        answered_by_id=by.account_id,
    )  # fmt: skip
    return written(case, kind, by, note=said)


def answerers(case: Case) -> list[Account]:
    """Who may answer a case: holders of a role that answers, whose grant reaches the unit today."""
    roles = [code for code, role in ROLES.items() if "case:answer" in role.permissions]
    above = select(UnitReach.upper_id).where(UnitReach.unit_id == case.unit_id)
    here = (RoleGrant.reach == Reach.UNIT) & (RoleGrant.unit_id == case.unit_id)
    below = (RoleGrant.reach == Reach.SUBTREE) & RoleGrant.unit_id.in_(above)
    holding = select(RoleGrant.account_id).where(RoleGrant.role.in_(roles), here | below, holds_today())
    chosen = select(Account).where(Account.id.in_(holding), Account.state == AccountState.ACTIVE)
    return list(db.session.scalars(chosen.order_by(Account.display_name, Account.id).limit(200)))


def opened_for(case_id: int, by: Actor, permission: str) -> Case:
    """The case as it is now, locked, for who may do this with it. Raises NotFound out of reach, NotAllowed."""
    require(by, permission)
    case = db.session.get(Case, case_id, populate_existing=True, with_for_update=True)
    if case is None:
        raise NotFound
    require(by, permission, case)
    return case


def hold(case: Case, by: Actor, revision: int, **values: Any) -> None:
    """The guarded update of a deed: revision and state, exactly one row."""
    done = db.session.execute(
        update(Case)
        .where(Case.id == case.id, Case.revision == revision, Case.state == case.state)
        .values(revision=revision + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise stale_page("case", case.id)
    db.session.refresh(case)


def written(case: Case, kind: str, by: Actor, *, note: str = "", data: dict[str, Any] | None = None) -> Case:
    """Write a deed into the history and the audit."""
    db.session.add(
        CaseEvent(
            case_id=case.id, kind=kind, at=clock.now(), by_id=by.account_id, by_name=by.name, note=note,
            data=data or {},
        )
    )  # fmt: skip
    audit.record(
        f"case:{kind}", by=by, kind="case", record_id=case.id, unit_id=case.unit_id, note=note[:500],
        after={"state": case.state, "answer": case.answer, "outcome": case.outcome, **(data or {})},
    )  # fmt: skip
    db.session.flush()
    tell_written(case, kind, by=by)
    return case


def required_text(given: str, field: str = "text") -> str:
    """What was typed. Raises Invalid where it says nothing."""
    said = text_of(given)
    if said is None:
        raise Invalid(fields={field: Message("Write %(least)s to %(most)s characters.", least=SHORTEST, most=LONGEST)})
    return said


def require_state(case: Case, *states: CaseState) -> None:
    """Raises Conflict where the case is at another point."""
    if case.state not in states:
        raise Conflict(
            Message("Case %(number)s is at “%(state)s”.", number=case.number, state=STATES[case.state]),
            remedy=Message("Reload the page to see it as it is now."),
        )
