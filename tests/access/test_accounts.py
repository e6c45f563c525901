"""Administrators at work: accounts and grants, what they may not do, and the command that makes the first of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.access import service
from app.access.actor import Actor
from app.access.queries import actor_of
from app.access.roles import ROLES
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from models import Account, AuditEvent, RoleGrant, db
from models.accounts import AccountState
from tests.access.browsing import is_in, log_in, somebody
from tests.conftest import MORNING
from tests.factories import PASSWORD, Reach, a_unit, acting, an_account, an_employee

TODAY = MORNING.date()


@pytest.fixture
def chief(app: Flask) -> Actor:
    return acting(an_account("chief", ("administrator", None, Reach.ALL)))


@pytest.fixture
def clerk(app: Flask) -> Account:
    return an_account("clerk1", ("clerk", a_unit(), Reach.UNIT))


def account(account_id: int) -> Account:
    db.session.rollback()
    found = db.session.get(Account, account_id, populate_existing=True)
    assert found is not None
    return found


def test_a_new_account_has_a_random_first_password_that_lets_its_owner_in(app: Flask, chief: Actor) -> None:
    one = service.create_account("wang.fang", display_name="王芳", unit_id=a_unit().id, by=chief)
    two = service.create_account("li.na", display_name="李娜", unit_id=a_unit().id, by=chief)
    assert one.first_password != two.first_password
    assert len(one.first_password) >= 16
    assert log_in(app.test_client(), "wang.fang", one.first_password).status_code == 302
    assert one.first_password not in account(one.account_id).password_hash


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("username", {"username": ""}), ("username", {"username": "ab"}), ("username", {"username": "王芳"}),
        ("username", {"username": "-abc"}), ("username", {"username": "a b c"}), ("username", {"username": "CHIEF"}),
        ("display_name", {"display_name": " "}), ("display_name", {"display_name": "长" * 61}),
        ("staff_id", {"staff_id": 99999}), ("password", {"password": "short"}),
    ],
)  # fmt: skip
def test_an_account_that_does_not_fit_is_named_by_its_field(chief: Actor, field: str, values: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        service.create_account(
            values.pop("username", "wang.fang"), **{"display_name": "王芳", "unit_id": a_unit().id, **values}, by=chief
        )
    assert list(refusal.value.fields) == [field]


def test_an_employee_has_one_account_at_most(chief: Actor) -> None:
    staff = an_employee(a_unit())
    made = service.create_account("wang.fang", display_name="王芳", staff_id=staff.id, by=chief)
    assert account(made.account_id).unit_id == staff.unit_id
    with pytest.raises(Invalid) as refusal:
        service.create_account("wang.fang2", display_name="王芳", staff_id=staff.id, by=chief)
    assert list(refusal.value.fields) == ["staff_id"]


def test_a_reset_password_ends_sessions_and_is_shown_once(app: Flask, chief: Actor, clerk: Account) -> None:
    browser = somebody(app, "clerk1")
    made = service.reset_password(clerk.id, by=chief, revision=clerk.revision)
    assert not is_in(browser)
    assert log_in(app.test_client(), "clerk1", PASSWORD).status_code == 401
    assert log_in(app.test_client(), "clerk1", made.first_password).location == "/password?next=/"
    assert made.first_password not in repr(
        [(event.before, event.after, event.note) for event in db.session.scalars(select(AuditEvent))]
    )


def test_an_administrator_ends_the_sessions_of_somebody(app: Flask, chief: Actor, clerk: Account) -> None:
    browser = somebody(app, "clerk1")
    assert service.end_sessions(clerk.id, by=chief) == 1
    assert not is_in(browser)
    assert service.end_sessions(clerk.id, by=chief) == 0


def test_nobody_disables_resets_or_grants_to_themselves(chief: Actor) -> None:
    an_account("second", ("administrator", None, Reach.ALL))
    own = chief.account_id
    assert own is not None
    for verb in (service.disable, service.reset_password):
        with pytest.raises(NotAllowed):
            verb(own, by=chief, revision=1)  # type: ignore[operator]
    with pytest.raises(NotAllowed):
        service.grant(own, role="approver", reach=Reach.ALL, by=chief)
    grant_id = db.session.scalar(select(RoleGrant.id).where(RoleGrant.account_id == own))
    assert grant_id is not None
    with pytest.raises(NotAllowed):
        service.end_grant(grant_id, by=chief, revision=1)


def test_the_last_administrator_is_not_disabled(chief: Actor, clerk: Account) -> None:
    from app.access.actor import system

    assert chief.account_id is not None
    with pytest.raises(Conflict):
        service.disable(chief.account_id, by=system("test"), revision=1)
    service.disable(clerk.id, by=chief, revision=1)
    assert account(clerk.id).state == AccountState.DISABLED


def test_a_stale_page_changes_nothing_and_names_who_was_faster(chief: Actor, clerk: Account) -> None:
    service.disable(clerk.id, by=chief, revision=1)
    for verb in (service.disable, service.enable, service.unlock, service.reset_password):
        with pytest.raises(Stale, match="chief"):
            verb(clerk.id, by=chief, revision=1)  # type: ignore[operator]


@pytest.mark.parametrize(
    "verb",
    [
        lambda target, by: service.disable(target, by=by, revision=1),
        lambda target, by: service.enable(target, by=by, revision=1),
        lambda target, by: service.unlock(target, by=by, revision=1),
        lambda target, by: service.reset_password(target, by=by, revision=1),
        lambda target, by: service.end_sessions(target, by=by),
        lambda target, by: service.grant(target, role="employee", reach=Reach.SELF, by=by),
    ],
)
def test_only_administrators_in_reach_manage_an_account(
    app: Flask, chief: Actor, clerk: Account, verb: Callable[[int, Actor], Any]
) -> None:
    everyone_else = [
        acting(an_account(f"{role}-x", (role, None, Reach.ALL))) for role in ROLES if role != "administrator"
    ]
    for actor in everyone_else:
        for target in (clerk.id, 99999):
            with pytest.raises(NotAllowed):
                verb(target, actor)
    elsewhere = acting(an_account("local", ("administrator", a_unit(), Reach.SUBTREE)))
    for target in (clerk.id, 99999):
        with pytest.raises(NotFound):
            verb(target, elsewhere)


def test_a_local_administrator_creates_and_grants_only_within_their_units(app: Flask, chief: Actor) -> None:
    district, other = a_unit(), a_unit()
    school = a_unit(parent=district)
    local = acting(an_account("local", ("administrator", district, Reach.SUBTREE)))
    made = service.create_account("wang.fang", display_name="王芳", unit_id=school.id, by=local)
    with pytest.raises(NotFound):
        service.create_account("wang.fang2", display_name="王芳", unit_id=other.id, by=local)
    with pytest.raises(Invalid):
        service.create_account("wang.fang2", display_name="王芳", by=local)
    service.grant(made.account_id, role="clerk", reach=Reach.UNIT, unit_id=school.id, by=local)
    with pytest.raises(NotFound):
        service.grant(made.account_id, role="clerk", reach=Reach.UNIT, unit_id=other.id, by=local)
    with pytest.raises(NotAllowed):
        service.grant(made.account_id, role="approver", reach=Reach.ALL, by=local)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("role", {"role": "emperor"}), ("reach", {"reach": "WORLD"}), ("unit_id", {"unit_id": None}),
        ("valid_from", {"valid_from": TODAY - timedelta(days=1)}), ("valid_to", {"valid_to": TODAY}),
        ("reach", {"reach": "SELF"}), ("reach", {"role": "employee"}), ("role", {"role": "employee", "reach": "SELF"}),
    ],
)  # fmt: skip
def test_a_grant_that_does_not_fit_is_named_by_its_field(
    chief: Actor, clerk: Account, field: str, values: dict[str, Any]
) -> None:
    given: dict[str, Any] = {"role": "head", "reach": "UNIT", "unit_id": clerk.unit_id, **values}
    with pytest.raises(Invalid) as refusal:
        service.grant(clerk.id, **given, by=chief)
    assert list(refusal.value.fields) == [field]


def test_the_same_role_twice_at_the_same_time_is_refused(chief: Actor, clerk: Account) -> None:
    def again(first: date, last: date | None) -> int:
        return service.grant(
            clerk.id, role="head", reach="UNIT", unit_id=clerk.unit_id, valid_from=first, valid_to=last, by=chief
        )

    days = [TODAY + timedelta(days=number) for number in range(0, 60, 10)]
    again(days[1], days[3])
    for first, last in ((days[0], None), (days[0], days[2]), (days[2], None), (days[1], days[3]), (days[2], days[5])):
        with pytest.raises(Conflict):
            again(first, last)
    again(days[0], days[1])
    again(days[3], None)


@pytest.mark.parametrize(("held", "wanted"), [("clerk", "administrator"), ("clerk", "auditor")])
def test_who_manages_or_watches_does_no_business(chief: Actor, clerk: Account, held: str, wanted: str) -> None:
    with pytest.raises(Conflict):
        service.grant(clerk.id, role=wanted, reach=Reach.ALL, by=chief)
    grant_id = db.session.scalar(select(RoleGrant.id).where(RoleGrant.account_id == clerk.id))
    assert grant_id is not None
    service.end_grant(grant_id, by=chief, revision=1)
    service.grant(clerk.id, role=wanted, reach=Reach.ALL, by=chief)
    assert actor_of(account(clerk.id)).roles == {wanted}
    with pytest.raises(Conflict):
        service.grant(clerk.id, role=held, reach=Reach.UNIT, unit_id=clerk.unit_id, by=chief)


def test_a_grant_ended_before_it_begins_never_holds(chief: Actor, clerk: Account) -> None:
    later = TODAY + timedelta(days=5)
    given = service.grant(clerk.id, role="head", reach="UNIT", unit_id=clerk.unit_id, valid_from=later, by=chief)
    service.end_grant(given, by=chief, revision=1)
    row = db.session.get(RoleGrant, given)
    assert row is not None
    assert (row.valid_from, row.valid_to) == (later, later)
    with pytest.raises(Conflict):
        service.end_grant(given, by=chief, revision=2)


def test_every_verb_of_an_administrator_is_in_the_audit(chief: Actor) -> None:
    unit = a_unit()
    made = service.create_account("wang.fang", display_name="王芳", unit_id=unit.id, by=chief)
    given = service.grant(made.account_id, role="clerk", reach="UNIT", unit_id=unit.id, by=chief)
    service.end_grant(given, by=chief, revision=1)
    service.disable(made.account_id, by=chief, revision=1)
    service.enable(made.account_id, by=chief, revision=2)
    service.unlock(made.account_id, by=chief, revision=3)
    service.reset_password(made.account_id, by=chief, revision=4)
    service.end_sessions(made.account_id, by=chief)
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.record_kind.in_(["account", "grant"])).order_by(AuditEvent.seq)
    ).all()
    assert [event.action for event in events] == [
        "account:create", "grant:give", "grant:end", "account:disable", "account:enable", "account:unlock",
        "account:reset_password", "account:end_sessions",
    ]  # fmt: skip
    assert {event.actor_name for event in events} == {"chief"}
    assert "$argon2" not in repr([(event.before, event.after) for event in events])


def test_the_command_makes_the_first_administrator_and_no_second_by_accident(app: Flask) -> None:
    runner = app.test_cli_runner()
    first = runner.invoke(args=["accounts", "create-administrator", "root.one", "--name", "管理员"])
    assert first.exit_code == 0, first.output
    password = first.output.split("shown only now: ")[1].split()[0]
    assert log_in(app.test_client(), "root.one", password).location == "/password?next=/"
    refused = runner.invoke(args=["accounts", "create-administrator", "root.two"])
    assert refused.exit_code == 1
    assert "--force-additional" in refused.output
    assert runner.invoke(args=["accounts", "create-administrator", "root.two", "--force-additional"]).exit_code == 0
    second = db.session.scalars(select(Account).where(Account.username == "root.two")).one()
    assert actor_of(second).holds_everywhere("account:edit")


@pytest.mark.parametrize("given", ["", "short\n", "aaaaaaaaaaaaaaaaaaaa\n", "root.one and more\n"])
def test_the_command_refuses_a_weak_password_and_makes_nothing(app: Flask, given: str) -> None:
    result = app.test_cli_runner().invoke(
        args=["accounts", "create-administrator", "root.one", "--password-stdin"], input=given
    )
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert db.session.scalars(select(Account)).all() == []


def test_the_command_takes_a_password_that_its_owner_typed(app: Flask) -> None:
    result = app.test_cli_runner().invoke(
        args=["accounts", "create-administrator", "root.one", "--password-stdin"], input=PASSWORD + "\n"
    )
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    assert log_in(app.test_client(), "root.one").location == "/"


def test_who_manages_one_unit_cannot_get_into_an_account_with_wider_roles(app: Flask) -> None:
    """A reset shows the first password, so it would hand over every role of the account."""
    school = a_unit()
    below = a_unit(parent=school)
    local = acting(an_account("local", ("administrator", school, Reach.UNIT)))
    wide = an_account("wide", ("clerk", school, Reach.UNIT), ("approver", None, Reach.ALL))
    deep = an_account("deep", ("head", school, Reach.SUBTREE))
    plain = an_account("plain", ("clerk", school, Reach.UNIT))
    for stronger in (wide, deep):
        with pytest.raises(NotAllowed, match="beyond your reach"):
            service.reset_password(stronger.id, by=local, revision=stronger.revision)
    assert service.reset_password(plain.id, by=local, revision=plain.revision).first_password
    with pytest.raises(NotAllowed, match="beyond your reach"):
        service.grant(plain.id, role="head", reach=Reach.SUBTREE, unit_id=school.id, by=local)
    whole = acting(an_account("whole", ("administrator", school, Reach.SUBTREE)))
    assert service.grant(plain.id, role="head", reach=Reach.SUBTREE, unit_id=school.id, by=whole)
    assert service.grant(plain.id, role="clerk", reach=Reach.UNIT, unit_id=below.id, by=whole)
    assert service.reset_password(deep.id, by=whole, revision=deep.revision).first_password
