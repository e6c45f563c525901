"""Verbs of totals: work one out, propose it, approve or refuse it as a second person; a change goes the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.access import scope
from app.access.actor import Actor
from app.access.policy import may, require
from app.audit import service as audit
from app.budgets import ledger
from app.budgets.computing import Basis, December, decembers, work_out
from app.budgets.policies import policies_on
from app.budgets.rules import ITEMS, Policy
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from app.messages import Message
from app.uow import atomic, transaction
from models import BudgetProposal, BudgetTotal, Unit, db
from models.budgets import BudgetItem, ProposalState

YEARS = range(2006, 2100)
USUAL_ITEMS = (BudgetItem.BASIC, BudgetItem.INCENTIVE)


@dataclass(frozen=True)
class Wanted:
    """A total as it is typed: the amount (None: what was worked out), the adjustment, the share, the document."""

    document: str
    reason: str
    amount_fen: int | None = None
    adjustment_fen: int = 0
    adjustment_reason: str = ""
    basic_percent: int | None = None
    items: Sequence[str] = USUAL_ITEMS


@dataclass(frozen=True)
class Preview:
    """What a proposal would say, before anybody has sent it."""

    december: December
    policy: Policy
    basis: Basis
    problems: Mapping[str, Message] = field(default_factory=dict)


def preview(unit: Unit, year: int, wanted: Wanted, *, by: Actor) -> Preview:
    """Work out the total of a unit and year. Nothing is stored. Raises Invalid for a unit that has none."""
    require(by, "budget:propose", unit)
    december = decembers(year, [unit.id])[unit.id]
    unit_class = december.unit_class
    if unit_class is None:
        raise Invalid(
            Message("%(unit)s has no performance pay: it is an organ or run under the civil service law.",
                    unit=unit.name),
            remedy=Message("Choose a fully funded, partly funded or self-funded institution."),
        )  # fmt: skip
    policy = policies_on(_policy_day(year))[unit_class]
    basis = work_out(
        december, policy, year, adjustment_fen=wanted.adjustment_fen, adjustment_reason=wanted.adjustment_reason
    )
    return Preview(december, policy, basis, _problems(wanted, policy, year))


def propose(unit_id: int, year: int, wanted: Wanted, *, by: Actor) -> BudgetProposal:
    """Ask for the first total of a year, or for another one. Raises Invalid, and Conflict where one waits already."""
    try:
        with transaction():
            return _propose(unit_id, year, wanted, by)
    except IntegrityError:  # somebody else proposed at the same moment
        raise _waits_already() from None


def _propose(unit_id: int, year: int, wanted: Wanted, by: Actor) -> BudgetProposal:
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound
    ready = preview(unit, year, wanted, by=by)
    if ready.problems:
        raise Invalid(fields=ready.problems)
    total = _total(unit.id, year, ready)
    waiting = select(BudgetProposal.id).where(
        BudgetProposal.total_id == total.id, BudgetProposal.state == ProposalState.PROPOSED
    )
    if db.session.scalar(waiting) is not None:
        raise _waits_already()
    amount = ready.basis.total_fen if wanted.amount_fen is None else wanted.amount_fen
    used = total.paid_fen + total.committed_fen
    if amount < used:
        raise ledger.below_what_is_used(amount, used)
    row = BudgetProposal(
        total_id=total.id, unit_id=unit.id, before_fen=total.total_fen if total.approved_on else None,
        amount_fen=amount, basic_percent=_percent(wanted, ready.policy), items=list(wanted.items),
        basis=ready.basis.to_json(), document=wanted.document.strip(), reason=wanted.reason.strip(),
        state=ProposalState.PROPOSED, proposed_by_id=by.account_id, proposed_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    audit.record(
        "budget:propose", by=by, kind="budget_proposal", record_id=row.id, unit_id=unit.id,
        before={"total_fen": row.before_fen}, after=_told(row, year), note=row.reason,
    )  # fmt: skip
    return row


def propose_all(year: int, document: str, *, by: Actor) -> int:
    """Propose what was worked out for every unit in reach that has no total of the year yet; returns how many.

    A handful of statements however many units; each is still approved by a second person.
    """
    require(by, "budget:propose")
    with transaction():
        known = select(BudgetTotal.unit_id).where(BudgetTotal.year == year)
        reached = select(Unit.id).where(scope.condition(by, "budget:propose", Unit), Unit.active, Unit.id.not_in(known))
        found = decembers(year, db.session.scalars(reached).all())
        policies, now = policies_on(_policy_day(year)), clock.now()
        ready = {
            one.unit_id: (one.unit_class, work_out(one, policies[one.unit_class], year))
            for one in found.values()
            if one.unit_class is not None and one.people
        }
        if not ready:
            return 0
        if not 2 <= len(document.strip()) <= 200:
            raise Invalid(fields={"document": _DOCUMENT})
        made = db.session.execute(
            insert(BudgetTotal).returning(BudgetTotal.id, BudgetTotal.unit_id),
            [{"unit_id": unit_id, "year": year, "unit_class": unit_class, "items": [], "revision": 1}
             for unit_id, (unit_class, _) in ready.items()],
        ).all()  # fmt: skip
        db.session.execute(
            insert(BudgetProposal),
            [{"total_id": total_id, "unit_id": unit_id, "amount_fen": ready[unit_id][1].total_fen,
              "basic_percent": int(policies[ready[unit_id][0]]["basic_most"]), "items": list(USUAL_ITEMS),
              "basis": ready[unit_id][1].to_json(), "document": document.strip(), "reason": "",
              "state": ProposalState.PROPOSED, "proposed_by_id": by.account_id, "proposed_at": now, "revision": 1}
             for total_id, unit_id in made],
        )  # fmt: skip
        audit.record(
            "budget:propose_all", by=by, kind="budget_year", record_id=year, after={"units": len(made)}, note=document
        )
    return len(made)


@atomic
def approve(proposal_id: int, *, by: Actor, revision: int, note: str = "") -> BudgetProposal:
    """Put a total in force, as a second person. Raises Conflict where meanwhile more is paid than it allows."""
    row = _waiting(proposal_id, by)
    _decide(row, ProposalState.APPROVED, by, revision, note)
    total = row.total
    ledger.set_total(
        row.total_id, row.amount_fen, row.before_fen or 0, proposal_id=row.id, by=by, items=row.items,
        basic_percent=row.basic_percent, document=row.document,
    )  # fmt: skip
    audit.record(
        "budget:approve", by=by, kind="budget_proposal", record_id=row.id, unit_id=row.unit_id,
        before={"total_fen": row.before_fen}, after=_told(row, total.year), note=note,
    )  # fmt: skip
    return row


@atomic
def refuse(proposal_id: int, *, by: Actor, revision: int, reason: str) -> BudgetProposal:
    """Refuse a proposal with the reason; it stays on record."""
    if not 4 <= len(reason.strip()) <= 500:
        raise Invalid(fields={"reason": Message("Write the reason in 4 to 500 characters.")})
    row = _waiting(proposal_id, by)
    _decide(row, ProposalState.REFUSED, by, revision, reason.strip())
    audit.record(
        "budget:refuse", by=by, kind="budget_proposal", record_id=row.id, unit_id=row.unit_id, note=reason.strip()
    )
    return row


_DOCUMENT = Message("Write the number of the document, 2 to 200 characters.")


def _problems(wanted: Wanted, policy: Policy, year: int) -> dict[str, Message]:
    wrong: dict[str, Message] = {}
    if year not in YEARS:
        wrong["year"] = Message("There was no performance pay before 2006.")
    if not 2 <= len(wanted.document.strip()) <= 200:
        wrong["document"] = _DOCUMENT
    if not 4 <= len(wanted.reason.strip()) <= 500:
        wrong["reason"] = Message("Write the reason in 4 to 500 characters.")
    if wanted.amount_fen is not None and wanted.amount_fen < 0:
        wrong["amount"] = Message("A total cannot be negative.")
    if wanted.adjustment_fen and not 4 <= len(wanted.adjustment_reason.strip()) <= 500:
        wrong["adjustment_reason"] = Message("Say in 4 to 500 characters why the total is adjusted.")
    least, most = policy["basic_least"], policy["basic_most"]
    if not least <= _percent(wanted, policy) <= most:
        wrong["basic_percent"] = Message(
            "The basic part of this class of units lies between %(least)s and %(most)s percent (P-3).",
            least=f"{least:f}", most=f"{most:f}",
        )  # fmt: skip
    if not wanted.items or set(wanted.items) - ITEMS.keys():
        wrong["items"] = Message("Choose what may be paid.")
    return wrong


def _percent(wanted: Wanted, policy: Policy) -> int:
    return int(policy["basic_most"]) if wanted.basic_percent is None else wanted.basic_percent


def _policy_day(year: int) -> date:
    """A total of a year follows what holds in its January (P-2); one of a year to come, what holds today."""
    return date(year, 1, 31) if year in YEARS else clock.today()


def _total(unit_id: int, year: int, ready: Preview) -> BudgetTotal:
    """The row of the unit's year; made with the first proposal, and worth nothing until one is approved."""
    asked = select(BudgetTotal).where(BudgetTotal.unit_id == unit_id, BudgetTotal.year == year)
    total = db.session.scalars(asked.execution_options(populate_existing=True)).one_or_none()
    if total is None:
        total = BudgetTotal(unit_id=unit_id, year=year, unit_class=ready.policy.unit_class, items=[], total_fen=0,
                            committed_fen=0, paid_fen=0, outside_fen=0)  # fmt: skip
        db.session.add(total)
        db.session.flush()
    return total


def _waiting(proposal_id: int, by: Actor) -> BudgetProposal:
    row = db.session.get(BudgetProposal, proposal_id)
    if row is None or (may(by, "budget:approve", row).hidden):
        raise NotFound
    require(by, "budget:approve", row)
    if row.proposed_by_id == by.account_id and by.account_id is not None:
        raise NotAllowed(
            Message("You proposed this total yourself, so somebody else must decide on it."),
            remedy=Message("Ask a second person who may approve totals."),
        )
    return row


def _decide(row: BudgetProposal, state: ProposalState, by: Actor, revision: int, note: str) -> None:
    done = db.session.execute(
        update(BudgetProposal)
        .where(
            BudgetProposal.id == row.id, BudgetProposal.state == ProposalState.PROPOSED,
            BudgetProposal.revision == revision,
        )
        .values(state=state, decided_by_id=by.account_id, decided_at=clock.now(), note=note.strip()[:500],
                revision=BudgetProposal.revision + 1)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.session.refresh(row)
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(
            Message("%(name)s has already decided on this total.", name=row.decided_by.display_name)
            if row.decided_by
            else Message("This proposal was changed since you opened it."),
            remedy=Message("Open it again to see it as it is now."),
        )


def _waits_already() -> Conflict:
    return Conflict(
        Message("A proposal for this unit and year waits for a decision already."),
        remedy=Message("Have it decided first."),
    )


def _told(row: BudgetProposal, year: int) -> dict[str, Any]:
    return {"year": year, "total_fen": row.amount_fen, "basic_percent": row.basic_percent, "items": row.items,
            "document": row.document}  # fmt: skip


__all__ = [
    "USUAL_ITEMS", "Preview", "Wanted", "approve", "preview", "propose", "propose_all", "refuse",
]  # fmt: skip
