"""What the rules foresee for one person on one day, each in a function that says why; those not due are not there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from app.forms.fields import day_shown
from app.messages import Message, joined
from app.pay.events import Assessment, Grading, Join, Retirement, Sanction, SanctionLifted
from app.pay.months import month_of, month_said, plus_months, same_day_after
from app.pay.periods import sanction_periods
from app.pay.rounding import fen
from app.proposals.retiring import group_of, read_data, retirement_of
from app.proposals.subjects import NEW, Due, Figures, Kept, Reported, Subject, assessment_of
from models.staff import StaffState

__all__ = ["FORESIGHTS", "NEW", "Due", "Figures", "Foresight", "Kept", "Reported", "Subject", "foreseen"]


@dataclass(frozen=True)
class Foresight:
    """One kind of foresight: under which items it is filed, by their codes or else by their effect."""

    code: str
    name: Message
    items: tuple[str, ...]
    effects: tuple[str, ...]


FORESIGHTS: dict[str, Foresight] = {
    one.code: one
    for one in (
        Foresight("new_hire", Message("First wage"), ("NCGZ-01",), ("new_hire",)),
        Foresight("grading", Message("End of probation"), ("NCGZ-02",), ("grading",)),
        Foresight("increment", Message("Annual increment"), ("NCGZ-12",), ("increment",)),
        Foresight("level", Message("Level promotion"), ("NCGZ-09",), ("level_promotion",)),
        Foresight("step", Message("Step promotion"), ("NCGZ-10",), ("step_promotion",)),
        Foresight("worker_step", Message("Step promotion of an organ worker"), ("NCGZ-14",), ("worker_step",)),
        Foresight("seniority", Message("Seniority allowance"), ("NCGZ-17",), ("occupation_change",)),
        Foresight("sanction_lifted", Message("Lifting of a sanction"), ("NCGZ-20",), ("treatment",)),
        Foresight("retirement", Message("Retirement by age"), ("NCGZ-23",), ("retirement",)),
    )
}


def foreseen(subject: Subject) -> list[Due]:
    """Everything a person is due for today."""
    if subject.staff.state == StaffState.ENDED:
        return []
    return [due for look in _LOOKS for due in look(subject)]


def without_effect(subject: Subject) -> list[Reported]:
    """The reported assessments that change no wage, so that they enter the career by themselves: the oldest first,
    up to the first that has to wait for an application."""
    return subject.sorted_out[0]


def _first_wage(subject: Subject) -> Iterator[Due]:
    """I-2, C-2: paid from the month of joining; who is on the roster without a wage is due for one."""
    staff = subject.staff
    if staff.state != StaffState.PENDING or month_of(staff.joined_on) > subject.this_month:
        return
    figures = subject.figures_of(Join(id=NEW, date=staff.joined_on))
    if figures is None:
        return
    facts = {
        "day": staff.joined_on, "education": staff.education, "occupation": staff.occupation,
        "teaching_start_year": staff.teaching_start_year,
    }  # fmt: skip
    why = Message("joined on %(day)s, no wage yet", day=day_shown(staff.joined_on))
    yield Due("new_hire", "first", staff.joined_on, _by_type(subject, "C-2", "I-2"), why, facts, figures)


def _grading(subject: Subject) -> Iterator[Due]:
    """I-3, C-3: the day after probation ends, which is as many months after joining as the education says."""
    state, start = subject.state, next((one for one in subject.events if isinstance(one, Join)), None)
    if state is None or start is None or state["phase"] != "PROBATION":
        return
    months = subject.tables.educations[state["education"]].phase_months
    day = same_day_after(start.date, months)
    if month_of(day) > subject.this_month:
        return
    post = None
    if state["staff_type"] == "INSTITUTION":
        post = (
            state.get("post") or subject.staff.post or subject.tables.educations[state["education"]].default_tech_post
        )
    figures = subject.figures_of(Grading(id=NEW, date=day, post=post))
    if figures is None:
        return
    facts = {"day": day, "post": post, "extra_grades": 0 if post else None}
    why = Message("joined on %(day)s, probation is over", day=day_shown(start.date))
    yield Due("grading", "grading", day, _by_type(subject, "C-3", "I-3"), why, facts, figures)


def _promotions(subject: Subject) -> Iterator[Due]:
    """I-5, C-4, C-5, W-1: what the oldest reported assessment brings that has not been filed yet."""
    _entered, waiting, new = subject.sorted_out
    if waiting is None or new is None:
        return
    figures = subject.figures(new, assessment_of(waiting))
    if figures is None or figures.month > subject.this_month:
        return
    code, rule = _promotion_of(figures)
    facts = {"year": waiting.year, "result": waiting.result} | _earlier_results(subject, waiting.year)
    why = joined(list(figures.reasons), separator=" ") if figures.reasons else Message("The assessment counts.")
    yield Due(code, str(waiting.year), figures.month, rule, why, facts, figures)


def _earlier_results(subject: Subject, year: int) -> dict[str, str]:
    """The results of the years before, as far as they are known: `result_1` is that of the year before."""
    known = {event.year: event.result for event in subject.events if isinstance(event, Assessment)}
    known |= {one.year: one.result for one in subject.reported}
    return {f"result_{before}": known[year - before] for before in range(1, 5) if year - before in known}


def _promotion_of(figures: Figures) -> tuple[str, str]:
    """Which promotion it is. A level and a step of one January come with the application for the level."""
    before, after = figures.state_before, figures.state_after
    if after["staff_type"] == "INSTITUTION":
        return "increment", "I-5"
    if after["staff_type"] == "ORGAN_WORKER":
        return "worker_step", "W-1"
    if (before.get("level"), before.get("level_clock")) != (after.get("level"), after.get("level_clock")):
        return "level", "C-4"
    return "step", "C-5"


def _seniority(subject: Subject) -> Iterator[Due]:
    """I-9: a further line of the allowance is reached, and no kept link since then has brought it."""
    if subject.career is None or subject.state is None or not subject.kept:
        return
    grown = [link for link in subject.career.links if link.cause.kind == "seniority" and link.wage is not None]
    newest = grown[-1] if grown else None
    last = subject.kept[-1]
    if newest is None or newest.effective_month > subject.this_month or last.month >= newest.effective_month:
        return
    staff, month = subject.staff, newest.effective_month
    after = fen(newest.total)
    facts = {
        "day": month, "occupation": subject.state.get("occupation") or staff.occupation,
        "teaching_start_year": staff.teaching_start_year,
    }  # fmt: skip
    years = month.year - (staff.teaching_start_year or month.year) - staff.teaching_deducted_years
    why = Message(
        "%(years)s years of teaching or nursing: a higher seniority allowance from %(month)s",
        years=years, month=month_said(month),
    )  # fmt: skip
    yield Due("seniority", str(month.year), month, "I-9", why, facts, Figures(month, last.total_fen, after))


def _lifting(subject: Subject) -> Iterator[Due]:
    """I-10, C-10: the period of the newest sanction is over and nobody has lifted it yet."""
    lifted = {event.sanction for event in subject.events if isinstance(event, SanctionLifted)}
    held = [event for event in subject.events if isinstance(event, Sanction) and event.id not in lifted]
    if subject.state is None or not held:
        return
    newest = max(held, key=lambda event: event.date)
    periods = sanction_periods([newest], subject.person.staff_type, subject.tables)
    if not periods or periods[0].end > subject.today:
        return
    end = periods[0].end
    why = Message(
        "the sanction of %(day)s has run out on %(end)s and is not lifted yet",
        day=day_shown(newest.date), end=day_shown(end),
    )  # fmt: skip
    facts = {"day": end, "matter": "LIFTED"}
    yield Due("sanction_lifted", newest.id, end, _by_type(subject, "C-10", "I-10"), why, facts)


def _retirement(subject: Subject) -> Iterator[Due]:
    """The statutory age is reached, or will be within the months of the parameter."""
    staff, state = subject.staff, subject.state
    if staff.state != StaffState.ACTIVE or state is None:
        return
    retires = retirement_of(staff.birth_date, group_of(staff.sex, state))
    begins = plus_months(month_of(retires.day), -_months_ahead())
    if subject.this_month < begins:
        return
    figures = subject.figures_of(Retirement(id=NEW, date=retires.day))
    if figures is None:
        return
    facts = {"day": retires.day, "kind": "AGE"}
    why = Message(
        "reaches the statutory age of %(years)s years and %(months)s months on %(day)s (%(group)s)",
        years=retires.years, months=retires.months, day=day_shown(retires.day), group=retires.ages.name,
    )  # fmt: skip
    doubts: tuple[Message, ...] = ()
    if retires.ages.confidence != "high":
        doubts = (Message("The age of this group is not confirmed by the bureau yet; check it before confirming."),)
    yield Due("retirement", "age", date(begins.year, begins.month, 1), "O-3", why, facts, figures, doubts)


@cache
def _months_ahead() -> int:
    found = {(row["foresight"], row["parameter"]): row["value"] for row in read_data("parameters")}
    return int(found["retirement", "months_ahead"])


def _by_type(subject: Subject, civil: str, other: str) -> str:
    return civil if subject.staff.staff_type == "CIVIL_SERVANT" else other


_LOOKS: tuple[Callable[[Subject], Iterator[Due]], ...] = (
    _first_wage, _grading, _promotions, _seniority, _lifting, _retirement,
)  # fmt: skip
