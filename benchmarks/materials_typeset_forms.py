"""The layouts of papers that a browser sets: notices, certificates, tables, cards, notes, slips and dense print."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.materials_typeset_ink import Rng, Who, by_hand, day, portrait, post, prose, school, seal, unit
from tests.materials.told_sheets import person

_A4, _A5, _LYING, _CARD = (794, 1123), (559, 794), (1123, 794), (540, 340)


@dataclass(frozen=True)
class Form:
    """A layout: what kind of paper it is, its size at 96 dots an inch, and how it is written."""

    kind: str
    size: tuple[int, int]
    write: Callable[[Rng, Who], str]
    named: bool = True
    tint: str = ""
    numbered: bool = False
    """Whether the identity number stands on it."""
    full: bool = True
    """Whether there is print all over, so that a spot or a cut takes some of it."""


def _notice(rng: Rng, who: Who) -> str:
    from_ = unit(rng)
    return (
        f"<div class=m><div class=red>{from_}文件</div><div class=c>{from_[:2]}人发〔{rng.integers(2005, 2019)}〕"
        f"{rng.integers(1, 160)}号</div><h1 style='margin-top:30px'>关于{who.name}同志任职的通知</h1>"
        f"<p style='text-indent:0'>各科室、所属各单位：</p><p>{prose(rng, int(rng.integers(40, 120)))}经研究决定，任命"
        f"{who.name}同志为{unit(rng)}{post(rng)}，试用期一年，任职时间从{day(rng)}起计算。</p>"
        f"<p>{prose(rng, int(rng.integers(60, 220)))}</p><p>特此通知。</p><br><p class=r>{from_}</p>"
        f"<p class=r>{day(rng)}</p></div>" + seal(rng, from_, left=520, top=rng.uniform(620, 700))
    )


def _letter_of_appointment(rng: Rng, who: Who) -> str:
    from_ = unit(rng)
    return (
        f"<div class=frame></div><div style='padding:90px 130px'><h1 style='font-size:64px;letter-spacing:40px;"
        f"color:#b3231f'>聘书</h1><p style='font-size:25px;line-height:2.1'>兹聘任{who.name}同志为我单位{post(rng)}，聘期三年，"
        f"自{day(rng)}起计算。</p><br><p class=r style='font-size:21px'>{from_}</p><p class=r>{day(rng)}</p></div>"
        + seal(rng, from_, left=760, top=470)
    )


def _roll(rng: Rng, who: Who) -> str:
    rows = [who.name, *(person(rng) for _ in range(int(rng.integers(9, 18))))]
    cells = "".join(
        f"<tr><td>{at + 1}<td>{name}<td>{rng.choice(['男', '女'])}<td>{unit(rng)}<td>{post(rng)}"
        f"<td>{rng.integers(2004, 2019)}.{rng.integers(1, 13):02}</tr>"
        for at, name in enumerate(rows)
    )
    return (
        f"<div class=n><h1>事业单位工作人员岗位津贴发放明细表</h1><table><tr><th>序号<th>姓名<th>性别<th>所在单位<th>岗位<th>时间</tr>"
        f"{cells}</table><br><p class=r>制表：{person(rng)}　复核：{person(rng)}</p></div>"
    )


def _diploma(rng: Rng, who: Who) -> str:
    where, subject = school(rng)
    year, month, date = who.born
    return (
        f"<div class=frame></div><div style='position:absolute;left:90px;top:150px'>{portrait(rng, wide=150, high=200)}"
        f"</div><div style='position:absolute;left:330px;right:90px;top:90px'><h1 style='font-size:46px;color:#8b1a1a;"
        f"letter-spacing:14px'>{rng.choice(['毕业证书', '普通高等学校毕业证书'])}</h1><p style='font-size:20px;line-height:2.2'>学生 {who.name}，"
        f"性别 {who.sex}，{year}年{month}月{date}日生，于{year + 18}年九月至{year + 22}年七月在本校{subject}专业四年制本科学习，"
        f"修完教学计划规定的全部课程，成绩合格，准予毕业。</p></div><div style='position:absolute;left:90px;bottom:90px'>"
        f"证书编号：{rng.integers(10**8, 10**9)}{rng.integers(10**8, 10**9)}</div><div style='position:absolute;right:110px;"
        f"bottom:100px'>校（院）长：{person(rng)}　　{where}</div>" + seal(rng, where, left=760, top=540)
    )


def _degree(rng: Rng, who: Who) -> str:
    where, subject = school(rng)
    year, month, date = who.born
    return (
        f"<div class=frame></div><div style='padding:120px 110px'><h1 style='font-size:50px'>学士学位证书</h1><div class=c>"
        f"{portrait(rng, wide=120, high=160)}</div><br><p style='font-size:21px;line-height:2.3'>{who.name}，{who.sex}，"
        f"{year}年{month}月{date}日生。在{where}{subject}专业完成了本科学习计划，业已毕业，经审核符合《中华人民共和国学位条例》的规定，"
        f"授予学士学位。</p><br><p class=r>{where}</p><p class=r>学位评定委员会主席　{person(rng)}</p></div>"
        + seal(rng, where, left=480, top=800)
    )


def _assessment(rng: Rng, who: Who) -> str:
    year = rng.integers(2008, 2019)
    return (
        f"<div class=n><h1>事业单位工作人员年度考核登记表</h1><div class=c>（{year}年度）</div><table>"
        f"<tr><td>姓名<td>{who.name}<td>性别<td>{who.sex}<td>出生年月<td>{who.born[0]}.{who.born[1]:02}</tr>"
        f"<tr><td>政治面貌<td>中共党员<td>文化程度<td>本科<td>现任岗位<td>{post(rng)}</tr>"
        f"<tr><td>单位<td colspan=5>{unit(rng)}</tr><tr><td>本<br>人<br>总<br>结<td colspan=5 class=big>"
        f"{prose(rng, int(rng.integers(120, 420)))}</tr><tr><td>主管领导评语<td colspan=5 class=big>{prose(rng, 50)}建议评为合格等次。"
        f"</tr><tr><td>考核委员会意见<td colspan=5 class=big>考核结果：{rng.choice(['优秀', '合格'])}<br>　　　　　　　　{day(rng)}</tr>"
        f"<tr><td>备注<td colspan=5></tr></table></div>" + seal(rng, unit(rng), left=560, top=rng.uniform(700, 820))
    )


def _approval(rng: Rng, who: Who) -> str:
    pay = [int(value) for value in rng.integers(900, 5200, 8)]
    return (
        f"<div class=n><h1>事业单位工作人员工资变动审批表</h1><div>呈报单位：{unit(rng)}　　　　　　　{day(rng)}</div><table>"
        f"<tr><td>姓名<td>{who.name}<td>性别<td>{who.sex}<td>身份证号<td colspan=3>{who.id_number}</tr>"
        f"<tr><td>参加工作时间<td>{rng.integers(1980, 2010)}.{rng.integers(1, 13):02}<td>学历<td>大学<td>现聘岗位<td colspan=3>{post(rng)}</tr>"
        f"<tr><td rowspan=2>变动前<td>岗位工资<td>薪级工资<td>基础绩效<td rowspan=2>变动后<td>岗位工资<td>薪级工资<td>基础绩效</tr>"
        f"<tr><td>{pay[0]}<td>{pay[1]}<td>{pay[2]}<td>{pay[3]}<td>{pay[4]}<td>{pay[5]}</tr>"
        f"<tr><td>变动原因<td colspan=3>{rng.choice(['正常晋升薪级', '岗位变动', '试用期满'])}<td>执行时间<td colspan=3>{rng.integers(2009, 2019)}年1月</tr>"
        f"<tr><td>单位意见<td colspan=3 class=big>同意上报。<td>主管部门意见<td colspan=3 class=big>情况属实。</tr>"
        f"<tr><td>审批机关意见<td colspan=7 class=big>同意。</tr></table><div>填表人：{person(rng)}</div></div>"
        + seal(rng, unit(rng), left=rng.uniform(300, 800), top=520)
    )


def _resume(rng: Rng, who: Who) -> str:
    year = who.born[0] + 18
    rows = "".join(
        f"<tr><td>{year + 4 * at}.09—{year + 4 * at + 4}.07<td colspan=3>{unit(rng)}<td>{post(rng)}<td>{person(rng)}</tr>"
        for at in range(int(rng.integers(4, 9)))
    )
    return (
        f"<div class=n><h1>干部履历表</h1><table><tr><td>姓名<td>{who.name}<td>曾用名<td>无<td rowspan=3 colspan=2>"
        f"{portrait(rng)}</tr><tr><td>籍贯<td>{unit(rng)[:3]}<td>民族<td>汉族</tr><tr><td>家庭出身<td>农民<td>本人成份<td>学生</tr>"
        f"<tr><td>起止年月<td colspan=3>在何地何单位<td>任何职务<td>证明人</tr>{rows}"
        f"<tr><td>家庭主要成员<td colspan=5 class=big>{prose(rng, 60)}</tr></table></div>"
    )


def _identity_card(rng: Rng, who: Who) -> str:
    year, month, date = who.born
    return (
        f"<div style='position:absolute;inset:0;background:linear-gradient(120deg,#dfeaf4,#eef3ee,#dbe8f6)'></div>"
        f"<div style='position:absolute;left:38px;top:34px;font-size:19px;line-height:2.0;font-family:Noto Sans CJK SC'>"
        f"姓名　<b>{who.name}</b><br>性别　{who.sex}　民族　汉<br>出生　{year}年{month}月{date}日<br>住址　{unit(rng)[:3]}建设路<br>　　　"
        f"{rng.integers(1, 300)}号{rng.integers(1, 30)}室</div><div style='position:absolute;right:38px;top:38px'>"
        f"{portrait(rng, wide=150, high=190)}</div><div style='position:absolute;left:38px;bottom:28px;font-size:21px;"
        f"font-family:Noto Sans CJK SC'>公民身份号码　{who.id_number}</div>"
    )


def _card_copy(rng: Rng, who: Who) -> str:
    front = _identity_card(rng, who)
    back = (
        "<div style='position:absolute;inset:0;background:#e6eef6'></div><div style='position:absolute;left:190px;top:40px;"
        "font-size:26px;font-family:Noto Sans CJK SC'>中华人民共和国<br><b style='font-size:36px'>居民身份证</b></div>"
        "<div style='position:absolute;left:50px;top:50px;font-size:80px;color:#c4302b'>★</div>"
        f"<div style='position:absolute;left:90px;bottom:40px;font-size:18px'>签发机关　{unit(rng)[:3]}公安局<br>"
        f"有效期限　2012.0{rng.integers(1, 10)}.11-2032.01.11</div>"
    )
    held = "<div style='position:absolute;left:{}px;top:{}px;width:540px;height:340px;border:1px solid #aaa'>{}</div>"
    return held.format(120, 150, front) + held.format(120, 600, back)


def _note(rng: Rng, who: Who) -> str:
    lines = "".join(
        f"<p class=hand>{by_hand(rng, prose(rng, int(rng.integers(30, 70))))}</p>"
        for _ in range(int(rng.integers(2, 6)))
    )
    return (
        f"<div class=m><h1 class=hand style='font-size:30px'>{by_hand(rng, '情况说明', size=30)}</h1><p class=hand>"
        f"{by_hand(rng, f'本人{who.name}，')}</p>{lines}<br><p class='hand r'>{by_hand(rng, who.name)}</p>"
        f"<p class='hand r'>{by_hand(rng, day(rng))}</p></div>"
    )


def _proof(rng: Rng, who: Who) -> str:
    from_ = unit(rng)
    return (
        f"<div class=m style='padding-top:120px'><h1 style='letter-spacing:20px;font-size:32px'>收入证明</h1>"
        f"<p>兹证明{who.name}同志（身份证号：{who.id_number}）系我单位在编工作人员，月收入人民币{rng.integers(3000, 9000)}元。</p>"
        f"<p>特此证明。</p><br><br><p class=r>{from_}</p><p class=r>{day(rng)}</p></div>"
        + seal(rng, from_, left=500, top=340)
    )


def _rules(rng: Rng, _who: Who) -> str:
    parts = "".join(
        f"<p><b>第{at}条</b>　{prose(rng, int(rng.integers(60, 150)))}</p>"
        for at in range(1, 1 + int(rng.integers(8, 15)))
    )
    return f"<div class=n><h1>工作人员考勤管理办法</h1><div class=two>{parts}</div></div>"


def _payroll(rng: Rng, _who: Who) -> str:
    head = "".join(
        f"<th>{word}"
        for word in [
            "序号",
            "姓名",
            "岗位",
            "薪级",
            "基础",
            "奖励",
            "津贴",
            "补贴",
            "应发",
            "公积",
            "医保",
            "养老",
            "个税",
            "实发",
        ]
    )
    rows = "".join(
        f"<tr><td>{at + 1}<td>{person(rng)}"
        + "".join(f"<td>{rng.integers(60, 9000)}.{rng.integers(0, 100):02}" for _ in range(12))
        for at in range(int(rng.integers(14, 25)))
    )
    return f"<div class=n><h1>{rng.integers(2010, 2019)}年{rng.integers(1, 13)}月工资发放明细表</h1><table class=grid><tr>{head}</tr>{rows}</table></div>"


def _receipt(rng: Rng, who: Who) -> str:
    return (
        f"<div style='padding:50px 44px'><h1>收　据</h1><div class=r>No {rng.integers(10**6, 10**7)}</div><br>"
        f"<table><tr><td>交款人<td colspan=3>{who.name}</tr><tr><td>事由<td colspan=3>{prose(rng, 14)}</tr>"
        f"<tr><td>金额<td colspan=3>人民币 {rng.integers(100, 9000)}.00 元</tr><tr><td>收款人<td>{person(rng)}<td>会计<td>{person(rng)}</tr>"
        f"</table><br><p class=r>{day(rng)}</p></div>" + seal(rng, unit(rng), left=330, top=420, size=120)
    )


def _signature(rng: Rng, who: Who) -> str:
    return (
        f"<div class=m style='padding-top:{rng.integers(90, 500)}px'><p style='text-indent:0'>乙方（签字）：<span class=hand>"
        f"{by_hand(rng, who.name)}</span></p><br><p style='text-indent:0'>签订日期：{day(rng)}</p></div>"
    )


def _newsletter(rng: Rng, _who: Who) -> str:
    return (
        f"<div class=n><div class=red style='font-size:48px'>工作简报</div><div class=c>第{rng.integers(1, 60)}期　{day(rng)}</div><br>"
        f"<div class=three>{''.join(f'<p>{prose(rng, 120)}</p>' for _ in range(8))}</div></div>"
    )


def _checklist(rng: Rng, who: Who) -> str:
    rows = "".join(
        f"<tr><td>{at + 1}<td style='text-align:left'>{prose(rng, int(rng.integers(8, 16)))}<td>{'☑' if rng.uniform() < 0.7 else '☐'}<td>{'☐'}<td>"
        for at in range(int(rng.integers(8, 20)))
    )
    return (
        f"<div class=n><h1>入职体检报告</h1><div>受检人：{who.name}　性别：{who.sex}　编号：{rng.integers(10**5, 10**6)}</div>"
        f"<table><tr><th>序<th>项目<th>正常<th>异常<th>备注</tr>{rows}</table><p class=r>医师：{person(rng)}</p></div>"
    )


FORMS: dict[str, Form] = {
    "notice": Form("appointment", _A4, _notice),
    "letter_of_appointment": Form("appointment", _LYING, _letter_of_appointment, tint="#fbf3df", full=False),
    "diploma": Form("diploma", _LYING, _diploma, tint="#f8f4e6", full=False),
    "degree": Form("diploma", _A4, _degree, full=False),
    "assessment": Form("assessment", _A4, _assessment),
    "approval": Form("approval_form", _LYING, _approval, numbered=True),
    "resume": Form("file_page", _A4, _resume),
    "identity_card": Form("identity_card", _CARD, _identity_card, numbered=True, full=False),
    "card_copy": Form("identity_card", _A4, _card_copy, numbered=True, full=False),
    "note": Form("other", _A4, _note),
    "proof": Form("other", _A4, _proof, numbered=True, full=False),
    "rules": Form("other", _A4, _rules, named=False),
    "payroll": Form("other", _LYING, _payroll, named=False),
    "roll": Form("other", _LYING, _roll, named=False),
    "receipt": Form("other", _A5, _receipt, tint="#f9d9dc", full=False),
    "signature": Form("other", _A4, _signature, full=False),
    "newsletter": Form("other", _A4, _newsletter, named=False),
    "checklist": Form("other", _A4, _checklist, tint="#e3f0fb"),
}
