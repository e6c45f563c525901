"""The dossier: forms, materials and history of an application in one archive, with a manifest that proves each file.

Materials go in as they were redrawn page by page, never as the bytes that were sent.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pikepdf
from PIL import Image

from app import clock
from app.documents.content import Filled
from app.documents.voice import Voice
from app.errors import Refused
from app.items.editions import Form
from app.materials import queries as materials
from app.messages import Message
from app.workflow.states import state_name
from models import Upload

A4_LONG_SIDE = 842  # points
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')


@dataclass(frozen=True)
class Packed:
    """A finished archive: its name, and how many files it holds beside the manifest."""

    name: str
    files: int


@dataclass
class _Archive:
    """The archive that is being written, with what its manifest will say."""

    file: ZipFile
    moment: tuple[int, int, int, int, int, int]
    files: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)

    def add(self, name: str, data: bytes, what: str) -> None:
        """Add a file; that a PDF is not packed again spares time and gains nothing lost."""
        entry = ZipInfo(name, self.moment)
        entry.compress_type = ZIP_STORED if name.endswith(".pdf") else ZIP_DEFLATED
        self.file.writestr(entry, data)
        self.files.append(
            {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "what": what}
        )  # fmt: skip


def pack(
    filled: Filled, forms: Sequence[Form], documents: Sequence[bytes], uploads: Sequence[Upload],
    left_out: Sequence[Form], *, sees_materials: bool, voice: Voice, to: IO[bytes],
) -> Packed:  # fmt: skip
    """Write the archive into `to`. `documents` are the forms in their order, and last the history; the manifest names
    the forms that were left out because they are for too many people."""
    application = filled.application
    with _archive(to) as archive:
        for form, document in zip(forms, documents[:-1], strict=True):
            name = form.name_zh if voice.chinese else form.name_en
            archive.add(f"1-forms/{_tidy(f'{form.code} {name}')}.pdf", document, voice.text(name))
        for form in left_out:
            why = Message("Too many people for one print; the roster has them all.")
            archive.left_out.append({"name": f"{form.code} {form.name_zh}", "why": voice.text(why)})
        _add_materials(archive, filled, uploads, voice)
        if not sees_materials:
            archive.left_out.append(
                {"name": "2-materials", "why": voice.text(Message("Your roles do not include seeing materials."))}
            )
        archive.add("3-history.pdf", documents[-1], voice.text(Message("Course of the application")))
        _add_manifest(archive, filled, voice)
        return Packed(f"{application.number}.zip", len(archive.files))


@contextmanager
def _archive(to: IO[bytes]) -> Iterator[_Archive]:
    now = clock.local(clock.now())
    with ZipFile(to, "w") as file:
        yield _Archive(file, (now.year, now.month, now.day, now.hour, now.minute, now.second))


def _add_materials(archive: _Archive, filled: Filled, uploads: Sequence[Upload], voice: Voice) -> None:
    """Each file of each material as a PDF of its redrawn pages, in the order of the item."""
    names = {line.code: line.name for line in filled.sheet.materials}
    order = {code: place for place, code in enumerate(names)}
    sorted_by_item = sorted(uploads, key=lambda one: (order.get(one.material_code, len(order)), one.position))
    for number, upload in enumerate(sorted_by_item, 1):
        what = voice.text(names.get(upload.material_code, upload.material_code))
        name = f"2-materials/{number:02d} {_tidy(f'{upload.material_code} {what}')}.pdf"
        try:
            pages = [materials.picture_of(upload, page) for page in range(1, upload.file.pages + 1)]
        except Refused as refusal:
            pages, why = [], voice.text(refusal.message)
        else:
            why = voice.text(Message("There is no picture of this page."))
        if pages:
            archive.add(name, _bound(pages), f"{what} · {upload.filename}")
        else:
            archive.left_out.append({"name": f"{what} · {upload.filename}", "why": why})


def _add_manifest(archive: _Archive, filled: Filled, voice: Voice) -> None:
    """What is inside, readable and in the format that `sha256sum -c` checks."""
    application = filled.application
    manifest = {
        "application": application.number,
        "item": voice.text(filled.sheet.item_name),
        "unit": application.unit.name,
        "state": voice.text(state_name(application.state)),
        "packed_at": clock.local(filled.at).isoformat(timespec="seconds"),
        "check_code": filled.code or "",
        "files": list(archive.files),
        "left_out": archive.left_out,
    }
    sums = "".join(f"{one['sha256']}  {one['name']}\n" for one in archive.files)
    written = json.dumps(manifest, ensure_ascii=False, indent=2).encode()
    sums += f"{hashlib.sha256(written).hexdigest()}  manifest.json\n"
    for name, data in (("manifest.json", written), ("SHA256SUMS", sums.encode())):
        entry = ZipInfo(name, archive.moment)
        entry.compress_type = ZIP_DEFLATED
        archive.file.writestr(entry, data)


def _bound(pages: Sequence[Path]) -> bytes:
    """The drawn pages as one PDF; the pictures go in as they are."""
    with pikepdf.new() as document:
        for place in pages:
            _add_page(document, place.read_bytes())
        written = io.BytesIO()
        document.save(written, deterministic_id=True)
    return written.getvalue()


def _add_page(document: Any, jpeg: bytes) -> None:
    with Image.open(io.BytesIO(jpeg)) as picture:  # drawn by ourselves, so only its head is read
        (width, height), grey = picture.size, picture.mode == "L"
    scale = A4_LONG_SIDE / max(width, height)
    wide, high = round(width * scale, 2), round(height * scale, 2)
    page = document.add_blank_page(page_size=(wide, high))
    colours = pikepdf.Name.DeviceGray if grey else pikepdf.Name.DeviceRGB
    shown = document.make_stream(
        jpeg, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width, Height=height, ColorSpace=colours,
        BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
    )  # fmt: skip
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Page=shown))
    page.Contents = document.make_stream(f"q {wide} 0 0 {high} 0 0 cm /Page Do Q".encode())


def _tidy(name: str) -> str:
    """A name that every system can unpack."""
    return _UNSAFE.sub(" ", name).strip()[:80]
