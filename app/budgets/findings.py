"""What the rules say to a distribution or a plan: findings, each a sentence with its people and figures. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import sqrt
from typing import Any

from app.budgets.rules import Policy, share, yuan
from app.messages import Message

NOTE, HOLD, BLOCK = "note", "hold", "block"
"""`note` is told; `hold` waits for somebody above the unit with a reason; `block` is not taken at all."""
FEWEST_FOR_A_SPREAD = 3
MOST_NAMED = 5


@dataclass(frozen=True)
class Finding:
    """One finding: the rule behind it, how grave it is, the sentence, the people and figures that it rests on."""

    code: str
    rule: str
    severity: str
    message: Message
    people: tuple[int, ...] = ()
    figures: Mapping[str, int | str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {"code": self.code, "rule": self.rule, "severity": self.severity, "message": self.message.to_json(),
                "people": list(self.people), "figures": dict(self.figures)}  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Finding:
        return cls(kept["code"], kept["rule"], kept["severity"], Message.from_json(kept["message"]),
                   tuple(kept["people"]), kept["figures"])  # fmt: skip


@dataclass(frozen=True)
class Share:
    """What one person is to get. `post` is what they hold, `leader` the unit's main leader."""

    staff_id: int
    name: str
    amount_fen: int
    leader: bool = False


@dataclass(frozen=True)
class Standing:
    """Where a total stands before a distribution: what counts against it already, in fen, and the month of the year."""

    total_fen: int
    used_fen: int
    incentive_used_fen: int
    basic_percent: int
    month: int


def of_distribution(
    shares: Sequence[Share], standing: Standing, policy: Policy, *, item: str, counted: bool, has_plan: bool
) -> list[Finding]:
    """Everything that the rules say to a payment, but for the balance: that one the ledger guards."""
    amount = sum(one.amount_fen for one in shares)
    found = [*leader_cap(shares, policy)] if item == "INCENTIVE" else []
    if item == "INCENTIVE":
        found += levelling(shares, policy)
        found += _more_than_the_incentive_part(amount, standing)
        if not has_plan:
            found.append(
                Finding("NO_PLAN", "P-5", HOLD, Message("Incentive pay is paid without an approved plan."))
            )  # fmt: skip
    if counted:
        found += _near_and_ahead(standing.used_fen + amount, standing, policy)
    return found


def leader_cap(shares: Sequence[Share], policy: Policy) -> list[Finding]:
    """P-4: the main leader's pay against the average of the unit."""
    leaders = [one for one in shares if one.leader]
    if not leaders or len(shares) < 2:
        return []
    average = Decimal(sum(one.amount_fen for one in shares)) / len(shares)
    found = []
    for leader in leaders:
        times = (leader.amount_fen / average).quantize(Decimal("0.01")) if average else Decimal(0)
        if times < policy["leader_warn"]:
            continue
        held = times >= policy["leader_block"]
        limit = policy["leader_block"] if held else policy["leader_warn"]
        found.append(
            Finding(
                "LEADER", "P-4", HOLD if held else NOTE,
                Message(
                    "%(name)s gets %(amount)s yuan, %(times)s times the average of %(average)s yuan; the limit is "
                    "%(limit)s times.",
                    name=leader.name, amount=yuan(leader.amount_fen), times=f"{times:f}", average=yuan(round(average)),
                    limit=f"{limit.normalize():f}",
                ),
                (leader.staff_id,),
                {"amount_fen": leader.amount_fen, "average_fen": round(average), "times": f"{times:f}"},
            )
        )  # fmt: skip
    return found


def spread(amounts: Sequence[int]) -> Decimal:
    """The coefficient of variation: the standard deviation over the mean."""
    if not amounts or not sum(amounts):
        return Decimal(0)
    mean = sum(amounts) / len(amounts)
    return Decimal(sqrt(sum((one - mean) ** 2 for one in amounts) / len(amounts)) / mean).quantize(Decimal("0.0001"))


def levelling(shares: Sequence[Share], policy: Policy) -> list[Finding]:
    """P-5: incentive pay that tells nobody apart, by its spread and by how many get the very same."""
    amounts = [one.amount_fen for one in shares if not one.leader]
    if len(amounts) < FEWEST_FOR_A_SPREAD:
        return []
    found = []
    variation = spread(amounts)
    common, times = Counter(amounts).most_common(1)[0]
    same = share(times, len(amounts))
    if variation < policy["levelling_cv"]:
        found.append(
            Finding(
                "LEVELLING", "P-5", NOTE,
                Message(
                    "The incentive pay of %(people)s people hardly differs: coefficient of variation %(cv)s, below "
                    "%(limit)s; %(same)s of them get %(amount)s yuan.",
                    people=len(amounts), cv=f"{variation:f}", limit=f"{policy['levelling_cv'].normalize():f}",
                    same=times, amount=yuan(common),
                ),
                (),
                {"cv": f"{variation:f}", "people": len(amounts), "same": times, "common_fen": common},
            )
        )  # fmt: skip
    elif same >= policy["equal_percent"]:
        found.append(
            Finding(
                "EQUAL_AMOUNTS", "P-5", NOTE,
                Message(
                    "%(same)s of %(people)s people (%(percent)s percent) get the same incentive pay, %(amount)s yuan.",
                    same=times, people=len(amounts), percent=f"{same:f}", amount=yuan(common),
                ),
                (),
                {"same": times, "people": len(amounts), "common_fen": common},
            )
        )  # fmt: skip
    return found


def named(names: Sequence[str]) -> str:
    """Some names as they stand in a sentence; of many the first and how many more."""
    shown = "、".join(names[:MOST_NAMED])
    return f"{shown} (+{len(names) - MOST_NAMED})" if len(names) > MOST_NAMED else shown


def elapsed_share(month: int) -> Decimal:
    """How much of the year is over at the end of a month, in percent (P-5)."""
    return share(month, 12)


def _near_and_ahead(used: int, standing: Standing, policy: Policy) -> list[Finding]:
    part, gone = share(used, standing.total_fen), elapsed_share(standing.month)
    found = []
    if part >= policy["near_percent"]:
        found.append(
            Finding(
                "NEAR", "P-5", NOTE,
                Message("With it %(part)s percent of the total are used; from %(limit)s percent on there is a warning.",
                        part=f"{part:f}", limit=f"{policy['near_percent'].normalize():f}"),
                (), {"used_fen": used, "total_fen": standing.total_fen},
            )
        )  # fmt: skip
    if part - gone >= policy["ahead_points"]:
        found.append(
            Finding(
                "AHEAD", "P-5", NOTE,
                Message(
                    "With it %(part)s percent of the total are used while %(gone)s percent of the year are over: "
                    "%(points)s points ahead, %(limit)s are allowed.",
                    part=f"{part:f}", gone=f"{gone:f}", points=f"{part - gone:f}",
                    limit=f"{policy['ahead_points'].normalize():f}",
                ),
                (), {"used_fen": used, "total_fen": standing.total_fen},
            )
        )  # fmt: skip
    return found


def _more_than_the_incentive_part(amount: int, standing: Standing) -> list[Finding]:
    """P-3: the incentive part is what the basic part leaves."""
    allowed = standing.total_fen * (100 - standing.basic_percent) // 100
    used = standing.incentive_used_fen + amount
    if used <= allowed:
        return []
    return [
        Finding(
            "INCENTIVE_PART", "P-3", NOTE,
            Message(
                "Incentive pay comes to %(used)s yuan, %(more)s yuan more than its %(percent)s percent of the total.",
                used=yuan(used), more=yuan(used - allowed), percent=100 - standing.basic_percent,
            ),
            (), {"used_fen": used, "allowed_fen": allowed},
        )
    ]  # fmt: skip
