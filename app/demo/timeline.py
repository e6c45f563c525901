"""What happened to a demo application and when: steps taken in office hours on working days, cut off at the present."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

import chinese_calendar

from app.clock import SHANGHAI

FIRST, LAST = date(2016, 1, 1), date(2018, 12, 31)
WORKING = [
    day
    for day in (FIRST + timedelta(days=index) for index in range((LAST - FIRST).days + 1))
    if chinese_calendar.is_workday(day)
]


def moment(day: date, random: Random) -> datetime:
    """Some minute of a working day's office hours."""
    return datetime.combine(day, time(9), SHANGHAI) + timedelta(minutes=random.randint(0, 470))


def working_day(day: date, after: int = 0) -> date:
    """The day itself or the next working day, and so many working days after it."""
    return WORKING[bisect_left(WORKING, day) + after]


def due_day(entered: datetime, limit: int) -> date:
    """The last working day of a limit that begins the day after entering."""
    return WORKING[bisect_right(WORKING, entered.date()) + max(limit, 1) - 1]


@dataclass
class Step:
    """A step of the item, as the timeline needs it."""

    position: int
    key: str
    permission: str
    limit_days: int


@dataclass
class Happening:
    """One entry of the history. `actor` is a role key; `step` the position it concerns."""

    kind: str
    at: datetime
    actor: str
    state: str
    step: int | None
    round: int
    note: str = ""


@dataclass
class Story:
    """The whole course of one application until now."""

    created: datetime
    happenings: list[Happening] = field(default_factory=list)
    state: str = "DRAFT"
    round: int = 0
    step: Step | None = None
    entered: datetime | None = None
    submitted: datetime | None = None
    decided: datetime | None = None
    taken: datetime | None = None
    paid: datetime | None = None
    claimed: datetime | None = None
    decisions: list[tuple[int, Step, str, str, datetime]] = field(default_factory=list)
    returned_material: bool = False

    @property
    def effective(self) -> bool:
        """Whether the approval has changed the wage."""
        return self.state in ("APPROVED", "AT_FINANCE", "PAID")


REASONS = {
    "return": "扫描件缺少单位公章，请补盖后重新上传。",
    "reject": "聘任文件与岗位设置方案不符，不予核定，请先报岗位设置变更。",
    "withdraw": "聘期起始日期填写有误，撤回后重新申报。",
}


def tell(created: datetime, steps: list[Step], now: datetime, random: Random, *, plan: str = "approve") -> Story:
    """Let an application run from `created` until `now`. `plan`: approve, return, reject, withdraw, draft."""
    story = Story(created=created)
    story.happenings.append(Happening("started", created, "clerk", "DRAFT", None, 0))
    if plan == "draft":
        return story
    at = created + timedelta(minutes=random.randint(8, 45))
    if at >= now:
        return story
    _submit(story, at, steps[0])
    for index, step in enumerate(steps):
        if index:
            story.step, story.entered = step, at
        if plan == "withdraw" and index == 1:
            return _withdraw(story, at, now, random)
        returns = plan == "return" and index == min(1, len(steps) - 1)
        at = _later(at, random)
        if at >= now:
            return story
        outcome = "RETURNED" if returns else "REJECTED" if plan == "reject" and index == len(steps) - 1 else "APPROVED"
        if outcome == "RETURNED":
            _decide(story, step, outcome, at, REASONS["return"], "RETURNED", now_at=step)
            story.returned_material = True
            at = _later(at, random, slow=True)
            if at >= now:
                return story
            _submit(story, at, step, kind="resubmitted")
            at = _later(at, random)
            if at >= now:
                return story
            outcome = "APPROVED"
        last = index == len(steps) - 1
        state = "REJECTED" if outcome == "REJECTED" else "APPROVED" if last else "IN_REVIEW"
        following = steps[index + 1] if state == "IN_REVIEW" else None
        _decide(story, step, outcome, at, REASONS["reject"] if outcome == "REJECTED" else "", state, now_at=following)
        if outcome == "REJECTED":
            return story
    return _pay(story, at, now, random)


def _submit(story: Story, at: datetime, step: Step, kind: str = "submitted") -> None:
    story.round += 1
    story.submitted = at
    story.state, story.step, story.entered = "IN_REVIEW", step, at
    story.happenings.append(Happening(kind, at, "clerk", "IN_REVIEW", step.position, story.round))


def _decide(
    story: Story, step: Step, outcome: str, at: datetime, note: str, state: str, *, now_at: Step | None
) -> None:
    """A decision at one step; its event names the step at which the application stands afterwards."""
    story.decisions.append((story.round, step, outcome, note, at))
    ended = state in ("APPROVED", "REJECTED")
    story.state = state
    kind = "passed" if outcome == "APPROVED" and not ended else outcome.lower()
    story.happenings.append(
        Happening(kind, at, step.permission, state, now_at.position if now_at else None, story.round, note)
    )
    if ended:
        story.decided, story.step, story.entered = at, None, None


def _withdraw(story: Story, at: datetime, now: datetime, random: Random) -> Story:
    at = at + timedelta(minutes=random.randint(20, 120))
    if at < now:
        story.state, story.step, story.entered = "WITHDRAWN", None, None
        story.happenings.append(
            Happening("withdrawn", at, "clerk", "WITHDRAWN", None, story.round, REASONS["withdraw"])
        )
    return story


def _pay(story: Story, at: datetime, now: datetime, random: Random) -> Story:
    """Finance takes on the second working day at noon, and confirms the working day after."""
    taken = datetime.combine(working_day(at.date(), 2), time(11), SHANGHAI)
    if taken < now:
        story.taken, story.state = taken, "AT_FINANCE"
        story.happenings.append(Happening("taken", taken, "finance", "AT_FINANCE", None, story.round))
        paid = datetime.combine(working_day(taken.date(), 1), time(15), SHANGHAI)
        if paid < now:
            story.paid, story.state = paid, "PAID"
            story.happenings.append(Happening("paid", paid, "finance", "PAID", None, story.round))
    return story


def _later(at: datetime, random: Random, *, slow: bool = False) -> datetime:
    """Some working time later."""
    days = random.choices((0, 1, 2, 3), (1, 4, 3, 2) if slow else (45, 40, 12, 3))[0]
    if days == 0:
        later = at + timedelta(minutes=random.randint(15, 150))
        closing = datetime.combine(at.date(), time(17, 30), SHANGHAI)
        if later <= closing:
            return later
        days = 1
    index = bisect_left(WORKING, at.date())
    return max(moment(WORKING[index + days], random), at + timedelta(minutes=5))
