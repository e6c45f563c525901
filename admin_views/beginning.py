"""The pages on which a designer begins an item: a new one, or a copy of another."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from admin_views.custom import WorkView, sent_text
from admin_views.roads import needs
from app.errors import Refused
from app.items import service
from models import ServiceItem

_NAMED = {"code": 20, "name_zh": 200, "name_en": 300}


class Beginning(WorkView):
    """Roads of the list of items on which an item comes to be."""

    @expose("/new-item/", methods=("GET", "POST"))
    @needs("item:design")
    def new_item(self) -> ResponseReturnValue:
        return self._begin(None)

    @expose("/copy-item/", methods=("GET", "POST"))
    @needs("item:design")
    def copy_item(self) -> ResponseReturnValue:
        source: ServiceItem = self.one(request.values.get("id"))
        return self._begin(source)

    def _begin(self, source: ServiceItem | None) -> ResponseReturnValue:
        """Ask for code and names; then the draft opens, empty or with everything that the other item has."""
        typed = {name: sent_text(name, longest=most) for name, most in _NAMED.items()}
        refusal: Refused | None = None
        if request.method == "POST":
            verb = (
                (lambda: service.create_item(**typed, by=self.actor))
                if source is None
                else (lambda: service.copy_item(source.id, **typed, by=self.actor))
            )
            draft, refusal = self.attempt(verb, _("The item has its first draft."))
            if refusal is None:
                return redirect(url_for("item_versions.details_view", id=draft.id))
        page = self.render(
            "items/begin.html", model=None, source=source, typed=typed, errors=getattr(refusal, "fields", {})
        )
        return page, refusal.status if refusal else 200
