"""Payrolls in the portal: hand one in as a workbook, see those that stand, open one into its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit import service as audit
from app.errors import Invalid, NotFound, Refused
from app.messages import Message
from app.paging import page_number
from app.pay.months import read_month
from app.pay.names import post_name
from app.portal.blueprint import pages
from app.portal.budgets_sending import sent_workbook
from app.portal.parsing import whole_number
from app.risk import queries, service
from app.risk.payrolls import HEADERS, SHEETS
from app.risk.template import blank_payroll
from app.sheets.reading import MOST_BYTES
from app.uow import reading
from app.web.budgets import words
from app.web.guard import current_actor, guarded
from app.web.showing import is_chinese, named


@pages.get("/payrolls")
@guarded("payroll:import", "risk:read")
def payrolls() -> ResponseReturnValue:
    """The payrolls that stand in the reader's reach."""
    return _page({}, {}, ())


@pages.get("/payrolls/template")
@guarded("payroll:import")
def payroll_template() -> ResponseReturnValue:
    """An empty workbook with the columns, what each means, and the codes of posts."""
    chinese = is_chinese()
    return sent_workbook(f"{SHEETS[0 if chinese else 1]}.xlsx",
                         blank_payroll(queries.posts_in_use(), words=words, chinese=chinese))  # fmt: skip


@pages.get("/payrolls/<int:sheet_id>")
@guarded("payroll:import", "risk:read")
def payroll(sheet_id: int) -> ResponseReturnValue:
    """One payroll with its lines; that they were read is written down."""
    actor = current_actor()
    sheet = queries.payroll(actor, _permission(), sheet_id)
    page = queries.lines_of(sheet, page_number(request.args.get("page")))
    with reading():
        audit.read(
            "payroll:read", by=actor, kind="payroll", record_id=sheet.id, unit_id=sheet.unit_id,
            subjects=sorted({line.staff_id for line in page if line.staff_id is not None}),
        )  # fmt: skip
    return render_template(
        "cases/payroll.html", sheet=sheet, page=page, post_name=post_name,
        page_url=lambda number: url_for("portal.payroll", sheet_id=sheet_id, page=number),
    )  # fmt: skip


@pages.post("/payrolls")
@guarded("payroll:import")
def import_payroll() -> ResponseReturnValue:
    """Keep a workbook as the payroll of a unit and month; wrong cells are listed and nothing is kept."""
    typed = {name: request.form.get(name, "").replace("\x00", "")[:40] for name in ("unit_id", "month")}
    month, file = _month(typed["month"]), request.files.get("workbook")
    errors: dict[str, Message] = {}
    if month is None:
        errors["month"] = Message("Name a month.")
    if file is None or not file.filename:
        errors["workbook"] = Message("Choose a workbook.")
    if errors or month is None or file is None:
        return _page(errors, typed, ()), 422
    data = file.stream.read(MOST_BYTES + 1)
    try:
        sheet = service.import_workbook(
            whole_number("unit_id") or 0, month, data, by=current_actor(), filename=file.filename or ""
        )
    except service.Unreadable as wrong:
        return _page({"workbook": wrong.message}, typed, wrong.problems), 422
    except Invalid as refusal:
        return _page(dict(refusal.fields) or {"workbook": refusal.message}, typed, ()), 422
    except NotFound:
        raise
    except Refused as refusal:
        return _page({"workbook": refusal.message}, typed, ()), 422
    flash(_("The payroll is kept: %(count)s people.", count=sheet.line_count), "ok")
    return redirect(url_for("portal.payroll", sheet_id=sheet.id))


def _permission() -> str:
    """The wider of the two ways to a payroll that the reader has."""
    return "risk:read" if current_actor().holds("risk:read") else "payroll:import"


def _month(text: str) -> date | None:
    try:
        return read_month(text) if len(text) == 7 else None
    except ValueError:
        return None


def _page(errors: Mapping[str, Message], typed: Mapping[str, Any], problems: Sequence[Any]) -> str:
    actor = current_actor()
    may_import, chinese = actor.holds("payroll:import"), is_chinese()
    return render_template(
        "cases/payrolls.html", page=queries.payrolls(actor, _permission(), page_number(request.args.get("page"))),
        page_url=lambda number: url_for("portal.payrolls", page=number), errors=errors, typed=typed,
        problems=problems, may_import=may_import,
        units=[(one.id, named(one)) for one in queries.units_to_pay(actor)] if may_import else [],
        headers=("、" if chinese else ", ").join(names[0 if chinese else 1] for names in HEADERS.values()),
    )  # fmt: skip
