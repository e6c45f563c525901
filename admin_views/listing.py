"""The list of a generated view: searched, filtered, ordered and paged within the person's reach."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import flash, g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.model.base import ViewArgs
from flask_babel import gettext as _
from sqlalchemy import false, func, or_, select

from admin_views.filters import Chosen, ColumnFilter
from admin_views.lists import Count, CountKeeper, capped_count, page_of
from admin_views.lookups import ScopedLookup
from admin_views.saved import KeepsLists
from admin_views.values import as_index, as_page, as_text
from app.web.guard import current_actor

if TYPE_CHECKING:
    from flask_admin.contrib.sqla import ModelView as View
else:
    View = object  # Flask-Admin's metaclass would copy its own roads into a view class, before ours


class Listing(KeepsLists, View):
    """Takes the place of Flask-Admin's own list queries. `reach` and the columns come from the view."""

    list_road = "index_view"

    key: Any
    key_attribute: Any
    permission_read: str
    loads: Sequence[Any]
    lookups: dict[str, ScopedLookup]
    search_label: Any
    default_order: tuple[Any, bool] | None
    _counts: CountKeeper

    def reach(self, permission: str = "") -> Any:
        raise NotImplementedError

    def search_conditions(self, text: str) -> list[Any] | None:
        """The conditions of a search, each one a way to be meant; None where the list is not searched."""
        return None

    def init_search(self) -> bool:
        return type(self).search_conditions is not Listing.search_conditions

    def search_placeholder(self) -> str:
        return str(self.search_label or _("Search"))

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        """The list; asked for without saying what to show, it opens with what the person has chosen for that."""
        page: ResponseReturnValue = self.opening() or super().index_view()
        return page

    def get_list(
        self, page: int | None, sort_column: Any, sort_desc: Any, search: str | None, filters: Any,
        execute: bool = True, page_size: int | None = None,
    ) -> tuple[int, list[Any]]:  # fmt: skip
        """The rows of a page and how many there are; the page is brought back into the list where it lies beyond."""
        conditions = self.conditions(search, filters)
        narrowed = len(conditions) > 1
        total = capped_count(self.key, conditions) if narrowed else self._count_all(conditions[0])
        size = page_size or self.page_size
        last = max(0, (total.rows - 1) // size)
        page = min(page or 0, last)
        self._template_args["page"] = page
        self._template_args["count_capped"] = total.capped
        rows = page_of(
            self.model, key=self.key_attribute, conditions=conditions,
            order=self.order_by(sort_column, bool(sort_desc)), page=page, size=size, total=total, loads=self.loads,
        )  # fmt: skip
        return total.rows, rows

    def conditions(self, search: str | None, filters: Any) -> list[Any]:
        """Reach first, then what was searched and filtered."""
        conditions = [self.reach()]
        text = as_text(search)
        if text:
            ways = self.search_conditions(text)
            conditions.append(or_(*ways) if ways else false())
        conditions.extend(self.column_filters[index].condition(value) for index, _name, value in filters or [])
        return conditions

    def _count_all(self, reach: Any) -> Count:
        actor = current_actor()
        key = (tuple(actor.grants_for(self.permission_read)), actor.staff_id)
        return self._counts.count(key, select(func.count()).select_from(self.model).where(reach))

    def order_by(self, sort_column: Any, descending: bool) -> list[tuple[Any, bool]]:
        if sort_column in self._sortable_columns:
            return [(getattr(self.model, sort_column), descending)]
        return [self.default_order] if self.default_order else []

    def get_filters(self) -> list[ColumnFilter] | None:
        return list(self.column_filters) or None

    def get_filter_arg(self, index: int, flt: Any) -> str:
        return str(flt.key)

    def _refresh_filters_cache(self) -> None:
        self._filters = self.get_filters()
        self._filter_groups = None
        self._filter_args = {flt.key: (index, flt) for index, flt in enumerate(self._filters or [])}

    def _get_filter_groups(self) -> dict[str, list[dict[str, Any]]] | None:
        """What can be filtered, with the options of this person now, in the shape that Flask-Admin's pages read."""
        groups: dict[str, list[dict[str, Any]]] = {}
        for index, flt in enumerate(self._filters or []):
            if not self._may_choose(flt):
                continue
            entry: dict[str, Any] = {
                "index": index, "arg": flt.key, "operation": flt.operation(), "options": flt.offered(),
                "type": flt.data_type,
            }  # fmt: skip
            if isinstance(flt, Chosen):
                entry |= self._looked_up(flt)
            groups.setdefault(str(flt.name), []).append(entry)
        return groups or None

    def _may_choose(self, flt: Any) -> bool:
        """Whether a filter is offered: one that looks up rows only to those who may see such rows at all."""
        return not isinstance(flt, Chosen) or current_actor().holds(self.lookups[flt.lookup].permission)

    def _looked_up(self, flt: Chosen) -> dict[str, Any]:
        """The look-up behind a filter, and what its present value is called."""
        given = ((head, value) for head, value in request.args.items() if head.startswith("flt"))
        chosen = next((value for head, value in given if head.partition("_")[2] == flt.key), "")
        row = self._row_of(flt, chosen) if chosen else None
        return {"lookup": flt.lookup, "text": self.lookups[flt.lookup].text(row) if row is not None else ""}

    def _row_of(self, flt: Chosen, value: str) -> Any:
        """The row that a look-up filter names, within reach; asked for once a page."""
        seen: dict[tuple[str, str], Any] = g.setdefault("looked_up", {})
        if (flt.lookup, value) not in seen:
            seen[flt.lookup, value] = self.lookups[flt.lookup].get_one(value)
        return seen[flt.lookup, value]

    def _get_list_filter_args(self) -> list[tuple[int, str, str]]:
        """The filters of the address that hold; each of the others is left out with a sentence."""
        chosen = []
        for argument, value in request.args.items():
            head, sep, key = argument.partition("_")
            if not re.fullmatch(r"flt\d*", head) or not sep or not value.strip():
                continue
            if key not in self._filter_args:
                flash(_("This list no longer has the filter “%(key)s”, so it was left out.", key=key[:40]), "warning")
                continue
            index, flt = self._filter_args[key]
            if "\x00" in value or len(value) > 200 or not flt.validate(value):
                flash(self.get_invalid_value_msg(value[:40], flt), "warning")
            elif isinstance(flt, Chosen) and self._row_of(flt, value) is None:
                flash(_("What the filter “%(label)s” was set to is gone or not yours to see, so it was left out.",
                        label=str(flt.name)), "warning")  # fmt: skip
            else:
                chosen.append((index, str(flt.name), flt.written(value)))
        return sorted(chosen)

    def get_invalid_value_msg(self, value: str, filter: Any) -> str:
        return _(
            "The filter “%(label)s” does not know the value “%(value)s”, so it was left out.",
            label=str(filter.name), value=value.replace("\x00", ""),
        )  # fmt: skip

    def _get_list_extra_args(self) -> Any:
        """The arguments of the list, each made harmless. A column may be named or counted."""
        known = ("page", "page_size", "sort", "desc", "search")
        more = {
            name: value
            for name, value in request.args.items()
            if name not in known and not name.startswith("flt") and name.isascii() and len(value) < 100
        }
        if self.opens_otherwise():
            more["all"] = "1"  # else a list without filters would open with the kept one again
        arguments = ViewArgs(
            page=as_page(request.args.get("page")),
            page_size=as_page(request.args.get("page_size")),
            sort=self._column_number(request.args.get("sort")),
            sort_desc=1 if request.args.get("desc") == "1" else None,
            search=as_text(request.args.get("search")) or None,
            filters=self._get_list_filter_args(),
            extra_args=more,
        )
        self._template_args["list_state"] = self._state(arguments)
        return arguments

    def _column_number(self, text: str | None) -> int | None:
        names = [name for name, _label in self._list_columns]
        return names.index(text) if text in names else as_index(text)

    def _state(self, arguments: Any) -> list[tuple[str, str]]:
        """What the list shows, in names that keep their meaning when columns are added: what may be kept of it."""
        state = [(f"flt_{self.column_filters[index].key}", value) for index, _label, value in arguments.filters]
        column = self._get_column_by_idx(arguments.sort)
        if column is not None:
            state.append(("sort", column[0]))
            if arguments.sort_desc:
                state.append(("desc", "1"))
        return [*state, ("search", arguments.search)] if arguments.search else state
