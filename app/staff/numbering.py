"""Numbers of staff: S and a count that no two share."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from models import NumberSeries, Staff, db

_SERIES = "staff"


def next_staff_no() -> str:
    """The next staff number. Call it inside a transaction: the update locks the series until the work commits."""
    while True:
        counted = db.session.scalar(
            update(NumberSeries)
            .where(NumberSeries.name == _SERIES)
            .values(last=NumberSeries.last + 1)
            .returning(NumberSeries.last)
            .execution_options(synchronize_session=False)
        )
        if counted is not None:
            return f"S{counted:07d}"
        try:
            with db.session.begin_nested():
                db.session.execute(insert(NumberSeries).values(name=_SERIES, last=_last_used()))
        except IntegrityError:
            continue  # somebody else opened the series at the same moment


def _last_used() -> int:
    """Where to go on if staff were loaded with numbers of this series."""
    newest = db.session.scalar(
        select(Staff.staff_no).where(Staff.staff_no.like("S_______")).order_by(Staff.staff_no.desc()).limit(1)
    )
    digits = newest[1:] if newest else "0"
    return int(digits) if digits.isdigit() else 0
