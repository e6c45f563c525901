"""Distributing: by workbook, or as the plan in force says. Rules and balance are told before anything is sent."""

from __future__ import annotations

from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.budgets import plans, queries, service, workbooks
from app.budgets.overview import parts_by_plan, usual_amount, usual_month
from app.budgets.service import Checked, Order, Part, Sent
from app.budgets.workbook import SHEETS
from app.errors import Conflict, Invalid, Refused
from app.portal.blueprint import pages
from app.portal.budgets import said
from app.portal.parsing import fresh_key, request_key
from app.sheets.reading import MOST_BYTES
from app.web.budgets import given, typed_fen, typed_month, typed_text, words
from app.web.guard import current_actor, guarded
from app.web.showing import is_chinese, named, say
from models import BudgetPlan, db
from models.distributions import PlanState

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 200


@pages.get("/performance-pay/totals/<int:total_id>/distribute")
@guarded("budget:distribute")
def new_distribution(total_id: int) -> ResponseReturnValue:
    """Choose how: a workbook with amounts, or a plan in force."""
    return _new(total_id)


def _new(total_id: int, refusal: Refused | None = None) -> ResponseReturnValue:
    total = queries.opened(total_id, current_actor(), "budget:distribute")
    page = render_template(
        "portal/budget_new.html",
        **given(
            total=total, month=typed_month() or usual_month(total.year), typed=request.form,
            plans=[one for one in queries.plans_of(total.id) if one.state == PlanState.APPROVED],
            errors=getattr(refusal, "fields", {}), sentences=said(refusal) if refusal else [],
        ),
    )  # fmt: skip
    return page, refusal.status if refusal else 200


@pages.get("/performance-pay/totals/<int:total_id>/template")
@guarded("budget:distribute")
def distribution_template(total_id: int) -> ResponseReturnValue:
    """The template with everybody on the roster."""
    total = queries.opened(total_id, current_actor(), "budget:distribute")
    content = workbooks.blank_distribution(total, by=current_actor(), words=words, chinese=is_chinese())
    return sent_workbook(f"{named(SHEETS['DISTRIBUTION'])}-{total.unit.code}-{total.year}.xlsx", content)


@pages.post("/performance-pay/totals/<int:total_id>/workbooks")
@guarded("budget:distribute")
def upload_distribution(total_id: int) -> ResponseReturnValue:
    """Keep the workbook and show what it says; nothing is sent yet."""
    file = request.files.get("file")
    try:
        kept = workbooks.keep(
            total_id, "DISTRIBUTION", (file.filename or "") if file else "",
            file.stream.read(MOST_BYTES + 1) if file else b"", by=current_actor(), month=typed_month(),
            item=typed_text("item", 20), title=typed_text("title", 120),
        )  # fmt: skip
    except Refused as refusal:
        if refusal.status not in (400, 422):
            raise
        db.session.rollback()
        return _new(total_id, refusal)
    return redirect(url_for("portal.budget_workbook", budget_workbook_id=kept))


@pages.get("/performance-pay/workbooks/<int:budget_workbook_id>")
@guarded("budget:distribute", "budget:plan")
def budget_workbook(budget_workbook_id: int) -> ResponseReturnValue:
    """The dry run: what is wrong with each row, what the rules say to the whole, and what would be left."""
    return _workbook(budget_workbook_id)


def _workbook(workbook_id: int, refusal: Refused | None = None) -> ResponseReturnValue:
    found = workbooks.dry_run(workbook_id, by=current_actor(), words=words)
    plan_id = found.kept.asked.get("plan")
    plan = plans.opened(plan_id, current_actor(), "budget:plan") if plan_id else None
    page = render_template(
        "portal/budget_workbook.html",
        **given(
            found=found, total=found.kept.total, plan=plan, wrong=found.wrong[:MOST_SHOWN],
            more=len(found.wrong) - MOST_SHOWN, key=fresh_key(), sentences=said(refusal) if refusal else [],
        ),
    )  # fmt: skip
    return page, refusal.status if refusal else 200


@pages.get("/performance-pay/workbooks/<int:budget_workbook_id>/marked")
@guarded("budget:distribute", "budget:plan")
def marked_budget_workbook(budget_workbook_id: int) -> ResponseReturnValue:
    """The workbook as it came, with what is wrong written into it."""
    name, content = workbooks.marked_copy(budget_workbook_id, by=current_actor(), words=words, say=say)
    return sent_workbook(name, content)


@pages.post("/performance-pay/workbooks/<int:budget_workbook_id>/take")
@guarded("budget:distribute")
def take_distribution(budget_workbook_id: int) -> ResponseReturnValue:
    """Send the distribution of a workbook."""
    try:
        done = workbooks.take_distribution(budget_workbook_id, by=current_actor(), words=words, key=request_key())
    except (Conflict, Invalid) as refusal:
        db.session.rollback()
        return _workbook(budget_workbook_id, refusal)
    return _was_sent(done)


@pages.route("/performance-pay/plans/<int:plan_id>/distribute", methods=["GET", "POST"])
@guarded("budget:distribute")
def distribute_by_plan(plan_id: int) -> ResponseReturnValue:
    """An amount shared as the plan says: first what the rules say to it, then sent."""
    plan = plans.opened(plan_id, current_actor(), "budget:distribute")
    if request.method != "POST" or request.form.get("verb") != "send":
        return _by_plan(plan)
    try:
        done = service.distribute(plan.total_id, _order(plan), by=current_actor(), key=request_key())
    except (Conflict, Invalid) as refusal:
        db.session.rollback()
        return _by_plan(plans.opened(plan_id, current_actor(), "budget:distribute"), refusal)
    return _was_sent(done)


@pages.post("/performance-pay/plans/<int:plan_id>/check")
@guarded("budget:distribute")
def check_by_plan(plan_id: int) -> ResponseReturnValue:
    """What the rules and the balance say to the amount that is being typed: a part of the page."""
    plan = plans.opened(plan_id, current_actor(), "budget:distribute")
    return render_template("portal/budget_check.html", **given(checked=_checked(plan), total=plan.total))


def _by_plan(plan: BudgetPlan, refusal: Refused | None = None) -> ResponseReturnValue:
    checked = _checked(plan)
    page = render_template(
        "portal/budget_by_plan.html",
        **given(
            plan=plan, total=plan.total, checked=checked, month=checked.order.month, title=checked.order.title,
            amount_fen=checked.order.amount_fen, key=fresh_key(), sentences=said(refusal) if refusal else [],
        ),
    )  # fmt: skip
    return page, refusal.status if refusal else 200


def _checked(plan: BudgetPlan) -> Checked:
    return service.check(plan.total, _order(plan), by=current_actor())


def _order(plan: BudgetPlan) -> Order:
    """What is typed, and otherwise what is most likely meant."""
    amount = typed_fen("amount") if "amount" in request.values else usual_amount(plan)
    parts = [Part(*one) for one in parts_by_plan(plan, max(amount or 0, 0))]
    title = typed_text("title", 120) or plan.title
    return Order(typed_month() or usual_month(plan.total.year), plan.item, title, parts, plan.id)


def _was_sent(done: Sent) -> ResponseReturnValue:
    if done.again:
        flash(_("This distribution had been sent before; this is the first one."), "info")
    else:
        flash(_("It is sent; its amount is taken out of the balance."), "ok")
    return redirect(url_for("portal.budget_distribution", distribution_id=done.distribution_id))


def sent_workbook(name: str, content: bytes) -> ResponseReturnValue:
    """A workbook as a download."""
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name, max_age=0)
