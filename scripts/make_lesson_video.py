"""Makes the short video that ships with the course "first filing", from pages of the product on a throwaway demo city.

Run it by hand: `python -m scripts.make_lesson_video`. It walks the way that `make screens` walks and takes pictures of
its own. The camera moves slowly over each page and one page fades into the next; what is seen is said by the captions,
which are written here beside the scenes, so that times and words cannot part.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import av
from PIL import Image
from playwright.sync_api import Page, TimeoutError, expect, sync_playwright

from app import clock
from app.config import ROOT
from app.demo import loading
from app.learning.captions import Cue, written
from scripts import take_screens
from tests.journeys import serving

OUT = ROOT / "app" / "learning" / "data" / "video"
DRAWN = (1280, 720)
"""What scenes are laid out in; the video itself is smaller, which screens bear well."""
SIZE = (960, 540)
RATE = 8  # pictures a second
FADE = 0.6  # seconds
BIT_RATE = 120_000
PAPER = (238, 241, 245)

Box = tuple[float, float, float]
"""Left edge, upper edge and width of what the camera sees; its height follows."""


@dataclass(frozen=True)
class Scene:
    """One picture, for how long, from where to where the camera moves, and what is said meanwhile, in two halves."""

    pictures: tuple[str, ...]
    seconds: float
    start: Box
    end: Box
    zh: tuple[str, str]
    en: tuple[str, str]


SCENES = (
    Scene(("clerk-home",), 9, (0, 0, 1280), (0, 140, 1280),
          ("首页告诉您今天要办什么：退回的排在最前面。", "系统备好的建议核对后即可确认，不用自己填。"),
          ("The home page says what to do today: what was returned comes first.",
           "What the system has prepared is checked and confirmed; nothing is typed.")),
    Scene(("application-begun",), 9, (0, 0, 1280), (0, 120, 1120),
          ("新建申请后，已知的信息自动带出，只填缺少的几项。", "拿不准时点“为什么？”，直接打开讲到这里的一课。"),
          ("In a new application everything on record is filled in; only what is missing is asked for.",
           "When in doubt, “Why?” opens the lesson at the place that explains it.")),
    Scene(("application-draft",), 9, (0, 0, 1280), (0, 140, 1280),
          ("需要哪些材料，按您的填写列出，并写明理由。", "每个文件上传后当场检查，不清楚的马上告诉您怎么改。"),
          ("The materials follow from your answers, each with its reason.",
           "Every file is checked at once; if it is not readable you are told what to do.")),
    Scene(("phone-link", "phone-page"), 9, (0, 0, 1280), (0, 0, 1280),
          ("纸质材料可以用手机拍：扫一扫二维码。", "手机只能往这一份申请里传照片，只在短时间内有效。"),
          ("Papers can be photographed with a phone: scan the code.",
           "The phone can only send photos into this application, for a short time.")),
    Scene(("application-filed",), 12, (0, 0, 1280), (0, 140, 1280),
          ("提交以后，随时看到在哪个环节、最迟何时办结。", "全程不用跑腿。需要更正时，只改标出的地方。"),
          ("After submitting you see at which step it is, and by when it is decided.",
           "Nobody travels. If something must be corrected, only that part is open.")),
)  # fmt: skip


class Camera(take_screens.Stage):
    """Keeps what `make screens` would show, in full colour, and the head of the draft besides."""

    def take(self, name: str, page: Page, *, at: str | None = None) -> None:
        """One picture of what the window shows, from the element `at` on."""
        if name not in self.wanted:
            return
        if name == "application-draft":
            self._keep("application-begun", page, "#part-who")
        self._keep(name, page, at)

    def take_in_english(self, name: str, page: Page) -> None:
        """The video shows the Chinese pages; English is spoken by its captions."""

    def _keep(self, name: str, page: Page, at: str | None) -> None:
        with suppress(TimeoutError):  # a page that keeps asking for news is never quiet
            page.wait_for_load_state("networkidle", timeout=10_000)
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement?.blur()")
        place = "0" if at is None else f"document.querySelector('{at}').getBoundingClientRect().top + scrollY - 90"
        page.evaluate(f"window.scrollTo(0, {place})")
        page.wait_for_timeout(400)
        page.screenshot(path=self.folder / f"{name}.png", animations="disabled", caret="hide")


def take_pictures(folder: Path) -> None:
    """Walk the first half of the way of one application, from the clerk's home until it is filed."""
    names = frozenset(name for scene in SCENES for name in scene.pictures)
    with TemporaryDirectory() as city, take_screens.throwaway_city(Path(city)) as (app, _papers):
        clock.shift(loading.NOW - datetime.now(UTC))
        with serving.at_a_free_port(app) as home, sync_playwright() as playwright:
            expect.set_options(timeout=take_screens.PATIENCE)
            browser = serving.start_chromium(playwright)
            take_screens.before_filing(Camera(browser, home, names, folder))
            browser.close()


def stage(folder: Path, names: tuple[str, ...]) -> Image.Image:
    """The picture of a scene: one page, or a desk with a phone beside it."""
    pages = [Image.open(folder / f"{name}.png").convert("RGB") for name in names]
    if len(pages) == 1:
        return pages[0]
    canvas = Image.new("RGB", DRAWN, PAPER)
    desk = pages[0].resize((880, round(880 * pages[0].height / pages[0].width)), Image.Resampling.LANCZOS)
    phone = pages[1].resize((round(640 * pages[1].width / pages[1].height), 640), Image.Resampling.LANCZOS)
    canvas.paste(desk, (20, (720 - desk.height) // 2))
    canvas.paste(phone, (940, 40))
    return canvas


def seen(picture: Image.Image, scene: Scene, part: float) -> Image.Image:
    """What the camera sees at a part of a scene; it starts and stops gently."""
    eased = part * part * (3 - 2 * part)
    left, upper, width = (a + (b - a) * eased for a, b in zip(scene.start, scene.end, strict=True))
    height = width * SIZE[1] / SIZE[0]
    return picture.resize(SIZE, Image.Resampling.LANCZOS, box=(left, upper, left + width, upper + height))


def frames(folder: Path) -> Iterator[Image.Image]:
    """Every picture of the video in order."""
    before: Image.Image | None = None
    for scene in SCENES:
        picture = stage(folder, scene.pictures)
        count = round(scene.seconds * RATE)
        for number in range(count):
            shown = seen(picture, scene, number / (count - 1))
            if before is not None and number < FADE * RATE:
                shown = Image.blend(before, shown, (number + 1) / (FADE * RATE + 1))
            yield shown
        before = shown


def cues(language: str) -> list[Cue]:
    """The captions: each scene says two sentences, one after the other."""
    made, at = [], 0.0
    for scene in SCENES:
        half = scene.seconds / 2
        for place, text in enumerate(getattr(scene, language)):
            made.append(Cue(at + place * half + 0.2, at + (place + 1) * half, text))
        at += scene.seconds
    return made


def main(folder: Path) -> None:
    """Write the video and its captions from the pictures in the folder."""
    OUT.mkdir(parents=True, exist_ok=True)
    place, part = OUT / "first-filing.webm", OUT / "first-filing.part"
    with av.open(str(part), "w", format="webm") as container:
        stream = container.add_stream("libvpx-vp9", rate=RATE)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = BIT_RATE
        stream.codec_context.gop_size = RATE * 3  # a key picture every three seconds, so that any second is found fast
        stream.codec_context.time_base = Fraction(1, RATE)
        stream.options = {"deadline": "good", "cpu-used": "5", "row-mt": "0"}
        for number, image in enumerate(frames(folder)):
            frame = av.VideoFrame.from_image(image)
            frame.pts = number
            frame.time_base = Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    part.replace(place)
    for language in ("zh", "en"):
        (OUT / f"first-filing.{language}.vtt").write_text(written(cues(language)), encoding="utf-8")
    print(f"{place.stat().st_size:,} bytes")


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        pictures = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(name)  # a folder that is named keeps the pictures
        if not any(pictures.glob("*.png")):
            take_pictures(pictures)
        main(pictures)
