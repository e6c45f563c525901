"""Two at once, on a real server, beside the decision: one urge a day, one deputy, a recall or a decision."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app import clock
from app.access.actor import system
from app.errors import Conflict, NotAllowed, Refused
from app.items import queries as items
from app.workflow import service
from app.workflow.delegating import give
from app.workflow.opinions import ask_opinion, give_opinion, withdraw_question
from app.workflow.passing_on import send_copy, transfer
from app.workflow.recalling import ask_back, recall, urge
from app.workflow.reminding import remind
from models import Application, CopyTo, Decision, Delegation, ItemStep, Opinion, Recall, Reminder, Urge, db
from models.applications import ApplicationState as State
from tests.factories import Reach, acting, an_account
from tests.workflow.factories import City, a_city, a_new_hire, filed, fresh, passed
from tests.workflow.test_races import at_once, exceptions, how_many

pytestmark = pytest.mark.slow
TIMES, LAST = 15, date(2018, 4, 13)


@pytest.fixture(autouse=True)
def _on_a_server(request: pytest.FixtureRequest, app: Flask) -> None:
    if request.config.getoption("--database") != "postgresql":
        pytest.skip("runs on PostgreSQL")


def on_the_desk(city: City) -> Application:
    application = passed(city, filed(city, a_new_hire(city)), steps=2)
    service.claim(application.id, by=city.reviewer, revision=application.revision)
    return fresh(application)


def one_won(results: list[Any]) -> None:
    lost = exceptions(results)
    assert len(lost) == 1, results
    assert isinstance(lost[0], Refused), lost


def test_urging_twice_at_once_urges_once(app: Flask) -> None:
    city = a_city()
    for _ in range(TIMES):
        application = filed(city, a_new_hire(city))
        one_won(at_once(app, *[partial(urge, application.id, by=city.clerk)] * 2))
        assert how_many(Urge, Urge.application_id == application.id) == 1


def test_two_delegations_at_once_make_one_deputy_also_crosswise(app: Flask) -> None:
    city = a_city()
    for number in range(TIMES):
        one, two, three = (
            acting(an_account(f"head-{number}-{place}", ("head", city.school, Reach.UNIT))) for place in range(3)
        )
        first, second, third = (one.account_id or 0, two.account_id or 0, three.account_id or 0)
        values: dict[str, Any] = {"reason": "出差", "valid_to": LAST}
        one_won(at_once(app, partial(give, second, by=one, **values), partial(give, third, by=one, **values)))
        assert how_many(Delegation, Delegation.from_id == first) == 1
        pair = [
            acting(an_account(f"pair-{number}-{place}", ("head", city.school, Reach.UNIT))) for place in range(2)
        ]  # fmt: skip
        ids = [person.account_id or 0 for person in pair]
        one_won(at_once(app, partial(give, ids[1], by=pair[0], **values), partial(give, ids[0], by=pair[1], **values)))


def test_a_recall_and_a_decision_at_once_never_both_take_effect(app: Flask) -> None:
    city = a_city()
    for _ in range(TIMES):
        application = filed(city, a_new_hire(city))
        seen = application.revision
        one_won(
            at_once(
                app,
                partial(recall, application.id, by=city.clerk, revision=seen, reason="写错了"),
                partial(service.approve, application.id, by=city.head, revision=seen),
            )
        )
        decided = how_many(Decision, Decision.application_id == application.id)
        assert decided == (0 if fresh(application).state == State.DRAFT else 1)


def test_a_question_that_holds_and_a_decision_at_once(app: Flask) -> None:
    city = a_city()
    for _ in range(TIMES):
        application = on_the_desk(city)
        seen = application.revision
        results = at_once(
            app,
            partial(ask_opinion, application.id, of_id=city.rechecker.account_id or 0, question="怎么看？",
                    by=city.reviewer, revision=seen, holds=True),
            partial(service.approve, application.id, by=city.reviewer, revision=seen),
        )  # fmt: skip
        one_won(results)
        asked = how_many(Opinion, Opinion.application_id == application.id)
        assert fresh(application).step_position == (3 if asked else 4)


def test_answering_and_withdrawing_a_question_at_once(app: Flask) -> None:
    city = a_city()
    for _ in range(TIMES):
        application = on_the_desk(city)
        asked = ask_opinion(application.id, of_id=city.rechecker.account_id or 0, question="怎么看？", by=city.reviewer,
                            revision=application.revision)  # fmt: skip
        one_won(
            at_once(
                app,
                partial(give_opinion, asked.id, by=city.rechecker, answer="同意", revision=1),
                partial(withdraw_question, asked.id, by=city.reviewer, revision=1),
            )
        )


def test_two_voices_at_once_take_two_seats_or_one_waits(app: Flask) -> None:
    city = a_city()
    db.session.execute(
        update(ItemStep).where(ItemStep.key == "hr_first_review").values(deciders="all", deciders_count=2)
    )
    db.session.commit()
    items.forget()
    for _ in range(TIMES):
        application = passed(city, filed(city, a_new_hire(city)), steps=2)
        seen = application.revision
        results = at_once(
            app,
            partial(service.approve, application.id, by=city.reviewer, revision=seen),
            partial(service.approve, application.id, by=city.reviewer_2, revision=seen),
        )
        lost = exceptions(results)
        assert len(lost) == 1, results
        assert isinstance(lost[0], Conflict | NotAllowed)
        assert fresh(application).step_position == 3
        assert how_many(Decision, Decision.application_id == application.id, Decision.step_position == 3) == 1


def test_the_same_copy_question_back_and_hand_over_twice_at_once(app: Flask) -> None:
    city = a_city()
    for _ in range(TIMES):
        application = on_the_desk(city)
        copy = partial(send_copy, application.id, to_id=city.head.account_id or 0, note="", by=city.reviewer)
        one_won(at_once(app, copy, copy))
        assert how_many(CopyTo, CopyTo.application_id == application.id) == 1
        one_won(at_once(app, *[partial(ask_back, application.id, by=city.clerk, reason="写错了")] * 2))
        assert how_many(Recall, Recall.application_id == application.id) == 1
        seen = fresh(application).revision
        hand_over = partial(transfer, application.id, to_id=city.reviewer_2.account_id or 0, reason="外出",
                            by=city.reviewer, revision=seen)  # fmt: skip
        one_won(at_once(app, hand_over, hand_over))


def test_two_nightly_runs_at_once_remind_once(app: Flask) -> None:
    city = a_city()
    for _ in range(3):
        filed(city, a_new_hire(city))
    with clock.frozen(clock.now() + timedelta(days=10)):
        results = at_once(app, *[partial(remind, by=system("test"))] * 2)
    assert not exceptions(results), results
    assert how_many(Reminder) == 9
