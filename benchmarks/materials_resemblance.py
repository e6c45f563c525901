"""The points by which a picture is told from a paper, found from labelled files: `python -m benchmarks
materials_resemblance`.

RESEMBLANCE_FOLDERS names folders, parted by colons, each with a labels.csv (file, flaw, flags, either). Half of the
kinds of pictures and half of the folders of papers judge what the others taught, in turn; then all teach what is
written to RESEMBLANCE_OUT. Each step adds the threshold of one measure that parts best what is not yet parted (boosted
stumps).
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import cv2
import numpy as np
from numpy.typing import NDArray

from app.materials.inspection import examine
from app.materials.verdicts import Limits

Numbers = NDArray[np.float64]
Step = tuple[str, float, float, float]
"""A measure, a threshold, and the points below and from it."""

RISING = {
    "doubt": {
        "letters": 1, "lettered": 1, "alone": -1, "ground": 1, "colour": -1, "hues": -1, "chat": -1, "tint": -1,
        "light": 1,
    },
    "paper": {
        "letters": 1, "lettered": 1, "alone": -1, "ground": 1, "colour": -1, "hues": -1, "tint": -1, "light": 1,
        "candidates": 0, "blur": 0, "text_rows": 1, "text_longest": 1, "text_length": 1, "text_long": 1,
        "text_aligned": 1, "text_light": 1, "text_tint": -1, "text_shades": -1, "text_hues": -1, "text_even": 1,
        "text_coloured": -1, "text_edges": -1, "text_sheet": 1, "text_flat": 1, "text_hull": 0, "text_cover": 1,
        "raised_rows": 1, "raised_cover": 1,
    },
}  # fmt: skip
"""The measures of each table, and which way their points may go: up, down, or both."""
_STEPS = {"doubt": 60, "paper": 80}
_PART, _MOST, _LEAST, _STEADY = 0.3, 0.8, 0.01, 0.002
"""How much of a step is taken, its most points, the part of all files on either side of it, and what steadies it."""
_PLAIN_WEIGHT = 0.3
"""What a page counts of whose rows nobody would ask."""


@dataclass(frozen=True)
class Sample:
    """One labelled file with what was measured of it."""

    folder: str
    kind: str
    is_paper: bool
    is_clean: bool
    is_asked: bool
    measures: dict[str, float]


def main() -> None:
    """Find the points, and say how well half of the files are told by those of the other half."""
    cv2.setNumThreads(1)
    folders = [Path(name) for name in os.environ.get("RESEMBLANCE_FOLDERS", "").split(":") if name]
    if not folders:
        print("RESEMBLANCE_FOLDERS names no folder of labelled files.")
        return
    samples = [sample for folder in folders for sample in samples_in(folder)]
    print(f"{sum(one.is_paper for one in samples)} papers, {sum(not one.is_paper for one in samples)} other pictures")
    for table in RISING:
        _judge_by_halves(samples, table)
    points = {table: points_of(taught(samples, table)) for table in RISING}
    out = Path(os.environ.get("RESEMBLANCE_OUT", "resemblance.json"))
    out.write_text(json.dumps(points, indent=1) + "\n", "utf-8")
    print(f"written to {out}")


def samples_in(folder: Path) -> list[Sample]:
    """Every file of a folder whose label leaves no doubt, measured with its rows looked for."""
    samples = []
    with (folder / "labels.csv").open(encoding="utf-8-sig") as lines:
        rows = [row for row in csv.DictReader(lines) if "not_document" not in (row.get("either") or "")]
    for row in rows:
        file = folder / row["file"]
        with mock.patch("app.materials.looks.must_be_looked_for_rows", return_value=True):
            verdict = examine(file, filename=file.name, declared_type=None, limits=Limits(seconds=60))
        if not verdict.looks or not verdict.looks[0]["measures"]["pixels"]:
            continue
        measures, clean = verdict.looks[0]["measures"], row["flaw"] == "clean"
        is_paper = "not_document" not in row["flags"]
        samples.append(Sample(folder.name, row["flaw"], is_paper, clean, bool(verdict.flags), measures))
    return samples


def taught(samples: Sequence[Sample], table: str) -> list[Step]:
    """The steps that part these papers from these pictures. Only clean pages teach which are asked about at all, and
    what has no marks is judged otherwise."""
    if table == "doubt":
        samples = [one for one in samples if one.is_clean or not one.is_paper]
    else:
        samples = [one for one in samples if one.measures["content"]]
    rising = RISING[table]
    values = {name: np.array([one.measures.get(name, 0.0) for one in samples]) for name in rising}
    papers = np.array([float(one.is_paper) for one in samples])
    plain = np.array([one.is_paper and not one.is_asked and table == "paper" for one in samples])
    weights = np.where(plain, _PLAIN_WEIGHT, 1.0)
    for side in (papers > 0, papers == 0):
        weights[side] /= 2 * max(weights[side].sum(), _LEAST)
    scores, steps = np.zeros(len(samples)), []
    for _ in range(_STEPS[table]):
        likely = 1 / (1 + np.exp(-scores))
        pull, push = weights * (papers - likely), weights * likely * (1 - likely) + 1e-9
        found = [_best_step(name, values[name], pull, push, weights, way) for name, way in rising.items()]
        possible = [one for one in found if one is not None]
        if not possible:
            break
        _, step = max(possible, key=lambda one: one[0])
        steps.append(step)
        scores += np.where(values[step[0]] < step[1], step[2], step[3])
    return steps


def _best_step(
    name: str, values: Numbers, pull: Numbers, push: Numbers, weights: Numbers, way: int
) -> tuple[float, Step] | None:
    cuts = np.unique(np.quantile(values, np.linspace(0.02, 0.98, 24)))
    place = np.searchsorted(cuts, values, side="right")
    pulled, pushed, weighed = (
        np.cumsum(np.bincount(place, what, len(cuts) + 1))[:-1] for what in (pull, push, weights)
    )
    below = pulled / (pushed + _STEADY)
    above = (pull.sum() - pulled) / (push.sum() - pushed + _STEADY)
    gain = pulled * below + (pull.sum() - pulled) * above
    allowed = (weighed > _LEAST) & (weighed < 1 - _LEAST) & ((above - below) * way >= 0)
    if not allowed.any():
        return None
    best = int(np.where(allowed, gain, -1.0).argmax())
    points = np.clip([_PART * below[best], _PART * above[best]], -_MOST, _MOST)
    return float(gain[best]), (name, round(float(cuts[best]), 3), float(points[0]), float(points[1]))


def points_of(steps: Sequence[Step]) -> dict[str, dict[str, list[float]]]:
    """The steps of each measure together: from which values which points count."""
    points = {}
    for name in sorted({step[0] for step in steps}):
        own = [step[1:] for step in steps if step[0] == name]
        cuts = sorted({cut for cut, _, _ in own})
        places = [cuts[0] - 1.0, *cuts]
        counted = [sum(low if place < cut else high for cut, low, high in own) for place in places]
        points[name] = {"from": cuts, "points": [round(value, 3) for value in counted]}
    return points


def scored(sample: Sample, steps: Sequence[Step]) -> float:
    """The points of one file."""
    return sum(low if sample.measures.get(name, 0.0) < cut else high for name, cut, low, high in steps)


def _judge_by_halves(samples: Sequence[Sample], table: str) -> None:
    papers = sorted({one.folder for one in samples if one.is_paper})
    kinds = sorted({one.kind for one in samples if not one.is_paper})

    def half(one: Sample) -> int:
        return papers.index(one.folder) % 2 if one.is_paper else kinds.index(one.kind) % 2

    scores: dict[bool, list[float]] = {True: [], False: []}
    for which in (0, 1):
        steps = taught([one for one in samples if half(one) != which], table)
        for one in samples:
            if half(one) == which and one.measures["content"]:
                scores[one.is_paper].append(scored(one, steps))
    print(f"{table}: points, papers below, other pictures below")
    for least in (-1.0, -0.5, 0.0, 0.5, 1.0):
        below = {is_paper: sum(score < least for score in own) for is_paper, own in scores.items()}
        print(f"{least:5.1f} {below[True]:5} of {len(scores[True])} {below[False]:5} of {len(scores[False])}")
