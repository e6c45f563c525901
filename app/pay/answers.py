"""Answers a career case in its exact format: wage, state, back pay, table look-up (career-case/1, section 4)."""
# ruff: noqa: RUF009 - `required` and `optional` make dataclass fields

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.messages import Message
from app.pay.back_pay import back_pay
from app.pay.careers import Person, Settings, person_from_json, settings_from_json
from app.pay.checks import check_career, known_version
from app.pay.errors import PayError
from app.pay.events import Event, Join, Opening, Repricing, event_from_json
from app.pay.months import Month, month_text
from app.pay.replay import Career, replay
from app.pay.rounding import money_text
from app.pay.shapes import (
    JsonValue,
    day,
    malformed,
    money,
    month,
    number,
    one_of,
    optional,
    read_record,
    required,
    text,
    texts,
)
from app.pay.standards import LEVEL_TABLES, Standards, standards

FORMAT = "career-case/1"
_TOP = {"format", "id", "title", "note", "rules", "person", "settings", "events", "queries", "expected"}


@dataclass(frozen=True, kw_only=True)
class Query:
    id: str = required(text)


@dataclass(frozen=True, kw_only=True)
class MonthQuery(Query):
    """`wage`, `state`, `sick_pay` and `service_years` ask about a month."""

    month: Month = required(month)


@dataclass(frozen=True, kw_only=True)
class BackPayQuery(Query):
    from_month: Month = required(month)
    first_paid_month: Month = required(month)
    late_events: tuple[str, ...] | None = optional(texts)
    late_version: date | None = optional(day)


@dataclass(frozen=True, kw_only=True)
class DeathQuery(Query):
    national_urban_income: Any = required(money)


@dataclass(frozen=True, kw_only=True)
class YearQuery(Query):
    year: int = required(number(1900, 2100))


@dataclass(frozen=True, kw_only=True)
class LookupQuery(Query):
    table: str = required(one_of(*LEVEL_TABLES))
    standard: str = required(text)
    category: str = required(text)
    level: str = required(text)
    step: int | None = optional(number(1, 40))


@dataclass(frozen=True)
class Case:
    """A case as read: facts, events in the order of entry, and the questions with their types."""

    person: Person
    settings: Settings
    events: tuple[Event, ...]
    queries: tuple[tuple[str, Query], ...]
    tables: Standards


QUERIES: dict[str, type[Query]] = {
    "wage": MonthQuery,
    "state": MonthQuery,
    "back_pay": BackPayQuery,
    "sick_pay": MonthQuery,
    "service_years": MonthQuery,
    "retirement_fee": Query,
    "death_benefit": DeathQuery,
    "year_end_bonus": YearQuery,
    "table_lookup": LookupQuery,
}


def answer_case(case: JsonValue) -> dict[str, JsonValue]:
    """The answer to one case. Never raises: what cannot be answered is an error of the format with a sentence."""
    case_id = case.get("id", "") if isinstance(case, Mapping) else ""
    try:
        read = _read_case(case)
        career = replay(read.person, read.events, settings=read.settings, tables=read.tables)
    except PayError as error:
        return {"id": case_id, "status": "error", "error": _error(error)}
    answers = [_answer(kind, query, career, read) for kind, query in read.queries]
    return {"id": case_id, "status": "ok", "answers": answers}


def _read_case(case: JsonValue) -> Case:
    if not isinstance(case, Mapping):
        raise malformed(Message("%(record)s must be a set of named fields.", record="case"))
    for key in case:
        if key not in _TOP:
            raise malformed(Message("%(record)s has no field '%(field)s'.", record="case", field=str(key)))
    for key in ("format", "id", "person", "events", "queries"):
        if key not in case:
            raise malformed(Message("%(record)s lacks the field '%(field)s'.", record="case", field=key))
    if case["format"] != FORMAT or not isinstance(case["id"], str) or not case["id"]:
        raise malformed(Message("The case needs an id and the format '%(format)s'.", format=FORMAT))
    _check_prose(case)
    if not isinstance(case["events"], list) or not isinstance(case["queries"], list):
        raise malformed(Message("Events and queries must be lists."))
    tables = standards()
    read = Case(
        person=person_from_json(case["person"]),
        settings=settings_from_json(case.get("settings", {})),
        events=tuple(event_from_json(event) for event in case["events"]),
        queries=tuple(_read_query(query) for query in case["queries"]),
        tables=tables,
    )
    _check_queries(read)
    check_career(read.person, read.events, read.settings, tables)
    for _, query in read.queries:
        if isinstance(query, BackPayQuery) and query.late_version is not None:
            known_version(query.late_version, tables)
    return read


def _check_prose(case: Mapping[str, JsonValue]) -> None:
    rules = case.get("rules", [])
    prose = [case.get("title", ""), case.get("note", ""), *(rules if isinstance(rules, list) else [None])]
    if not all(isinstance(part, str) for part in prose):
        raise malformed(Message("Title, note and rules must be text."))


def _read_query(given: JsonValue) -> tuple[str, Query]:
    kind = given.get("type") if isinstance(given, Mapping) else None
    shape = QUERIES.get(kind) if isinstance(kind, str) else None
    if shape is None or not isinstance(kind, str):
        raise malformed(Message("'%(type)s' is not a type of query.", type=str(kind)[:80]))
    rest = {key: value for key, value in given.items() if key != "type"}
    return kind, shape(**read_record(shape, rest, name=f"{kind} {given.get('id', '')}".strip()[:80]))


def _check_queries(case: Case) -> None:
    seen: set[str] = set()
    by_id = {event.id: event for event in case.events}
    for _, query in case.queries:
        if query.id in seen:
            raise malformed(Message("The id '%(id)s' is used twice.", id=query.id))
        seen.add(query.id)
        if not isinstance(query, BackPayQuery):
            continue
        if query.late_events is None and query.late_version is None:
            raise malformed(Message("Back pay needs the late events or the late standard."))
        if query.from_month >= query.first_paid_month:
            raise malformed(Message("Back pay must begin before the month in which the new amount is first paid."))
        for asked in query.late_events or ():
            if asked not in by_id:
                raise malformed(Message("'%(id)s' is not an event of this case.", id=asked))
            if isinstance(by_id[asked], Join | Opening):
                raise malformed(Message("The start of a career cannot be late."))


def _answer(kind: str, query: Query, career: Career, case: Case) -> dict[str, JsonValue]:
    answer: dict[str, JsonValue] = {"query": query.id, "type": kind, "status": "ok"}
    try:
        answer.update(_ANSWERS.get(kind, _not_covered)(query, career, case))
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
    without = replay(case.person, kept, settings=case.settings, tables=tables)
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


def _not_covered(query: Any, career: Career, case: Case) -> dict[str, JsonValue]:
    raise PayError("NOT_COVERED", Message("This question is not answered here yet."))


_ANSWERS: dict[str, Callable[[Any, Career, Case], dict[str, JsonValue]]] = {
    "wage": _wage,
    "state": _state,
    "back_pay": _back_pay,
    "table_lookup": _table_lookup,
}


def _error(error: PayError) -> dict[str, JsonValue]:
    return {"code": error.code, "message": str(error.message)}
