"""“This looks wrong”: an employee asks the unit about the own pay or data. The question is a case that the unit answers
and its department judges; what is said there comes back to the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.access import attempts, policy
from app.access.actor import Actor
from app.access.attempts import Limit
from app.cases.rules import LONGEST, SHORTEST, text_of
from app.cases.service import Matter, Piece, Place, open_case
from app.errors import Invalid, NotFound
from app.messages import Message
from app.pay.months import Month, month_said, month_text
from app.pay.names import component_name
from app.uow import transaction
from models import Case, CaseEvent, Staff, db
from models.cases import CaseSeverity

SOURCE, RULE = "employee", "own-pay"
QUESTIONS_A_DAY = 5
ABOUT: dict[str, Message] = {
    "whole": Message("The whole amount"),
    "missing": Message("Something is missing"),
    "data": Message("My data in the roster"),
}
"""What a question can be about besides one part of the wage."""
_TOLD = ("opened", "found_anew", "reopened", "explained", "corrected", "sent_back", "accepted", "closed")


@dataclass(frozen=True)
class Said:
    """What somebody said to a question, or that it was asked."""

    kind: str
    at: datetime
    who: str
    text: str


@dataclass(frozen=True)
class Question:
    """A question of one's own with everything that was said to it, the oldest first."""

    case: Case
    said: Sequence[Said]

    @property
    def subject(self) -> Message:
        return Message.from_json(self.case.subject)

    @property
    def asked(self) -> Message:
        """What the person wrote last."""
        return Message.from_json(self.case.evidence[0]["text"])


def ask(about: str, text: str, *, month: Month, by: Actor) -> int:
    """Ask about one month; returns the number of the case. The same matter asked again goes into the same case.

    Raises Invalid for what says nothing, TooMany for whoever asks all day.
    """
    staff = _own_entry(by)
    said = text_of(text.replace("\x00", ""))
    problems: dict[str, Message] = {}
    what = _what(about)
    if what is None:
        problems["about"] = Message("Choose what looks wrong.")
    if said is None:
        problems["text"] = Message("Write %(least)s to %(most)s characters.", least=SHORTEST, most=LONGEST)
    if problems or what is None or said is None:
        raise Invalid(fields=problems)
    limit = Limit(
        f"question:{by.account_id}", QUESTIONS_A_DAY, timedelta(days=1),
        Message("You have asked %(count)s questions today; the unit answers these first.", count=QUESTIONS_A_DAY),
    )  # fmt: skip
    with transaction():
        reached = attempts.count([limit])
    attempts.refuse(reached)
    return open_case(_matter(staff, about, what, said, month), by=by).case_id


def questions_of(staff_id: int) -> list[Question]:
    """One's own questions, the newest first, with what was said to them; two statements."""
    cases = db.session.scalars(
        select(Case)
        .where(Case.source == SOURCE, Case.about_kind == "staff", Case.about_id == staff_id)
        .order_by(Case.id.desc())
        .limit(50)
    ).all()
    if not cases:
        return []
    events: dict[int, list[Said]] = {}
    for event in db.session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id.in_([case.id for case in cases]), CaseEvent.kind.in_(_TOLD))
        .order_by(CaseEvent.id)
    ):
        events.setdefault(event.case_id, []).append(Said(event.kind, event.at, event.by_name, event.note))
    return [Question(case, events.get(case.id, [])) for case in cases]


def _own_entry(by: Actor) -> Staff:
    staff = db.session.get(Staff, by.staff_id) if by.staff_id is not None else None
    if staff is None:
        raise NotFound
    policy.require(by, "pay:read_own", staff)
    return staff


def _what(about: str) -> Message | None:
    """What it is about: one of ours, or a part of the wage by its code."""
    if about in ABOUT:
        return ABOUT[about]
    name = component_name(about)
    return name if name.msgid != "%(code)s" else None


def _matter(staff: Staff, about: str, what: Message, said: str, month: Month) -> Matter:
    return Matter(
        key=f"{SOURCE}:{staff.id}:{month_text(month)}:{about}", source=SOURCE, rule=RULE, unit_id=staff.unit_id,
        subject=Message("%(name)s asks about the pay of %(month)s: %(what)s", name=staff.name, month=month_said(month),
                        what=what),
        reason=Message("Whoever is paid may ask why. Look at the record and the documents, and answer in plain words."),
        evidence=(
            Piece(Message("“%(text)s”", text=said), staff_id=staff.id, unit_id=staff.unit_id,
                  place=Place("staff", staff.id)),
        ),
        severity=CaseSeverity.NOTICE, about_kind="staff", about_id=staff.id, people=(staff.id,),
    )  # fmt: skip
