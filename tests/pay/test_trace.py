"""Every amount opens into its reasons, also years later from what was kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from babel.messages.pofile import read_po

from app.messages import Message
from app.pay.components import Component, Wage
from app.pay.names import component_name, education_name, post_codes, post_name
from app.pay.trace import document_name, explain, proof
from tests.pay.people import (
    appointed,
    assessed,
    career,
    event,
    joined,
    month,
    opened,
    placed,
    servant,
    staff,
    teacher,
)

PO = Path(__file__).resolve().parents[2] / "app/translations/pay/zh_Hans_CN/LC_MESSAGES/messages.po"
with PO.open("rb") as text:
    CHINESE = {str(entry.id): str(entry.string) for entry in read_po(text) if entry.id}


def chinese(message: Message) -> str:
    return message.text(lambda msgid: CHINESE[msgid], chinese=True)


def parts() -> dict[str, Component]:
    held = career(
        teacher(2000), opened("2017-01-01", "TECH-12", 10), assessed(2017), appointed("2018-03-05", "TECH-10")
    )
    return {part.code: part for part in held.wage_in(month("2018-04")).components}


def test_a_post_wage_names_rule_table_row_version_document_and_event() -> None:
    said = " ".join(chinese(sentence) for sentence in explain(parts()["POST_WAGE"]))
    for expected in ("岗位工资", "1600.00", "I-1", "事业单位岗位工资标准表", "专业技术十级岗位", "2016年7月1日",
                     "INST-2016-07", "国办发〔2016〕62号", "待核实", "S06", "岗位聘用", "2018年4月"):  # fmt: skip
        assert expected in said


def test_the_proof_says_the_same_as_label_and_value() -> None:
    shown = {chinese(label): chinese(value) for label, value in proof(parts()["GRADE_WAGE"])}
    assert shown["表中位置"] == "薪级 11 级"
    assert shown["变动原因"] == "正常晋升薪级，自2018年1月起"
    assert shown["数据可信度"] == "可信度中"


def test_the_uplift_shows_its_calculation_and_rounding() -> None:
    uplift = parts()["UPLIFT"]
    said = " ".join(chinese(sentence) for sentence in explain(uplift))
    assert "10%" in said
    assert str(uplift.factors["base"]) in said
    assert "四舍五入到元" in said


def test_the_seniority_allowance_shows_its_years_and_claims_no_document() -> None:
    said = " ".join(chinese(sentence) for sentence in explain(parts()["SENIORITY_ALLOWANCE"]))
    assert "18 年" in said
    assert "2000" in said
    assert "文件依据" not in said


def test_a_grade_above_the_printed_top_says_how_it_was_computed() -> None:
    wage = career(staff(), opened("2010-01-01", "TECH-1", 66)).wage_in(month("2010-01"))
    assert any("last difference" in str(sentence) for sentence in explain(wage.components[1]))


def test_a_repriced_amount_names_the_new_standard_as_its_cause() -> None:
    wage = career(staff(), opened("2016-01-01", "TECH-9", 20)).wage_in(month("2017-05"))
    assert [(part.cause.kind, part.cause.month) for part in wage.components if part.cause] == [
        ("repricing", month("2016-07")), ("repricing", month("2016-07")),
    ]  # fmt: skip


def test_what_is_kept_as_json_explains_itself_in_the_same_words() -> None:
    for part in parts().values():
        kept = Component.from_json(json.loads(json.dumps(part.to_json())))
        assert kept == part
        assert explain(kept) == explain(part)


def test_kept_components_hold_integer_fen_and_their_proof() -> None:
    kept = parts()["POST_WAGE"].to_json()
    assert kept["amount_fen"] == 160000
    assert {"code", "rule", "table", "category", "level", "standard", "version", "document", "source", "confidence",
            "factors", "cause"} <= kept.keys()  # fmt: skip
    assert parts()["UPLIFT"].to_json()["factors"].keys() >= {"base", "percent", "rounding"}


def test_a_wage_comes_back_from_json() -> None:
    wage = career(teacher(2000), opened("2017-01-01", "TECH-12", 10)).wage_in(month("2018-04"))
    assert Wage.from_json(json.loads(json.dumps(wage.to_json()))) == wage


def test_posts_have_their_chinese_names() -> None:
    names = {code: chinese(post_name(code)) for code in post_codes()}
    assert names["TECH-12"] == "专业技术十二级岗位"
    assert names["MGMT-9"] == "管理九级岗位"
    assert names["MGMT-10"] == "管理十级岗位"
    assert names["WORKER-3"] == "技术工三级"
    assert names["WORKER-ORDINARY"] == "普通工"
    assert len(set(names.values())) == len(names)


def test_components_and_education_have_their_chinese_names() -> None:
    assert chinese(component_name("UPLIFT")) == "提高10%"
    assert chinese(component_name("SENIORITY_ALLOWANCE")) == "教龄护龄津贴"
    assert chinese(Message("%(education)s", education=education_name("DOCTOR"))) == "博士"


def test_an_unknown_document_number_is_said_to_be_unknown() -> None:
    assert chinese(document_name("number not found")) == "文号待查"


def test_a_new_hire_explains_the_fixed_sum() -> None:
    wage = career(staff(education="MASTER"), joined("2018-04-02")).wage_in(month("2018-04"))
    said = " ".join(chinese(sentence) for sentence in explain(wage.components[0]))
    assert "初期工资" in said
    assert "硕士" in said


def said_of(part: Component) -> str:
    return " ".join(chinese(sentence) for sentence in explain(part)) + " ".join(
        f"{chinese(label)}：{chinese(value)}" for label, value in proof(part)
    )


def test_duty_and_level_wage_name_position_level_and_step() -> None:
    up = event("position_change", "2012-05-05", position="SECT_CHIEF", leading=True)
    duty, level = career(servant(), placed("2010-01-01", "STAFF", 26, 6), up).wage_in(month("2012-06")).components
    for expected in ("职务工资", "510.00", "C-1", "乡科级正职（领导职务）", "CIVIL-2006-07", "职务变动，自2012年6月起"):
        assert expected in said_of(duty)
    for expected in ("级别工资", "22 级 2 档"):
        assert expected in said_of(level)


def test_the_probation_wage_of_a_civil_servant_has_its_own_name() -> None:
    held = career(servant(education="MASTER"), joined("2018-07-01"))
    assert "试用期工资：每月 1940.00 元" in said_of(held.wage_in(month("2018-07")).components[0])


def test_a_deduction_for_sick_leave_shows_its_calculation() -> None:
    leave = event("sick_leave", "2010-03-01", end_date="2010-10-31")
    held = career(staff(work_start=month("2003-07")), opened("2010-01-01", "TECH-7", 16), leave)
    deduction = held.wage_in(month("2010-05")).components[-1]
    assert Component.from_json(json.loads(json.dumps(deduction.to_json()))) == deduction
    for expected in ("病假第 3 个月", "8 年", "90%", "1247.00", "1122.30", "-124.70"):
        assert expected in said_of(deduction)


def test_a_living_allowance_shows_its_calculation() -> None:
    held = career(staff(), opened("2010-01-01", "TECH-7", 16), event("coercive_measure", "2010-03-01", kind="ARREST"))
    for expected in ("生活费", "75%", "1247.00", "被采取强制措施，自2010年4月起"):
        assert expected in said_of(held.wage_in(month("2010-05")).components[0])


def test_every_reason_that_civil_servants_are_given_is_said_in_chinese() -> None:
    up = event("position_change", "2012-05-05", position="SECT_CHIEF", leading=True)
    held = career(servant(), placed("2010-01-01", "STAFF", 26, 1), up, assessed(2010), assessed(2011))
    for entry in (*held.links, *held.notes):
        assert all(chinese(reason) for reason in entry.reasons)


def test_a_part_without_source_and_cause_says_neither() -> None:
    part = career(staff(), opened("2017-01-01", "TECH-9", 20)).wage_in(month("2017-01")).components[0]
    bare = replace(part, source=None, confidence=None, cause=None)
    said, bare_said = ([str(sentence) for sentence in explain(one)] for one in (part, bare))
    assert bare_said == said[:-2]
    labels = [[str(label) for label, _ in proof(one)] for one in (part, bare)]
    assert labels[0] == [*labels[1], "Source of the figure", "How sure the figure is", "What brought it"]
