"""Sending on a bad line: each byte arrives once, no drop or reload costs anything, and pages become one document."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Locator, Page, Request, Response, Route, expect
from sqlalchemy import func, select

from app.demo.accounts import PASSWORD
from app.materials import places
from app.materials.drawing import draw_pages
from models import IncomingFile, Upload, db
from tests.journeys import filing
from tests.journeys.papers import Papers
from tests.journeys.person import Person
from tests.materials import pages
from tests.materials.files import rng

Visit = Callable[..., Person]
PIECES = re.compile(r"/files/[\w-]+$")
WAITING = "网络中断，文件已暂存，恢复后自动续传。"
ON_ITS_WAY = "上次未传完，现已继续上传"
MEGABYTE = 1024 * 1024


@dataclass
class Line:
    """The line between a page and the office: it can be cut after some pieces, and says which pieces came through."""

    page: Page
    holds: int | None = None
    cut: bool = False
    pieces: list[tuple[str, int, int]] = field(
        default_factory=list
    )  # the file, where a piece began, and where it ended

    def __post_init__(self) -> None:
        self.page.context.route(PIECES, self._pass)
        self.page.on("response", self._note)

    def cut_after(self, pieces: int) -> None:
        self.holds = pieces

    def mend(self) -> None:
        self.cut, self.holds = False, None

    def _pass(self, route: Route, request: Request) -> None:
        if self.holds is not None and request.method == "PATCH":
            self.cut = self.cut or self.holds == 0
            self.holds = max(self.holds - 1, 0)
        if self.cut:
            route.abort("connectionreset")
        else:
            route.continue_()

    def _note(self, response: Response) -> None:
        request = response.request
        if request.method == "PATCH" and response.status == 204:
            begun, reached = request.headers["upload-offset"], response.headers["upload-offset"]
            self.pieces.append((request.url, int(begun), int(reached)))

    def came_once(self, size: int) -> bool:
        """Whether the pieces of each file follow on one another from the first byte to the last."""
        for address in {address for address, _, _ in self.pieces}:
            places = [(begun, reached) for where, begun, reached in self.pieces if where == address]
            ends = [0, *(reached for _, reached in places)]
            if [begun for begun, _ in places] != ends[:-1] or ends[-1] != size:
                return False
        return bool(self.pieces)


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    return Papers(tmp_path)


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of six megabytes and more, as phones make them: the grain of the sensor is what weighs."""
    page = pages.on_desk(pages.letter(2800, rng(5)), rng(5), tilt=1.0).resize((2546, 3600))
    grain = Image.effect_noise(page.size, 60).convert("RGB")
    path = tmp_path_factory.mktemp("phone") / "大照片.jpg"
    Image.blend(page, grain, 0.3).save(path, "JPEG", quality=97, subsampling=0)
    assert path.stat().st_size > 6 * MEGABYTE
    return path


def shaded(folder: Path, shade: int) -> Path:
    """A page with a block of one shade of grey in a corner, by which it is known again."""
    page = pages.letter(1400, rng(shade))
    page.paste((shade, shade, shade), (page.width - 200, 20, page.width - 40, 180))
    path = folder / f"shade-{shade}" / "IMG_0001.jpg"  # a phone names them all alike
    path.parent.mkdir()
    page.save(path, "JPEG", quality=90)
    return path


def shades_of(upload: Upload) -> list[int]:
    found = []
    for drawn in draw_pages(places.store().path(upload.sha256), longest_side=1400, at_most=9):
        red, _, _ = drawn.image.getpixel((drawn.image.width - 120, 100))  # type: ignore[misc]
        found.append(round(red / 40) * 40)
    return found


def sending(person: Person, code: str) -> Locator:
    """The rows of files that are on their way."""
    return filing.material(person, code).locator("li.file-sending")


def begin_sending(person: Person, code: str, *files: Path) -> None:
    filing.material(person, code).locator("input[type=file]").set_input_files(list(files))


def arrives(person: Person, code: str, count: int = 1) -> None:
    expect(filing.material(person, code).locator("li.file[id]")).to_have_count(count, timeout=filing.EXAMINED)


def the_upload() -> Upload:
    db.session.rollback()  # to see what the server has written since
    upload = db.session.scalars(select(Upload).order_by(Upload.id.desc())).first()
    assert upload is not None
    return upload


def uploads_of(number: int) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Upload).where(Upload.application_id == number)) or 0


def test_a_large_photo_goes_on_where_the_line_broke(app: Flask, visit: Visit, photo: Path) -> None:
    clerk = visit("clerk", phone=True)
    number = filing.begin(clerk, "lxy")
    line = Line(clerk.page)
    line.cut_after(3)
    begin_sending(clerk, "M01", photo)
    expect(sending(clerk, "M01")).to_contain_text(WAITING)
    assert 0 < db.session.scalars(select(IncomingFile.received)).one() < photo.stat().st_size
    line.mend()
    arrives(clerk, "M01")
    assert line.came_once(photo.stat().st_size)
    assert the_upload().sha256 == sha256(photo.read_bytes()).hexdigest()
    assert uploads_of(number) == 1


def test_a_page_that_is_reloaded_goes_on_with_what_was_on_its_way(
    app: Flask, visit: Visit, photo: Path, papers: Papers
) -> None:
    second = papers.photo("第二张.jpg")
    clerk = visit("clerk")
    number = filing.begin(clerk, "lxy")
    line = Line(clerk.page)
    line.cut_after(2)
    begin_sending(clerk, "M01", photo, second)
    expect(sending(clerk, "M01").first).to_contain_text(WAITING)
    line.mend()
    line.cut = True
    clerk.page.reload()
    clerk.sees("有 2 个文件" + ON_ITS_WAY)
    line.mend()
    arrives(clerk, "M01", 2)
    first = [one for one in line.pieces if one[0] == line.pieces[0][0]]
    assert [begun for _, begun, _ in first] == [0, *(reached for _, _, reached in first[:-1])]
    assert uploads_of(number) == 2
    clerk.page.reload()
    clerk.does_not_see(ON_ITS_WAY)


def test_a_session_that_ends_in_the_middle_costs_nothing(app: Flask, visit: Visit, photo: Path) -> None:
    clerk = visit("clerk")
    number = filing.begin(clerk, "lxy")
    where = clerk.page.url
    line = Line(clerk.page)
    line.cut_after(2)
    begin_sending(clerk, "M01", photo)
    expect(sending(clerk, "M01")).to_contain_text(WAITING)
    clerk.page.context.clear_cookies()
    line.mend()
    expect(sending(clerk, "M01")).to_contain_text("登录已失效，文件已暂存在本机")
    sending(clerk, "M01").get_by_role("link", name="登录").click()
    clerk.page.fill("input[name=username]", "clerk")
    clerk.page.fill("input[name=password]", PASSWORD)
    clerk.page.click("main button[type=submit]")
    clerk.page.wait_for_url(where)
    arrives(clerk, "M01")
    assert line.came_once(photo.stat().st_size)
    assert uploads_of(number) == 1


def test_what_is_cancelled_is_forgotten_here_and_there(app: Flask, visit: Visit, photo: Path) -> None:
    clerk = visit("clerk")
    number = filing.begin(clerk, "lxy")
    line = Line(clerk.page)
    line.cut_after(2)
    begin_sending(clerk, "M01", photo)
    expect(sending(clerk, "M01")).to_contain_text(WAITING)
    line.mend()
    line.cut_after(0)
    with clerk.page.expect_request(lambda request: request.method == "DELETE"):
        sending(clerk, "M01").get_by_role("button", name="取消").click()
    expect(sending(clerk, "M01")).to_have_count(0)
    clerk.page.reload()
    clerk.does_not_see(ON_ITS_WAY)
    assert uploads_of(number) == 0


def test_pages_photographed_with_a_phone_become_one_document_in_their_order(
    app: Flask, visit: Visit, tmp_path: Path
) -> None:
    """The second photo is taken again, and the last is moved to the front with the keyboard."""
    clerk = visit("clerk", phone=True)
    number = filing.begin(clerk, "lxy")
    photograph = filing.material(clerk, "M01").locator("[data-camera]")
    with clerk.page.expect_file_chooser() as camera:
        photograph.click()
    camera.value.set_files(shaded(tmp_path, 40))
    strip = clerk.page.get_by_role("dialog", name="拍摄材料")
    expect(strip.get_by_role("listitem")).to_have_count(1)
    for shade in (80, 200):
        with clerk.page.expect_file_chooser() as camera:
            strip.get_by_role("button", name="拍照").click()
        camera.value.set_files(shaded(tmp_path, shade))
    expect(strip.get_by_role("listitem")).to_have_count(3)
    with clerk.page.expect_file_chooser() as camera:
        strip.get_by_role("button", name="重拍第 2 页").click()
    camera.value.set_files(shaded(tmp_path, 120))
    expect(strip.get_by_role("status")).to_have_text("第 2 页已重拍。")
    strip.get_by_role("button", name="第 3 页前移").focus()
    clerk.page.keyboard.press("Enter")
    expect(strip.get_by_role("button", name="第 2 页前移")).to_be_focused()
    clerk.page.keyboard.press("Enter")
    expect(strip.get_by_role("status")).to_have_text("第 2 页已移为第 1 页。")
    assert clerk.fits_the_screen()
    strip.get_by_role("button", name="合并为一份 3 页的文件上传").click()
    arrives(clerk, "M01")
    upload = the_upload()
    assert shades_of(upload) == [200, 40, 120]
    assert upload.filename.endswith("（共 3 页）.pdf")
    assert upload.accepted
    assert uploads_of(number) == 1


def test_photos_taken_and_not_sent_outlive_the_page(app: Flask, visit: Visit, tmp_path: Path) -> None:
    """A phone may put the page away while its camera is open."""
    clerk = visit("clerk", phone=True)
    number = filing.begin(clerk, "lxy")
    photograph = filing.material(clerk, "M01").locator("[data-camera]")
    with clerk.page.expect_file_chooser() as camera:
        photograph.click()
    camera.value.set_files(shaded(tmp_path, 40))
    strip = clerk.page.get_by_role("dialog", name="拍摄材料")
    expect(strip.get_by_role("listitem")).to_have_count(1)
    clerk.page.reload()
    expect(filing.material(clerk, "M01")).to_contain_text("本机暂存了 1 页")
    filing.material(clerk, "M01").locator("[data-camera]").click()
    expect(strip.get_by_role("listitem")).to_have_count(1)
    strip.get_by_role("button", name="上传这一页").click()
    arrives(clerk, "M01")
    assert the_upload().file.media_type == "image/jpeg"  # one page is a photo, no document
    assert uploads_of(number) == 1
