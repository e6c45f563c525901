"""Looking for people by name: in Chinese, by pinyin in full, or by its initials; only within the person's reach."""

from __future__ import annotations

from itertools import product

from pypinyin import Style, pinyin
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.access import scope
from app.access.actor import Actor
from app.search.pinyin import segmentations
from app.search.rules import Asked, is_han
from models import Staff, db

PERMISSION = "staff:read"
MOST = 20
_LONGEST_NAME = 40
_LOOKED_THROUGH = 400


def called(asked: Asked, actor: Actor) -> list[Staff]:
    """At most 20 employees in reach. A question of several words asks for no name."""
    if not actor.holds(PERMISSION) or len(asked.runs) != 1 or len(asked.runs[0]) > _LONGEST_NAME:
        return []
    run = asked.runs[0]
    reached = select(Staff).options(joinedload(Staff.unit)).where(scope.condition(actor, PERMISSION, Staff))
    if is_han(run):
        found = reached.where(Staff.name.contains(run, autoescape=True)).order_by(Staff.name, Staff.id).limit(MOST)
        return list(db.session.scalars(found))
    if not (run.isascii() and run.isalpha()) or len(run) < 2:
        return []
    starts = {"".join(syllable[0] for syllable in syllables).upper() for syllables in segmentations(run)}
    ways = [Staff.name_initials == run.upper(), *(Staff.name_initials.startswith(one) for one in sorted(starts))]
    candidates = reached.where(or_(*ways)).order_by(Staff.name, Staff.id).limit(_LOOKED_THROUGH)
    return [one for one in db.session.scalars(candidates) if one.name_initials == run.upper() or sounds(one.name, run)][
        :MOST
    ]


def sounds(name: str, letters: str) -> bool:
    """Whether a name begins with what the letters sound like, by any reading of its characters."""
    readings = pinyin(name[:8], style=Style.NORMAL, heteronym=True, errors="ignore")
    whole = ("".join(one) for one in product(*(set(few) for few in readings))) if readings else ()
    wanted = letters.replace("lue", "lve").replace("nue", "nve")
    return any(one.replace("ü", "v").startswith(wanted) for one in whole)
