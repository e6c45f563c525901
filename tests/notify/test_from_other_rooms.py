"""Cases, warnings, accounts and courses tell people in the transaction in which it happens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import RequestRedirect

from app.access import service as access
from app.access.actor import system
from app.access.entering import Visitor, change_password
from app.cases.service import assign, explain, open_case
from app.errors import Stale
from app.learning.loading import load_courses
from app.notify import sending
from app.uow import atomic
from models import Account, Announcement, Letter, db
from models.accounts import Reach
from tests.factories import PASSWORD, a_unit, acting, an_account
from tests.fund_cases.factories import NIGHT, a_case, a_matter, a_scene
from tests.learning.test_lessons import _finish as finish_course


def letters() -> list[tuple[str, str]]:
    """Who was told of what, in order."""
    sending.send_due()
    rows = db.session.execute(
        select(Account.username, Letter.event).join(Account, Account.id == Letter.account_id).order_by(Letter.id)
    )
    return [(row.username, row.event) for row in rows]


def account_of(username: str) -> Account:
    return db.session.scalars(select(Account).where(Account.username == username)).one()


def test_a_case_is_told_when_it_opens_when_it_is_assigned_and_when_it_is_answered(app: Flask, post: Path) -> None:
    scene = a_scene()
    case = a_case(scene.school)
    assert letters() == [("case-clerk", "case_opened")]
    assign(case.id, account_of("case-clerk").id, by=scene.supervisor, revision=1)
    assert letters()[1:] == [("case-clerk", "case_assigned")]
    letter = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert letter is not None
    assert (letter.link, letter.deadline) == (f"/cases/{case.id}", True)
    assert case.due_on.isoformat() in letter.body_zh
    explain(case.id, by=scene.clerk, revision=2, text="按文件执行。")
    assert ("case-department", "case_answered") in letters()


def test_an_assignment_that_is_refused_tells_nobody(app: Flask, post: Path) -> None:
    scene = a_scene()
    case = a_case(scene.school)
    with pytest.raises(Stale):
        assign(case.id, account_of("case-clerk").id, by=scene.supervisor, revision=7)
    assert ("case-clerk", "case_assigned") not in letters()


def test_a_warning_of_a_budget_is_told_as_one_and_another_night_tells_it_no_second_time(app: Flask, post: Path) -> None:
    scene = a_scene()
    warning = replace(a_matter(scene.school, "budgets:forecast:1"), source="budgets")
    for _ in range(2):
        open_case(warning, by=NIGHT)
    assert letters() == [("case-clerk", "budget_warning")]


def test_a_changed_password_and_a_new_role_are_told_to_who_owns_the_account(app: Flask, post: Path) -> None:
    unit = a_unit()
    chief = acting(an_account("chief", ("administrator", None, Reach.ALL)))
    owner = an_account("owner")
    given = access.grant(owner.id, role="clerk", reach=Reach.UNIT, unit_id=unit.id, by=chief)
    access.end_grant(given, by=chief, revision=1)
    new = "another quiet morning in spring"
    change_password(PASSWORD, new, new, by=acting(owner), visitor=Visitor("10.0.0.7"))
    db.session.refresh(owner)
    access.reset_password(owner.id, by=chief, revision=owner.revision)
    assert letters() == [("owner", "account_changed")] * 4
    titles = db.session.scalars(select(Letter.title_en).order_by(Letter.id)).all()
    assert [title.removeprefix("Your account: ") for title in titles] == [
        "The role “Unit clerk” was granted.", "The role “Unit clerk” was ended.", "The password was changed.",
        "The administrator has set a new first password.",
    ]  # fmt: skip
    bodies = db.session.scalars(select(Letter.body_zh).order_by(Letter.id)).all()
    assert "10.0.0.7" in bodies[2]
    assert all(new not in body for body in bodies)


def test_a_finished_course_is_told_to_the_learner_once(app: Flask, post: Path) -> None:
    load_courses(by=system("test"))
    learner = acting(an_account("learner", ("clerk", a_unit(), Reach.UNIT)))
    for _ in range(2):
        finish_course(learner)
    assert letters() == [("learner", "certificate")]
    letter = db.session.scalars(select(Letter)).one()
    assert letter.link == "/learning/first-filing"
    assert "第一次申报" in letter.title_zh


def test_what_is_undone_told_nobody(app: Flask, post: Path) -> None:
    chief = acting(an_account("chief", ("administrator", None, Reach.ALL)))
    owner, unit = an_account("owner"), a_unit()
    with pytest.raises(LookupError):
        _granted_and_undone(owner.id, unit.id, chief)
    assert db.session.scalars(select(Announcement)).all() == []


@atomic
def _granted_and_undone(account_id: int, unit_id: int, by: Any) -> None:
    access.grant(account_id, role="clerk", reach=Reach.UNIT, unit_id=unit_id, by=by)
    raise LookupError


@pytest.mark.parametrize(
    "link",
    ["/applications/1", "/applications", "/admin/queue/1", "/admin/queue/", "/for-me", "/my-wage", "/proposals",
     "/cases/1", "/admin/cases/1", "/exports/1", "/messages", "/factors", "/learning/increment"],
)  # fmt: skip
def test_what_a_message_leads_to_is_a_page(app: Flask, link: str) -> None:
    try:
        app.url_map.bind("localhost").match(link, method="GET")
    except RequestRedirect as to:
        pytest.fail(f"{link} only leads on to {to.new_url}")
