"""Verbs of batches: make, take lines out, file, decide, give up; and the annual round."""

from __future__ import annotations

from app.batches.deciding import decide
from app.batches.filing import submit
from app.batches.making import Made, Row, bring_up_to_date, from_proposals, from_roster, give_up, make, take_out

__all__ = [
    "Made",
    "Row",
    "bring_up_to_date",
    "decide",
    "from_proposals",
    "from_roster",
    "give_up",
    "make",
    "submit",
    "take_out",
]
