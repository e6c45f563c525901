"""Examining a PDF: can it be opened, is it complete, does it act by itself, how far does it unfold, who signed it."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from app.materials.pdfactions import acts_unasked, acts_when_opened, is_active
from app.materials.pdfstreams import examine_stream, lost_block, stream_places
from app.materials.signatures import Signature, signature_finding, signature_in
from app.materials.verdicts import Finding, Limits

_MAX_NODES = 400_000
_MAX_DEPTH = 60
_MAX_TREE = 20_000
_LEAST_POINTS, _LEAST_LENGTH = 3.0, 36.0
"""Points of the shorter and the longer side below which a page is no sheet: readers show nothing, or what they like."""
_MOST_PIECES = 2_000
"""Pieces of the drawing of one page; one large piece named ten thousand times would be drawn as often."""
_GIVEN_UP = "giving up on reading object"
"""What the parser mutters of an object that is no object any more: noise where words were."""
_DECODING_SHARE = 0.25
"""Part of the time in which the pictures of a PDF are decoded on their own; what is left is only walked."""


@dataclass
class Structure:
    """What the structure of a PDF says: the codes, with measures, the number of pages, and its signatures."""

    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    pages: int = 0
    signed: Finding | None = None


class _Endless(Exception):
    """The file nests or branches further than any document does."""


def examine_structure(data: bytes, limits: Limits) -> Structure:
    """Look at the structure of a PDF without drawing it."""
    found = Structure()
    if _ends_early(data):
        found.codes["truncated"] = {}
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            _examine_opened(pdf, data, found, limits)
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


def _examine_opened(pdf: pikepdf.Pdf, data: bytes, found: Structure, limits: Limits) -> None:
    found.pages = _count_pages(pdf)
    if found.pages == 0:
        found.codes["no_pages"] = {}
    elif found.pages > limits.max_pages:
        found.codes["too_many_pages"] = {"pages": found.pages, "limit": limits.max_pages}
    if found.pages >= _MAX_TREE:
        found.codes["bomb"] = {}
    if acts_when_opened(pdf):
        found.codes["pdf_active"] = {}
    signatures: list[Signature] = []
    try:
        for value in _dictionaries(pdf):
            _examine_dictionary(value, found, limits, signatures)
    except _Endless:
        found.codes["bomb"] = {}
    if lost_block(data, stream_places(data)) or any(_GIVEN_UP in told for told in map(str, pdf.get_warnings())):
        found.codes.setdefault("corrupt", {})
    if not found.codes.keys() & {"bomb", "too_many_pages"}:
        for code in _examine_streams(pdf, limits):
            found.codes.setdefault(code, {})
    found.signed = signature_finding(signatures, size=len(data.rstrip(b"\x00\r\n\t ")))


def _examine_dictionary(value: Any, found: Structure, limits: Limits, signatures: list[Signature]) -> None:
    if "pdf_active" not in found.codes and (is_active(value) or acts_unasked(value)):
        found.codes["pdf_active"] = {}
    kind = value.get("/Type")
    if kind in (pikepdf.Name.Page, pikepdf.Name.Pages) and _too_large(value, limits):
        found.codes["bomb"] = {}
    if kind == pikepdf.Name.Page and _too_small(value):
        found.codes["too_small"] = {}
    if kind == pikepdf.Name.Page and _drawn_in_too_many_pieces(value):
        found.codes["bomb"] = {}
    elif kind == pikepdf.Name.Page and found.pages and _lost_contents(value):
        found.codes.setdefault("corrupt", {})
    signature = signature_in(value)
    if signature is not None:
        signatures.append(signature)


def _lost_contents(page: Any) -> bool:
    """A page that points to its drawing, and nothing drawable is there."""
    if "/Contents" not in page:
        return False
    drawing = page["/Contents"]
    pieces = list(drawing) if isinstance(drawing, pikepdf.Array) else [drawing]
    return not all(isinstance(piece, pikepdf.Stream) for piece in pieces)


def _drawn_in_too_many_pieces(page: Any) -> bool:
    drawing = page.get("/Contents")
    return isinstance(drawing, pikepdf.Array) and len(drawing) > _MOST_PIECES


def _too_large(page: Any, limits: Limits) -> bool:
    return any(max(sides) > limits.max_page_points for sides in _sides_of(page, "/MediaBox", "/CropBox"))


def _too_small(page: Any) -> bool:
    return any(min(sides) < _LEAST_POINTS or max(sides) < _LEAST_LENGTH for sides in _sides_of(page, "/MediaBox"))


def _sides_of(page: Any, *names: str) -> Iterator[tuple[float, float]]:
    """Width and height of these boxes of a page in points, as far as they are said in numbers."""
    for name in names:
        box = page.get(name)
        if not isinstance(box, pikepdf.Array) or len(box) != 4:
            continue
        try:
            left, bottom, right, top = (float(side) for side in box)
            unit = float(page.get("/UserUnit", 1))
        except (TypeError, ValueError):
            continue
        yield abs(right - left) * unit, abs(top - bottom) * unit


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of the file, also those nested in others. Raises `_Endless` beyond what any document holds."""
    nodes = 0
    for top in pdf.objects:
        waiting = [(top, 0)]
        while waiting:
            value, depth = waiting.pop()
            nodes += 1
            if nodes > _MAX_NODES or depth > _MAX_DEPTH:
                raise _Endless
            if isinstance(value, pikepdf.Stream | pikepdf.Dictionary):
                held = value.stream_dict if isinstance(value, pikepdf.Stream) else value
                yield held
                inner = [child for _, child in held.items()]
            elif isinstance(value, pikepdf.Array):
                inner = list(value)
            else:
                continue
            waiting.extend(
                (child, depth + 1)
                for child in inner
                if isinstance(child, pikepdf.Dictionary | pikepdf.Array) and not getattr(child, "is_indirect", False)
            )


def _examine_streams(pdf: pikepdf.Pdf, limits: Limits) -> Iterator[str]:
    started = time.process_time()

    def has_time() -> bool:
        return time.process_time() - started < _DECODING_SHARE * limits.seconds

    for value in pdf.objects:
        if isinstance(value, pikepdf.Stream):
            yield from examine_stream(value, limits, has_time=has_time)


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
