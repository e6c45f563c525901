"""An item version with its parts as plain values, apart from any session: what rules and other subjects work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.materials.asked import answer_dated, kinds_asked
from app.materials.kinds import Kind


@dataclass(frozen=True)
class Item:
    id: int
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Field:
    """A question of the form. Attributes as in the table."""

    position: int
    key: str
    type: str
    label_zh: str
    label_en: str
    help_zh: str
    help_en: str
    required: bool
    options: dict[str, Any]
    condition: dict[str, Any] | None
    prefill: str | None


@dataclass(frozen=True)
class Material:
    """A material asked for. Attributes as in the table."""

    id: int
    position: int
    code: str
    name_zh: str
    name_en: str
    form: str
    necessity: str
    condition: dict[str, Any] | None
    condition_zh: str
    condition_en: str
    copies: int
    min_pages: int
    max_pages: int
    accepts: list[str]
    max_megabytes: int
    severities: dict[str, str]
    notes_zh: str
    notes_en: str
    mistakes_zh: str
    mistakes_en: str
    sample_sha256: str | None
    elements: dict[str, Any]
    source: str

    @property
    def shared(self) -> bool:
        """Whether the system holds it itself, so that nobody is asked to upload it."""
        return bool(self.elements.get("mat.sharing"))

    @property
    def document_kinds(self) -> tuple[Kind, ...]:
        """The kinds of document that it asks for; none where any will do."""
        return kinds_asked(self.code, self.elements)

    @property
    def answer_dated(self) -> str:
        """The question whose answer the date on the paper must be; empty where the kind of paper tells."""
        return answer_dated(self.elements)


@dataclass(frozen=True)
class Step:
    """Who decides next. Attributes as in the table."""

    position: int
    key: str
    name_zh: str
    name_en: str
    permission: str
    limit_days: int
    skip_condition: dict[str, Any] | None
    deciders: str = "one"
    deciders_count: int = 1
    by_draw: bool = False


@dataclass(frozen=True)
class Form:
    position: int
    code: str
    name_zh: str
    name_en: str
    source: str


@dataclass(frozen=True)
class Version:
    """A version with all its parts, apart from any session. It has no state: that is the one thing which changes."""

    id: int
    item: Item
    number: int
    elements: dict[str, Any]
    staff_types: list[str]
    effect: str | None
    effect_map: dict[str, str]
    promised_days: int
    fields: tuple[Field, ...]
    materials: tuple[Material, ...]
    steps: tuple[Step, ...]
    forms: tuple[Form, ...]

    @property
    def item_id(self) -> int:
        return self.item.id

    @property
    def code(self) -> str:
        return self.item.code

    def field(self, key: str) -> Field | None:
        return next((one for one in self.fields if one.key == key), None)

    def material(self, code: str) -> Material | None:
        return next((one for one in self.materials if one.code == code), None)

    def step(self, position: int) -> Step | None:
        return next((one for one in self.steps if one.position == position), None)
