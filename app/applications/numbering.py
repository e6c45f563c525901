"""Numbers of applications: GZ, the year, and a count that no two share."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from models import NumberSeries, db


def next_number() -> str:
    """The next application number of this year, for example GZ2018-000123. Call it inside a transaction.

    The update locks the series until the work commits, so two applications begun at once get different numbers;
    work that fails gives its number back.
    """
    return next_numbers(1)[0]


def next_numbers(count: int) -> list[str]:
    """So many numbers in a row, in one statement."""
    prefix = f"GZ{clock.today():%Y}"
    series = f"application:{prefix}"
    while True:
        counted = db.session.execute(
            update(NumberSeries)
            .where(NumberSeries.name == series)
            .values(last=NumberSeries.last + count)
            .returning(NumberSeries.last)
            .execution_options(synchronize_session=False)
        ).scalar()
        if counted is not None:
            return [f"{prefix}-{number:06d}" for number in range(counted - count + 1, counted + 1)]
        try:
            with db.session.begin_nested():
                db.session.execute(insert(NumberSeries).values(name=series, last=_last_used(prefix)))
        except IntegrityError:
            continue  # somebody else opened the year's series at the same moment


def next_in_series(kind: str, letters: str) -> str:
    """The next number of another series of this year, for example PL2018-000007. Call it inside a transaction."""
    prefix = f"{letters}{clock.today():%Y}"
    series = f"{kind}:{prefix}"
    while True:
        counted = db.session.execute(
            update(NumberSeries)
            .where(NumberSeries.name == series)
            .values(last=NumberSeries.last + 1)
            .returning(NumberSeries.last)
            .execution_options(synchronize_session=False)
        ).scalar()
        if counted is not None:
            return f"{prefix}-{counted:06d}"
        try:
            with db.session.begin_nested():
                db.session.execute(insert(NumberSeries).values(name=series, last=0))
        except IntegrityError:
            continue  # somebody else opened the year's series at the same moment


def _last_used(prefix: str) -> int:
    """Where to go on if numbers of this year exist already, for instance from a load of data."""
    from models import Application

    newest = db.session.scalar(
        select(Application.number)
        .where(Application.number.like(f"{prefix}-%"))
        .order_by(Application.number.desc())
        .limit(1)
    )
    digits = newest.rpartition("-")[2] if newest else "0"
    return int(digits) if digits.isdigit() else 0
