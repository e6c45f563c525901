"""The application as one sheet: what is asked, what is there, what is found, what happens next. Plain values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.forms.fields import Control
from app.items.editions import Material, Version
from app.materials.sentences import CODES
from app.materials.told import Told
from app.materials.verdicts import Finding
from app.messages import Message, Named
from app.pay.results import Figure
from app.workflow.limits import Standing
from models import Application, Staff, Unit
from models.applications import ApplicationState


@dataclass(frozen=True)
class FieldLine:
    """One question with its answer: `reason` is why a return marks it, `problem` what was wrong with what was typed."""

    key: str
    type: str
    label: Named
    help: Named | None
    required: bool
    options: Mapping[str, Any]
    control: Control
    value: Any
    shown: Any
    prefilled: bool
    editable: bool
    because: Message | None = None
    asked: bool = True
    reason: str = ""
    typed: Any = None
    problem: Message | None = None

    @property
    def anchor(self) -> str:
        return f"answer-{self.key}"


@dataclass(frozen=True)
class FindingLine:
    """What the examination found on one upload; `overridden` carries a person's reason."""

    id: int
    revision: int
    code: str
    severity: str
    page: int
    message: Message
    remedy: Message
    overridden: str = ""
    overridden_by: str = ""
    measures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class UploadLine:
    """One file of a material. `is_new` means that it came after the last filing."""

    id: int
    filename: str
    media_type: str
    size: int
    pages: int
    accepted: bool
    findings: tuple[FindingLine, ...]
    uploaded_by: str
    uploaded_at: datetime
    claimed_round: int | None
    is_new: bool
    removable: bool
    sha256: str = ""
    fingerprint: str | None = None  # how the first page looks
    sheets: tuple[Mapping[str, Any], ...] = ()  # where photographed sheets lie (app.materials.sheets)
    told: Told | None = None  # what the paper says, once it is read
    waits: bool = False  # whether it is still to be read
    doubt: Finding | None = None  # where a date on it contradicts an answer

    @property
    def broken(self) -> bool:
        """Whether something is wrong with the file itself, so that nothing is drawn from it."""
        return any(finding.code in CODES for finding in self.findings)


@dataclass(frozen=True)
class MaterialLine:
    """One material of the item version: whether it is needed here and why, and what was sent for it."""

    material: Material
    code: str
    name: Named
    needed: bool
    because: Message | None
    uploads: tuple[UploadLine, ...]
    editable: bool
    reason: str = ""

    @property
    def anchor(self) -> str:
        return f"material-{self.code}"

    @property
    def accepted(self) -> tuple[UploadLine, ...]:
        return tuple(upload for upload in self.uploads if upload.accepted)

    @property
    def refused(self) -> tuple[UploadLine, ...]:
        return tuple(upload for upload in self.uploads if not upload.accepted)

    @property
    def pages(self) -> int:
        return sum(upload.pages for upload in self.accepted)

    @property
    def shared(self) -> bool:
        """Whether the system holds the material itself, so that nobody is asked for it."""
        return self.material.shared

    @property
    def complete(self) -> bool:
        return self.shared or (bool(self.accepted) and self.pages >= self.material.min_pages)


@dataclass(frozen=True)
class StepLine:
    """One step: `state` is done, current, waiting, problem or skipped."""

    position: int
    key: str
    name: Named
    permission: str
    limit_days: int
    state: str
    because: Message | None = None
    due_on: date | None = None
    decided_by: Message | str = ""
    decided_at: datetime | None = None
    outcome: str = ""
    note: str = ""


@dataclass(frozen=True)
class PayRow:
    """One part of the wage before and after, with the sentences that prove the amounts."""

    label: Message
    before: int | None
    after: int | None
    reasons: tuple[Mapping[str, Any], ...] = ()
    total: bool = False


@dataclass(frozen=True)
class PayChange:
    """The explained change, or the sentence why there is none (`problem` with `remedy`)."""

    rows: tuple[PayRow, ...] = ()
    effective_month: date | None = None
    back_pay: tuple[Mapping[str, Any], ...] = ()
    back_pay_fen: int = 0
    before_fen: int | None = None
    after_fen: int | None = None
    reasons: tuple[Message, ...] = ()
    problem: Message | None = None
    remedy: Message | None = None
    waiting_for: tuple[Named, ...] = ()
    raw: Mapping[str, Any] | None = None
    note: Message | None = None  # that no amount changes; the figures of the result then stand alone
    figures: tuple[Figure, ...] = ()

    @property
    def known(self) -> bool:
        return self.raw is not None and self.note is None


@dataclass(frozen=True)
class HistoryLine:
    """One event of the application."""

    kind: str
    what: Message
    at: datetime
    by: Message | str
    note: str
    step: Named | None


@dataclass(frozen=True)
class ChangeLine:
    """What the unit changed since the return, and where it stands."""

    text: Message
    anchor: str


@dataclass(frozen=True)
class MarkedLine:
    """What the last return marked, with the reason, and whether the unit has changed it since."""

    kind: str
    key: str
    label: Named
    reason: str
    changed: bool

    @property
    def anchor(self) -> str:
        return f"{self.kind.lower()}-{self.key}"


@dataclass(frozen=True)
class Other:
    """Another filed application of the same person, or of the unit where it is filed for itself."""

    id: int
    number: str
    state: str
    answers: dict[str, Any]  # by field key
    for_finance: bool = True  # whether it gave finance something to pay
    same_item: bool = True
    effect: str | None = None
    effect_map: Mapping[str, str] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Whether nothing more happens with it: it is paid, or was approved with a result that pays nothing."""
        return self.state == ApplicationState.PAID or (
            self.state == ApplicationState.APPROVED and not self.for_finance
        )  # fmt: skip

    @property
    def in_review(self) -> bool:
        """Whether nothing of it is decided yet."""
        return self.state in (ApplicationState.IN_REVIEW, ApplicationState.RETURNED)

    @property
    def facts(self) -> dict[str, Any]:
        """What its answers say, by the facts of its effect."""
        return {fact: self.answers[key] for fact, key in self.effect_map.items() if self.answers.get(key) is not None}


@dataclass(frozen=True)
class Past:
    """One event of the career that holds: its kind, and its day, or the year that an assessment is about."""

    kind: str
    day: date | None
    year: int | None
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Around:
    """What else is on record about the person, or about the unit that files for itself; amounts in fen.

    `prepared` are the answers of the system's own open proposal for this item, `colleagues` the names of others on the
    roster that stand in file names, by upload, `wage_fen` and `state` the
    wage as it is kept now and what it rests on, `december_fen` the basic wage of the unit's institution staff in last
    December, `totals` the performance-pay totals decided, by year.
    """

    others: tuple[Other, ...] = ()
    events: tuple[Past, ...] = ()
    reported: Mapping[int, str] = field(default_factory=dict)
    prepared: Mapping[str, Any] = field(default_factory=dict)
    colleagues: Mapping[int, str] = field(default_factory=dict)
    wage_fen: int | None = None
    state: Mapping[str, Any] = field(default_factory=dict)
    december_fen: int | None = None
    totals: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ApplicationSheet:
    application: Application
    version: Version
    item_name: Named
    staff: Staff | None
    unit: Unit
    questions: tuple[FieldLine, ...]
    materials: tuple[MaterialLine, ...]
    steps: tuple[StepLine, ...]
    pay: PayChange
    history: tuple[HistoryLine, ...]
    returned_note: str = ""
    returned_by: Message | str = ""
    changes: tuple[ChangeLine, ...] = ()
    marked: tuple[MarkedLine, ...] = ()  # while a corrected application is in review
    standing: Standing | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    around: Around = field(default_factory=Around)
    newer_version: int | None = None
    withdrawn: Message | None = None  # why a draft cannot be submitted: its item is out of force

    @property
    def fields(self) -> tuple[FieldLine, ...]:
        """The questions that are asked under the present answers."""
        return tuple(line for line in self.questions if line.asked)

    @property
    def changed_since_return(self) -> tuple[Message, ...]:
        return tuple(line.text for line in self.changes)

    @property
    def editable(self) -> bool:
        return any(line.editable for line in self.fields) or any(line.editable for line in self.materials)

    @property
    def answers(self) -> dict[str, Any]:
        return {line.key: line.value for line in self.questions if line.value is not None}

    @property
    def needed(self) -> tuple[MaterialLine, ...]:
        return tuple(line for line in self.materials if line.needed)
