"""Reading proposals: the list grouped by item, the first of them for the home page, one in scope."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from app.access import scope
from app.access.actor import Actor
from app.forms import fields as forms
from app.items import queries as items
from app.messages import Message, Named
from app.paging import Page, page_number
from models import Proposal, ServiceItem, Staff, db
from models.proposals import ProposalState

ROWS_A_PAGE = 50


@dataclass(frozen=True)
class Group:
    """An item with the number of its proposals in the state that is shown."""

    code: str
    name: Named
    count: int


@dataclass(frozen=True)
class Row:
    """One proposal with its prepared answers as people read them."""

    proposal: Proposal
    answers: tuple[tuple[Named, Any], ...] = ()

    @property
    def why(self) -> Message:
        return Message.from_json(self.proposal.why)

    @property
    def missing(self) -> list[Message]:
        return [Message.from_json(one) for one in self.proposal.missing]

    @property
    def changes(self) -> list[Message]:
        return [Message.from_json(one) for one in self.proposal.changes]

    @property
    def files(self) -> int:
        """How many files on record are attached."""
        return sum(len(files) for files in self.proposal.facts.get("materials", {}).values())


@dataclass(frozen=True)
class First:
    """The first open proposals and how many there are in all."""

    rows: tuple[Row, ...] = ()
    count: int = 0

    @property
    def more(self) -> bool:
        return self.count > len(self.rows)


def first_open(actor: Actor, *, most: int) -> First:
    """Who has waited longest, for the home page; in one statement."""
    if not actor.holds("proposal:confirm"):
        return First()
    rows = db.session.execute(
        select(Proposal, func.count().over())
        .options(joinedload(Proposal.staff), joinedload(Proposal.item))
        .where(_in_reach(actor, "proposal:confirm"), Proposal.state == ProposalState.OPEN)
        .order_by(Proposal.due_on, Proposal.id)
        .limit(most)
    ).all()
    return First(tuple(Row(row[0]) for row in rows), rows[0][1] if rows else 0)


def groups(actor: Actor, state: str) -> list[Group]:
    """How many there are of each item, in the order of the codes."""
    rows = db.session.execute(
        select(ServiceItem.code, ServiceItem.name_zh, ServiceItem.name_en, func.count(Proposal.id))
        .join(Proposal, Proposal.item_id == ServiceItem.id)
        .where(_in_reach(actor), Proposal.state == state)
        .group_by(ServiceItem.code, ServiceItem.name_zh, ServiceItem.name_en)
        .order_by(ServiceItem.code)
    )
    return [Group(code, Named(zh, en), count) for code, zh, en, count in rows]


def listing(actor: Actor, filters: Mapping[str, Any], page: object) -> Page[Row]:
    """One page by item, then who has waited longest. Filters: state, item (code), text (the beginning of a name)."""
    number = page_number(page)
    wanted = (
        select(Proposal)
        .join(Proposal.item)
        .options(
            joinedload(Proposal.staff), joinedload(Proposal.unit), joinedload(Proposal.item),
            joinedload(Proposal.application), joinedload(Proposal.closed_by),
        )
        .where(_in_reach(actor), Proposal.state == _state(filters.get("state")))
    )  # fmt: skip
    if item := str(filters.get("item") or ""):
        wanted = wanted.where(ServiceItem.code == item[:30])
    if text := " ".join(str(filters.get("text") or "").replace("\x00", "").split())[:60]:
        named = select(Staff.id).where(Staff.name.startswith(text, autoescape=True))
        wanted = wanted.where(Proposal.staff_id.in_(named))
    found = list(
        db.session.scalars(
            wanted.order_by(ServiceItem.code, Proposal.due_on, Proposal.id)
            .offset((number - 1) * ROWS_A_PAGE)
            .limit(ROWS_A_PAGE + 1)
        )
    )
    shown = found[:ROWS_A_PAGE]
    return Page(_with_answers(shown), number, ROWS_A_PAGE, more=len(found) > ROWS_A_PAGE)


def _with_answers(proposals: Sequence[Proposal]) -> list[Row]:
    versions = items.of_ids({one.facts["version"] for one in proposals})
    rows = []
    for one in proposals:
        version, answers = versions[one.facts["version"]], one.facts["answers"]
        told = tuple(
            (Named(field.label_zh, field.label_en), forms.shown(field.type, field.options, answers[field.key]))
            for field in version.fields
            if answers.get(field.key) not in (None, "")
        )
        rows.append(Row(one, told))
    return rows


def names_of(actor: Actor, ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """The employee of each of these proposals in reach, by proposal: number and name."""
    rows = db.session.execute(
        select(Proposal.id, Staff.id, Staff.name)
        .join(Staff, Staff.id == Proposal.staff_id)
        .where(Proposal.id.in_(list(ids)), _in_reach(actor, "proposal:confirm"))
    )
    return {proposal_id: (staff_id, name) for proposal_id, staff_id, name in rows}


def staff_in_reach(actor: Actor) -> list[int]:
    """Everybody whose proposals the actor may bring up to date."""
    from app.proposals.gathering import looked_at

    chosen = select(Staff.id).where(scope.condition(actor, "proposal:refresh", Staff), looked_at()).order_by(Staff.id)
    return list(db.session.scalars(chosen))


def _state(given: object) -> str:
    return str(given) if str(given) in {one.value for one in ProposalState} else ProposalState.OPEN.value


def _in_reach(actor: Actor, permission: str = "proposal:read") -> ColumnElement[bool]:
    return scope.condition(actor, permission, Proposal)
