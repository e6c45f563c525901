"""The same matter opens one case only; its news goes into that case."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.cases import queries
from app.cases.service import Found, accept, close, explain, open_case, open_cases, tell_gone
from models import AuditSubject, Case, CaseEvent, db
from models.cases import CaseState
from tests.conftest import MORNING
from tests.fund_cases.factories import NIGHT, a_case, a_matter, a_scene
from tests.statements import counted


def kinds(case: Case) -> list[str]:
    return [event.kind for event in queries.history(case)]


def test_a_matter_opens_a_case_that_is_due_in_working_days(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school, days=3)
    assert case.state == CaseState.OPEN
    # 3 April 2018 is a Tuesday; the 5th to the 7th are a holiday, the 8th is a Sunday that is worked
    assert case.due_on == date(2018, 4, 9)
    assert kinds(case) == ["opened"]
    assert case.number == f"YJ2018-{case.id:06d}"


def test_the_same_matter_found_again_changes_nothing_but_when_it_was_seen(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school)
    with clock.frozen(MORNING + timedelta(days=1)):
        again = open_case(a_matter(scene.school), by=NIGHT)
    db.session.refresh(case)
    assert again.case_id == case.id
    assert again.found == Found.SAME
    assert case.revision == 1
    assert case.found_at > case.opened_at
    assert kinds(case) == ["opened"]


def test_other_evidence_goes_into_the_open_case_and_keeps_its_day(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school)
    due_on = case.due_on
    with clock.frozen(MORNING + timedelta(days=20)):
        again = open_case(a_matter(scene.school, amount=356_000), by=NIGHT)
    db.session.refresh(case)
    assert (again.case_id, again.found) == (case.id, Found.NEWS)
    assert case.evidence[0]["figures"][0]["value"] == 356_000
    assert case.due_on == due_on
    assert kinds(case) == ["opened", "found_anew"]
    assert queries.history(case)[-1].data["evidence"][0]["figures"][0]["value"] == 178_000


def test_an_answer_to_earlier_evidence_is_asked_anew(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school)
    explain(case.id, by=scene.clerk, revision=1, text="兼课报酬，已经批准。")
    open_case(a_matter(scene.school, amount=356_000), by=NIGHT)
    db.session.refresh(case)
    assert (case.state, case.answer, case.times_opened) == (CaseState.OPEN, None, 1)


def test_a_closed_case_opens_again_with_other_evidence_only(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school)
    accept(case.id, by=scene.supervisor, revision=1, text="历史遗留，年底前清理。")
    assert open_case(a_matter(scene.school), by=NIGHT).found == Found.SAME
    db.session.refresh(case)
    assert case.state == CaseState.CLOSED
    assert open_case(a_matter(scene.school, amount=1), by=NIGHT).found == Found.REOPENED
    db.session.refresh(case)
    assert (case.state, case.outcome, case.times_opened) == (CaseState.OPEN, None, 2)
    assert kinds(case)[-1] == "reopened"


def test_the_digest_says_what_is_news(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school, digest="forecast above the total, June")
    close(case.id, by=scene.supervisor, revision=1, outcome="UNFOUNDED", text="预测未计入追加总额。")
    matter = a_matter(scene.school, amount=9, digest="forecast above the total, June")
    assert open_case(matter, by=NIGHT).found == Found.SAME
    assert open_case(replace(matter, digest="above the total, July"), by=NIGHT).found == Found.REOPENED


def test_many_matters_cost_the_statements_of_a_few(app: Flask) -> None:
    scene = a_scene()
    costs = []
    for round_, count in enumerate((3, 60)):
        matters = [a_matter(scene.school, f"risk:{round_}:{one}", person=scene.person) for one in range(count)]
        with counted() as sent:
            open_cases(matters, by=NIGHT)
            open_cases([replace(one, digest="news") for one in matters], by=NIGHT)
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 24
    assert db.session.scalar(select(func.count()).select_from(Case)) == 63
    assert db.session.scalar(select(func.count()).select_from(CaseEvent)) == 126


def test_eight_runs_at_once_open_one_case(app: Flask) -> None:
    scene = a_scene()
    matter = a_matter(scene.school, person=scene.person)

    def find(_: int) -> Found:
        with app.app_context(), clock.frozen(MORNING):
            return open_case(matter, by=NIGHT).found

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(find, range(8)))
    db.session.rollback()
    assert sorted(found) == sorted([Found.OPENED, *[Found.SAME] * 7])
    assert db.session.scalar(select(func.count()).select_from(CaseEvent)) == 1


def test_a_matter_that_is_gone_is_told_and_comes_back_quietly(app: Flask) -> None:
    scene = a_scene()
    case, other = a_case(scene.school), a_case(scene.school, "risk:double-pay:2")
    assert tell_gone("double-pay", still=[other.key], by=NIGHT) == 1
    assert tell_gone("double-pay", still=[other.key], by=NIGHT) == 0
    db.session.refresh(case)
    assert case.gone_at is not None
    assert case.state == CaseState.OPEN
    open_case(a_matter(scene.school), by=NIGHT)
    db.session.refresh(case)
    assert case.gone_at is None
    assert kinds(case) == ["opened", "gone"]


def test_opening_is_written_down_with_the_people(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school, person=scene.person)
    assert queries.people_of(case) == [scene.person.id]
    assert db.session.scalar(select(AuditSubject.staff_id)) == scene.person.id
