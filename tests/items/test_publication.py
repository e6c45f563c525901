"""A draft becomes the version in force: proposed by one, published by another, with checks and differences in words."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit import queries as audit
from app.audit.chain import first_break
from app.errors import Conflict, NotAllowed, Stale
from app.forms.conditions import because, holds
from app.forms.facts import facts_of, known_facts
from app.items import queries, service
from app.items.service import NotReady
from models import ItemMaterial, ItemVersion, db
from models.items import VersionState
from tests.factories import Reach, acting, an_account
from tests.items.people import MASTERS_ONLY, Office, an_office, rehearsed


@pytest.fixture
def office(app: Flask) -> Office:
    return an_office()


def a_draft(office: Office, code: str = "NCGZ-01") -> ItemVersion:
    return service.begin_draft(queries.published(code).item_id, by=office.designer)


def in_state(version: ItemVersion) -> str:
    return db.session.scalars(select(ItemVersion.state).where(ItemVersion.id == version.id)).one()


def test_a_material_for_masters_only_is_asked_for_with_its_reason_once_published(office: Office) -> None:
    before = queries.published("NCGZ-01")
    draft = a_draft(office)
    service.save_part(draft.id, "materials", MASTERS_ONLY, by=office.designer, revision=draft.revision)
    service.propose(draft.id, by=office.designer, revision=draft.revision)
    assert str(service.changes(draft.id)[0]) == (
        "Material added: Verification of the master's degree, required if Education is master."
    )
    rehearsed(draft.id, office.designer)
    service.publish(draft.id, by=office.publisher, revision=draft.revision)

    now = queries.published("NCGZ-01")
    material = now.material("M99")
    assert now.number == 2
    assert material is not None
    master = facts_of(answers={"education": "MASTER"})
    assert holds(material.condition, master)
    assert not holds(material.condition, facts_of(answers={"education": "BACHELOR"}))
    known = known_facts(now.fields)
    assert str(because(material.condition, master, known)) == "because you chose Education: master"
    # what is in flight keeps its version
    assert queries.parts(before.id).material("M99") is None
    assert in_state(db.session.get_one(ItemVersion, before.id)) == VersionState.RETIRED
    assert "Material added" in str(service.moved_message(before, now))
    assert first_break(audit.chain_in_order(), audit.head()) is None


def test_nobody_publishes_what_they_worked_on(office: Office) -> None:
    both = acting(an_account("both", ("designer", None, Reach.ALL), ("publisher", None, Reach.ALL)))
    draft = service.begin_draft(queries.published("NCGZ-01").item_id, by=office.designer)
    service.save_part(draft.id, "materials", MASTERS_ONLY, by=both, revision=draft.revision)
    service.propose(draft.id, by=office.designer, revision=draft.revision)
    with pytest.raises(NotAllowed, match="somebody else must publish"):
        service.publish(draft.id, by=both, revision=draft.revision)
    rehearsed(draft.id, office.publisher)
    service.publish(draft.id, by=office.publisher, revision=draft.revision)
    assert queries.published("NCGZ-01").id == draft.id


def test_a_designer_cannot_publish_and_a_publisher_cannot_design(office: Office) -> None:
    draft = a_draft(office)
    service.propose(draft.id, by=office.designer, revision=draft.revision)
    with pytest.raises(NotAllowed):
        service.publish(draft.id, by=office.designer, revision=draft.revision)
    with pytest.raises(NotAllowed):
        service.begin_draft(queries.published("NCGZ-02").item_id, by=office.publisher)
    with pytest.raises(NotAllowed):
        service.take_back(draft.id, by=office.publisher, revision=draft.revision)


def test_only_a_proposed_version_is_published(office: Office) -> None:
    draft = a_draft(office)
    with pytest.raises(Conflict, match="not proposed"):
        service.publish(draft.id, by=office.publisher, revision=draft.revision)
    assert queries.published("NCGZ-01").number == 1


def test_a_published_version_cannot_be_changed(office: Office) -> None:
    version = queries.published("NCGZ-01")
    with pytest.raises(Conflict, match="Only a draft can be changed"):
        service.save_part(version.id, "materials", MASTERS_ONLY, by=office.designer, revision=1)
    with pytest.raises(Conflict, match="Only a draft can be changed"):
        service.remove_part(version.id, "materials", "M01", by=office.designer, revision=1)


def test_a_second_draft_of_an_item_is_refused_and_names_who_has_the_first(office: Office) -> None:
    a_draft(office)
    with pytest.raises(Conflict, match="in work already, begun by designer"):
        a_draft(office)


def test_a_stale_page_is_refused_and_says_who_changed_the_draft(office: Office) -> None:
    draft = a_draft(office)
    seen = draft.revision
    service.remove_part(draft.id, "materials", "M05", by=office.designer, revision=seen)
    with pytest.raises(Stale, match="designer changed this record"):
        service.save_part(draft.id, "materials", MASTERS_ONLY, by=office.designer, revision=seen)
    assert db.session.scalar(select(ItemMaterial.id).where(ItemMaterial.code == "M99")) is None


def test_a_refused_version_goes_back_with_its_reason(office: Office) -> None:
    draft = a_draft(office)
    service.propose(draft.id, by=office.designer, revision=draft.revision)
    service.refuse(draft.id, by=office.publisher, revision=draft.revision, reason="  条件写错了 ")
    assert (draft.state, draft.note, draft.proposed_by_id) == (VersionState.DRAFT, "条件写错了", None)


def test_a_proposal_is_taken_back_and_changed(office: Office) -> None:
    draft = a_draft(office)
    service.propose(draft.id, by=office.designer, revision=draft.revision)
    with pytest.raises(Conflict):
        service.remove_part(draft.id, "materials", "M05", by=office.designer, revision=draft.revision)
    service.take_back(draft.id, by=office.designer, revision=draft.revision)
    service.remove_part(draft.id, "materials", "M05", by=office.designer, revision=draft.revision)
    assert [str(line) for line in service.changes(draft.id)] == ["Material removed: Graduate registration slip."]


def test_a_discarded_draft_leaves_the_published_version(office: Office) -> None:
    draft = a_draft(office)
    service.discard_draft(draft.id, by=office.designer, revision=draft.revision)
    assert db.session.scalar(select(ItemVersion.id).where(ItemVersion.number == 2)) is None
    assert queries.published("NCGZ-01").number == 1
    assert a_draft(office).number == 2


def test_a_draft_with_a_blocking_finding_is_not_proposed(office: Office) -> None:
    draft = a_draft(office)
    service.remove_part(draft.id, "fields", "joined_on", by=office.designer, revision=draft.revision)
    with pytest.raises(NotReady, match="comes from the field “joined_on”, which does not exist"):
        service.propose(draft.id, by=office.designer, revision=draft.revision)
    assert in_state(draft) == VersionState.DRAFT


def test_a_step_that_nobody_can_decide_blocks_publication(app: Flask) -> None:
    designer = acting(an_account("designer", ("designer", None, Reach.ALL)))
    draft = service.begin_draft(queries.published("NCGZ-01").item_id, by=designer)
    with pytest.raises(NotReady, match="Nobody can decide"):
        service.propose(draft.id, by=designer, revision=draft.revision)


def test_parts_are_put_in_another_order(office: Office) -> None:
    draft = a_draft(office)
    service.move_part(draft.id, "steps", "hr_second_review", to=1, by=office.designer, revision=draft.revision)
    service.move_part(draft.id, "materials", "M25", to=1, by=office.designer, revision=draft.revision)
    assert [step.position for step in draft.steps] == [1, 2, 3, 4, 5]
    assert draft.steps[0].key == "hr_second_review"
    assert draft.materials[0].code == "M25"
    said = [str(line) for line in service.changes(draft.id)]
    assert said == ["The materials are in another order.", "The steps are in another order."]
