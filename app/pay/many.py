"""Many approved changes at once: planned from what was read together, and written in statements that do not grow.

What is written is what `write_effect` writes for each by itself: events, links, roster, results and figures.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update

from app import clock
from app.access.actor import Actor
from app.audit import service as audit
from app.errors import Refused
from app.items.editions import Version
from app.messages import Message
from app.pay import queries
from app.pay.career import Career
from app.pay.effects import EFFECTS, facts_from_answers
from app.pay.kept_results import result_row
from app.pay.months import Month, month_of
from app.pay.planning import Known, Plan, change_json, plan
from app.pay.queries import Held
from app.pay.recording import Change, rewrite, rewrite_many
from app.pay.replay import replay
from app.pay.rounding import fen
from app.pay.service import figures_of, roster_changes, roster_of_state, why_refused
from app.standards.queries import current
from models import ApplicationEmployee, CareerEvent, Result, Staff, WageRecord, db


@dataclass(frozen=True)
class Asked:
    """A change that is asked for: of whom, under which item version, with which answers.

    `application_id`, `number` and `employee` (the row with the figures as filed) are known once it is filed.
    """

    staff_id: int
    version: Version
    answers: Mapping[str, Any]
    application_id: int = 0
    number: str = ""
    employee: Any = None


@dataclass(frozen=True)
class Refusal:
    """Why a change cannot be worked out, and what to do."""

    why: Message
    remedy: Message | None = None


@dataclass(frozen=True)
class Planned:
    """A change that was worked out, with what was read of the employee."""

    asked: Asked
    made: Plan
    held: Held


@dataclass(frozen=True)
class Paid:
    """What finance is to pay for one application. Amounts in fen, as in `Written`."""

    application_id: int
    staff_id: int
    unit_id: int
    wage_record_id: int
    effective_month: Month
    before_fen: int
    after_fen: int
    back_pay_fen: int


def plan_many(asked: Sequence[Asked], *, held: Mapping[int, Held]) -> list[Planned | Refusal]:
    """Work out each change as if it were approved today, in the order given.

    `held` is what is on record of each employee, so that one statement, for the tables, is enough. Each employee is
    asked for once; who is refused holds up nobody else.
    """
    tables, today = current(), clock.today()
    found: list[Planned | Refusal] = []
    for one in asked:
        person = held[one.staff_id]
        given = facts_from_answers(one.version.effect_map, one.answers)
        try:
            made = plan(
                person.staff, EFFECTS[one.version.effect or ""], given, day=today,
                known=Known(person.events, person.chain, tables),
            )  # fmt: skip
        except Refused as refused:
            found.append(Refusal(*why_refused(refused)))
        else:
            found.append(Planned(one, made, person))
    return found


def lock_people(staff_ids: Collection[int]) -> dict[int, Held]:
    """Hold these employees until the work ends, always in one order: whoever changes them too waits. What is on record
    of each, by number."""
    people = db.session.scalars(
        select(Staff)
        .where(Staff.id.in_(list(staff_ids)))
        .order_by(Staff.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return {held.staff.id: held for held in queries.held_of(people)}


def write_many(planned: Sequence[Planned], *, by: Actor) -> list[Paid]:
    """Write approved changes: what `write_effect` does for one. Returns what finance is to pay.

    Each employee once; `lock_people` must hold them. Called by the approval, in its transaction.
    """
    units = {one.held.staff.id: one.held.staff.unit_id for one in planned}
    numbers = _keep_events(planned)
    careers = {place: _career(one, numbers[place]) for place, one in enumerate(planned) if _has_career(one)}
    records = _rewrite([(planned[place], career, numbers[place]) for place, career in careers.items()])
    paid: list[Paid] = []
    results, rosters = [], []
    for place, one in enumerate(planned):
        staff, made = one.held.staff, one.made
        roster: dict[str, Any] = {}
        owed = None
        if place in careers:
            roster = roster_of_state(staff, careers[place].state_in(_horizon(one)), made)
            owed = _owed(one, careers[place], records.get(staff.id), units[staff.id])
        changed, before = roster_changes(staff, roster | made.roster)
        if changed:
            rosters.append((staff, changed))
        if owed is not None:
            paid.append(owed)
        results.append(
            result_row(
                one.asked.application_id, made.effect, made.facts, made.figures, staff_id=staff.id,
                unit_id=units[staff.id], roster_before=before,
            )
        )  # fmt: skip
        _audit(one, owed, roster | made.roster, before, units[staff.id], by=by)
    db.session.execute(insert(_table(Result)), results)
    _update_rosters(rosters)
    _keep_figures(planned)
    return paid


def _table(model: type[Any]) -> Table:
    """The table itself: the mapper would leave out what is empty and so split the rows into many statements."""
    table: Table = model.__table__
    return table


def _has_career(one: Planned) -> bool:
    return one.made.shown is not None or bool(one.made.events)


def _keep_events(planned: Sequence[Planned]) -> list[list[int]]:
    """The rows of the new events, in one statement; their numbers for each change."""
    rows = [
        {"staff_id": one.held.staff.id, "application_id": one.asked.application_id, "created_at": clock.now(),
         **queries.kept_event(event)}
        for one in planned
        for event in one.made.events
    ]  # fmt: skip
    if not rows:
        return [[] for _ in planned]
    written: dict[tuple[Any, ...], list[int]] = {}
    place = (CareerEvent.staff_id, CareerEvent.kind, CareerEvent.year, CareerEvent.day)
    for number, *found in db.session.execute(insert(_table(CareerEvent)).returning(CareerEvent.id, *place), rows):
        written.setdefault(tuple(found), []).append(int(number))
    heaps = {found: iter(sorted(numbers)) for found, numbers in written.items()}
    kept = iter(rows)
    return [
        [next(heaps[tuple(row[column.key] for column in place)]) for row in islice(kept, len(one.made.events))]
        for one in planned
    ]


def _horizon(one: Planned) -> Month:
    shown = one.made.shown
    month = _month(one)
    return max(
        [month, one.made.horizon if one.made.events else month, *(link.effective_month for link in one.held.chain)]
        + ([shown.effective_month] if shown else [])
    )


def _month(one: Planned) -> Month:
    """The month whose wage finance pays from now on."""
    shown = one.made.shown
    return max([month_of(clock.today()), *([shown.effective_month] if shown else [])])


def _career(one: Planned, numbers: Sequence[int]) -> Career:
    events = [
        replace(event, id=queries.event_id(number)) for event, number in zip(one.made.events, numbers, strict=True)
    ]
    kept = [queries.read_event(row) for row in one.made.rows]
    return replay(one.made.person, [*kept, *events], until=_horizon(one), tables=one.made.tables)


def _rewrite(changes: Sequence[tuple[Planned, Career, Sequence[int]]]) -> dict[int, int]:
    """Bring the chains up to the careers; the record that each payment is made by, for who has a new one."""
    together: list[Change] = []
    found: dict[int, int] = {}
    first_events = {}
    for one, career, numbers in changes:
        causes = queries.applications_of(one.made.rows) | dict.fromkeys(numbers[:1], one.asked.application_id)
        change = Change(one.held.staff, career, one.held.links, one.held.chain, causes)
        if change.gone and not change.written:  # rare: what only falls away is written again by itself
            written = rewrite(one.held.staff, career, one.held.links, one.held.chain, causes)
            found[one.held.staff.id] = written[-1].id
        elif change.written:
            together.append(change)
            if numbers and len(change.written) > 1:
                first_events[numbers[0]] = one.held.staff.id
    newest = rewrite_many(together)
    found |= {change.staff.id: newest[change.staff.id] for change in together}
    if first_events:
        rows = db.session.execute(
            select(WageRecord.staff_id, WageRecord.id)
            .where(WageRecord.event_id.in_(list(first_events)), WageRecord.voided_at.is_(None))
            .order_by(WageRecord.position.desc())
        )
        found |= {row.staff_id: row.id for row in rows}
    return found


def _owed(one: Planned, career: Career, record_id: int | None, unit_id: int) -> Paid | None:
    shown = one.made.shown
    if shown is None or not one.made.changes_pay or record_id is None:
        return None
    month = _month(one)
    before = [link for link in one.held.chain if link.effective_month <= month]
    return Paid(
        one.asked.application_id, one.held.staff.id, unit_id, record_id, shown.effective_month,
        before_fen=before[-1].total_fen if before else 0, after_fen=fen(career.wage_in(month).total),
        back_pay_fen=fen(shown.back_pay.amount),
    )  # fmt: skip


def _update_rosters(changes: Sequence[tuple[Staff, Mapping[str, Any]]]) -> None:
    """One statement for each set of columns that change; the rows are locked already."""
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for staff, changed in changes:
        row = {f"new_{name}": value for name, value in changed.items()} | {"at": staff.id}
        by_columns.setdefault(tuple(sorted(changed)), []).append(row)
    table = Staff.__table__
    for names, rows in by_columns.items():
        db.session.execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.id == bindparam("at"))
            .values({name: bindparam(f"new_{name}") for name in names} | {"revision": table.c.revision + 1}),
            rows,
        )
    for staff, _changed in changes:
        db.session.expire(staff)


def _keep_figures(planned: Sequence[Planned]) -> None:
    """Keep with each application what was approved, where it differs from what was calculated when it was filed."""
    rows = []
    for one in planned:
        change = change_json(one.made)
        figures, filed = figures_of(change), one.asked.employee
        if filed.change is None or any(getattr(filed, name) != value for name, value in figures.items()):
            rows.append({"at": filed.id, "new_change": change, **{f"new_{name}": figures[name] for name in figures}})
    if not rows:
        return
    table = ApplicationEmployee.__table__
    names = [name.removeprefix("new_") for name in rows[0] if name != "at"]
    db.session.execute(
        update(table)  # type: ignore[arg-type]
        .where(table.c.id == bindparam("at"))
        .values({name: bindparam(f"new_{name}") for name in names}),
        rows,
    )


def _audit(
    one: Planned, owed: Paid | None, roster: Mapping[str, Any], before: Mapping[str, Any], unit_id: int, *, by: Actor
) -> None:
    staff = one.held.staff
    paid = (
        {"total_fen": owed.after_fen, "wage_record": owed.wage_record_id, "effective_month": owed.effective_month}
        if owed else {}
    )  # fmt: skip
    audit.record(
        "pay:write", by=by, kind="staff", record_id=staff.id, unit_id=unit_id, subjects=[staff.id],
        before={"total_fen": owed.before_fen if owed else None, **before},
        after={"effect": one.made.effect.code, "application": one.asked.number,
               **{name: str(value) for name, value in roster.items()}, **paid},
    )  # fmt: skip


__all__ = ["Asked", "Paid", "Planned", "Refusal", "lock_people", "plan_many", "write_many"]
