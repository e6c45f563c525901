"""The units of the demo city: the city, its bureaus, districts, and the institutions below them."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from stdnum.cn import uscc

from app.demo.names import DEPARTMENT_OF, DEPARTMENTS, KINDS, STREETS

CITY = ("江城市人民政府（演示）", "Jiangcheng City (demo)")


@dataclass
class DemoUnit:
    id: int
    code: str
    name: str
    name_en: str
    unit_type: str
    credit_code: str
    parent: int | None
    supervising: int | None
    kind: str = ""
    occupation: str | None = None
    size: int = 0
    uppers: set[int] = field(default_factory=set)


@dataclass
class City:
    """All units, and those that demo accounts belong to by their key."""

    units: list[DemoUnit]
    places: dict[str, int]

    def institutions(self) -> list[DemoUnit]:
        return [unit for unit in self.units if unit.size]


def build(random: Random, *, institutions: int, staff: int) -> City:
    """A tree with so many institutions, whose sizes add up to `staff`."""
    units: list[DemoUnit] = []

    def add(name: str, name_en: str, unit_type: str, parent: int | None, supervising: int | None) -> DemoUnit:
        number = len(units) + 1
        unit = DemoUnit(
            number, f"JC{number:05d}", name, name_en, unit_type, _credit_code(number), parent, supervising
        )  # fmt: skip
        units.append(unit)
        return unit

    city = add(CITY[0], CITY[1], "ORGAN", None, None)
    personnel = add("江城市人力资源和社会保障局", "Jiangcheng HR Bureau", "ORGAN", city.id, None)
    treasury = add("江城市财政局", "Jiangcheng Finance Bureau", "ORGAN", city.id, None)
    bureaus = [add(f"江城市{zh}", f"Jiangcheng {en}", "ORGAN", city.id, None) for zh, en in DEPARTMENTS]
    weights = [kind[4] for kind in KINDS]
    for index in range(institutions):
        kind = KINDS[0] if index == 0 else random.choices(KINDS, weights)[0]
        bureau = bureaus[DEPARTMENT_OF[kind[0]]]
        street = STREETS[index % len(STREETS)]
        ordinal = index // len(STREETS)
        unit = add(
            f"江城市{street}{_ordinal(ordinal)}{kind[0]}",
            f"{kind[1]} {index + 1}, Jiangcheng",
            kind[2], bureau.id, bureau.id,
        )  # fmt: skip
        unit.kind, unit.occupation = kind[0], kind[3]
        unit.size = random.randint(kind[5], kind[6])
    _fit(units, staff)
    _reach(units)
    return City(
        units,
        {
            "city": city.id, "personnel": personnel.id, "treasury": treasury.id, "education": bureaus[0].id,
            "school": bureaus[-1].id + 1,
        },
    )  # fmt: skip


def _ordinal(number: int) -> str:
    digits = "一二三四五六七八九十"
    if number == 0:
        return ""
    if number < 10:
        return f"第{digits[number]}"
    tens, ones = divmod(number + 1, 10)
    return f"第{digits[tens - 1] if tens > 1 else ''}十{digits[ones - 1] if ones else ''}"


def _fit(units: list[DemoUnit], staff: int) -> None:
    """Scale the sizes so that they add up."""
    institutions = [unit for unit in units if unit.size]
    total = sum(unit.size for unit in institutions)
    for unit in institutions:
        unit.size = max(2, round(unit.size * staff / total))
    difference = staff - sum(unit.size for unit in institutions)
    index = 0
    while difference:
        unit = institutions[index % len(institutions)]
        step = 1 if difference > 0 else -1
        if unit.size + step >= 2:
            unit.size += step
            difference -= step
        index += 1


def _reach(units: list[DemoUnit]) -> None:
    """Who reaches whom: every unit itself, its parents, and its supervising department with what is above that."""
    by_id = {unit.id: unit for unit in units}
    for unit in units:  # parents come before their children
        unit.uppers = {unit.id}
        for above in (unit.parent, unit.supervising):
            if above is not None:
                unit.uppers |= by_id[above].uppers


def _credit_code(number: int) -> str:
    base = f"12360100{number:09d}"
    return base + str(uscc.calc_check_digit(base))
