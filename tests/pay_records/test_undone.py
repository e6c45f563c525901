"""What is left when a person's only wage was undone: no wage, and a proof that has nothing to object."""

from __future__ import annotations

import pytest

from app.pay import queries
from app.pay.proof import differences
from app.pay.undoing import undo_newest
from models import Staff, db
from tests.workflow.factories import a_city, a_new_hire, approved

pytestmark = pytest.mark.usefixtures("app")


def test_a_wage_that_was_undone_is_no_difference() -> None:
    city = a_city()
    staff = approved(city, a_new_hire(city)).employees[0].staff
    revision = db.session.get_one(Staff, staff.id, populate_existing=True).revision
    undo_newest(staff.id, by=city.approver, revision=revision, reason="录入有误")
    assert queries.current_link(staff.id) is None
    assert not list(differences())
