"""Text recognition measured: seconds a page and memory of the worker, and how often kind, name and number are right."""

from __future__ import annotations

import resource
import time
from collections import Counter
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from app.materials import recognition
from app.materials.reading import read_off
from app.materials.recognising import AT_A_GLANCE
from tests.materials import photographs, told_papers

COUNT, SEED = 70, 20180403


def _carried(picture: Image.Image, way: str, rng: np.random.Generator) -> Image.Image:
    """The paper as it was scanned, photographed, or laid upside down."""
    if way == "photographed":
        picture = photographs.photographed(
            picture, rng, desk=str(rng.choice(photographs.DESKS)), longest=int(rng.choice([1300, 1600, 2000, 2600])),
            fill=float(rng.uniform(0.7, 0.95)), turn=float(rng.normal(0, 3)), lean=float(rng.uniform(0, 0.12)),
            shadow=float(rng.choice([0, 0.3])), light=float(rng.uniform(0.65, 1)),
        ).picture  # fmt: skip
    if way == "turned":
        picture = picture.rotate(int(rng.choice([90, 180, 270])), expand=True)
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=int(rng.integers(50, 92)))
    carried = Image.open(buffer).convert("RGB")
    carried.thumbnail((recognition.READING_SIDE,) * 2, Image.Resampling.BOX)
    return carried


def main() -> None:
    """Draw papers, read them, and print what was right."""
    cv2.setNumThreads(1)
    recognition.load()
    right: dict[str, Counter[str]] = {}
    spent: list[float] = []
    kinds = list(told_papers.PAPERS)
    for number in range(COUNT):
        rng = np.random.default_rng([SEED, number])
        way = ("scanned", "photographed", "turned")[number // len(kinds) % 3]
        told = told_papers.PAPERS[kinds[number % len(kinds)]](int(rng.integers(1100, 2400)), rng)
        picture = _carried(told.picture, way, rng)
        begun = time.process_time()
        reading = read_off([recognition.read_page(picture, budget=AT_A_GLANCE)])
        spent.append(time.process_time() - begun)
        count = right.setdefault(way, Counter())
        count["pages"] += 1
        count["kind"] += reading.kind is not None and reading.kind.kind == told.kind
        count["name"] += (reading.name.name if reading.name else None) == told.name
        count["number"] += (reading.id_number.value if reading.id_number else None) == told.id_number
    print(f"{'':14}{'pages':>8}{'kind':>8}{'name':>8}{'number':>8}")
    for way, count in right.items():
        print(f"{way:14}" + "".join(f"{count[name]:8}" for name in ("pages", "kind", "name", "number")))
    print(f"processor seconds a page: {np.mean(spent):.2f} on average, {max(spent):.2f} at most")
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
