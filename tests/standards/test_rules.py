"""What must hold of a table of wage standards, proved on the tables that are held and on ones with a wrong cell."""

from __future__ import annotations

from datetime import date

import pytest

from app.pay.standards import standards
from app.pay.table_files import read_tables
from app.standards import rules
from app.standards.check_values import check_values, value_of
from app.standards.layout import Place, place_of

BY_STANDARD = {
    standard: {place_of(cell): int(cell.amount * 100) for cell in read_tables().cells if cell.standard == standard}
    for standard in {cell.standard for cell in read_tables().cells}
}
COMPLETE = BY_STANDARD["CIVIL-2006-07"] | BY_STANDARD["INST-2006-07"]


def checked(amounts: dict[Place, int]) -> list[rules.Finding]:
    return rules.examine(amounts, before={}, check_values=[])


@pytest.mark.parametrize("standard", sorted(BY_STANDARD))
def test_every_table_that_is_held_passes(standard: str) -> None:
    amounts = BY_STANDARD[standard]
    mine = [check for check in check_values() if check.standard == standard]
    assert not [one.message.text() for one in rules.examine(amounts, before={}, check_values=mine)]


def test_most_check_values_find_their_cells() -> None:
    found = [check for check in check_values() if value_of(check, BY_STANDARD.get(check.standard, {}))]
    assert len(found) >= 40


def test_a_step_off_the_line_is_named_with_what_it_should_be() -> None:
    place = Place("civil_level_wage", "level_wage", "12", 5)
    wrong = COMPLETE | {place: COMPLETE[place] + 1000}
    (finding,) = checked(wrong)
    assert (finding.code, finding.place, finding.expected) == ("width", place, COMPLETE[place])
    assert finding.severity == rules.BLOCKING


@pytest.mark.parametrize("step", [1, 2, 14])
def test_a_wrong_first_or_last_step_is_named_too(step: int) -> None:
    place = Place("civil_level_wage", "level_wage", "20", step)
    if place not in COMPLETE:
        pytest.skip("the level has fewer steps")
    (finding,) = [one for one in checked(COMPLETE | {place: COMPLETE[place] - 300}) if one.code == "width"]
    assert finding.place == place


@pytest.mark.parametrize("grade", range(2, 65))
@pytest.mark.parametrize("by", [-5000, 5000])
def test_a_grade_that_is_off_is_noticed_at_the_grade_or_its_neighbour(grade: int, by: int) -> None:
    place = Place("institution_grade_wage_cadre", "tech_mgmt_grade", str(grade))
    named = {int(one.place.level) for one in checked(COMPLETE | {place: COMPLETE[place] + by}) if one.place}
    assert named
    assert named <= {grade - 1, grade, grade + 1, grade + 2}


def test_a_higher_post_must_pay_more() -> None:
    place = Place("institution_post_wage", "tech_post", "7")
    lower = Place("institution_post_wage", "tech_post", "8")
    (finding,) = checked(COMPLETE | {place: COMPLETE[lower]})
    assert (finding.code, finding.place) == ("not_rising", place)


def test_a_missing_row_is_named() -> None:
    place = Place("institution_post_wage", "tech_post", "7")
    left = {at: amount for at, amount in COMPLETE.items() if at != place}
    findings = rules.examine(left, before=COMPLETE, check_values=[])
    assert [(one.code, one.place) for one in findings] == [("missing", place)]


def test_a_table_that_is_not_imported_is_not_missed() -> None:
    posts = {place: amount for place, amount in COMPLETE.items() if place.table == "institution_post_wage"}
    assert not rules.examine(posts, before=COMPLETE, check_values=[])


def test_a_published_range_end_that_differs_is_named() -> None:
    place = Place("institution_post_wage", "tech_post", "13")
    mine = [check for check in check_values() if check.standard == "INST-2006-07"]
    findings = rules.examine(COMPLETE | {place: COMPLETE[place] - 100}, before={}, check_values=mine)
    assert [(one.code, one.place) for one in findings] == [("check_value", place)]


def test_less_than_before_is_a_warning() -> None:
    place = Place("institution_post_wage", "tech_post", "1")
    findings = rules.examine(COMPLETE, before={place: COMPLETE[place] + 100}, check_values=[])
    assert [(one.code, one.severity) for one in findings] == [("lower", rules.WARNING)]


def test_versions_are_the_same_days_as_before() -> None:
    assert standards().versions[0] == date(2006, 7, 1)
