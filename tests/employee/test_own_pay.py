"""Pay by month, what changed in words, the slip, what comes next, and questions to the unit; always one's own."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import select

from app.cases import service as cases
from app.demo.accounts import PASSWORD
from app.employee import expected
from app.employee.asking import QUESTIONS_A_DAY
from app.employee.months import compared, month_asked, paid_in, year_until
from app.pay import queries as pay
from models import Account, AuditEvent, Case, CaseEvent, Staff, db
from tests.access.browsing import log_in, token_on
from tests.conftest import MORNING
from tests.factories import acting
from tests.statements import counted


def arrive(app: Flask, username: str = "colleague") -> object:
    client = app.test_client()
    assert log_in(client, username, PASSWORD).status_code == 302
    return client


def own_staff(username: str = "colleague") -> Staff:
    return db.session.scalars(select(Staff).join(Account).where(Account.username == username)).one()


def text_of(pdf: bytes, password: str | None = None) -> str:
    document = pypdfium2.PdfDocument(pdf, password=password)
    return "".join(page.get_textpage().get_text_bounded() for page in document)


def test_two_months_differ_by_the_grade_and_the_words_say_since_when(demo_city: Flask) -> None:
    chain = pay.chain_of(own_staff().id)
    raised = next(link for link in chain if link.cause == "increment")
    before = month_asked("2017-12", chain, today=MORNING.date())
    found = compared(chain, raised.effective_month, before) if raised.effective_month.year == 2018 else None
    page = arrive(demo_city).get(f"/my-wage/months?month={raised.effective_month:%Y-%m}").text
    assert "薪级工资：" in page
    assert f"自{raised.effective_month.year}年{raised.effective_month.month}月起" in page
    place = chain.index(raised)
    assert found is None or found.fen == raised.total_fen - chain[place - 1].total_fen


def test_where_nothing_changed_the_last_change_is_one_touch_away(demo_city: Flask) -> None:
    chain = pay.chain_of(own_staff().id)
    changed = chain[-1].effective_month
    client = arrive(demo_city)
    still = client.get(f"/my-wage/months?month=2018-04&with={changed:%Y-%m}").text
    assert "无变化。" in still
    assert f'href="/my-wage/months?month={changed:%Y-%m}"' in still.partition("无变化。")[2].partition("</section>")[0]
    assert "查看最近一次变动" not in client.get(f"/my-wage/months?month={changed:%Y-%m}").text


def test_the_year_until_a_month_is_the_sum_of_its_months(demo_city: Flask) -> None:
    chain = pay.chain_of(own_staff().id)
    month = month_asked("2018-04", chain, today=MORNING.date())
    year = year_until(chain, month, [])
    assert len(year.months) == 4
    assert year.fen == sum(paid_in(chain, one.month).fen for one in year.months)


@pytest.mark.parametrize("asked", ["", "x", "2018-13", "1900-01", "2999-01", "%00", "2018-03-99"])
def test_any_month_that_is_typed_gives_a_page(demo_city: Flask, asked: str) -> None:
    client = arrive(demo_city)
    assert client.get("/my-wage/months", query_string={"month": asked, "with": asked}).status_code == 200


def test_pages_of_ones_pay_are_read_into_the_chain_and_few_statements(demo_city: Flask) -> None:
    client = arrive(demo_city)
    for path, most in (("months", 8), ("next", 8), ("looked", 8), ("questions", 8)):
        client.get(f"/my-wage/{path}")
        with counted() as sent:
            assert client.get(f"/my-wage/{path}").status_code == 200
        assert len(sent) <= most, (path, len(sent), sent)
    newest = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert newest is not None
    assert newest.action == "pay:read_own"


def test_a_clerk_has_none_of_these_pages(demo_city: Flask) -> None:
    client = arrive(demo_city, "clerk")
    for path in ("months", "next", "looked", "questions"):
        assert client.get(f"/my-wage/{path}").status_code == 403


def test_the_slip_names_the_parts_and_opens_only_with_its_password(demo_city: Flask) -> None:
    client = arrive(demo_city)
    token = token_on(client.get("/my-wage/months"))
    plain = client.post("/my-wage/slip", data={"csrf_token": token, "month": "2018-03"})
    assert plain.mimetype == "application/pdf"
    text = text_of(plain.data)
    paid = paid_in(pay.chain_of(own_staff().id), month_asked("2018-03", [], today=MORNING.date()))
    assert f"{paid.fen / 100:,.2f}" in text
    assert own_staff().name in text
    secret = {"password": "麦田里的风", "repeated": "麦田里的风1"}
    assert client.post("/my-wage/slip", data={"csrf_token": token, "month": "2018-03", **secret}).status_code == 422
    secret = {"password": "a quiet slip", "repeated": "a quiet slip"}
    locked = client.post("/my-wage/slip", data={"csrf_token": token, "month": "2018-03", **secret}).data
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(BytesIO(locked))
    assert own_staff().name in text_of(locked, "a quiet slip")


def test_what_comes_next_names_the_promotion_and_the_age_with_what_they_depend_on(demo_city: Flask) -> None:
    ahead = expected.what_is_next(own_staff().id)
    kinds = {one.kind for one in ahead.expected}
    assert {"promotion", "retirement"} <= kinds
    assert all(one.depends for one in ahead.expected)
    promotion = next(one for one in ahead.expected if one.kind == "promotion")
    assert (promotion.day.month, promotion.day.day) == (1, 1)


def test_a_newcomer_on_probation_is_told_its_end(demo_city: Flask) -> None:
    person = db.session.scalars(select(Staff).where(Staff.name == "许嘉怡")).one()
    grading = next(one for one in expected.what_is_next(person.id).expected if one.kind == "grading")
    assert f"{grading.day:%Y-%m-%d}" == "2018-04-05"


def test_a_question_becomes_a_case_and_the_answer_comes_back(demo_city: Flask) -> None:
    client = arrive(demo_city)
    token = token_on(client.get("/my-wage/questions"))
    form = {"csrf_token": token, "month": "2018-03", "about": "GRADE_WAGE", "text": "我的薪级应为下一级，请核对。"}
    assert client.post("/my-wage/questions", data=form).status_code == 302
    case = db.session.scalars(select(Case).where(Case.source == "employee")).one()
    clerk = acting(db.session.scalars(select(Account).where(Account.username == "clerk")).one())
    page = arrive(demo_city, "clerk").get(f"/cases/{case.id}").text
    assert "我的薪级应为下一级" in page
    cases.explain(case.id, by=clerk, revision=case.revision, text="薪级按2017年考核结果核定，无误。")
    shown = client.get("/my-wage/questions").text
    assert "薪级按2017年考核结果核定" in shown
    assert "我的薪级应为下一级" in shown
    assert "薪级按2017" not in arrive(demo_city, "employee").get("/my-wage/questions").text


def test_the_same_matter_asked_again_is_the_same_case(demo_city: Flask) -> None:
    client = arrive(demo_city)
    token = token_on(client.get("/my-wage/questions"))
    form = {"csrf_token": token, "month": "2018-03", "about": "whole", "text": "请再核对一次总额。"}
    for text in ("请核对总额。", "请再核对一次总额。"):
        client.post("/my-wage/questions", data=form | {"text": text})
    case = db.session.scalars(select(Case).where(Case.source == "employee")).one()
    kinds = db.session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)).all()
    assert kinds == ["opened", "found_anew"]


def test_a_question_that_says_nothing_is_kept_on_the_page(demo_city: Flask) -> None:
    client = arrive(demo_city)
    token = token_on(client.get("/my-wage/questions"))
    answer = client.post("/my-wage/questions", data={"csrf_token": token, "about": "nonsense", "text": "请核对。"})
    assert answer.status_code == 422
    assert "请核对。" in answer.text
    for _ in range(QUESTIONS_A_DAY):
        last = client.post("/my-wage/questions", data={"csrf_token": token, "about": "data", "text": "地址有误。"})
    assert last.status_code == 302
    more = {"csrf_token": token, "about": "data", "text": "地址还是有误。"}
    assert client.post("/my-wage/questions", data=more).status_code == 429
