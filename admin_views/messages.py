"""Messages in the back office: what was sent and what lies dead, and the sentences that each event says."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup
from sqlalchemy.orm import joinedload

from admin_views import cells, words
from admin_views.base import SafeModelView, action
from admin_views.custom import WorkView, sent_number, sent_text
from admin_views.filters import Exactly, OneOf, Since, Until
from admin_views.roads import needs
from app.errors import Invalid, NotFound
from app.notify import dead
from app.notify.events import EVENTS, GROUPS
from app.notify.queries import unspread, versions_of
from app.notify.rules import Text, fill
from app.notify.templates import LANGUAGES, LONGEST, PARTS, in_force, write_template
from app.web.guard import current_actor
from app.web.showing import say
from models import Delivery
from models.messages import Channel, DeliveryState

_l = lazy_gettext
CHANNELS: dict[str, Any] = {
    Channel.EMAIL: _l("E-mail"), Channel.SMS: _l("Text message"), Channel.CHAT: _l("Enterprise chat"),
}  # fmt: skip
LANGUAGE_NAMES: dict[str, Any] = {"zh": _l("Chinese"), "en": _l("English")}
STATES: dict[str, tuple[Any, str, str]] = {
    DeliveryState.WAITING: (_l("Waits to be sent"), "wait", "clock"),
    DeliveryState.SENDING: (_l("Being sent"), "info", "send"),
    DeliveryState.SENT: (_l("Sent"), "ok", "check"),
    DeliveryState.DEAD: (_l("Dead letter"), "bad", "error"),
    DeliveryState.GATHERED: (_l("In a digest"), "wait", "inbox"),
    DeliveryState.DROPPED: (_l("Too late"), "warn", "clock"),
}


def _event(view: Any, context: Any, row: Delivery, name: str) -> Markup:
    return _wide(say(EVENTS[row.event].name) if row.event in EVENTS else row.event)


def _channel(view: Any, context: Any, row: Delivery, name: str) -> Markup:
    return cells.unbroken(str(CHANNELS.get(row.channel, row.channel)))


def _account(view: Any, context: Any, row: Delivery, name: str) -> Markup:
    return cells.unbroken(row.account.display_name if row.account is not None else "")


def _wide(text: str) -> Markup:
    return Markup('<span class="cell-wide">{}</span>').format(text)


def _address(view: Any, context: Any, row: Delivery, name: str) -> str:
    return dead.masked(row.address)


def _body(view: Any, context: Any, row: Delivery, name: str) -> str | Markup:
    return _("This message carried a secret, which is not shown.") if row.secret else row.body


def _problem(view: Any, context: Any, row: Delivery, name: str) -> str | Markup:
    return _wide(say(row.problem)) if row.problem else ""


class DeliveryView(SafeModelView):
    """What went out of the house and what did not, within one's reach. Secrets are never shown."""

    permission_read = "message:read"
    record_kind = "delivery"
    page_lead = _l("Every message over every channel. What no gateway took lies dead and can be sent again.")
    column_list = ("created_at", "event", "channel", "account", "address", "state", "problem")
    column_details_list = (
        "created_at", "event", "channel", "account", "address", "language", "subject", "body", "state", "attempts",
        "due", "sent_at", "problem", "receipt", "key",
    )  # fmt: skip
    column_export_list = ()
    column_sortable_list = ("created_at",)
    column_labels = {  # noqa: RUF012
        "created_at": _l("Written"), "event": _l("Event"), "channel": _l("Channel"), "account": _l("Account"),
        "address": _l("Sent to"), "state": _l("State"), "attempts": _l("Attempts"), "due": _l("To be sent at"),
        "problem": _l("Why it did not go"), "language": _l("Language"), "subject": _l("Title"), "body": _l("Text"),
        "sent_at": _l("Sent"), "receipt": _l("Receipt"), "key": _l("Key"),
    }  # fmt: skip
    column_formatters = {  # noqa: RUF012
        "event": _event, "channel": _channel, "account": _account, "address": _address,
        "state": cells.stated(STATES), "problem": _problem, "body": _body,
        "language": cells.coded(LANGUAGE_NAMES),
    }  # fmt: skip
    column_filters = (
        OneOf("state", _l("State"), Delivery.state, lambda: [(code, str(face[0])) for code, face in STATES.items()]),
        OneOf("channel", _l("Channel"), Delivery.channel, lambda: words.options(CHANNELS)),
        OneOf("event", _l("Event"), Delivery.event, lambda: [(one.code, say(one.name)) for one in EVENTS.values()]),
        Exactly("key", _l("Key"), Delivery.key),
        Since("since", _l("Written since"), Delivery.created_at, moments=True),
        Until("until", _l("Written until"), Delivery.created_at, moments=True),
    )
    loads = (joinedload(Delivery.account),)
    default_order = (Delivery.id, True)

    def title_of(self, row: Delivery) -> str:
        return f"{row.subject} {dead.masked(row.address)}"

    @action("send_again", _l("Send again"), _l("They go into the line once more, under the keys that they had."))
    @needs("message:send")
    def send_again(self, rows: list[Delivery]) -> None:
        self.each(
            rows, lambda row: dead.send_again(row.id, by=current_actor(), revision=row.revision),
            "%(count)s messages go into the line again.",
        )  # fmt: skip


class MessageTemplatesView(WorkView):
    """What each event says, in both languages: the newest version holds, and none is ever changed."""

    permission_read = "message:read"
    page_lead = _l(
        "The sentences of every message. A new version holds from the next message on; what was sent stays as it was."
    )

    def __init__(self) -> None:
        super().__init__(
            name=_l("Message templates"), endpoint="message_templates", url="message-templates",
            category=_l("Access and audit"), menu_icon_value="edit",
        )  # fmt: skip

    @expose("/")
    @needs("message:read")
    def index(self) -> ResponseReturnValue:
        held = in_force(EVENTS)
        groups = [
            (say(name), [(event, held[event.code]) for event in EVENTS.values() if event.group == code])
            for code, name in GROUPS.items()
        ]
        return str(self.render("messages/index.html", groups=groups, failed=unspread(self.actor), events=EVENTS))

    @expose("/spread-again", methods=("POST",))
    @needs("message:send")
    def spread_again(self) -> ResponseReturnValue:
        """Have another try at what could not be turned into messages."""
        count = dead.spread_again(by=self.actor)
        flash(_("%(count)s of them are tried again.", count=count), "success")
        return redirect(self.get_url(".index"))

    @expose("/<code>", methods=("GET", "POST"))
    @needs("message:read")
    def one(self, code: str) -> ResponseReturnValue:
        """One event: its sentences with what they look like, and the versions before."""
        if code not in EVENTS:
            raise NotFound
        held = in_force([code])[code]
        typed = {
            f"{part}_{language}": getattr(held.texts[language], part) for language in LANGUAGES for part in LONGEST
        }
        errors: dict[str, Any] = {}
        refused = 200
        if request.method == "POST":
            typed = {part: sent_text(part, longest=2000) for part in PARTS}
            _version, refusal = self.attempt(
                lambda: write_template(
                    code, typed, by=self.actor, after=sent_number("version"), note=sent_text("note", longest=200)
                )
            )
            errors = refusal.fields if isinstance(refusal, Invalid) else {}
            if refusal is None:
                flash(_("The new version holds from now on."), "success")
                return redirect(self.get_url(".one", code=code))
            held, refused = in_force([code])[code], refusal.status
        page = self.render(
            "messages/one.html", event=EVENTS[code], held=held, typed=typed, errors=errors, longest=LONGEST,
            languages=list(LANGUAGE_NAMES.items()), versions=versions_of(code),
            previews={language: _preview(code, typed, language) for language in LANGUAGES},
        )  # fmt: skip
        return str(page), refused


def _preview(code: str, typed: dict[str, str], language: str) -> Text:
    """The sentences with the name of each fact in its place."""
    facts = {name: f"〔{say(label)}〕" for name, label in EVENTS[code].facts.items()}
    return Text(*(fill(typed[f"{part}_{language}"], facts) for part in ("title", "body", "short")))
