"""Moves between posts of an institution: up, down, to another category, and down by sanction (I-6, I-7, I-10)."""

from __future__ import annotations

from dataclasses import dataclass

from app.messages import Message
from app.pay.errors import PayError, not_applicable
from app.pay.events import PostAppointment, Sanction
from app.pay.months import Month
from app.pay.names import ORDINARY, level_of, post_name, series_of
from app.pay.rulebook import rule
from app.pay.staff_types import Facts

FAMILY = {"TECH", "MGMT"}


@dataclass(frozen=True, slots=True)
class Move:
    """The grade after a move, and whether the next increment is skipped."""

    grade: int
    reasons: tuple[Message, ...]
    skips_increment: bool = False


def rank_of(post: str, facts: Facts) -> int:
    """The place of a post in its series, 1 at the top; the ordinary worker post stands below all others (D-17)."""
    if post == ORDINARY:
        levels = [int(level_of(other)) for other in facts.standards.start_grades
                  if series_of(other) == "WORKER" and other != ORDINARY]  # fmt: skip
        return max(levels) + 1
    return int(level_of(post))


def is_higher(post: str, than: str, facts: Facts) -> bool:
    """Whether a post of the same series stands above another."""
    return rank_of(post, facts) < rank_of(than, facts)


def move_to_post(post: str, grade: int, event: PostAppointment, month: Month, facts: Facts) -> Move:
    """Which rule a new appointment falls under, and what it does to the grade."""
    if series_of(post) == series_of(event.post):
        return _within_series(post, grade, event, month, facts)
    return _to_other_category(post, grade, event, month, facts)


@rule("I-6", "G-1")
def _within_series(post: str, grade: int, event: PostAppointment, month: Month, facts: Facts) -> Move:
    """Upwards at least the starting grade of the new post; downwards the grade stays (D-16, D-17)."""
    if event.grade is not None:
        raise PayError(
            "EVENT_NOT_APPLICABLE",
            Message("Within one series of posts the grade follows from the rules and must not be stated."),
        )
    if event.post == post:
        return Move(grade, (Message("The post is the same as before, so the wage does not change."),))
    if is_higher(event.post, post, facts):
        return _at_least_start_grade(grade, event.post, month, facts)
    return Move(grade, (Message("A lower post: the post wage follows, grade %(grade)s stays.", grade=grade),))


@rule("I-7")
def _to_other_category(post: str, grade: int, event: PostAppointment, month: Month, facts: Facts) -> Move:
    """A stated grade wins; management and professional posts count as one family by default (D-18)."""
    if event.grade is not None:
        reason = Message("Another category of post: the application states grade %(grade)s.", grade=event.grade)
        return Move(event.grade, (reason,))
    if facts.settings.category_change == "family" and {series_of(post), series_of(event.post)} == FAMILY:
        return _at_least_start_grade(grade, event.post, month, facts)
    raise PayError(
        "GRADE_REQUIRED",
        Message(
            "From %(old)s to %(new)s is another category of post, so the grade must be stated.",
            old=post_name(post),
            new=post_name(event.post),
        ),
    )


def _at_least_start_grade(grade: int, post: str, month: Month, facts: Facts) -> Move:
    start = facts.standards.start_grades[post]
    if grade >= start:
        reason = Message(
            "Grade %(grade)s is not below the starting grade %(start)s of the new post and stays; the next increment "
            "is normal.",
            grade=grade,
            start=start,
        )
        return Move(grade, (reason,))
    reason = Message(
        "Grade %(grade)s is below the starting grade of the new post: raised to grade %(start)s, and the increment of "
        "1 January %(year)s is skipped.",
        grade=grade,
        start=start,
        year=str(month.year + 1),
    )
    return Move(start, (reason,), skips_increment=True)


@rule("I-10")
def lower_post(post: str, grade: int, event: Sanction, facts: Facts) -> tuple[str, int, Message]:
    """Post and grade after a lowering of post: two grades off for each post level, never a raise (D-20)."""
    off = int(facts.standards.parameter("I-10", "grades_off_per_post_level"))
    if event.no_lower_post:
        lowered = max(1, grade - off)
        reason = Message("There is no lower post: the post stays, the grade falls to %(grade)s.", grade=lowered)
        return post, lowered, reason
    if event.post is None:
        raise PayError("NOT_COVERED", Message("As long as the new post is not fixed, the wage cannot be calculated."))
    if series_of(event.post) != series_of(post):
        # D-20 names one case without a number, the open post; upward and downward exist inside one series (D-17).
        raise not_applicable(
            event.type, Message("The rules give no grade for a lowering into another category of post.")
        )
    if not is_higher(post, event.post, facts):
        raise PayError(
            "EVENT_NOT_APPLICABLE", Message("%(post)s is not below the present post.", post=post_name(event.post))
        )
    levels = _levels_between(post, event.post, facts)
    lowered = min(grade, max(grade - off * levels, facts.standards.start_grades[event.post]))
    reason = Message(
        "Lowered by %(levels)s post levels to %(post)s: the grade falls to %(grade)s.",
        levels=levels,
        post=post_name(event.post),
        grade=lowered,
    )
    return event.post, lowered, reason


def _levels_between(post: str, lower: str, facts: Facts) -> int:
    levels = rank_of(lower, facts) - int(level_of(post))
    if facts.settings.post_lowering_unit == "level" or series_of(post) != "TECH":
        return levels
    return max(1, _tier(lower, facts) - _tier(post, facts))


def _tier(post: str, facts: Facts) -> int:
    tiers = facts.standards.parameter("I-10", "tech_tiers").split(";")
    bottoms = [int(tier.split("-")[1]) for tier in tiers]
    return sum(int(level_of(post)) > bottom for bottom in bottoms)
