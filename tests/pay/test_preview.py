"""What an application would change: before, after, from when, back pay, and why not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.pay.careers import Settings
from app.pay.errors import PayError
from app.pay.preview import preview
from tests.pay.people import appointed, assessed, event, graded, joined, month, opened, placed, servant, staff
from tests.pay.test_bulk import raised

BACHELOR = staff(education="BACHELOR")
NOW = month("2018-04")


def test_a_new_hire_has_no_pay_before() -> None:
    seen = preview(BACHELOR, [], joined("2018-04-02"), month=NOW)
    assert seen.before is None
    assert (seen.after.total, seen.effective_month, seen.back_pay.amount) == (1610, NOW, 0)
    assert "Grading is due from 2019-04" in str(seen.reasons[0])


def test_a_new_hire_of_an_earlier_month_is_paid_back_in_full() -> None:
    seen = preview(BACHELOR, [], joined("2018-02-26"), month=NOW)
    assert seen.back_pay.amount == 2 * 1610
    assert [line.old_total for line in seen.back_pay.lines] == [0, 0]


def test_grading_shows_pay_before_and_after_with_reasons() -> None:
    seen = preview(BACHELOR, [joined("2017-03-06")], graded("2018-03-06", post="TECH-12"), month=NOW)
    assert seen.before is not None
    assert (seen.before.total, seen.after.total, seen.difference) == (1610, 1859, 249)
    assert (seen.effective_month, seen.back_pay.amount) == (month("2018-03"), 249)
    assert "level 12" in str(seen.reasons[0])
    assert "bachelor" in str(seen.reasons[1])


def test_a_late_assessment_pays_back_from_january() -> None:
    events = [joined("2016-08-01"), graded("2017-08-01", post="TECH-12")]
    seen = preview(BACHELOR, events, assessed(2017), month=NOW)
    assert (seen.effective_month, seen.back_pay.amount) == (month("2018-01"), Decimal(93))
    assert [link.cause.kind for link in seen.links] == ["increment"]


def test_an_unqualified_year_says_why_there_is_no_increment() -> None:
    events = [opened("2017-01-01", "TECH-9", 20)]
    seen = preview(staff(), events, assessed(2017, "BASICALLY_QUALIFIED"), month=NOW)
    assert seen.difference == 0
    assert seen.back_pay.amount == 0
    assert seen.reasons == ()
    assert "Basically qualified" in str(seen.why_not[0])


def test_after_a_raise_to_the_starting_grade_the_preview_says_that_the_increment_is_skipped() -> None:
    events = [opened("2017-01-01", "TECH-10", 14), appointed("2017-05-10", "TECH-7")]
    seen = preview(staff(), events, assessed(2017), month=NOW)
    assert seen.difference == 0
    assert "skipped" in str(seen.why_not[0])


def test_a_late_appointment_says_which_later_increment_it_takes_away() -> None:
    events = [opened("2017-01-01", "TECH-10", 14), assessed(2017)]
    seen = preview(staff(), events, appointed("2017-05-10", "TECH-7"), month=NOW)
    assert any("skipped" in str(reason) and "2018" in str(reason) for reason in seen.why_not)
    assert [(line.month, line.difference) for line in seen.back_pay.lines][:1] == [
        (month("2017-06"), (2210 + 767) - (1600 + 657))
    ]


def test_several_events_can_be_seen_together() -> None:
    events = [opened("2017-01-01", "TECH-10", 9)]
    seen = preview(staff(), events, [assessed(2017), appointed("2018-03-05", "TECH-9")], month=NOW)
    assert seen.effective_month == month("2018-01")
    assert len(seen.links) == 2


def test_if_only_the_pay_before_is_unknown_the_pay_after_is_still_shown() -> None:
    events = [opened("2017-01-01", "TECH-10", 13)]
    seen = preview(staff(), events, assessed(2017), month=NOW)
    assert seen.before is None
    assert seen.before_error is not None
    assert seen.before_error.code == "LOW_CONFIDENCE"
    assert seen.after.state["grade"] == 14


def test_what_cannot_be_calculated_is_refused_with_a_remedy() -> None:
    with pytest.raises(PayError) as refusal:
        preview(BACHELOR, [joined("2018-01-03")], graded("2018-04-02"), month=NOW)
    assert refusal.value.code == "GRADING_TOO_EARLY"
    assert refusal.value.remedy is not None


def test_a_line_of_back_pay_is_kept_as_json_in_fen() -> None:
    events = [joined("2016-08-01"), graded("2017-08-01", post="TECH-12")]
    seen = preview(BACHELOR, events, assessed(2017), month=month("2018-02"))
    (line,) = seen.back_pay.lines
    assert line.to_json() == {
        "month": "2018-01", "new_total_fen": 189000, "old_total_fen": 185900, "difference_fen": 3100
    }  # fmt: skip


def test_an_event_that_brings_a_later_change_first_counts_from_that_change() -> None:
    events = [opened("2017-01-01", "TECH-10", 14)]
    assert preview(staff(), events, appointed("2017-12-20", "TECH-9"), month=NOW).effective_month == month("2018-01")
    assert preview(staff(), [], opened("2017-06-10", "TECH-10", 14), month=NOW).effective_month == month("2017-06")


def test_what_was_known_before_is_not_said_again() -> None:
    events = [opened("2016-07-01", "TECH-9", 20), assessed(2016, "UNQUALIFIED")]
    seen = preview(staff(), events, assessed(2017), month=NOW)
    assert seen.why_not == ()
    assert len(preview(staff(), events[:1], events[1], month=NOW).why_not) == 1


def test_a_first_wage_is_a_difference_in_full() -> None:
    assert preview(BACHELOR, [], joined("2018-04-02"), month=NOW).difference == 1610


def test_before_and_after_are_read_from_the_same_tables() -> None:
    events = [opened("2017-01-01", "TECH-9", 20)]
    plain, dearer = (preview(staff(), events, assessed(2017), month=NOW, tables=one) for one in (None, raised(100)))
    assert plain.before is not None
    assert dearer.before is not None
    assert (dearer.before.total, dearer.after.total) == (2 * plain.before.total, 2 * plain.after.total)
    assert dearer.back_pay.amount == 2 * plain.back_pay.amount


def test_d40_an_increment_that_a_transfer_moves_counts_from_february() -> None:
    moved = event(
        "transfer", "2016-12-10", same_system=True, last_paid_month="2016-12", first_paid_month="2017-01"
    )  # fmt: skip
    seen = preview(staff(), [opened("2016-07-01", "TECH-9", 20), moved], assessed(2016), month=NOW)
    assert seen.effective_month == month("2017-02")


def test_an_older_event_that_cannot_be_replayed_stands_only_in_the_way_of_later_months() -> None:
    wrong = event("rank_change", "2018-06-01", rank="RANK_CLERK_1")
    seen = preview(staff(), [opened("2017-01-01", "TECH-9", 20), wrong], assessed(2017), month=NOW)
    assert (seen.effective_month, seen.after.state["grade"]) == (month("2018-01"), 21)


def test_what_changes_in_the_first_month_is_compared_with_that_month() -> None:
    leave = event("sick_leave", "2018-04-10", end_date="2018-12-20")
    seen = preview(staff(work_start=month("2017-07")), [opened("2018-04-01", "TECH-12", 10)], leave, month=NOW)
    assert seen.before is not None
    assert seen.before.total == seen.after.total


def test_a_new_standard_by_event_is_a_link_of_its_own() -> None:
    brought = event("repricing", "2018-07-01", version="2018-07-01")
    seen = preview(servant(), [placed("2018-01-01", "CLERK", 27, 1)], brought, month=month("2018-09"),
                   settings=Settings(repricing="by_event"))  # fmt: skip
    assert [link.cause.kind for link in seen.links] == ["repricing"]
    assert [line.month for line in seen.back_pay.lines] == [month("2018-07"), month("2018-08")]


def test_what_comes_after_the_month_of_payment_is_no_link_yet() -> None:
    later = appointed("2018-05-20", "TECH-11")
    seen = preview(staff(), [opened("2017-01-01", "TECH-12", 10)], later, month=NOW)
    assert (seen.links, seen.back_pay.lines, seen.effective_month) == ((), (), month("2018-06"))
