"""The shape of facts that come from outside: which fields a record has and what each may hold.

Every field of an event, a person or a setting names its shape; reading from JSON and writing to JSON follow from it.
A value that does not fit is `MALFORMED_CASE`, with a sentence that names the field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from app.messages import Message
from app.pay.errors import PayError
from app.pay.months import month_text, read_month

JsonValue = Any
_DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
# Neither dates nor months know a year nought.
_FIRST_YEAR = "0001"
_MONEY = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")


class DoesNotFit(ValueError):
    """A value does not have the shape of its field."""


def malformed(what: Message) -> PayError:
    """The error of a case that does not fit its format."""
    return PayError("MALFORMED_CASE", what)


def text(value: JsonValue) -> str:
    if not isinstance(value, str) or not value:
        raise DoesNotFit
    return value


def flag(value: JsonValue) -> bool:
    if not isinstance(value, bool):
        raise DoesNotFit
    return value


def number(low: int, high: int) -> Callable[[JsonValue], int]:
    def read(value: JsonValue) -> int:
        # JSON knows one kind of number: 5.0 is the integer 5, and true is none.
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            raise DoesNotFit
        if not low <= value <= high:
            raise DoesNotFit
        return int(value)

    return read


def one_of(*allowed: JsonValue) -> Callable[[JsonValue], Any]:
    def read(value: JsonValue) -> Any:
        for choice in allowed:
            if value == choice and type(value) is type(choice):
                return choice
        raise DoesNotFit

    return read


def day(value: JsonValue) -> date:
    if not isinstance(value, str) or not _DATE.fullmatch(value) or value < _FIRST_YEAR:
        raise DoesNotFit
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise DoesNotFit from None


def month(value: JsonValue) -> date:
    if not isinstance(value, str) or not _MONTH.fullmatch(value) or value < _FIRST_YEAR:
        raise DoesNotFit
    return read_month(value)


def money(value: JsonValue) -> Decimal:
    if not isinstance(value, str) or not _MONEY.fullmatch(value):
        raise DoesNotFit
    return Decimal(value)


def texts(value: JsonValue) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise DoesNotFit
    return tuple(text(part) for part in value)


def or_null(shape: Callable[[JsonValue], Any]) -> Callable[[JsonValue], Any]:
    def read(value: JsonValue) -> Any:
        return None if value is None else shape(value)

    return read


def required(shape: Callable[[JsonValue], Any]) -> Any:
    """A field that a record must carry."""
    return field(metadata={"shape": shape})


def optional(shape: Callable[[JsonValue], Any], default: Any = None) -> Any:
    """A field that may be left out."""
    return field(default=default, metadata={"shape": shape})


def read_record(kind: type, given: JsonValue, *, name: str) -> dict[str, Any]:
    """The fields of a record, checked; `name` says in an error which record it is."""
    if not isinstance(given, Mapping):
        raise malformed(Message("%(record)s must be a set of named fields.", record=name))
    shaped: dict[str, Field[Any]] = {part.name: part for part in fields(kind) if "shape" in part.metadata}
    for key in given:
        if key not in shaped:
            raise malformed(Message("%(record)s has no field '%(field)s'.", record=name, field=str(key)))
    values: dict[str, Any] = {}
    for key, part in shaped.items():
        if key not in given:
            if part.default is MISSING:
                raise malformed(Message("%(record)s lacks the field '%(field)s'.", record=name, field=key))
            continue
        try:
            values[key] = part.metadata["shape"](given[key])
        except (ValueError, OverflowError):
            raise malformed(
                Message(
                    "%(record)s: '%(value)s' cannot stand in the field '%(field)s'.",
                    record=name,
                    field=key,
                    value=str(given[key])[:80],
                )
            ) from None
    return values


def write_record(record: Any) -> dict[str, JsonValue]:
    """A record as JSON; fields that hold their default are left out."""
    written: dict[str, JsonValue] = {}
    for part in fields(record):
        value = getattr(record, part.name)
        if "shape" not in part.metadata or (part.default is not MISSING and value == part.default):
            continue
        written[part.name] = _written(value, part)
    return written


def _written(value: Any, part: Field[Any]) -> JsonValue:
    if isinstance(value, date):
        return month_text(value) if part.metadata["shape"] is month else value.isoformat()
    if hasattr(value, "to_json"):
        return value.to_json()
    return value
