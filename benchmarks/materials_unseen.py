"""The checks of materials against papers, cameras and flaws that they were not made with: `python -m benchmarks
materials_unseen`.

Papers are set by a browser and taken in another way than those of `materials`. Prints for each flag how often it is
found where a person would be sure of it, false alarms on clean pages, how often the same page is known again and
another is not, and what is read of kind, name and number and said of right and wrong claims. UNSEEN_COUNT sets how many
files are drawn, UNSEEN_SEED which, UNSEEN_ONLY one flaw alone, UNSEEN_PART (flags, twins or claims) one part.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import cv2

from benchmarks.materials import measure_flags
from benchmarks.materials_claims import measure_claims, measure_repeats
from benchmarks.materials_other_set import drawn
from benchmarks.materials_typeset import press


def main() -> None:
    cv2.setNumThreads(1)
    count, seed = int(os.environ.get("UNSEEN_COUNT", "205")), int(os.environ.get("UNSEEN_SEED", "20261123"))
    part = os.environ.get("UNSEEN_PART", "")
    with tempfile.TemporaryDirectory() as folder, press() as setting:
        if part in ("", "flags"):
            only = os.environ.get("UNSEEN_ONLY", "")
            measure_flags(Path(folder), drawn(setting, count, seed=seed, only=only), with_values=False)
        if part in ("", "twins"):
            measure_repeats(Path(folder), setting, count=max(6, count // 6), seed=seed)
        if part in ("", "claims"):
            measure_claims(Path(folder), setting, count=max(6, count // 4), seed=seed)
