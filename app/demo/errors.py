"""`flask demo errors`: kinds of mistakes put into valid applications, and what of them is named before submission."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random

from app.demo.errors_filing import Sentence, file, settled
from app.demo.errors_kinds import Kind
from app.demo.errors_more_kinds import KINDS
from app.demo.errors_town import Town, found
from app.demo.errors_valid import MAKERS
from app.items import queries as items
from models import db

SEED = 1
Say = Callable[[str], None]


@dataclass(frozen=True)
class Tried:
    """One kind of mistake and what the clerk was told about it."""

    kind: Kind
    sentence: Sentence | None

    @property
    def caught(self) -> bool:
        """Whether a sentence at the right place says what is wrong, with a remedy."""
        return self.sentence is not None and self.sentence.remedy is not None


@dataclass
class Outcome:
    tried: list[Tried] = field(default_factory=list)
    valid: Counter[str] = field(default_factory=Counter)
    alarms: list[tuple[str, Sentence]] = field(default_factory=list)

    @property
    def share(self) -> float:
        return sum(one.caught for one in self.tried) / max(len(self.tried), 1)


def run(*, valid: int, seed: int = SEED, say: Say = lambda line: None, kinds: Iterable[Kind] = KINDS) -> Outcome:
    """Try every kind once and file `valid` applications without a mistake, in the present database."""
    items.forget()  # another database has been here
    town, outcome = found(seed), Outcome()
    for kind in kinds:
        outcome.tried.append(tried(town, kind, Random(f"{seed} {kind.group} {kind.name}")))
    codes = list(MAKERS)
    for number in range(valid):
        code = codes[number % len(codes)]
        outcome.valid[code] += 1
        outcome.alarms += [(code, one) for one in told_of_valid(town, code, Random(f"{seed} valid {number}"))]
        db.session.remove()
        if (number + 1) % 100 == 0:
            say(f"  {number + 1} valid applications checked")
    items.forget()
    return outcome


def tried(town: Town, kind: Kind, random: Random) -> Tried:
    """Put the mistake into a valid application; the first sentence at its place counts, one with a remedy first."""
    attempt = settled(town, kind.sample(random), random)
    told = file(attempt, kind.spoil)
    there = [one for one in told if one.place in attempt.named_at]
    db.session.remove()
    there.sort(key=lambda one: (one.remedy is None, not one.blocking))
    return Tried(kind, there[0] if there else None)


def told_of_valid(town: Town, code: str, random: Random) -> list[Sentence]:
    """Whatever is said about an application without a mistake is a false alarm."""
    return file(settled(town, MAKERS[code](random), random))


def as_text(outcome: Outcome) -> Iterable[str]:
    """The table of kinds with the sentence of each, the share, and the false alarms."""
    for one in outcome.tried:
        mark = "caught" if one.caught else "NOT CAUGHT"
        yield f"{mark:<11} {one.kind.group}: {one.kind.name}  [{one.kind.item}]"
        if one.sentence is not None:
            yield f"            {one.sentence.message} {one.sentence.remedy or ''}".rstrip()
    caught = sum(one.caught for one in outcome.tried)
    yield ""
    yield f"{caught} of {len(outcome.tried)} kinds of mistakes named before submission: {outcome.share:.1%}"
    count = sum(outcome.valid.values())
    blocking = sum(one.blocking for _, one in outcome.alarms)
    yield (
        f"{len(outcome.alarms)} false alarms on {count} valid applications of {len(outcome.valid)} items "
        f"({blocking} that block, {len(outcome.alarms) - blocking} warnings)"
    )
    for (code, sentence), times in Counter((code, str(one.message)) for code, one in outcome.alarms).most_common(20):
        yield f"  {times} × {code}: {sentence}"
