"""Who may do what with a case, and which way it goes."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.cases import queries
from app.cases.queries import Asked
from app.cases.service import accept, answerers, assign, close, correct, explain, send_back
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from models import Account, AuditEvent, Case, db
from models.cases import CaseOutcome, CaseState
from tests.factories import Reach, acting, an_account
from tests.fund_cases.factories import Scene, a_case, a_scene


def account_of(username: str) -> Account:
    return db.session.scalars(select(Account).where(Account.username == username)).one()


def test_a_case_is_assigned_answered_sent_back_answered_and_closed(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school)
    assign(case.id, account_of("case-clerk").id, by=scene.supervisor, revision=1)
    explain(case.id, by=scene.clerk, revision=2, text="按文件执行。")
    send_back(case.id, by=scene.supervisor, revision=3, text="请附文件号。")
    correct(case.id, by=scene.clerk, revision=4, text="多发部分已于4月扣回，见洪教人〔2018〕12号。")
    close(case.id, by=scene.supervisor, revision=5, outcome="CORRECTED", text="已核对扣回凭证。")
    db.session.refresh(case)
    assert (case.state, case.outcome, case.revision) == (CaseState.CLOSED, CaseOutcome.CORRECTED, 6)
    assert [event.kind for event in queries.history(case)] == [
        "opened", "assigned", "explained", "sent_back", "corrected", "closed",
    ]  # fmt: skip
    actions = db.session.scalars(select(AuditEvent.action).where(AuditEvent.record_kind == "case")).all()
    assert set(actions) >= {"case:opened", "case:assigned", "case:explained", "case:sent_back", "case:closed"}


def test_only_those_who_answer_for_the_unit_are_assigned(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school)
    assert [one.username for one in answerers(case)] == ["case-clerk"]
    with pytest.raises(Invalid):
        assign(case.id, account_of("case-stranger").id, by=scene.supervisor, revision=1)


def test_a_case_of_another_unit_does_not_exist(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school)
    with pytest.raises(NotFound):
        explain(case.id, by=scene.stranger, revision=1, text="与我无关。")
    with pytest.raises(NotFound):
        queries.opened(scene.stranger, case.id)
    assert queries.page_of(scene.stranger, Asked()).rows == []
    assert [one.id for one in queries.page_of(scene.supervisor, Asked()).rows] == [case.id]
    assert [one.id for one in queries.page_of(scene.auditor, Asked()).rows] == [case.id]


def test_a_clerk_does_not_judge_and_an_auditor_does_nothing(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school)
    with pytest.raises(NotAllowed):
        accept(case.id, by=scene.clerk, revision=1, text="没有问题。")
    with pytest.raises(NotAllowed):
        explain(case.id, by=scene.auditor, revision=1, text="没有问题。")


def both_hats(scene: Scene, username: str, *, own: bool = False) -> Account:
    return an_account(
        username, ("clerk", scene.school, Reach.UNIT), ("department", scene.department, Reach.SUBTREE),
        staff=scene.person if own else None,
    )  # fmt: skip


def test_nobody_judges_what_they_answered(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school)
    both = acting(both_hats(scene, "both"))
    explain(case.id, by=both, revision=1, text="按文件执行。")
    with pytest.raises(NotAllowed, match="answered this case yourself"):
        close(case.id, by=both, revision=2, outcome="UNFOUNDED", text="没有问题。")


def test_nobody_judges_a_case_about_their_own_pay_or_their_own_decisions(app: Flask) -> None:
    scene = a_scene()
    own = acting(both_hats(scene, "own", own=True))
    with pytest.raises(NotAllowed, match="your own pay"):
        accept(a_case(scene.school, person=scene.person).id, by=own, revision=1, text="没有问题。")
    about_me = a_case(scene.school, "risk:pair:1", accounts=[own.account_id])
    with pytest.raises(NotAllowed, match="your own decisions"):
        accept(about_me.id, by=own, revision=1, text="没有问题。")


def test_a_stale_page_is_refused_by_name(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school)
    explain(case.id, by=scene.clerk, revision=1, text="按文件执行。")
    with pytest.raises(Stale, match="case-clerk"):
        accept(case.id, by=scene.supervisor, revision=1, text="同意。")


def test_an_answer_says_something(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school)
    with pytest.raises(Invalid) as refused:
        explain(case.id, by=scene.clerk, revision=1, text="   \n ")
    assert "text" in refused.value.fields
    with pytest.raises(Invalid):
        close(case.id, by=scene.supervisor, revision=1, outcome="ACCEPTED", text="同意。")


def test_put_right_is_said_by_the_unit_first_and_a_closed_case_takes_no_answer(app: Flask) -> None:
    scene = a_scene()
    case = a_case(scene.school)
    with pytest.raises(Conflict):
        close(case.id, by=scene.supervisor, revision=1, outcome="CORRECTED", text="已扣回。")
    close(case.id, by=scene.supervisor, revision=1, outcome="UNFOUNDED", text="同名不同人。")
    with pytest.raises(Conflict):
        explain(case.id, by=scene.clerk, revision=2, text="按文件执行。")


def test_counts_and_the_precision_of_a_rule(app: Flask) -> None:
    scene = a_scene()
    made = [a_case(scene.school, f"risk:{number}") for number in range(4)]
    explain(made[0].id, by=scene.clerk, revision=1, text="按文件执行。")
    accept(made[1].id, by=scene.supervisor, revision=1, text="年底前清理。")
    close(made[2].id, by=scene.supervisor, revision=1, outcome="UNFOUNDED", text="同名不同人。")
    counts = queries.counts(scene.clerk)
    assert (counts.to_answer, counts.overdue, counts.to_judge) == (1, 0, 1)
    found = queries.precisions(scene.approver)["double-pay"]
    assert (found.open, found.confirmed, found.unfounded, found.share) == (2, 1, 1, 0.5)
    assert queries.precisions(scene.stranger) == {}
    assert db.session.get_one(Case, made[3].id).state == CaseState.OPEN
