"""The task of `benchmarks.wages` in openfisca-core; runs in an environment of its own and knows nothing of the project.

Reads tables and facts from a folder, writes amounts there, and prints its times as JSON. `exact` is the fastest exact
form found: parameters read once for each instant as arrays, whole fen in its 32-bit integers, months dropped from its
cache as soon as they are added. `float` is its usual form: yuan in its `float`, which has 32 bits.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import ETERNITY, MONTH, YEAR, instant, period
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

# The names of classes are the names of its variables.
# ruff: noqa: N801
Person = build_entity(key="person", plural="people", label="a member of staff", is_person=True)


class post(Variable):
    value_type, entity, definition_period = int, Person, ETERNITY


class teacher(Variable):
    value_type, entity, definition_period = bool, Person, ETERNITY


class grade(Variable):
    value_type, entity, definition_period = int, Person, YEAR


def wage_in_fen(edition: str, arrays: Callable[[str, Any], tuple[np.ndarray, np.ndarray]]) -> type[Variable]:
    """Whole fen in 32-bit integers."""

    def formula(person: Any, period: Any) -> np.ndarray:
        posts, grades = arrays(edition, period.start)
        base = posts.take(person("post", period)) + grades.take(person("grade", period.this_year))
        return base + person("teacher", period) * ((base + 5) // 10)

    members = {"value_type": int, "entity": Person, "definition_period": MONTH, "formula": formula}
    return type(f"wage_{edition}", (Variable,), members)


def wage_in_yuan(edition: str, arrays: Callable[[str, Any], tuple[np.ndarray, np.ndarray]]) -> type[Variable]:
    """Yuan in the 32-bit `float` of its variables, the uplift rounded to the fen."""

    def formula(person: Any, period: Any) -> np.ndarray:
        posts, grades = arrays(edition, period.start)
        base = posts.take(person("post", period)) + grades.take(person("grade", period.this_year))
        return base + person("teacher", period) * (np.floor(base * np.float32(10) + np.float32(0.5)) / np.float32(100))

    members = {"value_type": float, "entity": Person, "definition_period": MONTH, "formula": formula}
    return type(f"wage_{edition}", (Variable,), members)


def system_of(tables: dict[str, Any], form: str) -> TaxBenefitSystem:
    """The rules and both editions of the tables as dated parameters."""
    system = TaxBenefitSystem([Person])
    system.parameters = ParameterNode("", data=tables)
    kept: dict[tuple[str, Any], tuple[np.ndarray, np.ndarray]] = {}
    kind, unit = (np.int32, 1) if form == "exact" else (np.float32, 100)

    def arrays(edition: str, start: Any) -> tuple[np.ndarray, np.ndarray]:
        found = kept.get((edition, start))
        if found is None:
            node = system.get_parameters_at_instant(instant(start))[edition]
            found = kept[edition, start] = tuple(  # type: ignore[assignment]
                np.array(
                    [node[table][f"l{level}"] / unit for level in range(1, len(tables[edition][table]) + 1)]
                ).astype(kind)
                for table in ("post", "grade")
            )
        return found

    make = wage_in_fen if form == "exact" else wage_in_yuan
    for variable in (post, teacher, grade, make("old", arrays), make("new", arrays)):
        system.add_variable(variable)
    return system


def loaded(system: TaxBenefitSystem, facts: dict[str, np.ndarray], years: list[int]) -> Simulation:
    """People with their facts, through its public builder."""
    simulation = SimulationBuilder().build_default_simulation(system, count=len(facts["post"]))
    simulation.set_input("post", ETERNITY, facts["post"])
    simulation.set_input("teacher", ETERNITY, facts["teacher"])
    for year in years:
        simulation.set_input("grade", period(year), facts[f"grade-{year}"])
    return simulation


def one_month(simulation: Simulation, years: list[int]) -> np.ndarray:
    month = period(f"{years[-1]}-12")
    wage = simulation.calculate("wage_old", month)
    simulation.delete_arrays("wage_old", month)
    return wage


def back_pay_in_fen(simulation: Simulation, years: list[int]) -> np.ndarray:
    """Month by month, each dropped from its cache when it is added: faster than its own sum over months."""
    owed: np.ndarray | None = None
    for month in [period(f"{year}-{month:02d}") for year in years for month in range(1, 13)]:
        new, old = simulation.calculate("wage_new", month), simulation.calculate("wage_old", month)
        owed = new - old if owed is None else np.add(owed, new - old, out=owed)
        for name in ("wage_new", "wage_old"):
            simulation.delete_arrays(name, month)
    assert owed is not None
    return owed


def back_pay_in_yuan(simulation: Simulation, years: list[int]) -> np.ndarray:
    """The new sum less the old, as its documentation adds months."""
    whole = period(f"year:{years[0]}:{len(years)}")
    owed = simulation.calculate_add("wage_new", whole) - simulation.calculate_add("wage_old", whole)
    for name in ("wage_new", "wage_old"):
        simulation.delete_arrays(name)
    return owed


RUNS = {
    ("month", "exact"): one_month,
    ("month", "float"): one_month,
    ("back pay", "exact"): back_pay_in_fen,
    ("back pay", "float"): back_pay_in_yuan,
}


def main(folder: Path) -> None:
    asked = json.loads((folder / "task.json").read_text())
    for task in asked["runs"]:
        facts = {name: np.load(folder / f"{name}-{task['people']}.npy") for name in asked["facts"]}
        run, years = RUNS[task["what"], task["form"]], asked["years"]
        needed = years[-1:] if task["what"] == "month" else years
        gc.collect()
        gc.disable()
        start = time.process_time()
        system = system_of(asked["tables"], task["form"])
        simulation = loaded(system, facts, needed)
        amounts = run(simulation, years)
        times = {"first": [time.process_time() - start], "arrays": [], "loaded": []}
        np.save(folder / f"{task['name']}.npy", amounts)
        for _ in range(task["rounds"]):
            start = time.process_time()
            run(simulation, years)
            times["loaded"].append(time.process_time() - start)
            start = time.process_time()
            run(loaded(system, facts, needed), years)
            times["arrays"].append(time.process_time() - start)
        gc.enable()
        print(json.dumps({"name": task["name"], **{what: min(spent) for what, spent in times.items()}}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
