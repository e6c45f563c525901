"""From a photo of a sheet to its page: perspective and rotation taken out, cropped, evenly lit."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.materials.layout import Shown, pixels_of, size_of
from app.materials.sheets import WHOLE, Sheet

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]

_SHAPES = (2**0.5, 1.586, 1.0 / 2**0.5, 1.0 / 1.586)
"""Height over width of sheets (ISO 216) and cards (ISO 7810), to which a measured shape is drawn."""
_NEAR_SHAPE = 0.06
_BEYOND = 0.35
"""How far outside the picture a corner may lie: a page that is turned level reaches over its old rim."""
_TRIMMED = 0.005
"""Part of the way to the middle by which corners are drawn in, so that no sliver of the desk is left along an edge."""
_LIT = 236.0
"""The level to which paper is lit."""
_DARK_BY_NATURE = 105.0
"""Paper darker than this all over is a cover, or a photo taken in the dark; lighting it would only show its grain."""
_LEAST_TILT, _MOST_TILT = 0.6, 20.0
_CLEAR_TILT = 1.6


def find_sheet_on(image: Shown, *, page: int) -> Sheet | None:
    """The sheet in this picture; None when it fills it, or when that is not certain: the picture is left alone then."""
    from app.materials.outlines import find_outline

    try:
        found = find_outline(pixels_of(image))
    except (ValueError, ArithmeticError, cv2.error):  # whatever a strange picture does here, it is judged as it came
        return None
    if found is None:
        return None
    return Sheet(page=page, corners=tuple((float(x), float(y)) for x, y in found.corners))


def level_sheet(image: Shown, *, angle: float, clarity: float, page: int) -> Sheet | None:
    """A page that fills its picture and whose lines run at this angle, in degrees clockwise, turned level."""
    if clarity < _CLEAR_TILT or not _LEAST_TILT <= abs(angle) <= _MOST_TILT:
        return None
    size = np.array(size_of(image), dtype=np.float64)
    turn = np.radians(angle)
    away = (np.array(WHOLE) - 0.5) * size
    turned = away @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    corners = turned / size + 0.5
    if float(corners.min()) < -_BEYOND or float(corners.max()) > 1 + _BEYOND:
        return None
    return Sheet(page=page, corners=tuple((float(x), float(y)) for x, y in corners))


def share_of(sheet: Sheet, size: tuple[int, int]) -> float:
    """The longer side of the sheet as a part of the longer side of its picture."""
    return float(max(_sides(np.array(sheet.corners) * size))) / max(size)


def straighten(image: Image.Image, sheet: Sheet, *, longest_side: int, evenly: bool = True) -> Image.Image:
    """The page alone, as if it lay on a scanner, no larger than it is in the picture."""
    return Image.fromarray(laid_flat(pixels_of(image), sheet, longest_side=longest_side, evenly=evenly))


def laid_flat(picture: Pixels, sheet: Sheet, *, longest_side: int, evenly: bool) -> Pixels:
    """The same in pixels."""
    corners = np.array(sheet.placed) * (picture.shape[1], picture.shape[0])
    width, height = _true_size(corners, picture.shape[1], picture.shape[0])
    if sheet.was_found:
        corners = corners + _TRIMMED * (corners.mean(axis=0) - corners)
    longest = min(float(longest_side), float(max(_sides(corners))))
    scale = longest / max(width, height)
    width, height = max(8, round(width * scale)), max(8, round(height * scale))
    shrink = float(max(_sides(corners))) / longest
    if shrink > 1.5:  # a warp that shrinks would skip pixels
        smaller = cv2.resize(picture, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA)
        picture = np.asarray(smaller, np.uint8)
        corners = corners / shrink
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32) - 0.5, target - 0.5)
    # What is only judged need not be as fine as what people read, and is there in half the time.
    way = cv2.INTER_CUBIC if evenly else cv2.INTER_LINEAR
    page = cv2.warpPerspective(
        picture, matrix, (width, height), flags=way, borderMode=cv2.BORDER_CONSTANT, borderValue=_rim_colour(picture)
    )
    pixels = np.asarray(page, dtype=np.uint8)
    return evenly_lit(pixels) if evenly else pixels


def evenly_lit(page: Pixels) -> Pixels:
    """The page without shadows and the colour of the lamp. Ink and seals keep their colour: all channels gain alike."""
    longest = max(page.shape[:2])
    small = np.asarray(
        cv2.resize(page, None, fx=320 / longest, fy=320 / longest, interpolation=cv2.INTER_AREA), np.uint8
    )
    light = small.max(axis=2)
    under = cv2.morphologyEx(light, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (13, 13)))
    under = np.asarray(cv2.medianBlur(under, 15), dtype=np.float32)
    usual = float(np.percentile(under, 80))
    if usual < _DARK_BY_NATURE:
        return page
    # What stays much darker than the rest is printed so: a photo, a filled field, the cover of a booklet.
    under = np.maximum(under, 0.45 * usual)
    under = np.asarray(cv2.GaussianBlur(under, (0, 0), 5), dtype=np.float32)
    gain = cv2.resize(
        np.asarray(_LIT / under, dtype=np.float32), (page.shape[1], page.shape[0]), interpolation=cv2.INTER_LINEAR
    )
    lamp = _lamp(small, np.asarray(under, dtype=np.float32))
    lit = page.astype(np.float32) * gain[..., None] * lamp
    return np.asarray(np.clip(lit, 0, 255), dtype=np.uint8)


def _lamp(small: Pixels, under: NDArray[np.float32]) -> NDArray[np.float32]:
    """What takes the colour of a lamp off. A lamp is yellow or blue, so green lies between; coloured paper is not."""
    paper = small[small.max(axis=2) > 0.92 * under]
    if paper.shape[0] < 50:
        return np.ones(3, np.float32)
    red, green, blue = (float(value) for value in np.median(paper, axis=0))
    if not min(red, blue) <= green + 2 <= max(red, blue) + 4 or max(red, blue) > 1.45 * min(red, blue):
        return np.ones(3, np.float32)
    most = max(red, green, blue, 1.0)
    return np.array([most / max(red, 1.0), most / max(green, 1.0), most / max(blue, 1.0)], np.float32)


def _rim_colour(picture: Pixels) -> tuple[float, float, float]:
    """What is put where the turned page reaches over the rim of its picture: the light of the paper there."""
    rim = np.concatenate([picture[:3].reshape(-1, 3), picture[-3:].reshape(-1, 3), picture[:, :3].reshape(-1, 3)])
    red, green, blue = (float(value) for value in np.percentile(rim, 70, axis=0))
    return red, green, blue


def _sides(corners: Floats) -> Floats:
    return np.asarray(np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1))


def _true_size(corners: Floats, width: int, height: int) -> tuple[float, float]:
    """Width and height of the sheet in proportion, seen through the lens, drawn to the shape of paper or card."""
    sides = _sides(corners)
    wide, high = float(sides[0] + sides[2]) / 2, float(sides[1] + sides[3]) / 2
    ratio = _ratio(corners - (width / 2, height / 2)) or high / wide
    if not 0.75 < ratio * wide / high < 1.33:
        ratio = high / wide
    for shape in _SHAPES:
        if abs(ratio / shape - 1) < _NEAR_SHAPE:
            ratio = shape
    return (1.0, ratio) if ratio < 1 else (1.0 / ratio, 1.0)


def _ratio(corners: Floats) -> float | None:
    """Height over width of the rectangle that looks like this (Zhang and He, "Whiteboard scanning and image
    enhancement", 2007); None where the sheet lies too flat before the lens to tell."""
    one, two, four, three = (np.array([x, y, 1.0]) for x, y in (corners[0], corners[1], corners[2], corners[3]))
    down = float(np.cross(one, four) @ three)
    near, far = float(np.cross(two, four) @ three), float(np.cross(three, four) @ two)
    if abs(near) < 1e-9 or abs(far) < 1e-9:
        return None
    across = (down / near) * two - one
    along = (float(np.cross(one, four) @ two) / far) * three - one
    if abs(across[2]) < 0.03 or abs(along[2]) < 0.03:
        return None
    squared = -(across[0] * along[0] + across[1] * along[1]) / (across[2] * along[2])
    if squared <= 0:
        return None
    lens = np.array([1 / squared, 1 / squared, 1.0])
    wide, high = float((across * across * lens).sum()), float((along * along * lens).sum())
    return float((high / wide) ** 0.5) if wide > 0 and high > 0 else None
