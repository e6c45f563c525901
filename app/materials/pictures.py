"""Opening a picture safely: header first, then pixels, upright, in plain RGB, no larger than asked for."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import cv2
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps

from app.materials.complaints import tells_of_exhaustion
from app.materials.compression import (
    UNKNOWN,
    WINDOW,
    WORTH_A_LOOK,
    Compression,
    coarse_steps_in,
    compression_of,
    middle_of,
    quality_of,
)
from app.materials.filetypes import HEIC, JPEG, PNG, TIFF
from app.materials.jpegs import Decoded, decode_jpeg
from app.materials.verdicts import Limits

pillow_heif.register_heif_opener(thumbnails=False)
ImageFile.LOAD_TRUNCATED_IMAGES = False

Pixels = NDArray[np.uint8]

_FORMATS = {JPEG: ["JPEG", "MPO"], PNG: ["PNG"], HEIC: ["HEIF"], TIFF: ["TIFF"]}
_ORIENTATION = 0x0112
_MOST_LOOKED_INTO = 16_000_000
"""Pixels of a picture in whose own size blocks are looked for; no block of a larger one can be seen."""
_LITTLE = 1.5
"""Times by which a picture is larger than it is wanted up to which every pixel is seen between two of its own."""
_COARSE = 25.0
"""Quality of a JPEG up to which an even grey is no sign that its end is missing."""
_NO_GREEN, _MOST_GREEN = 90, 0.003
"""Levels by which green leads in no photo of a paper, and the part of a picture that may be so all the same."""
_NO_COLOUR, _MOST_COLOURED = 180, 0.006
"""The same for the levels between the strongest and the weakest of the three colours."""
_NEVER_DRAWN, _NEAR = (135, 84), 2
"""Levels of a green without red and blue: what nought in all planes of a HEIC becomes, by either of its matrices."""
_FOR_COLOURS = 400
"""Pixels along the longer side of the picture in which such colours are looked for."""
_TURNS: dict[int, Callable[[Pixels], Any]] = {
    2: lambda pixels: cv2.flip(pixels, 1),
    3: lambda pixels: cv2.rotate(pixels, cv2.ROTATE_180),
    4: lambda pixels: cv2.flip(pixels, 0),
    5: cv2.transpose,
    6: lambda pixels: cv2.rotate(pixels, cv2.ROTATE_90_CLOCKWISE),
    7: lambda pixels: cv2.transpose(cv2.rotate(pixels, cv2.ROTATE_180)),
    8: lambda pixels: cv2.rotate(pixels, cv2.ROTATE_90_COUNTERCLOCKWISE),
}


class Unreadable(Exception):
    """A picture that cannot be decoded, with the code that says why."""

    def __init__(self, code: str, **measures: object) -> None:
        super().__init__(code)
        self.code = code
        self.measures = measures


@dataclass(frozen=True)
class Picture:
    """A decoded picture: upright, reduced to the size asked for, with the size it really has."""

    pixels: Pixels
    width: int
    height: int
    frames: int
    compression: Compression = UNKNOWN
    unharmed: bool = False
    """Whether the decoder that tells of damage has decoded it and told of none."""

    @property
    def image(self) -> Image.Image:
        return Image.fromarray(self.pixels)


def read_picture(data: bytes, media_type: str, *, longest_side: int, limits: Limits) -> Picture:
    """Decode a picture at no more than `longest_side`; raises `Unreadable` with the code for what is wrong."""
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _read(data, media_type, longest_side, limits)
        except Unreadable:
            raise
        except Image.DecompressionBombError as error:
            raise Unreadable("bomb") from error
        except MemoryError:
            raise
        except Exception as error:  # decoders raise whatever they like on hostile bytes
            raise Unreadable(_code_of(error)) from error


def _read(data: bytes, media_type: str, longest_side: int, limits: Limits) -> Picture:
    with Image.open(BytesIO(data), formats=_FORMATS[media_type]) as opened:
        width, height = opened.size
        if width * height > limits.max_pixels:
            raise Unreadable("bomb", width=width, height=height)
        if _suspiciously_dense(opened, len(data)):
            raise Unreadable("bomb", width=width, height=height)
        frames = _pictures_of_same_size(opened)
        # A HEIC and a TIFF are turned upright by their decoders.
        orientation = opened.getexif().get(_ORIENTATION, 1) if media_type in (JPEG, PNG) else 1
        quality = quality_of(getattr(opened, "quantization", {}))
        decoded = None
        if media_type == JPEG and opened.mode in ("L", "RGB"):
            decoded = decode_jpeg(data, (width, height), longest_side=longest_side)
        if decoded is not None:
            pixels = _fitted(decoded.pixels, longest_side)
            compression = _compression_in(decoded, data, (width, height), quality)
        else:
            if media_type == JPEG:
                opened.draft(None, (longest_side, longest_side) if width * height > longest_side**2 else opened.size)
            opened.load()
            if media_type == TIFF:
                width, height = opened.size
            whole = opened.size == (width, height) and width * height < _MOST_LOOKED_INTO
            native = np.asarray(_middle(opened).convert("L")) if whole else None
            compression = compression_of(native, quality)
            if media_type == HEIC and _lost_its_colours(opened):
                raise Unreadable("corrupt")
            pixels = np.asarray(_plain(opened, longest_side))
    if orientation in _TURNS:
        pixels = _TURNS[orientation](pixels)
        if orientation >= 5:
            width, height = height, width
    # Coarse compression makes just this grey of any that is near it.
    if media_type == JPEG and quality > _COARSE and _ends_in_filler(pixels):
        raise Unreadable("truncated")
    return Picture(pixels, width, height, frames, compression, decoded is not None)


def _fitted(pixels: Pixels, longest_side: int) -> Pixels:
    """Reduced to the size that is asked for. Where that is little, a pixel seen between two is as good as their mean,
    and found in a fifth of the time."""
    times = max(pixels.shape[:2]) / longest_side
    if times <= 1:
        return pixels
    height, width = (max(1, round(side / times)) for side in pixels.shape[:2])
    way = cv2.INTER_LINEAR if times < _LITTLE else cv2.INTER_AREA
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=way), np.uint8)


def _compression_in(decoded: Decoded, data: bytes, size: tuple[int, int], quality: float) -> Compression:
    """What its own pixels tell of compression. They are decoded only where there may be anything to see."""
    if size[0] * size[1] >= _MOST_LOOKED_INTO or decoded.scale > 2:
        return compression_of(None, quality)
    window = cv2.cvtColor(middle_of(decoded.pixels, scale=decoded.scale), cv2.COLOR_RGB2GRAY)
    if decoded.scale == 2:
        steps = coarse_steps_in(np.asarray(window, np.uint8), side=4)
        whole = decode_jpeg(data, size, longest_side=max(size)) if steps > WORTH_A_LOOK else None
        if whole is None:
            return Compression(quality, steps=steps)
        window = cv2.cvtColor(middle_of(whole.pixels), cv2.COLOR_RGB2GRAY)
    return compression_of(np.asarray(window, np.uint8), quality)


def _middle(opened: Image.Image) -> Image.Image:
    """The middle at its own size, begun where a block of a JPEG begins."""
    left, top = (max(0, (side - WINDOW) // 2) // 8 * 8 for side in opened.size)
    return opened.crop((left, top, min(opened.width, left + WINDOW), min(opened.height, top + WINDOW)))


def _suspiciously_dense(opened: Image.Image, size: int) -> bool:
    """A large PNG of next to no bytes: no page, however clean, packs that well. Bilevel scans do."""
    pixels = opened.width * opened.height
    return opened.format == "PNG" and opened.mode != "1" and pixels > 40_000_000 and pixels > 500 * size


def _pictures_of_same_size(opened: Image.Image) -> int:
    """Pictures that stand beside each other; previews and gain maps that phones add are smaller and do not count.

    Pages kept together in one HEIC may differ in size; a JPEG holds a second picture only as the first one's helper.
    """
    frames = int(getattr(opened, "n_frames", 1))
    if frames == 1 or opened.format not in ("MPO", "HEIF"):
        return frames
    size, beside = opened.size, 1
    for index in range(1, min(frames, 8)):
        opened.seek(index)
        beside += opened.size == size or (opened.format == "HEIF" and 2 * max(opened.size) > max(size))
    opened.seek(0)
    return beside


def _plain(opened: Image.Image, longest_side: int) -> Image.Image:
    """Plain RGB on white paper, reduced first so that large pictures are never held twice in full."""
    image: Image.Image = opened
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, dtype=np.float32)
        top = 65535.0 if image.mode != "F" and values.max(initial=0) > 255 else max(float(values.max(initial=0)), 1.0)
        image = Image.fromarray(np.clip(values * (255.0 / top), 0, 255).astype(np.uint8))
    if image.mode == "1":
        image = image.convert("L")
    if image.mode in ("P", "PA", "LA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
    factor = max(image.size) // longest_side
    if factor > 1 and image.mode in ("L", "RGB", "RGBA", "CMYK"):
        image = image.reduce(factor)
    if image.mode == "RGBA":
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    elif image.mode != "RGB":
        image = image.convert("RGB")
    if max(image.size) > longest_side:
        image = ImageOps.contain(image, (longest_side, longest_side), Image.Resampling.BOX)
    return image if image is not opened else image.copy()


def _ends_in_filler(pixels: Pixels) -> bool:
    """Whether the last rows are the exact grey with which the decoder fills what is missing, and the first are not."""
    height, width = pixels.shape[:2]
    rows = max(4, height // 100)
    if height < 4 * rows:
        return False
    filler = pixels[height - rows :, max(0, width - max(8, width // 4)) :] == 128
    return bool(filler.all()) and not bool((pixels[:rows] == 128).all())


def _lost_its_colours(opened: Image.Image) -> bool:
    """Whether parts of the picture have colours that no paper, desk or leaf has, green among them: what the decoder of
    HEIC makes of codes that lead nowhere, or leaves where none are. It never complains about them. They are looked for
    in a picture that is equally small whatever size is asked for: what was taken once can be shown at any."""
    small = np.asarray(opened.reduce(max(1, max(opened.size) // _FOR_COLOURS)).convert("RGB")).astype(np.int16)
    red, green, blue = (small[..., channel] for channel in range(3))
    others = np.maximum(red, blue)
    never_drawn = (others <= _NEAR) & (np.min([np.abs(green - one) for one in _NEVER_DRAWN], axis=0) <= _NEAR)
    if float(np.mean(never_drawn)) > _MOST_GREEN:
        return True
    wild = float(np.mean(small.max(axis=2) - small.min(axis=2) > _NO_COLOUR))
    return wild > _MOST_COLOURED and float(np.mean(green - others > _NO_GREEN)) > _MOST_GREEN


def _code_of(error: Exception) -> str:
    told = str(error).lower()
    if tells_of_exhaustion(error):
        return "bomb"
    if "truncated" in told or "not enough" in told or "unexpected end" in told:
        return "truncated"
    if "decompressed data too large" in told or "exceed" in told or "security limit" in told:
        return "bomb"
    return "corrupt"
