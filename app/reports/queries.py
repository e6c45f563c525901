"""Reading a report: a page of rows, how many there are, the totals to the fen, and the points of its chart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Select, case, cast, func, or_, select, true
from sqlalchemy.sql.expression import ColumnElement

from app.access import scope
from app.access.actor import Actor
from app.errors import NotFound
from app.messages import Named
from app.paging import Page
from app.reports.asking import Asked
from app.reports.catalogue import ORDER
from app.reports.fields import Field
from app.reports.registry import Chart, Report, Row, offered, opened
from models import Unit, WageRecord, db

__all__ = ["Table", "listed", "one", "table", "too_long"]
PER_PAGE = 50
AT_ONCE = 1_000  # records whose parts are read in one statement


@dataclass(frozen=True)
class Table:
    """One page of a report with its totals, by field, over all its rows."""

    report: Report
    asked: Asked
    page: Page[Row]
    totals: Mapping[str, int]
    points: Sequence[tuple[Any, int]]

    @property
    def subjects(self) -> list[int]:
        """The employees whose data stands on the page."""
        return [row["staff_id"] for row in self.page.rows if "staff_id" in row]


def listed(actor: Actor) -> list[Report]:
    """The reports that this person may open, in their order."""
    return sorted(offered(actor), key=lambda report: ORDER.index(report.code))


def one(actor: Actor, code: str) -> Report:
    """A report by its code. Raises NotFound, NotAllowed."""
    return opened(actor, code)


def unit_asked(actor: Actor, report: Report, asked: Asked) -> Unit | None:
    """The unit that the report is narrowed to. Raises NotFound for one outside the person's reach."""
    if asked.unit_id is None:
        return None
    found = db.session.scalars(
        select(Unit).where(Unit.id == asked.unit_id, scope.condition(actor, report.permission, Unit))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def units_called(actor: Actor, text: str, *, limit: int = 20) -> list[Unit]:
    """Units in reach by their whole name or code, else by a part of them."""
    plain = " ".join(text.replace("\x00", "").split())
    if not plain:
        return []
    reached = scope.condition(actor.on_own_account, "report:read", Unit)
    whole = or_(Unit.name == plain, Unit.name_en == plain, Unit.code == plain)
    exact = list(db.session.scalars(select(Unit).where(reached, whole).limit(2)))
    if exact:
        return exact
    part = or_(Unit.name.contains(plain, autoescape=True), Unit.code.startswith(plain, autoescape=True),
               Unit.name_en.icontains(plain, autoescape=True))  # fmt: skip
    return list(db.session.scalars(select(Unit).where(reached, part).order_by(Unit.name).limit(limit)))


def too_long(report: Report, asked: Asked) -> bool:
    """Whether the months asked for are more than a page shows, so that it is made in the background."""
    return len(asked.months) > report.page_months


def table(actor: Actor, report: Report, asked: Asked, *, page: int = 1, size: int = PER_PAGE) -> Table:
    """One page: one or two statements, one more for the parts of wages, for their sums, and for a chart of its own."""
    actor = actor.on_own_account
    statement = statement_of(actor, report, asked)
    first = (page - 1) * size
    if report.rows_of:  # it gathers, so its rows are few, and one statement answers for everything
        every = [dict(row) for row in db.session.execute(in_order(report, statement)).mappings()]
        count, totals = len(every), _added(report, every)
        rows: list[Row] = list(every[first : first + size])
        points = points_of(actor, report, asked, statement, every)
    else:
        count, totals = totals_of(report, statement)
        found = db.session.execute(in_order(report, statement).offset(first).limit(size)).mappings()
        rows = list(with_parts(report, [dict(row) for row in found]))
        points = points_of(actor, report, asked, statement)
    shown = Page[Row](rows, page, size, more=page * size < count, count=count)
    return Table(report, asked, shown, totals, points)


def _added(report: Report, rows: Sequence[Row]) -> dict[str, int]:
    """The sums of all rows by field."""
    return {field.code: sum(int(row[field.reads[0]] or 0) for row in rows) for field in report.fields if field.totalled}


def statement_of(actor: Actor, report: Report, asked: Asked) -> Select[Any]:
    """The rows of a report, narrowed to the values of its fields that `only` names."""
    statement = report.statement(actor, asked)
    columns = statement.selected_columns
    for field, value in narrowing(report, asked):
        column = columns[field.told_by]
        statement = statement.where(column.is_(None) if value == "" else column == typed(column, value))
    return statement


def narrowing(report: Report, asked: Asked) -> list[tuple[Field, str]]:
    """The fields that `only` names, each with its value: `cause:increment;unit:JC00010`. An unknown one is left out."""
    pairs = [part.partition(":") for part in asked.choice("only").split(";") if part]
    known = {field.code: field for field in report.fields if field.dimension}
    return [(known[code], value) for code, _, value in pairs if code in known]


def typed(column: ColumnElement[Any], text: str) -> Any:
    """A value of an address in the type of its column. Raises NotFound for one that it cannot have."""
    kind = column.type.python_type
    try:
        return date.fromisoformat(text) if kind is date else kind(text)
    except ValueError:
        raise NotFound from None


def people_of(actor: Actor, report: Report, asked: Asked) -> Select[Any] | None:
    """Whose data the rows hold: staff ids, each once."""
    if not asked.choice("only"):
        return report.people(actor, asked) if report.people is not None else None
    rows = statement_of(actor, report, asked).order_by(None).subquery("concerned")
    if "staff_id" in rows.c:
        return select(rows.c.staff_id).distinct()
    return report.people(actor, asked) if report.people is not None else None


def in_order(report: Report, statement: Select[Any]) -> Select[Any]:
    """The statement in the order of the report: column names, those ending with a minus the largest first."""
    columns = statement.selected_columns
    return statement.order_by(
        *(columns[name[:-1]].desc() if name.endswith("-") else columns[name] for name in report.order)
    )


def totals_of(report: Report, statement: Select[Any]) -> tuple[int, dict[str, int]]:
    """How many rows there are, and the sum of every field that is totalled; parts of wages in a second statement."""
    rows = statement.order_by(None).subquery("counted")
    plain = [field for field in report.fields if field.totalled and field.parts is None]
    sums = [cast(func.coalesce(func.sum(rows.c[field.reads[0]]), 0), BigInteger) for field in plain]
    count, *found = db.session.execute(select(func.count(), *sums).select_from(rows)).one()
    totals = {field.code: int(value) for field, value in zip(plain, found, strict=True)}
    if report.with_parts and count:
        totals |= part_totals(report, select(rows.c.record_id))
    return int(count), totals


def part_totals(report: Report, records: Select[Any]) -> dict[str, int]:
    """The sums of the parts of wages, added up by the database from the components that the links keep."""
    paid = records.subquery("paid")
    held = _components()
    code, amount = _of_component(held, "code"), cast(_of_component(held, "amount_fen"), BigInteger)
    fields = [field for field in report.fields if field.parts is not None]
    named = frozenset().union(*(field.parts or frozenset() for field in fields))
    sums = []
    for field in fields:
        counts: ColumnElement[bool] = code.in_(sorted(field.parts)) if field.parts else code.not_in(sorted(named))
        sums.append(cast(func.coalesce(func.sum(case((counts, amount), else_=0)), 0), BigInteger))
    found = db.session.execute(
        select(*sums).select_from(paid).join(WageRecord, WageRecord.id == paid.c.record_id).join(held, true())
    ).one()
    return {field.code: int(value) for field, value in zip(fields, found, strict=True)}


def _components() -> Any:
    """The components of a link as rows: each database has its own function for it."""
    if db.engine.dialect.name == "postgresql":
        return func.json_array_elements(WageRecord.components).table_valued("value").render_derived(name="component")
    return func.json_each(WageRecord.components).table_valued("value").alias("component")


def _of_component(held: Any, name: str) -> ColumnElement[Any]:
    if db.engine.dialect.name == "postgresql":
        return held.c.value.op("->>")(name)
    return func.json_extract(held.c.value, f"$.{name}")


def with_parts(
    report: Report, rows: Iterable[dict[str, Any]], known: dict[int, tuple[int, ...]] | None = None
) -> Iterator[Row]:
    """The rows, each filled with the parts of its wage, read for a thousand links at once. `known` keeps what was
    read: a link never changes."""
    fields = [field for field in report.fields if field.parts is not None]
    if not fields:
        yield from rows
        return
    known = {} if known is None else known
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == AT_ONCE:
            yield from _filled(chunk, fields, known)
            chunk = []
    yield from _filled(chunk, fields, known)


def _filled(
    rows: Sequence[dict[str, Any]], fields: Sequence[Field], known: dict[int, tuple[int, ...]]
) -> Iterator[Row]:
    wanted = [row["record_id"] for row in rows if row["record_id"] not in known]
    if wanted:
        found = db.session.execute(select(WageRecord.id, WageRecord.components).where(WageRecord.id.in_(wanted)))
        for record_id, components in found:
            known[record_id] = added_up(components, fields)
    codes = [field.code for field in fields]
    for row in rows:
        row.update(zip(codes, known[row["record_id"]], strict=True))
        yield row


def added_up(components: Sequence[Mapping[str, Any]], fields: Sequence[Field]) -> tuple[int, ...]:
    """The amounts of a link by field; what no field names goes to the one that names none."""
    place = {code: number for number, field in enumerate(fields) for code in field.parts or ()}
    rest = next((number for number, field in enumerate(fields) if not field.parts), None)
    sums = [0] * len(fields)
    for component in components:
        number = place.get(component["code"], rest)
        if number is not None:
            sums[number] += component["amount_fen"]
    return tuple(sums)


def points_of(
    actor: Actor, report: Report, asked: Asked, statement: Select[Any], every: Sequence[Row] | None = None
) -> list[tuple[Any, int]]:  # fmt: skip
    """What the chart shows: label and value, the largest first where it is bars. `every` are all rows, if known."""
    chart = report.chart
    if chart is None:
        return []
    if chart.statement is not None:
        drawn = chart.statement(actor, asked)
        rows = db.session.execute(drawn if chart.kind == "line" else drawn.limit(chart.most)).mappings()
        return [(_label(chart, report, dict(row)), int(row["value"] or 0)) for row in rows]
    label, name = report.field(chart.label), report.field(chart.value).reads[0]
    if every is None:
        value = statement.selected_columns[name]
        most = statement.order_by(None).order_by(value.desc()).limit(chart.most)
        every = [dict(row) for row in db.session.execute(most).mappings()]
    largest = sorted(every, key=lambda row: -int(row[name] or 0))[: chart.most]
    return [(label.value(row), int(row[name] or 0)) for row in largest]


def _label(chart: Chart, report: Report, row: dict[str, Any]) -> Any:
    if "label_en" in row:
        return Named(row["label"], row["label_en"] or row["label"])
    field = next((field for field in report.fields if field.code == chart.label), None)
    return field.named(row["label"]) if field is not None and field.named is not None else row["label"]
