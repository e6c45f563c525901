"""Blank prints of the forms: the same layouts with nothing filled in, to be read beforehand or written by hand."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from app import clock
from app.documents import catalogue
from app.documents import content as say
from app.documents.layouts import _COLUMNS as COLUMNS
from app.documents.layouts import _card_columns as card_columns
from app.documents.press import Job, set_documents
from app.documents.voice import Voice
from app.errors import NotFound
from app.items.editions import Form, Step, Version
from app.messages import Message, Named
from models import Unit

LINES = 8
"""Empty lines of a blank roster."""
_SPACE = "\u2003"


def print_blank(version: Version, code: str, *, since: date | None, voice: Voice) -> bytes:
    """A form of an item as a PDF with nothing filled in; the same bytes as long as the version is the same.

    Raises NotFound for a form that the item does not print, NotPrinted where the machine cannot print.
    """
    form = next((one for one in version.forms if one.code == code), None)
    if form is None:
        raise NotFound
    layout, content = lay_out_blank(version, form, since=since)
    ready: dict[str, Any] = voice.set_in(content)
    ready["head"] |= {
        "language": "zh" if voice.chinese else "en", "rendering_shown": not voice.chinese, "squares": [], "code": "",
    }  # fmt: skip
    job: Job = (layout, ready)
    return set_documents([job])[0]


def lay_out_blank(version: Version, form: Form, *, since: date | None) -> tuple[str, dict[str, Any]]:
    """The layout of a form and what stands on it when nothing is filled in."""
    entry = catalogue.entry_of(form.code)
    moment = datetime.combine(since or date(2000, 1, 1), time(), clock.SHANGHAI)
    head = {
        **say.bare_head(Named(form.name_zh, form.name_en), Unit(name="", name_en=""), moment, None),
        "form": form.code,
        "printed": Message("Blank form of %(item)s, version %(number)s", item=version.code, number=version.number),
        "check": "",
        "check_how": "",
    }
    return entry.layout, {"head": head, **_BODIES[entry.layout](version)}


def _person() -> list[list[Any]]:
    return [
        [[Message("Name"), ""], [Message("Sex"), ""], [Message("Date of birth"), ""]],
        [[Message("Identity number"), ""], [Message("Staff number"), ""], [Message("Staff type"), ""]],
        [[Message("Education"), ""], [Message("First day of work"), ""], [Message("Present post"), ""]],
        [[Message("Unit"), ""]],
    ]


def _item(version: Version) -> list[Any]:
    return [Message("Service item"), Named(version.item.name_zh, version.item.name_en)]


def _opinions(version: Version) -> list[dict[str, Any]]:
    return [_opinion(step) for step in version.steps]


def _opinion(step: Step) -> dict[str, Any]:
    return {
        "name": Named(step.name_zh, step.name_en),
        "limit": Message("within %(days)s working days", days=step.limit_days)
        if step.limit_days
        else Message("on the same working day"),
        "said": [],
        "seal": Message("(seal)") if step.key in catalogue.sealed_steps() else "",
        "by": Message("Signed: %(name)s", name=""),
        "on": Message("date:          "),
    }


def _approval(version: Version) -> dict[str, Any]:
    pairs: list[list[Any]] = [_item(version), [Message("From month"), ""]]
    pairs += [[Named(field.label_zh, field.label_en), ""] for field in version.fields]
    nothing = {"before": "", "after": "", "difference": ""}
    row = {"name": _SPACE, **nothing, "traces": []}
    return {
        "columns": COLUMNS,
        "total": Message("Total a month"),
        "back_pay": Message("Back pay"),
        "parts": {
            "answers": Message("What is applied for"), "pay": Message("Change of the wage"),
            "figures": Message("What is decided"), "materials": Message("Materials"),
            "opinions": Message("Opinions and decision"),
        },
        "people": [
            {
                "facts": _person(), "answers": [pairs[at : at + 2] for at in range(0, len(pairs), 2)],
                "pay": {"figures": [], "rows": [row] * 4, "missing": "", "total": nothing,
                        "back": {"line": _SPACE, "months": []}},
            }
        ],
        "materials": [Named(one.name_zh, one.name_en) for one in version.materials],
        "limit": [
            Message("Time limit"),
            Message("Promised: %(days)s working days from submission.", days=version.promised_days),
        ],
        "opinions": _opinions(version),
    }  # fmt: skip


def _roster(version: Version) -> dict[str, Any]:
    line = {"name": _SPACE, "number": "", "identity": "", "post": "", "from": "", "lines": [], "totals": None,
            "missing": [_SPACE]}  # fmt: skip
    return {
        "item": _item(version),
        "columns": [
            Message("No."), Message("Name"), Message("Identity number"), Message("Present post"),
            Message("From month"), *(COLUMNS[name] for name in ("part", "before", "after", "difference")),
            Message("Basis"), Message("Back pay"),
        ],
        "people": [line] * LINES,
        "sum": {"label": Message("In all: %(count)s", count=""), **_no_sums()},
        "notes": [Message("Basis of the amounts"), []],
        "opinions": _opinions(version),
        "total": Message("Total a month"),
    }  # fmt: skip


def _summary(version: Version) -> dict[str, Any]:
    return {
        "item": _item(version),
        "from": [Message("From month"), ""],
        "columns": [
            Message("Post"), Message("People"), Message("Before, sum a month"), Message("After, sum a month"),
            Message("Increase or decrease"), Message("Back pay"), Message("Basis"),
        ],
        "rows": [{"name": _SPACE, "count": "", **_no_sums(), "basis": ""}] * LINES,
        "sum": {"label": Message("In all"), "count": "", **_no_sums()},
        "note": Message("Every sum is that of the people on the roster of the same application."),
        "notes": [Message("Basis of the amounts"), []],
        "opinions": _opinions(version),
    }  # fmt: skip


def _letter(version: Version) -> dict[str, Any]:
    blank = "____________"
    return {
        "columns": {**COLUMNS, "amount": Message("Amount")},
        "total": Message("Total a month"),
        "parts": {"wage": Message("Wage as last paid"), "opinions": Message("Opinions and decision")},
        "people": [
            {
                "to": Message("To: %(unit)s", unit=blank),
                "text": Message(
                    "%(name)s (staff number %(number)s) of %(unit)s leaves for your unit on %(day)s. The wage is paid "
                    "here up to and including %(month)s; please pay it from the month after.",
                    name=blank, number=blank, unit=blank, day=blank, month=blank,
                ),
                "facts": _person(),
                "wage": [{"name": _SPACE, "amount": "", "trace": ""}] * 4,
                "sum": "",
            }
        ],
        "sign": [_SPACE, Message("(seal)"), Message("date:          ")],
        "opinions": _opinions(version),
    }  # fmt: skip


def _card(_version: Version) -> dict[str, Any]:
    link = {"from": _SPACE, "cause": "", "lines": [{"name": _SPACE, "amount": "", "trace": ""}], "sum": ""}
    return {**card_columns(), "people": [{"facts": _person(), "links": [link] * LINES, "missing": ""}]}


def _no_sums() -> dict[str, str]:
    return {"before": "", "after": "", "difference": "", "back": "", "back_pay": ""}


_BODIES = {"approval": _approval, "roster": _roster, "summary": _summary, "letter": _letter, "card": _card}
