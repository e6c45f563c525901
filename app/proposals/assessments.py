"""The unit reports the results of a year's assessment: many at once, corrected by reporting again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from app import clock
from app.access import scope
from app.access.actor import Actor
from app.access.policy import require
from app.audit import service as audit
from app.errors import Invalid, NotFound
from app.messages import Message
from app.pay.names import RESULTS
from app.uow import atomic
from models import ReportedAssessment, Staff, db

PERMISSION = "staff:edit"
MOST_NUMBERS = 10_000
"""How many people one statement names: databases take no more than so many parameters."""


@dataclass(frozen=True)
class Result:
    """The result of one person in one year."""

    staff_id: int
    year: int
    result: str


@atomic
def report(results: Iterable[Result], *, by: Actor) -> int:
    """Keep these results; what was reported before is corrected. Returns how many are new or changed.

    Raises NotFound if anybody is out of reach, Invalid for a result or a year that cannot be; then nothing is kept.
    """
    require(by, PERMISSION)
    given = {(one.staff_id, one.year): one.result for one in results}
    _check(given)
    ids = sorted({staff_id for staff_id, _year in given})
    known: dict[tuple[int, int], Any] = {}
    for start in range(0, len(ids), MOST_NUMBERS):
        known |= _known(ids[start : start + MOST_NUMBERS], by)
    fresh = [
        {"staff_id": staff_id, "year": year, "result": result, "reported_by_id": by.account_id,
         "reported_at": clock.now(), "revision": 1}
        for (staff_id, year), result in given.items()
        if (staff_id, year) not in known
    ]  # fmt: skip
    corrected = [
        {"at": known[place].id, "result": result, "by": by.account_id, "moment": clock.now()}
        for place, result in given.items()
        if place in known and known[place].result != result
    ]
    if fresh:
        db.session.execute(insert(ReportedAssessment), fresh)
    if corrected:
        table = ReportedAssessment.__table__
        db.session.execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.id == bindparam("at"))
            .values(result=bindparam("result"), reported_by_id=bindparam("by"), reported_at=bindparam("moment"),
                    revision=table.c.revision + 1),
            corrected,
        )  # fmt: skip
    if fresh or corrected:
        audit.record(
            "assessment:report", by=by, kind="assessments", record_id=max(year for _staff, year in given),
            after={"new": len(fresh), "corrected": len(corrected)}, subjects=ids,
        )  # fmt: skip
    return len(fresh) + len(corrected)


def _known(ids: list[int], by: Actor) -> dict[tuple[int, int], Any]:
    """What was reported of these people before, by person and year. Raises NotFound if any of them is out of reach."""
    reached = select(func.count()).select_from(Staff).where(Staff.id.in_(ids), scope.condition(by, PERMISSION, Staff))
    if db.session.scalar(reached) != len(ids):
        raise NotFound
    rows = db.session.execute(
        select(
            ReportedAssessment.id, ReportedAssessment.staff_id, ReportedAssessment.year, ReportedAssessment.result
        ).where(ReportedAssessment.staff_id.in_(ids))
    )
    return {(row.staff_id, row.year): row for row in rows}


def _check(given: dict[tuple[int, int], str]) -> None:
    this_year = clock.today().year
    for (_staff_id, year), result in given.items():
        if result not in RESULTS:
            raise Invalid(fields={"result": Message("“%(result)s” is not a result of the assessment.", result=result)})
        if not 1950 <= year < this_year:
            raise Invalid(
                fields={
                    "year": Message(
                        "The year %(year)s is not over yet, so it cannot have been assessed.", year=str(year)
                    )
                }
            )
