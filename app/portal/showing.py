"""How the portal shows what the subjects say: tones and icons of states, verdicts, sizes, steps and history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.applications.sheet import ApplicationSheet, HistoryLine, MaterialLine, StepLine, UploadLine
from app.materials.verdicts import BLOCKING
from app.messages import Message
from app.web.showing import day
from app.workflow.states import state_name

STATE_LOOKS: dict[str, tuple[str, str]] = {
    "DRAFT": ("wait", "edit"),
    "IN_REVIEW": ("info", "clock"),
    "RETURNED": ("warn", "return"),
    "APPROVED": ("ok", "stamp"),
    "AT_FINANCE": ("info", "money"),
    "PAID": ("ok", "check-circle"),
    "REJECTED": ("bad", "ban"),
    "WITHDRAWN": ("wait", "cross"),
}
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
    tone, icon = STATE_LOOKS.get(state, ("wait", "info"))
    return {"word": state_name(state), "tone": tone, "icon": icon}


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
    """What happened, for the macro `timeline`."""
    shown = []
    for line in lines:
        tone, icon = _EVENT_LOOKS.get(line.kind, ("wait", "info"))
        what = Message("%(step)s: %(what)s", step=line.step, what=line.what) if line.step else line.what
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
