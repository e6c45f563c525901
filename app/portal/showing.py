"""How the portal shows what the subjects say: tones and icons of states, verdicts, sizes, steps and history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from app.applications.filing import NotReady
from app.applications.precheck import Finding
from app.applications.sheet import ApplicationSheet, FieldLine, HistoryLine, MaterialLine, StepLine, UploadLine
from app.errors import Invalid, Refused
from app.materials.verdicts import BLOCKING
from app.messages import Message, Named
from app.pay.names import post_name
from app.web.showing import day, is_chinese, named, say, signed_yuan
from app.web.statuses import application_face
from models import Staff
from models.applications import ApplicationState

_EVENT_LOOKS: dict[str, tuple[str, str]] = {
    "started": ("wait", "edit"),
    "submitted": ("info", "send"),
    "resubmitted": ("info", "send"),
    "moved": ("wait", "edit"),
    "claimed": ("wait", "user"),
    "released": ("wait", "inbox"),
    "passed": ("ok", "check"),
    "approved": ("ok", "stamp"),
    "returned": ("warn", "return"),
    "rejected": ("bad", "ban"),
    "withdrawn": ("wait", "cross"),
    "taken": ("info", "money"),
    "paid": ("ok", "check-circle"),
}
_KINDS = {
    "image/jpeg": "JPEG", "image/png": "PNG", "image/heic": "HEIC", "image/tiff": "TIFF", "application/pdf": "PDF",
}  # fmt: skip


def state_look(state: str) -> dict[str, Any]:
    """Word, tone and icon of a state."""
    word, tone, icon = application_face(state)
    return {"word": word, "tone": tone, "icon": icon}


def size(count: int) -> str:
    """A size as people say it."""
    return f"{count / 1024 / 1024:.1f} MB" if count >= 1024 * 1024 else f"{max(count // 1024, 1)} KB"


def verdict(upload: UploadLine) -> list[dict[str, Any]]:
    """The findings on one file for the macro `verdict`; an overridden one says by whom and why."""
    shown = []
    for finding in upload.findings:
        if finding.overridden:
            remedy = Message("%(name)s accepted it: %(why)s", name=finding.overridden_by, why=finding.overridden)
            shown.append({"tone": "info", "text": finding.message, "remedy": remedy})
        else:
            tone = "bad" if finding.severity == BLOCKING else "warn"
            shown.append({"tone": tone, "text": finding.message, "remedy": finding.remedy})
    return shown


def file_note(upload: UploadLine) -> Message:
    """Kind, size and pages of one file."""
    kind = _KINDS.get(upload.media_type, "")
    if upload.pages > 1:
        return Message("%(kind)s, %(size)s, %(pages)s pages", kind=kind, size=size(upload.size), pages=upload.pages)
    return Message("%(kind)s, %(size)s", kind=kind or Message("unknown type"), size=size(upload.size))


def straightened(upload: UploadLine) -> Message | None:
    """That pages were cut out of their photos and laid straight, where they were."""
    laid = sum(bool(sheet["shown"]) for sheet in upload.sheets)
    if not laid:
        return None
    if upload.pages > 1:
        return Message("Laid straight: %(count)s of %(pages)s pages", count=laid, pages=upload.pages)
    return Message("Laid straight")


def version(upload: UploadLine) -> str:
    """Changes with how the pages are shown, so that no browser keeps an old picture."""
    return "".join(f"{sheet['page']}{sheet['turn']}{'s' if sheet['shown'] else 't'}" for sheet in upload.sheets)


def material_look(line: MaterialLine) -> dict[str, Any]:
    """How a material stands, as word, tone and icon, and the tone of its edge."""
    if line.shared:
        return {"word": Message("Held by the system"), "tone": "ok", "icon": "check-circle", "edge": None}
    if line.complete:
        warned = any(finding.severity != BLOCKING for upload in line.accepted for finding in upload.findings)
        if warned:
            return {"word": Message("Taken, with remarks"), "tone": "warn", "icon": "alert", "edge": None}
        return {"word": Message("Complete"), "tone": "ok", "icon": "check-circle", "edge": "ok"}
    if line.refused and not line.accepted:
        return {"word": Message("Needs a better file"), "tone": "bad", "icon": "error", "edge": "bad"}
    if line.accepted:
        return {"word": Message("Pages missing"), "tone": "warn", "icon": "alert", "edge": "warn"}
    if not line.needed:
        return {"word": Message("Optional"), "tone": "wait", "icon": "info", "edge": None}
    return {"word": Message("Not uploaded yet"), "tone": "wait", "icon": "upload", "edge": None}


def steps(sheet: ApplicationSheet) -> list[dict[str, Any]]:
    """The whole way from filing to payment for the macro `steps`."""
    state = sheet.application.state
    filed = sheet.application.round > 0 and state != "RETURNED"
    first = "problem" if state == "RETURNED" else "done" if filed else "current"
    when = sheet.application.submitted_at
    lines = [{"name": Message("Unit files"), "state": first, "note": day(when) if filed and when else None}]
    lines += [{"name": line.name, "state": _step_state(line, state), "note": _step_note(line)} for line in sheet.steps]
    finance = {"AT_FINANCE": "current", "APPROVED": "current", "PAID": "done"}.get(state, "waiting")
    paid = sheet.application.paid_at
    lines.append({"name": Message("Finance pays"), "state": finance, "note": day(paid) if paid else None})
    return lines


def _step_state(line: StepLine, state: str) -> str:
    if state in ("APPROVED", "AT_FINANCE", "PAID") and line.state == "waiting":
        return "done"
    if line.state == "problem" and state == "RETURNED":
        return "waiting"
    return line.state


def _step_note(line: StepLine) -> Any:
    if line.because is not None:
        return Message("Not needed, %(because)s", because=line.because)
    if line.decided_at is not None:
        return Message("%(day)s, %(name)s", day=day(line.decided_at), name=line.decided_by)
    if line.due_on is not None:
        return Message("by %(day)s at the latest", day=day(line.due_on))
    return None


def history(lines: Iterable[HistoryLine]) -> list[dict[str, Any]]:
    """What happened, newest first, for the macro `timeline`. An approval stands under the step that it left."""
    newest_first = list(lines)
    shown = []
    for line, before in zip(newest_first, [*newest_first[1:], None], strict=True):
        tone, icon = _EVENT_LOOKS.get(line.kind, ("wait", "info"))
        if line.kind in ("passed", "approved"):
            step = before.step if before else None
        else:
            step = None if line.kind in ("submitted", "resubmitted") else line.step
        what = Message("%(step)s: %(what)s", step=step, what=line.what) if step else line.what
        shown.append({"what": what, "when": line.at, "who": line.by, "note": line.note, "tone": tone, "icon": icon})
    return shown


def pay_rows(sheet: ApplicationSheet) -> list[dict[str, Any]]:
    """The parts of the wage before and after, for the macro `before_after`."""
    first_wage = sheet.pay.before_fen in (None, 0)
    return [
        {
            "label": row.label,
            "before": None if first_wage else row.before,
            "after": row.after,
            "reasons": list(row.reasons),
            "total": row.total,
            "first": first_wage,
        }
        for row in sheet.pay.rows
    ]


def stored(line: FieldLine) -> str:
    """A stored answer as it stands in its field."""
    if line.value is None:
        return ""
    if line.type == "yes_no":
        return "yes" if line.value else "no"
    if line.type == "amount":
        return f"{int(line.value) // 100}.{int(line.value) % 100:02d}"
    return str(line.value)


def hint(line: FieldLine) -> str | None:
    """The help of a question, and whether the roster has answered it."""
    said = [named(line.help)] if line.help else []
    if line.prefilled:
        said.append(_("Filled in from the roster."))
    return _("; ").join(said) or None


def pairs(line: FieldLine) -> list[tuple[str, str]]:
    """The choices of a list, as value and text."""
    return [(value, text(name)) for value, name in line.control.choices]


def choices(line: FieldLine) -> list[dict[str, str]]:
    """The choices of radio buttons."""
    return [{"value": value, "text": name} for value, name in pairs(line)]


def attributes(line: FieldLine) -> dict[str, str]:
    """The attributes of the field besides its type."""
    return {name: value for name, value in line.control.attributes.items() if name != "type"}


def text(value: Any) -> str:
    """A name or sentence in the reader's language."""
    return named(value) if isinstance(value, Named) else say(value)


def told(element: Mapping[str, Any] | None) -> Named | None:
    """What an element of an item or a material says, if it says anything."""
    zh = str((element or {}).get("zh") or "")
    return Named(zh, str((element or {}).get("en") or zh)) if zh else None


def post(staff: Staff) -> Any:
    """The post that somebody holds."""
    return post_name(staff.post) if staff.post else Message("not appointed yet")


def why(line: MaterialLine) -> str | None:
    """Why a material is asked for, and in how many pages."""
    said = [say(line.because)] if line.because else []
    if line.material.min_pages > 1:
        said.append(_("at least %(count)s pages", count=line.material.min_pages))
    return _("; ").join(said) or None


def material_help(line: MaterialLine) -> Markup | None:
    """Who issues it, what must be readable, what usually goes wrong, and which files are taken; a line each."""
    if line.shared:
        return None
    material = line.material
    issuer = told(material.elements.get("mat.source_note"))
    kinds = ", ".join(dict.fromkeys(_KINDS.get(kind, kind) for kind in material.accepts))
    lines = [
        (_("Where to get it"), named(issuer) if issuer else ""),
        (_("What must be readable"), named(material, "notes")),
        (_("Common mistakes"), named(material, "mistakes")),
        (_("Files"), _("%(kinds)s, up to %(size)s MB a file.", kinds=kinds, size=material.max_megabytes)),
    ]
    line_of = Markup('<span class="help-line"><strong>{}</strong>{}{}</span>')
    colon = "：" if is_chinese() else ": "
    return Markup("").join(line_of.format(label, colon, said) for label, said in lines if said)


def waiting_for(sheet: ApplicationSheet) -> str:
    """What must be answered before the pay change can be said."""
    labels = _(", ").join(named(label) for label in sheet.pay.waiting_for)
    return _("The change appears here as soon as this is answered: %(labels)s.", labels=labels)


def difference(sheet: ApplicationSheet) -> str | None:
    """How much more or less a month."""
    pay = sheet.pay
    if not pay.before_fen or pay.after_fen is None:
        return _("first wage")
    return _("%(amount)s a month", amount=signed_yuan(pay.after_fen - pay.before_fen))


def last_due(sheet: ApplicationSheet) -> date | None:
    """The day on which the last step should have decided."""
    days = [line.due_on for line in sheet.steps if line.due_on is not None]
    return max(days) if days else None


def now(sheet: ApplicationSheet) -> dict[str, Any] | None:
    """What happens now with a filed application: who has it, until when, and what the unit has to do (nothing)."""
    application = sheet.application
    if application.state == ApplicationState.IN_REVIEW:
        here = next((line for line in sheet.steps if line.state == "current"), None)
        if here is None:
            return None
        due = last_due(sheet)
        what = Message("It is now with: %(step)s.", step=here.name)
        if here.due_on is not None:
            what = Message("It is now with: %(step)s, until %(day)s.", step=here.name, day=day(here.due_on))
        then = Message(
            "You need not do anything. Should something have to be corrected, it appears first on the home page, with "
            "the reason."
        )
        if due is not None:
            then = Message("The decision comes by %(day)s at the latest. %(then)s", day=day(due), then=then)
        return {"what": what, "then": then, "icon": "clock"}
    if application.state in (ApplicationState.APPROVED, ApplicationState.AT_FINANCE):
        return {
            "what": Message("Approved. Finance pays it next."), "icon": "money",
            "then": Message("The new wage is fixed and the employee can see it. You need not do anything."),
        }  # fmt: skip
    if application.state == ApplicationState.PAID:
        return {
            "what": Message("Done: approved and paid."), "icon": "check-circle",
            "then": Message("The employee sees the new wage with its reasons under “My wage”."),
        }  # fmt: skip
    return None


def bar_note(blocking: list[Finding]) -> str:
    """What the bar at the foot says about readiness."""
    if blocking:
        return _("%(count)s places to put right before it can be submitted", count=len(blocking))
    return _("Ready to submit")


def sentences(*said: Message | None) -> str:
    """Several sentences in a row; Chinese has no space between them."""
    return ("" if is_chinese() else " ").join(say(one) for one in said if one)


def is_not_ready(refusal: Refused) -> bool:
    """Whether a submission was refused by the check."""
    return isinstance(refusal, NotReady)


def summary(refusal: NotReady) -> list[tuple[str, str]]:
    """The findings of a refused submission, each leading to its place."""
    return [(one.place, sentences(one.message, one.remedy)) for one in refusal.findings]


def field_summary(refusal: Invalid) -> list[tuple[str, Message]]:
    """The wrong answers of a refused saving, each leading to its field."""
    return [(f"answer-{key}", message) for key, message in refusal.fields.items()]
