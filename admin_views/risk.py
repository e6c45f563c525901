"""Fund risk in the back office: the rules with precision, a rule with its parameters and their history, runs."""

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
from admin_views.standards import JOB_STATES
from admin_views.values import as_text
from app.cases.queries import Precision, precisions
from app.errors import Invalid, NotFound
from app.forms.reading import day_in
from app.jobs import queries as jobs
from app.jobs import service as work
from app.jobs.kinds import KINDS
from app.messages import Message
from app.risk import run, service
from app.risk.registry import RULES, SOURCE, Rule
from app.risk.settings import history_of, settings_in_force
from app.web.case_shown import SEVERITY_FACES
from app.web.jobs import start_working
from models import db
from models.jobs import JobState
from models.units import UnitType

_l = lazy_gettext
UNIT_TYPES = {
    UnitType.ORGAN: _l("Organs"),
    UnitType.CIVIL_LAW_INSTITUTION: _l("Institutions under the civil service law"),
    UnitType.FULLY_FUNDED: _l("Fully funded institutions"),
    UnitType.PARTLY_FUNDED: _l("Partly funded institutions"),
    UnitType.SELF_FUNDED: _l("Self-funded institutions"),
}
KNOB_UNITS = {
    "yuan": _l("yuan"), "percent": _l("percent"), "months": _l("months"), "days": _l("days"), "count": _l("number"),
}  # fmt: skip


class RiskView(WorkView):
    """Every rule over the wage fund: what it looks for, how often it was right, and its parameters."""

    permission_read = "risk:read"
    page_lead = _l("Rules over the record and the payrolls as paid, run every night. What they find becomes cases.")

    def __init__(self) -> None:
        super().__init__(
            name=_l("Fund-risk rules"), endpoint="risk", url="risk", category=_l("Work"), menu_icon_value="shield"
        )
        self.lookups = {"unit": UnitLookup("unit", "unit:read")}

    @expose("/")
    @needs("risk:read")
    def index(self) -> ResponseReturnValue:
        held, right = settings_in_force(), precisions(self.actor, SOURCE)
        rows = [
            {
                "rule": rule, "right": right.get(code, Precision(code)),
                "on": held.get(code, {}).get("") is None or held[code][""].active, "own": len(held.get(code, {})),
            }
            for code, rule in sorted(RULES.items())
        ]  # fmt: skip
        return str(
            self.render(
                "risk/index.html", rows=rows, severities=SEVERITY_FACES, runs=jobs.latest(run.KIND, most=3),
                states=JOB_STATES,
            )
        )  # fmt: skip

    @expose("/rules/<code>")
    @needs("risk:read")
    def rule(self, code: str) -> ResponseReturnValue:
        return self._rule(code)

    def _rule(self, code: str, **more: Any) -> str:
        rule = RULES.get(code)
        if rule is None:
            raise NotFound
        unit_type = as_text(request.values.get("unit_type"))
        unit_type = unit_type if unit_type in set(UnitType) else ""
        history = history_of(code)
        held = next((one for one in history if one.valid_to is None and one.unit_type == unit_type), None)
        given = {"errors": {}, "typed": self._typed(rule, held)} | more
        return str(
            self.render(
                "risk/rule.html", rule=rule, held=held, unit_type=unit_type, unit_types=list(UNIT_TYPES.items()),
                knob_units=KNOB_UNITS, history=history, type_names=UNIT_TYPES, severities=SEVERITY_FACES,
                right=precisions(self.actor, SOURCE).get(code, Precision(code)), **given,
            )
        )  # fmt: skip

    @staticmethod
    def _typed(rule: Rule, held: Any) -> dict[str, Any]:
        values = held.values if held is not None else {}
        typed = {knob.code: values.get(knob.code, "") for knob in rule.knobs}
        return typed | {"active": "1" if held is None or held.active else "0"}

    @expose("/rules/<code>/set/", methods=("POST",))
    @needs("risk:edit")
    def set_rule(self, code: str) -> ResponseReturnValue:
        rule = RULES.get(code)
        if rule is None:
            raise NotFound
        typed = {knob.code: sent_text(knob.code, longest=20) for knob in rule.knobs}
        typed |= {"active": sent_text("active", longest=2), "reason": sent_text("reason", longest=600)}
        unit_type = sent_text("unit_type", longest=30)
        verb = lambda: service.set_rule(  # noqa: E731
            code, by=self.actor, reason=typed["reason"], active=typed["active"] == "1", values=typed,
            unit_type=unit_type, after=sent_number("after") or None,
        )  # fmt: skip
        _done, refusal = self.attempt(verb, _("It holds from today on."))
        if refusal is not None:
            return self._rule(code, errors=dict(getattr(refusal, "fields", {})), typed=typed), refusal.status
        return redirect(self.get_url(".rule", code=code, unit_type=unit_type or None))

    @expose("/run/", methods=("POST",))
    @needs("risk:run")
    def begin(self) -> ResponseReturnValue:
        """Begin a run over everything; it goes on when the page is left."""
        job, _refusal = self.attempt(lambda: service.begin(by=self.actor))
        start_working()
        return redirect(self.get_url(".job", job_id=job.id) if job is not None else self.get_url(".index"))

    @expose("/runs/<int:job_id>")
    @needs("risk:run")
    def job(self, job_id: int) -> ResponseReturnValue:
        """How far a run has come, and what each rule found."""
        job = jobs.opened(self.actor, job_id, run.KIND)
        if job.state in (JobState.WAITING, JobState.RUNNING):
            start_working()  # in case the process that was at it is gone
        given = {
            "job": job, "kind": KINDS[job.kind], "states": JOB_STATES, "lines": jobs.lines(job, most=len(RULES) + 1),
            "titles": {code: rule.title for code, rule in RULES.items()},
        }  # fmt: skip
        part = "risk/job_progress.html" if request.headers.get("X-Fragment") else "risk/job.html"
        return str(self.render(part, **given))

    @expose("/runs/<int:job_id>/stop/", methods=("POST",))
    @needs("risk:run")
    def stop(self, job_id: int) -> ResponseReturnValue:
        jobs.opened(self.actor, job_id, run.KIND)
        self.attempt(lambda: work.stop(job_id, by=self.actor), _("It is stopped. What is written down stays."))
        return redirect(self.get_url(".job", job_id=job_id))

    @expose("/establishment/", methods=("GET", "POST"))
    @needs("establishment:edit")
    def establishment(self) -> ResponseReturnValue:
        """Set how many people a unit may employ."""
        if request.method != "POST":
            unit = self.lookups["unit"].get_one(request.args.get("unit", ""))
            return self._establishment(unit, {}, {})
        unit = self.lookups["unit"].get_one(sent_text("unit", longest=20))
        typed = {name: sent_text(name, longest=200) for name in ("head_count", "valid_from", "document")}
        day = day_in(typed["valid_from"])
        errors: dict[str, Message] = {}
        if unit is None:
            errors["unit"] = Message("Choose a unit.")
        if day is None:
            errors["valid_from"] = Message("This is not a day; write it as 2018-04-03.")
        if not (typed["head_count"].isascii() and typed["head_count"].isdigit() and len(typed["head_count"]) < 8):
            errors["head_count"] = Message("Write a whole number from %(least)s to %(most)s.", least=0, most=100_000)
        if errors or unit is None or day is None:
            return self._establishment(unit, typed, errors), 422
        try:
            service.set_establishment(
                unit.id, head_count=int(typed["head_count"]), valid_from=day, document=typed["document"], by=self.actor
            )
        except Invalid as refusal:
            db.session.rollback()
            return self._establishment(unit, typed, dict(refusal.fields)), 422
        return redirect(self.get_url(".index"))

    def _establishment(self, unit: Any, typed: dict[str, Any], errors: dict[str, Message]) -> str:
        return str(self.render("risk/establishment.html", unit=unit, typed=typed, errors=errors, lookups=self.lookups))

    @expose("/ajax/lookup/")
    @needs("risk:read")
    def ajax_lookup(self) -> ResponseReturnValue:
        return self.look_up()
