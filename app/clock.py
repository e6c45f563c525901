"""The only clock. Times are aware and in UTC; days are those of Shanghai.

A development system with demo data runs on a shifted clock: the official tables held by this project are complete for
institutions until 2018-06, so the demo city lives in the spring of 2018 and its time runs on from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_shift = timedelta(0)
_frozen: datetime | None = None
_supposed: ContextVar[datetime | None] = ContextVar("supposed", default=None)


def now() -> datetime:
    """The present moment, in UTC."""
    supposed_now = _supposed.get()
    if supposed_now is not None:
        return supposed_now
    if _frozen is not None:
        return _frozen
    return datetime.now(UTC) + _shift


def today() -> date:
    """The present day in Shanghai."""
    return local(now()).date()


def elsewhere() -> datetime:
    """The present moment as clocks outside the product show it, such as that of a phone that makes one-time passwords:
    on a demo clock that is another one."""
    return now() if _frozen is not None else now() - _shift


def local(moment: datetime) -> datetime:
    """A moment as the clock on the office wall shows it."""
    return moment.astimezone(SHANGHAI)


def shifted() -> bool:
    """Whether this process runs on a demo clock."""
    return _shift != timedelta(0)


def shift(by: timedelta) -> None:
    """Let the clock of this process run ahead of or behind the real one (development only)."""
    global _shift
    _shift = by


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Stop the clock at a moment: for tests and for building demo data as of a past day."""
    global _frozen
    before, _frozen = _frozen, moment.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before


@contextmanager
def supposed(moment: datetime) -> Iterator[None]:
    """Suppose another moment, for the present request alone: an exercise plays on a day of its own."""
    before = _supposed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _supposed.reset(before)
