"""Opens cases, one or many at once: the same matter opens one case, news of it goes into that case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update

from app import clock
from app.access.actor import Actor
from app.audit import service as audit
from app.cases.evidence import kept
from app.cases.rules import Matter
from app.cases.telling import tell_opened
from app.uow import atomic
from app.workflow.calendar import Corrections, add_working_days
from app.workflow.records import corrections
from models import Case, CaseEvent, CasePerson, db
from models.cases import CaseOutcome, CaseState


class Found(StrEnum):
    """What finding a matter did: opened a case, brought news to one, opened one again, or nothing new."""

    OPENED = "OPENED"
    NEWS = "NEWS"
    REOPENED = "REOPENED"
    SAME = "SAME"


@dataclass(frozen=True)
class Opened:
    """The case of a matter, and what finding it did."""

    case_id: int
    found: Found


def open_case(matter: Matter, *, by: Actor) -> Opened:
    """Open the case of a matter, or bring its news to the case that is there. Safe to repeat and to race.

    Who may open is for the subject that found the matter: it has asked before.
    """
    return open_cases([matter], by=by)[0]


@atomic
def open_cases(matters: Sequence[Matter], *, by: Actor) -> list[Opened]:
    """Open cases for many matters in a handful of statements; answers in their order. Two matters with one key are
    one: the last is told."""
    if not matters:
        return []
    by_key = {matter.key: matter for matter in matters}
    days = corrections()
    fresh = _insert(by_key.values(), days)
    held = _held([key for key in by_key if key not in fresh])
    found = {key: Opened(case_id, Found.OPENED) for key, case_id in fresh.items()}
    moved: list[tuple[Matter, Case, Found]] = []
    for case in held:
        matter = by_key[case.key]
        what = _what(matter, case)
        found[case.key] = Opened(case.id, what)
        if what != Found.SAME:
            moved.append((matter, case, what))
    _seen([(by_key[case.key], case) for case in held])
    _bring_news(moved, days)
    _write_down(by_key, found, {case.key: case for _, case, _ in moved}, by)
    return [found[matter.key] for matter in matters]


def _what(matter: Matter, case: Case) -> Found:
    """Whether a matter is news to its case: another digest, or going on after it had been put right."""
    if case.digest != matter.fingerprint:
        return Found.REOPENED if case.state == CaseState.CLOSED else Found.NEWS
    goes_on = case.outcome == CaseOutcome.CORRECTED and matter.latest > case.latest
    return Found.REOPENED if goes_on else Found.SAME


@atomic
def tell_gone(rule: str, *, still: Collection[str], units: Collection[int] | None = None, by: Actor) -> int:
    """Write down of a rule's open cases that their matter is no longer found; returns how many. People close them."""
    gone = select(Case.id, Case.key, Case.unit_id).where(
        Case.rule == rule, Case.state != CaseState.CLOSED, Case.gone_at.is_(None)
    )
    if units is not None:
        gone = gone.where(Case.unit_id.in_(units))
    found = set(still)
    rows = [row for row in db.session.execute(gone.with_for_update()) if row.key not in found]
    if not rows:
        return 0
    now = clock.now()
    db.session.execute(
        update(Case).where(Case.id.in_([row.id for row in rows]))
        .values(gone_at=now, revision=Case.revision + 1).execution_options(synchronize_session=False)
    )  # fmt: skip
    db.session.execute(insert(CaseEvent), [_event(row.id, "gone", by) for row in rows])
    for row in rows:
        audit.record("case:gone", by=by, kind="case", record_id=row.id, unit_id=row.unit_id)
    return len(rows)


def _insert(matters: Iterable[Matter], days: Corrections) -> dict[str, int]:
    """Insert what has no case yet; the unique key decides between two runs. Returns key and id of the new ones."""
    now, today = clock.now(), clock.today()
    values = [
        {
            **_told(matter), "key": matter.key, "source": matter.source, "rule": matter.rule,
            "unit_id": matter.unit_id, "state": CaseState.OPEN, "opened_at": now, "found_at": now, "times_opened": 1,
            "revision": 1, "due_on": add_working_days(today, matter.days, days),
        }
        for matter in matters
    ]  # fmt: skip
    made = db.session.execute(_insert_or_leave(_table()).returning(Case.id, Case.key), values)
    return {key: case_id for case_id, key in made}


def _told(matter: Matter) -> dict[str, Any]:
    """What a matter says, as the case keeps it."""
    return {
        "about_kind": matter.about_kind, "about_id": matter.about_id, "subject": matter.subject.to_json(),
        "reason": matter.reason.to_json(), "evidence": kept(matter.evidence),
        "accounts": sorted(set(matter.accounts)), "digest": matter.fingerprint, "latest": matter.latest,
        "severity": str(matter.severity), "days": matter.days,
    }  # fmt: skip


def _held(keys: Sequence[str]) -> list[Case]:
    """The cases that are there already, locked in one order until the work ends."""
    if not keys:
        return []
    return list(
        db.session.scalars(
            select(Case).where(Case.key.in_(keys)).order_by(Case.id).with_for_update()
            .execution_options(populate_existing=True)
        )
    )  # fmt: skip


def _seen(held: Sequence[tuple[Matter, Case]]) -> None:
    """They are found in the record today, and those that go on show how far. No news to anybody, so the revision stays
    and no page grows stale by it."""
    if not held:
        return
    table = _table()
    db.session.execute(
        update(table).where(table.c.id.in_([case.id for _, case in held])).values(found_at=clock.now(), gone_at=None)
    )
    further = [
        {"at": case.id, "new_latest": matter.latest, "new_evidence": kept(matter.evidence),
         "new_subject": matter.subject.to_json()}
        for matter, case in held
        if case.state != CaseState.CLOSED and matter.latest > case.latest and case.digest == matter.fingerprint
    ]  # fmt: skip
    if further:
        db.session.execute(
            update(table).where(table.c.id == bindparam("at")).values(
                latest=bindparam("new_latest"), evidence=bindparam("new_evidence"), subject=bindparam("new_subject")
            ),
            further,
        )  # fmt: skip
        told = {one["at"] for one in further}
        for _, case in held:
            if case.id in told:
                db.session.expire(case)


def _bring_news(moved: Sequence[tuple[Matter, Case, Found]], days: Corrections) -> None:
    """Replace what the case says. One that is open keeps its due day; an answer to something else is asked anew."""
    if not moved:
        return
    today = clock.today()
    values = []
    for matter, case, what in moved:
        waits = case.state == CaseState.OPEN
        told = _told(matter)
        values.append({
            "at": case.id, "held": case.revision, **{f"new_{name}": value for name, value in told.items()},
            "new_due_on": case.due_on if waits else add_working_days(today, matter.days, days),
            "new_times_opened": case.times_opened + (what == Found.REOPENED),
        })  # fmt: skip
    table = _table()
    names = [name.removeprefix("new_") for name in values[0] if name.startswith("new_")]
    news: Mapping[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    db.session.execute(
        update(table)
        .where(table.c.id == bindparam("at"), table.c.revision == bindparam("held"))
        .values(
            **news, state=CaseState.OPEN, answer=None, answered_at=None, answered_by_id=None, outcome=None,
            closed_at=None, closed_by_id=None, revision=table.c.revision + 1,
        ),
        values,
    )  # fmt: skip


def _write_down(
    by_key: Mapping[str, Matter], found: Mapping[str, Opened], before: Mapping[str, Case], by: Actor
) -> None:
    """History, the people concerned and the audit, for what is new."""
    kinds = {Found.OPENED: "opened", Found.NEWS: "found_anew", Found.REOPENED: "reopened"}
    events, people = [], []
    for key, opened in found.items():
        if opened.found == Found.SAME:
            continue
        matter, earlier = by_key[key], before.get(key)
        replaced = {"evidence": earlier.evidence, "outcome": earlier.outcome} if earlier is not None else {}
        events.append(_event(opened.case_id, kinds[opened.found], by, data=replaced))
        people += [{"case_id": opened.case_id, "staff_id": staff_id} for staff_id in sorted(set(matter.people))]
        audit.record(
            f"case:{kinds[opened.found]}", by=by, kind="case", record_id=opened.case_id, unit_id=matter.unit_id,
            after={"rule": matter.rule, "subject": str(matter.subject), "severity": str(matter.severity)},
            subjects=sorted(set(matter.people)),
        )  # fmt: skip
    if events:
        db.session.execute(insert(CaseEvent), events)
    if people:
        db.session.execute(_insert_or_leave(CasePerson.__table__), people)
    for case in before.values():
        db.session.expire(case)
    tell_opened([one.case_id for one in found.values() if one.found != Found.SAME], by=by)


def _event(case_id: int, kind: str, by: Actor, *, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {
        "case_id": case_id, "kind": kind, "at": clock.now(), "by_id": by.account_id, "by_name": by.name, "note": "",
        "data": dict(data or {}),
    }  # fmt: skip


def _table() -> Table:
    table: Any = Case.__table__
    return table


def _insert_or_leave(table: Any) -> Any:
    """Insert what is not there yet."""
    if db.session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as to_postgresql

        return to_postgresql(table).on_conflict_do_nothing()
    from sqlalchemy.dialects.sqlite import insert as to_sqlite

    return to_sqlite(table).on_conflict_do_nothing()
