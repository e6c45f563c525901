"""What a case is and which way it may go: states, answers, outcomes, their words, and who may not judge it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from app.cases.evidence import Piece, digest_of, kept
from app.messages import Message
from models.cases import CaseAnswer, CaseOutcome, CaseSeverity, CaseState

SHORTEST, LONGEST = 2, 1000
USUAL_DAYS = 10
"""Working days in which a case is answered, where who opens it says nothing else."""

STATES: dict[str, Message] = {
    CaseState.OPEN: Message("To answer"),
    CaseState.ANSWERED: Message("To judge"),
    CaseState.CLOSED: Message("Case closed"),
}
SEVERITIES: dict[str, Message] = {
    CaseSeverity.NOTICE: Message("Notice"),
    CaseSeverity.WARNING: Message("Early warning"),
    CaseSeverity.GRAVE: Message("Grave"),
}
ANSWERS: dict[str, Message] = {
    CaseAnswer.EXPLAINED: Message("Explained"),
    CaseAnswer.CORRECTED: Message("Put right"),
}
OUTCOMES: dict[str, Message] = {
    CaseOutcome.CORRECTED: Message("True, and put right"),
    CaseOutcome.ACCEPTED: Message("True, and accepted with a reason"),
    CaseOutcome.UNFOUNDED: Message("Nothing was wrong"),
}
EVENTS: dict[str, Message] = {
    "opened": Message("Case opened"),
    "found_anew": Message("Found anew, with other evidence"),
    "reopened": Message("Opened again"),
    "gone": Message("No longer found in the record"),
    "assigned": Message("Assigned"),
    "explained": Message("Explained"),
    "corrected": Message("Put right"),
    "sent_back": Message("Sent back to the unit"),
    "accepted": Message("Accepted with a reason"),
    "closed": Message("Case closed"),
}
CONFIRMED = frozenset({CaseOutcome.CORRECTED, CaseOutcome.ACCEPTED})
"""The outcomes that say that the finding was right."""


@dataclass(frozen=True)
class Matter:
    """What somebody must answer. `key` is the matter itself: found a second time, it is the same case.

    `digest` says what about it is news; where it is empty, any other evidence is. A closed case opens again only with
    another digest than the one it was closed with. `latest` is how far a matter that goes on has come, as text that
    sorts (a month): going on is no news, but where it had been put right it opens the case again.
    """

    key: str
    source: str
    rule: str
    unit_id: int
    subject: Message
    reason: Message
    evidence: Sequence[Piece] = ()
    severity: CaseSeverity = CaseSeverity.WARNING
    days: int = USUAL_DAYS
    about_kind: str = ""
    about_id: int | None = None
    people: Collection[int] = ()
    accounts: Collection[int] = ()
    digest: str = ""
    latest: str = ""
    fingerprint: str = field(init=False, default="")

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= 200:
            raise ValueError("the key of a matter has 1 to 200 characters")
        of = self.digest or [kept(self.evidence), self.severity]
        object.__setattr__(self, "fingerprint", digest_of(of))


def why_not_to_judge(
    *, account_id: int | None, staff_id: int | None, answered_by: int | None, accounts: Collection[int],
    people: Collection[int],
) -> Message | None:  # fmt: skip
    """Why this person may not judge a case: they answered it, or it is about what they did or are paid."""
    if account_id is not None and account_id == answered_by:
        return Message("You answered this case yourself, so somebody else must judge it.")
    if account_id is not None and account_id in accounts:
        return Message("This case is about your own decisions, so somebody else must judge it.")
    if staff_id is not None and staff_id in people:
        return Message("This case is about your own pay, so somebody else must judge it.")
    return None


def text_of(given: str) -> str | None:
    """What was typed without needless blanks; None where it is too short or too long to be an answer."""
    text = "\n".join(line for line in (" ".join(one.split()) for one in given.splitlines()) if line)
    return text if SHORTEST <= len(text) <= LONGEST else None
