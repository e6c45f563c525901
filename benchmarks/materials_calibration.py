"""Measures the examination of pages with known flaws: `python -m benchmarks.materials_calibration [count [seed]]`.

Prints for each flag how often it is found where a person would be sure of it, and how often it is raised where it is
not, and the distributions of the measures behind it, from which the thresholds in `app/materials/looks.py` were chosen.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps

from app.materials.looks import look_at
from tests.materials import pages
from tests.materials.pages import Sample

FLAGS = ("lowres", "blur", "dark", "washed", "blank", "rotated")
FLAWS = ("none", "none", "none", "blur", "motion", "dark", "washed", "overexposed", "blank", "lowres", "rotated")


def labelled(count: int, *, seed: int) -> Iterator[Sample]:
    """Pages with the flags a person would be sure of; what people would argue about is left out."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        yield _draw(FLAWS[number % len(FLAWS)], rng)


def _draw(flaw: str, rng: np.random.Generator) -> Sample:
    height = int(rng.integers(1400, 3000))
    scale = height / 1600
    kind = str(rng.choice(pages.TEXT_KINDS if flaw in ("rotated", "overexposed") else pages.GOOD_KINDS))
    if flaw in ("lowres", "washed", "dark") and kind in ("seal_only", "cover", "pencil"):
        kind = "letter"
    page = _blank(height, rng) if flaw == "blank" else pages.kind_of_page(kind, height, rng)
    if flaw == "blank":
        kind = "blank"
    if flaw == "overexposed":
        page = pages.washed_out(page, rng.uniform(0.08, 0.15))
    carrier = str(rng.choice(["scan", "scan_grey", "desk", "desk_shadow"]))
    picture = _carried(page, carrier, rng)
    picture = _spoiled(picture, flaw, scale, rng)
    if flaw not in ("blur", "motion", "lowres") and rng.uniform() < 0.4:
        picture = pages.blurred(picture, rng.uniform(0.3, 1.3) * scale)
    if carrier != "scan":
        picture = pages.noisy(picture, rng, rng.uniform(1, 6 if flaw != "dark" else 3))
    names = {"none": set(), "motion": {"blur"}, "overexposed": {"washed"}}.get(flaw, {flaw})
    return Sample(f"{flaw}/{kind}/{carrier}/{height}", picture, frozenset(names), int(rng.integers(55, 95)))


def _carried(page: Image.Image, carrier: str, rng: np.random.Generator) -> Image.Image:
    if carrier == "scan":
        return page
    if carrier == "scan_grey":
        return pages.uneven(
            page.rotate(rng.uniform(-2, 2), Image.Resampling.BICUBIC, fillcolor=(235, 235, 235)), rng, low=0.9
        )
    picture = pages.uneven(pages.on_desk(page, rng, fill=rng.uniform(0.75, 0.95)), rng, low=rng.uniform(0.6, 0.9))
    return pages.shaded(picture, rng, depth=rng.uniform(0.2, 0.5)) if carrier == "desk_shadow" else picture


def _spoiled(picture: Image.Image, flaw: str, scale: float, rng: np.random.Generator) -> Image.Image:
    if flaw == "blur":
        return pages.blurred(picture, rng.uniform(3.2, 8) * scale)
    if flaw == "motion":
        return pages.smeared(picture, round(rng.uniform(13, 28) * scale), rng.uniform(0, 180))
    if flaw == "dark":
        return pages.darkened(picture, rng.uniform(0.06, 0.2))
    if flaw == "washed":
        return pages.washed_out(picture, rng.uniform(0.05, 0.15), level=int(rng.integers(215, 256)))
    if flaw == "overexposed":
        return pages.overexposed(picture, 1.04, 2)
    if flaw == "lowres":
        longest = int(rng.integers(250, 600))
        return ImageOps.contain(picture, (longest, longest), Image.Resampling.LANCZOS)
    if flaw == "rotated":
        return picture.transpose([Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270][int(rng.integers(0, 2))])
    return picture


def _blank(height: int, rng: np.random.Generator) -> Image.Image:
    tone = int(rng.integers(200, 256))
    page = pages.blank_sheet(height, (tone, tone, max(tone - int(rng.integers(0, 12)), 0)))
    dots = page.load()
    assert dots is not None
    for _ in range(int(rng.integers(0, 25))):  # dust
        x, y = int(rng.integers(0, page.width - 2)), int(rng.integers(0, page.height - 2))
        dots[x, y] = dots[x + 1, y] = (110, 110, 110)
    return page


def _measured(sample: Sample) -> tuple[set[str], dict[str, float]]:
    buffer = BytesIO()
    sample.picture.save(buffer, "JPEG", quality=sample.quality)
    with Image.open(buffer) as opened:
        image = opened.convert("RGB")
    pixels = max(image.size)
    image.thumbnail((1600, 1600), Image.Resampling.BOX)
    looks = look_at(image, pixels=pixels)
    return set(looks.names), looks.measures


def main(count: int, seed: int) -> None:
    """Draw, measure, and print the tables."""
    hits: dict[str, list[int]] = {flag: [0, 0, 0, 0] for flag in FLAGS}
    wrong: list[str] = []
    values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    clean, alarms = 0, 0
    for sample in labelled(count, seed=seed):
        found, measures = _measured(sample)
        flaw = sample.name.split("/")[0]
        for name, value in measures.items():
            values[name][flaw].append(value)
        for flag in FLAGS:
            expected, seen = flag in sample.flags, flag in found
            hits[flag][0 if expected and seen else 1 if expected else 2 if seen else 3] += 1
        if not sample.flags:
            clean, alarms = clean + 1, alarms + bool(found)
        if found != sample.flags:
            wrong.append(f"{sample.name}: {sorted(sample.flags)} -> {sorted(found)} {measures}")
    print(f"{'flag':10}{'found':>10}{'missed':>8}{'false':>8}{'recall':>9}{'precision':>11}")
    for flag, (right, missed, false, _) in hits.items():
        recall, precision = right / max(right + missed, 1), right / max(right + false, 1)
        print(f"{flag:10}{right:10}{missed:8}{false:8}{recall:9.3f}{precision:11.3f}")
    print(f"clean pages: {clean}, with any flag: {alarms}")
    for name in ("blur", "evenness", "contrast", "paper", "content", "sideways", "noise"):
        print(f"\n{name}")
        for flaw, taken in sorted(values[name].items()):
            low, middle, high = np.percentile(taken, [1, 50, 99])
            print(f"  {flaw:12}{low:10.2f}{middle:10.2f}{high:10.2f}")
    print("\n" + "\n".join(wrong))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 330, int(sys.argv[2]) if len(sys.argv) > 2 else 20180403)
