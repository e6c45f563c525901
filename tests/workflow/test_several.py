"""Several deciders at a step, reviewers drawn by lot, and the library of reasons."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from app.access.actor import Actor
from app.errors import Conflict, Invalid, NotAllowed, Stale
from app.items import queries as items
from app.items.definition import definition_of, digest_of
from app.items.exchange import export_item, read_item
from app.items.forms import read_part
from app.workflow import queries, service
from app.workflow.drawing import agrees, draw_again, in_force, place_of, replace_lost
from app.workflow.reasons import add_reason, change_reason, library
from app.workflow.rules import Mark
from models import Account, Application, Decision, Draw, ItemStep, ItemVersion, Reason, ReasonUse, db
from models.applications import ApplicationState as State
from tests.factories import Reach, acting, an_account
from tests.workflow.factories import City, a_city, a_new_hire, filed, fresh, passed, system

pytestmark = pytest.mark.usefixtures("app")


def a_city_with(step: str, **values: Any) -> City:
    """The city, where this step of the items is decided otherwise."""
    city = a_city()
    db.session.execute(update(ItemStep).where(ItemStep.key == step).values(values))
    db.session.commit()
    items.forget()
    return city


def at_first_review(city: City) -> Application:
    return passed(city, filed(city, a_new_hire(city)), steps=2)


def say(application: Application, verb: Any, by: Actor, **values: Any) -> Application:
    verb(application.id, by=by, revision=fresh(application).revision, **values)
    return fresh(application)


def test_all_must_approve_and_each_voice_is_its_own_row() -> None:
    city = a_city_with("hr_first_review", deciders="all", deciders_count=2)
    application = at_first_review(city)
    application = say(application, service.approve, city.reviewer, note="同意")
    assert (application.state, application.step_position, application.claimed_by_id) == (State.IN_REVIEW, 3, None)
    with pytest.raises(NotAllowed, match="already decided on this step"):
        say(application, service.approve, city.reviewer)
    assert not queries.queue(city.reviewer).rows
    application = say(application, service.approve, city.reviewer_2)
    assert application.step_position == 4
    rows = db.session.query(Decision).filter_by(application_id=application.id, step_position=3).order_by(Decision.seat)
    assert [(row.seat, row.outcome) for row in rows] == [(1, "APPROVED"), (2, "APPROVED")]


def test_one_rejection_or_return_ends_a_step_of_all() -> None:
    city = a_city_with("hr_first_review", deciders="all", deciders_count=2)
    one = say(at_first_review(city), service.approve, city.reviewer)
    assert say(one, service.reject, city.reviewer_2, note="不符合条件").state == State.REJECTED
    two = say(at_first_review(city), service.approve, city.reviewer)
    two = say(
        two, service.return_for_correction, city.reviewer_2, note="看不清", marks=[Mark("MATERIAL", "M01", "模糊")]
    )
    assert two.state == State.RETURNED
    two = filed(city, two)
    two = say(two, service.approve, city.reviewer)
    assert two.step_position == 3, "after a correction every voice is asked again"
    assert say(two, service.approve, city.reviewer_2).step_position == 4


def test_any_approval_is_enough_and_a_rejection_is_heard_with_the_others() -> None:
    city = a_city_with("hr_first_review", deciders="any", deciders_count=2)
    one = say(at_first_review(city), service.reject, city.reviewer, note="存疑")
    assert (one.state, one.step_position) == (State.IN_REVIEW, 3)
    assert say(one, service.approve, city.reviewer_2).step_position == 4
    two = say(at_first_review(city), service.reject, city.reviewer, note="存疑")
    assert say(two, service.reject, city.reviewer_2, note="也存疑").state == State.REJECTED
    three = at_first_review(city)
    assert say(three, service.approve, city.reviewer).step_position == 4


def test_the_last_step_of_all_takes_effect_once() -> None:
    city = a_city_with("decision", deciders="all", deciders_count=2)
    application = passed(city, filed(city, a_new_hire(city)), steps=4)
    assert say(application, service.approve, city.approver).state == State.IN_REVIEW
    assert say(application, service.approve, city.approver_2).state == State.APPROVED


def test_a_stale_page_gives_no_second_voice() -> None:
    city = a_city_with("hr_first_review", deciders="all", deciders_count=2)
    application = at_first_review(city)
    seen = application.revision
    service.approve(application.id, by=city.reviewer, revision=seen)
    with pytest.raises(Stale):
        service.approve(application.id, by=city.reviewer_2, revision=seen)


def test_the_setting_is_exported_and_older_files_and_checksums_still_hold() -> None:
    city = a_city_with("hr_first_review", deciders="all", deciders_count=3)
    version = db.session.get_one(ItemVersion, city.versions["new_hire"].id)
    code = version.item.code
    text = export_item(code)
    assert "deciders: all" in text
    read = read_item(text)
    assert read.definition is not None
    assert read.definition["steps"][2]["deciders_count"] == 3
    assert not read.notes
    plain = definition_of(db.session.get_one(ItemVersion, city.versions["grading"].id))
    plain["steps"] = [dict(row, deciders="one", deciders_count=1, by_draw=False) for row in plain["steps"]]
    before = {**plain, "steps": [
        {name: value for name, value in row.items() if name not in ("deciders", "deciders_count", "by_draw")}
        for row in plain["steps"]
    ]}  # fmt: skip
    assert digest_of(plain) == digest_of(before)
    assert read_item(text.replace("deciders: all", "deciders: most")).faults
    assert read_item(text.replace("deciders_count: 3", "deciders_count: 1")).faults


def test_the_reviewer_is_drawn_and_only_that_person_may_claim() -> None:
    city = a_city_with("hr_first_review", by_draw=True)
    application = at_first_review(city)
    draw = in_force(application)
    assert draw is not None
    people = {one.account_id: one for one in (city.reviewer, city.reviewer_2)}
    assert set(draw.pool) == set(people)
    assert agrees(draw)
    assert draw.pool[place_of(draw.seed, draw.pool)] == draw.account_id
    drawn = people.pop(draw.account_id)
    other = next(iter(people.values()))
    assert [row.id for row in queries.queue(drawn).rows] == [application.id]
    assert not queries.queue(other).rows
    for verb in (service.claim, service.approve):
        with pytest.raises(Conflict, match="was drawn by lot"):
            say(application, verb, other)
    assert say(application, service.approve, drawn).step_position == 4


def test_a_tampered_draw_is_noticed() -> None:
    city = a_city_with("hr_first_review", by_draw=True)
    draw = in_force(at_first_review(city))
    assert draw is not None
    draw.account_id = next(one for one in draw.pool if one != draw.account_id)
    assert not agrees(draw)


def test_every_place_of_the_pool_is_drawn_by_some_seed() -> None:
    assert {place_of(f"{seed:064x}", [3, 5, 8]) for seed in range(60)} == {0, 1, 2}


def test_after_a_correction_the_same_person_goes_on() -> None:
    city = a_city_with("hr_first_review", by_draw=True)
    for _ in range(3):
        application = at_first_review(city)
        draw = in_force(application)
        assert draw is not None
        drawn = next(one for one in (city.reviewer, city.reviewer_2) if one.account_id == draw.account_id)
        say(application, service.return_for_correction, drawn, note="补", marks=[Mark("MATERIAL", "M01", "缺页")])
        again = in_force(filed(city, fresh(application)))
        assert again is not None
        assert again.account_id == draw.account_id


def test_who_was_drawn_may_ask_for_another_with_the_reason() -> None:
    city = a_city_with("hr_first_review", by_draw=True)
    application = at_first_review(city)
    draw = in_force(application)
    assert draw is not None
    people = {one.account_id: one for one in (city.reviewer, city.reviewer_2)}
    drawn = people.pop(draw.account_id)
    other = next(iter(people.values()))
    with pytest.raises(Conflict):
        draw_again(application.id, by=other, reason="想办", revision=application.revision)
    with pytest.raises(Invalid):
        draw_again(application.id, by=drawn, reason="", revision=application.revision)
    draw_again(application.id, by=drawn, reason="与申请人是亲属", revision=application.revision)
    after = in_force(fresh(application))
    assert after is not None
    assert (after.account_id, after.number) == (other.account_id, 2)
    assert db.session.query(Draw).count() == 2


def test_with_nobody_eligible_whoever_comes_may_take_it_and_the_history_says_so() -> None:
    city = a_city()
    db.session.execute(update(ItemStep).where(ItemStep.key == "hr_first_review").values(by_draw=True))
    db.session.execute(update(Account).where(Account.username.like("reviewer%")).values(state="DISABLED"))
    db.session.commit()
    application = at_first_review(city)
    draw = in_force(application)
    assert draw is not None
    assert (draw.account_id, draw.pool) == (None, [])
    late = acting(an_account("late", ("reviewer", None, Reach.ALL)))
    assert [row.id for row in queries.queue(late).rows] == [application.id]
    assert replace_lost(application, by=system("test"))
    db.session.commit()
    after = in_force(application)
    assert after is not None
    assert after.account_id == late.account_id
    assert not replace_lost(application, by=system("test"))


def test_reasons_are_kept_per_item_and_step_offered_and_counted() -> None:
    city = a_city()
    application = at_first_review(city)
    here = add_reason(by=city.approver, kind="MATERIAL", text_zh="合同缺骑缝章", text_en="No seal across the pages",
                      item_id=application.item_id, step_key="hr_first_review")  # fmt: skip
    add_reason(by=city.approver, kind="MATERIAL", text_zh="别的事项", text_en="Of another item",
               item_id=city.versions["grading"].item_id)  # fmt: skip
    add_reason(by=city.approver, kind="REJECT", text_zh="条件不符", text_en="Not eligible", step_key="decision")
    offered = library(application)
    assert offered["MATERIAL"][0].zh == "合同缺骑缝章"
    assert "别的事项" not in [one.zh for one in offered["MATERIAL"]]
    assert "条件不符" not in [one.zh for one in offered["REJECT"]]
    say(application, service.return_for_correction, city.reviewer, note="请补正",
        marks=[Mark("MATERIAL", "M01", "合同缺骑缝章")])  # fmt: skip
    uses = db.session.query(ReasonUse).all()
    assert [use.reason_id for use in uses] == [here.id]


def test_reasons_are_edited_by_few_and_from_a_fresh_page() -> None:
    city = a_city()
    for nobody in (city.reviewer, city.clerk, city.auditor):
        with pytest.raises(NotAllowed):
            add_reason(by=nobody, kind="REJECT", text_zh="不符", text_en="No")
    made = add_reason(by=city.approver, kind="REJECT", text_zh="不符", text_en="No")
    change_reason(made.id, by=city.approver, revision=1, active=False)
    with pytest.raises(Stale):
        change_reason(made.id, by=city.approver, revision=1, text_zh="又改")
    for wrong in ({"kind": "X"}, {"text_zh": ""}, {"text_en": "a" * 301}, {"item_id": 987654}, {"step_key": "nowhere"}):
        with pytest.raises(Invalid) as refused:
            add_reason(by=city.approver, **{"kind": "REJECT", "text_zh": "不符合", "text_en": "Not met", **wrong})
        assert set(refused.value.fields) == set(wrong)
    assert db.session.query(Reason).filter_by(kind="REJECT", active=True).count() == 0


def test_the_designers_form_asks_how_many_decide() -> None:
    typed = {
        "key": "joint",
        "name_zh": "会签",
        "name_en": "Joint",
        "permission": "application:recheck",
        "limit_days": "2",
    }
    assert read_part("steps", typed, known={})["deciders_count"] == 1
    told = read_part("steps", {**typed, "deciders": "all", "deciders_count": "3"}, known={})
    assert (told["deciders"], told["deciders_count"], told["by_draw"]) == ("all", 3, False)
    for wrong, place in (
        ({"deciders": "all", "deciders_count": "1"}, "deciders_count"),
        ({"deciders": "one", "deciders_count": "2"}, "deciders_count"),
        ({"deciders": "any", "deciders_count": "2", "by_draw": "1"}, "by_draw"),
        ({"deciders": "most"}, "deciders"),
        ({"deciders_count": "10"}, "deciders_count"),
    ):
        with pytest.raises(Invalid) as refused:
            read_part("steps", {**typed, **wrong}, known={})
        assert set(refused.value.fields) == {place}, wrong
