"""Examples of the pages of reports: each report, own questions, and what a person keeps, has scheduled and has made."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from app.access.actor import Actor
from app.jobs import service as jobs
from app.reports import exports, pivots, queries, questions, scheduling
from models import ReportExport, SavedPivot, db
from tests.journeys.pages.asking import Asking

MONTH = {"since": "2018-04", "until": "2018-04"}
BY_UNIT = {"source": "wage-roster", "rows": "unit", "columns": "category", "measure": "total_fen", **MONTH}
NARROWED = {"structure": {"by": "age"}, "wage-roster": {"since": "2008-05", "until": "2018-04"},
            "filings": {"returned": "1"}, "people": {"only": "sex:F"}}  # fmt: skip


def prepare(actors: list[Actor]) -> None:
    """A kept question, a scheduled report, a finished export and a stopped one, for each of these people."""
    for actor in actors:
        pivots.keep("各单位各类别", BY_UNIT, by=actor)
        scheduling.schedule("fund", MONTH, frequency="MONTHLY", form="XLSX", language="zh", by=actor)
        exports.ask("fund", MONTH, form="XLSX", language="zh", by=actor)
        exports.ask("people", MONTH, form="PDF", language="zh", by=actor)
    jobs.work_off()
    for actor in actors:
        exports.stop(exports.ask("fund", MONTH, form="PDF", language="zh", by=actor), by=actor)


def reports(asking: Asking) -> Iterator[str]:
    """Every report that this person may open, as it opens and as some figure narrows it."""
    assert asking.actor is not None
    for one in queries.listed(asking.actor):
        yield asking.address(report=one.code)
        if one.code in NARROWED:
            yield asking.address(report=one.code, **NARROWED[one.code])


def questions_asked(asking: Asking) -> Iterator[str]:
    """The form of every source, and one answer."""
    assert asking.actor is not None
    sources = questions.sources(asking.actor)
    for source in sources:
        yield asking.address(source=source.code)
    if BY_UNIT["source"] in {source.code for source in sources}:
        yield asking.address(**BY_UNIT)


def kept(asking: Asking) -> Iterator[str]:
    """A question that this person keeps; it opens with its answer."""
    assert asking.actor is not None
    mine = select(SavedPivot.id).where(SavedPivot.account_id == asking.actor.account_id).limit(1)
    for found in db.session.scalars(mine):
        yield asking.address(pivot_id=found)


def files(asking: Asking) -> Iterator[str]:
    """What this person has had made, and what they stopped."""
    assert asking.actor is not None
    mine = select(ReportExport.id).where(ReportExport.made_by_id == asking.actor.account_id)
    for found in db.session.scalars(mine.order_by(ReportExport.id)):
        yield asking.address(export_id=found)
