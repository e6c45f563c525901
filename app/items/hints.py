"""A hint where applications come back: words added to what a question or a material already tells its applicant."""

from __future__ import annotations

from sqlalchemy import update

from app.access.actor import Actor
from app.errors import Invalid, NotFound
from app.forms import reading
from app.items.definition import PARTS
from app.items.drafting import opened_draft, row_of, touch
from app.messages import Message
from app.uow import atomic
from models import db

# Where the hint of a part stands, and how much fits there.
PLACES = {"fields": ("help", 300), "materials": ("mistakes", 2000)}


@atomic
def add_hint(version_id: int, part: str, key: str, *, zh: str, en: str, by: Actor, revision: int) -> None:
    """Add words to the help of a question, or to the common mistakes of a material, of a draft.

    Raises NotFound for any other part, and Invalid for nothing said or more than fits.
    """
    version = opened_draft(version_id, by)
    if part not in PLACES:
        raise NotFound
    row = row_of(version, part, key)
    place, most = PLACES[part]
    values: dict[str, str] = {}
    wrong: dict[str, Message] = {}
    for language, typed, between in (("zh", zh, "；"), ("en", en, "; ")):
        name = f"{place}_{language}"
        said, text = getattr(row, name), reading.clean(typed)
        if not text:
            wrong[language] = Message("Please fill this in.")
            continue
        if text in said:
            values[name] = said
            continue
        values[name] = f"{said.rstrip('；。;. ')}{between}{text}" if said else text
        if len(values[name]) > most:
            wrong[language] = Message(
                "Together with what stands there it is longer than %(most)s characters.", most=most
            )  # fmt: skip
    if wrong:
        raise Invalid(fields=wrong)
    before = {name: getattr(row, name) for name in values}
    action = f"item:change_{part.removesuffix('s')}"
    touch(version, revision, by=by, action=action, before=before, after=values)
    model = PARTS[part][0]
    db.session.execute(update(model).where(model.id == row.id).values(**values))
    db.session.refresh(version)
