"""What people can be told of: each event with the facts its sentences may speak of, and how it usually travels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.messages import Message
from models.messages import Channel


@dataclass(frozen=True)
class Event:
    """`deadline`: nobody can choose not to be told. `at_once`: waits for no digest and no quiet hours.

    `secret`: its facts are sealed until they are sent, and never stand in an inbox or in the back office.
    """

    code: str
    name: Message
    facts: Mapping[str, Message]
    channels: frozenset[Channel] = frozenset({Channel.IN_APP, Channel.EMAIL, Channel.CHAT})
    group: str = "application"
    deadline: bool = False
    at_once: bool = False
    secret: bool = False
    to: frozenset[str] = field(default=frozenset())  # the permissions by which it concerns anybody; empty: everybody


EVENTS: dict[str, Event] = {}
GROUPS: dict[str, Message] = {
    "application": Message("Applications"),
    "own": Message("One's own wage"),
    "deadline": Message("Deadlines"),
    "work": Message("Other messages"),
    "account": Message("One's account"),
}
_EVERYWHERE = frozenset(Channel)
_OF_AN_APPLICATION = {
    "number": Message("number of the application"),
    "item": Message("name of the service item"),
    "title": Message("whom it is for"),
    "unit": Message("name of the unit"),
}
_STEP = {**_OF_AN_APPLICATION, "step": Message("name of the step")}
_LIMIT = {
    **_STEP,
    "used": Message("working days used"),
    "limit": Message("working days allowed"),
}
_CASE = {
    "unit": Message("name of the unit"),
    "subject": Message("what it is about"),
    "due": Message("the last day for the answer"),
}
_MANY = {"what": Message("what happened"), "count": Message("how many"), "unit": Message("name of the unit")}
_NOTED = {**_OF_AN_APPLICATION, "by": Message("name of who did it"), "note": Message("the reason given")}
_DECIDES = frozenset(
    {"application:confirm", "application:review", "application:first_review", "application:recheck",
     "application:approve"}
)  # fmt: skip
_FILES = frozenset({"application:start"})


def register(event: Event) -> Event:
    """Make an event known. Its sentences stand in a data file that names the same code."""
    EVENTS[event.code] = event
    return event


for one in (
    Event("returned", Message("An application was returned for correction"), _NOTED, channels=_EVERYWHERE, to=_FILES),
    Event("approved", Message("An application was approved"), _OF_AN_APPLICATION, to=_FILES),
    Event("rejected", Message("An application was rejected"), _NOTED, to=_FILES),
    Event("paid", Message("An application was paid"), _OF_AN_APPLICATION, to=_FILES),
    Event("recall_answered", Message("The answer to a request to have an application back"),
          {**_NOTED, "answer": Message("given back or not")}, to=_FILES),
    Event("opinion_given", Message("An opinion that was asked for is given"), _NOTED, group="work", to=_DECIDES),
    Event("to_confirm", Message("An application waits to be confirmed"), _STEP,
          to=frozenset({"application:confirm"})),
    Event("urged", Message("A unit asks for haste"), _NOTED, group="work", to=_DECIDES),
    Event("opinion_asked", Message("Your opinion is asked"), _NOTED, group="work",
          to=frozenset({"application:read"})),
    Event("copied", Message("An application was sent to you for information"), _NOTED, group="work",
          to=frozenset({"application:read"})),
    Event("handed_over", Message("An application was handed over to you"), _NOTED, group="work", to=_DECIDES),
    Event("drawn", Message("You were drawn by lot to review"), _STEP, group="work", to=_DECIDES),
    Event("limit_near", Message("A decision is near its limit"), _LIMIT, group="deadline", deadline=True,
          to=_DECIDES),
    Event("limit_over", Message("A decision is over its limit"), _LIMIT, group="deadline", deadline=True,
          to=_DECIDES),
    Event("limit_escalated", Message("A decision before yours is well over its limit"), _LIMIT, group="deadline",
          deadline=True, to=_DECIDES),
    Event("proposals_prepared", Message("Proposals were prepared"),
          {"unit": Message("name of the unit"), "count": Message("how many")}, group="application",
          to=frozenset({"proposal:confirm"})),
    Event("case_opened", Message("A case is to be answered"), _CASE, group="deadline", deadline=True,
          to=frozenset({"case:answer"})),
    Event("case_assigned", Message("A case was assigned to you"), {**_CASE, "by": Message("name of who did it")},
          group="deadline", deadline=True, to=frozenset({"case:answer"})),
    Event("budget_warning", Message("A warning before performance pay goes over its total"), _CASE, group="deadline",
          deadline=True, to=frozenset({"case:answer"})),
    Event("case_answered", Message("A case was answered"),
          {"unit": Message("name of the unit"), "subject": Message("what it is about")}, group="work",
          to=frozenset({"case:judge"})),
    Event("report_ready", Message("A scheduled report is ready"), {"report": Message("name of the report")},
          group="work", to=frozenset({"report:export"})),
    Event("wage_changed", Message("Your wage has changed"),
          {"item": Message("name of the service item"), "month": Message("month from which it counts")}, group="own",
          to=frozenset({"pay:read_own"})),
    Event("wage_paid", Message("A change of your wage was paid"), {"item": Message("name of the service item")},
          group="own", to=frozenset({"pay:read_own"})),
    Event("activation_code", Message("A code to open an account"),
          {"code": Message("the one-time code"), "hours": Message("hours for which it is valid")},
          channels=frozenset({Channel.SMS, Channel.EMAIL}), group="account", deadline=True, at_once=True,
          secret=True),
    Event("account_changed", Message("Something about the safety of your account has changed"),
          {"what": Message("what has changed"), "when": Message("when"), "where": Message("from where")},
          channels=_EVERYWHERE, group="account", deadline=True, at_once=True),
    Event("certificate", Message("You have passed a course"), {"course": Message("name of the course")},
          group="work"),
    Event("many", Message("Many applications have moved at once"), _MANY, to=frozenset({"application:read"})),
    Event("many_limits", Message("Many decisions are near or over their limit"), _MANY, group="deadline",
          deadline=True, to=_DECIDES),
    Event("digest", Message("The gathered messages of a day"),
          {"count": Message("how many"), "list": Message("the messages, one to a line")},
          channels=frozenset({Channel.EMAIL, Channel.SMS, Channel.CHAT}), group="account", deadline=True,
          at_once=True),
    Event("trial", Message("A trial message"), {"name": Message("name of the person")}, channels=_EVERYWHERE,
          group="account", at_once=True),
):  # fmt: skip
    register(one)
