"""Batches: the list, making one from proposals or the roster, its lines, filing it, giving it up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import policy
from app.audit import service as audit
from app.batches import making, queries, reviewing, service
from app.batches.rules import may_be_batched
from app.batches.runs import Begun
from app.errors import Invalid
from app.items.editions import Version
from app.items.queries import fileable_items
from app.messages import Message
from app.portal.blueprint import pages
from app.portal.parsing import fresh_key, request_key, typed_revision, wants_fragment, whole_number
from app.staff import queries as staff
from app.units.queries import in_reach
from app.uow import reading
from app.web.guard import current_actor, guarded
from app.web.jobs import start_working
from app.workflow.many import decided_together
from models import Batch, Unit
from models.batches import BatchOrigin, BatchState

STATES: dict[str, tuple[Message, str, str]] = {
    BatchState.OPEN: (Message("Being put together"), "wait", "edit"),
    BatchState.FILED: (Message("Filed"), "ok", "check-circle"),
    BatchState.GIVEN_UP: (Message("Given up"), "wait", "cross"),
}
ORIGINS: dict[str, Message] = {
    BatchOrigin.PROPOSALS: Message("from what the system prepared"),
    BatchOrigin.ROSTER: Message("from the roster"),
    BatchOrigin.WORKBOOK: Message("from a workbook"),
    BatchOrigin.ROUND: Message("from the annual round"),
}
WHICH: dict[str, Message] = {
    "": Message("All lines"),
    "problems": Message("With a problem"),
    "unfiled": Message("Not filed"),
    "in_review": Message("In review"),
    "returned": Message("Returned for correction"),
    "decided": Message("Decided lines"),
}


@pages.get("/batches")
@guarded("application:read")
def batches() -> ResponseReturnValue:
    """The batches in reach, the newest first."""
    actor = current_actor()
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    page = queries.listing(actor, request.args.get("page"), state=state)
    waiting = reviewing.waiting_batches(actor, [row.batch.id for row in page])

    def page_url(number: int) -> str:
        return url_for("portal.batches", page=number, state=state or None)

    return render_template(
        "portal/batches.html", page=page, page_url=page_url, state=state, states=STATES, origins=ORIGINS,
        waiting=waiting, may_start=actor.holds("application:start"),
    )  # fmt: skip


@pages.get("/batches/new")
@guarded("application:start")
def new_batch() -> ResponseReturnValue:
    """Item and unit first, then from where: what is prepared, people of the roster, a workbook."""
    return _new({}, 200)


@pages.post("/batches/new")
@guarded("application:start")
def make_batch() -> ResponseReturnValue:
    """Put it together from what the system prepared, or from the people ticked on the roster."""
    actor, unit_id = current_actor(), whole_number("unit") or 0
    item, key = request.form.get("item", "")[:30], request_key()
    try:
        if request.form.get("origin") == "roster":
            chosen = [int(text) for text in request.form.getlist("person") if text.isascii() and text.isdigit()]
            made = service.from_roster(item, unit_id, chosen[: making.MOST_LINES + 1], by=actor, key=key)
        else:
            made = service.from_proposals(item, unit_id, by=actor, key=key)
    except Invalid as refusal:
        return _new(refusal.fields, 422, remedy=refusal.remedy)
    say_made(made)
    return redirect(url_for("portal.batch", staff_batch_id=made.batch_id))


def say_made(made: making.Made) -> None:
    """What was put together, and whether something needs the clerk."""
    if made.problems:
        flash(_("Batch %(number)s has %(lines)s lines; %(problems)s of them need you first.",
                number=made.number, lines=made.lines, problems=made.problems), "info")  # fmt: skip
    else:
        flash(_("Batch %(number)s has %(lines)s lines. Look through them, then submit.",
                number=made.number, lines=made.lines), "ok")  # fmt: skip


@pages.get("/batches/<int:staff_batch_id>")
@guarded("application:read")
def batch(staff_batch_id: int) -> ResponseReturnValue:
    """One batch: how it stands, what was done with it, and its lines, those with a problem first."""
    actor = current_actor()
    found = queries.opened(actor, staff_batch_id)
    runs = queries.runs(found)
    progress = {"batch": found, "runs": runs, "listed": queries.counted(found), "verbs": VERBS}
    if wants_fragment():
        return render_template("portal/batches_progress.html", **progress)
    which = request.args.get("which", "")
    which = which if which in WHICH else ""
    rows = queries.lines(found, request.args.get("page"), which=which)
    write_down_reading(found, [row.staff.id for row in rows])

    def page_url(number: int) -> str:
        return url_for("portal.batch", staff_batch_id=found.id, page=number, which=which or None)

    waiting = bool(reviewing.waiting_batches(actor, [found.id]))
    return render_template(
        "portal/batches_one.html", **progress, rows=rows, which=which, whiches=WHICH, page_url=page_url,
        states=STATES, origins=ORIGINS, waiting=waiting, key=fresh_key(), sees_pay=bool(policy.may(actor, "pay:read")),
        may_file=bool(policy.may(actor, "application:submit", found)) and found.state != BatchState.GIVEN_UP,
    )  # fmt: skip


VERBS: dict[str, tuple[Message, str]] = {
    "FILE": (Message("Filed"), "send"),
    "APPROVE": (Message("Approved"), "check"),
    "RETURN": (Message("Returned for correction"), "return"),
    "REJECT": (Message("Rejected"), "cross"),
}


@pages.post("/batches/<int:staff_batch_id>/submit")
@guarded("application:submit")
def submit_batch(staff_batch_id: int) -> ResponseReturnValue:
    """File every line that is not filed; a wrong one holds up no other."""
    done = service.submit(staff_batch_id, by=current_actor(), revision=typed_revision(), key=request_key())
    say_done(done)
    return redirect(url_for("portal.batch", staff_batch_id=staff_batch_id))


def say_done(done: Begun) -> None:
    """What came of a deed on a batch; a long one goes on by itself."""
    if not done.done:
        start_working()
        flash(_("%(count)s lines are being worked on. You can leave the page; it goes on.", count=done.total), "info")
    elif done.set_aside:
        flash(_("%(done)s of %(total)s lines are done. The others say below why not.",
                done=done.total - done.set_aside, total=done.total), "info")  # fmt: skip
    else:
        flash(_("All %(count)s lines are done.", count=done.total), "ok")


@pages.post("/batches/<int:staff_batch_id>/lines/<int:staff_line_id>/out")
@guarded("application:start")
def take_line_out(staff_batch_id: int, staff_line_id: int) -> ResponseReturnValue:
    """Take a line out that is not filed."""
    service.take_out(staff_batch_id, staff_line_id, by=current_actor())
    flash(_("The line is taken out. What was prepared for the person stays open."), "ok")
    return redirect(url_for("portal.batch", staff_batch_id=staff_batch_id))


@pages.post("/batches/<int:staff_batch_id>/refresh")
@guarded("application:start")
def refresh_batch(staff_batch_id: int) -> ResponseReturnValue:
    """Bring the lines that are not filed up to date, and check them anew."""
    left = service.bring_up_to_date(staff_batch_id, by=current_actor())
    flash(_("Checked anew: %(count)s lines still need you.", count=left) if left else _("Checked anew: nothing is "
            "in the way."), "info" if left else "ok")  # fmt: skip
    return redirect(url_for("portal.batch", staff_batch_id=staff_batch_id))


@pages.post("/batches/<int:staff_batch_id>/give-up")
@guarded("application:start")
def give_batch_up(staff_batch_id: int) -> ResponseReturnValue:
    """Give up what is not filed."""
    service.give_up(staff_batch_id, by=current_actor(), revision=typed_revision())
    flash(_("The batch is given up. Applications that were filed go on."), "ok")
    return redirect(url_for("portal.batches"))


def write_down_reading(found: Batch, subjects: Sequence[int]) -> None:
    """The lines show wages, so whose were looked at is kept."""
    if subjects:
        with reading():
            audit.read(
                "batch:read", by=current_actor(), kind="batch", record_id=found.id, unit_id=found.unit_id,
                subjects=subjects,
            )  # fmt: skip


def batch_items() -> list[Version]:
    """The items that are filed in batches."""
    return [one for one in fileable_items(current_actor()) if may_be_batched(one) and decided_together(one)]


def _new(errors: Mapping[str, Message], status: int, *, remedy: Message | None = None) -> ResponseReturnValue:
    actor = current_actor()
    units, items = in_reach(actor, "application:start"), batch_items()
    unit_id, code = whole_number("unit") or (units[0].id if len(units) == 1 else None), request.values.get("item", "")
    unit = next((one for one in units if one.id == unit_id), None)
    item = next((one for one in items if one.code == code), None)
    known = _known(unit, item) if unit is not None and item is not None else {}
    page = render_template(
        "portal/batches_new.html", units=units, items=items, unit=unit, item=item, errors=errors, remedy=remedy,
        key=fresh_key(), most=making.MOST_LINES, **known,
    )  # fmt: skip
    return page, status


def _known(unit: Unit, item: Version) -> dict[str, Any]:
    """How many are prepared, and one page of the roster to tick."""
    actor = current_actor()
    prepared = making.rows_of_proposals(item.code, unit.id, None, by=actor) if actor.holds("proposal:read") else []
    people = staff.roster(actor, state="ACTIVE", unit_id=unit.id, page=1, size=making.MOST_LINES)
    fitting = [one for one in people if not item.staff_types or one.staff_type in item.staff_types]
    due = {row.staff_id for row in prepared}
    return {"prepared": len(prepared), "people": fitting, "due": due}
