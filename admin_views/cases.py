"""Cases in the back office: the list in reach, one case, to whom it goes, and the judgement of its answer."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from admin_views.custom import WorkView, sent_number, sent_text
from admin_views.lookups import UnitLookup
from admin_views.roads import needs
from admin_views.values import as_page, as_text
from app import clock
from app.cases import queries, service
from app.cases.queries import Asked
from app.cases.rules import STATES
from app.errors import Refused
from app.messages import Message
from app.web.case_shown import SEVERITY_FACES, STATE_FACES, opened_page, rule_options, rule_title
from app.web.showing import say
from models.cases import CaseOutcome

_l = lazy_gettext
JUDGEMENTS = {
    "send_back": _l("Send it back to the unit"),
    "accept": _l("It is true; accept it with a reason"),
    "corrected": _l("It was true and is put right"),
    "unfounded": _l("Nothing was wrong"),
}


class CasesView(WorkView):
    """What warnings and risk rules found, and what became of it."""

    permission_read = "case:read"
    page_lead = _l(
        "What warnings and risk rules found within your reach. The unit answers; who stands above it judges."
    )

    def __init__(self) -> None:
        super().__init__(name=_l("Cases"), endpoint="cases", url="cases", category=_l("Work"), menu_icon_value="shield")
        self.lookups = {"unit": UnitLookup("unit", "unit:read")}

    @expose("/")
    @needs("case:read")
    def index(self) -> ResponseReturnValue:
        unit = self.lookups["unit"].get_one(request.args.get("unit", ""))
        state, rule = as_text(request.args.get("state")), as_text(request.args.get("rule"))
        asked = Asked(
            state=state if state in STATES else "", rule=rule[:40], unit_id=unit.id if unit else None,
            source=as_text(request.args.get("source"))[:20], overdue=request.args.get("overdue") == "1",
        )  # fmt: skip
        kept: dict[str, Any] = {
            name: value for name, value in (("state", asked.state), ("rule", asked.rule), ("source", asked.source),
                                            ("unit", asked.unit_id), ("overdue", 1 if asked.overdue else None)) if value
        }  # fmt: skip
        return str(
            self.render(
                "cases/list.html", page=queries.page_of(self.actor, asked, max(as_page(request.args.get("page")), 1)),
                asked=asked, kept=kept, unit=unit, lookups=self.lookups, counts=queries.counts(self.actor),
                states=[(code, say(word)) for code, word in STATES.items()], rules=rule_options(),
                faces=(STATE_FACES, SEVERITY_FACES), title_of=rule_title, today=clock.today(),
                page_url=lambda number: self.get_url(".index", **kept, page=number),
                case_url=lambda case_id: self.get_url(".opened", case_id=case_id),
            )
        )  # fmt: skip

    @expose("/<int:case_id>")
    @needs("case:read")
    def opened(self, case_id: int) -> ResponseReturnValue:
        return self._case(case_id)

    def _case(self, case_id: int, **more: Any) -> str:
        shown = opened_page(self.actor, case_id)
        may_assign = self.holds("case:assign") and shown["case"].state != "CLOSED"
        answerers = service.answerers(shown["case"]) if may_assign else []
        given = {"errors": {}, "typed": {}} | more
        return str(
            self.render(
                "cases/opened.html", **shown, **given, judgements=list(JUDGEMENTS.items()), may_assign=may_assign,
                answerers=[(one.id, f"{one.display_name} ({one.username})") for one in answerers],
                may_judge=self.holds("case:judge") and shown["case"].state != "CLOSED",
            )
        )  # fmt: skip

    @expose("/<int:case_id>/assign/", methods=("POST",))
    @needs("case:assign")
    def assign(self, case_id: int) -> ResponseReturnValue:
        queries.opened(self.actor, case_id, "case:assign")
        to_id, revision, note = sent_number("to_id"), sent_number("revision"), sent_text("note", longest=500)
        verb = lambda: service.assign(case_id, to_id, by=self.actor, revision=revision, note=note)  # noqa: E731
        return self._after(case_id, verb, _("It is assigned."))

    @expose("/<int:case_id>/judge/", methods=("POST",))
    @needs("case:judge")
    def judge(self, case_id: int) -> ResponseReturnValue:
        queries.opened(self.actor, case_id, "case:judge")
        text = sent_text("text", longest=1000)
        given: dict[str, Any] = {"by": self.actor, "revision": sent_number("revision"), "text": text}
        verbs: dict[str, Any] = {
            "send_back": lambda: service.send_back(case_id, **given),
            "accept": lambda: service.accept(case_id, **given),
            "corrected": lambda: service.close(case_id, outcome=CaseOutcome.CORRECTED, **given),
            "unfounded": lambda: service.close(case_id, outcome=CaseOutcome.UNFOUNDED, **given),
        }
        verb = request.form.get("verb", "")
        if verb not in verbs:
            errors = {"verb": Message("Say what you judge.")}
            return self._case(case_id, errors=errors, typed={"text": text}), 422
        return self._after(case_id, verbs[verb], _("Your judgement is kept."))

    def _after(self, case_id: int, verb: Any, done: str) -> ResponseReturnValue:
        _done, refusal = self.attempt(verb, done)
        if isinstance(refusal, Refused):
            typed = {name: request.form.get(name, "") for name in ("verb", "text", "to_id", "note")}
            return self._case(case_id, errors=dict(getattr(refusal, "fields", {})), typed=typed), refusal.status
        return redirect(self.get_url(".opened", case_id=case_id))

    @expose("/ajax/lookup/")
    @needs("case:read")
    def ajax_lookup(self) -> ResponseReturnValue:
        return self.look_up()
