"""The units of the demo city in their tables, and an account for everybody who acts in it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from app import clock
from app.access import passwords
from app.demo import bulk, rows
from app.demo.accounts import ACCOUNTS, PASSWORD
from app.demo.people import Person
from app.demo.units import City
from models import Account, RoleGrant, Unit, UnitReach

GRANTED = date(2016, 7, 1)


def write_units_and_accounts(connection: Connection, city: City, everybody: list[Person]) -> rows.Roles:
    """Units with their reach, the accounts of every unit, and the demo accounts."""
    bulk.write(
        connection,
        Unit,
        (
            "id",
            "code",
            "name",
            "name_en",
            "unit_type",
            "credit_code",
            "parent_id",
            "supervising_id",
            "active",
            "revision",
        ),
        [
            (u.id, u.code, u.name, u.name_en, u.unit_type, u.credit_code, u.parent, u.supervising, True, 1)
            for u in city.units
        ],
    )
    bulk.write(
        connection,
        UnitReach,
        ("upper_id", "unit_id"),
        [(upper, unit.id) for unit in city.units for upper in sorted(unit.uppers)],
    )
    return _accounts(connection, city, everybody)


def _accounts(connection: Connection, city: City, everybody: list[Person]) -> rows.Roles:
    """Demo accounts come first; every other institution gets a clerk and a head who never log in."""
    made: list[rows.Row] = []
    grants: list[rows.Row] = []
    known = passwords.hash_password(PASSWORD)
    nobody = passwords.hash_password(passwords.first_password())
    roles = rows.Roles({}, {}, {}, {})
    permission = {
        "reviewer": "application:first_review",
        "rechecker": "application:recheck",
        "approver": "application:approve",
    }

    def add(
        username: str, name: str, unit: int, role: str, reach: str, *, password: str, staff: int | None = None
    ) -> int:
        account_id = len(made) + 1
        made.append((account_id, username, name, password, False, "ACTIVE", unit, staff, 0, _start(), 1))
        at = None if reach in ("ALL", "SELF") else unit
        grants.append((account_id, account_id, role, at, reach, GRANTED, _start(), 1))
        return account_id

    newcomer = _newcomer(city, everybody)
    own = {"employee": newcomer, "colleague": _old_hand(city, everybody, newcomer)}
    for demo in ACCOUNTS:
        place = city.places[demo.place]
        person = own.get(demo.username)
        staff, name = (person.id, person.name) if person else (None, demo.name)
        account = add(demo.username, name, place, demo.role, demo.reach, password=known, staff=staff)
        if demo.role in permission:
            roles.others[permission[demo.role]] = account
        elif demo.role == "finance":
            roles.others["finance"] = account
        elif demo.role == "clerk":
            roles.clerks[place] = account
        elif demo.role == "head":
            roles.heads[place] = account
        elif demo.role == "department":
            roles.departments[place] = account
    departments: dict[int, int] = dict(roles.departments)
    for unit in city.units:
        if unit.parent == city.places["city"] and not unit.size and unit.id not in departments:
            departments[unit.id] = add(
                f"department-{unit.code}", f"{unit.name}审核", unit.id, "department", "SUBTREE", password=nobody
            )
    for unit in city.institutions():
        roles.departments[unit.id] = departments[unit.supervising or 0]
        if unit.id not in roles.clerks:
            roles.clerks[unit.id] = add(
                f"clerk-{unit.code}", f"{unit.name}经办", unit.id, "clerk", "UNIT", password=nobody
            )
            roles.heads[unit.id] = add(
                f"head-{unit.code}", f"{unit.name}负责人", unit.id, "head", "UNIT", password=nobody
            )
    roles.accounts = made
    roles.grants = grants
    return roles


def _of_school(city: City, everybody: list[Person]) -> list[Person]:
    return [person for person in everybody if person.unit.id == city.places["school"]]


def _newcomer(city: City, everybody: list[Person]) -> Person:
    """The demo employee: a new colleague of the school, whose first wage can be followed from filing to payment."""
    people = _of_school(city, everybody)
    return next((person for person in people if person.pending), people[0])


def _old_hand(city: City, everybody: list[Person], newcomer: Person) -> Person:
    """A colleague with a history to look at: whoever had most filed for them. Where nobody is new, somebody else."""
    return max(
        (person for person in _of_school(city, everybody) if person is not newcomer),
        key=lambda person: (sum(bool(c.filed_on) for c in person.changes), -person.id),
    )


def _start() -> datetime:
    return datetime(2016, 7, 1, 9, tzinfo=clock.SHANGHAI)


def write_accounts(connection: Connection, roles: rows.Roles) -> int:
    bulk.write(
        connection,
        Account,
        (
            "id",
            "username",
            "display_name",
            "password_hash",
            "must_change_password",
            "state",
            "unit_id",
            "staff_id",
            "failed_logins",
            "created_at",
            "revision",
        ),
        roles.accounts,
    )
    bulk.write(
        connection,
        RoleGrant,
        ("id", "account_id", "role", "unit_id", "reach", "valid_from", "created_at", "revision"),
        roles.grants,
    )
    return len(roles.accounts)
