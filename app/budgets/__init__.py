"""Budgets: a unit's total of performance pay, its plans, what it commits and pays, where that leads, and warnings."""
