"""The guide's real figures: counted every night, kept, and never of so few that somebody could be known by them.

Days are working days at the offices, as the limits count them: days out for correction are not in them. An application
is counted in the twelve months in which it was decided. Of an item or a step with fewer cases than the least number
nothing at all is stored; a reason that was given more rarely than that is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from app import clock
from app.access.actor import Actor
from app.audit import service as audit
from app.errors import Invalid
from app.messages import Message, Named
from app.pay.months import month_of, plus_months
from app.reports import step_passes
from app.reports.asking import Asked
from app.reports.filings import days_taken, was_returned
from app.uow import atomic
from models import (
    Application,
    Decision,
    GuideCount,
    GuideFigure,
    GuideReason,
    ItemVersion,
    Reason,
    ReasonUse,
    ServiceItem,
    Setting,
    db,
)  # fmt: skip
from models.applications import Outcome

SETTING = "guide.least_count"
LEAST, LOWEST = 5, 2
MONTHS = 12
MOST_REASONS = 8
_KEPT_FOR = timedelta(days=366)


@dataclass(frozen=True)
class Told:
    """A figure as it is shown; without `cases` there were too few."""

    name: Named
    cases: int | None
    median_days: float | None
    calendar_days: float | None
    in_time: float | None  # percent
    returned: float | None  # percent


@dataclass(frozen=True)
class OfItem:
    """The figures of one item: as a whole, by step, and why applications came back."""

    whole: Told | None
    steps: tuple[Told, ...]
    reasons: tuple[tuple[Named, int], ...]


@dataclass(frozen=True)
class Counting:
    """When and over which days the figures were counted, and below which number nothing is told."""

    counted_on: date
    since: date
    last: date
    least: int


def least_count() -> int:
    """Fewer cases than this are not told."""
    kept = db.session.scalar(select(Setting.value).where(Setting.key == SETTING))
    return max(int(kept), LOWEST) if isinstance(kept, int) else LEAST


@atomic
def set_least_count(least: int, *, by: Actor) -> None:
    """Choose the least number of cases that is told, from the next counting on. Raises Invalid below two."""
    if not LOWEST <= least <= 1000:
        raise Invalid(Message("The least number of cases is from %(lowest)s to 1000.", lowest=LOWEST))
    now, before = clock.now(), least_count()
    written = db.session.execute(
        update(Setting).where(Setting.key == SETTING).values(value=least, changed_at=now, revision=Setting.revision + 1)
    )
    if not written.rowcount:  # type: ignore[attr-defined]
        db.session.add(Setting(key=SETTING, value=least, changed_at=now))
    audit.record("guide:least", by=by, kind="setting", record_id=SETTING, before={"least": before},
                 after={"least": least})  # fmt: skip


@atomic
def count(*, by: Actor) -> int:
    """Count the twelve months before today anew; how many items have figures that can be told."""
    until, least = clock.today(), least_count()
    since = plus_months(month_of(until), -MONTHS)
    kept = GuideCount(counted_at=clock.now(), since=since, until=until, least=least)
    db.session.add(kept)
    db.session.flush()
    figures = _figures(since, until, least, by=by)
    if figures:
        db.session.execute(insert(GuideFigure), [{"count_id": kept.id, **one} for one in figures])
    reasons = list(_reasons(since, least))
    if reasons:
        db.session.execute(insert(GuideReason), [{"count_id": kept.id, **one} for one in reasons])
    db.session.execute(delete(GuideCount).where(GuideCount.counted_at < clock.now() - _KEPT_FOR))
    told = sum(one["cases"] is not None and not one["step_key"] for one in figures)
    audit.record("guide:count", by=by, kind="guide_count", record_id=kept.id,
                 after={"since": since, "until": until, "least": least, "items": told})  # fmt: skip
    return told


def counting(count_id: int | None) -> Counting | None:
    """The counting of this number."""
    kept = db.session.get(GuideCount, count_id) if count_id is not None else None
    if kept is None:
        return None
    day = clock.local(kept.counted_at).date()
    return Counting(day, kept.since, kept.until - timedelta(days=1), kept.least)


def told(count_id: int | None) -> dict[str, OfItem]:
    """Every figure of a counting by the code of its item, in two statements."""
    if count_id is None:
        return {}
    whole: dict[str, Told] = {}
    steps: dict[str, list[Told]] = defaultdict(list)
    reasons: dict[str, list[tuple[Named, int]]] = defaultdict(list)
    for code, row in db.session.execute(
        select(ServiceItem.code, GuideFigure)
        .join(ServiceItem, ServiceItem.id == GuideFigure.item_id)
        .where(GuideFigure.count_id == count_id)
        .order_by(ServiceItem.code, GuideFigure.position)
    ):
        if row.step_key:
            steps[code].append(_told(row))
        else:
            whole[code] = _told(row)
    for code, zh, en, times in db.session.execute(
        select(ServiceItem.code, GuideReason.text_zh, GuideReason.text_en, GuideReason.times)
        .join(ServiceItem, ServiceItem.id == GuideReason.item_id)
        .where(GuideReason.count_id == count_id)
        .order_by(ServiceItem.code, GuideReason.position)
    ):
        reasons[code].append((Named(zh, en), times))
    return {
        code: OfItem(whole.get(code), tuple(steps[code]), tuple(reasons[code])) for code in {*whole, *steps, *reasons}
    }


def _told(row: GuideFigure) -> Told:
    def tenths(value: int | None) -> float | None:
        return None if value is None else value / 10

    return Told(
        Named(row.step_zh, row.step_en), row.cases, tenths(row.median_tenths), tenths(row.calendar_tenths),
        tenths(row.in_time_permille), tenths(row.returned_permille),
    )  # fmt: skip


def _figures(since: date, until: date, least: int, *, by: Actor) -> list[dict[str, Any]]:
    decided = _decided(since)
    used: dict[int, int] = defaultdict(int)
    steps: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for one in db.session.execute(_passes(since, until, by)):
        if one.application_id in decided:
            used[one.application_id] += one.used
            steps[decided[one.application_id].item_id, one.step_key].append(one)
    items: dict[int, list[Any]] = defaultdict(list)
    for row in decided.values():
        items[row.item_id].append(row)
    figures = [_of_item(item_id, rows, used, least) for item_id, rows in items.items()]
    return figures + [_of_step(item_id, key, rows, least) for (item_id, key), rows in steps.items()]


def _decided(since: date) -> dict[int, Any]:
    """What was decided since, by the number of its row."""
    rows = db.session.execute(
        select(
            Application.id,
            Application.item_id,
            ItemVersion.promised_days,
            days_taken().label("calendar"),
            was_returned().label("returned"),
        )
        .join(ItemVersion, ItemVersion.id == Application.item_version_id)
        .where(Application.decided_at.is_not(None), Application.submitted_at.is_not(None))
        .where(Application.decided_at >= _start_of(since))
    )
    return {row.id: row for row in rows}


def _passes(since: date, until: date, by: Actor) -> Any:
    """The steps passed in the same months and in the year before, in which their applications may have begun."""
    asked = Asked(since=plus_months(since, -MONTHS), until=month_of(until))
    one = step_passes.statement(by, asked).subquery("one")
    return select(
        one.c.application_id, one.c.step_key, one.c.step_zh, one.c.step_en, one.c.position, one.c.used, one.c.limit_days
    )


def _of_item(item_id: int, rows: Sequence[Any], used: dict[int, int], least: int) -> dict[str, Any]:
    figure: dict[str, Any] = {
        "item_id": item_id, "step_key": "", "step_zh": "", "step_en": "", "position": 0, "cases": None,
        "median_tenths": None, "calendar_tenths": None, "in_time_permille": None, "returned_permille": None,
    }  # fmt: skip
    if len(rows) < least:
        return figure
    kept = sum(used[row.id] <= row.promised_days for row in rows)
    return figure | {
        "cases": len(rows), "median_tenths": _tenths(used[row.id] for row in rows),
        "calendar_tenths": _tenths(row.calendar for row in rows),
        "in_time_permille": kept * 1000 // len(rows),
        "returned_permille": sum(bool(row.returned) for row in rows) * 1000 // len(rows),
    }  # fmt: skip


def _of_step(item_id: int, key: str, rows: Sequence[Any], least: int) -> dict[str, Any]:
    newest = rows[-1]
    figure: dict[str, Any] = {
        "item_id": item_id, "step_key": key, "step_zh": newest.step_zh, "step_en": newest.step_en,
        "position": newest.position, "cases": None, "median_tenths": None, "calendar_tenths": None,
        "in_time_permille": None, "returned_permille": None,
    }  # fmt: skip
    if len(rows) < least:
        return figure
    kept = sum(row.used <= row.limit_days for row in rows)
    return figure | {
        "cases": len(rows), "median_tenths": _tenths(row.used for row in rows),
        "in_time_permille": kept * 1000 // len(rows),
    }  # fmt: skip


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI)


def _tenths(days: Iterable[int]) -> int:
    return round(median(days) * 10)


def _reasons(since: date, least: int) -> Iterable[dict[str, Any]]:
    """Reasons of the library alone: what was written freely may name somebody."""
    times = func.count(Decision.application_id.distinct())
    rows = db.session.execute(
        select(Application.item_id, Reason.text_zh, Reason.text_en, times.label("times"))
        .join(ReasonUse, ReasonUse.reason_id == Reason.id)
        .join(Decision, Decision.id == ReasonUse.decision_id)
        .join(Application, Application.id == Decision.application_id)
        .where(Decision.outcome == Outcome.RETURNED, Decision.decided_at >= _start_of(since))
        .group_by(Application.item_id, Reason.id, Reason.text_zh, Reason.text_en)
        .having(times >= least)
        .order_by(Application.item_id, times.desc(), Reason.id)
    ).all()
    places: dict[int, int] = defaultdict(int)
    for row in rows:
        places[row.item_id] += 1
        if places[row.item_id] <= MOST_REASONS:
            yield {"item_id": row.item_id, "position": places[row.item_id], "text_zh": row.text_zh,
                   "text_en": row.text_en, "times": row.times}  # fmt: skip
