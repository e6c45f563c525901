"""Who reaches which rows."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from app.access import policy, scope
from models import Staff, db
from tests.factories import Reach, a_unit, acting, an_account, an_employee


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
