"""What a new standard would cost everybody, named: by unit and category, the largest changes, and who is set aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app import clock
from app.access import scope
from app.access.actor import Actor
from app.access.policy import require
from app.audit import service as audit
from app.messages import Message
from app.pay.bulk import back_pay
from app.pay.errors import PayError
from app.pay.months import Month, month_after, month_of, months_from
from app.pay.repricing import RepricePreview, Share, category_name, reprice_preview
from app.pay.roster_queries import kept_rosters
from app.standards import queries as editions
from app.uow import reading
from models import Staff, Unit, db
from models.standards import StandardEdition

MOST_NAMED = 20


@dataclass(frozen=True)
class Line:
    """A share of the whole with its name."""

    name: Any
    share: Share


@dataclass(frozen=True)
class Person:
    """One of the largest changes; amounts in fen a month."""

    staff: Staff
    before_fen: int
    after_fen: int


@dataclass(frozen=True)
class Aside:
    """Who would be set aside for one reason, and some of their names."""

    error: PayError
    month: Month
    count: int
    some: tuple[str, ...]


@dataclass(frozen=True)
class Overview:
    """What an edition would cost. `first_paid` is the month of which the amounts are; back pay is for those before."""

    edition: StandardEdition
    first_paid: Month
    figures: RepricePreview
    back_pay_fen: int
    back_pay_months: int
    by_unit: tuple[Line, ...]
    by_category: tuple[Line, ...]
    largest: tuple[Person, ...]
    aside: tuple[Aside, ...]


def overview(edition_id: int, *, by: Actor) -> Overview:
    """Work out what an edition would cost the units whose wages this person may see, published or not.

    Writes nothing but that the wages were read.
    """
    edition = editions.opened(edition_id)
    require(by, "standard:read")
    require(by, "pay:read")
    before = [number for number in editions.published_ids() if number != edition_id]
    old, new = editions.standards_with(before), editions.standards_with([*before, edition_id])
    start = month_of(edition.effective_from)
    first_paid = max(month_after(clock.today()), start)
    roster, new_roster = kept_rosters(start, new, _units_in_reach(by))
    figures = reprice_preview(roster, old, new, first_paid, new_roster=new_roster, largest=MOST_NAMED)
    months = list(months_from(start, first_paid))
    owed = back_pay(roster, old, new, months, new_roster=new_roster).total_fen if months else 0
    few = [(group, [int(roster.ids[one]) for one in group.people[:5]]) for group in figures.aside]
    staff = _staff([*(int(roster.ids[one.person]) for one in figures.largest), *(one for _, ids in few for one in ids)])
    units = _units([share.key for share in figures.by_unit])
    named = tuple(
        Person(staff[int(roster.ids[one.person])], one.before_fen, one.after_fen) for one in figures.largest
    )  # fmt: skip
    aside = tuple(
        Aside(group.error, group.month, len(group.people), tuple(staff[one].name for one in ids)) for group, ids in few
    )
    _write_down(edition, [person.staff.id for person in named], by)
    return Overview(
        edition, first_paid, figures, owed, len(months),
        by_unit=tuple(sorted((Line(units[share.key], share) for share in figures.by_unit),
                             key=lambda line: -abs(line.share.monthly_fen))),
        by_category=tuple(Line(_category(str(share.key)), share) for share in figures.by_category),
        largest=named, aside=aside,
    )  # fmt: skip


def _category(key: str) -> Message:
    return category_name(key)


def _staff(ids: list[int]) -> dict[int, Staff]:
    return {one.id: one for one in db.session.scalars(select(Staff).where(Staff.id.in_(ids)))}


def _units(ids: list[Any]) -> dict[Any, Unit]:
    return {one.id: one for one in db.session.scalars(select(Unit).where(Unit.id.in_(ids)))}


def _units_in_reach(by: Actor) -> list[int] | None:
    """The units whose wages this person may see; None for all of them."""
    if by.holds_everywhere("pay:read"):
        return None
    return list(db.session.scalars(select(Unit.id).where(scope.condition(by, "pay:read", Unit))))


def _write_down(edition: StandardEdition, subjects: list[int], by: Actor) -> None:
    with reading():
        audit.read(
            "standard:preview", by=by, kind="standard_edition", record_id=edition.id, subjects=subjects,
            note=edition.document,
        )  # fmt: skip
