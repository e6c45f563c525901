"""Turns the demo city's people and stories into rows of the tables, in the order in which they refer to one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from app.clock import SHANGHAI
from app.demo.people import Change, Person
from app.demo.timeline import Step, Story, due_day
from app.pay.careers import person_from_json
from app.pay.events import event_from_json
from app.pay.queries import event_id as event_name
from app.pay.queries import row_id as event_row_id
from app.pay.replay import Link, replay
from app.staff import identity

Row = Sequence[Any]


@dataclass
class Filed:
    """One application: for whom, under which item, and what became of it."""

    id: int
    person: Person
    change: Change
    story: Story
    item_id: int
    version_id: int
    number: str = ""
    batch_id: int | None = None
    record_id: int | None = None
    before_fen: int = 0
    after_fen: int = 0
    back_pay_fen: int = 0
    effective_month: date | None = None


@dataclass
class Roles:
    """Who acts in a unit, by the role of the happening."""

    clerks: dict[int, int]
    heads: dict[int, int]
    departments: dict[int, int]
    others: dict[str, int]
    accounts: list[Row] = field(default_factory=list)
    grants: list[Row] = field(default_factory=list)

    def account(self, actor: str, unit_id: int) -> int:
        if actor == "clerk":
            return self.clerks[unit_id]
        if actor == "application:confirm":
            return self.heads[unit_id]
        if actor == "application:review":
            return self.departments[unit_id]
        return self.others[actor]


@dataclass
class Careers:
    """Events and wage records of everybody, filled as people are replayed."""

    events: list[Row] = field(default_factory=list)
    records: list[Row] = field(default_factory=list)


EVENT_COLUMNS = ("id", "staff_id", "kind", "day", "year", "data", "application_id", "created_at")
RECORD_COLUMNS = (
    "id",
    "staff_id",
    "previous_id",
    "position",
    "effective_month",
    "cause",
    "event_id",
    "application_id",
    "standard_version",
    "state",
    "components",
    "total_fen",
    "created_at",
)


def replay_person(person: Person, filed: dict[int, Filed], careers: Careers, until: date) -> dict[str, Any] | None:
    """Write the person's events and chain; returns the present state. Applications in flight have no effect yet."""
    counted: list[tuple[int, Change, Filed | None]] = []
    for index, change in enumerate(person.changes):
        application = filed.get(index)
        if application is not None and not application.story.effective:
            continue
        counted.append((len(careers.events) + 1, change, application))
        careers.events.append(_event_row(len(careers.events) + 1, person, change, application))
    if not any(change.event["type"] in ("join", "opening") for _, change, _ in counted):
        return None
    events = [event_from_json({"id": event_name(event_id), **change.event}) for event_id, change, _ in counted]
    career = replay(person_from_json(person.facts()), events, until=until)
    by_event = {event_name(event_id): application for event_id, _, application in counted}
    previous: Link | None = None
    first = len(careers.records)
    for link in career.links:
        _add_record(careers, person, link, previous, by_event, first)
        previous = link
    return dict(career.links[-1].state)


def _event_row(event_id: int, person: Person, change: Change, application: Filed | None) -> Row:
    event = dict(change.event)
    kind, day, year = event.pop("type"), event.pop("date", None), event.pop("year", None)
    made = application.story.decided if application else None
    return (
        event_id,
        person.id,
        kind,
        date.fromisoformat(day) if day else None,
        year,
        event,
        application.id if application else None,
        made or _morning(day, year),
    )


def _add_record(
    careers: Careers, person: Person, link: Link, previous: Link | None, by_event: dict[str, Filed | None], first: int
) -> None:
    record_id = len(careers.records) + 1
    application = by_event.get(link.cause.event or "")
    if application is not None and application.record_id is not None:
        application = None  # an event's later consequences are links of their own, without the application
    total = int(link.total * 100)
    if application is not None:
        application.record_id = record_id
        application.after_fen, application.before_fen = total, int(previous.total * 100) if previous else 0
        application.effective_month = link.effective_month
        application.back_pay_fen = _back_pay(application)
    careers.records.append(
        (
            record_id,
            person.id,
            record_id - 1 if len(careers.records) > first else None,
            len(careers.records) - first + 1,
            link.effective_month,
            link.cause.kind,
            event_row_id(link.cause.event),
            application.id if application else None,
            link.standard_version,
            dict(link.state),
            [component.to_json() for component in link.components],
            total,
            application.story.decided if application else _morning(link.effective_month.isoformat(), None),
        )
    )


def _back_pay(application: Filed) -> int:
    """G-4: the difference for each month from the effective month to the one before the first payment."""
    decided = application.story.decided
    assert decided is not None
    assert application.effective_month is not None
    months = (decided.year - application.effective_month.year) * 12 + decided.month - application.effective_month.month
    return max(months, 0) * (application.after_fen - application.before_fen)


def _morning(day: str | None, year: int | None) -> datetime:
    start = date.fromisoformat(day) if day else date((year or 2016) + 1, 1, 2)
    return datetime(start.year, start.month, start.day, 9, tzinfo=SHANGHAI).astimezone(UTC)


STAFF_COLUMNS = (
    "id",
    "unit_id",
    "staff_no",
    "name",
    "name_initials",
    "sex",
    "birth_date",
    "id_number_cipher",
    "id_number_index",
    "id_tail_index",
    "phone",
    "staff_type",
    "education",
    "occupation",
    "teaching_start_year",
    "teaching_deducted_years",
    "work_start",
    "joined_on",
    "interruption_years",
    "post",
    "state",
    "revision",
)


def staff_row(person: Person, state: dict[str, Any] | None) -> Row:
    """The person as a row of the roster."""
    return (
        person.id,
        person.unit.id,
        person.staff_no,
        person.name,
        person.initials,
        "MALE" if person.male else "FEMALE",
        person.born,
        identity.encrypt(person.id_number, staff_no=person.staff_no),
        identity.index_of(person.id_number),
        identity.tail_index_of(person.id_number),
        "",
        "INSTITUTION",
        person.education,
        person.occupation,
        person.teaching_start,
        0,
        person.work_start,
        person.joined,
        0,
        (state or {}).get("post"),
        "ACTIVE" if state else "PENDING",
        1,
    )


APPLICATION_COLUMNS = (
    "id",
    "number",
    "item_id",
    "item_version_id",
    "unit_id",
    "title",
    "state",
    "round",
    "step_position",
    "step_permission",
    "step_entered_at",
    "due_on",
    "created_by_id",
    "created_at",
    "submitted_by_id",
    "submitted_at",
    "decided_at",
    "paid_at",
    "changed_at",
    "revision",
)


def application_row(filed: Filed, roles: Roles) -> Row:
    story, unit = filed.story, filed.person.unit.id
    waiting = story.step if story.state in ("IN_REVIEW", "RETURNED") else None
    asked = waiting if story.state == "IN_REVIEW" else None
    clerk = roles.clerks[unit]
    return (
        filed.id,
        filed.number,
        filed.item_id,
        filed.version_id,
        unit,
        filed.person.name,
        story.state,
        story.round,
        waiting.position if waiting else None,
        asked.permission if asked else None,
        story.entered if waiting else None,
        due_day(story.entered, asked.limit_days) if asked and story.entered else None,
        clerk,
        story.created,
        clerk if story.submitted else None,
        story.submitted,
        story.decided,
        story.paid,
        story.happenings[-1].at,
        len(story.happenings),
    )


def answer_rows(applications: list[Filed]) -> Iterator[Row]:
    for filed in applications:
        for key, value in filed.change.answers.items():
            yield filed.id, key, value, key != "result", filed.story.created


def happening_rows(applications: list[Filed], roles: Roles) -> Iterator[Row]:
    for filed in applications:
        for entry in filed.story.happenings:
            by = roles.account(entry.actor, filed.person.unit.id)
            yield filed.id, entry.kind, entry.at, by, entry.state, entry.step, entry.round, entry.note


def steps_of(rows: Sequence[Any]) -> list[Step]:
    """The steps of an item version, as the timeline needs them."""
    return [Step(row.position, row.key, row.permission, row.limit_days) for row in rows]


def plan_for(random: Random) -> str:
    """How most applications go, and some do not."""
    return random.choices(("approve", "return", "reject", "withdraw"), (930, 45, 15, 10))[0]
