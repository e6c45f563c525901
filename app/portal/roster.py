"""The unit's roster, and registering a new employee."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import Invalid
from app.forms import choices
from app.forms.reading import day_in, plain
from app.messages import Message
from app.paging import page_number
from app.pay.names import STAFF_TYPES, education_name, post_name
from app.portal.blueprint import pages
from app.portal.parsing import whole_number
from app.proposals import service as proposals
from app.staff import queries, service
from app.units.queries import in_reach
from app.web.guard import current_actor, guarded
from app.web.showing import may_do
from models.staff import StaffState

STATES = {
    StaffState.PENDING: Message("No wage yet"),
    StaffState.ACTIVE: Message("In service"),
    StaffState.ENDED: Message("Left"),
}
_TEXTS = ("name", "id_number", "staff_type", "education", "post", "occupation", "phone")
_DAYS = ("work_start", "joined_on")


@pages.get("/roster")
@guarded("staff:read")
def roster() -> ResponseReturnValue:
    """Everybody in reach, by name."""
    text, state = request.args.get("text", "")[:60], request.args.get("state", "")
    state = state if state in {one.value for one in StaffState} else ""
    page = queries.roster(current_actor(), text=text, state=state, page=page_number(request.args.get("page")), size=50)

    def page_url(number: int) -> str:
        return url_for("portal.roster", page=number, text=text or None, state=state or None)

    return render_template(
        "portal/roster.html", page=page, text=text, state=state, states=STATES, page_url=page_url,
        post_name=post_name, education_name=education_name, may_register=bool(may_do("staff:register")),
        may_start=bool(may_do("application:start")), may_issue=bool(may_do("activation:issue")),
        sees_pay=bool(may_do("pay:read")),
    )  # fmt: skip


@pages.route("/roster/new", methods=["GET", "POST"])
@guarded("staff:register")
def register() -> ResponseReturnValue:
    """Put somebody on the roster; sex and date of birth come from the identity number."""
    units = in_reach(current_actor(), "staff:register")
    if request.method != "POST":
        return _form(units, {}, 200)
    try:
        values = _typed()
        unit_id = whole_number("unit") or (units[0].id if len(units) == 1 else None)
        if unit_id is None:
            raise Invalid(fields={"unit": Message("Choose the unit.")})
        staff = service.register(unit_id, by=current_actor(), **values)
        if may_do("proposal:refresh"):
            proposals.refresh_people([staff.id], by=current_actor())
    except Invalid as refusal:
        return _form(units, refusal.fields, 422)
    flash(_("%(name)s is on the roster under number %(number)s.", name=staff.name, number=staff.staff_no), "ok")
    if may_do("application:start"):
        return redirect(url_for("portal.new_application", staff=staff.id, item="NCGZ-01"))
    return redirect(url_for("portal.roster"))


def _typed() -> dict[str, Any]:
    """What was typed, in its types as far as it can be read; the service names every field that is wrong at once."""
    values: dict[str, Any] = {name: request.form.get(name, "").strip() or None for name in _TEXTS}
    values["phone"] = values["phone"] or ""
    for name in _DAYS:
        values[name] = day_in(plain(request.form.get(name, "")))
    year = request.form.get("teaching_start_year", "").strip()
    values["teaching_start_year"] = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else year or None
    for name in ("name", "id_number", "staff_type", "education"):
        values[name] = values[name] or ""
    return values


def _form(units: list[Any], errors: Mapping[str, Message], status: int) -> ResponseReturnValue:
    page = render_template(
        "portal/register.html", units=units, errors=errors, typed=request.form,
        educations=list(choices.educations().items()), occupations=list(choices.occupations().items()),
        posts=list(choices.posts().items()), staff_types=list(STAFF_TYPES.items()),
    )  # fmt: skip
    return page, status
