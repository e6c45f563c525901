"""Puts a batch together: from proposals, from people chosen on the roster, or from the rows of a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm.attributes import set_committed_value

from app import clock
from app.access import policy, scope
from app.access.actor import Actor
from app.applications.many import Wanted, check_many
from app.applications.numbering import next_in_series
from app.audit import service as audit
from app.batches import queries
from app.batches.rules import digest_of, fitting_answers, may_be_batched, traits_of
from app.errors import Conflict, Invalid, NotFound
from app.forms.facts import facts_of
from app.idempotency import once
from app.items import queries as items
from app.items.editions import Version
from app.messages import Message
from app.uow import atomic
from app.workflow.many import decided_together
from models import Batch, BatchLine, Proposal, ReportedAssessment, Staff, Unit, db
from models.batches import BatchOrigin, BatchState
from models.proposals import ProposalState

PERMISSION = "application:start"
MOST_LINES = 5000
"""Lines of one batch; the largest units have some thousand people."""
CHECKED_AT_ONCE = 400
"""Up to so many lines are checked while the batch is made; of larger ones the filing says what stands in the way."""


@dataclass(frozen=True)
class Row:
    """One employee to be filed for; `typed` by a person, or prepared by the system."""

    staff_id: int
    answers: Mapping[str, Any]
    files: Sequence[int] = ()
    proposal_id: int | None = None


@dataclass(frozen=True)
class Made:
    """A batch as it was put together: how many lines, and how many of them have a problem already."""

    batch_id: int
    number: str
    lines: int
    problems: int


def make(
    item_code: str, unit_id: int, rows: Sequence[Row], *, origin: BatchOrigin, by: Actor, key: str | None = None
) -> Made:  # fmt: skip
    """Put a batch together, once for each key. Lines that stand in the way of nothing else carry their own problems.

    Raises NotFound for a unit or an employee out of reach, Invalid for no line, too many, or an item not for batches.
    """
    body = {
        "item": item_code, "unit": unit_id, "origin": origin,
        "rows": [[row.staff_id, dict(row.answers), row.proposal_id] for row in rows],
    }  # fmt: skip
    work = lambda: asdict(make_now(item_code, unit_id, rows, origin=origin, by=by))  # noqa: E731
    return Made(**once(key, "batch:make", body, by, work))


def make_now(
    item_code: str, unit_id: int, rows: Sequence[Row], *, origin: BatchOrigin, by: Actor, year: int | None = None
) -> Made:
    """The same in the caller's transaction."""
    unit = unit_for(unit_id, by)
    _require_lines(rows, unit)
    return put_together(version_for(item_code), unit, rows, origin=origin, by=by, year=year)


def put_together(
    version: Version, unit: Unit, rows: Sequence[Row], *, origin: BatchOrigin, by: Actor, year: int | None = None
) -> Made:
    """Write the batch and its lines; the caller has seen to who may and for whom."""
    now = clock.now()
    batch = Batch(
        number=next_in_series("batch", "PL"), item_id=version.item_id, item_version_id=version.id, unit_id=unit.id,
        origin=origin, year=year, state=BatchState.OPEN, created_by_id=by.account_id, created_at=now, changed_at=now,
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    lines = _lines(batch, rows, version, unit)
    db.session.execute(insert(BatchLine), lines)
    audit.record(
        "batch:make", by=by, kind="batch", record_id=batch.id, unit_id=unit.id,
        subjects=[row.staff_id for row in rows],
        after={"number": batch.number, "item": version.code, "origin": origin, "lines": len(rows)},
    )  # fmt: skip
    return Made(batch.id, batch.number, len(lines), sum(bool(line["problems"]) for line in lines))


def _lines(batch: Batch, rows: Sequence[Row], version: Version, unit: Unit) -> list[dict[str, Any]]:
    """The lines with what the check found; of large batches the filing finds it."""
    elsewhere = queries.open_elsewhere([row.staff_id for row in rows], version.item_id, batch.id)
    found: dict[int, tuple[list[Any], dict[str, Any]]] = {}
    if len(rows) <= CHECKED_AT_ONCE and batch.origin != BatchOrigin.ROUND:
        found = checked_lines([Wanted(row.staff_id, row.answers, row.files) for row in rows], version, unit)
    lines = []
    for row in rows:
        problems, traits = found.get(row.staff_id, ([], {}))
        if row.staff_id in elsewhere:
            problems = [_elsewhere(elsewhere[row.staff_id]).to_json(), *problems]
        lines.append(
            {"batch_id": batch.id, "staff_id": row.staff_id, "proposal_id": row.proposal_id,
             "answers": dict(row.answers), "files": list(row.files), "problems": problems, "traits": traits,
             "alike": digest_of(traits) if traits else ""}
        )  # fmt: skip
    return lines


def checked_lines(
    wanted: Sequence[Wanted], version: Version, unit: Unit
) -> dict[int, tuple[list[Any], dict[str, Any]]]:  # fmt: skip
    """What the check says of each employee: the problems as they are kept, and the traits."""
    found = {}
    for one in check_many(wanted, version, unit):
        codes = sorted({file.material_code for file in one.files})
        traits = traits_of(one.answers, one.change, codes, one.warnings)
        found[one.staff.id] = ([problem.to_json() for problem in one.problems], traits)
    return found


def _elsewhere(number: str) -> Message:
    return Message("The person is also in the open batch %(number)s. Whichever is filed first counts.", number=number)


def unit_for(unit_id: int, by: Actor) -> Unit:
    """The unit, for who may start applications there."""
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound
    policy.require(by, PERMISSION, unit)
    return unit


def version_for(item_code: str) -> Version:
    """The published version of an item that is filed in batches. Raises Invalid."""
    try:
        version = items.published(item_code[:30])
    except NotFound:
        raise Invalid(fields={"item": Message("Choose a service item from the list.")}) from None
    if not may_be_batched(version) or not decided_together(version):
        raise Invalid(
            fields={"item": Message("This item is filed for each employee alone.")},
            remedy=Message("Start an application for each, or choose another item."),
        )
    return version


def _require_lines(rows: Sequence[Row], unit: Unit) -> None:
    if not rows:
        raise Invalid(fields={"line": Message("Choose at least one employee.")})
    if len(rows) > MOST_LINES:
        raise Invalid(
            fields={"line": Message("A batch has at most %(most)s lines.", most=MOST_LINES)},
            remedy=Message("Make two batches of it."),
        )
    ids = {row.staff_id for row in rows}
    if len(ids) != len(rows):
        raise Invalid(fields={"line": Message("Somebody is named twice. Each employee has one line.")})
    there = set(db.session.scalars(select(Staff.id).where(Staff.unit_id == unit.id, Staff.id.in_(ids))))
    if there != ids:
        raise NotFound


def from_proposals(
    item_code: str, unit_id: int, chosen: Sequence[int] | None = None, *, by: Actor, key: str | None = None,
    year: int | None = None,
) -> Made:  # fmt: skip
    """A batch of the open proposals of a unit for an item, or of those chosen among them."""
    policy.require(by, "proposal:read")
    origin = BatchOrigin.ROUND if year is not None else BatchOrigin.PROPOSALS
    body = {"item": item_code, "unit": unit_id, "chosen": chosen, "origin": origin, "year": year}

    def work() -> dict[str, Any]:
        rows = rows_of_proposals(item_code, unit_id, chosen, by=by)
        return asdict(make_now(item_code, unit_id, rows, origin=origin, by=by, year=year))

    return Made(**once(key, "batch:make", body, by, work))


def rows_of_proposals(item_code: str, unit_id: int, chosen: Sequence[int] | None, *, by: Actor) -> list[Row]:
    """What the system prepared, as lines; nobody who is in an open batch of the item already."""
    version = version_for(item_code)
    wanted = (
        select(Proposal.id, Proposal.staff_id, Proposal.facts)
        .where(
            Proposal.unit_id == unit_id, Proposal.item_id == version.item_id, Proposal.state == ProposalState.OPEN,
            scope.condition(by, "proposal:read", Proposal),
        )
        .order_by(Proposal.staff_id, Proposal.due_on.desc(), Proposal.id)
    )  # fmt: skip
    if chosen is not None:
        wanted = wanted.where(Proposal.id.in_(list(chosen)))
    rows: dict[int, Row] = {}
    for one in db.session.execute(wanted):  # of two occasions the earlier one is filed first
        files = [upload_id for held in one.facts.get("materials", {}).values() for upload_id in held]
        rows[one.staff_id] = Row(one.staff_id, one.facts["answers"], files, one.id)
    taken = queries.open_elsewhere(list(rows), version.item_id, None)
    return [row for staff_id, row in sorted(rows.items()) if staff_id not in taken or chosen is not None]


def from_roster(
    item_code: str, unit_id: int, staff_ids: Sequence[int], *, by: Actor, key: str | None = None
) -> Made:  # fmt: skip
    """A batch of people chosen on the roster: as prepared where a proposal is open, else as far as the records know."""
    wanted = list(dict.fromkeys(staff_ids))

    def work() -> dict[str, Any]:
        unit, version = unit_for(unit_id, by), version_for(item_code)
        rows = rows_of_people(version, unit, wanted, by=by)
        return asdict(make_now(item_code, unit_id, rows, origin=BatchOrigin.ROSTER, by=by))

    return Made(**once(key, "batch:make", {"item": item_code, "unit": unit_id, "staff": wanted}, by, work))


def rows_of_people(version: Version, unit: Unit, staff_ids: Sequence[int], *, by: Actor) -> list[Row]:
    """What the records know of each: the open proposal, else the roster and the reported assessment."""
    prepared = {
        row.staff_id: row
        for row in (rows_of_proposals(version.code, unit.id, None, by=by) if by.holds("proposal:read") else ())
    }
    people = {
        staff.id: staff
        for staff in db.session.scalars(select(Staff).where(Staff.id.in_(list(staff_ids)), Staff.unit_id == unit.id))
    }
    results = {
        (row.staff_id, row.year): row.result
        for row in db.session.execute(
            select(ReportedAssessment.staff_id, ReportedAssessment.year, ReportedAssessment.result).where(
                ReportedAssessment.staff_id.in_(list(people))
            )
        )
    }
    return [
        prepared.get(staff_id) or Row(staff_id, _known_answers(version, people[staff_id], unit, results))
        for staff_id in staff_ids
        if staff_id in people
    ]


def _known_answers(
    version: Version, staff: Staff, unit: Unit, results: Mapping[tuple[int, int], str]
) -> dict[str, Any]:  # fmt: skip
    facts = facts_of(staff=staff, unit=unit)
    answers = {field.key: facts.get(field.prefill) for field in version.fields if field.prefill}
    year_key, result_key = version.effect_map.get("year"), version.effect_map.get("result")
    if year_key and result_key:
        year = int(answers.get(year_key) or clock.today().year - 1)
        answers[year_key] = year
        answers.setdefault(result_key, results.get((staff.id, year)))
    return fitting_answers(version, answers)


@atomic
def take_out(batch_id: int, line_id: int, *, by: Actor) -> None:
    """Take a line out that is not filed. Its proposal stays open, so nothing is lost."""
    batch = queries.opened(by, batch_id, PERMISSION)
    line = db.session.get(BatchLine, line_id, populate_existing=True)
    if line is None or line.batch_id != batch.id:
        raise NotFound
    if line.application_id is not None:
        raise Conflict(
            Message("This line is filed already."), remedy=Message("Withdraw its application, if it is wrong.")
        )
    queries.lock_idle(batch)
    staff_id = line.staff_id
    db.session.delete(line)
    db.session.flush()
    audit.record(
        "batch:take_out", by=by, kind="batch", record_id=batch.id, unit_id=batch.unit_id, subjects=[staff_id]
    )  # fmt: skip


@atomic
def give_up(batch_id: int, *, by: Actor, revision: int) -> None:
    """Give up what is not filed of a batch; applications that were filed go on."""
    batch = queries.opened(by, batch_id, PERMISSION)
    queries.lock_idle(batch)
    hold(batch, revision=revision, state=BatchState.GIVEN_UP)
    audit.record("batch:give_up", by=by, kind="batch", record_id=batch.id, unit_id=batch.unit_id)


def hold(batch: Batch, *, revision: int, **values: Any) -> None:
    """The guarded update of a batch: state and revision, exactly one row, or who was first."""
    done = db.session.execute(
        update(Batch)
        .where(Batch.id == batch.id, Batch.revision == revision, Batch.state != BatchState.GIVEN_UP)
        .values(revision=revision + 1, changed_at=clock.now(), **values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise queries.overtaken(batch)
    for name, value in {**values, "revision": revision + 1}.items():
        set_committed_value(batch, name, value)


@atomic
def bring_up_to_date(batch_id: int, *, by: Actor) -> int:
    """Read again what the system prepared for the lines that are not filed, and check them. How many have a problem."""
    batch = queries.opened(by, batch_id, PERMISSION)
    queries.lock_idle(batch)
    version, unit = version_for(batch.item.code), unit_for(batch.unit_id, by)
    lines = db.session.scalars(
        select(BatchLine)
        .where(BatchLine.batch_id == batch.id, BatchLine.application_id.is_(None))
        .order_by(BatchLine.id)
        .execution_options(populate_existing=True)
    ).all()
    if not lines:
        return 0
    facts = {
        row.id: row.facts
        for row in db.session.execute(
            select(Proposal.id, Proposal.facts).where(
                Proposal.id.in_([line.proposal_id for line in lines if line.proposal_id is not None]),
                Proposal.state == ProposalState.OPEN,
            )
        )
    }
    answers = {
        line.id: facts[line.proposal_id]["answers"] if line.proposal_id in facts else dict(line.answers)
        for line in lines
    }
    wanted = [Wanted(line.staff_id, answers[line.id], line.files) for line in lines]
    found = checked_lines(wanted, version, unit)
    rows = [
        {"at": line.id, "new_answers": answers[line.id], "new_problems": found[line.staff_id][0],
         "new_traits": found[line.staff_id][1], "new_alike": digest_of(found[line.staff_id][1])}
        for line in lines
    ]  # fmt: skip
    table = BatchLine.__table__
    db.session.execute(
        update(table)  # type: ignore[arg-type]
        .where(table.c.id == bindparam("at"))
        .values(answers=bindparam("new_answers"), problems=bindparam("new_problems"), traits=bindparam("new_traits"),
                alike=bindparam("new_alike")),
        rows,
    )  # fmt: skip
    hold(batch, revision=batch.revision, item_version_id=version.id)
    audit.record(
        "batch:refresh", by=by, kind="batch", record_id=batch.id, unit_id=unit.id,
        subjects=[line.staff_id for line in lines],
    )  # fmt: skip
    for line in lines:
        db.session.expire(line)
    return sum(bool(row["new_problems"]) for row in rows)
