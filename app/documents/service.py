"""Verbs of printing: one form of an application, the whole dossier, one's own wage card. Each is written down as a
reading of the wages and identities of those concerned, before anything leaves the house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

import segno

from app import clock
from app.access import policy
from app.access.actor import Actor
from app.applications import queries as applications
from app.applications.sheet import ApplicationSheet
from app.audit import service as audit
from app.documents import catalogue, checking, codes, layouts, queries
from app.documents.content import EDITABLE, Filled, bare_head
from app.documents.dossier import Packed, pack
from app.documents.press import Job, set_documents
from app.documents.voice import Voice
from app.errors import Invalid, NotFound, Refused
from app.items.editions import Form
from app.materials import queries as materials
from app.messages import Message
from app.pay.kept_changes import kept_changes
from app.pay.queries import chains_of
from app.staff import identity
from app.uow import reading
from models import Application, Staff, db

MOST_PEOPLE = {"approval": 100, "letter": 100, "card": 200, "roster": 3000, "summary": 50_000}
"""How many people one print can be for, by its layout: what is set within half a minute and 400 MB."""
LONGEST_REASON = 200


@dataclass(frozen=True)
class Printed:
    """A form as a PDF, with the name under which it is kept."""

    name: str
    pdf: bytes


def forms_for(sheet: ApplicationSheet) -> tuple[Form, ...]:
    """The forms that can be printed for an application, in the order of its item; asks the database for nothing."""
    kinds = {one.staff.staff_type for one in sheet.application.employees}
    return catalogue.offered(sheet.version.forms, kinds)


def print_form(
    application_id: int, code: str, *, by: Actor, voice: Voice, reason: str | None = None, only: int | None = None
) -> Printed:
    """One form of an application, or the part of it that is for one employee (`only`, by the number of the row).

    With a `reason` the identity numbers stand in full, for those who may see them.

    Raises NotFound outside the actor's reach and for a form that the item does not print, NotAllowed without the
    right to see wages, NotPrinted where the machine cannot print.
    """
    application, sheet = _opened(application_id, by)
    form = next((one for one in forms_for(sheet) if one.code == code), None)
    if form is None:
        raise NotFound(
            Message("This application has no such form to print."),
            remedy=Message("Open the application: the forms that it prints are listed there."),
        )
    filled = _filled(application, sheet, [form], by=by, reason=reason, only=only)
    _refuse_too_many(filled, form)
    job = _job(layouts.lay_out(filled, form), voice)
    _write_down("application:print", filled, by=by, note=form.code)
    name = f"{application.number}-{form.code}-{form.name_zh if voice.chinese else form.name_en}.pdf"
    return Printed(name, set_documents([job])[0])


def pack_dossier(application_id: int, *, by: Actor, voice: Voice, to: IO[bytes]) -> Packed:
    """Everything of an application as one archive, written into `to`: forms, materials, history, and a manifest."""
    application, sheet = _opened(application_id, by)
    offered = forms_for(sheet)
    filled = _filled(application, sheet, offered, by=by)
    forms = [form for form in offered if not _too_many(filled, form)]
    jobs = [_job(layouts.lay_out(filled, form), voice) for form in forms]
    jobs.append(_job(layouts.history(filled), voice))
    sees = "material:read" in applications.rights(by, application)
    uploads = materials.uploads_of(application.id) if sees else []
    shown = " ".join(dict.fromkeys(upload.material_code for upload in uploads))
    _write_down("application:dossier", filled, by=by, note=shown)
    left_out = [form for form in offered if form not in forms]
    return pack(filled, forms, set_documents(jobs), uploads, left_out, sees_materials=sees, voice=voice, to=to)


def set_one(laid_out: tuple[str, dict[str, Any]], *, name: str, voice: Voice) -> Printed:
    """A print that another room has laid out, which belongs to no application."""
    return Printed(name, set_documents([_job(laid_out, voice)])[0])


def print_own_card(*, by: Actor, voice: Voice) -> Printed:
    """The actor's own wage card."""
    staff = db.session.get(Staff, by.staff_id) if by.staff_id is not None else None
    if staff is None:
        raise NotFound(
            Message("This account is not connected to anybody on a roster, so there is no wage to show."),
            remedy=Message("Ask your administrator to connect your account with your staff number."),
        )
    policy.require(by, "pay:read_own", staff)
    chain = chains_of([staff.id]).get(staff.id, [])
    code = codes.code_of(checking.CARD, staff.id, queries.card_standing(chain)) if chain else None
    head = bare_head(Message("Personal wage card"), staff.unit, clock.now(), code)
    job = _job(layouts.own_card(staff, staff.unit, _masked(staff), chain, head), voice)
    with reading():
        audit.read("pay:print_own", by=by, kind="staff", record_id=staff.id, subjects=[staff.id])
    return Printed(f"{staff.staff_no}-F19.pdf", set_documents([job])[0])


def _opened(application_id: int, by: Actor) -> tuple[Application, ApplicationSheet]:
    application = applications.opened(by, application_id)
    policy.require(by, "pay:read", application)
    return application, applications.sheet(application)


def _filled(
    application: Application, sheet: ApplicationSheet, forms: Sequence[Form], *, by: Actor, reason: str | None = None,
    only: int | None = None,
) -> Filled:  # fmt: skip
    """The application with what its forms need beyond the sheet; wage chains only where a form shows them or the
    figures were not kept with the application."""
    kinds = {catalogue.entry_of(form.code).layout for form in forms}
    employees = [one for one in application.employees if only is None or one.staff_id == only]
    if only is not None and not employees:
        raise NotFound
    people = [one.staff for one in employees]
    lacking = any(one.change is None or not one.staff.post for one in employees)
    chains = chains_of([one.id for one in people]) if lacking or kinds & {"card", "letter"} else {}
    without = {one.staff_id for one in employees if one.change is None}
    recorded = kept_changes(application.id, {one: chain for one, chain in chains.items() if one in without})
    identities = _identities(application, people, by=by, reason=reason)
    return Filled(sheet, employees, clock.now(), check_code(application), identities, chains, recorded)


def check_code(application: Application) -> str | None:
    """The code of a print made now; none while the unit may still change what it shows."""
    if application.state in EDITABLE:
        return None
    standings = queries.standings_of(application.id)
    return codes.code_of(checking.APPLICATION, application.id, standings[-1].key) if standings else None


def _too_many(filled: Filled, form: Form) -> bool:
    entry = catalogue.entry_of(form.code)
    return len(filled.staff(entry)) > MOST_PEOPLE[entry.layout]


def _refuse_too_many(filled: Filled, form: Form) -> None:
    if _too_many(filled, form):
        raise Refused(
            Message("This form prints for at most %(most)s people at once; the application is for %(count)s.",
                    most=MOST_PEOPLE[catalogue.entry_of(form.code).layout], count=len(filled.employees)),
            remedy=Message("Print the roster or the summary of this application instead, or one person at a time."),
        )  # fmt: skip


def _identities(application: Application, people: Sequence[Staff], *, by: Actor, reason: str | None) -> dict[int, str]:
    """Identity numbers as this print shows them: masked, or in full for a reason that is kept."""
    if reason is None:
        return {one.id: _masked(one) for one in people}
    policy.require(by, "staff:read_identity", application.unit)
    reason = reason.strip()
    if not 2 <= len(reason) <= LONGEST_REASON:
        raise Invalid(fields={"reason": Message("Write why the full numbers are needed on this print.")})
    own = [one for one in people if one.unit_id == application.unit_id]
    with reading():
        audit.read(
            "staff:read_identity", by=by, kind="application", record_id=application.id, unit_id=application.unit_id,
            subjects=[one.id for one in own], note=reason,
        )  # fmt: skip
    return {one.id: _whole(one) if one in own else _masked(one) for one in people}


def _whole(staff: Staff) -> str:
    return identity.decrypt(staff.id_number_cipher, staff_no=staff.staff_no)


def _masked(staff: Staff) -> str:
    return identity.masked(_whole(staff))


def _job(laid_out: tuple[str, dict[str, Any]], voice: Voice) -> Job:
    """A form in the language of its reader, with its code as squares that lead to the page of the check."""
    layout, content = laid_out
    head = content["head"]
    code = head["code"]
    if code:
        head["check_how"] = Message(
            "Scan the code, or enter it at %(address)s, to see whether this print is up to date.",
            address=voice.check_address(""),
        )
    ready: dict[str, Any] = voice.set_in({"head": {"check_how": ""}} | content)
    ready["head"] |= {
        "check_how": ready["head"].get("check_how", ""), "language": "zh" if voice.chinese else "en",
        "rendering_shown": not voice.chinese, "squares": _squares(voice.check_address(code)) if code else [],
    }  # fmt: skip
    return layout, ready


def _squares(address: str) -> list[str]:
    return ["".join("1" if dark else "0" for dark in row) for row in segno.make(address, error="m", micro=False).matrix]


def _write_down(action: str, filled: Filled, *, by: Actor, note: str) -> None:
    application = filled.application
    with reading():
        audit.read(
            action, by=by, kind="application", record_id=application.id, unit_id=application.unit_id,
            subjects=[one.staff_id for one in filled.employees], note=note,
        )  # fmt: skip
