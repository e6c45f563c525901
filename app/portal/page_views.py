"""The pages of one file as people see them: straightened or as taken, with the marks of what was found on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, request
from flask_babel import gettext as _

from app.access.actor import Actor
from app.errors import Invalid
from app.materials import laying, queries
from app.materials.sheets import Box, Sheet, boxes_shown, place_in_words, sheet_of
from app.materials.told import Point, Told
from app.materials.verdicts import BLOCKING
from app.messages import Message
from app.portal.parsing import typed_revision
from models import MaterialCheck, Upload


@dataclass(frozen=True)
class PageShown:
    """One page with its picture as it is shown now."""

    number: int
    sheet: Sheet | None
    findings: tuple[dict[str, Any], ...]

    @property
    def is_straightened(self) -> bool:
        return self.sheet is not None and self.sheet.was_found and self.sheet.shown

    @property
    def can_be_straightened(self) -> bool:
        return self.sheet is not None and self.sheet.was_found

    @property
    def is_changed(self) -> bool:
        """Whether what is shown differs from what was sent."""
        return self.sheet is not None and self.sheet.shown

    @property
    def version(self) -> str:
        """Changes with the picture, so that no browser shows an old one."""
        sheet = self.sheet
        return f"{sheet.turn}{'s' if sheet.shown else 't'}" if sheet is not None else "t"


def pages_shown(upload: Upload, told: Told | None = None) -> list[PageShown]:
    """The pages of an upload in order, each with the findings that name it; those of the file stand on the first.

    With what was read on them, if it is `told`: each point where it stands.
    """
    shown, checks = [], queries.findings_on(upload.id)
    for number in range(1, upload.file.pages + 1):
        sheet = sheet_of(upload.sheets, number)
        here = [check for check in checks if check.page == number or (check.page == 0 and number == 1)]
        points = told.on(number, besides=[check.measures for check in here]) if told is not None else []
        marked = [_finding(check, sheet) for check in here] + [_point(point, sheet) for point in points]
        shown.append(PageShown(number, sheet, tuple(marked)))
    return shown


def _finding(check: MaterialCheck, sheet: Sheet | None) -> dict[str, Any]:
    boxes: list[Box] = boxes_shown(check.measures, sheet)
    message, remedy = Message.from_json(check.message), Message.from_json(check.remedy)
    if check.overridden_at is not None and check.overridden_by is not None:
        remedy = Message(
            "%(name)s accepted it: %(why)s", name=check.overridden_by.display_name, why=check.override_reason
        )
        tone = "info"
    else:
        tone = "bad" if check.severity == BLOCKING else "warn"
    return {"tone": tone, "text": message, "remedy": remedy, "boxes": boxes, "where": place_in_words(boxes)}


def _point(point: Point, sheet: Sheet | None) -> dict[str, Any]:
    boxes: list[Box] = boxes_shown(point.measures, sheet)
    text = Message("%(label)s: %(value)s, %(sure)s", label=point.label, value=point.value, sure=point.sure)
    return {"tone": "info", "text": text, "remedy": None, "boxes": boxes, "where": place_in_words(boxes)}


def lay_as_asked(upload_id: int, page: int, *, by: Actor) -> Upload:
    """Do what a button beside a page asks: show it straightened or as taken, or turn it."""
    revision = typed_revision()
    verbs: dict[str, tuple[Callable[..., Upload], dict[str, int], str]] = {
        "straightened": (laying.show_straightened, {}, _("The page is shown straightened.")),
        "taken": (laying.show_as_taken, {}, _("The page is shown as it was taken.")),
        "left": (laying.turn, {"quarters": 3}, _("The page was turned to the left.")),
        "right": (laying.turn, {"quarters": 1}, _("The page was turned to the right.")),
    }
    chosen = verbs.get(request.form.get("how", ""))
    if chosen is None:
        raise Invalid(Message("This page does not say what to do."), remedy=Message("Reload the page."))
    verb, given, said = chosen
    changed = verb(upload_id, page, by=by, revision=revision, **given)
    flash(said, "ok")
    return changed
