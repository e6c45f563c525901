"""What waits for a person in a batch: lines that are alike as one group, and each that deviates with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from app.access import scope
from app.access.actor import Actor
from app.access.roles import DECIDING
from app.batches.rules import differences
from app.items import queries as items
from app.items.editions import Version
from app.messages import Message, Named
from models import (
    Application,
    ApplicationEmployee,
    Batch,
    BatchLine,
    Decision,
    MaterialCheck,
    Staff,
    Upload,
    db,
)
from models.applications import ApplicationState

SHOWN_OF_A_GROUP = 50
"""Lines of a deviating group that a page shows; the group is decided whole all the same."""


@dataclass(frozen=True)
class ReviewLine:
    """One line that waits: whose it is, its application, and the wage before and after."""

    line_id: int
    application_id: int
    number: str
    revision: int
    name: str
    staff_id: int
    before_fen: int | None
    after_fen: int | None
    back_pay_fen: int | None

    @property
    def choice(self) -> str:
        return f"{self.line_id}-{self.revision}"


@dataclass(frozen=True)
class Group:
    """Lines that are alike at one step. The largest of a step is the pattern; the others say how they deviate."""

    key: str
    position: int
    step: Named
    lines: tuple[ReviewLine, ...]
    traits: Mapping[str, Any]
    pattern: bool = False
    why: tuple[Message, ...] = ()

    @property
    def count(self) -> int:
        return len(self.lines)

    @property
    def seen(self) -> str:
        """What the page shows of the group, so that a stale one is noticed."""
        return f"{self.count}.{sum(line.revision for line in self.lines)}"

    @property
    def more_fen(self) -> int:
        """How much more all of them cost in a month."""
        return sum((line.after_fen or 0) - (line.before_fen or 0) for line in self.lines if line.after_fen is not None)

    @property
    def owed_fen(self) -> int:
        return sum(line.back_pay_fen or 0 for line in self.lines)

    @property
    def shown(self) -> Sequence[ReviewLine]:
        return self.lines[:SHOWN_OF_A_GROUP]


@dataclass(frozen=True)
class Review:
    """Everything of a batch that waits for one person: first what deviates, then the pattern of each step."""

    groups: tuple[Group, ...] = ()
    version: Version | None = None

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)

    @property
    def deviating(self) -> list[Group]:
        return [group for group in self.groups if not group.pattern]

    @property
    def patterns(self) -> list[Group]:
        return [group for group in self.groups if group.pattern]

    def group(self, key: str) -> Group | None:
        return next((group for group in self.groups if group.key == key), None)

    def line(self, line_id: int) -> ReviewLine | None:
        return next((line for group in self.groups for line in group.lines if line.line_id == line_id), None)

    def position_of(self, line_id: int) -> int:
        return next(group.position for group in self.groups for line in group.lines if line.line_id == line_id)


@dataclass
class _Heap:
    position: int
    lines: list[ReviewLine] = field(default_factory=list)
    extra: list[Message] = field(default_factory=list)


def waiting_condition(actor: Actor) -> ColumnElement[bool]:
    """What waits for this person on their own account: at a step of theirs, not filed by them, not decided before by
    them, not about themselves."""
    by = actor.on_own_account
    ways = [
        and_(Application.step_permission == name, scope.condition(by, name, Application))
        for name in sorted(DECIDING)
        if by.holds(name)
    ]
    decided = select(Decision.id).where(
        Decision.application_id == Application.id,
        or_(Decision.decided_by_id + 0 == by.account_id, Decision.for_id + 0 == by.account_id),
        or_(Decision.step_position != Application.step_position, Decision.round == Application.round),
    )
    conditions = [
        Application.state == ApplicationState.IN_REVIEW, or_(*ways) if ways else Application.id.is_(None),
        Application.created_by_id != by.account_id,
        or_(Application.submitted_by_id.is_(None), Application.submitted_by_id != by.account_id),
        ~decided.exists(),
    ]  # fmt: skip
    if by.staff_id is not None:
        conditions.append(BatchLine.staff_id != by.staff_id)
    return and_(*conditions)


def review(batch: Batch, actor: Actor, *, explained: bool = True) -> Review:
    """What waits for this person in the batch, grouped, and `explained` how groups deviate; three statements however
    many lines there are."""
    found = db.session.execute(
        select(
            BatchLine.id, BatchLine.alike, Application.id.label("application_id"), Application.number,
            Application.revision, Application.round, Application.step_position, Application.item_version_id,
            Staff.name, BatchLine.staff_id, ApplicationEmployee.before_fen, ApplicationEmployee.after_fen,
            ApplicationEmployee.back_pay_fen,
        )
        .join(Application, Application.id == BatchLine.application_id)
        .join(ApplicationEmployee, ApplicationEmployee.application_id == Application.id)
        .join(Staff, Staff.id == BatchLine.staff_id)
        .where(BatchLine.batch_id == batch.id, waiting_condition(actor))
        .order_by(Staff.name, BatchLine.id)
    ).all()  # fmt: skip
    if not found:
        return Review()
    with_findings = _with_findings(batch)
    heaps: dict[str, _Heap] = {}
    for row in found:
        _put(heaps, row, with_findings)
    traits = _traits([heap.lines[0].line_id for heap in heaps.values()]) if explained else {}
    version = items.parts(found[0].item_version_id)
    return Review(tuple(_groups(heaps, traits, version)), version)


def _put(heaps: dict[str, _Heap], row: Any, with_findings: set[int]) -> None:
    """Corrected lines and those with a finding stand alone: what they were filed with says nothing of them now."""
    key, extra = f"{row.step_position}-{row.alike}", []
    if row.round > 1:
        key, extra = f"{row.step_position}-line-{row.id}", [Message("It was returned and corrected.")]
    elif row.application_id in with_findings:
        key, extra = f"{row.step_position}-line-{row.id}", [Message("Its materials carry findings. Open it.")]
    heap = heaps.setdefault(key, _Heap(row.step_position, extra=extra))
    heap.lines.append(
        ReviewLine(
            row.id, row.application_id, row.number, row.revision, row.name, row.staff_id, row.before_fen,
            row.after_fen, row.back_pay_fen,
        )
    )  # fmt: skip


def _with_findings(batch: Batch) -> set[int]:
    """The applications of the batch with a finding on a file that is in use."""
    rows = db.session.scalars(
        select(Upload.application_id)
        .join(MaterialCheck, MaterialCheck.upload_id == Upload.id)
        .join(BatchLine, BatchLine.application_id == Upload.application_id)
        .where(BatchLine.batch_id == batch.id, Upload.removed_at.is_(None))
        .distinct()
    )
    return set(rows)


def _traits(line_ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    rows = db.session.execute(select(BatchLine.id, BatchLine.traits).where(BatchLine.id.in_(line_ids)))
    return {row.id: row.traits for row in rows}


def _groups(
    heaps: Mapping[str, _Heap], traits: Mapping[int, Mapping[str, Any]], version: Version
) -> list[Group]:  # fmt: skip
    """The largest group of each step is its pattern; what deviates comes first, the smallest groups before others."""
    largest: dict[int, str] = {}
    for key, heap in heaps.items():
        held = largest.get(heap.position)
        if not heap.extra and (held is None or len(heap.lines) > len(heaps[held].lines)):
            largest[heap.position] = key
    groups = []
    for key, heap in heaps.items():
        step = version.step(heap.position)
        own = traits.get(heap.lines[0].line_id, {})
        pattern = largest.get(heap.position)
        why = [*heap.extra]
        if traits and pattern is not None and pattern != key:
            why += differences(own, traits[heaps[pattern].lines[0].line_id], version)
        groups.append(
            Group(
                key, heap.position, Named(step.name_zh, step.name_en) if step else Named("", ""), tuple(heap.lines),
                own, pattern=pattern == key, why=tuple(why),
            )
        )  # fmt: skip
    return sorted(groups, key=lambda group: (group.position, group.pattern, group.count, group.key))


def waiting_batches(actor: Actor, batch_ids: Sequence[int]) -> set[int]:
    """Those of these batches in which something waits for the person; one statement."""
    if not batch_ids or not any(actor.on_own_account.holds(name) for name in DECIDING):
        return set()
    rows = db.session.scalars(
        select(BatchLine.batch_id)
        .join(Application, Application.id == BatchLine.application_id)
        .where(BatchLine.batch_id.in_(list(batch_ids)), waiting_condition(actor))
        .distinct()
    )
    return set(rows)
