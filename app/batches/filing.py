"""Filing a batch: each line checked and filed as an application of its own, in chunks that can be left and resumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm.attributes import set_committed_value

from app import clock
from app.access import policy
from app.access.actor import Actor
from app.applications.filing_many import Filed, file_many
from app.applications.many import Checked, Wanted, check_many
from app.audit import service as audit
from app.batches import queries, runs
from app.batches.making import hold, version_for
from app.batches.rules import digest_of, fitting_answers, traits_of
from app.batches.runs import Begun, begin
from app.errors import Conflict
from app.idempotency import once
from app.items.editions import Version
from app.items.queries import parts
from app.jobs.kinds import Chunk, Kind, Line, register
from app.messages import Message, joined
from app.pay.many import lock_people
from models import Batch, BatchLine, Job, Proposal, Unit, db
from models.batches import BatchOrigin, BatchState
from models.jobs import LineOutcome
from models.proposals import ProposalState

KIND, PERMISSION = "batch_filing", "application:submit"


def submit(batch_id: int, *, by: Actor, revision: int, key: str | None = None) -> Begun:
    """File every line that is not filed yet; a wrong one keeps its sentence and holds up no other.

    Small batches are filed at once, larger ones by a job. Raises Stale, Conflict where nothing is left or somebody is
    at it. A repeat with the same key gets the first result.
    """
    body = {"batch": batch_id, "revision": revision}
    return Begun(**once(key, "batch:submit", body, by, lambda: _submit(batch_id, by=by, revision=revision).to_json()))


def _submit(batch_id: int, *, by: Actor, revision: int) -> Begun:
    batch = queries.opened(by, batch_id, PERMISSION)
    policy.require(by, "application:start")
    held = queries.lock_idle(batch)
    if held.revision != revision or batch.state == BatchState.GIVEN_UP:
        raise queries.overtaken(batch)
    if not held.unfiled:
        raise Conflict(
            Message("Every line of this batch is filed already."), remedy=Message("Reload the page to see them.")
        )
    if held.published != batch.item_version_id:
        hold(batch, revision=revision, item_version_id=version_for(batch.item.code).id)
    return begin(KIND, batch, {}, total=held.unfiled, by=by, verb="FILE")


def _next_lines(batch: Batch, after: int) -> Sequence[BatchLine]:
    return db.session.scalars(
        select(BatchLine)
        .where(BatchLine.batch_id == batch.id, BatchLine.id > after, BatchLine.application_id.is_(None))
        .order_by(BatchLine.id)
        .limit(runs.CHUNK)
        .execution_options(populate_existing=True)
    ).all()


def _step(job: Job, by: Actor) -> Chunk:
    """The next lines: those that nothing stands against become applications, the others keep their sentences."""
    batch = db.session.get_one(Batch, job.params["batch"])
    lines = _next_lines(batch, job.cursor)
    if not lines:
        return Chunk(job.cursor)
    policy.require(by, PERMISSION, batch)
    version, unit = parts(batch.item_version_id), db.session.get_one(Unit, batch.unit_id)
    held = lock_people({line.staff_id for line in lines})
    proposals = _proposals(batch, lines)
    closed = _closed_proposals(lines, {row.id: row for row in proposals})
    prepared = {row.staff_id: row.facts.get("answers", {}) for row in proposals if row.state == ProposalState.OPEN}
    wanted = [Wanted(line.staff_id, fitting_answers(version, line.answers), line.files) for line in lines]
    checked = dict(
        zip([line.id for line in lines], check_many(wanted, version, unit, held=held, prepared=prepared), strict=True)
    )
    problems = {
        line.id: [*([closed[line.id]] if line.id in closed else []), *checked[line.id].problems] for line in lines
    }
    fine = [line for line in lines if not problems[line.id]]
    typed = batch.origin == BatchOrigin.WORKBOOK
    filed = file_many([checked[line.id] for line in fine], version, unit, by=by, typed=typed)
    numbers = {line.id: one for line, one in zip(fine, filed, strict=True)}
    _keep(lines, checked, problems, numbers)
    _confirm_proposals(fine, numbers, by=by)
    if filed:
        _keep_batch(batch, lines, filed, version, by=by)
    told = tuple(
        Line(line.id, LineOutcome.SET_ASIDE, joined(problems[line.id], separator=" "))
        if problems[line.id]
        else Line(line.id, figures={"application": numbers[line.id].application_id})
        for line in lines
    )
    return Chunk(lines[-1].id, told)


def _proposals(batch: Batch, lines: Sequence[BatchLine]) -> Sequence[Any]:
    """What was proposed to these people for the item, whatever became of it."""
    return db.session.execute(
        select(Proposal.id, Proposal.staff_id, Proposal.state, Proposal.reason, Proposal.facts)
        .where(Proposal.staff_id.in_([line.staff_id for line in lines]), Proposal.item_id == batch.item_id)
        .order_by(Proposal.id)
    ).all()


def _closed_proposals(lines: Sequence[BatchLine], rows: Mapping[int, Any]) -> dict[int, Message]:
    """Proposals that changed since the batch was made: what is filed must be what holds now."""
    found = {}
    for line in lines:
        held = rows.get(line.proposal_id or 0)
        if held is None:
            continue
        if held.state == ProposalState.SET_ASIDE:
            found[line.id] = Message("The proposal was set aside: %(reason)s Take the line out, or the proposal up "
                                     "again.", reason=held.reason)  # fmt: skip
        elif held.state == ProposalState.EXPIRED:
            found[line.id] = Message("The facts have changed: this person is no longer due. Take the line out.")
        elif held.state == ProposalState.OPEN and held.facts["answers"] != line.answers:
            found[line.id] = Message("The facts have changed since the batch was made. Bring the line up to date.")
    return found


def _keep(
    lines: Sequence[BatchLine], checked: Mapping[int, Checked], problems: Mapping[int, Sequence[Message]],
    numbers: Mapping[int, Filed],
) -> None:  # fmt: skip
    """What was found and filed, written into the lines in one statement."""
    rows = []
    for line in lines:
        one = checked[line.id]
        traits = traits_of(one.answers, one.change, [file.material_code for file in one.files], one.warnings)
        rows.append(
            {"at": line.id, "new_traits": traits, "new_alike": digest_of(traits),
             "new_problems": [problem.to_json() for problem in problems[line.id]],
             "new_application": numbers[line.id].application_id if line.id in numbers else None}
        )  # fmt: skip
    table = BatchLine.__table__
    db.session.execute(
        update(table)  # type: ignore[arg-type]
        .where(table.c.id == bindparam("at"))
        .values(
            traits=bindparam("new_traits"), alike=bindparam("new_alike"), problems=bindparam("new_problems"),
            application_id=bindparam("new_application"),
        ),
        rows,
    )  # fmt: skip
    for line, row in zip(lines, rows, strict=True):
        set_committed_value(line, "application_id", row["new_application"])
        set_committed_value(line, "problems", row["new_problems"])


def _confirm_proposals(lines: Sequence[BatchLine], numbers: Mapping[int, Filed], *, by: Actor) -> None:
    """The proposals that were filed are confirmed by whoever filed them."""
    rows = [
        {"at": line.proposal_id, "number": numbers[line.id].application_id}
        for line in lines
        if line.proposal_id is not None
    ]
    if not rows:
        return
    table = Proposal.__table__
    db.session.execute(
        update(table)  # type: ignore[arg-type]
        .where(table.c.id == bindparam("at"), table.c.state == ProposalState.OPEN)
        .values(
            state=ProposalState.CONFIRMED, closed_at=clock.now(), closed_by_id=by.account_id, reason="",
            application_id=bindparam("number"), revision=table.c.revision + 1,
        ),
        rows,
    )  # fmt: skip


def _keep_batch(
    batch: Batch, lines: Sequence[BatchLine], filed: Sequence[Filed], version: Version, *, by: Actor
) -> None:  # fmt: skip
    batch_id, unit_id = batch.id, batch.unit_id  # the row is not read once more for them
    db.session.execute(
        update(Batch)
        .where(Batch.id == batch_id)
        .values(
            state=BatchState.FILED, submitted_at=func.coalesce(Batch.submitted_at, clock.now()),
            submitted_by_id=by.account_id, changed_at=clock.now(), revision=Batch.revision + 1,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.session.expire(batch)
    audit.record(
        "batch:file", by=by, kind="batch", record_id=batch_id, unit_id=unit_id,
        subjects=[one.staff_id for one in filed],
        after={"version": version.number, "filed": len(filed), "left": len(lines) - len(filed),
               "first": filed[0].number, "last": filed[-1].number},
    )  # fmt: skip


register(Kind(KIND, Message("Batch filed"), PERMISSION, _step, alone=False))
