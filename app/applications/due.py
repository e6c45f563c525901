"""Which items fit a person as they are now, the obvious one first. Who is due for what is worked out by proposals."""

from __future__ import annotations

from collections.abc import Sequence

from app.pay.effects import EFFECTS, fits
from models import Staff
from models.staff import StaffState, StaffType

NEW_HIRE, GRADING = "new_hire", "grading"


def proposed(staff: Staff, versions: Sequence[tuple[str, str | None]]) -> tuple[list[str], str]:
    """The codes of the items that fit the person as they are now, from (code, effect), and the one that is obvious.

    Obvious is a first wage, and grading for who holds no post at an institution: before the end of probation nobody
    holds one.
    """
    fitting = {code: effect for code, effect in versions if effect and fits(EFFECTS[effect], staff) is None}
    ungraded = staff.post is None and staff.staff_type == StaffType.INSTITUTION
    wanted = NEW_HIRE if staff.state == StaffState.PENDING else GRADING if ungraded else ""
    obvious = next((code for code, effect in fitting.items() if effect == wanted), "")
    return sorted(fitting, key=lambda code: code != obvious), obvious
