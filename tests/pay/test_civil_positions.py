"""Civil servants: positions and ranks, up and down (C-1, C-7 to C-9, D-4, D-9, D-10, D-22 to D-27, D-31)."""

from __future__ import annotations

import pytest

from app.pay.events import Event
from tests.pay.people import (
    assessed,
    career,
    clocks_in,
    event,
    month,
    parts_in,
    place_in,
    placed,
    qualified,
    refusal_in,
    servant,
    state_in,
    stopped_in,
)


def to_position(day: str, position: str | None, leading: bool | None = False) -> Event:
    said = {"leading": leading} if position is not None else {}
    return event("position_change", day, position=position, **said)


def to_rank(day: str, rank: str) -> Event:
    return event("rank_change", day, rank=f"RANK_{rank}")


def holding(
    level: int, step: int, *, position: str | None = None, leading: bool = True, rank: str | None = None
) -> Event:
    said: dict[str, object] = {"rank": f"RANK_{rank}" if rank else None}
    if position is not None:
        said["leading"] = leading
    return placed("2010-01-01", position, level, step, **said)


def test_d22_the_better_of_duty_and_rank_wage_is_paid_and_duty_on_a_tie() -> None:
    def parts(position: str, rank: str) -> dict[str, str]:
        start = placed("2019-07-01", position, 25, 2, leading=position == "SECT_DEPUTY", rank=rank)
        return parts_in("2019-07", servant(), start)

    assert parts("SECT_DEPUTY", "RANK_CHIEF_CLERK_4") == {"DUTY_WAGE": "1010.00", "LEVEL_WAGE": "1315.00"}
    assert parts("CLERK", "RANK_CHIEF_CLERK_4") == {"RANK_WAGE": "940.00", "LEVEL_WAGE": "1315.00"}
    assert parts("STAFF", "RANK_CLERK_1") == {"DUTY_WAGE": "780.00", "LEVEL_WAGE": "1315.00"}


def test_d22_both_cells_must_exist_and_d5_be_trusted() -> None:
    def refused(position: str | None, rank: str | None) -> str:
        return refusal_in("2019-07", servant(), placed("2019-07-01", position, 25, 2, rank=rank))

    assert refused("SECT_CHIEF", "RANK_CLERK_1") == "NO_TABLE_CELL"
    assert refused("STAFF", "RANK_RESEARCHER_1") == "NO_TABLE_CELL"
    assert refused(None, "RANK_CHIEF_CLERK_2") == "LOW_CONFIDENCE"


def test_d4_a_rank_has_no_cell_before_2019_06() -> None:
    events = (placed("2019-05-01", None, 25, 2, rank="RANK_CLERK_1"),)
    assert refusal_in("2019-05", servant(), *events) == "NO_TABLE_CELL"
    held = career(servant(), *events).wage_in(month("2019-06"))
    assert [(part.code, part.standard) for part in held.components] == [
        ("RANK_WAGE", "CIVIL-2019-06"),
        ("LEVEL_WAGE", "CIVIL-2018-07"),
    ]


def test_c7_below_the_new_range_the_level_rises_to_its_lowest() -> None:
    events = (holding(26, 6, position="STAFF", leading=False), to_position("2010-03-05", "SECT_CHIEF", True))
    assert place_in("2010-03", servant(), *events) == "26-6"
    assert place_in("2010-04", servant(), *events) == "22-2"
    assert clocks_in("2010-04", servant(), *events) == (2010, 2010)


def test_c7_inside_the_new_range_one_level_up_and_the_level_clock_runs_on() -> None:
    events = (holding(23, 5, position="STAFF", leading=False), to_position("2012-12-05", "SECT_DEPUTY", True))
    assert place_in("2012-12", servant(), *events) == "23-5"
    # 23-5 pays 554; of level 22 the fourth step is the first above it.
    assert place_in("2013-01", servant(), *events) == "22-4"
    assert clocks_in("2013-01", servant(), *events) == (2010, 2010)


def test_d9_two_levels_restart_the_level_clock_in_the_year_of_the_effective_month() -> None:
    events = (holding(26, 3, position="STAFF", leading=False), to_position("2012-12-05", "SECT_DEPUTY", True))
    assert place_in("2013-01", servant(), *events) == "24-1"
    assert clocks_in("2013-01", servant(), *events) == (2013, 2010)


def test_d10_an_over_raise_by_a_position_restarts_the_step_clock() -> None:
    events = (holding(25, 1, position="STAFF", leading=False), to_position("2012-05-05", "SECT_DEPUTY", True))
    assert place_in("2012-06", servant(), *events) == "24-1"
    assert clocks_in("2012-06", servant(), *events) == (2010, 2012)


def test_d24_at_the_top_of_the_new_range_there_is_no_level() -> None:
    events = (holding(17, 3, position="STAFF", leading=False), to_position("2012-05-05", "SECT_DEPUTY", True))
    assert place_in("2012-06", servant(), *events) == "17-3"
    # The rank held reaches higher, so the level still goes up.
    both = (
        holding(17, 3, position="STAFF", leading=False, rank="CLERK_1"),
        to_position("2012-05-05", "SECT_CHIEF", True),
    )
    assert place_in("2012-06", servant(), *both).startswith("16-")


def test_d23_at_the_same_tier_only_the_duty_wage_changes() -> None:
    events = (holding(22, 3, position="SECT_CHIEF", leading=False), to_position("2012-05-05", "SECT_CHIEF", True))
    assert parts_in("2012-05", servant(), *events) == {"DUTY_WAGE": "480.00", "LEVEL_WAGE": "535.00"}
    assert parts_in("2012-06", servant(), *events) == {"DUTY_WAGE": "510.00", "LEVEL_WAGE": "535.00"}
    assert clocks_in("2012-06", servant(), *events) == (2010, 2010)


def test_d23_the_present_tier_is_the_higher_of_position_and_rank() -> None:
    start = holding(20, 3, position="STAFF", leading=False, rank="CHIEF_CLERK_1")
    assert place_in("2012-06", servant(), start, to_position("2012-05-05", "SECT_CHIEF", True)) == "20-3"
    assert place_in("2012-06", servant(), start, to_position("2012-05-05", "DIV_DEPUTY", True)).startswith("19-")


def test_c9_a_lower_position_keeps_level_and_step_unless_above_the_new_range() -> None:
    inside = (holding(18, 3, position="SECT_CHIEF"), to_position("2012-05-05", "SECT_DEPUTY", True))
    assert place_in("2012-06", servant(), *inside) == "18-3"
    above = (holding(15, 3, position="DIV_DEPUTY"), to_position("2012-05-05", "SECT_DEPUTY", True))
    # 15-3 pays 989, so 16-4 (969), and from there 17-5 (947).
    assert place_in("2012-06", servant(), *above) == "17-5"
    assert clocks_in("2012-06", servant(), *above) == (2010, 2010)


def test_d24_giving_up_the_position_is_c9_with_the_rank_kept() -> None:
    start = holding(15, 3, position="DIV_DEPUTY", rank="CHIEF_CLERK_1")
    state = state_in("2012-06", servant(), start, to_position("2012-05-05", None))
    assert (state["position"], state["leading"], state["rank"], state["level"]) == (
        None,
        None,
        "RANK_CHIEF_CLERK_1",
        15,
    )
    lower = holding(14, 3, position="DIV_DEPUTY", rank="CHIEF_CLERK_2")
    assert state_in("2012-06", servant(), lower, to_position("2012-05-05", None))["level"] == 16


def test_a_position_is_given_up_only_with_a_rank_and_a_position() -> None:
    for start in (holding(20, 3, position="SECT_CHIEF"), holding(20, 3, rank="CHIEF_CLERK_1")):
        assert stopped_in("2012-06", servant(), start, to_position("2012-05-05", None)) == "EVENT_NOT_APPLICABLE"


def test_d25_the_first_rank_keeps_level_step_and_clocks_and_ends_a_non_leading_position() -> None:
    events = (holding(24, 3, position="SECT_DEPUTY", leading=False), to_rank("2019-06-03", "CHIEF_CLERK_4"))
    state = state_in("2019-07", servant(), *events)
    assert (state["position"], state["leading"], state["rank"]) == (None, None, "RANK_CHIEF_CLERK_4")
    assert (state["level"], state["step"], state["level_clock"], state["step_clock"]) == (24, 3, 2010, 2010)


def test_d25_the_first_rank_must_be_of_the_tier_but_a_leading_position_stays() -> None:
    other = (holding(24, 3, position="SECT_DEPUTY", leading=False), to_rank("2019-06-03", "CHIEF_CLERK_2"))
    assert stopped_in("2019-07", servant(), *other) == "EVENT_NOT_APPLICABLE"
    leading = (holding(24, 3, position="SECT_DEPUTY"), to_rank("2019-06-03", "CHIEF_CLERK_2"))
    assert state_in("2019-07", servant(), *leading)["position"] == "SECT_DEPUTY"


def test_d25_the_first_rank_is_no_promotion_and_possible_under_a_sanction() -> None:
    start = holding(24, 3, position="SECT_DEPUTY", leading=False)
    events = (start, event("sanction", "2010-02-01", kind="DEMERIT"), to_rank("2010-06-03", "CHIEF_CLERK_4"))
    assert state_in("2010-07", servant(), *events)["rank"] == "RANK_CHIEF_CLERK_4"


@pytest.mark.parametrize(
    ("old", "new", "level", "after", "restarts"),
    [
        ("CHIEF_CLERK_4", "CHIEF_CLERK_3", 22, 22, False),
        ("CHIEF_CLERK_4", "CHIEF_CLERK_3", 24, 23, True),
        ("CHIEF_CLERK_2", "CHIEF_CLERK_1", 22, 21, True),
        ("RESEARCHER_4", "RESEARCHER_3", 20, 19, True),
        ("RESEARCHER_2", "RESEARCHER_1", 15, 15, False),
        ("CHIEF_CLERK_3", "CHIEF_CLERK_2", 22, 21, False),
        ("CHIEF_CLERK_1", "RESEARCHER_4", 21, 20, False),
        ("CLERK_2", "CLERK_1", 25, 24, False),
        ("CHIEF_CLERK_4", "CHIEF_CLERK_2", 24, 22, True),
        ("INSPECTOR_2", "INSPECTOR_1", 12, 11, False),
        ("CHIEF_CLERK_4", "CHIEF_CLERK_1", 16, 15, False),
        ("CHIEF_CLERK_4", "CHIEF_CLERK_1", 15, 15, False),
    ],
)
def test_c8_ranks_in_a_pair_and_across_a_tier(old: str, new: str, level: int, after: int, restarts: bool) -> None:
    events = (holding(level, 3, rank=old), to_rank("2012-06-03", new))
    state = state_in("2012-07", servant(), *events)
    assert state["level"] == after
    assert state["level_clock"] == (2012 if restarts else 2010)
    if level == after:
        assert state["step"] == 3


def test_d26_a_lower_rank_keeps_the_level_unless_above_the_range() -> None:
    assert (
        place_in("2012-07", servant(), holding(20, 3, rank="CHIEF_CLERK_1"), to_rank("2012-06-03", "CLERK_1")) == "20-3"
    )
    state = state_in("2012-07", servant(), holding(16, 3, rank="CHIEF_CLERK_1"), to_rank("2012-06-03", "CLERK_1"))
    assert (state["level"], state["level_clock"], state["step_clock"]) == (18, 2010, 2010)


def test_the_same_rank_again_does_not_fit() -> None:
    events = (holding(20, 3, rank="CHIEF_CLERK_1"), to_rank("2012-06-03", "CHIEF_CLERK_1"))
    assert stopped_in("2012-07", servant(), *events) == "EVENT_NOT_APPLICABLE"


@pytest.mark.parametrize("kind", ["WARNING", "DEMERIT", "MAJOR_DEMERIT", "DOWNGRADE"])
def test_d31_no_promotion_of_position_or_rank_dated_inside_a_period(kind: str) -> None:
    sanction = event("sanction", "2012-05-05", kind=kind)
    position = (
        holding(23, 3, position="STAFF", leading=False),
        sanction,
        to_position("2012-06-01", "SECT_DEPUTY", True),
    )
    assert stopped_in("2012-07", servant(), *position) == "PROMOTION_DURING_SANCTION"
    rank = (holding(23, 3, rank="CLERK_1"), sanction, to_rank("2012-06-01", "CHIEF_CLERK_4"))
    assert stopped_in("2012-07", servant(), *rank) == "PROMOTION_DURING_SANCTION"
    lower = (holding(23, 3, rank="CHIEF_CLERK_4"), sanction, to_rank("2012-06-01", "CLERK_1"))
    assert state_in("2012-07", servant(), *lower)["rank"] == "RANK_CLERK_1"


def test_d31_what_is_dated_before_the_decision_is_promoted_though_effective_later() -> None:
    events = (
        holding(23, 3, position="STAFF", leading=False),
        to_position("2012-05-04", "SECT_DEPUTY", True),
        event("sanction", "2012-05-05", kind="DEMERIT"),
    )
    assert state_in("2012-06", servant(), *events)["level"] == 22


def test_d27_a_cell_that_cannot_be_read_on_the_way_is_an_error() -> None:
    # In 2016-07 of level 17 only the steps from 8 are confirmed; a rise reads from step 1.
    start = placed("2016-07-01", "STAFF", 18, 11)
    assert stopped_in("2016-10", servant(), start, to_position("2016-09-05", "SECT_DEPUTY", False)) == "LOW_CONFIDENCE"
    missing = placed("2018-07-01", "STAFF", 25, 2)
    assert stopped_in("2018-10", servant(), missing, to_position("2018-09-05", "SECT_DEPUTY", True)) == "NO_TABLE_CELL"


def test_g6_in_january_the_promotions_come_before_the_change_of_position() -> None:
    start = placed("2008-01-01", "STAFF", 25, 1, step_clock=2011)
    events = (start, *qualified(2008, 2012), to_position("2012-12-20", "SECT_DEPUTY", True))
    # 25-1 to 24-1 by the years (over-raise, no step), then one level by the position to 23-1.
    assert place_in("2013-01", servant(), *events) == "23-1"
    assert clocks_in("2013-01", servant(), *events) == (2013, 2013)


@pytest.mark.parametrize(
    "wrong",
    [
        event("post_appointment", "2012-05-05", post="TECH-9"),
        event("technical_grade_change", "2012-05-05", technical_grade="TECHNICIAN"),
        event("occupation_change", "2012-05-05", occupation=None),
        event("grading", "2012-06-05"),
    ],
)
def test_an_event_of_another_staff_type_does_not_fit(wrong: Event) -> None:
    assert stopped_in("2012-06", servant(), holding(20, 3, position="SECT_CHIEF"), wrong) == "EVENT_NOT_APPLICABLE"


def test_after_grading_an_education_changes_nothing() -> None:
    start = holding(24, 3, position="SECT_DEPUTY")
    events = (start, event("education_change", "2012-05-05", education="DOCTOR"), assessed(2012))
    assert place_in("2012-07", servant(), *events) == "24-3"
