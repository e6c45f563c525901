"""Verbs of applications: start, save answers, move a draft to the new version, submit once, withdraw."""

from __future__ import annotations

from app.applications.drafting import move_draft, save_answers, start
from app.applications.filing import submit, withdraw

__all__ = ["move_draft", "save_answers", "start", "submit", "withdraw"]
