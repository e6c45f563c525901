"""Text recognition of one page: where lines of text lie, which way up the page is, and what the lines say.

The models are those that the package `rapidocr` carries (PP-OCRv6 small for finding and reading lines, a classifier for
lines that stand on their head); they are run here by onnxruntime on one thread and need no network. Without threads of
its own the recogniser may be loaded once and forked for every file, which is how the sandbox uses it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.materials.written import Box, Line, ReadPage

Pixels = NDArray[np.uint8]
Quad = NDArray[np.float32]
Rectangle = tuple[Sequence[float], tuple[float, float], float]
"""Centre, sides and angle of a line."""

READING_SIDE = 2000
"""Pixels of the longer side at which lines are cut out and read."""
_FINDING_SIDE = 960
"""The same for finding them; a page of small print is looked at once more at the larger one."""
_FINDING_SIDE_FINE = 1440
_SMALL_PRINT = 13.0
"""Height of a line, in pixels at the finding size, below which the larger size finds what was missed."""
_LINE_HEIGHT = 48
"""What the reading model was trained on."""
_LONGEST_LINE = 2400
_MOST_LINES = 400

INK = 0.3
"""Probability from which a pixel belongs to a line of text."""
_LINE = 0.5
"""The same on the average over a line."""
_GROWN = 1.6
"""Lines are found shrunken; by how much they are grown again, of area over circumference."""
_SURE_OF_HEAD = 0.7
"""Share of the evidence from which a page is upside down or not."""
_RED = 0.6
"""Share of the ink of a line from which it is written in red."""
_ROW = 2.5
"""How much longer than high a row of letters is."""
_DOUBTFUL = 0.85
"""Confidence below which a line under a seal is read once more without the red."""


def read_page(image: Image.Image, *, number: int = 1, budget: int = 40_000) -> ReadPage:
    """Read a page. `budget` is how many pixels of line, 48 high, may be read: what tells most is read first.

    1,000 pixels take about 0.1 s and hold some 20 characters.
    """
    pixels = lit(np.asarray(image.convert("RGB")))
    quads = find_lines(pixels)
    turn = _turn(pixels, quads)
    if turn:
        quads = [_turned(quad, pixels.shape, turn) for quad in quads]
        pixels = np.ascontiguousarray(np.rot90(pixels, -turn // 90))
    slope = _Slope.of(quads)
    lines: list[Line] = []
    left = budget
    tried = 0
    for quad in _by_weight(quads, pixels.shape):
        strip = cut_out(pixels, quad)
        left -= strip.shape[1]
        if left < 0 and lines:
            break
        tried += 1
        lines.append(_read_line(strip, quad, pixels.shape, slope))
    kept = sorted((line for line in lines if line.text), key=lambda line: (line.level[1], line.level[0]))
    return ReadPage(number, turn, tuple(kept), found=len(quads), left=len(quads) - tried)


def orientation(image: Image.Image) -> int | None:
    """By how many degrees clockwise a page must be turned to stand upright (0, 90, 180, 270); None if nothing tells."""
    pixels = lit(np.asarray(image.convert("RGB")))
    quads = find_lines(pixels, side=736, fine=False)
    return _turn(pixels, quads) if quads else None


def letters_on(pixels: Pixels, *, side: int = 736, lines: int = 6) -> tuple[int, int]:
    """How many letters can be read without doubt in the lines that tell most: some on any paper, next to none on what
    only looks like print. Also how many rows of letters there are."""
    quads = find_lines(pixels, side=side, fine=False)
    read = 0
    for quad in list(_by_weight(quads, pixels.shape))[:lines]:
        read += sum(sure > _DOUBTFUL for sure in _models().read(cut_out(pixels, quad))[1])
    return read, rows_among(quads)


def rows_among(quads: list[Quad]) -> int:
    """How many of these are rows of letters: longer than a letter or two, and than the edge of a sheet is."""
    return len(rows_of(quads))


def rows_of(quads: list[Quad]) -> list[Quad]:
    """Those that are, the longest first."""
    rows = [quad for quad in quads if max(sides_of(quad)) > _ROW * min(sides_of(quad))]
    return sorted(rows, key=lambda quad: -max(sides_of(quad)))


def find_lines(pixels: Pixels, *, side: int = _FINDING_SIDE, fine: bool = True) -> list[Quad]:
    """The corners of the lines of text, in pixels of the picture."""
    quads = _find(pixels, side)
    if fine and quads and max(pixels.shape[:2]) > 1.2 * side:
        heights = [min(sides_of(quad)) * side / max(pixels.shape[:2]) for quad in quads]
        if float(np.median(heights)) < _SMALL_PRINT:
            return _find(pixels, _FINDING_SIDE_FINE)
    return quads


def _find(pixels: Pixels, side: int) -> list[Quad]:
    text, small = text_at(pixels, side)
    height, width = pixels.shape[:2]
    stretch = np.array([width / small.shape[1], height / small.shape[0]], dtype=np.float32)
    return [corners_of(one) * stretch for one in rectangles_in(text, thinnest=3)]


def text_at(pixels: Pixels, side: int) -> tuple[NDArray[np.float32], Pixels]:
    """For each pixel of a picture made so small, how likely it is text; and the small picture."""
    height, width = pixels.shape[:2]
    scale = min(1.0, side / max(height, width))
    size = (max(32, round(width * scale / 32) * 32), max(32, round(height * scale / 32) * 32))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    return _models().find(_normed(small)), small


def rectangles_in(text: NDArray[np.float32], *, thinnest: float) -> list[Rectangle]:
    """What hangs together of the text, as lines: the centre, the sides and the angle of each."""
    mask = cv2.dilate((text > INK).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in sorted(contours, key=len, reverse=True)[:_MOST_LINES]:
        centre, (long, short), angle = cv2.minAreaRect(contour)
        if min(long, short) < thinnest or _mean_within(text, np.asarray(contour, np.int32)) < _LINE:
            continue
        grown = _GROWN * long * short / (2 * (long + short))
        found.append((centre, (long + 2 * grown, short + 2 * grown), angle))
    return found


def corners_of(rectangle: Any) -> Quad:
    """Top left, top right, bottom right, bottom left: begun where the first side runs most nearly to the right."""
    points = np.asarray(cv2.boxPoints(rectangle), dtype=np.float32)
    if cv2.contourArea(points, oriented=True) < 0:
        points = points[::-1]
    sides = points[[1, 2, 3, 0]] - points
    first = int(np.argmax(sides[:, 0] / np.maximum(np.hypot(sides[:, 0], sides[:, 1]), 1e-6)))
    return np.concatenate([points[first:], points[:first]])


def _mean_within(text: NDArray[np.float32], contour: NDArray[np.int32]) -> float:
    x, y, width, height = cv2.boundingRect(contour)
    mask = np.zeros((height, width), np.uint8)
    cv2.drawContours(mask, [contour - np.array([[x, y]], dtype=contour.dtype)], -1, 1, -1)
    return float(cv2.mean(text[y : y + height, x : x + width], mask)[0])


def sides_of(quad: Quad) -> tuple[float, float]:
    """Width and height of a line."""
    return float(np.linalg.norm(quad[1] - quad[0])), float(np.linalg.norm(quad[3] - quad[0]))


def _turn(pixels: Pixels, quads: list[Quad]) -> int:
    """Which way up the page is: the shape of the lines tells whether it lies on its side, the classifier the rest."""
    across = down = 0.0
    for quad in quads:
        width, height = sides_of(quad)
        across += width if width > 1.8 * height else 0.0
        down += height if height > 1.8 * width else 0.0
    sideways = down > 1.3 * across
    turn = 90 if sideways else 0
    upright = [_turned(quad, pixels.shape, turn) for quad in quads] if turn else quads
    standing = np.ascontiguousarray(np.rot90(pixels, -1)) if turn else pixels
    longest = sorted(upright, key=lambda quad: -min(sides_of(quad)[0], 12 * sides_of(quad)[1]))[:9]
    if not longest:
        return 0
    heads = [on_head(cut_out(standing, quad)) for quad in longest]
    share = float(np.mean(heads))
    if share > _SURE_OF_HEAD:
        return turn + 180
    if share < 1 - _SURE_OF_HEAD:
        return turn
    strips = [cut_out(standing, quad) for quad in longest[:4]]
    upright_reads = float(np.mean([sureness(strip) for strip in strips]))
    headed_reads = float(np.mean([sureness(strip[::-1, ::-1]) for strip in strips]))
    return turn + 180 if headed_reads > upright_reads + 0.05 else turn


def _turned(quad: Quad, shape: tuple[int, ...], turn: int) -> Quad:
    """The corners after the page is turned clockwise."""
    height, width = shape[:2]
    x, y = quad[:, 0], quad[:, 1]
    new = {90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}[turn]
    points = np.stack(new, axis=1).astype(np.float32)
    return corners_of(cv2.minAreaRect(points))


def _by_weight(quads: list[Quad], shape: tuple[int, ...]) -> Iterable[Quad]:
    """What tells most comes first: titles, then short lines (labels and values), then running text from the top."""
    if not quads:
        return []
    height, width = shape[:2]
    typical = float(np.median([sides_of(quad)[1] for quad in quads]))

    def weight(quad: Quad) -> float:
        long, high = sides_of(quad)
        top = float(quad[:, 1].min()) / height
        size = min(high / max(typical, 1.0), 3.0)
        return top - (1.0 if size > 1.35 and top < 0.7 else 0.0) - 0.25 * (long < 0.3 * width) - 0.2 * (top > 0.85)

    return sorted(quads, key=weight)


def cut_out(pixels: Pixels, quad: Quad) -> Pixels:
    """A line cut out and laid straight, at the height that the reading model knows."""
    long, high = sides_of(quad)
    size = (max(2, round(long)), max(2, round(high)))
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], dtype=np.float32)
    warp = cv2.getPerspectiveTransform(quad, target)
    strip = cv2.warpPerspective(pixels, warp, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    if size[1] > 1.5 * size[0]:
        strip = np.rot90(strip)
    length = int(np.clip(round(strip.shape[1] * _LINE_HEIGHT / strip.shape[0]), 16, _LONGEST_LINE))
    way = cv2.INTER_AREA if strip.shape[0] > _LINE_HEIGHT else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(np.ascontiguousarray(strip), (length, _LINE_HEIGHT), interpolation=way), np.uint8)


def _read_line(strip: Pixels, quad: Quad, shape: tuple[int, ...], slope: _Slope) -> Line:
    text, sure = _models().read(strip)
    if (not sure or min(sure) < _DOUBTFUL) and _red_share(strip) > 0.04:
        without = np.repeat(strip[:, :, :1], 3, axis=2)  # in its own light a red seal is as pale as the paper
        again, surer = _models().read(without)
        if again and np.mean(surer) > (np.mean(sure) if sure else 0.0) + 0.02:
            text, sure = again, surer
    box, level = _box(quad, shape), _box(slope.levelled(quad), shape)
    return Line(text, box, tuple(round(value, 3) for value in sure), level, _is_red(strip))


def _box(quad: Quad, shape: tuple[int, ...]) -> Box:
    height, width = shape[:2]
    left, top = np.clip(quad.min(axis=0) / (width, height), 0, 1)
    right, bottom = np.clip(quad.max(axis=0) / (width, height), 0, 1)
    return (round(float(left), 4), round(float(top), 4), round(float(right), 4), round(float(bottom), 4))


@dataclass(frozen=True)
class _Slope:
    """How the lines of a page fall to the right, at its top and further down: by tilt and perspective."""

    start: float = 0.0
    change: float = 0.0

    @classmethod
    def of(cls, quads: list[Quad]) -> _Slope:
        long = [quad for quad in quads if sides_of(quad)[0] > 4 * sides_of(quad)[1]]
        if len(long) < 2:
            return cls()
        rise = np.array([(quad[1] - quad[0] + quad[2] - quad[3]) for quad in long])
        slopes, middles = rise[:, 1] / rise[:, 0], np.array([float(quad[:, 1].mean()) for quad in long])
        typical = float(np.median(slopes))
        near = np.abs(slopes - typical) < 0.05
        if near.sum() < 5 or np.ptp(middles[near]) < 200:
            return cls(typical)
        change, start = np.polyfit(middles[near], slopes[near], 1)
        return cls(float(start), float(change))

    def levelled(self, quad: Quad) -> Quad:
        """The corners as they would stand if the lines ran level."""
        level = quad.copy()
        level[:, 1] -= (self.start + self.change * float(quad[:, 1].mean())) * quad[:, 0]
        return level


def _red_share(strip: Pixels) -> float:
    colours = strip.astype(np.int16)
    return float(np.mean(colours[:, :, 0] > np.maximum(colours[:, :, 1], colours[:, :, 2]) + 45))


def _is_red(strip: Pixels) -> bool:
    """Whether most of what stands out from the paper is red."""
    colours = strip.astype(np.int16)
    inked = colours.min(axis=2) < np.percentile(colours.min(axis=2), 85) - 50
    others = np.maximum(colours[:, :, 1], colours[:, :, 2])
    red = (colours[:, :, 0] > 1.25 * others) & (colours[:, :, 0] > others + 15)  # in poor light it is hardly so
    return bool(inked.any() and np.mean(red[inked]) > _RED)


def lit(pixels: Pixels) -> Pixels:
    """A dim picture brought to the light in which the models have learned; a light one is left as it is."""
    brightest = float(np.percentile(pixels[::8, ::8], 97))
    if brightest >= 150 or brightest < 8:
        return np.asarray(pixels, np.uint8)
    return np.asarray(np.clip(pixels.astype(np.float32) * (235 / brightest), 0, 255), np.uint8)


def _normed(pixels: Pixels) -> NDArray[np.float32]:
    """One picture as the models take it: blue first, from -1 to 1, colours apart."""
    values = pixels[:, :, ::-1].astype(np.float32) / 127.5 - 1.0
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])


def on_head(strip: Pixels) -> float:
    """How likely a line stands on its head; about 2 ms."""
    shown = np.zeros((1, 3, _LINE_HEIGHT, 192), np.float32)
    part = _normed(strip[:, :192])
    shown[:, :, :, : part.shape[3]] = part
    return float(_run(_classifier(), shown)[0, 1])


def sureness(strip: Pixels) -> float:
    """How sure the reader is of what a line says, on the average over its letters; 0 where it reads nothing."""
    return float(np.mean(_models().read(strip)[1] or [0.0]))


class _Models:
    """The models that find and read lines, loaded."""

    def __init__(self) -> None:
        self._finder = _load("PP-OCRv6_det_small.onnx")
        self._reader = _load("PP-OCRv6_rec_small.onnx")
        letters = self._reader.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._letters = ["", *letters, " "]  # the first stands for "no letter here"

    def find(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """For each pixel, how likely it is text."""
        found: NDArray[np.float32] = _run(self._finder, picture)[0, 0]
        return found

    def read(self, strip: Pixels) -> tuple[str, list[float]]:
        """The letters of a line and how sure the model is of each."""
        length = max(160, -(-strip.shape[1] // 32) * 32)
        shown = np.zeros((1, 3, _LINE_HEIGHT, length), np.float32)
        shown[:, :, :, : strip.shape[1]] = _normed(strip)
        likely = _run(self._reader, shown)[0]
        best = likely.argmax(axis=1)
        fresh = (best != 0) & np.concatenate([[True], best[1:] != best[:-1]])
        text = [self._letters[index] for index in best[fresh]]
        sure = [float(value) for value in likely.max(axis=1)[fresh]]
        return _stripped(text, sure)


def _stripped(text: list[str], sure: list[float]) -> tuple[str, list[float]]:
    """Without the spaces at both ends; each entry is one character."""
    while text and not text[0].strip():
        text, sure = text[1:], sure[1:]
    while text and not text[-1].strip():
        text, sure = text[:-1], sure[:-1]
    return "".join(text), sure


def _run(session: Any, picture: NDArray[np.float32]) -> Any:
    return session.run(None, {session.get_inputs()[0].name: picture})[0]


def _load(model: str) -> Any:
    import onnxruntime  # type: ignore[import-untyped]

    package = importlib.util.find_spec("rapidocr")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("The package with the recognition models is not installed.")
    place = Path(package.submodule_search_locations[0]) / "models" / model
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # threads do not survive a fork
    options.enable_cpu_mem_arena = False  # what one page needed is given back before the next
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(place), options, providers=["CPUExecutionProvider"])


@cache
def _models() -> _Models:
    return _Models()


@cache
def _classifier() -> Any:
    return _load("ch_ppocr_mobile_v2.0_cls_mobile.onnx")


def load() -> None:
    """Load the models now, so that processes forked from this one have them."""
    load_the_classifier()
    _models()


def load_the_classifier() -> None:
    """Load what tells which way up a line stands: the small model, which every examination may ask."""
    _classifier()
