"""Draws the demo materials: real-looking pages of an invented city, every one marked as demo, and their manifest.

Run once by whoever changes them (it needs the Noto CJK fonts); the pictures are kept in app/demo/pictures, so a first
start needs no fonts: .venv/bin/python scripts/make_demo_scans.py
"""

from __future__ import annotations

import hashlib
import io
import json
import math
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

OUT = Path(__file__).resolve().parent.parent / "app/demo/pictures"
SERIF = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
SANS = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
BOLD = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dots an inch
RED = (190, 32, 38)
random = Random(7)


def font(size: int, path: str = SERIF) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, index=2)


def paper() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    page = Image.new("RGB", (WIDTH, HEIGHT), (250, 249, 245))
    return page, ImageDraw.Draw(page)


def seal(page: Image.Image, text: str, at: tuple[int, int], radius: int = 135) -> None:
    layer = Image.new("RGBA", (radius * 2 + 8, radius * 2 + 8))
    draw = ImageDraw.Draw(layer)
    centre = radius + 4
    draw.ellipse((4, 4, radius * 2 + 4, radius * 2 + 4), outline=(*RED, 215), width=7)
    points = []
    for corner in range(10):
        length = radius * (0.32 if corner % 2 == 0 else 0.125)
        angle = -math.pi / 2 + corner * math.pi / 5
        points.append((centre + length * math.cos(angle), centre + length * math.sin(angle)))
    draw.polygon(points, fill=(*RED, 215))
    letter = font(34, BOLD)
    for index, character in enumerate(text):
        angle = math.pi * (0.86 + 1.28 * index / max(len(text) - 1, 1))
        glyph = Image.new("RGBA", (48, 48))
        ImageDraw.Draw(glyph).text((24, 24), character, font=letter, fill=(*RED, 225), anchor="mm")
        glyph = glyph.rotate(-math.degrees(angle) - 90, resample=Image.Resampling.BICUBIC)
        x, y = centre + (radius - 34) * math.cos(angle), centre + (radius - 34) * math.sin(angle)
        layer.alpha_composite(glyph, (round(x) - 24, round(y) - 24))
    page.paste(layer, at, layer)


def watermark(page: Image.Image) -> None:
    layer = Image.new("RGBA", page.size)
    draw = ImageDraw.Draw(layer)
    for row in range(4):
        for column in range(2):
            draw.text(
                (180 + column * 560, 250 + row * 400), "演示数据 DEMO", font=font(54, SANS), fill=(120, 130, 150, 52)
            )
    layer = layer.rotate(24, resample=Image.Resampling.BICUBIC)
    page.paste(layer, (0, 0), layer)


def lines(
    draw: ImageDraw.ImageDraw, text: list[str], top: int, *, size: int = 32, step: int = 62, left: int = 170
) -> int:
    for line in text:
        draw.text((left, top), line, font=font(size), fill=(34, 34, 38))
        top += step
    return top


def red_head(draw: ImageDraw.ImageDraw, office: str, number: str) -> None:
    draw.text((WIDTH // 2, 190), office, font=font(66, BOLD), fill=RED, anchor="mm")
    draw.text((WIDTH // 2, 280), number, font=font(30), fill=(50, 50, 54), anchor="mm")
    draw.line((140, 325, WIDTH - 140, 325), fill=RED, width=5)


def notice(title: str, body: list[str], *, office: str, number: str) -> Image.Image:
    page, draw = paper()
    red_head(draw, office, number)
    draw.text((WIDTH // 2, 430), title, font=font(44, BOLD), fill=(26, 26, 30), anchor="mm")
    bottom = lines(draw, body, 540)
    draw.text((WIDTH - 470, max(bottom + 150, 1230)), office.removesuffix("文件"), font=font(32), fill=(34, 34, 38))
    draw.text((WIDTH - 430, max(bottom + 210, 1290)), "2018年3月28日", font=font(32), fill=(34, 34, 38))
    seal(page, office.removesuffix("文件"), (WIDTH - 460, max(bottom + 70, 1150)))
    watermark(page)
    return page


def table(title: str, rows: list[tuple[str, str]], *, office: str) -> Image.Image:
    page, draw = paper()
    draw.text((WIDTH // 2, 170), title, font=font(46, BOLD), fill=(26, 26, 30), anchor="mm")
    top, height = 270, 92
    for label, value in rows:
        draw.rectangle((130, top, WIDTH - 130, top + height), outline=(60, 60, 64), width=2)
        draw.line((420, top, 420, top + height), fill=(60, 60, 64), width=2)
        draw.text((275, top + height // 2), label, font=font(30), fill=(30, 30, 34), anchor="mm")
        draw.text((450, top + height // 2), value, font=font(30), fill=(40, 40, 60), anchor="lm")
        top += height
    draw.rectangle((130, top, WIDTH - 130, top + 330), outline=(60, 60, 64), width=2)
    draw.text((160, top + 30), "单位意见：经研究，同意上报。", font=font(30), fill=(30, 30, 34))
    draw.text((WIDTH - 560, top + 250), "（公章）  2018年3月26日", font=font(28), fill=(30, 30, 34))
    seal(page, office, (WIDTH - 480, top + 60))
    watermark(page)
    return page


def diploma() -> Image.Image:
    page = Image.new("RGB", (1754, 1240), (247, 243, 230))
    draw = ImageDraw.Draw(page)
    for inset in (40, 54):
        draw.rectangle((inset, inset, 1754 - inset, 1240 - inset), outline=(150, 116, 60), width=4)
    draw.text((877, 200), "普通高等学校", font=font(46), fill=(60, 44, 30), anchor="mm")
    draw.text((877, 310), "毕 业 证 书", font=font(92, BOLD), fill=RED, anchor="mm")
    body = [
        "学生 演示人员，性别 男，一九九五年九月十二日生，于二〇一三年九月",
        "至二〇一七年七月在本校 汉语言文学（师范） 专业四年制本科学习，",
        "修完教学计划规定的全部课程，成绩合格，准予毕业。",
    ]
    lines(draw, body, 440, size=38, step=84, left=190)
    draw.text((190, 860), "校名：江城演示大学", font=font(36), fill=(50, 40, 34))
    draw.text((190, 940), "证书编号：0000 0520 1705 000000（演示）", font=font(36), fill=(50, 40, 34))
    draw.text((1180, 940), "二〇一七年七月一日", font=font(36), fill=(50, 40, 34))
    draw.rectangle((1380, 680, 1540, 890), fill=(214, 222, 232), outline=(120, 130, 150), width=3)
    draw.ellipse((1425, 710, 1495, 790), fill=(170, 182, 200))
    draw.pieslice((1395, 790, 1525, 980), 180, 360, fill=(150, 164, 186))
    seal(page, "江城演示大学", (1150, 760))
    watermark(page)
    return page


def identity_card() -> Image.Image:
    page, draw = paper()
    for top, front in ((250, True), (960, False)):
        draw.rounded_rectangle((190, top, 1050, top + 545), 36, fill=(226, 236, 240), outline=(140, 156, 168), width=4)
        if front:
            rows = [
                "姓名  演示人员",
                "性别  男    民族  汉",
                "出生  1995 年 9 月 12 日",
                "住址  江城市演示区样例路 1 号",
            ]
            for index, line in enumerate(rows):
                draw.text((240, top + 60 + index * 82), line, font=font(36, SANS), fill=(30, 36, 44))
            draw.text((240, top + 450), "公民身份号码  000000199509120000", font=font(38, SANS), fill=(24, 30, 38))
            draw.rectangle((800, top + 80, 1000, top + 340), fill=(198, 210, 220), outline=(130, 146, 160), width=3)
            draw.ellipse((855, top + 110, 945, top + 215), fill=(160, 174, 190))
            draw.pieslice((815, top + 215, 985, top + 450), 180, 360, fill=(140, 156, 176))
        else:
            draw.text((620, top + 140), "中华人民共和国", font=font(54, BOLD), fill=(60, 40, 40), anchor="mm")
            draw.text((620, top + 235), "居 民 身 份 证", font=font(66, BOLD), fill=(60, 40, 40), anchor="mm")
            draw.text((300, top + 400), "签发机关  江城市演示公安局", font=font(36, SANS), fill=(34, 34, 40))
            draw.text((300, top + 460), "有效期限  2015.09.12-2025.09.12", font=font(36, SANS), fill=(34, 34, 40))
    watermark(page)
    return page


def scanned(page: Image.Image, angle: float) -> Image.Image:
    """As it comes from a scanner: a little askew, a little soft, with the grain of paper."""
    turned = page.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=(244, 243, 240))
    noise = Image.effect_noise(page.size, 10).convert("L")
    return Image.blend(turned, Image.merge("RGB", (noise, noise, noise)), 0.03).filter(ImageFilter.UnsharpMask(1, 60))


def pages() -> dict[str, list[Image.Image]]:
    bureau, school = "江城市教育局文件", "江城市滨江小学"
    numbers = [("姓　　名", "演示人员"), ("单　　位", school), ("学　　历", "大学本科"), ("岗　　位", "专业技术十二级")]
    return {
        "appointment": [
            notice(
                "关于同意录用事业单位工作人员的通知",
                [
                    "江城市滨江小学：",
                    "　　根据年度公开招聘计划，经考试、体检、考察和公示，同意录用",
                    "演示人员等同志为你单位事业编制工作人员，请按规定办理聘用手续",
                    "和工资核定。",
                    "　　试用期（见习期）十二个月，自报到之月起计算。",
                ],
                office=bureau,
                number="江教演字〔2018〕36号",
            )
        ],
        "letter": [
            notice(
                "行政介绍信",
                [
                    "江城市人力资源和社会保障局：",
                    "　　兹介绍演示人员同志前往你局办理工资核定手续，请予接洽。",
                    "　　该同志已于本月到我单位报到。",
                ],
                office=bureau,
                number="江教演介〔2018〕12号",
            )
        ],
        "diploma": [diploma()],
        "identity": [identity_card()],
        "assessment": [
            table(
                "年度考核登记表（摘要）",
                [*numbers, ("考核年度", "2017 年"), ("考核结果", "合格"), ("本人签字", "演示人员")],
                office=school,
            )
        ],
        "post": [
            table(
                "岗位聘任备案表",
                [*numbers, ("聘任时间", "2018年3月"), ("聘　　期", "三年"), ("核准文号", "江人社演岗〔2018〕9号")],
                office=school,
            )
        ],
        "form": [
            table("业务办理证明材料", [*numbers, ("事　　由", "工资业务申报"), ("经 办 人", "演示经办")], office=school)
        ],
        "file": [
            table(
                "人事档案目录（演示）",
                [
                    *numbers,
                    ("第一类", "履历材料 2 份"),
                    ("第四类", "学历学位材料 3 份"),
                    ("第九类", "工资、任免材料 4 份"),
                ],
                office=school,
            ),
            notice(
                "履 历 表",
                [
                    "2013.09—2017.07　江城演示大学　本科学生",
                    "2017.08—2018.03　待业、参加公开招聘",
                    "2018.04—至今　　　江城市滨江小学　教师",
                    "",
                    "以上内容属实。本人签字：演示人员",
                ],
                office="江城市滨江小学",
                number="档案材料（演示）",
            ),
            table(
                "高等学校毕业生登记表",
                [*numbers, ("毕业院校", "江城演示大学"), ("政治面貌", "群众")],
                office="江城演示大学",
            ),
        ],
    }


def save(name: str, drawn: list[Image.Image]) -> str:
    worked = [scanned(page, random.uniform(-0.5, 0.5)) for page in drawn]
    if len(worked) == 1:
        worked[0].save(OUT / f"{name}.jpg", quality=72, optimize=True)
        return f"{name}.jpg"
    out = io.BytesIO()
    worked[0].save(out, "PDF", save_all=True, append_images=worked[1:], resolution=150, quality=70)
    (OUT / f"{name}.pdf").write_bytes(out.getvalue())
    return f"{name}.pdf"


def main() -> None:
    from app.materials.inspection import inspect

    OUT.mkdir(exist_ok=True)
    manifest = {}
    for name, drawn in pages().items():
        file = OUT / save(name, drawn)
        verdict = inspect(file, filename=file.name)
        data = file.read_bytes()
        manifest[name] = {
            "file": file.name,
            "sha256": hashlib.sha256(data).hexdigest(),
            "size": len(data),
            "pages": verdict.pages,
            "media_type": verdict.media_type,
            "fingerprint": verdict.fingerprint,
            "accepted": verdict.accepted,
        }
        print(name, len(data), verdict.accepted, verdict.flags, verdict.codes)
    (OUT / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
