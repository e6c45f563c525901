"""Verbs of thresholds: propose them for the house or one material, put them in force as a second person, refuse.

Thresholds are ended, never edited: every set keeps who, when, why, what was before and what came after.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.audit import service as audit
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from app.materials.thresholds import Values, read_values
from app.messages import Message
from app.uow import atomic
from models import ItemMaterial, ItemVersion, ThresholdSet, db
from models.examinations import ThresholdState as State

HOUSE = "house"
PROPOSE, DECIDE = "threshold:propose", "threshold:publish"


def place_of(item_id: int | None, material_code: str | None) -> str:
    """The name of the place where a set holds."""
    return HOUSE if item_id is None else f"{item_id}:{material_code}"


def in_force(item_id: int | None, material_code: str | None) -> Values:
    """The values that judge a material: those of the house, and over them its own."""
    places = [HOUSE, place_of(item_id, material_code)]
    return over(all_in_force(places), item_id, material_code)


def all_in_force(places: list[str] | None = None) -> dict[str, Values]:
    """The values that hold at each place, by its name; of all places, or of these."""
    held = select(ThresholdSet.place, ThresholdSet.values).where(ThresholdSet.state == State.IN_FORCE)
    rows = db.session.execute(held if places is None else held.where(ThresholdSet.place.in_(places)))
    return {place: dict(values) for place, values in rows}


def over(held: Mapping[str, Values], item_id: int | None, material_code: str | None) -> Values:
    """The values of a material: those of the house, and its own over them."""
    return {**held.get(HOUSE, {}), **held.get(place_of(item_id, material_code), {})}


def sets(*, most: int = 100) -> list[ThresholdSet]:
    """All sets, what waits first, then the newest."""
    return list(
        db.session.scalars(
            select(ThresholdSet)
            .options(
                joinedload(ThresholdSet.item), joinedload(ThresholdSet.proposed_by),
                joinedload(ThresholdSet.decided_by),
            )
            .order_by((ThresholdSet.state == State.PROPOSED).desc(), ThresholdSet.id.desc())
            .limit(most)
        )
    )  # fmt: skip


def opened(set_id: int) -> ThresholdSet:
    """One set; raises NotFound."""
    found = db.session.get(ThresholdSet, set_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


@atomic
def propose(
    typed: Mapping[str, str], *, item_id: int | None, material_code: str | None, reason: str, by: Actor
) -> ThresholdSet:
    """Propose thresholds; they judge nothing until a second person puts them in force.

    Raises Invalid by field, NotFound for a material that no item asks for, Conflict where a proposal waits already.
    """
    require(by, PROPOSE)
    values = read_values(typed)
    reason = reason.strip()
    if not 4 <= len(reason) <= 500:
        raise Invalid(fields={"reason": Message("Write the reason in 4 to 500 characters.")})
    if item_id is not None and not _is_asked(item_id, material_code or ""):
        raise NotFound(Message("This item asks for no such material."))
    place = place_of(item_id, material_code)
    before = dict(db.session.scalar(_held(place)) or {})
    if before == values:
        raise Invalid(fields={"reason": Message("Nothing would change: these values are in force already.")})
    proposed = ThresholdSet(
        place=place, item_id=item_id, material_code=material_code if item_id is not None else None, values=values,
        before=before, state=State.PROPOSED, reason=reason, proposed_by_id=by.account_id, proposed_at=clock.now(),
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(proposed)
    except IntegrityError:
        raise Conflict(
            Message("A proposal for this place is waiting already."),
            remedy=Message("Have a second person put it in force or refuse it first."),
        ) from None
    audit.record(
        "threshold:propose", by=by, kind="threshold_set", record_id=proposed.id, note=reason,
        before=before, after={"place": place, **values},
    )  # fmt: skip
    return proposed


@atomic
def put_in_force(set_id: int, *, by: Actor, revision: int) -> ThresholdSet:
    """From now on these values judge every new upload; what was judged before stays. Needs a second person."""
    found = _to_decide(set_id, by)
    now = clock.now()
    before = dict(db.session.scalar(_held(found.place)) or {})
    db.session.execute(
        update(ThresholdSet)
        .where(ThresholdSet.place == found.place, ThresholdSet.state == State.IN_FORCE)
        .values(state=State.ENDED, ended_at=now, revision=ThresholdSet.revision + 1)
        .execution_options(synchronize_session=False)
    )
    _decide(found, by, revision, state=State.IN_FORCE, before=before)
    audit.record(
        "threshold:publish", by=by, kind="threshold_set", record_id=set_id, note=found.reason,
        before=before, after={"place": found.place, **found.values},
    )  # fmt: skip
    return found


@atomic
def refuse(set_id: int, *, by: Actor, revision: int, reason: str) -> ThresholdSet:
    """Refuse a proposal with the reason; it stays on record."""
    reason = reason.strip()
    if not 4 <= len(reason) <= 500:
        raise Invalid(fields={"note": Message("Write the reason in 4 to 500 characters.")})
    found = _to_decide(set_id, by)
    _decide(found, by, revision, state=State.REFUSED, note=reason)
    audit.record("threshold:refuse", by=by, kind="threshold_set", record_id=set_id, note=reason)
    return found


def _held(place: str) -> Select[Any]:
    return select(ThresholdSet.values).where(ThresholdSet.place == place, ThresholdSet.state == State.IN_FORCE)


def _is_asked(item_id: int, material_code: str) -> bool:
    asked = (
        select(ItemMaterial.id)
        .join(ItemVersion, ItemVersion.id == ItemMaterial.version_id)
        .where(ItemVersion.item_id == item_id, ItemMaterial.code == material_code)
    )
    return db.session.execute(asked.limit(1)).first() is not None


def _to_decide(set_id: int, by: Actor) -> ThresholdSet:
    require(by, DECIDE)
    found = opened(set_id)
    if found.proposed_by_id == by.account_id:
        raise NotAllowed(
            Message("You proposed these thresholds yourself, so somebody else must decide on them."),
            remedy=Message("Ask a second person who may put thresholds in force."),
        )
    return found


def _decide(
    found: ThresholdSet, by: Actor, revision: int, *, state: State, note: str = "", before: Values | None = None
) -> None:
    """The guarded update: exactly one person decides on a proposal."""
    told = {"before": before} if before is not None else {}
    done = db.session.execute(
        update(ThresholdSet)
        .where(ThresholdSet.id == found.id, ThresholdSet.state == State.PROPOSED, ThresholdSet.revision == revision)
        .values(state=state, decided_by_id=by.account_id, decided_at=clock.now(), note=note, revision=revision + 1,
                **told)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.session.refresh(found)
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(
            Message("%(name)s has already decided on this proposal.", name=found.decided_by.display_name)
            if found.decided_by
            else Message("This proposal has changed since the page was opened."),
            remedy=Message("Reload the page."),
        )
