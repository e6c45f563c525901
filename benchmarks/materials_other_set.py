"""The labelled set that nothing was fitted to: files with the flags that a person would be sure of."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import cv2
import numpy as np
import pillow_heif
from PIL import Image

from benchmarks import materials_lens as lens
from benchmarks import materials_spoiled as spoiled
from benchmarks.materials_flaws import FLAGS, Labelled
from benchmarks.materials_lens import Picture, Rng, View
from benchmarks.materials_sights import SIGHTS
from benchmarks.materials_typeset import LAYOUTS, Press, Typeset
from benchmarks.materials_typeset_forms import FORMS

FLAWS = (
    *(["clean"] * 14), "lowres", "lowres", "blur", "slight", "motion", "dark", "dark", "washed", "washed", "blank", "blank",
    "skew", "skew", "on_side", "on_head", "cutoff", "cutoff", "off_frame", "glare", "glare", "glare", "moire", "moire",
    "overcompressed", "overcompressed", "not_document", "not_document",
)  # fmt: skip
_FLAG = {"motion": "blur", "on_side": "rotated", "on_head": "rotated", "off_frame": "cutoff"}
_HIDES = {
    "blur": {"washed", "lowres"}, "motion": {"washed"}, "slight": {"blur", "washed"}, "dark": {"washed", "blur", "not_document"},
    "washed": {"blank", "blur", "not_document"}, "glare": {"washed"}, "skew": {"cutoff"}, "on_side": {"cutoff"},
    "moire": {"dark", "washed", "blur", "not_document", "overcompressed"}, "lowres": {"blur", "washed", "overcompressed"},
    "overcompressed": {"blur", "washed", "lowres", "moire"}, "off_frame": {"skew"},
}  # fmt: skip
_LINED = tuple(name for name, form in FORMS.items() if form.full and name != "note")
_EACH = 2
"""Papers of each layout that a set is drawn from."""


def drawn(press: Press, count: int, *, seed: int, only: str = "") -> Iterator[Labelled]:
    """Files of every flaw in turn; a third of them have none."""
    papers: dict[tuple[str, int], Typeset] = {}
    for number in range(count):
        yield draw_one(press, number, seed=seed, only=only, papers=papers)


def draw_one(
    press: Press, number: int, *, seed: int, only: str = "", papers: dict[tuple[str, int], Typeset]
) -> Labelled:
    """One file of a set, the same whichever were drawn before it; `papers` keeps what has been set."""
    rng, flaw = np.random.default_rng([seed, 3, number]), only or FLAWS[number % len(FLAWS)]
    if flaw == "not_document":
        return _sight(rng)
    # Every layout in turn among the clean ones, so that none is left out.
    layout = LAYOUTS[number % len(LAYOUTS)] if flaw in ("clean", "slight") else _layout_for(flaw, rng)
    if flaw == "clean" and number % len(FLAWS) == 7:
        return Labelled(
            f"clean/{layout}/program", press.set(layout, (seed, 4, number), pdf=True).pdf, ".pdf", frozenset()
        )
    key = (layout, int(rng.integers(0, _EACH)))
    if key not in papers:
        papers[key] = press.set(layout, (seed, LAYOUTS.index(layout), key[1]))
    return _file_of(flaw, papers[key], rng)


def _layout_for(flaw: str, rng: Rng) -> str:
    if flaw in ("on_side", "on_head", "skew", "off_frame", "blur", "motion"):
        return str(rng.choice(_LINED))
    if flaw == "glare":
        return str(rng.choice([name for name in LAYOUTS if name not in ("signature", "identity_card", "card_copy")]))
    if flaw == "cutoff":
        return str(rng.choice([name for name in LAYOUTS if name not in ("signature", "card_copy")]))
    return str(rng.choice([name for name in LAYOUTS if name != "signature"]))


def _file_of(flaw: str, paper: Typeset, rng: Rng) -> Labelled:
    sheet = _reduced(np.asarray(paper.picture), int(rng.integers(1150, 1600)))
    if flaw == "blank":
        sheet = np.full_like(sheet, np.median(sheet.reshape(-1, 3), axis=0))
    if flaw == "washed":
        sheet = spoiled.washed(sheet, rng) if rng.uniform() < 0.5 else sheet
    pale = flaw == "washed" and bool(sheet.min() > 120)
    view, way = _seen(flaw, sheet, rng)
    sure: bool | None = True
    quality, kind = int(rng.integers(55, 95)), str(rng.choice(["JPEG"] * 6 + ["PNG", "HEIF", "PDF"]))
    light = view.light
    if flaw in ("blur", "slight"):
        light = spoiled.out_of_focus(light, rng, slight=flaw == "slight")
    elif flaw == "motion":
        light = spoiled.moved(light, rng)
    elif flaw == "dark":
        light = spoiled.darkened(light, rng)
    elif flaw == "cutoff":
        light, sure = spoiled.cut(view, rng)
    elif flaw == "glare":
        light, sure = spoiled.flashed(view, rng)
    picture = lens.sensed(light, rng, grain=rng.uniform(0.2, 0.8) if way == "scan" else rng.uniform(0.6, 2.2))
    if flaw == "moire":
        picture, sure = spoiled.off_a_screen(light, rng)
    elif flaw == "washed" and not pale:
        picture = spoiled.washed(picture, rng)
    elif flaw == "off_frame":
        sure = spoiled.leaves_the_frame(picture, view)
    elif flaw == "lowres":
        picture = _reduced(picture, int(rng.integers(340, 640)))
    elif flaw in ("on_side", "on_head"):
        picture = np.ascontiguousarray(np.rot90(picture, 2 if flaw == "on_head" else int(rng.choice([1, 3]))))
    elif flaw == "overcompressed":
        picture, quality, sure = spoiled.squeezed(picture, rng)
        kind = "JPEG" if quality < 20 or rng.uniform() < 0.7 else "PNG"
    data, suffix = _saved(picture, kind, quality)
    flag = _FLAG.get(flaw, flaw)
    flags = frozenset({flag} if sure and flag in FLAGS else ())
    either = _HIDES.get(flaw, set()) | (set() if sure or flag not in FLAGS else {flag})
    return Labelled(f"{flaw}/{paper.layout}/{way}/{kind}{quality}", data, suffix, flags, frozenset(either))


def _seen(flaw: str, sheet: Picture, rng: Rng) -> tuple[View, str]:
    if flaw == "off_frame":
        shift = (float(rng.choice([-1, 1]) * rng.uniform(0.2, 0.45)), rng.uniform(-0.05, 0.05))
        return lens.photographed(sheet, rng, shift=shift if rng.uniform() < 0.5 else shift[::-1]), "frame"
    way = "scan" if flaw == "cutoff" else str(rng.choice(["scan", "near", "desk", "desk"]))
    tilt = float(rng.choice([-1, 1]) * rng.uniform(8, 20)) if flaw == "skew" else 0.0
    if way == "scan":
        return lens.scanned(sheet, rng, tilt=tilt), way
    return lens.photographed(sheet, rng, tilt=tilt, near=way == "near" and not tilt), way


def _sight(rng: Rng) -> Labelled:
    name = str(rng.choice(list(SIGHTS)))
    picture = SIGHTS[name](int(rng.integers(900, 1700)), rng)
    kind = "PNG" if name in ("home_screen", "street_map") and rng.uniform() < 0.5 else "JPEG"
    data, suffix = _saved(picture, kind, int(rng.integers(60, 95)))
    return Labelled(
        f"not_document/{name}", data, suffix, frozenset({"not_document"}), frozenset(set(FLAGS) - {"not_document"})
    )


def _reduced(picture: Picture, longest: int) -> Picture:
    scale = longest / max(picture.shape)
    if scale >= 1:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _saved(picture: Picture, kind: str, quality: int) -> tuple[bytes, str]:
    if kind == "JPEG":
        return spoiled.jpeg(picture, quality), ".jpg"
    buffer, image = BytesIO(), Image.fromarray(picture)
    if kind == "PNG":
        image.save(buffer, "PNG", compress_level=1)
    elif kind == "HEIF":
        pillow_heif.from_pillow(image).save(buffer, quality=quality)
    else:
        image.save(buffer, "PDF", resolution=max(image.size) / 11.7, quality=quality)
    return buffer.getvalue(), {"PNG": ".png", "HEIF": ".heic", "PDF": ".pdf"}[kind]
