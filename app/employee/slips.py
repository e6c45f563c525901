"""The pay slip of one month as a PDF: the parts with what proves them, what changed, the year so far. With a password
on wish, since a slip often travels by chat or mail."""

from __future__ import annotations

import secrets
from io import BytesIO

import pikepdf

from app import clock
from app.access import policy
from app.access.actor import Actor
from app.audit import service as audit
from app.documents import checking, codes
from app.documents.amounts import trace
from app.documents.content import Content, bare_head, person_rows
from app.documents.service import Printed, set_one
from app.documents.voice import Voice, signed_yuan, yuan
from app.employee.comparing import Difference
from app.employee.months import Comparison, MonthPaid, YearPaid, bonus_of, compared, year_until
from app.errors import Invalid, NotFound
from app.messages import Message
from app.pay.months import Month, month_said, month_text, plus_months
from app.pay.names import component_name
from app.pay.queries import chains_of
from app.staff import identity
from app.uow import reading
from models import Staff, db

SHORTEST, LONGEST = 6, 64


def print_slip(month: Month, *, password: str = "", by: Actor, voice: Voice) -> Printed:
    """One's own slip of a month. Raises NotFound for a month without a wage, Invalid for a password too short."""
    if password and not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(
            fields={
                "password": Message("A password for the slip has %(least)s to %(most)s characters.", least=SHORTEST,
                                    most=LONGEST)
            }
        )  # fmt: skip
    staff = db.session.get(Staff, by.staff_id) if by.staff_id is not None else None
    if staff is None:
        raise NotFound
    policy.require(by, "pay:read_own", staff)
    chain = chains_of([staff.id]).get(staff.id, [])
    comparison = compared(chain, plus_months(month, -1), month)
    paid = comparison.later
    if paid.link is None:
        raise NotFound(
            Message("No wage is on record for %(month)s.", month=month_said(month)),
            remedy=Message("Choose another month."),
        )
    year = year_until(chain, month, bonus_of(staff.id, month.year))
    with reading():
        audit.read(
            "pay:print_own", by=by, kind="staff", record_id=staff.id, subjects=[staff.id],
            note=f"{month_text(month)}{', with a password' if password else ''}",
        )  # fmt: skip
    code = codes.code_of(checking.SLIP, staff.id, str(paid.link.id))
    head = bare_head(Message("Pay slip"), staff.unit, clock.now(), code)
    masked = identity.masked(identity.decrypt(staff.id_number_cipher, staff_no=staff.staff_no))
    content = {
        "head": head | {"number": month_said(month)},
        "facts": person_rows(staff, masked, staff.unit, chain),
        **_body(paid, comparison, year),
    }
    made = set_one(("slip", content), name=f"{staff.staff_no}-{month_text(month)}.pdf", voice=voice)
    return Printed(made.name, _locked(made.pdf, password)) if password else made


def _body(paid: MonthPaid, comparison: Comparison, year: YearPaid) -> Content:
    return {
        "columns": [Message("Part of the wage"), Message("Amount"), Message("Where the amount comes from")],
        "lines": [
            {"name": component_name(part.code), "amount": yuan(part.amount_fen), "trace": trace(part)}
            for part in paid.parts
        ],
        "total": [Message("Total a month"), yuan(paid.fen)],
        "compared": {
            "title": Message("Compared with %(month)s", month=month_said(comparison.earlier.month)),
            "said": [_said(one) for one in comparison.parts] or [Message("Nothing has changed.")],
            "sum": signed_yuan(comparison.fen) if comparison.parts else "",
        },
        "year": {
            "title": Message("%(year)s until this month", year=str(paid.month.year)),
            "rows": [
                [Message("Basic wage, with what was corrected afterwards"), yuan(year.fen)],
                [Message("Performance pay"), yuan(year.bonus_fen)],
                [Message("In all"), yuan(year.fen + year.bonus_fen)],
            ],
        },
    }  # fmt: skip


def _said(part: Difference) -> Message:
    why = part.why
    return Message("%(first)s; %(second)s", first=part.words, second=why) if why is not None else part.words


def _locked(pdf: bytes, password: str) -> bytes:
    """The same document, to be opened with the password only (AES-256). Nobody holds the owner's password."""
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        document.save(out, encryption=pikepdf.Encryption(user=password, owner=secrets.token_urlsafe(32), R=6))
    return out.getvalue()
