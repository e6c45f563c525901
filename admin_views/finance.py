"""Finance in the back office: approved changes that wait, batches taken, each line confirmed or returned."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from admin_views import words
from admin_views.custom import WorkView, fresh_key, sent_key, sent_number, sent_text
from admin_views.roads import needs
from app.paging import page_number
from app.payments import queries, service
from models.payments import InstructionState

_l = lazy_gettext
BATCHES = "BATCHES"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FinanceView(WorkView):
    """What finance does: take a batch, pay it, confirm or return its lines."""

    permission_read = "payment:read"
    page_lead = _l("Approved wage changes. Each is taken once, into a batch, and confirmed or returned line by line.")

    def __init__(self) -> None:
        super().__init__(
            name=_l("Finance"), endpoint="finance", url="finance", category=_l("Work"), menu_icon_value="money"
        )

    @expose("/")
    @needs("payment:read")
    def index(self) -> ResponseReturnValue:
        page = page_number(request.args.get("page"))
        mine = InstructionState.WAITING if self.holds("payment:take") else InstructionState.RETURNED
        state = request.args.get("state", mine)  # who takes sees what waits; who releases, what came back
        if state != BATCHES and state not in words.INSTRUCTION_STATES:
            state = mine
        waiting = queries.waiting(self.actor) if self.holds("payment:take") else None
        shown: dict[str, Any] = (
            {"batches": queries.batches(self.actor, page=page), "page": page, "per_page": queries.PER_PAGE}
            if state == BATCHES
            else {"lines": queries.lines(self.actor, state=state, page=page)}
        )
        if "lines" in shown:
            service.write_down_reading(shown["lines"].rows, by=self.actor)
        return str(
            self.render(
                "finance/index.html", state=state, waiting=waiting, key=fresh_key(), states=words.INSTRUCTION_STATES,
                owed=queries.months_owed, **shown,
            )
        )  # fmt: skip

    @expose("/take/", methods=("POST",))
    @needs("payment:take")
    def take(self) -> ResponseReturnValue:
        key = sent_key()
        batch, _refusal = self.attempt(lambda: service.take_batch(by=self.actor, key=key), _("The batch is taken."))
        if batch is None:
            return redirect(self.get_url(".index"))
        return redirect(self.get_url(".batch", batch_id=batch.batch_id))

    @expose("/batches/<int:batch_id>/")
    @needs("payment:read")
    def batch(self, batch_id: int) -> ResponseReturnValue:
        return self._batch(batch_id)

    def _batch(self, batch_id: int, status: int = 200, **more: Any) -> ResponseReturnValue:
        shown = request.form.get("page") or request.args.get("page")
        sheet = queries.batch_sheet(self.actor, batch_id, page=page_number(shown))
        service.write_down_reading(sheet.lines, by=self.actor, batch=sheet.batch)
        page = self.render("finance/batch.html", sheet=sheet, states=words.INSTRUCTION_STATES, key=fresh_key(),
                           owed=queries.months_owed, **more)  # fmt: skip
        return page, status

    @expose("/batches/<int:batch_id>/confirm/", methods=("POST",))
    @needs("payment:confirm")
    def confirm_all(self, batch_id: int) -> ResponseReturnValue:
        queries.batch(self.actor, batch_id)
        done = _("All lines that were open are confirmed.")
        self.attempt(lambda: service.confirm_batch(batch_id, by=self.actor), done)
        return redirect(self.get_url(".batch", batch_id=batch_id))

    @expose("/lines/<int:line_id>/confirm/", methods=("POST",))
    @needs("payment:confirm")
    def confirm(self, line_id: int) -> ResponseReturnValue:
        revision = sent_number("revision")
        self.attempt(lambda: service.confirm(line_id, by=self.actor, revision=revision), _("The line is confirmed."))
        return redirect(self._back())

    @expose("/lines/<int:line_id>/return/", methods=("POST",))
    @needs("payment:confirm")
    def return_line(self, line_id: int) -> ResponseReturnValue:
        reason = sent_text(f"reason-{line_id}", longest=500)
        verb = lambda: service.return_line(line_id, by=self.actor, revision=sent_number("revision"), reason=reason)  # noqa: E731
        _result, refusal = self.attempt(verb, _("The line is returned."))
        batch_id = sent_number("batch_id")
        if refusal is not None and batch_id:
            return self._batch(batch_id, refusal.status, typed={line_id: reason}, errors=getattr(refusal, "fields", {}))
        return redirect(self._back())

    @expose("/lines/<int:line_id>/release/", methods=("POST",))
    @needs("payment:release")
    def release_again(self, line_id: int) -> ResponseReturnValue:
        self.attempt(
            lambda: service.release_again(line_id, by=self.actor, revision=sent_number("revision")),
            _("The line waits for finance again."),
        )
        return redirect(self.get_url(".index", state="RETURNED"))

    @expose("/batches/<int:batch_id>/sheet.xlsx")
    @needs("payment:read")
    def sheet(self, batch_id: int) -> ResponseReturnValue:
        """The batch as a workbook. It names people and their wages, so the service writes the reading down."""
        filename, body = service.download(batch_id, by=self.actor)
        disposition = f"attachment; filename=batch-{batch_id}.xlsx; filename*=UTF-8''{quote(filename, safe='')}"
        return Response(body, content_type=XLSX, headers={"Content-Disposition": disposition})

    def _back(self) -> str:
        batch_id = sent_number("batch_id")
        if not batch_id:
            return str(self.get_url(".index"))
        page = page_number(request.form.get("page"))
        return str(self.get_url(".batch", batch_id=batch_id, page=page if page > 1 else None))
