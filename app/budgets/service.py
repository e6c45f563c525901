"""Verbs of budgets: policy values, totals with a second person, plans that the department approves, distributions."""

from __future__ import annotations

from app.budgets.distributing import Checked, Order, Part, Sent, check, distribute
from app.budgets.ledger import Overdrawn
from app.budgets.plans import approve_plan, draw_up, return_plan, set_coefficients, set_rows, submit
from app.budgets.policies import set_value
from app.budgets.settling import answer_for, cancel, confirm_paid
from app.budgets.totals import USUAL_ITEMS, Preview, Wanted, approve, preview, propose, propose_all, refuse

__all__ = [
    "USUAL_ITEMS",
    "Checked",
    "Order",
    "Overdrawn",
    "Part",
    "Preview",
    "Sent",
    "Wanted",
    "answer_for",
    "approve",
    "approve_plan",
    "cancel",
    "check",
    "confirm_paid",
    "distribute",
    "draw_up",
    "preview",
    "propose",
    "propose_all",
    "refuse",
    "return_plan",
    "set_coefficients",
    "set_rows",
    "set_value",
    "submit",
]
