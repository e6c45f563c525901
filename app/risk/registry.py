"""The registry of fund-risk rules: each is a small class with its id, its reason, its parameters and how it looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from app.cases.evidence import Piece
from app.cases.rules import Matter
from app.messages import Message
from app.pay.months import Month, month_text
from models.cases import CaseSeverity

if TYPE_CHECKING:
    from app.risk.looking import Looked

SOURCE = "risk"


@dataclass(frozen=True)
class Knob:
    """One parameter of a rule: a whole number with its bounds. `unit` is yuan, percent, months, days or count."""

    code: str
    title: Message
    default: int
    lowest: int
    highest: int
    unit: str = "count"


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found: what it is about, in one sentence, with its evidence.

    `key` is the matter within the rule, so that it is one case for ever; `digest` is what makes it news, `latest` the
    last month of what goes on.
    """

    key: str
    unit_id: int
    subject: Message
    evidence: Sequence[Piece]
    people: Iterable[int] = ()
    accounts: Iterable[int] = ()
    digest: Any = field(default=None)
    latest: Month | None = None
    severity: CaseSeverity | None = None


class Rule:
    """What every rule says of itself. A subclass names all of it and how it looks."""

    code: ClassVar[str]
    title: ClassVar[Message]
    why: ClassVar[Message]
    cites: ClassVar[tuple[str, ...]]
    severity: ClassVar[CaseSeverity] = CaseSeverity.WARNING
    knobs: ClassVar[tuple[Knob, ...]] = ()
    days: ClassVar[int] = 10

    def find(self, looked: Looked) -> Iterable[Finding]:
        """Everything in the record that offends the rule."""
        raise NotImplementedError

    def knob(self, code: str) -> Knob:
        return next(one for one in self.knobs if one.code == code)

    def matter(self, found: Finding) -> Matter:
        """A finding as what somebody must answer."""
        return Matter(
            key=f"{SOURCE}:{self.code}:{found.key}", source=SOURCE, rule=self.code, unit_id=found.unit_id,
            subject=found.subject, reason=self.why, evidence=tuple(found.evidence),
            severity=found.severity or self.severity, days=self.days, people=tuple(found.people),
            accounts=tuple(found.accounts), digest=str(found.digest) if found.digest is not None else "",
            latest=month_text(found.latest) if found.latest is not None else "",
        )  # fmt: skip


RULES: dict[str, Rule] = {}


def register(kind: type[Rule]) -> type[Rule]:
    """Make a rule known under its code."""
    RULES[kind.code] = kind()
    return kind
