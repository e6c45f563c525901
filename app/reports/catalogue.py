"""Every report, in the order of the list: importing this module makes them known."""

from __future__ import annotations

from app.reports import (
    annual_wages,
    filings,
    fund,
    item_times,
    limits_kept,
    month_changes,
    people,
    performance,
    performance_payments,
    staff_structure,
    step_passes,
    wage_roster,
)

ORDER = tuple(
    module.REPORT.code
    for module in (
        wage_roster, month_changes, fund, annual_wages, item_times, limits_kept, staff_structure, performance, filings,
        step_passes, people, performance_payments,
    )
)  # fmt: skip
