"""Puts an amount in words: rule, table, row, standard, document, source, rounding, and the event that caused it.

Everything is said from the component alone, so that an amount kept years ago explains itself as it was calculated.
"""

from __future__ import annotations

from app.messages import Message
from app.pay.components import Cause, Component
from app.pay.months import day_said, month_said
from app.pay.names import CAUSES, CONFIDENCES, OCCUPATIONS, component_name, row_name, source_name, table_name
from app.pay.rounding import money_text
from app.pay.rulebook import rule_title
from app.pay.table_files import COMMON

_ROUNDINGS = {
    "yuan": Message("rounded half up to whole yuan"),
    "cent": Message("rounded half up to fen"),
}
_UNCONFIRMED = "(number from memory"


def explain(component: Component) -> list[Message]:
    """The reasons of one amount as sentences, in the order in which a person asks."""
    said = [
        Message(
            "%(component)s: %(amount)s yuan a month, by rule %(rule)s (%(title)s).",
            component=component_name("CIVIL_PROBATION_WAGE" if component.rule == "C-2" else component.code),
            amount=money_text(component.amount),
            rule=component.rule,
            title=rule_title(component.rule),
        )
    ]
    if component.table is not None:
        said.append(
            Message(
                "Read from '%(table)s', row '%(row)s': %(standard)s.",
                table=table_name(component.table),
                row=row_name(component.category, component.level, component.step),
                standard=standard_name(component),
            )
        )
    if component.extrapolated:
        said.append(Message("Above the top of the printed table: the last difference is added for each further grade."))
    said += calculation(component)
    if component.document:
        said.append(Message("Document: %(document)s.", document=document_name(component.document)))
    if component.source and component.confidence:
        said.append(
            Message(
                "Source of the figure: %(source)s (%(confidence)s).",
                source=source_name(component.source),
                confidence=CONFIDENCES[component.confidence],
            )
        )
    if component.cause is not None:
        said.append(because(component.cause))
    return said


def proof(component: Component) -> list[tuple[Message, Message]]:
    """The same as label and value, for a list of two columns."""
    pairs = [
        (Message("Rule applied"), Message("%(rule)s %(title)s", rule=component.rule, title=rule_title(component.rule)))
    ]
    if component.table is not None:
        row = row_name(component.category, component.level, component.step)
        pairs.append((Message("Table used"), table_name(component.table)))
        pairs.append((Message("Row of the table"), row))
        pairs.append(
            (
                Message("Standard in force"),
                standard_name(component),
            )
        )
    pairs += [(Message("How it is calculated"), sentence) for sentence in calculation(component)]
    if component.document:
        pairs.append((Message("Policy document"), document_name(component.document)))
    if component.source:
        pairs.append((Message("Source of the figure"), source_name(component.source)))
    if component.confidence:
        pairs.append((Message("How sure the figure is"), CONFIDENCES[component.confidence]))
    if component.cause is not None:
        pairs.append((Message("What brought it"), because(component.cause)))
    return pairs


def because(cause: Cause) -> Message:
    """Which event brought an amount, and from when."""
    return Message("%(cause)s, from %(month)s", cause=CAUSES[cause.kind], month=month_said(cause.month))


def standard_name(component: Component) -> Message:
    """From when the standard is in force, with its code if it belongs to a version."""
    if component.version is None:
        return Message("no version: it holds until it is changed")
    start = day_said(component.version)
    if component.standard in (None, COMMON):
        return Message("in force from %(version)s", version=start)
    return Message("in force from %(version)s (%(standard)s)", version=start, standard=component.standard)


def document_name(document: str) -> Message:
    """The document numbers as the list of versions gives them, with a plain word if a number is not confirmed."""
    if document == "number not found":
        return Message("document number not known here")
    if _UNCONFIRMED in document:
        return Message("%(document)s (number not yet confirmed)", document=document.split(_UNCONFIRMED)[0].strip())
    return Message("%(code)s", code=document)


def calculation(component: Component) -> list[Message]:
    """How a part that stands in no table was calculated; nothing for one that was read from a table."""
    factors = component.factors
    if component.code == "UPLIFT":
        return [
            Message(
                "%(occupation)s: %(percent)s percent of %(base)s yuan (post wage plus grade wage) is %(exact)s yuan, "
                "%(rounding)s: %(amount)s yuan.",
                occupation=OCCUPATIONS[factors["occupation"]],
                percent=factors["percent"],
                base=factors["base"],
                exact=factors["exact"],
                rounding=_ROUNDINGS[factors["rounding"]],
                amount=money_text(component.amount),
            )
        ]
    if component.code == "SICK_LEAVE_DEDUCTION":
        return [
            Message(
                "Month %(month)s of the leave with %(years)s service years: %(percent)s percent of %(base)s yuan is "
                "%(pay)s yuan; the difference is deducted.",
                month=factors["sick_month"],
                years=factors["service_years"],
                percent=factors["percent"],
                base=factors["wage_base"],
                pay=factors["sick_pay"],
            )
        ]
    if component.code == "LIVING_ALLOWANCE":
        return [
            Message(
                "%(percent)s percent of %(base)s yuan (the wage without the seniority allowance).",
                percent=factors["percent"],
                base=factors["wage_base"],
            )
        ]
    if component.code == "SENIORITY_ALLOWANCE":
        return [
            Message(
                "%(years)s years: %(year)s less the first year %(first)s less %(deducted)s deducted years.",
                years=factors["years"],
                year=str(factors["year"]),
                first=str(factors["first_year"]),
                deducted=factors["deducted_years"],
            )
        ]
    return []
