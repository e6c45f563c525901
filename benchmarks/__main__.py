"""`make bench`: every benchmark in turn, each printing its table. `python -m benchmarks lists` runs one."""

from __future__ import annotations

import sys

from benchmarks import (
    activation,
    budgets,
    careers,
    guide,
    lists,
    materials,
    materials_resemblance,
    materials_unseen,
    pages,
    recognition,
    reports,
    risk,
    round,
    round_killed,
    search,
    wages,
)

BENCHMARKS = {
    "activation": activation.main,
    "budgets": budgets.main,
    "careers": careers.main,
    "guide": guide.main,
    "lists": lists.main,
    "materials": materials.main,
    "materials_resemblance": materials_resemblance.main,
    "materials_unseen": materials_unseen.main,
    "pages": pages.main,
    "recognition": recognition.main,
    "reports": reports.main,
    "risk": risk.main,
    "round": round.main,
    "round_killed": round_killed.main,
    "search": search.main,
    "wages": wages.main,
}


def main() -> None:
    chosen = sys.argv[1:] or list(BENCHMARKS)
    for name in chosen:
        if name not in BENCHMARKS:
            sys.exit(f"There is no benchmark {name!r}. There are: {', '.join(BENCHMARKS)}.")
        print(f"\n== {name}", flush=True)
        BENCHMARKS[name]()


if __name__ == "__main__":
    main()
