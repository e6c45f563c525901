"""Working days and working hours: the official calendar of China with the city's own corrections over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import chinese_calendar
from chinese_calendar.constants import Holiday

from app import clock
from app.messages import Message, Named

SATURDAY = 5
ONE_DAY = timedelta(days=1)
OFFICE_HOURS = ((time(8, 30), time(12, 0)), (time(13, 30), time(18, 0)))
_WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
_HOLIDAYS_ZH = {
    Holiday.new_years_day: "元旦", Holiday.spring_festival: "春节", Holiday.tomb_sweeping_day: "清明节",
    Holiday.labour_day: "劳动节", Holiday.dragon_boat_festival: "端午节", Holiday.national_day: "国庆节",
    Holiday.mid_autumn_festival: "中秋节", Holiday.anti_fascist_70th_day: "抗战胜利纪念日",
}  # fmt: skip


@dataclass(frozen=True)
class Correction:
    """A day on which the city departs from the official calendar, or confirms it."""

    working: bool
    note: str = ""


Corrections = Mapping[date, Correction]
NONE: Corrections = {}


@dataclass(frozen=True)
class Day:
    """What one day is: worked or not, why if that is not plain, and whether the official calendar knows its year."""

    day: date
    working: bool
    reason: Message | None = None
    provisional: bool = False


def day_kind(day: date, corrections: Corrections = NONE) -> Day:
    """What a day is. A year that the official calendar does not hold yet follows the week, and says so."""
    corrected = corrections.get(day)
    if corrected is not None:
        return Day(day, corrected.working, _corrected_reason(corrected))
    return _official(day)


@lru_cache(maxsize=4096)
def _official(day: date) -> Day:
    """The day by the official calendar alone, which never changes while this process runs."""
    weekend = day.weekday() >= SATURDAY
    try:
        is_holiday, holiday = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return Day(day, not weekend, Message("weekend") if weekend else None, provisional=True)
    if is_holiday:
        return Day(day, False, _holiday_name(holiday) if holiday else Message("weekend"))
    return Day(day, True, Message("%(weekday)s, worked in exchange for a holiday", weekday=weekday_name(day))
               if weekend else None)  # fmt: skip


def is_working(day: date, corrections: Corrections = NONE) -> bool:
    """Whether offices work on this day."""
    return day_kind(day, corrections).working


def add_working_days(day: date, count: int, corrections: Corrections = NONE) -> date:
    """The working day that is number `count` when the day after `day` may be number 1. With 0, `day` itself."""
    while count > 0:
        day += ONE_DAY
        if is_working(day, corrections):
            count -= 1
    return day


def working_days_between(start: date, end: date, corrections: Corrections = NONE) -> int:
    """How many working days lie after `start` up to `end`, `end` included."""
    return sum(day_kind(day, corrections).working for day in days_after(start, end))


def days_after(start: date, end: date) -> list[date]:
    """Every day after `start` up to `end`, `end` included."""
    return [start + timedelta(days=index) for index in range(1, (end - start).days + 1)]


def working_hours_before(moment: datetime, hours: int, corrections: Corrections = NONE) -> datetime:
    """The moment since which `hours` of office time have passed. Claims older than this have expired."""
    left = timedelta(hours=hours)
    local = clock.local(moment)
    day = local.date()
    while True:
        if is_working(day, corrections):
            for opens, closes in reversed(OFFICE_HOURS):
                begin = datetime.combine(day, opens, clock.SHANGHAI)
                end = min(datetime.combine(day, closes, clock.SHANGHAI), local)
                if end <= begin:
                    continue
                if end - begin >= left:
                    return end - left
                left -= end - begin
        day -= ONE_DAY


def day_name(day: date) -> Named:
    """A day without its year: `4月8日`."""
    return Named(f"{day.month}月{day.day}日", f"{day.day} {day:%b}")


def weekday_name(day: date) -> Named:
    return Named(f"周{_WEEKDAYS[day.weekday()]}", f"{day:%A}")


def _holiday_name(code: str) -> Message:
    holiday = Holiday(code)
    return Message(
        "%(holiday)s holiday", holiday=Named(_HOLIDAYS_ZH.get(holiday, holiday.chinese), holiday.value)
    )  # fmt: skip


def _corrected_reason(corrected: Correction) -> Message:
    if corrected.working:
        return Message("a working day here (%(note)s)", note=corrected.note)
    return Message("a day off here (%(note)s)", note=corrected.note)
