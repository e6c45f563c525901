"""Text recognition measured: seconds a page and memory of the worker, and how often kind, name and number are right.

`python -m benchmarks recognition`; RECOGNITION_COUNT sets how many pages are drawn.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from app.materials import recognition, sandbox
from app.materials.filetypes import JPEG
from app.materials.reading import read_off
from app.materials.recognising import AT_A_GLANCE, SECONDS_A_PAGE, WHOLE
from app.materials.verdicts import Limits
from app.materials.written import ReadPage
from tests.materials import photographs, told_papers

COUNT, SEED = 70, 20180403
_WHOLE_OF = 3
"""Every third page is also read as a whole, to tell what that takes."""


def _carried(picture: Image.Image, way: str, rng: np.random.Generator) -> bytes:
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
    picture.thumbnail((recognition.READING_SIDE,) * 2, Image.Resampling.BOX)
    picture.save(buffer, "JPEG", quality=int(rng.integers(50, 92)))
    return buffer.getvalue()


def main() -> None:
    """Draw papers, have them read in the sandbox as the product does, and print what was right and what it cost."""
    cv2.setNumThreads(1)
    count = int(os.environ.get("RECOGNITION_COUNT", COUNT))
    right: dict[str, Counter[str]] = {}
    glances: list[sandbox.Outcome] = []
    wholes: list[sandbox.Outcome] = []
    kinds = list(told_papers.PAPERS)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "page.jpg"
        for number in range(count):
            rng = np.random.default_rng([SEED, number])
            way = ("scanned", "photographed", "turned")[number // len(kinds) % 3]
            told = told_papers.PAPERS[kinds[number % len(kinds)]](int(rng.integers(1100, 2400)), rng)
            place.write_bytes(_carried(told.picture, way, rng))
            glances.append(_read(place, AT_A_GLANCE))
            if number % _WHOLE_OF == 0:
                wholes.append(_read(place, WHOLE))
            answer = glances[-1].answer
            reading = read_off([ReadPage.from_json(page) for page in answer["pages"]] if answer else [])
            held = right.setdefault(way, Counter())
            held["pages"] += 1
            held["kind"] += reading.kind is not None and reading.kind.kind == told.kind
            held["name"] += (reading.name.name if reading.name else None) == told.name
            held["number"] += (reading.id_number.value if reading.id_number else None) == told.id_number
    print(f"{'':14}{'pages':>8}{'kind':>8}{'name':>8}{'number':>8}")
    for way, held in right.items():
        print(f"{way:14}" + "".join(f"{held[name]:8}" for name in ("pages", "kind", "name", "number")))
    for name, outcomes in (("what tells most", glances), ("the whole page", wholes)):
        spent = [outcome.seconds for outcome in outcomes]
        print(f"{name}: {np.mean(spent):.2f} s of one core a page on average, {max(spent):.2f} s at most")
    most = max(outcome.memory_mb for outcome in (*glances, *wholes))
    print(f"most memory of the process that reads: {most} MB, the models included")


def _read(place: Path, budget: int) -> sandbox.Outcome:
    return sandbox.run(
        "recognise",
        {"path": str(place), "media_type": JPEG, "at_most": 1, "budget": budget, "sheets": []},
        limits=Limits(seconds=SECONDS_A_PAGE),
    )
