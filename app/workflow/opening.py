"""What every deed at a step begins with: the application as it stands, whether this person may decide on it there and
in whose name, and whether the claim is free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from app import clock
from app.access import policy
from app.access.actor import Actor, Delegated
from app.audit import service as audit
from app.errors import Conflict, NotFound
from app.items.editions import Step
from app.items.queries import parts
from app.messages import Message
from app.workflow import records, rules
from app.workflow.calendar import Corrections, working_hours_before
from app.workflow.limits import due_day
from models import Application

NOBODY: dict[str, Any] = {"step_permission": None, "claimed_by_id": None, "claimed_at": None, "due_on": None}
NOWHERE: dict[str, Any] = {**NOBODY, "step_position": None}


def found(application_id: int) -> Application:
    application = records.for_decision(application_id)
    if application is None:
        raise NotFound
    return application


def to_decide(application_id: int, *, by: Actor, revision: int) -> tuple[Application, Delegated | None]:
    """The application, if this person may decide on it where it stands, and through which delegation. A row out of
    reach is not there at all.

    Whoever decides from an old page after it has gone on to somebody else's step learns that, not what they may not do.
    """
    application = found(application_id)
    permission = application.step_permission
    if permission is None or not by.holds(permission):
        policy.require(by, "application:read", application)
        if permission is None or application.revision != revision:
            raise records.overtaken(application.id)
    return application, policy.require(by, permission, application).through


def present_step(application: Application) -> Step:
    step = parts(application.item_version_id).step(application.step_position or 0)
    if step is None:
        raise records.overtaken(application.id)
    return step


def free_claim(application: Application, *, by: Actor) -> Any:
    """The moment before which claims have expired, if somebody else holds one; Conflict if theirs still holds."""
    if application.claimed_by_id in (None, by.account_id):
        return None
    cutoff = working_hours_before(clock.now(), rules.CLAIM_HOURS, records.corrections())
    assert application.claimed_at is not None
    if application.claimed_at > cutoff:
        raise claimed_by_another(application)
    return cutoff


def claimed_by_another(application: Application) -> Conflict:
    assert application.claimed_by is not None
    assert application.claimed_at is not None
    return Conflict(
        Message("%(name)s has had this application on the desk since %(at)s.",
                name=application.claimed_by.display_name, at=f"{clock.local(application.claimed_at):%Y-%m-%d %H:%M}"),
        remedy=Message("Take the next one from the queue. The claim ends when it is released, "
                       "or by itself after %(hours)s working hours.", hours=rules.CLAIM_HOURS),
    )  # fmt: skip


def at_step(step: Step, corrections: Corrections, *, used: int = 0) -> dict[str, Any]:
    today: date = clock.today()
    return {
        "step_position": step.position,
        "step_permission": step.permission,
        "step_entered_at": clock.now(),
        "due_on": due_day(today, step.limit_days, used=used, corrections=corrections),
    }


def write_down(
    action: str, application: Application, *, by: Actor, before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None, note: str = "", subjects: Sequence[int] = (),
    through: Delegated | None = None,
) -> None:  # fmt: skip
    """The audit of a deed on an application; what is done through a delegation says in whose name."""
    told = after or {"state": application.state}
    if through is not None:
        told = told | {"in_the_name_of": through.name, "delegation": through.delegation_id}
    audit.record(
        action, by=by, kind="application", record_id=application.id, unit_id=application.unit_id, before=before,
        after=told, note=note, subjects=subjects,
    )  # fmt: skip


def for_whom(through: Delegated | None) -> int | None:
    """The account in whose name somebody acts, if they act through a delegation."""
    return through.account_id if through is not None else None
