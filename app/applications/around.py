"""What an application page knows beside the rows of the application itself, read in one statement: its answers, and
what else is on record about the person or the unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    Row,
    Select,
    String,
    and_,
    cast,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from app import clock
from app.applications.sheet import Around, Other, Past
from app.applications.states import EDITABLE
from app.items.editions import Version
from app.pay.effects import EFFECTS
from models import (
    Answer,
    Application,
    ApplicationEmployee,
    CareerEvent,
    ItemVersion,
    PaymentInstruction,
    Proposal,
    ReportedAssessment,
    Result,
    Staff,
    Upload,
    WageRecord,
    db,
)
from models.applications import ApplicationState
from models.base import UtcDateTime
from models.items import VersionState
from models.proposals import ProposalState
from models.staff import StaffType

_COLUMNS: Mapping[str, Any] = {
    "id": BigInteger(), "text": String(), "state": String(), "key": String(), "effect": String(), "day": Date(),
    "moment": UtcDateTime(), "number": BigInteger(), "flag": Boolean(), "data": JSON(none_as_null=True), "map": JSON(),
}  # fmt: skip
_ENDED = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN, ApplicationState.REJECTED)


@dataclass(frozen=True)
class Read:
    """The answers of the application by key, what is around it, and the id of the item's published version."""

    answers: Mapping[str, Answer]
    around: Around
    published: int | None


def read_around(application: Application, version: Version, staff: Staff | None) -> Read:
    """All in one statement, since a page has few; of a decided application only the answers."""
    parts = [_answers(application)]
    if application.state in (*EDITABLE, ApplicationState.IN_REVIEW):
        parts += _of_person(application, staff) if staff is not None else _of_unit(application, version)
    rows = db.session.execute(union_all(*parts)).all()
    found: dict[str, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.source, []).append(row)
    own = found.get("own", [])
    return Read(
        {
            row.key: Answer(
                application_id=row.id, key=row.key, value=row.data, prefilled=row.flag, changed_at=row.moment
            )
            for row in own
            if row.key is not None
        },
        _around(application, found),
        own[0].number if own else None,
    )


def _around(application: Application, found: Mapping[str, list[Row[Any]]]) -> Around:
    wage, december = found.get("wage", []), found.get("december", [])
    return Around(
        others=tuple(_others(application, found.get("other", []))),
        events=tuple(Past(row.key, row.day, row.number, row.data or {}) for row in found.get("event", [])),
        reported={row.number: row.key for row in found.get("reported", [])},
        prepared=next((row.data.get("answers", {}) for row in found.get("proposal", []) if row.data), {}),
        colleagues={row.id: row.text for row in found.get("colleague", [])},
        wage_fen=wage[0].number if wage else None,
        state=(wage[0].data or {}) if wage else {},
        december_fen=int(december[0].number) if december and december[0].number else None,
        totals={
            int(row.data["for_year"]): int(row.data["total"])
            for row in found.get("total", [])
            if row.data and "for_year" in row.data and "total" in row.data
        },
    )


def _others(application: Application, rows: Iterable[Row[Any]]) -> Iterable[Other]:
    """The newest first; each row is one answer."""
    answers: dict[int, dict[str, Any]] = {}
    first: dict[int, Row[Any]] = {}
    for row in rows:
        first.setdefault(row.id, row)
        if row.key is not None:
            answers.setdefault(row.id, {})[row.key] = row.data
    for number in sorted(first, reverse=True):
        row = first[number]
        yield Other(
            number, row.text, row.state, answers.get(number, {}), for_finance=bool(row.flag),
            same_item=row.number == application.item_id, effect=row.effect, effect_map=row.map or {},
        )  # fmt: skip


def _part(source: str, **given: Any) -> Select[Any]:
    """One part of the statement: the columns given, and nothing in the others."""
    columns = [
        (type_coerce(given[name], kind) if name in given else cast(null(), kind)).label(name)
        for name, kind in _COLUMNS.items()
    ]
    return select(literal_column(f"'{source}'", String()).label("source"), *columns)


def _answers(application: Application) -> Select[Any]:
    published = (
        select(func.max(ItemVersion.id))
        .where(ItemVersion.item_id == application.item_id, ItemVersion.state == VersionState.PUBLISHED)
        .scalar_subquery()
    )
    return (
        _part(
            "own", id=Application.id, key=Answer.key, data=Answer.value, flag=Answer.prefilled,
            moment=Answer.changed_at, number=published,
        )
        .select_from(Application)
        .outerjoin(Answer, Answer.application_id == Application.id)
        .where(Application.id == application.id)
    )  # fmt: skip


def _of_person(application: Application, staff: Staff) -> list[Select[Any]]:
    of_the_person = select(ApplicationEmployee.application_id).where(ApplicationEmployee.staff_id == staff.id)
    colleague = _part("colleague", id=Upload.id, text=Staff.name).where(
        Upload.application_id == application.id,
        Upload.removed_at.is_(None),
        Staff.unit_id == application.unit_id,
        Staff.id != staff.id,
        func.length(Staff.name) >= 2,
        Upload.filename.like("%" + Staff.name + "%"),
        ~Upload.filename.contains(staff.name, autoescape=True),
    )
    successor = aliased(WageRecord)
    return [
        _other_applications(application, Application.id.in_(of_the_person)),
        _part("event", key=CareerEvent.kind, day=CareerEvent.day, number=CareerEvent.year, data=CareerEvent.data).where(
            CareerEvent.staff_id == staff.id, CareerEvent.voided_at.is_(None)
        ),
        _part("reported", key=ReportedAssessment.result, number=ReportedAssessment.year).where(
            ReportedAssessment.staff_id == staff.id
        ),
        _part("proposal", data=Proposal.facts).where(
            Proposal.staff_id == staff.id,
            Proposal.item_id == application.item_id,
            Proposal.state == ProposalState.OPEN,
        ),
        _part("wage", number=WageRecord.total_fen, data=WageRecord.state).where(
            WageRecord.staff_id == staff.id,
            WageRecord.voided_at.is_(None),
            ~exists().where(successor.previous_id == WageRecord.id, successor.voided_at.is_(None)),
        ),
        colleague,
    ]


def _of_unit(application: Application, version: Version) -> list[Select[Any]]:
    effect = EFFECTS.get(version.effect or "")
    if effect is None or not effect.of_a_unit:
        return []
    same = and_(Application.item_id == application.item_id, Application.unit_id == application.unit_id)
    return [
        _other_applications(application, same),
        _part("total", data=Result.facts).where(
            Result.unit_id == application.unit_id, Result.effect == effect.code, Result.voided_at.is_(None)
        ),
        _december(application.unit_id),
    ]


def _other_applications(application: Application, which: Any) -> Select[Any]:
    """Filed and not ended ones, each with its answers, and whether it gave finance something to pay."""
    for_finance = exists().where(PaymentInstruction.application_id == Application.id)
    return (
        _part(
            "other", id=Application.id, text=Application.number, state=Application.state, key=Answer.key,
            data=Answer.value, effect=ItemVersion.effect, map=ItemVersion.effect_map, number=Application.item_id,
            flag=for_finance,
        )
        .select_from(Application)
        .join(ItemVersion, ItemVersion.id == Application.item_version_id)
        .outerjoin(Answer, Answer.application_id == Application.id)
        .where(
            which,
            Application.id != application.id,
            Application.unit_id == application.unit_id,
            Application.state.not_in(_ENDED),
        )
    )  # fmt: skip


def _december(unit_id: int) -> Select[Any]:
    """The basic wage of one month of the unit's institution staff in last December (P-1)."""
    december = date(clock.today().year - 1, 12, 1)
    successor = aliased(WageRecord)
    later = exists().where(
        successor.previous_id == WageRecord.id,
        successor.voided_at.is_(None),
        successor.effective_month <= december,
    )
    return (
        _part("december", number=cast(func.sum(WageRecord.total_fen), BigInteger()))
        .select_from(WageRecord)
        .join(Staff, Staff.id == WageRecord.staff_id)
        .where(
            Staff.unit_id == unit_id,
            Staff.staff_type == StaffType.INSTITUTION,
            or_(Staff.left_on.is_(None), Staff.left_on >= december),
            WageRecord.voided_at.is_(None),
            WageRecord.effective_month <= december,
            ~later,
        )
    )
