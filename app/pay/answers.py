"""Answers a career case in its exact format: each question in turn (career-case/1, section 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from app.messages import Message
from app.pay.absences import measure_in, wage_base
from app.pay.back_pay import back_pay
from app.pay.benefits import death_benefit, year_end_bonus
from app.pay.errors import PayError
from app.pay.events import Death, Event, Repricing, Retirement
from app.pay.months import month_text
from app.pay.names import CAUSES
from app.pay.questions import Case, Query, read_case
from app.pay.replay import Career, replay
from app.pay.retirement import retirement_fee
from app.pay.rounding import money_text
from app.pay.service_years import service_years
from app.pay.shapes import JsonValue
from app.pay.sick_leave import leave_in, sick_pay

Ending = TypeVar("Ending", Death, Retirement)
# Questions ask the career itself for a month. Its links would be made for nothing, one for each month of a sick leave.
NO_LINKS = date.min


def answer_case(case: JsonValue) -> dict[str, JsonValue]:
    """The answer to one case. Never raises: what cannot be answered is an error of the format with a sentence."""
    try:
        read = read_case(case)
        career = replay(read.person, read.events, settings=read.settings, tables=read.tables, until=NO_LINKS)
    except PayError as error:
        return {"id": id_of(case), "status": "error", "error": _error(error)}
    answers = [_answer(kind, query, career, read) for kind, query in read.queries]
    return {"id": id_of(case), "status": "ok", "answers": answers}


def id_of(case: JsonValue) -> str | int | None:
    """The id that an answer repeats, so that its case can be found; null if there is none that JSON can repeat."""
    given = case.get("id") if isinstance(case, Mapping) else None
    return given if isinstance(given, str | int) else None


def _answer(kind: str, query: Query, career: Career, case: Case) -> dict[str, JsonValue]:
    answer: dict[str, JsonValue] = {"query": query.id, "type": kind, "status": "ok"}
    try:
        answer.update(_ANSWERS[kind](query, career, case))
    except PayError as error:
        return {"query": query.id, "type": kind, "status": "error", "error": _error(error)}
    return answer


def _wage(query: Any, career: Career, case: Case) -> dict[str, JsonValue]:
    wage = career.wage_in(query.month)
    return {
        "month": month_text(query.month),
        "pay_status": wage.pay_status,
        "standard_version": wage.standard_version.isoformat(),
        "state": dict(wage.state),
        "components": [part.answer() for part in wage.components],
        "total": money_text(wage.total),
    }


def _state(query: Any, career: Career, case: Case) -> dict[str, JsonValue]:
    return {"month": month_text(query.month), "state": career.state_in(query.month)}


def _back_pay(query: Any, career: Career, case: Case) -> dict[str, JsonValue]:
    late = set(query.late_events or ())
    tables = case.tables.without(query.late_version) if query.late_version else case.tables
    kept = remaining(case.events, late, query.late_version)
    without = replay(case.person, kept, settings=case.settings, tables=tables, until=NO_LINKS)
    owed = back_pay(without, career, from_month=query.from_month, first_paid_month=query.first_paid_month)
    return {"amount": money_text(owed.amount), "factors": owed.factors()}


def _brings(event: Event, version: date | None) -> bool:
    return version is not None and isinstance(event, Repricing) and event.version == version


def remaining(events: tuple[Event, ...], late: set[str], late_version: date | None) -> list[Event]:
    """The events without the late ones, those that bring the late standard, and those that only end a late one."""
    kept = [event for event in events if event.id not in late and not _brings(event, late_version)]
    gone = {event.id for event in events} - {event.id for event in kept}
    return [
        event
        for event in kept
        if getattr(event, "sanction", None) not in gone and getattr(event, "measure", None) not in gone
    ]


def _table_lookup(query: Any, career: Career, case: Case) -> dict[str, JsonValue]:
    cell = case.tables.cell_of_standard(query.table, query.standard, query.category, query.level, query.step)
    factors = {
        "table": query.table,
        "standard": query.standard,
        "category": query.category,
        "level": query.level,
        "step": query.step,
    }
    return {"amount": money_text(cell.amount), "factors": factors}


def _sick_pay(query: Any, career: Career, case: Case) -> dict[str, JsonValue]:
    state, facts = career.held_in(query.month), career.facts
    leave = leave_in(query.month, facts)
    if leave is None or state.ended or measure_in(query.month, facts) is not None:
        raise PayError("NOT_COVERED", Message("There is no sick pay in %(month)s.", month=month_text(query.month)))
    base = wage_base(career.price_on_file(state, query.month).components)
    paid = sick_pay(leave, query.month, base, facts)
    return {"month": month_text(query.month), "amount": money_text(paid.amount), "factors": paid.factors()}


def _service_years(query: Any, career: Career, case: Case) -> dict[str, JsonValue]:
    career.held_in(query.month)
    return {"month": month_text(query.month), "value": service_years(query.month, career.facts)}


def _retirement_fee(query: Any, career: Career, case: Case) -> dict[str, JsonValue]:
    fee = retirement_fee(career, _first(Retirement, case))
    return {"amount": money_text(fee.amount), "factors": fee.factors()}


def _death_benefit(query: Any, career: Career, case: Case) -> dict[str, JsonValue]:
    benefit = death_benefit(career, _first(Death, case), query.national_urban_income)
    return {"amount": money_text(benefit.amount), "factors": benefit.factors()}


def _first(kind: type[Ending], case: Case) -> Ending:
    """The first event of a kind by date."""
    found = sorted((event for event in case.events if isinstance(event, kind)), key=lambda event: event.day)
    if not found:
        raise PayError("NOT_COVERED", Message("The career has no such event: %(event)s.", event=CAUSES[kind.type]))
    return found[0]


def _year_end_bonus(query: Any, career: Career, case: Case) -> dict[str, JsonValue]:
    bonus = year_end_bonus(career, query.year)
    return {"amount": money_text(bonus.amount), "factors": bonus.factors()}


_ANSWERS: dict[str, Callable[[Any, Career, Case], dict[str, JsonValue]]] = {
    "wage": _wage,
    "state": _state,
    "back_pay": _back_pay,
    "sick_pay": _sick_pay,
    "service_years": _service_years,
    "retirement_fee": _retirement_fee,
    "death_benefit": _death_benefit,
    "year_end_bonus": _year_end_bonus,
    "table_lookup": _table_lookup,
}


def _error(error: PayError) -> dict[str, JsonValue]:
    return {"code": error.code, "message": str(error.message)}
