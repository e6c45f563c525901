"""Lists that people keep: the bar above a list, the pages where a kept one is named, changed and deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from admin_views.custom import WorkView, sent_text
from admin_views.roads import needs
from app.errors import Invalid, NotFound, Refused
from app.lists import queries, service
from app.lists.rules import normalised
from app.web.guard import current_actor
from app.web.showing import say
from models import SavedFilter, db

_l = lazy_gettext
_LISTS = (
    "application:read", "check:read", "staff:read", "unit:read", "item:read", "payment:read", "account:read",
    "grant:read", "calendar:read", "audit:read",
)  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """One kept list, as the bar shows it."""

    id: int
    name: str
    url: str
    active: bool
    opens_first: bool


@dataclass(frozen=True)
class Bar:
    """What stands above a list: what is kept, and what of the present page could be. `current` is "" for nothing."""

    endpoint: str
    current: str
    entries: Sequence[Kept]

    @property
    def active(self) -> Kept | None:
        """The kept one that the page shows now."""
        return next((one for one in self.entries if one.active), None)

    @property
    def shown(self) -> list[Kept]:
        """Those that stand beside the list at once; the others are in the menu."""
        return [one for place, one in enumerate(self.entries) if place < 4 or one.active]


class KeepsLists:
    """A view whose list people may keep under a name. Its list reads all of its state from its address."""

    endpoint: str
    list_road = "index"

    def list_address(self, query: str = "") -> str:
        """Where the list is, with what is kept; without, everything, also for a person whose list opens otherwise."""
        return f"{url_for(f'{self.endpoint}.{self.list_road}')}?{query or 'all=1'}"

    def opening(self) -> ResponseReturnValue | None:
        """Where the list opens for this person, when it is asked for without saying what to show."""
        first = next((one for one in self._kept() if one.opens_first), None)
        if first is None or request.args or request.method != "GET":
            return None
        return redirect(self.list_address(first.query))

    def kept_lists(self, pairs: Iterable[tuple[str, str]]) -> Bar:
        """The bar for a list that shows this: names and values as they stand in its address."""
        current = normalised(pairs)
        entries = [
            Kept(one.id, one.name, self.list_address(one.query), one.query == current, one.opens_first)
            for one in self._kept()
        ]
        return Bar(self.endpoint, current, entries)

    def opens_otherwise(self) -> bool:
        """Whether the list opens with a kept one, so that "everything" must be asked for."""
        return any(one.opens_first for one in self._kept())

    def _kept(self) -> Sequence[SavedFilter]:
        seen: dict[str, Sequence[SavedFilter]] = g.setdefault("kept_lists", {})
        if self.endpoint not in seen:
            seen[self.endpoint] = queries.kept(current_actor(), self.endpoint)
        return seen[self.endpoint]


class SavedFilterView(WorkView):
    """A person's own kept lists. Nobody sees those of others; a list is shared by its address."""

    permission_read = "application:read"

    def __init__(self) -> None:
        super().__init__(name=_l("Saved filters"), endpoint="saved_filters", url="filters")

    def is_accessible(self) -> bool:
        return any(self.holds(permission) for permission in _LISTS)

    def is_visible(self) -> bool:
        return False

    @expose("/", methods=("GET",))
    @needs(*_LISTS)
    def index(self) -> ResponseReturnValue:
        lists = []
        for view in self._lists():
            if entries := view.kept_lists(()).entries:
                lists.append((view, entries))
        return str(self.render("filters/index.html", lists=lists))

    @expose("/save/", methods=("POST",))
    @needs(*_LISTS)
    def save(self) -> ResponseReturnValue:
        view = self._list(sent_text("endpoint"))
        name, query, first = sent_text("name"), sent_text("query", longest=4000), request.form.get("opens_first") == "1"
        try:
            kept = service.save(view.endpoint, name=name, query=query, opens_first=first, by=self.actor)
        except Refused as refusal:
            db.session.rollback()
            return self._page(view, refusal, name=name, query=query, opens_first=first)
        return redirect(view.list_address(kept.query))

    @expose("/<int:filter_id>/", methods=("GET", "POST"))
    @needs(*_LISTS)
    def change(self, filter_id: int) -> ResponseReturnValue:
        kept = queries.own(self.actor, filter_id)
        view = self._list(kept.endpoint)
        if request.method != "POST":
            return self._page(view, None, kept=kept, name=kept.name, opens_first=kept.opens_first)
        name, first = sent_text("name"), request.form.get("opens_first") == "1"
        try:
            service.change(filter_id, name=name, opens_first=first, by=self.actor)
        except Refused as refusal:
            db.session.rollback()
            return self._page(view, refusal, kept=queries.own(self.actor, filter_id), name=name, opens_first=first)
        return redirect(self.get_url(".index"))

    @expose("/<int:filter_id>/delete/", methods=("GET", "POST"))
    @needs(*_LISTS)
    def delete(self, filter_id: int) -> ResponseReturnValue:
        """Ask first, then forget it."""
        kept = queries.own(self.actor, filter_id)
        if request.method == "POST":
            self.attempt(lambda: service.forget(filter_id, by=self.actor), _("Deleted."))
            return redirect(self.get_url(".index"))
        view = self._list(kept.endpoint)
        return str(
            self.render(
                "admin/confirm.html", title=_("Delete the saved filter “%(name)s”?", name=kept.name),
                message=_("The rows that it shows stay as they are. A link that you gave to others still works."),
                items=[(kept.name, view.list_address(kept.query))], verb=_("Delete"),
                hanging=[{"label": _("List"), "count": view.name}], action=self.get_url(".delete", filter_id=kept.id),
                return_url=self.get_url(".index"),
            )
        )  # fmt: skip

    def _page(self, view: Any, refusal: Refused | None, **typed: Any) -> ResponseReturnValue:
        """The page where a kept list is named, with what was typed and what was wrong with it."""
        errors = dict(refusal.fields) if isinstance(refusal, Invalid) else {}
        said = [say(refusal.message), say(refusal.remedy)] if refusal is not None and not errors else []
        page = self.render("filters/edit.html", view=view, errors=errors, said=" ".join(filter(None, said)), **typed)
        return page, refusal.status if refusal is not None else 200

    def _lists(self) -> list[Any]:
        """The lists that this person may open."""
        views: list[Any] = self.admin._views
        return [view for view in views if hasattr(view, "kept_lists") and view.is_accessible()]

    def _list(self, endpoint: str) -> Any:
        for view in self._lists():
            if view.endpoint == endpoint:
                return view
        raise NotFound
