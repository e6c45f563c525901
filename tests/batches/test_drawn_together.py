"""Applications filed or decided together whose step draws its reviewer by lot: each has a draw of its own."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from app.access.actor import Actor
from app.applications.filing_many import Filed, file_many
from app.applications.many import Checked, Wanted, check_many
from app.errors import Conflict
from app.items import queries as items
from app.items.editions import Version
from app.pay.many import lock_people
from app.uow import transaction
from app.workflow import service as workflow
from app.workflow.drawing import agrees, in_force
from app.workflow.eligible import deciders
from app.workflow.many import decide_many
from models import Account, Application, ApplicationEvent, AuditEvent, Draw, ItemVersion, db
from models.accounts import AccountState, Reach
from models.applications import Outcome
from models.items import VersionState
from tests.factories import acting, an_account
from tests.pay_records.careers import a_career
from tests.statements import counted
from tests.workflow.factories import City, a_city, an_item

pytestmark = pytest.mark.usefixtures("app")


def drawing_at(*steps: int) -> Version:
    """A published item for increments whose steps in these places draw their reviewers."""
    version = an_item("increment")
    for place in steps:
        version.steps[place].by_draw = True
    db.session.commit()
    return items.parts(version.id)


def another_head(city: City) -> Actor:
    return acting(an_account("head_2", ("head", city.school, Reach.UNIT)))


def somebody(city: City, number: int) -> list[int]:
    """So many people of the school who are due for an increment."""
    return [a_career(city.school).id for _ in range(number)]


def checked(city: City, version: Version, people: Sequence[int]) -> list[Checked]:
    wanted = [Wanted(one, {"assessment_year": 2017, "result": "QUALIFIED"}) for one in people]
    return check_many(wanted, version, city.school, held=lock_people(people))


def filed(city: City, version: Version, people: Sequence[int]) -> list[Filed]:
    with transaction():
        return file_many(checked(city, version, people), version, city.school, by=city.clerk)


def the_application(number: int) -> Application:
    return db.session.get_one(Application, number, populate_existing=True)


def test_each_application_filed_with_others_has_a_reviewer_drawn_for_it() -> None:
    city, version = a_city(), drawing_at(0)
    heads = sorted([city.head.account_id, another_head(city).account_id])
    done = filed(city, version, somebody(city, 3))
    for one in done:
        application = the_application(one.application_id)
        draw = in_force(application)
        assert draw is not None
        assert agrees(draw)
        assert draw.pool == heads == [account.id for account in deciders(application, version.steps[0].permission)]
        kinds = db.session.scalars(select(ApplicationEvent.kind).filter_by(application_id=application.id)).all()
        assert sorted(kinds) == ["drawn", "started", "submitted"]
    assert len(set(db.session.scalars(select(Draw.seed)))) == 3
    assert len(db.session.scalars(select(AuditEvent).filter_by(action="application:draw")).all()) == 3


def test_where_nobody_can_be_drawn_that_is_kept() -> None:
    city, version = a_city(), drawing_at(0)
    db.session.get_one(Account, city.head.account_id).state = AccountState.DISABLED
    db.session.commit()
    (one,) = filed(city, version, somebody(city, 1))
    draw = in_force(the_application(one.application_id))
    assert draw is not None
    assert (draw.account_id, draw.pool) == (None, [])


def test_a_step_that_does_not_draw_draws_nobody() -> None:
    city, version = a_city(), drawing_at()
    filed(city, version, somebody(city, 1))
    assert db.session.scalars(select(Draw)).all() == []


def test_those_who_pass_on_together_are_drawn_for_at_the_next_step_and_only_the_drawn_decide() -> None:
    city, version = a_city(), drawing_at(0, 2)
    done = filed(city, version, somebody(city, 2))
    seen = {one.application_id: the_application(one.application_id).revision for one in done}
    with transaction():
        told = decide_many(seen, position=1, outcome=Outcome.APPROVED, by=another_head(city))
    assert [str(one.problem) for one in told] == ["Another person was drawn by lot to review it."] * 2
    with transaction():
        told = decide_many(seen, position=1, outcome=Outcome.APPROVED, by=city.head)
    assert [one.problem for one in told] == [None, None]
    for number in seen:
        workflow.approve(number, by=city.department_reviewer, revision=the_application(number).revision)
        draw = in_force(the_application(number))
        assert draw is not None
        assert sorted(draw.pool) == sorted([city.reviewer.account_id, city.reviewer_2.account_id])
    drawn = {in_force(the_application(number)).account_id for number in seen}  # type: ignore[union-attr]
    assert drawn <= {city.reviewer.account_id, city.reviewer_2.account_id}


def test_the_statements_of_drawing_do_not_grow_with_the_applications() -> None:
    city, version = a_city(), drawing_at(0)
    filed(city, version, somebody(city, 1))
    sent = []
    for number in (2, 6):
        people = somebody(city, number)
        with counted() as statements:
            filed(city, version, people)
        sent.append(len(statements))
    assert sent[0] == sent[1]


@pytest.mark.parametrize("revised", [False, True])
def test_an_item_that_is_out_of_force_since_the_check_files_nothing(revised: bool) -> None:
    city, version = a_city(), drawing_at()
    people = somebody(city, 1)
    with transaction():
        found = checked(city, version, people)
    held = db.session.get_one(ItemVersion, version.id)
    held.state, held.note = VersionState.RETIRED, "政策调整"
    if revised:
        db.session.add(
            ItemVersion(item_id=held.item_id, number=2, state=VersionState.PUBLISHED, elements={}, staff_types=[],
                        effect_map={}, promised_days=12, created_at=held.created_at, published_at=held.created_at)
        )  # fmt: skip
    db.session.commit()
    said = "was revised since this was checked" if revised else "was withdrawn: 政策调整"
    with pytest.raises(Conflict, match=said), transaction():
        file_many(found, version, city.school, by=city.clerk)
    assert db.session.scalars(select(Application)).all() == []
