"""The pages: the unit's year, a distribution by workbook and by plan, the department down to a person's payment."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.access.actor import system
from app.budgets import service, workbooks
from app.budgets.watching import watch
from models import AuditEvent, BudgetDistribution, BudgetPlan, BudgetProposal, BudgetTotal, db
from tests.access.browsing import send, somebody, token_on
from tests.budgets.test_workbooks import filled, words
from tests.budgets.town import Town, a_total, a_town, an_order, paid, sent
from tests.statements import counted

HOME = "/performance-pay"
OFFICE = "/admin/performance-pay"


def post(client: FlaskClient, page: str, url: str, **values: object) -> TestResponse:
    """Send a form as the page would."""
    token = token_on(client.get(page))
    return client.post(url, data={"csrf_token": token, **values}, content_type="multipart/form-data")


@pytest.fixture
def town(app: Flask) -> Town:
    return a_town(staff=4)


def test_the_unit_sees_its_total_with_light_balance_and_chart(app: Flask, town: Town) -> None:
    total = a_total(town, 120_000)
    for month in (1, 2, 3):
        paid(town, total, 2000, 3000, month=month)
    page = somebody(app, "clerk").get(HOME).text
    for part in ("120,000.00", "15,000.00", "105,000.00", "已用12.5%", "chart-band", "chart-limit"):
        assert part in page
    assert "style=" not in page


def test_a_unit_without_a_total_proposes_it_on_the_page(app: Flask, town: Town) -> None:
    clerk = somebody(app, "clerk")
    page = clerk.get(HOME).text
    assert "2018" in page
    assert "built-in" not in page  # a message is shown where there is one alone
    url = f"/performance-pay/units/{town.school.id}/propose?year=2018"
    refused = post(clerk, HOME, url, document="", reason="年度核定", amount="一百万", items="BASIC")
    assert refused.status_code == 422
    assert "一百万" in refused.text  # nothing typed is lost
    done = post(clerk, HOME, url, document="校报〔2018〕1号", reason="年度核定", items=["BASIC", "INCENTIVE"])
    assert done.status_code == 302
    assert db.session.scalars(select(BudgetProposal.amount_fen)).one() == 4 * 300_000


def test_the_bureau_approves_what_somebody_else_proposed(app: Flask, town: Town) -> None:
    row = service.propose(town.school.id, 2018, service.Wanted("文号一", "年度核定"), by=town.clerk)
    approver = somebody(app, "approver")
    page = approver.get(f"{OFFICE}/waiting")
    assert "实验学校" in page.text
    done = post(approver, f"{OFFICE}/waiting", f"{OFFICE}/proposals/{row.id}/decide", revision=row.revision)
    assert done.status_code == 302
    assert db.session.get_one(BudgetTotal, row.total_id).total_fen == 1_200_000


def test_a_total_below_what_is_paid_is_refused_with_the_difference_and_nothing_typed_is_lost(
    app: Flask, town: Town
) -> None:
    total = a_total(town, 10_000)
    paid(town, total, 2000, 3000, month=1)
    url = f"/performance-pay/units/{town.school.id}/propose?year=2018"
    lower = {"document": "校报〔2018〕2号", "reason": "压减总量", "amount": "4999.99", "items": "BASIC"}
    refused = post(somebody(app, "clerk"), HOME, url, **lower)
    assert refused.status_code in (409, 422)
    for part in ("0.01", "压减总量", "4999.99"):
        assert part in refused.text
    assert db.session.get_one(BudgetTotal, total.id).total_fen == 1_000_000


def test_a_workbook_is_checked_and_sent_and_finance_confirms_it(app: Flask, town: Town) -> None:
    total = a_total(town, 100_000)
    blank = workbooks.blank_distribution(total, by=town.clerk, words=words, chinese=True)
    book = filled(blank, {1: {3: 1500}, 2: {3: 1200}})
    clerk, page = somebody(app, "clerk"), f"/performance-pay/totals/{total.id}/distribute"
    uploaded = post(clerk, page, f"/performance-pay/totals/{total.id}/workbooks", month="2018-04", item="BASIC",
                    title="四月基础性", file=(BytesIO(book), "四月.xlsx"))  # fmt: skip
    assert uploaded.status_code == 302
    checked = clerk.get(uploaded.location)
    assert "+97,300.00" in checked.text  # what would be left
    found = re.search(r'name="key" value="([^"]+)"', checked.text)
    assert found
    for _ in range(2):  # sent twice: one distribution
        done = post(clerk, uploaded.location, f"{uploaded.location}/take", key=found.group(1))
        assert done.status_code == 302
    row = db.session.scalars(select(BudgetDistribution)).one()
    head = somebody(app, "head")
    page = f"/performance-pay/distributions/{row.id}"
    post(head, page, f"{page}/paid", revision=row.revision)
    db.session.refresh(row)
    assert (row.state, row.amount_fen) == ("PAID", 270_000)


def test_wrong_rows_stand_on_the_page_and_in_the_marked_workbook(app: Flask, town: Town) -> None:
    total = a_total(town, 100_000)
    book = filled(workbooks.blank_distribution(total, by=town.clerk, words=words, chinese=True), {1: {3: "很多"}})
    clerk, page = somebody(app, "clerk"), f"/performance-pay/totals/{total.id}/distribute"
    uploaded = post(clerk, page, f"/performance-pay/totals/{total.id}/workbooks", month="2018-04", item="BASIC",
                    title="四月基础性", file=(BytesIO(book), "四月.xlsx"))  # fmt: skip
    assert "很多" in clerk.get(uploaded.location).text
    assert "sheet" in str(clerk.get(f"{uploaded.location}/marked").mimetype)
    no_book = post(clerk, page, f"/performance-pay/totals/{total.id}/workbooks", month="x", item="GOLD", title="",
                   file=(BytesIO(b"nothing"), "x.xlsx"))  # fmt: skip
    assert no_book.status_code == 422


def test_a_plan_is_drawn_up_changed_submitted_approved_and_distributed_by(app: Flask, town: Town) -> None:
    total = a_total(town, 100_000)
    clerk, department = somebody(app, "clerk"), somebody(app, "department")
    new = f"/performance-pay/totals/{total.id}/plans"
    assert post(clerk, new, new, item="INCENTIVE", title="年度奖励", pool="很多").status_code == 422
    page = post(clerk, new, new, item="INCENTIVE", title="年度奖励", pool="20000").location
    plan = db.session.scalars(select(BudgetPlan)).one()
    bad = post(clerk, page, f"{page}/coefficients", revision=1, pool="20000", **{"post-TECH-10": "-1"})
    assert bad.status_code == 422
    tiers = {"tier-EXCELLENT": "1.2", "tier-QUALIFIED": "1", "tier-BASICALLY_QUALIFIED": "0.8", "tier-UNQUALIFIED": "0"}
    post(clerk, page, f"{page}/coefficients", revision=1, pool="20000", **{"post-TECH-10": "1.1", **tiers})
    assert post(clerk, page, f"{page}/submit", revision=2).status_code == 422  # levelling asks for a word
    post(clerk, page, f"{page}/submit", revision=2, answer="首年试行")
    office = f"{OFFICE}/plans/{plan.id}"
    assert "首年试行" in department.get(office).text
    post(department, office, f"{office}/decide", revision=3)
    db.session.refresh(plan)
    assert plan.state == "APPROVED"
    by_plan = f"{page}/distribute"
    told = post(clerk, by_plan, f"{page}/check", month="2018-06", title="上半年", amount="200000")
    assert "100,000.00" in told.text  # so much too much, told while entering
    assert (
        post(clerk, by_plan, by_plan, month="2018-06", title="上半年", amount="200000", verb="send").status_code == 409
    )
    done = post(clerk, by_plan, by_plan, month="2018-06", title="上半年", amount="8000.01", verb="send", key="k" * 12)
    assert done.status_code == 302
    row = db.session.scalars(select(BudgetDistribution)).one()
    assert (row.amount_fen, row.plan_id) == (800_001, plan.id)


def test_the_department_opens_a_figure_down_to_the_persons_payment(app: Flask, town: Town) -> None:
    total = a_total(town, 10_000)
    row = paid(town, total, 5000, 1000, month=3)
    watch(2018, by=system("watch"))
    client = somebody(app, "department")
    assert "实验学校" in client.get(f"{OFFICE}/").text
    one = client.get(f"{OFFICE}/totals/{total.id}").text
    assert row.number in one
    payments = client.get(f"{OFFICE}/distributions/{row.id}").text
    assert "5,000.00" in payments
    person = client.get(f"{OFFICE}/staff/{town.staff[0].id}?year=2018").text
    assert row.number in person
    read = db.session.scalars(select(AuditEvent.action).where(AuditEvent.action == "budget:read_payments")).all()
    assert len(read) == 2


def test_the_department_answers_for_a_held_distribution_with_a_reason(app: Flask, town: Town) -> None:
    row = sent(town, a_total(town, 100_000), 10, 20, 30, item="INCENTIVE")
    client, page = somebody(app, "department"), f"{OFFICE}/distributions/{row.id}"
    assert post(client, page, f"{page}/answer", revision=1, reason="").status_code == 422
    assert post(client, page, f"{page}/answer", revision=1, reason="经研究同意").status_code == 302
    db.session.refresh(row)
    assert row.state == "COMMITTED"


def test_policy_values_are_set_in_the_back_office(app: Flask, town: Town) -> None:
    client, page = somebody(app, "approver"), f"{OFFICE}/policy"
    wrong = post(
        client,
        page,
        f"{page}/set",
        unit_class="FULLY_FUNDED",
        key="leader_warn",
        value="二",
        valid_from="",
        document="",
    )
    assert wrong.status_code == 422
    typed = {"unit_class": "FULLY_FUNDED", "key": "leader_warn", "value": "2", "valid_from": "2018-05-01"}
    right = post(client, page, f"{page}/set", document="文〔2018〕5号", **typed)
    assert right.status_code == 302
    assert "文〔2018〕5号" in client.get(page).text


def test_the_bureau_proposes_for_everybody_who_has_none(app: Flask, town: Town) -> None:
    client, page = somebody(app, "rechecker"), f"{OFFICE}/propose?year=2018"
    shown = client.get(f"{page}&unit={town.school.id}").text
    assert "12,000.00" in shown
    assert "built-in" not in shown
    assert post(client, page, f"{OFFICE}/propose", year="2018", verb="all", document="统一核定1号").status_code == 302
    assert db.session.scalars(select(BudgetProposal.unit_id)).all() == [town.school.id]


def test_what_belongs_to_another_unit_is_not_found(app: Flask, town: Town) -> None:
    total = a_total(town, 1000)
    row = sent(town, total, 10)
    plan = service.draw_up(total.id, "INCENTIVE", "年度奖励", 1000, by=town.clerk)
    stranger = somebody(app, "stranger")
    for url in (
        f"/performance-pay?unit={town.school.id}", f"/performance-pay/totals/{total.id}/ledger",
        f"/performance-pay/distributions/{row.id}", f"/performance-pay/plans/{plan.id}",
        f"/performance-pay/totals/{total.id}/template", f"/performance-pay/totals/{total.id}/distribute",
    ):  # fmt: skip
        assert stranger.get(url).status_code == 404, url
    url = f"/performance-pay/distributions/{row.id}/cancel"
    assert send(stranger, url, page="/", revision=1, reason="不要了呀").status_code == 404


def test_a_page_takes_few_statements_and_no_more_for_more_rows(app: Flask, town: Town) -> None:
    total = a_total(town, 1_000_000)
    clerk, department = somebody(app, "clerk"), somebody(app, "department")
    pages = ((clerk, HOME), (department, f"{OFFICE}/"), (department, f"{OFFICE}/totals/{total.id}"))
    sent(town, total, 10)
    few = []
    for client, url in pages:
        client.get(url)
        with counted() as statements:
            client.get(url)
        few.append(len(statements))
    for month in range(1, 5):
        for number in range(4):
            service.distribute(total.id, an_order(town, 10 + number, 20, month=month), by=town.clerk)
    for (client, url), before in zip(pages, few, strict=True):
        with counted() as statements:
            client.get(url)
        assert len(statements) <= before, url
        assert len(statements) <= 8 + 2, statements  # the session and its last use
