"""Passing on from the desk: hand over, copy, ask an opinion, have another drawn, answer a recall."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from admin_views.custom import WorkView, sent_number, sent_text
from admin_views.figures import DECIDE
from admin_views.roads import needs
from app.applications import queries as applications
from app.errors import Invalid
from app.workflow.around import around
from app.workflow.drawing import draw_again
from app.workflow.opinions import ask_opinion, withdraw_question
from app.workflow.passing_on import colleagues, readers, send_copy, transfer
from app.workflow.recalling import answer_recall


class PassesOn(WorkView):
    """The roads beside the decision. Each verb answers with the desk, or with its form and what was typed."""

    @expose("/<int:application_id>/pass-on")
    @needs(*DECIDE)
    def pass_on(self, application_id: int) -> ResponseReturnValue:
        """The forms of handing over, copying, asking and drawing anew."""
        return self._pass_on_page(application_id, {}, 200)

    def _pass_on_page(self, application_id: int, errors: dict[str, Any], status: int) -> ResponseReturnValue:
        application = applications.opened(self.actor, application_id)
        mine = application.claimed_by_id is not None and application.claimed_by_id == self.actor.account_id
        page = self.render(
            "queue/pass_on.html", application=application, mine=mine, errors=errors, typed=request.form,
            things=around(application), colleagues=_named(colleagues(application, but=self.actor.account_id)),
            readers=_named(readers(application, but=self.actor.account_id)),
        )  # fmt: skip
        return page, status

    @expose("/<int:application_id>/transfer/", methods=("POST",))
    @needs(*DECIDE)
    def transfer(self, application_id: int) -> ResponseReturnValue:
        return self._pass(
            application_id, _("Handed over."), "transfer",
            lambda: transfer(application_id, to_id=sent_number("to_id"), reason=sent_text("reason"), by=self.actor,
                             revision=sent_number("revision")),
        )  # fmt: skip

    @expose("/<int:application_id>/copy/", methods=("POST",))
    @needs(*DECIDE)
    def send_copy(self, application_id: int) -> ResponseReturnValue:
        return self._pass(
            application_id, _("Sent for information."), "copy",
            lambda: send_copy(application_id, to_id=sent_number("to_id"), note=sent_text("note"), by=self.actor),
        )  # fmt: skip

    @expose("/<int:application_id>/ask/", methods=("POST",))
    @needs(*DECIDE)
    def ask_opinion(self, application_id: int) -> ResponseReturnValue:
        return self._pass(
            application_id, _("The question is sent. The decision stays with you."), "ask",
            lambda: ask_opinion(
                application_id, of_id=sent_number("to_id"), question=sent_text("question"), by=self.actor,
                revision=sent_number("revision"), holds=request.form.get("holds") == "1",
            ),
        )  # fmt: skip

    @expose("/<int:application_id>/draw-again/", methods=("POST",))
    @needs(*DECIDE)
    def draw_again(self, application_id: int) -> ResponseReturnValue:
        return self._pass(
            application_id, _("Another person was drawn."), "draw",
            lambda: draw_again(application_id, by=self.actor, reason=sent_text("reason"),
                               revision=sent_number("revision")),
        )  # fmt: skip

    @expose("/<int:application_id>/withdraw-question/", methods=("POST",))
    @needs(*DECIDE)
    def withdraw_question(self, application_id: int) -> ResponseReturnValue:
        return self._pass(
            application_id, _("The question is withdrawn."), "question",
            lambda: withdraw_question(
                sent_number("opinion_id"), by=self.actor, revision=sent_number("opinion_revision")
            ),
        )  # fmt: skip

    @expose("/<int:application_id>/answer-recall/", methods=("POST",))
    @needs(*DECIDE)
    def answer_recall(self, application_id: int) -> ResponseReturnValue:
        granted = request.form.get("granted") == "1"
        return self._pass(
            application_id, _("Given back to the unit.") if granted else _("The unit reads why not."), "recall",
            lambda: answer_recall(sent_number("recall_id"), by=self.actor, revision=sent_number("revision"),
                                  granted=granted, note=sent_text("note")),
        )  # fmt: skip

    def _pass(self, application_id: int, done: str, place: str, verb: Callable[[], Any]) -> ResponseReturnValue:
        applications.opened(self.actor, application_id)  # a row out of reach is not there, whatever the form says
        _result, refusal = self.attempt(verb, done)
        if isinstance(refusal, Invalid):
            errors = {f"{place}-{name}": text for name, text in refusal.fields.items()}
            return self._pass_on_page(application_id, errors, 422)
        if refusal is not None:
            return redirect(self.get_url(".pass_on", application_id=application_id))
        gone = place == "recall" and request.form.get("granted") == "1"  # a draft is the unit's own
        return redirect(self.get_url(".index") if gone else self.get_url(".desk", application_id=application_id))


def _named(accounts: Any) -> list[tuple[int, str]]:
    return [(one.id, f"{one.display_name} ({one.username})") for one in accounts]
