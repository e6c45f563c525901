"""Reading service items: the published version of each, a version with all its parts, what can be filed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.access.actor import Actor
from app.errors import NotFound
from app.items.definition import Definition, definition_of
from app.items.editions import Field, Form, Item, Material, Step, Version
from app.messages import Message
from models import Account, ItemField, ItemForm, ItemMaterial, ItemStep, ItemVersion, ServiceItem, db
from models.items import VersionState

KEPT = 256  # published versions held in this process; they never change, so each process may hold its own


_kept: OrderedDict[int, Version] = OrderedDict()
_lock = Lock()


def parts(version_id: int) -> Version:
    """The version with all its parts, in at most five statements; a published one is remembered in this process."""
    with _lock:
        if version_id in _kept:
            _kept.move_to_end(version_id)
            return _kept[version_id]
    found = _load([version_id])
    if version_id not in found:
        raise NotFound
    return found[version_id]


def _load(ids: list[int]) -> dict[int, Version]:
    """Versions with all their parts by id, in five statements however many they are."""
    rows = db.session.execute(select(ItemVersion, ServiceItem).join(ServiceItem).where(ItemVersion.id.in_(ids))).all()
    parts_of = [_rows_by_version(model, shape, ids) for model, shape in _SHAPES] if rows else []
    found: dict[int, Version] = {}
    for version, item in rows:
        found[version.id] = Version(
            version.id, Item(item.id, item.code, item.name_zh, item.name_en), version.number, version.elements,
            version.staff_types, version.effect, version.effect_map, version.promised_days,
            *(tuple(rows_of.get(version.id, ())) for rows_of in parts_of),
        )  # fmt: skip
        if version.state in (VersionState.PUBLISHED, VersionState.RETIRED):
            _keep(found[version.id])
    return found


_SHAPES: tuple[tuple[type[Any], type[Any]], ...] = (
    (ItemField, Field), (ItemMaterial, Material), (ItemStep, Step), (ItemForm, Form),
)  # fmt: skip


def _rows_by_version(model: type[Any], shape: type[Any], ids: list[int]) -> dict[int, list[Any]]:
    names = list(shape.__dataclass_fields__)
    found: dict[int, list[Any]] = {}
    for version_id, *row in db.session.execute(
        select(model.version_id, *(getattr(model, name) for name in names))
        .where(model.version_id.in_(ids))
        .order_by(model.version_id, model.position)
    ):
        found.setdefault(version_id, []).append(shape(**dict(zip(names, row, strict=True))))
    return found


def _keep(version: Version) -> None:
    with _lock:
        _kept[version.id] = version
        while len(_kept) > KEPT:
            _kept.popitem(last=False)


@event.listens_for(Engine, "engine_disposed")
def forget(_engine: Engine | None = None) -> None:
    """Forget every version: whoever lets go of a database may come back to another one with the same ids."""
    with _lock:
        _kept.clear()


def published(code: str) -> Version:
    """The published version of an item, with all its parts. Raises NotFound."""
    version_id = db.session.scalar(
        select(ItemVersion.id).join(ServiceItem)
        .where(ServiceItem.code == code, ItemVersion.state == VersionState.PUBLISHED)
    )  # fmt: skip
    if version_id is None:
        raise NotFound(
            Message("There is no published service item %(code)s.", code=code),
            remedy=Message("Choose one from the list of service items."),
        )
    return parts(version_id)


def published_of(item_id: int) -> Version | None:
    """The published version of an item by its id, if there is one."""
    version_id = db.session.scalar(
        select(ItemVersion.id).where(ItemVersion.item_id == item_id, ItemVersion.state == VersionState.PUBLISHED)
    )
    return parts(version_id) if version_id is not None else None


def withdrawn(item_id: int) -> Message | None:
    """Why nothing can be filed under an item that was taken out of force; None while a version is in force."""
    newest = db.session.execute(
        select(ItemVersion.state, ItemVersion.note)
        .where(ItemVersion.item_id == item_id, ItemVersion.state.in_((VersionState.PUBLISHED, VersionState.RETIRED)))
        .order_by(ItemVersion.number.desc())
        .limit(1)
    ).first()
    if newest is None or newest.state == VersionState.PUBLISHED:
        return None
    return Message("This item was withdrawn: %(reason)s", reason=newest.note)


def published_items() -> list[Version]:
    """Every published item in the order of the codes: the public guide."""
    ids = db.session.scalars(
        select(ItemVersion.id)
        .join(ServiceItem)
        .where(ItemVersion.state == VersionState.PUBLISHED)
        .order_by(ServiceItem.code)
    ).all()
    return _many(list(ids))


def fileable_items(actor: Actor) -> list[Version]:
    """The published items that have an effect, for somebody who may start applications; nothing for anybody else."""
    if not actor.holds("application:start"):
        return []
    ids = db.session.scalars(
        select(ItemVersion.id)
        .join(ServiceItem)
        .where(ItemVersion.state == VersionState.PUBLISHED, ItemVersion.effect.is_not(None))
        .order_by(ServiceItem.code)
    ).all()
    return _many(list(ids))


def _many(ids: list[int]) -> list[Version]:
    with _lock:
        remembered = {version_id: _kept[version_id] for version_id in ids if version_id in _kept}
    unknown = [version_id for version_id in ids if version_id not in remembered]
    found = remembered | (_load(unknown) if unknown else {})
    return [found[version_id] for version_id in ids]


def of_ids(ids: Collection[int]) -> dict[int, Version]:
    """Versions with all their parts by id; published ones are remembered in this process."""
    return {version.id: version for version in _many(sorted(ids))}


def definitions_of_first_versions() -> dict[str, Definition]:
    """What version 1 of each item says, by code."""
    versions = db.session.scalars(
        select(ItemVersion)
        .where(ItemVersion.number == 1)
        .options(
            joinedload(ItemVersion.item),
            selectinload(ItemVersion.fields),
            selectinload(ItemVersion.materials),
            selectinload(ItemVersion.steps),
            selectinload(ItemVersion.forms),
        )
    ).all()
    return {version.item.code: definition_of(version) for version in versions}


@dataclass(frozen=True)
class ListedVersion:
    """A line of the list of items."""

    code: str
    name_zh: str
    name_en: str
    version_id: int
    number: int
    state: str
    materials: int
    effect: str | None


def listed() -> list[ListedVersion]:
    """One line for each version that is published or in work, by code and number."""
    counted = (
        select(ItemMaterial.version_id, func.count().label("materials")).group_by(ItemMaterial.version_id).subquery()
    )
    rows = db.session.execute(
        select(
            ServiceItem.code, ServiceItem.name_zh, ServiceItem.name_en, ItemVersion.id, ItemVersion.number,
            ItemVersion.state, func.coalesce(counted.c.materials, 0), ItemVersion.effect,
        )
        .join(ItemVersion, ItemVersion.item_id == ServiceItem.id)
        .outerjoin(counted, counted.c.version_id == ItemVersion.id)
        .where(ItemVersion.state != VersionState.RETIRED)
        .order_by(ServiceItem.code, ItemVersion.number)
    )  # fmt: skip
    return [ListedVersion(*row) for row in rows]


def name_of_account(account_id: int | None) -> str:
    """The name of who did something, for sentences."""
    if account_id is None:
        return ""
    return db.session.scalar(select(Account.display_name).where(Account.id == account_id)) or ""
