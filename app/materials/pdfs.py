"""Examining a PDF: can it be opened, is it complete, does it act by itself, how far does it unfold."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from app.materials.containers import walk_jpeg
from app.materials.verdicts import Limits

_ACTIVE_ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/Movie", "/Sound", "/GoToE",
    "/RichMediaExecute", "/GoTo3DView", "/Trans",
}  # fmt: skip
_ACTIVE_KINDS = {"/RichMedia", "/FileAttachment", "/Movie", "/Sound", "/Screen", "/3D"}
_ACTIVE_KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/XFA", "/RichMedia", "/EF"}
_MAX_NODES = 200_000
_MAX_TREE = 20_000


@dataclass
class Structure:
    """What the structure of a PDF says: the codes, with measures, and the number of pages."""

    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    pages: int = 0


def examine_structure(data: bytes, limits: Limits) -> Structure:
    """Look at the structure of a PDF without drawing it."""
    found = Structure()
    if _ends_early(data):
        found.codes["truncated"] = {}
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            _examine_opened(pdf, found, limits)
    except pikepdf.PasswordError:
        return Structure({"encrypted": {}})
    except MemoryError:
        raise
    except Exception:  # whatever a hostile structure makes the parser raise
        if not found.codes or b" obj" not in data:
            found.codes = {"corrupt": {}}
        if _names_scripts(data):
            found.codes["pdf_active"] = {}
    return found


def _examine_opened(pdf: pikepdf.Pdf, found: Structure, limits: Limits) -> None:
    found.pages = _count_pages(pdf)
    if found.pages == 0:
        found.codes["no_pages"] = {}
    elif found.pages > limits.max_pages:
        found.codes["too_many_pages"] = {"pages": found.pages, "limit": limits.max_pages}
    if found.pages >= _MAX_TREE or _page_too_large(pdf, limits):
        found.codes["bomb"] = {}
    if any(_is_active(value) for value in _dictionaries(pdf)) or _opens_with_action(pdf):
        found.codes["pdf_active"] = {}
    if found.pages and any(_lost_contents(value) for value in _dictionaries(pdf)):
        found.codes.setdefault("corrupt", {})
    for code in _examine_streams(pdf, limits):
        found.codes.setdefault(code, {})


def _lost_contents(value: Any) -> bool:
    """A page that points to its drawing, and nothing drawable is there."""
    if str(value.get("/Type", "")) != "/Page" or "/Contents" not in value:
        return False
    drawing = value["/Contents"]
    pieces = list(drawing) if isinstance(drawing, pikepdf.Array) else [drawing]
    return not all(isinstance(piece, pikepdf.Stream) for piece in pieces)


def _ends_early(data: bytes) -> bool:
    """A PDF ends with its end mark; content behind the last mark is an update that was cut off."""
    end = data.rfind(b"%%EOF")
    if end < 0 or data.rfind(b"startxref") < 0:
        return True
    linearized = re.search(rb"/Linearized\s[^>]{0,200}?/L\s+(\d+)", data[:1024])
    if linearized and int(linearized[1]) > len(data) + 8:
        return True
    return re.search(rb"\d+ \d+ obj\b", data[end:]) is not None


def _names_scripts(data: bytes) -> bool:
    return re.search(rb"/JavaScript|/JS\b|/Launch\b|/EmbeddedFile", data) is not None


def _count_pages(pdf: pikepdf.Pdf) -> int:
    """Leaves of the page tree, counted by hand: a tree that repeats its branches would never be expanded to the end."""
    root = pdf.Root.get("/Pages")
    count, steps, waiting = 0, 0, [(root, frozenset[Any]())]
    while waiting and count < _MAX_TREE and steps < 4 * _MAX_TREE:
        node, above = waiting.pop()
        steps += 1
        if not isinstance(node, pikepdf.Dictionary):
            continue
        kids = node.get("/Kids")
        if not isinstance(kids, pikepdf.Array):
            count += str(node.get("/Type", "/Page")) == "/Page"
            continue
        if node.objgen in above or len(above) > 200:
            continue
        waiting.extend((kid, above | {node.objgen}) for kid in kids)
    return _MAX_TREE if steps >= 4 * _MAX_TREE else count


def _page_too_large(pdf: pikepdf.Pdf, limits: Limits) -> bool:
    for value in _dictionaries(pdf):
        if str(value.get("/Type", "")) not in ("/Page", "/Pages"):
            continue
        unit = value.get("/UserUnit", 1)
        for name in ("/MediaBox", "/CropBox"):
            box = value.get(name)
            if not isinstance(box, pikepdf.Array) or len(box) != 4:
                continue
            try:
                left, bottom, right, top = (float(side) for side in box)
                longest = max(abs(right - left), abs(top - bottom)) * float(unit)
            except (TypeError, ValueError):
                continue
            if longest > limits.max_page_points:
                return True
    return False


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of the file, also those nested in others, up to a budget."""
    nodes = 0
    for top in pdf.objects:
        waiting = [(top, 0)]
        while waiting:
            value, depth = waiting.pop()
            nodes += 1
            if nodes > _MAX_NODES or depth > 20:
                break
            if isinstance(value, pikepdf.Stream | pikepdf.Dictionary):
                held = value.stream_dict if isinstance(value, pikepdf.Stream) else value
                yield held
                inner = [child for _, child in held.items()]
            elif isinstance(value, pikepdf.Array) and len(value) < 2000:
                inner = list(value)
            else:
                continue
            waiting.extend(
                (child, depth + 1)
                for child in inner
                if isinstance(child, pikepdf.Dictionary | pikepdf.Array) and not getattr(child, "is_indirect", False)
            )


def _is_active(value: Any) -> bool:
    if any(key in value for key in _ACTIVE_KEYS):
        return True
    if str(value.get("/Type", "")) == "/EmbeddedFile":
        return True
    return str(value.get("/S", "")) in _ACTIVE_ACTIONS or str(value.get("/Subtype", "")) in _ACTIVE_KINDS


def _opens_with_action(pdf: pikepdf.Pdf) -> bool:
    """Opening at a page is what every program writes; opening a link or another file is not."""
    action = pdf.Root.get("/OpenAction")
    return isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "/GoTo")) not in ("/GoTo", "/Named")


def _examine_streams(pdf: pikepdf.Pdf, limits: Limits) -> Iterator[str]:
    for value in pdf.objects:
        if not isinstance(value, pikepdf.Stream):
            continue
        filters = _filters(value)
        picture = str(value.get("/Subtype", "")) == "/Image"
        allowed = limits.max_stream_bytes
        if picture:
            width, height = _number(value.get("/Width")), _number(value.get("/Height"))
            if width * height > limits.max_pixels:
                yield "bomb"
                continue
            allowed = max(allowed, width * height * 4 + 65_536)
        if filters[:1] == ["/DCTDecode"] and picture:
            yield from walk_jpeg(bytes(value.read_raw_bytes())).codes[:1]
        elif filters[:1] == ["/FlateDecode"]:
            yield from _unfold(bytes(value.read_raw_bytes()), filters, allowed)
        elif len(filters) > 4:
            yield "bomb"


def _unfold(raw: bytes, filters: list[str], allowed: int) -> Iterator[str]:
    """Inflate in pieces and stop at the limit; a second layer of deflation is unfolded too."""
    if len(raw) * 1032 < 65_536 and filters.count("/FlateDecode") == 1:
        return
    layers = [zlib.decompressobj() for _ in range(min(filters.count("/FlateDecode"), 4))]
    for position in range(0, len(raw), 16_384):
        piece = raw[position : position + 16_384]
        try:
            total = _push(layers, piece, allowed)
        except zlib.error:
            yield "corrupt"
            return
        if total > allowed:
            yield "bomb"
            return
        allowed -= total


def _push(layers: list[Any], piece: bytes, allowed: int) -> int:
    """Bytes that one piece unfolds to in any of the layers; stops soon after the limit."""
    total, waiting = 0, piece
    while waiting:
        out = layers[0].decompress(waiting, 1 << 20)
        waiting = layers[0].unconsumed_tail
        total += len(out)
        if len(layers) > 1 and out:
            total += _push(layers[1:], out, allowed - total)
        if total > allowed:
            break
    return total


def _filters(value: Any) -> list[str]:
    named = value.get("/Filter")
    if isinstance(named, pikepdf.Array):
        return [str(one) for one in named]
    return [] if named is None else [str(named)]


def _number(value: Any) -> int:
    try:
        return max(int(value), 0)
    except (TypeError, ValueError):
        return 0
