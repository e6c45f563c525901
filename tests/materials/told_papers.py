"""Papers drawn with what they say known: kind, person, identity number. Many layouts and wordings of each kind."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageDraw

from tests.materials.told_sheets import (
    PLACES,
    POSTS,
    SCHOOLS,
    SUBJECTS,
    UNITS,
    Rng,
    Sheet,
    Told,
    identity_number,
    person,
    some_day,
    type_of,
)  # fmt: skip


def appointment(height: int, rng: Rng) -> Told:
    """任职文件、聘任通知、聘书."""
    page, who, unit = Sheet(height, rng), person(rng), str(rng.choice(PLACES)) + str(rng.choice(UNITS))
    post, day, way = str(rng.choice(POSTS)), some_day(rng), int(rng.integers(0, 5))
    if way == 4:
        page.y = height * 0.12
        page.centred(str(rng.choice(["聘书", "聘任书", "聘任证书", "任命书"])), 3.4, wide=True)
        page.em = round(page.em * 1.3)
        page.paragraph(
            str(
                rng.choice(
                    [
                        f"兹聘任{who}同志为我单位{post}，聘期三年，自{day}起至二〇二一年三月止。",
                        f"{who}同志：经研究，聘任您为{unit}{post}。特发此书。",
                        f"兹聘请 {who} 老师担任{post}，聘期自{day}起。",
                    ]
                )
            )
        )
        page.signed(unit, day)
        return Told(page.picture, "appointment", who)
    if rng.uniform() < 0.7:
        page.centred(f"{unit}文件", 2.4, colour=(205, 30, 30))
        page.centred(f"{unit[:2]}人发〔{rng.integers(2005, 2019)}〕{rng.integers(1, 200)}号", 1.0)
    titles = (
        f"关于{who}同志任职的通知",
        f"关于{who}同志职务任免的通知",
        f"关于聘任{who}同志职务的通知",
        "关于岗位聘任的通知",
        f"关于{who}等同志任职的决定",
        f"关于同意聘用{who}同志的批复",
        "职务任免通知",
    )
    page.centred(str(rng.choice(titles)), 1.6)
    page.left(str(rng.choice(["各科室：", "局属各单位：", "机关各科室、直属各单位："])))
    bodies = (
        f"经{rng.choice(['局党组', '党委会', '院长办公会'])}"
        f"研究决定，聘任{who}同志为{unit}{post}，聘期三年，"
        f"自{day}起计算。",
        f"根据工作需要，经研究决定：{who}同志任{unit}{post}（试用期一年），免去其原任职务。",
        f"经研究，任命{who}为{post}，任职时间从{day}起。",
        f"根据《事业单位人事管理条例》和岗位设置方案，经考核、公示，同意聘用{who}同志到{post}工作，执行相应工资待遇。",
    )
    page.paragraph(str(rng.choice(bodies)))
    others = []
    if rng.uniform() < 0.3:
        other = person(rng)
        others.append(other)
        page.paragraph(f"免去{other}同志{unit}{post}职务。")
    page.paragraph("特此通知。")
    page.signed(unit, day)
    return Told(page.picture, "appointment", who, others=others)


def diploma(height: int, rng: Rng) -> Told:
    """毕业证书、学位证书."""
    paper = (int(rng.integers(244, 256)), int(rng.integers(236, 250)), int(rng.integers(215, 245)))
    page, who, school = (
        Sheet(height, rng, wide=bool(rng.integers(0, 2)), paper=paper),
        person(rng),
        str(rng.choice(SCHOOLS)),
    )
    subject, sex, day, principal = str(rng.choice(SUBJECTS)), str(rng.choice(["男", "女"])), some_day(rng), person(rng)
    edge = page.margin * 0.4
    page.draw.rectangle(
        [edge, edge, page.width - edge, page.height - edge], outline=(160, 120, 60), width=max(2, height // 250)
    )
    page.em = round(page.em * 1.15)
    if rng.uniform() < 0.6:
        level = str(rng.choice(["普通高等学校", "成人高等教育", "高等教育自学考试", "普通高等学校", ""]))
        page.centred(level + "毕业证书", 2.6, wide=bool(rng.integers(0, 2)))
        text = str(
            rng.choice(
                [
                    f"学生　{who}　性别{sex}，一九八六年七月十二日生，于二〇〇"
                    f"四年九月至二〇〇八年七月在本校{subject}专业四年制本科学习"
                    "，修完教学计划规定的全部课程，成绩合格，准予毕业。",
                    f"学生{who}，{sex}，1988年3月5日生，于2006年9月"
                    f"至2010年7月在本校{subject}专业学习，学制四年，修业期"
                    "满，成绩合格，准予毕业。",
                    f"{who}，{sex}，于{day}在我校{subject}专业（专科）修业期满，准予毕业。",
                ]
            )
        )
    else:
        page.centred(str(rng.choice(["学士学位证书", "硕士学位证书", "学位证书"])), 2.6, wide=bool(rng.integers(0, 2)))
    text = (
        f"{who}，{sex}，一九八五年五月三日生。在{school}{subject}"
        "专业完成了本科学习计划，业已毕业，经审核符合《中华人民共和国学位条"
        "例》的规定，授予文学学士学位。"
    )
    page.y += page.em
    page.paragraph(text, pitch=2.1)
    page.left(f"校　　名：{school}")
    page.left(f"校（院）长：{principal}")
    page.left(f"证书编号：{rng.integers(10**8, 10**9)}{rng.integers(10**8, 10**9)}")
    page.signed(school, day)
    return Told(page.picture, "diploma", who, others=[principal])


def assessment(height: int, rng: Rng) -> Told:
    """年度考核登记表、试用期考核、考核结果通知."""
    page, who, unit, year = (
        Sheet(height, rng),
        person(rng),
        str(rng.choice(PLACES)) + str(rng.choice(UNITS)),
        int(rng.integers(2006, 2019)),
    )
    judge, way = person(rng), int(rng.integers(0, 4))
    if way == 3:
        page.centred(
            str(rng.choice([f"关于{who}同志{year}年度考核结果的通知", "年度考核结果通知书", "试用期满考核合格证明"])),
            1.7,
        )
        page.paragraph(
            str(
                rng.choice(
                    [
                        f"{who}同志：经单位考核委员会评定，您{year}年度考核结果为合格等次。",
                        f"{who}同志于{year}年3月到我单位工作，试用期满，经考核，"
                        "思想政治表现良好，能完成本职工作，考核结果为合格。",
                    ]
                )
            )
        )
        page.signed(unit, some_day(rng))
        return Told(page.picture, "assessment", who)
    page.centred(
        str(
            rng.choice(
                [
                    "事业单位工作人员年度考核登记表",
                    f"{year}年度考核登记表",
                    "机关公务员年度考核登记表",
                    "试用期考核鉴定表",
                    "工作人员聘期考核表",
                    "新聘用人员试用期满考核表",
                ]
            )
        ),
        1.7,
    )
    page.centred(f"（{year}年度）", 1.0)
    spaced = bool(rng.integers(0, 2))
    page.table(
        [
            ["姓　名" if spaced else "姓名", who, "性别", str(rng.choice(["男", "女"])), "出生年月", some_day(rng)],
            ["单　位" if spaced else "单位", unit, "职务", str(rng.choice(POSTS))],
            ["从事或分管工作", "业务工作"],
            [
                "本人\n总结",
                "一年来，认真学习政治理论和业务知识，按时完成各项任务，\n遵守纪律"
                "，团结同志，工作中还存在创新不够的问题，\n今后将继续努力，不断提"
                "高。",
            ],
            ["主管领导评语\n和考核等次建议", f"该同志工作认真负责，建议评为合格。\n签名：{judge}　　{some_day(rng)}"],
            ["考核委员会意见", str(rng.choice(["合格", "优秀", "称职"]))],
            ["本人意见", "同意"],
        ],
        shares=[1.3, 1.4, 0.8, 0.8, 1.1, 1.6],
    )
    return Told(page.picture, "assessment", who, others=[judge])


def approval_form(height: int, rng: Rng) -> Told:
    """工资审批表、调动审批表."""
    wide = bool(rng.integers(0, 2))
    page, who, unit = Sheet(height, rng, wide=wide), person(rng), str(rng.choice(PLACES)) + str(rng.choice(UNITS))
    number = identity_number(rng) if rng.uniform() < 0.6 else None
    if wide:
        page.em = round(page.em * 0.8)
    page.centred(
        str(
            rng.choice(
                [
                    "事业单位工作人员工资变动审批表",
                    "机关工作人员工资审批表",
                    "岗位变动人员工资审批表",
                    "工作人员调动审批表",
                    "录用人员审批表",
                    "正常晋升薪级工资审批表",
                    "退休审批表",
                    "事业单位新聘用人员工资核定表",
                    "岗位聘用审批表",
                ]
            )
        ),
        1.7,
    )
    page.left(f"呈报单位：{unit}　　　　{some_day(rng)}")
    rows = [
        ["姓名", who, "性别", str(rng.choice(["男", "女"])), "出生年月", some_day(rng)],
        ["参加工作时间", some_day(rng), "学历", "本科", "现聘岗位", str(rng.choice(POSTS))],
        [
            "变动原因",
            str(rng.choice(["岗位变动", "正常晋升薪级", "调入", "试用期满"])),
            "执行时间",
            f"{rng.integers(2008, 2019)}.{rng.integers(1, 13):02}",
        ],
        [
            "岗位工资",
            f"{rng.integers(1000, 4000)}元",
            "薪级工资",
            f"{rng.integers(300, 2000)}元",
            "合计",
            f"{rng.integers(2000, 6000)}元",
        ],
        ["单位意见", "同意上报。\n（盖章）"],
        ["主管部门意见", "情况属实，同意。\n（盖章）"],
        ["人社部门\n审批意见", "同意\n（盖章）"],
    ]
    if number:
        rows.insert(1, ["身份证号", number, "民族", "汉族"])
    page.table(rows, shares=[1.2, 1.5, 0.9, 1.0, 1.1, 1.6], tall=float(rng.uniform(2.0, 3.0)))
    page.left(f"填表人：{person(rng)}")
    return Told(page.picture, "approval_form", who, number)


def file_page(height: int, rng: Rng) -> Told:
    """干部履历表、档案目录、登记表."""
    page, who = Sheet(height, rng), person(rng)
    way = int(rng.integers(0, 3))
    if way == 0:
        page.centred(str(rng.choice(["干部履历表", "工作人员履历表", "干部人事档案履历表"])), 2.0)
        page.table(
            [
                ["姓名", who, "曾用名", "无", "性别", "男"],
                ["民族", "汉族", "籍贯", str(rng.choice(PLACES)), "政治面貌", "中共党员"],
                ["家庭出身", "农民", "本人成份", "学生", "健康状况", "健康"],
                ["何年何月\n至何年何月", "在何地何单位任何职务", "证明人"],
                *[
                    [f"{year}.09—{year + 4}.07", f"{rng.choice(SCHOOLS)}学习", person(rng)]
                    for year in (1996, 2000, 2004)
                ],
                ["称谓", "家庭主要成员姓名", "工作单位"],
                ["父亲", person(rng), "农村务农"],
            ],
            shares=[1.2, 1.4, 1, 1.2, 1, 1],
        )
        return Told(page.picture, "file_page", who)
    if way == 1:
        page.centred("干部人事档案材料目录", 1.9, wide=False)
        page.left(f"姓名：{who}")
        page.table(
            [
                ["类号", "材料名称", "材料形成时间", "页数"],
                *[
                    [
                        f"{at}-{at}",
                        str(
                            rng.choice(
                                [
                                    "干部履历表",
                                    "自传",
                                    "年度考核登记表",
                                    "学籍卡",
                                    "入党志愿书",
                                    "转正定级审批表",
                                    "工资审批表",
                                    "毕业生登记表",
                                ]
                            )
                        ),
                        f"{rng.integers(1990, 2018)}.{rng.integers(1, 13)}",
                        str(rng.integers(1, 9)),
                    ]
                    for at in range(1, 9)
                ],
            ],
            shares=[0.7, 3, 1.6, 0.7],
        )
        return Told(page.picture, "file_page", who)
    page.centred(str(rng.choice(["职工登记表", "高等学校毕业生登记表", "学生学籍卡", "招工登记表", "入党志愿书"])), 2.0)
    page.table([
        ["姓名", who, "性别", "女", "民族", "汉族"], [
        "出生年月", some_day(rng), "籍贯", str(rng.choice(PLACES)), "政治面貌", "团员"],
        ["家庭住址", "江州市东山区和平路18号"], ["本人简历",
        "1992.09—1998.07 和平小学\n1998.09—200"
        "4.07 第一中学\n2004.09—2008.07 江州大学"],
        ["家庭主要成员",
        f"父亲 {person(rng)} 农民\n母亲 {person(rng)}"
        " 农民"], ["奖惩情况", "无"], ["证明人", person(rng)],
    ], shares=[1.2, 1.4, 1, 1.2, 1, 1])  # fmt: skip
    return Told(page.picture, "file_page", who)


def identity_card(height: int, rng: Rng) -> Told:
    """The front of a card, or its copy on a sheet."""
    who, number = person(rng), identity_number(rng)
    card = Image.new(
        "RGB",
        (856 * 2, 540 * 2),
        (int(rng.integers(215, 240)), int(rng.integers(228, 245)), int(rng.integers(235, 250))),
    )
    draw, dark, label = ImageDraw.Draw(card), (25, 25, 30), (60, 90, 150)
    face = lambda size: type_of(size, "ans", "Regular")  # noqa: E731
    born = (number[6:10], str(int(number[10:12])), str(int(number[12:14])))
    for y, name, value in (
        (130, "姓 名", who),
        (250, "性 别", "女　 民 族　汉"),
        (370, "出 生", f"{born[0]} 年 {born[1]} 月 {born[2]} 日"),
        (490, "住 址", "江州市东山区和平路"),
        (560, "", f"{rng.integers(1, 200)}号{rng.integers(1, 20)}栋{rng.integers(101, 999)}室"),
    ):
        draw.text((110, y), name, font=face(44), fill=label)
        draw.text((290, y), value, font=face(52), fill=dark)
    draw.text((110, 880), "公民身份号码", font=face(44), fill=label)
    draw.text((520, 870), number, font=face(62), fill=dark)
    draw.rounded_rectangle([1150, 140, 1600, 720], 30, fill=(200, 205, 212))
    draw.ellipse([1280, 220, 1470, 460], fill=(150, 120, 105))
    if rng.uniform() < 0.5:
        return Told(card.resize((round(height * 1.0), round(height * 540 / 856))), "identity_card", who, number)
    page = Image.new("RGB", (round(height / 1.414), height), (250, 250, 250))
    small = card.resize((round(page.width * 0.62), round(page.width * 0.62 * 540 / 856)))
    if rng.uniform() < 0.5:
        small = small.convert("L").convert("RGB")
    page.paste(small, (round(page.width * 0.19), round(height * 0.12)))
    return Told(page, "identity_card", who, number)


def other(height: int, rng: Rng) -> Told:
    """Notices, minutes, certificates of other kinds."""
    page, unit, who = Sheet(height, rng), str(rng.choice(PLACES)) + str(rng.choice(UNITS)), person(rng)
    way = int(rng.integers(0, 4))
    if way == 0:
        page.centred(
            str(rng.choice(["关于做好春节期间安全工作的通知", "关于规范公文格式的通知", "关于召开全体职工大会的通知"])),
            1.7,
        )
        for _ in range(int(rng.integers(2, 5))):
            page.paragraph(
                "各单位应当严格落实责任，加强值班值守，遇有重大情况及时报告。要认真"
                "组织学习，做好宣传，确保各项措施落到实处。"
            )
        page.signed(unit, some_day(rng))
        return Told(page.picture, "other", None)
    if way == 1:
        page.centred("荣誉证书", 3.0, wide=True)
        page.paragraph(f"{who}同志：在二〇一七年度工作中成绩突出，被评为先进工作者，特发此证，以资鼓励。")
        page.signed(unit, some_day(rng))
        return Told(page.picture, "other", who)
    if way == 2:
        page.centred("会议纪要", 2.2)
        for _ in range(4):
            page.paragraph("会议听取了近期工作情况的汇报，研究了下一步重点任务，要求各部门密切配合，按时完成。")
        return Told(page.picture, "other", None)
    page.centred("超市购物清单", 1.8)
    page.table(
        [
            ["品名", "数量", "单价", "金额"],
            *[
                [
                    str(rng.choice(["牛奶", "面包", "苹果", "洗衣粉", "大米"])),
                    str(rng.integers(1, 9)),
                    f"{rng.integers(1, 90)}.00",
                    f"{rng.integers(1, 300)}.00",
                ]
                for _ in range(8)
            ],
        ]
    )
    return Told(page.picture, "other", None)


PAPERS: dict[str, Callable[[int, Rng], Told]] = {
    "appointment": appointment, "diploma": diploma, "assessment": assessment, "approval_form": approval_form,
    "file_page": file_page, "identity_card": identity_card, "other": other,
}  # fmt: skip
