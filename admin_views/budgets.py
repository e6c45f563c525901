"""Performance pay in the back office: units, one unit's year down to a person's payment, what waits for a decision."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from admin_views.custom import WorkView, sent_number, sent_text
from admin_views.lookups import UnitLookup
from admin_views.roads import needs
from admin_views.values import as_text
from app import clock
from app.audit import service as audit
from app.budgets import hindsight, people, plans, policies, queries, service
from app.budgets.computing import Basis
from app.budgets.overview import light_of, overview
from app.budgets.rules import parameters
from app.budgets.service import Wanted
from app.budgets.sharing import shared
from app.errors import Invalid, Refused
from app.messages import Message
from app.paging import page_number
from app.staff import queries as roster
from app.uow import reading
from app.web.budgets import chart_of, given, typed_fen

_l = lazy_gettext


class BudgetsView(WorkView):
    """Totals of performance pay in reach, with their lights; every figure opens down to who was paid what."""

    permission_read = "budget:read"
    page_lead = _l("Totals of performance pay within your reach: what is paid, what is left, and where the year leads.")

    def __init__(self) -> None:
        super().__init__(
            name=_l("Performance pay"), endpoint="budgets", url="performance-pay", category=_l("Work"),
            menu_icon_value="money",
        )  # fmt: skip
        self.lookups = {"unit": UnitLookup("unit", "unit:read")}

    @expose("/")
    @needs("budget:read")
    def index(self) -> ResponseReturnValue:
        """Units of a year, those warned of first."""
        year, text = _year(), as_text(request.args.get("search"))
        only = request.args.get("only", "")
        page = page_number(request.args.get("page"))
        return str(
            self.render(
                "budgets/index.html",
                **given(
                    year=year, text=text, only=only, sums=queries.sums(self.actor, year, text=text),
                    page=queries.listed(self.actor, year, text=text, only=only, page=page), light_of=light_of,
                    tabs=self._tabs("index"),
                ),
            )
        )  # fmt: skip

    @expose("/waiting")
    @needs("budget:approve", "budget:approve_plan", "budget:override", "budget:propose")
    def waiting(self) -> ResponseReturnValue:
        """What waits for this person: totals to approve, plans to approve, held distributions."""
        return self._waiting()

    def _waiting(self, refusal: Refused | None = None, proposal_id: int = 0) -> ResponseReturnValue:
        page = self.render(
            "budgets/waiting.html",
            **given(
                proposals=queries.waiting_proposals(self.actor, page=page_number(request.args.get("page"))),
                plans=queries.waiting_plans(self.actor), held=queries.held(self.actor), basis_of=Basis.from_json,
                me=self.actor.account_id, year=clock.today().year, refused=proposal_id,
                errors=getattr(refusal, "fields", {}), typed=request.form, tabs=self._tabs("waiting"),
            ),
        )  # fmt: skip
        return page, refusal.status if refusal else 200

    @expose("/totals/<int:total_id>")
    @needs("budget:read")
    def total(self, total_id: int) -> ResponseReturnValue:
        """One unit's year."""
        total = queries.opened(total_id, self.actor)
        found = overview(self.actor, total, page=page_number(request.args.get("page")))
        return str(self.render("budgets/total.html", **given(found=found, total=total, chart=chart_of(found))))

    @expose("/distributions/<int:distribution_id>")
    @needs("budget:read")
    def distribution(self, distribution_id: int) -> ResponseReturnValue:
        """One distribution down to who gets what; reading it is written down."""
        return self._distribution(distribution_id)

    def _distribution(self, distribution_id: int, refusal: Refused | None = None) -> ResponseReturnValue:
        one = queries.distribution(distribution_id, self.actor)
        payments = queries.payments_of(one.id)
        with reading():
            audit.read("budget:read_payments", by=self.actor, kind="budget_distribution", record_id=one.id,
                       unit_id=one.unit_id, subjects=[row.staff_id for row in payments])  # fmt: skip
        page = self.render(
            "budgets/distribution.html",
            **given(one=one, payments=payments, mine=one.made_by_id == self.actor.account_id,
                    errors=getattr(refusal, "fields", {}), typed=request.form),
        )  # fmt: skip
        return page, refusal.status if refusal else 200

    @expose("/distributions/<int:distribution_id>/answer", methods=("POST",))
    @needs("budget:override")
    def answer(self, distribution_id: int) -> ResponseReturnValue:
        """Let a held distribution go on, or refuse it; either way with the reason."""
        reason, revision = sent_text("reason", longest=500), sent_number("revision")
        verb = service.cancel if request.form.get("verb") == "refuse" else service.answer_for
        done = _("It is refused; its amount is free again.") if verb is service.cancel else _("It may be paid now.")
        _row, refusal = self.attempt(
            lambda: verb(distribution_id, by=self.actor, revision=revision, reason=reason), done
        )  # fmt: skip
        if isinstance(refusal, Invalid):
            return self._distribution(distribution_id, refusal)
        return redirect(self.get_url(".distribution", distribution_id=distribution_id))

    @expose("/distributions/<int:distribution_id>/paid", methods=("POST",))
    @needs("budget:pay")
    def paid(self, distribution_id: int) -> ResponseReturnValue:
        revision = sent_number("revision")
        self.attempt(lambda: service.confirm_paid(distribution_id, by=self.actor, revision=revision), _("It is paid."))
        return redirect(self.get_url(".distribution", distribution_id=distribution_id))

    @expose("/staff/<int:staff_id>")
    @needs("budget:read")
    def person(self, staff_id: int) -> ResponseReturnValue:
        """What one person was paid in a year, by whichever unit in reach; reading it is written down."""
        staff, year = roster.opened(self.actor, staff_id), _year()
        payments = queries.payments_to(staff.id, year, self.actor)
        with reading():
            audit.read("budget:read_payments", by=self.actor, kind="staff", record_id=staff.id, unit_id=staff.unit_id,
                       subjects=[staff.id])  # fmt: skip
        return str(self.render("budgets/person.html", **given(staff=staff, year=year, payments=payments)))

    @expose("/plans/<int:plan_id>")
    @needs("budget:read")
    def plan(self, plan_id: int) -> ResponseReturnValue:
        """A plan with its lines and what policy says to it."""
        return self._plan(plan_id)

    def _plan(self, plan_id: int, refusal: Refused | None = None) -> ResponseReturnValue:
        plan = plans.opened(plan_id, self.actor)
        rows = plans.rows_of(plan.id)
        page = self.render(
            "budgets/plan.html",
            **given(
                plan=plan, total=plan.total, rows=rows, people=people.named([row.staff_id for row in rows]),
                amounts=shared(plan.pool_fen, rows, plan.tiers), findings=plans.findings(plan),
                mine=plan.submitted_by_id == self.actor.account_id, errors=getattr(refusal, "fields", {}),
                typed=request.form,
            ),
        )  # fmt: skip
        return page, refusal.status if refusal else 200

    @expose("/plans/<int:plan_id>/decide", methods=("POST",))
    @needs("budget:approve_plan")
    def decide_plan(self, plan_id: int) -> ResponseReturnValue:
        """Put a plan in force, or give it back with the reason."""
        revision, reason = sent_number("revision"), sent_text("reason", longest=500)
        if request.form.get("verb") == "return":
            _plan, refusal = self.attempt(
                lambda: service.return_plan(plan_id, by=self.actor, revision=revision, reason=reason),
                _("It is returned with your reason."),
            )
        else:
            _plan, refusal = self.attempt(
                lambda: service.approve_plan(plan_id, by=self.actor, revision=revision), _("The plan is in force.")
            )
        if isinstance(refusal, Invalid):
            return self._plan(plan_id, refusal)
        return redirect(self.get_url(".plan", plan_id=plan_id))

    @expose("/proposals/<int:budget_proposal_id>/decide", methods=("POST",))
    @needs("budget:approve")
    def decide(self, budget_proposal_id: int) -> ResponseReturnValue:
        """Approve a total, or refuse it with the reason."""
        revision, reason = sent_number("revision"), sent_text("reason", longest=500)
        if request.form.get("verb") == "refuse":
            _row, refusal = self.attempt(
                lambda: service.refuse(budget_proposal_id, by=self.actor, revision=revision, reason=reason),
                _("It is refused, with your reason."),
            )
        else:
            _row, refusal = self.attempt(
                lambda: service.approve(budget_proposal_id, by=self.actor, revision=revision),
                _("The total is in force."),
            )
        if isinstance(refusal, Invalid):
            return self._waiting(refusal, budget_proposal_id)
        return redirect(self.get_url(".waiting"))

    @expose("/propose", methods=("GET", "POST"))
    @needs("budget:propose")
    def propose(self) -> ResponseReturnValue:
        """Propose one unit's total with what it is worked out from, or those of everybody who has none."""
        year, unit = _year(), self.lookups["unit"].get_one(request.values.get("unit", ""))
        refusal: Refused | None = None
        if request.method == "POST":
            if request.form.get("verb") == "all":
                count, refusal = self.attempt(
                    lambda: service.propose_all(year, sent_text("document", longest=200), by=self.actor)
                )
                done = _("%(count)s totals are proposed and wait for a second person.", count=count or 0)
            else:
                _row, refusal = self.attempt(lambda: self._propose_one(unit, year))
                done = _("The total is proposed and waits for a second person.")
            if refusal is None:
                return self._done(done)
        worked_out, not_to = None, refusal
        if unit is not None:
            try:
                worked_out = service.preview(unit, year, Wanted("", ""), by=self.actor)
            except Invalid as none:
                not_to = none
        page = self.render(
            "budgets/propose.html",
            **given(year=year, unit=unit, worked_out=worked_out, lookups=self.lookups, typed=request.form,
                    refusal=not_to, errors=getattr(refusal, "fields", {}), tabs=self._tabs("waiting")),
        )  # fmt: skip
        return page, refusal.status if refusal else 200

    @expose("/ajax/lookup/")
    @needs("budget:propose")
    def ajax_lookup(self) -> ResponseReturnValue:
        return self.look_up()

    def _propose_one(self, unit: Any, year: int) -> Any:
        if unit is None:
            raise Invalid(fields={"unit": Message("Choose the unit.")})
        text = sent_text("amount", longest=40)
        amount = typed_fen("amount")
        if text and amount is None:
            raise Invalid(fields={"amount": Message("“%(text)s” is not an amount in yuan and fen.", text=text)})
        wanted = Wanted(sent_text("document", longest=200), sent_text("reason", longest=500), amount,
                        items=request.form.getlist("items") or service.USUAL_ITEMS)  # fmt: skip
        return service.propose(unit.id, year, wanted, by=self.actor)

    def _done(self, sentence: str) -> ResponseReturnValue:
        self.attempt(lambda: None, sentence)
        return redirect(self.get_url(".waiting"))

    @expose("/policy")
    @needs("budget:read")
    def policy(self) -> ResponseReturnValue:
        """The policy values of every class today, and those that were set, by date and document."""
        return self._policy()

    def _policy(self, refusal: Refused | None = None) -> ResponseReturnValue:
        page = self.render(
            "budgets/policy.html",
            **given(
                parameters=parameters(), policies=policies.policies_on(clock.today()), history=policies.history(),
                records=hindsight.records(self.actor), errors=getattr(refusal, "fields", {}), typed=request.form,
                tabs=self._tabs("policy"),
            ),
        )  # fmt: skip
        return page, refusal.status if refusal else 200

    @expose("/policy/set", methods=("POST",))
    @needs("budget:policy")
    def set_policy(self) -> ResponseReturnValue:
        """Set one value from a day on."""
        _row, refusal = self.attempt(self._set_value, _("The value is set."))
        return redirect(self.get_url(".policy")) if refusal is None else self._policy(refusal)

    def _set_value(self) -> Any:
        try:
            day: date | None = date.fromisoformat(request.form.get("valid_from", ""))
        except ValueError:
            day = None
        return service.set_value(
            request.form.get("unit_class", "")[:20], request.form.get("key", "")[:40], sent_text("value", longest=40),
            valid_from=day, document=sent_text("document", longest=200), by=self.actor,
        )  # fmt: skip

    def _tabs(self, active: str) -> list[dict[str, Any]]:
        decides = ("budget:approve", "budget:approve_plan", "budget:override", "budget:propose")
        shown = [("index", _("Units")), ("policy", _("Policy values"))]
        if any(self.holds(one) for one in decides):
            shown.insert(1, ("waiting", _("To decide")))
        return [{"label": label, "url": self.get_url(f".{road}"), "active": road == active} for road, label in shown]


def _year() -> int:
    text = request.values.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return year if 2006 <= year < 2100 else clock.today().year
