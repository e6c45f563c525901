"""The queue: what waits for whom, in which order, and at what cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.errors import NotAllowed, NotFound
from app.workflow import queries, service
from app.workflow.queries import Filters
from app.workflow.rules import Mark
from tests.factories import Reach, acting, an_account
from tests.statements import counted
from tests.workflow.factories import a_city, a_new_hire, at_last_step, filed, fresh, passed

pytestmark = pytest.mark.usefixtures("app")


def test_the_queue_shows_what_waits_for_me_by_urgency() -> None:
    city = a_city()
    first = filed(city, a_new_hire(city))
    with clock.frozen(clock.now() - timedelta(days=5)):
        older = filed(city, a_new_hire(city))
    page = queries.queue(city.head)
    assert [row.id for row in page.rows] == [older.id, first.id]
    assert [row.standing.light for row in page.rows] == ["red", "green"]
    assert page.total == 2
    for nobody in (city.clerk, city.other_head, city.reviewer, city.finance, city.auditor):
        assert not queries.queue(nobody).rows
        assert queries.waiting_count(nobody) == 0


def test_what_i_filed_or_decided_earlier_is_not_in_my_queue() -> None:
    city = a_city()
    filed(city, a_new_hire(city, by=city.head))
    assert not queries.queue(city.head).rows
    both = acting(an_account("both", ("reviewer", None, Reach.ALL), ("rechecker", None, Reach.ALL)))
    application = passed(city, filed(city, a_new_hire(city)), steps=2)
    assert [row.id for row in queries.queue(both).rows] == [application.id]
    service.approve(application.id, by=both, revision=application.revision)
    assert not queries.queue(both).rows
    assert [row.id for row in queries.queue(city.rechecker).rows] == [application.id]


def test_a_person_with_two_tasks_sees_both_in_one_order() -> None:
    city = a_city()
    both = acting(an_account("both", ("reviewer", None, Reach.ALL), ("approver", None, Reach.ALL)))
    last = at_last_step(city)
    early = passed(city, filed(city, a_new_hire(city)), steps=2)
    assert [row.id for row in queries.queue(both).rows] == [last.id, early.id]  # two days left before three


def test_neighbours_walk_the_queue_and_end_at_its_ends() -> None:
    city = a_city()
    ids = [filed(city, a_new_hire(city)).id for _ in range(3)]
    assert queries.neighbours(city.head, ids[1]) == queries.Neighbours(ids[0], ids[2])
    assert queries.neighbours(city.head, ids[0]).previous_id is None
    assert queries.neighbours(city.head, ids[2]).next_id is None
    service.approve(ids[0], by=city.head, revision=2)
    assert queries.neighbours(city.head, ids[0]).next_id == ids[1]


def test_filters_narrow_the_queue() -> None:
    city = a_city()
    one, two = filed(city, a_new_hire(city)), filed(city, a_new_hire(city))
    service.claim(one.id, by=city.head, revision=one.revision)
    code = db_code(city)
    cases = {
        Filters(claimed="mine"): [one.id],
        Filters(claimed="free"): [two.id],
        Filters(text=two.number): [two.id],
        Filters(text="100%"): [],
        Filters(item=code): [one.id, two.id],
        Filters(item="'; --"): [],
        Filters(unit_id=city.other.id): [],
        Filters(light="red"): [],
    }
    for filters, wanted in cases.items():
        assert [row.id for row in queries.queue(city.head, filters=filters).rows] == wanted, filters


def db_code(city: object) -> str:
    from models import ServiceItem, db

    version = city.versions["new_hire"]  # type: ignore[attr-defined]
    item = db.session.get(ServiceItem, version.item_id)
    assert item is not None
    return item.code


def test_pages_beyond_the_end_are_empty_and_wild_page_numbers_do_no_harm() -> None:
    city = a_city()
    ids = [filed(city, a_new_hire(city)).id for _ in range(3)]
    assert [row.id for row in queries.queue(city.head, page=2, per_page=2).rows] == [ids[2]]
    for page in (99, 10**12):
        assert not queries.queue(city.head, page=page, per_page=2).rows
    assert len(queries.queue(city.head, page=-5, per_page=2).rows) == 2


def test_a_page_of_the_queue_costs_at_most_six_statements_however_long_it_is(app: Flask) -> None:
    city = a_city()
    costs = []
    for _ in range(2):
        for _ in range(3):
            filed(city, a_new_hire(city))
        for reader in (city.head, city.reviewer):
            with counted() as sent:
                queries.queue(reader)
            costs.append(len(sent))
    assert costs[0] == costs[2]
    assert max(costs) <= 6


def test_a_decision_costs_at_most_ten_statements_with_its_audit(app: Flask) -> None:
    city = a_city()
    passed(city, filed(city, a_new_hire(city)), steps=5)  # what is read once per process is read now
    application = filed(city, a_new_hire(city))
    costs = {}
    for decider in city.deciders(application):
        revision = fresh(application).revision
        decider_name = decider.name
        with counted() as sent:
            service.approve(application.id, by=decider, revision=revision, key=f"k-{decider_name}")
        costs[decider_name] = len(sent)
    final = costs.pop("approver")
    assert max(costs.values()) <= 10, costs
    # The last approval also writes career, wage, roster, result and payment: one statement for each of those tables.
    assert final <= 21, final


def test_a_return_costs_at_most_ten_statements(app: Flask) -> None:
    city = a_city()
    filed(city, a_new_hire(city))
    application = filed(city, a_new_hire(city))
    service.claim(application.id, by=city.head, revision=application.revision)
    revision = fresh(application).revision
    with counted() as sent:
        service.return_for_correction(
            application.id, by=city.head, revision=revision, note="看不清", marks=[Mark("MATERIAL", "M01", "模糊")]
        )
    assert len(sent) <= 10


def test_the_desk_shows_steps_time_claim_and_whether_i_may_decide() -> None:
    city = a_city()
    application = passed(city, filed(city, a_new_hire(city)), steps=2)
    service.claim(application.id, by=city.reviewer, revision=application.revision)
    mine = queries.desk(city.reviewer, application.id)
    assert [view.state for view in mine.steps] == ["done", "done", "current", "waiting", "waiting"]
    assert mine.may_decide
    assert (mine.mine, mine.claimed_by) == (True, "reviewer")
    assert mine.standing is not None
    assert mine.standing.due_on == application.due_on
    seen_by_auditor = queries.desk(city.auditor, application.id)
    assert not seen_by_auditor.may_decide
    for stranger in (city.other_head, city.other_clerk):
        with pytest.raises(NotFound):
            queries.desk(stranger, application.id)
    with pytest.raises(NotAllowed):
        queries.desk(city.finance, application.id)


def test_the_desk_costs_at_most_eight_statements(app: Flask) -> None:
    city = a_city()
    application = passed(city, filed(city, a_new_hire(city)), steps=2)
    with counted() as sent:
        queries.desk(city.reviewer, application.id)
    assert len(sent) <= 8
