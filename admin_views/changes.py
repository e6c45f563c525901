"""What an event changed, told in the words of the pages: field, value before and value after."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from admin_views import words
from admin_views.cells import called, say_any
from admin_views.change_words import field_word
from app.access.permissions import PERMISSIONS
from app.budgets.overview import DISTRIBUTION_STATES, PLAN_STATES, WARNING_STATES
from app.cases import rules as cases
from app.pay.names import post_name
from app.web.showing import day, moment, month, named, say, yuan
from app.workflow.states import EVENTS
from models import Account, Application, AuditEvent, ItemField, ServiceItem, Staff, Unit, db

NOTHING = "–"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MONTHS = frozenset({"month", "effective_month"})
# The columns of the roster reach the audit as text where a decision wrote them.
_NONE, _TRUTHS = frozenset({None, "", "None"}), {"True": True, "False": False}

_NAMED: dict[str, type[Any]] = {
    "unit_id": Unit, "parent_id": Unit, "supervising_id": Unit, "unit": Unit, "to_id": Account, "from_id": Account,
    "account_id": Account, "created_by_id": Account, "staff_id": Staff, "item_id": ServiceItem,
}  # fmt: skip
"""Which records the numbers in these fields name."""

_STATES: dict[str, Mapping[str, Any]] = {
    "account": words.ACCOUNT_STATES, "staff": words.STAFF_STATES, "case": cases.STATES,
    "payment_instruction": words.INSTRUCTION_STATES, "budget_plan": PLAN_STATES, "budget_warning": WARNING_STATES,
    "budget_distribution": DISTRIBUTION_STATES, "proposal": words.PROPOSAL_STATES,
    "standard_edition": words.EDITION_STATES, "threshold_set": words.THRESHOLD_STATES,
    "application": words.APPLICATION_STATES, "item_version": words.VERSION_STATES,
    "course_version": words.VERSION_STATES,
}  # fmt: skip
_OUTCOMES: dict[str, Any] = {
    **cases.OUTCOMES,
    **{code: words.APPLICATION_STATES[code] for code in ("APPROVED", "RETURNED", "REJECTED")},
}
_CODES: dict[str, Mapping[str, Any]] = {
    "role": words.ROLE_NAMES, "reach": words.REACHES, "unit_type": words.UNIT_TYPES, "staff_type": words.STAFF_TYPES,
    "staff_types": words.STAFF_TYPES, "education": words.EDUCATIONS, "occupation": words.OCCUPATIONS,
    "sex": words.SEXES, "necessity": words.NECESSITIES, "form": words.MATERIAL_FORMS, "permission": PERMISSIONS,
    "path": EVENTS, "answer": cases.ANSWERS, "outcome": _OUTCOMES,
    "severity": {**words.SEVERITIES, **cases.SEVERITIES}, "way": words.ACTIVATION_WAYS,
    "reason.kind": words.REASON_KINDS, "origin": words.ORIGINS,
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One value that an event changed. `before` is empty where nothing was; `coded` says that the field has no word."""

    name: str
    before: str
    after: str
    coded: bool = False


def changes_of(rows: Iterable[AuditEvent]) -> dict[int, tuple[Change, ...]]:
    """What each event changed, by its number; what the numbers name is asked once for all of them."""
    rows = list(rows)
    names, questions = _names_in(rows), _questions_in(rows)
    return {row.seq: tuple(_changes(row, names, questions.get(row.record_id, {}))) for row in rows}


def _changes(
    row: AuditEvent, names: Mapping[tuple[type[Any], int], str], questions: Mapping[str, str]
) -> Iterable[Change]:
    before, after = row.before or {}, row.after or {}
    for name in dict.fromkeys([*after, *before]):
        if before.get(name) == after.get(name) or (_empty(before.get(name)) and _empty(after.get(name))):
            continue
        word = questions.get(name) or field_word(row.record_kind, name)
        tell = _Teller(row.record_kind, name, names)
        yield Change(
            str(word) if word is not None else name,
            tell.value(before.get(name)) if row.before else "",
            tell.value(after.get(name)),
            coded=word is None,
        )


@dataclass(frozen=True)
class _Teller:
    """Says the values of one field of one kind of record."""

    kind: str
    name: str
    names: Mapping[tuple[type[Any], int], str]

    def value(self, value: Any) -> str:
        if isinstance(value, list):
            return _(", ").join(self.value(one) for one in value) or NOTHING
        if isinstance(value, str):
            value = _TRUTHS.get(value, value)
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, dict) or value in _NONE:
            return shown(value)
        return self._worded(value) or shown(value)

    def _worded(self, value: Any) -> str | None:
        """The word for a code, a number of fen, a day or what a number names."""
        if self.name in _NAMED:
            return self.names.get((_NAMED[self.name], _number(value) or 0))
        if self.name.endswith("_fen"):
            return yuan(fen) if (fen := _number(value)) is not None else None
        if self.name == "post":
            return say(post_name(str(value)))
        found = self._codes().get(value) if isinstance(value, str) else None
        if found is not None:
            return say_any(found[0] if isinstance(found, tuple) else found)
        return _dated(self.name, value) if isinstance(value, str) else None

    def _codes(self) -> Mapping[str, Any]:
        if self.name == "state":
            return _STATES.get(self.kind, words.APPLICATION_STATES)
        return _CODES.get(f"{self.kind}.{self.name}") or _CODES.get(self.name, {})


def _empty(value: Any) -> bool:
    return value in (None, "", [], {})


def _dated(name: str, value: str) -> str | None:
    try:
        if _MOMENT.fullmatch(value):
            return moment(datetime.fromisoformat(value))
        if _DAY.fullmatch(value):
            return (month if name in _MONTHS else day)(date.fromisoformat(value))
    except ValueError:  # it only looked like one
        pass
    return None


def _number(value: Any) -> int | None:
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.lstrip("-").isdecimal()) else None


def _names_in(rows: Iterable[AuditEvent]) -> dict[tuple[type[Any], int], str]:
    """What the numbers in these events name: one statement for each kind of record that is named."""
    asked: dict[type[Any], set[int]] = defaultdict(set)
    for row in rows:
        for values in (row.before or {}, row.after or {}):
            for name, value in values.items():
                if name in _NAMED and (number := _number(value)) is not None:
                    asked[_NAMED[name]].add(number)
    return {
        (model, record.id): _called(record)
        for model, numbers in asked.items()
        for record in db.session.scalars(select(model).where(model.id.in_(numbers)))
    }


def _called(record: Any) -> str:
    if isinstance(record, Account):
        return record.display_name
    return record.name if isinstance(record, Staff) else called(record)


def _questions_in(rows: Iterable[AuditEvent]) -> dict[str, dict[str, str]]:
    """What the questions of the applications are called whose answers these events write, by their record numbers."""
    numbers = {int(row.record_id) for row in rows if row.record_kind == "application" and row.record_id.isdecimal()}
    found: dict[str, dict[str, str]] = defaultdict(dict)
    if numbers:
        statement = select(Application.id, ItemField).where(
            Application.id.in_(numbers), ItemField.version_id == Application.item_version_id
        )
        for number, field in db.session.execute(statement):
            found[str(number)][field.key] = named(field, "label")
    return found


def shown(value: Any) -> str:
    """A stored value on one line."""
    if value in ("", "None") or value is None:
        return NOTHING
    if isinstance(value, dict) and "m" in value:
        return say(value)
    if isinstance(value, list):
        return ", ".join(shown(one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {shown(one)}" for name, one in value.items())
    return str(value)
