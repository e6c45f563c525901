"""Who works in the units of a simulated year, as the records know them: read in one statement a month."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from models import Staff, WageRecord, db
from models.staff import StaffState


@dataclass(frozen=True)
class Someone:
    """One employee with the state of the newest wage record; without a wage the state is empty."""

    id: int
    unit_id: int
    name: str
    education: str
    occupation: str | None
    teaching_start_year: int | None
    work_start: date
    joined_on: date
    active: bool
    state: dict[str, Any]

    @property
    def on_probation(self) -> bool:
        return self.state.get("phase") == "PROBATION"

    @property
    def level(self) -> int | None:
        """The number of a professional post: 13 is the lowest."""
        post = str(self.state.get("post") or "")
        return int(post.removeprefix("TECH-")) if post.startswith("TECH-") else None


def in_service(unit_ids: Collection[int]) -> list[Someone]:
    """Everybody of these units who has not left, by number. The order is what makes a seeded year repeatable."""
    later = aliased(WageRecord)
    newest = and_(
        WageRecord.staff_id == Staff.id,
        WageRecord.voided_at.is_(None),
        ~select(later.id)
        .where(later.staff_id == Staff.id, later.voided_at.is_(None), later.position > WageRecord.position)
        .exists(),
    )
    rows = db.session.execute(
        select(
            Staff.id, Staff.unit_id, Staff.name, Staff.education, Staff.occupation, Staff.teaching_start_year,
            Staff.work_start, Staff.joined_on, Staff.state, WageRecord.state.label("wage_state"),
        )
        .outerjoin(WageRecord, newest)
        .where(Staff.unit_id.in_(list(unit_ids)), Staff.state != StaffState.ENDED)
        .order_by(Staff.id)
    ).all()  # fmt: skip
    return [
        Someone(
            row.id, row.unit_id, row.name, row.education, row.occupation, row.teaching_start_year, row.work_start,
            row.joined_on, row.state == StaffState.ACTIVE, row.wage_state or {},
        )
        for row in rows
    ]  # fmt: skip
