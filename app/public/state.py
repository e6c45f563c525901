"""What the guide stands on at this moment: the versions in force and the newest counting, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import func, select

from app.errors import NotFound
from app.items import queries
from app.items.editions import Version
from models import GuideCount, ItemVersion, ServiceItem, db
from models.items import VersionState


@dataclass(frozen=True)
class InForce:
    """A version in force, with what its own plain values do not say."""

    version_id: int
    code: str
    name_zh: str
    name_en: str
    number: int
    effective_from: date | None


@dataclass(frozen=True)
class State:
    """The items in force in the order of their codes, the newest counting, and a stamp that changes with either."""

    items: tuple[InForce, ...]
    count_id: int | None
    stamp: str

    def item(self, code: str) -> InForce:
        """The item of this code. Raises NotFound."""
        found = next((one for one in self.items if one.code == code), None)
        if found is None:
            raise NotFound
        return found

    def versions(self) -> list[Version]:
        """Every version in force with all its parts, in order."""
        found = queries.of_ids([one.version_id for one in self.items])
        return [found[one.version_id] for one in self.items]


def present() -> State:
    """What is in force now."""
    newest = select(func.max(GuideCount.id)).scalar_subquery()
    rows = db.session.execute(
        select(
            ItemVersion.id, ServiceItem.code, ServiceItem.name_zh, ServiceItem.name_en, ItemVersion.number,
            ItemVersion.effective_from, newest.label("count_id"),
        )
        .join(ServiceItem, ServiceItem.id == ItemVersion.item_id)
        .where(ItemVersion.state == VersionState.PUBLISHED)
        .order_by(ServiceItem.code)
    ).all()  # fmt: skip
    items = tuple(InForce(*row[:6]) for row in rows)
    count_id = rows[0].count_id if rows else None
    return State(items, count_id, sha256(repr((items, count_id)).encode()).hexdigest()[:20])
