"""The check before submission: every mistake that a rule can see, named with its remedy and its place on the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app import clock
from app.applications.sheet import ApplicationSheet, FieldLine, MaterialLine, Other
from app.forms.fields import day_shown
from app.messages import Message
from app.pay.effects import EFFECTS
from models.applications import ApplicationState

BLOCKING, WARNING = "blocking", "warning"
LONG_AGO = timedelta(days=2 * 365)


@dataclass(frozen=True)
class Finding:
    """One thing to put right. `place` is the anchor of the question, material or part of the page that it is about."""

    severity: str
    message: Message
    remedy: Message
    place: str


def findings(sheet: ApplicationSheet) -> list[Finding]:
    """What stands in the way of this application (blocking), and what is worth a second look (warning)."""
    return [
        *_answers(sheet),
        *_dates(sheet),
        *_materials(sheet),
        *_pay(sheet),
        *_others(sheet),
    ]


def _answers(sheet: ApplicationSheet) -> Iterator[Finding]:
    for line in sheet.fields:
        if line.problem is not None:
            named = Message("“%(label)s”: %(problem)s", label=line.label, problem=line.problem)
            yield Finding(BLOCKING, named, Message("Correct the answer."), line.anchor)
        elif line.required and line.value in (None, ""):
            yield Finding(
                BLOCKING,
                Message("“%(label)s” is not answered yet.", label=line.label),
                Message("Answer it."),
                line.anchor,
            )


def _materials(sheet: ApplicationSheet) -> Iterator[Finding]:
    for line in sheet.materials:
        if line.shared:
            continue
        if line.needed and not line.accepted:
            yield _nothing_usable(line)
        elif line.accepted and line.pages < line.material.min_pages:
            yield Finding(
                BLOCKING if line.needed else WARNING,
                Message(
                    "%(name)s has %(pages)s pages; at least %(least)s are needed.",
                    name=line.name, pages=line.pages, least=line.material.min_pages,
                ),
                Message("Add the missing pages."),
                line.anchor,
            )  # fmt: skip
        elif line.refused:
            yield Finding(
                WARNING,
                Message("%(file)s was refused and will not be filed.", file=line.refused[0].filename),
                Message("If it is needed, send a better one; otherwise nothing needs to be done."),
                line.anchor,
            )
        if sheet.application.state == ApplicationState.RETURNED and line.reason and not _touched(line):
            yield Finding(
                WARNING,
                Message("%(name)s was marked and has not been replaced.", name=line.name),
                Message("The reviewer wrote: %(reason)s", reason=line.reason),
                line.anchor,
            )


def _nothing_usable(line: MaterialLine) -> Finding:
    if line.refused:
        return Finding(
            BLOCKING,
            Message("Everything sent for %(name)s was refused.", name=line.name),
            Message("See at the file what is wrong with it, and send a better one."),
            line.anchor,
        )
    return Finding(
        BLOCKING,
        Message("%(name)s is missing.", name=line.name),
        Message("Upload it, %(because)s.", because=line.because) if line.because else Message("Upload it."),
        line.anchor,
    )


def _touched(line: MaterialLine) -> bool:
    return any(upload.is_new for upload in line.uploads)


def _pay(sheet: ApplicationSheet) -> Iterator[Finding]:
    if sheet.pay.problem is not None and sheet.version.effect is not None:
        yield Finding(
            BLOCKING,
            sheet.pay.problem,
            sheet.pay.remedy or Message("Check the answers and the person's record."),
            "pay",
        )


def _dates(sheet: ApplicationSheet) -> Iterator[Finding]:
    """The day or year from which the change counts, held against the calendar and the person's record."""
    keys = sheet.version.effect_map
    today = clock.today()
    for line in sheet.fields:
        if line.value in (None, ""):
            continue
        if line.key == keys.get("day"):
            yield from _day(sheet, line, date.fromisoformat(str(line.value)), today)
        elif line.key == keys.get("year") and int(line.value) >= today.year:
            yield Finding(
                BLOCKING,
                Message("The year %(year)s is not over yet, so it cannot have been assessed.", year=line.value),
                Message("Give the year that the assessment is about."),
                line.anchor,
            )


def _day(sheet: ApplicationSheet, line: FieldLine, day: date, today: date) -> Iterator[Finding]:
    staff, place = sheet.staff, line.anchor
    joined = day_shown(staff.joined_on) if staff is not None else ""
    effect = EFFECTS.get(sheet.version.effect or "")
    is_entry = effect is not None and effect.enters
    if staff is not None and is_entry and day != staff.joined_on:
        yield Finding(
            WARNING,
            Message("The roster says that %(name)s joined on %(day)s.", name=staff.name, day=joined),
            Message("Use the day of the employment document; if the roster is wrong, have it corrected."),
            place,
        )
    elif staff is not None and not is_entry and day < staff.joined_on:
        yield Finding(
            BLOCKING,
            Message(
                "“%(label)s” lies before %(name)s joined, on %(day)s.", label=line.label, name=staff.name, day=joined
            ),
            Message("Correct the day, or have the roster corrected."),
            place,
        )
    if day > today:
        yield Finding(
            WARNING,
            Message("“%(label)s” is still to come.", label=line.label),
            Message("Check the year and the month; the reviewer will ask why it is filed in advance."),
            place,
        )
    elif day < today - LONG_AGO:
        yield Finding(
            WARNING,
            Message("“%(label)s” lies more than two years back.", label=line.label),
            Message("Check the year; a late application pays back every month since then."),
            place,
        )


def _others(sheet: ApplicationSheet) -> Iterator[Finding]:
    keys = sheet.version.effect_map
    moment_keys = [keys[fact] for fact in ("day", "year") if fact in keys]
    for other in sheet.others:
        if not other.done:
            yield Finding(
                BLOCKING,
                Message("Application %(number)s for the same person and item is still under way.", number=other.number),
                Message("Wait until it is decided, or withdraw it first."),
                "who",
            )
        elif any(_same(sheet.answers.get(key), other.answers.get(key)) for key in moment_keys):
            yield Finding(
                BLOCKING,
                _done_before(other),
                Message("Give up this draft; if the first one was wrong, ask the bureau to undo it."),
                "who",
            )


def _done_before(other: Other) -> Message:
    if other.state == ApplicationState.PAID:
        return Message("The same change was already paid by application %(number)s.", number=other.number)
    return Message("The same was already decided by application %(number)s.", number=other.number)


def _same(mine: Any, theirs: Any) -> bool:
    return mine is not None and mine == theirs
