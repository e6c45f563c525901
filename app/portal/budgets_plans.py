"""The unit's distribution plans: drawn up, coefficients by post, lines by workbook, findings, to the department."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.budgets import people, plans, queries, service, workbooks
from app.budgets.findings import BLOCK
from app.budgets.rules import read_number
from app.budgets.sharing import shared
from app.budgets.workbook import SHEETS
from app.errors import Conflict, Invalid, Refused
from app.messages import Message
from app.portal.blueprint import pages
from app.portal.budgets import said
from app.portal.budgets_sending import sent_workbook
from app.portal.parsing import typed_revision
from app.sheets.reading import MOST_BYTES
from app.web.budgets import given, typed_fen, typed_text, words
from app.web.guard import current_actor, guarded
from app.web.showing import is_chinese, named
from models import db


@pages.route("/performance-pay/totals/<int:total_id>/plans", methods=["GET", "POST"])
@guarded("budget:plan")
def new_plan(total_id: int) -> ResponseReturnValue:
    """Begin a plan with everybody on the roster."""
    total = queries.opened(total_id, current_actor(), "budget:plan")
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            plan = service.draw_up(total_id, typed_text("item", 20), typed_text("title", 120), typed_fen("pool") or 0,
                                   by=current_actor())  # fmt: skip
        except Invalid as wrong:
            db.session.rollback()
            refusal, total = wrong, queries.opened(total_id, current_actor(), "budget:plan")
        else:
            return redirect(url_for("portal.budget_plan", plan_id=plan.id))
    page = render_template(
        "portal/budget_plan_new.html",
        **given(total=total, typed=request.form, errors=getattr(refusal, "fields", {})),
    )
    return page, refusal.status if refusal else 200


@pages.get("/performance-pay/plans/<int:plan_id>")
@guarded("budget:read")
def budget_plan(plan_id: int) -> ResponseReturnValue:
    """A plan with its lines, and what policy says to it as it stands."""
    return _page(plan_id)


def _page(plan_id: int, refusal: Refused | None = None) -> ResponseReturnValue:
    actor = current_actor()
    plan = plans.opened(plan_id, actor)
    rows = plans.rows_of(plan.id)
    found = plans.findings(plan)
    coefficients: dict[str, int] = {}
    for row in rows:
        if row.post:
            coefficients.setdefault(row.post, row.coefficient)
    page = render_template(
        "portal/budget_plan.html",
        **given(
            plan=plan, total=plan.total, rows=rows, people=people.named([row.staff_id for row in rows]),
            amounts=shared(plan.pool_fen, rows, plan.tiers), findings=found, editing=plans.may_edit(plan, actor),
            stopped=any(one.severity == BLOCK for one in found), coefficients=coefficients,
            may_distribute=actor.holds("budget:distribute"), errors=getattr(refusal, "fields", {}),
            sentences=said(refusal) if refusal else [], typed=request.form,
        ),
    )  # fmt: skip
    return page, refusal.status if refusal else 200


@pages.post("/performance-pay/plans/<int:plan_id>/coefficients")
@guarded("budget:plan")
def set_coefficients(plan_id: int) -> ResponseReturnValue:
    """Coefficients by post, what the tiers count, and the amount to distribute."""
    try:
        service.set_coefficients(
            plan_id, _hundredths("post-"), tiers=_hundredths("tier-"), pool_fen=typed_fen("pool") or 0,
            by=current_actor(), revision=typed_revision(),
        )  # fmt: skip
    except Invalid as refusal:
        db.session.rollback()
        return _page(plan_id, refusal)
    flash(_("Saved."), "ok")
    return redirect(url_for("portal.budget_plan", plan_id=plan_id))


def _hundredths(prefix: str) -> dict[str, int]:
    """Numbers of the form under names that begin so, in hundredths. Raises Invalid for text and negative numbers."""
    found: dict[str, int] = {}
    for name, text in request.form.items():
        if not name.startswith(prefix):
            continue
        number = read_number(text)
        if number is None or number * 100 != (number * 100).to_integral_value():
            raise Invalid(fields={name: Message("“%(text)s” is not a number.", text=text[:40])})
        if number < 0:
            raise Invalid(fields={name: Message("A coefficient cannot be negative.")})
        found[name.removeprefix(prefix)] = int(number * 100)
    return found


@pages.get("/performance-pay/plans/<int:plan_id>/workbook")
@guarded("budget:plan")
def plan_workbook(plan_id: int) -> ResponseReturnValue:
    """The lines of a plan as a workbook, to be changed and sent back."""
    plan = plans.opened(plan_id, current_actor(), "budget:plan")
    content = workbooks.filled_plan(plan, by=current_actor(), words=words, chinese=is_chinese())
    return sent_workbook(f"{named(SHEETS['PLAN'])}-{plan.unit.code}-{plan.total.year}.xlsx", content)


@pages.post("/performance-pay/plans/<int:plan_id>/workbook")
@guarded("budget:plan")
def upload_plan(plan_id: int) -> ResponseReturnValue:
    """Keep the workbook and show what it says."""
    plan = plans.opened(plan_id, current_actor(), "budget:plan")
    file = request.files.get("file")
    try:
        kept = workbooks.keep(
            plan.total_id, "PLAN", (file.filename or "") if file else "",
            file.stream.read(MOST_BYTES + 1) if file else b"", by=current_actor(), plan_id=plan.id,
        )  # fmt: skip
    except Refused as refusal:
        if refusal.status not in (400, 422):
            raise
        db.session.rollback()
        return _page(plan_id, refusal)
    return redirect(url_for("portal.budget_workbook", budget_workbook_id=kept))


@pages.post("/performance-pay/workbooks/<int:budget_workbook_id>/take-plan")
@guarded("budget:plan")
def take_plan(budget_workbook_id: int) -> ResponseReturnValue:
    """Put the rows of a workbook in place of the plan's lines."""
    plan = workbooks.take_plan(budget_workbook_id, by=current_actor(), words=words, revision=typed_revision())
    flash(_("The lines of the workbook stand in the plan now."), "ok")
    return redirect(url_for("portal.budget_plan", plan_id=plan.id))


@pages.post("/performance-pay/plans/<int:plan_id>/submit")
@guarded("budget:plan")
def submit_plan(plan_id: int) -> ResponseReturnValue:
    """Send a plan to the department."""
    try:
        service.submit(plan_id, by=current_actor(), revision=typed_revision(), answer=typed_text("answer"))
    except (Invalid, Conflict) as refusal:
        db.session.rollback()
        return _page(plan_id, refusal)
    flash(_("The plan is with the department now."), "ok")
    return redirect(url_for("portal.budget_plan", plan_id=plan_id))
