"""The papers of the applications into which mistakes are put: sound pages, each another, and every kind of bad file."""

from __future__ import annotations

import io
import zipfile
from random import Random
from typing import Any

import pikepdf
from PIL import Image, ImageDraw, ImageFilter, ImageFont

_TEXT = """approval wage post grade level date seal office personnel city department standard certificate number
assessment appointment transfer record unit name month year signature stamp issued according decision"""
_WORDS = _TEXT.split()
_WIDE, _HIGH = 780, 1103


def text_pdf(random: Random, pages: int = 1) -> bytes:
    """A printed document as a PDF, every time another one."""
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        text = "".join(
            f"BT /F1 {random.choice((11, 12, 13))} Tf {60 + random.choice((0, 0, 30))} {790 - 20 * line} Td "
            f"({_line(random)}) Tj ET\n"
            for line in range(random.randint(18, 34))
            if random.random() < 0.85
        )
        page.Contents = pdf.make_stream(text.encode())
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    return _pdf(pdf)


def page(random: Random) -> Image.Image:
    """A sheet as a scanner sees it: running text, or a form with lines."""
    sheet = Image.new("RGB", (_WIDE, _HIGH), (252, 252, 250))
    draw = ImageDraw.Draw(sheet)
    size = random.choice((15, 16, 18))
    font = ImageFont.load_default(size)
    margin = random.randint(50, 110)
    if random.random() < 0.4:
        step = random.randint(60, 120)
        for y in range(margin + 80, _HIGH - margin, step):
            draw.line((margin, y, _WIDE - margin, y), fill=(30, 30, 30), width=2)
        across = random.randint(margin + 120, _WIDE - 2 * margin)
        draw.line((across, margin + 80, across, _HIGH - margin), fill=(30, 30, 30), width=2)
    y = margin
    while y < _HIGH - margin - random.randint(0, 300):
        if random.random() < 0.88:
            draw.text((margin + random.choice((0, 0, 0, 60)), y), _line(random), font=font, fill=(25, 25, 28))
        y += round(size * 1.7)
    return sheet


def scan(random: Random) -> bytes:
    """A scanned page, in grey."""
    return jpeg(page(random).convert("L"))


def jpeg(image: Image.Image, quality: int = 80) -> bytes:
    """The bytes of a picture as JPEG."""
    return _saved(image, "JPEG", quality=quality)


def rescanned(content: bytes) -> bytes:
    """The same page from a second scan: a little darker, other bytes."""
    image = Image.open(io.BytesIO(content)).convert("RGB")
    return jpeg(image.point(lambda value: round(value * 0.97)), quality=70)


def blurred(random: Random) -> bytes:
    return jpeg(page(random).filter(ImageFilter.GaussianBlur(7)))


def dark(random: Random) -> bytes:
    return jpeg(page(random).point(lambda value: round(value * 0.12)))


def washed(random: Random) -> bytes:
    return jpeg(page(random).point(lambda value: round(238 + value * 0.06)))


def blank(_random: Random) -> bytes:
    return jpeg(Image.new("RGB", (_WIDE, _HIGH), (250, 250, 248)))


def thumbnail(random: Random) -> bytes:
    return jpeg(page(random).resize((200, 283)))


def coarse(random: Random) -> bytes:
    return jpeg(page(random).resize((420, 594)))


def truncated(random: Random) -> bytes:
    content = scan(random)
    return content[: len(content) * 3 // 5]


def damaged(random: Random) -> bytes:
    return b"\x00" * 64 + scan(random)[64:]


def empty(_random: Random) -> bytes:
    return b""


def renamed(random: Random) -> bytes:
    """A program under the name of a picture."""
    return b"MZ" + random.randbytes(4000)


def office_document(_random: Random) -> bytes:
    """What a word processor saves."""
    return _zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"})


def archive(random: Random) -> bytes:
    return _zipped({"scans/1.jpg": scan(random)})


def locked_pdf(random: Random) -> bytes:
    pdf = pikepdf.open(io.BytesIO(text_pdf(random)))
    return _pdf(pdf, encryption=pikepdf.Encryption(owner="owner", user="secret"))


def active_pdf(random: Random) -> bytes:
    """A PDF that runs a script when it is opened."""
    pdf = pikepdf.open(io.BytesIO(text_pdf(random)))
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    return _pdf(pdf)


def pageless_pdf(_random: Random) -> bytes:
    return _pdf(pikepdf.new())


def animation(random: Random) -> bytes:
    """Several pictures in one file."""
    first = page(random)
    return _saved(first, "TIFF", save_all=True, append_images=[page(random)], compression="tiff_lzw")


def _line(random: Random) -> str:
    return " ".join(random.choice(_WORDS) for _ in range(random.randint(4, 9))) + f" {random.randint(100, 9999)}"


def _pdf(pdf: pikepdf.Pdf, **options: Any) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer, **options)
    return buffer.getvalue()


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return buffer.getvalue()
