"""Makes the chain of links from a replayed career: changes of state, new standards, amounts that grow by the year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.messages import Message
from app.pay.absences import months_that_differ
from app.pay.career import Career, Link, Moment
from app.pay.components import Cause, InForce
from app.pay.errors import PayError
from app.pay.months import Month, month_after, month_said
from app.pay.rulebook import rule
from app.pay.staff_types import State, rules_for


@rule("G-3")
def make_chain(career: Career, until: Month | None) -> list[Link]:
    """The links up to a month: changes of state, new standards, and amounts that grow with the calendar year."""
    if not career.moments:
        return []
    limit = month_after(until or _last_change(career))
    if career.stopped is not None:
        limit = min(limit, career.stopped.month)
    links: list[Link] = []
    for moment, following in zip(career.moments, [*career.moments[1:], None], strict=True):
        if moment.month >= limit:
            break
        _append(links, career, moment.month, moment.cause, moment.state, moment.reasons)
        _append_quiet_changes(links, career, moment, following, limit)
    return links


def _append_quiet_changes(
    links: list[Link], career: Career, moment: Moment, following: Moment | None, limit: Month
) -> None:
    """Links between two changes of state: re-pricing, and in January what grows with the year."""
    if moment.state.ended:
        return
    rules = rules_for(moment.state.staff_type)
    yearly = rules.changes_with_the_year(moment.state)
    end = limit
    if following is not None:
        # A standard or a year that begins in the month of the next change is first seen on the old state, unless pay
        # stops in that month.
        seen_until = following.month if following.state.ended else month_after(following.month)
        end = min(seen_until, limit)
    otherwise_paid = months_that_differ(career.facts)
    for month in _quiet_months(career, moment.month, end, yearly=yearly, also=otherwise_paid):
        in_force = _version_in(career, month)
        if in_force is not None and links[-1].standard_version != in_force.version:
            cause = Cause("repricing", in_force.event, month)
            _append(links, career, month, cause, moment.state, (_repriced(moment.state, month),))
        elif month in otherwise_paid:
            cause, reason = otherwise_paid[month]
            _append(links, career, month, cause, moment.state, (reason,))
            _drop_if_alike(links)
        elif yearly and links[-1].wage is not None and _may_have_grown(career, moment, links[-1], month):
            before = links[-1].total
            _append(links, career, month, Cause("seniority", None, month), moment.state, ())
            if links[-1].wage is not None and links[-1].total == before:
                links.pop()


def _may_have_grown(career: Career, moment: Moment, before: Link, month: Month) -> bool:
    """Whether a January can pay more than the link before it: most years reach no further line of the allowance."""
    facts, state, since = career.facts, moment.state, before.effective_month
    rules = rules_for(state.staff_type)
    if facts.standards.era_of(since) != facts.standards.era_of(month):
        return True
    return rules.grown_in(state, since, facts) != rules.grown_in(state, month, facts)


def _drop_if_alike(links: list[Link]) -> None:
    """Take the newest link away again if it pays what the one before it pays."""
    old, new = links[-2].wage, links[-1].wage
    if (old.pay_status, old.total) == (new.pay_status, new.total) if old and new else old is new:
        links.pop()


def _repriced(state: State, month: Month) -> Message:
    if state.staff_type == "INSTITUTION":
        return Message("A new wage standard is in force from %(month)s; post and grade stay.", month=month_said(month))
    return Message("A new wage standard is in force from %(month)s; position, level and step stay.",
                   month=month_said(month))  # fmt: skip


def _last_change(career: Career) -> Month:
    return max(career.moments[-1].month, *months_that_differ(career.facts), date.min)


def _quiet_months(career: Career, start: Month, end: Month, *, yearly: bool, also: Iterable[Month]) -> list[Month]:
    if career.facts.settings.repricing == "by_event":
        months = {month for month, _ in career.versions}
    else:
        months = set(career.facts.standards.versions)
    months.update(also)
    if yearly:
        months |= {date(year, 1, 1) for year in range(start.year + 1, end.year + 1)}
    return sorted(month for month in months if start < month < end)


def _version_in(career: Career, month: Month) -> InForce | None:
    try:
        return career.version_in(month)
    except PayError:
        return None


def _append(
    links: list[Link], career: Career, month: Month, cause: Cause, state: State, reasons: tuple[Message, ...]
) -> None:
    """Add one link, priced if the tables allow it."""
    order = links[-1].order + 1 if links and links[-1].effective_month == month else 0
    wage, error, version = None, None, None
    try:
        version = career.version_in(month).version
        wage = career.price(state, month)
    except PayError as refused:
        error = refused
    links.append(Link(month, order, cause, state.to_json(), version, reasons, wage, error))
