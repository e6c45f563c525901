"""Wages of many: our bulk engine against openfisca-core, on one task, in one run, amounts compared person by person.

The task: 13 posts, 65 grades, ten percent more for teachers rounded half up to the fen, dated tables, a grade more
each January but in the year that a person missed. One month (December 2017), and the 60 months of back pay from 2013 to
2017 between two editions of the tables: the official figures of 2006-07 and 2016-07 that the project holds, and an
INVENTED second edition in which every amount is five percent higher. Grades whose figure is not confirmed are counted
as they stand: here only speed and equality matter. Teachers begin in 2013, so that no seniority allowance is due.

Both start from the same arrays (post, teacher, grade of each year) and end with an array of fen for each person, in
milliseconds of CPU of the process, best of several rounds:
  arrays  everything from the arrays: for us codes to kinds to stretches to amounts, for them population, inputs and
          formulas; what a running service keeps is kept (our prices of kinds, their parameters as arrays)
  loaded  the people are there (our roster, their simulation with its inputs); only the amounts are worked out
  first   as `arrays`, once, with nothing kept but the tables as read from their files
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tempfile
import time
import venv
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from app.pay.bulk import back_pay, exact_sum, price
from app.pay.careers import Person, Settings
from app.pay.kinds import KindBook, KindTable
from app.pay.months import plus_months
from app.pay.rosters import Roster, roster_of_columns
from app.pay.standards import Standards
from app.pay.table_files import Cell, read_tables

POSTS, GRADES, YEARS = 13, 65, (2013, 2014, 2015, 2016, 2017)
MONTHS = [plus_months(date(2013, 1, 1), place) for place in range(60)]
SIZES = (30_000, 1_000_000)
ROUNDS = {("month", 30_000): 100, ("back pay", 30_000): 20, ("month", 1_000_000): 20, ("back pay", 1_000_000): 6}
TABLES = {"post": ("institution_post_wage", "tech_post"), "grade": ("institution_grade_wage_cadre", "tech_mgmt_grade")}
TO_THE_FEN = Settings(uplift_rounding="cent")
REQUIREMENTS = Path(__file__).parents[1] / "requirements-bench.txt"
Facts = Mapping[str, np.ndarray]


def edition(percent: int) -> Standards:
    """The official tables of 2006-07 and 2016-07, every amount of them raised by so many percent to the whole yuan.

    2014-10 is left out: its tables for institutions are not complete.
    """
    tables = read_tables()
    raised = {table for table, _ in TABLES.values()}
    tables.cells = [_raised(cell, percent) if cell.table in raised else cell for cell in tables.cells]
    return Standards(tables).without(date(2014, 10, 1))


def _raised(cell: Cell, percent: int) -> Cell:
    return replace(cell, confidence="high", amount=Decimal(round(cell.amount * (100 + percent) / 100)))


def facts_of(people: int) -> dict[str, np.ndarray]:
    """Invented people: post, whether a teacher, and the grade of each year, as codes from 0."""
    random = np.random.default_rng(2018)
    grade, missed = random.integers(0, GRADES - 4, people), random.integers(0, 5, people)
    facts = {"post": random.integers(0, POSTS, people).astype(np.int32), "teacher": random.random(people) < 0.45}
    for place, year in enumerate(YEARS):
        facts[f"grade-{year}"] = (grade + place - ((missed > 0) & (place >= missed))).astype(np.int32)
    return facts


class Ours:
    """Our engine with what it keeps between runs: the kinds and their prices."""

    def __init__(self, old: Standards, new: Standards) -> None:
        self.old, self.new = old, new
        self.forget()

    def forget(self) -> None:
        self._book = KindBook()
        self._table = KindTable(self._book, (POSTS, GRADES, 2), _read)
        for tables in (self.old, self.new):
            tables._found.clear()

    def roster(self, facts: Facts, years: tuple[int, ...]) -> Roster:
        kinds = [self._table.numbers_of(facts["post"], facts[f"grade-{year}"], facts["teacher"]) for year in years]
        spans = [(date(year, 1, 1), date(year, 12, 1)) for year in years]
        return roster_of_columns(
            self._book, [(*span, column) for span, column in zip(spans, kinds, strict=True)]
        )  # fmt: skip

    def load(self, what: str, facts: Facts) -> Roster:
        return self.roster(facts, YEARS[-1:] if what == "month" else YEARS)

    def pay(self, what: str, roster: Roster) -> np.ndarray:
        if what == "month":
            return price(roster, MONTHS[-1], self.old, settings=TO_THE_FEN).amounts
        return back_pay(roster, self.old, self.new, MONTHS, settings=TO_THE_FEN).amounts


def _read(post: int, grade: int, teacher: int) -> tuple[dict[str, Any], Person]:
    kept = {"staff_type": "INSTITUTION", "phase": "GRADED", "post": f"TECH-{post + 1}", "grade": grade + 1}
    person = Person(staff_type="INSTITUTION", teaching_start_year=YEARS[0])
    return {**kept, "occupation": "TEACHER" if teacher else None}, person


def main() -> None:
    old, new = edition(0), edition(5)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        facts = {people: facts_of(people) for people in SIZES}
        theirs = _theirs(folder, {"old": old, "new": new}, facts)
        ours = Ours(old, new)
        ours.pay("month", ours.load("month", facts_of(10)))  # what is imported late is imported now
        print(f"  {'people':>9}  {'what':<20}{'timed':<8}{'ours, ms':>12}{'theirs, ms':>12}{'ratio':>8}")
        for people in SIZES:
            for what, shown in (("month", "one month"), ("back pay", "60 months back pay")):
                spent, amounts = _ours(ours, what, facts[people], ROUNDS[what, people])
                peer = theirs[f"{what}-{people}-exact"]
                for timed, best in spent.items():
                    times = f"{best * 1e3:>12.2f}{peer[timed] * 1e3:>12.2f}{peer[timed] / best:>8.1f}"
                    print(f"  {people:>9,}  {shown:<20}{timed:<8}{times}")
                if _crc(amounts) != _crc(np.load(folder / f"{what}-{people}-exact.npy")):
                    sys.exit("The amounts differ.")
                print(f"  {'':>11}equal to the fen: {exact_sum(amounts) / 100:,.2f} yuan, CRC {_crc(amounts):08x}")
                yuan = np.load(folder / f"{what}-{people}-float.npy").astype(np.float64)
                off = int(np.count_nonzero(np.round(yuan * 100).astype(np.int64) != amounts))
                cost = theirs[f"{what}-{people}-float"]["loaded"]
                print(
                    f"  {'':>11}their usual 32-bit yuan: {cost * 1e3:.2f} ms loaded, wrong for {off:,} people",
                    flush=True,
                )


def _ours(ours: Ours, what: str, facts: Facts, rounds: int) -> tuple[dict[str, float], np.ndarray]:
    """The times of our engine, and the amounts."""
    ours.forget()
    gc.collect()
    gc.disable()
    first, roster = _timed(lambda: ours.load(what, facts))
    more, amounts = _timed(lambda: ours.pay(what, roster))
    spent = {"arrays": [], "loaded": [], "first": [first + more]}
    for _ in range(rounds):
        spent["arrays"].append(_timed(lambda: ours.pay(what, ours.load(what, facts)))[0])
        spent["loaded"].append(_timed(lambda: ours.pay(what, roster))[0])
    gc.enable()
    return {timed: min(times) for timed, times in spent.items()}, amounts


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    done = work()
    return time.process_time() - start, done


def _crc(amounts: np.ndarray) -> int:
    return zlib.crc32(np.ascontiguousarray(amounts, dtype=np.int64).tobytes())


def _theirs(folder: Path, editions: Mapping[str, Standards], facts: Mapping[int, Facts]) -> dict[str, dict[str, Any]]:
    """Install the peer, let it do the task in its own process, and read its times."""
    home = folder / "peer"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS], check=True
    )
    for people, given in facts.items():
        for fact, values in given.items():
            np.save(folder / f"{fact}-{people}.npy", values)
    runs = [
        {
            "name": f"{what}-{people}-{form}",
            "what": what,
            "people": people,
            "form": form,
            "rounds": ROUNDS[what, people],
        }
        for people in SIZES
        for what in ("month", "back pay")
        for form in ("exact", "float")
    ]
    tables = {name: _parameters(held) for name, held in editions.items()}
    task = {"runs": runs, "years": YEARS, "facts": list(facts[SIZES[0]]), "tables": tables}
    (folder / "task.json").write_text(json.dumps(task))
    peer = Path(__file__).with_name("wages_peer.py")
    lines = subprocess.run([python, peer, folder], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return {answer["name"]: answer for answer in map(json.loads, lines)}


def _parameters(held: Standards) -> dict[str, Any]:
    """One edition as dated parameters, in fen."""
    return {
        name: {
            f"l{level}": {
                "values": {
                    version.isoformat(): {
                        "value": int(held.cell(table, category, str(level), None, version).amount * 100)
                    }
                    for version in (date(2006, 7, 1), date(2016, 7, 1))
                }
            }
            for level in range(1, (POSTS if name == "post" else GRADES) + 1)
        }
        for name, (table, category) in TABLES.items()
    }


if __name__ == "__main__":
    main()
