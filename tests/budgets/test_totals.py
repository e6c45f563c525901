"""Totals: worked out from December, proposed, approved by a second person, changed by a document; policy by date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from app.budgets import policies, service
from app.budgets.computing import decembers
from app.budgets.rules import parameters
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from models import AuditEvent, BudgetEntry, BudgetProposal, BudgetTotal, db
from models.budgets import UnitClass
from models.units import UnitType
from tests.budgets.town import a_colleague, a_total, a_town, paid, sent, wanted
from tests.factories import a_unit
from tests.statements import counted


def test_the_defaults_are_those_of_the_rules() -> None:
    known = parameters()
    school = UnitClass.COMPULSORY_SCHOOL
    assert {one.rule for one in known.values()} == {"P-1", "P-3", "P-4", "P-5", "P-6"}
    assert (known["basic_least"].default, known["basic_most"].default) == (60, 70)
    assert known["basic_least"].default_of(school) == known["basic_most"].default_of(school) == 70
    assert (known["leader_warn"].default, known["leader_block"].default) == (Decimal("1.5"), 3)
    assert (known["near_percent"].default, known["ahead_points"].default) == (90, 10)
    assert known["levelling_cv"].default == Decimal("0.05")


def test_a_total_is_the_basic_wage_of_one_december(app: Flask) -> None:
    town = a_town(staff=4)
    a_colleague(town.school, "一月才来", joined_on=date(2018, 1, 2))
    a_colleague(town.school, "十一月走了", left_on=date(2017, 11, 30), state="ENDED")
    found = decembers(2018, [town.school.id])[town.school.id]
    assert (found.people, found.basic_fen, found.without_wage) == (4, 4 * 300_000, 0)  # without the seniority allowance


def test_the_december_of_every_unit_takes_two_statements(app: Flask) -> None:
    a_town(staff=3)
    with counted() as sent_statements:
        decembers(2018)
    assert len(sent_statements) == 2


def test_a_margin_and_normed_allowances_come_on_top_by_the_policy_of_the_class(app: Flask) -> None:
    town = a_town(staff=2)
    town.school.unit_type = UnitType.SELF_FUNDED
    db.session.commit()
    for key, value in (("margin_percent", "25"), ("normed_allowance", "1000")):
        service.set_value(UnitClass.SELF_FUNDED, key, value, valid_from=date(2018, 1, 1), document="赣人社〔2018〕1号",
                          by=town.approver)  # fmt: skip
    shown = service.preview(town.school, 2018, wanted(), by=town.clerk)
    assert shown.basis.normed_fen == 2 * 100_000
    assert shown.basis.margin_fen == (600_000 + 200_000) // 4
    assert shown.basis.total_fen == 1_000_000
    assert "25" in " ".join(str(line) for line in shown.basis.lines())


def test_an_organ_has_no_total(app: Flask) -> None:
    town = a_town()
    organ = a_unit("某局", unit_type=UnitType.ORGAN)
    with pytest.raises(Invalid, match="no performance pay"):
        service.propose(organ.id, 2018, wanted(), by=town.rechecker)


def test_who_proposed_a_total_cannot_approve_it(app: Flask) -> None:
    town = a_town()
    both = town.people["approver"]
    proposal = service.propose(town.school.id, 2018, wanted(), by=town.clerk)
    db.session.get_one(BudgetProposal, proposal.id).proposed_by_id = both.account_id
    db.session.commit()
    with pytest.raises(NotAllowed, match="yourself"):
        service.approve(proposal.id, by=both, revision=proposal.revision)


def test_an_approved_total_may_be_spent_and_says_by_which_document(app: Flask) -> None:
    town = a_town(staff=4)
    proposal = service.propose(town.school.id, 2018, wanted(), by=town.clerk)
    total = proposal.total
    assert (total.total_fen, total.approved_on) == (0, None)
    service.approve(proposal.id, by=town.approver, revision=proposal.revision)
    assert (total.total_fen, total.balance_fen, total.basic_percent) == (1_200_000, 1_200_000, 70)
    assert total.document == "人社核〔2018〕1号"
    assert db.session.scalars(select(BudgetEntry.balance_fen)).all() == [1_200_000]
    actions = db.session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("budget:%"))).all()
    assert actions == ["budget:propose", "budget:approve"]


def test_a_proposal_is_decided_once(app: Flask) -> None:
    town = a_town()
    proposal = service.propose(town.school.id, 2018, wanted(), by=town.clerk)
    revision = proposal.revision
    service.approve(proposal.id, by=town.approver, revision=revision)
    with pytest.raises(Stale, match="approver"):
        service.refuse(proposal.id, by=town.approver, revision=revision, reason="不同意此总量")


def test_a_second_proposal_waits_for_the_first(app: Flask) -> None:
    town = a_town()
    service.propose(town.school.id, 2018, wanted(), by=town.clerk)
    with pytest.raises(Conflict, match="waits for a decision"):
        service.propose(town.school.id, 2018, wanted(), by=town.rechecker)


def test_a_total_is_not_lowered_below_what_is_paid_and_committed(app: Flask) -> None:
    town = a_town()
    total = a_total(town, 1000)
    paid(town, total, 400)
    sent(town, total, 200)
    with pytest.raises(Conflict, match=r"600\.00 yuan are paid or committed already, 100\.00 yuan more"):
        service.propose(town.school.id, 2018, wanted(amount_fen=50_000), by=town.rechecker)


def test_a_total_that_was_spent_meanwhile_cannot_be_lowered_by_an_approval(app: Flask) -> None:
    town = a_town()
    total = a_total(town, 1000)
    lower = service.propose(town.school.id, 2018, wanted(amount_fen=50_000), by=town.rechecker)
    sent(town, total, 600)
    with pytest.raises(Conflict, match=r"100\.00 yuan more than a total of 500\.00"):
        service.approve(lower.id, by=town.approver, revision=lower.revision)
    assert db.session.get_one(BudgetTotal, total.id).total_fen == 100_000
    assert db.session.get_one(BudgetProposal, lower.id).state == "PROPOSED"


def test_a_higher_total_by_document_opens_the_balance(app: Flask) -> None:
    town = a_town()
    total = a_total(town, 1000)
    sent(town, total, 900)
    higher = service.propose(town.school.id, 2018, wanted(amount_fen=150_000, document="补〔2018〕2号"), by=town.clerk)
    assert higher.before_fen == 100_000
    service.approve(higher.id, by=town.approver, revision=higher.revision)
    assert total.balance_fen == 60_000
    assert db.session.scalars(select(BudgetEntry.amount_fen).order_by(BudgetEntry.id)).all() == [
        100_000,
        90_000,
        50_000,
    ]


def test_a_basic_part_outside_the_class_is_refused_with_the_rule(app: Flask) -> None:
    town = a_town()
    with pytest.raises(Invalid) as refused:
        service.propose(town.school.id, 2018, wanted(basic_percent=50), by=town.clerk)
    assert "between 60 and 70 percent (P-3)" in str(refused.value.fields["basic_percent"])


def test_a_unit_proposes_for_itself_only(app: Flask) -> None:
    town = a_town()
    with pytest.raises(NotFound):
        service.propose(town.school.id, 2018, wanted(), by=town.stranger)


def test_everybody_without_a_total_is_proposed_at_once(app: Flask) -> None:
    town = a_town(staff=2)
    a_colleague(town.other, "别人")
    a_unit("机关", unit_type=UnitType.ORGAN)
    with counted() as statements:
        made = service.propose_all(2018, "统一核定", by=town.rechecker)
    assert made == 2
    assert len(statements) <= 16
    assert service.propose_all(2018, "统一核定", by=town.rechecker) == 0
    rows = db.session.execute(select(BudgetProposal.unit_id, BudgetProposal.amount_fen))
    amounts = {row.unit_id: row.amount_fen for row in rows}
    assert amounts == {town.school.id: 600_000, town.other.id: 300_000}


def test_a_policy_value_is_ended_and_never_edited(app: Flask) -> None:
    town = a_town()
    for value, day in (("2", date(2018, 1, 1)), ("2.5", date(2019, 1, 1))):
        service.set_value(UnitClass.FULLY_FUNDED, "leader_block", value, valid_from=day, document="文〔2018〕3号",
                          by=town.approver)  # fmt: skip
    assert policies.policy_on(date(2017, 12, 31), UnitClass.FULLY_FUNDED)["leader_block"] == 3
    assert policies.policy_on(date(2018, 12, 31), UnitClass.FULLY_FUNDED)["leader_block"] == 2
    assert policies.policy_on(date(2019, 1, 1), UnitClass.FULLY_FUNDED)["leader_block"] == Decimal("2.5")
    assert policies.policy_on(date(2019, 1, 1), UnitClass.SELF_FUNDED)["leader_block"] == 3


@pytest.mark.parametrize("text", ["", "abc", "NaN", "-1", "1e99", "11"])
def test_a_policy_value_that_is_no_number_or_out_of_bounds_is_refused(app: Flask, text: str) -> None:
    town = a_town()
    with pytest.raises(Invalid) as refused:
        service.set_value(UnitClass.FULLY_FUNDED, "leader_warn", text, valid_from=date(2018, 1, 1), document="文号",
                          by=town.approver)  # fmt: skip
    assert "value" in refused.value.fields


def test_only_who_reaches_all_units_sets_policy(app: Flask) -> None:
    town = a_town()
    with pytest.raises(NotAllowed):
        service.set_value(UnitClass.FULLY_FUNDED, "leader_warn", "2", valid_from=date(2018, 1, 1), document="文号",
                          by=town.department)  # fmt: skip
