"""The demo's materials: a handful of drawn pages, each stored once and offered for many applications."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Connection, select

from app.demo import bulk, rows
from app.materials.storage import Store
from app.materials.verdicts import CHECKER_VERSION
from models import ItemMaterial, StoredFile, Upload

PICTURES = Path(__file__).resolve().parent / "pictures"
OF_MATERIAL = {
    "M01": "appointment",
    "M02": "letter",
    "M04": "diploma",
    "M05": "letter",
    "M06": "file",
    "M07": "identity",
    "M08": "post",
    "M09": "assessment",
    "M14": "post",
    "M17": "assessment",
}
TITLES = {
    "appointment": "录用通知",
    "letter": "介绍信",
    "diploma": "毕业证书",
    "identity": "身份证",
    "assessment": "考核登记表",
    "post": "岗位聘任表",
    "form": "证明材料",
    "file": "人事档案",
}

_asked: dict[int, list[str]] = {}


def write(connection: Connection, applications: list[rows.Filed], roles: rows.Roles) -> int:
    """Keep the pages in the store and offer them for every required material; returns how many uploads."""
    manifest = _keep_pages(connection, applications)
    return bulk.write(
        connection,
        Upload,
        (
            "application_id",
            "material_code",
            "position",
            "sha256",
            "filename",
            "accepted",
            "checker_version",
            "uploaded_by_id",
            "uploaded_at",
            "claimed_at",
            "claimed_round",
            "revision",
        ),
        _uploads(applications, roles, manifest),
    )


def first_material(filed: rows.Filed) -> str:
    """The material that a returned demo application was returned for."""
    codes = _asked.get(filed.version_id) or ["M01"]
    return codes[0]


def prepare(connection: Connection) -> None:
    """Know which materials each item asks for, before decisions are written."""
    _asked.clear()
    _asked.update(_required(connection))


def _keep_pages(connection: Connection, applications: list[rows.Filed]) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((PICTURES / "manifest.json").read_text(encoding="utf-8"))
    store = Store(current_app.config["SETTINGS"].uploads_dir)
    for page in manifest.values():
        with (PICTURES / page["file"]).open("rb") as stream:
            store.receive(stream, limit_bytes=page["size"])
    earliest = min(filed.story.created for filed in applications)
    bulk.write(
        connection,
        StoredFile,
        ("sha256", "size", "media_type", "pages", "fingerprint", "stored_at"),
        [(p["sha256"], p["size"], p["media_type"], p["pages"], p["fingerprint"], earliest) for p in manifest.values()],
    )
    return manifest


def _required(connection: Connection) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for version_id, code in connection.execute(
        select(ItemMaterial.version_id, ItemMaterial.code)
        .where(ItemMaterial.necessity == "REQUIRED", ItemMaterial.form != "data_exchange")
        .order_by(ItemMaterial.version_id, ItemMaterial.position)
    ):
        found.setdefault(version_id, []).append(code)
    return found


def _uploads(applications: list[rows.Filed], roles: rows.Roles, manifest: dict[str, Any]) -> Iterator[rows.Row]:
    for filed in applications:
        story = filed.story
        for code in _asked.get(filed.version_id, []):
            kind = OF_MATERIAL.get(code, "form")
            page = manifest[kind]
            suffix = page["file"].rsplit(".", 1)[1]
            yield (
                filed.id,
                code,
                1,
                page["sha256"],
                f"{TITLES[kind]}（演示）.{suffix}",
                True,
                CHECKER_VERSION,
                roles.clerks[filed.person.unit.id],
                story.created,
                story.submitted,
                story.round or None,
                1,
            )
