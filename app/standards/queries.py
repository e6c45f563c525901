"""What is read of standards: the tables of the engine with every published edition, and the editions themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from sqlalchemy import ColumnElement, select

from app.errors import NotFound
from app.pay.names import OFFICIAL
from app.pay.standards import Standards
from app.pay.table_files import Cell, Tables, read_tables
from app.standards.layout import IMPORTABLE, Place, in_order, place_of
from models import JobLine, Staff, db
from models.standards import EditionState, StandardCell, StandardEdition

KEPT_IN_MEMORY = 4


def current() -> Standards:
    """The tables with every published edition. Read again only when another edition has been published."""
    return _with(_known(StandardEdition.state == EditionState.PUBLISHED))


def standards_with(edition_ids: Sequence[int]) -> Standards:
    """The tables with just these editions: what a long run is pinned to. A published edition never changes."""
    return _with(_known(StandardEdition.id.in_(edition_ids)))


def published_ids() -> tuple[int, ...]:
    """The published editions in the order in which they count: a later one replaces the cells of an earlier one."""
    return tuple(edition_id for edition_id, _content in _known(StandardEdition.state == EditionState.PUBLISHED))


def _known(which: ColumnElement[bool]) -> tuple[tuple[int, str], ...]:
    """Editions with the hash of the workbook they came from: together they say which tables are meant."""
    rows = db.session.execute(
        select(StandardEdition.id, StandardEdition.sha256)
        .where(which)
        .order_by(StandardEdition.decided_at, StandardEdition.id)
    )
    return tuple((row.id, row.sha256) for row in rows)


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _with(editions: tuple[tuple[int, str], ...]) -> Standards:
    tables = read_tables()
    for edition_id, _content in editions:
        _add(tables, edition_id)
    return Standards(tables)


def _add(tables: Tables, edition_id: int) -> None:
    edition = db.session.get(StandardEdition, edition_id)
    if edition is None:
        raise NotFound
    known = tables.documents.get(edition.effective_from)
    tables.documents[edition.effective_from] = (
        edition.document if known is None or edition.document in known else f"{known}; {edition.document}"
    )
    tables.cells += [
        Cell(
            amount=Decimal(row.amount_fen) / 100, table=row.table_name, category=row.category, level=row.level,
            step=row.step or None, standard=standard_code(row.table_name, row.category, edition.effective_from),
            version=edition.effective_from, document=edition.document, source=OFFICIAL, confidence="high",
        )
        for row in db.session.scalars(select(StandardCell).where(StandardCell.edition_id == edition_id))
    ]  # fmt: skip


def standard_code(table: str, category: str, day: date) -> str:
    """The code of a standard as `data/` writes it: `INST-2018-07`, with `-CE` for compulsory education."""
    family = "INST" if table.startswith("institution") else "ORGWORK" if table.startswith("organ") else "CIVIL"
    return f"{family}-{day:%Y-%m}" + ("-CE" if category.startswith("compulsory") else "")


@cache
def known_places() -> frozenset[Place]:
    """Every place that a table has in any standard held; an import may fill these and no others."""
    return frozenset(place_of(cell) for cell in read_tables().cells if cell.table in IMPORTABLE)


def amounts_before(day: date, tables: Standards) -> dict[Place, int]:
    """For each place the amount in force before a day, in fen: the latest earlier one that is held."""
    amounts: dict[Place, tuple[date, int]] = {}
    for cell in tables.cells():
        place = place_of(cell)
        if place.table in IMPORTABLE and cell.version < day and amounts.get(place, (date.min, 0))[0] <= cell.version:
            amounts[place] = cell.version, int(cell.amount * 100)
    return {place: amount for place, (_version, amount) in amounts.items()}


def opened(edition_id: int) -> StandardEdition:
    """An edition. Raises NotFound. Standards are public knowledge, so there is no reach to check."""
    edition = db.session.get(StandardEdition, edition_id)
    if edition is None:
        raise NotFound
    return edition


def cells_of(edition_id: int) -> dict[Place, int]:
    """The cells of an edition in fen."""
    rows = db.session.scalars(select(StandardCell).where(StandardCell.edition_id == edition_id))
    return {Place(row.table_name, row.category, row.level, row.step or None): row.amount_fen for row in rows}


def editions(states: Iterable[EditionState] = tuple(EditionState)) -> Sequence[StandardEdition]:
    """Editions in these states, newest first."""
    return db.session.scalars(
        select(StandardEdition).where(StandardEdition.state.in_(tuple(states))).order_by(StandardEdition.id.desc())
    ).all()


@dataclass(frozen=True)
class Row:
    """One amount of a table as it is shown: fen a month, where it comes from, how sure it is, what held before."""

    place: Place
    amount_fen: int
    before_fen: int | None
    source: str
    confidence: str


def counts(held: Standards) -> dict[tuple[str, date], int]:
    """How many cells each table has in each version."""
    return Counter((cell.table, cell.version) for cell in held.cells())


def versions_of(held: Standards, table: str) -> list[date]:
    """The days from which a table is held, oldest first."""
    return sorted({cell.version for cell in held.cells() if cell.table == table})


def table_of(held: Standards, table: str, version: date) -> list[Row]:
    """The cells of a table in a version, beside the amounts that held before."""
    before = amounts_before(version, held)
    rows = [
        Row(place_of(cell), int(cell.amount * 100), before.get(place_of(cell)), cell.source, cell.confidence)
        for cell in held.cells()
        if cell.table == table and cell.version == version
    ]
    order = {place: number for number, place in enumerate(in_order((row.place for row in rows), table))}
    return sorted(rows, key=lambda row: order[row.place])


def changes(edition: StandardEdition) -> list[Row]:
    """The cells of an edition beside what would hold without it."""
    others = [number for number in published_ids() if number != edition.id]
    before = amounts_before(edition.effective_from, standards_with(others))
    amounts = cells_of(edition.id)
    tables = [table for table in IMPORTABLE if any(place.table == table for place in amounts)]
    return [
        Row(place, amounts[place], before.get(place), OFFICIAL, "high")
        for table in tables
        for place in in_order(amounts, table)
    ]


def people(lines: Iterable[JobLine]) -> dict[int, Staff]:
    """The employees that lines of a run speak of."""
    ids = [line.record_id for line in lines]
    return {one.id: one for one in db.session.scalars(select(Staff).where(Staff.id.in_(ids)))}
