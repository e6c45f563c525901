"""The registry of effects: what an approved application adds to the record, and which facts it needs for that.

An item version names an effect by its code and says which of its answers gives which fact. A new kind of change is a
new entry in one of the parts.
"""

from __future__ import annotations

from app.pay.effects.certifying import CERTIFYING
from app.pay.effects.changing import CHANGING
from app.pay.effects.entering import ENTERING
from app.pay.effects.leaving import LEAVING
from app.pay.effects.promoting import PROMOTING
from app.pay.effects.reading import facts_from_answers, fits, read_facts
from app.pay.effects.shape import Effect, FactKind, Standing
from app.pay.effects.treating import TREATING

EFFECTS: dict[str, Effect] = {
    effect.code: effect for effect in (*ENTERING, *PROMOTING, *CHANGING, *TREATING, *LEAVING, *CERTIFYING)
}

__all__ = ["EFFECTS", "Effect", "FactKind", "Standing", "facts_from_answers", "fits", "read_facts"]
