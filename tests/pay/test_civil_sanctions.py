"""Sanctions of civil servants: downgrade, removal, expulsion (C-10, D-28)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pay.people import clocks_in, event, place_in, placed, servant, state_in, stopped_in


def decided(kind: str, **said: Any) -> Any:
    return event("sanction", "2012-05-05", kind=kind, **said)


def held(level: int, step: int, position: str | None = "SECT_CHIEF", **said: Any) -> Any:
    return placed("2010-01-01", position, level, step, **said)


def test_a_downgrade_is_one_level_down_to_the_nearest_lower_step_from_the_month_after() -> None:
    events = (held(22, 3), decided("DOWNGRADE"))
    assert place_in("2012-05", servant(), *events) == "22-3"
    # 22-3 pays 535; 23-4 pays 521 and 23-5 554.
    assert place_in("2012-06", servant(), *events) == "23-4"
    assert clocks_in("2012-06", servant(), *events) == (2010, 2010)


def test_where_every_step_below_pays_more_the_first_is_taken() -> None:
    assert place_in("2012-06", servant(), held(12, 1, "DIV_CHIEF"), decided("DOWNGRADE")).split("-")[0] == "13"
    assert place_in("2012-06", servant(), held(26, 1, "STAFF"), decided("DOWNGRADE")) == "27-2"


@pytest.mark.parametrize(("steps", "before", "after"), [(1, 3, 2), (2, 3, 1), (1, 1, 1), (2, 2, 1)])
def test_at_level_27_steps_are_taken_off_instead(steps: int, before: int, after: int) -> None:
    events = (held(27, before, "CLERK"), decided("DOWNGRADE"))
    assert place_in("2012-06", servant(), *events, downgrade_steps_at_level_27=steps) == f"27-{after}"


def test_level_and_step_of_the_decision_win() -> None:
    assert place_in("2012-06", servant(), held(22, 3), decided("DOWNGRADE", level=25, step=1)) == "25-1"
    assert place_in("2012-06", servant(), held(22, 3), decided("DOWNGRADE", level=22, step=2)) == "22-2"


@pytest.mark.parametrize(("level", "step"), [(22, 3), (22, 4), (21, 1)])
def test_a_downgrade_that_does_not_lower_does_not_fit(level: int, step: int) -> None:
    events = (held(22, 3), decided("DOWNGRADE", level=level, step=step))
    assert stopped_in("2012-06", servant(), *events) == "EVENT_NOT_APPLICABLE"


def test_the_level_range_does_not_limit_a_downgrade() -> None:
    assert place_in("2012-06", servant(), held(24, 3, "SECT_DEPUTY"), decided("DOWNGRADE")).startswith("25-")


def test_a_removal_takes_two_levels_for_each_tier() -> None:
    one = state_in("2012-06", servant(), held(20, 3), decided("REMOVAL", position="SECT_DEPUTY", leading=False))
    assert (one["position"], one["leading"], one["level"]) == ("SECT_DEPUTY", False, 22)
    three = state_in("2012-06", servant(), held(20, 3), decided("REMOVAL", position="CLERK", leading=False))
    assert three["level"] == 26


def test_a_removal_stops_at_level_27() -> None:
    state = state_in("2012-06", servant(), held(24, 2), decided("REMOVAL", position="CLERK", leading=False))
    assert state["level"] == 27


def test_a_removal_to_a_stated_level_and_step() -> None:
    said = {"position": "STAFF", "leading": False, "level": 25, "step": 4}
    assert place_in("2012-06", servant(), held(20, 3), decided("REMOVAL", **said)) == "25-4"
    state = state_in(
        "2012-06", servant(), held(20, 3, leading=True, rank="RANK_CHIEF_CLERK_1"), decided("REMOVAL", **said)
    )
    assert (state["position"], state["rank"], state["level"]) == ("STAFF", "RANK_CHIEF_CLERK_1", 25)


def test_who_holds_a_rank_is_removed_only_to_a_stated_level() -> None:
    start = held(20, 3, leading=True, rank="RANK_CHIEF_CLERK_1")
    events = (start, decided("REMOVAL", position="STAFF", leading=False))
    assert stopped_in("2012-06", servant(), *events) == "NOT_COVERED"


@pytest.mark.parametrize("position", [None, "SECT_CHIEF", "DIV_DEPUTY"])
def test_a_removal_needs_a_lower_position(position: str | None) -> None:
    said = {"position": position, "leading": False} if position else {}
    assert stopped_in("2012-06", servant(), held(20, 3), decided("REMOVAL", **said)) == "EVENT_NOT_APPLICABLE"


@pytest.mark.parametrize("kind", ["WARNING", "DEMERIT", "MAJOR_DEMERIT"])
def test_the_others_change_nothing_in_the_month(kind: str) -> None:
    assert place_in("2012-06", servant(), held(22, 3), decided(kind)) == "22-3"


def test_after_lifting_the_old_level_does_not_come_back() -> None:
    lifted = event("sanction_lifted", "2012-09-01", sanction="sanction-2012-05-05")
    assert place_in("2012-12", servant(), held(22, 3), decided("DOWNGRADE"), lifted) == "23-4"


def test_expulsion_ends_pay_in_the_month_after() -> None:
    assert state_in("2012-06", servant(), held(22, 3), decided("EXPULSION"))["phase"] == "ENDED"


@pytest.mark.parametrize("said", [{"kind": "POST_LOWERED"}, {"kind": "DOWNGRADE", "post": "TECH-9"}])
def test_a_sanction_of_institution_staff_does_not_fit(said: dict[str, str]) -> None:
    assert stopped_in("2012-06", servant(), held(22, 3), decided(**said)) == "EVENT_NOT_APPLICABLE"


@pytest.mark.parametrize(("level", "step"), [(19, 1), (20, 4)])
def test_a_removal_never_raises(level: int, step: int) -> None:
    said = {"position": "STAFF", "leading": False, "level": level, "step": step}
    assert stopped_in("2012-06", servant(), held(20, 3), decided("REMOVAL", **said)) == "EVENT_NOT_APPLICABLE"


def test_a_removal_may_state_the_present_level_and_step() -> None:
    said = {"position": "STAFF", "leading": False, "level": 20, "step": 3}
    assert place_in("2012-06", servant(), held(20, 3), decided("REMOVAL", **said)) == "20-3"
