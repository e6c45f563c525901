"""`flask demo risks`: a seeded year with planted misuse, what the rules found of it and what they found for nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import select

from app import clock, uow
from app.access.actor import system
from app.demo import risks_budget, risks_plant, risks_world
from app.demo.risks_plant import Plant
from app.items.loading import load_catalogue
from app.risk.registry import RULES
from app.risk.service import look
from models import Case, db

SEED = 7
BUDGETS = 120
"""Units of 400 whose performance pay is lived through too: three in ten, since each pays many times."""
TOO_MUCH = frozenset({"wage-not-derivable", "change-without-decision", "back-pay"})
"""What the rules over one person's wage may say of one that is too high. The back pay of a raise is among it: it was
paid for months in which the new amount had been reached already."""
FOUND_BY: dict[str, frozenset[str]] = {
    "one pair": frozenset({"one-pair"}),
    "split applications": frozenset({"split"}),
    "paid by two units": frozenset({"paid-twice", "above-establishment", "wage-not-derivable"}),
    "paid after the end": frozenset({"paid-after-end"}),
    "ghosts": frozenset({"not-on-roster", "same-account", "above-establishment"}),
    "paid above the career": TOO_MUCH,
    "raise without a decision": TOO_MUCH,
    "standard of a higher post": TOO_MUCH | {"above-post"},
    "gap at a transfer": frozenset({"transfer-gap"}),
    "back pay without reason": frozenset({"back-pay"}),
    "over establishment": frozenset({"above-establishment"}),
    "one account for several": frozenset({"same-account"}),
    "allowances of a unit": frozenset({"unusual-growth"}),
}
"""Which rules may rightly speak of which misuse: what a person would accept as found."""


@dataclass
class Outcome:
    """What came of a year: planted and found by kind, cases right and wrong by rule, units."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: list[Plant] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    units: int = 0
    clean: int = 0
    clean_with_cases: int = 0
    lines: int = 0
    spent: risks_budget.Spent | None = None

    @property
    def recall(self) -> float:
        return sum(self.found.values()) / max(sum(self.planted.values()), 1)

    @property
    def false_share(self) -> float:
        """Clean units of which any case was opened."""
        return self.clean_with_cases / max(self.clean, 1)


def live(
    *, seed: int = SEED, institutions: int = 400, staff: int = 8_000, say: Callable[[str], None] = print
) -> Outcome:
    """Live the year in the present database, which must be empty, and hold what was found against what was planted."""
    by = system("演示数据")
    outcome = Outcome()
    with clock.frozen(risks_world.NOW):
        with uow.transaction() as session:
            load_catalogue(by=by)
            session.flush()
            connection = session.connection()
            world = risks_world.build(connection, institutions=institutions, staff=staff, seed=seed)
            risks_plant.share_the_reviews(connection, world)
            each = max(1, risks_plant.EACH * institutions // 400)
            planted = risks_plant.plant(connection, world, each=each)
            room = risks_plant.establishments(connection, world, planted, risks_world.most_heads(world))
            outcome.lines = risks_world.write(connection, world, room)
        say(f"{outcome.lines:,} payroll lines of {len(world.by_unit)} institutions, {len(planted)} misuses planted.")
        for code in sorted(RULES):
            tally = look(code, until=risks_world.LAST, by=by)
            say(f"  {code}: {tally['found']} found")
        _judge(outcome, world.by_unit, planted)
    for line in as_text(outcome):
        say(line)
    say("A year of performance pay, looked at at the end of every month:")
    kept = {
        unit_id: [one for one in staff_ids if one not in world.busy] for unit_id, staff_ids in world.by_unit.items()
    }
    outcome.spent = risks_budget.live(
        kept, random=Random(seed), units=max(BUDGETS * institutions // 400, 12), each=max(each, 2), say=say
    )
    for line in risks_budget.as_text(outcome.spent):
        say(line)
    return outcome


def _judge(outcome: Outcome, by_unit: dict[int, list[int]], planted: list[Plant]) -> None:
    cases = db.session.scalars(select(Case).order_by(Case.id)).all()
    outcome.units = len(by_unit)
    touched = {unit for one in planted for unit in (one.unit_id, *one.units)}
    clean = set(by_unit) - touched
    outcome.clean = len(clean)
    outcome.clean_with_cases = len({case.unit_id for case in cases} & clean)
    found: dict[int, set[str]] = defaultdict(set)
    for case in cases:
        explained = [place for place, one in enumerate(planted) if _explains(one, case)]
        for place in explained:
            found[place].add(case.rule)
        if explained:
            outcome.right[case.rule] += 1
        else:
            outcome.wrong[case.rule] += 1
            outcome.false.append(f"{case.rule}, unit {case.unit_id}: {case.key}")
    for place, one in enumerate(planted):
        outcome.planted[one.kind] += 1
        if found[place]:
            outcome.found[one.kind] += 1
        else:
            outcome.missed.append(one)


def _explains(one: Plant, case: Case) -> bool:
    """Whether a case speaks of a misuse: of its units, by a rule that may, and of its people where it names any."""
    if case.rule not in FOUND_BY[one.kind] or not one.touches(case.unit_id):
        return False
    told = str(case.subject.get("p", {}).get("name", "")).replace(" ", "")
    return not told or not one.names or told in {name.replace(" ", "") for name in one.names}


def as_text(outcome: Outcome) -> Iterator[str]:
    """The outcome as lines: recall by kind of misuse, precision by rule, clean units."""
    yield f"{'misuse':<28}{'planted':>9}{'found':>7}{'recall':>9}"
    for kind, planted in outcome.planted.items():
        yield f"{kind:<28}{planted:>9}{outcome.found[kind]:>7}{outcome.found[kind] / planted:>9.1%}"
    planted_all, found_all = sum(outcome.planted.values()), sum(outcome.found.values())
    yield f"{'all':<28}{planted_all:>9}{found_all:>7}{outcome.recall:>9.1%}"
    yield ""
    yield f"{'rule':<28}{'cases':>9}{'right':>7}{'precision':>11}"
    for code in sorted(RULES):
        right, wrong = outcome.right[code], outcome.wrong[code]
        share = f"{right / (right + wrong):.1%}" if right + wrong else "–"
        yield f"{code:<28}{right + wrong:>9}{right:>7}{share:>11}"
    yield ""
    yield (
        f"{outcome.clean} clean units of {outcome.units}: {outcome.clean_with_cases} with a case "
        f"({outcome.false_share:.1%})"
    )
    for one in outcome.missed:
        yield f"missed: {one.kind} in unit {one.unit_id}"
    for line in outcome.false[:40]:
        yield f"not planted: {line}"
