"""Verbs of proposals: refresh, confirm one or many, set aside, take up again; and report assessments."""

from __future__ import annotations

from app.proposals.assessments import Result, report
from app.proposals.confirming import MOST_AT_ONCE, Confirmed, Line, confirm, confirm_many
from app.proposals.deciding import reopen, set_aside
from app.proposals.refreshing import Tally, refresh_people
from app.proposals.run import begin, refresh_everybody_from, refresh_reach

__all__ = [
    "MOST_AT_ONCE",
    "Confirmed",
    "Line",
    "Result",
    "Tally",
    "begin",
    "confirm",
    "confirm_many",
    "refresh_everybody_from",
    "refresh_people",
    "refresh_reach",
    "reopen",
    "report",
    "set_aside",
]
