"""Every page of the back office opens for those who may, and for nobody else."""

from __future__ import annotations

import pytest
from flask import Flask

from app.web.guard import rule_of
from tests.admin_views.browsing import ROLES, a_person, person_account
from tests.factories import a_unit, acting, an_employee

LISTS = (
    "units", "staff", "items", "item_versions", "item_materials", "applications", "accounts", "grants", "calendar",
    "audit_events", "sessions",
)  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_a_list_opens_exactly_for_the_roles_that_its_rule_names(app: Flask, role: str) -> None:
    unit = a_unit()
    an_employee(unit)
    person = a_person(app, role, unit)
    actor = acting(person_account(role, unit, name=f"{role}2"))
    for endpoint in LISTS:
        rule = rule_of(app, f"{endpoint}.index_view")
        assert rule is not None
        answer = person.get(f"/admin/{endpoint}/")
        assert answer.status_code == (200 if rule.lets_in(actor) else 403), (endpoint, role, answer.text[:2000])
        assert "Traceback" not in answer.text


@pytest.mark.parametrize("endpoint", LISTS)
def test_nobody_enters_without_logging_in(app: Flask, endpoint: str) -> None:
    answer = app.test_client().get(f"/admin/{endpoint}/")
    assert answer.status_code == 302
    assert "/login" in answer.headers["Location"]
