"""The papers of a simulated year: the demo's drawn pages, which were examined once, offered for many applications."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import func, insert, select

from app import clock, uow
from app.access.actor import Actor
from app.demo.scans import OF_MATERIAL, PICTURES, TITLES
from app.materials.places import store
from app.materials.verdicts import CHECKER_VERSION
from models import StoredFile, Upload, db


def keep_pages() -> None:
    """Put the drawn pages into the store, unless the loader has done so."""
    there = set(db.session.scalars(select(StoredFile.sha256)))
    with uow.transaction() as session:
        for page in _pages().values():
            with (PICTURES / page["file"]).open("rb") as stream:
                store().receive(stream, limit_bytes=page["size"])
            if page["sha256"] not in there:
                kept = {name: page[name] for name in ("sha256", "size", "media_type", "pages", "fingerprint")}
                session.execute(insert(StoredFile).values(**kept, stored_at=clock.now()))


def put(application_id: int, codes: Collection[str], *, by: Actor) -> None:
    """One page for each of these materials. The rows are those of an accepted upload; nothing is examined again."""
    with uow.transaction() as session:
        positions = session.execute(
            select(Upload.material_code, func.max(Upload.position).label("last"))
            .where(Upload.application_id == application_id)
            .group_by(Upload.material_code)
        )
        last = {row.material_code: row.last for row in positions}
        session.execute(insert(Upload), [_row(application_id, code, last.get(code, 0) + 1, by) for code in codes])


def _row(application_id: int, code: str, position: int, by: Actor) -> dict[str, Any]:
    kind = OF_MATERIAL.get(code, "form")
    page = _pages()[kind]
    return {
        "application_id": application_id, "material_code": code, "position": position, "sha256": page["sha256"],
        "filename": f"{TITLES[kind]}（演示）.{page['file'].rpartition('.')[2]}", "accepted": True,
        "checker_version": CHECKER_VERSION, "uploaded_by_id": by.account_id, "uploaded_at": clock.now(), "revision": 1,
    }  # fmt: skip


@cache
def _pages() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PICTURES / "manifest.json").read_text(encoding="utf-8"))
    return found
