"""The material desk: what fails most, by finding, item, unit and material, and the findings behind each figure.

Everything is counted in SQL, in as many statements however many findings there are, and within the actor's reach.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any

from sqlalchemy import CTE, ColumnElement, Subquery, and_, case, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app import clock
from app.access import scope
from app.access.actor import Actor
from app.errors import NotFound
from app.materials.verdicts import BLOCKING
from app.messages import Named
from app.paging import Page, page_number
from models import Application, Examination, ItemMaterial, ItemVersion, MaterialCheck, ServiceItem, Unit, Upload, db

CHECKS_A_PAGE = 50
MOST = 12
"""Rows of a table of figures; the others are reached by choosing an item or a unit."""
USUAL = timedelta(days=29)


@dataclass(frozen=True)
class Days:
    """A range of days, both included."""

    since: date
    until: date

    def within(self, moment: Any) -> ColumnElement[bool]:
        start = datetime.combine(self.since, time_of_day.min, tzinfo=clock.SHANGHAI)
        end = datetime.combine(self.until + timedelta(days=1), time_of_day.min, tzinfo=clock.SHANGHAI)
        return and_(moment >= start, moment < end)


def usual_days() -> Days:
    """The last thirty days."""
    return Days(clock.today() - USUAL, clock.today())


@dataclass(frozen=True)
class Count:
    """How often something was found: `keys` open the rows, `files` is how many were examined in the same place."""

    keys: Mapping[str, Any]
    name: Named | None
    code: str
    found: int
    blocking: int
    overridden: int
    files: int = 0

    @property
    def per_hundred(self) -> float:
        return round(100 * self.found / self.files, 1) if self.files else 0.0


@dataclass(frozen=True)
class Figures:
    """What was found in a range of days."""

    files: int
    refused: int
    by_code: Sequence[Count]
    by_item: Sequence[Count]
    by_unit: Sequence[Count]
    by_material: Sequence[Count]
    found: int = field(init=False)
    blocking: int = field(init=False)
    overridden: int = field(init=False)

    def __post_init__(self) -> None:
        for name in ("found", "blocking", "overridden"):
            object.__setattr__(self, name, sum(getattr(one, name) for one in self.by_code))


_COUNTED = (
    func.count().label("found"),
    func.sum(case((MaterialCheck.severity == BLOCKING, 1), else_=0)).label("blocking"),
    func.count(MaterialCheck.overridden_at).label("overridden"),
)


def figures(actor: Actor, days: Days, filters: Mapping[str, Any]) -> Figures:
    """What fails most. Filters: code, item_id, unit_id, material (with item_id)."""
    found = _narrowed(MaterialCheck, MaterialCheck.checked_at, actor, days, filters)
    seen = _narrowed(Examination, Examination.examined_at, actor, days, filters)
    seen.append(Examination.cause == "upload")
    files, refused = db.session.execute(
        select(func.count(), func.count(case((Examination.accepted.is_(False), 1)))).where(*seen)
    ).one()
    codes = db.session.execute(
        select(MaterialCheck.code, *_COUNTED).where(*found).group_by(MaterialCheck.code).order_by(_worst(), "code")
    )
    return Figures(
        files=files, refused=refused,
        by_code=[Count({"code": one.code}, None, one.code, one.found, one.blocking, one.overridden) for one in codes],
        by_item=_by_item(found, seen), by_unit=_by_unit(found, seen), by_material=_by_material(found, seen),
    )  # fmt: skip


def _narrowed(model: Any, moment: Any, actor: Actor, days: Days, filters: Mapping[str, Any]) -> list[Any]:
    wanted = [days.within(moment), scope.condition(actor, "check:read", model)]
    if filters.get("item_id") is not None:
        wanted.append(model.item_id == filters["item_id"])
    if filters.get("unit_id") is not None:
        wanted.append(model.unit_id == filters["unit_id"])
    if filters.get("material"):
        wanted.append(model.material_code == filters["material"])
    if filters.get("code") and model is MaterialCheck:
        wanted.append(MaterialCheck.code == filters["code"])
    return wanted


def _worst() -> Any:
    return func.count().desc()


def _grouped(found: list[Any], seen: list[Any], names: tuple[str, ...]) -> tuple[CTE, Subquery]:
    """The worst places of a kind, and how many files were examined at each place."""
    keys = [getattr(MaterialCheck, name) for name in names]
    worst = select(*keys, *_COUNTED).where(*found).group_by(*keys).order_by(_worst(), *keys).limit(MOST).cte()
    places = [getattr(Examination, name) for name in names]
    here = places[-1].in_(select(worst.c[names[-1]]))  # of the places that are not told nothing need be counted
    files = select(*places, func.count().label("files")).where(*seen, here).group_by(*places).subquery()
    return worst, files


def _read(statement: Any, worst: CTE, files: Subquery, names: tuple[str, ...]) -> Any:
    here = and_(*(worst.c[name] == files.c[name] for name in names))
    return db.session.execute(
        statement.add_columns(
            *worst.c, func.coalesce(files.c.files, 0).label("examined")
        )
        .outerjoin(files, here)
        .order_by(worst.c.found.desc(), *(worst.c[name] for name in names))
    ).all()  # fmt: skip


def _by_item(found: list[Any], seen: list[Any]) -> list[Count]:
    worst, files = _grouped(found, seen, ("item_id",))
    rows = _read(
        select(ServiceItem.name_zh, ServiceItem.name_en, ServiceItem.code.label("item_code"))
        .select_from(worst).join(ServiceItem, ServiceItem.id == worst.c.item_id),
        worst, files, ("item_id",),
    )  # fmt: skip
    return [_count(one, {"item": one.item_id}, one.item_code) for one in rows]


def _by_unit(found: list[Any], seen: list[Any]) -> list[Count]:
    worst, files = _grouped(found, seen, ("unit_id",))
    rows = _read(
        select(Unit.name.label("name_zh"), Unit.name_en.label("name_en"), Unit.code.label("unit_code"))
        .select_from(worst).join(Unit, Unit.id == worst.c.unit_id),
        worst, files, ("unit_id",),
    )  # fmt: skip
    return [_count(one, {"unit": one.unit_id}, one.unit_code) for one in rows]


def _by_material(found: list[Any], seen: list[Any]) -> list[Count]:
    names = ("item_id", "material_code")
    worst, files = _grouped(found, seen, names)
    newest = (
        select(func.max(ItemMaterial.id))
        .join(ItemVersion, ItemVersion.id == ItemMaterial.version_id)
        .where(ItemVersion.item_id == worst.c.item_id, ItemMaterial.code == worst.c.material_code)
        .scalar_subquery()
    )
    rows = _read(
        select(ItemMaterial.name_zh, ItemMaterial.name_en, ServiceItem.code.label("item_code"))
        .select_from(worst)
        .join(ServiceItem, ServiceItem.id == worst.c.item_id)
        .outerjoin(ItemMaterial, ItemMaterial.id == newest),
        worst, files, names,
    )  # fmt: skip
    return [_count(one, {"item": one.item_id, "material": one.material_code}, one.item_code) for one in rows]


def _count(row: Any, keys: dict[str, Any], code: str) -> Count:
    shown = row.name_zh or keys.get("material", "")
    return Count(keys, Named(shown, row.name_en or shown), code, row.found, row.blocking, row.overridden, row.examined)


def checks(actor: Actor, filters: Mapping[str, Any], page: object) -> Page[MaterialCheck]:
    """What was found, newest first. Filters: those of the figures with `days`, and severity, standing (open,
    overridden or afterwards), version, number (of the application)."""
    number = page_number(page)
    wanted = (
        select(MaterialCheck)
        .join(MaterialCheck.application)
        .outerjoin(MaterialCheck.upload)
        .options(
            contains_eager(MaterialCheck.upload),
            contains_eager(MaterialCheck.application).joinedload(Application.unit),
            contains_eager(MaterialCheck.application).joinedload(Application.item),
            joinedload(MaterialCheck.overridden_by),
        )
        .where(*_asked(actor, filters))
        .order_by(MaterialCheck.id.desc())
        .offset((number - 1) * CHECKS_A_PAGE)
        .limit(CHECKS_A_PAGE + 1)
    )
    rows = list(db.session.scalars(wanted))
    return Page(rows[:CHECKS_A_PAGE], number, CHECKS_A_PAGE, more=len(rows) > CHECKS_A_PAGE)


def _asked(actor: Actor, filters: Mapping[str, Any]) -> list[Any]:
    days = filters.get("days")
    if days is not None:
        wanted = _narrowed(MaterialCheck, MaterialCheck.checked_at, actor, days, filters)
    else:
        always = Days(date(2000, 1, 1), date(2999, 1, 1))
        wanted = _narrowed(MaterialCheck, MaterialCheck.checked_at, actor, always, filters)[1:]
    if (severity := filters.get("severity")) in ("blocking", "warning"):
        wanted.append(MaterialCheck.severity == severity)
    standing = filters.get("standing")
    if standing == "open":
        wanted += [MaterialCheck.overridden_at.is_(None), Upload.id.is_not(None), Upload.removed_at.is_(None)]
    elif standing == "overridden":
        wanted.append(MaterialCheck.overridden_at.is_not(None))
    elif standing == "afterwards":
        wanted.append(MaterialCheck.afterwards.is_(True))
    if version := str(filters.get("version") or ""):
        wanted.append(MaterialCheck.checker_version == version[:20])
    if sought := str(filters.get("number") or "").strip():
        wanted.append(Application.number == sought[:30].upper())
    return wanted


def check_of(actor: Actor, check_id: int) -> MaterialCheck:
    """One finding with where it was made; raises NotFound outside the actor's reach."""
    found = db.session.scalars(
        select(MaterialCheck)
        .where(MaterialCheck.id == check_id, scope.condition(actor, "check:read", MaterialCheck))
        .options(
            joinedload(MaterialCheck.upload).joinedload(Upload.file),
            joinedload(MaterialCheck.application).joinedload(Application.unit),
            joinedload(MaterialCheck.application).joinedload(Application.item),
            joinedload(MaterialCheck.overridden_by),
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def examinations_of(check: MaterialCheck) -> list[Examination]:
    """How often the upload of a finding was examined, and by which versions, the newest first."""
    if check.upload_id is None:
        return []
    return list(
        db.session.scalars(
            select(Examination)
            .where(Examination.upload_id == check.upload_id)
            .order_by(Examination.id.desc())
            .limit(20)
        )
    )
