"""A new standard for everybody: each chain replayed with it, in chunks, with what finance is to pay (G-3, G-4).

The run is pinned to the standards it began with. People whose wage cannot be given are set aside with the reason and
keep the wage they have; everybody else gets the new links and one instruction for finance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.audit import service as audit
from app.errors import Conflict
from app.jobs import service as jobs
from app.jobs.kinds import Chunk, Kind, Line, register
from app.messages import Message
from app.pay import queries
from app.pay.errors import PayError
from app.pay.months import Month, month_after, month_of, month_text, months_from
from app.pay.recording import Change, rewrite_many
from app.pay.replay import Career
from app.pay.roster_queries import replayed
from app.pay.rounding import fen
from app.pay.standards import Standards
from app.standards import queries as editions
from models import Job, JobLine, PaymentInstruction, StandardEdition, WageRecord, db
from models.jobs import LineOutcome
from models.payments import InstructionState
from models.standards import EditionState

KIND = "repricing"
CHUNK = 400
"""People in one transaction: some seconds of work, a fraction of a second of the write lock."""
PERMISSION = "standard:publish"


def begin(edition_id: int, *, by: Actor) -> Job:
    """Begin the run for a published edition. Raises Conflict before its month, or when it is not published."""
    require(by, PERMISSION)
    edition = editions.opened(edition_id)
    if edition.state != EditionState.PUBLISHED:
        raise Conflict(
            Message("This edition is not published, so no wage may be read from it."),
            remedy=Message("Have a second person publish it first."),
        )
    first_paid = month_after(clock.today())
    if month_of(edition.effective_from) > first_paid:
        raise Conflict(
            Message("This standard is in force from %(month)s; wages are written for %(next)s at the latest now.",
                    month=month_text(month_of(edition.effective_from)), next=month_text(first_paid)),
            remedy=Message("Begin the run in the month before the standard starts."),
        )  # fmt: skip
    params = {
        "edition": edition.id,
        "from": edition.effective_from.isoformat(),
        "first_paid": first_paid.isoformat(),
        "editions": list(editions.published_ids()),
    }
    return jobs.begin(KIND, params, total=queries.people_with_a_wage(), by=by)


def _step(job: Job, by: Actor) -> Chunk:
    """The next people by their number: replay, write, instruct; a person who cannot be paid is set aside."""
    people = queries.next_with_a_wage(job.cursor, CHUNK)
    if not people:
        return Chunk(job.cursor)
    tables = editions.standards_with(job.params["editions"])
    since, first_paid = Month.fromisoformat(job.params["from"]), Month.fromisoformat(job.params["first_paid"])
    changes: list[Change] = []
    figures: dict[int, dict[str, int]] = {}
    lines: list[Line] = []
    for person in people:
        try:
            career = _replayed(person, tables, first_paid)
            owed = _figures(person.chain, career, since, first_paid)
        except PayError as error:
            lines.append(Line(person.staff.id, LineOutcome.SET_ASIDE, error.message))
            continue
        change = Change(person.staff, career, person.links, person.chain, queries.applications_of(person.events))
        if not change.written:
            lines.append(Line(person.staff.id, LineOutcome.UNCHANGED))
            continue
        changes.append(change)
        figures[person.staff.id] = owed
        lines.append(Line(person.staff.id, LineOutcome.DONE, figures=owed))
    newest = rewrite_many(changes)
    _instruct(job, changes, newest, figures, since)
    if changes:
        audit.record(
            "pay:reprice", by=by, kind="job", record_id=job.id, subjects=[change.staff.id for change in changes],
            after={"edition": job.params["edition"], "people": len(changes)},
        )  # fmt: skip
    return Chunk(people[-1].staff.id, tuple(lines))


def _replayed(person: queries.Held, tables: Standards, first_paid: Month) -> Career:
    """The career with the new standards. Raises PayError where it cannot go on."""
    career = replayed(person, tables, first_paid)
    if career.stopped is not None:
        raise career.stopped.error
    return career


def _figures(chain: Sequence[WageRecord], career: Career, since: Month, first_paid: Month) -> dict[str, int]:
    """What is paid before and after, and what is owed for the months between (fen). Raises PayError."""
    begun = max(since, chain[0].effective_month)
    owed = sum(
        fen(career.wage_in(month).total) - _kept_in(chain, month) for month in months_from(begun, first_paid)
    )  # fmt: skip
    month = max(first_paid, chain[0].effective_month)
    return {
        "before_fen": _kept_in(chain, month), "after_fen": fen(career.wage_in(month).total), "back_pay_fen": owed,
    }  # fmt: skip


def _kept_in(chain: Sequence[WageRecord], month: Month) -> int:
    held = [link.total_fen for link in chain if link.effective_month <= month]
    return held[-1] if held else 0


def _instruct(
    job: Job,
    changes: Sequence[Change],
    newest: Mapping[int, int],
    figures: Mapping[int, Mapping[str, int]],
    since: Month,
) -> None:
    """One instruction a person whose payment differs, in one statement."""
    rows = [
        {
            "job_id": job.id, "staff_id": change.staff.id, "unit_id": change.staff.unit_id,
            "wage_record_id": newest[change.staff.id], "effective_month": since, "state": InstructionState.WAITING,
            "created_at": clock.now(), **figures[change.staff.id],
        }
        for change in changes
        if _differs(figures[change.staff.id])
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(PaymentInstruction), rows)


def _differs(figures: Mapping[str, int]) -> bool:
    return figures["before_fen"] != figures["after_fen"] or figures["back_pay_fen"] != 0


def _finish(job: Job) -> dict[str, Any]:
    """The totals of the run, from its lines."""
    counts = db.session.execute(
        select(JobLine.outcome, func.count()).where(JobLine.job_id == job.id).group_by(JobLine.outcome)
    )
    paid = db.session.execute(
        select(
            func.coalesce(func.sum(PaymentInstruction.after_fen - PaymentInstruction.before_fen), 0),
            func.coalesce(func.sum(PaymentInstruction.back_pay_fen), 0),
        ).where(PaymentInstruction.job_id == job.id)
    ).one()
    totals: dict[str, Any] = {outcome.lower(): count for outcome, count in counts}
    return totals | {"monthly_fen": int(paid[0]), "back_pay_fen": int(paid[1])}


def edition_of(job: Job) -> StandardEdition:
    """The edition that a run brings."""
    return editions.opened(int(job.params["edition"]))


register(Kind(KIND, Message("Re-pricing by a new standard"), PERMISSION, _step, _finish))
