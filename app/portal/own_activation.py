"""Opening an employee's account: the open page where it is activated, and the slip with the code at the unit."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import pages as entrance
from app.access import service
from app.access.service import Claim, NotActivated
from app.errors import Invalid, TooMany
from app.portal.phone_desk import picture_of
from app.web.guard import current_actor, guarded, open_to_all
from models.activations import ActivationWay

pages = Blueprint("activation", __name__)
_TYPED = ("number", "name", "code")


@pages.route("/activate", methods=["GET", "POST"])
@open_to_all
def activate() -> ResponseReturnValue:
    """Identity number, name, code and a password of one's own; whatever is wrong, the page comes back with it."""
    if request.method != "POST":
        return render_template("own/activate.html", typed={}, errors={}, error=None)
    typed = {name: request.form.get(name, "").replace("\x00", "")[:100] for name in _TYPED}
    secret = {name: request.form.get(name, "") for name in ("password", "repeated")}
    try:
        done = service.activate(Claim(**typed, **secret), visitor=entrance.visitor())
    except Invalid as refusal:
        return render_template("own/activate.html", typed=typed, errors=refusal.fields, error=None), refusal.status
    except (NotActivated, TooMany) as refusal:
        response = make_response(
            render_template("own/activate.html", typed=typed, errors={}, error=refusal), refusal.status
        )
        if isinstance(refusal, TooMany):
            response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    entrance.begin(done.entry)
    flash(_say_done(done), "ok")
    if done.entry.factor_due:
        return redirect(url_for("factors.show", next=url_for("own.my_wage")))
    return redirect(url_for("factors.own", welcome=1))


def _say_done(done: service.Activated) -> str:
    if done.again:
        return _("Your new password holds. Your user name is %(name)s.", name=done.username)
    return _("Your account is open. Your user name for the next time is %(name)s.", name=done.username)


@pages.post("/roster/<int:staff_id>/activation")
@guarded("activation:issue")
def hand_out(staff_id: int) -> ResponseReturnValue:
    """Make a code for one employee, and show the slip to print or read out, this once; or send it to their phone."""
    if request.form.get("way") == ActivationWay.SENT:
        sent = service.issue_code(staff_id, by=current_actor(), way=ActivationWay.SENT)
        flash(_("A code for %(name)s is on its way to the telephone ending in %(end)s.", name=sent.name,
                end=sent.sent_to), "ok")  # fmt: skip
        return redirect(url_for("portal.roster"))
    handed = service.issue_code(staff_id, by=current_actor())
    # The picture leads to the page and does not carry the code, so that a photo of it tells nothing.
    address = url_for("activation.activate", _external=True)
    return render_template("own/slip_with_code.html", handed=handed, address=address, squares=picture_of(address))
