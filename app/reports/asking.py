"""What a report is asked for: months, unit and choices, read from what was typed or kept, with a sentence for each
thing that cannot be so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app import clock
from app.errors import Invalid
from app.forms.reading import month_in, plain, whole_in, year_in
from app.messages import Message
from app.pay.months import Month, month_of, month_text, months_from, plus_months

FIRST_MONTH = date(1990, 1, 1)
MOST_MONTHS = 240

# Parameters by their names, with the words beside the control.
PARAMETERS = {
    "month": Message("Month"),
    "since": Message("First month"),
    "until": Message("Last month"),
    "year": Message("Year"),
    "unit": Message("Unit"),
    "category": Message("Staff category"),
    "item": Message("Service item"),
    "cause": Message("Reason of the change"),
    "by": Message("By"),
    "value": Message("Only"),
    "state": Message("State"),
    "late": Message("Kept or exceeded"),
    "step": Message("Step"),
    "returned": Message("Returned at least once"),
    "source": Message("Counted from"),
    "rows": Message("By line"),
    "columns": Message("Columns"),
    "measure": Message("What is told"),
}
CHOICES = ("category", "item", "cause", "by", "value", "state", "late", "step", "returned")
QUESTION = ("source", "rows", "columns", "measure")
"""What a question that somebody put together names beside the months and the unit."""


@dataclass(frozen=True)
class Asked:
    """One question to a report. Months are their first days; `until` is included."""

    since: Month
    until: Month
    unit_id: int | None = None
    choices: Mapping[str, str] = ()  # type: ignore[assignment]

    def choice(self, name: str) -> str:
        return dict(self.choices).get(name, "")

    @property
    def months(self) -> list[Month]:
        return months_from(self.since, plus_months(self.until, 1))

    @property
    def after(self) -> Month:
        """The first month that is not asked for."""
        return plus_months(self.until, 1)

    def narrowed(self, since: Month, until: Month) -> Asked:
        return replace(self, since=since, until=until)

    def as_params(self) -> dict[str, str]:
        """As in an address, and as it is kept with a job, a schedule or a saved question."""
        params = {"since": month_text(self.since), "until": month_text(self.until)}
        if self.unit_id is not None:
            params["unit"] = str(self.unit_id)
        return params | {name: value for name, value in dict(self.choices).items() if value}


def last_month() -> Month:
    """The month that was paid last, which most reports open with."""
    return month_of(clock.today())


def usual(kind: str) -> Asked:
    """What a report opens with: the `month` paid last, the `year` as far as it has come, or the last `twelve`."""
    month = last_month()
    if kind == "year":
        return Asked(date(month.year, 1, 1), month)
    return Asked(plus_months(month, -11), month) if kind == "twelve" else Asked(month, month)


def read(raw: Mapping[str, Any], names: Sequence[str], *, opens_with: str = "month") -> Asked:
    """What was asked for in words. Raises Invalid with a sentence for every field that cannot be so."""
    asked, wrong = usual(opens_with), {}
    try:
        since, until = _span(raw, names, asked)
    except Invalid as refusal:
        wrong.update(refusal.fields)
        since, until = asked.since, asked.until
    unit = str(raw.get("unit") or "").strip()
    unit_id = int(unit) if unit.isascii() and unit.isdigit() and len(unit) < 18 else None
    if unit and unit_id is None:
        wrong["unit"] = Message("Choose the unit from the list.")
    if wrong:
        raise Invalid(Message("This report cannot be made as it was asked for."), fields=wrong)
    wanted = [name for name in (*CHOICES, *QUESTION) if name in names]
    choices = {name: str(raw[name]).replace("\x00", "")[:200] for name in (*wanted, "only") if raw.get(name)}
    return Asked(since, until, unit_id, choices)


def _span(raw: Mapping[str, Any], names: Sequence[str], usually: Asked) -> tuple[Month, Month]:
    """The months from `since` to `until`, a single `month`, or a `year` as far as it has come."""
    if raw.get("year") and "year" in names:
        return _year(str(raw["year"]))
    text = {name: plain(raw.get(name) or "") for name in ("month", "since", "until")}
    if text["month"] and not text["since"]:
        text["since"] = text["until"] = text["month"]
    since = _month(text["since"], "since") if text["since"] else None
    until = _month(text["until"], "until") if text["until"] else None
    if since is None and until is None:
        return usually.since, usually.until
    since = since or until
    until = until or since
    assert since is not None
    assert until is not None
    if since > until:
        raise Invalid(fields={"until": Message("The last month lies before the first.")})
    if len(months_from(since, until)) >= MOST_MONTHS:
        raise Invalid(
            fields={"until": Message("At most %(count)s months can be asked for at once.", count=MOST_MONTHS)}
        )
    return since, until


def _year(text: str) -> tuple[Month, Month]:
    year, this = year_in(plain(text)), last_month()
    if year is None or year < FIRST_MONTH.year:
        raise Invalid(fields={"year": Message("Write the year with four digits, for example %(year)s.",
                                              year=str(this.year))})  # fmt: skip
    if year > this.year:
        raise Invalid(fields={"year": Message("This year is still to come.")})
    return date(year, 1, 1), min(date(year, 12, 1), this)


def _month(text: str, field: str) -> Month:
    found = month_in(text)
    if found is None:
        raise Invalid(fields={field: Message("Write the month as year and month, for example %(month)s.",
                                             month=month_text(last_month()))})  # fmt: skip
    if found[0] < FIRST_MONTH.year or found[0] > clock.today().year + 1:
        raise Invalid(fields={field: Message("There are no figures of that year.")})
    month = date(*found, 1)
    if month > last_month():
        raise Invalid(fields={field: Message("This month is still to come.")})
    return month


def number_in(text: str) -> int | None:
    """A whole number of an address; nothing for anything else."""
    return whole_in(plain(text))
