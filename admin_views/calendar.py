"""The working-day calendar in the back office: the days on which this city departs from the official calendar."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import func, select

from admin_views import forms
from admin_views.base import SafeModelView
from admin_views.filters import Since, Until, YesNo
from app.web.guard import current_actor
from app.web.showing import day
from app.workflow import corrections
from models import Application, CalendarDay, db
from models.applications import ApplicationState

_l = lazy_gettext


class CalendarForm(forms.AdminForm):
    """One day of the calendar."""

    day = forms.day(_l("Day"))
    working = forms.Choice(
        _l("What it is"), lambda: (("1", _l("A working day")), ("0", _l("A day off")))
    )  # fmt: skip
    note = forms.text(_l("Why"), longest=120)

    def __init__(self, formdata: Any = None, obj: Any = None, **kwargs: Any) -> None:
        super().__init__(formdata, obj=obj, **kwargs)
        if obj is not None and not formdata:
            self.working.data = "1" if obj.working else "0"


class CalendarView(SafeModelView):
    """Corrections to the official calendar. Limits are counted with them at once."""

    permission_read = "calendar:read"
    permission_create = "calendar:edit"
    permission_edit = "calendar:edit"
    permission_delete = "calendar:edit"
    record_kind = "calendar_day"
    details_modal = create_modal = edit_modal = True
    form = CalendarForm
    column_list = ("day", "working", "note")
    column_details_list = ("day", "working", "note")
    column_export_list = ()
    column_sortable_list = ("day",)
    column_labels = {  # noqa: RUF012
        "day": _l("Day"),
        "working": _l("Working day"),
        "note": _l("Why"),
    }
    column_filters = (
        Since("from", _l("From"), CalendarDay.day),
        Until("to", _l("Until"), CalendarDay.day),
        YesNo("working", _l("Working day"), CalendarDay.working),
    )
    default_order = (CalendarDay.day, True)
    page_lead = _l(
        "Weekends, holidays and swapped days are known from the official calendar. Write down only what differs here."
    )

    def title_of(self, row: CalendarDay) -> str:
        return day(row.day)

    def create(self, form: Any) -> CalendarDay:
        return corrections.correct_day(
            form.day.data, working=form.working.data == "1", note=form.note.data, by=current_actor()
        )

    def change(self, row: CalendarDay, form: Any, *, revision: int | None) -> CalendarDay:
        return corrections.change_correction(
            row.day, working=form.working.data == "1", note=form.note.data, by=current_actor(), revision=revision or 0
        )

    def remove(self, row: CalendarDay, *, revision: int | None) -> None:
        corrections.remove_correction(row.day, by=current_actor(), revision=revision or 0)

    def dependants_of(self, row: CalendarDay) -> list[tuple[str, int]]:
        in_review = select(func.count()).select_from(Application).where(Application.state == ApplicationState.IN_REVIEW)
        return [(_("Applications in review whose time limit is counted anew"), db.session.scalar(in_review) or 0)]

    def edit_form(self, obj: Any = None) -> Any:
        """The day itself stays: another day is another correction."""
        form = super().edit_form(obj)
        del form.day
        return form
