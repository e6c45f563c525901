"""Loading the catalogue into the database: in bulk, once; a second run changes nothing and says what differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from app import clock
from app.access.actor import Actor
from app.audit import service as audit
from app.items import catalogue
from app.items.definition import Definition, digest_of, rows_of
from app.items.queries import definitions_of_first_versions
from app.messages import Message
from app.search import service as search
from app.search.registry import EVERYTHING
from app.uow import atomic
from models import ItemVersion, ServiceItem, db
from models.items import VersionState


@dataclass(frozen=True)
class Loaded:
    """What a run did, by item code. `differing` were loaded before from another text and are left as they are."""

    added: tuple[str, ...]
    unchanged: tuple[str, ...]
    differing: tuple[str, ...]

    def sentences(self) -> list[Message]:
        said = [Message("%(count)s items added, %(same)s were there already.",
                        count=len(self.added), same=len(self.unchanged))]  # fmt: skip
        said += [
            Message(
                "%(code)s: the catalogue's text has changed since it was loaded. A published version never changes; "
                "import it as a draft and have it published.",
                code=code,
            )
            for code in self.differing
        ]
        return said


@atomic
def load_catalogue(*, by: Actor) -> Loaded:
    """Load every item that is missing, published as version 1. Done by the system itself, or by whoever may publish."""
    if not by.is_system:
        from app.access.policy import require

        require(by, "item:publish")
    present = definitions_of_first_versions()
    known = set(db.session.scalars(select(ServiceItem.code)))
    items = catalogue.items()
    fresh = [one for one in items if one[0] not in known]
    same: list[str] = []
    differing: list[str] = []
    for code, _, _, definition in items:
        if code in known:
            (same if digest_of(definition) == digest_of(present[code]) else differing).append(code)
    if fresh:
        _insert(fresh, by)
        search.changed("item", *(code for code, *_ in fresh))
        search.changed("policy", EVERYTHING)
    return Loaded(tuple(one[0] for one in fresh), tuple(same), tuple(differing))


def _insert(items: list[tuple[str, str, str, Definition]], by: Actor) -> None:
    """Everything in one statement for each table."""
    session = db.session
    item_ids = session.scalars(
        insert(ServiceItem).returning(ServiceItem.id, sort_by_parameter_order=True),
        [{"code": code, "name_zh": zh, "name_en": en} for code, zh, en, _ in items],
    ).all()
    now, today = clock.now(), clock.today()
    version_ids = session.scalars(
        insert(ItemVersion).returning(ItemVersion.id, sort_by_parameter_order=True),
        [
            {
                "item_id": item_id,
                "number": 1,
                "state": VersionState.PUBLISHED,
                "elements": definition["elements"],
                "staff_types": definition["staff_types"],
                "effect": definition["effect"],
                "effect_map": definition["effect_map"],
                "promised_days": definition["promised_days"],
                "created_at": now,
                "published_at": now,
                "effective_from": today,
            }
            for item_id, (_, _, _, definition) in zip(item_ids, items, strict=True)
        ],
    ).all()
    rows: dict[type[Any], list[dict[str, Any]]] = {}
    for version_id, (code, _, _, definition) in zip(version_ids, items, strict=True):
        for model, part in rows_of(definition, version_id).items():
            rows.setdefault(model, []).extend(part)
        audit.record(
            "item:load", by=by, kind="item_version", record_id=version_id,
            after={"code": code, "number": 1, "sha256": digest_of(definition)},
        )  # fmt: skip
    for model, part in rows.items():
        session.execute(insert(model), part)
