"""The policy of performance pay: its parameters with their bounds and rules, classes of units, and sums by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from pathlib import Path

import yaml

from app.messages import Message
from models.budgets import BudgetItem, UnitClass
from models.units import UnitType

DATA = Path(__file__).with_name("data") / "policy.yaml"
CLASSES: dict[str, Message] = {
    UnitClass.COMPULSORY_SCHOOL: Message("Schools of compulsory education"),
    UnitClass.FULLY_FUNDED: Message("Fully funded institutions"),
    UnitClass.PARTLY_FUNDED: Message("Partly funded institutions"),
    UnitClass.SELF_FUNDED: Message("Self-funded institutions"),
}
ITEMS: dict[str, Message] = {
    BudgetItem.BASIC: Message("Basic performance pay"),
    BudgetItem.INCENTIVE: Message("Incentive performance pay"),
    BudgetItem.TALENT: Message("Pay of high-level talent"),
    BudgetItem.SCIENCE: Message("Reward for scientific results"),
}
NAMES: dict[str, tuple[Message, Message]] = {
    "margin_percent": (Message("Margin over a fully funded unit"), Message("percent")),
    "normed_allowance": (Message("Normed allowances and subsidies of a person"), Message("yuan a year")),
    "basic_least": (Message("Basic part, at least"), Message("percent")),
    "basic_most": (Message("Basic part, at most"), Message("percent")),
    "leader_warn": (Message("Main leader against the average: warn from"), Message("times")),
    "leader_block": (Message("Main leader against the average: hold from"), Message("times")),
    "near_percent": (Message("Share of the total that is used: warn from"), Message("percent")),
    "ahead_points": (Message("Ahead of the year: warn from"), Message("percentage points")),
    "levelling_cv": (Message("Coefficient of variation: warn below"), Message("ratio")),
    "equal_percent": (Message("People with the same amount: warn from"), Message("percent")),
    "probation_share": (Message("Share of staff on probation, at most"), Message("percent")),
    "sick_share": (Message("Share of staff on sick leave, at most"), Message("percent")),
    "sanction_share": (Message("Share of staff under sanction, at most"), Message("percent")),
    "talent_outside": (Message("Pay of high-level talent lies outside the total"), Message("1 yes, 0 no")),
    "science_outside": (Message("Rewards for science lie outside the total"), Message("1 yes, 0 no")),
}
OUTSIDE_BY = {BudgetItem.TALENT: "talent_outside", BudgetItem.SCIENCE: "science_outside"}
HAVE_TOTALS = frozenset({UnitType.FULLY_FUNDED, UnitType.PARTLY_FUNDED, UnitType.SELF_FUNDED})
"""Organs and institutions run under the civil service law have no performance pay."""


@dataclass(frozen=True)
class Parameter:
    """One policy value: the rule it follows, between which bounds it may be set, and where its default comes from."""

    key: str
    rule: str
    default: Decimal
    least: Decimal
    most: Decimal
    by_class: Mapping[str, Decimal]
    provenance: str

    @property
    def name(self) -> Message:
        return NAMES[self.key][0]

    @property
    def unit(self) -> Message:
        return NAMES[self.key][1]

    def default_of(self, unit_class: str) -> Decimal:
        return self.by_class.get(unit_class, self.default)


@cache
def parameters() -> dict[str, Parameter]:
    """All parameters by their key, in the order of the data file."""
    return {
        one["key"]: Parameter(
            one["key"], one["rule"], Decimal(one["default"]), Decimal(one["least"]), Decimal(one["most"]),
            {name: Decimal(value) for name, value in one.get("by_class", {}).items()}, one["provenance"],
        )
        for one in yaml.safe_load(DATA.read_text(encoding="utf-8"))["parameters"]
    }  # fmt: skip


@dataclass(frozen=True)
class Policy:
    """What holds for one class of units on a day: every parameter has a value."""

    unit_class: str
    values: Mapping[str, Decimal]

    def __getitem__(self, key: str) -> Decimal:
        return self.values[key]

    def outside_total(self, item: str) -> bool:
        """Whether an item does not count against the total (P-6)."""
        key = OUTSIDE_BY.get(BudgetItem(item))
        return key is not None and self.values[key] == 1


def policy_of(unit_class: str, set_values: Mapping[str, Decimal]) -> Policy:
    """The defaults with what the bureau has set over them."""
    return Policy(
        unit_class,
        {key: set_values.get(key, one.default_of(unit_class)) for key, one in parameters().items()},
    )  # fmt: skip


def class_of(unit_type: str, *, compulsory_teachers: int = 0, staff: int = 0) -> UnitClass | None:
    """The class of a unit: a school of compulsory education where at least half of its staff teach there; None where
    a unit has no performance pay at all."""
    if unit_type not in HAVE_TOTALS:
        return None
    if unit_type == UnitType.FULLY_FUNDED and staff and compulsory_teachers * 2 >= staff:
        return UnitClass.COMPULSORY_SCHOOL
    return UnitClass(unit_type)


def read_number(text: str) -> Decimal | None:
    """A decimal number as people write it, or None."""
    plain = text.replace(",", "").replace("，", "").strip()
    if len(plain) > 20:
        return None
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def read_fen(value: object) -> int | None:
    """An amount in yuan, as typed or as a cell holds it, in whole fen; None for anything that is none. May be negative:
    that is for the caller to refuse in words of its own."""
    if isinstance(value, bool) or value is None:
        return None
    number = read_number(value if isinstance(value, str) else repr(value) if isinstance(value, float) else str(value))
    if number is None or abs(number) >= Decimal(10) ** 12:
        return None
    fen = number * 100
    return int(fen) if fen == fen.to_integral_value() else None


def percent_of(amount_fen: int, percent: Decimal) -> int:
    """So many percent of an amount, half up to the fen (G-5)."""
    return int((amount_fen * percent / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def share(part_fen: int, whole_fen: int) -> Decimal:
    """A part of a whole in percent, to a tenth; of nothing it is nought."""
    if whole_fen <= 0:
        return Decimal(0)
    return (Decimal(part_fen) * 100 / whole_fen).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def yuan(fen: int) -> str:
    """An amount as it stands in a sentence: `1,490.00`."""
    return f"{Decimal(fen) / 100:,.2f}"
