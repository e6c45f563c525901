"""Papers drawn for the benchmark of materials: every layout that is sent."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFont

from benchmarks.materials_cards import card_back, card_front, identity_copy
from benchmarks.materials_ink import UNITS, WORDS, Rng, any_face, face, name, prose, sheet, write
from benchmarks.materials_scenes import portrait
from tests.materials import pages


def red_head(height: int, rng: Rng) -> Image.Image:
    """An official document: red title, red rule, number, text, date and often a seal."""
    page = sheet(height, rng)
    draw, width = ImageDraw.Draw(page), page.width
    red, em = (205, 30, 30), round(height * rng.uniform(13, 16) / 842)
    draw.text(
        (width / 2, height * 0.1),
        f"某市{rng.choice(UNITS)}文件",
        font=face(round(height * 0.038), weight="Bold"),
        fill=red,
        anchor="mm",
    )
    draw.text(
        (width / 2, height * 0.155),
        f"人社发〔20{rng.integers(10, 27)}〕{rng.integers(1, 300)}号",
        font=face(em),
        fill=(20, 20, 20),
        anchor="mm",
    )
    draw.line([(width * 0.1, height * 0.18), (width * 0.9, height * 0.18)], fill=red, width=max(2, height // 400))
    draw.text(
        (width / 2, height * 0.23),
        f"关于{name(rng)}等同志任职的通知",
        font=face(round(em * 1.5), weight="Bold"),
        fill=(10, 10, 10),
        anchor="mm",
    )
    y = height * 0.28
    for _ in range(int(rng.integers(1, 5))):
        y = write(
            draw,
            (width * 0.13, y, width * 0.87, height * 0.78),
            "　　" + prose(rng, int(rng.integers(40, 160))),
            face(em),
            (20, 20, 20),
            1.75,
        )
    draw.text((width * 0.85, height * 0.85), f"某市{rng.choice(UNITS)}", font=face(em), fill=(20, 20, 20), anchor="rm")
    draw.text(
        (width * 0.83, height * 0.885),
        f"20{rng.integers(10, 27)}年{rng.integers(1, 13)}月{rng.integers(1, 29)}日",
        font=face(em),
        fill=(20, 20, 20),
        anchor="rm",
    )
    return pages.seal(page, rng) if rng.uniform() < 0.7 else page


def table(height: int, rng: Rng, *, wide: bool | None = None) -> Image.Image:
    """A ruled form, filled in: assessments, approvals, pay rolls; few large cells or many small ones."""
    wide = bool(rng.integers(0, 2)) if wide is None else wide
    page = sheet(height, rng, wide=wide)
    draw = ImageDraw.Draw(page)
    tall, width = page.height, page.width
    em = round(height * rng.uniform(9, 12) / 842)
    type_, ink = any_face(em, rng), (int(rng.integers(0, 60)),) * 3
    draw.text(
        (width / 2, tall * 0.06),
        f"{rng.choice(WORDS)}{rng.choice(WORDS)}登记表",
        font=any_face(round(em * 1.9), rng),
        fill=ink,
        anchor="mm",
    )
    left, right, top, bottom = width * 0.07, width * 0.93, tall * 0.11, tall * rng.uniform(0.7, 0.94)
    rows = int(rng.integers(6, 22))
    line = max(1, round(height / rng.uniform(700, 1400)))
    for row in range(rows + 1):
        y = top + (bottom - top) * row / rows
        draw.line([(left, y), (right, y)], fill=ink, width=line)
    pen = (30, 40, 120) if rng.uniform() < 0.4 else ink
    for row in range(rows):
        columns = int(rng.choice([2, 4, 4, 6, 8]))
        y0, y1 = top + (bottom - top) * row / rows, top + (bottom - top) * (row + 1) / rows
        for column in range(columns):
            x0, x1 = left + (right - left) * column / columns, left + (right - left) * (column + 1) / columns
            draw.line([(x0, y0), (x0, y1)], fill=ink, width=line)
            if column % 2 and rng.uniform() < 0.25:
                continue
            told = (
                str(rng.choice(WORDS))
                if column % 2 == 0
                else str(
                    rng.choice(
                        [
                            name(rng),
                            f"{rng.integers(100, 9999)}",
                            str(rng.choice(WORDS)),
                            f"20{rng.integers(0, 27):02}.{rng.integers(1, 13):02}",
                        ]
                    )
                )
            )
            told = told[: max(1, int((x1 - x0) / em) - 1)]
            draw.text(
                ((x0 + x1) / 2, (y0 + y1) / 2), told, font=type_, fill=ink if column % 2 == 0 else pen, anchor="mm"
            )
    draw.line([(right, top), (right, bottom)], fill=ink, width=line)
    return pages.seal(page, rng) if rng.uniform() < 0.3 else page


def form(height: int, rng: Rng) -> Image.Image:
    """The form of the tests, upright or lying."""
    return pages.form(height, rng, landscape=bool(rng.integers(0, 2)))


def letter(height: int, rng: Rng) -> Image.Image:
    """Running text in one of several sizes."""
    return pages.letter(height, rng, points=rng.uniform(9, 16), serif=bool(rng.integers(0, 2)))


def diploma(height: int, rng: Rng) -> Image.Image:
    """A diploma: wide, ornamental border, photo, large title, few lines."""
    page = sheet(
        height,
        rng,
        wide=True,
        paper=(int(rng.integers(235, 254)), int(rng.integers(230, 248)), int(rng.integers(205, 240))),
    )
    draw = ImageDraw.Draw(page)
    tall, width = page.height, page.width
    tint = (int(rng.integers(120, 200)), int(rng.integers(60, 150)), int(rng.integers(40, 120)))
    for inset in (0.025, 0.035, 0.045):
        draw.rectangle(
            [width * inset, width * inset, width * (1 - inset), tall - width * inset],
            outline=tint,
            width=max(1, tall // 250),
        )
    photo = portrait(round(tall * 0.28), rng).resize((round(tall * 0.2), round(tall * 0.28)))
    page.paste(photo, (round(width * 0.1), round(tall * 0.18)))
    em = round(tall * 0.034)
    draw.text(
        (width * 0.6, tall * 0.2),
        str(rng.choice(["毕业证书", "学位证书", "结业证书", "专业技术资格证书"])),
        font=face(round(tall * 0.075), weight="Bold"),
        fill=(120, 20, 20),
        anchor="mm",
    )
    told = f"　　学生{name(rng)}，{rng.choice(['男', '女'])}，{rng.integers(1970, 2000)}年{rng.integers(1, 13)}月生，于{rng.integers(1995, 2020)}年九月在本校学习，修完教学计划规定的全部课程，成绩合格，准予毕业。"  # noqa: E501
    write(draw, (width * 0.36, tall * 0.33, width * 0.9, tall * 0.72), told, face(em), (25, 25, 25), 1.8)
    draw.text(
        (width * 0.12, tall * 0.82),
        f"证书编号：{rng.integers(10**9, 10**10)}",
        font=face(round(em * 0.8)),
        fill=(25, 25, 25),
    )
    draw.text((width * 0.88, tall * 0.82), f"校长　{name(rng)}", font=face(em), fill=(25, 25, 25), anchor="ra")
    return pages.seal(page, rng)


def certificate(height: int, rng: Rng) -> Image.Image:
    """An honour certificate on red or cream: title and a few large lines."""
    paper = [(250, 240, 215), (178, 30, 35), (245, 246, 235), (225, 236, 248)][int(rng.integers(0, 4))]
    ink = (235, 200, 110) if paper[1] < 100 else (30, 25, 25)
    page = sheet(height, rng, wide=True, paper=paper)
    draw, width, tall = ImageDraw.Draw(page), page.width, page.height
    draw.text(
        (width / 2, tall * 0.2),
        "荣 誉 证 书",
        font=face(round(tall * 0.1), weight="Bold"),
        fill=ink if paper[1] < 100 else (190, 30, 30),
        anchor="mm",
    )
    told = f"{name(rng)}同志：在{rng.integers(2001, 2027)}年度工作中成绩显著，被评为先进工作者，特发此证，以资鼓励。"
    write(draw, (width * 0.15, tall * 0.38, width * 0.85, tall * 0.75), told, face(round(tall * 0.045)), ink, 1.7)
    draw.text(
        (width * 0.82, tall * 0.83), f"某市{rng.choice(UNITS)}", font=face(round(tall * 0.035)), fill=ink, anchor="rm"
    )
    return page


def archive(height: int, rng: Rng) -> Image.Image:
    """A page of an old personal file: yellowed, dense, ruled, written by hand."""
    page = sheet(
        height, rng, paper=(int(rng.integers(205, 240)), int(rng.integers(192, 222)), int(rng.integers(150, 190)))
    )
    draw, width = ImageDraw.Draw(page), page.width
    em = round(height * rng.uniform(9, 13) / 842)
    for row in range(20):
        y = height * (0.12 + 0.04 * row)
        draw.line([(width * 0.08, y), (width * 0.92, y)], fill=(165, 100, 90), width=max(1, height // 1000))
        if rng.uniform() < 0.85:
            told, x = prose(rng, int(rng.integers(8, 40))), width * 0.1
            for letter_ in told:
                size = round(em * rng.uniform(0.85, 1.15))
                draw.text((x, y - size * rng.uniform(1.15, 1.3)), letter_, font=face(size), fill=(40, 45, 90))
                x += em * rng.uniform(0.9, 1.15)
                if x > width * 0.88:
                    break
    draw.text((width / 2, height * 0.06), "干部履历表", font=face(round(em * 2)), fill=(90, 30, 30), anchor="mm")
    return page


def receipt(height: int, rng: Rng) -> Image.Image:
    """A narrow receipt."""
    width = round(height * rng.uniform(0.36, 0.5))
    page = Image.new("RGB", (width, height), (int(rng.integers(240, 254)),) * 3)
    draw, em = ImageDraw.Draw(page), round(width * 0.05)
    y = height * 0.05
    while y < height * 0.93:
        draw.text(
            (width * 0.08, y), str(rng.choice(WORDS)) + str(rng.choice(WORDS)), font=face(em, "ans"), fill=(50, 50, 55)
        )
        draw.text(
            (width * 0.92, y), f"{rng.integers(1, 9999)}.00", font=face(em, "ans"), fill=(50, 50, 55), anchor="ra"
        )
        y += em * 1.7
    return page


def english(height: int, rng: Rng) -> Image.Image:
    """A certificate of employment in English."""
    page = sheet(height, rng)
    draw, em = ImageDraw.Draw(page), round(height * rng.uniform(10.5, 13) / 842)
    type_ = ImageFont.truetype(
        "/usr/share/fonts/truetype/liberation/Liberation" + str(rng.choice(["Serif", "Sans"])) + "-Regular.ttf", em
    )
    words = [
        "this",
        "is",
        "to",
        "certify",
        "that",
        "the",
        "person",
        "named",
        "above",
        "has",
        "been",
        "employed",
        "by",
        "our",
        "institution",
        "since",
        "the",
        "date",
        "shown",
        "and",
        "receives",
        "the",
        "salary",
        "stated",
        "below",
        "in",
        "accordance",
        "with",
        "the",
        "rules",
        "in",
        "force",
    ]
    y = height * 0.15
    draw.text((page.width / 2, height * 0.09), "CERTIFICATE OF EMPLOYMENT", font=type_, fill=(20, 20, 20), anchor="mm")
    while y < height * rng.uniform(0.6, 0.9):
        line = " ".join(rng.choice(words, int(rng.integers(8, 12))))
        draw.text((page.width * 0.12, y), line, font=type_, fill=(20, 20, 20))
        y += em * 1.6
    return page


def scrawl(height: int, rng: Rng) -> Image.Image:
    """A statement written by hand on plain or squared paper."""
    page = pages.handwriting(height, rng, ink=(int(rng.integers(20, 120)),) * 3, lines=int(rng.integers(6, 20)))
    if rng.uniform() < 0.3:
        draw = ImageDraw.Draw(page)
        for row in range(20):
            draw.line(
                [(page.width * 0.07, height * (0.1 + 0.042 * row)), (page.width * 0.93, height * (0.1 + 0.042 * row))],
                fill=(200, 150, 150),
                width=max(1, height // 1200),
            )
    return page


def _kind(kind: str) -> Callable[[int, Rng], Image.Image]:
    return lambda height, rng: pages.kind_of_page(kind, height, rng)


PAPERS: dict[str, Callable[[int, Rng], Image.Image]] = {
    "letter": letter, "red_head": red_head, "table": table, "form": form, "diploma": diploma, "certificate": certificate,  # noqa: E501
    "identity_copy": identity_copy, "card_front": card_front, "card_back": card_back, "archive": archive,
    "receipt": receipt, "english": english, "scrawl": scrawl,
    **{kind: _kind(kind) for kind in ("letter_sealed", "form_wide", "form_empty", "sparse", "seal_only", "pencil", "grey_paper", "pale_ink", "pink_paper", "cover")},  # noqa: E501
}  # fmt: skip
PRINTED = (
    "letter",
    "red_head",
    "table",
    "form",
    "diploma",
    "archive",
    "english",
    "letter_sealed",
    "form_wide",
    "grey_paper",
    "receipt",
)
"""Papers with enough print to tell which way they lie."""
FULL = ("letter", "red_head", "table", "form", "archive", "english", "letter_sealed", "grey_paper")
"""Papers with print all over."""


def filled(paper: Image.Image, rng: Rng) -> Image.Image:
    """The paper with somebody's name and number in the middle of it."""
    page = paper.copy()
    draw, em = ImageDraw.Draw(page), round(page.height * 12 / 842)
    x, y = page.width * 0.3, page.height * 0.45
    draw.rectangle([x - 4, y - 4, x + em * 10, y + em * 1.2], fill=page.getpixel((page.width // 2, 3)))
    draw.text((x, y), f"{name(rng)} {rng.integers(10**8, 10**9)}", font=face(em), fill=(20, 20, 20))
    return page
