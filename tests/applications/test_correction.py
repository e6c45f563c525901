"""Drafts that move to a revised item, corrections that follow from an answer, and lists of constant cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, insert, select

from app import clock
from app.applications import queries, service
from app.errors import Conflict
from app.workflow import service as workflow
from app.workflow.service import Mark
from models import Application, ItemField, ItemMaterial, ItemStep, ItemVersion, db
from models.items import VersionState
from tests.applications.scene import NEW_HIRE, Scene, a_draft, a_scene, add, filed
from tests.conftest import MORNING
from tests.factories import an_employee

LATER = MORNING + timedelta(hours=3)


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def a_revision(version_id: int) -> ItemVersion:
    """The item's next version, published: one question gone, and a material required only for master's degrees."""
    old = db.session.get_one(ItemVersion, version_id)
    kept = {
        "elements": old.elements,
        "staff_types": old.staff_types,
        "effect": old.effect,
        "effect_map": old.effect_map,
    }
    rows = {
        model: list(db.session.scalars(select(model).where(model.version_id == version_id)))
        for model in (ItemField, ItemMaterial, ItemStep)
    }
    old.state = VersionState.RETIRED
    db.session.flush()
    new = ItemVersion(
        item_id=old.item_id, number=old.number + 1, state=VersionState.PUBLISHED, promised_days=old.promised_days,
        created_at=clock.now(), published_at=clock.now(), effective_from=clock.today(), **kept,
    )  # fmt: skip
    db.session.add(new)
    db.session.flush()
    for model, parts in rows.items():
        names = [column.key for column in model.__table__.columns if column.key not in ("id", "version_id")]
        copies = [{"version_id": new.id, **{name: getattr(part, name) for name in names}} for part in parts]
        db.session.execute(insert(model), copies)
    extra = {
        "version_id": new.id, "position": 90, "code": "X1", "name_zh": "研究生学籍档案", "name_en": "Graduate record",
        "form": "copy_scan", "necessity": "CONDITIONAL", "copies": 1, "accepts": ["application/pdf"], "severities": {},
        "elements": {}, "condition": {"fact": "field.education", "op": "eq", "value": "MASTER"},
    }  # fmt: skip
    db.session.execute(insert(ItemMaterial), [extra])
    db.session.commit()
    return new


def test_a_draft_moves_to_the_revised_item_and_says_what_changed(scene: Scene) -> None:
    draft = a_draft(scene, education="MASTER")
    new = a_revision(draft.item_version_id)
    assert queries.sheet(queries.opened(scene.clerk, draft.id)).newer_version == new.number
    said = [str(sentence) for sentence in service.move_draft(draft.id, by=scene.clerk)]
    assert any("Graduate record" in sentence for sentence in said)
    sheet = queries.sheet(queries.opened(scene.clerk, draft.id))
    line = next(line for line in sheet.needed if line.code == "X1")
    assert "master" in str(line.because).lower()
    assert sheet.answers["education"] == "MASTER"


def test_an_application_in_flight_keeps_its_version(scene: Scene) -> None:
    application = filed(scene)
    version = application.item_version_id
    a_revision(version)
    opened = queries.opened(scene.clerk, application.id)
    assert opened.item_version_id == version
    assert "X1" not in {line.code for line in queries.sheet(opened).materials}


def test_a_corrected_answer_opens_the_material_that_it_makes_necessary(scene: Scene) -> None:
    draft = a_draft(scene, education="MASTER")
    a_revision(draft.item_version_id)
    service.move_draft(draft.id, by=scene.clerk)
    draft = db.session.get_one(Application, draft.id, populate_existing=True)
    service.save_answers(draft.id, {"education": "BACHELOR"}, by=scene.clerk, revision=draft.revision)
    db.session.expire_all()
    application = filed(scene)
    revision = db.session.get_one(Application, application.id).revision
    marks = [Mark("ANSWER", "education", "应为硕士")]
    workflow.return_for_correction(application.id, by=scene.head, revision=revision, note="学历有误", marks=marks)
    with clock.frozen(LATER):
        with pytest.raises(Conflict):
            add(scene, application.id, "X1", name="a.pdf")
        service.save_answers(application.id, {"education": "MASTER"}, by=scene.clerk, revision=revision + 1)
        from tests.materials import files

        assert add(scene, application.id, "X1", files.scan_pdf(1), "a.pdf").accepted
        sheet = queries.sheet(queries.opened(scene.clerk, application.id))
    assert any("Education" in str(sentence) or "education" in str(sentence) for sentence in sheet.changed_since_return)
    assert any("Graduate record" in str(sentence) for sentence in sheet.changed_since_return)


def test_home_puts_returned_work_first_with_its_reason_and_the_head_sees_what_to_confirm(scene: Scene) -> None:
    application = filed(scene)
    assert [row.application.id for row in queries.home(scene.head).to_confirm.rows] == [application.id]
    revision = db.session.get_one(Application, application.id).revision
    marks = [Mark("MATERIAL", "M05", "看不清")]
    workflow.return_for_correction(application.id, by=scene.head, revision=revision, note="请重扫", marks=marks)
    home = queries.home(scene.clerk)
    assert home.returned.count == 1
    assert home.returned.rows[0].reason == "请重扫"
    assert home.returned.rows[0].places == 1


def test_lists_cost_the_same_for_one_row_and_for_many(scene: Scene) -> None:
    filed(scene)
    clerk = scene.clerk
    service.start(NEW_HIRE, staff_id=an_employee(scene.unit, "王芳").id, by=clerk)
    an_employee(scene.unit, "赵敏")
    queries.home(clerk), queries.listing(clerk, {}, 1)

    def cost() -> tuple[int, int]:
        with counted() as home:
            queries.home(clerk)
        db.session.rollback()
        with counted() as listing:
            queries.listing(clerk, {}, 1)
        db.session.rollback()
        return len(home), len(listing)

    before = cost()
    for _ in range(5):
        other = an_employee(scene.unit, "李娜", joined_on=date(2018, 4, 1))
        service.start(NEW_HIRE, staff_id=other.id, by=clerk)
    db.session.expire_all()
    after = cost()
    assert after == before
    assert after[0] <= 7
    assert after[1] <= 5


def test_the_list_is_filtered_by_state_and_by_the_beginning_of_a_name(scene: Scene) -> None:
    draft = a_draft(scene)
    assert [row.application.id for row in queries.listing(scene.clerk, {"state": "DRAFT"}, 1)] == [draft.id]
    assert not queries.listing(scene.clerk, {"state": "PAID"}, 1).rows
    assert len(queries.listing(scene.clerk, {"text": "陈"}, 1)) == 1
    assert not queries.listing(scene.clerk, {"text": "%"}, "x").rows[1:]
