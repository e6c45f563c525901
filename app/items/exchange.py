"""One item as one file: written with a checksum, read with every doubt in a sentence, imported as a draft."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from sqlalchemy import JSON, Boolean, Integer, String, Text, select

from app.access.actor import Actor
from app.access.policy import require
from app.access.roles import DECIDING
from app.errors import Conflict, Invalid, NotFound
from app.forms.checking import shape
from app.forms.choices import staff_types
from app.forms.conditions import facts_named
from app.forms.facts import FACTS, FIELD
from app.forms.fields import FIELD_TYPES
from app.items.definition import PARTS, STEP_DEFAULTS, VERSION_COLUMNS, Definition, definition_of, digest_of
from app.items.difference import difference
from app.items.drafting import draft_from
from app.items.forms import CODE, DECIDERS, ENTRIES, MATERIAL_FORMS, MEDIA_TYPES, NECESSITIES
from app.materials.asked import ELEMENT, is_choice
from app.messages import Message, joined
from app.pay.effects import EFFECTS
from app.uow import atomic
from models import ItemVersion, ServiceItem, db
from models.items import VersionState

FORMAT = "zerotrip-item/1"
MOST_BYTES = 1024 * 1024
MOST_ROWS = 200
DEEPEST = 30
_HEAD = ("format", "code", "name_zh", "name_en", "version", "sha256")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C, where it is there


@dataclass(frozen=True)
class Read:
    """A file as read: `faults` and `lacks` keep it out, `notes` only say what to know."""

    code: str = ""
    name_zh: str = ""
    name_en: str = ""
    number: int = 0
    definition: Definition | None = None
    faults: tuple[Message, ...] = ()
    lacks: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()

    @property
    def acceptable(self) -> bool:
        return self.definition is not None and not self.faults and not self.lacks


@dataclass(frozen=True)
class Imported:
    """What an import did, or in a dry run would do. `version_id` is the new draft."""

    read: Read
    changes: list[Message] = field(default_factory=list)
    version_id: int | None = None


def export_item(code: str) -> str:
    """The published version of an item, or else its newest, as one YAML file with everything in it."""
    version = db.session.scalars(
        select(ItemVersion)
        .join(ServiceItem)
        .where(ServiceItem.code == code)
        .order_by((ItemVersion.state == VersionState.PUBLISHED).desc(), ItemVersion.number.desc())
        .limit(1)
    ).first()
    if version is None:
        raise NotFound(
            Message("There is no service item %(code)s.", code=code),
            remedy=Message("Choose one from the list of service items."),
        )
    definition = definition_of(version)
    item = version.item
    told = {
        "format": FORMAT, "code": item.code, "name_zh": item.name_zh, "name_en": item.name_en,
        "version": version.number, "sha256": digest_of(definition), **definition,
    }  # fmt: skip
    return yaml.dump(told, Dumper=_WholeDumper, allow_unicode=True, sort_keys=False, width=120)


class _WholeDumper(yaml.SafeDumper):
    """Writes equal parts out each time: a file with references is harder to read, and refused by `read_item`."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def read_item(text: str | bytes) -> Read:
    """Read a file and say what is wrong with it and what this system lacks for it. Writes nothing."""
    told = _mapping(text)
    if isinstance(told, Message):
        return Read(faults=(told,))
    if told.get("format") != FORMAT:
        return Read(faults=(Message("This is no file of a service item (%(format)s).", format=FORMAT),))
    if isinstance(told.get("steps"), list):  # files from before say nothing of several deciders and of drawing
        told["steps"] = [{**STEP_DEFAULTS, **row} if isinstance(row, dict) else row for row in told["steps"]]
    faults = [*_head_faults(told), *_part_faults(told)]
    if faults:
        return Read(code=str(told.get("code", ""))[:30], faults=tuple(faults[:30]))
    definition: Definition = {name: told[name] for name in VERSION_COLUMNS}
    for part, (_model, columns, _key) in PARTS.items():
        definition[part] = [{name: row[name] for name in columns} for row in told[part]]
    notes = []
    if told.get("sha256") != digest_of(definition):
        notes.append(Message("The file was changed after it was exported: its checksum differs."))
    number = told.get("version")
    return Read(
        told["code"], told["name_zh"], told["name_en"], number if isinstance(number, int) else 0, definition,
        lacks=tuple(_lacks(definition)), notes=tuple(notes),
    )  # fmt: skip


@atomic
def import_item(text: str | bytes, *, by: Actor, dry_run: bool = False) -> Imported:
    """Take a file in as a draft, which goes its way through proposal and publication.

    Raises Invalid if the file is faulty or this system lacks something for it; a dry run only reports.
    """
    require(by, "item:design")
    read = read_item(text)
    if dry_run and not read.acceptable:
        return Imported(read)
    if not read.acceptable:
        raise Invalid(
            joined([*read.faults, *read.lacks][:8], separator=" "),
            remedy=Message("Correct the file, or have what is missing added to this system, and import it again."),
        )
    definition = read.definition
    assert definition is not None
    item = db.session.scalars(select(ServiceItem).where(ServiceItem.code == read.code)).first()
    present = _present(item)
    changes = difference(present, definition) if present else [Message("This is the first version of the item.")]
    if dry_run:
        return Imported(read, changes)
    if present is not None and digest_of(present) == digest_of(definition):
        raise Conflict(
            Message("The file says the same as the published version; nothing is to be imported."),
            remedy=Message("Change the file, or go on with the published version."),
        )
    if item is None:
        item = ServiceItem(code=read.code, name_zh=read.name_zh, name_en=read.name_en)
        db.session.add(item)
        db.session.flush()
    version = draft_from(item, definition, by=by, action="item:import")
    return Imported(read, changes, version.id)


def _present(item: ServiceItem | None) -> Definition | None:
    if item is None:
        return None
    version = db.session.scalars(
        select(ItemVersion).where(ItemVersion.item_id == item.id, ItemVersion.state == VersionState.PUBLISHED)
    ).first()
    return definition_of(version) if version else None


def _mapping(text: str | bytes) -> dict[str, Any] | Message:
    """The file as a mapping, or the sentence why it is none. References are refused: they can unfold without end."""
    unreadable = Message("The file cannot be read: it is neither YAML nor JSON.")
    if len(text) > MOST_BYTES:
        return Message("The file is larger than one item can be.")
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        fault = _unfolds(text)
        if fault is not None:
            return fault
        told = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError, TypeError):
        return unreadable
    return told if isinstance(told, dict) else unreadable


def _unfolds(text: str) -> Message | None:
    """What would cost more to read than it is long: references, and nesting that no item has."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            return Message("The file uses references (&, *). Write every part out.")
        if depth > DEEPEST:
            return Message("The file is nested deeper than an item can be.")
    return None


def _head_faults(told: Mapping[str, Any]) -> Iterable[Message]:
    yield from (_unknown(str(name)) for name in told if name not in {*_HEAD, *VERSION_COLUMNS, *PARTS})
    code = told.get("code")
    if not isinstance(code, str) or not CODE.fullmatch(code):
        yield Message("The item's code is missing or is no code.")
    for name, most in (("name_zh", 120), ("name_en", 200)):
        text = told.get(name)
        if not isinstance(text, str) or not text.strip() or len(text) > most or not _plain(text):
            yield Message("“%(name)s” is missing or longer than %(most)s characters.", name=name, most=most)
    for name, column in ((name, ItemVersion.__table__.c[name]) for name in VERSION_COLUMNS):
        if name not in told:
            yield Message("“%(name)s” is missing.", name=name)
        elif not _fits(column, told[name]):
            yield Message("“%(name)s” is not of the right kind.", name=name)
    if isinstance(told.get("promised_days"), int) and not 0 <= told["promised_days"] <= 200:
        yield Message("“%(name)s” must lie between %(least)s and %(most)s.", name="promised_days", least=0, most=200)
    if not all(isinstance(key, str) and isinstance(value, str) for key, value in _items(told.get("effect_map"))):
        yield Message("“%(name)s” is not of the right kind.", name="effect_map")
    if not all(isinstance(key, str) and isinstance(value, dict) for key, value in _items(told.get("elements"))):
        yield Message("“%(name)s” is not of the right kind.", name="elements")


def _unknown(name: str) -> Message:
    return Message("“%(name)s” is unknown here and would be lost.", name=name[:80])


def _part_faults(told: Mapping[str, Any]) -> Iterable[Message]:
    for part, (model, columns, key) in PARTS.items():
        rows = told.get(part)
        if not isinstance(rows, list) or len(rows) > MOST_ROWS:
            yield Message("“%(name)s” must be a list of at most %(most)s.", name=part, most=MOST_ROWS)
            continue
        seen: set[Any] = set()
        for number, row in enumerate(rows, start=1):
            if not isinstance(row, dict):
                yield Message("“%(part)s” %(number)s is not of the right kind.", part=part, number=number)
                continue
            yield from (_unknown(f"{part} {number} {name}") for name in row if name not in columns)
            for name in columns:
                if name not in row or not _fits(model.__table__.c[name], row[name]):
                    yield Message("“%(part)s” %(number)s: “%(name)s” is missing or not of the right kind.",
                                  part=part, number=number, name=name)  # fmt: skip
            yield from _entry_faults(part, number, row)
            for condition in (row.get("condition"), row.get("skip_condition")):
                if condition is not None:
                    yield from shape(condition)
            code = row.get(key)
            if isinstance(code, str) and code in seen:
                yield Message("The code “%(code)s” is used %(count)s times.", code=code, count=2)
            seen.add(str(code))


def _entry_faults(part: str, number: int, row: Mapping[str, Any]) -> Iterable[Message]:
    """What the columns cannot say: figures in their range, codes in their form, pages and necessity in agreement."""
    for entry in ENTRIES[part]:
        value = row.get(entry.name)
        if entry.kind == "number" and isinstance(value, int) and not entry.least <= value <= entry.most:
            yield Message("“%(name)s” must lie between %(least)s and %(most)s.",
                          name=f"{part} {number} {entry.name}", least=entry.least, most=entry.most)  # fmt: skip
        if entry.pattern and isinstance(value, str) and not entry.pattern.fullmatch(value):
            yield Message("“%(part)s” %(number)s: “%(name)s” is missing or not of the right kind.",
                          part=part, number=number, name=entry.name)  # fmt: skip
    if part == "steps" and (
        not isinstance(row.get("deciders"), str)
        or row["deciders"] not in DECIDERS
        or (row.get("deciders") == "one") != (row.get("deciders_count") == 1)
        or (row.get("by_draw") and row.get("deciders") != "one")
    ):
        yield Message("“%(part)s” %(number)s: “%(name)s” is missing or not of the right kind.",
                      part=part, number=number, name="deciders")  # fmt: skip
    if part == "materials":
        elements = row.get("elements")
        if isinstance(elements, dict) and ELEMENT in elements and not is_choice(elements[ELEMENT]):
            yield Message("“%(part)s” %(number)s: “%(name)s” is missing or not of the right kind.",
                          part=part, number=number, name=ELEMENT)  # fmt: skip
        fits = (row.get("necessity") == "CONDITIONAL") == (row.get("condition") is not None)
        low, high = row.get("min_pages"), row.get("max_pages")
        if not fits or (isinstance(low, int) and isinstance(high, int) and high < low):
            yield Message("“%(part)s” %(number)s: necessity and condition, or the pages, contradict each other.",
                          part=part, number=number)  # fmt: skip


def _fits(column: Any, value: Any) -> bool:
    """Whether the database could keep the value in this column."""
    if value is None:
        return bool(column.nullable)
    kind = column.type
    if isinstance(kind, Boolean):
        return isinstance(value, bool)
    if isinstance(kind, Integer):
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31
    if isinstance(kind, String | Text):
        return isinstance(value, str) and (kind.length is None or len(value) <= kind.length) and _plain(value)
    if isinstance(kind, JSON):
        wanted = list if column.name in ("accepts", "staff_types") else dict
        return isinstance(value, wanted) and _plain(value)
    return False


def _plain(value: Any) -> bool:
    """Whether a value is JSON and holds nothing that a database refuses."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= mark <= "\udfff" for mark in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and _plain(key) and _plain(inner) for key, inner in value.items())
    if isinstance(value, list):
        return all(_plain(inner) for inner in value)
    return value is None or isinstance(value, bool | int | float)


def _items(value: Any) -> Iterable[tuple[Any, Any]]:
    return value.items() if isinstance(value, dict) else ()


def _lacks(definition: Definition) -> Iterable[Message]:
    """What the item speaks of and this system does not have."""
    for row in definition["fields"]:
        if row["type"] not in FIELD_TYPES:
            yield Message("This system lacks the field type “%(type)s” (question %(key)s).",
                          type=row["type"], key=row["key"])  # fmt: skip
        if row["prefill"] is not None and row["prefill"] not in FACTS:
            yield Message("This system lacks the fact “%(fact)s”.", fact=row["prefill"])
    if definition["effect"] is not None:
        effect = EFFECTS.get(definition["effect"])
        if effect is None:
            yield Message("This system lacks the effect “%(effect)s”.", effect=definition["effect"])
        else:
            for fact in sorted(set(definition["effect_map"]) - {one.key for one in effect.facts}):
                yield Message("The effect “%(effect)s” here takes no fact “%(fact)s”.", effect=effect.name, fact=fact)
    for row in definition["steps"]:
        if row["permission"] not in DECIDING:
            yield Message("This system lacks the permission “%(permission)s” (step %(key)s).",
                          permission=row["permission"], key=row["key"])  # fmt: skip
    for row in definition["materials"]:
        if row["form"] not in MATERIAL_FORMS:
            yield Message("This system lacks the form of material “%(form)s” (%(code)s).",
                          form=row["form"], code=row["code"])  # fmt: skip
        if row["necessity"] not in NECESSITIES:
            yield Message("This system lacks the necessity “%(necessity)s” (%(code)s).",
                          necessity=row["necessity"], code=row["code"])  # fmt: skip
        for one in row["accepts"]:
            if one not in MEDIA_TYPES:
                yield Message("This system lacks the type of file “%(type)s” (%(code)s).",
                              type=str(one), code=row["code"])  # fmt: skip
    for kind in definition["staff_types"]:
        if kind not in staff_types():
            yield Message("This system lacks the kind of staff “%(kind)s”.", kind=str(kind))
    yield from _facts_lacking(definition)


def _facts_lacking(definition: Definition) -> Iterable[Message]:
    own = {FIELD + row["key"] for row in definition["fields"]}
    own |= {f"{FIELD}{row['key']}_series" for row in definition["fields"] if row["type"] == "post"}
    conditions = [row["condition"] for part in ("fields", "materials") for row in definition[part]]
    conditions += [row["skip_condition"] for row in definition["steps"]]
    named = dict.fromkeys(fact for condition in conditions for fact in facts_named(condition))
    for fact in named:
        if fact not in FACTS and fact not in own:
            yield Message("This system lacks the fact “%(fact)s”.", fact=fact)
