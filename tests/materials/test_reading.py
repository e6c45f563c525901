"""What papers say is found in their lines: kind, person, numbers and days, also where the recogniser slipped."""

from __future__ import annotations

import pytest

from app.materials.claims import hold_against
from app.materials.kinds import Kind, kind_named
from app.materials.particulars import days_on, document_numbers_on, id_numbers_on
from app.materials.people_named import names_on
from app.materials.reading import Reading, read_off
from app.materials.written import Line, ReadPage


def _page(*texts: str | tuple[str, float, float], sure: float = 0.98) -> ReadPage:
    """Lines one below the other; a line with two figures stands at that place: from the left, from the top."""
    lines = []
    for number, told in enumerate(texts):
        text, left, top = told if isinstance(told, tuple) else (told, 0.1, 0.05 + 0.04 * number)
        right = min(left + 0.02 * len(text), 1.0)
        lines.append(Line(text, (left, top, right, top + 0.02), (sure,) * len(text)))
    return ReadPage(1, 0, tuple(lines), len(lines))


def _title(text: str) -> Line:
    width = min(0.04 * len(text), 0.8)
    return Line(text, (0.5 - width / 2, 0.06, 0.5 + width / 2, 0.1), (0.99,) * len(text))


@pytest.mark.parametrize(
    ("title", "body", "kind"),
    [
        ("关于张建国同志任职的通知", "经局党组研究决定，聘任张建国同志为办公室主任。", Kind.APPOINTMENT),
        ("聘　书", "兹聘请李敏老师担任高级教师，聘期三年。", Kind.APPOINTMENT),
        ("普通高等学校毕业证书", "学生王芳，性别女，成绩合格，准予毕业。", Kind.DIPLOMA),
        ("学士学位证书", "赵磊，男，授予文学学士学位。", Kind.DIPLOMA),
        ("事业单位工作人员年度考核登记表", "姓名 张建国 考核等次 合格", Kind.ASSESSMENT),
        ("岗位聘任审批表", "呈报单位：某市第一中学 审批意见 同意", Kind.APPROVAL_FORM),
        ("干部履历表", "姓名 王芳 籍贯 曾用名 家庭出身", Kind.FILE_PAGE),
        ("干部人事档案材料目录", "类号 材料名称 页数", Kind.FILE_PAGE),
        ("荣誉证书", "王芳同志被评为先进工作者。", Kind.OTHER),
        ("专业技术职务任职资格证书", "姓名 王芳 资格名称 高级教师", Kind.OTHER),
        ("事业单位聘用合同书", "甲方 乙方 聘用合同期限", Kind.APPOINTMENT),
        ("岗位准聘卡", "姓名 张建国 岗位 专业技术七级", Kind.APPOINTMENT),
        ("录用通知书", "张建国同志：经考试、体检合格，决定录用。", Kind.APPOINTMENT),
        ("劳动合同书", "甲方 乙方 合同期限", Kind.OTHER),
        ("关于续聘张建国同志专业技术职务的决定", "经研究，续聘张建国同志。", Kind.APPOINTMENT),
        ("某市档案馆职工请（休）假单", "请假人 张建国 请假事由 回家", Kind.OTHER),
        ("入职健康体检表", "姓名 张建国 健康状况 良好", Kind.OTHER),
        ("录用人员体检表", "姓名 张建国 健康状况 良好", Kind.FILE_PAGE),
        ("授权委托书", "本人因故不能到场，委托家人。居民身份证号码、住址如下。", Kind.OTHER),
        ("关于做好安全工作的通知", "各单位应当加强值班，遇有情况及时报告。", Kind.OTHER),
    ],
)
def test_a_title_tells_the_kind(title: str, body: str, kind: Kind) -> None:
    page = _page(("占位", 0.1, 0.2), (body, 0.1, 0.3))
    found = read_off([ReadPage(1, 0, (_title(title), page.lines[1]), 2)]).kind
    assert found is not None
    assert found.kind is kind


def test_an_identity_card_is_known_without_a_title() -> None:
    reading = read_off([_page("姓名 王芳", "性别 女 民族 汉", "住址 江州市和平路", "公民身份号码 11010519491231002X")])
    assert reading.kind is not None
    assert reading.kind.kind is Kind.IDENTITY_CARD
    assert reading.name is not None
    assert (reading.name.name, reading.id_number and reading.id_number.value) == ("王芳", "11010519491231002X")


def test_a_later_page_of_an_application_to_the_party_is_of_a_file() -> None:
    found = read_off([_page("入党介绍人意见", "支部大会通过接收申请人为预备党员的决议", "党委审批意见")]).kind
    assert found is not None
    assert found.kind is Kind.FILE_PAGE


def test_a_page_on_which_nothing_can_be_read_has_no_kind() -> None:
    assert read_off([_page()]).kind is None
    assert read_off([_page("一二")]).kind is None


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["姓名：王小明"], "王小明"),
        (["姓  名  欧阳修文"], "欧阳修文"),
        ([("姓名", 0.1, 0.1), ("张三丰", 0.3, 0.1), ("性别", 0.5, 0.1)], "张三丰"),
        ([("姓", 0.1, 0.1), ("名", 0.15, 0.1), ("李四", 0.3, 0.1)], "李四"),
        ([("姓名", 0.1, 0.1), ("单位", 0.4, 0.1), ("周敏", 0.1, 0.13), ("第一中学", 0.4, 0.13)], "周敏"),
        (["经研究，聘任张三同志为办公室主任。"], "张三"),
        (["经党委会研究，任命孙丽华为副主任。"], "孙丽华"),
        (["经研究决定，聘任常", "晨同志为专业技术十级岗位。"], "常晨"),
        (["学生 马超 性别男，一九八六年生，准予毕业。"], "马超"),
        (["钱敏，女，1988年3月5日生，准予毕业。"], "钱敏"),
        (["关于吴刚同志职务任免的通知"], "吴刚"),
        (["姓名：买买提·艾力"], "买买提·艾力"),
        (["姓名：买买提•艾力"], "买买提·艾力"),
        (
            [("姓名", 0.1, 0.1), ("古丽娜尔·阿不都", 0.3, 0.1), ("拉", 0.37, 0.125), ("汉族", 0.3, 0.15)],
            "古丽娜尔·阿不都拉",
        ),
        ([("姓名", 0.1, 0.1), ("艾力·肉孜", 0.3, 0.1), ("汉族", 0.3, 0.15)], "艾力·肉孜"),
        (["根据工作需要，现聘任阿依古丽·买买", "提同志为高级教师。"], "阿依古丽·买买提"),
        (["经党委会议研究，决定聘任李", "文博同志为办公室主任。"], "李文博"),
        ([("请假人", 0.1, 0.1), ("杜", 0.3, 0.1), ("桂", 0.36, 0.1), ("部门", 0.5, 0.1)], "杜桂"),
        ([("姓名", 0.1, 0.1), ("蔡靜瑤", 0.3, 0.1)], "蔡静瑶"),
        (["姓名：李胜男　性别：女"], "李胜男"),
        (["姓名：李胜男"], "李胜男"),
        (["姓名：李明　男　汉族"], "李明"),
        (["乙方（受聘人）：谢德宇　性别：男　出生年月：1978年4月"], "谢德宇"),
        (["石霞敏　女　1974年9月23日生，参加考试"], "石霞敏"),
        (["兹介绍我单位_谭颖霞_同志（身份证号：", "壹人，前往你处查阅档案，请予接洽。"], "谭颖霞"),
        (["兹介绍江州市第一中学教师王敏等二人前往你处"], "王敏"),
        (["兹证明我单位职工何伟，系在编人员。"], "何伟"),
        (["委托人：谭颖霞，女，身份证号码如下。", "受托人：何伟，男，身份证号码如下。"], "谭颖霞"),
        (["请假条", "本人杜桂因病不能到岗，望批准。"], "杜桂"),
        (["关于续聘汤霞同志专业技术职务的决定"], "汤霞"),
        (["评议无异议，决定聘任汤霞同志（女，1965年12月出", "生）为助理工程师。"], "汤霞"),
        (["王敏 女士：", "现聘请您担任我单位顾问。"], "王敏"),
        (["经研究决定：", "张伟任江州市水务局办公室主任。", "免去何丽的办公室主任职务。"], "张伟"),
        (["上官珍兰　女　1975年7月6日生，参加考试"], "上官珍兰"),
        (["学生司马南，性别男，准予毕业。"], "司马南"),
        (
            [
                "本人阿依古丽·买买提，系职工，望批准！",
                ("请假人：阿依古丽·买买提", 0.6, 0.3),
                ("2014年5月8日", 0.7, 0.35),
            ],
            "阿依古丽·买买提",
        ),
        (["李敏，", "授予李敏工学学士学位。"], "李敏"),
        (["经谈话，申请人应度诚＆，对党的认识比较深刻"], None),
        (["张伟同志任办公室主任；", "李敏同志任财务科科长；", "王强同志任人事科科长。"], None),
        (["校长：李四"], None),
        (["受检人：赵敏　性别：女　编号：104523", "医师：李四"], "赵敏"),
        ([("交款人", 0.1, 0.1), ("周海燕", 0.3, 0.1), ("收款人", 0.1, 0.15), ("王芳", 0.3, 0.15)], "周海燕"),
        ([("交款人", 0.1, 0.1), ("事由", 0.1, 0.15), ("资料费", 0.3, 0.15)], None),
        (["乙方（签字）：韩雪"], "韩雪"),
        (["乙方应当按照规定", "甲方：某某单位"], None),
        (["情况说明", "本人何伟，", ("何伟", 0.7, 0.3), ("2012年5月3日", 0.7, 0.35)], "何伟"),
        (["情况说明", "本人于去年调入。", ("何伟", 0.7, 0.3), ("2012年5月3日", 0.7, 0.35)], "何伟"),
        (["本人申请，调整岗位。"], None),
        (["请各单位认真学习。", ("何伟", 0.7, 0.3), ("2012年5月3日", 0.7, 0.35)], None),
        (["各科室同志为完成任务"], None),
    ],
)
def test_the_person_a_paper_is_about_is_named(lines: list, name: str | None) -> None:
    found = read_off([_page(*lines)]).name
    assert (found and found.name) == name


def test_a_list_of_people_is_about_none_of_them() -> None:
    head = [("序号", 0.1, 0.1), ("姓名", 0.2, 0.1), ("岗位", 0.4, 0.1)]
    rows = [(name, 0.2, 0.14 + 0.04 * at) for at, name in enumerate(("张建国", "李秀英", "王芳", "刘伟"))]
    assert names_on(_page(*head, *rows).lines) == []
    assert [one.name for one in names_on(_page(*head, rows[0]).lines)] == ["张建国"]


def test_characters_of_before_are_read_as_those_of_today() -> None:
    page = _page("閆博斌，男，一九七八年生，成績合格，准予畢業，授予學士學位。")
    assert [one.name for one in names_on(page.lines)] == ["闫博斌"]
    kind = read_off([page]).kind
    assert kind is not None
    assert kind.kind is Kind.DIPLOMA


def test_a_table_of_the_family_names_nobody_else() -> None:
    own = [("姓名", 0.1, 0.1), ("蔡静瑶", 0.3, 0.1)]
    family = [("称谓", 0.1, 0.5), ("姓名", 0.3, 0.5), ("丈夫", 0.1, 0.54), ("朱强", 0.3, 0.54)]
    assert [one.name for one in names_on(_page(*own, *family).lines)] == ["蔡静瑶"]


def test_the_appointed_comes_before_the_dismissed() -> None:
    found = names_on(_page("聘任张三同志为主任。", "免去李四同志主任职务。").lines)
    assert [one.name for one in found] == ["张三", "李四"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("公民身份号码11010519491231002X", "11010519491231002X"),
        ("身份证号 110105 19491231 002X", "11010519491231002X"),
        ("身份证号：1101O519491231OO2X", "11010519491231002X"),
        ("身份证号：110105194912310021", None),
        ("证书编号110105194913310021", None),
        ("9911010519491231002X", None),
    ],
)
def test_an_identity_number_must_agree_with_itself(text: str, number: str | None) -> None:
    found = id_numbers_on(_page(text).lines)
    assert ([one.value for one in found] or [None]) == [number]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2018年4月3日", "2018-04-03"),
        ("二〇一八年四月三日", "2018-04-03"),
        ("二○一八年十二月三十一日", "2018-12-31"),
        ("2018.04", "2018-04"),
        ("2018-04-03", "2018-04-03"),
        ("2018年7月", "2018-07"),
        ("2018年13月", None),
        ("2018.04.31", None),
        ("12018.04", None),
    ],
)
def test_days_are_read_in_every_way_of_writing(text: str, day: str | None) -> None:
    assert ([one.value for one in days_on(_page(text).lines)] or [None]) == [day]


def test_a_day_says_what_it_is_the_day_of() -> None:
    found = days_on(_page("有效期至2017年3月1日，出生1980年5月").lines)
    assert [(one.value, one.label) for one in found] == [("2017-03-01", "valid_to"), ("1980-05", "born")]


def test_document_numbers_keep_their_form() -> None:
    found = document_numbers_on(_page("江人社发（2018）012号").lines)
    assert [one.value for one in found] == ["江人社发〔2018〕12号"]


def test_places_lie_on_the_page_within_their_line() -> None:
    found = names_on(_page("姓名：王小明").lines)[0]
    left, top, right, bottom = found.box
    assert 0.1 < left < right <= 0.22
    assert (top, bottom) == (0.05, 0.07)


def test_a_reading_comes_back_from_its_record() -> None:
    reading = read_off([_page("聘书", "聘任张三同志为主任，2018年4月3日", "江人社发〔2018〕12号")])
    assert Reading.from_json(reading.to_json()) == reading


_APPOINTMENT = ("关于张建国同志任职的通知", "经研究决定，聘任张建国同志为主任。")


@pytest.mark.parametrize(
    ("kind", "name", "sure", "claim"),
    [
        (Kind.APPOINTMENT, "张建国", 0.98, "match"),
        (Kind.DIPLOMA, "张建国", 0.98, "mismatch"),
        (Kind.APPOINTMENT, "李四", 0.98, "mismatch"),
        (Kind.APPOINTMENT, "张建图", 0.98, "mismatch"),
        (Kind.APPOINTMENT, "张建图", 0.8, "unsure"),
        (None, "张建国", 0.98, "match"),
        (Kind.APPOINTMENT, "", 0.98, "match"),
        (None, "", 0.98, "unsure"),
    ],
)
def test_a_claim_is_held_against_what_the_paper_says(kind: Kind | None, name: str, sure: float, claim: str) -> None:
    assert hold_against(read_off([_page(*_APPOINTMENT, sure=sure)]), kind=kind, name=name) == claim


def test_a_long_name_that_a_line_cuts_is_not_another() -> None:
    cut = read_off([_page("姓名：热合曼·艾")])
    assert hold_against(cut, kind=None, name="热合曼·艾力") == "unsure"
    assert hold_against(cut, kind=None, name="热合曼·肉孜") == "mismatch"


def test_a_paper_that_names_many_is_held_against_each() -> None:
    many = read_off([_page("张伟同志任主任；", "李敏同志任科长；", "王强同志任科长。")])
    assert [hold_against(many, kind=None, name=name) for name in ("李敏", "何丽")] == ["match", "unsure"]


def test_a_page_that_says_nothing_leaves_a_claim_unsure() -> None:
    assert hold_against(read_off([_page()]), kind=Kind.DIPLOMA, name="张三") == "unsure"


def test_kinds_are_known_by_code_and_by_name() -> None:
    named = ["approval_form", "Approval Form", "审批表", "ID card", "身份证", "archive-page", "bill"]
    assert [kind_named(name) for name in named] == [
        Kind.APPROVAL_FORM, Kind.APPROVAL_FORM, Kind.APPROVAL_FORM, Kind.IDENTITY_CARD, Kind.IDENTITY_CARD,
        Kind.FILE_PAGE, None,
    ]  # fmt: skip
