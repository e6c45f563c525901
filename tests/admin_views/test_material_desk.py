"""The material desk: figures open into their rows and end at one's reach; thresholds and runs have their pages."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, inspect, select

from app import clock
from app.jobs import service as jobs
from app.materials import desk
from models import Examination, Job, MaterialCheck, ThresholdSet, db
from tests.admin_views.browsing import Person, a_person, statements
from tests.applications.scene import Scene, a_draft, a_scene, add
from tests.factories import Reach, a_unit, acting, an_account
from tests.materials import files

MOST_BYTES, MOST_STATEMENTS = 60_000, 12


@pytest.fixture
def scene(app: Flask) -> Scene:
    """A file that was refused, and one that is a twin of another."""
    scene = a_scene()
    draft = a_draft(scene)
    add(scene, draft.id, "M01")
    add(scene, draft.id, "M02")
    add(scene, draft.id, "M02", files.jpeg()[:2000], "broken.jpg")
    return scene


def many(number: int) -> None:
    """More findings and examinations like the first."""
    models: tuple[type[Any], ...] = (MaterialCheck, Examination)
    for model in models:
        first = db.session.scalars(select(model).limit(1)).one()
        mapper = inspect(model)
        same = {one.key: getattr(first, one.key) for one in mapper.column_attrs if not one.columns[0].primary_key}
        different = [{"upload_id": None, "code": "blur" if n % 2 else "dark"} for n in range(number)]
        known = {one.key for one in mapper.column_attrs}
        db.session.execute(
            insert(model), [same | {key: value for key, value in one.items() if key in known} for one in different]
        )
    db.session.commit()


def test_a_figure_opens_as_many_rows_as_it_counts(app: Flask, scene: Scene) -> None:
    person = Person(app, "reviewer")
    page = person.get("/admin/material-desk/").text
    figures = desk.figures(scene.reviewer, desk.usual_days(), {})
    assert (figures.files, figures.refused) == (3, 1)
    for link, count in re.findall(r'<a href="(/admin/checks/\?[^"]+)">[^<]*</a>.*?data-label="[^"]*">(\d+)<', page):
        rows = person.get(link.replace("&amp;", "&")).text
        assert rows.count('id="check-') == int(count), link
    assert sum(one.found for one in figures.by_code) == figures.found == sum(one.found for one in figures.by_material)
    assert {one.keys["material"] for one in figures.by_material} == {"M02"}
    assert figures.by_item[0].files == 3


def test_figures_end_at_ones_reach(app: Flask, scene: Scene) -> None:
    outside = acting(an_account("outside", ("department", a_unit(), Reach.SUBTREE)))
    assert desk.figures(outside, desk.usual_days(), {}).found == 0
    assert desk.figures(outside, desk.usual_days(), {}).files == 0
    inside = desk.figures(scene.department, desk.usual_days(), {})
    assert inside.found > 0
    assert len(desk.checks(scene.department, {}, 1)) == inside.found
    assert Person(app, "outside").get("/admin/material-desk/").status_code == 200


def test_figures_keep_to_their_days(scene: Scene) -> None:
    with clock.frozen(clock.now() + timedelta(days=40)):
        assert desk.figures(scene.reviewer, desk.usual_days(), {}).found == 0
    today = clock.today()
    assert desk.figures(scene.reviewer, desk.Days(today, today), {}).found > 0


def test_the_desk_is_as_light_and_cheap_with_many_findings(app: Flask, scene: Scene) -> None:
    person = Person(app, "reviewer")
    addresses = ("/admin/material-desk/", "/admin/checks/?all=1")
    few = []
    for address in addresses:
        person.get(address)
        with statements() as seen:
            person.get(address)
        few.append(len(seen))
    many(3000)
    for address, before in zip(addresses, few, strict=True):
        with statements() as seen:
            answer = person.get(address)
        assert answer.status_code == 200
        assert len(seen) <= max(before, MOST_STATEMENTS), address
        assert len(answer.data) <= MOST_BYTES, address
    assert "3,0" in person.get(addresses[0]).text


@pytest.mark.parametrize("odd", ["abc", "-1", "9" * 25, "%00", "2018-13-45", "0001-01-01"])
def test_no_address_of_the_desk_breaks_it(app: Flask, scene: Scene, odd: str) -> None:
    person = Person(app, "rechecker")
    query = f"?since={odd}&until={odd}&item={odd}&unit={odd}&code={odd}&material={odd}&page={odd}&version={odd}"
    for page in ("material-desk/", "checks/", "thresholds/", "material-desk/again"):
        assert person.get(f"/admin/{page}{query}").status_code == 200, page


def test_a_finding_has_a_page_with_its_version_its_examinations_and_its_history(app: Flask, scene: Scene) -> None:
    check = db.session.scalars(select(MaterialCheck).where(MaterialCheck.code == "duplicate_here")).one()
    person = Person(app, "reviewer")
    page = person.get(f"/admin/checks/{check.id}/").text
    assert check.checker_version in page
    address = f"/admin/checks/{check.id}/override/"
    refused = person.post(address, {"revision": check.revision, "reason": "短"})
    assert refused.status_code == 422
    assert "短" in refused.text
    person.post(address, {"revision": check.revision, "reason": "两份材料本为一份"})
    assert page.count("材料") < person.get(f"/admin/checks/{check.id}/").text.count("材料")
    assert "两份材料本为一份" in person.get("/admin/checks/?standing=overridden").text
    outside = a_person(app, "department", a_unit(), name="outside")
    assert outside.get(f"/admin/checks/{check.id}/").status_code == 404


def test_thresholds_are_tried_proposed_and_put_in_force_by_two_people(app: Flask, scene: Scene) -> None:
    rechecker, approver = Person(app, "rechecker"), Person(app, "approver")
    assert rechecker.get("/admin/thresholds/").status_code == 200
    wrong = rechecker.post("/admin/thresholds/propose", {"blur_width": "99", "verb": "preview"})
    assert wrong.status_code == 422
    assert "99" in wrong.text
    tried = rechecker.post("/admin/thresholds/propose", {"lowres_pixels": "2000", "verb": "preview"})
    assert tried.status_code == 200
    assert "/admin/queue/materials/" in tried.text, "the pictures concerned are linked"
    assert db.session.scalars(select(ThresholdSet)).all() == []
    short = rechecker.post("/admin/thresholds/propose", {"lowres_pixels": "2000", "verb": "propose", "reason": ""})
    assert short.status_code == 422
    sent = {"lowres_pixels": "2000", "verb": "propose", "reason": "小图看不清"}
    address = rechecker.post("/admin/thresholds/propose", sent).headers["Location"]
    found = db.session.scalars(select(ThresholdSet)).one()
    assert rechecker.post(f"{address}/publish/", {"revision": found.revision}).status_code == 403
    assert "小图看不清" in approver.get(address).text
    assert approver.post(f"{address}/refuse/", {"revision": found.revision, "note": ""}).status_code == 422
    assert approver.post(f"{address}/publish/", {"revision": found.revision}).status_code == 302
    db.session.refresh(found)
    assert found.state == "IN_FORCE"
    item = db.session.scalars(select(MaterialCheck.item_id)).first()
    assert "M01" in rechecker.get(f"/admin/thresholds/?item={item}").text
    assert rechecker.get(f"/admin/thresholds/propose?item={item}&material=M01").status_code == 200
    assert rechecker.get(f"/admin/thresholds/propose?item={item}&material=M99").status_code == 404


def test_a_run_is_begun_followed_and_shows_a_line_for_each_upload(app: Flask, scene: Scene) -> None:
    person = Person(app, "approver")
    today = clock.today().isoformat()
    wrong = person.post("/admin/material-desk/again", {"since": today, "until": "2018-01-01"})
    assert wrong.status_code == 422
    assert person.post("/admin/material-desk/again", {"since": "x", "until": today}).status_code == 422
    sent = {"since": today, "until": today}
    address = person.post("/admin/material-desk/again", sent).headers["Location"]
    twice = person.post("/admin/material-desk/again", sent)
    assert twice.status_code == 409
    assert "data-progress" in person.get(address).text
    jobs.work_off()
    done = person.get(address).text
    assert "data-progress" not in done
    assert "3 / 3" in done
    assert address in person.get("/admin/material-desk/again").text


def test_a_stopped_run_goes_on_from_its_page(app: Flask, scene: Scene) -> None:
    person = Person(app, "approver")
    today = clock.today().isoformat()
    address = person.post("/admin/material-desk/again", {"since": today, "until": today}).headers["Location"]
    person.post(f"{address}/stop/")
    assert "go-on" in person.get(address).text
    person.post(f"{address}/go-on/")
    jobs.work_off()
    assert db.session.scalars(select(Job.state)).one() == "DONE"
