"""Proves kept wages: every chain is replayed from facts and events, and must come out as it is kept (G-7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.messages import Message
from app.pay import queries
from app.pay.careers import person_to_json
from app.pay.errors import PayError
from app.pay.events import event_to_json
from app.pay.months import month_said, month_text
from app.pay.recording import agrees, priced
from app.pay.replaying import ManyReplays
from app.standards.queries import current
from models import Staff

BATCH = 500


@dataclass(frozen=True)
class Difference:
    """A person whose kept chain is not what the rules give, and the first place where it is not."""

    staff_id: int
    staff_no: str
    reason: Message


def export_case(staff: Staff) -> dict[str, Any]:
    """A person's career in the exchange format `career-case/1`, asking for the wage of every month it changes in."""
    person, events = queries.career_of(staff)
    months = dict.fromkeys(month_text(link.effective_month) for link in queries.chain_of(staff.id))
    return {
        "format": "career-case/1",
        "id": staff.staff_no,
        "person": person_to_json(person),
        "events": [event_to_json(event) for event in events],
        "queries": [{"id": f"q{place}", "type": "wage", "month": month} for place, month in enumerate(months, start=1)],
    }


def differences() -> Iterator[Difference]:
    """Replay everybody who has a wage record, some hundreds at a time; three statements for each lot."""
    last, replays = 0, ManyReplays(tables=current())
    while people := queries.next_with_a_wage(last, BATCH):
        last = people[-1].staff.id
        for person in people:
            reason = _objection(person, replays)
            if reason is not None:
                yield Difference(person.staff.id, person.staff.staff_no, reason)


def _objection(person: queries.Held, replays: ManyReplays) -> Message | None:
    kept, chain = person.standing, person.chain
    if len(chain) != len(kept):
        return Message("The chain is broken: %(count)s records hang on none.", count=len(kept) - len(chain))
    horizon = max(link.effective_month for link in chain)
    try:
        career = replays.replay(
            queries.person_of(person.staff), [queries.read_event(row) for row in person.events], until=horizon
        )
    except PayError as error:
        return error.message
    wanted = priced(career)
    for record, link in zip(chain, wanted, strict=False):
        if not agrees(record, link):
            return Message("The record from %(month)s is not what the rules give.",
                           month=month_said(record.effective_month))  # fmt: skip
    if len(chain) != len(wanted):
        return Message("%(kept)s records are kept, the rules give %(wanted)s.", kept=len(chain), wanted=len(wanted))
    return None
