"""`flask demo errors`: kinds of mistakes put into valid applications, and what of them is named before submission."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from app.demo.errors_filing import Sentence, file, settled
from app.demo.errors_kinds import Kind
from app.demo.errors_more_kinds import KINDS
from app.demo.errors_shares import Alarms
from app.demo.errors_town import Town, found
from app.items import queries as items
from models import db

SEED = 1


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
    """What became of the mistakes, and of the applications without any."""

    tried: list[Tried] = field(default_factory=list)
    valid: Alarms = field(default_factory=Alarms)

    @property
    def share(self) -> float:
        return sum(one.caught for one in self.tried) / max(len(self.tried), 1)


def try_kinds(*, seed: int = SEED, kinds: Iterable[Kind] = KINDS) -> Outcome:
    """Put every kind of mistake into a valid application once, in the present database."""
    items.forget()  # another database has been here
    town, outcome = found(seed), Outcome()
    for kind in kinds:
        outcome.tried.append(tried(town, kind, Random(f"{seed} {kind.group} {kind.name}")))
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
    count = sum(outcome.valid.valid.values())
    blocking = sum(one.blocking for _, one in outcome.valid.alarms)
    yield (
        f"{len(outcome.valid.alarms)} false alarms on {count} valid applications of {len(outcome.valid.valid)} items "
        f"({blocking} that block, {len(outcome.valid.alarms) - blocking} warnings)"
    )
    for (code, sentence), times in Counter((code, str(one.message)) for code, one in outcome.valid.alarms).most_common(
        20
    ):
        yield f"  {times} × {code}: {sentence}"
