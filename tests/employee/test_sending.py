"""A code that is sent goes to the telephone on file through the gateway; nobody at the unit sees it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.access import service
from app.errors import Conflict
from models import Activation, Announcement, db
from models.activations import ActivationWay
from tests.access.browsing import send, somebody
from tests.employee.people import a_claim, a_school, activated


def test_a_code_is_told_to_the_telephone_and_to_nobody_else(app: Flask) -> None:
    school = a_school()
    school.person.phone = "13800001234"
    db.session.commit()
    sent = service.issue_code(school.person.id, by=school.clerk, way=ActivationWay.SENT)
    told = db.session.scalars(select(Announcement).where(Announcement.event == "activation_code")).one()
    assert (sent.code, sent.sent_to) == ("", "1234")
    assert told.people == [{"to": "13800001234", "channel": "SMS", "language": "zh_Hans_CN"}]
    assert not any(len(str(one)) in (10, 11) for one in told.facts.values())  # sealed: no code can be read there
    kept = db.session.scalars(select(Activation)).one()
    assert told.until == kept.expires_at


def test_without_a_telephone_nothing_is_sent_and_the_old_code_holds(app: Flask) -> None:
    school = a_school()
    code = service.issue_code(school.person.id, by=school.clerk).code
    with pytest.raises(Conflict, match="No telephone"):
        service.issue_code(school.person.id, by=school.clerk, way=ActivationWay.SENT)
    assert service.activate(a_claim(code), visitor=service.Visitor("10.0.0.1")).username


def test_the_page_of_the_clerk_does_not_show_a_code_that_was_sent(app: Flask) -> None:
    school = a_school()
    school.person.phone = "13800001234"
    db.session.commit()
    clerk = somebody(app, "roster-clerk")
    answer = send(clerk, f"/roster/{school.person.id}/activation", page="/roster", way="SENT")
    assert (answer.status_code, answer.location) == (302, "/roster")
    assert "1234" in clerk.get("/roster").text


def test_a_new_password_by_code_is_told_to_its_owner(app: Flask) -> None:
    school = a_school()
    activated(school)
    assert db.session.scalars(select(Announcement).where(Announcement.event == "account_changed")).all() == []
    code = service.issue_code(school.person.id, by=school.clerk).code
    service.activate(a_claim(code), visitor=service.Visitor("10.0.0.1"))
    assert db.session.scalars(select(Announcement).where(Announcement.event == "account_changed")).one()
