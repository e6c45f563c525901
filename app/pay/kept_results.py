"""Results as they are kept: written with the approval, taken back with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import CursorResult, insert, select, update

from app import clock
from app.pay.effects import Effect
from app.pay.results import Figure
from models import Application, Result, Staff, db


def keep_result(
    application: Application, effect: Effect, facts: Mapping[str, Any], figures: Sequence[Figure], *,
    staff: Staff | None, unit_id: int, roster_before: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Keep what was decided for an employee, or for the unit, with what the roster said before."""
    db.session.execute(
        insert(Result).values(
            result_row(
                application.id, effect, facts, figures, staff_id=staff.id if staff else None, unit_id=unit_id,
                roster_before=roster_before,
            )
        )
    )  # fmt: skip


def result_row(
    application_id: int, effect: Effect, facts: Mapping[str, Any], figures: Sequence[Figure], *,
    staff_id: int | None, unit_id: int, roster_before: Mapping[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The columns of a result."""
    return {
        "application_id": application_id, "staff_id": staff_id, "unit_id": unit_id, "effect": effect.code,
        "decided_on": clock.today(), "facts": _as_json(facts), "figures": [figure.to_json() for figure in figures],
        "roster_before": _as_json(roster_before) if roster_before else None, "created_at": clock.now(),
    }  # fmt: skip


def newest_result(staff_id: int) -> Result | None:
    """The result of an employee that was kept last and holds."""
    return db.session.scalars(
        select(Result)
        .where(Result.staff_id == staff_id, Result.voided_at.is_(None))
        .order_by(Result.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).one_or_none()


def roster_before(result: Result | None) -> dict[str, Any]:
    """What the roster said before a decision, of what the decision changed there."""
    kept = result.roster_before if result is not None else None
    return {name: _from_json(name, value) for name, value in (kept or {}).items()}


def void_result(result: Result) -> bool:
    """Void the result of an undone decision. False if somebody else did so before."""
    done: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
        update(Result)
        .where(Result.id == result.id, Result.voided_at.is_(None))
        .values(voided_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return done.rowcount == 1


def _as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


_DAYS = ("joined_on", "left_on", "work_start")


def _from_json(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name in _DAYS and value is not None else value
