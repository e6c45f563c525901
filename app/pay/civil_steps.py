"""Choosing the step in another level of civil servants, level by level, upwards and downwards (C-6, D-27)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from app.messages import Message
from app.pay.errors import PayError
from app.pay.months import Month
from app.pay.rulebook import rule
from app.pay.staff_types import Facts
from app.pay.standards import Cell

LEVEL_TABLE, LEVEL_CATEGORY = "civil_level_wage", "level_wage"
LOWEST_LEVEL = 27


@dataclass(frozen=True, slots=True)
class Place:
    """A level and a step."""

    level: int
    step: int


def level_cell(place: Place, month: Month, facts: Facts) -> Cell:
    """The cell of a level and step in the standard of a month. Errors: `NO_TABLE_CELL`, `LOW_CONFIDENCE`."""
    version = facts.version_in(month).version
    return facts.standards.cell(LEVEL_TABLE, LEVEL_CATEGORY, str(place.level), place.step, month, version=version)


@rule("C-6")
def rise(place: Place, levels: int, month: Month, facts: Facts) -> tuple[Place, bool]:
    """So many levels up, one after the other; and whether any of them was an over-raise (D-10)."""
    over_raises = []
    for _ in range(levels):
        place, over_raise = _one_level_up(place, month, facts)
        over_raises.append(over_raise)
    return place, any(over_raises)


def _one_level_up(place: Place, month: Month, facts: Facts) -> tuple[Place, bool]:
    """The lowest step that pays more (or, by the setting, not less) than before."""
    before = _amount(place, month, facts)
    next_step = _amount(Place(place.level, place.step + 1), month, facts)
    for step, amount in _steps_of(place.level - 1, month, facts):
        if amount > before or (amount == before and not facts.settings.strictly_higher):
            return Place(place.level - 1, step), amount > next_step
    raise _without_end(place.level - 1)


@rule("C-6")
def fall(place: Place, levels: int, month: Month, facts: Facts) -> Place:
    """So many levels down, one after the other: each time the highest step that pays not more than before."""
    for _ in range(levels):
        place = _one_level_down(place, month, facts)
    return place


def _one_level_down(place: Place, month: Month, facts: Facts) -> Place:
    before = _amount(place, month, facts)
    for step, amount in _steps_of(place.level + 1, month, facts):
        if amount > before:
            return Place(place.level + 1, max(1, step - 1))
    raise _without_end(place.level + 1)


def _steps_of(level: int, month: Month, facts: Facts) -> Iterator[tuple[int, Decimal]]:
    """The steps of a level from the first, beyond the printed top, as long as they grow."""
    before, step = Decimal(-1), 1
    while (amount := _amount(Place(level, step), month, facts)) > before:
        yield step, amount
        before, step = amount, step + 1


def _amount(place: Place, month: Month, facts: Facts) -> Decimal:
    return level_cell(place, month, facts).amount


def _without_end(level: int) -> PayError:
    return PayError("NO_TABLE_CELL", Message("The steps of level %(level)s have no step that fits.", level=level))
