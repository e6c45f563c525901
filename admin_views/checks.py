"""Material checks in the back office: what was found on uploads, across applications, and how a person judges it."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from admin_views import words
from admin_views.custom import WorkView, sent_number, sent_text
from admin_views.lookups import ItemLookup, UnitLookup
from admin_views.roads import needs
from admin_views.saved import KeepsLists
from admin_views.values import as_text
from app.access import policy
from app.errors import NotFound
from app.materials import queries, service
from app.materials.judging import OVERRIDABLE, TITLES
from app.materials.sentences import CODES, FLAGS
from app.web.showing import say
from models import MaterialCheck, db

_l = lazy_gettext


class ChecksView(KeepsLists, WorkView):
    """Findings by code, severity, item and unit; those that a person may judge otherwise can be overridden here."""

    permission_read = "check:read"
    page_lead = _l("What the examination found on uploaded materials, the newest first.")

    def __init__(self) -> None:
        super().__init__(
            name=_l("Material checks"), endpoint="checks", url="checks", category=_l("Work"), menu_icon_value="shield"
        )
        self.lookups = {"unit": UnitLookup("unit", "unit:read"), "item": ItemLookup("item", "item:read")}

    @expose("/")
    @needs("check:read")
    def index(self) -> ResponseReturnValue:
        return self.opening() or self._list(200)

    def _list(self, status: int, **more: Any) -> ResponseReturnValue:
        asked = {name: as_text(request.args.get(name)) for name in ("code", "severity", "standing", "number")}
        chosen = {name: self.lookups[name].get_one(request.args.get(name, "")) for name in ("item", "unit")}
        filters: dict[str, Any] = asked | {f"{name}_id": row.id for name, row in chosen.items() if row is not None}
        page = queries.checks(self.actor, filters, request.args.get("page"))
        shown = self.render(
            "checks/index.html", page=page, asked=asked, chosen=chosen, titles=_titles(), overridable=OVERRIDABLE,
            severities=words.SEVERITIES, lookups=self.lookups, kept=_kept(),
            kept_lists=self.kept_lists(_kept().items()), everything=self.list_address(), **more,
        )  # fmt: skip
        return shown, status

    @expose("/<int:check_id>/override/", methods=("POST",))
    @needs("check:override")
    def override(self, check_id: int) -> ResponseReturnValue:
        check = db.session.get(MaterialCheck, check_id)
        if check is None:
            raise NotFound
        policy.require(self.actor, "check:override", check)
        reason = sent_text("reason", longest=500)
        verb = lambda: service.override(check_id, by=self.actor, revision=sent_number("revision"), reason=reason)  # noqa: E731
        _check, refusal = self.attempt(verb, _("The finding is overridden, with your reason."))
        back = sent_number("application_id")
        if back:
            return redirect(self.get_url("queue.desk", application_id=back))
        if refusal is not None:
            return self._list(refusal.status, typed={check_id: reason})
        return redirect(self.get_url(".index", **_kept()))

    @expose("/ajax/lookup/")
    @needs("check:read")
    def ajax_lookup(self) -> ResponseReturnValue:
        return self.look_up()


def _titles() -> list[tuple[str, str]]:
    """Every finding there can be, with its title."""
    titles = {code: wording.title for code, wording in (FLAGS | CODES).items()} | TITLES
    return [(code, say(title)) for code, title in titles.items()]


def _kept() -> dict[str, str]:
    names = ("code", "severity", "standing", "number", "item", "unit")
    return {name: value for name in names if (value := as_text(request.args.get(name)))}
