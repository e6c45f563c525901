"""Verbs of fund risk: keep a payroll, set an establishment, set a rule, run the rules."""

from __future__ import annotations

from app.risk.payrolls import Paid, Problem, Unreadable, account_index_of, import_workbook, keep_payroll
from app.risk.recorded import keep_from_record
from app.risk.run import begin, last_month, look
from app.risk.settings import set_establishment, set_rule

__all__ = [
    "Paid",
    "Problem",
    "Unreadable",
    "account_index_of",
    "begin",
    "import_workbook",
    "keep_from_record",
    "keep_payroll",
    "last_month",
    "look",
    "set_establishment",
    "set_rule",
]
