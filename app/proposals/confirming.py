"""Confirming: a proposal becomes an application with its materials, submitted where nothing stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app import clock
from app.access.actor import Actor
from app.applications import service as applications
from app.applications.filing import NotReady
from app.audit import service as audit
from app.errors import Conflict, Invalid, Refused, Stale
from app.idempotency import once
from app.materials.reusing import take_again
from app.messages import Message, joined
from app.proposals.deciding import hold, opened_for, why_closed
from app.proposals.queries import names_of
from app.proposals.refreshing import refresh_people
from models import Answer, Application, Proposal, Upload, db
from models.applications import ApplicationState
from models.proposals import ProposalState

MOST_AT_ONCE = 50
"""How many one press confirms: each is an application of its own, checked and submitted as if filed alone."""


@dataclass(frozen=True)
class Confirmed:
    """What became of a proposal: the application, whether it is submitted, and how many places still need the clerk."""

    application_id: int
    number: str
    submitted: bool
    open_places: int = 0


@dataclass(frozen=True)
class Line:
    """What became of one line of many: the application, or the sentence why not."""

    proposal_id: int
    name: str
    done: Confirmed | None = None
    problem: Message | None = None
    remedy: Message | None = None


def confirm(proposal_id: int, *, by: Actor, revision: int, key: str | None = None) -> Confirmed:
    """Make the application and submit it if nothing stands in the way; otherwise it is a draft with what is missing.

    Raises NotFound out of reach, Stale saying what changed if the facts or the proposal are no longer those of the
    page, Conflict if it is no longer open or has no amount. A repeat with the same key gets the first result.
    """
    _bring_up_to_date([opened_for(proposal_id, by).staff_id], by)
    return _confirm(proposal_id, by=by, revision=revision, key=key)


def confirm_many(wanted: Sequence[tuple[int, int]], *, by: Actor, key: str | None = None) -> list[Line]:
    """Confirm several by (proposal, revision), each for itself: a wrong one says why and holds up no other.

    Raises Invalid for none, or for more than are taken at once.
    """
    wanted = list(dict(wanted).items())
    if not wanted:
        raise Invalid(fields={"proposal": Message("Choose at least one line.")})
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid(
            fields={"proposal": Message("At most %(most)s lines are confirmed at once.", most=MOST_AT_ONCE)},
            remedy=Message("Confirm the first lines, then the others."),
        )
    names = names_of(by, [proposal_id for proposal_id, _ in wanted])
    _bring_up_to_date([staff_id for staff_id, _name in names.values()], by)
    lines = []
    for proposal_id, revision in wanted:
        name = names[proposal_id][1] if proposal_id in names else ""
        own_key = f"{key[:60]}-{proposal_id}" if key else None
        try:
            lines.append(Line(proposal_id, name, _confirm(proposal_id, by=by, revision=revision, key=own_key)))
        except Refused as refusal:
            lines.append(Line(proposal_id, name, problem=_in_words(refusal), remedy=refusal.remedy))
    return lines


def _in_words(refusal: Refused) -> Message:
    fields = list(getattr(refusal, "fields", {}).values())
    return joined(fields, separator=" ") if fields else refusal.message


def _bring_up_to_date(staff_ids: Sequence[int], by: Actor) -> None:
    """Facts may have changed since the night: what changed is then written down before anything is confirmed."""
    if staff_ids:
        refresh_people(staff_ids, by=by)


def _confirm(proposal_id: int, *, by: Actor, revision: int, key: str | None) -> Confirmed:
    body = {"proposal": proposal_id, "revision": revision}
    work = lambda: asdict(_do_confirm(proposal_id, by=by, revision=revision))  # noqa: E731
    return Confirmed(**once(key, "proposal:confirm", body, by, work))


def _do_confirm(proposal_id: int, *, by: Actor, revision: int) -> Confirmed:
    proposal = opened_for(proposal_id, by)
    if proposal.state != ProposalState.OPEN:
        raise why_closed(proposal)
    if proposal.revision != revision:
        raise _changed(proposal)
    if proposal.facts.get("problem") is not None:
        raise _without_amount(proposal)
    application = applications.start(proposal.item.code, staff_id=proposal.staff_id, by=by)
    if application.state != ApplicationState.DRAFT or application.item_version_id != proposal.facts["version"]:
        raise _changed(proposal)
    application = _answer(application, proposal.facts["answers"], by=by)
    attached = _attach(application, proposal.facts["materials"], by=by)
    done = _submit(application, by=by)
    hold(
        proposal, revision=revision, state=ProposalState.CONFIRMED, closed_at=clock.now(), closed_by_id=by.account_id,
        application_id=application.id,
    )  # fmt: skip
    audit.record(
        "proposal:confirm", by=by, kind="proposal", record_id=proposal.id, unit_id=proposal.unit_id,
        subjects=[proposal.staff_id],
        after={"application": done.number, "submitted": done.submitted, "materials": attached},
    )  # fmt: skip
    return done


def _changed(proposal: Proposal) -> Stale:
    told = [Message.from_json(one) for one in proposal.changes]
    what = joined(told, separator="; ") if told else Message("Somebody else has worked on it.")
    return Stale(
        Message("%(name)s was not confirmed: the facts have changed. %(what)s", name=proposal.staff.name, what=what),
        remedy=Message("Look at the line as it is now and confirm it again."),
    )


def _without_amount(proposal: Proposal) -> Conflict:
    """An application could not be submitted without its amount; given up, it would only be proposed again."""
    remedy, stays = proposal.facts.get("remedy"), Message("The line stays open until then; nothing of it is lost.")
    return Conflict(
        Message(
            "%(name)s was not confirmed: the amount cannot be given yet. %(why)s",
            name=proposal.staff.name, why=Message.from_json(proposal.facts["problem"]),
        ),
        remedy=joined([Message.from_json(remedy), stays], separator=" ") if remedy else stays,
    )  # fmt: skip


def _answer(application: Application, answers: Mapping[str, Any], *, by: Actor) -> Application:
    """Write what was prepared; it counts as filled in by the system, for nobody typed it."""
    saved = applications.save_answers(application.id, answers, by=by, revision=application.revision)
    db.session.execute(
        update(Answer)
        .where(Answer.application_id == saved.id, Answer.key.in_(list(answers)))
        .values(prefilled=True)
        .execution_options(synchronize_session=False)
    )
    return saved


def _attach(application: Application, materials: Mapping[str, Sequence[int]], *, by: Actor) -> int:
    """Put the files that serve again into the application, with what was read on them; give how many were put there."""
    wanted = [upload_id for files in materials.values() for upload_id in files]
    there = set(
        db.session.scalars(
            select(Upload.material_code).where(Upload.application_id == application.id, Upload.removed_at.is_(None))
        )
    )
    earlier: dict[str, list[Upload]] = {}
    for one in _accepted(wanted):
        if one.material_code not in there:
            earlier.setdefault(one.material_code, []).append(one)
    return len(take_again(application.id, earlier, by=by)) if earlier else 0


def _accepted(upload_ids: Sequence[int]) -> Sequence[Upload]:
    if not upload_ids:
        return ()
    return db.session.scalars(
        select(Upload)
        .options(joinedload(Upload.file), joinedload(Upload.reading))
        .where(Upload.id.in_(upload_ids), Upload.accepted)
        .order_by(Upload.id)
    ).all()


def _submit(application: Application, *, by: Actor) -> Confirmed:
    db.session.expire_all()
    held = db.session.get_one(Application, application.id)
    try:
        applications.submit(held.id, by=by, revision=held.revision, key=None)
    except NotReady as refusal:
        return Confirmed(held.id, held.number, submitted=False, open_places=len(refusal.findings))
    return Confirmed(held.id, held.number, submitted=True)


__all__ = ["MOST_AT_ONCE", "Confirmed", "Line", "confirm", "confirm_many"]
