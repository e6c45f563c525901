"""Progress by application number and code, for whoever holds the paper: no log-in, no names, no amounts.

The code is made from the number under the house's key, so nothing is kept of it; the check code at the foot of any
print of the application opens it too. A number that does not exist and a code that is wrong are answered alike, after
the same statements, and attempts are counted in the database by number, by address and in all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import select

from app import clock
from app.access import attempts
from app.documents import checking, codes
from app.documents import queries as documents
from app.errors import NotFound
from app.forms.reading import plain
from app.items.queries import parts
from app.messages import Message, Named
from app.uow import transaction
from app.workflow.states import state_name
from models import Application, ApplicationEvent, db
from models.applications import ApplicationState

KIND = "progress"
_WINDOW = timedelta(minutes=15)
_USED_UP = Message("Too many attempts to look up progress.")
_SECRET_STATES = frozenset({ApplicationState.DRAFT})


@dataclass(frozen=True)
class Passed:
    """A step on the way: `standing` is passed, here or ahead."""

    name: Named
    limit_days: int
    standing: str
    entered: date | None
    left: date | None


@dataclass(frozen=True)
class Progress:
    """How far an application has come."""

    number: str
    item: Named
    code: str
    state: Message
    since: datetime
    filed_on: date | None
    decided_on: date | None
    promised_days: int
    steps: tuple[Passed, ...]


def code_for(application_id: int, number: str) -> str | None:
    """The code to be handed to whoever filed: with it and the number anybody may see how far it has come."""
    return codes.code_of(KIND, application_id, number)


def look_up(number: str, code: str, *, address: str) -> Progress:
    """How far an application has come. Raises NotFound in the same words for any number and code that do not go
    together, and TooMany after too many of them."""
    number, signs = plain(number).upper()[:30], codes.plain(code)
    limits = _limits(number, address)
    with transaction():
        reached = attempts.count(limits)
    attempts.refuse(reached)
    found = _fitting(number, signs)
    if found is None:
        raise NotFound(
            Message("No application goes with this number and code."),
            remedy=Message("Compare both with the print or with the page of the application. Ask the unit that filed "
                           "it if they still do not go together."),
        )  # fmt: skip
    with transaction():
        attempts.give_back(limits)
    return _told(found)


def _limits(number: str, address: str) -> list[attempts.Limit]:
    named = sha256(number.encode()).hexdigest()[:32]
    return [
        attempts.Limit(f"progress:number:{named}", 10, _WINDOW, _USED_UP),
        attempts.Limit(f"progress:address:{attempts.place_of(address)}", 20, _WINDOW, _USED_UP),
        attempts.Limit("progress:all", 600, _WINDOW, _USED_UP),
    ]


def _fitting(number: str, signs: str | None) -> Application | None:
    """The application whose number and code these are. The same is asked and worked out whether it exists or not."""
    found = db.session.scalars(select(Application).where(Application.number == number)).one_or_none()
    application_id = found.id if found is not None else 0
    standings = [one.key for one in documents.standings_of(application_id)]
    tried = signs or "2" * codes.LENGTH
    handed = codes.record_of(KIND, tried) == application_id and codes.standing_of(KIND, tried, [number]) is not None
    printed = (
        codes.record_of(checking.APPLICATION, tried) == application_id
        and codes.standing_of(checking.APPLICATION, tried, standings) is not None
    )
    fits = signs is not None and found is not None and (handed or printed) and found.state not in _SECRET_STATES
    return found if fits else None


def _told(application: Application) -> Progress:
    version = parts(application.item_version_id)
    events = db.session.execute(
        select(ApplicationEvent.at, ApplicationEvent.state, ApplicationEvent.step_position)
        .where(ApplicationEvent.application_id == application.id)
        .order_by(ApplicationEvent.id)
    ).all()
    entered: dict[int, datetime] = {}
    left: dict[int, datetime] = {}
    at: int | None = None
    for event in events:
        position = event.step_position if event.state == ApplicationState.IN_REVIEW else None
        if position != at:
            if at is not None:
                left[at] = event.at
            if position is not None:
                entered.setdefault(position, event.at)
            at = position
    now_at = application.step_position if application.state == ApplicationState.IN_REVIEW else None
    steps = tuple(
        Passed(
            Named(step.name_zh, step.name_en), step.limit_days, _standing(step.position, now_at, entered),
            _day(entered.get(step.position)), None if step.position == now_at else _day(left.get(step.position)),
        )
        for step in version.steps
    )  # fmt: skip
    return Progress(
        application.number, Named(version.item.name_zh, version.item.name_en), version.code,
        state_name(application.state), events[-1].at if events else application.changed_at,
        _day(application.submitted_at), _day(application.decided_at), version.promised_days, steps,
    )  # fmt: skip


def _standing(position: int, now_at: int | None, entered: dict[int, datetime]) -> str:
    if position == now_at:
        return "here"
    if position in entered and (now_at is None or position < now_at):
        return "passed"
    return "ahead"


def _day(moment: datetime | None) -> date | None:
    return clock.local(moment).date() if moment is not None else None
