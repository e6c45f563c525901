"""Thresholds as data: within bounds, tried on what was measured, put in force by a second person, kept with their
history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from app.materials import adjusting, previewing
from app.materials.looks import look_at
from app.materials.readable import THRESHOLDS
from app.materials.thresholds import KNOBS, defaults, flags_under, judged_under, read_values
from app.materials.verdicts import Finding, Verdict
from models import AuditEvent, Examination, MaterialCheck, ThresholdSet, db
from tests.applications.scene import Scene, a_draft, a_scene, add
from tests.materials import files
from tests.materials.pages import blurred


@pytest.fixture(scope="module")
def readable() -> dict[str, Any]:
    """What the checks measure of a page that anybody can read."""
    return look_at(files.letter(1500), pixels=1500).measures


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def proposed(scene: Scene, material: str | None = None, *, item_id: int | None = None, **values: str) -> ThresholdSet:
    return adjusting.propose(
        values, item_id=item_id, material_code=material, reason="字迹太小看不清", by=scene.rechecker
    )


def in_force(scene: Scene, material: str | None = None, *, item_id: int | None = None, **values: str) -> ThresholdSet:
    found = proposed(scene, material, item_id=item_id, **values)
    return adjusting.put_in_force(found.id, by=scene.approver, revision=found.revision)


def test_every_threshold_that_may_be_set_lies_within_its_bounds_by_itself() -> None:
    own = defaults()
    for name, knob in KNOBS.items():
        assert knob.lowest <= own[name] <= knob.highest, name


@pytest.mark.parametrize("typed", ["", " ", "1e999", "nan", "-1", "abc", "9" * 30, "0"])
def test_a_threshold_outside_its_bounds_is_refused_with_the_bounds_and_an_empty_one_is_left_out(typed: str) -> None:
    if not typed.strip():
        assert read_values({"blur_width": typed}) == {}
        return
    with pytest.raises(Invalid) as refused:
        read_values({"blur_width": typed})
    assert "1.4" in str(refused.value.fields["blur_width"])


def test_the_product_judges_as_before_without_thresholds_of_ones_own(readable: dict[str, Any]) -> None:
    verdict = Verdict(pages=1, looks=({"page": 1, "measures": readable},))
    assert judged_under(verdict, {}) is verdict
    assert flags_under(verdict.looks, {}) == set()


def test_a_stricter_threshold_flags_the_page_and_a_looser_one_lets_it_pass(readable: dict[str, Any]) -> None:
    verdict = Verdict(pages=1, looks=({"page": 1, "measures": readable},))
    strict = judged_under(verdict, {"lowres_pixels": readable["page_pixels"] + 1})
    assert strict.flags == ["lowres"]
    soft = readable | {"page_pixels": THRESHOLDS.lowres_pixels - 50}
    flagged = Verdict(findings=(Finding.of("lowres", **soft),), pages=1, looks=({"page": 1, "measures": soft},))
    assert judged_under(flagged, {"lowres_pixels": THRESHOLDS.lowres_pixels - 100}).accepted


def test_a_flag_under_another_threshold_says_where_on_the_page_it_is(readable: dict[str, Any]) -> None:
    cut = readable | {"cut": 2.0, "cut_touching": 2.0}
    marks = {"cutoff": [[0.0, 0.0, 0.04, 1.0]]}
    verdict = Verdict(pages=1, looks=({"page": 1, "measures": cut, "marks": marks},))
    (found,) = judged_under(verdict, {"cut_places": 2}).findings
    assert (found.code, found.measures["marks"]) == ("cutoff", marks["cutoff"])


def test_only_the_page_concerned_of_several_changes(readable: dict[str, Any]) -> None:
    small = readable | {"page_pixels": 900}
    looks = ({"page": 1, "measures": readable}, {"page": 2, "measures": small})
    strict = judged_under(Verdict(pages=2, looks=looks), {"lowres_pixels": 950})
    assert [(one.code, one.page) for one in strict.findings] == [("lowres", 2)]


def test_measures_that_an_older_version_did_not_take_judge_nothing() -> None:
    assert flags_under([{"page": 1, "measures": {"paper": 10}}], {"dark_paper": 100}) == set()


def test_the_thresholds_of_a_material_stand_over_those_of_the_house(scene: Scene) -> None:
    item = a_draft(scene).item_id
    in_force(scene, blur_width="2.0", dark_paper="90")
    in_force(scene, "M01", item_id=item, blur_width="3")
    assert adjusting.in_force(item, "M01") == {"blur_width": 3.0, "dark_paper": 90.0}
    assert adjusting.in_force(item, "M02") == {"blur_width": 2.0, "dark_paper": 90.0}


def test_an_upload_is_judged_by_the_thresholds_of_its_material(scene: Scene) -> None:
    draft = a_draft(scene)
    assert add(scene, draft.id, "M01").accepted
    in_force(scene, "M02", item_id=draft.item_id, lowres_pixels="2000")
    refused = add(scene, draft.id, "M02", files.saved(files.letter(990), "JPEG", quality=90), "b.jpg")
    assert not refused.accepted
    codes = set(db.session.scalars(select(MaterialCheck.code).where(MaterialCheck.upload_id == refused.id)))
    assert "lowres" in codes
    kept = db.session.scalars(select(Examination).order_by(Examination.id.desc())).first()
    assert kept is not None
    assert kept.thresholds == {"lowres_pixels": 2000.0}
    assert kept.looks[0]["measures"]["page_pixels"] < 2000


def test_nobody_puts_in_force_what_they_proposed_and_nobody_decides_twice(scene: Scene) -> None:
    found = proposed(scene, blur_width="2.0")
    both = scene.accounts["rechecker"]
    assert adjusting.in_force(None, None) == {}
    from tests.factories import Reach, acting, an_account

    an_account("both", ("rechecker", None, Reach.ALL), ("approver", None, Reach.ALL))
    assert both.id == found.proposed_by_id
    with pytest.raises(NotAllowed):
        adjusting.put_in_force(found.id, by=scene.rechecker, revision=found.revision)
    revision = found.revision
    adjusting.put_in_force(found.id, by=scene.approver, revision=revision)
    second = acting(an_account("second", ("approver", None, Reach.ALL)))
    with pytest.raises(Stale):
        adjusting.put_in_force(found.id, by=second, revision=revision)
    with pytest.raises(Stale):
        adjusting.refuse(found.id, by=second, revision=revision, reason="不够合适")


def test_one_proposal_waits_at_a_place(scene: Scene) -> None:
    proposed(scene, blur_width="2.0")
    with pytest.raises(Conflict):
        proposed(scene, blur_width="2.1")


def test_a_set_keeps_who_when_why_before_and_after(scene: Scene) -> None:
    first = in_force(scene, blur_width="2.0")
    second = in_force(scene, blur_width="2.8")
    db.session.refresh(first)
    assert (first.state, first.ended_at is not None) == ("ENDED", True)
    assert (second.before, second.values) == ({"blur_width": 2.0}, {"blur_width": 2.8})
    assert second.decided_by_id == scene.approver.account_id
    told = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "threshold:publish")).all()
    assert [(one.before, one.after["blur_width"]) for one in told if one.after] == [
        ({}, 2.0), ({"blur_width": 2.0}, 2.8),
    ]  # fmt: skip


def test_a_set_without_values_brings_back_the_products_own(scene: Scene) -> None:
    in_force(scene, blur_width="2.0")
    in_force(scene)
    assert adjusting.in_force(None, None) == {}
    with pytest.raises(Invalid):
        proposed(scene)


def test_a_material_that_no_item_asks_for_has_no_thresholds(scene: Scene) -> None:
    with pytest.raises(NotFound):
        proposed(scene, "M99", item_id=a_draft(scene).item_id, blur_width="2.0")


def test_a_refused_proposal_judges_nothing_and_stays_on_record(scene: Scene) -> None:
    found = proposed(scene, blur_width="2.0")
    with pytest.raises(Invalid):
        adjusting.refuse(found.id, by=scene.approver, revision=found.revision, reason="")
    adjusting.refuse(found.id, by=scene.approver, revision=found.revision, reason="过于严格")
    assert adjusting.in_force(None, None) == {}
    assert [one.note for one in adjusting.sets()] == ["过于严格"]


def test_who_reviews_cannot_touch_thresholds(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        adjusting.propose({"blur_width": "2.0"}, item_id=None, material_code=None, reason="想试一试", by=scene.reviewer)


def test_the_preview_names_what_would_be_flagged_newly_and_no_longer(scene: Scene) -> None:
    draft = a_draft(scene)
    sound = add(scene, draft.id, "M01")
    soft = add(scene, draft.id, "M02", files.saved(blurred(files.letter(1000), 4.0), "JPEG", quality=90), "b.jpg")
    assert not soft.accepted
    stricter = previewing.preview({"lowres_pixels": 2000.0}, item_id=None, material_code=None, by=scene.rechecker)
    assert sound.id in {one.upload.id for one in stricter.newly if one.upload}
    looser = previewing.preview({"blur_width": 5.0}, item_id=None, material_code=None, by=scene.rechecker)
    assert {one.upload.id for one in looser.no_longer if one.upload} <= {soft.id}
    assert (stricter.examined, stricter.unmeasured) == (2, 0)
    other = previewing.preview(
        {"lowres_pixels": 2000.0}, item_id=draft.item_id, material_code="M07", by=scene.rechecker
    )
    assert (other.examined, other.newly_count) == (0, 0)


def test_the_preview_looks_back_a_month_and_no_further(scene: Scene) -> None:
    add(scene, a_draft(scene).id, "M01")
    with clock.frozen(clock.now() + previewing.BACK + timedelta(days=1)):
        shown = previewing.preview({"lowres_pixels": 2000.0}, item_id=None, material_code=None, by=scene.rechecker)
    assert shown.examined == 0
