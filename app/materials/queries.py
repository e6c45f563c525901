"""Reading materials: one upload in scope, its pictures, what was found across applications."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from app.access import scope
from app.access.actor import Actor
from app.errors import NotFound, Refused
from app.items.editions import Material
from app.items.queries import parts
from app.materials import places
from app.materials.judging import Twin
from app.materials.rendering import render_pages, thumbnail_of
from app.materials.storage import Store
from app.messages import Message, Named
from models import Application, ItemMaterial, MaterialCheck, MaterialReading, StoredFile, Upload, db
from models.applications import ApplicationState

STRAIGHTENING = 1
"""How sheets are straightened and lit; another number draws them anew."""


@dataclass(frozen=True)
class Original:
    """The bytes as they were sent, for download only."""

    path: Path
    filename: str
    media_type: str
    size: int


def opened(actor: Actor, upload_id: int, permission: str = "material:read") -> Upload:
    """One upload with its file and application; raises NotFound outside the actor's reach."""
    upload = db.session.scalars(
        select(Upload)
        .options(joinedload(Upload.file), joinedload(Upload.application))
        .where(Upload.id == upload_id, scope.condition(actor, permission, Upload))
    ).first()
    if upload is None:
        raise NotFound
    return upload


def material_of(version_id: int, code: str) -> Material:
    """The material of that code in an item version; raises NotFound when the version asks for no such thing."""
    material = parts(version_id).material(code)
    if material is None or material.shared:
        raise NotFound(Message("This item asks for no such material."), remedy=Message("Reload the application."))
    return material


def unit_of(upload: Upload) -> int | None:
    """The unit whose application the upload belongs to."""
    return db.session.scalar(select(Application.unit_id).where(Application.id == upload.application_id))


def uploads_of(application_id: int) -> list[Upload]:
    """All uploads of an application that are not removed, with file, checks, reading and sender, in order."""
    return list(
        db.session.scalars(
            select(Upload)
            .outerjoin(Upload.checks)
            .options(
                contains_eager(Upload.checks).joinedload(MaterialCheck.overridden_by),
                joinedload(Upload.file),
                joinedload(Upload.uploaded_by),
                joinedload(Upload.reading).joinedload(MaterialReading.corrected_by),
            )
            .where(Upload.application_id == application_id, Upload.removed_at.is_(None))
            .order_by(Upload.material_code, Upload.position, Upload.id, MaterialCheck.id)
        ).unique()
    )


def still_read(actor: Actor, application_id: int) -> list[int]:
    """The files of an application that were accepted and have not been read yet; none of one out of reach."""
    return list(
        db.session.scalars(
            select(Upload.id)
            .outerjoin(Upload.reading)
            .where(
                Upload.application_id == application_id, Upload.accepted, Upload.removed_at.is_(None),
                MaterialReading.id.is_(None), scope.condition(actor, "material:read", Upload),
            )
            .order_by(Upload.id)
        )
    )  # fmt: skip


def findings_on(upload_id: int) -> list[MaterialCheck]:
    """What was found on one upload, with who judged it otherwise."""
    return list(
        db.session.scalars(
            select(MaterialCheck)
            .options(joinedload(MaterialCheck.overridden_by))
            .where(MaterialCheck.upload_id == upload_id)
            .order_by(MaterialCheck.id)
        )
    )


def replaced(application_id: int) -> list[Upload]:
    """The files that were filed once and then taken away, usually for better ones after a return; the newest last."""
    return list(
        db.session.scalars(
            select(Upload)
            .options(joinedload(Upload.file))
            .where(
                Upload.application_id == application_id, Upload.removed_at.is_not(None), Upload.claimed_at.is_not(None)
            )
            .order_by(Upload.material_code, Upload.id)
        )
    )


def twins(sha256: str) -> list[Twin]:
    """Uploads of exactly this content that still stand, newest application first."""
    rows = db.session.execute(
        select(Upload.application_id, Application.number, Application.unit_id, ItemMaterial)
        .join(Application, Application.id == Upload.application_id)
        .outerjoin(
            ItemMaterial,
            (ItemMaterial.version_id == Application.item_version_id) & (ItemMaterial.code == Upload.material_code),
        )
        .where(Upload.sha256 == sha256, Upload.removed_at.is_(None), Application.state != ApplicationState.WITHDRAWN)
        .order_by(Upload.id.desc())
        .limit(20)
    )
    return [
        Twin(application, number, unit, Named(material.name_zh, material.name_en) if material else None)
        for application, number, unit, material in rows
    ]


def sent_by(unit_id: int, *, at_most: int = 400) -> list[tuple[Twin, str, str | None]]:
    """What a unit has sent of late and still stands, each with its content and fingerprint, the newest first."""
    rows = db.session.execute(
        select(Upload.application_id, Application.number, ItemMaterial, Upload.sha256, StoredFile.fingerprint)
        .join(Application, Application.id == Upload.application_id)
        .join(StoredFile, StoredFile.sha256 == Upload.sha256)
        .outerjoin(
            ItemMaterial,
            (ItemMaterial.version_id == Application.item_version_id) & (ItemMaterial.code == Upload.material_code),
        )
        .where(
            Application.unit_id == unit_id, Upload.removed_at.is_(None), Application.state != ApplicationState.WITHDRAWN
        )
        .order_by(Upload.id.desc())
        .limit(at_most)
    )
    return [
        (
            Twin(application, number, unit_id, Named(one.name_zh, one.name_en) if one else None, sha256),
            sha256,
            fingerprint,
        )
        for application, number, one, sha256, fingerprint in rows
    ]


def picture(actor: Actor, upload_id: int, page: int, *, thumbnail: bool = False) -> Path:
    """The redrawn picture of one page, never the bytes that were sent. Drawn once and kept beside the store."""
    return picture_of(opened(actor, upload_id), page, thumbnail=thumbnail)


def picture_of(upload: Upload, page: int, *, thumbnail: bool = False, as_sent: bool = False) -> Path:
    """The redrawn picture of a page of an upload that was already opened in scope.

    Straightened where that is what people are shown; `as_sent` gives the picture as it was taken.
    """
    if not 1 <= page <= upload.file.pages:  # of a file that could not be opened there are none
        raise NotFound(
            Message("There is no picture of this page."), remedy=Message("Go back to the list of materials.")
        )
    sheets = [] if as_sent else [sheet for sheet in upload.sheets if sheet["shown"]]
    target = places.drawings_of(upload.sha256, _variant(sheets))
    place = target / f"page-{page}.jpg"
    if not place.is_file():
        _draw(places.store(), upload.sha256, upload.file.media_type, sheets, target)
    if not place.is_file():
        raise NotFound(Message("There is no picture of this page."), remedy=Message("Download the original instead."))
    return thumbnail_of(place) if thumbnail else place


def original(actor: Actor, upload_id: int) -> Original:
    """The bytes as they were sent, of a file that was accepted: for download, never for showing in the page."""
    upload = opened(actor, upload_id)
    if not upload.accepted:
        raise Refused(
            Message("This file was refused, so it is not handed out."),
            remedy=Message("Ask for a sound copy of the material."),
        )
    return Original(places.store().path(upload.sha256), upload.filename, upload.file.media_type, upload.file.size)


def _variant(sheets: list[dict[str, Any]]) -> str:
    """The name of the drawing in which these sheets are straightened; empty where there is none."""
    if not sheets:
        return ""
    said = json.dumps([STRAIGHTENING, *([sheet["page"], sheet["corners"], sheet["turn"]] for sheet in sheets)])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _draw(store: Store, sha256: str, media_type: str, sheets: list[dict[str, Any]], target: Path) -> None:
    """Draw all pages into a directory of their own and put it in place at once; who comes second throws theirs away."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = Path(mkdtemp(dir=target.parent, prefix="new-"))
    try:
        render_pages(store.path(sha256), media_type, to=fresh, sheets=sheets)
        try:
            os.rename(fresh, target)
        except OSError:
            if not target.is_dir():
                raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
