"""Reading phone links: by token, by device, as the desk sees them; what arrived, and what an application asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from app import clock
from app.access import scope
from app.access.actor import Actor
from app.access.sessions import hash_of
from app.applications import queries as applications
from app.applications.sheet import MaterialLine
from app.applications.states import EDITABLE
from app.errors import NotFound
from app.items.queries import parts
from app.messages import Named
from app.phone.rules import Standing, runs_until, standing
from models import Application, LoginFailure, PhoneLink, PhoneUpload, Upload, db

MOST_ARRIVED = 30  # told at once; the page shows them all


@dataclass(frozen=True)
class Arrived:
    """A file that came through a link since the desk asked last."""

    upload_id: int
    material: Named
    accepted: bool


@dataclass(frozen=True)
class News:
    """What the desk's page wants to know every few seconds. `stamp` changes whenever something on it would."""

    standing: Standing
    open_application: bool
    latest: int
    stamp: str
    version_id: int


@dataclass(frozen=True)
class AtDesk:
    """A link as its maker sees it."""

    id: int
    standing: Standing
    until: datetime
    seconds: int
    sent: int
    latest: int  # the newest upload of the application


@dataclass(frozen=True)
class Sent:
    """What came through a link."""

    standing: frozenset[int]
    filed: int
    dropped: bool


def by_token(token: str) -> PhoneLink | None:
    """The link with this token, with its maker and application."""
    return _one(PhoneLink.token_hash == hash_of(token))


def by_device(secret: str) -> PhoneLink | None:
    """The link that the device with this secret has opened."""
    return _one(PhoneLink.device_hash == hash_of(secret))


def _one(wanted: object) -> PhoneLink | None:
    return db.session.scalars(
        select(PhoneLink)
        .join(PhoneLink.application)
        .join(PhoneLink.made_by)
        .options(contains_eager(PhoneLink.application), contains_eager(PhoneLink.made_by))
        .where(wanted)  # type: ignore[arg-type]
        .execution_options(populate_existing=True)
    ).first()


def attempts(address: str, name: str, since: datetime) -> tuple[int, datetime | None]:
    """How often an unknown link was tried from an address, and when first."""
    count, first = db.session.execute(
        select(func.count(), func.min(LoginFailure.at)).where(
            LoginFailure.address == address, LoginFailure.username == name, LoginFailure.at > since
        )
    ).one()
    return int(count), first


def at_desk(actor: Actor, application_id: int, link_id: int) -> AtDesk | None:
    """A link that this person made for this application, and how many files stand that came through it."""
    sent = (
        select(func.count())
        .select_from(PhoneUpload)
        .join(Upload, Upload.id == PhoneUpload.upload_id)
        .where(PhoneUpload.link_id == PhoneLink.id, Upload.removed_at.is_(None))
        .scalar_subquery()
    )
    latest = select(func.max(Upload.id)).where(Upload.application_id == application_id).scalar_subquery()
    row = db.session.execute(
        select(PhoneLink, sent, latest).where(
            PhoneLink.id == link_id,
            PhoneLink.application_id == application_id,
            PhoneLink.made_by_id == actor.account_id,
        )
    ).first()
    if row is None:
        return None
    link, count, newest = row
    now, until = clock.now(), runs_until(link)
    seconds = max(0, int((until - now).total_seconds()))
    return AtDesk(link.id, standing(link, now), until, seconds, int(count), newest or 0)


def news(actor: Actor, application_id: int, link_id: int) -> News:
    """How the link and the files of its application stand, in one statement; NotFound outside the actor's reach."""
    here = (Upload.application_id == Application.id,)
    row = db.session.execute(
        select(
            Application.state,
            Application.item_version_id,
            PhoneLink,
            select(func.coalesce(func.max(Upload.id), 0)).where(*here).scalar_subquery(),
            select(func.coalesce(func.sum(Upload.revision), 0)).where(*here).scalar_subquery(),
        )
        .join(PhoneLink, PhoneLink.application_id == Application.id)
        .where(
            Application.id == application_id,
            PhoneLink.id == link_id,
            PhoneLink.made_by_id == actor.account_id,
            scope.condition(actor, "material:upload", Application),
        )
    ).first()
    if row is None:
        raise NotFound
    state, version_id, link, latest, revisions = row
    now_standing = standing(link, clock.now())
    open_application = state in EDITABLE
    return News(
        now_standing, open_application, int(latest),
        f"{link.id}-{now_standing}-{int(open_application)}-{latest}-{revisions}", version_id,
    )  # fmt: skip


def arrived(link_id: int, version_id: int, *, after: int) -> list[Arrived]:
    """What came through the link after an upload, the oldest first."""
    rows = db.session.execute(
        select(Upload.id, Upload.material_code, Upload.accepted)
        .join(PhoneUpload, PhoneUpload.upload_id == Upload.id)
        .where(PhoneUpload.link_id == link_id, Upload.id > after, Upload.removed_at.is_(None))
        .order_by(Upload.id)
        .limit(MOST_ARRIVED)
    ).all()
    names = {one.code: Named(one.name_zh, one.name_en) for one in parts(version_id).materials} if rows else {}
    return [Arrived(row.id, names.get(row.material_code, Named("", "")), row.accepted) for row in rows]


def sent_through(link_id: int) -> Sent:
    """The files that came through a link: which still stand, how many were filed, whether refused ones fell away."""
    rows = db.session.execute(
        select(Upload.id, Upload.accepted, Upload.claimed_at, Upload.removed_at)
        .join(PhoneUpload, PhoneUpload.upload_id == Upload.id)
        .where(PhoneUpload.link_id == link_id)
    ).all()
    return Sent(
        frozenset(row.id for row in rows if row.removed_at is None),
        filed=sum(1 for row in rows if row.claimed_at is not None and row.removed_at is None),
        dropped=any(not row.accepted and row.removed_at is not None for row in rows),
    )


def asked_for(application: Application, code: str | None) -> tuple[MaterialLine, ...]:
    """The materials that a phone may send for: those that are open, of the whole application or the one of the link."""
    return tuple(
        line
        for line in applications.material_lines(application)
        if not line.shared and (line.editable or line.uploads) and code in (None, line.code)
    )
