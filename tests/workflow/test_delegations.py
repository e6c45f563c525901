"""Delegation: another decides in somebody's name for some days; nothing more goes along, and the record shows both."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.access import policy, scope
from app.access.actor import Actor
from app.access.queries import actor_of
from app.applications.queries import sheet
from app.audit.queries import history
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from app.workflow import queries, service
from app.workflow.delegating import give, receivers, revoke
from models import Account, Application, ApplicationEvent, Decision, Delegation, db
from tests.access.browsing import send, somebody
from tests.factories import Reach, acting, an_account
from tests.statements import counted
from tests.workflow.factories import City, a_city, a_draft, a_new_hire, an_employee, filed, fresh, passed

pytestmark = pytest.mark.usefixtures("app")
FIRST, LAST = date(2018, 4, 3), date(2018, 4, 13)


def now(actor: Actor) -> Actor:
    """The person as they are today, with what others have delegated to them."""
    account = db.session.get(Account, actor.account_id)
    assert account is not None
    return actor_of(account)


def a_deputy(city: City, name: str = "deputy") -> Actor:
    """A colleague at the school who decides nothing of their own."""
    return acting(an_account(name, ("clerk", city.school, Reach.UNIT)))


def delegated(giver: Actor, receiver: Actor, **values: Any) -> Actor:
    """The receiver, with the giver's delegation."""
    give(receiver.account_id or 0, by=giver, **{"reason": "出差学习", "valid_to": LAST, **values})
    return now(receiver)


def test_a_deputy_decides_and_the_record_shows_both_names() -> None:
    city = a_city()
    deputy = a_deputy(city)
    application = filed(city, a_new_hire(city))
    with pytest.raises(NotAllowed):
        service.approve(application.id, by=deputy, revision=application.revision)
    deputy = delegated(city.head, deputy)
    assert [row.id for row in queries.queue(deputy).rows] == [application.id]
    service.claim(application.id, by=deputy, revision=application.revision)
    service.approve(application.id, by=deputy, revision=fresh(application).revision)
    decision = db.session.query(Decision).filter_by(application_id=application.id).one()
    assert (decision.decided_by_id, decision.for_id) == (deputy.account_id, city.head.account_id)
    shown = sheet(fresh(application))
    assert str(shown.steps[0].decided_by) == "deputy in the name of head"
    assert [str(line.by) for line in shown.history][:2] == ["deputy in the name of head"] * 2
    newest = history("application", application.id, limit=1)[0]
    assert newest.after is not None
    assert newest.after["in_the_name_of"] == "head"


def test_it_holds_on_its_days_only_and_ends_when_revoked() -> None:
    city = a_city()
    deputy = a_deputy(city)
    give(deputy.account_id or 0, by=city.head, reason="休假", valid_from=FIRST + timedelta(days=1), valid_to=LAST)
    assert not now(deputy).holds("application:confirm")
    for day, holds in ((1, True), (9, True), (10, False)):
        with clock.frozen(clock.now() + timedelta(days=day)):
            assert now(deputy).holds("application:confirm") is holds, day
    row = db.session.query(Delegation).one()
    with clock.frozen(clock.now() + timedelta(days=2)):
        revoke(row.id, by=city.head, revision=row.revision)
        assert not now(deputy).holds("application:confirm")
    with pytest.raises(Stale):
        revoke(row.id, by=city.head, revision=1)


def test_only_deciding_goes_along_and_what_is_needed_to_see() -> None:
    city = a_city()
    deputy = delegated(city.reviewer, city.rechecker)
    assert deputy.holds("application:first_review")
    gained = {
        permission
        for permission in ("staff:read_identity", "application:export", "standard:import", "delegation:give")
        if deputy.standing_in(deputy.delegated[0]).holds(permission)
    }
    assert not gained
    assert not deputy.standing_in(deputy.delegated[0]).holds_everywhere("application:read")


def test_a_deputy_who_files_sees_no_drafts_of_other_units() -> None:
    city = a_city()
    draft = a_draft(city, an_employee(city.other), by=city.other_clerk)
    clerk = acting(an_account("both", ("clerk", city.school, Reach.UNIT), ("reviewer", city.school, Reach.UNIT)))
    clerk = delegated(city.reviewer, clerk)
    seen = db.session.scalars(db.select(Application.id).where(scope.condition(clerk, "application:read", Application)))
    assert draft.id not in seen.all()
    assert policy.may(clerk, "application:read", draft).hidden


def test_nobody_decides_what_they_filed_also_not_through_a_delegation() -> None:
    city = a_city()
    own = filed(city, a_new_hire(city))
    clerk = delegated(city.head, city.clerk)
    with pytest.raises(NotAllowed):
        service.approve(own.id, by=clerk, revision=own.revision)
    assert not queries.queue(clerk).rows
    by_head = filed(city, a_new_hire(city, by=city.head))
    other = a_deputy(city)
    revoke(db.session.query(Delegation).one().id, by=city.head, revision=1)
    deputy = delegated(city.head, other)
    with pytest.raises(NotAllowed, match="nobody decides on it in that name"):
        service.approve(by_head.id, by=deputy, revision=by_head.revision)
    assert [row.id for row in queries.queue(deputy).rows] == [own.id]


def test_a_wage_is_not_decided_by_ones_own_deputy() -> None:
    city = a_city()
    staff = an_employee(city.school)
    head = acting(an_account("head-2", ("head", city.school, Reach.UNIT), staff=staff))
    deputy = delegated(head, a_deputy(city))
    about_head = filed(city, a_draft(city, staff, joined_on="2018-04-01", education="BACHELOR"))
    with pytest.raises(NotAllowed, match="about your wage or that of"):
        service.approve(about_head.id, by=deputy, revision=about_head.revision)
    assert not queries.queue(deputy).rows


def test_a_name_decides_one_step_only_whoever_lends_the_hand() -> None:
    city = a_city()
    both = acting(an_account("both", ("reviewer", None, Reach.ALL), ("rechecker", None, Reach.ALL)))
    deputy = delegated(both, city.reviewer)
    application = passed(city, filed(city, a_new_hire(city)), steps=2)
    service.approve(application.id, by=deputy.standing_in(deputy.delegated[0]), revision=application.revision)
    application = fresh(application)
    for person in (both, deputy):
        with pytest.raises(NotAllowed):
            service.approve(application.id, by=person, revision=application.revision)
        assert not queries.queue(person).rows


def test_a_person_with_own_right_acts_on_their_own_account() -> None:
    city = a_city()
    deputy = delegated(city.reviewer, city.reviewer_2)
    application = passed(city, filed(city, a_new_hire(city)), steps=2)
    assert len(queries.queue(deputy).rows) == queries.waiting_count(deputy) == 1
    service.approve(application.id, by=deputy, revision=application.revision)
    newest = db.session.query(ApplicationEvent).order_by(ApplicationEvent.id.desc()).first()
    assert newest is not None
    assert newest.for_id is None


def test_the_reach_stays_that_of_the_giver() -> None:
    city = a_city()
    elsewhere = filed(city, a_new_hire(city, unit=city.other, by=city.other_clerk), by=city.other_clerk)
    deputy = delegated(city.head, a_deputy(city))
    with pytest.raises(NotFound):
        service.approve(elsewhere.id, by=deputy, revision=elsewhere.revision)


def test_one_task_alone_can_be_delegated() -> None:
    city = a_city()
    both = acting(an_account("both", ("reviewer", None, Reach.ALL), ("rechecker", None, Reach.ALL)))
    deputy = delegated(both, city.approver, permission="application:recheck")
    assert deputy.holds("application:recheck")
    assert not deputy.holds("application:first_review")


def test_a_giver_whose_account_is_disabled_gives_nothing() -> None:
    city = a_city()
    deputy = delegated(city.head, a_deputy(city))
    db.session.query(Account).filter_by(id=city.head.account_id).update({"state": "DISABLED"})
    db.session.commit()
    assert not now(deputy).holds("application:confirm")


def test_a_deputy_of_a_deputy_and_overlapping_days_are_refused() -> None:
    city = a_city()
    deputy, other = a_deputy(city), a_deputy(city, "other-deputy")
    head_2 = acting(an_account("head-2", ("head", city.school, Reach.UNIT)))
    delegated(city.head, head_2)
    with pytest.raises(Conflict, match="stands in for"):
        give(other.account_id or 0, by=head_2, reason="出差", valid_to=LAST)
    with pytest.raises(Conflict, match="already"):
        give(deputy.account_id or 0, by=city.head, reason="出差", valid_to=LAST)
    head_3 = acting(an_account("head-3", ("head", city.school, Reach.UNIT)))
    with pytest.raises(Conflict, match="is represented by"):
        give(city.head.account_id or 0, by=head_3, reason="出差", valid_to=LAST)
    with pytest.raises((NotAllowed, Conflict)):
        give(other.account_id or 0, by=now(delegated(head_3, deputy)), reason="出差", valid_to=LAST)
    later = give(
        deputy.account_id or 0, by=city.head, reason="培训", valid_from=LAST, valid_to=LAST + timedelta(days=5)
    )
    assert later.id


def test_bad_input_is_named_at_its_field() -> None:
    city = a_city()
    deputy = a_deputy(city)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"to": city.head.account_id}, "to_id"),
        ({"to": city.other_clerk.account_id}, "to_id"),
        ({"to": city.auditor.account_id}, "to_id"),
        ({"to": 987654}, "to_id"),
        ({"reason": "  "}, "reason"),
        ({"reason": "长" * 501}, "reason"),
        ({"valid_from": FIRST - timedelta(days=1)}, "valid_from"),
        ({"valid_to": FIRST}, "valid_to"),
        ({"valid_to": FIRST + timedelta(days=400)}, "valid_to"),
        ({"permission": "application:approve"}, "permission"),
        ({"permission": "staff:read"}, "permission"),
    ]
    for changes, place in cases:
        values = {"to": deputy.account_id, "reason": "出差", "valid_to": LAST, **changes}
        with pytest.raises(Invalid) as refused:
            give(values.pop("to"), by=city.head, **values)
        assert set(refused.value.fields) == {place}, changes


def test_only_the_people_concerned_and_administrators_arrange_and_revoke() -> None:
    city = a_city()
    deputy = a_deputy(city)
    administrator = acting(an_account("boss", ("administrator", None, Reach.ALL)))
    made = give(deputy.account_id or 0, by=administrator, reason="病假", valid_to=LAST, from_id=city.head.account_id)
    for nobody in (city.other_head, city.auditor, city.approver):
        with pytest.raises(NotAllowed):
            give(city.reviewer.account_id or 0, by=nobody, reason="病", valid_to=LAST, from_id=city.head.account_id)
        with pytest.raises(NotAllowed):
            revoke(made.id, by=nobody, revision=made.revision)
    with pytest.raises(NotAllowed):
        give(city.head.account_id or 0, by=city.clerk, reason="不能", valid_to=LAST)
    revoke(made.id, by=deputy, revision=made.revision)
    assert [event.action for event in history("delegation", made.id)] == ["delegation:revoke", "delegation:give"]


def test_those_who_may_receive_are_colleagues_and_equals() -> None:
    city = a_city()
    names = [one.username for one in receivers(city.head.account_id or 0)]
    assert set(names) == {"clerk", "other_head"}
    assert "auditor" not in [one.username for one in receivers(city.reviewer.account_id or 0)]


def test_the_queue_of_a_deputy_costs_no_more_statements(app: Flask) -> None:
    city = a_city()
    deputy = delegated(city.reviewer, city.rechecker)
    costs = []
    for _ in range(2):
        for _ in range(2):
            passed(city, filed(city, a_new_hire(city)), steps=2)
        with counted() as sent:
            assert queries.queue(deputy).rows
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 6


def test_the_page_gives_shows_and_revokes(app: Flask) -> None:
    city = a_city()
    deputy = a_deputy(city)
    head, stranger = somebody(app, "head"), somebody(app, "other_head")
    page = "/delegations"
    wrong = send(head, page, page=page, to_id=str(deputy.account_id), last_day="not a day", reason="外出<b>开会</b>")
    assert wrong.status_code == 422
    assert "外出&lt;b&gt;" in wrong.text
    given = send(head, page, page=page, to_id=str(deputy.account_id), last_day="2018-04-12", reason="外出开会")
    assert given.status_code == 302
    assert "deputy" in head.get(page).text
    row = db.session.query(Delegation).one()
    assert row.valid_to == LAST
    assert "外出开会" not in stranger.get(page).text
    assert send(stranger, f"{page}/{row.id}/revoke", page=page, revision="1").status_code == 404
    application = filed(city, a_new_hire(city))
    as_deputy = somebody(app, "deputy")
    assert "外出开会" in as_deputy.get(page).text
    assert f"/applications/{application.id}/confirm" in as_deputy.get(f"/applications/{application.id}").text
    for _ in range(2):  # the second click finds it revoked
        send(head, f"{page}/{row.id}/revoke", page=page, revision="1")
    db.session.expire_all()
    assert db.session.query(Delegation).one().revoked_by_id == city.head.account_id


def test_the_back_office_lists_and_revokes(app: Flask) -> None:
    city = a_city()
    an_account("boss", ("administrator", None, Reach.ALL))
    deputy = a_deputy(city)
    boss = somebody(app, "boss")
    sent = send(
        boss, "/admin/delegations/new/", page="/admin/delegations/new/", from_id=str(city.head.account_id),
        to_id=str(deputy.account_id), permission="", valid_from="", valid_to="2018-04-13", reason="病假",
    )  # fmt: skip
    assert sent.status_code == 302, sent.text
    row = db.session.query(Delegation).one()
    assert "病假" in boss.get(f"/admin/delegations/details/?id={row.id}").text
    send(boss, "/admin/delegations/revoke/", page=f"/admin/delegations/details/?id={row.id}", id=row.id, revision=1)
    db.session.expire_all()
    assert db.session.query(Delegation).one().revoked_at is not None
