"""What must be right about a career as a whole before it is replayed: codes, references, the start (section 7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.messages import Message
from app.pay.careers import Person
from app.pay.errors import PayError
from app.pay.events import (
    CoerciveMeasure,
    EducationChange,
    Event,
    Grading,
    Join,
    MeasureEnded,
    OccupationChange,
    Opening,
    Placement,
    PositionChange,
    PostAppointment,
    RankChange,
    Repricing,
    Sanction,
    SanctionLifted,
    SickLeave,
    Target,
    TechnicalGradeChange,
    Transfer,
)
from app.pay.months import month_after, month_of
from app.pay.shapes import malformed
from app.pay.standards import Standards


def check_career(person: Person, events: Sequence[Event], tables: Standards, *, versions: Sequence[date] = ()) -> Event:
    """The start event, if the career can be replayed at all; otherwise the error of the whole case.

    Codes are looked at before the order of events, those of the `versions` asked about too.
    """
    _check_ids(events)
    for event in events:
        _check_event(event, events)
    _check_sick_leaves(events)
    _check_person(person, events)
    for event in events:
        _check_codes(event, tables)
    if person.education is not None:
        _known_education(person.education, tables)
    for version in versions:
        known_version(version, tables)
    start = _start_of(events)
    for event in events:
        if not hasattr(event, "year") and event.day < start.day:
            raise PayError(
                "EVENT_BEFORE_START",
                Message("An event of %(day)s lies before the start of the career on %(start)s.",
                        day=event.day, start=start.day),
            )  # fmt: skip
    _check_transfers(events, start)
    return start


def _check_ids(events: Sequence[Event]) -> None:
    seen: set[str] = set()
    for event in events:
        if event.id in seen:
            raise malformed(Message("The id '%(id)s' is used twice.", id=event.id))
        seen.add(event.id)


def _check_event(event: Event, events: Sequence[Event]) -> None:
    if isinstance(event, SanctionLifted):
        _check_reference(event.sanction, Sanction, event, events)
    elif isinstance(event, MeasureEnded):
        _check_reference(event.measure, CoerciveMeasure, event, events)
    elif isinstance(event, Opening):
        _check_placement(event, event.staff_type)
    elif isinstance(event, Grading | PositionChange | Sanction):
        _check_leading(event.position, event.leading)
    elif isinstance(event, Transfer):
        if event.same_system == (event.target is not None):
            raise malformed(Message("A target belongs to a transfer from another system, and only to that."))
        if event.target is not None:
            _check_placement(event.target, event.target.staff_type)


def _check_reference(asked: str, kind: type[Event], event: Event, events: Sequence[Event]) -> None:
    for other in events:
        if other.id == asked and isinstance(other, kind) and other.day <= event.day:
            return
    raise malformed(Message("'%(id)s' is not an earlier event of the right kind.", id=asked))


def _check_placement(placement: Placement, staff_type: str) -> None:
    _check_leading(placement.position, placement.leading)
    if staff_type == "CIVIL_SERVANT" and placement.position is None and placement.rank is None:
        raise malformed(Message("A civil servant holds a position or a rank."))


def _check_leading(position: str | None, leading: bool | None) -> None:
    if (position is None) != (leading is None):
        raise malformed(Message("Position and 'leading' belong together."))


def _check_sick_leaves(events: Sequence[Event]) -> None:
    leaves = sorted((event for event in events if isinstance(event, SickLeave)), key=lambda leave: leave.day)
    free_from = date.min
    for leave in leaves:
        if leave.end_date < leave.day:
            raise malformed(Message("A sick leave ends before it starts."))
        if month_of(leave.day) < free_from:
            raise malformed(Message("Two sick leaves meet in one month."))
        free_from = month_after(leave.end_date)


def _check_person(person: Person, events: Sequence[Event]) -> None:
    joins = any(isinstance(event, Join) for event in events)
    if joins and person.staff_type == "ORGAN_WORKER":
        raise malformed(Message("Organ workers do not join on probation here; open the career with a state."))
    if joins and person.education is None:
        raise malformed(Message("The education is needed to join."))
    occupied = person.occupation is not None or any(
        isinstance(event, OccupationChange) and event.occupation is not None for event in events
    )
    if occupied and person.teaching_start_year is None:
        raise malformed(Message("The first year of teaching or nursing is needed."))


def _check_codes(event: Event, tables: Standards) -> None:
    if isinstance(event, EducationChange):
        _known_education(event.education, tables)
    elif isinstance(event, Repricing):
        known_version(event.version, tables)
    elif isinstance(event, PostAppointment):
        _known(event.post, tables.start_grades)
    elif isinstance(event, Sanction):
        _known(event.post, tables.start_grades)
        _known_position(event.position, "duty", tables)
    elif isinstance(event, PositionChange):
        _known_position(event.position, "duty", tables)
    elif isinstance(event, RankChange):
        _known_position(event.rank, "rank", tables)
    elif isinstance(event, TechnicalGradeChange):
        _known(event.technical_grade, tables.technical_grades)
    elif isinstance(event, Grading):
        _known(event.post, tables.start_grades)
        _known_position(event.position, "duty", tables)
        _known_position(event.rank, "rank", tables)
    elif isinstance(event, Opening):
        _known_placement(event, tables)
    elif isinstance(event, Transfer) and event.target is not None:
        _known_placement(event.target, tables)


def _known_placement(placement: Opening | Target, tables: Standards) -> None:
    _known(placement.post, tables.start_grades)
    _known_position(placement.position, "duty", tables)
    _known_position(placement.rank, "rank", tables)
    _known(placement.technical_grade, tables.technical_grades)


def _known_position(code: str | None, kind: str, tables: Standards) -> None:
    _known(code, {position for position, held in tables.positions.items() if held == kind} if code else ())


def _known(code: str | None, codes: object) -> None:
    if code is not None and code not in codes:  # type: ignore[operator]
        raise PayError("UNKNOWN_POST", Message("There is no post or position with the code '%(code)s'.", code=code))


def _known_education(code: str, tables: Standards) -> None:
    if code not in tables.educations:
        raise PayError("UNKNOWN_EDUCATION", Message("There is no education with the code '%(code)s'.", code=code))


def known_version(version: date, tables: Standards) -> None:
    """Error `UNKNOWN_STANDARD` if no version starts on that day."""
    if version not in tables.documents:
        raise PayError("UNKNOWN_STANDARD", Message("No wage standard starts on %(day)s.", day=version))


def _start_of(events: Sequence[Event]) -> Event:
    starts = [event for event in events if isinstance(event, Join | Opening)]
    if len(starts) != 1:
        raise PayError(
            "NO_START_EVENT",
            Message("A career has exactly one start, joining or a state taken over; this one has %(count)s.",
                    count=len(starts)),
        )  # fmt: skip
    return starts[0]


def _check_transfers(events: Sequence[Event], start: Event) -> None:
    for event in events:
        if not isinstance(event, Transfer):
            continue
        if month_after(event.last_paid_month) != event.first_paid_month:
            raise PayError(
                "TRANSFER_MONTHS_NOT_ADJACENT",
                Message("The month in which the old unit stops paying and the month in which the new one starts must "
                        "follow each other."),
            )  # fmt: skip
        if event.first_paid_month < month_of(start.day):
            raise PayError(
                "EVENT_BEFORE_START",
                Message("An event of %(day)s lies before the start of the career on %(start)s.",
                        day=event.first_paid_month, start=start.day),
            )  # fmt: skip
