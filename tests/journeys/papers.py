"""The papers on the clerk's table: photos, scans and a three-page file, each drawn anew so that no two are alike."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.materials import pages, photographs, told_papers
from tests.materials.files import rng

DIPLOMA = 101  # by which the diploma is drawn: always the same one
A4 = 1400  # the height in pixels at which a page is drawn: legible, and quick to examine


class Papers:
    """Writes files into a folder; each paper is another one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._drawn = 100

    def _page(self) -> Image.Image:
        self._drawn += 1
        return pages.letter(A4, rng(self._drawn))

    def photo(self, name: str) -> Path:
        """A sheet photographed on a desk."""
        path = self._folder / name
        page = self._page()
        pages.on_desk(page, rng(self._drawn), tilt=2.0).save(path, "JPEG", quality=88)
        return path

    def blurred_photo(self, name: str) -> Path:
        """The same kind of photo, out of focus."""
        path = self._folder / name
        page = self._page()
        pages.blurred(pages.on_desk(page, rng(self._drawn)), 9).save(path, "JPEG", quality=88)
        return path

    def crumpled_photo(self, name: str, *, sharp: bool = True) -> Path:
        """A crumpled sheet on a wooden desk, the phone held askew; or the same taken with a shaking hand."""
        path = self._folder / name
        page = self._page()
        made = photographs.photographed(
            pages.seal(page, rng(self._drawn)), rng(self._drawn), desk="wood", longest=1900, fill=0.9, turn=9.0,
            lean=0.1, crumple=0.7, shadow=0.25, light=0.95,
        )  # fmt: skip
        taken = made.picture if sharp else pages.blurred(made.picture, 11)
        taken.save(path, "JPEG", quality=88)
        return path

    def crumpled_diploma(self, name: str, *, sharp: bool = True) -> tuple[Path, str]:
        """A crumpled diploma photographed in the same way, and whose it is."""
        path = self._folder / name
        told = told_papers.diploma(A4, rng(DIPLOMA))
        made = photographs.photographed(
            told.picture, rng(DIPLOMA), desk="wood", longest=1900, fill=0.9, turn=9.0, lean=0.1, crumple=0.7,
            shadow=0.25, light=0.95,
        )  # fmt: skip
        taken = made.picture if sharp else pages.blurred(made.picture, 11)
        taken.save(path, "JPEG", quality=88)
        return path, told.name or ""

    def scan(self, name: str) -> Path:
        """A page from the scanner, sealed."""
        path = self._folder / name
        page = self._page()
        pages.seal(page, rng(self._drawn)).save(path, "PNG")
        return path

    def pdf(self, name: str, count: int = 3) -> Path:
        """Several scanned pages in one file."""
        path = self._folder / name
        first, *more = [self._page() for _ in range(count)]
        first.save(path, "PDF", save_all=True, append_images=more, resolution=130)
        return path
