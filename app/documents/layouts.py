"""The layouts: what each kind of form shows of an application, from the same content; one function a layout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from app.documents import content as say
from app.documents.amounts import Basis, Change, change_of, pay_block, summed, totals, trace, why_none
from app.documents.catalogue import Entry, entry_of
from app.documents.content import Content, Filled
from app.documents.voice import signed_yuan, yuan
from app.items.editions import Form
from app.messages import Message, Named
from app.pay.components import Component
from app.pay.months import month_said
from app.pay.names import STAFF_TYPES, cause_name, component_name, post_name
from models import Staff, Unit, WageRecord

_NO_CHANGE = Message("This item changes no wage by itself.")
_NOT_YET = Message("Not calculated yet.")
_BLANK = Message("____________")
_COLUMNS = {
    "part": Message("Part of the wage"),
    "before": Message("Before"),
    "after": Message("After"),
    "difference": Message("Increase or decrease"),
    "basis": Message("Where the amount comes from"),
}


def lay_out(filled: Filled, form: Form) -> tuple[str, Content]:
    """The layout of a form and what stands on it."""
    entry = entry_of(form.code)
    title = Named(form.name_zh, form.name_en)
    body = _LAYOUTS[entry.layout](filled, entry)
    return entry.layout, {"head": say.head(filled, form, title), **body}


def history(filled: Filled) -> tuple[str, Content]:
    """The course of an application, for the dossier."""
    sheet = filled.sheet
    return "history", {
        "head": say.head(filled, None, Message("Course of the application")),
        "rows": [[[Message("Service item"), sheet.item_name]], [[Message("For"), filled.application.title]]],
        "columns": [Message("When"), Message("What"), Message("Step"), Message("Who"), Message("Note")],
        "events": say.history_rows(sheet),
    }


def own_card(
    staff: Staff, unit: Unit, identity: str, chain: Sequence[WageRecord], head: Content
) -> tuple[str, Content]:
    """The wage card of one person, belonging to no application."""
    return "card", {"head": head, **_card_columns(), "people": [_card_of(staff, unit, identity, chain)]}


def _approval(filled: Filled, entry: Entry) -> Content:
    """One person a page: facts, what is asked for, the wage before and after with its reasons, opinions."""
    sheet = filled.sheet
    people = [_approval_of(filled, one) for one in filled.staff(entry)]
    if not people:
        people = [{"facts": say.unit_rows(sheet.unit), "answers": _asked(filled, None), "pay": None}]
    return {
        "columns": _COLUMNS,
        "total": Message("Total a month"),
        "back_pay": Message("Back pay"),
        "parts": {
            "answers": Message("What is applied for"),
            "pay": Message("Change of the wage"),
            "figures": Message("What is decided"),
            "materials": Message("Materials"),
            "opinions": Message("Opinions and decision"),
        },
        "people": people,
        "materials": say.material_lines(sheet),
        "limit": [Message("Time limit"), say.limit_line(sheet)],
        "opinions": say.opinions(sheet),
    }


def _approval_of(filled: Filled, employee: Any) -> Content:
    staff = employee.staff
    change = _change(filled, employee)
    block = None if filled.sheet.version.effect is None and change is None else pay_block(change, _NOT_YET)
    return {
        "facts": _person(filled, staff),
        "answers": _asked(filled, change),
        "pay": block,
    }


def _person(filled: Filled, staff: Staff) -> list[list[Any]]:
    chain = filled.chains.get(staff.id, [])
    return say.person_rows(staff, filled.identities.get(staff.id, ""), filled.sheet.unit, chain)


def _asked(filled: Filled, change: Change | None) -> list[list[Any]]:
    first: list[list[Any]] = [[Message("Service item"), filled.sheet.item_name]]
    if change is not None and change.effective_month is not None:
        first.append([Message("From month"), month_said(change.effective_month)])
    return say.answer_rows(filled.sheet, first=first)


def _roster(filled: Filled, entry: Entry) -> Content:
    """A line a person with every part of the wage; the traces stand under numbers at the end."""
    basis = Basis()
    people = [_roster_line(filled, one, basis) for one in filled.staff(entry)]
    changes = [found for one in filled.staff(entry) if (found := _change(filled, one)) is not None]
    return {
        "item": [Message("Service item"), filled.sheet.item_name],
        "columns": [
            Message("No."), Message("Name"), Message("Identity number"), Message("Present post"),
            Message("From month"), *(_COLUMNS[name] for name in ("part", "before", "after", "difference")),
            Message("Basis"), Message("Back pay"),
        ],
        "people": people,
        "sum": {"label": Message("In all: %(count)s", count=len(people)), **summed(changes)},
        "notes": [Message("Basis of the amounts"), basis.notes],
        "opinions": say.opinions(filled.sheet),
        "total": Message("Total a month"),
    }  # fmt: skip


def _roster_line(filled: Filled, employee: Any, basis: Basis) -> Content:
    staff, change = employee.staff, _change(filled, employee)
    lines = [
        {
            "name": component_name(part.code), "before": yuan(part.before_fen), "after": yuan(part.after_fen),
            "difference": signed_yuan(part.difference_fen), "basis": _numbers(basis, part.before, part.after),
        }
        for part in (change.parts if change is not None else ())
    ]  # fmt: skip
    return {
        "name": staff.name,
        "number": staff.staff_no,
        "identity": filled.identities.get(staff.id, ""),
        "post": say.post_of(staff, filled.chains.get(staff.id, [])),
        "from": month_said(change.effective_month) if change is not None and change.effective_month else "—",
        "lines": lines,
        "totals": totals(change) if change is not None and change.pays else None,
        "missing": [why_none(change, _missing(filled)), *(_said(one) for one in (change.figures if change else ()))],
    }


def _numbers(basis: Basis, *components: Component | None) -> str:
    return "".join(dict.fromkeys(basis.number_of(one) for one in components))


def _summary(filled: Filled, entry: Entry) -> Content:
    """The people of the roster gathered by post: how many, and the sums of their wages."""

    def group(employee: Any) -> tuple[str, str]:
        return employee.staff.staff_type, employee.staff.post or ""

    basis = Basis()
    employees = sorted(filled.staff(entry), key=group)
    rows, all_changes = [], []
    for (staff_type, post), found in groupby(employees, key=group):
        gathered = list(found)
        changes = [one for each in gathered if (one := _change(filled, each)) is not None]
        all_changes += changes
        numbers = [_numbers(basis, part.before, part.after) for one in changes for part in one.parts]
        rows.append(
            {
                "name": post_name(post) if post else STAFF_TYPES[staff_type], "count": len(gathered),
                **summed(changes), "basis": " ".join(dict.fromkeys(numbers)),
            }
        )  # fmt: skip
    return {
        "item": [Message("Service item"), filled.sheet.item_name],
        "from": [Message("From month"), _months(all_changes)],
        "columns": [
            Message("Post"), Message("People"), Message("Before, sum a month"), Message("After, sum a month"),
            Message("Increase or decrease"), Message("Back pay"), Message("Basis"),
        ],
        "rows": rows,
        "sum": {"label": Message("In all"), "count": len(employees), **summed(all_changes)},
        "note": Message("Every sum is that of the people on the roster of the same application."),
        "notes": [Message("Basis of the amounts"), basis.notes],
        "opinions": say.opinions(filled.sheet),
    }  # fmt: skip


def _letter(filled: Filled, entry: Entry) -> Content:
    """The letter by which a wage is handed over to another unit."""
    return {
        "columns": {**_COLUMNS, "amount": Message("Amount")},
        "total": Message("Total a month"),
        "parts": {"wage": Message("Wage as last paid"), "opinions": Message("Opinions and decision")},
        "people": [_letter_of(filled, entry, one) for one in filled.staff(entry)],
        "sign": [say.unit_name(filled.sheet.unit), Message("(seal)"), Message("date:          ")],
        "opinions": say.opinions(filled.sheet),
    }


def _letter_of(filled: Filled, entry: Entry, employee: Any) -> Content:
    answers = {line.key: line for line in filled.sheet.questions if line.value not in (None, "")}

    def answer(name: str) -> Any:
        line = answers.get(entry.letter.get(name, ""))
        return line.shown if line is not None else _BLANK

    staff = employee.staff
    paid = _last_paid(filled, staff)
    return {
        "to": Message("To: %(unit)s", unit=answer("to")),
        "text": Message(
            "%(name)s (staff number %(number)s) of %(unit)s leaves for your unit on %(day)s. The wage is paid here up "
            "to and including %(month)s; please pay it from the month after.",
            name=staff.name, number=staff.staff_no, unit=say.unit_name(filled.sheet.unit), day=answer("left_on"),
            month=answer("stop_month"),
        ),
        "facts": _person(filled, staff),
        "wage": [
            {"name": component_name(one.code), "amount": yuan(one.amount_fen), "trace": trace(one)} for one in paid
        ],
        "sum": yuan(sum(one.amount_fen for one in paid)) if paid else "—",
    }  # fmt: skip


def _last_paid(filled: Filled, staff: Staff) -> list[Component]:
    """The parts of the newest wage on file."""
    chain = filled.chains.get(staff.id, [])
    return [Component.from_json(kept) for kept in chain[-1].components] if chain else []


def _card(filled: Filled, entry: Entry) -> Content:
    people = [
        _card_of(one.staff, filled.sheet.unit, filled.identities.get(one.staff_id, ""),
                 filled.chains.get(one.staff_id, []))
        for one in filled.staff(entry)
    ]  # fmt: skip
    return {**_card_columns(), "people": people}


def _card_columns() -> Content:
    return {
        "columns": [
            Message("From month"), Message("Reason"), _COLUMNS["part"], Message("Amount"), _COLUMNS["basis"],
        ],
        "total": Message("Total a month"),
    }  # fmt: skip


def _card_of(staff: Staff, unit: Unit, identity: str, chain: Sequence[WageRecord]) -> Content:
    return {
        "facts": say.person_rows(staff, identity, unit, chain),
        "links": [_link(record) for record in chain],
        "missing": "" if chain else Message("No wage on file yet."),
    }


def _link(record: WageRecord) -> Content:
    parts = [Component.from_json(kept) for kept in record.components]
    return {
        "from": month_said(record.effective_month),
        "cause": cause_name(record.cause),
        "lines": [
            {"name": component_name(one.code), "amount": yuan(one.amount_fen), "trace": trace(one)} for one in parts
        ],
        "sum": yuan(record.total_fen),
    }


def _change(filled: Filled, employee: Any) -> Change | None:
    """The change as it was kept for the person; as the wage records have it; or as the sheet has just worked it out."""
    application = filled.application
    if employee.change is not None and application.state not in say.EDITABLE:
        return change_of(employee.change)
    if employee.staff_id in filled.recorded:
        return change_of(filled.recorded[employee.staff_id])
    if application.employees[0] is employee:  # the one that the sheet is about
        return change_of(filled.sheet.pay.raw) or _refused(filled)
    return change_of(employee.change)


def _refused(filled: Filled) -> Change | None:
    problem = filled.sheet.pay.problem
    return Change(problem=problem) if problem is not None and filled.sheet.version.effect is not None else None


def _said(figure: tuple[Message, Message | str]) -> Message:
    return Message("%(label)s: %(value)s", label=figure[0], value=figure[1])


def _missing(filled: Filled) -> Message:
    return _NO_CHANGE if filled.sheet.version.effect is None else _NOT_YET


def _months(changes: Sequence[Change]) -> Any:
    """From when the changes take effect: one month, or the first and the last of several."""
    months: list[date] = sorted({one.effective_month for one in changes if one.effective_month is not None})
    if not months:
        return "—"
    if len(months) == 1:
        return month_said(months[0])
    return Message("%(first)s to %(last)s", first=month_said(months[0]), last=month_said(months[-1]))


_LAYOUTS: dict[str, Callable[[Filled, Entry], Content]] = {
    "approval": _approval, "roster": _roster, "summary": _summary, "letter": _letter, "card": _card,
}  # fmt: skip
