"""Brings the proposals of people up to what the rules foresee today: set-based, and the same however often it runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Table, bindparam, update

from app import clock
from app.access.actor import Actor
from app.audit import service as audit
from app.messages import Message
from app.pay.events import Assessment
from app.pay.months import read_month
from app.pay.queries import kept_event
from app.proposals.gathering import GONE, IN_FLIGHT, Filed, Gathered, Seen, next_people, on_file, these_people
from app.proposals.preparing import Prepared, changes_between, prepare, version_for
from app.proposals.rules import Due, foreseen, without_effect
from app.uow import atomic
from models import CareerEvent, Proposal, db
from models.proposals import ProposalState


@dataclass
class Tally:
    """What a run did: how many proposals are new, changed, open again, superseded or expired; people looked at, and
    assessments that entered a career because they change no wage."""

    people: int = 0
    new: int = 0
    changed: int = 0
    reopened: int = 0
    superseded: int = 0
    expired: int = 0
    entered: int = 0

    def add(self, other: Tally) -> None:
        for name, count in asdict(other).items():
            setattr(self, name, getattr(self, name) + count)

    @property
    def anything(self) -> bool:
        return any(count for name, count in asdict(self).items() if name != "people")


@dataclass
class _Writing:
    """What is to be written in the end, in one statement for each kind."""

    made: list[dict[str, Any]] = field(default_factory=list)
    moved: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


def refresh_next(after: int, most: int, *, by: Actor) -> tuple[int, Tally]:
    """The next people by number: the last of them, and what was done. Zero people means that nothing is left."""
    gathered = next_people(after, most)
    return gathered.last_id, _refresh(gathered, by)


@atomic
def refresh_people(staff_ids: Collection[int], *, by: Actor) -> Tally:
    """Just these people."""
    return _refresh(these_people(staff_ids), by)


def _refresh(gathered: Gathered, by: Actor) -> Tally:
    dues = {seen.subject.staff.id: foreseen(seen.subject) for seen in gathered.people}
    files = on_file([staff_id for staff_id, found in dues.items() if found])
    writing = _Writing()
    writing.tally.people = len(gathered.people)
    for seen in gathered.people:
        staff = seen.subject.staff
        prepared = list(_prepared(seen, dues[staff.id], gathered, files.get(staff.id, ())))
        _settle(seen, prepared, gathered, writing)
        _enter(seen, writing)
    _write(writing)
    if writing.tally.anything:
        audit.record(
            "proposal:refresh", by=by, kind="proposals", record_id=gathered.last_id, after=asdict(writing.tally)
        )  # fmt: skip
    return writing.tally


def _prepared(seen: Seen, dues: Iterable[Due], gathered: Gathered, files: Sequence[Any]) -> Iterator[Prepared]:
    staff = seen.subject.staff
    for due in dues:
        version = version_for(due, staff.staff_type, gathered.versions)
        if version is not None:
            yield prepare(due, version, staff, files, today=gathered.today)


def _settle(seen: Seen, prepared: Iterable[Prepared], gathered: Gathered, writing: _Writing) -> None:
    """Hold what is due now against what was proposed before."""
    before = {(row.item_id, row.due_key): row for row in seen.proposals}
    due_now: set[tuple[int, str]] = set()
    for one in prepared:
        place = (one.version.item_id, one.due.key)
        due_now.add(place)
        _settle_due(seen, one, before.get(place), writing)
    for place, row in before.items():
        if place not in due_now and row.state in (ProposalState.OPEN, ProposalState.SET_ASIDE):
            _settle_gone(seen, row, writing)


def _settle_due(seen: Seen, one: Prepared, row: Any, writing: _Writing) -> None:
    """Due now: propose it, or bring the proposal up to date; while something is filed for it, it waits.

    It also waits until finance has paid an earlier one of the item: before, nothing could be submitted.
    """
    flying = _flying(seen.filed, one.version.item_id)
    waits = flying is not None or any(held.to_be_paid for held in seen.filed if held.item_id == one.version.item_id)
    if row is None:
        if not waits:
            writing.made.append(_new_row(seen, one))
            writing.tally.new += 1
        return
    if row.state == ProposalState.CONFIRMED:
        filed = next((held for held in seen.filed if held.id == row.application_id), None)
        if flying is None and filed is not None and filed.state in GONE:
            writing.tally.reopened += 1
            writing.moved.append(
                _reopened(row, one, Message("The application that was filed has ended without effect."))
            )
        return
    if flying is not None:
        if row.state == ProposalState.OPEN:
            _close(row, ProposalState.SUPERSEDED, writing, application_id=flying.id)
        return
    if row.state in (ProposalState.SUPERSEDED, ProposalState.EXPIRED):
        if waits:
            return
        writing.tally.reopened += 1
        writing.moved.append(_reopened(row, one, Message("It is due again.")))
    elif row.digest != one.digest:
        writing.tally.changed += 1
        writing.moved.append(_moved(row, **_contents(one), changes=_told(row, one), changed_at=clock.now()))


def _settle_gone(seen: Seen, row: Any, writing: _Writing) -> None:
    """No longer due: because it was filed otherwise, or because the facts have changed."""
    since = [held for held in seen.filed if held.item_id == row.item_id and held.state not in GONE]
    newest = max(since, key=lambda held: held.id, default=None)
    if newest is not None and newest.begun_at >= row.made_at:
        _close(row, ProposalState.SUPERSEDED, writing, application_id=newest.id)
    else:
        _close(row, ProposalState.EXPIRED, writing)


def _flying(filed: Iterable[Filed], item_id: int) -> Filed | None:
    return next((one for one in filed if one.item_id == item_id and one.state in IN_FLIGHT), None)


def _close(row: Any, state: ProposalState, writing: _Writing, *, application_id: int | None = None) -> None:
    if state == ProposalState.SUPERSEDED:
        writing.tally.superseded += 1
    else:
        writing.tally.expired += 1
    writing.moved.append(
        _moved(row, state=state, closed_at=clock.now(), closed_by_id=None, reason="", application_id=application_id)
    )


def _reopened(row: Any, one: Prepared, why: Message) -> dict[str, Any]:
    told = [why.to_json(), *(_told(row, one) if row.digest != one.digest else [])]
    return _moved(
        row, **_contents(one), state=ProposalState.OPEN, closed_at=None, closed_by_id=None, reason="",
        application_id=None, changes=told, changed_at=clock.now(),
    )  # fmt: skip


def _told(row: Any, one: Prepared) -> list[dict[str, Any]]:
    return [change.to_json() for change in changes_between(row.facts, one.facts, one.version)]


def _contents(one: Prepared) -> dict[str, Any]:
    """What a preparation says, as columns."""
    month = one.facts["month"]
    return {
        "unit_id": one.unit_id, "due_on": one.due.due_on, "foresight": one.due.foresight, "rule": one.due.rule,
        "why": one.due.why.to_json(), "facts": dict(one.facts), "digest": one.digest,
        "missing": list(one.facts["missing"]), "before_fen": one.facts["before_fen"],
        "after_fen": one.facts["after_fen"], "effective_month": read_month(month) if month else None,
    }  # fmt: skip


def _new_row(seen: Seen, one: Prepared) -> dict[str, Any]:
    return {
        "staff_id": seen.subject.staff.id, "item_id": one.version.item_id, "due_key": one.due.key,
        "state": ProposalState.OPEN, "made_at": clock.now(), "changes": [], "reason": "", "revision": 1,
        **_contents(one),
    }  # fmt: skip


# What a run may change of a proposal. Each row names all of them, so that one statement serves for all rows.
_CHANGING = (
    "unit_id", "due_on", "foresight", "rule", "why", "facts", "digest", "missing", "before_fen", "after_fen",
    "effective_month", "state", "closed_at", "closed_by_id", "reason", "application_id", "changes", "changed_at",
)  # fmt: skip


def _moved(row: Any, **values: Any) -> dict[str, Any]:
    held = row._mapping
    return {"at": held["id"], "held": held["revision"]} | {name: values.get(name, held[name]) for name in _CHANGING}


def _enter(seen: Seen, writing: _Writing) -> None:
    """A reported assessment that changes no wage needs no application: it becomes a fact of the career."""
    for one in without_effect(seen.subject):
        writing.tally.entered += 1
        event = Assessment(id="new", year=one.year, result=one.result)
        writing.events.append(
            {"staff_id": seen.subject.staff.id, "created_at": clock.now(), **kept_event(event)}
        )  # fmt: skip


def _write(writing: _Writing) -> None:
    """A proposal that somebody decided on meanwhile keeps what they decided: it is found by its revision."""
    table = _table(Proposal)
    if writing.made:
        db.session.execute(_insert_or_leave(table), writing.made)
    if writing.moved:
        changed: Mapping[str, Any] = {name: bindparam(name) for name in _CHANGING}
        db.session.execute(
            update(table)
            .where(table.c.id == bindparam("at"), table.c.revision == bindparam("held"))
            .values(**changed, revision=table.c.revision + 1),
            writing.moved,
        )
    if writing.events:
        db.session.execute(_insert_or_leave(_table(CareerEvent)), writing.events)


def _table(model: type[Any]) -> Table:
    table: Table = model.__table__
    return table


def _insert_or_leave(table: Table) -> Any:
    """Insert what is not there yet: two runs at once propose nobody twice."""
    if db.session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as to_postgresql

        return to_postgresql(table).on_conflict_do_nothing()
    from sqlalchemy.dialects.sqlite import insert as to_sqlite

    return to_sqlite(table).on_conflict_do_nothing()


__all__ = ["Tally", "refresh_next", "refresh_people"]
