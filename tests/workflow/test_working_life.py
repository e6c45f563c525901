"""Hand over, copy, recall, urge, ask an opinion: what happens to an application while it waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.audit.queries import history
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from app.workflow import queries, service
from app.workflow.opinions import ask_opinion, give_opinion, withdraw_question
from app.workflow.passing_on import colleagues, send_copy, take_note, transfer
from app.workflow.recalling import answer_recall, ask_back, recall, urge
from models import Application, ApplicationEvent, CopyTo, Opinion, Recall, Urge, db
from models.applications import ApplicationState as State
from tests.factories import Reach, acting, an_account
from tests.workflow.factories import City, a_city, a_new_hire, filed, fresh, passed

pytestmark = pytest.mark.usefixtures("app")


def kinds(application: Application) -> list[str]:
    rows = db.session.query(ApplicationEvent).filter_by(application_id=application.id).order_by(ApplicationEvent.id)
    return [row.kind for row in rows]


def on_the_desk(city: City) -> Application:
    """At the first review, claimed by the reviewer."""
    application = passed(city, filed(city, a_new_hire(city)), steps=2)
    service.claim(application.id, by=city.reviewer, revision=application.revision)
    return fresh(application)


def test_a_claimed_application_is_handed_over_with_its_reason() -> None:
    city = a_city()
    application = on_the_desk(city)
    to_id = city.reviewer_2.account_id or 0
    transfer(application.id, to_id=to_id, reason="明天起外出", by=city.reviewer, revision=application.revision)
    after = fresh(application)
    assert after.claimed_by_id == to_id
    assert kinds(application)[-1] == "transferred"
    with pytest.raises(Conflict):
        service.approve(application.id, by=city.reviewer, revision=after.revision)
    service.approve(application.id, by=city.reviewer_2, revision=after.revision)
    assert history("application", application.id, limit=2)[1].note == "明天起外出"


def test_handing_over_asks_for_claim_reason_and_a_person_of_the_step() -> None:
    city = a_city()
    application = on_the_desk(city)
    seen, to_id = application.revision, city.reviewer_2.account_id or 0
    with pytest.raises(Conflict, match="does not lie on your desk"):
        transfer(application.id, to_id=city.reviewer.account_id or 0, reason="换人", by=city.reviewer_2, revision=seen)
    for person in (city.head, city.rechecker, city.clerk, city.reviewer):
        with pytest.raises(Invalid) as wrong:
            transfer(application.id, to_id=person.account_id or 0, reason="换人", by=city.reviewer, revision=seen)
        assert set(wrong.value.fields) == {"to_id"}
    with pytest.raises(Invalid):
        transfer(application.id, to_id=to_id, reason=" ", by=city.reviewer, revision=seen)
    with pytest.raises(Stale):
        transfer(application.id, to_id=to_id, reason="换人", by=city.reviewer, revision=seen - 1)
    with pytest.raises(NotFound):
        transfer(application.id, to_id=to_id, reason="换人", by=city.other_head, revision=seen)
    transfer(application.id, to_id=to_id, reason="换人", by=city.reviewer, revision=seen)
    with pytest.raises(Conflict):  # the second click
        transfer(application.id, to_id=to_id, reason="换人", by=city.reviewer, revision=seen)
    assert kinds(application).count("transferred") == 1


def test_only_those_who_may_decide_are_offered() -> None:
    city = a_city()
    both = acting(an_account("filer", ("reviewer", None, Reach.ALL), ("clerk", city.school, Reach.UNIT)))
    application = passed(city, filed(city, a_new_hire(city, by=both)), steps=2)
    assert [one.username for one in colleagues(application, but=city.reviewer.account_id)] == ["reviewer_2"]


def test_the_unit_recalls_what_nobody_has_claimed_and_files_it_again() -> None:
    city = a_city()
    application = filed(city, a_new_hire(city))
    with clock.frozen(clock.now() + timedelta(days=1)):  # one working day is used
        used = queries.desk(city.head, application.id).standing
        assert used is not None
        recall(application.id, by=city.clerk, revision=application.revision, reason="漏了一页")
        again = fresh(application)
        assert (again.state, again.step_position) == (State.DRAFT, None)
        assert not queries.queue(city.head).rows
        with pytest.raises(NotFound):  # a draft is the unit's own
            queries.desk(city.department_reviewer, application.id)
        again = filed(city, again)
        assert again.round == 2
        standing = queries.desk(city.head, application.id).standing
        assert standing is not None
        assert standing.used == used.used
        assert again.due_on == standing.due_on


def test_a_claimed_one_is_asked_for_and_given_back_or_not() -> None:
    city = a_city()
    application = filed(city, a_new_hire(city))
    service.claim(application.id, by=city.head, revision=application.revision)
    application = fresh(application)
    with pytest.raises(Conflict, match="on the desk already"):
        recall(application.id, by=city.clerk, revision=application.revision, reason="写错了")
    asked = ask_back(application.id, by=city.clerk, reason="写错了")
    with pytest.raises(Conflict, match="asked for already"):
        ask_back(application.id, by=city.clerk, reason="再问")
    with pytest.raises(Invalid):
        answer_recall(asked.id, by=city.head, revision=application.revision, granted=False)
    with pytest.raises((NotAllowed, NotFound)):
        answer_recall(asked.id, by=city.clerk, revision=application.revision, granted=True)
    answer_recall(asked.id, by=city.head, revision=application.revision, granted=False, note="马上办结")
    second = ask_back(application.id, by=city.clerk, reason="确实写错了")
    with pytest.raises(Stale):
        answer_recall(second.id, by=city.head, revision=fresh(application).revision - 1, granted=True)
    answer_recall(second.id, by=city.head, revision=fresh(application).revision, granted=True)
    assert fresh(application).state == State.DRAFT
    assert kinds(application)[-4:] == ["recall_asked", "recall_refused", "recall_asked", "recalled"]
    assert [row.granted for row in db.session.query(Recall).order_by(Recall.id)] == [False, True]


def test_who_may_not_recall_and_when_it_is_too_late() -> None:
    city = a_city()
    application = filed(city, a_new_hire(city))
    for nobody in (city.head, city.reviewer):
        with pytest.raises((NotAllowed, NotFound)):
            recall(application.id, by=nobody, revision=application.revision, reason="不行")
    with pytest.raises(NotFound):
        recall(application.id, by=city.other_clerk, revision=application.revision, reason="不行")
    with pytest.raises(Stale):
        recall(application.id, by=city.clerk, revision=application.revision - 1, reason="旧页面")
    with pytest.raises(Invalid):
        recall(application.id, by=city.clerk, revision=application.revision, reason="")
    with pytest.raises(Conflict, match="Nobody has it"):
        ask_back(application.id, by=city.clerk, reason="不需要问")
    application = passed(city, application, steps=3)
    with pytest.raises(Conflict, match="bureau has already approved"):
        recall(application.id, by=city.clerk, revision=application.revision, reason="太晚了")


def test_it_is_urged_once_a_day_and_the_limit_stays() -> None:
    city = a_city()
    application = filed(city, a_new_hire(city))
    urge(application.id, by=city.clerk, note="职工月底退休")
    with pytest.raises(Conflict, match="urged today"):
        urge(application.id, by=city.clerk)
    with clock.frozen(clock.now() + timedelta(days=1)):
        urge(application.id, by=city.clerk)
    for nobody in (city.head, city.reviewer, city.other_clerk):
        with pytest.raises((NotAllowed, NotFound)):
            urge(application.id, by=nobody)
    assert db.session.query(Urge).count() == kinds(application).count("urged") == 2
    after = fresh(application)
    assert (after.revision, after.due_on) == (application.revision, application.due_on)
    service.approve(application.id, by=city.head, revision=after.revision)


def test_a_copy_gives_no_more_to_see() -> None:
    city = a_city()
    application = on_the_desk(city)
    copy = send_copy(application.id, to_id=city.head.account_id or 0, note="请知悉", by=city.reviewer)
    with pytest.raises(Conflict):
        send_copy(application.id, to_id=city.head.account_id or 0, note="", by=city.reviewer)
    for stranger in (city.other_clerk, city.finance, city.reviewer):
        with pytest.raises(Invalid):
            send_copy(application.id, to_id=stranger.account_id or 0, note="", by=city.reviewer)
    with pytest.raises(NotFound):
        take_note(copy.id, by=city.clerk)
    take_note(copy.id, by=city.head)
    first = db.session.get_one(CopyTo, copy.id).noted_at
    with clock.frozen(clock.now() + timedelta(days=1)):
        take_note(copy.id, by=city.head)
    assert db.session.get_one(CopyTo, copy.id, populate_existing=True).noted_at == first
    with pytest.raises(NotAllowed):  # whoever has a copy decides nothing by it
        service.approve(application.id, by=city.head, revision=fresh(application).revision)


def test_an_opinion_is_asked_and_given_and_the_decision_stays() -> None:
    city = a_city()
    application = on_the_desk(city)
    asked = ask_opinion(
        application.id, of_id=city.rechecker.account_id or 0, question="起薪月份是否恰当？", by=city.reviewer,
        revision=application.revision,
    )  # fmt: skip
    give_opinion(asked.id, by=city.rechecker, answer="恰当。", revision=1)
    assert kinds(application)[-2:] == ["opinion_asked", "opinion_given"]
    service.approve(application.id, by=city.reviewer, revision=fresh(application).revision)
    with pytest.raises(Conflict, match="answered or withdrawn"):
        give_opinion(asked.id, by=city.rechecker, answer="再说一次", revision=2)


def test_a_decision_waits_for_an_opinion_only_if_the_asker_says_so() -> None:
    city = a_city()
    application = on_the_desk(city)
    asked = ask_opinion(
        application.id, of_id=city.rechecker.account_id or 0, question="能否认定？", by=city.reviewer,
        revision=application.revision, holds=True,
    )  # fmt: skip
    seen = fresh(application).revision
    with pytest.raises(Conflict, match="waits for the opinion of rechecker"):
        service.approve(application.id, by=city.reviewer, revision=seen)
    with pytest.raises(Conflict, match="waits for the opinion"):
        service.reject(application.id, by=city.reviewer, revision=seen, note="不符合")
    for stranger in (city.head, city.approver):
        with pytest.raises(NotFound):
            give_opinion(asked.id, by=stranger, answer="可以", revision=1)
        with pytest.raises(NotFound):
            withdraw_question(asked.id, by=stranger, revision=1)
    withdraw_question(asked.id, by=city.reviewer, revision=1)
    service.approve(application.id, by=city.reviewer, revision=seen)
    assert db.session.query(Opinion).one().withdrawn_at is not None


def test_an_opinion_asks_for_claim_reader_and_question() -> None:
    city = a_city()
    application = on_the_desk(city)
    seen, of_id = application.revision, city.rechecker.account_id or 0
    with pytest.raises(Conflict, match="does not lie on your desk"):
        ask_opinion(application.id, of_id=of_id, question="怎么看？", by=city.reviewer_2, revision=seen)
    for wrong in (
        {"of_id": city.other_head.account_id},
        {"of_id": 98765},
        {"question": " "},
        {"question": "长" * 1001},
    ):
        values = {"of_id": of_id, "question": "怎么看？", **wrong}
        with pytest.raises(Invalid):
            ask_opinion(application.id, by=city.reviewer, revision=seen, **values)  # type: ignore[arg-type]
    with pytest.raises(Stale):
        ask_opinion(application.id, of_id=of_id, question="怎么看？", by=city.reviewer, revision=seen - 1)
    ask_opinion(application.id, of_id=of_id, question="怎么看？", by=city.reviewer, revision=seen)
    with pytest.raises(Conflict, match="asked already"):
        ask_opinion(application.id, of_id=of_id, question="怎么看？", by=city.reviewer, revision=seen + 1)
