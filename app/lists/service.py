"""Verbs on kept lists: save one under a name, rename it, let it open first, forget it. Each person has their own."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.access.actor import Actor
from app.audit.service import record
from app.errors import Conflict, Invalid, NotAllowed
from app.lists.queries import own
from app.lists.rules import LONGEST_NAME, LONGEST_QUERY, MOST_FOR_A_LIST, normalised_text
from app.messages import Message
from app.uow import atomic
from models import SavedFilter, db


@atomic
def save(endpoint: str, *, name: str, query: str, by: Actor, opens_first: bool = False) -> SavedFilter:
    """Keep a search with its filters and order. The same name again takes the place of what it stood for."""
    if by.account_id is None:
        raise NotAllowed(Message("Only somebody who is logged in can keep a list."))
    name, query = _fitting_name(name), _fitting_query(query)
    mine = select(SavedFilter).where(SavedFilter.account_id == by.account_id, SavedFilter.endpoint == endpoint)
    present = db.session.scalars(mine.where(SavedFilter.name == name)).one_or_none()
    if present is not None:
        before = _told(present)
        present.query = query
        _place_first(present, opens_first or present.opens_first)
        record("saved_filter:change", by=by, kind="saved_filter", record_id=present.id, before=before,
               after=_told(present))  # fmt: skip
        return present
    count = db.session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    if count >= MOST_FOR_A_LIST:
        raise Conflict(
            Message("%(count)s saved filters are the most for one list.", count=MOST_FOR_A_LIST),
            remedy=Message("Delete one that you no longer need, then save again."),
        )
    kept = SavedFilter(account_id=by.account_id, endpoint=endpoint, name=name, query=query, created_at=clock.now())
    _write(kept, name)
    _place_first(kept, opens_first)
    record("saved_filter:create", by=by, kind="saved_filter", record_id=kept.id, after=_told(kept))
    return kept


@atomic
def change(filter_id: int, *, name: str, opens_first: bool, by: Actor) -> SavedFilter:
    """Rename a kept list, and say whether the list opens with it."""
    kept = own(by, filter_id)
    name, before = _fitting_name(name), _told(kept)
    twin = select(SavedFilter.id).where(
        SavedFilter.account_id == kept.account_id, SavedFilter.endpoint == kept.endpoint, SavedFilter.name == name,
        SavedFilter.id != kept.id,
    )  # fmt: skip
    if db.session.scalars(twin).first() is not None:
        raise _taken()
    kept.name = name
    _write(kept, name)
    _place_first(kept, opens_first)
    record("saved_filter:change", by=by, kind="saved_filter", record_id=kept.id, before=before, after=_told(kept))
    return kept


@atomic
def forget(filter_id: int, *, by: Actor) -> None:
    """Delete a kept list. The rows that it showed stay as they are."""
    kept = own(by, filter_id)
    record("saved_filter:remove", by=by, kind="saved_filter", record_id=kept.id, before=_told(kept), after={})
    db.session.delete(kept)


def _write(kept: SavedFilter, name: str) -> None:
    """Write it down; of two pages that take one name at once, the second is told."""
    try:
        with db.session.begin_nested():
            db.session.add(kept)
            db.session.flush()
    except IntegrityError:
        raise _taken() from None


def _place_first(kept: SavedFilter, opens_first: bool) -> None:
    """At most one opens with the list: whichever did so before no longer does."""
    if opens_first and not kept.opens_first:
        db.session.execute(
            update(SavedFilter)
            .where(SavedFilter.account_id == kept.account_id, SavedFilter.endpoint == kept.endpoint)
            .values(opens_first=False)
        )
    kept.opens_first = opens_first
    db.session.flush()


def _told(kept: SavedFilter) -> dict[str, object]:
    return {"endpoint": kept.endpoint, "name": kept.name, "query": kept.query, "opens_first": kept.opens_first}


def _fitting_name(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid(fields={"name": Message("Give it a name of at most %(count)s characters.", count=LONGEST_NAME)})
    return name


def _fitting_query(query: str) -> str:
    """What there is to keep, written alike. Raises Invalid for nothing, and for more than an address can hold."""
    text = normalised_text(query)
    if not text:
        raise Invalid(
            Message("Nothing is searched, filtered or sorted here, so there is nothing to keep."),
            remedy=Message("Choose filters or search first, then save."),
        )
    if len(text) > LONGEST_QUERY:
        raise Invalid(
            Message("This search with its filters is too long to be kept."),
            remedy=Message("Take a filter off, then save again."),
        )
    return text


def _taken() -> Invalid:
    return Invalid(fields={"name": Message("You have a saved filter of this name already. Choose another one.")})
