"""Every change of a civil servant's position, rank and level names the event that brought it, and no other does."""

from __future__ import annotations

from typing import Any

import pytest

from app.pay.civil_state import civil
from app.pay.events import Event
from tests.pay.people import career, event, graded, joined, month, place_in, placed, qualified, servant
from tests.pay.test_civil_positions import holding, to_position, to_rank
from tests.pay.test_civil_sanctions import decided, held
from tests.pay.told import causes_in, reasons_of, told

START = ("opening", "opened", "2010-01")
OF_RANK = ("rank_change", "rank_change-2012-06-03", "2012-07")
OF_POSITION = ("position_change", "position_change-2012-06-03", "2012-07")
OF_SANCTION = ("sanction", "sanction-2012-05-05", "2012-06")


def remembered(when: str, *events: Event) -> dict[str, tuple[str, str | None, str]]:
    """What brought position, rank and level, as the state remembers it: ranks have no amounts before 2019-06."""
    state = civil(career(servant(), *events).held_in(month(when)))
    held = {"position": state.position, "rank": state.rank, "level": state.level}
    whys = {"position": state.why_position, "rank": state.why_rank, "level": state.why_level}
    return {part: told(whys[part]) for part, value in held.items() if value is not None}


@pytest.mark.parametrize(
    ("level", "old", "new", "of_level"),
    [
        (22, "CHIEF_CLERK_4", "CHIEF_CLERK_3", START),  # in a pair, inside the range
        (24, "CHIEF_CLERK_4", "CHIEF_CLERK_3", OF_RANK),  # in a pair, below the range
        (21, "CHIEF_CLERK_1", "RESEARCHER_4", OF_RANK),
        (15, "CHIEF_CLERK_4", "CHIEF_CLERK_1", START),  # at the top of the range
        (20, "CHIEF_CLERK_1", "CLERK_1", START),
        (16, "CHIEF_CLERK_1", "CLERK_1", OF_RANK),  # above the range of the lower rank
    ],
)
def test_a_change_of_rank_is_named_by_the_rank_and_by_a_level_that_it_moved(
    level: int, old: str, new: str, of_level: tuple[str, str, str]
) -> None:
    found = remembered("2012-07", holding(level, 3, rank=old), to_rank("2012-06-03", new))
    assert found == {"rank": OF_RANK, "level": of_level}


def test_the_first_rank_is_named_by_the_rank_alone() -> None:
    start = holding(24, 3, position="SECT_DEPUTY")
    found = remembered("2012-07", start, to_rank("2012-06-03", "CHIEF_CLERK_4"))
    assert found == {"position": START, "rank": OF_RANK, "level": START}


def test_a_rank_by_grading_is_paid_by_the_grading() -> None:
    found = causes_in("2019-08", servant(education="BACHELOR"), joined("2018-08-01"), graded("2019-08-01"))
    assert found == dict.fromkeys(("RANK_WAGE", "LEVEL_WAGE"), ("grading", "graded", "2019-08"))


@pytest.mark.parametrize(
    ("level", "held_before", "after", "of_level"),
    [
        (15, "DIV_DEPUTY", "SECT_DEPUTY", OF_POSITION),  # above the range of the lower position
        (18, "SECT_CHIEF", "SECT_DEPUTY", START),
        (17, "SECT_CHIEF", "SECT_DEPUTY", START),  # at the top of that range
        (23, "STAFF", "SECT_DEPUTY", OF_POSITION),
    ],
)
def test_a_change_of_position_is_named_by_a_level_only_if_it_moved(
    level: int, held_before: str, after: str, of_level: tuple[str, str, str]
) -> None:
    start = holding(level, 3, position=held_before, leading=held_before != "STAFF")
    found = causes_in("2012-07", servant(), start, to_position("2012-06-03", after, True))
    assert found == {"DUTY_WAGE": OF_POSITION, "LEVEL_WAGE": of_level}


def test_a_position_given_up_is_named_by_a_level_that_falls_with_it() -> None:
    both = holding(14, 3, position="DIV_DEPUTY", rank="CHIEF_CLERK_2")
    assert remembered("2012-07", both, to_position("2012-06-03", None)) == {"rank": START, "level": OF_POSITION}


@pytest.mark.parametrize(
    ("sanction", "position"),
    [
        (decided("DOWNGRADE"), START),
        (decided("REMOVAL", position="SECT_DEPUTY", leading=False), OF_SANCTION),
    ],
)
def test_a_sanction_is_named_by_what_it_lowered(sanction: Event, position: tuple[str, str, str]) -> None:
    found = causes_in("2012-06", servant(), held(20, 3), sanction)
    assert found == {"DUTY_WAGE": position, "LEVEL_WAGE": OF_SANCTION}


def test_a_removal_that_leaves_the_level_is_named_by_the_position_alone() -> None:
    stays = decided("REMOVAL", position="STAFF", leading=False, level=20, step=3)
    assert causes_in("2012-06", servant(), held(20, 3), stays) == {"DUTY_WAGE": OF_SANCTION, "LEVEL_WAGE": START}


@pytest.mark.parametrize(("level", "after"), [(24, "23"), (18, "18")])
def test_a_level_or_the_step_at_the_top_names_the_last_of_the_five_years(level: int, after: str) -> None:
    start = placed("2010-01-01", "STAFF", level, 3, level_clock=2007, step_clock=2030)
    events = (start, *qualified(2007, 2011))
    assert place_in("2012-01", servant(), *events).split("-")[0] == after
    named = ("promotion", "assessed-2011", "2012-01")
    assert causes_in("2012-01", servant(), *events) == {"DUTY_WAGE": START, "LEVEL_WAGE": named}


def clocks_after_five_years(level: int, step: int, position: str, step_clock: int) -> tuple[Any, Any]:
    start = placed("2010-01-01", position, level, step, level_clock=2007, step_clock=step_clock)
    state = career(servant(), start, *qualified(2007, 2011)).state_in(month("2012-01"))
    return f"{state['level']}-{state['step']}", state["step_clock"]


def test_d7_an_over_raise_does_not_move_a_clock_back() -> None:
    assert clocks_after_five_years(25, 1, "STAFF", 2011) == ("24-1", 2012)
    assert clocks_after_five_years(25, 1, "STAFF", 2030) == ("24-1", 2030)


def test_c6_a_rise_to_what_the_next_step_would_have_paid_is_no_over_raise() -> None:
    """13-14 and 12-12 both pay 1,986."""
    assert clocks_after_five_years(13, 13, "DIV_CHIEF", 2011) == ("12-12", 2011)


@pytest.mark.parametrize(
    ("start", "change", "said"),
    [
        (holding(24, 3, rank="CHIEF_CLERK_4"), to_rank("2012-06-03", "CHIEF_CLERK_3"),
         "Third-class chief clerk: up to level 23"),
        (holding(22, 3, rank="CHIEF_CLERK_4"), to_rank("2012-06-03", "CHIEF_CLERK_3"),
         "Third-class chief clerk: level and step stay"),
        (holding(21, 3, rank="CHIEF_CLERK_1"), to_rank("2012-06-03", "RESEARCHER_4"),
         "Fourth-class researcher: up to level 20"),
        (holding(23, 3, position="STAFF", leading=False), to_position("2012-06-03", "SECT_DEPUTY", True),
         "Deputy head at section level: up to level 22"),
        (holding(17, 3, position="SECT_CHIEF"), to_position("2012-06-03", "SECT_DEPUTY", True),
         "A lower position or rank: level and step stay"),
    ],
)  # fmt: skip
def test_the_reason_names_the_new_position_or_rank(start: Event, change: Event, said: str) -> None:
    assert said in reasons_of(servant(), start, change)


def test_a_removal_that_is_none_is_refused_with_the_name_of_the_position() -> None:
    removal = event("sanction", "2012-05-05", kind="REMOVAL", position="SECT_CHIEF", leading=True)
    stopped = career(servant(), held(20, 3), removal).stopped
    assert stopped is not None
    assert "Head at section level is not below" in str(stopped.error.message)
