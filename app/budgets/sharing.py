"""Shares a pool among people by coefficient, assessment tier and own share, to the fen. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.messages import Message
from app.pay.names import RESULTS

TIERS: dict[str, Message] = {
    code: RESULTS[code] for code in ("EXCELLENT", "QUALIFIED", "BASICALLY_QUALIFIED", "UNQUALIFIED")
}
USUAL_TIER = "QUALIFIED"
EVEN: dict[str, int] = dict.fromkeys(TIERS, 100)
"""Every tier counts alike until the unit says otherwise: the rules give no figures for tiers."""


@dataclass(frozen=True)
class Row:
    """One line of a plan. `coefficient` is in hundredths."""

    staff_id: int
    post: str | None
    coefficient: int = 100
    tier: str = USUAL_TIER
    share_percent: int = 100
    leader: bool = False

    def weight(self, tiers: Mapping[str, int]) -> int:
        """What the row counts, in millionths."""
        return self.coefficient * tiers.get(self.tier, 0) * self.share_percent


def shared(pool_fen: int, rows: Sequence[Row], tiers: Mapping[str, int]) -> list[int]:
    """The amounts in the order of the rows. They add up to the pool: what rounding down leaves goes, a fen each, to the
    largest remainders. With nobody who counts, everybody gets nothing."""
    weights = [row.weight(tiers) for row in rows]
    whole = sum(weights)
    if not whole:
        return [0] * len(rows)
    exact = [divmod(pool_fen * weight, whole) for weight in weights]
    amounts = [amount for amount, _ in exact]
    left = pool_fen - sum(amounts)
    largest = sorted(range(len(rows)), key=lambda place: (-exact[place][1], place))
    for place in largest[:left]:
        amounts[place] += 1
    return amounts
