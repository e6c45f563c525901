"""Filters of the lists: each has a key for the address, a label, a condition, and options of the person who asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_admin.contrib.sqla.filters import BaseSQLAFilter
from flask_babel import gettext as _
from sqlalchemy import Column, Integer

from admin_views.values import as_key, as_text, begins_with
from app import clock
from app.forms.reading import day_in, plain
from app.messages import Message
from app.web.showing import say

_A_KEY = Column("id", Integer)
Options = Callable[[], Sequence[tuple[str, Any]]]


class ColumnFilter(BaseSQLAFilter):
    """One filter. `condition` makes the SQL; `validate` lets only values through that it can take."""

    def __init__(self, key: str, label: Any, column: Any, *, data_type: str | None = None) -> None:
        super().__init__(column, label, data_type=data_type)
        self.key = key

    def operation(self) -> str:
        return ""

    def offered(self) -> list[tuple[str, str]] | None:
        """The options that the person of this request may choose from; None where one types."""
        return None

    def validate(self, value: str) -> bool:
        return bool(as_text(value))

    def written(self, value: str) -> str:
        """A value that is valid, as addresses keep it."""
        return value

    def condition(self, value: str) -> Any:
        raise NotImplementedError

    def apply(self, query: Any, value: Any, alias: Any = None) -> Any:
        return query.filter(self.condition(value))


class OneOf(ColumnFilter):
    """One of known codes; an unknown one is answered with a sentence."""

    def __init__(
        self, key: str, label: Any, column: Any, options: Options, made: Callable[[str], Any] | None = None
    ) -> None:
        super().__init__(key, label, column)
        self._options = options
        self._made = made

    def offered(self) -> list[tuple[str, str]]:
        return [(str(code), say(word) if isinstance(word, Message) else str(word)) for code, word in self._options()]

    def validate(self, value: str) -> bool:
        return value in {code for code, _word in self.offered()}

    def condition(self, value: str) -> Any:
        return self._made(value) if self._made else self.column == value


class YesNo(OneOf):
    """A truth."""

    def __init__(self, key: str, label: Any, column: Any, made: Callable[[str], Any] | None = None) -> None:
        super().__init__(
            key, label, column, lambda: (("1", _("Yes")), ("0", _("No"))),
            made=made or (lambda value: column.is_(value == "1")),
        )  # fmt: skip


class Beginning(ColumnFilter):
    """A text that begins so."""

    def condition(self, value: str) -> Any:
        return begins_with(self.column, as_text(value))


class Exactly(ColumnFilter):
    """A text that is just this."""

    def condition(self, value: str) -> Any:
        return self.column == as_text(value)


class Since(ColumnFilter):
    """From a day on. Moments count by the office's wall clock."""

    days_after = 0

    def __init__(self, key: str, label: Any, column: Any, *, moments: bool = False) -> None:
        super().__init__(key, label, column, data_type="date")
        self._moments = moments

    def validate(self, value: str) -> bool:
        return _day(value) is not None

    def written(self, value: str) -> str:
        return str(_day(value))

    def limit(self, value: str) -> Any:
        day = _day(value)
        assert day is not None
        day += timedelta(days=self.days_after)
        return datetime.combine(day, time(), tzinfo=clock.SHANGHAI) if self._moments else day

    def condition(self, value: str) -> Any:
        return self.column >= self.limit(value)


class Until(Since):
    """Up to and with a day."""

    days_after = 1

    def condition(self, value: str) -> Any:
        return self.column < self.limit(value)


class Chosen(ColumnFilter):
    """A row chosen by look-up, by its key; `made` turns the key into a condition where it is not plain equality."""

    def __init__(
        self, key: str, label: Any, column: Any, lookup: str, made: Callable[[int], Any] | None = None
    ) -> None:
        super().__init__(key, label, column, data_type="lookup")
        self.lookup = lookup
        self._made = made

    def validate(self, value: str) -> bool:
        return as_key(value, _A_KEY) is not None

    def condition(self, value: str) -> Any:
        number: int = as_key(value, _A_KEY)  # type: ignore[assignment]
        return self._made(number) if self._made else self.column == number


def _day(value: str) -> date | None:
    """The day that was typed, in any of the ways that people write one."""
    day = day_in(plain(value))
    return day if day is not None and date(1900, 1, 1) <= day <= date(2200, 1, 1) else None
