"""Verbs on a draft: begin it, change its head and its parts, throw it away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.audit import service as audit
from app.audit.queries import stale_page
from app.errors import Conflict, Invalid, NotFound
from app.forms import reading
from app.forms.choices import staff_types
from app.forms.facts import known_facts
from app.forms.fields import parse
from app.items.definition import PARTS, VERSION_COLUMNS, Definition, definition_of, rows_of
from app.items.forms import read_part
from app.items.guide import WEIGHTS, editable_elements
from app.items.queries import name_of_account
from app.materials.asked import ELEMENT, without_the_usual
from app.messages import Message, Named
from app.pay.effects import EFFECTS
from app.uow import atomic
from models import ItemVersion, ServiceItem, db
from models.items import VersionState

EMPTY: Definition = {
    "elements": {}, "staff_types": [], "effect": None, "effect_map": {}, "promised_days": 0,
    "fields": [], "materials": [], "steps": [], "forms": [],
}  # fmt: skip
DESIGN = "item:design"
MOST_PARTS = 80


@atomic
def begin_draft(item_id: int, *, by: Actor) -> ItemVersion:
    """A draft that starts as a copy of the published version. Raises Conflict while another one is in work."""
    require(by, DESIGN)
    item = db.session.get(ServiceItem, item_id)
    if item is None:
        raise NotFound
    newest = newest_of(item_id)
    return draft_from(item, definition_of(newest) if newest else EMPTY, by=by, action="item:draft")


def newest_of(item_id: int) -> ItemVersion | None:
    """The version of an item that is in force, or else its newest."""
    return db.session.scalars(
        select(ItemVersion).where(ItemVersion.item_id == item_id).order_by(
            (ItemVersion.state == VersionState.PUBLISHED).desc(), ItemVersion.number.desc()
        ).limit(1)
    ).first()  # fmt: skip


def draft_from(item: ServiceItem, definition: Definition, *, by: Actor, action: str, note: str = "") -> ItemVersion:
    """Write a draft of the item with this content; called inside a transaction."""
    _require_none_in_work(item)
    highest = db.session.scalar(select(func.max(ItemVersion.number)).where(ItemVersion.item_id == item.id)) or 0
    version = ItemVersion(
        item_id=item.id, number=highest + 1, state=VersionState.DRAFT, note=note,
        created_at=clock.now(), created_by_id=by.account_id, **{name: definition[name] for name in VERSION_COLUMNS},
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(version)
    except IntegrityError:  # somebody else began one in the same moment
        _require_none_in_work(item)
        raise
    for model, rows in rows_of(definition, version.id).items():
        if rows:
            db.session.execute(insert(model), rows)
    audit.record(
        action, by=by, kind="item_version", record_id=version.id,
        after={"item": item.code, "number": version.number, "state": version.state},
    )  # fmt: skip
    return version


def _require_none_in_work(item: ServiceItem) -> None:
    other = db.session.scalars(
        select(ItemVersion).where(
            ItemVersion.item_id == item.id, ItemVersion.state.in_((VersionState.DRAFT, VersionState.PROPOSED))
        )
    ).first()
    if other is not None:
        raise Conflict(
            Message("Version %(number)s of this item is in work already, begun by %(who)s.",
                    number=other.number, who=name_of_account(other.created_by_id) or Named("系统", "the system")),
            remedy=Message("Go on with that one, or discard it first."),
        )  # fmt: skip


@atomic
def change_version(version_id: int, raws: Mapping[str, Any], *, by: Actor, revision: int) -> ItemVersion:
    """Change the head of a draft: promised_days, note, staff_types, effect, effect_map (or `fact-<key>`), elements
    (`element-<code>-zh`, `element-<code>-en`). What is not named stays. Raises Invalid with the sentences."""
    version = opened_draft(version_id, by)
    values, wrong = _head(version, raws)
    if wrong:
        raise Invalid(fields=wrong)
    changed = {name: value for name, value in values.items() if getattr(version, name) != value}
    if changed:
        before = {name: getattr(version, name) for name in changed}
        touch(version, revision, by=by, action="item:change", before=before, after=changed, **changed)
    return version


@atomic
def set_weights(version_id: int, weights: Mapping[str, str], *, by: Actor, revision: int) -> ItemVersion:
    """Set how heavily checks before submission weigh in a draft, by id of the check; who is not named is as by itself.

    Which checks there are, and what may be set, knows app.applications.weights. Raises Conflict, Stale.
    """
    version = opened_draft(version_id, by)
    elements = {code: value for code, value in version.elements.items() if code != WEIGHTS}
    if weights:
        elements[WEIGHTS] = dict(weights)
    if elements != version.elements:
        before, after = version.elements.get(WEIGHTS, {}), dict(weights)
        touch(version, revision, by=by, action="item:change", before=before, after=after, elements=elements)
    return version


@atomic
def save_part(
    version_id: int, part: str, raws: Mapping[str, Any], *, by: Actor, revision: int, key: str | None = None
) -> str:
    """Add a field, material, step or form to a draft, or replace the one named by `key`. Returns its key or code.

    `part` is fields, materials, steps or forms; `raws` is what `part_as_form` asks for. Raises Invalid.
    """
    version = opened_draft(version_id, by)
    model, _columns, named = PARTS[part]
    rows = getattr(version, part)
    row = next((one for one in rows if getattr(one, named) == key), None)
    if key is not None and row is None:
        raise NotFound
    values = read_part(part, raws, known=known_facts(version.fields))
    if any(one is not row and getattr(one, named) == values[named] for one in rows):
        raise Invalid(fields={named: Message("Another part of this version has this code already.")})
    if row is None and len(rows) >= MOST_PARTS:
        raise Conflict(Message("A version has at most %(most)s of these.", most=MOST_PARTS))
    if part == "materials":  # what a page does not ask for stays
        values["elements"] = _kept_elements(row.elements if row else {}) | values["elements"]
        if row is not None and ELEMENT not in row.elements:  # what its code means anyway is no change
            values["elements"] = without_the_usual(values)["elements"]
    before = {name: getattr(row, name) for name in values} if row else None
    if before == values:
        return str(values[named])
    action = f"item:{'change' if row else 'add'}_{part.removesuffix('s')}"
    touch(version, revision, by=by, action=action, before=before, after=values)
    if row is None:
        place = max((one.position for one in rows), default=0) + 1
        db.session.execute(insert(model).values(version_id=version.id, position=place, **values))
    else:
        db.session.execute(update(model).where(model.id == row.id).values(**values))
    db.session.refresh(version)
    return str(values[named])


@atomic
def remove_part(version_id: int, part: str, key: str, *, by: Actor, revision: int) -> None:
    """Take a field, material, step or form out of a draft."""
    version = opened_draft(version_id, by)
    model, columns, _named = PARTS[part]
    row = row_of(version, part, key)
    before = {name: getattr(row, name) for name in columns}
    touch(version, revision, by=by, action=f"item:remove_{part.removesuffix('s')}", before=before, after=None)
    db.session.execute(delete(model).where(model.id == row.id))
    db.session.refresh(version)


@atomic
def move_part(version_id: int, part: str, key: str, *, to: int, by: Actor, revision: int) -> None:
    """Put a part of a draft at the place `to`, counted from 1; the others close up."""
    version = opened_draft(version_id, by)
    model, _columns, named = PARTS[part]
    row = row_of(version, part, key)
    order = [one for one in getattr(version, part) if one is not row]
    order.insert(max(0, min(to - 1, len(order))), row)
    touch(version, revision, by=by, action="item:reorder", before=None,
           after={"part": part, "order": [getattr(one, named) for one in order]})  # fmt: skip
    ids = [one.id for one in order]
    for offset in (10_000, 0):  # steps have unique places, so they are moved out of the way first
        for place, part_id in enumerate(ids, start=1):
            db.session.execute(update(model).where(model.id == part_id).values(position=place + offset))
    db.session.refresh(version)


@atomic
def discard_draft(version_id: int, *, by: Actor, revision: int) -> None:
    """Throw a draft away. What was published stays in force."""
    version = opened_draft(version_id, by)
    number = version.number
    touch(
        version, revision, by=by, action="item:discard", before={"number": number, "state": version.state}, after=None
    )
    for model, _columns, _named in PARTS.values():
        db.session.execute(delete(model).where(model.version_id == version_id))
    db.session.expunge(version)
    db.session.execute(delete(ItemVersion).where(ItemVersion.id == version_id))


def opened_draft(version_id: int, by: Actor) -> ItemVersion:
    """The version, if the actor may design and it is a draft. Raises NotAllowed, NotFound, Conflict."""
    require(by, DESIGN)
    version = db.session.get(ItemVersion, version_id, populate_existing=True)
    if version is None:
        raise NotFound
    if version.state != VersionState.DRAFT:
        raise Conflict(
            Message("Only a draft can be changed; version %(number)s is none.", number=version.number),
            remedy=Message("Begin a new draft, or take the proposed one back first."),
        )
    return version


def touch(
    version: ItemVersion, revision: int, *, by: Actor, action: str, before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None, **values: Any,
) -> None:  # fmt: skip
    """The guard of every change: exactly one row, still a draft, at the revision the page showed. Audited."""
    written = db.session.execute(
        update(ItemVersion)
        .where(ItemVersion.id == version.id, ItemVersion.state == VersionState.DRAFT, ItemVersion.revision == revision)
        .values(revision=revision + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if written.rowcount != 1:  # type: ignore[attr-defined]
        raise stale_page("item_version", version.id)
    audit.record(action, by=by, kind="item_version", record_id=version.id, before=before, after=after)
    db.session.refresh(version)


def row_of(version: ItemVersion, part: str, key: str) -> Any:
    """The part of a version that this key names. Raises NotFound."""
    named = PARTS[part][2]
    for row in getattr(version, part):
        if getattr(row, named) == key:
            return row
    raise NotFound


def _kept_elements(elements: Mapping[str, Any]) -> dict[str, Any]:
    return {code: value for code, value in elements.items() if code != "mat.sharing"}


def _head(version: ItemVersion, raws: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Message]]:
    values: dict[str, Any] = {}
    wrong: dict[str, Message] = {}
    if "promised_days" in raws:
        try:
            days = parse("integer", {"minimum": 1, "maximum": 200}, raws["promised_days"])
        except Invalid as refusal:
            wrong["promised_days"] = refusal.message
        else:
            values["promised_days"] = days
            if days is None:
                wrong["promised_days"] = Message("Please fill this in.")
    if "note" in raws:
        values["note"] = reading.clean(raws["note"] or "")[:500]
    if "staff_types" in raws:
        given = raws["staff_types"] if isinstance(raws["staff_types"], list | tuple) else [raws["staff_types"]]
        chosen = sorted({str(one) for one in given if one})
        values["staff_types"] = chosen
        if not chosen or any(one not in staff_types() for one in chosen):
            wrong["staff_types"] = Message("Choose which kinds of staff the item serves.")
    if "effect" in raws:
        values["effect"] = raws["effect"] or None
        if values["effect"] is not None and values["effect"] not in EFFECTS:
            wrong["effect"] = Message("Choose one of the effects in the list.")
    if "effect_map" in raws:
        values["effect_map"] = {str(fact): str(key) for fact, key in dict(raws["effect_map"]).items() if key}
    elif any(name.startswith("fact-") for name in raws):
        effect = EFFECTS.get(values.get("effect", version.effect) or "")
        taken = {fact.key for fact in effect.facts} if effect else set()  # of another effect chosen on the same page
        mapped = {name[len("fact-") :]: str(key) for name, key in raws.items() if name.startswith("fact-") and key}
        values["effect_map"] = {fact: key for fact, key in mapped.items() if fact in taken}
    elements = _elements(version, raws)
    if elements != version.elements:
        values["elements"] = elements
    return values, wrong


def _elements(version: ItemVersion, raws: Mapping[str, Any]) -> dict[str, Any]:
    """The published particulars as typed: what a person fills in no longer waits for confirmation."""
    elements = {code: dict(value) for code, value in version.elements.items()}
    for code in editable_elements():
        for language in ("zh", "en"):
            typed = raws.get(f"element-{code}-{language}")
            if typed is None:
                continue
            text = reading.clean(typed, lines=True)[:2000]
            if text != elements.get(code, {}).get(language, ""):
                elements.setdefault(code, {"zh": "", "en": ""})[language] = text
                elements[code].pop("confirm", None)
    return elements
