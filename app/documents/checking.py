"""What anybody may learn from a check code: of what a print is, and whether it shows the present state. No names, no
amounts. Codes that do not exist are counted for each address, so that nobody finds one by trying."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select

from app import clock
from app.documents import codes, queries
from app.errors import NotFound, TooMany
from app.messages import Message, Named
from app.pay.queries import in_order
from app.uow import atomic
from app.workflow.states import state_name
from models import LoginFailure, db

APPLICATION, CARD, CERTIFICATE = "application", "card", "certificate"
SLIP = "slip"
GUESSES_PER_ADDRESS = 20
WINDOW = timedelta(minutes=15)
_GUESS = "check code"  # under which wrong codes are counted; no user name has a space


@dataclass(frozen=True)
class Checked:
    """A print that is known. `state` is the present one since `since`; `shown` and `shown_since` are the print's."""

    what: Named | Message
    number: str
    state: Message
    since: datetime | None
    present: bool
    shown: Message
    shown_since: datetime | None


def check(typed: str, *, address: str) -> Checked:
    """What a code tells. Raises NotFound for a code that is none, and TooMany for whoever tries too many."""
    signs = codes.plain(typed)
    if signs is None:
        raise NotFound(
            Message("This is no check code: a letter or digit is missing or mistaken."),
            remedy=Message(
                "Compare it with the foot of the print. It has ten signs; 0, 1, I and O are not among them."
            ),
        )
    _refuse_guessing(address)
    found = _application(signs) or _card(signs) or _certificate(signs) or _slip(signs)
    if found is None:
        _write_guess(address)
        raise NotFound(
            Message("No print of ours carries this code."),
            remedy=Message("Scan the code on the print instead of typing it. If it still leads here, do not rely on "
                           "the paper, and ask the office that is said to have issued it."),
        )  # fmt: skip
    return found


def _application(signs: str) -> Checked | None:
    application_id = codes.record_of(APPLICATION, signs)
    standings = queries.standings_of(application_id)
    key = codes.standing_of(APPLICATION, signs, [one.key for one in standings])
    if key is None:
        return None
    known = queries.item_and_number(application_id)
    if known is None:
        return None
    item, number = known
    shown, last = next(one for one in standings if one.key == key), standings[-1]
    return Checked(
        Named(item.name_zh, item.name_en), number, state_name(last.state), last.since, shown is last,
        state_name(shown.state), shown.since,
    )  # fmt: skip


def _card(signs: str) -> Checked | None:
    staff_id = codes.record_of(CARD, signs)
    links = queries.links_of(staff_id)
    key = codes.standing_of(CARD, signs, [str(link.id) for link in links])
    if key is None:
        return None
    chain = in_order(link for link in links if link.voided_at is None)
    shown = next(link for link in links if str(link.id) == key)
    present = bool(chain) and chain[-1] is shown
    state = Message("Holds") if present else Message("Replaced by a newer record")
    return Checked(
        Message("Personal wage card"), "", state, chain[-1].created_at if chain else None, present, state,
        shown.created_at,
    )  # fmt: skip


def _certificate(signs: str) -> Checked | None:
    """A certificate stays true; what can change is that its course has a newer edition."""
    found = queries.certificate_of(codes.record_of(CERTIFICATE, signs))
    if found is None or codes.standing_of(CERTIFICATE, signs, [str(found.version_id)]) is None:
        return None
    what, issued, newer = Named(found.title_zh, found.title_en), found.issued_at, found.is_newer
    shown = Message("Certificate of a course")
    state = Message("True; the course has a newer edition since") if newer else Message("True")
    return Checked(what, found.code, state, issued, True, shown, issued)


def _slip(signs: str) -> Checked | None:
    """A slip stays right for its month as long as the wage record that it shows holds."""
    links = queries.links_of(codes.record_of(SLIP, signs))
    key = codes.standing_of(SLIP, signs, [str(link.id) for link in links])
    if key is None:
        return None
    shown = next(link for link in links if str(link.id) == key)
    holds = shown.voided_at is None
    state = Message("Holds") if holds else Message("Replaced by a newer record")
    return Checked(
        Message("Pay slip"), "", state, shown.created_at if holds else shown.voided_at, holds, Message("Holds"),
        shown.created_at,
    )  # fmt: skip


def _refuse_guessing(address: str) -> None:
    now = clock.now()
    count, first = db.session.execute(
        select(func.count(), func.min(LoginFailure.at)).where(
            LoginFailure.address == address[:60], LoginFailure.username == _GUESS, LoginFailure.at > now - WINDOW
        )
    ).one()
    if count >= GUESSES_PER_ADDRESS and first is not None:
        wait = int((first + WINDOW - now).total_seconds()) + 1
        raise TooMany(
            Message("Too many codes that do not exist were tried from this address."),
            retry_after=wait,
            remedy=Message("Wait %(minutes)s minutes, then try again.", minutes=-(-wait // 60)),
        )


@atomic
def _write_guess(address: str) -> None:
    db.session.execute(insert(LoginFailure).values(at=clock.now(), address=address[:60], username=_GUESS))
