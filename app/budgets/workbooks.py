"""Verbs of workbooks: the filled template, keeping an upload, the dry run, the marked copy, taking its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from openpyxl import Workbook
from sqlalchemy import delete, select, update

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.audit import service as audit
from app.budgets import people, plans
from app.budgets.distributing import Checked, Order, Part, Sent, check, distribute
from app.budgets.rules import ITEMS
from app.budgets.sharing import TIERS, Row
from app.budgets.workbook import SHEETS, YES, Line, Words, read_lines, template
from app.errors import Conflict, Invalid, NotFound
from app.messages import Message
from app.pay.names import post_name
from app.sheets.marking import Mark, marked
from app.uow import atomic, reading, transaction
from models import BudgetPlan, BudgetTotal, BudgetWorkbook, Staff, db

KEPT_FOR = timedelta(days=7)
PERMISSIONS = {"DISTRIBUTION": "budget:distribute", "PLAN": "budget:plan"}


@dataclass(frozen=True)
class DryRun:
    """What a workbook says, row by row, and of a distribution what the rules say to the whole. Nothing is taken yet."""

    kept: BudgetWorkbook
    lines: Sequence[Line]
    book: Workbook
    checked: Checked | None = None

    @property
    def wrong(self) -> list[Line]:
        return [line for line in self.lines if line.problems]

    @property
    def passes(self) -> bool:
        return not self.wrong and (self.checked is None or self.checked.passes)


def blank_distribution(total: BudgetTotal, *, by: Actor, words: Words, chinese: bool) -> bytes:
    """The template of a distribution with everybody on the roster. It is a reading."""
    require(by, "budget:distribute", total)
    everybody = people.colleagues(total.unit_id, clock.today())
    rows = [{"number": one.staff_no, "name": one.name} for one in everybody.values()]
    note = Message("Write the amount of each person in yuan. Who gets nothing may stay empty.")
    return _template("DISTRIBUTION", total, note, rows, by=by, words=words, chinese=chinese, whom=list(everybody))


def filled_plan(plan: BudgetPlan, *, by: Actor, words: Words, chinese: bool) -> bytes:
    """The workbook of a plan as it stands."""
    require(by, "budget:plan", plan)
    lines = plans.rows_of(plan.id)
    known = people.named([line.staff_id for line in lines])
    rows = [
        {
            "number": known[line.staff_id].staff_no, "name": known[line.staff_id].name,
            "post": words(post_name(line.post), chinese) if line.post else None,
            "coefficient": line.coefficient / 100, "tier": words(TIERS[line.tier], chinese),
            "share": line.share_percent, "leader": words(YES, chinese) if line.leader else None,
        }
        for line in lines
        if line.staff_id in known
    ]  # fmt: skip
    note = Message("One row for each employee: coefficient, assessment tier and share; mark the main leader.")
    return _template("PLAN", plan.total, note, rows, by=by, words=words, chinese=chinese, whom=list(known))


def _template(
    kind: str, total: BudgetTotal, note: Message, rows: Sequence[Mapping[str, object]], *, by: Actor, words: Words,
    chinese: bool, whom: Sequence[int],
) -> bytes:  # fmt: skip
    title = f"{total.unit.name if chinese else total.unit.name_en or total.unit.name} {total.year}"
    content = template(kind, title, words(note, chinese), rows, words=words, chinese=chinese)
    with reading():
        audit.read("budget:template", by=by, kind="unit", record_id=total.unit_id, unit_id=total.unit_id, subjects=whom,
                   note=kind)  # fmt: skip
    return content


@atomic
def keep(
    total_id: int, kind: str, filename: str, content: bytes, *, by: Actor, month: date | None = None, item: str = "",
    title: str = "", plan_id: int | None = None,
) -> int:  # fmt: skip
    """Keep an upload until it is taken, for a week at most. Raises Refused for what is no such workbook."""
    total = db.session.get(BudgetTotal, total_id)
    if total is None:
        raise NotFound
    require(by, PERMISSIONS[kind], total)
    asked: dict[str, object] = {"plan": plan_id}
    if kind == "DISTRIBUTION":
        asked = _asked(month, item, title)
    if not content:
        raise Invalid(fields={"file": Message("Choose the workbook.")})
    read_lines(content, kind, words=_plain)
    db.session.execute(
        delete(BudgetWorkbook)
        .where(BudgetWorkbook.uploaded_by_id == by.account_id, BudgetWorkbook.uploaded_at < clock.now() - KEPT_FOR)
        .execution_options(synchronize_session=False)
    )
    kept = BudgetWorkbook(
        total_id=total.id, unit_id=total.unit_id, kind=kind, asked=asked, filename=filename[:200], content=content,
        uploaded_by_id=by.account_id, uploaded_at=clock.now(),
    )  # fmt: skip
    db.session.add(kept)
    db.session.flush()
    audit.record("budget:upload", by=by, kind="budget_workbook", record_id=kept.id, unit_id=total.unit_id,
                 after={"file": filename[:200], "size": len(content), "kind": kind})  # fmt: skip
    return kept.id


def _asked(month: date | None, item: str, title: str) -> dict[str, object]:
    wrong: dict[str, Message] = {}
    if month is None:
        wrong["month"] = Message("Choose the month.")
    if item not in ITEMS:
        wrong["item"] = Message("Choose what is paid.")
    plain = " ".join(title.split())
    if not 2 <= len(plain) <= 120:
        wrong["title"] = Message("Give it a name of 2 to 120 characters, for example “Third quarter”.")
    if wrong:
        raise Invalid(fields=wrong)
    assert month is not None
    return {"month": month.isoformat(), "item": item, "title": plain}


def opened(workbook_id: int, *, by: Actor) -> BudgetWorkbook:
    """A kept workbook in the person's reach. Raises NotFound."""
    kept = db.session.get(BudgetWorkbook, workbook_id, populate_existing=True)
    if kept is None:
        raise NotFound
    require(by, PERMISSIONS[kept.kind], kept)
    return kept


def dry_run(workbook_id: int, *, by: Actor, words: Words) -> DryRun:
    """Read the workbook against the roster as it is now; every row has its sentences."""
    kept = opened(workbook_id, by=by)
    book, lines = read_lines(kept.content, kept.kind, words=words)
    _find_people(lines, kept.unit_id)
    checked = None
    if kept.kind == "DISTRIBUTION" and not any(line.problems for line in lines):
        checked = check(kept.total, _order(kept, lines), by=by)
    return DryRun(kept, lines, book, checked)


def _find_people(lines: Sequence[Line], unit_id: int) -> None:
    """Whom each row is for: of this unit, under the name that the roster has. Of others nothing is said but that."""
    numbers = sorted({line.staff_no for line in lines if line.staff_no})
    found = {
        one.staff_no: one
        for at in range(0, len(numbers), 1000)
        for one in db.session.execute(
            select(Staff.id, Staff.staff_no, Staff.name, Staff.unit_id, Staff.post).where(
                Staff.staff_no.in_(numbers[at : at + 1000])
            )
        )
    }
    for line in lines:
        one = found.get(line.staff_no)
        if not line.staff_no:
            continue
        if one is None:
            line.say(Message("Nobody of this unit has the staff number %(number)s.", number=line.staff_no[:30]))
        elif one.unit_id != unit_id:
            line.say(Message("The staff number %(number)s belongs to another unit.", number=line.staff_no[:30]))
        elif line.name != one.name:
            line.say(
                Message("The roster says %(roster)s for this number, the row says %(row)s.", roster=one.name,
                        row=line.name[:60] or Message("nothing")),
                "name",
            )  # fmt: skip
        else:
            line.staff_id, line.values["post"] = one.id, one.post


def _order(kept: BudgetWorkbook, lines: Sequence[Line]) -> Order:
    """Who gets nothing does not stand in the distribution."""
    asked = kept.asked
    parts = [
        Part(line.staff_id, line.values["amount"], line.values["leader"])
        for line in lines
        if line.staff_id is not None and line.values["amount"]
    ]
    return Order(date.fromisoformat(asked["month"]), asked["item"], asked["title"], parts)


def marked_copy(workbook_id: int, *, by: Actor, words: Words, say: Callable[[Message], str]) -> tuple[str, bytes]:
    """The workbook as it came, with every wrong cell marked and every sentence listed; and its file name."""
    found = dry_run(workbook_id, by=by, words=words)
    names = SHEETS[found.kept.kind]
    sheet = next(one for one in found.book.sheetnames if one.strip().lower() in (names.zh.lower(), names.en.lower()))
    marks = [
        Mark(sheet, problem.row, problem.column, say(problem.message))
        for line in found.wrong
        for problem in line.problems
    ]
    headers = (say(Message("Sheet")), say(Message("Cell")), say(Message("What is wrong")))
    content = marked(found.book, marks, title=say(Message("To correct")), headers=headers)
    stem = found.kept.filename.rsplit(".", 1)[0]
    return f"{stem}-{say(Message('marked'))}.xlsx", content


def take_distribution(workbook_id: int, *, by: Actor, words: Words, key: str | None) -> Sent:
    """Send the distribution of a workbook whose every row is good. Raises Invalid, Overdrawn."""
    found = dry_run(workbook_id, by=by, words=words)
    _refuse_wrong_rows(found)
    sent = distribute(found.kept.total_id, _order(found.kept, found.lines), by=by, key=key)
    _mark_taken(workbook_id, sent.distribution_id)
    return sent


def take_plan(workbook_id: int, *, by: Actor, words: Words, revision: int) -> BudgetPlan:
    """Put the rows of a workbook in place of the plan's lines."""
    found = dry_run(workbook_id, by=by, words=words)
    _refuse_wrong_rows(found)
    rows = [
        Row(line.staff_id, line.values["post"], line.values["coefficient"], line.values["tier"], line.values["share"],
            line.values["leader"])
        for line in found.lines
        if line.staff_id is not None
    ]  # fmt: skip
    plan_id = found.kept.asked.get("plan")
    if not isinstance(plan_id, int):
        raise NotFound
    plan = plans.set_rows(plan_id, rows, by=by, revision=revision)
    _mark_taken(workbook_id, plan.id)
    return plan


def _refuse_wrong_rows(found: DryRun) -> None:
    if found.wrong:
        raise Conflict(
            Message("%(count)s rows of the workbook are wrong, so nothing was taken.", count=len(found.wrong)),
            remedy=Message("Download the marked workbook, correct the red cells and upload it again."),
        )


def _mark_taken(workbook_id: int, taken_id: int) -> None:
    with transaction():
        db.session.execute(
            update(BudgetWorkbook)
            .where(BudgetWorkbook.id == workbook_id)
            .values(taken_id=taken_id)
            .execution_options(synchronize_session=False)
        )


def _plain(name: object, _chinese: bool) -> str:
    return str(name)
