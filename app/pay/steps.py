"""The Januaries of one employee: what each brought, and why not more, from the career as it is kept."""

from __future__ import annotations

from app import clock
from app.pay.errors import PayError
from app.pay.events import Join, Opening
from app.pay.queries import career_of
from app.pay.replay import replay
from app.pay.why_not import StepOfYear, steps_of_years
from app.standards.queries import current
from models import Staff


def steps_of(staff: Staff) -> list[StepOfYear]:
    """The last ten years up to this one, newest first; nothing before a first wage, or of a career that contradicts
    itself (the proof names those)."""
    person, events = career_of(staff)
    if not any(isinstance(event, Join | Opening) for event in events):
        return []
    try:
        return steps_of_years(replay(person, events, tables=current()), clock.today().year)
    except PayError:
        return []
