"""Eligible: a new post, position, rank or technical grade against the one held; what is allowed may be a slip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from app.applications.prechecks.case import WARNING, Case, Group, Said, check
from app.forms.fields import day_shown
from app.messages import Message
from app.pay.names import (
    OCCUPATIONS,
    POSITIONS,
    TECHNICAL_GRADES,
    level_of,
    position_name,
    post_name,
    series_of,
    technical_grade_name,
)
from app.pay.standards import standards

_LADDERS: dict[str, Sequence[str]] = {
    "position": [code for code in POSITIONS if not code.startswith("RANK_")],
    "rank": [code for code in POSITIONS if code.startswith("RANK_")],
    "technical_grade": list(TECHNICAL_GRADES),
}  # each from the highest down
_SAID = {"position": position_name, "rank": position_name, "technical_grade": technical_grade_name, "post": post_name}
_RISING = {"post_appointment", "position_change", "rank_change", "technical_grade_change"}


@check("careers.no_step_left_out", Group.ELIGIBLE, Message("No post, position, rank or grade is skipped"),
       severity=WARNING)  # fmt: skip
def _no_step_left_out(case: Case) -> Iterable[Said] | None:
    rises = _rises(case)
    if not rises:
        return None
    return [
        Said(
            Message("From %(held)s to %(new)s at least one step is skipped.",
                    held=_SAID[fact](held), new=_SAID[fact](new)),
            Message("Compare with the appointment document; if it says so, the reviewer will ask for the reason."),
            case.place(fact),
        )
        for fact, held, new, by in rises
        if by > 1
    ]  # fmt: skip


@check("careers.no_lower_one", Group.ELIGIBLE, Message("The new post, position, rank or grade is not lower"),
       severity=WARNING)  # fmt: skip
def _no_lower_one(case: Case) -> Iterable[Said] | None:
    rises = _rises(case)
    if not rises:
        return None
    return [
        Said(
            Message("%(new)s is lower than %(held)s, which is held now.", held=_SAID[fact](held), new=_SAID[fact](new)),
            Message("Compare with the appointment document; a lowering by sanction has an item of its own."),
            case.place(fact),
        )
        for fact, held, new, by in rises
        if by < 0
    ]


def _rises(case: Case) -> list[tuple[str, str, str, int]]:
    """For each fact that names a new place: what is held, what is to come, and by how many steps it rises."""
    if case.effect is None or case.effect.code not in _RISING:
        return []
    state = case.sheet.around.state
    found = []
    for fact in ("post", "position", "rank", "technical_grade"):
        held, new = state.get(fact), case.facts.get(fact)
        by = _steps(fact, held, new) if held and new else None
        if by is not None:
            found.append((fact, str(held), str(new), by))
    return found


def _steps(fact: str, held: str, new: str) -> int | None:
    if fact != "post":
        ladder = _LADDERS[fact]
        return ladder.index(held) - ladder.index(new) if held in ladder and new in ladder else None
    if series_of(held) != series_of(new) or "ordinary" in (level_of(held), level_of(new)):
        return None
    if series_of(held) == "TECH" and int(level_of(new)) < int(level_of(held)):
        return _tier(held) - _tier(new)  # within one kind of title every level is open
    return int(level_of(held)) - int(level_of(new))


def _tier(post: str) -> int:
    """The kind of title that a professional post belongs to, from senior (0) down."""
    tiers = standards().parameter("I-10", "tech_tiers").split(";")
    return next(
        place for place, tier in enumerate(tiers)
        if int(tier.split("-")[0]) <= int(level_of(post)) <= int(tier.split("-")[-1])
    )  # fmt: skip


@check("careers.start_grade", Group.ELIGIBLE, Message("The grade stated is not below the starting grade of the post"))
def _start_grade(case: Case) -> Iterable[Said] | None:
    """Nobody holds a post below its starting grade (I-4, I-6)."""
    post: Any = case.facts.get("post")
    grade = case.facts.get("grade")
    least: Any = standards().start_grades.get(post) if post is not None else None
    if grade is None or least is None:
        return None
    if grade >= least:
        return []
    return [
        Said(
            Message("%(post)s begins with grade %(least)s, and grade %(grade)s is stated.",
                    post=post_name(post), least=least, grade=grade),
            Message("Compare post and grade with the document; at least grade %(least)s is paid.", least=least),
            case.place("grade"),
        )
    ]  # fmt: skip


@check("careers.ranks", Group.ELIGIBLE, Message("Ranks exist on the day"))
def _ranks(case: Case) -> Iterable[Said] | None:
    """Ranks came in the place of non-leading positions on a day (C-3)."""
    if case.facts.get("rank") is None or case.day is None:
        return None
    since = date.fromisoformat(standards().parameter("C-3", "ranks_from"))
    if case.day >= since:
        return []
    return [
        Said(
            Message("There are ranks only since %(since)s.", since=day_shown(since)),
            Message("Correct the day; before that a position is appointed, which is another item."),
            case.place("day"),
        )
    ]


@check("careers.occupation", Group.ELIGIBLE, Message("Who teaches or nurses holds no worker post"), severity=WARNING)
def _occupation(case: Case) -> Iterable[Said] | None:
    staff = case.staff
    if staff is None or case.effect is None or case.effect.code not in ("post_appointment", "occupation_change"):
        return None
    occupation = case.facts.get("occupation") if case.effect.code == "occupation_change" else staff.occupation
    post: Any = case.facts.get("post") or case.sheet.around.state.get("post")
    if occupation is None or post is None:
        return None
    if series_of(post) != "WORKER":
        return []
    return [
        Said(
            Message("%(occupation)s and %(post)s do not go together.",
                    occupation=OCCUPATIONS[occupation], post=post_name(post)),
            Message("Correct the post, or first end the teaching or nursing post."),
            case.place("post" if case.facts.get("post") else "occupation"),
        )
    ]  # fmt: skip
