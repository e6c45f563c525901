"""Who reaches which rows."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from app.access import policy, scope
from models import Staff, db
from tests.factories import Reach, a_unit, acting, actor_with, an_account, an_employee


def test_a_clerk_sees_the_staff_of_their_own_unit_only(app: Flask) -> None:
    school, other = a_unit(), a_unit()
    mine, theirs = an_employee(school), an_employee(other)
    clerk = acting(an_account("clerk1", ("clerk", school, Reach.UNIT)))
    seen = db.session.scalars(select(Staff).where(scope.condition(clerk, "staff:read", Staff))).all()
    assert seen == [mine]
    assert policy.may(clerk, "staff:read", mine)
    assert policy.may(clerk, "staff:read", theirs).hidden


def test_a_department_reaches_what_it_supervises_though_it_stands_elsewhere_in_the_tree(app: Flask) -> None:
    city = a_unit()
    bureau, elsewhere = a_unit(parent=city), a_unit(parent=city)
    school = a_unit(parent=elsewhere, supervising=bureau)
    pupil = an_employee(school)
    reviewer = acting(an_account("department1", ("department", bureau, Reach.SUBTREE)))
    assert policy.may(reviewer, "staff:read", pupil)
    assert not policy.may(reviewer, "staff:read", an_employee(elsewhere))


def test_a_draft_is_seen_by_its_unit_and_by_auditors_until_it_is_filed(app: Flask) -> None:
    from app.applications import service
    from models import Application

    school = a_unit()
    clerk = acting(an_account("clerk1", ("clerk", school, Reach.UNIT)))
    draft = service.start("NCGZ-01", staff_id=an_employee(school).id, by=clerk)
    found = db.session.get_one(Application, draft.id)
    reviewer = acting(an_account("reviewer1", ("reviewer", None, Reach.ALL)))
    auditor = acting(an_account("auditor1", ("auditor", None, Reach.ALL)))
    for person, seen in ((clerk, True), (auditor, True), (reviewer, False)):
        listed = db.session.scalars(select(Application).where(scope.condition(person, "application:read", Application)))
        assert (found in listed.all()) is seen
        assert bool(policy.may(person, "application:read", found)) is seen


def test_the_files_of_a_draft_are_out_of_sight_too_unless_one_has_a_finding_to_judge(app: Flask) -> None:
    from app import clock
    from models import MaterialCheck, Upload
    from tests.applications import scene
    from tests.materials import files

    given = scene.a_scene()
    draft = scene.a_draft(given)
    upload = scene.add(given, draft.id, "M05", files.jpeg())
    db.session.query(MaterialCheck).delete()
    db.session.commit()
    reviewer = acting(an_account("reviewer1", ("reviewer", None, Reach.ALL)))
    wanted = select(Upload.id).where(scope.condition(reviewer, "material:read", Upload))
    assert db.session.scalars(wanted).all() == []
    assert upload.id in db.session.scalars(
        select(Upload.id).where(scope.condition(given.clerk, "material:read", Upload))
    )
    db.session.add(
        MaterialCheck(upload_id=upload.id, code="blur", severity="blocking", message={"m": "x", "p": {}},
                      remedy={"m": "x", "p": {}}, measures={}, checked_at=clock.now())
    )  # fmt: skip
    db.session.commit()
    assert db.session.scalars(wanted).all() == [upload.id]


def test_what_holds_for_every_unit_is_not_given_by_a_role_at_one_of_them(app: Flask) -> None:
    unit = a_unit()
    for role, permission in (("approver", "standard:publish"), ("rechecker", "standard:import")):
        at_one = acting(an_account(f"{role}-of-one-unit", (role, unit, Reach.SUBTREE)))
        assert not at_one.holds(permission)
        assert at_one.holds("application:read")
        assert actor_with(role).holds(permission)
