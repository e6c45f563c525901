"""What a designer fills in for a field, a material, a step or a form, and how it is read back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.access.permissions import PERMISSIONS
from app.access.roles import DECIDING
from app.errors import Invalid
from app.forms import condition_rows, fields, reading
from app.forms.choices import Choices
from app.forms.conditions import facts_named
from app.forms.facts import FACTS, FIELD, Fact
from app.forms.fields import FIELD_TYPES
from app.items.catalogue import printed_forms
from app.items.definition import STEP_DEFAULTS
from app.materials.asked import CHOICES as DOCUMENT_KINDS
from app.materials.asked import answer_dated, element_of, kinds_asked
from app.materials.sentences import FLAGS
from app.messages import Message, Named
from models.items import Necessity

FIELD_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
CODE = re.compile(r"[A-Z][A-Z0-9_-]{0,19}")
MEDIA_TYPES: Choices = {
    "image/jpeg": Named("JPEG图片", "JPEG"),
    "image/png": Named("PNG图片", "PNG"),
    "image/heic": Named("HEIC图片", "HEIC"),
    "image/tiff": Named("TIFF图片", "TIFF"), "application/pdf": Named("PDF文件", "PDF"),
}  # fmt: skip
MATERIAL_FORMS: Choices = {
    "original_scan": Message("Scan of the original"),
    "copy_scan": Message("Scan of a copy"),
    "data_exchange": Message("From another system"),
}
NECESSITIES: Choices = {
    Necessity.REQUIRED.value: Message("Always required"),
    Necessity.CONDITIONAL.value: Message("Required under a condition"),
    Necessity.OPTIONAL.value: Message("Optional"),
}
DATED = ("date", "year")
"""Types of the questions whose answer the date on a paper may have to be."""
SEVERITIES: Choices = {"blocking": Message("Blocks submission"), "warning": Message("Only warns")}


@dataclass(frozen=True)
class Entry:
    """One thing to fill in. `kind`: line, text, code, number, choice, several, tick, condition, choices."""

    name: str
    label: Message
    kind: str
    longest: int = 200
    least: int = 0
    most: int = 0
    required: bool = False
    choices: Callable[[], Choices] | None = None
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True)
class Filled:
    """An entry with its present value, for a page. Conditions come as rows (see app.forms.condition_rows)."""

    entry: Entry
    value: Any
    choices: tuple[tuple[str, Any], ...] = ()


def _names(zh: int, en: int) -> tuple[Entry, Entry]:
    return (
        Entry("name_zh", Message("Name in Chinese"), "line", longest=zh, required=True),
        Entry("name_en", Message("Name in English"), "line", longest=en, required=True),
    )


def _printed() -> Choices:
    return {
        code: Named(f"{code} {one['name_zh']}", f"{code} {one['name_en']}") for code, one in printed_forms().items()
    }


ENTRIES: Mapping[str, tuple[Entry, ...]] = {
    "fields": (
        Entry("key", Message("Code"), "code", longest=40, required=True, pattern=FIELD_KEY),
        Entry("label_zh", Message("Question in Chinese"), "line", longest=120, required=True),
        Entry("label_en", Message("Question in English"), "line", longest=160, required=True),
        Entry("type", Message("Type of the answer"), "choice", required=True,
              choices=lambda: {code: one.name for code, one in FIELD_TYPES.items()}),
        Entry("required", Message("Must be answered"), "tick"),
        Entry("help_zh", Message("Help in Chinese"), "line", longest=300),
        Entry("help_en", Message("Help in English"), "line", longest=300),
        Entry("minimum", Message("Smallest value"), "line", longest=20),
        Entry("maximum", Message("Largest value"), "line", longest=20),
        Entry("max_length", Message("Most characters"), "line", longest=5),
        Entry("choices", Message("Choices, one a line: code | Chinese | English"), "choices", longest=4000),
        Entry("prefill", Message("Filled in from"), "choice",
              choices=lambda: {code: fact.name for code, fact in FACTS.items() if code.startswith("staff.")}),
        Entry("condition", Message("Asked only if"), "condition"),
    ),
    "materials": (
        Entry("code", Message("Code"), "code", longest=20, required=True, pattern=CODE),
        *_names(160, 200),
        Entry("form", Message("Form of the material"), "choice", required=True, choices=lambda: MATERIAL_FORMS),
        Entry("document_kinds", Message("Kind of document asked for; none ticked: any kind"), "several",
              choices=lambda: DOCUMENT_KINDS),
        Entry("dated", Message("Its date must be the answer to"), "choice"),
        Entry("shared", Message("Held by this system, not to be submitted"), "tick"),
        Entry("necessity", Message("Necessity"), "choice", required=True, choices=lambda: NECESSITIES),
        Entry("condition", Message("Required if"), "condition"),
        Entry("condition_zh", Message("Condition as published, in Chinese"), "line", longest=200),
        Entry("condition_en", Message("Condition as published, in English"), "line", longest=300),
        Entry("copies", Message("Copies"), "number", least=1, most=20, required=True),
        Entry("min_pages", Message("Fewest pages"), "number", least=1, most=500, required=True),
        Entry("max_pages", Message("Most pages"), "number", least=1, most=500, required=True),
        Entry("max_megabytes", Message("Largest file, in megabytes"), "number", least=1, most=60, required=True),
        Entry("accepts", Message("Accepted types of file"), "several", choices=lambda: MEDIA_TYPES),
        Entry("notes_zh", Message("What a right one shows, in Chinese"), "text", longest=2000),
        Entry("notes_en", Message("What a right one shows, in English"), "text", longest=2000),
        Entry("mistakes_zh", Message("Common mistakes, in Chinese"), "text", longest=2000),
        Entry("mistakes_en", Message("Common mistakes, in English"), "text", longest=2000),
        *(Entry(f"severity_{flag}", wording.title, "choice", choices=lambda: SEVERITIES)
          for flag, wording in FLAGS.items()),
    ),
    "steps": (
        Entry("key", Message("Code"), "code", longest=40, required=True, pattern=FIELD_KEY),
        *_names(80, 120),
        Entry("permission", Message("Decided by who may"), "choice", required=True,
              choices=lambda: {name: PERMISSIONS[name] for name in sorted(DECIDING)}),
        Entry("limit_days", Message("Limit in working days"), "number", least=0, most=90, required=True),
        Entry("skip_condition", Message("Skipped if"), "condition"),
        Entry("deciders", Message("How many decide"), "choice", choices=lambda: DECIDERS),
        Entry("deciders_count", Message("People of several deciders"), "number", least=1, most=9),
        Entry("by_draw", Message("The reviewer is drawn by lot"), "tick"),
    ),
    "forms": (
        Entry("code", Message("Form of the catalogue"), "choice", longest=20, required=True, choices=_printed,
              pattern=CODE),
        Entry("name_zh", Message("Other name in Chinese, if it has one here"), "line", longest=160),
        Entry("name_en", Message("Other name in English, if it has one here"), "line", longest=200),
    ),
}  # fmt: skip

DECIDERS: Mapping[str, Message] = {
    "one": Message("one person decides"),
    "any": Message("several are heard, and one approval is enough"),
    "all": Message("several decide, and all must approve"),
}
_NEW: Mapping[str, Mapping[str, Any]] = {
    "fields": {"required": True, "type": "text"},
    "materials": {
        "form": "original_scan", "necessity": Necessity.REQUIRED.value, "copies": 1, "min_pages": 1, "max_pages": 30,
        "max_megabytes": 20, "accepts": list(MEDIA_TYPES),
    },
    "steps": {"limit_days": 1, **STEP_DEFAULTS},
    "forms": {},
}  # fmt: skip


def part_as_form(part: str, row: Any | None = None, *, questions: Iterable[Any] = ()) -> list[Filled]:
    """What a page asks for one field, material, step or form, filled with the row if there is one. `questions` are the
    fields of the version, of which a material may name one."""
    offered: Choices = {one.key: Named(one.label_zh, one.label_en) for one in questions if one.type in DATED}
    return [
        Filled(
            entry,
            _present(part, entry, row),
            tuple((offered if entry.name == "dated" else entry.choices() if entry.choices else {}).items()),
        )
        for entry in ENTRIES[part]
    ]


def read_part(part: str, raws: Mapping[str, Any], *, known: Mapping[str, Fact]) -> dict[str, Any]:
    """The columns of a part as typed on a page. Raises Invalid with a sentence for each wrong entry."""
    values: dict[str, Any] = {}
    wrong: dict[str, Message] = {}
    for entry in ENTRIES[part]:
        try:
            values[entry.name] = _read(entry, raws, known)
        except Invalid as refusal:
            wrong[entry.name] = refusal.message
    if not wrong:
        if part == "fields":
            _finish_field(values, wrong)
        elif part == "materials":
            _finish_material(values, wrong, known)
        elif part == "steps":
            _finish_step(values, wrong)
        elif part == "forms":
            listed = printed_forms()[values["code"]]
            values |= {name: values.get(name) or told for name, told in listed.items()}
    if wrong:
        raise Invalid(fields=wrong)
    return values


def _present(part: str, entry: Entry, row: Any | None) -> Any:
    if row is None:
        value = _NEW[part].get(entry.name)
        return condition_rows.as_rows(None) if entry.kind == "condition" else value
    if entry.kind == "condition":
        return condition_rows.as_rows(getattr(row, entry.name))
    if entry.name in ("minimum", "maximum", "max_length"):
        return row.options.get(entry.name)
    if entry.kind == "choices":
        return "\n".join(f"{one['value']} | {one['zh']} | {one['en']}" for one in row.options.get("choices", []))
    if entry.name == "document_kinds":
        return [kind.value for kind in kinds_asked(row.code, row.elements)]
    if entry.name == "dated":
        return answer_dated(row.elements)
    if entry.name == "shared":
        return bool(row.elements.get("mat.sharing"))
    if entry.name.startswith("severity_"):
        return row.severities.get(entry.name.removeprefix("severity_"))
    return getattr(row, entry.name)


def _read(entry: Entry, raws: Mapping[str, Any], known: Mapping[str, Fact]) -> Any:
    if entry.kind == "condition":
        return condition_rows.from_form(entry.name, raws, known)
    raw = raws.get(entry.name)
    if entry.kind == "tick":
        return raw not in (None, "", False, "false", "no", "0")
    if entry.kind == "several":
        return _several(entry, raw)
    text = reading.clean("" if raw is None else raw, lines=entry.kind in ("text", "choices"))
    if not text:
        if entry.required:
            raise Invalid(Message("Please fill this in."))
        return ""
    if len(text) > entry.longest:
        raise Invalid(
            Message("At most %(most)s characters fit here; yours are %(count)s.", most=entry.longest, count=len(text))
        )
    if entry.kind == "number":
        return fields.parse("integer", {"minimum": entry.least, "maximum": entry.most}, text)
    if entry.kind == "choice" and entry.choices and text not in entry.choices():
        raise Invalid(Message("Please choose one of the list."))
    if entry.kind == "code" and entry.pattern and not entry.pattern.fullmatch(text):
        if entry.pattern is CODE:
            raise Invalid(Message("A code is capital letters, figures and hyphens, and begins with a letter."))
        raise Invalid(Message("A code is small letters, figures and underscores, and begins with a letter."))
    return text


def _several(entry: Entry, raw: Any) -> list[str]:
    given = raw if isinstance(raw, list | tuple) else [part.strip() for part in str(raw or "").split(",")]
    chosen = [str(one) for one in given if one]
    assert entry.choices is not None
    if any(one not in entry.choices() for one in chosen):
        raise Invalid(Message("Please choose one of the list."))
    return list(dict.fromkeys(chosen))


def _finish_field(values: dict[str, Any], wrong: dict[str, Message]) -> None:
    """Put the options together and check them as a whole."""
    options: dict[str, Any] = {}
    kind = FIELD_TYPES[values["type"]]
    for name in ("minimum", "maximum", "max_length"):
        raw = values.pop(name)
        if raw == "":
            continue
        if name not in kind.accepts:
            wrong[name] = Message("The type “%(type)s” has no option “%(option)s”.", type=kind.name, option=name)
            continue
        try:
            options[name] = _option(kind, name, raw)
        except Invalid as refusal:
            wrong[name] = refusal.message
    listed = values.pop("choices")
    if listed and "choices" in kind.accepts:
        options["choices"] = _choices(listed)
    problems = fields.check_options(kind.code, options) if not wrong else []
    if problems:
        place = "choices" if kind.code == "choice" else "max_length" if "max_length" in options else "maximum"
        wrong[place] = problems[0]
    values["options"] = options
    values["prefill"] = values["prefill"] or None
    own = {FIELD + values["key"], f"{FIELD}{values['key']}_series"}
    if own & set(facts_named(values["condition"])):
        wrong["condition"] = Message("A question cannot depend on its own answer.")


def _option(kind: fields.FieldType, name: str, raw: str) -> Any:
    if name == "max_length" or kind.kind in ("integer", "year"):
        return fields.parse("integer", {}, raw)
    if kind.kind == "amount":
        return fields.parse("amount", {"minimum": -fields.LARGEST_FEN}, raw)
    return raw if raw == "today" else fields.parse(kind.code, {}, raw)


def _choices(listed: str) -> list[dict[str, str]]:
    rows = []
    for line in listed.splitlines():
        if line.strip():
            parts = [part.strip() for part in line.replace("｜", "|").split("|")]
            rows.append(dict(zip(("value", "zh", "en"), [*parts, "", ""][:3], strict=True)))
    return rows


def _finish_step(values: dict[str, Any], wrong: dict[str, Message]) -> None:
    """One decides, or several do: then at least two."""
    values["deciders"] = values["deciders"] or "one"
    values["deciders_count"] = int(values["deciders_count"] or 1)
    several = values["deciders"] != "one"
    if several and values["deciders_count"] < 2:
        wrong["deciders_count"] = Message("Several deciders are at least two.")
    if not several and values["deciders_count"] != 1:
        wrong["deciders_count"] = Message("Where one decides the number is 1.")
    if several and values["by_draw"]:
        wrong["by_draw"] = Message("Only where one decides is the reviewer drawn by lot.")


def _finish_material(values: dict[str, Any], wrong: dict[str, Message], known: Mapping[str, Fact]) -> None:
    shared, kinds, dated = values.pop("shared"), values.pop("document_kinds"), values.pop("dated")
    if dated and not (FIELD + dated in known and known[FIELD + dated].kind in DATED):
        wrong["dated"] = Message("Please choose one of the list.")
    values["severities"] = {flag: chosen for flag in FLAGS if (chosen := values.pop(f"severity_{flag}")) in SEVERITIES}
    conditional = values["necessity"] == Necessity.CONDITIONAL
    if conditional and values["condition"] is None:
        wrong["condition"] = Message("Say under which condition it is required, or make it always required.")
    if not conditional and values["condition"] is not None:
        wrong["necessity"] = Message("A material with a condition is required under a condition.")
    if values["max_pages"] < values["min_pages"]:
        wrong["max_pages"] = Message("The most pages are fewer than the fewest.")
    if shared and values["form"] != "data_exchange":
        wrong["shared"] = Message("Only a material from another system can be held by this one.")
    if not values["accepts"] and not shared:
        wrong["accepts"] = Message("Choose at least one type of file, or nothing can be uploaded.")
    values["elements"] = (
        {"mat.sharing": {"zh": "是，系统内共享，免提交", "en": "Yes: held by this system, not to be submitted"}}
        if shared
        else {}
    ) | element_of(kinds, dated=dated)
