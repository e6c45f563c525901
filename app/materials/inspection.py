"""The examination of one uploaded file, from its first byte to the look of its pages."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.materials import sandbox
from app.materials.complaints import decoders_complain
from app.materials.containers import walk
from app.materials.filetypes import PDF, contradicts, foreign_after_end, hides_other_content, identify, type_by_name
from app.materials.readable import WORKING_SIDE
from app.materials.verdicts import Finding, Limits, Verdict

if TYPE_CHECKING:
    from app.materials.looks import Looks
    from app.materials.pictures import Pixels

_ICON_SIDE = 48
"""Below this a picture is an icon, and its resolution as a page is no question."""

_LOOKING_SHARE = 0.6
"""Part of the time in which pages are looked at; the last pages of a long scan are only drawn."""
_DRAWING_SHARE = 0.85
"""Part of the time in which they are drawn; the rest is then taken unseen if every page so far was an ordinary one."""
_SLOW_PAGE = 0.25
"""Part of the time that no ordinary page takes: 2 seconds."""

_MAX_BYTES = 256 * 1024 * 1024

_FAILURES = {"timeout": "bomb", "memory": "bomb", "crash": "corrupt"}


def inspect(
    path: Path,
    *,
    filename: str,
    declared_type: str | None = None,
    limits: Limits | None = None,
    straightened: bool = False,
) -> Verdict:
    """Examine a file in the sandbox and say whether it can be taken.

    With `straightened` a photographed sheet is judged as the page that it becomes, and the verdict says where it lies;
    without, the picture is judged as it came.
    Never raises for what is in the file; a file that ends its examiner is damaged, one that exhausts it is a bomb.
    Raises `OSError` when the file cannot be read at all.
    """
    limits = limits or Limits()
    size = path.stat().st_size
    if size == 0:
        return Verdict(findings=(Finding.of("empty"),), sha256=hashlib.sha256(b"").hexdigest())
    if size > _MAX_BYTES:
        return Verdict(findings=(Finding.of("bomb", bytes=size),))
    with path.open("rb") as opened:
        opened.read(1)
    outcome = sandbox.run(
        "examine",
        {
            "path": str(path.resolve()),
            "filename": filename,
            "declared_type": declared_type,
            "straightened": straightened,
        },
        limits=limits,
    )
    if outcome.answer is not None:
        return Verdict.from_json(outcome.answer)
    return Verdict(findings=(Finding.of(_FAILURES[outcome.failure or "crash"], failure=outcome.failure),))


def examine(
    path: Path, *, filename: str, declared_type: str | None, limits: Limits, straightened: bool = False
) -> Verdict:
    """The examination itself; runs in the sandbox only."""
    data = path.read_bytes()
    about = Verdict(sha256=hashlib.sha256(data).hexdigest())
    if not data:
        return replace(about, findings=(Finding.of("empty"),))
    known = identify(data)
    about = replace(about, media_type=known.media_type)
    codes: list[str] = []
    if contradicts(known.media_type, filename=filename, declared=declared_type):
        codes.append("type_mismatch")
    if hides_other_content(data, known.media_type):
        codes.append("polyglot")
    if known.media_type is None:
        codes.append("unsupported")
        if not known.foreign and type_by_name(filename):
            codes.append("corrupt")  # named as one of ours, and nothing else that is known: its start is destroyed
        return _with_codes(about, codes)
    if known.media_type == PDF:
        return _examine_pdf(path, data, _with_codes(about, codes), limits, straightened)
    return _examine_picture(data, _with_codes(about, codes), limits, straightened)


def _examine_picture(data: bytes, about: Verdict, limits: Limits, straightened: bool) -> Verdict:
    from app.materials.fingerprints import fingerprint
    from app.materials.looking import look_at_page
    from app.materials.pictures import Unreadable, read_picture

    media_type = about.media_type or ""
    walked = walk(data, media_type)
    codes = list(walked.codes)
    if walked.end is not None and foreign_after_end(data[walked.end :], media_type):
        codes.append("polyglot")
    if "bomb" in codes:
        return _with_codes(about, codes)
    about = replace(about, pages=1)
    try:
        picture = read_picture(data, media_type, longest_side=WORKING_SIDE, limits=limits)
    except Unreadable as error:
        if error.code == "bomb" or not codes:
            codes.append(error.code)
        return _with_codes(replace(about, pages=0), codes)
    if not codes and not picture.unharmed and decoders_complain(data, media_type):
        codes.append("corrupt")
    frames = max(picture.frames if media_type != "image/tiff" else 1, walked.frames)
    if frames > 1 and not (media_type == "image/tiff" and limits.tiff_pages):
        codes.append("multi_frame")
    elif frames > limits.max_pages:
        codes.append("too_many_pages")
    about = replace(about, pages=frames, width=picture.width, height=picture.height)
    sides = sorted((picture.width, picture.height))
    if sides[0] < limits.min_side or sides[1] < limits.min_length:
        lowres = (Finding.of("lowres", page=None, page_pixels=sides[1]),) if sides[0] >= _ICON_SIDE else ()
        about = _with_codes(about, [*codes, "too_small"])
        return replace(about, findings=about.findings + lowres, fingerprint=fingerprint(picture.pixels))
    about = _with_codes(about, codes)
    if set(codes) & {"corrupt", "truncated"}:  # how a broken picture looks says nothing about the page
        return replace(about, fingerprint=fingerprint(picture.pixels))

    def larger(longest_side: int) -> Pixels:
        return read_picture(data, media_type, longest_side=longest_side, limits=limits).pixels

    seen = look_at_page(
        picture.pixels,
        pixels=max(picture.width, picture.height),
        page=1,
        straightened=straightened,
        larger=larger,
        compression=picture.compression,
    )
    flags = seen.looks
    about = replace(about, fingerprint=fingerprint(flags.gray))
    if seen.sheet is not None:
        about = replace(about, sheets=(seen.sheet.to_json(),))
    found = tuple(Finding.of(flag, page=None, **_measures_of(flag, flags)) for flag in flags.names)
    looks = (_looks_of(1, flags),)
    return replace(about, findings=about.findings + found, looks=looks, prints=(flags.print,))


def _examine_pdf(path: Path, data: bytes, about: Verdict, limits: Limits, straightened: bool) -> Verdict:
    from app.materials.drawing import draw_pages
    from app.materials.fingerprints import fingerprint
    from app.materials.looking import look_at_page
    from app.materials.pdfs import examine_structure

    structure = examine_structure(data, limits)
    findings = [Finding.of(code, **measures) for code, measures in structure.codes.items()]
    findings += [structure.signed] if structure.signed else []
    about = replace(about, pages=structure.pages, findings=(*about.findings, *findings))
    if structure.codes.keys() - {"pdf_active", "truncated"}:
        return about
    looks: list[tuple[int, str, dict[str, Any]]] = []
    drawn_pages, started, slowest = 0, time.process_time(), 0.0
    try:
        before = started
        for drawn in draw_pages(path, longest_side=WORKING_SIDE, at_most=limits.max_pages, enlarged=False):
            drawn_pages += 1
            slowest = max(slowest, time.process_time() - before)
            if drawn_pages == 1:
                about = replace(
                    about, fingerprint=fingerprint(drawn.image), width=drawn.image.width, height=drawn.image.height
                )
            spent = time.process_time() - started
            if spent > _DRAWING_SHARE * limits.seconds:
                about = _with_codes(about, ["bomb"] if slowest > _SLOW_PAGE * limits.seconds else [])
                return replace(about, findings=about.findings + page_findings(looks, structure.pages))
            if spent > _LOOKING_SHARE * limits.seconds:
                before = time.process_time()
                continue  # drawn all the same: what is accepted can be shown
            seen = look_at_page(
                drawn.image,
                pixels=drawn.pixels if drawn.scanned else None,
                page=drawn_pages,
                straightened=straightened and drawn.scanned,
                compression=drawn.compression,
            )
            flags = seen.looks
            if seen.sheet is not None:
                about = replace(about, sheets=(*about.sheets, seen.sheet.to_json()))
            looks.extend((drawn_pages, flag, _measures_of(flag, flags)) for flag in flags.names)
            about = replace(
                about,
                looks=(*about.looks, _looks_of(drawn_pages, flags)),
                prints=(*about.prints, flags.print),
            )
            before = time.process_time()
    except MemoryError:
        raise
    except Exception:  # the drawing library's errors are of no common kind
        return _with_codes(about, [] if "truncated" in structure.codes else ["corrupt"])
    if drawn_pages != min(structure.pages, limits.max_pages):  # what readers show is not what the file says
        about = _with_codes(about, ["corrupt"])
    return replace(about, findings=about.findings + page_findings(looks, drawn_pages))


def _looks_of(page: int, looks: Looks) -> dict[str, Any]:
    """What is kept of a page: its measures, from which flags follow under any thresholds, and where they would be."""
    marks = {flag: [list(place) for place in places] for flag, places in looks.marks.items()}
    return {"page": page, "measures": looks.measures, **({"marks": marks} if marks else {})}


def _measures_of(flag: str, looks: Looks) -> dict[str, Any]:
    """What was measured, and where on the page the flag is to be marked: `marks`, as parts of its width and height."""
    marks = looks.marks.get(flag)
    return {**looks.measures, "marks": [list(mark) for mark in marks]} if marks else looks.measures


def page_findings(looks: list[tuple[int, str, dict[str, Any]]], pages: int) -> tuple[Finding, ...]:
    """Findings that name their page. A blank page among others is the back of a sheet: said, not refused."""
    blanks = sum(flag == "blank" for _, flag, _ in looks)
    found = []
    for page, flag, measures in looks:
        minor = {"minor": True} if flag == "blank" and blanks < pages else {}
        found.append(Finding.of(flag, page=page if pages > 1 else None, **measures, **minor))
    return tuple(found)


def _with_codes(about: Verdict, codes: list[str]) -> Verdict:
    """The verdict with these codes added, each once."""
    held = set(about.codes)
    fresh = [code for code in dict.fromkeys(codes) if code not in held]
    return replace(about, findings=about.findings + tuple(Finding.of(code) for code in fresh))
