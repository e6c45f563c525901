"""What a year of performance pay warns of: sentences with their figures, and the cases that they become. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app import clock
from app.budgets import findings as rules
from app.budgets.forecast import Forecast
from app.budgets.rules import Policy, share, yuan
from app.cases.service import Figure, Matter, Piece, Place
from app.messages import Message
from models import BudgetTotal
from models.cases import CaseSeverity

SOURCE = "budgets"
FAR_PERCENT = 5  # of the total; more than this is grave
CODES: dict[str, Message] = {
    "FORECAST": Message("Heading for more than the total"),
    "AHEAD": Message("Paid ahead of the year"),
    "NEAR": Message("Nearly used up"),
    "LEVELLING": Message("Levelling of incentive pay"),
    "LEADER": Message("Main leader above the multiple"),
}
OF_THE_TOTAL = frozenset({"FORECAST", "AHEAD", "NEAR"})
"""Warnings of an event to come: the total does not suffice. The others tell of what is there already."""
_REASONS: dict[str, Message] = {
    "FORECAST": Message("What is paid in a year may not pass the approved total (P-5)."),
    "AHEAD": Message("The share that is paid may not run ahead of the share of the year that is over (P-5)."),
    "NEAR": Message("A total that is nearly used up leaves nothing for the months to come (P-5)."),
    "LEVELLING": Message("Incentive pay follows the assessment; equal amounts for everybody are levelling (P-5)."),
    "LEADER": Message("The main leader's pay is capped at a multiple of the unit's average (P-4)."),
}


@dataclass(frozen=True)
class Alarm:
    """One warning as it is found: what it says, its figures, how grave it is, whom it names."""

    code: str
    total: BudgetTotal
    message: Message
    figures: dict[str, Any]
    severity: CaseSeverity = CaseSeverity.WARNING
    people: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        return f"budgets:{self.code}:{self.total.id}"


def of_the_total(total: BudgetTotal, led: Forecast, policy: Policy) -> list[Alarm]:
    found = []
    used, month = total.paid_fen + total.committed_fen, months_gone(total.year)
    part, gone = share(used, total.total_fen), rules.elapsed_share(month)
    if led.low > total.total_fen and month < 12:  # a clean year may end at its total, so the whole band must lie above
        when = led.month_of_breach(total.total_fen) or 12
        found.append(
            Alarm(
                "FORECAST", total,
                Message(
                    "The year is expected to take %(expected)s yuan (%(low)s to %(high)s), %(short)s yuan more than "
                    "the total; it would be passed in month %(month)s.",
                    expected=yuan(led.expected), low=yuan(led.low), high=yuan(led.high),
                    short=yuan(led.short_of(total.total_fen)), month=when,
                ),
                {"expected_fen": led.expected, "low_fen": led.low, "high_fen": led.high, "month": when},
                CaseSeverity.GRAVE if share(led.short_of(total.total_fen), total.total_fen) >= FAR_PERCENT
                else CaseSeverity.WARNING,
            )
        )  # fmt: skip
    if part - gone >= policy["ahead_points"] and used:
        found.append(
            Alarm(
                "AHEAD", total,
                Message(
                    "%(part)s percent of the total are used; by the end of the month %(gone)s percent of the year are "
                    "over.",
                    part=f"{part:f}", gone=f"{gone:f}",
                ),
                {"part": f"{part:f}", "gone": f"{gone:f}"},
            )
        )  # fmt: skip
    if part >= policy["near_percent"] and month < 12:
        found.append(
            Alarm(
                "NEAR", total,
                Message("%(part)s percent of the total are used, %(balance)s yuan are left for %(months)s months.",
                        part=f"{part:f}", balance=yuan(total.balance_fen), months=12 - month),
                {"part": f"{part:f}", "balance_fen": total.balance_fen},
            )
        )  # fmt: skip
    return found


def of_the_shares(total: BudgetTotal, shares: Sequence[tuple[rules.Share, int]], policy: Policy) -> list[Alarm]:
    """What is paid to people in the year so far: `shares` hold everything counted, and the incentive part of it."""
    everything = [one for one, _ in shares]
    incentive = [rules.Share(one.staff_id, one.name, fen, one.leader) for one, fen in shares if fen]
    found = [
        ("LEADER", one, CaseSeverity.GRAVE if one.severity == rules.HOLD else CaseSeverity.WARNING)
        for one in rules.leader_cap(everything, policy)
    ]
    found += [("LEVELLING", one, CaseSeverity.WARNING) for one in rules.levelling(incentive, policy)]
    return [
        Alarm(code, total, one.message, dict(one.figures), severity, one.people) for code, one, severity in found[:2]
    ]


def months_gone(year: int) -> int:
    today = clock.today()
    return today.month if year == today.year else 12 if year < today.year else 0


def matter_of(alarm: Alarm) -> Matter:
    total = alarm.total
    pieces = [
        Piece(
            alarm.message,
            (
                Figure(Message("Approved total"), total.total_fen),
                Figure(Message("Paid"), total.paid_fen),
                Figure(Message("Committed"), total.committed_fen),
            ),
            unit_id=total.unit_id, place=Place("budget_total", total.id),
        )
    ]  # fmt: skip
    pieces += [Piece(alarm.message, (), staff_id=one, unit_id=total.unit_id) for one in alarm.people]
    return Matter(
        key=alarm.key, source=SOURCE, rule=f"budgets:{alarm.code}", unit_id=total.unit_id,
        subject=Message("%(what)s, %(year)s", what=CODES[alarm.code], year=total.year), reason=_REASONS[alarm.code],
        evidence=pieces, severity=alarm.severity, about_kind="budget_total", about_id=total.id, people=alarm.people,
        digest=f"{alarm.code}:{alarm.severity}",  # the amounts move every day; that alone is no news
    )  # fmt: skip
