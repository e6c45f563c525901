"""What comes next for one employee: the next promotion, the end of probation, the seniority allowance, retirement; when
it is expected and what it depends on. The engine is asked with assessments that are still to come; nothing is decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from app import clock
from app.employee.comparing import Difference, differences
from app.messages import Message, Named
from app.pay import queries as pay
from app.pay.career import Career, Moment
from app.pay.errors import PayError
from app.pay.events import Assessment, Grading, Join, Sanction, SanctionLifted
from app.pay.months import Month, day_said, month_of, month_said, same_day_after
from app.pay.periods import sanction_periods
from app.pay.replaying import ManyReplays
from app.pay.standards import Standards
from app.pay.why_not import CONSIDERED
from app.proposals.retiring import group_of, retirement_of
from app.proposals.subjects import NEW, Reported, Subject
from app.standards.queries import current
from models import Proposal, ReportedAssessment, Staff, db
from models.proposals import ProposalState
from models.staff import StaffState

YEARS_AHEAD = 6
"""How far a promotion is looked for: no rule counts more qualified years for one step."""


@dataclass(frozen=True)
class Expected:
    """One thing that comes: what, from when, on what it depends; with amounts where the tables know them."""

    kind: str
    what: Message
    day: date
    depends: Sequence[Message] = ()
    parts: Sequence[Difference] = field(default=())
    before_fen: int | None = None
    after_fen: int | None = None
    unsure: Message | None = None

    @property
    def overdue(self) -> bool:
        """Whether its day has come already, so that it waits for somebody."""
        return self.day <= clock.today()


@dataclass(frozen=True)
class Ahead:
    """What is expected, in the order of its days, and what the unit has before it already."""

    expected: Sequence[Expected]
    prepared: Sequence[Proposal]


def what_is_next(staff_id: int) -> Ahead:
    """Everything that can be foreseen for one employee, in three statements: reports and proposals are few, so they
    come along with the person."""
    rows = db.session.execute(
        select(Staff, ReportedAssessment.year, ReportedAssessment.result, Proposal)
        .outerjoin(ReportedAssessment, ReportedAssessment.staff_id == Staff.id)
        .outerjoin(Proposal, and_(Proposal.staff_id == Staff.id, Proposal.state == ProposalState.OPEN))
        .options(joinedload(Proposal.item))
        .where(Staff.id == staff_id)
        .order_by(ReportedAssessment.year, Proposal.due_on, Proposal.id)
    ).all()
    staff = rows[0][0]
    events = [pay.read_event(row) for row in pay.event_rows(staff_id)]
    known = {event.year for event in events if isinstance(event, Assessment)}
    told = dict.fromkeys((row[1], row[2]) for row in rows if row[1] is not None and row[1] not in known)
    prepared = list(dict.fromkeys(row[3] for row in rows if row[3] is not None))
    tables = current()
    subject = Subject(
        staff=staff, person=pay.person_of(staff), events=events, reported=[Reported(*one) for one in told], kept=(),
        today=clock.today(), many=ManyReplays(tables=tables), tables=tables,
    )  # fmt: skip
    return Ahead(sorted(expected_of(subject), key=lambda one: one.day), prepared)


def expected_of(subject: Subject) -> list[Expected]:
    """The same for values that are at hand."""
    if subject.staff.state == StaffState.ENDED:
        return []
    return [one for look in (_grading, _promotion, _seniority, _sanction, _retirement) for one in look(subject)]


def _grading(subject: Subject) -> Iterator[Expected]:
    """I-3, C-3: the day after probation, which is as many months as the education says."""
    start = next((one for one in subject.events if isinstance(one, Join)), None)
    if subject.state is None or start is None or subject.state["phase"] != "PROBATION":
        return
    education = subject.tables.educations[subject.state["education"]]
    day = same_day_after(start.date, education.phase_months)
    post = None
    if subject.state["staff_type"] == "INSTITUTION":
        post = subject.state.get("post") or subject.staff.post or education.default_tech_post
    found = Expected(
        "grading", Message("End of probation: post and grade are fixed"), day,
        (
            Message("Probation after joining on %(day)s lasts %(months)s months.", day=day_said(start.date),
                    months=education.phase_months),
            Message("Your unit finds you fit for the work and files the grading."),
        ),
    )  # fmt: skip
    new = subject.tried(Grading(id=NEW, date=day, post=post))
    yield _priced(found, subject.career, new, max(month_of(day), subject.this_month))


def _promotion(subject: Subject) -> Iterator[Expected]:
    """I-5, C-4, C-5, W-1: the first January that brings more, if the years until then qualify."""
    base = subject.career
    if base is None or subject.state is None:
        return
    years = _years_to_come(subject)
    assumed = [Assessment(id=f"assumed-{year}", year=year, result="QUALIFIED") for year in years]
    told = [Assessment(id=f"told-{one.year}", year=one.year, result=one.result) for one in subject.reported]
    try:
        new = subject.many.replay(subject.person, [*subject.events, *told, *assumed], until=date.min)
    except PayError:
        return
    kept = {(moment.month, moment.cause.kind) for moment in base.moments}
    moment = next(
        (one for one in new.moments if one.cause.kind in CONSIDERED and (one.month, one.cause.kind) not in kept), None
    )
    if moment is None:
        return
    depends = [
        Message("The assessment of %(year)s is at least Qualified.", year=str(year))
        for year in years if year < moment.month.year
    ]  # fmt: skip
    if not depends:
        depends = [Message("Your unit has reported the assessment and files the promotion.")]
    depends.append(Message("No sanction stands against it until then."))
    earlier = _moment_before(new, moment)
    found = Expected("promotion", _rise(earlier, moment), moment.month, tuple(depends))
    yield _priced(found, base, new, moment.month)


def _years_to_come(subject: Subject) -> list[int]:
    """The years whose assessment is not on record: last year's if nobody has told it, this one, those ahead."""
    known = {event.year for event in subject.events if isinstance(event, Assessment)}
    known |= {one.year for one in subject.reported}
    first = max(subject.today.year - 1, subject.career.facts.start_month.year if subject.career else 0)
    return [year for year in range(first, subject.today.year + YEARS_AHEAD) if year not in known]


def _moment_before(career: Career, moment: Moment) -> Moment | None:
    place = career.moments.index(moment)
    return career.moments[place - 1] if place else None


def _rise(before: Moment | None, after: Moment) -> Message:
    """What rises, from what to what."""
    old, new = before.state.to_json() if before is not None else {}, after.state.to_json()
    if new.get("grade") != old.get("grade"):
        return Message("Annual increment: grade %(before)s to %(after)s", before=old.get("grade"), after=new["grade"])
    if new.get("level") != old.get("level"):
        return Message("Promotion of the level: %(before)s to %(after)s", before=old.get("level"), after=new["level"])
    if new.get("step") != old.get("step"):
        return Message("Promotion of the step: %(before)s to %(after)s", before=old.get("step"), after=new["step"])
    return Message("Normal promotion")


def _seniority(subject: Subject) -> Iterator[Expected]:
    """I-9: the January in which the years of teaching or nursing reach the next line of the allowance."""
    state, start = subject.state, subject.staff.teaching_start_year
    if state is None or not state.get("occupation") or start is None:
        return
    lines = _lines_of_years(subject.tables)
    now = subject.today.year - start - subject.staff.teaching_deducted_years
    ahead = [years for years in lines if years > now]
    if not ahead:
        return
    day = date(start + subject.staff.teaching_deducted_years + ahead[0], 1, 1)
    yield Expected(
        "seniority", Message("Seniority allowance for %(years)s years of teaching or nursing", years=ahead[0]), day,
        (Message("You go on teaching or nursing without a break."),),
    )  # fmt: skip


def _lines_of_years(tables: Standards) -> tuple[int, ...]:
    """From how many years on each line of the allowance is paid."""
    return tuple(sorted({band.years_from for band in tables.seniority}))


def _sanction(subject: Subject) -> Iterator[Expected]:
    """I-10, C-10: the day on which the period of a sanction is over."""
    lifted = {event.sanction for event in subject.events if isinstance(event, SanctionLifted)}
    held = [event for event in subject.events if isinstance(event, Sanction) and event.id not in lifted]
    for period in sanction_periods(held, subject.person.staff_type, subject.tables):
        if period.end > subject.today:
            yield Expected(
                "sanction", Message("The period of the sanction ends"), period.end,
                (Message("Your unit files its lifting."),),
            )  # fmt: skip


def _retirement(subject: Subject) -> Iterator[Expected]:
    """The statutory age with its gradual rise."""
    staff, state = subject.staff, subject.state
    if staff.state != StaffState.ACTIVE or state is None:
        return
    retires = retirement_of(staff.birth_date, group_of(staff.sex, state))
    depends = [
        Message(
            "Statutory age of your group (%(group)s): %(age)s.",
            group=retires.ages.name, age=_age(retires.ages.original_months + retires.extra_months),
        )
    ]  # fmt: skip
    if retires.extra_months:
        depends.append(
            Message(
                "%(age)s before the gradual rise; the rise from %(month)s on adds %(count)s months for your "
                "date of birth.",
                age=_age(retires.ages.original_months),
                month=month_said(month_of(retires.ages.rises_from)),
                count=retires.extra_months,
            )
        )
    else:
        depends.append(
            Message(
                "It is reached before the gradual rise that begins in %(month)s.",
                month=month_said(month_of(retires.ages.rises_from)),
            )
        )
    if staff.sex != "MALE":
        depends.append(Message("Another post can move you into another group."))
    unsure = None
    if retires.ages.confidence != "high":
        unsure = Message("The age of this group is not confirmed by the bureau yet.")
    yield Expected("retirement", Message("Retirement by age"), retires.day, tuple(depends), unsure=unsure)


def _age(months: int) -> Message | Named:
    years, rest = divmod(months, 12)
    if rest == 0:
        return Message("%(years)s years of age", years=years)
    return Message("%(years)s years and %(months)s months of age", years=years, months=rest)


def _priced(found: Expected, old: Career | None, new: Career | None, month: Month) -> Expected:
    """With the amounts, where the tables reach so far; otherwise as it is."""
    if old is None or new is None or new.stopped is not None:
        return found
    try:
        before, after = old.wage_in(month), new.wage_in(month)
    except PayError as error:
        return replace(found, unsure=found.unsure or error.message)
    parts = differences(before.components, after.components, since=month)
    return replace(found, parts=tuple(parts), before_fen=before.total_fen, after_fen=after.total_fen)


__all__ = ["Ahead", "Expected", "expected_of", "what_is_next"]
