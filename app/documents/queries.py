"""What prints read beside the sheet of an application: the states it has been in, and the links of a wage card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from models import Application, ApplicationEvent, Certificate, Course, CourseVersion, ServiceItem, WageRecord, db
from models.items import VersionState


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


@dataclass(frozen=True)
class CourseFinished:
    """What the public may know of a certificate: the course and edition, never who holds it."""

    version_id: int
    code: str
    title_zh: str
    title_en: str
    issued_at: datetime
    is_newer: bool  # whether another edition is published since


def certificate_of(certificate_id: int) -> CourseFinished | None:
    """The certificate of that number, without its holder."""
    row = db.session.execute(
        select(Certificate.version_id, Course.code, CourseVersion.title_zh, CourseVersion.title_en,
               Certificate.issued_at, CourseVersion.state)
        .join(CourseVersion, CourseVersion.id == Certificate.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Certificate.id == certificate_id)
    ).one_or_none()  # fmt: skip
    return CourseFinished(*row[:5], row.state != VersionState.PUBLISHED) if row is not None else None


def card_standing(chain: Sequence[WageRecord]) -> str:
    """What a wage card stands at: the newest record that holds."""
    return str(chain[-1].id) if chain else "0"
