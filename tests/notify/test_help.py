"""Help in place: tours that lead where the person may go, help for pages, and answers from real returns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask, url_for
from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Grant
from app.access.roles import ROLES
from app.help.queries import LEAST, asked_most
from app.help.tours import topics, tours
from app.portal.help import stops_for
from app.web.guard import rule_of
from app.workflow import service
from app.workflow.rules import Mark
from models import Reason, TourSeen, db
from models.accounts import Reach
from models.queue import ReasonKind
from tests.access.browsing import send, somebody
from tests.conftest import MORNING
from tests.factories import a_unit, an_account
from tests.workflow.factories import a_city, a_new_hire, filed, fresh


@pytest.mark.parametrize("role", list(ROLES))
def test_each_role_has_a_tour_of_pages_that_it_may_open(app: Flask, role: str) -> None:
    actor = Actor(1, "x", "x", grants=(Grant(role, 1, Reach.ALL),))
    assert tours()[role]
    assert stops_for(actor, role) == list(tours()[role])


def test_help_speaks_of_pages_that_exist(app: Flask) -> None:
    unknown = [one for topic in topics().values() for one in topic.endpoints if one not in app.view_functions]
    assert unknown == []
    assert all(rule_of(app, one) is not None for topic in topics().values() for one in topic.endpoints)


def test_a_tour_is_offered_walked_and_then_left_alone(app: Flask) -> None:
    an_account("newcomer", ("clerk", a_unit(), Reach.UNIT))
    browser = somebody(app, "newcomer")
    assert "tour-bar" in browser.get("/").text
    assert "tour-bar" not in browser.get("/roster").text
    answer = send(browser, "/help/tour", to="0")
    stops = tours()["clerk"]
    for number, stop in enumerate(stops):
        with app.test_request_context():
            assert answer.location == url_for(stop.endpoint)
        page = browser.get(answer.location)
        assert stop.title.zh in page.text
        answer = send(browser, "/help/tour", to=str(number + 1) if number + 1 < len(stops) else "end")
    assert db.session.scalars(select(TourSeen.tour)).all() == ["clerk"]
    assert "tour-bar" not in browser.get("/").text
    send(browser, "/help/tour", to="0")
    assert "tour-bar" in browser.get("/roster").text, "it can be taken again"


@pytest.mark.parametrize("to", ["leave", "99", "-1", "x", ""])
def test_a_tour_left_is_not_offered_again(app: Flask, to: str) -> None:
    an_account("newcomer", ("clerk", a_unit(), Reach.UNIT))
    browser = somebody(app, "newcomer")
    send(browser, "/help/tour", to=to)
    assert "tour-bar" not in browser.get("/").text


def a_reason(text: str) -> Reason:
    reason = Reason(kind=ReasonKind.MATERIAL, text_zh=text, text_en=f"{text} in English", created_at=clock.now())
    db.session.add(reason)
    db.session.commit()
    return reason


def test_answers_come_from_real_returns_and_small_counts_are_left_out(app: Flask) -> None:
    city = a_city()
    a_reason("扫描件不清晰")
    a_reason("缺少公章")
    for number in range(LEAST + 1):
        application = filed(city, a_new_hire(city))
        said = "扫描件不清晰" if number < LEAST else "缺少公章"
        service.return_for_correction(
            application.id, by=city.head, revision=fresh(application).revision, note="王小明的身份证号不符",
            marks=[Mark("MATERIAL", "M01", said)],
        )  # fmt: skip
    (one,) = asked_most()
    assert (one.text.zh, one.count, one.share) == ("扫描件不清晰", LEAST, 1000 * LEAST // (LEAST + 1))
    page = somebody(app, "clerk").get("/help").text
    assert "扫描件不清晰" in page
    assert "缺少公章" not in page
    assert "王小明" not in page, "what somebody typed names people"
    with clock.frozen(MORNING + timedelta(days=400)):
        assert asked_most() == []


def test_the_help_of_a_page_is_one_link_away(app: Flask) -> None:
    an_account("newcomer", ("clerk", a_unit(), Reach.UNIT))
    browser = somebody(app, "newcomer")
    assert 'href="/help/roster"' in browser.get("/roster").text
    assert browser.get("/help/roster").status_code == 200
    assert browser.get("/help/nothing").status_code == 404
