"""New items: from nothing, or as a copy of another one."""

from __future__ import annotations

from sqlalchemy import select

from app.access.actor import Actor
from app.access.policy import require
from app.errors import Invalid, NotFound
from app.forms import reading
from app.items.catalogue import common_elements
from app.items.definition import Definition, definition_of
from app.items.drafting import DESIGN, EMPTY, draft_from, newest_of
from app.items.forms import CODE
from app.messages import Message
from app.uow import atomic
from models import ItemVersion, ServiceItem, db


@atomic
def create_item(code: str, *, name_zh: str, name_en: str, by: Actor) -> ItemVersion:
    """A new item with a draft that holds only what is published alike for all items. Raises Invalid for a code that is
    taken or badly formed."""
    require(by, DESIGN)
    item = _new_item(code, name_zh, name_en)
    return draft_from(item, EMPTY | {"elements": common_elements()}, by=by, action="item:create")


@atomic
def copy_item(item_id: int, code: str, *, name_zh: str, name_en: str, by: Actor) -> ItemVersion:
    """A new item whose draft begins as the version in force of another, or its newest. What the guide of the other
    says is taken along marked as to be confirmed: nobody has said yet that it holds here too."""
    require(by, DESIGN)
    source = newest_of(item_id)
    if source is None:
        raise NotFound
    definition: Definition = definition_of(source)
    definition["elements"] = {key: {**value, "confirm": True} for key, value in definition["elements"].items()}
    note = f"{source.item.code} v{source.number}"
    return draft_from(_new_item(code, name_zh, name_en), definition, by=by, action="item:copy", note=note)


def _new_item(code: str, name_zh: str, name_en: str) -> ServiceItem:
    wrong: dict[str, Message] = {}
    code, name_zh, name_en = (reading.clean(text) for text in (code, name_zh, name_en))
    if not CODE.fullmatch(code):
        wrong["code"] = Message("A code is capital letters, figures and hyphens, and begins with a letter.")
    elif db.session.scalar(select(ServiceItem.id).where(ServiceItem.code == code)):
        wrong["code"] = Message("There is an item with this code already.")
    for name, text, most in (("name_zh", name_zh, 120), ("name_en", name_en, 200)):
        if not text:
            wrong[name] = Message("Please fill this in.")
        elif len(text) > most:
            wrong[name] = Message("At most %(most)s characters fit here; yours are %(count)s.",
                                  most=most, count=len(text))  # fmt: skip
    if wrong:
        raise Invalid(fields=wrong)
    item = ServiceItem(code=code, name_zh=name_zh, name_en=name_en)
    db.session.add(item)
    db.session.flush()
    return item
