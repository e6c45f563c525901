"""Words, people, seals, portraits and handwriting of the papers that a browser sets."""

# ruff: noqa: E501

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.materials.told_sheets import PLACES, POSTS, SCHOOLS, SUBJECTS, UNITS, identity_number, person

Rng = np.random.Generator


@dataclass(frozen=True)
class Who:
    """The person a paper is about."""

    name: str
    id_number: str

    @property
    def born(self) -> tuple[int, int, int]:
        """The day of birth that the number tells."""
        return int(self.id_number[6:10]), int(self.id_number[10:12]), int(self.id_number[12:14])

    @property
    def sex(self) -> str:
        """As the last but one figure of the number tells."""
        return "男" if int(self.id_number[16]) % 2 else "女"


def anybody(rng: Rng) -> Who:
    """Somebody with a name and a number."""
    return Who(person(rng), identity_number(rng))


def unit(rng: Rng) -> str:
    """A public institution."""
    return str(rng.choice(PLACES)) + str(rng.choice(UNITS))


def post(rng: Rng) -> str:
    """A post."""
    return str(rng.choice(POSTS))


def school(rng: Rng) -> tuple[str, str]:
    """A university and a subject."""
    return str(rng.choice(SCHOOLS)), str(rng.choice(SUBJECTS))


def day(rng: Rng) -> str:
    """A day, in figures."""
    return f"{rng.integers(2003, 2019)}年{rng.integers(1, 13)}月{rng.integers(1, 29)}日"


_PHRASES = (
    "进一步加强基层公共服务能力建设", "落实岗位设置管理有关要求", "严格执行国家统一的工资制度", "按照干部管理权限办理手续",
    "对照职责清单逐项梳理工作任务", "组织开展业务培训和技能竞赛", "完善内部控制和财务管理制度", "推进档案数字化整理工作",
    "认真听取群众意见并及时反馈", "遵守工作纪律和职业道德规范", "承担全年门诊和下乡巡诊任务", "完成了教学计划规定的各项内容",
    "参与编写年度统计资料汇编", "做好汛期值班和应急处置准备", "保证经费使用公开透明", "建立健全考勤登记与请销假办法",
    "为离退休人员提供上门服务", "按时报送月度报表及有关凭证", "切实做到材料齐全手续完备", "对存在的问题限期整改到位",
)  # fmt: skip


def prose(rng: Rng, length: int) -> str:
    """Running text of about so many characters."""
    told = ""
    while len(told) < length:
        told += str(rng.choice(_PHRASES)) + str(rng.choice(["，", "，", "；", "。", "、"]))
    return told[: length - 1] + "。"


def seal(rng: Rng, text: str, *, left: float, top: float, size: float = 150) -> str:
    """A round red seal at this place."""
    turn, red = rng.uniform(-25, 25), f"rgb({rng.integers(190, 226)},{rng.integers(20, 60)},{rng.integers(25, 60)})"
    letters = "".join(
        f'<text x="75" y="24" transform="rotate({-110 + 220 * at / max(1, len(text) - 1):.0f} 75 75)" '
        f'text-anchor="middle" font-size="15" fill="{red}">{letter}</text>'
        for at, letter in enumerate(text[:14])
    )
    return (
        f'<svg class=seal style="left:{left:.0f}px;top:{top:.0f}px;transform:rotate({turn:.0f}deg)" width={size:.0f} '
        f'height={size:.0f} viewBox="0 0 150 150"><circle cx=75 cy=75 r=70 fill=none stroke="{red}" stroke-width=4 />'
        f'{letters}<text x=75 y=90 text-anchor=middle font-size=42 fill="{red}">★</text></svg>'
    )


def portrait(rng: Rng, *, wide: int = 96, high: int = 128) -> str:
    """A passport photo."""
    ground = str(rng.choice(["#4a90d9", "#d33a3a", "#e8ecf0"]))
    coat = f"rgb({rng.integers(10, 120)},{rng.integers(10, 120)},{rng.integers(20, 140)})"
    return (
        f'<svg class=photo width={wide} height={high} viewBox="0 0 96 128"><rect width=96 height=128 fill="{ground}"/>'
        f'<path d="M6 128 C10 88 34 86 48 86 C62 86 86 88 90 128Z" fill="{coat}"/>'
        f'<ellipse cx=48 cy=50 rx=24 ry=32 fill="#e6b78f"/><path d="M22 46 C20 8 76 8 74 46 C66 28 32 28 22 46Z" '
        f'fill="#1c1713"/><circle cx=39 cy=50 r=2.6 /><circle cx=57 cy=50 r=2.6 />'
        f'<path d="M40 68 Q48 73 56 68" stroke="#a04848" stroke-width=2 fill=none /></svg>'
    )


def by_hand(rng: Rng, text: str, *, size: float = 22) -> str:
    """The text as a hand writes it: no two letters stand alike."""
    return "".join(
        f'<span style="transform:rotate({rng.normal(0, 4):.1f}deg) translate({rng.normal(0, 1):.1f}px,'
        f'{rng.normal(0, 1.6):.1f}px) skewX({rng.normal(-6, 4):.0f}deg);font-size:{size * rng.uniform(0.9, 1.12):.1f}px">'
        f"{letter}</span>"
        for letter in text
    )
