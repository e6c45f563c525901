"""The state of a civil servant: position, rank, level, step, and the two clocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

from app.pay.civil_steps import Place
from app.pay.components import Cause
from app.pay.staff_types import State


@dataclass(frozen=True, slots=True)
class CivilState:
    """A civil servant. On probation there is neither position nor level. A clock is the first year that counts."""

    phase: Literal["PROBATION", "GRADED"]
    education: str | None
    position: str | None = None
    leading: bool | None = None
    rank: str | None = None
    level: int | None = None
    step: int | None = None
    level_clock: int | None = None
    step_clock: int | None = None
    why_paid: Cause | None = None
    why_position: Cause | None = None
    why_rank: Cause | None = None
    why_level: Cause | None = None
    staff_type: str = "CIVIL_SERVANT"
    ended: bool = False

    @property
    def place(self) -> Place:
        """Level and step of a graded civil servant."""
        return Place(cast(int, self.level), cast(int, self.step))

    def to_json(self) -> dict[str, Any]:
        if self.phase == "PROBATION":
            return {"staff_type": self.staff_type, "phase": self.phase, "education": self.education}
        return {
            "staff_type": self.staff_type,
            "phase": self.phase,
            "position": self.position,
            "leading": self.leading,
            "rank": self.rank,
            "level": self.level,
            "step": self.step,
            "level_clock": self.level_clock,
            "step_clock": self.step_clock,
        }


def civil(state: State) -> CivilState:
    """The state as that of a civil servant."""
    if not isinstance(state, CivilState):
        raise TypeError(f"not a state of a civil servant: {state!r}")
    return state


def restarted(clock: int | None, year: int) -> int:
    """A clock that restarts in a year never moves back (D-7)."""
    return max(cast(int, clock), year)
