"""Verbs of phone links: make one, open it on a device, arrive with that device, close it at either end.

The token is in the address of the code that is scanned, the secret of the device in a cookie; the database keeps a
hash of each. Whoever comes with the device's secret acts as the maker, confined to the files of one application.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from app import clock
from app.access.actor import Actor, Confined
from app.access.policy import require, require_material
from app.access.queries import actor_of
from app.access.service import Visitor
from app.access.sessions import hash_of
from app.applications import queries as applications
from app.applications.states import EDITABLE
from app.audit import service as audit
from app.errors import Conflict, NotFound, TooMany
from app.materials.queries import material_of
from app.messages import Message
from app.phone import queries
from app.phone.rules import ONCE_OPENED, TO_OPEN, Standing, gone, standing, submitted_meanwhile
from app.uow import atomic, transaction
from models import Application, LoginFailure, PhoneLink, db
from models.accounts import Account, AccountState
from models.applications import ApplicationState

GUESSES_PER_ADDRESS = 20
WINDOW = timedelta(minutes=15)  # in which guesses are counted
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_GUESS = "phone link"  # under which wrong links are counted; no user name has a space
_USER_AGENT = 200


@dataclass(frozen=True)
class NewLink:
    """What is handed over once: the token is kept nowhere in this form."""

    id: int
    token: str
    expires_at: datetime


@dataclass(frozen=True)
class Opened:
    """What the device gets: its secret, kept nowhere else, and the language of the page that the link was made on."""

    device_secret: str
    locale: str | None


@dataclass(frozen=True)
class PhoneVisit:
    """A device with an open link: whose it is, for what, until when, and the actor that its requests act as."""

    link_id: int
    application: Application
    material_code: str | None
    until: datetime
    actor: Actor

    def require(self, code: str) -> None:
        """Raise NotFound for a material that the link was not made for."""
        require_material(self.actor, code)


@atomic
def make(application_id: int, *, code: str | None = None, locale: str | None = None, by: Actor) -> NewLink:
    """A link by which the materials of an application, or one of them, can be sent from a phone; ends earlier ones.

    Raises NotFound, NotAllowed, and Conflict where nothing may be sent any more.
    """
    held = select(Application).where(Application.id == application_id).with_for_update()  # one maker after the other
    application = db.session.scalars(held).first()
    if application is None:
        raise NotFound
    require(by, "material:upload", application)
    if application.state not in EDITABLE:
        raise Conflict(
            Message("This application is filed, so its materials are closed."),
            remedy=Message("Reload the page. They open again if the application is returned to you."),
        )
    if code is not None:
        material_of(application.item_version_id, code)
    _close_standing(application_id, reason="replaced")
    token, now = secrets.token_urlsafe(32), clock.now()
    link = PhoneLink(
        token_hash=hash_of(token), application_id=application_id, material_code=code, made_by_id=by.account_id,
        made_at=now, expires_at=now + TO_OPEN, locale=locale,
    )  # fmt: skip
    db.session.add(link)
    db.session.flush()
    audit.record(
        "phone_link:make", by=by, kind="phone_link", record_id=link.id, unit_id=application.unit_id,
        after={"application": application.number, "material": code, "expires_at": link.expires_at},
    )  # fmt: skip
    return NewLink(link.id, token, link.expires_at)


def look_at(token: str, *, device_secret: str | None, visitor: Visitor) -> PhoneLink:
    """The link before it is opened. Raises LinkGone with the reason, and for the device that has it open `opened`."""
    _refuse_guessing(visitor.address)
    link = queries.by_token(token) if _TOKEN.fullmatch(token) else None
    if link is None:
        raise gone("unknown")
    now_standing = standing(link, clock.now())
    if link.device_hash is not None and device_secret and hash_of(device_secret) == link.device_hash:
        raise gone("opened_here")
    if now_standing in (Standing.OPEN, Standing.OVER):
        raise gone("used")
    if now_standing is not Standing.WAITING:
        raise gone(now_standing)
    _visit(link, visitor)  # a link that would lead nowhere is not opened first
    return link


def open_on_device(token: str, *, device_secret: str | None = None, visitor: Visitor) -> Opened:
    """Open a link, once; gives the secret that the device shows from then on. Raises LinkGone, TooMany.

    Two devices at once are settled by the guarded update: exactly one of them finds the link unopened.
    """
    try:
        link = look_at(token, device_secret=device_secret, visitor=visitor)
    except Exception as refusal:
        if getattr(refusal, "code", "") == "unknown":
            _write_guess(visitor.address)
        raise
    link_id, unit_id, locale = link.id, link.application.unit_id, link.locale
    actor = _as_maker(link, visitor)
    secret = secrets.token_urlsafe(32)
    with transaction():
        now = clock.now()
        opened = db.session.execute(
            update(PhoneLink)
            .where(
                PhoneLink.id == link_id, PhoneLink.opened_at.is_(None), PhoneLink.closed_at.is_(None),
                PhoneLink.expires_at > now,
            )
            .values(
                opened_at=now, usable_until=now + ONCE_OPENED, device_hash=hash_of(secret),
                address=visitor.address[:60], user_agent=_plain(visitor.user_agent),
            )
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        if opened.rowcount != 1:  # type: ignore[attr-defined]
            raise gone("used")
        audit.record(
            "phone_link:open", by=actor, kind="phone_link", record_id=link_id, unit_id=unit_id,
            after={"user_agent": _plain(visitor.user_agent), "usable_until": now + ONCE_OPENED},
        )  # fmt: skip
    return Opened(secret, locale)


def arrive(device_secret: str | None, *, visitor: Visitor) -> PhoneVisit:
    """Who comes with the secret of a device, as an actor confined to the link's application. Raises LinkGone."""
    link = queries.by_device(device_secret) if device_secret and _TOKEN.fullmatch(device_secret) else None
    if link is None:
        raise gone("none")
    now_standing = standing(link, clock.now())
    if now_standing is not Standing.OPEN:
        raise gone(now_standing)
    return _visit(link, visitor)


@atomic
def close(link_id: int, *, by: Actor) -> None:
    """End a link at the desk. Only its maker may, or who else may send materials for the application."""
    link = db.session.get(PhoneLink, link_id)
    if link is None:
        raise NotFound
    require(by, "material:upload", link.application)
    _close(link, reason="desk", by=by)


@atomic
def finish(visit: PhoneVisit) -> None:
    """End the link at the phone: everything that was to be sent has been sent."""
    _close(db.session.get_one(PhoneLink, visit.link_id), reason="done", by=visit.actor)


def _visit(link: PhoneLink, visitor: Visitor) -> PhoneVisit:
    """What the link lets do at this moment. Its maker's rights are looked up anew each time."""
    maker, application = link.made_by, link.application
    if not _still_stands(maker, since=link.made_at):
        raise gone("withdrawn_right")
    if application.state not in EDITABLE:
        raise _closed_application(link, application)
    actor = _as_maker(link, visitor)
    try:
        application = applications.opened(actor, application.id, "material:upload")
    except NotFound:
        raise gone("withdrawn_right") from None
    return PhoneVisit(link.id, application, link.material_code, link.usable_until or link.expires_at, actor)


def _still_stands(maker: Account, *, since: datetime) -> bool:
    """Active, and with the password it had: a new one ends the links of an account as it ends its sessions."""
    changed = maker.password_changed_at
    return (
        maker.state == AccountState.ACTIVE
        and not maker.must_change_password
        and (changed is None or changed <= since)
    )  # fmt: skip


def _as_maker(link: PhoneLink, visitor: Visitor) -> Actor:
    return replace(
        actor_of(link.made_by), unit_id=None, staff_id=None, address=visitor.address, request_id=visitor.request_id,
        within=Confined(link.id, link.application_id, link.material_code),
    )  # fmt: skip


def _closed_application(link: PhoneLink, application: Application) -> Exception:
    if application.state in (ApplicationState.WITHDRAWN, ApplicationState.REJECTED):
        return gone("closed_application")
    sent = queries.sent_through(link.id)
    return submitted_meanwhile(filed=sent.filed, dropped=sent.dropped)


def _close_standing(application_id: int, *, reason: str) -> None:
    db.session.execute(
        update(PhoneLink)
        .where(PhoneLink.application_id == application_id, PhoneLink.closed_at.is_(None))
        .values(closed_at=clock.now(), close_reason=reason)
        .execution_options(synchronize_session=False)
    )


def _close(link: PhoneLink, *, reason: str, by: Actor) -> None:
    """Closing what is closed changes nothing."""
    closed = db.session.execute(
        update(PhoneLink)
        .where(PhoneLink.id == link.id, PhoneLink.closed_at.is_(None))
        .values(closed_at=clock.now(), close_reason=reason)
        .execution_options(synchronize_session=False)
    )
    if closed.rowcount == 1:  # type: ignore[attr-defined]
        audit.record(
            "phone_link:close", by=by, kind="phone_link", record_id=link.id, unit_id=link.application.unit_id,
            after={"reason": reason},
        )  # fmt: skip


def _refuse_guessing(address: str) -> None:
    """A token has 256 bits, so this only spares the machine."""
    now = clock.now()
    count, first = queries.attempts(address[:60], _GUESS, now - WINDOW)
    if count >= GUESSES_PER_ADDRESS and first is not None:
        wait = int((first + WINDOW - now).total_seconds()) + 1
        raise TooMany(
            Message("Too many links that do not exist were tried from this address."),
            retry_after=wait,
            remedy=Message("Wait %(minutes)s minutes, then try again.", minutes=-(-wait // 60)),
        )


@atomic
def _write_guess(address: str) -> None:
    db.session.execute(insert(LoginFailure).values(at=clock.now(), address=address[:60], username=_GUESS))


def _plain(user_agent: str) -> str:
    return user_agent[:_USER_AGENT].replace("\x00", "")
