"""Effects that end a career here: transfer out, separation, retirement, death; with what is certified at the end."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from app.errors import Conflict
from app.messages import Message
from app.pay.benefits import death_benefit
from app.pay.effects.shape import (
    ACTIVE,
    DAY,
    ENDED,
    NEW,
    Brought,
    Effect,
    FactKind,
    Facts,
    Standing,
    optional,
)
from app.pay.errors import PayError
from app.pay.events import Death, Event, Retirement, Sanction, Separation
from app.pay.months import last_day_of
from app.pay.results import Figure, amount, number
from app.pay.retirement import retirement_fee
from app.pay.rounding import yuan
from models.staff import StaffState

_STOP_MONTH = FactKind("stop_month", "month", Message("last month paid"))
_NEW_UNIT = optional("new_unit_code", "text", Message("code of the new unit"))


def _transfer_out(facts: Facts, standing: Standing) -> Sequence[Event]:
    """To a unit of this system the career goes on there; to any other, employment here ends with the last month paid.

    The rules know no event of its own for leaving to another place (O-7, O-8): the contract here is ended.
    """
    if facts.get("new_unit_code") is not None:
        return ()
    return (Separation(id=NEW, date=last_day_of(facts["stop_month"]), reason="TERMINATION"),)


def _left(facts: Facts, standing: Standing) -> dict[str, Any]:
    return {} if facts.get("new_unit_code") is not None else {"left_on": facts["day"]}


def _letter(brought: Brought) -> Sequence[Figure]:
    """What the letter to the new unit says: the wage of the last month paid."""
    career = brought.before or brought.after
    wage = career.wage_in(brought.facts["stop_month"])
    return (amount(Message("Wage of the last month paid"), wage.total),)


def _separation(facts: Facts, standing: Standing) -> Sequence[Event]:
    """Expulsion is a sanction that ends pay; everything else is a separation."""
    if facts["reason"] == "EXPULSION":
        return (Sanction(id=NEW, date=facts["day"], kind="EXPULSION"),)
    return (Separation(id=NEW, date=facts["day"], reason=facts["reason"]),)


def _retirement(facts: Facts, standing: Standing) -> Sequence[Event]:
    return (Retirement(id=NEW, date=facts["day"]),)


def _fee(brought: Brought) -> Sequence[Figure]:
    """The provisional fee (O-3), or the sentence why it cannot be given."""
    label = Message("Provisional retirement fee a month")
    event = brought.events[0]
    assert isinstance(event, Retirement)
    try:
        fee = retirement_fee(brought.after, event)
    except PayError as refused:
        return (Figure(label, refused.message),)
    return (
        number(Message("Service years"), fee.service_years),
        number(Message("Percentage by service years"), fee.percent),
        amount(Message("Base of the fee"), fee.base),
        amount(label, fee.amount),
    )


def _death(facts: Facts, standing: Standing) -> Sequence[Event]:
    """Of who had retired before, no wage stops any more; for who had left otherwise the unit files nothing."""
    if any(isinstance(event, Separation) for event in standing.events):
        raise Conflict(
            Message("%(name)s had left the unit before, and not by retiring.", name=standing.name),
            remedy=Message("Nothing is filed here: the benefit is no matter of this unit any more."),
        )
    return () if standing.state == StaffState.ENDED else (Death(id=NEW, date=facts["day"], cause=facts["cause"]),)


def _benefit(brought: Brought) -> Sequence[Figure]:
    """The benefit (O-4), or the sentence why it cannot be given."""
    label = Message("One-time death benefit")
    if not brought.events:
        return (Figure(label, Message("The rules give the benefit of the retired from the pension, not from here.")),)
    event, income = brought.events[0], brought.facts.get("national_urban_income")
    assert isinstance(event, Death)
    try:
        benefit = death_benefit(brought.after, event, yuan(income) if income is not None else Decimal(0))
    except PayError as refused:
        return (Figure(label, refused.message),)
    if benefit.row.income_multiple and income is None:
        sentence = Message("It also depends on the national urban income of the previous year, which is not stated.")
        return (Figure(label, sentence),)
    return (
        amount(Message("Wage base of the month of death"), benefit.wage_base),
        number(Message("Months of the wage base"), benefit.row.months),
        number(Message("Multiple of the national urban income"), benefit.row.income_multiple),
        amount(label, benefit.amount),
    )


def _ended(facts: Facts, standing: Standing) -> dict[str, Any]:
    return {} if standing.state == StaffState.ENDED else {"left_on": facts["day"]}


LEAVING = (
    Effect(
        "transfer_out", Message("Transfer out"), (DAY, _STOP_MONTH, _NEW_UNIT), ACTIVE, _transfer_out, roster_of=_left,
        figures_of=_letter, must_change=False,
    ),
    Effect(
        "separation", Message("Separation"),
        (DAY, FactKind("reason", "separation", Message("reason of the separation"))), ACTIVE, _separation,
        roster_of=_ended,
    ),
    Effect(
        "retirement", Message("Retirement"),
        (DAY, optional("kind", "text", Message("kind of retirement"))), ACTIVE, _retirement, roster_of=_ended,
        figures_of=_fee,
    ),
    Effect(
        "death", Message("Death"),
        (DAY, FactKind("cause", "death_cause", Message("cause of death")),
         optional("national_urban_income", "amount", Message("national urban income of the previous year"))),
        ACTIVE | ENDED, _death, roster_of=_ended, figures_of=_benefit, must_change=False,
    ),
)  # fmt: skip
