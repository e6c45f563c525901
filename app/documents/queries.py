"""What prints read beside the sheet of an application: the states it has been in, and the links of a wage card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from models import Application, ApplicationEvent, ServiceItem, WageRecord, db


@dataclass(frozen=True)
class Standing:
    """A stretch of an application's way in one state, at one step, in one round; `key` names it for its check code."""

    key: str
    state: str
    since: datetime


def standings_of(application_id: int) -> list[Standing]:
    """The stretches of an application's way, the oldest first; what changes none of them (a claim) begins none."""
    rows = db.session.execute(
        select(
            ApplicationEvent.id, ApplicationEvent.state, ApplicationEvent.step_position, ApplicationEvent.round,
            ApplicationEvent.at,
        ).where(ApplicationEvent.application_id == application_id).order_by(ApplicationEvent.id)
    )  # fmt: skip
    found: list[Standing] = []
    before = None
    for row in rows:
        where = (row.state, row.step_position, row.round)
        if where != before:
            found.append(Standing(str(row.id), row.state, row.at))
        before = where
    return found


def item_and_number(application_id: int) -> tuple[ServiceItem, str] | None:
    """What the public may know of an application: its item and its number."""
    row = db.session.execute(
        select(ServiceItem, Application.number)
        .join(Application, Application.item_id == ServiceItem.id)
        .where(Application.id == application_id)
    ).one_or_none()
    return (row[0], row[1]) if row is not None else None


def links_of(staff_id: int) -> Sequence[WageRecord]:
    """Every wage record ever written for a person, in the order of writing."""
    return db.session.scalars(
        select(WageRecord).where(WageRecord.staff_id == staff_id).order_by(WageRecord.position)
    ).all()


def card_standing(chain: Sequence[WageRecord]) -> str:
    """What a wage card stands at: the newest record that holds."""
    return str(chain[-1].id) if chain else "0"
