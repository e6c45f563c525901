"""The employee's pay beyond today: months and what changed, the slip, what comes next, who looked, questions."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock, uow
from app.audit import service as audit
from app.audit.readings import readings_of
from app.cases.rules import USUAL_DAYS
from app.employee import asking, expected, months, slips
from app.errors import Invalid, NotFound
from app.messages import Message
from app.pay import queries as pay
from app.pay.months import month_text, months_from, plus_months
from app.pay.names import CAUSES, component_name
from app.pay.trace import proof
from app.portal.printing import voice
from app.web.case_shown import STATE_FACES
from app.web.guard import current_actor, guarded_own_pay
from models.cases import CaseState

pages = Blueprint("own_pay", __name__, url_prefix="/my-wage")
READINGS_SHOWN = 100
_WORDS = {
    "opened": (Message("You asked"), "info"),
    "found_anew": (Message("You asked again"), "info"),
    "reopened": (Message("You asked again"), "info"),
    "explained": (Message("Your unit answered: it is as it should be"), "ok"),
    "corrected": (Message("Your unit answered: it is put right"), "ok"),
    "sent_back": (Message("The department asked your unit for more"), "warn"),
    "accepted": (Message("The department has decided"), "ok"),
    "closed": (Message("The department has decided"), "ok"),
}


@pages.get("/months")
@guarded_own_pay
def by_month() -> ResponseReturnValue:
    """One month with its parts, beside the month before or another one, and the year so far."""
    return _months_page({})


@pages.post("/slip")
@guarded_own_pay
def slip() -> ResponseReturnValue:
    """The slip of a month as a PDF, with a password if one is typed twice."""
    password, repeated = request.form.get("password", ""), request.form.get("repeated", "")
    try:
        if password != repeated:
            raise Invalid(fields={"repeated": Message("The two passwords differ.")})
        chain = pay.chain_of(_staff_id())
        month = months.month_asked(request.form.get("month", ""), chain, today=clock.today())
        made = slips.print_slip(month, password=password, by=current_actor(), voice=voice())
    except Invalid as refusal:
        return _months_page(refusal.fields), refusal.status
    return send_file(
        BytesIO(made.pdf), mimetype="application/pdf", download_name=made.name, as_attachment=True, max_age=0
    )


@pages.get("/next")
@guarded_own_pay
def ahead() -> ResponseReturnValue:
    """What is expected, when, and on what it depends."""
    staff_id = _staff_id()
    with uow.reading():
        _read(staff_id, "what comes next")
        return render_template("own/next.html", ahead=expected.what_is_next(staff_id), component_name=component_name)


@pages.get("/looked")
@guarded_own_pay
def looked() -> ResponseReturnValue:
    """Everybody else who looked at the person's data, in plain words."""
    actor, staff_id = current_actor(), _staff_id()
    readings = readings_of(staff_id, except_account=actor.account_id, limit=READINGS_SHOWN)
    return render_template("own/looked.html", readings=readings, most=READINGS_SHOWN)


@pages.get("/questions")
@guarded_own_pay
def questions() -> ResponseReturnValue:
    """One's own questions with the answers of the unit, and the form for another one."""
    return _questions_page({}, {"month": request.args.get("month", ""), "about": request.args.get("about", "")})


@pages.post("/questions")
@guarded_own_pay
def ask() -> ResponseReturnValue:
    """Send a question to the unit."""
    typed = {name: request.form.get(name, "").replace("\x00", "") for name in ("month", "about", "text")}
    month = months.month_asked(typed["month"], pay.chain_of(_staff_id()), today=clock.today())
    try:
        asking.ask(typed["about"], typed["text"], month=month, by=current_actor())
    except Invalid as refusal:
        return _questions_page(refusal.fields, typed), refusal.status
    flash(_("Your question is with your unit. The answer appears on this page."), "ok")
    return redirect(url_for("own_pay.questions"))


def _months_page(errors: Mapping[str, Message]) -> str:
    staff_id, today = _staff_id(), clock.today()
    chosen = request.values
    with uow.reading():
        _read(staff_id, "by month")
        chain = pay.chain_of(staff_id)
        month = months.month_asked(chosen.get("month", ""), chain, today=today)
        other = months.month_asked(chosen.get("with", ""), chain, today=today, otherwise=plus_months(month, -1))
        year = months.year_until(chain, month, months.bonus_of(staff_id, month.year))
        first = chain[0].effective_month if chain else month
        comparison = months.compared(chain, other, month)
        return render_template(
            "own/months.html", other=other, paid=months.paid_in(chain, month), year=year, comparison=comparison,
            changed=months.last_change(chain, comparison), parts=_parts(months.paid_in(chain, month)),
            cause=_cause, choices=_choices(first, max(first, today.replace(day=1))), errors=errors,
            before=plus_months(month, -1) if month > first else None,
            after=plus_months(month, 1) if month < today.replace(day=1) else None, month_text=month_text,
        )  # fmt: skip


def _choices(first: Any, last: Any) -> list[tuple[str, str]]:
    """The months that can be chosen, the newest first."""
    return [(month_text(one), month_text(one)) for one in reversed(months_from(first, plus_months(last, 1)))]


def _parts(paid: months.MonthPaid) -> list[dict[str, Any]]:
    return [{"name": component_name(one.code), "fen": one.amount_fen, "proof": proof(one)} for one in paid.parts]


def _cause(paid: months.MonthPaid) -> Message | None:
    return CAUSES.get(paid.link.cause) if paid.link is not None else None


def _questions_page(errors: Mapping[str, Message], typed: Mapping[str, str]) -> str:
    staff_id, today = _staff_id(), clock.today()
    with uow.reading():
        _read(staff_id, "questions")
        chain = pay.chain_of(staff_id)
        month = months.month_asked(typed.get("month", ""), chain, today=today)
        about = [(one.code, component_name(one.code)) for one in months.paid_in(chain, month).parts]
        about = [*about, *asking.ABOUT.items()]
        first = chain[0].effective_month if chain else month
        return render_template(
            "own/questions.html", questions=[_shown(one) for one in asking.questions_of(staff_id)], about=about,
            choices=_choices(first, max(first, today.replace(day=1))), chosen=month, errors=errors, typed=typed,
            month_text=month_text, days=USUAL_DAYS,
        )  # fmt: skip


def _shown(question: asking.Question) -> dict[str, Any]:
    events = []
    for said in reversed(question.said):
        what, tone = _WORDS[said.kind]
        events.append({"what": what, "when": said.at, "who": said.who, "note": said.text, "tone": tone})
    return {"question": question, "events": events, "face": STATE_FACES[CaseState(question.case.state)]}


def _staff_id() -> int:
    staff_id = current_actor().staff_id
    if staff_id is None:
        raise NotFound(
            Message("This account is not connected to anybody on a roster, so there is no wage to show."),
            remedy=Message("Ask your administrator to connect your account with your staff number."),
        )
    return staff_id


def _read(staff_id: int, note: str) -> None:
    """One's own reading is written down as anybody's would be."""
    actor = current_actor()
    audit.read("pay:read_own", by=actor, kind="staff", record_id=staff_id, subjects=[staff_id], note=note)
