"""A batch by workbook: the filled template, the dry run with a sentence for each row, the marked copy, the taking."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from app.batches import workbooks
from app.errors import Invalid, Refused
from app.messages import Message
from app.portal.batches import say_made
from app.portal.blueprint import pages
from app.portal.parsing import fresh_key, request_key, whole_number
from app.sheets.reading import MOST_BYTES
from app.web.guard import current_actor, guarded
from app.web.showing import is_chinese, named, say

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 200


@pages.get("/batches/template")
@guarded("application:start")
def batch_template() -> ResponseReturnValue:
    """The template of an item, filled with the unit's people and what the records know of each."""
    name, content = workbooks.filled_template(
        request.args.get("item", "")[:30], whole_number("unit") or 0, by=current_actor(), words=words,
        chinese=is_chinese(),
    )  # fmt: skip
    return _sent(name, content)


@pages.post("/batches/workbooks")
@guarded("application:start")
def upload_batch_workbook() -> ResponseReturnValue:
    """Keep the workbook and show what it says; nothing is taken yet."""
    file = request.files.get("file")
    item, unit_id = request.form.get("item", "")[:30], whole_number("unit") or 0
    try:
        if file is None or not file.filename:
            raise Invalid(fields={"file": Message("Choose the workbook.")})
        content = file.stream.read(MOST_BYTES + 1)
        kept = workbooks.keep(item, unit_id, file.filename, content, by=current_actor())
    except Refused as refusal:
        if refusal.status not in (400, 422):
            raise
        sentences = list(getattr(refusal, "fields", {}).values()) or [refusal.message]
        page = render_template(
            "portal/batches_refused.html", sentences=sentences, remedy=refusal.remedy, item=item, unit_id=unit_id
        )
        return page, 422
    return redirect(url_for("portal.batch_workbook", batch_workbook_id=kept))


@pages.get("/batches/workbooks/<int:batch_workbook_id>")
@guarded("application:start")
def batch_workbook(batch_workbook_id: int) -> ResponseReturnValue:
    """The dry run: which rows can be taken, and what is wrong with each of the others."""
    found = workbooks.dry_run(batch_workbook_id, by=current_actor(), words=words)
    wrong = sorted(found.wrong, key=lambda row: row.row)
    return render_template(
        "portal/batches_workbook.html", found=found, wrong=wrong[:MOST_SHOWN], more=len(wrong) - MOST_SHOWN,
        key=fresh_key(), version=found.version,
    )  # fmt: skip


@pages.get("/batches/workbooks/<int:batch_workbook_id>/marked")
@guarded("application:start")
def marked_batch_workbook(batch_workbook_id: int) -> ResponseReturnValue:
    """The workbook as it came, with what is wrong written into it."""
    name, content = workbooks.marked_copy(batch_workbook_id, by=current_actor(), words=words, say=say)
    return _sent(name, content)


@pages.post("/batches/workbooks/<int:batch_workbook_id>/take")
@guarded("application:start")
def take_batch_workbook(batch_workbook_id: int) -> ResponseReturnValue:
    """Make a batch of the good rows."""
    made = workbooks.take(batch_workbook_id, by=current_actor(), words=words, key=request_key())
    say_made(made)
    return redirect(url_for("portal.batch", staff_batch_id=made.batch_id))


def words(name: Any, chinese: bool) -> str:
    """A name or a sentence in one language, whichever the reader's is."""
    with force_locale("zh_Hans_CN" if chinese else "en"):
        return say(name) if isinstance(name, Message | str) else named(name)


def _sent(name: str, content: bytes) -> ResponseReturnValue:
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name, max_age=0)
