"""From photo to page: `python -m benchmarks pages`. Rendered photos with known corners, and scans that have no sheet.

Prints how often the sheet is found, how far the worst corner is off in percent of the page's diagonal, how often what
is found is not the sheet, how often a sheet is found on a scan, and what a photo of 12 megapixels takes from decoding
to the page that people see, beside its bare decode.
"""

from __future__ import annotations

import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from app.materials.filetypes import JPEG
from app.materials.outlines import find_outline
from app.materials.pictures import read_picture
from app.materials.straightening import find_sheet_on, share_of, straighten
from app.materials.verdicts import Limits
from tests.materials import photographs
from tests.materials.photographs import Photograph

COUNT = int(os.environ.get("PAGES_PHOTOS", "240"))
SEED = 20180403
WRONG = 3.0
"""Percent of the diagonal from which a corner is on something else than the corner of the sheet."""
_SIDE = 1600


def _as_sent(photo: Photograph, rng: np.random.Generator) -> bytes:
    buffer = BytesIO()
    photo.picture.save(buffer, "JPEG", quality=int(rng.integers(50, 95)))
    return buffer.getvalue()


def _error(photo: Photograph, corners: np.ndarray) -> float:
    assert photo.corners is not None
    size = np.array(photo.picture.size)
    true = photo.corners * size
    offs = [np.linalg.norm(np.roll(corners * size, k, axis=0) - true, axis=1).max() for k in range(4)]
    return 100 * float(min(offs)) / float(np.linalg.norm(true[2] - true[0]))


def main() -> None:
    """Measure photos of every kind of desk, then scans, then the time of a large photo."""
    cv2.setNumThreads(1)
    rng = np.random.default_rng(SEED)
    by_desk: dict[str, list[float | None]] = defaultdict(list)
    for number in range(COUNT):
        desk = photographs.DESKS[number % len(photographs.DESKS)]
        photo = photographs.any_photograph(rng, desk=desk)
        opened = read_picture(_as_sent(photo, rng), JPEG, longest_side=_SIDE, limits=Limits()).image
        found = find_outline(np.asarray(opened))
        error = _error(photo, found.corners) if found is not None else None
        by_desk[desk].append(error)
        if error is not None and error > WRONG:
            print(f"wrong by {error:.1f} %: {photo.name}", file=sys.stderr)
    _tell(by_desk)
    scans = [photographs.any_scan(rng) for _ in range(max(COUNT // 2, 12))]
    false = [scan.name for scan in scans if find_outline(np.asarray(scan.picture)) is not None]
    print(f"sheets found on scans that have none: {len(false)} of {len(scans)} {false}")
    _time_a_large_photo(rng)


def _tell(by_desk: dict[str, list[float | None]]) -> None:
    print(f"{'desk':12}{'photos':>8}{'found':>8}{'wrong':>8}{'median %':>10}{'95th %':>10}")
    for name, errors in [*by_desk.items(), ("all", [error for one in by_desk.values() for error in one])]:
        right = [error for error in errors if error is not None and error <= WRONG]
        wrong = sum(error is not None and error > WRONG for error in errors)
        middle, high = np.percentile(right, [50, 95]) if right else (float("nan"), float("nan"))
        print(f"{name:12}{len(errors):>8}{len(right):>8}{wrong:>8}{middle:>10.2f}{high:>10.2f}")


def _time_a_large_photo(rng: np.random.Generator) -> None:
    photo = photographs.any_photograph(rng, desk="wood", longest=4032)
    data = _as_sent(photo, rng)
    bare = min(_seconds(lambda: Image.open(BytesIO(data)).load()) for _ in range(3))
    look = min(_seconds(lambda: _find(data)) for _ in range(3))
    show = min(_seconds(lambda: _show(data)) for _ in range(3))
    print(f"{photo.picture.width} x {photo.picture.height}: bare decode {bare:.3f} s, found in {look:.3f} s, "
          f"drawn straight at 2,000 pixels in {show:.3f} s (processor time, one thread)")  # fmt: skip


def _find(data: bytes) -> None:
    find_outline(np.asarray(read_picture(data, JPEG, longest_side=_SIDE, limits=Limits()).image))


def _show(data: bytes) -> None:
    small = read_picture(data, JPEG, longest_side=_SIDE, limits=Limits()).image
    sheet = find_sheet_on(small, page=1)
    if sheet is None:
        return
    large = read_picture(data, JPEG, longest_side=round(2000 / share_of(sheet, small.size)), limits=Limits()).image
    straighten(large, sheet, longest_side=2000)


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main()
