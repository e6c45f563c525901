"""Verbs of standards: examine a workbook, import it as a proposal, publish or refuse it as a second person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import insert, update

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.audit import service as audit
from app.errors import Conflict, Invalid, NotAllowed, Refused, Stale
from app.materials.names import label_of
from app.messages import Message
from app.sheets.marking import Mark, marked
from app.standards import queries
from app.standards.check_values import check_values
from app.standards.layout import IMPORTABLE, Place
from app.standards.rules import BLOCKING, Finding, examine
from app.standards.workbook import SHEETS, Filled, read, template
from app.uow import atomic
from models import db
from models.standards import EditionState, StandardCell, StandardEdition

PROBLEMS = Message("Problems")


@dataclass(frozen=True)
class Difference:
    """What an edition changes in one table: how many amounts are new or changed, and by how much at most (percent)."""

    table: str
    cells: int
    new: int
    changed: int
    smallest: float | None
    largest: float | None


@dataclass(frozen=True)
class Report:
    """What a workbook holds and what speaks against it. Nothing is stored by making one."""

    filled: Filled
    findings: tuple[Finding, ...]
    differences: tuple[Difference, ...]

    @property
    def passes(self) -> bool:
        return not self.filled.wrong and not any(one.severity == BLOCKING for one in self.findings)

    @property
    def problem_count(self) -> int:
        return len(self.filled.wrong) + sum(one.severity == BLOCKING for one in self.findings)


class ImportRefused(Refused):
    """A workbook with mistakes: nothing of it was imported, and `report` says what is wrong."""

    status = 422

    def __init__(self, report: Report) -> None:
        super().__init__(
            Message("Nothing was imported: %(count)s places of the workbook are wrong.", count=report.problem_count),
            remedy=Message("Download the marked workbook, correct the red cells and upload it again."),
        )
        self.report = report


def check(data: bytes, *, by: Actor) -> Report:
    """The dry run: read a workbook and say everything that speaks against it. Raises Refused for no workbook."""
    require(by, "standard:import")
    filled = read(data, known=queries.known_places())
    if filled.effective_from is None:
        return Report(filled, (), ())
    held = queries.current()
    before = queries.amounts_before(filled.effective_from, held)
    published = [one for one in check_values() if one.standard in _codes(filled)]
    findings = examine(filled.amounts, before=before, check_values=published)
    return Report(filled, tuple(findings), tuple(_differences(filled, before)))


@atomic
def import_standard(data: bytes, *, filename: str | None, by: Actor) -> StandardEdition:
    """Store a workbook without mistakes as a proposal. Raises ImportRefused if a single cell is wrong."""
    report = check(data, by=by)
    if not report.passes:
        raise ImportRefused(report)
    filled = report.filled
    edition = StandardEdition(
        effective_from=filled.effective_from, document=filled.document, state=EditionState.PROPOSED,
        filename=label_of(filename), sha256=sha256(data).hexdigest(), cell_count=len(filled.amounts),
        imported_by_id=by.account_id, imported_at=clock.now(),
    )  # fmt: skip
    db.session.add(edition)
    db.session.flush()
    db.session.execute(
        insert(StandardCell),
        [
            {"edition_id": edition.id, "table_name": place.table, "category": place.category, "level": place.level,
             "step": place.step or 0, "amount_fen": amount}
            for place, amount in filled.amounts.items()
        ],
    )  # fmt: skip
    audit.record(
        "standard:import", by=by, kind="standard_edition", record_id=edition.id,
        after={"document": edition.document, "effective_from": edition.effective_from, "sha256": edition.sha256,
               "cells": edition.cell_count, "filename": edition.filename},
    )  # fmt: skip
    return edition


@atomic
def publish(edition_id: int, *, by: Actor, revision: int) -> StandardEdition:
    """Put an edition in force: a second person, who did not import it. Examined once more, since others may have been
    published meanwhile."""
    edition = _proposed(edition_id, by)
    amounts = queries.cells_of(edition_id)
    before = queries.amounts_before(edition.effective_from, queries.current())
    wrong = [one for one in examine(amounts, before=before, check_values=()) if one.severity == BLOCKING]
    if wrong:
        raise Conflict(
            Message("It no longer passes the checks: %(why)s", why=wrong[0].message),
            remedy=Message("Refuse it, and have a corrected workbook imported."),
        )
    return _decide(edition, EditionState.PUBLISHED, by=by, revision=revision, note="")


@atomic
def refuse(edition_id: int, *, by: Actor, revision: int, reason: str) -> StandardEdition:
    """Refuse a proposal with the reason; it stays on record."""
    reason = reason.strip()
    if not 4 <= len(reason) <= 500:
        raise Invalid(fields={"reason": Message("Write the reason in 4 to 500 characters.")})
    return _decide(_proposed(edition_id, by), EditionState.REFUSED, by=by, revision=revision, note=reason)


def blank_workbook(tables: Sequence[str], *, in_words: Callable[[Message], str], chinese: bool) -> bytes:
    """The template for some tables: their rows with the latest amounts held."""
    before = queries.amounts_before(date.max, queries.current())
    places = {place: before.get(place) for place in queries.known_places() if place.table in tables}
    return template(places=places, tables=[one for one in IMPORTABLE if one in tables], in_words=in_words,
                    chinese=chinese)  # fmt: skip


def marked_workbook(report: Report, *, in_words: Callable[[Message], str], headers: tuple[str, str, str]) -> bytes:
    """The uploaded workbook with every mistake marked at its cell."""
    marks = [
        Mark(
            one.cell.sheet if one.cell else one.sheet, one.cell.row if one.cell else 0,
            one.cell.column if one.cell else 0, f"{in_words(one.message)} {in_words(one.remedy)}",
        )
        for one in report.filled.wrong
    ]  # fmt: skip
    for finding in report.findings:
        cell = report.filled.cells.get(finding.place) if finding.place else None
        sheet = cell.sheet if cell else SHEETS[finding.place.table][0] if finding.place else ""
        marks.append(
            Mark(sheet, cell.row if cell else 0, cell.column if cell else 0,
                 f"{in_words(finding.message)} {in_words(finding.remedy)}")
        )  # fmt: skip
    return marked(report.filled.book, marks, title=in_words(PROBLEMS), headers=headers)


def _codes(filled: Filled) -> set[str]:
    assert filled.effective_from is not None
    return {queries.standard_code(place.table, place.category, filled.effective_from) for place in filled.amounts}


def _differences(filled: Filled, before: dict[Place, int]) -> list[Difference]:
    counts = Counter(place.table for place in filled.amounts)
    found = []
    for table in IMPORTABLE:
        if not counts[table]:
            continue
        pairs = [
            (before[place], amount)
            for place, amount in filled.amounts.items()
            if place.table == table and place in before
        ]
        percents = [(after - earlier) * 100 / earlier for earlier, after in pairs]
        found.append(
            Difference(
                table, counts[table], counts[table] - len(pairs), sum(earlier != after for earlier, after in pairs),
                round(min(percents), 1) if percents else None, round(max(percents), 1) if percents else None,
            )
        )  # fmt: skip
    return found


def _proposed(edition_id: int, by: Actor) -> StandardEdition:
    edition = queries.opened(edition_id)
    require(by, "standard:publish")
    if edition.imported_by_id == by.account_id:
        raise NotAllowed(
            Message("You imported this edition yourself, so somebody else must decide on it."),
            remedy=Message("Ask a second person who may publish standards."),
        )
    return edition


def _decide(
    edition: StandardEdition, state: EditionState, *, by: Actor, revision: int, note: str
) -> StandardEdition:  # fmt: skip
    done = db.session.execute(
        update(StandardEdition)
        .where(
            StandardEdition.id == edition.id,
            StandardEdition.state == EditionState.PROPOSED,
            StandardEdition.revision == revision,
        )
        .values(state=state, decided_by_id=by.account_id, decided_at=clock.now(), note=note,
                revision=StandardEdition.revision + 1)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if done.rowcount != 1:  # type: ignore[attr-defined]
        db.session.refresh(edition)
        raise Stale(
            Message("%(name)s has already decided on this edition.", name=edition.decided_by.display_name)
            if edition.decided_by
            else Message("This edition was changed since you opened it."),
            remedy=Message("Open it again to see it as it is now."),
        )
    db.session.refresh(edition)
    audit.record(
        "standard:publish" if state == EditionState.PUBLISHED else "standard:refuse", by=by, kind="standard_edition",
        record_id=edition.id, note=note,
        after={"document": edition.document, "effective_from": edition.effective_from, "state": str(state)},
    )  # fmt: skip
    return edition
