"""What the quick checks cost: photos of 12 million pixels through the examiner, beside the bare decoding of each."""

from __future__ import annotations

import time
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from app.materials import pictures, sandbox
from app.materials.verdicts import Limits
from benchmarks import materials_papers as papers
from tests.materials import pages

_RUNS = 7
_SIZE = (3000, 4000)


def drawn(folder: Path) -> list[Path]:
    """Five files: a photo with the grain of a phone, kept well and kept small, and a clean page in three formats."""
    rng = np.random.default_rng(3)
    photo = pages.noisy(pages.on_desk(papers.letter(3500, rng), rng).resize(_SIZE), rng, 4)
    scan = pages.blurred(papers.PAPERS["table"](_SIZE[1], rng).convert("RGB").resize(_SIZE), 0.7)
    files = {
        "phone.jpg": (photo, 90), "phone-small.jpg": (photo, 75), "scan.jpg": (scan, 85), "scan.png": (scan, 0),
        "scan.heic": (scan, 60),
    }  # fmt: skip
    for name, (picture, quality) in files.items():
        picture.save(folder / name, quality=quality)
    return [folder / name for name in files]


def measure_speed(folder: Path) -> None:
    """Decode and check turn by turn, and print the best of each: processor time of one thread, and of the process in
    which the file is opened, its start from the warm worker included."""
    assert pictures  # it makes HEIC known, which the bare decoding needs
    sandbox.close_workers()
    print(
        f"{'12 million pixels':18}{'MB':>6}{'decoded':>10}{'checked':>10}{'times':>7}{'straightened':>14}{'waited':>9}"
    )
    most = 0
    for place in drawn(folder):
        data, bare, plain, straight, waited = place.read_bytes(), [], [], [], []
        for _ in range(_RUNS):
            started = time.process_time()
            Image.open(BytesIO(data)).load()
            bare.append(time.process_time() - started)
            began = time.perf_counter()
            checked = _examined(place, straightened=False)
            waited.append(time.perf_counter() - began)
            plain.append(checked.seconds)
            uploaded = _examined(place, straightened=True)
            straight.append(uploaded.seconds)
            most = max(most, checked.memory_mb, uploaded.memory_mb)
        told = [f"{1000 * min(times):.0f} ms" for times in (bare, plain, straight, waited)]
        print(
            f"{place.name:18}{len(data) / 1e6:6.1f}{told[0]:>10}{told[1]:>10}{min(plain) / min(bare):7.1f}"
            f"{told[2]:>14}{told[3]:>9}",
            flush=True,
        )
    sandbox.close_workers()
    began = time.perf_counter()
    _examined(place, straightened=False)
    print(f"most memory of the process that opens a file: {most} MB, what it shares with the warm worker included")
    print(f"the first file, with the start of the worker: {time.perf_counter() - began:.1f} s\n", flush=True)


def _examined(place: Path, *, straightened: bool) -> sandbox.Outcome:
    """One file through the sandbox, as an upload goes (straightened) or as the command line looks at it."""
    outcome = sandbox.run(
        "examine",
        {"path": str(place), "filename": place.name, "declared_type": None, "straightened": straightened},
        limits=Limits(),
    )
    assert outcome.answer is not None, outcome.failure
    return outcome
