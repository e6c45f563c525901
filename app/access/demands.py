"""What the house demands of second factors: at log-in, and before one's own pay is shown. Settings name it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

WHEN_HELD, REQUIRED, NEVER = "held", "required", "never"
RECENTLY = timedelta(minutes=10)
"""How long after the password or a factor was shown the factors themselves may be changed."""


@dataclass(frozen=True)
class Demands:
    """`log_in`: of who holds a factor, or of everybody. `pay`: beyond the log-in never, of who holds one, of everybody;
    once shown it is good for `pay_lasts`."""

    log_in: str = WHEN_HELD
    pay: str = NEVER
    pay_lasts: timedelta = timedelta(minutes=15)


_demands = Demands()


def configure(*, log_in: str, pay: str, pay_minutes: int) -> None:
    """Name what is demanded."""
    global _demands
    _demands = Demands(log_in, pay, timedelta(minutes=pay_minutes))


def demanded() -> Demands:
    """What is demanded now."""
    return _demands


def due_at_log_in(*, held: bool) -> bool:
    """Whether a session that begins opens nothing until a factor was shown or, where none is held, set up."""
    return held or _demands.log_in == REQUIRED
