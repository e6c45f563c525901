"""Sanctions of civil servants: downgrade, removal, expulsion; the others only hold promotions (C-10, D-28)."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from app.messages import Message
from app.pay.civil_positions import tier_of
from app.pay.civil_state import CivilState
from app.pay.civil_steps import LOWEST_LEVEL, Place, fall
from app.pay.components import Cause
from app.pay.errors import PayError, not_applicable
from app.pay.events import Sanction
from app.pay.months import Month
from app.pay.names import position_name
from app.pay.rulebook import rule
from app.pay.staff_types import Ended, Facts, Outcome

KINDS = ("WARNING", "DEMERIT", "MAJOR_DEMERIT", "DOWNGRADE", "REMOVAL", "EXPULSION")


@rule("C-10")
def sanction(state: CivilState, event: Sanction, month: Month, facts: Facts) -> Outcome:
    """What a sanction does to the wage; its period is counted apart."""
    if event.kind not in KINDS or event.post is not None or event.no_lower_post:
        raise not_applicable(event.type, Message("This sanction does not exist for civil servants."))
    if event.kind == "EXPULSION":
        return Outcome(Ended(state.staff_type), (Message("Expulsion: pay stops in the month after."),))
    if event.kind not in ("DOWNGRADE", "REMOVAL"):
        return Outcome(state)
    if state.phase == "PROBATION":
        raise not_applicable(event.type, Message("The employee is not graded yet."))
    cause = Cause(event.type, event.id, month)
    if event.kind == "DOWNGRADE":
        return _downgrade(state, event, cause, month, facts)
    return _remove(state, event, cause, month, facts)


def _downgrade(state: CivilState, event: Sanction, cause: Cause, month: Month, facts: Facts) -> Outcome:
    """One level down, or as the decision states; at the lowest level steps instead."""
    held, stated = state.place, _stated(event)
    if stated is not None:
        if not _is_lower(stated, held):
            raise not_applicable(event.type, Message("The level and step stated are not below the present ones."))
        place = stated
    elif held.level == LOWEST_LEVEL:
        place = Place(held.level, max(1, held.step - facts.settings.downgrade_steps_at_level_27))
    else:
        place = fall(held, 1, month, facts)
    return _placed(state, place, cause)


def _remove(state: CivilState, event: Sanction, cause: Cause, month: Month, facts: Facts) -> Outcome:
    """A lower position; two levels down for each tier, or as the decision states."""
    present = state.position or state.rank
    if event.position is None or present is None:
        raise not_applicable(event.type, Message("A removal names the lower position."))
    tiers = tier_of(event.position, facts) - tier_of(present, facts)
    if tiers <= 0:
        name = position_name(event.position)
        raise not_applicable(event.type, Message("%(position)s is not below the present position.", position=name))
    held, stated = state.place, _stated(event)
    if stated is not None:
        if stated != held and not _is_lower(stated, held):
            raise not_applicable(event.type, Message("The level and step stated are not below the present ones."))
        place = stated
    elif state.rank is not None:
        raise PayError("NOT_COVERED", Message("Who holds a rank is removed to a stated level and step."))
    else:
        off = int(facts.standards.parameter("C-10", "levels_off_per_tier")) * tiers
        place = fall(held, min(off, LOWEST_LEVEL - held.level), month, facts)
    after = replace(state, position=event.position, leading=event.leading, why_position=cause)
    return _placed(after, place, cause)


def _placed(state: CivilState, place: Place, cause: Cause) -> Outcome:
    reason = Message("Lowered to level %(level)s, step %(step)s.", level=place.level, step=place.step)
    why = cause if place != state.place else state.why_level
    return Outcome(replace(state, level=place.level, step=place.step, why_level=why), (reason,))


def _stated(event: Sanction) -> Place | None:
    """The level and step that the decision states; they are stated together."""
    return None if event.level is None else Place(event.level, cast(int, event.step))


def _is_lower(place: Place, than: Place) -> bool:
    return place.level > than.level or (place.level == than.level and place.step < than.step)
