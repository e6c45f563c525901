"""A version in work is run over last year's applications: what each would have met, and that nothing of it changes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.errors import Conflict, NotAllowed
from app.items import queries, rehearsal, service
from app.items.consequences import in_words
from app.items.service import NotReady
from app.jobs import queries as jobs
from app.jobs import service as work
from models import Application, ApplicationEvent, CareerEvent, ItemVersion, Job, WageRecord, db
from models.jobs import JobState, LineOutcome
from tests.factories import Reach, acting, an_account
from tests.items.people import Office, rehearsed
from tests.statements import counted
from tests.workflow.factories import (
    City,
    a_city,
    a_draft,
    a_new_hire,
    an_employee_with_career,
    approved,
    filed,
    many_new_hires,
)


@pytest.fixture
def city(app: Flask) -> City:
    return a_city()


@pytest.fixture
def office(city: City) -> Office:
    return Office(
        acting(an_account("designer", ("designer", None, Reach.ALL))),
        acting(an_account("publisher", ("publisher", None, Reach.ALL))),
    )


def a_version(city: City, office: Office, effect: str = "new_hire") -> ItemVersion:
    """A draft of the item that has this effect."""
    return service.begin_draft(city.versions[effect].item_id, by=office.designer)


def found(version: ItemVersion, *, with_pay: bool = True) -> dict[int, list[str]]:
    """What the newest rehearsal says of each application that differs."""
    job = rehearsal.newest(version.id)
    assert job is not None
    assert job.state == JobState.DONE, job.problem
    lines = jobs.lines(job, outcome=LineOutcome.DONE)
    return {line.record_id: [str(one) for one in in_words(line.figures, with_pay=with_pay)] for line in lines}


def a_material(**changes: Any) -> dict[str, Any]:
    return {
        "code": "M90", "name_zh": "体检表", "name_en": "Health check", "form": "original_scan", "copies": "1",
        "necessity": "REQUIRED", "min_pages": "1", "max_pages": "3", "max_megabytes": "20", "accepts": ["image/jpeg"],
    } | changes  # fmt: skip


def test_a_version_that_changes_nothing_differs_for_nobody(city: City, office: Office) -> None:
    approved(city)
    filed(city, a_new_hire(city))
    version = a_version(city, office)
    rehearsed(version.id, office.designer)
    assert found(version) == {}
    job = rehearsal.newest(version.id)
    assert job is not None
    assert (job.total, job.handled, job.result["differing"]) == (2, 2, 0)


def test_only_those_whom_a_conditional_material_concerns_would_have_needed_it(city: City, office: Office) -> None:
    filed(city, a_new_hire(city))
    master = filed(city, a_new_hire(city, education="MASTER"))
    version = a_version(city, office)
    conditional = a_material(
        necessity="CONDITIONAL",
        **{"condition-0-fact": "field.education", "condition-0-op": "eq", "condition-0-value": "MASTER"},
    )
    service.save_part(version.id, "materials", conditional, by=office.designer, revision=version.revision)
    rehearsed(version.id, office.designer)
    assert found(version) == {master.id: ["It would have needed: Health check."]}


def test_a_material_that_is_dropped_would_not_have_been_needed(city: City, office: Office) -> None:
    one = filed(city, a_new_hire(city))
    version = a_version(city, office)
    service.remove_part(version.id, "materials", "M01", by=office.designer, revision=version.revision)
    rehearsed(version.id, office.designer)
    assert found(version) == {one.id: ["It would not have needed: Contract."]}


def test_a_step_that_is_dropped_is_another_way(city: City, office: Office) -> None:
    one = approved(city)
    version = a_version(city, office)
    service.remove_part(version.id, "steps", "hr_second_review", by=office.designer, revision=version.revision)
    rehearsed(version.id, office.designer)
    assert found(version) == {
        one.id: [
            "It would have gone unit_confirm → competent_review → hr_first_review → decision instead of "
            "unit_confirm → competent_review → hr_first_review → hr_second_review → decision."
        ]
    }


def test_a_question_that_nobody_answered_is_named(city: City, office: Office) -> None:
    one = filed(city, a_new_hire(city))
    version = a_version(city, office)
    question = {"key": "school", "label_zh": "学校", "label_en": "School", "type": "text", "required": "1"}
    service.save_part(version.id, "fields", question, by=office.designer, revision=version.revision)
    rehearsed(version.id, office.designer)
    assert found(version) == {one.id: ["It would have been asked: School."]}


def test_another_field_for_a_fact_is_another_amount(city: City, office: Office) -> None:
    """Two extra grades of a grading are no longer read from the answer that gave them."""
    staff = an_employee_with_career(
        city.school, {"type": "join", "date": "2017-03-01"}, joined_on=date(2017, 3, 1), work_start=date(2017, 3, 1)
    )
    answers = {"graded_on": "2018-03-01", "post": "TECH-12", "extra_grades": 2}
    one = filed(city, a_draft(city, staff, "grading", **answers))
    version = a_version(city, office, "grading")
    less = {"day": "graded_on", "post": "post"}
    service.change_version(version.id, {"effect_map": less}, by=office.designer, revision=version.revision)
    rehearsed(version.id, office.designer)
    assert found(version)[one.id] == [
        "Monthly wage 1,859.00 yuan instead of 1,926.00 yuan. Back pay 498.00 yuan instead of 632.00 yuan."
    ]
    assert found(version, with_pay=False)[one.id] == ["It would have got another amount."]


def test_a_fact_that_is_no_longer_given_leaves_no_result(city: City, office: Office) -> None:
    one = filed(city, a_new_hire(city))
    version = a_version(city, office)
    changes = {"effect_map": {"day": "joined_on"}}
    service.change_version(version.id, changes, by=office.designer, revision=version.revision)
    rehearsed(version.id, office.designer)
    assert found(version)[one.id] == ["It would have got no result: Still missing: education."]


def test_an_application_of_an_earlier_year_is_not_rehearsed(city: City, office: Office) -> None:
    with clock.frozen(datetime(2017, 3, 1, 9, 0, tzinfo=clock.SHANGHAI)):
        filed(city, a_new_hire(city, joined_on="2017-03-01"))
    version = a_version(city, office)
    assert service.rehearse(version.id, by=office.designer).total == 0


def test_drafts_and_other_items_are_not_rehearsed(city: City, office: Office) -> None:
    a_new_hire(city)
    version = a_version(city, office)
    assert service.rehearse(version.id, by=office.designer).total == 0


def test_a_rehearsal_changes_nothing_of_the_applications(city: City, office: Office) -> None:
    approved(city)
    version = a_version(city, office)
    service.save_part(version.id, "materials", a_material(), by=office.designer, revision=version.revision)
    service.change_version(
        version.id, {"effect_map": {"day": "joined_on"}}, by=office.designer, revision=version.revision
    )

    def kept() -> list[Any]:
        counts = [db.session.scalar(select(func.count()).select_from(one))
                  for one in (ApplicationEvent, CareerEvent, WageRecord)]  # fmt: skip
        rows = db.session.execute(select(Application.id, Application.revision, Application.state)).all()
        return [*counts, *map(tuple, rows)]

    before = kept()
    rehearsed(version.id, office.designer)
    assert found(version)
    assert kept() == before


def test_statements_do_not_grow_with_the_applications(city: City, office: Office) -> None:
    version = a_version(city, office)
    service.change_version(
        version.id, {"effect_map": {"day": "joined_on"}}, by=office.designer, revision=version.revision
    )

    def sent() -> int:
        service.rehearse(version.id, by=office.designer)
        db.session.expire_all()
        with counted() as statements:
            work.work_off()
        return len(statements)

    drafts = many_new_hires(city, 40)
    for draft in drafts[:2]:
        filed(city, draft)
    few = sent()
    for draft in drafts[2:]:
        filed(city, draft)
    assert sent() == few


def test_nothing_is_published_that_was_not_rehearsed_as_it_stands(city: City, office: Office) -> None:
    for role in ("head", "department", "reviewer", "rechecker", "approver"):
        an_account(f"{role}-everywhere", (role, None, Reach.ALL))
    version = service.begin_draft(queries.published("NCGZ-01").item_id, by=office.designer)
    service.propose(version.id, by=office.designer, revision=version.revision)
    with pytest.raises(NotReady, match="has not been rehearsed"):
        service.publish(version.id, by=office.publisher, revision=version.revision)
    service.take_back(version.id, by=office.designer, revision=version.revision)
    rehearsed(version.id, office.designer)
    service.save_part(version.id, "materials", a_material(), by=office.designer, revision=version.revision)
    service.propose(version.id, by=office.designer, revision=version.revision)
    with pytest.raises(NotReady, match="changed after its rehearsal"):
        service.publish(version.id, by=office.publisher, revision=version.revision)
    rehearsed(version.id, office.publisher)
    service.publish(version.id, by=office.publisher, revision=version.revision)
    assert version.state == "PUBLISHED"


def test_a_version_that_is_changed_meanwhile_breaks_its_rehearsal_off(city: City, office: Office) -> None:
    filed(city, a_new_hire(city))
    version = a_version(city, office)
    job_id = service.rehearse(version.id, by=office.designer).id
    service.save_part(version.id, "materials", a_material(), by=office.designer, revision=version.revision)
    work.work_off()
    job = db.session.get_one(Job, job_id, populate_existing=True)
    assert job.state == JobState.FAILED
    assert "was changed while it was rehearsed" in str(job.problem)


def test_only_a_version_in_work_is_rehearsed_and_only_by_the_bench(city: City, office: Office) -> None:
    with pytest.raises(Conflict, match="not in work"):
        service.rehearse(city.versions["new_hire"].id, by=office.designer)
    version = a_version(city, office)
    with pytest.raises(NotAllowed):
        service.rehearse(version.id, by=city.clerk)
