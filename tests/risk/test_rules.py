"""Each rule finds what it is for, with people and figures, and leaves a right payroll alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from app.clock import now
from app.risk.registry import RULES
from app.risk.service import look, set_establishment
from models import CareerEvent, Staff, db
from models.cases import CaseState
from tests.pay_records.careers import a_career
from tests.risk.factories import FIRST, LAST, MONTHS, a_ghost, a_town, cases_of, line_for, pay, wage_of


def test_right_payrolls_are_no_case_under_any_rule(app: Flask) -> None:
    town = a_town()
    pay(town, town.school)
    pay(town, town.other)
    set_establishment(town.school.id, head_count=3, valid_from=FIRST, document="洪编办〔2017〕3号", by=town.approver)
    assert {code: look(code, until=LAST, by=town.approver)["found"] for code in RULES} == dict.fromkeys(RULES, 0)


def test_one_person_paid_by_two_units_is_a_case_of_the_other_unit(app: Flask) -> None:
    town = a_town()
    pay(town, town.school)
    pay(town, town.other, months=MONTHS[2:4], more=[line_for(town.people[0], MONTHS[2])])
    [case] = cases_of(town, "paid-twice")
    assert case.unit_id == town.other.id
    assert {piece["unit_id"] for piece in case.evidence} == {town.school.id, town.other.id}
    assert len(case.evidence) == 4
    assert case.latest == "2018-01"


def test_one_account_for_two_people_is_a_case(app: Flask) -> None:
    town = a_town()
    first = line_for(town.people[0], FIRST)
    pay(town, town.school, 甲1=lambda person, month: line_for(person, month, account_index=first.account_index))
    [case] = cases_of(town, "same-account")
    assert case.evidence[0]["figures"][1]["value"] == len(MONTHS)


def test_pay_after_death_is_a_case_and_the_month_of_death_is_not(app: Flask) -> None:
    town = a_town()
    dead = town.people[0]
    db.session.add(CareerEvent(staff_id=dead.id, kind="death", day=date(2018, 2, 20), data={"cause": "ILLNESS"},
                               created_at=now()))  # fmt: skip
    dead.state, dead.left_on = "ENDED", date(2018, 2, 20)
    db.session.commit()
    pay(town, town.school)
    [case] = cases_of(town, "paid-after-end")
    assert [piece["place"]["kind"] for piece in case.evidence] == ["staff", "payroll", "payroll"]
    assert "2018年3月" in case.subject["p"]["months"]["p"]["first"]["zh"]
    assert cases_of(town, "wage-not-derivable") == []


def test_a_name_on_no_roster_is_a_case_from_the_second_month_on(app: Flask) -> None:
    town = a_town()
    pay(town, town.school, months=MONTHS[:1], more=[a_ghost("吴有")])
    assert cases_of(town, "not-on-roster") == []
    pay(town, town.school, months=MONTHS[1:], more=[a_ghost("吴有")])
    [case] = cases_of(town, "not-on-roster")
    assert case.subject["p"]["name"] == "吴有"


def test_months_between_two_units_are_a_case_unless_a_payroll_is_missing(app: Flask) -> None:
    town = a_town()
    mover = town.people[0]
    pay(town, town.school, 甲0=lambda person, month: line_for(person, month) if month < MONTHS[2] else None)
    pay(town, town.other, months=MONTHS[:4])
    pay(town, town.other, months=MONTHS[4:], more=[line_for(mover, LAST)])
    [case] = cases_of(town, "transfer-gap")
    assert case.unit_id == town.other.id
    assert case.subject["p"]["count"] == 2


def test_more_than_the_career_gives_is_a_case_and_a_late_raise_is_not(app: Flask) -> None:
    town = a_town()
    pay(town, town.school, 甲1=lambda person, month: line_for(
        person, month, basic_fen=wage_of(person, month) + 30_000))  # fmt: skip
    [case] = cases_of(town, "wage-not-derivable")
    assert case.evidence[0]["figures"][2]["value"] == 30_000
    assert cases_of(town, "change-without-decision") == []


def test_a_rise_in_the_middle_is_a_change_without_a_decision(app: Flask) -> None:
    town = a_town()
    risen = MONTHS[3]

    def paid(person: Staff, month: date) -> object:
        return line_for(person, month, basic_fen=wage_of(person, month) + (20_000 if month >= risen else 0))

    pay(town, town.school, 甲1=paid)
    [case] = cases_of(town, "change-without-decision")
    assert len(case.evidence) == len(MONTHS) - 3 + 1
    assert cases_of(town, "wage-not-derivable") == []


def test_paid_by_a_higher_post_is_a_case_of_that_rule_alone(app: Flask) -> None:
    town = a_town()

    def paid(person: Staff, month: date) -> object:
        return line_for(person, month, post="TECH-10", basic_fen=wage_of(person, month) + 40_000)

    pay(town, town.school, 甲1=paid)
    [case] = cases_of(town, "above-post")
    assert [figure["value"] for figure in case.evidence[0]["figures"][1:]] == [160_000, 149_000]
    assert cases_of(town, "wage-not-derivable") == []


def test_back_pay_without_a_change_is_a_case(app: Flask) -> None:
    town = a_town()

    def paid(person: Staff, month: date) -> object:
        return line_for(person, month, back_pay_fen=90_000 if month == MONTHS[4] else 0)

    pay(town, town.school, 甲2=paid)
    [case] = cases_of(town, "back-pay")
    assert [figure["value"] for figure in case.evidence[0]["figures"][1:]] == [90_000, 0, 90_000]


def test_more_people_than_the_establishment_are_a_case(app: Flask) -> None:
    town = a_town()
    set_establishment(town.school.id, head_count=3, valid_from=FIRST, document="洪编办〔2017〕3号", by=town.approver)
    pay(town, town.school, months=MONTHS[:3])
    pay(town, town.school, months=MONTHS[3:], more=[a_ghost("吴有"), a_ghost("吴无")])
    [case] = cases_of(town, "above-establishment")
    assert (case.subject["p"]["count"], case.latest) == (2, "2018-04")


def test_allowances_that_grow_in_one_unit_alone_are_a_case(app: Flask) -> None:
    town = a_town(people=6)

    def grown_allowance(person: Staff, month: date) -> object:
        return line_for(person, month, allowance_fen=50_000 if month < MONTHS[4] else 190_000)

    grown: dict[str, Any] = {f"甲{number}": grown_allowance for number in range(6)}
    pay(town, town.school, **grown)
    pay(town, town.other)
    [case] = cases_of(town, "unusual-growth")
    assert case.unit_id == town.school.id
    assert cases_of(town, "unusual-growth")[0].times_opened == 1


def test_going_on_is_no_news_and_opens_again_only_what_was_put_right(app: Flask) -> None:
    town = a_town()
    pay(town, town.school)
    pay(town, town.other, months=MONTHS[:5], more=[line_for(town.people[0], FIRST)])
    [case] = cases_of(town, "paid-twice")
    pay(town, town.other, months=MONTHS[5:6], more=[line_for(town.people[0], FIRST)])
    assert look("paid-twice", until=LAST, by=town.approver)["same"] == 1
    db.session.refresh(case)
    assert (case.revision, case.latest, len(case.evidence)) == (1, "2018-03", 12)
    case.state, case.outcome, case.closed_at = CaseState.CLOSED, "CORRECTED", now()
    db.session.commit()
    assert look("paid-twice", until=LAST, by=town.approver)["reopened"] == 0
    pay(town, town.other, months=MONTHS[6:], more=[line_for(town.people[0], FIRST)])
    assert look("paid-twice", until=LAST, by=town.approver)["reopened"] == 1


def test_a_payroll_that_is_sent_again_replaces_the_first_and_the_matter_is_gone(app: Flask) -> None:
    town = a_town()
    ghost = a_ghost("吴有")
    pay(town, town.school, more=[ghost])
    [case] = cases_of(town, "not-on-roster")
    pay(town, town.school)
    assert look("not-on-roster", until=LAST, by=town.approver)["gone"] == 1
    db.session.refresh(case)
    assert case.gone_at is not None


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_says_what_it_is_and_what_it_rests_on(code: str) -> None:
    rule = RULES[code]
    assert all(cited in rule.why.msgid for cited in rule.cites)
    assert rule.cites or "No wage rule names" in rule.why.msgid
    assert all(knob.lowest <= knob.default <= knob.highest for knob in rule.knobs)


def test_back_pay_of_two_changes_in_one_winter_is_explained(app: Flask) -> None:
    town = a_town()
    late = a_career(
        town.school, {"type": "post_appointment", "date": "2017-11-10", "post": "TECH-11"},
        {"type": "assessment", "year": 2017, "result": "QUALIFIED"}, name="丙",
    )  # fmt: skip
    town.people.append(late)
    old, first, second = (wage_of(late, month) for month in (MONTHS[0], MONTHS[2], MONTHS[3]))
    assert old < first < second

    def paid(person: Staff, month: date) -> object:
        """The first change is paid in February with two months of back pay, the second in March with two of its own."""
        basic = old if month < MONTHS[4] else first if month < MONTHS[5] else second
        back = {MONTHS[4]: 2 * (first - old), MONTHS[5]: 2 * (second - first)}.get(month, 0)
        return line_for(person, month, basic_fen=basic, back_pay_fen=back)

    pay(town, town.school, 丙=paid)
    assert cases_of(town, "back-pay") == []


def test_back_pay_of_one_delay_is_not_paid_twice(app: Flask) -> None:
    town = a_town()
    late = a_career(town.school, {"type": "post_appointment", "date": "2017-11-10", "post": "TECH-11"}, name="丁")
    town.people.append(late)
    old, new = wage_of(late, MONTHS[0]), wage_of(late, LAST)

    def paid(person: Staff, month: date) -> object:
        back = 2 * (new - old) if month in (MONTHS[4], MONTHS[5]) else 0
        return line_for(person, month, basic_fen=old if month < MONTHS[4] else new, back_pay_fen=back)

    pay(town, town.school, 丁=paid)
    [case] = cases_of(town, "back-pay")
    assert "2018年3月" in str(case.subject)


def test_a_missing_payroll_does_not_make_two_matters_of_one_raise(app: Flask) -> None:
    town = a_town()

    def paid(person: Staff, month: date) -> object:
        return line_for(person, month, basic_fen=wage_of(person, month) + (20_000 if month >= MONTHS[2] else 0))

    pay(town, town.school, months=[month for month in MONTHS if month != MONTHS[4]], 甲1=paid)
    [case] = cases_of(town, "change-without-decision")
    assert len(case.evidence) == len(MONTHS) - 3 + 1
    assert cases_of(town, "wage-not-derivable") == []
