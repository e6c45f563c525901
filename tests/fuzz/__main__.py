"""`python -m tests.fuzz --seconds 60`: a campaign with a time budget; ends with 1 where it found a fault."""

from __future__ import annotations

import argparse
import secrets
import sys

from tests.fuzz.campaign import Tally, input_of, kept_as, run
from tests.fuzz.seeds import CORPUS


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--seed", type=int, default=None, help="the same seed tries the same inputs")
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--first", type=int, default=0, help="the number of the input to begin with")
    asked.add_argument("--most", type=int, default=10**9, help="how many at most")
    asked.add_argument("--keep", action="store_true", help="keep inputs with a fault in the corpus")
    given = asked.parse_args()
    seed = secrets.randbelow(2**31) if given.seed is None else given.seed
    tally = run(
        seed, seconds=given.seconds, workers=given.workers, first=given.first, most=given.most, tell=tell_on_the_way
    )
    print(said_of(seed, tally))
    for outcome, count in sorted(tally.outcomes.items()):
        print(f"  {outcome}: {count}")
    for line in tally.ended:
        print(f"  ended its worker, then had its verdict from the sandbox: {line}")
    for line in tally.faults:
        print(f"  FAULT {line}")
        number = line.partition(":")[0]
        if given.keep and number.isdigit():
            one = input_of(seed, int(number))
            CORPUS.joinpath(kept_as(one)).write_bytes(one.data)
    sys.exit(1 if tally.faults else 0)


def said_of(seed: int, tally: Tally) -> str:
    """The line that sums a campaign up."""
    return (
        f"seed {seed}: {sum(tally.tried.values())} inputs, the slowest {tally.slowest:.1f} s of processor time; "
        f"again in the sandbox {tally.slowest_again:.1f} s; memory of a worker {tally.memory_mb:.0f} MB"
    )


def tell_on_the_way(tally: Tally) -> None:
    """A line a minute, with the faults so far, so that a campaign that is broken off was not for nothing."""
    print(f"{sum(tally.tried.values())} inputs, {len(tally.ended)} ended their worker", *tally.faults, sep="\n  FAULT ")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
