"""One's own messages: the inbox in the head of every page, and what comes where and when."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import Invalid, TooMany
from app.messages import Message
from app.notify import choosing, queries
from app.notify.rules import shown_minute
from app.paging import page_number
from app.portal.blueprint import pages
from app.web.guard import current_actor, logged_in
from app.web.showing import say
from models.messages import Channel

CHANNELS: dict[str, Message] = {
    Channel.IN_APP: Message("Inbox"),
    Channel.EMAIL: Message("E-mail"),
    Channel.SMS: Message("Text message"),
    Channel.CHAT: Message("Enterprise chat"),
}
SHOWN_AT_MOST = 99


@pages.app_context_processor
def unread_messages() -> dict[str, object]:
    """How many wait, for the head of every page: it came along with the session."""
    unread = g.get("unread", 0)
    return {
        "inbox_url": url_for("portal.messages"),
        "unread": f"{SHOWN_AT_MOST}+" if unread > SHOWN_AT_MOST else unread,
    }


@pages.get("/messages")
@logged_in
def messages() -> ResponseReturnValue:
    """What one was told, the newest first."""
    unread_only = request.args.get("unread") == "1"
    page = queries.inbox(current_actor(), unread_only=unread_only, page=page_number(request.args.get("page")))
    return render_template("portal/messages.html", page=page, unread_only=unread_only)


@pages.post("/messages/<int:letter_id>/open")
@logged_in
def open_message(letter_id: int) -> ResponseReturnValue:
    """Note it as read and go where it leads."""
    link = choosing.open_letter(letter_id, by=current_actor())
    return redirect(link or url_for("portal.messages"))


@pages.post("/messages/read")
@logged_in
def note_messages() -> ResponseReturnValue:
    """Note everything that the page showed as read."""
    upto = request.form.get("upto", "")
    count = choosing.note_all(upto=int(upto) if upto.isascii() and upto.isdigit() and len(upto) < 18 else 0,
                              by=current_actor())  # fmt: skip
    flash(_("%(count)s messages are noted as read.", count=count), "ok")
    return redirect(url_for("portal.messages"))


@pages.route("/messages/choices", methods=["GET", "POST"])
@logged_in
def message_choices() -> ResponseReturnValue:
    """What comes where and when."""
    actor, errors = current_actor(), {}
    known = queries.choices_of(actor)
    if request.method == "POST":
        revision = request.form.get("revision", "")
        wanted = {
            (event, channel) for event, _, channel in (one.partition(":") for one in request.form.getlist("want"))
        }
        try:
            choosing.choose(
                request.form, wanted, known.channels, by=actor,
                revision=int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 9 else 0,
            )  # fmt: skip
            flash(_("Your choices are kept."), "ok")
            return redirect(url_for("portal.message_choices"))
        except Invalid as refusal:
            errors = {name: say(text) for name, text in refusal.fields.items()}
    habit = known.habit
    typed = dict(request.form) if errors else {
        "email": habit.email if habit else "", "phone": habit.phone if habit else "",
        "chat": habit.chat if habit else "",
        **{name: shown_minute(getattr(habit, name, None)) for name in ("quiet_from", "quiet_to", "digest_at")},
    }  # fmt: skip
    page = render_template(
        "portal/message_choices.html", choices=known, typed=typed, errors=errors, channel_names=CHANNELS,
        wanted=set(request.form.getlist("want")) if errors else None,
    )  # fmt: skip
    return page, 422 if errors else 200


@pages.post("/messages/trial")
@logged_in
def trial_message() -> ResponseReturnValue:
    """A trial message to oneself."""
    try:
        choosing.ask_for_trial(by=current_actor())
        flash(_("A trial message is on its way over every channel that is open to you."), "ok")
    except TooMany as refusal:
        flash(say(refusal.message), "warn")
    return redirect(url_for("portal.message_choices"))
