"""Many applications moved at once: entered into review together, and decided together at one step.

Each is judged as if decided by itself: who may, whether the page was stale, whose claim holds, who was drawn. What one
is refused for holds up no other, and the statements do not grow with their number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import insert, or_, select, update

from app import clock
from app.access import scope
from app.access.actor import Actor
from app.access.roles import DECIDING
from app.forms.facts import facts_of
from app.items.editions import Step, Version
from app.items.queries import of_ids
from app.messages import Message, Named
from app.pay.many import Asked, Planned, lock_people, plan_many, write_many
from app.payments.service import instruct_many
from app.workflow import records, rules
from app.workflow.calendar import Corrections, working_hours_before
from app.workflow.drawing import draw_for_many, drawn_for_nobody_but
from app.workflow.limits import due_day
from app.workflow.rules import Mark
from app.workflow.states import MOVES, state_name
from models import (
    Account,
    Answer,
    Application,
    ApplicationEmployee,
    ApplicationEvent,
    Decision,
    Opinion,
    ReturnMark,
    Staff,
    Unit,
    db,
)
from models.applications import ApplicationState as State
from models.applications import Outcome


@dataclass(frozen=True)
class Told:
    """What became of one application: decided, or the sentence why not."""

    application_id: int
    staff_id: int
    number: str
    problem: Message | None = None


@dataclass(frozen=True)
class _Case:
    """An application as it is locked and read for a decision."""

    application: Application
    employee: ApplicationEmployee
    staff: Staff
    unit: Unit
    version: Version
    answers: Mapping[str, Any]


def at_first_step(version: Version, facts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any] | None]:
    """For new applications with these facts: the columns of one that enters review; None where no step decides."""
    corrections = records.corrections()
    columns: list[dict[str, Any] | None] = []
    for known in facts:
        step = rules.next_step(version.steps, known)
        columns.append(None if step is None else {"state": MOVES["submitted"].target, **_columns_at(step, corrections)})
    return columns


def draw_at_first_step(version: Version, entered: Mapping[int, Mapping[str, Any]], *, by: Actor) -> None:
    """Draw the reviewers of applications that were just written with these columns, where their step draws by lot."""
    by_step: dict[int, list[int]] = {}
    for number, columns in entered.items():
        by_step.setdefault(columns["step_position"], []).append(number)
    for position, numbers in by_step.items():
        step = version.step(position)
        if step is not None:
            draw_for_many(numbers, step, by=by)


def decided_together(version: Version) -> bool:
    """Whether each step is one person's, chosen by nobody's lot; else every application is decided by itself."""
    return all(step.deciders == "one" and not step.by_draw for step in version.steps)


def decide_many(
    seen: Mapping[int, int], *, position: int, outcome: Outcome, by: Actor, note: str = "", marks: Sequence[Mark] = ()
) -> list[Told]:  # fmt: skip
    """Decide on applications at one step, by number with the revision that was seen. In the caller's transaction.

    Decisions through a delegation are taken one by one, since each names whom it stands for.
    """
    by = by.on_own_account
    note = rules.checked_note(note, required=outcome != Outcome.APPROVED)
    corrections = records.corrections()
    cases, told = _opened(seen, position, by, corrections)
    if outcome == Outcome.APPROVED:
        refused = _approve(cases, position, note, corrections, by=by)
    else:
        refused = {}
        _give_back(cases, position, outcome, note, marks, by=by)
    told += [
        Told(one.application.id, one.staff.id, one.application.number, refused.get(one.application.id)) for one in cases
    ]
    for one in cases:
        db.session.expire(one.application)
    return told


def _opened(
    seen: Mapping[int, int], position: int, by: Actor, corrections: Corrections
) -> tuple[list[_Case], list[Told]]:
    """Locked in one order, judged one by one: those that may be decided, and why the others may not."""
    reached = [
        scope.condition(by, name, Application) & (Application.step_permission == name)
        for name in sorted(DECIDING)
        if by.holds(name)
    ]
    mine = or_(Decision.decided_by_id == by.account_id, Decision.for_id == by.account_id)
    waits = select(Opinion.id).where(
        Opinion.application_id == Application.id, Opinion.holds, Opinion.answered_at.is_(None),
        Opinion.withdrawn_at.is_(None),
    )  # fmt: skip
    rows = db.session.execute(
        select(
            Application, ApplicationEmployee, Staff, Unit, Account.display_name,
            (or_(*reached) if reached else Application.id.is_(None)).label("reached"),
            select(Decision.id)
            .where(
                Decision.application_id == Application.id, mine,
                or_(
                    Decision.step_position != Application.step_position,
                    Decision.round == Application.round,
                ),
            )
            .exists().label("decided"),
            waits.exists().label("waits"), drawn_for_nobody_but([by.account_id]).label("undrawn"),
        )
        .join(ApplicationEmployee, ApplicationEmployee.application_id == Application.id)
        .join(Staff, Staff.id == ApplicationEmployee.staff_id)
        .join(Unit, Unit.id == Application.unit_id)
        .outerjoin(Account, Account.id == Application.claimed_by_id)
        .where(Application.id.in_(list(seen)))
        .order_by(Application.id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip
    answers = _answers(list(seen))
    versions = of_ids({row.Application.item_version_id for row in rows})
    cutoff = working_hours_before(clock.now(), rules.CLAIM_HOURS, corrections)
    cases, told = [], []
    for row in rows:
        one: Application = row.Application
        problem = _objection(row, seen[one.id], position, by, cutoff)
        if problem is not None:
            told.append(Told(one.id, row.Staff.id, one.number, problem))
        else:
            cases.append(
                _Case(one, row.ApplicationEmployee, row.Staff, row.Unit, versions[one.item_version_id],
                      answers.get(one.id, {}))
            )  # fmt: skip
    return cases, told


def _answers(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for row in db.session.execute(
        select(Answer.application_id, Answer.key, Answer.value).where(Answer.application_id.in_(ids))
    ):
        found.setdefault(row.application_id, {})[row.key] = row.value
    return found


def _objection(row: Any, revision: int, position: int, by: Actor, cutoff: Any) -> Message | None:
    one: Application = row.Application
    if one.state != State.IN_REVIEW or one.step_position != position or one.revision != revision:
        return Message("Somebody has worked on it since you opened the page. It is now: %(state)s.",
                       state=state_name(one.state))  # fmt: skip
    if not row.reached:
        return Message("It lies outside your reach.")
    if by.account_id in (one.created_by_id, one.submitted_by_id):
        return Message("You filed it yourself, so somebody else must decide on it.")
    if by.staff_id is not None and row.Staff.id == by.staff_id:
        return Message("It is about your own wage, so somebody else must decide on it.")
    if row.decided:
        return Message("You have already decided an earlier step of it; each step needs another person.")
    if one.claimed_by_id not in (None, by.account_id) and one.claimed_at is not None and one.claimed_at > cutoff:
        return Message("%(name)s has it on the desk. It is free again when it is put back.", name=row.display_name)
    if not row.undrawn:
        return Message("Another person was drawn by lot to review it.")
    if row.waits:
        return Message("It waits for an opinion that was asked for. Decide on it when the answer is there.")
    return None


def _approve(
    cases: Sequence[_Case], position: int, note: str, corrections: Corrections, *, by: Actor
) -> dict[int, Message]:
    """On to the step that follows, or to the effect where none does. Why an effect cannot be written, by number."""
    ways: dict[int | None, tuple[Step | None, list[_Case]]] = {}
    for one in cases:
        following = rules.next_step(one.version.steps, _skip_facts(one, position), after=position)
        key = following.position if following is not None else None
        ways.setdefault(key, (following, []))[1].append(one)
    refused: dict[int, Message] = {}
    for following, together in ways.values():
        if following is not None:
            columns = {**_columns_at(following, corrections), "claimed_by_id": None, "claimed_at": None}
            _move("passed", together, columns, position, Outcome.APPROVED, note, by=by)
            draw_for_many([one.application.id for one in together], following, by=by)
        else:
            refused |= _take_effect(together, position, note, by=by)
    return refused


def _take_effect(cases: Sequence[_Case], position: int, note: str, *, by: Actor) -> dict[int, Message]:
    held = lock_people({one.staff.id for one in cases})
    asked = [
        Asked(one.staff.id, one.version, one.answers, one.application.id, one.application.number, one.employee)
        for one in cases
    ]
    refused: dict[int, Message] = {}
    planned: list[Planned] = []
    fine: list[_Case] = []
    for one, made in zip(cases, plan_many(asked, held=held), strict=True):
        if isinstance(made, Planned):
            planned.append(made)
            fine.append(one)
        else:
            refused[one.application.id] = Message(
                "The wage of %(name)s cannot be written: %(why)s", name=one.staff.name, why=made.why
            )
    if fine:
        _move("approved", fine, {**_NOWHERE, "decided_at": clock.now()}, position, Outcome.APPROVED, note, by=by)
        instruct_many(write_many(planned, by=by))
    return refused


def _give_back(
    cases: Sequence[_Case], position: int, outcome: Outcome, note: str, marks: Sequence[Mark], *, by: Actor
) -> None:
    """Returned with marks, or rejected, all for the same reason."""
    if not cases:
        return
    if outcome == Outcome.REJECTED:
        _move("rejected", cases, {**_NOWHERE, "decided_at": clock.now()}, position, outcome, note, by=by)
        return
    version = cases[0].version
    checked = rules.checked_marks(
        marks,
        answers={field.key for field in version.fields},
        materials={material.code for material in version.materials},
    )
    decisions = _move("returned", cases, _NOBODY, position, outcome, note, by=by)
    db.session.execute(
        insert(ReturnMark), [{"decision_id": number, **asdict(mark)} for number in decisions for mark in checked]
    )


_EVENTS = ApplicationEvent.metadata.tables[ApplicationEvent.__tablename__]
_NOBODY: dict[str, Any] = {"step_permission": None, "claimed_by_id": None, "claimed_at": None, "due_on": None}
_NOWHERE: dict[str, Any] = {**_NOBODY, "step_position": None}


def _columns_at(step: Step, corrections: Any) -> dict[str, Any]:
    return {
        "step_position": step.position, "step_permission": step.permission, "step_entered_at": clock.now(),
        "due_on": due_day(clock.today(), step.limit_days, corrections=corrections),
    }  # fmt: skip


def _skip_facts(one: _Case, position: int) -> dict[str, Any]:
    asked = rules.facts_asked(one.version.steps, after=position)
    if not asked:
        return {}
    filed = one.application.submitted_at
    return facts_of(
        staff=one.staff, unit=one.unit, answers=one.answers, people=1,
        filed_on=clock.local(filed).date() if filed else None,
    )  # fmt: skip


def _move(
    verb: str, cases: Sequence[_Case], columns: Mapping[str, Any], position: int, outcome: Outcome, note: str, *,
    by: Actor,
) -> list[int]:  # fmt: skip
    """The state, the decision and the event of each, in three statements; the numbers of the decisions."""
    now, target = clock.now(), MOVES[verb].target
    ids = [one.application.id for one in cases]
    values = {**columns, "state": target, "changed_at": now}
    done = db.session.execute(
        update(Application)
        .where(Application.id.in_(ids), Application.state.in_(MOVES[verb].sources))
        .values(**values, revision=Application.revision + 1)
        .execution_options(synchronize_session=False)
    )
    assert done.rowcount == len(ids), "the rows were locked in this state"  # type: ignore[attr-defined]
    decisions = db.session.scalars(
        insert(Decision).returning(Decision.id),
        [
            {"application_id": one.application.id, "round": one.application.round, "step_position": position,
             "step_key": _key_of(one, position), "outcome": outcome, "note": note, "decided_by_id": by.account_id,
             "decided_at": now}
            for one in cases
        ],
    ).all()  # fmt: skip
    there = columns.get("step_position", position)
    db.session.execute(
        insert(_EVENTS),
        [
            {"application_id": one.application.id, "kind": verb, "at": now, "by_id": by.account_id, "state": target,
             "step_position": there, "round": one.application.round, "note": note}
            for one in cases
        ],
    )  # fmt: skip
    return [int(number) for number in decisions]


def _key_of(one: _Case, position: int) -> str:
    step = one.version.step(position)
    return step.key if step is not None else ""


def step_name(version: Version, position: int) -> Named:
    """What a step is called."""
    step = version.step(position)
    return Named(step.name_zh, step.name_en) if step is not None else Named("", "")


__all__ = ["Told", "at_first_step", "decide_many", "decided_together", "draw_at_first_step", "step_name"]
