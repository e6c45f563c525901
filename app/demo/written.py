"""Writes the demo city into the tables, and seals its applications into the audit chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.audit.chain import GENESIS, hash_of
from app.demo import bulk, offices, rows, scans
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
    WageRecord,
)

GRANTED = date(2016, 7, 1)
Progress = Callable[[str, int, int], None]


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
        ("accounts", lambda: offices.write_accounts(connection, roles)),
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
    head = connection.execute(select(AuditHead.seq, AuditHead.hash)).one_or_none()
    first, last = (head.seq, head.hash) if head else (0, GENESIS)
    subjects: list[tuple[int, int]] = []

    def events() -> Iterator[rows.Row]:
        nonlocal last
        for seq, filed in enumerate(applications, first + 1):
            fields: dict[str, Any] = {
                "seq": seq,
                "at": filed.story.happenings[-1].at,
                "actor_id": None,
                "actor_name": "演示数据",
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
            sealed = hash_of(fields, last, (filed.person.id,))
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
    if head is None:
        connection.execute(insert(AuditHead).values(id=1, seq=count, hash=last))
    else:
        connection.execute(update(AuditHead).values(seq=first + count, hash=last))
    return count
