"""How papers come to a picture, and what goes wrong on the way: scanners, phones over desks, and every flaw by name."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

import cv2
import numpy as np
from PIL import Image, ImageOps

from benchmarks import materials_papers as papers
from benchmarks.materials_papers import Rng
from tests.materials import pages

FLAGS = (
    "lowres", "blur", "dark", "washed", "blank", "skew", "rotated", "cutoff", "glare", "moire", "overcompressed",
    "not_document",
)  # fmt: skip
CARRIERS = ("born", "scan", "scan", "desk", "desk", "desk_shadow", "close")
KINDS_OF_FILE = ("JPEG", "JPEG", "JPEG", "JPEG", "PNG", "TIFF", "HEIC", "PDF")


@dataclass(frozen=True)
class Labelled:
    """A file with the flags that a person would be sure of, and those about which people would argue."""

    name: str
    data: bytes
    suffix: str
    flags: frozenset[str]
    either: frozenset[str] = field(default_factory=frozenset)


def labelled(count: int, *, seed: int, only: str = "") -> Iterator[Labelled]:
    """Files of all kinds, a third of them without any flaw."""
    flaws = [only] if only else [*(["clean"] * 8), *FLAGS, "motion", "upside_down", "mild", "mild"]
    for number in range(count):
        yield draw(flaws[number % len(flaws)], np.random.default_rng([seed, number]))


def draw(flaw: str, rng: Rng) -> Labelled:
    """One file with this flaw."""
    if flaw == "not_document":
        return _no_paper(rng)
    carrier = str(rng.choice(CARRIERS if flaw not in ("dark", "washed", "glare") else CARRIERS[1:]))
    height = int(rng.choice([1000, 1300, 1600, 1800, 2000, 2500, 3400], p=[0.1, 0.2, 0.27, 0.25, 0.15, 0.02, 0.01]))
    kind = _paper_for(flaw, rng)
    if kind in ("card_front", "card_back"):
        height = round(height * 0.6)
    paper = papers.sheet(height, rng) if flaw == "blank" else papers.PAPERS[kind](height, rng)
    sure: set[str] = set()
    either: set[str] = set()
    tilt = rng.uniform(8, 30) * rng.choice([-1, 1]) if flaw == "skew" else 0.0
    if flaw == "cutoff" and carrier != "desk":
        paper = _cropped(paper, rng)
    picture = carried(paper, carrier, rng, tilt=tilt, over_edge=flaw == "cutoff" and carrier == "desk")
    picture, also = _SPOILERS[flaw](picture, rng) if flaw in _SPOILERS else (picture, set())
    either |= also
    name = {"motion": "blur", "upside_down": "rotated", "clean": "", "mild": ""}.get(flaw, flaw)
    sure |= {name} - {""}
    if flaw == "mild":
        picture, either = _mild(picture, rng)
    if flaw == "skew":
        either |= {"cutoff"}
    quality = int(rng.integers(30, 96))
    if flaw == "overcompressed":
        quality = int(rng.integers(2, 9))
    kind_of_file = str(rng.choice(KINDS_OF_FILE))
    if carrier.startswith("desk") and kind_of_file in ("PNG", "TIFF"):
        kind_of_file = "JPEG"
    if flaw == "overcompressed" and rng.uniform() < 0.5:
        picture = Image.open(BytesIO(_jpeg(picture, quality))).convert("RGB")
        quality = int(rng.integers(70, 96))
    elif flaw == "overcompressed":
        kind_of_file = "JPEG"
    if flaw == "overcompressed":
        either |= {"blur", "washed", "lowres"}
    data, suffix = _saved(picture, kind_of_file, quality)
    label = f"{flaw}/{kind if flaw != 'blank' else 'blank'}/{carrier}/{max(picture.size)}/{kind_of_file}{quality}"
    return Labelled(label, data, suffix, frozenset(sure), frozenset(either))


def _paper_for(flaw: str, rng: Rng) -> str:
    if flaw in ("clean", "mild"):
        return str(rng.choice(list(papers.PAPERS)))
    if flaw in ("cutoff", "glare", "upside_down"):
        return str(rng.choice(papers.FULL))
    if flaw in ("rotated", "skew"):
        return str(rng.choice(papers.PRINTED))
    plain = [
        kind
        for kind in papers.PAPERS
        if kind not in ("seal_only", "cover", "pencil", "scrawl", "sparse", "certificate")
    ]
    return str(rng.choice(plain))


def carried(paper: Image.Image, carrier: str, rng: Rng, *, tilt: float = 0.0, over_edge: bool = False) -> Image.Image:
    """The paper as it comes: from a program, from a scanner, from a phone over a desk, or close up."""
    if carrier == "born":
        return _turned(paper, tilt, (255, 255, 255)) if tilt else paper
    if carrier == "scan":
        ground = int(rng.choice([255, 250, 240, 60, 20]))
        turned = _turned(paper, tilt + rng.uniform(-1.5, 1.5), (ground,) * 3)
        if rng.uniform() < 0.4:
            turned = turned.convert("L").convert("RGB")
        return pages.noisy(pages.blurred(turned, rng.uniform(0.2, 0.7)), rng, rng.uniform(0.5, 3))
    if carrier == "close":
        light = pages.uneven(
            _turned(paper, tilt + rng.uniform(-2, 2), (200, 200, 198)) if tilt else paper,
            rng,
            low=rng.uniform(0.7, 0.95),
        )
        return pages.noisy(pages.blurred(light, rng.uniform(0.3, 0.9)), rng, rng.uniform(1, 5))
    picture = on_desk(paper, rng, tilt=tilt + rng.uniform(-2.5, 2.5), over_edge=over_edge)
    picture = pages.uneven(picture, rng, low=rng.uniform(0.6, 0.95))
    if carrier == "desk_shadow":
        picture = pages.shaded(picture, rng, depth=rng.uniform(0.15, 0.5))
    sharp = pages.blurred(picture, rng.uniform(0.3, 1.0) * max(paper.size) / 1800)
    return pages.noisy(sharp, rng, rng.uniform(1, 6))


def on_desk(paper: Image.Image, rng: Rng, *, tilt: float, over_edge: bool = False) -> Image.Image:
    """A phone's view of the paper on wood, cloth, stone or a pad, in perspective."""
    fill = rng.uniform(0.7, 0.94)
    angle = math.radians(tilt)
    wide = abs(paper.width * math.cos(angle)) + abs(paper.height * math.sin(angle))
    tall = abs(paper.height * math.cos(angle)) + abs(paper.width * math.sin(angle))
    width, height = round(wide / fill), round(tall / fill)
    ground = _ground(height, width, rng)
    shift = np.zeros(2)
    if over_edge:  # a sixth to a third of the sheet lies beyond the frame
        way = rng.integers(0, 4)
        span = (wide if way < 2 else tall) * rng.uniform(0.17, 0.33) + (
            (width - wide) if way < 2 else (height - tall)
        ) / 2
        shift[way // 2] = span * (1 if way % 2 else -1)
    corners = []
    for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        x, y = sx * paper.width / 2 * rng.uniform(0.96, 1.02), sy * paper.height / 2 * rng.uniform(0.97, 1.02)
        corners.append(
            [
                width / 2 + x * math.cos(angle) - y * math.sin(angle) + shift[0],
                height / 2 + x * math.sin(angle) + y * math.cos(angle) + shift[1],
            ]
        )
    source = np.array([(0, 0), (paper.width, 0), (paper.width, paper.height), (0, paper.height)], np.float32)
    warp = cv2.getPerspectiveTransform(source, np.array(corners, np.float32))
    seen = cv2.warpPerspective(np.asarray(paper), warp, (width, height), flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full((paper.height, paper.width), 255, np.uint8), warp, (width, height))
    drop = cv2.GaussianBlur(np.roll(mask, (height // 150, height // 200), (0, 1)), (0, 0), height / 120)
    lit = ground * (1 - 0.45 * drop[..., None] / 255.0)
    part = mask[..., None] / 255.0
    return Image.fromarray((seen * part + lit * (1 - part)).astype(np.uint8))


def _ground(height: int, width: int, rng: Rng) -> np.ndarray:
    colour = np.array([rng.integers(30, 190), rng.integers(30, 160), rng.integers(25, 150)], np.float32)
    small = (height // 4 + 1, width // 4 + 1)
    grain = papers._cloud(*small, rng, rng.uniform(0.4, 0.8)) - 0.5
    if rng.uniform() < 0.5:
        grain = cv2.resize(grain[:: max(1, small[0] // 30)], (small[1], small[0]))
    grain = cv2.resize(grain, (width, height)) * rng.uniform(5, 50)
    return np.clip(colour + grain[..., None], 0, 235)


def _turned(paper: Image.Image, angle: float, fill: tuple[int, int, int]) -> Image.Image:
    return paper.rotate(-angle, Image.Resampling.BICUBIC, expand=abs(angle) > 4, fillcolor=fill)


def _cropped(paper: Image.Image, rng: Rng) -> Image.Image:
    """A side of the print lies beyond the edge: a seventh to two fifths of the page is missing, through print."""
    width, height = paper.size
    dark = np.asarray(paper.convert("L")) < 0.6 * float(np.median(np.asarray(paper.convert("L"))))
    for _ in range(40):
        lost, side = rng.uniform(0.15, 0.4), int(rng.integers(0, 4))
        box = [0, 0, width, height]
        box[side] = round((width, height)[side % 2] * (lost if side < 2 else 1 - lost))
        line = dark[:, min(box[side], width - 1)] if side % 2 == 0 else dark[min(box[side], height - 1)]
        if int(np.count_nonzero(np.diff(line.astype(np.int8)) > 0)) >= 10:  # ten strokes are cut
            break
    return paper.crop(tuple(box))  # type: ignore[arg-type]


def _shone(picture: Image.Image, rng: Rng, *, height: float = 1.0) -> Image.Image:
    """The light of a lamp or the flash back from the paper, over print."""
    width, tall = picture.size
    ys, xs = np.mgrid[0 : 1 : tall * 1j, 0 : 1 : width * 1j].astype(np.float32)
    cx, cy = _amid_print(picture, rng)
    a, b, angle = rng.uniform(0.1, 0.2), rng.uniform(0.07, 0.16), rng.uniform(0, math.pi)
    u = (xs - cx) * math.cos(angle) + (ys - cy) * tall / width * math.sin(angle)
    v = -(xs - cx) * math.sin(angle) + (ys - cy) * tall / width * math.cos(angle)
    spot = np.exp(-(((u / a) ** 2 + (v / b) ** 2) ** rng.uniform(0.8, 2.0)))
    if rng.uniform() < 0.5:
        lit = np.asarray(picture, np.float32) + 330 * height * spot[..., None]
    else:
        cover = np.clip(1.25 * height * spot, 0, 1)[..., None]
        lit = np.asarray(picture, np.float32) * (1 - cover) + 255 * cover
    return Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8))


def _amid_print(picture: Image.Image, rng: Rng) -> tuple[float, float]:
    """The middle of the most printed of some places, as parts of the picture."""
    gray = cv2.resize(np.asarray(picture.convert("L")), (400, 400), interpolation=cv2.INTER_AREA).astype(np.float32)
    edges = cv2.blur(np.abs(gray - cv2.blur(gray, (9, 9))), (90, 90))
    places = [(rng.uniform(0.3, 0.7), rng.uniform(0.25, 0.75)) for _ in range(20)]
    return max(places, key=lambda place: float(edges[int(400 * place[1]), int(400 * place[0])]))


def _waved(picture: Image.Image, rng: Rng, *, strength: float) -> Image.Image:
    """Waves of a screen: one or two gratings, bent a little, the same or shifted in each colour."""
    width, tall = picture.size
    ys, xs = np.mgrid[0:tall, 0:width].astype(np.float32)
    total = np.zeros((tall, width, 3), np.float32)
    coloured = rng.uniform() < 0.6
    for _ in range(int(rng.integers(1, 3))):
        period, angle = rng.uniform(5, 26) * max(1.0, max(picture.size) / 1600), rng.uniform(0, math.pi)
        bend = rng.uniform(0, 1.5) * np.sin(ys / tall * rng.uniform(2, 6)) * period
        phase = 2 * math.pi * (xs * math.cos(angle) + ys * math.sin(angle) + bend) / period
        for channel in range(3):
            total[..., channel] += np.sin(phase + (channel * 2.1 if coloured else 0))
    waved = np.asarray(picture, np.float32) + strength * total - strength
    return Image.fromarray(np.clip(waved, 0, 255).astype(np.uint8))


def _size(picture: Image.Image) -> float:
    return max(picture.size) / 1600


def _blurred(picture, rng):
    return pages.blurred(picture, rng.uniform(3.4, 8) * _size(picture)), {"washed", "lowres"}


def _smeared(picture, rng):
    return pages.smeared(picture, round(rng.uniform(15, 30) * _size(picture)), rng.uniform(0, 180)), {"washed"}


def _darkened(picture, rng):
    return pages.noisy(pages.darkened(picture, rng.uniform(0.06, 0.2)), rng, 1.5), {"washed", "blur", "not_document"}


def _washed(picture, rng):
    return pages.washed_out(picture, rng.uniform(0.04, 0.13), level=int(rng.integers(205, 256))), {"blank", "blur"}


def _shrunk(picture, rng):
    longest = int(rng.integers(250, 600))
    return ImageOps.contain(picture, (longest, longest), Image.Resampling.LANCZOS), {"blur", "washed", "overcompressed"}


def _on_side(picture, rng):
    return picture.transpose((Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270)[int(rng.integers(0, 2))]), set()


def _upside_down(picture, _rng):
    return picture.transpose(Image.Transpose.ROTATE_180), set()


_SPOILERS = {
    "blur": _blurred, "motion": _smeared, "dark": _darkened, "washed": _washed, "lowres": _shrunk, "rotated": _on_side,
    "upside_down": _upside_down,
    "glare": lambda picture, rng: (_shone(picture, rng), {"washed"}),
    "moire": lambda picture, rng: (_waved(picture, rng, strength=rng.uniform(10, 30)), {"washed", "blur", "not_document"}),  # noqa: E501
}  # fmt: skip


def _mild(picture: Image.Image, rng: Rng) -> tuple[Image.Image, set[str]]:
    """A flaw so slight that people would argue; of every other flag they would be sure that it is not there."""
    which = str(rng.choice(["blur", "dark", "washed", "skew", "glare", "moire", "overcompressed"]))
    if which == "blur":
        return pages.blurred(picture, rng.uniform(1.6, 2.6) * _size(picture)), {"blur", "washed"}
    if which == "dark":
        return pages.darkened(picture, rng.uniform(0.28, 0.45)), {"dark", "washed"}
    if which == "washed":
        return pages.washed_out(picture, rng.uniform(0.2, 0.4)), {"washed"}
    if which == "skew":
        return _turned(picture, rng.uniform(3, 6), (230, 230, 228)), {"skew"}
    if which == "glare":
        return _shone(picture, rng, height=rng.uniform(0.2, 0.5)), {"glare", "washed"}
    if which == "moire":
        return _waved(picture, rng, strength=rng.uniform(2, 6)), {"moire"}
    return Image.open(BytesIO(_jpeg(picture, int(rng.integers(11, 20))))).convert("RGB"), {"overcompressed"}


def _no_paper(rng: Rng) -> Labelled:
    kind = str(rng.choice(list(papers.OTHERS)))
    picture = papers.OTHERS[kind](int(rng.choice([900, 1300, 1700, 2000])), rng)
    data, suffix = _saved(
        picture, "PNG" if kind == "chat" and rng.uniform() < 0.5 else "JPEG", int(rng.integers(50, 96))
    )
    beside = set(FLAGS) - {"not_document"}  # whatever else such a picture is, it is no paper
    return Labelled(
        f"not_document/{kind}/-/{max(picture.size)}/-", data, suffix, frozenset({"not_document"}), frozenset(beside)
    )


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def _saved(picture: Image.Image, kind: str, quality: int) -> tuple[bytes, str]:
    if kind == "JPEG":
        return _jpeg(picture, quality), ".jpg"
    buffer = BytesIO()
    if kind == "PNG":
        picture.save(buffer, "PNG", compress_level=1)
    elif kind == "TIFF":
        picture.save(buffer, "TIFF", compression="tiff_lzw")
    elif kind == "HEIC":
        import pillow_heif

        pillow_heif.from_pillow(picture).save(buffer, quality=max(quality, 60))
    else:
        picture.save(buffer, "PDF", resolution=max(picture.size) / 11.7, quality=quality)
    return buffer.getvalue(), {"PNG": ".png", "TIFF": ".tif", "HEIC": ".heic", "PDF": ".pdf"}[kind]
