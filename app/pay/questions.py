"""The questions of a career case, and how a case is read and checked (career-case/1, sections 2 and 4)."""
# ruff: noqa: RUF009 - `required` and `optional` make dataclass fields

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.messages import Message
from app.pay.careers import Person, Settings, person_from_json, settings_from_json
from app.pay.checks import check_career
from app.pay.events import Event, Join, Opening, event_from_json
from app.pay.months import Month
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
    national_urban_income: Decimal = required(money)


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


def read_case(case: JsonValue) -> Case:
    """A case, checked as a whole. Raises the errors of a whole case."""
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
    versions = [
        query.late_version
        for _, query in read.queries
        if isinstance(query, BackPayQuery) and query.late_version is not None
    ]
    check_career(read.person, read.events, tables, versions=versions)
    return read


def _check_prose(case: Mapping[str, JsonValue]) -> None:
    rules = case.get("rules", [])
    said = [case[key] for key in ("title", "note") if key in case]
    prose = [*said, *(rules if isinstance(rules, list) else [None])]
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
