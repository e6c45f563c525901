"""What people see is drawn anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from app.errors import Refused
from app.materials.filetypes import HEIC, JPEG, PDF
from app.materials.rendering import THUMBNAIL_SIDE, render_pages, thumbnail_of
from tests.materials import files
from tests.materials.files import letter, pdf_bytes, saved, text_pdf


def test_a_photo_is_shown_upright_and_without_its_metadata(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at home"
    photo = tmp_path / "photo"
    photo.write_bytes(saved(letter().transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif, comment=b"secret"))
    (page,) = render_pages(photo, JPEG, to=tmp_path / "out", longest_side=800)
    with Image.open(page) as shown:
        assert max(shown.size) == 800
        assert shown.height > shown.width
        assert not shown.getexif()
    assert b"taken at home" not in page.read_bytes()
    assert b"secret" not in page.read_bytes()
    with Image.open(thumbnail_of(page)) as small:
        assert max(small.size) == THUMBNAIL_SIDE


def test_every_page_of_a_pdf_is_drawn(tmp_path: Path) -> None:
    document = tmp_path / "document"
    document.write_bytes(pdf_bytes(text_pdf(3)))
    drawn = render_pages(document, PDF, to=tmp_path / "out", longest_side=600)
    assert [page.name for page in drawn] == ["page-1.jpg", "page-2.jpg", "page-3.jpg"]
    with Image.open(drawn[2]) as shown:
        assert max(shown.size) in (600, 601)
        assert shown.convert("L").getextrema()[0] < 120


def test_a_heic_photo_is_drawn_for_browsers_that_cannot(tmp_path: Path) -> None:
    photo = tmp_path / "photo"
    photo.write_bytes(files.heic())
    (page,) = render_pages(photo, HEIC, to=tmp_path / "out", longest_side=500)
    with Image.open(page) as shown:
        assert shown.format == "JPEG"


def test_what_cannot_be_drawn_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(files.jpeg()[:5000])
    with pytest.raises(Refused):
        render_pages(broken, JPEG, to=tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
