"""Exports of the lists as CSV and XLSX: scoped, capped, written down in the audit, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any
from urllib.parse import quote

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import select

from admin_views.lists import rows_by_key
from app import clock
from app.audit import service as audit
from app.errors import NotFound, Refused
from app.messages import Message
from app.uow import transaction
from app.web.guard import current_actor
from models import Application, ApplicationEmployee, Staff, db

MOST_ROWS = 50_000
CHUNK = 1_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Exporting:
    """The export of a SafeModelView: the rows of the list as it is searched, filtered and ordered now."""

    export_types = ("csv", "xlsx")
    export_max_rows = MOST_ROWS

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> ResponseReturnValue:
        if export_type not in _TYPES:
            raise NotFound
        view: Any = self
        keys = _keys(view)
        headings = [str(label) for _name, label in view._export_columns]
        with tempfile.SpooledTemporaryFile(max_size=8 * 1024 * 1024, mode="w+b") as place:
            write = _write_csv if export_type == "csv" else _write_xlsx
            write(place, headings, _cells(view, keys), str(view.name))
            place.seek(0)
            body = place.read()
        _write_down(view, keys, export_type)
        headers = {"Content-Disposition": _named(view, export_type)}
        return Response(body, content_type=_TYPES[export_type], headers=headers)


def _keys(view: Any) -> list[Any]:
    arguments = view._get_list_extra_args()
    column = view._get_column_by_idx(arguments.sort)
    conditions = view.conditions(arguments.search, arguments.filters)
    order = view.order_by(column[0] if column else None, bool(arguments.sort_desc))
    statement = select(view.key).where(*conditions)
    for attribute, descending in [*order, (view.key, order[-1][1] if order else True)]:
        statement = statement.order_by(attribute.desc() if descending else attribute.asc())
    keys = list(db.session.scalars(statement.limit(MOST_ROWS + 1)))
    if len(keys) > MOST_ROWS:
        raise Refused(
            Message("This list has more than %(count)s rows, too many for one file.", count=f"{MOST_ROWS:,}"),
            remedy=Message("Narrow it with a filter or a search, and export each part."),
        )
    return keys


def _cells(view: Any, keys: Sequence[Any]) -> Iterator[list[Any]]:
    """The rows as values, read a thousand at a time with what they show."""
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        for row in rows_by_key(view.model, key=view.key_attribute, keys=part, loads=view.loads):
            yield [view.get_export_value(row, name) for name, _label in view._export_columns]
        db.session.expunge_all()


def neutral(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula, made plain."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _write_csv(place: IO[bytes], headings: list[str], rows: Iterator[list[Any]], title: str) -> None:
    import io

    text = io.TextIOWrapper(place, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([neutral(heading) for heading in headings])
    for row in rows:
        writer.writerow([neutral(_plain(value)) for value in row])
    text.flush()
    text.detach()


def _write_xlsx(place: IO[bytes], headings: list[str], rows: Iterator[list[Any]], title: str) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(
        place, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    )
    sheet = book.add_worksheet("".join(letter for letter in title if letter not in "[]:*?/\\'")[:31] or "ZeroTrip")
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
        sheet.set_column(column, column, max(12, min(40, len(heading) * 2 + 4)))
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            plain = _plain(value)
            if isinstance(plain, int | float) and not isinstance(plain, bool):
                sheet.write_number(number, column, plain)
            elif plain not in (None, ""):
                sheet.write_string(number, column, str(neutral(plain)))
    book.close()


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return f"{clock.local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int | float) else str(value).replace("\x00", "")


def _named(view: Any, export_type: str) -> str:
    """The file's name, in Chinese too, for every browser (RFC 5987)."""
    stamp = f"{clock.local(clock.now()):%Y%m%d-%H%M}"
    chinese = quote(f"{view.name}-{stamp}.{export_type}", safe="")
    return f"attachment; filename={view.endpoint}-{stamp}.{export_type}; filename*=UTF-8''{chinese}"


def _concerned(model: type[Any], keys: Sequence[Any]) -> set[int]:
    """The employees whose data stands in the file."""
    if model is Staff:
        return set(keys)
    found: set[int] = set()
    if model is Application:
        for start in range(0, len(keys), CHUNK):
            part = keys[start : start + CHUNK]
            found.update(
                db.session.scalars(
                    select(ApplicationEmployee.staff_id).where(ApplicationEmployee.application_id.in_(part))
                )
            )
    return found


def _write_down(view: Any, keys: Sequence[Any], export_type: str) -> None:
    subjects = _concerned(view.model, keys)
    with transaction():
        audit.record(
            f"{view.record_kind}:export", by=current_actor(), kind=view.record_kind, record_id="*", subjects=subjects,
            after={"rows": len(keys), "as": export_type, "list": request.query_string.decode("utf-8", "replace")[:300]},
        )  # fmt: skip
