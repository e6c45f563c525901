"""Performance pay of the unit: its total with light, balance and forecast, and what was distributed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.audit import service as audit
from app.budgets import queries, service
from app.budgets.overview import overview
from app.budgets.service import Wanted
from app.errors import Invalid, NotFound, Refused
from app.messages import Message
from app.paging import page_number
from app.portal.blueprint import pages
from app.portal.parsing import typed_revision, whole_number
from app.units.queries import in_reach
from app.uow import reading
from app.web.budgets import chart_of, given, typed_fen, typed_text
from app.web.guard import current_actor, guarded
from app.web.showing import say
from models import Unit, db


@pages.get("/performance-pay")
@guarded("budget:read")
def budget() -> ResponseReturnValue:
    """The year of the unit; of several units the one that was chosen. Whoever watches units goes to the back office."""
    actor = current_actor()
    if not actor.roles & {"clerk", "head"}:
        return redirect(url_for("budgets.index"))
    units = in_reach(actor, "budget:read")
    asked = whole_number("unit")
    unit = next((one for one in units if one.id == asked), None) if asked else (units[0] if units else None)
    if unit is None:
        raise NotFound
    return _page(unit, units)


def _page(unit: Unit, units: list[Unit], refusal: Refused | None = None) -> ResponseReturnValue:
    actor, year = current_actor(), _year()
    total = queries.total_of(actor, unit.id, year)
    found = overview(actor, total, page=page_number(request.args.get("page"))) if total else None
    page = render_template(
        "portal/budget.html",
        **given(
            unit=unit, units=units, year=year, found=found, chart=chart_of(found) if found else None,
            may_propose=actor.holds("budget:propose"), may_plan=actor.holds("budget:plan"),
            may_distribute=actor.holds("budget:distribute"), refusal=refusal,
            errors=getattr(refusal, "fields", {}), typed=request.form,
        ),
    )  # fmt: skip
    return page, refusal.status if refusal else 200


def _year() -> int:
    year = whole_number("year")
    return year if year is not None and 2006 <= year < 2100 else clock.today().year


@pages.post("/performance-pay/units/<int:unit_id>/propose")
@guarded("budget:propose")
def propose_total(unit_id: int) -> ResponseReturnValue:
    """Propose the total of a year, as it was worked out or as it was typed."""
    actor = current_actor()
    units = in_reach(actor, "budget:propose")
    unit = next((one for one in units if one.id == unit_id), None)
    if unit is None:
        raise NotFound
    try:
        service.propose(unit_id, _year(), typed_wanted(), by=actor)
    except Refused as refusal:
        if refusal.status not in (409, 422):
            raise
        db.session.rollback()
        return _page(db.session.get_one(Unit, unit_id), in_reach(actor, "budget:read"), refusal)
    flash(_("The total is proposed and waits for a second person."), "ok")
    return redirect(url_for("portal.budget", unit=unit_id, year=_year()))


def typed_wanted() -> Wanted:
    """A total as the form has it. Raises Invalid for text where a number belongs."""
    wrong: dict[str, Message] = {}
    amounts: dict[str, int | None] = {}
    for name in ("amount", "adjustment"):
        amounts[name] = typed_fen(name)
        text = typed_text(name, 40)
        if text and amounts[name] is None:
            wrong[name] = Message("“%(text)s” is not an amount in yuan and fen.", text=text)
    text = typed_text("basic_percent", 10)
    percent = int(text) if text.isascii() and text.isdigit() else None
    if text and percent is None:
        wrong["basic_percent"] = Message("“%(text)s” is not a number.", text=text)
    if wrong:
        raise Invalid(fields=wrong)
    return Wanted(
        document=typed_text("document", 200), reason=typed_text("reason"), amount_fen=amounts["amount"],
        adjustment_fen=amounts["adjustment"] or 0, adjustment_reason=typed_text("adjustment_reason"),
        basic_percent=percent, items=request.form.getlist("items") or service.USUAL_ITEMS,
    )  # fmt: skip


@pages.get("/performance-pay/totals/<int:total_id>/ledger")
@guarded("budget:read")
def budget_ledger(total_id: int) -> ResponseReturnValue:
    """Every movement of a total with the balance after it."""
    total = queries.opened(total_id, current_actor())
    return render_template("portal/budget_ledger.html", **given(total=total, entries=queries.ledger_of(total_id)))


@pages.get("/performance-pay/distributions/<int:distribution_id>")
@guarded("budget:read")
def budget_distribution(distribution_id: int) -> ResponseReturnValue:
    """One distribution, down to who gets what; reading it is written down."""
    return distribution_page(distribution_id)


def distribution_page(distribution_id: int, refusal: Refused | None = None) -> ResponseReturnValue:
    """The page of a distribution, also after a refusal."""
    actor = current_actor()
    one = queries.distribution(distribution_id, actor)
    payments = queries.payments_of(one.id)
    with reading():
        audit.read("budget:read_payments", by=actor, kind="budget_distribution", record_id=one.id, unit_id=one.unit_id,
                   subjects=[row.staff_id for row in payments])  # fmt: skip
    page = render_template(
        "portal/budget_distribution.html",
        **given(
            one=one, payments=payments, mine=one.made_by_id == actor.account_id, refusal=refusal,
            may_pay=actor.holds("budget:pay"), may_cancel=actor.holds("budget:distribute"),
            errors=getattr(refusal, "fields", {}), typed=request.form,
        ),
    )  # fmt: skip
    return page, refusal.status if refusal else 200


@pages.post("/performance-pay/distributions/<int:distribution_id>/paid")
@guarded("budget:pay")
def confirm_paid(distribution_id: int) -> ResponseReturnValue:
    """Confirm that the money has gone out."""
    service.confirm_paid(distribution_id, by=current_actor(), revision=typed_revision())
    flash(_("It is paid."), "ok")
    return redirect(url_for("portal.budget_distribution", distribution_id=distribution_id))


@pages.post("/performance-pay/distributions/<int:distribution_id>/cancel")
@guarded("budget:distribute")
def cancel_distribution(distribution_id: int) -> ResponseReturnValue:
    """Take back what is not paid yet."""
    try:
        service.cancel(distribution_id, by=current_actor(), revision=typed_revision(), reason=typed_text("reason"))
    except Invalid as refusal:
        return distribution_page(distribution_id, refusal)
    flash(_("It is cancelled; its amount is free again."), "ok")
    return redirect(url_for("portal.budget_distribution", distribution_id=distribution_id))


def said(refusal: Refused) -> list[Any]:
    """The sentences of a refusal, for a page that shows them above its form."""
    return [say(one) for one in getattr(refusal, "fields", {}).values()] or [say(refusal.message)]


__all__ = ["distribution_page", "said", "typed_wanted"]
