"""Verbs of a batch's workbook: the template, keeping an upload, the dry run, the marked copy, taking the good rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from openpyxl import Workbook
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from app import clock
from app.access import policy, scope
from app.access.actor import Actor
from app.applications.many import Wanted, check_many
from app.audit import service as audit
from app.batches import queries
from app.batches.making import CHECKED_AT_ONCE, PERMISSION, Made, Row, make_now, rows_of_people, unit_for, version_for
from app.batches.workbook import Person, ReadRow, Words, read_rows, template
from app.errors import Conflict, Invalid, NotFound
from app.idempotency import once
from app.items.editions import Version
from app.items.queries import published_of
from app.messages import Message
from app.sheets.marking import Mark, marked
from app.uow import atomic, reading
from models import BatchWorkbook, Staff, Unit, db
from models.batches import BatchOrigin
from models.staff import StaffState

KEPT_FOR = timedelta(days=7)
NOTE = Message(
    "One row for each employee. Delete the rows of those who are not filed for; leave the headers as they are."
)


@dataclass(frozen=True)
class DryRun:
    """What a workbook says, row by row; nothing is taken yet."""

    kept: BatchWorkbook
    version: Version
    rows: Sequence[ReadRow]
    book: Workbook

    @property
    def good(self) -> list[ReadRow]:
        return [row for row in self.rows if not row.problems]

    @property
    def wrong(self) -> list[ReadRow]:
        return [row for row in self.rows if row.problems]


def filled_template(item_code: str, unit_id: int, *, by: Actor, words: Words, chinese: bool) -> tuple[str, bytes]:
    """The template with everybody of the unit whom the item may serve, and its file name. It is a reading."""
    policy.require(by, "staff:read")
    unit, version = unit_for(unit_id, by), version_for(item_code)
    people = db.session.scalars(
        select(Staff).where(_served(version, unit)).order_by(Staff.name, Staff.id)
    ).all()  # fmt: skip
    known = {row.staff_id: row.answers for row in rows_of_people(version, unit, [one.id for one in people], by=by)}
    rows = [Person(one.staff_no, one.name, known.get(one.id, {})) for one in people]
    name = unit.name if chinese else unit.name_en or unit.name
    content = template(version, name, rows, NOTE, words=words, chinese=chinese)
    with reading():
        audit.read(
            "batch:template", by=by, kind="unit", record_id=unit.id, unit_id=unit.id,
            subjects=[one.id for one in people], note=item_code,
        )  # fmt: skip
    return f"{version.code}-{unit.code}.xlsx", content


def _served(version: Version, unit: Unit) -> Any:
    fitting = Staff.staff_type.in_(version.staff_types) if version.staff_types else Staff.id.is_not(None)
    return (Staff.unit_id == unit.id) & (Staff.state == StaffState.ACTIVE) & fitting


@atomic
def keep(item_code: str, unit_id: int, filename: str, content: bytes, *, by: Actor) -> int:
    """Keep an upload until its good rows are taken, for a week at most. Raises Refused for what is no workbook."""
    unit, version = unit_for(unit_id, by), version_for(item_code)
    if not content:
        raise Invalid(fields={"file": Message("Choose the workbook.")})
    read_rows(content, version, words=_plain)
    db.session.execute(
        delete(BatchWorkbook)
        .where(BatchWorkbook.uploaded_by_id == by.account_id, BatchWorkbook.uploaded_at < clock.now() - KEPT_FOR)
        .execution_options(synchronize_session=False)
    )
    kept = BatchWorkbook(
        unit_id=unit.id, item_id=version.item_id, filename=filename[:200], content=content,
        uploaded_by_id=by.account_id, uploaded_at=clock.now(),
    )  # fmt: skip
    db.session.add(kept)
    db.session.flush()
    audit.record(
        "batch:upload", by=by, kind="batch_workbook", record_id=kept.id, unit_id=unit.id,
        after={"file": filename[:200], "size": len(content), "item": item_code},
    )  # fmt: skip
    return kept.id


def _plain(name: Any, chinese: bool) -> str:
    return str(name)


def opened(workbook_id: int, *, by: Actor) -> BatchWorkbook:
    """A kept workbook, for who uploaded it or may start in its unit. Raises NotFound."""
    policy.require(by, PERMISSION)
    kept = db.session.scalars(
        select(BatchWorkbook)
        .options(joinedload(BatchWorkbook.unit), joinedload(BatchWorkbook.item))
        .where(BatchWorkbook.id == workbook_id, scope.condition(by, PERMISSION, BatchWorkbook))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if kept is None:
        raise NotFound
    return kept


def dry_run(workbook_id: int, *, by: Actor, words: Words) -> DryRun:
    """Read the workbook against the roster as it is now; every row has its sentences. Nothing is written."""
    kept = opened(workbook_id, by=by)
    version = published_of(kept.item_id)
    if version is None:
        raise Conflict(
            Message("This service item is no longer offered."), remedy=Message("Choose one from the list of items.")
        )
    book, rows = read_rows(kept.content, version, words=words)
    _find_people(rows, kept.unit, by)
    _check_rows(rows, version, kept)
    return DryRun(kept, version, rows, book)


def _find_people(rows: Sequence[ReadRow], unit: Unit, by: Actor) -> None:
    """Whom each row is for: of this unit, under the name that the roster has."""
    numbers = sorted({row.staff_no for row in rows if row.staff_no})
    found: dict[str, Any] = {}
    for at in range(0, len(numbers), 1000):
        for one in db.session.execute(
            select(Staff.id, Staff.staff_no, Staff.name, Staff.unit_id, Unit.name.label("unit"))
            .join(Unit, Unit.id == Staff.unit_id)
            .where(Staff.staff_no.in_(numbers[at : at + 1000]), scope.condition(by, "staff:read", Staff))
        ):
            found[one.staff_no] = one
    for row in rows:
        if row.staff_no:
            _find_person(row, found.get(row.staff_no), unit)


def _find_person(row: ReadRow, one: Any, unit: Unit) -> None:
    if one is None:
        row.say(Message("Nobody of this unit has the staff number %(number)s.", number=row.staff_no[:30]))
    elif one.unit_id != unit.id:
        row.say(Message("%(name)s belongs to %(unit)s. File it there.", name=one.name, unit=one.unit))
    elif row.name != one.name:
        row.say(
            Message("The roster says %(roster)s for this number, the row says %(row)s.", roster=one.name,
                    row=row.name[:60] or Message("nothing")),
            column=row.name_column,
        )  # fmt: skip
    else:
        row.staff_id = one.id


def _check_rows(rows: Sequence[ReadRow], version: Version, kept: BatchWorkbook) -> None:
    """What the check before a submission says of rows that can be read; of very long workbooks the filing says it."""
    readable = [row for row in rows if not row.problems and row.staff_id is not None]
    elsewhere = queries.open_elsewhere([row.staff_id for row in readable if row.staff_id], version.item_id, None)
    for row in readable:
        if row.staff_id in elsewhere:
            row.say(Message("The person is already in the open batch %(number)s.", number=elsewhere[row.staff_id]))
    if len(readable) > CHECKED_AT_ONCE:
        return
    wanted = [Wanted(row.staff_id, row.answers) for row in readable if row.staff_id is not None]
    for row, one in zip(readable, check_many(wanted, version, kept.unit) if wanted else (), strict=True):
        for problem in one.problems:
            row.say(problem)


def marked_copy(
    workbook_id: int, *, by: Actor, words: Words, say: Callable[[Message], str]
) -> tuple[str, bytes]:  # fmt: skip
    """The workbook as it came, with every wrong cell marked and every sentence listed; and its file name."""
    found = dry_run(workbook_id, by=by, words=words)
    sheet = next(name for name in found.book.sheetnames if name.strip().lower() in ("批量申报", "batch"))
    marks = [
        Mark(sheet, problem.row, problem.column, say(problem.message))
        for row in found.wrong
        for problem in row.problems
    ]
    headers = (say(Message("Sheet")), say(Message("Cell")), say(Message("What is wrong")))
    content = marked(found.book, marks, title=say(Message("To correct")), headers=headers)
    stem = found.kept.filename.rsplit(".", 1)[0]
    return f"{stem}-{say(Message('marked'))}.xlsx", content


def take(workbook_id: int, *, by: Actor, words: Words, key: str | None = None) -> Made:
    """Make a batch of the good rows, once. Raises Invalid where there is none, Conflict if they were taken before."""
    body = {"workbook": workbook_id}
    return Made(**once(key, "batch:take", body, by, lambda: asdict(_take(workbook_id, by=by, words=words))))


def _take(workbook_id: int, *, by: Actor, words: Words) -> Made:
    db.session.execute(select(BatchWorkbook.id).where(BatchWorkbook.id == workbook_id).with_for_update())
    kept = opened(workbook_id, by=by)
    if kept.batch_id is not None:
        raise Conflict(Message("The good rows of this workbook were taken already."), remedy=Message("Open the batch."))
    found = dry_run(workbook_id, by=by, words=words)
    good = [Row(row.staff_id, row.answers) for row in found.good if row.staff_id is not None]
    if not good:
        raise Invalid(
            fields={"file": Message("No row of the workbook can be taken.")},
            remedy=Message("Download the marked workbook, correct it and upload it again."),
        )
    made = make_now(found.version.code, kept.unit_id, good, origin=BatchOrigin.WORKBOOK, by=by)
    kept.batch_id = made.batch_id
    return made


__all__ = ["DryRun", "dry_run", "filled_template", "keep", "marked_copy", "opened", "take"]
