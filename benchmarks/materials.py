"""The checks of materials against a labelled set, and their cost: `python -m benchmarks materials`.

Prints for each flag how often it is found where a person would be sure of it and how often it is raised where it is
not, false alarms on clean pages, how well pages are known again, and the measures behind the flags by flaw, from which
the thresholds in `app/materials/flagging.py` were chosen. MATERIALS_COUNT sets how many files are drawn, MATERIALS_SEED
which, MATERIALS_ONLY one flaw alone, MATERIALS_STYLE=shots the second generator.
"""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from app.materials.inspection import examine
from app.materials.verdicts import FLAGS as KNOWN
from app.materials.verdicts import Limits, Verdict
from benchmarks import materials_papers as papers
from benchmarks.materials_flaws import FLAGS, Labelled, carried, labelled
from benchmarks.materials_shots import shots
from benchmarks.materials_speed import measure_speed

SHOWN = (
    "blur", "contrast", "paper", "content", "sideways", "angle", "clarity", "cut", "shine_share", "shine_white",
    "shine_faded", "wave_light", "wave_colour", "quality", "steps", "blocks", "letters", "ground", "chat",
)  # fmt: skip


def main() -> None:
    cv2.setNumThreads(1)
    count, seed = int(os.environ.get("MATERIALS_COUNT", "300")), int(os.environ.get("MATERIALS_SEED", "20260301"))
    with tempfile.TemporaryDirectory() as folder:
        measure_speed(Path(folder))
        only = os.environ.get("MATERIALS_ONLY", "")
        drawn = shots if os.environ.get("MATERIALS_STYLE") == "shots" else labelled
        measure_flags(Path(folder), drawn(count, seed=seed, only=only))
        measure_twins(Path(folder), max(4, count // 12), seed)


def measure_flags(folder: Path, samples: Iterable[Labelled], *, with_values: bool = True) -> None:
    """Examine what is drawn and print the tables; every difference is printed as it is found."""
    table = {flag: [0, 0, 0] for flag in FLAGS}
    clean = alarms = taken = count = 0
    values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for sample in samples:
        verdict, count = examined(sample, folder), count + 1
        found = set(verdict.flags) & set(KNOWN)
        taken += not verdict.codes
        for look in verdict.looks:
            for name in SHOWN:
                values[name][sample.name.split("/")[0]].append(float(look["measures"].get(name, 0.0)))
        for flag in FLAGS:
            if flag in sample.either:
                continue
            table[flag][0] += flag in sample.flags and flag in found
            table[flag][1] += flag in sample.flags and flag not in found
            table[flag][2] += flag not in sample.flags and flag in found
        if sample.name.startswith("clean/"):
            clean, alarms = clean + 1, alarms + bool(found)
        if (sample.flags ^ found) - sample.either or verdict.codes:
            print(
                f"  {sample.name}: {sorted(sample.flags)} -> {sorted(found)} {verdict.codes} {_told(verdict)}",
                flush=True,
            )
    print(f"\n{'flag':16}{'found':>7}{'missed':>8}{'false':>7}{'recall':>9}{'precision':>11}")
    for flag, (right, missed, false) in table.items():
        recall, precision = right / max(right + missed, 1), right / max(right + false, 1)
        print(f"{flag:16}{right:7}{missed:8}{false:7}{recall:9.3f}{precision:11.3f}")
    print(f"clean pages {clean}, of them with any flag {alarms}; {taken} of {count} files without a code\n")
    for name in SHOWN if with_values else ():
        print(name)
        for flaw, held in sorted(values[name].items()):
            low, middle, high = np.percentile(held, [2, 50, 98])
            print(f"  {flaw:16}{low:10.2f}{middle:10.2f}{high:10.2f}")


def measure_twins(folder: Path, count: int, seed: int) -> None:
    """The same page taken twice, and the same form filled for somebody else."""
    from app.materials.duplicates import Page, compare

    told: dict[str, list[bool]] = {"same page": [], "another filling": []}
    kinds = ("letter", "table", "form", "red_head", "diploma", "card_front", "receipt", "archive")
    for number in range(count):
        rng = np.random.default_rng([seed, 7, number])
        kind = kinds[number % len(kinds)]
        paper = papers.PAPERS[kind](1500, rng)
        mine, theirs = papers.filled(paper, rng), papers.filled(paper, rng)
        shots = [
            _print_of(carried(page, str(rng.choice(carrier)), rng), folder)
            for page, carrier in ((mine, ["scan", "close"]), (mine, ["desk", "scan"]), (theirs, ["scan", "desk"]))
        ]
        if not all(shots):
            continue
        first, again, other = (Page(shot) for shot in shots)
        same, different = compare(again, first), compare(other, first)
        told["same page"].append(same.same)
        told["another filling"].append(not different.same)
        pairs = (("same", same), ("other", different))
        print(f"  {kind:12}", *(f"{name} {one.agreement:.2f} {one.worst:.2f}" for name, one in pairs), flush=True)
    for name, right in told.items():
        print(f"{name:20}{sum(right):4} of {len(right)} told rightly")


def examined(sample: Labelled, folder: Path) -> Verdict:
    """The verdict on a drawn file."""
    place = folder / f"sample{sample.suffix}"
    place.write_bytes(sample.data)
    return examine(place, filename=place.name, declared_type=None, limits=Limits(seconds=60))


def _print_of(picture: Image.Image, folder: Path) -> str:
    place = folder / "twin.jpg"
    picture.save(place, "JPEG", quality=80)
    prints = examine(place, filename=place.name, declared_type=None, limits=Limits(seconds=60)).prints
    return prints[0] if prints else ""


def _told(verdict: Verdict) -> dict[str, float]:
    measures = verdict.looks[0]["measures"] if verdict.looks else {}
    return {name: measures.get(name, 0.0) for name in SHOWN}
