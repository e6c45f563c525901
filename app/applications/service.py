"""Verbs of applications: start, for an employee or a unit; save answers, move a draft, submit once, withdraw."""

from __future__ import annotations

from app.applications.drafting import move_draft, save_answers, start
from app.applications.filing import submit, withdraw
from app.applications.of_units import start_for_unit

__all__ = ["move_draft", "save_answers", "start", "start_for_unit", "submit", "withdraw"]
