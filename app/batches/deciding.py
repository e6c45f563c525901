"""Deciding on the lines of a batch: a group that is alike, or single lines, at once and with a result for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from app.access.actor import Actor
from app.audit import service as audit
from app.batches import queries, runs
from app.batches.reviewing import Review, review
from app.batches.runs import Begun, begin
from app.errors import Invalid, Stale
from app.idempotency import once
from app.items.queries import parts
from app.jobs.kinds import Chunk, Kind, Line, register
from app.messages import Message
from app.workflow import rules
from app.workflow.many import decide_many
from app.workflow.rules import Mark
from models import Batch, BatchLine, Job, db
from models.applications import Outcome
from models.jobs import LineOutcome

KIND, PERMISSION = "batch_decision", "application:read"
_VERBS = {Outcome.APPROVED: "APPROVE", Outcome.RETURNED: "RETURN", Outcome.REJECTED: "REJECT"}
_ACTIONS = {Outcome.RETURNED: "application:return", Outcome.REJECTED: "application:reject"}


def decide(
    batch_id: int, outcome: Outcome, *, by: Actor, groups: Mapping[str, str] = {}, lines: Mapping[int, int] = {},
    note: str = "", marks: Sequence[Mark] = (), key: str | None = None,
) -> Begun:  # fmt: skip
    """Decide on whole groups, by key with what was seen of them, and on single lines, by number with the revision.

    Every line is judged for itself and has a result of its own. Raises Stale where a group is no longer what the page
    showed, Invalid for no choice, a missing reason or mark, Conflict while somebody is at work on the batch.
    """
    body = {
        "batch": batch_id, "outcome": outcome, "groups": dict(groups), "lines": [list(one) for one in lines.items()],
        "note": note, "marks": [asdict(mark) for mark in marks],
    }  # fmt: skip
    work = lambda: _decide(batch_id, outcome, by, groups, lines, note, marks).to_json()  # noqa: E731
    return Begun(**once(key, "batch:decide", body, by, work))


def _decide(
    batch_id: int, outcome: Outcome, by: Actor, groups: Mapping[str, str], lines: Mapping[int, int], note: str,
    marks: Sequence[Mark],
) -> Begun:  # fmt: skip
    batch = queries.opened(by, batch_id)
    note = rules.checked_note(note, required=outcome != Outcome.APPROVED)
    checked = _checked_marks(batch, marks) if outcome == Outcome.RETURNED else []
    queries.lock_idle(batch)
    found = review(batch, by, explained=False)
    chosen = _chosen(found, groups, lines)
    positions = {found.position_of(line_id) for line_id in chosen}
    if len(positions) != 1:
        raise Invalid(fields={"line": Message("Choose lines of one step; decide on each step for itself.")})
    (position,) = positions
    params = {
        "step": position, "outcome": outcome, "note": note, "marks": [asdict(mark) for mark in checked],
        "lines": [list(one) for one in chosen.items()],
    }  # fmt: skip
    return begin(KIND, batch, params, total=len(chosen), by=by, verb=_VERBS[outcome], step=position)


def _checked_marks(batch: Batch, marks: Sequence[Mark]) -> list[Mark]:
    version = parts(batch.item_version_id)
    return rules.checked_marks(
        marks,
        answers={field.key for field in version.fields},
        materials={material.code for material in version.materials},
    )


def _chosen(found: Review, groups: Mapping[str, str], lines: Mapping[int, int]) -> dict[int, int]:
    """The lines that are meant, with the revision of their application as it was seen."""
    chosen: dict[int, int] = {}
    for key, seen in groups.items():
        group = found.group(key)
        if group is None or group.seen != seen:
            raise Stale(
                Message("These lines are no longer what the page showed: somebody has worked on them meanwhile."),
                remedy=Message("Reload the page and decide on what it shows then."),
            )
        chosen |= {line.line_id: line.revision for line in group.lines}
    for line_id, revision in lines.items():
        line = found.line(line_id)
        if line is None or line.revision != revision:
            raise Stale(
                Message("A line that you chose is no longer what the page showed."),
                remedy=Message("Reload the page and decide on what it shows then."),
            )
        chosen[line_id] = revision
    if not chosen:
        raise Invalid(fields={"line": Message("Choose at least one line or group.")})
    return dict(sorted(chosen.items()))


def _step(job: Job, by: Actor) -> Chunk:
    """The next lines of the job, each judged for itself."""
    revisions = {line_id: revision for line_id, revision in job.params["lines"] if line_id > job.cursor}
    lines = db.session.execute(
        select(BatchLine.id, BatchLine.application_id)
        .where(BatchLine.id.in_(sorted(revisions)[: runs.CHUNK]))
        .order_by(BatchLine.id)
    ).all()
    if not lines:
        return Chunk(job.cursor)
    batch = db.session.get_one(Batch, job.params["batch"])
    outcome = Outcome(job.params["outcome"])
    seen = {line.application_id: revisions[line.id] for line in lines}
    told = {
        one.application_id: one
        for one in decide_many(
            seen, position=job.params["step"], outcome=outcome, by=by, note=job.params["note"],
            marks=[Mark(**mark) for mark in job.params["marks"]],
        )
    }  # fmt: skip
    done = [one for one in told.values() if one.problem is None]
    if done:
        step = parts(batch.item_version_id).step(job.params["step"])
        audit.record(
            _ACTIONS.get(outcome, step.permission if step is not None else "application:approve"), by=by,
            kind="batch", record_id=batch.id, unit_id=batch.unit_id, subjects=[one.staff_id for one in done],
            before={"step": step.key if step is not None else None}, note=job.params["note"],
            after={"outcome": outcome, "lines": len(done), "applications": [one.number for one in done]},
        )  # fmt: skip
    return Chunk(
        lines[-1].id,
        tuple(_line(line.id, told.get(line.application_id)) for line in lines),
    )


def _line(line_id: int, told: Any) -> Line:
    if told is None:
        return Line(line_id, LineOutcome.SET_ASIDE, Message("It lies outside your reach."))
    if told.problem is not None:
        return Line(line_id, LineOutcome.SET_ASIDE, told.problem)
    return Line(line_id)


register(Kind(KIND, Message("Batch decided"), PERMISSION, _step, alone=False))

__all__ = ["decide"]
