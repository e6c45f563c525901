"""Writes the demo city into the tables, and seals its applications into the audit chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from app import clock
from app.access import passwords
from app.audit.chain import GENESIS, hash_of
from app.demo import bulk, rows, scans
from app.demo.accounts import ACCOUNTS, PASSWORD
from app.demo.people import Person
from app.demo.units import City
from models import (
    Account,
    Answer,
    Application,
    ApplicationEmployee,
    ApplicationEvent,
    AuditEvent,
    AuditHead,
    AuditSubject,
    CareerEvent,
    Decision,
    NumberSeries,
    PaymentBatch,
    PaymentInstruction,
    ReturnMark,
    RoleGrant,
    Staff,
    Unit,
    UnitReach,
    WageRecord,
)

GRANTED = date(2016, 7, 1)
Progress = Callable[[str, int, int], None]


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

    own = {"employee": _newcomer(city, everybody), "colleague": _old_hand(city, everybody)}
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


def _old_hand(city: City, everybody: list[Person]) -> Person:
    """A colleague with a history to look at: whoever had most filed for them."""
    return max(
        _of_school(city, everybody), key=lambda person: (sum(bool(c.filed_on) for c in person.changes), -person.id)
    )


def _start() -> datetime:
    return datetime(2016, 7, 1, 9, tzinfo=clock.SHANGHAI)


def write_people_and_work(
    connection: Connection,
    everybody: list[Person],
    states: dict[int, dict[str, Any] | None],
    careers: rows.Careers,
    applications: list[rows.Filed],
    roles: rows.Roles,
    city: City,
    progress: Progress,
) -> dict[str, int]:
    """Everything below the units, in the order of its references; returns the counts."""
    waiting: list[tuple[str, Callable[[], int]]] = [
        (
            "staff",
            lambda: bulk.write(
                connection, Staff, rows.STAFF_COLUMNS, (rows.staff_row(p, states[p.id]) for p in everybody)
            ),
        ),
        ("accounts", lambda: _write_accounts(connection, roles)),
        (
            "applications",
            lambda: bulk.write(
                connection,
                Application,
                rows.APPLICATION_COLUMNS,
                (rows.application_row(f, roles) for f in applications),
            ),
        ),
        ("career_events", lambda: bulk.write(connection, CareerEvent, rows.EVENT_COLUMNS, careers.events)),
        ("wage_records", lambda: bulk.write(connection, WageRecord, rows.RECORD_COLUMNS, careers.records)),
        (
            "employees",
            lambda: bulk.write(
                connection,
                ApplicationEmployee,
                ("application_id", "staff_id", "effective_month", "before_fen", "after_fen", "back_pay_fen"),
                (
                    (f.id, f.person.id, f.effective_month, f.before_fen, f.after_fen, f.back_pay_fen)
                    if f.record_id
                    else (f.id, f.person.id, None, None, None, None)
                    for f in applications
                ),
            ),
        ),
        (
            "answers",
            lambda: bulk.write(
                connection,
                Answer,
                ("application_id", "key", "value", "prefilled", "changed_at"),
                rows.answer_rows(applications),
            ),
        ),
        (
            "events",
            lambda: bulk.write(
                connection,
                ApplicationEvent,
                ("application_id", "kind", "at", "by_id", "state", "step_position", "round", "note"),
                rows.happening_rows(applications, roles),
            ),
        ),
        ("decisions", lambda: _write_decisions(connection, applications, roles)),
        ("materials", lambda: scans.write(connection, applications, roles)),
        ("payments", lambda: _write_payments(connection, applications, roles)),
        ("audit_events", lambda: _seal(connection, applications)),
    ]
    counts: dict[str, int] = {"units": len(city.units)}
    scans.prepare(connection)
    for done, (name, write) in enumerate(waiting, 1):
        counts[name] = write()
        progress(name, done, len(waiting))
    bulk.settle(
        connection,
        (
            Unit,
            Account,
            RoleGrant,
            Staff,
            Application,
            CareerEvent,
            WageRecord,
            Decision,
            PaymentBatch,
            PaymentInstruction,
        ),
    )
    return counts


def _write_accounts(connection: Connection, roles: rows.Roles) -> int:
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


def _write_decisions(connection: Connection, applications: list[rows.Filed], roles: rows.Roles) -> int:
    decisions: list[rows.Row] = []
    marks: list[rows.Row] = []
    for filed in applications:
        for round_number, step, outcome, note, at in filed.story.decisions:
            decision_id = len(decisions) + 1
            by = roles.account(step.permission, filed.person.unit.id)
            decisions.append((decision_id, filed.id, round_number, step.position, step.key, outcome, note, by, at))
            if outcome == "RETURNED":
                marks.append((decision_id, "MATERIAL", scans.first_material(filed), note))
    bulk.write(
        connection,
        Decision,
        (
            "id",
            "application_id",
            "round",
            "step_position",
            "step_key",
            "outcome",
            "note",
            "decided_by_id",
            "decided_at",
        ),
        decisions,
    )
    bulk.write(connection, ReturnMark, ("decision_id", "kind", "key", "reason"), marks)
    return len(decisions)


def _write_payments(connection: Connection, applications: list[rows.Filed], roles: rows.Roles) -> int:
    """Instructions of what was approved; those taken at one moment form one batch."""
    finance = roles.others["finance"]
    paying = [filed for filed in applications if filed.record_id is not None]
    by_moment: dict[datetime, list[rows.Filed]] = {}
    for filed in paying:
        if filed.story.taken is not None:
            by_moment.setdefault(filed.story.taken, []).append(filed)
    batches = []
    for batch_id, taken in enumerate(sorted(by_moment), 1):
        lines = by_moment[taken]
        for filed in lines:
            filed.batch_id = batch_id
        total = sum(filed.after_fen + filed.back_pay_fen for filed in lines)
        batches.append((batch_id, f"ZF{taken.year}-{batch_id:05d}", finance, taken, len(lines), total))
    bulk.write(
        connection, PaymentBatch, ("id", "number", "taken_by_id", "taken_at", "line_count", "total_fen"), batches
    )
    bulk.write(
        connection,
        PaymentInstruction,
        (
            "id",
            "application_id",
            "staff_id",
            "unit_id",
            "wage_record_id",
            "effective_month",
            "before_fen",
            "after_fen",
            "back_pay_fen",
            "state",
            "batch_id",
            "created_at",
            "confirmed_at",
            "confirmed_by_id",
            "revision",
        ),
        (_instruction(index, filed, finance) for index, filed in enumerate(paying, 1)),
    )
    series = [("payment-batches", len(batches))]
    for year in sorted({filed.story.created.year for filed in applications}):
        series.append((f"application:GZ{year}", sum(f.story.created.year == year for f in applications)))
    bulk.write(connection, NumberSeries, ("name", "last"), series)
    return len(paying)


def _instruction(index: int, filed: rows.Filed, finance: int) -> Sequence[Any]:
    state = "CONFIRMED" if filed.story.paid else "TAKEN" if filed.story.taken else "WAITING"
    return (
        index,
        filed.id,
        filed.person.id,
        filed.person.unit.id,
        filed.record_id,
        filed.effective_month,
        filed.before_fen,
        filed.after_fen,
        filed.back_pay_fen,
        state,
        filed.batch_id,
        filed.story.decided,
        filed.story.paid,
        finance if filed.story.paid else None,
        1,
    )


def _seal(connection: Connection, applications: list[rows.Filed]) -> int:
    """One event for each application, with the path it took."""
    last = GENESIS
    subjects: list[tuple[int, int]] = []

    def events() -> Iterator[rows.Row]:
        nonlocal last
        for seq, filed in enumerate(applications, 1):
            fields: dict[str, Any] = {
                "seq": seq,
                "at": filed.story.happenings[-1].at,
                "actor_id": None,
                "actor_name": "demo data",
                "address": "",
                "request_id": "",
                "action": "demo:load",
                "record_kind": "application",
                "record_id": str(filed.id),
                "unit_id": filed.person.unit.id,
                "before": None,
                "after": {
                    "number": filed.number,
                    "state": filed.story.state,
                    "path": [entry.kind for entry in filed.story.happenings],
                },
                "note": "",
            }
            sealed = hash_of(fields, last)
            yield (*fields.values(), last, sealed)
            subjects.append((seq, filed.person.id))
            last = sealed

    columns = (
        "seq",
        "at",
        "actor_id",
        "actor_name",
        "address",
        "request_id",
        "action",
        "record_kind",
        "record_id",
        "unit_id",
        "before",
        "after",
        "note",
        "previous_hash",
        "hash",
    )
    count = bulk.write(connection, AuditEvent, columns, events())
    bulk.write(connection, AuditSubject, ("seq", "staff_id"), subjects)
    bulk.write(connection, AuditHead, ("id", "seq", "hash"), [(1, count, last)])
    return count
