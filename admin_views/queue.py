"""The approval queue and the reviewer's desk in the back office."""

from __future__ import annotations

from typing import Any

from flask import get_flashed_messages, jsonify, redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from admin_views import words
from admin_views.custom import fresh_key, sent_key, sent_number, sent_text
from admin_views.desk import Desk, marks_sent, open_desk
from admin_views.figures import DECIDE
from admin_views.lookups import ItemLookup, UnitLookup
from admin_views.pages import holds_pass, pass_for
from admin_views.papers import ReadsPapers
from admin_views.passing import PassesOn
from admin_views.roads import needs
from admin_views.saved import KeepsLists
from admin_views.values import as_text
from app.access import policy
from app.documents import service as documents
from app.errors import Invalid, Refused
from app.materials import queries as materials
from app.materials.judging import OVERRIDABLE
from app.materials.readings import write_down
from app.materials.sheets import boxes_shown, place_in_words
from app.materials.told import as_typed
from app.paging import page_number
from app.portal.papers import kinds_to_choose
from app.web.showing import named
from app.workflow import queries, service
from app.workflow.around import around
from app.workflow.reasons import library

_l = lazy_gettext
TABS = {"waiting": _l("Waiting for me"), "free": _l("Free to claim"), "claimed": _l("Claimed by me")}
_CLAIMED = {"free": "free", "claimed": "mine"}
LIGHTS = {"red": _l("Overdue"), "yellow": _l("Nearly due")}


class QueueView(ReadsPapers, PassesOn, KeepsLists):
    """What waits for this person, by urgency, and the desk on which it is decided."""

    permission_read = "application:read"
    page_lead = _l("The most urgent first. A claim keeps an application for you while you work on it.")

    def __init__(self) -> None:
        super().__init__(name=_l("Queue"), endpoint="queue", url="queue", category=_l("Work"), menu_icon_value="inbox")
        self.lookups = {"unit": UnitLookup("unit", "unit:read"), "item": ItemLookup("item", "item:read")}

    def is_accessible(self) -> bool:
        return any(self.holds(permission) for permission in DECIDE)

    @expose("/")
    @needs(*DECIDE)
    def index(self) -> ResponseReturnValue:
        if (first := self.opening()) is not None:
            return first
        tab = request.args.get("tab", "waiting")
        tab = tab if tab in TABS else "waiting"
        light = request.args.get("light", "")
        chosen = {name: self.lookups[name].get_one(request.args.get(name, "")) for name in ("item", "unit")}
        filters = queries.Filters(
            item=chosen["item"].code if chosen["item"] else "",
            unit_id=chosen["unit"].id if chosen["unit"] else None,
            text=as_text(request.args.get("search")),
            light=light if light in LIGHTS else "",
            claimed=_CLAIMED.get(tab, ""),
        )
        page = queries.queue(self.actor, filters=filters, page=page_number(request.args.get("page")))
        return str(
            self.render(
                "queue/index.html", page=page, tab=tab, tabs=TABS, chosen=chosen, lookups=self.lookups,
                filters=filters, lights=LIGHTS, kept=_kept(tab), kept_lists=self.kept_lists(_kept(tab).items()),
            )
        )  # fmt: skip

    @expose("/<int:application_id>")
    @needs("check:read")
    def desk(self, application_id: int) -> ResponseReturnValue:
        """Documents beside facts, findings, pay before and after, and history. The reading of pay is written down."""
        ahead = request.headers.get("X-Preload") == "1"
        return self._desk(open_desk(self.actor, application_id, ahead=ahead), 200)

    def _desk(self, desk: Desk, status: int, **typed: Any) -> ResponseReturnValue:
        forms = documents.forms_for(desk.sheet) if desk.sees_pay else ()
        page = self.render(
            "queue/desk.html", forms=forms, reveal=self.holds("staff:read_identity"), desk=desk, sheet=desk.sheet,
            application=desk.sheet.application, key=fresh_key(),
            states=words.APPLICATION_STATES, overridable=OVERRIDABLE, typed=typed,
            small=pass_for(self.actor, desk.sheet.application.id),
            boxes_shown=boxes_shown, place_in_words=place_in_words,
            reasons={kind: [named(one) for one in texts] for kind, texts in
                     library(desk.sheet.application).items()} if desk.may_decide else {},
            kinds=kinds_to_choose(), as_typed=as_typed,
            things=around(desk.sheet.application), stands_for=self._stands_for(desk),
        )  # fmt: skip
        return page, status

    def _stands_for(self, desk: Desk) -> str:
        """In whose name this person would decide; nobody's if on their own account."""
        application = desk.sheet.application
        if not (desk.may_decide and self.actor.delegated and application.step_permission):
            return ""
        through = policy.may(self.actor, application.step_permission, application).through
        return through.name if through is not None else ""

    @expose("/<int:application_id>/claim/", methods=("POST",))
    @needs(*DECIDE)
    def claim(self, application_id: int) -> ResponseReturnValue:
        revision = sent_number("revision")
        self.attempt(lambda: service.claim(application_id, by=self.actor, revision=revision), _("It is on your desk."))
        return redirect(self.get_url(".desk", application_id=application_id))

    @expose("/<int:application_id>/release/", methods=("POST",))
    @needs(*DECIDE)
    def release(self, application_id: int) -> ResponseReturnValue:
        revision = sent_number("revision")
        _moved, refusal = self.attempt(
            lambda: service.release(application_id, by=self.actor, revision=revision), _("It is back in the queue.")
        )
        return redirect(self.get_url(".desk", application_id=application_id) if refusal else self.get_url(".index"))

    @expose("/<int:application_id>/approve/", methods=("POST",))
    @needs(*DECIDE)
    def approve(self, application_id: int) -> ResponseReturnValue:
        revision, note, key = sent_number("revision"), sent_text("note"), sent_key()
        return self._decide(
            application_id, _("Approved."),
            lambda: service.approve(application_id, by=self.actor, revision=revision, note=note, key=key), note=note,
        )  # fmt: skip

    @expose("/<int:application_id>/return/", methods=("POST",))
    @needs(*DECIDE)
    def return_for_correction(self, application_id: int) -> ResponseReturnValue:
        revision, note, key = sent_number("revision"), sent_text("note"), sent_key()
        marks = marks_sent(request.form)
        return self._decide(
            application_id, _("Returned for correction. Only what you marked is open to the unit."),
            lambda: service.return_for_correction(
                application_id, by=self.actor, revision=revision, note=note, marks=marks, key=key
            ),
            note=note, marks={f"{mark.kind}.{mark.key}": mark.reason for mark in marks},
        )  # fmt: skip

    @expose("/<int:application_id>/reject/", methods=("POST",))
    @needs(*DECIDE)
    def reject(self, application_id: int) -> ResponseReturnValue:
        revision, note, key = sent_number("revision"), sent_text("note"), sent_key()
        return self._decide(
            application_id, _("Rejected."),
            lambda: service.reject(application_id, by=self.actor, revision=revision, note=note, key=key), note=note,
        )  # fmt: skip

    def _decide(self, application_id: int, done: str, verb: Any, **typed: Any) -> ResponseReturnValue:
        """Decide and go on to the next; what is refused comes back to the same desk with all that was typed."""
        following = queries.neighbours(self.actor, application_id)
        _moved, refusal = self.attempt(verb, done)
        if refusal is None:
            next_id = following.next_id
            there = self.get_url(".desk", application_id=next_id) if next_id else self.get_url(".index")
            if request.headers.get("X-Desk") == "1":  # the desk has the next application already, or fetches it
                said = get_flashed_messages(with_categories=True) if next_id else []  # the queue says it itself
                return jsonify({"next": there, "revision": following.next_revision, "said": said})
            return redirect(there)
        typed["errors"] = _errors(refusal)
        return self._desk(open_desk(self.actor, application_id), refusal.status, **typed)

    @expose("/materials/<int:upload_id>/pages/<int:page>")
    @needs("material:read")
    def picture(self, upload_id: int, page: int) -> ResponseReturnValue:
        """A page of a material as it was redrawn, never the bytes that were sent."""
        upload, small = materials.opened(self.actor, upload_id), request.args.get("small")
        as_sent = request.args.get("as") == "sent"
        path = materials.picture_of(upload, page, thumbnail=bool(small), as_sent=as_sent)
        if not small or not holds_pass(self.actor, upload.application_id, small):
            ahead = ", loaded ahead" if request.headers.get("X-Preload") == "1" else ""
            sent = ", as sent" if as_sent else ""
            write_down("material:read", upload, by=self.actor, note=f"page {page}{sent}{ahead}")
        answer = send_file(path, mimetype="image/jpeg", conditional=False)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    @expose("/materials/<int:upload_id>/original")
    @needs("material:read")
    def original(self, upload_id: int) -> ResponseReturnValue:
        """The original file, for download only."""
        file = materials.original(self.actor, upload_id)
        upload = materials.opened(self.actor, upload_id)
        write_down("material:download", upload, by=self.actor, note=file.filename)
        answer = send_file(
            file.path, mimetype="application/octet-stream", as_attachment=True, download_name=file.filename
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @expose("/ajax/lookup/")
    @needs(*DECIDE)
    def ajax_lookup(self) -> ResponseReturnValue:
        return self.look_up()


def _errors(refusal: Refused) -> dict[str, Any]:
    return dict(refusal.fields) if isinstance(refusal, Invalid) else {}


def _kept(tab: str) -> dict[str, str]:
    names = ("item", "unit", "light", "search")
    kept = {name: value for name in names if (value := as_text(request.args.get(name)))}
    return kept | ({"tab": tab} if tab != "waiting" else {})
