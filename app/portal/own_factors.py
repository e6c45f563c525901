"""Second factors of one's own account: what is set up, setting up and removing, and showing one in a session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access import demands, factors, passkeys, proving, service
from app.access.actor import Actor
from app.access.factor_queries import Held, factors_of
from app.access.pages import local_path, visitor
from app.access.passkeys import Site
from app.errors import Invalid
from app.messages import Message
from app.portal.phone_desk import picture_of
from app.web.guard import arriving, logged_in_even_half

pages = Blueprint("factors", __name__, url_prefix="/factors")


@pages.get("")
@logged_in_even_half
def own() -> ResponseReturnValue:
    """What is set up, when each was used last, and what can be added."""
    actor = arriving()
    held = factors_of(actor.account_id or 0)
    if _waits(held):
        return _to_show(url_for("factors.own"))
    return render_template(
        "own/factors.html", held=held, recent=_recent(), welcome=request.args.get("welcome") == "1",
        required=demands.REQUIRED in (demands.demanded().log_in, demands.demanded().pay),
        may_go_on=g.get("half_actor") is None,
    )  # fmt: skip


@pages.get("/passkey")
@logged_in_even_half
def new_passkey() -> ResponseReturnValue:
    """The page on which the device makes a passkey."""
    actor = arriving()
    held = factors_of(actor.account_id or 0)
    if _waits(held) or not _recent():
        return _to_show(url_for("factors.new_passkey"))
    return _passkey_page(actor, held, {})


@pages.post("/passkey")
@logged_in_even_half
def add_passkey() -> ResponseReturnValue:
    """What the device has made is checked and kept."""
    actor = arriving()
    try:
        added = factors.add_passkey(
            request.form.get("passkey", ""), proving.take_challenge(by=actor), site=_site(), by=actor,
            name=request.form.get("name", ""), proved_at=g.get("proved_at"),
        )  # fmt: skip
    except Invalid as refusal:
        return _passkey_page(actor, factors_of(actor.account_id or 0), refusal.fields), refusal.status
    return _added(added, _("The passkey is set up."))


@pages.post("/codes")
@logged_in_even_half
def begin_codes() -> ResponseReturnValue:
    """Make the secret of one-time passwords."""
    if not _recent():
        return _to_show(url_for("factors.own"))
    factors.begin_one_time(by=arriving(), proved_at=g.get("proved_at"))
    return redirect(url_for("factors.codes"))


@pages.get("/codes")
@logged_in_even_half
def codes() -> ResponseReturnValue:
    """The secret as squares to scan and as letters to type, and the field for the first password."""
    actor = arriving()
    if _waits(factors_of(actor.account_id or 0)) or not _recent():
        return _to_show(url_for("factors.codes"))
    return _codes_page(actor, {})


@pages.post("/codes/first")
@logged_in_even_half
def confirm_codes() -> ResponseReturnValue:
    """The first one-time password shows that phone and product agree."""
    actor = arriving()
    if _waits(factors_of(actor.account_id or 0)) or not _recent():
        return _to_show(url_for("factors.codes"))
    try:
        added = factors.confirm_one_time(
            request.form.get("code", ""), by=actor, proved_at=g.get("proved_at")
        )  # fmt: skip
    except Invalid as refusal:
        return _codes_page(actor, refusal.fields), refusal.status
    return _added(added, _("One-time passwords are set up."))


@pages.post("/<int:factor_id>/remove")
@logged_in_even_half
def remove(factor_id: int) -> ResponseReturnValue:
    """Take one away."""
    if not _recent():
        return _to_show(url_for("factors.own"))
    factors.remove(factor_id, by=arriving(), proved_at=g.get("proved_at"))
    flash(_("The second factor is removed."), "ok")
    return redirect(url_for("factors.own"))


@pages.post("/recovery")
@logged_in_even_half
def make_recovery_codes() -> ResponseReturnValue:
    """New recovery codes, shown this once."""
    if not _recent():
        return _to_show(url_for("factors.own"))
    made = factors.make_recovery_codes(by=arriving(), proved_at=g.get("proved_at"))
    return render_template("own/recovery_codes.html", codes=made, done="")


@pages.get("/show")
@logged_in_even_half
def show() -> ResponseReturnValue:
    """Where a second factor is shown: after the password, before one's pay, before the factors are changed."""
    actor = arriving()
    held = factors_of(actor.account_id or 0)
    following = local_path(request.args.get("next"), url_for("factors.own"))
    if not held.factors and g.get("half_actor") is not None:
        flash(_("Here every account needs a second factor. Set one up now; it takes a minute."), "info")
        return redirect(url_for("factors.own"))
    return _show_page(actor, held, following, {})


@pages.post("/show")
@logged_in_even_half
def shown() -> ResponseReturnValue:
    """What was shown is checked: a passkey, a typed code or, where nothing is set up, the password."""
    actor = arriving()
    following = local_path(request.form.get("next"), url_for("factors.own"))
    try:
        _check_what_was_shown(actor)
    except Invalid as refusal:
        return _show_page(actor, factors_of(actor.account_id or 0), following, refusal.fields), refusal.status
    return redirect(following)


def _check_what_was_shown(actor: Actor) -> None:
    given = request.form
    if given.get("passkey"):
        challenge = proving.take_challenge(by=actor)
        proving.show_passkey(given["passkey"], challenge, site=_site(), by=actor)
    elif "password" in given and g.get("half_actor") is None and not factors_of(actor.account_id or 0).factors:
        service.confirm_password(given["password"], by=actor, visitor=visitor())
    else:
        kind = proving.show_code(given.get("code", ""), by=actor)
        if kind == "RECOVERY":
            left = factors_of(actor.account_id or 0).codes_left
            flash(_("This recovery code is used up; %(count)s are left.", count=left), "warn")


def _show_page(actor: Actor, held: Held, following: str, errors: Mapping[str, Message]) -> str:
    challenge = proving.new_challenge(by=actor) if held.passkeys else b""
    options = passkeys.options_to_show(challenge, _site(), held.passkeys) if held.passkeys else ""
    return render_template(
        "own/show_factor.html", held=held, options=options, following=following, errors=errors,
        half=g.get("half_actor") is not None,
    )  # fmt: skip


def _passkey_page(actor: Actor, held: Held, errors: Mapping[str, Message]) -> str:
    challenge = proving.new_challenge(by=actor)
    options = passkeys.options_to_make(
        actor.account_id or 0, actor.username, actor.name, challenge, _site(), held.passkeys
    )
    name = request.form.get("name", "")[: factors.LONGEST_NAME] or _("My phone")
    return render_template("own/new_passkey.html", options=options, errors=errors, name=name)


def _codes_page(actor: Actor, errors: Mapping[str, Message]) -> str:
    secret, address = factors.secret_to_show(by=actor)
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return render_template("own/new_codes.html", secret=grouped, squares=picture_of(address), errors=errors)


def _added(added: factors.Added, done: str) -> ResponseReturnValue:
    if added.recovery_codes:
        return render_template("own/recovery_codes.html", codes=added.recovery_codes, done=done)
    flash(done, "ok")
    return redirect(url_for("factors.own"))


def _waits(held: Held) -> bool:
    """Whether a factor is held and not shown yet in this session: then nothing else opens."""
    return g.get("half_actor") is not None and bool(held.factors)


def _recent() -> bool:
    proved: Any = g.get("proved_at")
    return proved is not None and clock.now() - proved <= demands.RECENTLY


def _to_show(following: str) -> ResponseReturnValue:
    return redirect(url_for("factors.show", next=following))


def _site() -> Site:
    """The address as the browser sees it: passkeys are bound to its host name."""
    return Site(request.host.partition(":")[0], request.host_url.rstrip("/"))
