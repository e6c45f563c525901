"""Passing an application on: hand it over to a colleague of the same step, or send a copy for information."""

from __future__ import annotations

from sqlalchemy import select, update

from app import clock
from app.access import policy
from app.access.actor import Actor
from app.access.queries import actor_of
from app.errors import Conflict, Invalid, NotFound
from app.items.queries import parts
from app.messages import Message
from app.uow import atomic
from app.workflow import eligible
from app.workflow.eligible import deciders, may_decide
from app.workflow.moving import Moved, change_in_place, moved, note_events, second_guard
from app.workflow.opening import for_whom, found, present_step, to_decide, write_down
from models import Account, Application, CopyTo, db
from models.accounts import AccountState

MAX_TEXT = 500


def colleagues(application: Application, *, but: int | None) -> list[Account]:
    """Those to whom an application may be handed over where it stands."""
    if application.step_permission is None:
        return []
    return deciders(application, application.step_permission, but=[but] if but is not None else [])


def readers(application: Application, *, but: int | None) -> list[Account]:
    """Those to whom a copy may be sent, and of whom an opinion may be asked."""
    return eligible.readers(application, but=[but] if but is not None else [])


@atomic
def transfer(application_id: int, *, to_id: int, reason: str, by: Actor, revision: int) -> Moved:
    """Hand a claimed application over to another person of the same step, with the reason. The claim begins anew."""
    application, through = to_decide(application_id, by=by, revision=revision)
    require_claimed(application, by)
    reason = checked_text(reason, "reason")
    if parts(application.item_version_id).step(application.step_position or 0) is not None:
        step = present_step(application)
        if step.by_draw:
            raise Conflict(
                Message("Who reviews this step is drawn by lot, so it is not handed over."),
                remedy=Message("Have another person drawn, with the reason."),
            )
    receiver = db.session.scalar(
        select(Account).where(
            Account.id == to_id, Account.id != by.account_id,
            may_decide(application, application.step_permission or ""),
        )
    )  # fmt: skip
    if receiver is None:
        raise Invalid(fields={"to_id": Message("Choose somebody who may decide on it at this step.")})
    change_in_place(
        application, revision=revision, guard=[Application.claimed_by_id == by.account_id],
        claimed_by_id=receiver.id, claimed_at=clock.now(),
    )  # fmt: skip
    told = f"→ {receiver.display_name}：{reason}"
    note_events(application, "transferred", by=by, note=told, for_id=for_whom(through))
    write_down("application:transfer", application, by=by, through=through, note=reason,
               after={"to": receiver.username})  # fmt: skip
    return moved(application)


@atomic
def send_copy(application_id: int, *, to_id: int, note: str, by: Actor) -> CopyTo:
    """Send an application for information to somebody who may see it anyway; nobody sees more by a copy."""
    application = found(application_id)
    policy.require(by, "application:read", application)
    note = " ".join(note.split())
    if len(note) > MAX_TEXT:
        raise Invalid(fields={"note": Message("Keep the note to at most %(count)s characters.", count=MAX_TEXT)})
    receiver = reader(application, to_id, by=by)
    known = db.session.scalar(
        select(CopyTo.id).where(CopyTo.application_id == application.id, CopyTo.to_id == receiver.id)
    )
    if known is not None:
        raise Conflict(
            Message("%(name)s has a copy of this application already.", name=receiver.display_name),
            remedy=Message("Nothing more is needed."),
        )
    copy = CopyTo(
        application_id=application.id, to_id=receiver.id, from_id=by.account_id, note=note, sent_at=clock.now()
    )
    with second_guard():
        db.session.add(copy)
        db.session.flush()
    note_events(application, "copied", by=by, note=f"→ {receiver.display_name}" + (f"：{note}" if note else ""))
    write_down("application:send_copy", application, by=by, note=note, after={"to": receiver.username})
    return copy


@atomic
def take_note(copy_id: int, *, by: Actor) -> CopyTo:
    """Say that one has taken note of a copy; a second time changes nothing."""
    copy = db.session.get(CopyTo, copy_id)
    if copy is None or copy.to_id != by.account_id:
        raise NotFound
    done = db.session.execute(
        update(CopyTo).where(CopyTo.id == copy.id, CopyTo.noted_at.is_(None)).values(noted_at=clock.now())
    )
    if done.rowcount == 1:  # type: ignore[attr-defined]
        write_down("application:note_copy", found(copy.application_id), by=by, after={"copy": copy.id})
    return copy


def reader(application: Application, account_id: int, *, by: Actor) -> Account:
    """Another account that may see the application as it is; Invalid for anybody else."""
    account = db.session.get(Account, account_id)
    if account is None or account.state != AccountState.ACTIVE or account.id == by.account_id:
        raise Invalid(fields={"to_id": Message("Choose another person whose account is in use.")})
    if not policy.may(actor_of(account), "application:read", application):
        raise Invalid(
            fields={"to_id": Message("%(name)s may not see applications of this unit.", name=account.display_name)}
        )
    return account


def require_claimed(application: Application, by: Actor) -> None:
    """Conflict unless the application lies on this person's desk."""
    if application.claimed_by_id != by.account_id:
        raise Conflict(
            Message("This application does not lie on your desk."), remedy=Message("Claim it first, then do it again.")
        )


def checked_text(text: str, place: str, *, longest: int = MAX_TEXT) -> str:
    """A reason or question without blanks around it; Invalid at its place if it says nothing or too much."""
    text = text.strip()
    if len(text) < 2:
        raise Invalid(fields={place: Message("Write in a few words why.")})
    if len(text) > longest:
        raise Invalid(fields={place: Message("Keep it to at most %(count)s characters.", count=longest)})
    return text
