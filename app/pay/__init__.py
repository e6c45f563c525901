"""The wage engine: pure functions of facts, events and dated tables (no database, no clock, no web).

Others use what is named here. `replay` turns a person and events into a chain of wages, `preview` says what an
application would change, `explain` puts an amount in words, `answer_case` answers a case in the exchange format.
"""

from app.pay.agenda import effective_month
from app.pay.answers import answer_case
from app.pay.back_pay import BackPay, BackPayLine, back_pay
from app.pay.careers import (
    Person,
    Settings,
    person_from_json,
    person_to_json,
    settings_from_json,
)
from app.pay.components import Cause, Component, Wage
from app.pay.errors import PayError
from app.pay.events import (
    Assessment,
    Event,
    Grading,
    Join,
    OccupationChange,
    Opening,
    PostAppointment,
    event_from_json,
    event_to_json,
)
from app.pay.months import Month, month_after, month_of, month_text, months_between, plus_months, read_month
from app.pay.names import (
    cause_name,
    component_name,
    education_codes,
    education_name,
    occupation_name,
    post_codes,
    post_name,
    result_name,
    source_name,
    table_name,
)
from app.pay.preview import Preview, preview
from app.pay.replay import Career, Link, Note, replay
from app.pay.rulebook import rule_title
from app.pay.standards import Cell, Standards, standards
from app.pay.trace import because, document_name, explain

__all__ = [
    "Assessment",
    "BackPay",
    "BackPayLine",
    "Career",
    "Cause",
    "Cell",
    "Component",
    "Event",
    "Grading",
    "Join",
    "Link",
    "Month",
    "Note",
    "OccupationChange",
    "Opening",
    "PayError",
    "Person",
    "PostAppointment",
    "Preview",
    "Settings",
    "Standards",
    "Wage",
    "answer_case",
    "back_pay",
    "because",
    "cause_name",
    "component_name",
    "document_name",
    "education_codes",
    "education_name",
    "effective_month",
    "event_from_json",
    "event_to_json",
    "explain",
    "month_after",
    "month_of",
    "month_text",
    "months_between",
    "occupation_name",
    "person_from_json",
    "person_to_json",
    "plus_months",
    "post_codes",
    "post_name",
    "preview",
    "read_month",
    "replay",
    "result_name",
    "rule_title",
    "settings_from_json",
    "source_name",
    "standards",
    "table_name",
]
