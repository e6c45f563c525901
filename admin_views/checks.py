"""Material checks in the back office: what was found on uploads, across applications, and how a person judges it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from admin_views import words
from admin_views.custom import WorkView, sent_number, sent_text
from admin_views.history import Happening, events_of
from admin_views.lookups import ItemLookup, UnitLookup
from admin_views.roads import needs
from admin_views.saved import KeepsLists
from admin_views.values import as_text
from app.access import policy
from app.errors import NotFound, Refused
from app.materials import desk, service
from app.materials.judging import OVERRIDABLE, TITLES
from app.materials.sentences import CODES, FLAGS
from app.web.showing import say
from models import MaterialCheck, db

_l = lazy_gettext
ASKED = ("code", "severity", "standing", "number", "material", "version", "since", "until")


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
        return self.opening() or str(self._list())

    def _list(self) -> Any:
        asked = {name: as_text(request.args.get(name)) for name in ASKED}
        chosen = {name: self.lookups[name].get_one(request.args.get(name, "")) for name in ("item", "unit")}
        filters: dict[str, Any] = asked | {f"{name}_id": row.id for name, row in chosen.items() if row is not None}
        filters["days"] = days_asked(asked["since"], asked["until"])
        page = desk.checks(self.actor, filters, request.args.get("page"))
        return self.render(
            "checks/index.html", page=page, asked=asked, chosen=chosen, titles=titles(), overridable=OVERRIDABLE,
            severities=words.SEVERITIES, lookups=self.lookups, kept=_kept(), back=_kept(),
            kept_lists=self.kept_lists(_kept().items()), everything=self.list_address(),
        )  # fmt: skip

    @expose("/<int:check_id>/", methods=("GET",))
    @needs("check:read")
    def check(self, check_id: int) -> ResponseReturnValue:
        """One finding: on which file, by which version of the checks, how often examined, and who judged it."""
        return str(self._one(desk.check_of(self.actor, check_id)))

    def _one(self, found: MaterialCheck, **more: Any) -> Any:
        events: list[Happening] = []
        if found.upload_id is not None and self.holds("history:read"):
            events, _more = events_of("upload", found.upload_id, with_pay=False)
        return self.render(
            "checks/check.html", check=found, titles=dict(titles()), overridable=OVERRIDABLE, events=events,
            severities=words.SEVERITIES, examinations=desk.examinations_of(found), back=_kept(), **more,
        )  # fmt: skip

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
            return self._refused(check_id, refusal, reason)
        return redirect(self.get_url(".check", check_id=check_id, **_kept()))

    def _refused(self, check_id: int, refusal: Refused, reason: str) -> ResponseReturnValue:
        errors = dict(getattr(refusal, "fields", {}))
        return self._one(desk.check_of(self.actor, check_id), typed=reason, errors=errors), refusal.status

    @expose("/ajax/lookup/")
    @needs("check:read")
    def ajax_lookup(self) -> ResponseReturnValue:
        return self.look_up()


def titles() -> list[tuple[str, str]]:
    """Every finding there can be, with its title."""
    named = {code: wording.title for code, wording in (FLAGS | CODES).items()} | TITLES
    return [(code, say(title)) for code, title in named.items()]


def days_asked(since: str, until: str) -> desk.Days | None:
    """The range that was asked for; None without one. A day that is none, or out of order, is the other day."""
    first, last = day_of(since), day_of(until)
    if first is None and last is None:
        return None
    first, last = first or date(2000, 1, 1), last or date(2099, 12, 31)
    return desk.Days(min(first, last), max(first, last))


def day_of(text: str) -> date | None:
    """A day as the browser sends it, between 2000 and 2099."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2099 else None


def _kept() -> dict[str, str]:
    names = (*ASKED, "item", "unit")
    return {name: value for name in names if (value := as_text(request.args.get(name)))}
