"""Codes in words: states with colour and icon, kinds, reaches, and the actions of the audit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext

from app.access.permissions import PERMISSIONS
from app.access.roles import ROLES
from app.messages import Message
from app.web.showing import say
from models.proposals import ProposalState
from models.queue import ReasonKind
from models.standards import EditionState

_ = lazy_gettext

APPLICATION_STATES: dict[str, tuple[Any, str, str]] = {
    "DRAFT": (_("Draft"), "wait", "edit"),
    "IN_REVIEW": (_("In review"), "info", "clock"),
    "RETURNED": (_("Returned for correction"), "warn", "return"),
    "APPROVED": (_("Approved"), "ok", "stamp"),
    "AT_FINANCE": (_("At finance"), "info", "money"),
    "PAID": (_("Paid"), "ok", "check-circle"),
    "REJECTED": (_("Rejected"), "bad", "ban"),
    "WITHDRAWN": (_("Withdrawn"), "wait", "cross"),
}
VERSION_STATES: dict[str, tuple[Any, str, str]] = {
    "DRAFT": (_("Draft"), "wait", "edit"),
    "PROPOSED": (_("Proposed"), "warn", "send"),
    "PUBLISHED": (_("Published"), "ok", "check-circle"),
    "RETIRED": (_("Retired"), "wait", "clock"),
}
EDITION_STATES: dict[str, tuple[Any, str, str]] = {
    EditionState.PROPOSED: (_("Waiting for a second person"), "warn", "clock"),
    EditionState.PUBLISHED: (_("Published"), "ok", "check-circle"),
    EditionState.REFUSED: (_("Refused"), "bad", "ban"),
}
THRESHOLD_STATES: dict[str, tuple[Any, str, str]] = {
    "PROPOSED": (_("Waiting for a second person"), "warn", "clock"),
    "IN_FORCE": (_("In force"), "ok", "check-circle"),
    "ENDED": (_("Replaced"), "wait", "history"),
    "REFUSED": (_("Refused"), "bad", "ban"),
}
PROPOSAL_STATES: dict[str, tuple[Any, str, str]] = {
    ProposalState.OPEN: (_("To confirm"), "warn", "clock"),
    ProposalState.CONFIRMED: (_("Confirmed"), "ok", "check-circle"),
    ProposalState.SET_ASIDE: (_("Put aside"), "wait", "inbox"),
    ProposalState.SUPERSEDED: (_("Filed otherwise"), "info", "file"),
    ProposalState.EXPIRED: (_("No longer due"), "wait", "cross"),
}
GUIDE_GROUPS: dict[str, Any] = {
    "basic": _("Basics"),
    "process": _("Process"),
    "result": _("Result"),
    "fee": _("Fees"),
    "channel": _("Channels"),
    "contact": _("Contact and rights"),
    "lifecycle": _("Validity"),
}
ACCOUNT_STATES: dict[str, tuple[Any, str, str]] = {
    "ACTIVE": (_("In use"), "ok", "check-circle"),
    "DISABLED": (_("Disabled"), "bad", "ban"),
}
STAFF_STATES: dict[str, tuple[Any, str, str]] = {
    "PENDING": (_("Wage not fixed yet"), "warn", "clock"),
    "ACTIVE": (_("In service"), "ok", "check-circle"),
    "ENDED": (_("Left"), "wait", "cross"),
}
INSTRUCTION_STATES: dict[str, tuple[Any, str, str]] = {
    "WAITING": (_("Waiting"), "wait", "clock"),
    "TAKEN": (_("Taken"), "info", "inbox"),
    "CONFIRMED": (_("Confirmed"), "ok", "check-circle"),
    "RETURNED": (_("Returned by finance"), "warn", "return"),
}
UNIT_TYPES: dict[str, Any] = {
    "ORGAN": _("Government organ"),
    "CIVIL_LAW_INSTITUTION": _("Institution managed like the civil service"),
    "FULLY_FUNDED": _("Fully funded institution"),
    "PARTLY_FUNDED": _("Partly funded institution"),
    "SELF_FUNDED": _("Self-funded institution"),
}
STAFF_TYPES: dict[str, Any] = {
    "INSTITUTION": _("Institution staff"),
    "CIVIL_SERVANT": _("Civil servant"),
    "ORGAN_WORKER": _("Worker of an organ"),
}
EDUCATIONS: dict[str, Any] = {
    "DOCTOR": _("Doctorate"),
    "MASTER": _("Master's degree"),
    "DUAL_OR_PGCLASS": _("Two bachelor's degrees or postgraduate class"),
    "BACHELOR": _("Bachelor's degree"),
    "JUNIOR_COLLEGE": _("Junior college"),
    "SECONDARY": _("Upper or technical secondary school"),
    "JUNIOR_HIGH": _("Junior high school or less"),
}
OCCUPATIONS: dict[str, Any] = {
    "TEACHER": _("Teacher"),
    "COMPULSORY_TEACHER": _("Primary or secondary school teacher"),
    "NURSE": _("Nurse"),
}
SEXES: dict[str, Any] = {"MALE": _("Male"), "FEMALE": _("Female")}
REACHES: dict[str, Any] = {
    "SELF": _("The person alone"),
    "UNIT": _("The unit alone"),
    "SUBTREE": _("The unit and all below or supervised"),
    "ALL": _("The whole city"),
}
NECESSITIES: dict[str, Any] = {
    "REQUIRED": _("Required"),
    "CONDITIONAL": _("Required on a condition"),
    "OPTIONAL": _("Optional"),
}
MATERIAL_FORMS: dict[str, Any] = {
    "original_scan": _("Scan or photo of the original"),
    "copy_scan": _("Scan or photo of a copy"),
    "data_exchange": _("By data exchange"),
}
MATERIAL_SOURCES: dict[str, Any] = {
    "construction": _("drawn up for this system, to be confirmed by the customer"),
    "S26": _("rules on sick leave"),
    "S36": _("wage platform of Guangyuan"),
    "S37": _("Baotou's list for new institution staff"),
    "S38": _("a city's published list of wage materials"),
    "S39": _("Ankang's list for wage matters"),
    "S40": _("Pingdingshan's list for retirement and survivors"),
    "S41": _("Sanmenxia's guide of the wage section"),
    "S44": _("rules for the approval of retirement"),
}
"""Where the catalogue has a material from, by the numbers of the list of sources."""
END_REASONS: dict[str, Any] = {
    "logout": _("Logged out"),
    "idle": _("Not used"),
    "absolute": _("Longest time over"),
    "password": _("Password changed"),
    "ended": _("Ended"),
    "disabled": _("Account disabled"),
}
SEVERITIES: dict[str, tuple[Any, str, str]] = {
    "blocking": (_("Must be replaced"), "bad", "error"),
    "warning": (_("Take a look"), "warn", "alert"),
}
REASON_KINDS: dict[str, Any] = {
    ReasonKind.ANSWER: _("Return: an answer"),
    ReasonKind.MATERIAL: _("Return: a material"),
    ReasonKind.REJECT: _("Rejection"),
}
ACTIVATION_WAYS: dict[str, Any] = {"HANDED": _("Handed over by the unit"), "SENT": _("Sent to the telephone")}
ORIGINS: dict[str, Any] = {
    "PROPOSALS": _("from what the system prepared"),
    "ROSTER": _("from the roster"),
    "WORKBOOK": _("from a workbook"),
    "ROUND": _("from the annual round"),
    "RECORD": _("from the record"),
}
ROLE_NAMES: dict[str, Message] = {code: role.name for code, role in ROLES.items()}
RECORD_KINDS: dict[str, Any] = {
    "standard": _("Wage standard"),
    "standard_edition": _("Wage standard"),
    "job": _("Job"),
    "account": _("Account"),
    "activation": _("Activation"),
    "factor": _("Second factor"),
    "announcement": _("Message"),
    "application": _("Application"),
    "assessment": _("Annual assessment"),
    "assessments": _("Annual assessment"),
    "audit": _("Audit chain"),
    "batch": _("Batch filing"),
    "batch_workbook": _("Batch filing"),
    "budget": _("Performance pay"),
    "budget_distribution": _("Distribution of performance pay"),
    "budget_plan": _("Distribution plan"),
    "budget_policy": _("Policy values"),
    "budget_proposal": _("Proposed total"),
    "budget_total": _("Total of performance pay"),
    "budget_warning": _("Warning of performance pay"),
    "budget_workbook": _("Workbook of performance pay"),
    "budget_year": _("Totals of a year"),
    "calendar": _("Calendar"),
    "calendar_day": _("Calendar"),
    "case": _("Case"),
    "check": _("Material check"),
    "course": _("Course"),
    "course_version": _("Edition of a course"),
    "delegation": _("Delegation"),
    "delivery": _("Message"),
    "demo": _("Demo data"),
    "establishment": _("Establishment"),
    "grant": _("Grant"),
    "guide": _("Open guide"),
    "guide_count": _("Figures of the guide"),
    "history": _("History"),
    "item": _("Service item"),
    "item_version": _("Version of an item"),
    "material": _("Material"),
    "pay": _("Wage"),
    "message_habit": _("Choice of messages"),
    "message_template": _("Message templates"),
    "payment": _("Payment"),
    "payment_batch": _("Payment batch"),
    "payment_instruction": _("Payment line"),
    "payroll": _("Payroll"),
    "phone_link": _("Phone link"),
    "proposal": _("Proposal"),
    "proposals": _("Proposal"),
    "reason": _("Reasons library"),
    "report": _("Report"),
    "report_export": _("File of a report"),
    "report_schedule": _("Scheduled report"),
    "risk": _("Fund risk"),
    "risk_rule": _("Fund-risk rule"),
    "saved_filter": _("Saved filter"),
    "search": _("Search"),
    "setting": _("Setting"),
    "saved_pivot": _("Own question"),
    "session": _("Session"),
    "threshold": _("Check thresholds"),
    "threshold_set": _("Check thresholds"),
    "staff": _("Employee"),
    "unit": _("Unit"),
    "upload": _("Material"),
    "wage_record": _("Wage"),
}
_VERBS: dict[str, Any] = {
    "import": _("imported"),
    "preview": _("looked ahead"),
    "begin": _("begun"),
    "finish": _("finished"),
    "stop": _("stopped"),
    "reprice": _("re-priced"),
    "again": _("examined again"),
    "go_on": _("gone on with"),
    "send_again": _("sent again"),
    "create": _("created"), "change": _("changed"), "correct": _("corrected"), "edit": _("changed"),
    "add": _("added"), "activate": _("activated"), "confirm_password": _("password shown again"), "fail": _("failed"),
    "show": _("shown"), "remove_all": _("all removed"), "make_codes": _("recovery codes made"),
    "disable": _("disabled"), "enable": _("enabled"), "reset_password": _("password reset"), "unlock": _("unlocked"),
    "end_sessions": _("sessions ended"), "end_session": _("session ended"), "log_in": _("logged in"),
    "log_out": _("logged out"), "change_password": _("password changed"), "lock": _("locked"),
    "give": _("given"), "end": _("ended"), "register": _("registered"), "move": _("moved"), "rename": _("renamed"),
    "start": _("started"), "save": _("saved"), "submit": _("submitted"), "withdraw": _("withdrawn"),
    "claim": _("claimed"), "release": _("released"), "approve": _("approved"), "return": _("returned"),
    "reject": _("rejected"), "read": _("read"), "read_identity": _("full identity number read"),
    "export": _("exported"), "take": _("taken"), "confirm": _("confirmed"), "propose": _("proposed"),
    "publish": _("published"), "revoke": _("revoked"),
    "take_back": _("taken back"), "begin_draft": _("draft begun"), "set": _("set"),
    "remove": _("removed"), "upload": _("uploaded"), "override": _("overridden"), "undo": _("undone"),
    "load": _("loaded"), "make": _("made"), "open": _("opened"), "close": _("closed"),
    "fail_login": _("login failed"), "read_pay": _("wage read"), "write": _("written"), "download": _("downloaded"),
    "sweep": _("expired files removed"), "retire": _("retired"), "refuse": _("sent back"),
    "discard": _("draft discarded"), "draft": _("draft begun"), "reorder": _("reordered"),
    "add_field": _("question added"), "change_field": _("question changed"), "remove_field": _("question removed"),
    "add_material": _("material added"), "change_material": _("material changed"),
    "remove_material": _("material removed"), "add_step": _("step added"), "change_step": _("step changed"),
    "remove_step": _("step removed"), "add_form": _("form added"), "change_form": _("form changed"),
    "remove_form": _("form removed"), "print": _("printed"), "dossier": _("whole file downloaded"),
    "print_own": _("own wage card printed"), "result": _("result kept"), "report": _("reported"),
    "refresh": _("brought up to date"), "reuse": _("used again"),
    "recall": _("recalled"), "ask_back": _("asked back"), "answer_recall": _("recall answered"), "urge": _("urged"),
    "transfer": _("handed over"), "send_copy": _("copy sent"), "note_copy": _("copy noted"),
    "read_copy": _("copy read"),
    "ask_opinion": _("opinion asked"), "give_opinion": _("opinion given"),
    "withdraw_question": _("question withdrawn"), "draw": _("reviewer drawn by lot"),
    "draw_again": _("drawn again"), "remind": _("reminded"),
    "set_aside": _("set aside"), "reopen": _("opened again"),
    "file": _("filed"), "template": _("workbook for filling taken"), "give_up": _("given up"),
    "take_out": _("line taken out"),
    "copy": _("copied"), "read_rehearsal": _("rehearsal read"), "try": _("tried"),
    "recognise": _("text recognised"), "correct_reading": _("reading corrected"), "scan": _("scanned again"),
    "lay": _("shown otherwise"),
    "propose_all": _("all proposed"), "plan": _("plan drawn up"), "policy": _("policy values set"),
    "distribute": _("distributed"), "overdrawn": _("a distribution above the total refused"),
    "judge_warning": _("warning judged"), "read_payments": _("payments read"),
    "count": _("counted"), "least": _("smallest number shown set"), "certify": _("certificate given"),
    "print_certificate": _("certificate printed"), "search": _("found in a search"),
    "gone": _("grounds found no more"), "keep": _("kept"), "forget": _("deleted"),
    "schedule": _("scheduled"), "unschedule": _("schedule ended"),
}  # fmt: skip


def action_name(action: str) -> str:
    """An action of the audit in words: "Account: disabled"."""
    kind, _sep, verb = action.partition(":")
    if action in PERMISSIONS and verb not in _VERBS:
        return say(PERMISSIONS[action])
    noun = RECORD_KINDS.get(kind, kind)
    return gettext("%(noun)s: %(verb)s", noun=str(noun), verb=str(_VERBS.get(verb, verb)))


def source_in_words(source: str) -> str:
    """Where a material is from: `S38;S39`. A source that is none of ours stays as it is written."""
    return gettext("; ").join(str(MATERIAL_SOURCES.get(one, one)) for one in (source or "").split(";") if one)


def permission_name(permission: str) -> str:
    """A permission in words."""
    name = PERMISSIONS.get(permission)
    return say(name) if name is not None else permission


def options(words: dict[str, Any]) -> Sequence[tuple[str, Any]]:
    """The codes with their words, for menus and filters."""
    return [(code, word[0] if isinstance(word, tuple) else word) for code, word in words.items()]
