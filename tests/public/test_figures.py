"""Real figures: counted from what happened, stored, and never of so few that somebody could be known."""

from __future__ import annotations

from statistics import median

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import system
from app.errors import Invalid
from app.public import figures
from models import Application, GuideFigure, GuideReason, ServiceItem, db

BY = system("test")


def _newest() -> dict[str, figures.OfItem]:
    from app.public.state import present

    return figures.told(present().count_id)


def test_medians_are_those_of_the_record(counted_city: Flask) -> None:
    told = _newest()["NCGZ-11"].whole
    rows = db.session.execute(
        select(Application.submitted_at, Application.decided_at)
        .join(ServiceItem, ServiceItem.id == Application.item_id)
        .where(ServiceItem.code == "NCGZ-11", Application.decided_at.is_not(None))
    ).all()
    since = figures.counting(db.session.scalar(select(func.max(GuideFigure.count_id))))
    assert since is not None
    days = [
        (clock.local(row.decided_at).date() - clock.local(row.submitted_at).date()).days
        for row in rows
        if clock.local(row.decided_at).date() >= since.since
    ]
    assert told is not None
    assert (told.cases, told.calendar_days) == (len(days), median(days))


def test_small_counts_are_not_even_stored(counted_city: Flask) -> None:
    rows = db.session.scalars(select(GuideFigure)).all()
    assert any(row.cases is None for row in rows)
    for row in rows:
        assert row.cases is None or row.cases >= figures.LEAST
        if row.cases is None:
            assert (row.median_tenths, row.calendar_tenths, row.in_time_permille, row.returned_permille) == (None,) * 4
    assert all(one.times >= figures.LEAST for one in db.session.scalars(select(GuideReason)))


def test_the_least_number_can_be_chosen(counted_city: Flask) -> None:
    figures.set_least_count(1000, by=BY)
    assert figures.count(by=BY) == 0
    assert all(one.whole is None or one.whole.cases is None for one in _newest().values())
    for wrong in (1, 0, -5, 1001):
        with pytest.raises(Invalid):
            figures.set_least_count(wrong, by=BY)


def test_a_page_tells_the_newest_counting(counted_city: Flask) -> None:
    page = counted_city.test_client().get("/guide/en/items/NCGZ-11").text
    assert "Working days at the offices, median" in page
    few = counted_city.test_client().get("/guide/en/items/NCGZ-26").text
    assert "There were too few cases to tell anything." in few


def test_the_nightly_command_counts(demo_city: Flask) -> None:
    result = demo_city.test_cli_runner().invoke(args=["guide", "figures"])
    assert result.exit_code == 0, result.output
    assert "items have figures of at least 5 cases" in result.output
    assert _newest()
