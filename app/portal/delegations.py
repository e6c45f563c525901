"""Delegations of one's own: who decides in my name, in whose name I decide, give one, revoke one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.permissions import PERMISSIONS
from app.access.roles import DECIDING
from app.errors import Invalid
from app.forms.reading import day_in, plain
from app.messages import Message
from app.portal.blueprint import pages
from app.portal.parsing import typed_revision, whole_number
from app.web.guard import current_actor, guarded
from app.workflow import delegations
from app.workflow.delegating import give, receivers, revoke

ONE_DAY = timedelta(days=1)


@pages.get("/delegations")
@guarded("delegation:give", "application:read")
def own_delegations() -> ResponseReturnValue:
    """What I have given and what was given to me, the newest first."""
    return _page({}, 200)


@pages.post("/delegations")
@guarded("delegation:give")
def give_delegation() -> ResponseReturnValue:
    """Let a colleague decide in my name for some days."""
    try:
        first, last = _day("valid_from"), _day("last_day")
        if last is None:
            raise Invalid(fields={"last_day": Message("Say on which day it ends.")})
        made = give(
            whole_number("to_id") or 0, by=current_actor(), reason=request.form.get("reason", "").replace("\x00", ""),
            valid_from=first, valid_to=last + ONE_DAY, permission=request.form.get("permission", "")[:60],
        )  # fmt: skip
    except Invalid as refusal:
        return _page(refusal.fields, 422)
    flash(_("%(name)s may decide in your name on these days.", name=made.receiver.display_name), "ok")
    return redirect(url_for("portal.own_delegations"))


@pages.post("/delegations/<int:delegation_id>/revoke")
@guarded("delegation:give", "application:read")
def revoke_delegation(delegation_id: int) -> ResponseReturnValue:
    """End one at once, mine or one given to me."""
    delegations.opened(current_actor(), delegation_id)
    revoke(delegation_id, by=current_actor(), revision=typed_revision())
    flash(_("The delegation is revoked."), "ok")
    return redirect(url_for("portal.own_delegations"))


def _day(name: str) -> date | None:
    """A day that was typed, None where nothing was."""
    text = plain(request.form.get(name, ""))
    day = day_in(text) if text else None
    if text and day is None:
        raise Invalid(fields={name: Message("This is not a day; write it as 2018-04-03.")})
    return day


def _page(errors: Mapping[str, Message], status: int) -> ResponseReturnValue:
    actor = current_actor()
    own = actor.on_own_account
    may_give = own.holds("delegation:give")
    page = render_template(
        "portal/delegations.html", errors={"last_day" if name == "valid_to" else name: text
                                           for name, text in errors.items()},
        typed=request.form, lines=delegations.own(actor), me=actor.account_id, may_give=may_give,
        receivers=[(one.id, f"{one.display_name} ({one.username})") for one in receivers(actor.account_id or 0)]
        if may_give else [],
        tasks=[(name, PERMISSIONS[name]) for name in sorted(DECIDING) if own.holds(name)], names=PERMISSIONS,
    )  # fmt: skip
    return page, status
