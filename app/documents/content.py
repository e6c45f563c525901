"""What stands on the printed forms, as plain content: heads, facts of a person, materials, opinions of the steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app import clock
from app.applications.sheet import ApplicationSheet, StepLine
from app.documents import catalogue
from app.forms.choices import SEXES
from app.items.editions import Form
from app.messages import Message, Named
from app.pay.months import day_said
from app.pay.names import STAFF_TYPES, education_name, position_name, post_name, technical_grade_name
from app.workflow.states import state_name
from models import Application, ApplicationEmployee, Staff, Unit, WageRecord
from models.applications import ApplicationState, Outcome

Content = dict[str, Any]
EDITABLE = (ApplicationState.DRAFT, ApplicationState.RETURNED)
"""While the unit may still change what a print shows, no code vouches for it."""
WATERMARKS = {
    ApplicationState.DRAFT: Message("DRAFT"),
    ApplicationState.RETURNED: Message("BEING CORRECTED"),
    ApplicationState.REJECTED: Message("REJECTED"),
    ApplicationState.WITHDRAWN: Message("WITHDRAWN"),
}
"""What lies under the text of a print that is no paper to act upon."""

_OUTCOMES = {
    Outcome.APPROVED: Message("Agreed."),
    Outcome.RETURNED: Message("Returned for correction."),
    Outcome.REJECTED: Message("Not agreed."),
}


@dataclass(frozen=True)
class Filled:
    """An application with all that its forms are filled from, for all its employees or one of them. `identities` are
    as this print may show them."""

    sheet: ApplicationSheet
    employees: Sequence[ApplicationEmployee]
    at: datetime
    code: str | None
    identities: dict[int, str]
    chains: dict[int, list[WageRecord]] = field(default_factory=dict)  # of each employee, where a form needs it
    recorded: dict[int, dict[str, Any]] = field(default_factory=dict)  # changes told from wage records, where not kept

    @property
    def application(self) -> Application:
        return self.sheet.application

    def staff(self, entry: catalogue.Entry) -> list[ApplicationEmployee]:
        """Those that a form is for, as they stand in the application."""
        kinds = entry.staff_types
        return [one for one in self.employees if not kinds or one.staff.staff_type in kinds]


def head(filled: Filled, form: Form | None, title: Named | Message) -> Content:
    """What stands at the top and the foot of every page."""
    application = filled.application
    return {
        **bare_head(title, filled.sheet.unit, filled.at, filled.code),
        "form": form.code if form else "",
        "number": Message("Application %(number)s", number=application.number),
        "state": Message("State: %(state)s", state=state_name(application.state)),
        "watermark": WATERMARKS.get(ApplicationState(application.state), ""),
    }


def bare_head(title: Named | Message, unit: Unit, at: datetime, code: str | None) -> Content:
    """A head that belongs to no application."""
    return {
        "title": title,
        "form": "",
        "unit": Message("Unit: %(unit)s", unit=unit_name(unit)),
        "number": "",
        "state": "",
        "watermark": "",
        "currency": Message("Amounts in yuan a month"),
        "printed": Message("Printed %(moment)s", moment=f"{clock.local(at):%Y-%m-%d %H:%M}"),
        "date": list(clock.local(at).timetuple()[:5]),
        "page": Message("Page %(page)s of %(pages)s", page="¤1", pages="¤2"),
        "continued": Message("continued"),
        "code": code or "",
        "check": Message("Check code %(code)s", code=code) if code else Message("No check code: not a settled paper"),
        "rendering": Message("English rendering; the Chinese print is the official form."),
    }


def unit_name(unit: Unit) -> Named:
    """The unit in both languages."""
    return Named(unit.name, unit.name_en or unit.name)


def post_of(staff: Staff, chain: Sequence[WageRecord]) -> Message:
    """The post of an institution's employee; of others what their newest wage record says they hold."""
    if staff.post:
        return post_name(staff.post)
    state = chain[-1].state if chain else {}
    if held := state.get("position") or state.get("rank"):
        return position_name(held)
    if grade := state.get("technical_grade"):
        return technical_grade_name(grade)
    return Message("none yet")


def person_rows(staff: Staff, identity: str, unit: Unit, chain: Sequence[WageRecord]) -> list[list[Any]]:
    """The facts of one person, three pairs of label and value to a line."""
    return [
        [[Message("Name"), staff.name], [Message("Sex"), SEXES[staff.sex]],
         [Message("Date of birth"), staff.birth_date]],
        [[Message("Identity number"), identity], [Message("Staff number"), staff.staff_no],
         [Message("Staff type"), STAFF_TYPES[staff.staff_type]]],
        [[Message("Education"), education_name(staff.education)], [Message("First day of work"), staff.work_start],
         [Message("Present post"), post_of(staff, chain)]],
        [[Message("Unit"), unit_name(unit)]],
    ]  # fmt: skip


def unit_rows(unit: Unit) -> list[list[Any]]:
    """The facts of a unit, for an item that concerns it as a whole."""
    return [
        [[Message("Unit"), unit_name(unit)]],
        [[Message("Unit code"), unit.code], [Message("Unified social credit code"), unit.credit_code]],
    ]


def answer_rows(sheet: ApplicationSheet, *, first: Sequence[list[Any]] = ()) -> list[list[Any]]:
    """What the unit declared, two pairs to a line; a long text has a line of its own."""
    pairs = [*first, *([line.label, line.shown] for line in sheet.fields)]
    rows: list[list[Any]] = []
    for pair in pairs:
        alone = len(str(pair[1])) > 40
        if rows and len(rows[-1]) == 1 and not alone and len(str(rows[-1][0][1])) <= 40:
            rows[-1].append(pair)
        else:
            rows.append([pair])
    return rows


def material_lines(sheet: ApplicationSheet) -> list[Message]:
    """The materials with the pages that were sent of each."""
    lines = []
    for material in sheet.materials:
        if material.shared:
            lines.append(Message("%(name)s (held by the system)", name=material.name))
        elif material.accepted:
            lines.append(Message("%(name)s (%(pages)s pages)", name=material.name, pages=material.pages))
        elif material.needed:
            lines.append(Message("%(name)s (not sent)", name=material.name))
    return lines


def limit_line(sheet: ApplicationSheet) -> Message:
    """How long it may take, and from when to when it ran."""
    application = sheet.application
    days = sum(step.limit_days for step in sheet.steps if step.state != "skipped")
    if application.submitted_at is None:
        return Message("Promised: %(days)s working days from submission.", days=days)
    filed = day_said(clock.local(application.submitted_at).date())
    if application.decided_at is None:
        return Message("Submitted %(filed)s; promised: %(days)s working days.", filed=filed, days=days)
    return Message(
        "Submitted %(filed)s, decided %(decided)s; promised: %(days)s working days.",
        filed=filed, decided=day_said(clock.local(application.decided_at).date()), days=days,
    )  # fmt: skip


def opinions(sheet: ApplicationSheet) -> list[Content]:
    """One cell for each step: what was said, by whom, when; or the empty places that a pen would fill."""
    return [_opinion(line) for line in sheet.steps]


def _opinion(line: StepLine) -> Content:
    sealed = line.key in catalogue.sealed_steps()
    said: list[Any] = []
    if line.state == "skipped":
        said = [Message("Not passed here."), line.because or ""]
    elif line.decided_by:
        said = [_OUTCOMES.get(Outcome(line.outcome), ""), line.note]
    return {
        "name": line.name,
        "limit": Message("within %(days)s working days", days=line.limit_days)
        if line.limit_days
        else Message("on the same working day"),
        "said": [one for one in said if one],
        "seal": Message("(seal)") if sealed and line.state != "skipped" else "",
        "by": Message("Signed: %(name)s", name=line.decided_by) if line.state != "skipped" else "",
        "on": (line.decided_at or Message("date:          ")) if line.state != "skipped" else "",
    }


def history_rows(sheet: ApplicationSheet) -> list[Content]:
    """What happened, from the beginning."""
    return [
        {
            "at": f"{clock.local(line.at):%Y-%m-%d %H:%M}",
            "what": line.what,
            "step": line.step or "",
            "by": line.by or Message("the system"),
            "note": line.note,
        }
        for line in reversed(sheet.history)
    ]
