"""Printed forms: what stands on the paper is what stands in the record, in one form for all who may print it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.documents import press, service
from app.errors import Invalid, NotAllowed, NotFound
from app.items.queries import forget
from app.pay.components import Component
from app.staff import identity
from models import Application, ApplicationEmployee, AuditEvent, AuditSubject, ItemMaterial, Staff, Unit, db
from tests.applications.scene import Scene, a_draft, a_scene, filed
from tests.documents.prints import approved, fonts_of, in_review, pages_of, printed, text_of
from tests.factories import Reach, a_unit, acting, an_account, an_employee
from tests.statements import counted


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def change_of(application: Application) -> dict[str, Any]:
    change = application.employees[0].change
    assert change is not None
    return change


def written(application: Application, change: dict[str, Any]) -> None:
    """Put other figures in the place of those that were kept."""
    db.session.execute(
        update(ApplicationEmployee).where(ApplicationEmployee.application_id == application.id).values(change=change)
    )
    db.session.commit()


def yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}"


def test_the_approval_form_says_what_the_record_says(app: Flask, scene: Scene) -> None:
    application = approved(scene, in_review(scene))
    staff, text = application.employees[0].staff, text_of(printed(app, application, "F01", scene.approver))
    for said in (
        "机关事业单位工作人员工资变动审批表", staff.name, staff.staff_no, application.unit.name, application.number,
        "新进人员工资核定", "2018年3月1日", "大学本科", "起薪月份2018年3月", "月工资合计",
    ):  # fmt: skip
        assert said in text, said
    change = change_of(application)
    for part in change["after"]["components"]:
        component = Component.from_json(part)
        assert yuan(part["amount_fen"]) in text
        assert f"规则{component.rule}" in text
        assert component.version is not None
        assert f"自{component.version.year}年{component.version.month}月{component.version.day}日起执行" in text
        assert (component.document or "").split("(")[0].strip() in text
    assert "《事业单位新参加工作人员见习期（初期）工资及定级标准表》" in text
    assert yuan(change["after"]["total_fen"]) in text
    assert f"合计{yuan(change['back_pay']['total_fen'])}元" in text


def test_every_step_stands_with_its_opinion_its_person_and_its_day(app: Flask, scene: Scene) -> None:
    application = approved(scene, in_review(scene))
    text = text_of(printed(app, application, "F01", scene.approver))
    assert text.count("同意。") == 5
    for who in ("head", "department", "reviewer", "rechecker", "approver"):
        assert f"签名：{who}" in text
    assert text.count("2018年4月3日") >= 6
    assert text.count("（盖章）") == 3


def test_a_step_that_has_not_decided_leaves_its_places_empty(app: Flask, scene: Scene) -> None:
    text = text_of(printed(app, in_review(scene), "F01", scene.clerk))
    assert "同意。" not in text
    assert text.count("年月日") == 5


def test_the_english_print_has_english_labels_and_says_which_one_is_official(app: Flask, scene: Scene) -> None:
    text = text_of(printed(app, approved(scene, in_review(scene)), "F01", scene.approver, chinese=False))
    for said in ("Wagechangeapprovalform", "Identitynumber", "Totalamonth", "Backpay", "RuleI-2", "Agreed."):
        assert said in text
    assert "EnglishrenderingtheChineseprintistheofficialform" in text.replace(";", "").replace(".", "")


@pytest.mark.parametrize("chinese", [True, False])
def test_the_approval_form_is_one_page_with_its_fonts_inside(app: Flask, scene: Scene, chinese: bool) -> None:
    pdf = printed(app, approved(scene, in_review(scene)), "F01", scene.approver, chinese=chinese)
    assert len(pages_of(pdf)) == 1
    fonts = fonts_of(pdf)
    assert len(fonts) == 2
    assert all(fonts.values())
    assert all("+NotoSerifCJKsc" in name for name in fonts)
    assert len(pdf) < 200_000


def test_a_draft_says_so_and_carries_no_check_code(app: Flask, scene: Scene) -> None:
    text = text_of(printed(app, a_draft(scene, graduation_year="2017"), "F01", scene.clerk))
    assert "草稿" in text
    assert "不设核验码" in text
    assert "核验码：" not in text
    assert "核验码：" in text_of(printed(app, in_review(scene), "F01", scene.clerk))


def test_identity_numbers_are_masked_and_stand_in_full_only_for_a_reason(app: Flask, scene: Scene) -> None:
    application = in_review(scene)
    staff = application.employees[0].staff
    number = identity.decrypt(staff.id_number_cipher, staff_no=staff.staff_no)
    masked = text_of(printed(app, application, "F01", scene.reviewer))
    assert number not in masked
    assert f"**{number[-4:]}" in masked
    with pytest.raises(Invalid):
        printed(app, application, "F01", scene.reviewer, reason=" ")
    with pytest.raises(NotAllowed):
        printed(app, application, "F01", scene.clerk, reason="核对身份证")
    assert number in text_of(printed(app, application, "F01", scene.reviewer, reason="核对身份证"))
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "staff:read_identity")).one()
    assert event.note == "核对身份证"
    assert db.session.scalars(select(AuditSubject.staff_id).where(AuditSubject.seq == event.seq)).all() == [staff.id]


def test_printing_is_written_down_with_the_people_it_is_about(app: Flask, scene: Scene) -> None:
    application = in_review(scene)
    printed(app, application, "F02", scene.department)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "application:print")).one()
    assert (event.actor_name, event.record_id, event.note) == ("department", str(application.id), "F02")
    subjects = db.session.scalars(select(AuditSubject.staff_id).where(AuditSubject.seq == event.seq)).all()
    assert subjects == [application.employees[0].staff_id]


def test_nobody_prints_what_lies_outside_their_reach_or_shows_wages_they_may_not_see(app: Flask, scene: Scene) -> None:
    application = in_review(scene)
    stranger = acting(an_account("stranger", ("clerk", a_unit("演示图书馆"), Reach.UNIT)))
    with pytest.raises(NotFound):
        printed(app, application, "F01", stranger)
    designer = acting(an_account("a-designer", ("designer", None, Reach.ALL)))
    with pytest.raises(NotFound):
        printed(app, application, "F01", designer)
    assert not db.session.scalar(select(func.count()).where(AuditEvent.action == "application:print"))


@pytest.mark.parametrize("code", ["F03", "F99", "", "../F01"])
def test_a_form_that_the_application_does_not_print_is_not_found(app: Flask, scene: Scene, code: str) -> None:
    with pytest.raises(NotFound):
        printed(app, in_review(scene), code, scene.clerk)  # F03 is of organs, and a school is none


def test_what_people_typed_is_text_and_never_markup(app: Flask, scene: Scene) -> None:
    hostile = '#read("/etc/passwd") *粗* $x$ <a> ¤1 \\u{41}'
    application = in_review(scene)
    db.session.execute(update(Staff).values(name=hostile))
    db.session.execute(update(Unit).where(Unit.id == application.unit_id).values(name='"]); #panic("x'))
    db.session.commit()
    text = text_of(printed(app, application, "F01", scene.clerk))
    assert hostile.replace(" ", "") in text
    assert '"]);#panic("x' in text
    assert "root:" not in text


def test_a_name_with_signs_that_the_font_lacks_is_still_printed(app: Flask, scene: Scene) -> None:
    application = in_review(scene)
    db.session.execute(update(Staff).values(name="王\U000f0000\ue000😀"))
    db.session.commit()
    assert "王" in text_of(printed(app, application, "F01", scene.clerk))


def test_long_names_many_materials_and_two_years_of_back_pay_go_on_to_a_second_page(app: Flask, scene: Scene) -> None:
    first = db.session.scalars(select(ItemMaterial).where(ItemMaterial.code == "M01").limit(1)).one()
    version = a_draft(scene).item_version_id
    columns = [column.key for column in ItemMaterial.__table__.columns if column.key != "id"]
    for place in range(20):
        values = {name: getattr(first, name) for name in columns} | {
            "version_id": version, "code": f"X{place:02d}", "position": 100 + place,
            "name_zh": f"第{place + 1}份补充材料：事业单位岗位聘用备案花名册及相关说明", "necessity": "REQUIRED",
            "condition": None,
        }  # fmt: skip
        db.session.add(ItemMaterial(**values))
    db.session.commit()
    forget()
    application = filed(scene)
    long_name, long_unit = "阿卜杜热合曼·买买提吐尔逊·" * 4, "某某市某某区人民政府某某街道办事处" * 6
    db.session.execute(update(Staff).values(name=long_name))
    db.session.execute(update(Unit).where(Unit.id == application.unit_id).values(name=long_unit))
    months = [f"{2016 + place // 12}-{place % 12 + 1:02d}" for place in range(24)]
    change = change_of(application)
    lines = [{"month": one, "new_total_fen": 2, "old_total_fen": 1, "difference_fen": 10_100 + n}
             for n, one in enumerate(months)]  # fmt: skip
    written(application, {**change, "back_pay": {"months": 24, "lines": lines, "total_fen": 242_676}})
    pages = pages_of(printed(app, application, "F01", scene.clerk))
    whole = "".join(pages)
    assert len(pages) == 2
    assert "（续）" in pages[1]
    assert application.number in pages[1]
    assert "第2页，共2页" in pages[1]
    assert long_name in whole
    assert long_unit in whole
    for place in range(20):
        assert f"第{place + 1}份补充材料" in whole
    for place, line in enumerate(lines):
        assert f"{2016 + place // 12}年{place % 12 + 1}月{yuan(line['difference_fen'])}" in whole  # type: ignore[arg-type]
    forget()


def test_the_wage_card_shows_the_chain_as_it_is_on_file(app: Flask, scene: Scene) -> None:
    application = approved(scene, in_review(scene))
    text = text_of(printed(app, application, "F19", scene.approver))
    assert "工资卡" in text
    assert "新参加工作" in text
    assert "见习期工资" in text
    assert yuan(change_of(application)["after"]["total_fen"]) in text


def test_figures_that_were_not_kept_are_read_from_the_record(app: Flask, scene: Scene) -> None:
    application = approved(scene, in_review(scene))
    change = change_of(application)
    db.session.execute(update(ApplicationEmployee).values(change=None, back_pay_fen=None))
    db.session.commit()
    text = text_of(printed(app, application, "F01", scene.approver))
    for part in change["after"]["components"]:
        assert yuan(part["amount_fen"]) in text
    assert f"{yuan(change['back_pay']['total_fen'])}元" in text
    assert "无应补发月份" not in text


def test_the_roster_names_the_basis_of_each_amount_by_its_number(app: Flask, scene: Scene) -> None:
    application = approved(scene, in_review(scene))
    text = text_of(printed(app, application, "F02", scene.approver))
    assert "合计：1人" in text
    assert "[1]规则I-2" in text
    assert yuan(change_of(application)["after"]["total_fen"]) in text


def test_a_machine_without_the_fonts_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(press.NotPrinted) as refused:
        press.fonts([tmp_path])
    assert "fonts-noto-cjk" in str(refused.value.remedy)
    assert "FONTS_DIR" in str(refused.value.remedy)


def test_what_takes_too_long_is_stopped(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "SECONDS", 0.01)
    with pytest.raises(press.NotPrinted) as refused:
        press.set_documents([("history", {})])
    assert refused.value.status == 503


def test_a_print_for_too_many_people_is_refused_with_what_to_print_instead(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    monkeypatch.setitem(service.MOST_PEOPLE, "approval", 0)
    from app.errors import Refused

    with pytest.raises(Refused, match="at most 0 people"):
        printed(app, in_review(scene), "F01", scene.clerk)


def test_one_person_of_a_batch_is_printed_alone(app: Flask, scene: Scene) -> None:
    application = in_review(scene)
    other = an_employee(scene.unit, "王芳")
    db.session.add(ApplicationEmployee(application_id=application.id, staff_id=other.id))
    db.session.commit()
    whole = pages_of(printed(app, application, "F01", scene.clerk))
    assert len(whole) == 2
    assert "陈静" in whole[0]
    assert "王芳" in whole[1]
    alone = text_of(printed(app, application, "F01", scene.clerk, only=other.id))
    assert "王芳" in alone
    assert "陈静" not in alone
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()
    assert db.session.scalars(select(AuditSubject.staff_id).where(AuditSubject.seq == event.seq)).all() == [other.id]
    with pytest.raises(NotFound):
        printed(app, application, "F01", scene.clerk, only=987654)
    assert "合计：2人" in text_of(printed(app, application, "F02", scene.clerk))


def test_a_print_sends_no_more_statements_for_more_people(app: Flask, scene: Scene) -> None:
    application = in_review(scene)
    with counted() as few:
        printed(app, application, "F02", scene.clerk)
    for number in range(12):
        other = an_employee(scene.unit, f"职工{number}")
        db.session.add(ApplicationEmployee(application_id=application.id, staff_id=other.id))
    db.session.commit()
    with counted() as many:
        printed(app, application, "F02", scene.clerk)
    assert len(many) <= len(few) + 1


def test_a_pdf_keeps_the_day_of_its_printing(app: Flask, scene: Scene) -> None:
    pdf = printed(app, in_review(scene), "F01", scene.clerk)
    assert b"D:20180403" in pdf or date(2018, 4, 3).isoformat().encode() in pdf
