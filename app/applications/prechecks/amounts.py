"""Amounts derivable: the rules give the change, and what was typed in yuan is of a size that can be."""

from __future__ import annotations

from collections.abc import Iterable

from app.applications.prechecks.bounds import bounds
from app.applications.prechecks.case import WARNING, Case, Group, Said, check
from app.forms.fields import yuan_shown
from app.messages import Message


@check("pay.follows", Group.ELIGIBLE, Message("The rules give the change: eligible, and every amount has its table"),
       settable=False)  # fmt: skip
def _follows(case: Case) -> Iterable[Said] | None:
    pay = case.sheet.pay
    if case.effect is None or case.staff is None or pay.waiting_for:
        return None
    if pay.problem is None:
        return []
    return [Said(pay.problem, pay.remedy or Message("Check the answers and the person's record."), "pay")]


@check("amounts.something", Group.AMOUNTS, Message("No amount is nothing"))
def _something(case: Case) -> Iterable[Said] | None:
    typed = [line for line in case.lines.values() if line.type == "amount" and line.value is not None]
    if not typed:
        return None
    return [
        Said(
            Message("“%(label)s” is nothing.", label=line.label),
            Message("Give the amount in yuan, as it stands in the document."),
            line.anchor,
        )
        for line in typed
        if line.value <= 0
    ]


@check("amounts.allowance", Group.AMOUNTS, Message("An allowance is smaller than the basic wage"), severity=WARNING)
def _allowance(case: Case) -> Iterable[Said] | None:
    monthly, wage = case.facts.get("monthly"), case.sheet.around.wage_fen
    if monthly is None or not wage:
        return None
    if monthly <= wage:
        return []
    return [
        Said(
            Message("%(amount)s a month is more than the whole basic wage, %(wage)s.",
                    amount=yuan_shown(monthly), wage=yuan_shown(wage)),
            Message("Check the decimal point, and whether the amount is for a month."),
            case.place("monthly"),
        )
    ]  # fmt: skip


@check("amounts.total_low", Group.AMOUNTS, Message("The total holds one month of basic wage"), severity=WARNING)
def _total_low(case: Case) -> Iterable[Said] | None:
    """The total is at least the basic wage of one month of all staff, as it was in last December (P-1)."""
    total, december = case.facts.get("total"), case.sheet.around.december_fen
    if total is None or december is None:
        return None
    if total >= december:
        return []
    return [
        Said(
            Message("%(total)s is less than the basic wage of last December alone, %(december)s.",
                    total=yuan_shown(total), december=yuan_shown(december)),
            Message("Check the unit of the amount: it is for the whole year, in yuan."),
            case.place("total"),
        )
    ]  # fmt: skip


@check("amounts.total_high", Group.AMOUNTS, Message("The total is of the size of the year before"), severity=WARNING)
def _total_high(case: Case) -> Iterable[Said] | None:
    total, year, around = case.facts.get("total"), case.facts.get("for_year"), case.sheet.around
    if total is None or year is None:
        return None
    before = around.totals.get(year - 1)
    if before is not None and total > bounds()["total_times_before"] * before:
        said = Message("%(total)s is more than %(times)s times the total of the year before, %(before)s.",
                       total=yuan_shown(total), times=bounds()["total_times_before"],
                       before=yuan_shown(before))  # fmt: skip
    elif before is None and around.december_fen and total > bounds()["total_times_basic"] * 12 * around.december_fen:
        said = Message("%(total)s is more than %(times)s times the basic wage of twelve months, %(basic)s.",
                       total=yuan_shown(total), times=bounds()["total_times_basic"],
                       basic=yuan_shown(12 * around.december_fen))  # fmt: skip
    else:
        return None if before is None and not around.december_fen else []
    return [Said(said, Message("Check the decimal point against the approval form."), case.place("total"))]


@check("amounts.total_decided", Group.CONFLICTS, Message("The total of the year was not decided already"))
def _total_decided(case: Case) -> Iterable[Said] | None:
    year = case.facts.get("for_year")
    if year is None or case.effect is None or not case.effect.of_a_unit:
        return None
    if year not in case.sheet.around.totals:
        return []
    return [
        Said(
            Message("The total of %(year)s is decided already: %(total)s.",
                    year=str(year), total=yuan_shown(case.sheet.around.totals[year])),
            Message("Check the year; if it must be changed, ask the bureau to undo the first one."),
            case.place("for_year"),
        )
    ]  # fmt: skip
