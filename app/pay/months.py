"""Months: wages are whole months (D-1), and a month is the date of its first day."""

from __future__ import annotations

from datetime import date, timedelta

from app.messages import Named

Month = date
# After the last month that a calendar can name. "9999-12-31" is how files write an open end, and what counts from the
# month after it never begins.
NEVER: Month = date.max


def month_of(day: date) -> Month:
    """The month that a day lies in."""
    return day if day.day == 1 else day.replace(day=1)


def month_after(day: date) -> Month:
    """The month after a day: when a change takes effect (G-1)."""
    if day.month < 12:
        return date(day.year, day.month + 1, 1)
    return date(day.year + 1, 1, 1) if day.year < NEVER.year else NEVER


def last_day_of(month: Month) -> date:
    """The last day of a month."""
    return month_after(month) - timedelta(days=1)


def plus_months(month: Month, months: int) -> Month:
    """The month that lies `months` later, or `NEVER` after the last year."""
    year, index = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(year, index + 1, 1) if year <= NEVER.year else NEVER


def months_between(start: Month, end: Month) -> int:
    """How many months lie from `start` (counted) to `end` (not counted)."""
    return (end.year - start.year) * 12 + end.month - start.month


def months_from(start: Month, end: Month) -> list[Month]:
    """Every month from `start` (included) to `end` (excluded)."""
    return [plus_months(start, index) for index in range(months_between(start, end))]


def same_day_after(day: date, months: int) -> date:
    """The same day `months` later, or the last day of a shorter month (D-29)."""
    month = plus_months(month_of(day), months)
    if month == NEVER:
        return NEVER
    last = (month_after(month) - month).days
    return month.replace(day=min(day.day, last))


def month_text(month: Month) -> str:
    """`2018-04`."""
    return f"{month.year:04d}-{month.month:02d}"


def read_month(text: str) -> Month:
    """The month written as `2018-04`, or that of a day written as `2018-04-01`."""
    return date(int(text[:4]), int(text[5:7]), 1)


def month_said(month: Month) -> Named:
    """A month in a sentence: `2018年4月`, or `2018-04` in English."""
    return Named(f"{month.year}年{month.month}月", month_text(month))


def day_said(day: date) -> Named:
    """A day in a sentence: `2018年4月3日`, or `2018-04-03` in English."""
    return Named(f"{day.year}年{day.month}月{day.day}日", day.isoformat())
